"""Refusals about absences and sponsors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class EndsBeforeStart(Refusal):
    """The last day of an absence lies before the first."""

    @property
    def field(self) -> str | None:
        """Show it at the last day."""
        return "ends_on"


@dataclass(eq=False)
class AlreadyAway(Refusal):
    """Another absence of the same person shares a day with this one."""

    starts_on: date
    ends_on: date

    @property
    def field(self) -> str | None:
        """Show it at the first day."""
        return "starts_on"


@dataclass(eq=False)
class OwnDeputy(Refusal):
    """Nobody stands in for themselves."""

    @property
    def field(self) -> str | None:
        """Show it at the deputy."""
        return "deputy"


@dataclass(eq=False)
class SelfNamedDeputy(Refusal):
    """A KAM lead entered somebody's absence and would stand in themselves (F52)."""

    member: Person

    @property
    def field(self) -> str | None:
        """Show it at the deputy."""
        return "deputy"


@dataclass(eq=False)
class AbsenceUnread(Refusal):
    """A line names no days that can be read."""

    typed: str


@dataclass(eq=False)
class BacksNobody(Refusal):
    """A KAM lead enters an absence for somebody who neither backs nor looks after an account."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it at the person."""
        return "member"


@dataclass(eq=False)
class AbsenceChanged(Refusal):
    """An absence is not what the form or the button was made for any more."""

    by: Person | None
    at: datetime | None
    is_over: bool
    """It was taken back or has ended."""


@dataclass(eq=False)
class NoFullMember(Refusal):
    """Who was chosen for a part can't act in Scharnier."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class MayNotAssignSponsors(Refusal):
    """KAM leads and admins assign sponsors."""

    who: Sequence[Person]


@dataclass(eq=False)
class TwoParts(Refusal):
    """Nobody backs or stands in for themselves."""

    at_field: str

    @property
    def field(self) -> str | None:
        """Show it at the second part."""
        return self.at_field


@dataclass(eq=False)
class SelfAppointed(Refusal):
    """Nobody gives themselves a part in a sponsorship: it would open accounts and conflicts to them (F52)."""

    who: Sequence[Person]
    """Who else assigns sponsors."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they chose themselves."""
        return self.at_field


@dataclass(eq=False)
class SponsorChanged(Refusal):
    """Who backs a KAM is not who the form or the button was made for any more."""

    kam: Person
    sponsor: Person | None
    """Who backs them now; None for nobody."""
    by: Person | None
    at: datetime | None

    @property
    def field(self) -> str | None:
        """Show it at the KAM."""
        return "kam"
