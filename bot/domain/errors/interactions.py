"""Refusals about interactions."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class RegretOver(Refusal):
    """Edit and Undo are no longer this person's."""

    short_id: str
    kam: Person | None


@dataclass(eq=False)
class AlreadyWithdrawn(Refusal):
    """The interaction was taken back before."""

    short_id: str
    at: datetime
    by: Person | None = None


@dataclass(eq=False)
class SavedJustNow(Refusal):
    """The same words were saved a moment ago, by the same person for the same account."""

    short_id: str

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return "text"


@dataclass(eq=False)
class SatisfactionWithoutSource(Refusal):
    """A satisfaction value without whose it is."""

    @property
    def field(self) -> str | None:
        """Show it at the source."""
        return "satisfaction_source"


@dataclass(eq=False)
class NotAColleague(Refusal):
    """Who was to take part or to do the next step is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class OnlyAuthorHides(Refusal):
    """Only its author makes a note private."""

    short_id: str
    author: Person

    @property
    def field(self) -> str | None:
        """Show it where the readers are chosen."""
        return "visibility"


@dataclass(eq=False)
class PromiseIncomplete(Refusal):
    """A promise needs both its words and its date."""

    missing: str

    @property
    def field(self) -> str | None:
        """Show it at the missing half."""
        return self.missing
