"""Request commands: what people want done with a request, as values."""

from dataclasses import dataclass
from datetime import date

from bot.domain.access import Visibility
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, MemberId, RequestId
from bot.domain.members import Member
from bot.domain.requests import Action, DeclineReason, Details


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
    details: Details | None
    """None sends what was kept when others like it were shown."""
    draft_id: DraftId
    today: date
    """In the requester's zone."""
    key: str
    """The inbox key of this delivery (reliability, 1h)."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open the form of an action."""

    actor: Member
    request_id: RequestId
    action: Action
    key: str
    reply_to: ReplyTo
    pressed: Posted | None = None
    """The message the button stands on."""


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
class Counter:
    """Offer something else, or answer an offer with another one; at least one of date, person and scope."""

    actor: Member
    request_id: RequestId
    version: int
    action: Action
    """``COUNTER`` or ``COUNTER_AGAIN``."""
    today: date
    """In the zone of who offers."""
    key: str
    offered_on: date | None = None
    person_id: MemberId | None = None
    scope: str = ""
    words: str = ""
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class MovePromise:
    """Promise another date, and say why."""

    actor: Member
    request_id: RequestId
    version: int
    promised_on: date
    words: str
    today: date
    key: str
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """Offer it to another department."""

    actor: Member
    request_id: RequestId
    version: int
    department_id: DepartmentId
    words: str
    key: str
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Do what needs words and nothing else: ask back, answer, turn down, deliver, reopen, withdraw."""

    actor: Member
    request_id: RequestId
    version: int
    action: Action
    words: str
    key: str
    draft_id: DraftId | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Do what one button does: take the offer, take over, leave, confirm."""

    actor: Member
    request_id: RequestId
    version: int
    """The version the button was shown with; what one takes is what one saw."""
    action: Action
    today: date
    key: str
    reply_to: ReplyTo
    pressed: Posted | None = None


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Join a request instead of sending one's own."""

    actor: Member
    request_id: RequestId
    draft_id: DraftId
    key: str
    words: str = ""
