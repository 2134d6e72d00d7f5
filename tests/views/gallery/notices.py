from collections.abc import Callable, Mapping

from bot.domain.delivery import Outage, Undelivered
from bot.domain.identity import ChannelId
from bot.i18n import Translator, Typed
from bot.views import notices as views
from bot.views.blocks import Message, View, only
from tests.views.gallery.interactions import LEA, NOW

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "undelivered": lambda t: views.undelivered(Undelivered("E-3", "user_disabled", LEA), t),
    "undelivered · to a channel": lambda t: views.undelivered(
        Undelivered(None, "is_archived", channel_id=ChannelId("C1")), t
    ),
    "in_plain_text": lambda t: views.in_plain_text("Arven", t),
    "outage": lambda t: views.outage(Outage(NOW), t),
    "marked": lambda t: views.marked(only(t("{told}", told=Typed("Lea Brunner"))), t),
}
