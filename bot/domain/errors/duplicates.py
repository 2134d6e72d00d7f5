"""Refusals about duplicates and merges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class MayNotMerge(Refusal):
    """Only KAM leads, and those who look after both, merge two."""

    who: Sequence[Person]
    """The KAM leads."""


@dataclass(eq=False)
class AlreadyMerged(Refusal):
    """Somebody merged one of the two before."""

    name: str
    into: str
    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class AlreadyDismissed(Refusal):
    """Somebody said before that the two are two different ones."""

    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class ChangedSinceForm(Refusal):
    """One of the two was changed after the form to merge them was opened."""

    name: str
    by: Person | None
    at: datetime | None

    @property
    def field(self) -> str | None:
        """Show it where it is chosen which one stays."""
        return "stays"


@dataclass(eq=False)
class SameOne(Refusal):
    """Nothing can be merged with itself."""

    @property
    def field(self) -> str | None:
        """Show it at the other one."""
        return "other"


@dataclass(eq=False)
class UnknownOther(Refusal):
    """The other one that was chosen in a form does not exist for this person."""

    @property
    def field(self) -> str | None:
        """Show it at the other one."""
        return "other"


@dataclass(eq=False)
class UndoOver(Refusal):
    """A merge can be taken back for 30 days; these are over."""

    days: int
    at: datetime


@dataclass(eq=False)
class AlreadyUndone(Refusal):
    """Somebody took the merge back before."""

    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class MergedSince(Refusal):
    """What the merge made was merged again since; that one is taken back first."""

    name: str
    into: str


@dataclass(eq=False)
class NearAccounts(Refusal):
    """A new account may be one of these; whoever sends the form again means a new one."""

    typed: str
    near: Sequence[str]

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "new_account"


@dataclass(eq=False)
class NearContacts(Refusal):
    """A new contact may be one of these; whoever sends the form again means a new one."""

    typed: str
    near: Sequence[str]

    @property
    def field(self) -> str | None:
        """Show it at the name."""
        return "name"
