"""Refusals that may meet anybody anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.members import Person, Standing


@dataclass(eq=False)
class Refusal(Exception):
    """Something cannot be done; the person is told why and what is possible instead."""

    @property
    def field(self) -> str | None:
        """Return the form field the refusal belongs to, if any."""
        return None


@dataclass(eq=False)
class NotAMember(Refusal):
    """Guests, people of other companies, bots and deactivated users may not use Scharnier."""

    standing: Standing


@dataclass(eq=False)
class DirectoryUnreachable(Refusal):
    """Slack did not say who an unknown person is."""

    typed: str


@dataclass(eq=False)
class SlowDown(Refusal):
    """More requests in a short time than one member, or the workspace, may make."""

    wait: timedelta
    typed: str


@dataclass(eq=False)
class StillStarting(Refusal):
    """The workspace is not known yet."""


@dataclass(eq=False)
class WrongWorkspace(Refusal):
    """Scharnier is not installed in the sender's workspace."""


@dataclass(eq=False)
class UnknownVerb(Refusal):
    """``/kam`` was followed by a word it does not know."""

    typed: str
    closest: Sequence[str] = ()
    """Names of ``menu.VERBS``."""


@dataclass(eq=False)
class UnknownObject(Refusal):
    """No interaction, request or conflict of that id exists for this reader."""

    typed: str


@dataclass(eq=False)
class NothingTyped(Refusal):
    """A text without a word."""

    at_field: str = "text"

    @property
    def field(self) -> str | None:
        """Show it at the text."""
        return self.at_field


@dataclass(eq=False)
class DraftGone(Refusal):
    """The kept text was used already, or is somebody else's."""


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """Somebody else saved the same object first."""

    short_id: str
    by: Person | None = None
    at: datetime | None = None


@dataclass(eq=False)
class AlreadySaved(Refusal):
    """The same form was saved before, with other content."""

    short_id: str
    text: str


@dataclass(eq=False)
class PastDate(Refusal):
    """A date that is over."""

    given: date
    today: date
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return self.at_field


@dataclass(eq=False)
class OutOfDate(Refusal):
    """A button or form of an older release."""
