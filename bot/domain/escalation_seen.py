"""Escalations: what one reader gets to see of a conflict."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.escalations import Action, Case, Decision, Escalation, Header, Standpoint
from bot.domain.history import Entry
from bot.domain.identity import DraftId
from bot.domain.members import Person


@dataclass(frozen=True, slots=True)
class Seen:
    """A conflict as one reader sees it, with what they can do."""

    escalation: Escalation
    why: Standpoint
    actions: tuple[Action, ...] = ()
    to_do: tuple[int, ...] = ()
    """Positions of the decision's actions that this reader may mark as done."""
    history: tuple[Entry, ...] = ()
    offered_with: str = ""
    """What whoever offers it to this reader wrote."""


@dataclass(frozen=True, slots=True)
class StepForm:
    """What the form of one step shows."""

    seen: Seen
    action: Action
    precedents: tuple["Precedent", ...] = ()
    draft_id: DraftId | None = None
    """Remembers from where it was opened, where the answer belongs there."""


@dataclass(frozen=True, slots=True)
class Left:
    """What remains of an offer for whom it was made: they left the conflict where it was, or it was taken back."""

    short_id: str
    taken_back_by: Person | None = None


@dataclass(frozen=True, slots=True)
class HeaderSeen:
    """A conflict as the company sees it."""

    header: Header


@dataclass(frozen=True, slots=True)
class Told:
    """What a note tells: what happened then, and what its reader can do now."""

    escalation: Escalation
    why: Standpoint
    by: Person | None
    at: datetime
    action: str = ""
    """The history entry's, such as ``escalation.returned``."""
    words: str = ""
    actions: tuple[Action, ...] = ()
    late: timedelta = timedelta(0)
    """How much later than it was due the clock did this."""


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """What KAM leads or admins hear about a conflict nobody receives or looks after: id and age, never its content."""

    short_id: str
    raised_at: datetime
    as_kam_lead: bool


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier decision on a similar conflict; only who may see that conflict gets it."""

    header: Header
    case: Case
    decision: Decision


@dataclass(frozen=True, slots=True)
class Same:
    """An open conflict about the same."""

    header: Header
    has_part: bool
    """Whether the reader is named in it, so that there is nothing to join."""
