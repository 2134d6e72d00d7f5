"""What is kept of accounts, and how it is found."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.account_cards import Counted
from bot.domain.account_edits import Facts
from bot.domain.account_shape import Rating, Standing
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    CreateAccount,
    Family,
    LastInteraction,
    TeamMember,
    TeamRole,
)
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ChannelId, InteractionId, MemberId
from bot.domain.interactions import Details, Interaction
from bot.domain.members import Person
from bot.domain.search import Answer, Findings, Query
from bot.domain.search_notes import Note


class Accounts(Protocol):
    """Accounts a reader may see; to anyone else they do not exist."""

    def get(self, account_id: AccountId, viewer: Viewer) -> Account | None:
        """Return the account, if it exists for this reader."""

    def named(self, key: str, viewer: Viewer, most: int) -> tuple[Account, ...]:
        """Return the accounts that bear this name or alias."""

    def named_and(
        self, account_ids: Collection[AccountId], key: str, viewer: Viewer, most: int
    ) -> tuple[tuple[Account, ...], dict[AccountId, Account]]:
        """Return the accounts that bear this name or alias, and of some others those that exist."""

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""

    def by_alias(self, words: Collection[str], viewer: Viewer) -> dict[str, set[AccountId]]:
        """Return for each word the accounts that have it in an alias and not in their name."""

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

    def family(self, account: Account, viewer: Viewer, above: Collection[AccountId] = ()) -> Family:
        """Return the parent and every unit below an account, however deep; a hidden one hides what is below it.

        Of ``above``, the accounts on the way to the root, those come with it that the reader may see.
        """

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""


class AccountCards(Protocol):
    """What the card of an account counts and lists, for an account and units that its reader may see."""

    def circle(self, account_id: AccountId, *, judged: bool) -> tuple[tuple[TeamMember, ...], tuple[Rating, ...]]:
        """Return the account team, and if asked the newest judgements of the account as a whole, in one statement."""

    def counted(self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime) -> Counted:
        """Return satisfaction and meetings of some accounts from the notes that the reader may see, in one statement."""

    def last_interactions(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int
    ) -> tuple[LastInteraction, ...]:
        """Return the newest interactions of some accounts that the reader may see, each as one line."""


class AccountEdits(Protocol):
    """Changes of accounts; rights are asked before."""

    def aliases(self, account_id: AccountId) -> tuple[str, ...]:
        """Return the name and the aliases of an account."""

    def change(self, account_id: AccountId, version: int, facts: Facts, fields: Collection[str]) -> bool:
        """Store the named fields, if nothing changed since ``version``."""

    def is_below(self, account_id: AccountId, other_id: AccountId) -> bool:
        """Tell whether the other account is this one or stands anywhere below it, whoever may see what is between."""

    def judge(self, account_id: AccountId, version: int, standing: Standing, by_id: MemberId, now: datetime) -> bool:
        """Store where the relationship stands, if nothing changed since ``version``; what it was stays in its history."""

    def rate(
        self,
        account_id: AccountId,
        values: Mapping[str, int | None],
        reason: str,
        by_id: MemberId,
        now: datetime,
    ) -> None:
        """Add dated judgements of the account as a whole."""

    def set_team(
        self,
        account_id: AccountId,
        version: int,
        joining: Collection[MemberId],
        leaving: Collection[MemberId],
        role: TeamRole | None,
        topic: str | None,
    ) -> bool:
        """Let some join and others leave the account team, if nothing changed since ``version``."""


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

    def change(
        self, interaction_id: InteractionId, author_id: MemberId, version: int, details: Details, now: datetime
    ) -> bool:
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

    def keep_only(self, subject: Subject, after: int, until: int | None, ids: Collection[int]) -> int:
        """Take out what the index holds of other objects between two ids, the second included; return how many."""

    def clear(self) -> None:
        """Empty the index of this workspace, so that it can be built anew."""

    def scrub(self) -> None:
        """Rewrite the index file so that no removed word stays in it; slow, for erasure."""

    def find(self, query: Query, viewer: Viewer, now: datetime, offset: int, count: int) -> Findings:
        """Return a page of what is known: notes with all words; if these are few, the nearest there is."""

    def contacts_named(self, words: Sequence[str], viewer: Viewer) -> tuple[ContactRef, ...]:
        """Return the contacts one of whose names is among these words."""

    def members_named(self, words: Sequence[str]) -> tuple[Person, ...]:
        """Return the members whose names may have one of these words; those who left, too: their notes stay."""

    def about(self, objects: Sequence[Ref], viewer: Viewer) -> tuple[Answer, ...]:
        """Return what is known of these objects themselves, as far as this reader may see it."""

    def links(self, abouts: Iterable[Ref], viewer: Viewer) -> dict[Ref, str]:
        """Return where Slack messages of these objects are opened, those that this reader can open."""

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[AccountId, ...]:
        """Return an account and every unit below it that the reader may see."""

    def authors(self, account_id: AccountId, viewer: Viewer, most: int) -> tuple[Person, ...]:
        """Return who wrote most of the newest notes on an account."""

    def topics(self) -> tuple[tuple[Person, tuple[str, ...]], ...]:
        """Return the active members who are key persons for something, with their topics."""


class SearchSources(Protocol):
    """The facts behind the index, an operator's, so no access rule is asked."""

    def count(self) -> int:
        """Return how many facts there are."""

    def hold(self, subject: Subject, after: int, most: int) -> Sequence[int]:
        """Return the next ids, and let nobody change these until the commit."""

    def notes(self, subject: Subject, ids: Sequence[int]) -> Iterable[Note]:
        """Return what the index holds of these."""
