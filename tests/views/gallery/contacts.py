from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.access import Access
from bot.domain.accounts import AccountRef, Because
from bot.domain.contact_assessments import Hypothesis, Judged, Judgement, Measure, Strength
from bot.domain.contact_commands import (
    OFFERED,
    ContactArrived,
    ContactCard,
    ContactChoice,
    ContactGone,
    ContactQuestion,
    OwnerTold,
    Position,
    Relations,
    Touch,
)
from bot.domain.contact_touch import Lapse, Limits
from bot.domain.contacts import LONGEST_LINE, LONGEST_NAME, Contact, ContactRef, DecisionRole, Lack
from bot.domain.identity import AccountId, ContactId, DraftId, HypothesisId, MemberId
from bot.domain.members import Person
from bot.i18n import Translator
from bot.views import contacts as views
from bot.views.blocks import TYPED, Message, View
from tests.company import NOW

HOSTILE = "Ségolène <!channel> *x* & `y` \u202e"
NAME, LINE = (HOSTILE * 9)[:LONGEST_NAME], (HOSTILE * 20)[:LONGEST_LINE]
LARGEST = 2**63 - 1
LEA, LEFT = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("ULEFT"), NAME, left=True)
HELVETIA = AccountRef(AccountId(17), "Helvetia Pumpen")
HIDDEN = AccountRef(AccountId(LARGEST), "Geheimwerk <!channel> & Söhne, Entwicklung und Versuch", Access.RESTRICTED)
URS = Contact(
    ContactId(4), HELVETIA, "Urs Bachofner", title="Inhaber und CEO", level=1, decision_roles=(DecisionRole.DECIDER,)
)
EVERYTHING = Contact(
    ContactId(LARGEST),
    HIDDEN,
    NAME,
    title=LINE,
    email=LINE,
    level=5,
    decision_roles=tuple(DecisionRole),
    aims="x" * TYPED,
    owner=LEFT,
    tier="a",
    phone=LINE,
    owner_level=1,
    wished_days=730,
    left_on=date(2025, 11, 19),
    version=2**40,
)
REF = ContactChoice(ContactId(5), NAME, LINE, HELVETIA)
MANY = (REF,) * 20
OLD = NOW - timedelta(days=400)


def judgement(measure: Measure, at: datetime | None = OLD) -> Judgement:
    return Judgement(measure, 1, "x" * TYPED, LEFT, at)


CARD = ContactCard(
    URS,
    None,
    may_edit=True,
    is_owner=True,
    touch=Touch(NOW - timedelta(days=3), LEA, 240),
    limits=Limits(90, 180),
    lapse=Lapse.FRESH,
    relations=Relations(),
    positions=(),
    since=date(2026, 3, 1),
    candidates=(LEA, LEA),
    judged=Judged(
        {
            Measure.ATTITUDE: Judgement(Measure.ATTITUDE, 5, "Hat uns empfohlen", LEA, NOW),
            Measure.INFLUENCE: Judgement(Measure.INFLUENCE, 3),
        },
        (Strength(LEA, 3, 4, LEA, NOW, is_claimed=True), Strength(LEA, None, 2, LEA, NOW)),
        (Hypothesis(HypothesisId(3), "May lead", "Runs the line", LEA, NOW),),
        all_speak_up=True,
    ),
)
WHOLE = ContactCard(
    EVERYTHING,
    Because.SPONSOR,
    may_edit=True,
    is_owner=False,
    touch=Touch(OLD, LEFT, 10**9),
    limits=Limits(730, 1460),
    lapse=Lapse.HARD,
    relations=Relations(REF, MANY, MANY, MANY),
    positions=(Position(HIDDEN, LINE, 1, date(2020, 1, 1), date(2025, 1, 1)),) * 30,
    since=date(2025, 1, 2),
    candidates=(LEFT,) * 3,
    judged=Judged(
        {measure: judgement(measure) for measure in Measure},
        (Strength(LEFT, 4, 3, LEFT, OLD, is_claimed=True),) * 30,
        tuple(Hypothesis(HypothesisId(LARGEST), LINE, LINE, LEFT, OLD, came) for came in (None, True) * 9),
        all_speak_up=True,
    ),
    lacks=tuple(Lack),
)
CHOICE = ContactChoice(ContactId(LARGEST), NAME, LINE, HIDDEN)
GONE = ContactGone(URS.ref, "CEO", HELVETIA, LEA, (DecisionRole.DECIDER,), tuple(Lack), date(2026, 11, 13))

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "card": lambda t: views.card(CARD, t),
    "card · all of it": lambda t: views.card(WHOLE, t),
    "card · all of it, still there": lambda t: views.card(replace(WHOLE, contact=replace(EVERYTHING, left_on=None)), t),
    "card · leaves": lambda t: views.card(replace(CARD, contact=replace(URS, left_on=date(2026, 12, 31))), t),
    "card · a stranger's": lambda t: views.card(replace(CARD, may_edit=False, judged=None, touch=None), t),
    "card · a stranger's who reads a line of influence": lambda t: views.card(
        replace(CARD, may_edit=False, judged=None, relations=Relations(influenced_by=MANY)), t
    ),
    "card · nothing known": lambda t: views.card(
        ContactCard(
            Contact(ContactId(1), HELVETIA, "\u202e"),
            None,
            may_edit=True,
            is_owner=False,
            touch=None,
            limits=Limits(1, 2),
            lapse=Lapse.NEVER,
            relations=Relations(),
            positions=(),
            since=None,
            judged=Judged(),
        ),
        t,
    ),
    "question": lambda t: views.question(ContactQuestion(DraftId(LARGEST), NAME, (CHOICE,) * OFFERED), t),
    "question · shared": lambda t: views.question(
        ContactQuestion(DraftId(1), "Kim", (CHOICE, CHOICE), is_shared=True), t
    ),
    "question · unknown": lambda t: views.question(ContactQuestion(DraftId(1), HOSTILE, ()), t),
    "question · unknown account": lambda t: views.question(
        ContactQuestion(DraftId(1), HOSTILE, (), unknown_account=HOSTILE), t
    ),
    "question · shared account": lambda t: views.question(
        ContactQuestion(DraftId(1), HOSTILE, (), unknown_account=HOSTILE, is_shared_account=True), t
    ),
    "question · unknown account, known name": lambda t: views.question(
        ContactQuestion(DraftId(1), NAME, (CHOICE,) * OFFERED, unknown_account="Helvetia Pumps"), t
    ),
    "question · nothing typed": lambda t: views.question(ContactQuestion(DraftId(1), "", ()), t),
    "gone": lambda t: views.gone(GONE, t),
    "gone · ahead": lambda t: views.gone(replace(GONE, on=date(2026, 12, 31)), t),
    "gone · moved": lambda t: views.gone(replace(GONE, has_moved=True, moved_to=HIDDEN), t),
    "gone · moved where nobody may look": lambda t: views.gone(replace(GONE, has_moved=True, lacks=()), t),
    "gone · all of it": lambda t: views.gone(
        ContactGone(
            ContactRef(ContactId(5), NAME), LINE, HIDDEN, LEFT, tuple(DecisionRole), tuple(Lack), date(2025, 1, 1)
        ),
        t,
    ),
    "arrived": lambda t: views.arrived(ContactArrived(URS, LEA, HELVETIA), t),
    "arrived · all of it": lambda t: views.arrived(ContactArrived(EVERYTHING, LEFT, HIDDEN), t),
    "arrived · from where nobody may look": lambda t: views.arrived(ContactArrived(URS, LEA), t),
    "owner": lambda t: views.owner(OwnerTold(URS, LEA, is_mine=True), t),
    "owner · not any more": lambda t: views.owner(OwnerTold(EVERYTHING, LEFT, is_mine=False), t),
}
