"""Worklists: the requests and conflicts somebody looks after, what of them waits for this person, and what is late."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from bot.domain import errors
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.escalations import OPEN as CONFLICT_OPEN
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import LARGEST_ID, AccountId
from bot.domain.members import Member, Person
from bot.domain.requests import UNDER_WAY as REQUEST_UNDER_WAY
from bot.domain.requests import State as RequestState

PAGE = 20
"""Lines of one page."""

State = RequestState | ConflictState


class Scope(StrEnum):
    """Whose requests or conflicts are listed."""

    MINE = "mine"
    """What this person asked for, took on or joined, and whatever waits for them."""
    DEPARTMENT = "department"
    """Their departments' queue, and what they answer where nobody else can."""
    ACCOUNT = "account"
    """An account's with its units."""


class Filter(StrEnum):
    """Which of them are listed; a single state does as well."""

    UNDER_WAY = "under_way"
    WAITING = "waiting"
    """For this person."""
    LATE = "late"
    CLOSED = "closed"


Shown = Filter | RequestState | ConflictState

STATES: Mapping[Subject, tuple[State, ...]] = {
    Subject.REQUEST: tuple(RequestState),
    Subject.ESCALATION: tuple(ConflictState),
}
UNDER_WAY: Mapping[Subject, tuple[State, ...]] = {
    Subject.REQUEST: REQUEST_UNDER_WAY,
    Subject.ESCALATION: tuple(
        state for state in ConflictState if state in CONFLICT_OPEN or state is ConflictState.DECIDED
    ),
}
"""What somebody still has to do something about; a decision is followed until it is kept."""
_DATED: tuple[Shown, ...] = (Filter.UNDER_WAY, Filter.LATE, Filter.CLOSED)
FILTERS: Mapping[Subject, tuple[Shown, ...]] = {
    **{subject: (*Filter, *states) for subject, states in STATES.items()},
    Subject.PROMISE: _DATED,
    Subject.NEXT_STEP: _DATED,
    Subject.DEMAND: (Filter.UNDER_WAY, Filter.WAITING, Filter.CLOSED),
}


class Tie(StrEnum):
    """What can make a request or conflict wait for somebody."""

    REQUESTER = "requester"
    ANSWERER = "answerer"
    """May answer for the department that was asked."""
    NEXT_ANSWERER = "next_answerer"
    """May answer for the department it is offered to."""
    KAM = "kam"
    """Of the account, or their deputy: what stands still until the requester answers, they may answer instead."""
    ASSIGNEE = "assignee"
    ADDRESSEE = "addressee"
    """May decide now."""
    OFFERED = "offered"
    """An addressee offered it to this person."""
    ASKED = "asked"
    """Has an open question to answer."""
    UNCONFIRMED = "unconfirmed"
    """A side whose word on a settlement is still open."""
    OWNER = "owner"
    """Has something to do that the decision asks for."""
    KAM_LEAD = "kam_lead"


WAITS_FOR: Mapping[Subject, Mapping[State, frozenset[Tie]]] = {
    Subject.REQUEST: {
        RequestState.OPEN: frozenset({Tie.ANSWERER, Tie.NEXT_ANSWERER}),
        RequestState.QUESTION: frozenset({Tie.REQUESTER, Tie.KAM, Tie.NEXT_ANSWERER}),
        RequestState.COUNTERED: frozenset({Tie.REQUESTER}),
        RequestState.ACCEPTED: frozenset({Tie.ASSIGNEE}),
        RequestState.REOPENED: frozenset({Tie.ASSIGNEE}),
        RequestState.DELIVERED: frozenset({Tie.REQUESTER}),
    },
    Subject.ESCALATION: {
        ConflictState.WITHOUT_RECIPIENT: frozenset({Tie.KAM_LEAD, Tie.ASKED}),
        ConflictState.RAISED: frozenset({Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED}),
        ConflictState.ACKNOWLEDGED: frozenset({Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED}),
        ConflictState.QUESTION: frozenset({Tie.OFFERED, Tie.ASKED}),
        ConflictState.UNANSWERED: frozenset({Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED}),
        ConflictState.DECIDED: frozenset({Tie.OWNER, Tie.UNCONFIRMED}),
    },
}
"""For whom something waits in which state; in the states that are not here, for nobody."""


def waits_for(subject: Subject, state: State, ties: Collection[Tie]) -> bool:
    """Tell whether something in this state waits for somebody with these ties."""
    return not WAITS_FOR[subject].get(state, frozenset()).isdisjoint(ties)


PROMISED = (RequestState.ACCEPTED, RequestState.REOPENED)
"""The states in which the promised date counts."""
UNPROMISED = (RequestState.OPEN, RequestState.QUESTION, RequestState.COUNTERED)
"""The states in which the date counts that was asked for."""


def is_request_late(
    state: RequestState,
    needed_by: date,
    promised_on: date | None,
    answer_by: datetime | None,
    now: datetime,
    today: date,
) -> bool:
    """Tell whether an answer or a promise of a request is overdue; what was delivered is never late."""
    if state is RequestState.OPEN and answer_by is not None and answer_by < now:
        return True
    if state in PROMISED:
        return (promised_on or needed_by) < today
    return state in UNPROMISED and needed_by < today


def is_conflict_late(state: ConflictState, decide_by: date | None, action_due: date | None, today: date) -> bool:
    """Tell whether a decision is overdue, or the first of its actions that nobody has done."""
    if state is ConflictState.DECIDED:
        return action_due is not None and action_due < today
    return state in CONFLICT_OPEN and decide_by is not None and decide_by < today


_KEY = re.compile(r"(request|escalation|promise|next_step|demand):(mine|department|[0-9]{1,19}):([a-z_]+):([0-9]{1,4})")
_SCOPE_OF = {Subject.MEMBER: Scope.MINE, Subject.DEPARTMENT: Scope.DEPARTMENT, Subject.ACCOUNT: Scope.ACCOUNT}
_ABOUT = {scope: subject for subject, scope in _SCOPE_OF.items()}


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page of a list, as it is asked for."""

    subject: Subject
    """Requests, escalations, promises, next steps or demands."""
    scope: Scope = Scope.MINE
    account_id: AccountId | None = None
    """Of an account's list."""
    shown: Shown = Filter.UNDER_WAY
    page: int = 0

    @property
    def key(self) -> str:
        """Return what a button carries: an id and keys of ours; no text, no rights."""
        return f"{self.subject}:{self.account_id or self.scope}:{self.shown}:{self.page}"

    @classmethod
    def of(cls, key: str) -> "Worklist":
        """Read what a button carries.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        read = _KEY.fullmatch(key)
        shown = next((one for one in FILTERS[Subject(read[1])] if one == read[3]), None) if read else None
        of_account = read is not None and read[2].isdigit()
        if read is None or shown is None or (of_account and int(read[2]) > LARGEST_ID):
            raise errors.OutOfDate
        return cls(
            subject=Subject(read[1]),
            scope=Scope.ACCOUNT if of_account else Scope(read[2]),
            account_id=AccountId(int(read[2])) if of_account else None,
            shown=shown,
            page=int(read[4]),
        )

    @property
    def about(self) -> Ref:
        """Return whose list it is, as a message refers to it."""
        return Ref(_ABOUT[self.scope], self.account_id or 0)

    @property
    def detail(self) -> int:
        """Return filter and page as the one number a message carries."""
        filters = FILTERS[self.subject]
        return self.page * len(filters) + filters.index(self.shown)

    @classmethod
    def told(cls, subject: Subject, about: Ref, detail: int) -> "Worklist":
        """Read what a message carries."""
        page, at = divmod(detail, len(FILTERS[subject]))
        return cls(subject, _SCOPE_OF[about.subject], AccountId(about.id) or None, FILTERS[subject][at], page)

    def showing(self, shown: Shown) -> "Worklist":
        """Return the first page of the same list with another filter."""
        return replace(self, shown=shown, page=0)

    def turned(self, pages: int) -> "Worklist":
        """Return another page of the same list."""
        return replace(self, page=self.page + pages)


@dataclass(frozen=True, slots=True)
class Line:
    """A request or conflict in a list; who sees only its header gets no person and no goal."""

    id: int
    short_id: str
    state: State
    account: AccountRef
    departments: tuple[str, ...]
    """The one that was asked; of a conflict those of both sides."""
    headline: str = ""
    asker: Person | None = None
    owners: tuple[Person, ...] = ()
    """Who is on it."""
    due: date | None = None
    """When it is needed, promised or to be decided."""
    answer_by: datetime | None = None
    """When the department's answer is due, while it is."""
    closed_at: datetime | None = None
    is_late: bool = False
    waits: bool = False
    """For this reader."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a list holds: one page of it, and how much there is of everything that the filter lets through."""

    lines: tuple[Line, ...] = ()
    total: int = 0
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list for its reader."""

    asked: Worklist
    found: Found
    account: AccountRef | None = None
    has_departments: bool = False
    """Whether this reader belongs to a department, or answers for one."""

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(ceil(self.found.total / PAGE), 1)


@dataclass(frozen=True, slots=True)
class WhichAccount:
    """Nothing bears the typed name exactly; these may be meant."""

    subject: Subject
    typed: str
    accounts: tuple[AccountRef, ...]


@dataclass(frozen=True, slots=True)
class ListWork:
    """Show the own requests or conflicts, or those of the account that was typed."""

    actor: Member
    subject: Subject
    typed: str = ""


@dataclass(frozen=True, slots=True)
class TurnTo:
    """Show another list, page or filter in place of this one."""

    actor: Member
    asked: Worklist
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class OpenListed:
    """Show a request or conflict of a list beside it."""

    actor: Member
    about: Ref
    key: str
    reply_to: ReplyTo
