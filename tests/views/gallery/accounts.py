from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.access import Access
from bot.domain.accounts import (
    TIERS,
    Account,
    AccountCard,
    AccountCreated,
    AccountQuestion,
    Because,
    ContactsSeen,
    ContactTouch,
    DatedPromise,
    Family,
    Gap,
    LastInteraction,
    OpenMatter,
    Relation,
    TeamMember,
    TeamRole,
)
from bot.domain.identity import AccountId, ContactId
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
    team=(),
    contacts=ContactsSeen(),
    impressions=Picture(),
    customer_words=Picture(),
    interactions=(),
    more_interactions=False,
    promises=(),
    more_promises=False,
    gaps=tuple(Gap),
)
CONTACT = ContactTouch(
    ContactId(1), "Gerd Häußler", "Werksleiter", 2, ("decider", "buyer", "user"), NOW - timedelta(days=9), LEA, SECRET
)
FULL = AccountCard(
    account=replace(
        PLAIN.account,
        access=Access.RESTRICTED,
        tier=TIERS[0],
        relation=Relation.SHAREHOLDING,
        kam=LEA,
        deputy=GONE,
        mission="Ein Ansprechpartner " * 200,
    ),
    because=Because.SPONSOR,
    sponsor=Considered(Step.PARENT_KAM_SPONSOR, LEA),
    family=Family(HELVETIA, (HELVETIA, SECRET) * 500, ()),
    team=(TeamMember(LEA, TeamRole.NATIONAL_KAM), TeamMember(GONE, None, "Kupplungen"), TeamMember(LEA)) * 30,
    contacts=ContactsSeen((CONTACT, replace(CONTACT, last_touch=None, account=HELVETIA)) * 4, 1000, 1),
    impressions=Picture(12, middle=4.4, is_average=True, lowest=3, highest=5, trend=Trend.UP),
    customer_words=Picture(5, middle=2.5, lowest=1, highest=4, trend=Trend.DOWN),
    interactions=(LastInteraction(240, "event", LEA, NOW + timedelta(days=1), "Wort " * 100, SECRET),) * 5,
    more_interactions=True,
    promises=(DatedPromise("Zwei Musterteile", date(2027, 1, 4), LEA, SECRET, 240),) * 5,
    more_promises=True,
    requests=(OpenMatter("R-12", "Zwei Fachleute", "open", NOW, LEA, "Produktion"),) * 40,
    conflicts=(
        OpenMatter("E-3", None, "raised", NOW, LEA, "Produktion"),
        OpenMatter("E-4", None, "acknowledged", None),
    ),
)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "card": lambda t: views.card(PLAIN, t),
    "card · all of it": lambda t: views.card(FULL, t),
    "card · few values": lambda t: views.card(
        replace(
            FULL,
            impressions=Picture(2, (Value(5, NOW, AccountId(1)), Value(1, NOW, AccountId(1)))),
            customer_words=Picture(9, middle=3, lowest=1, highest=5, trend=Trend.STEADY),
        ),
        t,
    ),
    "question": lambda t: views.question(AccountQuestion("", (HELVETIA, SECRET)), t),
    "question · nothing there": lambda t: views.question(AccountQuestion("", ()), t),
    "question · near": lambda t: views.question(AccountQuestion("Helvetja", (HELVETIA, SECRET), HELVETIA), t),
    "question · closest": lambda t: views.question(AccountQuestion("Helv", (HELVETIA,)), t),
    "question · shared": lambda t: views.question(AccountQuestion("Helv", (HELVETIA, HELVETIA), is_shared=True), t),
    "created": lambda t: views.created(AccountCreated(HELVETIA, LEA), t),
}
