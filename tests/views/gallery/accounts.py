from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.access import Access
from bot.domain.account_cards import AccountCard
from bot.domain.account_edits import Deed, Part, PartGiven
from bot.domain.account_flags import Flag, RedFlag
from bot.domain.account_shape import Carried, Rating, Shape, Stage, Standing
from bot.domain.accounts import (
    TIERS,
    Account,
    AccountCreated,
    AccountQuestion,
    Because,
    Family,
    LastInteraction,
    OpenMatter,
    OpenMatters,
    Relation,
    Scope,
    TeamMember,
    TeamRole,
)
from bot.domain.commitments import Commitment, Kind
from bot.domain.contact_assessments import Measure
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, CommitmentId, ContactId
from bot.domain.satisfaction import Picture, Trend, Value
from bot.domain.sponsors import Considered, Step
from bot.i18n import Translator
from bot.views import accounts as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import GONE, HELVETIA, LEA, NOW, SECRET

PLAIN = AccountCard(
    account=Account(AccountId(1), "Helvetia Pumpen"),
    because=None,
    sponsor=None,
    family=Family(),
    flags=tuple(map(RedFlag, Flag)),
)
CONTACT = ContactOnMap(
    ContactId(1),
    "Gerd Häußler",
    SECRET,
    "a",
    "Werksleiter",
    2,
    (DecisionRole.DECIDER, DecisionRole.BUYER, DecisionRole.USER),
    owner=LEA,
    last_touch=NOW - timedelta(days=200),
)
PROMISE = Commitment(
    CommitmentId(1), Kind.PROMISE, SECRET, "Zwei Musterteile", LEA, date(2026, 11, 4), date(2026, 11, 1), number=240
)
LONG = "Hans-Jürgen von der Lühe-Schwarzenberg zu Hohenstein und Umgebung " * 3
FULL = AccountCard(
    account=replace(
        PLAIN.account,
        access=Access.RESTRICTED,
        tier=TIERS[0],
        relation=Relation.SHAREHOLDING,
        kam=LEA,
        deputy=GONE,
        mission="Ein Ansprechpartner " * 200,
        coverage="level_to_level",
        jour_fixe_weeks=4,
    ),
    because=Because.SPONSOR,
    sponsor=Considered(Step.PARENT_KAM_SPONSOR, LEA),
    family=Family(HELVETIA, (HELVETIA, SECRET) * 500, ()),
    team=(TeamMember(LEA, TeamRole.NATIONAL_KAM), TeamMember(GONE, None, "Kupplungen"), TeamMember(LEA)) * 30,
    flags=tuple(RedFlag(flag, 40, (LONG, LONG, LONG)) for flag in Flag),
    contacts=(CONTACT, replace(CONTACT, last_touch=None, account=HELVETIA, name=LONG, title=LONG)) * 4,
    contact_count=1000,
    impressions=Picture(12, middle=4.4, is_average=True, lowest=3, highest=5, trend=Trend.UP, spread=(0, 0, 1, 5, 6)),
    customer_words=Picture(5, middle=2.5, lowest=1, highest=4, trend=Trend.DOWN, spread=(1, 2, 1, 1, 0)),
    carried=Carried(Shape.DIAMOND, 40, 9, 0.4, 3, 3),
    standing=Standing(Stage.COOPERATIVE, Stage.INTERDEPENDENT, is_at_risk=True, reason="Weil " * 100, at=NOW),
    ratings=(
        Rating(Measure.RELATIONSHIP, 4, "Sie rufen an, bevor sie entscheiden. " * 9, LEA, NOW),
        Rating(Measure.PARTNERSHIP, 1, "Nur der Preis zählt.", GONE, NOW - timedelta(days=200)),
    ),
    interactions=(LastInteraction(240, "event", LEA, NOW + timedelta(days=1), "Wort " * 100, SECRET),) * 5,
    more_interactions=True,
    promises=(PROMISE,) * 5,
    promise_count=17,
    matters=OpenMatters(
        (OpenMatter("R-12", "Zwei Fachleute", "open", NOW, LEA, "Produktion"),) * 5,
        (
            OpenMatter("E-3", None, "raised", NOW, LEA, "Produktion"),
            OpenMatter("E-4", None, "acknowledged", None),
        ),
        40,
        2,
    ),
    deeds=tuple(Deed),
)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "card": lambda t: views.card(PLAIN, t),
    "card · all of it": lambda t: views.card(FULL, t),
    "card · one unit": lambda t: views.card(
        replace(PLAIN, family=Family(HELVETIA), scope=Scope.ALONE, deeds=(Deed.RATE,), flags=()), t
    ),
    "card · few values": lambda t: views.card(
        replace(
            FULL,
            impressions=Picture(2, (Value(5, NOW, AccountId(1)), Value(1, NOW, AccountId(1)))),
            customer_words=Picture(9, middle=3, lowest=1, highest=5, trend=Trend.STEADY),
        ),
        t,
    ),
    "card · more than is counted": lambda t: views.card(
        replace(
            FULL,
            impressions=Picture(150, middle=4.4, is_average=True, lowest=3, highest=5, is_cut=True),
            carried=Carried(Shape.DIAMOND, 250, 90, 0.4, 3, 3, is_cut=True),
        ),
        t,
    ),
    "question": lambda t: views.question(AccountQuestion("", (HELVETIA, SECRET)), t),
    "question · nothing there": lambda t: views.question(AccountQuestion("", ()), t),
    "question · near": lambda t: views.question(AccountQuestion("Helvetja", (HELVETIA, SECRET), HELVETIA), t),
    "question · closest": lambda t: views.question(AccountQuestion("Helv", (HELVETIA,)), t),
    "question · shared": lambda t: views.question(AccountQuestion("Helv", (HELVETIA, HELVETIA), is_shared=True), t),
    "part_given": lambda t: views.part_given(PartGiven(HELVETIA, Part.KAM, LEA), t),
    "part_given · over": lambda t: views.part_given(PartGiven(SECRET, Part.TEAM, LEA, is_over=True), t),
    "created": lambda t: views.created(AccountCreated(HELVETIA, LEA), t),
}
