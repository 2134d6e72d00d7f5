"""What is kept of duplicates: pairs that may be one, and merges that can be taken back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.access import Viewer
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.duplicates import Carers, Named, Pair, Twins, Undoable
from bot.domain.identity import AccountId, MemberId, MergeId, TwinsId
from bot.domain.merges import Merged, Side, Undone


class Duplicates(Protocol):
    """Pairs that may be one; a pair exists for those only who may see both."""

    def accounts(self) -> list[Named]:
        """Return every account as the finder compares it, whoever may see it."""

    def contacts(self, at: AccountId | None = None) -> list[Named]:
        """Return every contact, or those of one account, as the finder compares it, whoever may see it."""

    def add(self, subject: Subject, pairs: Collection[Pair], now: datetime) -> tuple[tuple[TwinsId, Pair], ...]:
        """Keep the pairs that are new; return those."""

    def carers(self, subject: Subject, ids: Collection[int]) -> dict[int, Carers]:
        """Return who looks after each of these accounts or contacts."""

    def get(self, twins_id: TwinsId, viewer: Viewer) -> Twins | None:
        """Return a pair, if this reader may see both."""

    def between(self, one: Ref, other: Ref) -> TwinsId | None:
        """Return the pair of these two, if it was found."""

    def waiting(self, viewer: Viewer, offset: int, most: int) -> tuple[tuple[Twins, ...], int]:
        """Return a page of the pairs that this reader may merge and nobody answered yet, and how many there are."""

    def dismiss(self, twins_id: TwinsId, by: MemberId, now: datetime) -> bool:
        """Keep that two are two, once."""

    def contacts_of(self, account_id: AccountId, viewer: Viewer) -> tuple[ContactRef, ...]:
        """Return the contacts of one account that this reader may see."""


class Merges(Protocol):
    """Merges; what they changed is kept for as long as they can be taken back."""

    def side(self, about: Ref, viewer: Viewer) -> Side | None:
        """Return one of two that may be merged, if it exists for this reader."""

    def hold(self, subject: Subject) -> None:
        """Let nobody else merge accounts, or contacts, until the commit."""

    def merge(
        self, stays: Side, goes: Side, changes: dict[str, Any], joins: Sequence[MemberId], by: MemberId, now: datetime
    ) -> MergeId | None:
        """Take one into the other, everywhere; None if one of them was changed meanwhile."""

    def undo(self, merge: Merged, by: MemberId, now: datetime) -> Undone | None:
        """Restore what a merge changed and nobody changed since; None if somebody did it meanwhile."""

    def get(self, merge_id: MergeId, viewer: Viewer) -> Merged | None:
        """Return a merge, if its survivor exists for this reader."""

    def of(self, about: Ref, viewer: Viewer) -> Merged | None:
        """Return the merge that took this one into another and stands."""

    def since(self, merge: Merged) -> Ref | None:
        """Return what one of the two was merged into after this merge, if that stands."""

    def recent(self, viewer: Viewer, since: datetime, most: int) -> tuple[Undoable, ...]:
        """Return the merges since a time that this reader may take back, the newest first."""

    def forget(self, before: datetime, most: int) -> int:
        """Forget what merges changed that cannot be taken back any more; return how many rows went."""
