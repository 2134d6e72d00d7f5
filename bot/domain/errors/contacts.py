"""Refusals about contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class MayNotEditContact(Refusal):
    """Only the account's circle changes and judges its contacts."""

    account: str
    who: Sequence[Person]
    """Who can be asked: KAM or deputy, else the KAM leads."""


@dataclass(eq=False)
class ContactChanged(Refusal):
    """A contact is not what the form or button was made for any more."""

    name: str
    by: Person | None = None
    at: datetime | None = None


@dataclass(eq=False)
class ContactMissing(Refusal):
    """A contact chosen in a form does not exist for this person any more, or stands elsewhere."""

    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class FutureDate(Refusal):
    """A date that lies ahead, where only what happened can be written down."""

    given: date
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return self.at_field


@dataclass(eq=False)
class BeforeTheLast(Refusal):
    """A position that begins, or a last day that lies, before the present position began."""

    began: date
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return self.at_field


@dataclass(eq=False)
class NothingJudged(Refusal):
    """A reason without anything that is judged."""

    @property
    def field(self) -> str | None:
        """Show it at the first judgement."""
        return "attitude"


@dataclass(eq=False)
class ReportingRing(Refusal):
    """Somebody would report to themselves, directly or in a ring."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the line."""
        return "reports_to"


@dataclass(eq=False)
class StrengthOfWhom(Refusal):
    """A strength of a relationship without our person, or our person without a strength."""

    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at what is missing."""
        return self.at_field
