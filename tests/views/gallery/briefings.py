from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.access import Access, Visibility
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Carried, Shape, Stage
from bot.domain.accounts import Account, AccountRef, Because, OpenMatter
from bot.domain.briefings import (
    DUE,
    FAVOURS,
    HEARD,
    HYPOTHESES,
    INWARD,
    MATTERS,
    OFFERED,
    PEOPLE,
    PLANNED,
    WISHES,
    Briefing,
    Heard,
    Hypothesis,
    Judgement,
    Offer,
    Part,
    Portrait,
    Shown,
    Suggestion,
    Topic,
    WhichBriefing,
)
from bot.domain.commitments import Commitment, Kind
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import ContactChoice, Relations
from bot.domain.contacts import ContactOnMap, ContactRef, DecisionRole
from bot.domain.favours import Direction, Favour
from bot.domain.identity import AccountId, CommitmentId, ContactId, FavourId, MemberId
from bot.domain.interactions import Category
from bot.domain.interactions import Favour as FavourKind
from bot.domain.members import Person
from bot.domain.satisfaction import Picture, Trend, Value
from bot.i18n import Translator
from bot.views import briefings as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LONG = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x* `y` & Söhne " * 12
LEA, ANA = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("UANA"), LONG, left=True)
HELVETIA, SECRET = AccountRef(AccountId(17), "Helvetia Pumpen"), AccountRef(AccountId(18), LONG, Access.RESTRICTED)
SIMON = ContactOnMap(
    ContactId(3),
    "Simon Ashworth",
    HELVETIA,
    "a",
    title="Head of Purchasing",
    level=2,
    decision_roles=(DecisionRole.DECIDER,),
    attitude=4,
    owner=LEA,
    counterpart=LEA,
    counterpart_level=3,
    last_touch=NOW - timedelta(days=9),
)
STRANGER = ContactOnMap(ContactId(4), "Vera Wulfes", HELVETIA, "a")
WORST = ContactOnMap(
    ContactId(2**62),
    LONG,
    SECRET,
    "a",
    title=LONG,
    level=1,
    decision_roles=tuple(DecisionRole),
    attitude=1,
    influence=1,
    owner=ANA,
    counterpart=ANA,
    counterpart_level=5,
    last_touch=NOW - timedelta(days=1000),
)
NOTE = Heard(240, "visit", Category.NEED, LEA, NOW - timedelta(days=3), "They want two lines more", HELVETIA, "Simon")
WORST_NOTE = Heard(
    10**9,
    "event",
    Category.RISK,
    ANA,
    NOW - timedelta(days=800),
    LONG * 3,
    SECRET,
    LONG,
    is_complaint=True,
    visibility=Visibility.PRIVATE,
)
PROMISE = Commitment(
    CommitmentId(1), Kind.PROMISE, HELVETIA, "Samples", LEA, date(2026, 12, 4), date(2026, 12, 4), number=240
)
WORST_STEP = Commitment(
    CommitmentId(2),
    Kind.NEXT_STEP,
    SECRET,
    LONG,
    ANA,
    date(2025, 1, 3),
    None,
    contact=ContactRef(ContactId(3), LONG),
    number=10**9,
)
FAVOUR = Favour(
    FavourId(1), HELVETIA, FavourKind.INTRODUCTION, Direction.GIVEN, "To our lab", date(2026, 11, 2), LEA, LEA
)
WORST_FAVOUR = Favour(
    FavourId(2),
    SECRET,
    FavourKind.RECOMMENDATION,
    Direction.RECEIVED,
    LONG,
    date(2025, 1, 3),
    ANA,
    ANA,
    contact=ContactRef(ContactId(3), LONG),
)
ACCOUNT = Account(
    AccountId(17),
    "Helvetia Pumpen",
    tier="a",
    kam=LEA,
    mission="With Helvetia we want the quietest pump of Europe by 2029.",
    stage=Stage.COOPERATIVE,
    desired_stage=Stage.INTERDEPENDENT,
    stage_at=NOW,
)
WORST_ACCOUNT = Account(
    AccountId(18),
    LONG,
    access=Access.RESTRICTED,
    tier="a",
    kam=ANA,
    deputy=ANA,
    mission=LONG * 3,
    stage=Stage.EXPLORATORY,
    desired_stage=Stage.INTEGRATED,
    is_at_risk=True,
    stage_at=NOW - timedelta(days=900),
)
BRIEFING = Briefing(
    ACCOUNT,
    None,
    people=Part((SIMON, STRANGER), 2),
    heard=Part((NOTE,), 1),
    planned=Part((replace(NOTE, at=NOW + timedelta(days=4)),), 1),
    wishes=Part((NOTE,), 1),
    due=Part((PROMISE,), 1),
    matters=Part(
        (OpenMatter("R-12", "Two engineers", "open", NOW, LEA, "Production"), OpenMatter("E-3", None, "raised", None)),
        2,
    ),
    favours=Part((FAVOUR,), 1),
    impressions=Picture(1, (Value(4, NOW, AccountId(17)),)),
    customer_words=Picture(12, middle=4.2, is_average=True, lowest=2, highest=5, trend=Trend.UP),
    carried=Carried(Shape.BOW_TIE, 9, 2, 0.9, 1, 1),
    judged=(Judgement(Measure.ATTITUDE, 4, LEA, NOW - timedelta(days=200), AccountId(17), ContactId(3)),),
    suggestions=(Suggestion(Topic.TREND), Suggestion(Topic.NEED, NOW - timedelta(days=200))),
)
WORST_PICTURE = Picture(4, tuple(Value(1, NOW - timedelta(days=300), AccountId(18)) for _ in range(4)))
EVERYTHING = Briefing(
    WORST_ACCOUNT,
    Because.SPONSOR,
    units=1000,
    people=Part((WORST,) * PEOPLE, 1000),
    heard=Part((WORST_NOTE,) * HEARD, 1000),
    planned=Part((replace(WORST_NOTE, at=NOW + timedelta(days=400)),) * PLANNED, 1000),
    wishes=Part((WORST_NOTE,) * WISHES, 1000),
    due=Part((WORST_STEP,) * DUE, 1000),
    overdue=1000,
    matters=Part((OpenMatter("R-1000000000", LONG, "accepted", NOW, ANA, LONG),) * MATTERS, 1000),
    favours=Part((WORST_FAVOUR,) * FAVOURS, 1000),
    impressions=WORST_PICTURE,
    customer_words=WORST_PICTURE,
    carried=Carried(Shape.DIAMOND, 1000, 1000, 0.1, 9, 9),
    judged=tuple(
        Judgement(measure, 1, ANA, NOW - timedelta(days=900), AccountId(18), contact)
        for measure in Measure
        for contact in (None, WORST.id)
        if contact or measure not in {Measure.ATTITUDE, Measure.INFLUENCE}
    ),
    hypotheses=Part((Hypothesis(WORST.id, LONG, LONG, LONG, ANA, NOW - timedelta(days=900)),) * HYPOTHESES, 1000),
    flags=tuple(RedFlag(flag, 1000, (LONG,) * 3) for flag in Flag if flag not in INWARD),
    suggestions=tuple(Suggestion(topic, NOW - timedelta(days=900)) for topic in Topic),
)
BOSS = ContactChoice(ContactId(4), "Vera Wulfes", "COO", HELVETIA)
WORST_BOSS = replace(BOSS, name=LONG, title=LONG, account=SECRET)
AROUND = Relations(WORST_BOSS, (WORST_BOSS,) * 20, (WORST_BOSS,) * 20, (WORST_BOSS,) * 20)
OF_CONTACT = replace(
    BRIEFING, portrait=Portrait(SIMON, "Fewer stops", Relations(BOSS, (BOSS,), (), (BOSS,))), people=Part()
)
ALL_OF_CONTACT = replace(EVERYTHING, portrait=Portrait(WORST, LONG * 3, AROUND), people=Part())
EMPTY = Briefing(Account(AccountId(17), "Helvetia Pumpen"), None)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "page": lambda t: views.page(Shown(BRIEFING, is_short=False), t),
    "page · in short": lambda t: views.page(Shown(BRIEFING, is_short=True), t),
    "page · all of it": lambda t: views.page(Shown(EVERYTHING, is_short=False), t),
    "page · all of it in short": lambda t: views.page(Shown(EVERYTHING, is_short=True), t),
    "page · nothing": lambda t: views.page(Shown(EMPTY, is_short=False), t),
    "page · nothing in short": lambda t: views.page(Shown(EMPTY, is_short=True), t),
    "page · of a contact": lambda t: views.page(Shown(OF_CONTACT, is_short=False), t),
    "page · of a contact in short": lambda t: views.page(Shown(OF_CONTACT, is_short=True), t),
    "page · all of a contact": lambda t: views.page(Shown(ALL_OF_CONTACT, is_short=False), t),
    "page · all of a contact in short": lambda t: views.page(Shown(ALL_OF_CONTACT, is_short=True), t),
    "page_in_modal": lambda t: views.page_in_modal(Shown(EVERYTHING, is_short=False), t),
    "which": lambda t: views.which(
        WhichBriefing("Helv", (Offer(HELVETIA), Offer(HELVETIA, ContactRef(ContactId(3), "Simon")))), t
    ),
    "which · all of it": lambda t: views.which(
        WhichBriefing(
            LONG, (Offer(SECRET, ContactRef(ContactId(2**62), LONG)),) * OFFERED, is_short=True, is_shared=True
        ),
        t,
    ),
    "which · nothing typed": lambda t: views.which(WhichBriefing("", (Offer(HELVETIA),)), t),
    "which · no account": lambda t: views.which(WhichBriefing("", ()), t),
    "form": views.form,
}
