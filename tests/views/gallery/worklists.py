from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person
from bot.domain.requests import State as RequestState
from bot.domain.worklists import Filter, Found, Line, Listed, Scope, WhichAccount, Worklist
from bot.i18n import Translator
from bot.views import worklists as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import LEA, NOW, SECRET

DAY = date(2026, 12, 4)
OPEN = Line(
    id=12,
    short_id="R-12",
    state=RequestState.OPEN,
    account=AccountRef(AccountId(1), "Helvetia Pumpen"),
    departments=("Production",),
    headline="Two engineers for the pilot line",
    asker=LEA,
    due=DAY,
    answer_by=NOW,
    is_late=True,
    waits=True,
)
CONFLICT = Line(
    id=3,
    short_id="E-3",
    state=ConflictState.RAISED,
    account=SECRET,
    departments=("Sales", "Production"),
    headline="One line from 1 December",
    asker=LEA,
    owners=(LEA,) * 9,
    due=DAY,
)
EVERY_STATE = tuple(
    replace(OPEN, state=state, owners=(LEA,), answer_by=None, is_late=False, waits=False) for state in RequestState
)
CLOSED = replace(CONFLICT, state=ConflictState.KEPT, closed_at=NOW)
HOSTILE = "<!channel> & *x* & " * 20
NOBODY = Person(MemberId("U9"), "&" * 80, left=True)
LONG = replace(
    CONFLICT,
    headline=HOSTILE,
    account=replace(SECRET, name=HOSTILE),
    departments=(HOSTILE, HOSTILE),
    asker=NOBODY,
    owners=(NOBODY,) * 9,
    is_late=True,
    waits=True,
)
REQUESTS, CONFLICTS = Worklist(Subject.REQUEST), Worklist(Subject.ESCALATION)
OF_ACCOUNT = replace(REQUESTS, scope=Scope.ACCOUNT, account_id=SECRET.id)


def _empty(asked: Worklist, *, has_departments: bool = True) -> Callable[[Translator], Message | View]:
    account = SECRET if asked.scope is Scope.ACCOUNT else None
    return lambda t: views.listed(Listed(asked, Found(), account, has_departments), t)


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "listed · mine": lambda t: views.listed(
        Listed(REQUESTS, Found((OPEN, *EVERY_STATE), 11, 1, 1), has_departments=True), t
    ),
    "listed · a middle page of hostile text": lambda t: views.listed(
        Listed(replace(CONFLICTS, page=1), Found((LONG,) * 20, 57, 20, 20), has_departments=True), t
    ),
    "listed · a full page of long names": lambda t: views.listed(
        Listed(CONFLICTS, Found((replace(LONG, headline="Wort " * 24, departments=("Wort " * 10,) * 2),) * 20, 57)), t
    ),
    "listed · an account's, closed": lambda t: views.listed(
        Listed(replace(OF_ACCOUNT, subject=Subject.ESCALATION, shown=Filter.CLOSED), Found((CLOSED,), 1), SECRET), t
    ),
    "listed · headers only": lambda t: views.listed(
        Listed(
            replace(CONFLICTS, scope=Scope.DEPARTMENT, shown=ConflictState.RAISED),
            Found((replace(CONFLICT, headline="", asker=None, owners=()),), 1),
            has_departments=True,
        ),
        t,
    ),
    "listed · without a department": lambda t: views.listed(
        Listed(REQUESTS.showing(Filter.WAITING), Found((replace(OPEN, departments=()),), 1, 1, 1)), t
    ),
    "listed · no requests": _empty(REQUESTS),
    "listed · no conflicts": _empty(CONFLICTS),
    "listed · nothing of an account": _empty(OF_ACCOUNT),
    "listed · an empty queue": _empty(replace(REQUESTS, scope=Scope.DEPARTMENT)),
    "listed · no department": _empty(replace(REQUESTS, scope=Scope.DEPARTMENT), has_departments=False),
    "listed · nothing late": _empty(REQUESTS.showing(Filter.LATE)),
    "listed · nothing in a state": _empty(CONFLICTS.showing(ConflictState.KEPT)),
    "listed · which account": lambda t: views.listed(WhichAccount(Subject.REQUEST, HOSTILE, (SECRET,) * 5), t),
}
