from collections.abc import Callable, Mapping

from bot.i18n import Translator
from bot.views import errors as views
from bot.views.blocks import Message, View

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "instead": lambda t: views.instead(views.with_text(views.apology("1a2b", t), "Text", t), t),
    "not_opened": lambda t: views.not_opened("log", None, t),
    "not_opened · draft": lambda t: views.not_opened("log", 17, t),
}
