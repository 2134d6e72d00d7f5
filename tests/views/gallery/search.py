from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.accounts import Account, OpenMatter
from bot.domain.asked_days import Days
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ContactId, DraftId, MemberId
from bot.domain.matters import Fact, Matter
from bot.domain.members import Person
from bot.domain.search import SHOWN, AccountFacts, Answer, Answered, NothingAsked, Page, PassedOn, Waiting
from bot.i18n import Translator
from bot.views import search as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import LEA, NOW, SECRET

TOM = Person(MemberId("UTOM"), "Tobias Seidel")
HIT = Answer("I-240", Ref(Subject.INTERACTION, 1), SECRET, LEA, NOW, "Gerd Häußler, Werksleiter", "Wort " * 2000)
PAGE = Answered(
    "Liefertermin?",
    (replace(HIT, similar_to=("liefertremin",)),) * SHOWN,
    more=True,
    page=Page(SHOWN),
    draft_id=DraftId(1),
    account=SECRET,
    person=ContactRef(ContactId(1), "Gerd Häußler"),
    colleague=LEA,
    days=Days(date(2026, 5, 1)),
    matter=Matter.PROMISES,
)

MATTER = OpenMatter("R-12", "Zwei Fachleute für die Pilotlinie " * 20, "open", NOW, LEA, "Produktion")

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "answered": lambda t: views.answered(PAGE, t),
    "answered · nothing known": lambda t: views.answered(
        Answered(
            "Liefertermin?",
            (),
            person=ContactRef(ContactId(1), "Gerd"),
            who_may_know=(LEA, TOM),
            draft_id=DraftId(1),
            asked=(TOM.id,),
        ),
        t,
    ),
    "answered · nothing asked": lambda t: views.answered(NothingAsked("was ist"), t),
    "answered · straight": lambda t: views.answered(
        replace(PAGE, direct=AccountFacts(Account(SECRET.id, SECRET.name, kam=LEA), tuple(Fact))), t
    ),
    "answered · waiting": lambda t: views.answered(
        Answered("offene Anfragen?", (), direct=Waiting(SECRET, Subject.REQUEST, (MATTER,) * 5, 9)), t
    ),
    "passed_on": lambda t: views.passed_on(PassedOn("Wer kennt den Zolltarif für Kupplungen?", LEA, "technik"), t),
}
