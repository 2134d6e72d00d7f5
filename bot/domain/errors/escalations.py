"""Refusals about conflicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors.anywhere import Refusal
from bot.domain.members import Person


@dataclass(eq=False)
class NotOnBothSides(Refusal):
    """The other party is the raiser."""

    @property
    def field(self) -> str | None:
        """Show it at the other party."""
        return "other_party"


@dataclass(eq=False)
class OtherPartyMissing(Refusal):
    """Nobody who exists was chosen as the other party."""

    @property
    def field(self) -> str | None:
        """Show it at the other party."""
        return "other_party"


@dataclass(eq=False)
class PartyUnreachable(Refusal):
    """Whoever would speak for a side has left or is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""
    at_field: str

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return self.at_field


@dataclass(eq=False)
class NotASide(Refusal):
    """Only the two sides confirm a settlement."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class DecisionReasonMissing(Refusal):
    """A decision without a reason."""

    @property
    def field(self) -> str | None:
        """Show it at the reason."""
        return "reason"


@dataclass(eq=False)
class NotAnAddressee(Refusal):
    """Only the addressees of a conflict may acknowledge or decide it."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class NotTheOtherSide(Refusal):
    """Only the other party may state its view."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """The conflict has its decision."""

    short_id: str
    by: Person
    at: datetime


@dataclass(eq=False)
class AlreadyAcknowledged(Refusal):
    """Somebody acknowledged the conflict before."""

    short_id: str
    by: Person
    at: datetime


@dataclass(eq=False)
class QuestionAnswered(Refusal):
    """Whoever was asked back answered before."""

    by: Person
    at: datetime


@dataclass(eq=False)
class ConflictClosed(Refusal):
    """The conflict was returned, withdrawn or kept before."""

    short_id: str
    state: str
    by: Person | None
    """Who did it, where one person did."""
    at: datetime


@dataclass(eq=False)
class ActionIncomplete(Refusal):
    """Something agreed in a decision without what, who or until when."""

    missing: str
    """The field."""

    @property
    def field(self) -> str | None:
        """Show it at what is missing."""
        return self.missing


@dataclass(eq=False)
class CannotTakeOver(Refusal):
    """Whom a conflict was offered to takes a side, has it already, or is no full member of this Slack."""

    name: str
    """Empty for somebody Scharnier does not know."""

    @property
    def field(self) -> str | None:
        """Show it where they were chosen."""
        return "person"


@dataclass(eq=False)
class AlreadyEscalated(Refusal):
    """The request lies before a sponsor already."""

    short_id: str
    conflict: str
    """Its short id."""


@dataclass(eq=False)
class MayNotMove(Refusal):
    """This step of a conflict is for others."""

    short_id: str
    who: Sequence[Person]


@dataclass(eq=False)
class RulingUnconfirmed(Refusal):
    """A ruling needs the decider's word that they may decide for both sides (S19, S84)."""

    @property
    def field(self) -> str | None:
        """Show it at the confirmation."""
        return "confirm"


@dataclass(eq=False)
class GateReasonMissing(Refusal):
    """Something the gate asks for is missing, and no reason says why it is sent anyway."""

    missing: Sequence[str]

    @property
    def field(self) -> str | None:
        """Show it at the reason."""
        return "anyway"
