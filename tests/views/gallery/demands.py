from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Subject
from bot.domain.demands import (
    LONGEST,
    PAGE,
    Deed,
    Demand,
    DemandForm,
    DemandNews,
    DemandsFound,
    DemandShown,
    DemandsListed,
    Source,
    State,
)
from bot.domain.identity import AccountId, ContactId, DemandId, DraftId, MemberId
from bot.domain.members import Person
from bot.domain.requests import DeclineReason
from bot.domain.worklists import Filter, Scope, Worklist
from bot.i18n import Translator
from bot.views import demands as views
from bot.views.blocks import Message, View

TODAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOSTILE = "<!channel> *x* {0} & " * 200
LEA, BEN = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("UBEN"), "Ben Okafor")
LEFT = Person(MemberId("ULEFT"), HOSTILE[:600], left=True)
HELVETIA = AccountRef(AccountId(3), "Helvetia Pumpen")
HIDDEN = AccountRef(AccountId(2**63 - 1), HOSTILE[:120], Access.RESTRICTED)
OPEN = Demand(DemandId(17), HELVETIA, Source.CUSTOMER, "Deliveries twice a week", BEN, NOW, kam=LEA)
LONG = Demand(
    DemandId(2**63 - 1),
    HIDDEN,
    Source.OURS,
    HOSTILE[:LONGEST],
    LEFT,
    NOW,
    contact=ContactRef(ContactId(4), HOSTILE[:120]),
    version=2**31,
)
LATER = replace(OPEN, state=State.LATER, later_on=date(2026, 12, 1))
TAKEN = replace(OPEN, state=State.TAKEN, owner=BEN)
DECLINED = replace(
    LONG,
    state=State.DECLINED,
    answer=HOSTILE[:LONGEST],
    reason=DeclineReason.CAPACITY,
    follow_up_on=TODAY,
    owner=LEFT,
)
KAM = Viewer(LEA.id, kam_of=frozenset({HELVETIA.id, HIDDEN.id}))
LEAD = Viewer(MemberId("UZOE"), is_kam_lead=True)
AUTHOR = Viewer(BEN.id)
OWN = Worklist(Subject.DEMAND)
LAST = Worklist(Subject.DEMAND, Scope.ACCOUNT, AccountId(2**63 - 1), Filter.CLOSED, 7)


def form(deed: Deed | None, demand: Demand | None) -> DemandForm:
    account = None if deed else HIDDEN
    return DemandForm(DraftId(2**63 - 1), TODAY, deed, demand, account, HOSTILE[:LONGEST], LEA.id, TODAY)


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "answered": lambda t: views.answered(DemandShown(OPEN, AUTHOR, is_new=True), t),
    "answered · list": lambda t: views.answered(DemandsListed(OWN, DemandsFound((LATER, TAKEN), 2), KAM), t),
    "listed": lambda t: views.listed(DemandsListed(OWN, DemandsFound((OPEN, LATER), 2), KAM), t),
    "listed · nothing": lambda t: views.listed(DemandsListed(OWN.showing(Filter.WAITING), DemandsFound(), KAM), t),
    "listed · all of it": lambda t: views.listed(
        DemandsListed(LAST, DemandsFound((DECLINED,) * PAGE, 10**6), KAM, HIDDEN), t
    ),
    "card": lambda t: views.card(DemandShown(OPEN, KAM), t),
    "card · no KAM": lambda t: views.card(DemandShown(LONG, LEAD, leads=(LEA,)), t),
    "card · nobody": lambda t: views.card(DemandShown(replace(OPEN, kam=None), AUTHOR), t),
    "card · later": lambda t: views.card(DemandShown(LATER, KAM), t),
    "card · taken": lambda t: views.card(DemandShown(TAKEN, AUTHOR), t),
    "card · done": lambda t: views.card(DemandShown(replace(TAKEN, state=State.DONE), KAM), t),
    "card · for somebody away": lambda t: views.card(DemandShown(OPEN, AUTHOR, acting=BEN), t),
    "card · all of it": lambda t: views.card(DemandShown(DECLINED, KAM), t),
    "news": lambda t: views.news(DemandNews(TAKEN, "taken", LEA), t),
    "news · later": lambda t: views.news(DemandNews(LATER, "later", LEA), t),
    "news · done": lambda t: views.news(DemandNews(replace(TAKEN, state=State.DONE), "done", BEN), t),
    "news · back": lambda t: views.news(DemandNews(OPEN, "back", LEFT), t),
    "news · something else": lambda t: views.news(DemandNews(OPEN, "other", None), t),
    "news · all of it": lambda t: views.news(DemandNews(DECLINED, "declined", LEFT), t),
    "form": lambda t: views.form(form(None, None), t),
    "form · do": lambda t: views.form(form(Deed.DO, LONG), t),
    "form · later": lambda t: views.form(form(Deed.LATER, OPEN), t),
    "form · decline": lambda t: views.form(form(Deed.DECLINE, LONG), t),
}
