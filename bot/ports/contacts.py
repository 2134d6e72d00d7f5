"""What is kept of contacts: the people at customers."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.contact_assessments import Evidence, Hypothesis, Judgement, Measure, Strength
from bot.domain.contact_commands import ContactChoice, Position, Profile, Relations, Touch
from bot.domain.contacts import Colleague, Contact, ContactOnMap, ContactRef
from bot.domain.identity import AccountId, ContactId, HypothesisId, MemberId
from bot.domain.members import Person


class Contacts(Protocol):
    """People at customers."""

    def of_account(
        self,
        account_id: AccountId,
        viewer: Viewer,
        typed: str,
        most: int,
        *,
        also: Collection[AccountId] = (),
        there_at: datetime | None = None,
    ) -> tuple[ContactRef, ...]:
        """Return contacts of an account and its units for a select, recent first or those like what was typed.

        Who left comes last, or not at all with the moment at which they must be there. ``also`` are accounts besides.
        """

    def offered(
        self, account_id: AccountId, contact_ids: Collection[ContactId], *, also: Collection[AccountId] = ()
    ) -> tuple[ContactRef, ...]:
        """Return those of the contacts that a form for this account offers: its own and its open units', however deep."""

    def mirror(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, *, with_influences: bool = True
    ) -> tuple[ContactOnMap, ...]:
        """Return every contact of those of the accounts that the reader may see, the highest level first.

        Who left or was merged is not among them; a visit that is planned is no touch yet. Lines of influence are judged:
        they are read, with a second statement, for the circle of the account of who has it.
        """

    def get(self, contact_id: ContactId, viewer: Viewer) -> Contact | None:
        """Return the contact, if it exists for this reader."""

    def bearing(self, key: str, viewer: Viewer, most: int, now: datetime) -> tuple[Contact, ...]:
        """Return whole the contacts of exactly this name who have not left."""

    def named(
        self,
        key: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts of exactly this name; without accounts those of all."""

    def with_words(
        self,
        typed: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts with all these words in their names; without a word all of the accounts."""

    def nearest(
        self,
        typed: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts whose names are most like what was typed, best first."""

    def recent(self, viewer: Viewer, most: int) -> tuple[ContactChoice, ...]:
        """Return the contacts this reader met last, by what they logged."""

    def relations(self, contact: Contact, viewer: Viewer, now: datetime) -> Relations:
        """Return who stands how to a contact, those who left and whom the reader may not see left out.

        Influence is judged at the account of who has it: to others than its circle there is no such line.
        """

    def last_touch(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> Touch | None:
        """Return when anybody met a contact last, over the notes this reader may read; plans do not count."""

    def positions(self, contact_id: ContactId, viewer: Viewer) -> tuple[Position, ...]:
        """Return where a contact stood and stands, the newest first, as far as the reader sees the account."""

    def judgements(self, contact: Contact) -> dict[Measure, Judgement]:
        """Return the newest judgement of each measure made where the contact stands now; ask the reader's right before.

        Attitude and influence may come from set-up data; then nobody judged them, and no date is known.
        """

    def strengths(self, contact: Contact) -> tuple[Strength, ...]:
        """Return how well our people know a contact, as judged where they stand now; ask the reader's right before."""

    def evidence(self, contact_id: ContactId, viewer: Viewer, now: datetime) -> dict[MemberId, Evidence]:
        """Return what the log holds between each of our people and a contact, over the notes this reader may read."""

    def hypotheses(self, contact: Contact, viewer: Viewer) -> tuple[Hypothesis, ...]:
        """Return what is supposed of a contact, the newest first, to the circle of the account it was supposed at."""

    def colleagues(self, account_id: AccountId, now: datetime) -> tuple[Colleague, ...]:
        """Return what counts of an account's contacts for hints about all of them; ask the reader's right before."""

    def candidates(self, account_id: AccountId, level: int, most: int) -> tuple[Person, ...]:
        """Return active members of a level, those of the account team first (S112)."""

    def above(self, contact_id: ContactId) -> frozenset[ContactId]:
        """Return everybody a contact reports to, however far up, themselves among them."""

    def add(self, account_id: AccountId, profile: Profile, now: datetime) -> ContactId:
        """Store a new contact and where they stand; since when is not known."""

    def change(self, contact: Contact, profile: Profile, now: datetime) -> bool:
        """Store an edit, if nothing changed since this version; another title is no other position."""

    def move(
        self,
        contact: Contact,
        account_id: AccountId,
        title: str | None,
        level: int | None,
        owner_id: MemberId | None,
        from_on: date,
        now: datetime,
    ) -> bool:
        """Let a contact stand elsewhere, if nothing changed since this version; the lines of reporting there end."""

    def let_go(self, contact: Contact, left_on: date | None, now: datetime) -> bool:
        """Write down a contact's last day at the customer, or that there is none, if nothing changed."""

    def take_over(self, contact: Contact, owner_id: MemberId, now: datetime) -> bool:
        """Let somebody look after a contact, if nothing changed since this version."""

    def touch(self, contact: Contact, now: datetime) -> bool:
        """Count a change of what belongs to a contact, if nothing changed since this version."""

    def succeed(self, successor_id: ContactId, contact: Contact, now: datetime) -> None:
        """Let those who reported to a contact report to the successor."""

    def judge(
        self,
        contact: Contact,
        values: Mapping[Measure, int | None],
        reason: Mapping[Measure, str],
        by_id: MemberId,
        now: datetime,
    ) -> bool:
        """Store judgements, if nothing changed since this version; the older ones stay."""

    def recall(self, contact_id: ContactId, judged: Mapping[Measure, Judgement]) -> None:
        """Let a contact who came back stand as they were judged there."""

    def rate_strength(
        self,
        contact: Contact,
        member_id: MemberId,
        strength: int | None,
        desired: int | None,
        by_id: MemberId,
        now: datetime,
    ) -> None:
        """Store how well somebody knows a contact; what is None stays as it was."""

    def renew_strengths(self, contact: Contact, before: datetime, by_id: MemberId, now: datetime) -> None:
        """Say that the strengths judged before a moment are still right."""

    def draw(self, contact_id: ContactId, on_ids: Collection[ContactId], by_id: MemberId, now: datetime) -> None:
        """Let just these contacts listen to one; lines that stay keep who drew them."""

    def suppose(self, contact: Contact, text: str, basis: str, by_id: MemberId, now: datetime) -> None:
        """Store what somebody thinks will happen with a contact."""

    def close_hypothesis(
        self, contact_id: ContactId, hypothesis_id: HypothesisId, now: datetime, *, came_true: bool
    ) -> bool:
        """Say, once, whether a hypothesis came true or was given up."""
