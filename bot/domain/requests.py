"""Requests: asks to a department on behalf of an account, and their answers; asked, never ordered."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict

from bot.domain import errors, names
from bot.domain.access import Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.departments import Department
from bot.domain.identity import AccountId, DepartmentId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.request_times import UNTIMED, Clock
from bot.domain.search_notes import Note

HEADLINE = 120
"""Characters of a request that the company may read (product, section 3, "Header")."""
_ALIKE = 0.6
"""How close two headlines are that may ask for the same; whoever means another thing sends it all the same."""
_MOST_ALIKE = 3
WHAT = 3000
WHY = 1000
ANSWER = 1500
SCOPE = 300
"""Characters of what is asked, of why it matters, of an answer's words, and of what is offered instead: together they
fit into one message."""


class Kind(StrEnum):
    """What is asked for (product, section 4)."""

    EXPERT = "expert"
    CAPACITY = "capacity"
    DATE = "date"
    BUDGET = "budget"
    INFORMATION = "information"
    DECISION = "decision"


class Effort(StrEnum):
    """What the requester thinks it costs."""

    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"
    UNKNOWN = "?"


class DeclineReason(StrEnum):
    """Why a department cannot this time."""

    CAPACITY = "capacity"
    COMMITMENT = "commitment"
    FEASIBLE = "feasible"
    POLICY = "policy"
    VALUE = "value"
    INFO = "info"
    OTHER_DEPT = "other_dept"
    GOAL = "goal"


class State(StrEnum):
    """Where a request stands (product, section 5)."""

    OPEN = "open"
    """Waits for the department; offered to another one, too, while it is passed on."""
    QUESTION = "question"
    """Waits for the requester's answer."""
    COUNTERED = "countered"
    """Waits for what the requester says to the department's counter-offer."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    """Delivered and closed, as the requester said nothing."""
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


UNANSWERED = (State.OPEN, State.QUESTION)
"""The states in which the department may still say anything."""
WAITING = (*UNANSWERED, State.COUNTERED)
"""The states in which a request waits for an answer of one side."""
UNDER_WAY = (*UNANSWERED, State.COUNTERED, State.ACCEPTED, State.REOPENED, State.DELIVERED)
"""The states of a request that somebody still works on."""


class Action(StrEnum):
    """What somebody, or the clock, can do with a request."""

    ACCEPT = "accept"
    COUNTER = "counter"
    DECLINE = "decline"
    ASK = "ask"
    PASS_ON = "pass_on"  # noqa: S105  no word of passing is a password
    TAKE_OVER = "take_over"
    LEAVE = "leave"
    """Leave it with the department that passes it on."""
    ANSWER = "answer"
    TAKE = "take"
    """Take the counter-offer."""
    COUNTER_AGAIN = "counter_again"
    TURN_DOWN = "turn_down"
    DELIVER = "deliver"
    MOVE = "move"
    """Move the promised date."""
    CONFIRM = "confirm"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    JOIN = "join"
    """Join it instead of asking for the same."""
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    """Close what was delivered and never confirmed."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the company may know of a request: no reasons, no names of people (product, section 3)."""

    id: RequestId
    number: int
    account: AccountRef
    department: Department | None
    """Empty where no department was set up: KAM leads or admins answer."""
    headline: str
    state: State
    needed_by: date
    created_at: datetime
    promised_on: date | None = None
    answered_at: datetime | None = None
    due_at: datetime | None = None
    """Until when the department wants to answer; empty while its clock stands."""
    closed_at: datetime | None = None
    """Since when nothing more is to be done."""

    @property
    def short_id(self) -> str:
        """Return the id people use, ``R-12``."""
        return f"R-{self.number}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the department said."""

    by: Person
    at: datetime
    words: str = ""
    promised_on: date | None = None
    assignee: Person | None = None
    reason: DeclineReason | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered instead; at least one of date, person and scope."""

    by: Person
    at: datetime
    on: date | None = None
    person: Person | None = None
    scope: str = ""
    by_requester: bool = False
    """The requester's answer to the department's offer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the department wants to know before it answers."""

    by: Person
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Passing:
    """Another department that the request is offered to; the first stays responsible until it is taken over."""

    to: Department
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who said that it is done."""

    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A request with everything in it, for those who may see that."""

    header: Header
    requester: Person
    kind: Kind
    what: str
    why: str = ""
    """Why it matters to the customer."""
    effort: Effort | None = None
    importance: int | None = None
    """3 stops the customer's work, 2 is clearly noticed, 1 is nice to have."""
    visibility: Visibility = Visibility.COMPANY
    answer: Answer | None = None
    offer: Offer | None = None
    """The newest, while it stands."""
    countered: bool = False
    """The requester countered once."""
    question: Question | None = None
    """The one that waits for an answer."""
    passing: Passing | None = None
    moves: int = 0
    """How often another department took it over."""
    clock: Clock = UNTIMED
    delivery: Delivery | None = None
    joiners: tuple[Person, ...] = ()
    """Who needs the same."""
    conflict: str | None = None
    """The short id of the conflict that was raised about it."""
    version: int = 1

    @property
    def id(self) -> RequestId:
        """Return the request's id."""
        return self.header.id

    @property
    def short_id(self) -> str:
        """Return the id people use."""
        return self.header.short_id

    @property
    def about(self) -> Ref:
        """Return the request as messages and history refer to it."""
        return Ref(Subject.REQUEST, self.id)

    @property
    def account(self) -> AccountRef:
        """Return the account it is asked for."""
        return self.header.account

    @property
    def department(self) -> Department | None:
        """Return the department that was asked."""
        return self.header.department

    @property
    def state(self) -> State:
        """Return where it stands."""
        return self.header.state

    @property
    def is_public(self) -> bool:
        """Tell whether the department's channel may carry it."""
        return is_public(self.account, self.visibility)

    @property
    def is_hidden(self) -> bool:
        """Tell whether only those it names see it, beside the account's own people."""
        return is_hidden(self.account, self.visibility)

    @property
    def says_more(self) -> bool:
        """Tell whether there is more to read than the headline."""
        return names.one_line(self.what) != self.header.headline


def is_public(account: AccountRef | None, visibility: Visibility) -> bool:
    """Tell whether a request may stand in a channel: open account, and everybody may read it (product, section 3)."""
    restricted = account is not None and account.restricted
    return visibility is Visibility.COMPANY and not restricted


def is_hidden(account: AccountRef | None, visibility: Visibility) -> bool:
    """Tell whether a request goes to named people only, who are shown to the sender beforehand."""
    restricted = account is not None and account.restricted
    return restricted or visibility in {Visibility.LEADERSHIP, Visibility.PRIVATE}


def headline(what: str) -> str:
    """Return the first line of what is asked, cut between words where it is long."""
    first = next((line for line in map(names.one_line, what.splitlines()) if line), "")
    if len(first) <= HEADLINE:
        return first
    short = textwrap.shorten(first, HEADLINE, placeholder="…")
    return short if short != "…" else first[: HEADLINE - 1] + "…"


def request_note(request: Request) -> Note:
    """Index a request by its header: the index cannot tell who sees more of it."""
    department = request.department
    return Note(
        about=request.about,
        account_id=request.account.id,
        author_id=request.requester.id,
        visibility=request.visibility,
        at=request.header.created_at,
        text=request.header.headline,
        number=request.header.number,
        heading=department.name if department else "",
        more=f"{request.account.name} {_KIND_WORDS[request.kind]} {_FOUND_BY}",
    )


_FOUND_BY = "Anfrage request"
_KIND_WORDS: Mapping[Kind, str] = {
    Kind.EXPERT: "Fachperson expert",
    Kind.CAPACITY: "Kapazität capacity",
    Kind.DATE: "Termin date",
    Kind.BUDGET: "Budget",
    Kind.INFORMATION: "Auskunft information",
    Kind.DECISION: "Entscheid decision",
}
"""Under which words each kind is found, in both languages."""


@dataclass(frozen=True, slots=True)
class Details:
    """What the form asks; an account is chosen or named anew."""

    what: str
    kind: Kind
    needed_by: date
    department_id: DepartmentId | None = None
    account_id: AccountId | None = None
    new_account: str = ""
    why: str = ""
    effort: Effort | None = None
    importance: int | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it is stored for the first time."""

    id: RequestId
    requester_id: MemberId
    account_id: AccountId
    details: Details
    clock: Clock = UNTIMED
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """A request of the same department and account that may ask for the same."""

    header: Header
    is_mine: bool


def alike(headline: str, known: Iterable[Request | Header], member_id: MemberId | None) -> tuple[Alike, ...]:
    """Return those of the requests whose headline is close to this one, the closest first."""
    key = names.match_key(headline)
    found: list[tuple[float, Alike]] = []
    for one in known:
        header = one.header if isinstance(one, Request) else one
        is_mine = isinstance(one, Request) and one.requester.id == member_id
        found.append((names.closeness(key, names.match_key(header.headline)), Alike(header, is_mine)))
    close = sorted((pair for pair in found if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return tuple(request for _, request in close[:_MOST_ALIKE])


def as_fields(details: Details) -> dict[str, str]:
    """Return what was filled in as text, so that it can be kept."""
    held = {field.name: getattr(details, field.name) for field in fields(details)}
    return {name: str(value) for name, value in held.items() if value not in {None, ""}}


def details_of(kept: Mapping[str, str]) -> Details:
    """Read what ``as_fields`` kept.

    Raises:
        errors.DraftGone: the form was never filled in, so there is nothing to send.
    """
    if "needed_by" not in kept:
        raise errors.DraftGone
    return Details(
        what=kept["what"],
        kind=Kind(kept["kind"]),
        needed_by=date.fromisoformat(kept["needed_by"]),
        department_id=DepartmentId(int(kept["department_id"])) if "department_id" in kept else None,
        account_id=AccountId(int(kept["account_id"])) if "account_id" in kept else None,
        why=kept.get("why", ""),
        effort=Effort(kept["effort"]) if "effort" in kept else None,
        importance=int(kept["importance"]) if "importance" in kept else None,
        visibility=Visibility(kept["visibility"]),
    )


class Fields(TypedDict, total=False):
    """What a step changes of a stored request, beside its state."""

    department_id: DepartmentId
    promised_on: date
    assignee_id: MemberId
    decline_reason: DeclineReason
    answer_words: str | None
    answered_by_id: MemberId | None
    answered_at: datetime | None
    due_at: datetime | None
    clock_from: datetime | None
    clock_spent: int
    clock_step: int
    passing_to_id: DepartmentId | None
    passed_by_id: MemberId
    passed_at: datetime
    moves: int
    delivered_at: datetime
    delivered_by_id: MemberId
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a stored request: done if it is still in one of these states, and as it was seen."""

    request_id: RequestId
    version: int
    states: tuple[State, ...]
    to: State | None
    """None leaves the state as it is."""
    fields: Fields
