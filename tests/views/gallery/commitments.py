from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.commitments import (
    LONGEST,
    PAGE,
    Commitment,
    CommitmentForm,
    Deed,
    Found,
    Kind,
    Listed,
    News,
    Part,
    Shown,
    State,
)
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, CommitmentId, ContactId, DraftId, MemberId
from bot.domain.members import Person
from bot.domain.worklists import Filter, Scope, WhichAccount, Worklist
from bot.i18n import Translator
from bot.views import commitments as views
from bot.views.blocks import Message, View

TODAY = date(2026, 11, 20)
HOSTILE = "<!channel> *x* {0} & " * 30
LEA, LEFT = Person(MemberId("ULEA"), "Lea Brunner"), Person(MemberId("ULEFT"), HOSTILE, left=True)
HELVETIA = AccountRef(AccountId(3), "Helvetia Pumpen")
HIDDEN = AccountRef(AccountId(2**63 - 1), HOSTILE[:120], Access.RESTRICTED)
PROMISE = Commitment(
    CommitmentId(17), Kind.PROMISE, HELVETIA, "A sample of the seal", LEA, date(2026, 12, 4), date(2026, 12, 4)
)
LONG = Commitment(
    CommitmentId(2**63 - 1),
    Kind.PROMISE,
    HIDDEN,
    HOSTILE[:LONGEST],
    LEFT,
    date(2025, 12, 4),
    date(2025, 11, 4),
    author=LEFT,
    contact=ContactRef(ContactId(4), HOSTILE[:120]),
    visibility=Visibility.LEADERSHIP,
    number=10**9,
    in_note=True,
    version=2**31,
)
STEP = replace(PROMISE, kind=Kind.NEXT_STEP, due_on=None, first_due_on=None, number=240)
KEPT = replace(PROMISE, state=State.DONE, closed_on=TODAY)
ME, LEAD = Viewer(LEA.id), Viewer(MemberId("UZOE"), is_kam_lead=True)
OWN = Worklist(Subject.PROMISE)
OF_ACCOUNT = Worklist(Subject.NEXT_STEP, Scope.ACCOUNT, AccountId(2**63 - 1), Filter.CLOSED, 7)


def listed(asked: Worklist, one: Commitment, many: int, total: int, viewer: Viewer = ME) -> Listed:
    return Listed(
        asked, Found((one,) * many, total, total), TODAY, viewer, HIDDEN if asked.scope is Scope.ACCOUNT else None
    )


def form(deed: Deed | None = None, one: Commitment | None = None, kind: Kind = Kind.PROMISE) -> CommitmentForm:
    account = None if deed else HIDDEN
    return CommitmentForm(DraftId(2**63 - 1), kind, TODAY, deed, one, account, LEA.id)


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "listed": lambda t: views.listed(listed(OWN, PROMISE, 1, 1), t),
    "listed · nothing": lambda t: views.listed(listed(OWN, PROMISE, 0, 0), t),
    "listed · nothing late": lambda t: views.listed(listed(OWN.showing(Filter.LATE), PROMISE, 0, 0), t),
    "listed · no step": lambda t: views.listed(listed(Worklist(Subject.NEXT_STEP), PROMISE, 0, 0), t),
    "listed · steps closed": lambda t: views.listed(listed(OF_ACCOUNT, KEPT, 2, 72), t),
    "listed · nothing closed": lambda t: views.listed(listed(OF_ACCOUNT, KEPT, 0, 0), t),
    "listed · all of it": lambda t: views.listed(
        listed(replace(OF_ACCOUNT, subject=Subject.PROMISE, shown=Filter.LATE), LONG, PAGE, 10**6, LEAD), t
    ),
    "listed · which": lambda t: views.listed(WhichAccount(Subject.PROMISE, HOSTILE, (HELVETIA,)), t),
    "card": lambda t: views.card(Shown(PROMISE, TODAY, Part.OWNER), t),
    "card · step": lambda t: views.card(Shown(STEP, TODAY, Part.AUTHOR), t),
    "card · today": lambda t: views.card(Shown(PROMISE, date(2026, 12, 4), Part.STAND_IN), t),
    "card · kept": lambda t: views.card(Shown(KEPT, TODAY, Part.KAM), t),
    "card · done": lambda t: views.card(Shown(replace(STEP, state=State.DONE), TODAY, Part.KAM), t),
    "card · step done on": lambda t: views.card(Shown(replace(KEPT, kind=Kind.NEXT_STEP), TODAY, Part.KAM), t),
    "card · withdrawn": lambda t: views.card(Shown(replace(KEPT, state=State.WITHDRAWN), TODAY, None), t),
    "card · gone": lambda t: views.card(Shown(None, TODAY, None), t),
    "card · given": lambda t: views.card(Shown(PROMISE, TODAY, Part.OWNER, LEFT, HOSTILE[:LONGEST]), t),
    "card · all of it": lambda t: views.card(Shown(LONG, TODAY, Part.KAM_LEAD, LEFT, HOSTILE[:LONGEST]), t),
    "news": lambda t: views.news(News(Shown(PROMISE, TODAY, Part.KAM), "moved", LEA, "The seal is late"), t),
    "news · overtaken": lambda t: views.news(
        News(Shown(KEPT, TODAY, Part.KAM), "moved", LEA, "The seal is late", is_last=False), t
    ),
    "news · handed over again": lambda t: views.news(
        News(Shown(PROMISE, TODAY, Part.KAM), "handed_over", LEA, None, is_last=False), t
    ),
    "news · done": lambda t: views.news(News(Shown(KEPT, TODAY, Part.OWNER), "done", LEA, None), t),
    "news · gone": lambda t: views.news(News(Shown(None, TODAY, None), "moved", LEA, None), t),
    "news · all of it": lambda t: views.news(News(Shown(LONG, TODAY, Part.KAM), "handed_over", None, HOSTILE[:500]), t),
    "form": lambda t: views.form(form(), t),
    "form · step": lambda t: views.form(form(kind=Kind.NEXT_STEP), t),
    "form · move": lambda t: views.form(form(Deed.MOVE, LONG), t),
    "form · hand over": lambda t: views.form(form(Deed.HAND_OVER, PROMISE), t),
    "form · withdraw": lambda t: views.form(form(Deed.WITHDRAW, STEP), t),
}
