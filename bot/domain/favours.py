"""Favours: given to a contact or received, without any balance, and never tied to a deal (S51 to S54)."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.domain import errors
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contact_commands import ContactChoice
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.identity import LARGEST_ID, AccountId, ContactId, DraftId, FavourId, MemberId, is_id
from bot.domain.interactions import Favour as Kind
from bot.domain.members import Member, Person

LONGEST = 500
"""Characters that say what it was."""
PAGE = 10
"""Favours of one page."""
_KEY = re.compile(r"(member|account|contact):([0-9]{1,19}):([0-9]{1,4})")
VALUES = (3, 2, 1)
"""What it was worth to the receiver: great help, useful, nice (reference data, section 12)."""


class Direction(StrEnum):
    """Who did it for whom."""

    GIVEN = "given"
    RECEIVED = "received"


class Effort(StrEnum):
    """What it took (S53)."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Favour:
    """One favour, as its reader may see it."""

    id: FavourId
    account: AccountRef
    kind: Kind
    direction: Direction
    text: str
    """What it was; of one ticked in a note the note's text."""
    on: date
    member: Person
    """Who of us gave or received it."""
    author: Person
    contact: ContactRef | None = None
    effort: Effort | None = None
    value: int | None = None
    """In the receiver's own words; only they count as proof."""
    visibility: Visibility = Visibility.COMPANY
    """Of the note it belongs to, else its own."""
    number: int | None = None
    """Of the note it was logged with, if the reader may see that."""
    in_note: bool = False
    version: int = 1

    @property
    def about(self) -> Ref:
        """Name it as messages, history and audit do."""
        return Ref(Subject.FAVOUR, self.id)

    @property
    def short_id(self) -> str | None:
        """Return the id of its note, ``I-240``."""
        return None if self.number is None else f"I-{self.number}"

    def may_withdraw(self, viewer: Viewer) -> bool:
        """Tell whether this reader may take it back: its author and the KAM; one of a note goes with the note."""
        return not self.in_note and (viewer.member_id == self.author.id or self.account.id in viewer.kam_of)


@dataclass(frozen=True, slots=True)
class NewFavour:
    """What is stored of a new one."""

    account_id: AccountId
    kind: Kind
    direction: Direction
    text: str
    on: date
    member_id: MemberId
    author_id: MemberId
    contact_id: ContactId | None = None
    effort: Effort | None = None
    value: int | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class FavourList:
    """Whose favours are listed, and from which on: a contact's, an account's with its units, or the own ones."""

    subject: Subject = Subject.MEMBER
    id: int = 0
    page: int = 0

    @property
    def about(self) -> Ref:
        """Name it as a message does."""
        return Ref(self.subject, self.id)

    @property
    def key(self) -> str:
        """Return what a button carries: ids only."""
        return f"{self.subject}:{self.id}:{self.page}"

    @classmethod
    def of(cls, key: str) -> "FavourList":
        """Read what a button carries.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        match _KEY.fullmatch(key):
            case None:
                raise errors.OutOfDate
            case read if int(read[2]) > LARGEST_ID:
                raise errors.OutOfDate
            case read:
                return cls(Subject(read[1]), int(read[2]), int(read[3]))

    @classmethod
    def beside(cls, key: str) -> tuple[FavourId, "FavourList"]:
        """Read what a favour's button carries, such as ``17/account:4:0``: which one, and the list it stands in.

        Raises:
            errors.OutOfDate: buttons do not carry this any more.
        """
        number, _, of_list = key.partition("/")
        if not is_id(number):
            raise errors.OutOfDate
        return FavourId(int(number)), cls.of(of_list)

    def turned(self, pages: int) -> "FavourList":
        """Return another page of the same list."""
        return replace(self, page=self.page + pages)


@dataclass(frozen=True, slots=True)
class FavoursListed:
    """A page of favours, newest first; given and received stand side by side, and nothing is counted up."""

    asked: FavourList
    favours: tuple[Favour, ...]
    has_more: bool
    viewer: Viewer
    account: AccountRef | None = None
    contact: ContactRef | None = None


@dataclass(frozen=True, slots=True)
class WhichContact:
    """Several contacts bear the typed name; one of them may be meant."""

    typed: str
    contacts: tuple[ContactChoice, ...]


@dataclass(frozen=True, slots=True)
class ShowFavours:
    """List the own favours, or those of the account or contact that was typed."""

    actor: Member
    typed: str


@dataclass(frozen=True, slots=True)
class TurnFavours:
    """Show another page."""

    actor: Member
    asked: FavourList
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class StartFavour:
    """Open the empty form."""

    actor: Member
    asked: FavourList
    """The list it was opened from; its account or contact is chosen beforehand."""
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class FavourForm:
    """What the form shows before anybody typed."""

    draft_id: DraftId
    today: date
    account: AccountRef | None = None
    contact: ContactRef | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class ChangeFavourForm:
    """Show the open form with the account chosen meanwhile, or with more fields; what is typed stays."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class SaveFavour:
    """Save the form."""

    actor: Member
    draft_id: DraftId
    account_id: AccountId
    kind: Kind
    direction: Direction
    text: str
    key: str
    contact_id: ContactId | None = None
    effort: Effort | None = None
    value: int | None = None
    on: date | None = None
    visibility: Visibility = Visibility.COMPANY


@dataclass(frozen=True, slots=True)
class WithdrawFavour:
    """Take a favour back; the list it stood in is shown anew."""

    actor: Member
    favour_id: FavourId
    asked: FavourList
    key: str
    reply_to: ReplyTo
