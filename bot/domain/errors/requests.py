"""Refusals about requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class NobodyToAsk(Refusal):
    """Neither a department nor a KAM lead nor an admin can receive a request."""

    typed: str = ""
    """Given back, so that it is not lost."""


@dataclass(eq=False)
class DepartmentMissing(Refusal):
    """No department that exists was chosen."""

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class CannotTakeOn(Refusal):
    """Who was to take a request on is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return "assignee"


@dataclass(eq=False)
class MayNotAnswer(Refusal):
    """Only the department answers its requests."""

    short_id: str
    who: Sequence[Person]
    department: str | None


@dataclass(eq=False)
class AlreadyAnswered(Refusal):
    """The request is no longer open."""

    short_id: str
    state: str
    by: Person | None
    at: datetime


@dataclass(eq=False)
class NotForYou(Refusal):
    """Others may do this with a request."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class CounteredOnce(Refusal):
    """The requester countered an offer before; the next one is taken or turned down."""

    short_id: str


@dataclass(eq=False)
class ShownOtherwise(Refusal):
    """A request has changed since the button was shown."""

    short_id: str


@dataclass(eq=False)
class OfferEmpty(Refusal):
    """A counter-offer of neither date nor person nor scope."""

    @property
    def field(self) -> str | None:
        """Show it at the date."""
        return "offered_on"


@dataclass(eq=False)
class OfferOver(Refusal):
    """An offer whose date has passed."""

    short_id: str
    day: date


@dataclass(eq=False)
class SameDepartment(Refusal):
    """A request is passed on to the department that has it."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class NobodyAnswers(Refusal):
    """A request is passed on to a department of which nobody can be reached."""

    name: str

    @property
    def field(self) -> str | None:
        """Show it at the department."""
        return "department"


@dataclass(eq=False)
class RequestNotDeclined(Refusal):
    """A conflict is raised about a declined request only."""

    short_id: str
