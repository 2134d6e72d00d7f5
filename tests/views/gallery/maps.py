from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain import maps as rules
from bot.domain.access import Access
from bot.domain.accounts import Account, AccountRef, Relation
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.maps import AccountMap, CustomerMap, Facing, Unit
from bot.domain.members import Person
from bot.i18n import Translator
from bot.views import maps as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x* " + "y" * 40
LEA, LEFT = Person(MemberId("ULEA"), NAME), Person(MemberId("UOLD"), "Old Hand", left=True)
HELVETIA = Account(AccountId(1), "Helvetia Pumpen")
SECRET = Account(AccountId(2), NAME, access=Access.RESTRICTED, parent_id=AccountId(1))
UNITS = (
    Unit(HELVETIA.ref, kam=LEA),
    *(
        Unit(
            AccountRef(AccountId(number), f"{number} {NAME}"), HELVETIA.id, Relation.SITE, "FR", LEA, False, number % 9
        )
        for number in range(10, 40)
    ),
)
ROLES = (DecisionRole.DECIDER, DecisionRole.BUYER, DecisionRole.COACH)
CONTACTS = tuple(
    ContactOnMap(
        ContactId(number),
        f"{number} {NAME}",
        UNITS[number % 5].account,
        "a",
        NAME,
        number % 5 + 1,
        ROLES if number % 2 else (),
        counterpart=None if number % 3 == 0 else LEFT if number % 3 == 1 else LEA,
        counterpart_level=1,
        last_touch=NOW if number % 2 else None,
    )
    for number in range(1, 61)
)


def whole(offset: int = 0, account: Account = HELVETIA, parent: AccountRef | None = None) -> AccountMap:
    hints = rules.hints(CONTACTS, UNITS, NOW)
    return AccountMap(account, None, parent, UNITS, rules.ordered(CONTACTS), hints, offset)


PAIRS = tuple(Facing(f"{number} {NAME}", NAME, number % 5 + 1, LEA, NAME, 2) for number in range(45))
SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "shown": lambda t: views.shown(AccountMap(HELVETIA, units=(Unit(HELVETIA.ref),), contacts=CONTACTS[:1]), t),
    "shown · all of it": lambda t: views.shown(whole(parent=AccountRef(AccountId(9), NAME)), t),
    "shown · the second page": lambda t: views.shown(whole(20), t),
    "shown · restricted": lambda t: views.shown(whole(account=SECRET), t),
    "shown · nobody": lambda t: views.shown(AccountMap(HELVETIA, units=(Unit(HELVETIA.ref),)), t),
    "shown · too many": lambda t: views.shown(AccountMap(HELVETIA, contacts=CONTACTS * 4), t),
    "for_customer": lambda t: views.for_customer(CustomerMap(HELVETIA.ref, "Arven", PAIRS[:2]), t),
    "for_customer · all of it": lambda t: views.for_customer(CustomerMap(SECRET.ref, NAME, PAIRS, 20), t),
    "for_customer · nobody": lambda t: views.for_customer(CustomerMap(HELVETIA.ref, "Arven"), t),
    "for_customer · too many": lambda t: views.for_customer(CustomerMap(HELVETIA.ref, "Arven", PAIRS * 5), t),
    "sent": lambda t: views.sent(HELVETIA.ref, t),
    "sent · restricted": lambda t: views.sent(SECRET.ref, t),
}
