"""What is kept of promises, next steps, favours and demands."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from bot.domain.access import Viewer
from bot.domain.commitments import KINDS, Commitment, Found, Kind, NewCommitment, State
from bot.domain.demands import Demand, DemandsFound, NewDemand
from bot.domain.demands import State as DemandState
from bot.domain.favours import Favour, NewFavour
from bot.domain.identity import (
    AccountId,
    CommitmentId,
    ContactId,
    DemandId,
    FavourId,
    InteractionId,
    MemberId,
)
from bot.domain.worklists import Worklist


class Commitments(Protocol):
    """Promises and next steps; one of a note exists for the note's readers, and each for its owner."""

    def due(
        self,
        account_ids: Collection[AccountId],
        viewer: Viewer,
        today: date,
        most: int,
        *,
        kinds: Collection[Kind] = KINDS,
        contact_id: ContactId | None = None,
    ) -> Found:
        """Return what is open for some accounts, the overdue first, by its day, and how much there is; in one statement.

        Args:
            account_ids: visible accounts; units are not added.
            viewer: the reader.
            today: what was due before is overdue.
            most: at most so many, of both kinds together.
            kinds: promises, next steps or both.
            contact_id: without what was promised to somebody else than this contact; theirs come first.
        """

    def of_interaction(self, interaction_id: InteractionId) -> tuple[Commitment, ...]:
        """Return the promise and the step of a note that are not withdrawn, whoever asks: the note's rights are asked."""

    def page(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], today: date) -> Found:
        """Return a page of the reader's own promises or next steps, or of some accounts'."""

    def get(self, kind: Kind, commitment_id: CommitmentId, viewer: Viewer) -> Commitment | None:
        """Return one, if it exists for this reader."""

    def whole(self, kind: Kind, commitment_id: CommitmentId) -> Commitment | None:
        """Return one, whoever it is for: the clock asks, and shows nothing of it to anybody."""

    def add(self, new: NewCommitment, now: datetime) -> CommitmentId:
        """Store a new one that belongs to no note."""

    def close(self, commitment: Commitment, state: State, on: date) -> bool:
        """Mark as done or taken back, if nothing changed since it was read."""

    def move(self, commitment: Commitment, due_on: date) -> bool:
        """Give it another date, if nothing changed since it was read; the first date stays."""

    def hand_over(self, commitment: Commitment, owner_id: MemberId) -> bool:
        """Give it to another owner, if nothing changed since it was read."""


class Favours(Protocol):
    """Favours given and received; one of a note exists for the note's readers."""

    def of_accounts(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int, offset: int = 0
    ) -> tuple[Favour, ...]:
        """Return the favours of some visible accounts, newest first."""

    def of_contacts(
        self, contact_ids: Collection[ContactId], viewer: Viewer, most: int, offset: int = 0
    ) -> tuple[Favour, ...]:
        """Return the favours to and from some contacts, newest first."""

    def of_member(self, viewer: Viewer, most: int, offset: int = 0) -> tuple[Favour, ...]:
        """Return the favours this reader gave or received, newest first."""

    def get(self, favour_id: FavourId, viewer: Viewer) -> Favour | None:
        """Return one, if it exists for this reader; withdrawn ones do not."""

    def add(self, new: NewFavour, now: datetime) -> FavourId:
        """Store a new one that belongs to no note."""

    def withdraw(self, favour: Favour, now: datetime) -> bool:
        """Take one back, once."""


class Demands(Protocol):
    """Wishes that reach the KAM; to who may not see the account they do not exist."""

    def add(self, new: NewDemand, now: datetime) -> DemandId:
        """Store a new one."""

    def get(self, demand_id: DemandId, viewer: Viewer) -> Demand | None:
        """Return one, if it exists for this reader."""

    def page(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId]) -> DemandsFound:
        """Return a page of what waits for this reader as KAM and what they asked for, or of some visible accounts'."""

    def whole(self, demand_id: DemandId) -> Demand | None:
        """Return one, whoever it is for: the clock asks, and shows nothing of it to anybody."""

    def decide(
        self,
        demand: Demand,
        state: DemandState,
        by: MemberId | None,
        now: datetime,
        *,
        later_on: date | None = None,
        owner_id: MemberId | None = None,
        reason: str | None = None,
        answer: str | None = None,
        follow_up_on: date | None = None,
    ) -> bool:
        """Write down what becomes of it, if nothing changed since it was read."""

    def follow_step(self, demand: Demand, state: DemandState, owner_id: MemberId | None) -> bool:
        """Write down what became of the step it is done with, if nothing changed since it was read."""

    def followed_up(self, demand: Demand, now: datetime) -> bool:
        """Write down that somebody asked the disappointed how it goes, once."""
