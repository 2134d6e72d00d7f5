"""What the core needs from outside: the store with its repositories, and Slack's way out."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.access import Viewer
from bot.domain.accounts import Account, AccountName, AccountRef, CreateAccount, TeamMember
from bot.domain.contacts import Contact, ContactRef
from bot.domain.delivery import ChannelFacts, Claimed, Failure, Outgoing, Posted, Ref
from bot.domain.departments import Department
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change, Entry
from bot.domain.identity import (
    AccountId,
    ChannelId,
    ContactId,
    DepartmentId,
    DraftId,
    EntryId,
    InteractionId,
    MemberId,
    WorkspaceId,
)
from bot.domain.interactions import Details, Interaction
from bot.domain.members import Member, Person, Profile, Workspace
from bot.domain.search import Note


class Members(Protocol):
    """People of the workspace."""

    def get(self, member_id: MemberId) -> Member | None:
        """Return anybody known, guests and deactivated people too."""

    def people(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Person]:
        """Return those of the ids that are known."""

    def put_profiles(self, profiles: Iterable[Profile]) -> None:
        """Store what the directory says; what import and people set stays."""

    def kam_leads(self) -> tuple[Person, ...]:
        """Return the active KAM leads."""

    def admins(self) -> tuple[Person, ...]:
        """Return the admins by role or setting; while there is none, the Slack workspace's owners."""


class AccessRights(Protocol):
    """What the access rule needs to know about a reader."""

    def viewer(self, member: Member) -> Viewer:
        """Read the accounts and departments a member belongs to, in one statement."""


class Channels(Protocol):
    """What Slack said about channels."""

    def get(self, channel_id: ChannelId) -> ChannelFacts | None:
        """Return the facts last read."""

    def put(self, facts: ChannelFacts) -> None:
        """Store new facts."""


class Departments(Protocol):
    """Units that receive requests."""

    def in_channel(self, channel_id: ChannelId) -> Department | None:
        """Return the department bound to a channel."""

    def get(self, department_id: DepartmentId) -> Department | None:
        """Return a department."""

    def all(self) -> tuple[Department, ...]:
        """Return all departments by name."""

    def key_persons(self, department_id: DepartmentId) -> tuple[Person, ...]:
        """Return the department's people with a topic: they may answer its requests too."""


class Accounts(Protocol):
    """Accounts a reader may see; to anyone else they do not exist."""

    def get(self, account_id: AccountId, viewer: Viewer) -> Account | None:
        """Return the account, if it exists for this reader."""

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""

    def names(self, viewer: Viewer) -> tuple[AccountName, ...]:
        """Return every name and alias."""

    def in_channel(self, channel_id: ChannelId, viewer: Viewer) -> AccountRef | None:
        """Return the account bound to a channel."""

    def suggestions(self, typed: str, viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return accounts for a select: those the reader last touched first, or those like what was typed."""

    def create(self, command: CreateAccount, now: datetime) -> AccountRef:
        """Create an account without KAM."""

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[AccountRef, ...]:
        """Return the direct units below an account."""

    def team(self, account_id: AccountId) -> tuple[TeamMember, ...]:
        """Return the account team."""

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""


class Contacts(Protocol):
    """People at customers."""

    def of_account(self, account_id: AccountId, typed: str, most: int) -> tuple[ContactRef, ...]:
        """Return contacts of an account and its units for a select, recent first or those like what was typed."""

    def known(self, contact_ids: Collection[ContactId], viewer: Viewer) -> tuple[ContactRef, ...]:
        """Return those contacts whose account exists for this reader."""

    def named(self, name_keys: Collection[str], viewer: Viewer) -> tuple[Contact, ...]:
        """Return contacts by their names' keys."""


class Interactions(Protocol):
    """Logged events; reading asks the access rule."""

    def add(
        self,
        interaction_id: InteractionId,
        author_id: MemberId,
        details: Details,
        burst_id: InteractionId | None,
        now: datetime,
    ) -> int:
        """Store a new interaction and return its number; the last statements of a transaction."""

    def next_id(self) -> InteractionId:
        """Return an id for a new interaction, so that history and messages can refer to it before it is stored."""

    def change(self, interaction_id: InteractionId, author_id: MemberId, version: int, details: Details) -> bool:
        """Store an edit if nobody else did since ``version``."""

    def withdraw(self, interaction_id: InteractionId, now: datetime) -> bool:
        """Take back, once."""

    def get(self, interaction_id: InteractionId, viewer: Viewer) -> Interaction | None:
        """Return an interaction this reader may see; withdrawn ones only to their author."""

    def by_number(self, number: int, viewer: Viewer) -> Interaction | None:
        """Return the interaction ``I-number``."""

    def open_burst(self, account_id: AccountId, since: datetime) -> InteractionId | None:
        """Return the burst whose channel message still takes lines."""

    def in_burst(self, burst_id: InteractionId, viewer: Viewer) -> tuple[Interaction, ...]:
        """Return the interactions of a burst, oldest first."""

    def start_burst(self, interaction_id: InteractionId) -> None:
        """Let an edited interaction have a channel message of its own."""

    def burst_of(self, interaction_id: InteractionId) -> InteractionId | None:
        """Return the burst an interaction belongs to."""


class Drafts(Protocol):
    """Typed text that is not a fact yet."""

    def add(self, draft: Draft) -> DraftId:
        """Keep a draft; its ``id`` is given here."""

    def get(self, draft_id: DraftId, author_id: MemberId, purpose: Purpose) -> Draft | None:
        """Return an unused draft of this author."""

    def change(self, draft_id: DraftId, fields: Mapping[str, str]) -> None:
        """Keep newer text."""

    def use(self, draft_id: DraftId, now: datetime) -> None:
        """Mark as used: its text is a fact now; the address of its answer is wiped."""


class Inbox(Protocol):
    """Deliveries that had an effect; the same delivery again gets the first answer."""

    def effect_of(self, key: str) -> Ref | None:
        """Return what this delivery made, if it came before."""

    def record(self, key: str, made: Ref, now: datetime) -> None:
        """Remember what this delivery made, in its transaction."""


class History(Protocol):
    """History entries and audit rows, written together."""

    def record(self, change: Change) -> EntryId:
        """Write both."""

    def entry(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""


class Outbox(Protocol):
    """What is to be told."""

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Add a row; a waiting card edit of the same object and place is not added twice."""

    def claim(self, now: datetime, lease_for: timedelta, most: int) -> tuple[Claimed, ...]:
        """Lease due rows of this workspace, most urgent first, at most one per place."""

    def card(self, topic: str, about: Ref, place: str) -> Posted | None:
        """Return where a card stands."""

    def cards_of(self, about: Ref) -> tuple[tuple[str, str], ...]:
        """Return ``(topic, place)`` of every card of an object that was posted or is waiting."""

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""

    def sent(self, row: Claimed, posted: Posted | None, now: datetime) -> None:
        """Mark as sent, remember a card's place, wipe a used address."""

    def retry(self, row: Claimed, due_at: datetime, cause: str) -> None:
        """Try again later."""

    def without_address(self, row: Claimed) -> None:
        """Send a reply by DM: its address is used up."""

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""

    def next_due(self) -> datetime | None:
        """Return when the next row is due."""


class Search(Protocol):
    """The index of what is known."""

    def put(self, note: Note) -> None:
        """Index a note, or index it again."""

    def remove(self, about: Ref) -> None:
        """Take a note out of the index."""


class Transaction(Protocol):
    """One transaction in one workspace; every statement carries the workspace's id."""

    @property
    def workspace(self) -> Workspace:
        """The tenant."""
        ...

    @property
    def members(self) -> Members:
        """Work with members."""
        ...

    @property
    def access(self) -> AccessRights:
        """Work with a reader's rights."""
        ...

    @property
    def channels(self) -> Channels:
        """Work with channels."""
        ...

    @property
    def departments(self) -> Departments:
        """Work with departments."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Work with accounts."""
        ...

    @property
    def contacts(self) -> Contacts:
        """Work with contacts."""
        ...

    @property
    def interactions(self) -> Interactions:
        """Work with interactions."""
        ...

    @property
    def drafts(self) -> Drafts:
        """Work with drafts."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Work with the inbox."""
        ...

    @property
    def history(self) -> History:
        """Work with history and audit."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Work with the outbox."""
        ...

    @property
    def search(self) -> Search:
        """Work with the search index."""
        ...


class Store(Protocol):
    """The database."""

    def begin(self, workspace_id: WorkspaceId) -> AbstractContextManager[Transaction]:
        """Open a writing transaction: commit on success, roll back on any exception."""

    def read(self, workspace_id: WorkspaceId) -> AbstractContextManager[Transaction]:
        """Open a reading transaction: one consistent picture, no lock."""

    def knows(self, workspace_id: WorkspaceId) -> bool | None:
        """Tell whether Scharnier is installed there; None while it is installed nowhere yet."""

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspaces Scharnier is installed in."""


class PostFailed(Exception):
    """A call to Slack that did not do what was asked."""

    def __init__(self, failure: Failure, code: str, retry_after: float | None = None) -> None:
        super().__init__(f"{failure}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Directory:
    """What Slack lists about its people."""

    profiles: tuple[Profile, ...]


class Poster(Protocol):
    """Slack's way out; every method may raise ``PostFailed``."""

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Post to a channel, or to a member's DM with the app."""

    def update(self, posted: Posted, message: Mapping[str, Any]) -> None:
        """Edit a message in place."""

    def delete(self, posted: Posted) -> None:
        """Take a message away."""

    def reply(self, response_url: str, message: Mapping[str, Any], *, replace: bool) -> None:
        """Answer a click by its ``response_url``."""

    def channel(self, channel_id: ChannelId) -> ChannelFacts:
        """Read the facts of a channel and join it if it is public and ours."""

    def people(self) -> Directory:
        """List everybody."""
