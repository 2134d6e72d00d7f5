"""What the core needs from outside: the store with its repositories, and Slack's way out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot.domain import audit
from bot.domain.access import Viewer
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    ContactsSeen,
    CreateAccount,
    DatedPromise,
    Family,
    LastInteraction,
    OpenMatter,
    TeamMember,
)
from bot.domain.contacts import ContactRef
from bot.domain.delivery import (
    ChannelFacts,
    Claimed,
    Failure,
    Listed,
    Outgoing,
    Posted,
    Ref,
    ReplyTo,
    State,
    Subject,
)
from bot.domain.departments import Department
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalations import Decide, Escalation, NewEscalation, Party, PartyChoice, Side
from bot.domain.escalations import Header as ConflictHeader
from bot.domain.history import Change, Entry
from bot.domain.identity import (
    AccountId,
    ChannelId,
    ContactId,
    DepartmentId,
    DraftId,
    EntryId,
    EscalationId,
    InteractionId,
    MemberId,
    RequestId,
    WorkspaceId,
)
from bot.domain.interactions import Details, Interaction, Source
from bot.domain.members import Member, Person, Profile, Workspace
from bot.domain.pace import Batch, Gate, Limits
from bot.domain.requests import AcceptRequest, DeclineRequest, NewRequest, Request
from bot.domain.requests import Header as RequestHeader
from bot.domain.satisfaction import Value
from bot.domain.search import Findings, Note, Query
from bot.domain.setup import File, Known, Record, StoredInteraction
from bot.domain.sponsors import Chain, Link, Route
from bot.domain.timers import Moment, Timer


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

    def named(self, key: str, viewer: Viewer, most: int) -> tuple[Account, ...]:
        """Return the accounts that bear this name or alias."""

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""

    def names(self, viewer: Viewer) -> tuple[AccountName, ...]:
        """Return every name and alias."""

    def in_channel(self, channel_id: ChannelId, viewer: Viewer) -> AccountRef | None:
        """Return the account bound to a channel."""

    def suggestions(self, typed: str, viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return accounts for a select: those the reader last touched first, or those like what was typed."""

    def hold(self, name: str) -> None:
        """Let nobody else create an account of this name before the transaction ends; call it before looking it up."""

    def create(self, command: CreateAccount, now: datetime) -> AccountRef:
        """Create an account without KAM."""

    def team(self, account_id: AccountId) -> tuple[TeamMember, ...]:
        """Return the account team."""

    def refs(self, account_ids: Collection[AccountId], viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return those of the accounts that exist for this reader, by name."""

    def family(self, account: Account, viewer: Viewer) -> Family:
        """Return the parent and every unit below an account, however deep; a hidden one hides what is below it."""

    def key_contacts(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, most: int
    ) -> ContactsSeen:
        """Return the contacts of some visible accounts, deciders and higher levels first, with their last touch."""

    def satisfaction(
        self, account_ids: Collection[AccountId], viewer: Viewer, since: datetime, until: datetime
    ) -> dict[Source, list[Value]]:
        """Return the newest satisfaction values of some accounts that the reader may see, by whose they are."""

    def last_interactions(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int
    ) -> tuple[LastInteraction, ...]:
        """Return the newest interactions of some accounts that the reader may see, each as one line."""

    def promises(
        self, account_ids: Collection[AccountId], viewer: Viewer, since: date, most: int
    ) -> tuple[DatedPromise, ...]:
        """Return the promises of some accounts from a day on, the next first; a note's only to its readers."""

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""


class Contacts(Protocol):
    """People at customers."""

    def of_account(self, account_id: AccountId, viewer: Viewer, typed: str, most: int) -> tuple[ContactRef, ...]:
        """Return contacts of an account and its units for a select, recent first or those like what was typed."""

    def offered(self, account_id: AccountId, contact_ids: Collection[ContactId]) -> tuple[ContactRef, ...]:
        """Return those of the contacts that a form for this account offers: its own and its open units', however deep."""


class Interactions(Protocol):
    """Logged events; reading asks the access rule."""

    def add(
        self,
        interaction_id: InteractionId,
        author_id: MemberId,
        details: Details,
        now: datetime,
    ) -> None:
        """Store a new interaction; it must get its ``number`` in the same transaction."""

    def number(self, interaction_id: InteractionId, burst_id: InteractionId | None) -> int:
        """Give a new interaction its short number and its burst, and return the number; late, it holds the counter."""

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

    def same_words(self, author_id: MemberId, details: Details, since: datetime) -> InteractionId | None:
        """Return what this author logged with the same words for the same account; one log of theirs at a time."""

    def open_burst(self, account_id: AccountId, since: datetime) -> InteractionId | None:
        """Return the burst whose channel message still takes lines."""

    def in_burst(self, burst_id: InteractionId, viewer: Viewer) -> tuple[Interaction, ...]:
        """Return the interactions of a burst, oldest first."""

    def join_burst(self, interaction_id: InteractionId, burst_id: InteractionId | None) -> None:
        """Let another channel message carry an interaction that was moved or opened to all, or none."""

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

    def answer_at(self, draft_id: DraftId, reply_to: ReplyTo) -> None:
        """Let the answer take the place of what was pressed last."""

    def use(self, draft_id: DraftId, now: datetime) -> bool:
        """Mark as used, once: its text is a fact now; the address of its answer is wiped."""


class Inbox(Protocol):
    """Deliveries that had an effect; the same delivery again gets the first answer."""

    def effect_of(self, key: str) -> Ref | None:
        """Return what this delivery made, if it came before."""

    def holds_the_same(self, key: str) -> bool:
        """Tell whether a delivery that came before had the same content: what follows ``#`` in its key."""

    def record(self, key: str, made: Ref, now: datetime) -> None:
        """Remember what this delivery made, in its transaction."""


class History(Protocol):
    """History entries and audit rows, written together."""

    def record(self, change: Change) -> EntryId:
        """Write both."""

    def record_all(self, changes: Sequence[Change]) -> list[EntryId]:
        """Write both for many changes, in two statements."""

    def entry(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""

    def of(self, about: Ref) -> tuple[Entry, ...]:
        """Return what happened to an object, oldest first; the reader's rights are asked before."""

    def last(self, about: Ref) -> Entry | None:
        """Return what happened to an object last; the reader's rights are asked before."""


class Outbox(Protocol):
    """What is to be told."""

    def put(self, outgoing: Outgoing, now: datetime) -> None:
        """Add a row; a waiting card edit of the same object and place is not added twice."""

    def is_mine(self, row: Claimed) -> bool:
        """Tell whether the lease of a row still holds, and let nobody take it until the commit."""

    def claim(
        self, now: datetime, limits: Limits, most: int, others: int, *, trial: bool = False, eager: bool = False
    ) -> Batch:
        """Lease what may go now, most urgent first, one row per lane.

        Args:
            now: the time.
            limits: how long a lease is and what may leave in a minute.
            most: rows at most.
            others: how many of them may be less urgent than escalations.
            trial: take one row although the gate is shut.
            eager: knock at a shut gate although it is not time yet.
        """

    def renew(self, leases: Collection[str], until: datetime) -> int:
        """Keep the rows under these leases; return how many there still are."""

    def next_due(self, now: datetime, limits: Limits) -> datetime | None:
        """Return when something that cannot go now may go."""

    def gate(self) -> Gate:
        """Return what holds the workspace's messages up."""

    def hold_gate(self) -> Gate:
        """Return the same and let nobody else change it until the commit."""

    def set_gate(self, gate: Gate) -> None:
        """Keep a gate that is held."""

    def open_gate(self, now: datetime) -> None:
        """Slack answers again: what waited only for that is due now."""

    def card(self, topic: str, about: Ref, place: str) -> Posted | None:
        """Return where a card stands."""

    def standing_at(self, posted: Posted) -> tuple[str, Ref, str] | None:
        """Return ``(topic, object, place)`` of the card that stands there, if one does."""

    def cards_of(self, about: Ref) -> tuple[tuple[str, str], ...]:
        """Return ``(topic, place)`` of every card of an object that was posted or is waiting."""

    def card_waits(self, topic: str, about: Ref, place: str) -> bool:
        """Tell whether a card is still to be posted."""

    def forget_card(self, topic: str, about: Ref, place: str) -> None:
        """Forget a card that is gone from Slack."""

    def voice_of(self, channel_id: ChannelId) -> tuple[str | None, str | None]:
        """Return language and zone of the department or open account a channel belongs to."""

    def is_told(self, outgoing: Outgoing) -> bool:
        """Tell whether the same was told in the same place, or will be."""

    def sent(self, row: Claimed, posted: Posted | None, now: datetime, cause: str | None = None) -> bool:
        """Mark as sent, remember a card's place, wipe a used address; False if the lease is lost."""

    def retry(
        self,
        row: Claimed,
        now: datetime,
        wait: timedelta,
        cause: str,
        *,
        in_doubt: bool = False,
        asked: bool = False,
        fault: bool = False,
    ) -> None:
        """Try again later: a post keeps its turn and its place waits with it, anything else steps back.

        Args:
            row: under this worker's lease.
            now: the time.
            wait: until the next try.
            cause: why it failed.
            in_doubt: the message may stand in Slack.
            asked: Slack asked for the pause, so that nothing goes there before.
            fault: the fault is ours; only the first time others wait with it.
        """

    def release(self, row: Claimed, now: datetime, wait: timedelta = timedelta(0)) -> None:
        """Let a row wait that was not tried."""

    def repeat(self, row: Claimed, left: int) -> bool:
        """Write down how often a row may be posted again although it may stand already; False if the lease is lost."""

    def as_post(self, row: Claimed, now: datetime) -> None:
        """Post anew: the card is gone, or the answer's address is used up."""

    def park(self, row: Claimed, cause: str) -> None:
        """Set aside, visibly; nothing is deleted unsent."""

    def list(self, state: State | None = None, most: int = 100, after: int | None = None) -> tuple[Listed, ...]:
        """Return rows in one state, or all that are neither sent nor dropped, oldest first.

        Args:
            state: which ones.
            most: rows at most.
            after: the id of the last row seen, for the next page.
        """

    def count(self) -> dict[State, int]:
        """Count the rows by state."""

    def oldest(self) -> datetime | None:
        """Return since when the oldest row waits."""

    def get(self, row_id: int) -> Listed | None:
        """Return one row."""

    def short_id(self, about: Ref) -> str | None:
        """Return an object's short id, such as ``E-3``; it says nothing about its content."""

    def retry_now(self, row_id: int, now: datetime) -> bool:
        """Let a parked or waiting row go now, in doubt marked as a possible repeat; False if it is neither."""

    def park_by_hand(self, row_id: int, cause: str) -> bool:
        """Set a waiting row aside; False if it does not wait."""

    def drop(self, row_id: int, cause: str) -> bool:
        """Give a parked row up; it stays as a row. False if it is not parked."""


class Search(Protocol):
    """The index of what is known."""

    def put(self, note: Note) -> None:
        """Index a note, or index it again."""

    def put_all(self, notes: Iterable[Note]) -> None:
        """Index many notes."""

    def number(self, about: Ref, number: int) -> None:
        """Set the short number of a note that was indexed before its number was taken."""

    def remove(self, about: Ref) -> None:
        """Take a note out of the index."""

    def clear(self) -> None:
        """Empty the index of this workspace, so that it can be built anew."""

    def scrub(self) -> None:
        """Rewrite the index file so that no removed word stays in it; slow, for erasure."""

    def find(self, query: Query, viewer: Viewer, now: datetime, offset: int, count: int) -> Findings:
        """Return a page of what is known: notes with all words; if these are few, the nearest there is."""

    def contacts_named(self, words: Sequence[str], viewer: Viewer) -> tuple[ContactRef, ...]:
        """Return the contacts one of whose names is among these words."""

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[AccountId, ...]:
        """Return an account and every unit below it that the reader may see."""

    def authors(self, account_id: AccountId, viewer: Viewer, most: int) -> tuple[Person, ...]:
        """Return who wrote most of the newest notes on an account."""

    def topics(self) -> tuple[tuple[Person, tuple[str, ...]], ...]:
        """Return the active members who are key persons for something, with their topics."""


class Audit(Protocol):
    """The audit and the seals over it; an operator's, so no access rule is asked: it holds ids and field names only."""

    def hold(self) -> None:
        """Let one worker seal at a time, until the commit."""

    def last_seal(self) -> audit.Seal | None:
        """Return the end of the chain."""

    def take(self, number: int, before: datetime, most: int) -> list[audit.Row]:
        """Put the oldest unsealed rows under a seal and return exactly those, in any order."""

    def add_seal(self, seal: audit.Seal) -> None:
        """Add a link to the chain."""

    def seals(self, after: int | None, most: int) -> tuple[audit.Seal, ...]:
        """Return the next seals by number; None begins."""

    def count_seals(self) -> int:
        """Count the links of the chain."""

    def rows_of(self, number: int) -> tuple[audit.Row, ...]:
        """Return the rows that say they are under this seal.

        Raises:
            ValueError: a value is not what was written.
        """

    def strays(self, last: int) -> int:
        """Count the rows under seals that are not in the chain ``1…last``."""

    def tail(self) -> audit.Tail:
        """Count the rows that no seal covers yet."""

    def numbered(self, subject: Subject, number: int) -> Ref | None:
        """Return the object with a short number, whoever may see it."""

    def accounts_named(self, key: str) -> tuple[Ref, ...]:
        """Return the accounts that bear this name or alias."""

    def records(
        self, about: Collection[Ref], since: datetime | None, after: audit.Row | None, most: int
    ) -> tuple[audit.Record, ...]:
        """Return a page of what was done to these objects, or to all; what belongs to an account is part of it."""


class SetUp(Protocol):
    """Set-up data, read whole and written in bulk; an operator's, so no access rule is asked."""

    def take_time(self) -> None:
        """Let this transaction take as long as it needs, one import at a time."""

    def settle(self) -> None:
        """Let the database look at the new sizes."""

    def new_id(self) -> int:
        """Return an id for a new object, so that others can refer to it before it is stored."""

    def known(self) -> Known:
        """Read what is stored, interactions excepted."""

    def imported(self, keys: Collection[str]) -> dict[str, StoredInteraction]:
        """Return the interactions that an earlier import made, by import key."""

    def interactions(self, ids: Collection[InteractionId]) -> tuple[Interaction, ...]:
        """Read interactions whole, to index them again."""

    def numbers(self, count: int) -> Iterator[int]:
        """Take the next short numbers of interactions; the counter is held until the commit."""

    def add(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Insert new objects."""

    def change(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Overwrite the attributes that the records have, and nothing else."""


class Requests(Protocol):
    """Asks to departments as deep as their reader may see them; an answer is one compare-and-set."""

    def next_id(self) -> RequestId:
        """Return an id for a new request, so that history and messages can refer to it before it is stored."""

    def add(self, new: NewRequest, now: datetime) -> int:
        """Store a new request and return its number; the last statements of a transaction."""

    def accept(self, command: AcceptRequest, now: datetime) -> bool:
        """Store a promise, if the request is open and nothing changed since the version the form showed."""

    def decline(self, command: DeclineRequest, now: datetime) -> bool:
        """Store a decline, if the request is open and nothing changed since the version the form showed."""

    def get(self, request_id: RequestId, viewer: Viewer) -> Request | None:
        """Return the whole request to those who may see all of it."""

    def seen(self, request_id: RequestId, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request as deep as this reader may see it."""

    def by_number(self, number: int, viewer: Viewer) -> Request | RequestHeader | None:
        """Return the request ``R-number`` as deep as this reader may see it."""

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the requests of some accounts that are under way, the nearest date first; names only to who may see all."""

    def answer_times(self, department_id: DepartmentId, most: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return when the requests answered last were asked and answered, the newest answer first."""


class Escalations(Protocol):
    """Goal conflicts as deep as their reader may see them; transitions are compare-and-set."""

    def next_id(self) -> EscalationId:
        """Return an id for a new conflict, so that history and messages can refer to it before it is stored."""

    def add(self, new: NewEscalation, now: datetime) -> int:
        """Store a new conflict with its chain and return its number; the last statements of a transaction."""

    def get(self, escalation_id: EscalationId, viewer: Viewer) -> Escalation | None:
        """Return the whole conflict to those who may see all of it."""

    def header(self, escalation_id: EscalationId, viewer: Viewer) -> ConflictHeader | None:
        """Return what the company may know of a conflict."""

    def by_number(self, number: int, viewer: Viewer) -> Escalation | ConflictHeader | None:
        """Return the conflict ``E-number`` as deep as this reader may see it."""

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the headers of the open conflicts of some accounts, those with the nearest date first."""

    def unaddressed(self, escalation_id: EscalationId) -> tuple[str, datetime] | None:
        """Return short id and time of a conflict that nobody can receive; for those who assign sponsors, no content."""

    def acknowledge(self, escalation_id: EscalationId, version: int, by: MemberId, now: datetime) -> bool:
        """Take a raised conflict on, if nothing changed since ``version``."""

    def readdress(self, escalation_id: EscalationId, version: int, route: Route, *, stays_acknowledged: bool) -> bool:
        """Put an open conflict before others, if nothing changed since ``version``."""

    def decide(self, command: Decide, version: int, now: datetime) -> bool:
        """Store the one decision, if nothing changed since ``version``."""

    def add_statement(self, escalation_id: EscalationId, author_id: MemberId, text: str, now: datetime) -> bool:
        """Keep a new version of the other side's view while the conflict is open."""

    def confirm(self, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
        """Keep a side's yes to a settlement; False if it was given before."""

    def parties_like(self, typed: str, most: int) -> tuple[PartyChoice, ...]:
        """Return departments and full members for the search of the other party, departments first."""

    def party(self, party: Party) -> PartyChoice | None:
        """Return a chosen party with its name."""

    def side(self, member_id: MemberId) -> Side | None:
        """Return a member as a side of a conflict, with the department they work in."""


class Sponsors(Protocol):
    """Who backs whom."""

    def links(self, account_id: AccountId) -> dict[AccountId, Link]:
        """Return the account and everything above it, each with who would back it, in one statement."""

    def chain(self, account_id: AccountId | None) -> Chain:
        """Return everybody who could receive a conflict; the reader's rights are not asked: ids and persons only."""


class Timers(Protocol):
    """What has to happen at a time, once over all replicas."""

    def hold(self) -> None:
        """Let one replica at a time look after the standing timers, until the commit."""

    def set(self, timer: Timer) -> bool:
        """Let a step happen; False if this occurrence waits or happened already. A cancelled one waits again."""

    def cancel(self, about: Ref, step: str | None = None) -> int:
        """Let what waits for an object, or one step of it, not happen; return how many waited."""

    def move(self, about: Ref, step: str, due: Moment) -> int:
        """Let what waits for an object happen at another time; return how many waited."""

    def waiting(self, about: Ref, step: str) -> tuple[Timer, ...]:
        """Return what waits for an object, soonest first."""

    def set_aside(self) -> tuple[Timer, ...]:
        """Return the timers that failed too often."""

    def revive(self, now: datetime) -> int:
        """Let what failed too often happen now; return how many."""

    def due(self, now: datetime, most: int) -> tuple[int, ...]:
        """Return the ids of timers that are due, soonest first; another replica may be quicker."""

    def take(self, timer_id: int, now: datetime) -> Timer | None:
        """Hold a timer that is still due until the commit; None if another replica has it, or had."""

    def fired(self, timer: Timer, now: datetime) -> None:
        """Mark a held timer as done."""

    def retry(self, timer: Timer, at: datetime, cause: str) -> None:
        """Try again later."""

    def park(self, timer: Timer, cause: str) -> bool:
        """Set aside, visibly; False if another replica did something else meanwhile."""

    def next_due(self) -> datetime | None:
        """Return when the next timer wants to be looked at."""

    def reckon(self) -> int:
        """Bring the instants of waiting wall times up to the rules their zones have now; return how many changed."""


class Retention(Protocol):
    """Deletes rows that have done their work, at most so many at a time; returns how many went."""

    def inbox(self, before: datetime, most: int) -> int:
        """Forget deliveries."""

    def outbox(self, before: datetime, most: int) -> int:
        """Forget what was sent; what is unsent or set aside stays."""

    def drafts(self, before: datetime, most: int) -> int:
        """Forget typed text that nobody saved, and what is left of texts that were."""

    def timers(self, before: datetime, most: int) -> int:
        """Forget what is done or cancelled."""


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
    def requests(self) -> Requests:
        """Work with requests."""
        ...

    @property
    def escalations(self) -> Escalations:
        """Work with goal conflicts."""
        ...

    @property
    def sponsors(self) -> Sponsors:
        """Work with sponsors."""
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
    def audit(self) -> Audit:
        """Work with the audit and its seals."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Work with the outbox."""
        ...

    @property
    def timers(self) -> Timers:
        """Work with timers."""
        ...

    @property
    def retention(self) -> Retention:
        """Work with what nobody needs any more."""
        ...

    @property
    def search(self) -> Search:
        """Work with the search index."""
        ...

    @property
    def setup(self) -> SetUp:
        """Work with set-up data."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of one workspace in one state, such as ``outbox pending``, and the age of the oldest in seconds."""

    workspace: str
    kind: str
    state: str
    count: int
    oldest_seconds: float


class StoreAway(Exception):
    """The database is busy, full or out of reach, so nothing was stored.

    Attributes:
        is_cut: the connection broke; another one may work at once.
        in_doubt: it broke during the commit, so nobody knows what was stored.
    """

    def __init__(self, *, is_cut: bool = False, in_doubt: bool = False) -> None:
        super().__init__()
        self.is_cut = is_cut
        self.in_doubt = in_doubt


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

    def __init__(
        self, failure: Failure, code: str, retry_after: float | None = None, *, is_silence: bool = False
    ) -> None:
        super().__init__(f"{failure}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after
        self.is_silence = is_silence
        """Slack itself said nothing: no connection, no answer, or a proxy's page."""


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

    def find(self, place: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """Look for a message with this key, posted since, in a channel or DM.

        Raises:
            PostFailed: ``UNREADABLE`` where the app may not read.
        """

    def probe(self) -> None:
        """Ask Slack whether it answers and takes the token."""

    def people(self) -> Directory:
        """List everybody."""
