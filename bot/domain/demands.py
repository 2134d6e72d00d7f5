"""Demands: wishes that reach the KAM, and what becomes of them: do, later, decline (S60 to S64)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from bot.domain import errors
from bot.domain.access import Viewer, Visibility, sees_note
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Posted, Ref, ReplyTo, Subject
from bot.domain.identity import AccountId, ChannelId, ContactId, DemandId, DraftId, MemberId, is_id
from bot.domain.members import Member, Person
from bot.domain.requests import DeclineReason
from bot.domain.worklists import Worklist

LONGEST = 2000
"""Characters of a wish."""
PAGE = 10
GAP = "[…]"
"""What the prefilled answer leaves open; it is not sent before somebody filled it in."""
FOLLOW_UP_DAYS = 10
"""Working days after which the form proposes to ask the disappointed how it goes (S64)."""


class Source(StrEnum):
    """Whose wish it is (S63)."""

    CUSTOMER = "customer"
    OURS = "ours"


class State(StrEnum):
    """What became of it."""

    OPEN = "open"
    """Waits for the KAM."""
    LATER = "later"
    """Comes back on a day."""
    TAKEN = "taken"
    """Became a next step."""
    DONE = "done"
    """The next step is done."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


UNDER_WAY = (State.OPEN, State.LATER)
"""What still waits for a decision."""


class Deed(StrEnum):
    """What can be done with one."""

    DO = "do"
    LATER = "later"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    FOLLOWED_UP = "followed_up"


FROM: Mapping[Deed, tuple[State, ...]] = {
    Deed.DO: UNDER_WAY,
    Deed.LATER: UNDER_WAY,
    Deed.DECLINE: UNDER_WAY,
    Deed.WITHDRAW: UNDER_WAY,
    Deed.FOLLOWED_UP: (State.DECLINED,),
}
"""In which states each can be done."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One wish, as its reader may see it."""

    id: DemandId
    account: AccountRef
    source: Source
    text: str
    author: Person
    created_at: datetime
    state: State = State.OPEN
    contact: ContactRef | None = None
    visibility: Visibility = Visibility.COMPANY
    later_on: date | None = None
    owner: Person | None = None
    """Who cares for it."""
    reason: DeclineReason | None = None
    answer: str | None = None
    """The considerate text with which it was declined."""
    follow_up_on: date | None = None
    followed_up_at: datetime | None = None
    decided_by: Person | None = None
    decided_at: datetime | None = None
    kam: Person | None = None
    """Of the account, if somebody is: who decides."""
    deputy: Person | None = None
    """Of the account: decides as well, and first while the KAM is away."""
    version: int = 1

    @property
    def about(self) -> Ref:
        """Name it as messages, history and audit do."""
        return Ref(Subject.DEMAND, self.id)

    def is_seen_by(self, viewer: Viewer) -> bool:
        """Tell whether somebody may read it: like a note, and whoever cares for it."""
        is_theirs = self.owner is not None and self.owner.id == viewer.member_id
        return is_theirs or sees_note(viewer, self.account.id, self.account.access, self.visibility, self.author.id)

    def may_triage(self, viewer: Viewer) -> bool:
        """Tell whether this reader decides: KAM and deputies; KAM leads where nobody answers for the account."""
        return self.account.id in viewer.kam_of or (viewer.is_kam_lead and self.kam is None)

    def may(self, deed: Deed, viewer: Viewer, *, stands_in: bool = False) -> bool:
        """Tell whether this reader may do something with it now.

        Args:
            deed: what.
            viewer: the reader.
            stands_in: whether they act for a KAM who is away.
        """
        if self.state not in FROM[deed]:
            return False
        if deed is Deed.WITHDRAW:
            return viewer.member_id == self.author.id
        if deed is Deed.FOLLOWED_UP and (self.follow_up_on is None or self.followed_up_at is not None):
            return False
        return stands_in or self.may_triage(viewer)


@dataclass(frozen=True, slots=True)
class NewDemand:
    """What is stored of a new one."""

    account_id: AccountId
    source: Source
    text: str
    author_id: MemberId
    contact_id: ContactId | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class DemandsFound:
    """One page of a list, and how much there is."""

    demands: tuple[Demand, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class DemandsListed:
    """A page of demands for its reader."""

    asked: Worklist
    found: DemandsFound
    viewer: Viewer
    account: AccountRef | None = None
    acts_for: frozenset[DemandId] = frozenset()
    """Those the reader decides for a KAM who is away."""

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(ceil(self.found.total / PAGE), 1)


@dataclass(frozen=True, slots=True)
class DemandShown:
    """One demand with what its reader may do."""

    demand: Demand
    viewer: Viewer
    is_new: bool = False
    """Whether the reader passed it on a moment ago."""
    leads: tuple[Person, ...] = ()
    """Who hears of it where nobody answers for the account."""
    acting: Person | None = None
    """Who decides for a KAM who is away."""

    def may(self, deed: Deed) -> bool:
        """Tell whether the reader may do something with it now."""
        return self.demand.may(deed, self.viewer, stands_in=self.stands_in)

    @property
    def stands_in(self) -> bool:
        """Tell whether the reader acts for the KAM."""
        return self.acting is not None and self.acting.id == self.viewer.member_id


@dataclass(frozen=True, slots=True)
class DemandNews:
    """What became of a demand, as its author hears it."""

    demand: Demand
    action: str
    by: Person | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which demand a button or menu means, in which version, and the list it stood in."""

    deed: Deed
    id: DemandId
    version: int
    asked: Worklist | None = None

    @property
    def key(self) -> str:
        """Return what a button carries: ids and keys of ours; no text, no rights."""
        return f"{self.deed}/{self.id}/{self.version}/{self.asked.key if self.asked else ''}"

    @property
    def about(self) -> Ref:
        """Name it as messages, history and audit do."""
        return Ref(Subject.DEMAND, self.id)

    @property
    def is_done_at_once(self) -> bool:
        """Tell whether nothing more has to be asked."""
        return self.deed in {Deed.WITHDRAW, Deed.FOLLOWED_UP}

    @classmethod
    def of(cls, key: str) -> "Pressed":
        """Read what a button carries.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        match key.split("/"):
            case [deed, number, version, asked] if deed in set(Deed) and is_id(number) and is_id(version):
                of_list = Worklist.of(asked) if asked else None
                return cls(Deed(deed), DemandId(int(number)), int(version), of_list)
            case _:
                raise errors.OutOfDate


@dataclass(frozen=True, slots=True)
class DemandLine:
    """Pass on what was typed after ``/kam demand``, or list what is there."""

    actor: Member
    text: str
    channel_id: ChannelId
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class StartDemand:
    """Open the empty form."""

    actor: Member
    asked: Worklist
    """The list it was opened from; its account is chosen beforehand."""
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class DemandForm:
    """What a form shows: of a new demand, or of a decision on one."""

    draft_id: DraftId
    today: date
    deed: Deed | None = None
    """None for a new one."""
    demand: Demand | None = None
    account: AccountRef | None = None
    text: str = ""
    me: MemberId | None = None
    follow_up_on: date | None = None
    """The day that is proposed."""


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """Show the open form with the account chosen meanwhile; what is typed stays."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId


@dataclass(frozen=True, slots=True)
class SaveDemand:
    """Save the form of a new demand."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId
    source: Source
    text: str
    key: str
    contact_id: ContactId | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class Act:
    """Press a button of a demand."""

    actor: Member
    pressed: Pressed
    key: str
    reply_to: ReplyTo
    stands_at: Posted | None = None
    """The message that was pressed: it shows what became of it."""


@dataclass(frozen=True, slots=True)
class Decide:
    """Save the form of a decision."""

    actor: Member
    draft_id: DraftId
    key: str
    text: str = ""
    """What is done next, or the answer to who asked."""
    on: date | None = None
    """When it is done, comes back, or the disappointed is asked."""
    owner_id: MemberId | None = None
    reason: DeclineReason | None = None
