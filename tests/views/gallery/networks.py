from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from bot.domain.access import Access
from bot.domain.accounts import AccountRef
from bot.domain.contact_commands import ContactChoice
from bot.domain.departments import Department
from bot.domain.identity import AccountId, ChannelId, ContactId, DepartmentId, MemberId
from bot.domain.members import Person
from bot.domain.networks import OFFERED, Branch, Met, Network, Post, Seat, Topic, WhoKnows, WhoQuestion
from bot.i18n import Translator
from bot.views import networks as views
from bot.views.blocks import Message, View

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x* " + "y" * 40
LEA, ANA = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("UANA"), NAME)
LEFT = Person(MemberId("UOLD"), "Old Hand", left=True)
HERE, AWAY = Seat(LEA), Seat(ANA, is_away=True, until=date(2026, 12, 11), stands_in=LEA)
ALONE = Seat(ANA, is_away=True)
PRODUCTION = Department(DepartmentId(1), "Production", ChannelId("CPROD"), LEA)
LONG = Department(DepartmentId(2), NAME, ChannelId("CLONG"), ANA)
FULL = Branch(
    LONG,
    tuple((post, AWAY) for post in Post),
    (),
    tuple(Topic(f"{number} {NAME}", (AWAY,) * 9, is_single=True) for number in range(8)),
)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
SECRET = AccountRef(AccountId(2), "Projekt Kolibri", Access.RESTRICTED)
ANNE = ContactChoice(ContactId(5), "Anne Dupont", NAME, SECRET)
SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "network": lambda t: views.network(
        Network((Branch(PRODUCTION, ((Post.COORDINATOR, HERE),), (Post.HEAD, Post.DEPUTY), ()),), count=1), t
    ),
    "network · a page of many": lambda t: views.network(
        Network((Branch(PRODUCTION, ((Post.HEAD, AWAY),), (Post.DEPUTY,)),) * 6, offset=6, count=20), t
    ),
    "network · one with all of it": lambda t: views.network(Network((FULL,), "Long", count=1), t),
    "network · a topic": lambda t: views.network(Network((Branch(None, topics=FULL.topics[:1]),), "x", NAME), t),
    "network · nothing like it": lambda t: views.network(Network((), NAME, closest=("Production", NAME)), t),
    "network · nothing at all": lambda t: views.network(Network(()), t),
    "known": lambda t: views.known(
        WhoKnows(HELVETIA, None, (HERE,), (Met(LEA, NOW, 3, HERE), Met(ANA, NOW, 1, AWAY), Met(LEFT, NOW, 2))), t
    ),
    "known · a contact": lambda t: views.known(WhoKnows(SECRET, ANNE, (ALONE,), (Met(ANA, NOW, 1000, AWAY),) * 10), t),
    "known · by nobody": lambda t: views.known(WhoKnows(HELVETIA), t),
    "question": lambda t: views.question(WhoQuestion("Anne", (ANNE,) * OFFERED, (HELVETIA, SECRET)), t),
    "question · recent ones": lambda t: views.question(WhoQuestion("", (ANNE,)), t),
    "question · unknown": lambda t: views.question(WhoQuestion(NAME), t),
    "question · nothing yet": lambda t: views.question(WhoQuestion(""), t),
}
