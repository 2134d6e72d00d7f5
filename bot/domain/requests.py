"""Requests: asks to a department on behalf of an account, and their answers; asked, never ordered."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain import errors, names, working_time
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, MemberId, RequestId
from bot.domain.members import Member, Person, Workspace
from bot.domain.search import Note
from bot.domain.working_time import Calendar

HEADLINE = 120
"""Characters of a request that the company may read (product, section 3, "Header")."""
WHAT = 3000
WHY = 1000
ANSWER = 1500
"""Characters of what is asked, of why it matters, and of an answer's words: together they fit into one message."""
MEASURED_FROM = 5
"""Answers from which a department's own time is shown instead of the configured one (product, section 4)."""
MEASURED_LAST = 20
"""The newest answers that count."""
_MOST_WORDS = 12
_HOUR = timedelta(hours=1)


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
    ACCEPTED = "accepted"
    DECLINED = "declined"


UNDER_WAY = (State.OPEN, State.ACCEPTED)
"""The states of a request that somebody still works on."""


class Action(StrEnum):
    """What somebody can do with a request now."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ESCALATE = "escalate"


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


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers a request as things stand now: the department, else KAM leads or admins."""

    department: Department | None
    people: tuple[Person, ...]
    """Those who may answer, coordinator first."""
    told: tuple[Person, ...]
    """Those who get it by DM where no channel may carry it."""
    stands_in: bool = False
    """Nobody of a department can answer, so KAM leads or admins do."""

    def answered_by(self, member_id: MemberId | None) -> bool:
        """Tell whether this person may answer."""
        return any(person.id == member_id for person in self.people)


def speakers(department: Department | None) -> tuple[Person, ...]:
    """Return coordinator and head, the deputy if neither is there: they see also what the department may not."""
    if department is None:
        return ()
    heads = {department.coordinator.id, department.head.id if department.head else None}
    return tuple(person for person in department.speakers if person.id in heads) or department.speakers


def stand_in(
    leads: Sequence[Person], admins: Sequence[Person], requester_id: MemberId | None, *, restricted: bool
) -> tuple[Person, ...]:
    """Return who answers what no department can: the KAM leads, else the admins, the requester only if nobody else is.

    Admins never get what belongs to a restricted account (product, section 3).
    """
    groups = [tuple(leads), () if restricted else tuple(admins)]
    others = [tuple(person for person in group if person.id != requester_id) for group in groups]
    return next((group for group in [*others, *groups] if group), ())


def desk(
    department: Department | None, key_persons: Iterable[Person], otherwise: tuple[Person, ...], *, hidden: bool
) -> Desk:
    """Work out who answers a request.

    Args:
        department: the one that was asked.
        key_persons: its members with a topic.
        otherwise: the result of ``stand_in``.
        hidden: only those it names see it.
    """
    leading = speakers(department)
    people = leading
    if department is not None and not hidden:
        people = tuple({person.id: person for person in (*department.speakers, *key_persons)}.values())
    if not people:
        return Desk(department, otherwise, otherwise, stands_in=True)
    return Desk(department, people, leading or people)


def named(department: Department | None, otherwise: Sequence[Person], answer: Answer | None) -> frozenset[MemberId]:
    """Return whom a request names besides its requester: they see all of it (product, section 3)."""
    people = [*(speakers(department) or otherwise)]
    if answer is not None:
        people += [person for person in (answer.by, answer.assignee) if person is not None]
    return frozenset(person.id for person in people)


def actions(request: Request, viewer: Viewer, desk: Desk) -> tuple[Action, ...]:
    """Return what this person can do with the request now, the likely one first."""
    if request.state is State.OPEN and desk.answered_by(viewer.member_id):
        return Action.ACCEPT, Action.DECLINE
    if request.state is State.DECLINED and viewer.member_id == request.requester.id:
        return (Action.ESCALATE,)
    return ()


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """How long a department takes to answer, in its working hours."""

    hours: int
    measured: bool
    """True for the median of its last answers, False for what it promises."""


def usual_answer(answered: Sequence[tuple[datetime, datetime]], calendar: Calendar, promised_hours: int) -> AnswerTime:
    """Return the department's usual answer time from when its newest requests were asked and answered."""
    if len(answered) < MEASURED_FROM:
        return AnswerTime(promised_hours, measured=False)
    worked = [calendar.worked(asked, told) / _HOUR for asked, told in answered[:MEASURED_LAST]]
    return AnswerTime(max(ceil(median(worked)), 1), measured=True)


@dataclass(frozen=True, slots=True)
class ShortNotice:
    """A date earlier than the department usually needs; a warning, never a block."""

    days: int
    """Working days until the date."""
    lead_days: int
    """Working days the department asks for."""
    earliest: date


def short_notice(needed_by: date, asked_on: date, calendar: Calendar, lead_days: int) -> ShortNotice | None:
    """Tell whether a date is closer than the department's lead time."""
    earliest = calendar.after(asked_on, lead_days)
    if needed_by >= earliest:
        return None
    return ShortNotice(calendar.working_days(asked_on, needed_by), lead_days, earliest)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick a department is: shown before a request is sent and in its answer."""

    answer: AnswerTime
    lead_days: int
    earliest: date


def department_calendar(department: Department, workspace: Workspace) -> Calendar:
    """Return the department's working time: its own, else the workspace's (product, section 8)."""
    return Calendar(
        ZoneInfo(department.time_zone or workspace.time_zone),
        working_time.parse(department.working_hours or working_time.DEFAULT),
        department.country or workspace.country,
        department.region,
    )


def check_date(chosen: date, today: date, field: str) -> None:
    """Refuse a date that is over.

    Raises:
        errors.PastDate: it is before today.
    """
    if chosen < today:
        raise errors.PastDate(chosen, today, field)


def read_department(text: str, known: Iterable[Department]) -> tuple[Department | None, str]:
    """Find the department a line begins with, by its exact name; what follows is what is asked.

    What stands before the first colon comes first; then the longest run of first words.
    """
    by_key = {names.match_key(department.name): department for department in known}
    before, colon, after = text.partition(":")
    if colon and (named := by_key.get(names.match_key(before))) is not None:
        return named, after.strip()
    words = text.split(maxsplit=_MOST_WORDS)
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        run = " ".join(words[:count]).rstrip(",;:")
        if (named := by_key.get(names.match_key(run))) is not None:
            rest = text.split(maxsplit=count)[count:]
            return named, rest[0] if rest else ""
    return None, text


def departments_like(typed: str, known: Iterable[Department], most: int) -> tuple[Department, ...]:
    """Return the departments one of whose words begins as typed, or is like it; all while nothing is typed."""
    key = names.match_key(typed)
    if not key:
        return tuple(known)[:most]
    rated = [(names.closeness_by_word(key, names.match_key(department.name)), department) for department in known]
    best = sorted((pair for pair in rated if pair[0] > 0.15), key=lambda pair: (-pair[0], pair[1].name))
    return tuple(department for _, department in best[:most])


@dataclass(frozen=True, slots=True)
class BeginRequest:
    """Open the form with what was typed after ``/kam-request``, or for the account of a button."""

    actor: Member
    key: str
    reply_to: ReplyTo
    text: str = ""
    channel_id: ChannelId | None = None
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class ChangeRequestForm:
    """Show the form again for what was chosen meanwhile."""

    actor: Member
    draft_id: DraftId
    department_id: DepartmentId | None = None
    account_id: AccountId | None = None
    needed_by: date | None = None
    visibility: Visibility = Visibility.COMPANY
    more: bool = False


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Send the form."""

    actor: Member
    details: Details
    draft_id: DraftId
    today: date
    """In the requester's zone."""
    key: str
    """The inbox key of this delivery (reliability, 1h)."""


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """Open the form to accept or decline."""

    actor: Member
    request_id: RequestId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """Promise it."""

    actor: Member
    request_id: RequestId
    version: int
    """The version the form showed."""
    promised_on: date
    assignee_id: MemberId
    today: date
    """In the zone of who promises."""
    key: str
    words: str = ""
    draft_id: DraftId | None = None
    """Keeps where the form was opened from."""


@dataclass(frozen=True, slots=True)
class DeclineRequest:
    """Say why not this time, and what is possible instead."""

    actor: Member
    request_id: RequestId
    version: int
    reason: DeclineReason
    words: str
    key: str
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What the form shows."""

    draft_id: DraftId
    what: str = ""
    departments: bool = True
    """Whether there is any department to choose."""
    department: Department | None = None
    pace: Pace | None = None
    """Of the chosen department."""
    warning: ShortNotice | None = None
    account: AccountRef | None = None
    desk: Desk | None = None
    """Who will receive it, once that is known."""
    visibility: Visibility = Visibility.COMPANY
    more: bool = False
    """Whether the rarer fields are shown."""


@dataclass(frozen=True, slots=True)
class RequestSent:
    """The answer to the requester."""

    request: Request
    desk: Desk
    answer: AnswerTime | None = None
    """The department's usual one."""
    warning: ShortNotice | None = None


class Because(StrEnum):
    """Why somebody gets a request's card by DM (G8)."""

    ANSWERS = "answers"
    """For the department, whose channel may not carry it or is closed."""
    NO_DEPARTMENT = "no_department"
    NOBODY_THERE = "nobody_there"
    """Whoever answered for the department has left."""


@dataclass(frozen=True, slots=True)
class RequestCard:
    """The card in the department's channel, or in the DM of somebody who answers."""

    request: Request
    desk: Desk
    actions: tuple[Action, ...]
    warning: ShortNotice | None = None
    calls: Person | None = None
    """Who is mentioned, once, because they must act."""
    because: Because | None = None
    """Empty in a channel."""


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A request as its reader may see it, with what they can do."""

    request: Request
    actions: tuple[Action, ...] = ()
    history: tuple[Entry, ...] = ()
    """Oldest first."""
    warning: ShortNotice | None = None


@dataclass(frozen=True, slots=True)
class HeaderShown:
    """What the company may know of a request."""

    header: Header


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What the forms to accept and to decline show."""

    request: Request
    answerer: Person
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A state change as a person or a thread hears of it."""

    request: Request
    entry: Entry
    may_escalate: bool = False
