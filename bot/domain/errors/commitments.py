"""Refusals about promises, next steps, favours and demands."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class TextTooLong(Refusal):
    """A text that must be one line of a list is longer."""

    length: int
    longest: int

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return "text"


@dataclass(eq=False)
class CommitmentChanged(Refusal):
    """A promise or next step is not what the button or form was made for any more."""

    action: str | None
    """The last thing that happened, such as ``promise.done``."""
    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class NotYourCommitment(Refusal):
    """Only its owner, its author and the account's KAM change a promise or next step."""

    owner: Person
    kam: Person | None


@dataclass(eq=False)
class FavourWithdrawn(Refusal):
    """A favour was taken back before, or is not this person's to take back."""


@dataclass(eq=False)
class DemandChanged(Refusal):
    """A demand was decided or changed by somebody else first."""

    action: str | None
    """The last thing that happened, such as ``demand.declined``."""
    by: Person | None
    at: datetime | None


@dataclass(eq=False)
class MayNotTriage(Refusal):
    """Only the account's KAM and deputies decide what becomes of a demand; KAM leads where there is no KAM."""

    kam: Person | None


@dataclass(eq=False)
class AnswerUnfinished(Refusal):
    """The prefilled answer to a demand still has gaps."""

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return "text"
