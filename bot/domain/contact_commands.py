"""Contact commands: what is done with a contact, and what the card and the forms show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.accounts import AccountRef, Because
from bot.domain.contact_assessments import Judged, Measure
from bot.domain.contact_touch import Lapse, Limits
from bot.domain.contacts import Contact, ContactRef, DecisionRole, Lack
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ChannelId, ContactId, DraftId, HypothesisId, MemberId
from bot.domain.members import Member, Person

OFFERED = 5
"""How many contacts are offered when none is clear."""


class Deed(StrEnum):
    """What a form does with a contact."""

    NEW = "new"
    EDIT = "edit"
    ASSESS = "assess"
    MOVE = "move"
    LEAVE = "leave"
    SUPPOSE = "suppose"
    INFLUENCE = "influence"


class Act(StrEnum):
    """What one button does with a contact."""

    SHOW = "show"
    TAKE_OVER = "take_over"
    RENEW = "renew"
    STAY = "stay"
    CAME_TRUE = "came_true"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Touch:
    """The last time anybody met a contact, as far as the reader may read it."""

    at: datetime
    by: Person
    number: int
    """Of the interaction."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a contact stood, or stands."""

    account: AccountRef
    title: str | None
    level: int | None
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """A contact among others: a button, or who stands around somebody."""

    id: ContactId
    name: str
    title: str | None
    account: AccountRef


@dataclass(frozen=True, slots=True)
class Relations:
    """Who at the customer stands how to a contact."""

    reports_to: ContactChoice | None = None
    reports: tuple[ContactChoice, ...] = ()
    """Who reports to the contact."""
    influences: tuple[ContactChoice, ...] = ()
    """Who listens to the contact."""
    influenced_by: tuple[ContactChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Everything the card of a contact shows to one reader."""

    contact: Contact
    because: Because | None
    """Why the reader sees a restricted account; empty where it is open."""
    may_edit: bool
    is_owner: bool
    touch: Touch | None
    limits: Limits
    lapse: Lapse
    relations: Relations
    positions: tuple[Position, ...]
    """The newest first, the present one left out."""
    since: date | None
    """When the present position began, where that is known."""
    candidates: tuple[Person, ...] = ()
    """Our people of the same level, where there is no counterpart, or one of quite another level."""
    judged: Judged | None = None
    """None outside the account's circle."""
    lacks: tuple[Lack, ...] = ()
    """What the account lacks since this contact left."""


@dataclass(frozen=True, slots=True)
class ContactQuestion:
    """Which contact is meant, or is it a new one?"""

    draft_id: DraftId
    """Keeps the name that was typed."""
    typed: str
    matches: tuple[ContactChoice, ...]
    account: AccountRef | None = None
    """The account that was named before the colon."""
    is_shared: bool = False
    """Several contacts bear this name, whole or as a part of its own."""
    unknown_account: str = ""
    """What was typed before the colon, where it names no single account that the reader sees."""
    is_shared_account: bool = False
    """Several accounts bear it."""


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A form about a contact, with what it is filled with."""

    draft_id: DraftId
    deed: Deed
    contact: Contact | None = None
    """The contact, or whose successor a new one is."""
    name: str = ""
    account: AccountRef | None = None
    unknown_account: str = ""
    """What was typed for it, where that names no single account."""
    more: bool = False
    """Whether the rarer fields are shown."""
    suggested_level: int | None = None
    relations: Relations = field(default_factory=Relations)
    lacks: tuple[Lack, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class ContactGone:
    """What a KAM hears of a contact that left the account."""

    contact: ContactRef
    title: str | None
    account: AccountRef
    by: Person
    roles: tuple[DecisionRole, ...]
    lacks: tuple[Lack, ...]
    on: date | None
    has_moved: bool = False
    """They stand at another account now."""
    moved_to: AccountRef | None = None
    """Where, if the KAM may see it."""


@dataclass(frozen=True, slots=True)
class ContactArrived:
    """What a KAM hears of a contact that stands at their account now."""

    contact: Contact
    by: Person
    came_from: AccountRef | None = None
    """Where they stood before, if the KAM may see it."""


@dataclass(frozen=True, slots=True)
class OwnerTold:
    """What somebody hears who looks after a contact now, or need not any more."""

    contact: Contact
    by: Person
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ShowContact:
    """Show the contact of that name, or ask which one is meant."""

    actor: Member
    typed: str
    channel_id: ChannelId | None
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class ActOnContact:
    """Do what a button does."""

    actor: Member
    contact_id: ContactId
    act: Act
    key: str
    reply_to: ReplyTo
    version: int = 0
    hypothesis_id: HypothesisId | None = None


@dataclass(frozen=True, slots=True)
class OpenContactForm:
    """Open a form; without a contact that of a new one."""

    actor: Member
    deed: Deed
    contact_id: ContactId | None
    version: int
    key: str
    reply_to: ReplyTo
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What everybody who sees the account may know of a contact."""

    name: str
    title: str | None = None
    level: int | None = None
    decision_roles: tuple[DecisionRole, ...] = ()
    aims: str | None = None
    owner_id: MemberId | None = None
    wished_days: int | None = None
    email: str | None = None
    phone: str | None = None
    counterpart_id: MemberId | None = None
    reports_to_id: ContactId | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """What every submitted form has."""

    actor: Member
    draft_id: DraftId
    key: str


@dataclass(frozen=True, slots=True)
class CreateContact(Saving):
    """Create a contact that a log, request or conflict needs."""

    name: str
    account_id: AccountId
    title: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class EditContact(Saving):
    """Change what is known of a contact."""

    profile: Profile
    has_more: bool
    """Whether the rarer fields were shown; else they stay as they are."""


@dataclass(frozen=True, slots=True)
class AssessContact(Saving):
    """Judge a contact; what is left out stays as it is."""

    values: Mapping[Measure, int | None]
    """None takes a judgement back."""
    reason: str
    member_id: MemberId | None = None
    """Whose relationship the strength is."""
    strength: int | None = None
    desired: int | None = None


@dataclass(frozen=True, slots=True)
class MoveContact(Saving):
    """A contact has another position, at this account or another."""

    account_id: AccountId
    title: str | None
    level: int | None
    from_on: date


@dataclass(frozen=True, slots=True)
class LetContactGo(Saving):
    """A contact leaves the customer."""

    left_on: date


@dataclass(frozen=True, slots=True)
class Suppose(Saving):
    """Write down what may happen, and what makes one think so."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class DrawInfluence(Saving):
    """Say who listens to a contact; everybody else does not."""

    on_ids: tuple[ContactId, ...]
