"""Delivery: what is to be told, where, how urgently, and what a failed try means."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.identity import ChannelId, EntryId, MemberId
from bot.domain.members import Person


class Form(StrEnum):
    """The kinds of outgoing rows."""

    CARD = "card"
    """One per object and place: posted once, edited from then on; shows the state when sent."""
    NOTE = "note"
    """A message about one history entry; says what happened then."""
    REPLY = "reply"
    """An answer to one person's click or form."""


class State(StrEnum):
    """Where a row of the outbox stands; it is in exactly one of these."""

    PENDING = "pending"
    SENDING = "sending"
    """Leased by a worker."""
    SENT = "sent"
    PARKED = "parked"
    """Set aside with its cause, until somebody looks."""
    DROPPED = "dropped"
    """Given up by an operator; the row stays."""


class Way(StrEnum):
    """How a row leaves, which says what it costs and whom it waits for."""

    POST = "post"
    """A new message: one at a time and one a second per place, within the workspace's budget."""
    EDIT = "edit"
    """A change of a message that stands; repeating it does no harm."""
    REPLY = "reply"
    """By its own ``response_url``."""


class Priority(IntEnum):
    """Lower goes first."""

    REPLY = 0
    ESCALATION = 10
    REQUEST = 20
    INTERACTION = 30
    DIGEST = 40


class Subject(StrEnum):
    """The kinds of objects that messages, history and audit speak of."""

    ACCOUNT = "account"
    CONTACT = "contact"
    DEPARTMENT = "department"
    MEMBER = "member"
    ABSENCE = "absence"
    INTERACTION = "interaction"
    REQUEST = "request"
    ESCALATION = "escalation"
    PROMISE = "promise"
    NEXT_STEP = "next_step"
    FAVOUR = "favour"
    DEMAND = "demand"
    DECISION = "decision"
    """The words of a conflict's decision, as search finds them; its id is the conflict's."""
    DRAFT = "draft"
    TWINS = "twins"
    """Two accounts or contacts that may be one."""
    MERGE = "merge"
    MESSAGE = "message"
    """A row of the outbox, as the operator speaks of it."""
    WORKSPACE = "workspace"
    """Its id is 0: there is one in every transaction."""


@dataclass(frozen=True, slots=True)
class Ref:
    """One object."""

    subject: Subject
    id: int


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where an answer to a click goes: its ``response_url``, or a DM once that is used up."""

    member_id: MemberId
    response_url: str | None = None
    replace: bool = False
    """Replace the message the click came from instead of adding one."""


REPLY_WINDOW = timedelta(minutes=25)
"""Slack closes a ``response_url`` after 30 minutes; we stop trusting it earlier."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox: what to tell, not in which words."""

    form: Form
    topic: str
    """Names the loader and the view, such as ``request.card``."""
    about: Ref
    priority: Priority
    to_member: MemberId | None = None
    to_channel: ChannelId | None = None
    entry_id: EntryId | None = None
    reply_to: ReplyTo | None = None
    detail: int | None = None
    """A number the topic needs, such as a page's offset."""
    thread_of: Ref | None = None
    """Post into the thread of this object's card in the same channel."""

    def anew(self, reply_to: ReplyTo) -> "Outgoing":
        """Tell the same in place of the message that somebody pressed, as it is by now."""
        in_place = replace(reply_to, replace=True)
        return replace(self, form=Form.REPLY, priority=Priority.REPLY, to_member=None, reply_to=in_place)


def is_channel(place: str) -> bool:
    """Tell whether a place is a channel; else it is a member, whose id begins with U or W."""
    return not place.startswith(("U", "W"))


def card_at(place: str, topic: str, about: Ref, priority: Priority) -> Outgoing:
    """Address a card to the place where it stands: a member's DM, or a channel."""
    if is_channel(place):
        return Outgoing(Form.CARD, topic, about, priority, to_channel=ChannelId(place))
    return Outgoing(Form.CARD, topic, about, priority, to_member=MemberId(place))


def lane_of(way: Way, place: str, row_id: int) -> str:
    """Name the line a row stands in: rows of one lane leave one after the other, lanes never wait for each other."""
    if way is Way.REPLY:
        return f"{place} {row_id}"
    return place if way is Way.POST else f"{place} {way}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row leased by a worker."""

    id: int
    key: str
    """Sent in the message's metadata, so that a doubtful post can be found."""
    outgoing: Outgoing
    created_at: datetime
    attempts: int
    lease: str
    way: Way = Way.POST
    in_doubt: bool = False
    """An earlier try may have arrived: it is looked for before any second one."""
    tried_at: datetime | None = None
    """When the first try that may have arrived began."""
    faults: int = 0
    """Tries that ended in a fault of ours."""
    repeats_left: int = 0
    """How often it may be posted again, marked, where nobody can look whether it stands already."""
    after_trouble: bool = False
    """Slack was silent or refused the token when this was claimed; an answer ends that."""

    @property
    def place(self) -> str:
        """Return the channel or member the row goes to."""
        outgoing = self.outgoing
        reply = outgoing.reply_to
        return outgoing.to_channel or outgoing.to_member or (reply.member_id if reply else "")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the outbox as an operator sees it: no words of anybody."""

    id: int
    state: State
    topic: str
    about: Ref
    place: str
    attempts: int
    due_at: datetime
    created_at: datetime
    cause: str | None
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that reached nobody, as the admins hear of it: by id, without content."""

    what: str | None
    """The short id of what it was about, such as ``E-3``."""
    cause: str
    person: Person | None = None
    """Whom it was for, None for a channel."""
    channel_id: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """Slack does not answer, or did not until a moment ago."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands in Slack."""

    channel_id: ChannelId
    ts: str


class Failure(StrEnum):
    """What a failed call means (reliability, 1i)."""

    NOT_DONE = "not_done"
    UNKNOWN = "unknown"
    PARK = "park"
    OTHER_WAY = "other_way"
    CARD_GONE = "card_gone"
    OUR_BUG = "our_bug"
    EXPIRED = "expired"
    """The ``response_url`` is used up."""
    UNREADABLE = "unreadable"
    """Nobody can look whether a post in doubt stands."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What Slack says about a channel; content goes only where ``usable``."""

    id: ChannelId
    name: str | None = None
    is_private: bool = False
    is_archived: bool = False
    is_external: bool = False
    is_member: bool = False
    checked_at: datetime | None = None

    @property
    def usable(self) -> bool:
        """Tell whether company content may go there: nothing is ever posted into a shared channel."""
        return self.is_member and not self.is_archived and not self.is_external

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether this is believed; what was read before the clock was set back is not."""
        return self.checked_at is not None and timedelta(0) <= now - self.checked_at < CHANNEL_FACTS_AGE


NO_ANSWER = "no answer"
"""How the cause of a row begins that waits because Slack did not answer."""

CHANNEL_FACTS_AGE = timedelta(hours=6)
"""Older facts about a channel are read again before a post."""

_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=1)
"""An outage shuts the gate, so that single rows need not wait longer."""
FAULTS = 5
"""A row that we cannot tell is tried so often: the database may have been away for a moment."""
SHARING = timedelta(seconds=30)
"""Slack shares a file some time after it answered; whether one stands is looked up only after this."""
LOOK_FOR = timedelta(minutes=5)
"""A channel that may be read only slowly counts as closed after this."""


def wait_before_retry(attempts: int, retry_after: float | None, jitter: float) -> timedelta:
    """Return how long to wait after the n-th failed try.

    Args:
        attempts: tries so far, from 1.
        retry_after: seconds Slack asked for; it always wins when longer.
        jitter: a number from 0 to 1 that spreads the tries of many rows.
    """
    doubled: timedelta = _FIRST_WAIT * float(2 ** min(attempts - 1, 10))
    backoff = min(doubled, _LONGEST_WAIT) * (0.75 + jitter / 2)
    asked = timedelta(seconds=retry_after) if retry_after is not None else timedelta(0)
    return max(backoff, asked)
