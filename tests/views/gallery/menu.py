from collections.abc import Callable, Mapping

from bot.domain.menu import Help, Menu
from bot.domain.setup import FirstSteps
from bot.i18n import Translator
from bot.views import menu as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import HELVETIA, SECRET

EVERYTHING = Help(("Produktion", "Qualität"), (HELVETIA, SECRET), 7, (HELVETIA,), 1, is_kam_lead=True, is_admin=True)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "menu": lambda t: views.menu(Menu(), t),
    "menu · first steps": lambda t: views.menu(
        Menu(FirstSteps(has_departments=False, has_accounts=True, has_kam_lead=False)), t
    ),
    "help_page": lambda t: views.help_page(Help(), t),
    "help_page · every role": lambda t: views.help_page(EVERYTHING, t),
}
