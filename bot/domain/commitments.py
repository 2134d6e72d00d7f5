"""Commitments: promises to customers and next steps, who looks after them, and when somebody is reminded."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from bot.domain import errors
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Posted, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, CommitmentId, ContactId, DemandId, DraftId, MemberId, is_id
from bot.domain.members import Member, Person
from bot.domain.request_times import Watch, watches
from bot.domain.timers import Moment
from bot.domain.working_time import Calendar
from bot.domain.worklists import Worklist

LONGEST = 500
"""Characters of what is promised or done next; the note has room for the story."""
PAGE = 10
"""Lines of one page; each takes two blocks."""


class Kind(StrEnum):
    """What somebody has to see to."""

    PROMISE = "promise"
    """A date given to the customer (S3)."""
    NEXT_STEP = "next_step"
    """What we do next; a date may be missing."""


KINDS = tuple(Kind)


class State(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """Why a reader has to do with it (G8)."""

    OWNER = "owner"
    KAM = "kam"
    AUTHOR = "author"
    STAND_IN = "stand_in"
    KAM_LEAD = "kam_lead"


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise or next step, as its reader may see it."""

    id: CommitmentId
    kind: Kind
    account: AccountRef
    text: str
    owner: Person
    due_on: date | None
    first_due_on: date | None
    """The date given first; it never changes, and "kept" is measured by it."""
    state: State = State.OPEN
    closed_on: date | None = None
    author: Person | None = None
    contact: ContactRef | None = None
    visibility: Visibility = Visibility.COMPANY
    """Of the note it belongs to, else its own."""
    number: int | None = None
    """Of the note it was logged with, if the reader may see that."""
    in_note: bool = False
    """Whether it belongs to a note: that one's visibility and withdrawal are its own."""
    demand_id: DemandId | None = None
    """The demand it is done for."""
    created_at: datetime | None = None
    version: int = 1

    @property
    def about(self) -> Ref:
        """Name it as messages, history and audit do."""
        return Ref(Subject(self.kind), self.id)

    @property
    def was_moved(self) -> bool:
        """Tell whether another date was given since the first."""
        return self.first_due_on is not None and self.first_due_on != self.due_on

    @property
    def short_id(self) -> str | None:
        """Return the id of its note, ``I-240``."""
        return None if self.number is None else f"I-{self.number}"

    def overdue(self, today: date) -> bool:
        """Tell whether its day is over and it is not done."""
        return self.state is State.OPEN and self.due_on is not None and self.due_on < today

    def part_of(self, viewer: Viewer, *, stands_in: bool = False) -> Part | None:
        """Return what gives somebody a say in it: their own, the author's, the account's KAM and deputies, KAM leads.

        Args:
            viewer: the reader.
            stands_in: whether they act for an owner who is away.
        """
        if viewer.member_id == self.owner.id:
            return Part.OWNER
        if stands_in:
            return Part.STAND_IN
        if self.account.id in viewer.kam_of:
            return Part.KAM
        if self.author is not None and viewer.member_id == self.author.id:
            return Part.AUTHOR
        return Part.KAM_LEAD if viewer.is_kam_lead else None


def may_hand_over(part: Part | None) -> bool:
    """Tell whether somebody may give it to another owner: whoever has it, and the KAM; an author only asks them."""
    return part is not None and part is not Part.AUTHOR


def reminders(commitment: Commitment, calendar: Calendar) -> tuple[tuple[Watch, Moment], ...]:
    """Return when somebody is reminded, in the owner's working time (product, section 7).

    Of a promise 5 and 1 working days before, on the day, and once it is over; of a next step on its day, or on the last
    working day before it.
    """
    if commitment.due_on is None:
        return ()
    if commitment.kind is Kind.PROMISE:
        return watches(commitment.due_on, calendar)
    due = commitment.due_on
    day = due if calendar.is_working_day(due) else calendar.before(due, 1)
    return tuple((watch, at) for watch, at in watches(day, calendar) if watch is Watch.ON_THE_DAY)


def check_text(text: str, longest: int = LONGEST) -> None:
    """Refuse what is empty or too long, without a length of its own to be one line of a list.

    Raises:
        errors.NothingTyped: there is no word in it.
        errors.TextTooLong: it is longer than ``longest``.
    """
    if not text:
        raise errors.NothingTyped
    if len(text) > longest:
        raise errors.TextTooLong(len(text), longest)


@dataclass(frozen=True, slots=True)
class NewCommitment:
    """What is stored of a new one."""

    kind: Kind
    account_id: AccountId
    text: str
    due_on: date | None
    owner_id: MemberId
    author_id: MemberId
    visibility: Visibility = Visibility.COMPANY
    contact_id: ContactId | None = None
    demand_id: DemandId | None = None
    """Of a next step: what it is done for."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and how much there is."""

    commitments: tuple[Commitment, ...] = ()
    total: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of promises or next steps for its reader."""

    asked: Worklist
    found: Found
    today: date
    viewer: Viewer
    account: AccountRef | None = None
    acts_for: frozenset[MemberId] = frozenset()
    """Owners who are away and for whom the reader stands in."""

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(ceil(self.found.total / PAGE), 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them with what its reader may do, and why they see it."""

    commitment: Commitment | None
    """None once it was taken back with its note, or is no longer theirs to see: the message is edited to say so."""
    today: date
    part: Part | None
    given_by: Person | None = None
    """Who gave it to its owner, if it was somebody else."""
    given_words: str | None = None
    """What they let the owner know."""


class Deed(StrEnum):
    """What can be done with one."""

    DONE = "done"
    MOVE = "move"
    HAND_OVER = "hand_over"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which one a button or menu means, in which version, and the list it stood in."""

    deed: Deed
    kind: Kind
    id: CommitmentId
    version: int
    asked: Worklist | None = None

    @property
    def key(self) -> str:
        """Return what a button carries: ids and keys of ours; no text, no rights."""
        return f"{self.deed}/{self.kind}/{self.id}/{self.version}/{self.asked.key if self.asked else ''}"

    @classmethod
    def of(cls, key: str) -> "Pressed":
        """Read what a button carries.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        match key.split("/"):
            case [deed, kind, number, version, asked] if (
                deed in set(Deed) and kind in set(Kind) and is_id(number) and is_id(version)
            ):
                of_list = Worklist.of(asked) if asked else None
                return cls(Deed(deed), Kind(kind), CommitmentId(int(number)), int(version), of_list)
            case _:
                raise errors.OutOfDate

    @property
    def about(self) -> Ref:
        """Name what is meant."""
        return Ref(Subject(self.kind), self.id)


@dataclass(frozen=True, slots=True)
class Act:
    """Press a button of a promise or next step."""

    actor: Member
    pressed: Pressed
    key: str
    reply_to: ReplyTo
    stands_at: Posted | None = None
    """The message that was pressed: it shows what became of it."""


@dataclass(frozen=True, slots=True)
class StartNew:
    """Open the empty form."""

    actor: Member
    asked: Worklist
    """The list it was opened from; its account is chosen beforehand."""
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class CommitmentForm:
    """What a form shows: of a new one, or of a deed on one."""

    draft_id: DraftId
    kind: Kind
    today: date
    deed: Deed | None = None
    """None for a new one."""
    commitment: Commitment | None = None
    account: AccountRef | None = None
    me: MemberId | None = None


@dataclass(frozen=True, slots=True)
class SaveNew:
    """Save the form of a new one."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId
    text: str
    due_on: date | None
    owner_id: MemberId | None
    visibility: Visibility
    contact_id: ContactId | None
    key: str


@dataclass(frozen=True, slots=True)
class SaveDeed:
    """Save the form of a deed: another date, another owner, or that it is taken back."""

    actor: Member
    draft_id: DraftId
    key: str
    words: str = ""
    due_on: date | None = None
    owner_id: MemberId | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What somebody else did with a promise or next step, as its owner or the KAM hears it."""

    shown: Shown
    action: str
    """Of the history entry it tells of."""
    by: Person | None
    words: str | None
    is_last: bool = True
    """Nothing was done with it since: date and owner are those that were given then."""
