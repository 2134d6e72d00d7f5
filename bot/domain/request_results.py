"""Request results: what the use cases of requests return, and what is told of them."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import Visibility
from bot.domain.accounts import AccountRef
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import DraftId
from bot.domain.members import Person
from bot.domain.request_desks import Desk
from bot.domain.request_life import Because
from bot.domain.request_times import AnswerTime, Pace, ShortNotice
from bot.domain.requests import Action, Alike, Header, Request


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
    last: Entry | None = None
    """What somebody did last."""
    usual_passed: bool = False
    """The time within which the department wants to answer is over."""
    before: tuple[Entry, ...] = ()
    """What was asked, answered and said elsewhere before another department got it, oldest first."""


@dataclass(frozen=True, slots=True)
class CardMoved:
    """What is left of a card where the request is not answered any more."""

    short_id: str
    department: Department | None
    """Where it is now, as far as the reader may know."""
    headline: str = ""


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
class ActionForm:
    """What the form of an action shows."""

    action: Action
    request: Request
    actor: Person
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class RequestsAlike:
    """Requests that may ask for the same: join one of them, or send one's own anyway."""

    draft_id: DraftId
    found: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class RequestJoined:
    """The answer to somebody who joined."""

    request: Request


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a person or a thread hears of it."""

    request: Request
    entry: Entry
    actions: tuple[Action, ...] = ()
    """What its reader can do now; nothing in a thread."""
    because: Because | None = None
    late: timedelta = timedelta(0)
    """How much later than it was due the clock says this."""
