from collections.abc import Callable, Mapping

from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ContactId, DraftId
from bot.domain.search import SHOWN, Answer, Answered, NothingAsked
from bot.i18n import Translator
from bot.views import search as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import LEA, NOW, SECRET

HIT = Answer("I-240", Ref(Subject.INTERACTION, 1), SECRET, LEA, NOW, "Gerd Häußler, Werksleiter", "Wort " * 2000)
PAGE = Answered("Liefertermin?", (HIT,) * SHOWN, more=True, offset=SHOWN, draft_id=DraftId(1), account=SECRET)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "answered": lambda t: views.answered(PAGE, t),
    "answered · nothing known": lambda t: views.answered(
        Answered("Liefertermin?", (), person=ContactRef(ContactId(1), "Gerd"), who_may_know=(LEA, LEA)), t
    ),
    "answered · nothing asked": lambda t: views.answered(NothingAsked(), t),
}
