"""Contact assessments: what the account's circle judges of a contact, and what of it the log shows (reference data, 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.contact_touch import Limits
from bot.domain.identity import HypothesisId
from bot.domain.members import Person


class Measure(StrEnum):
    """What is judged of a contact; four different things that are never one number."""

    ATTITUDE = "attitude"
    INFLUENCE = "influence"
    RELATIONSHIP = "relationship"
    PARTNERSHIP = "partnership"


HIGHEST: Mapping[Measure, int] = {
    Measure.ATTITUDE: 5,
    Measure.INFLUENCE: 3,
    Measure.RELATIONSHIP: 5,
    Measure.PARTNERSHIP: 5,
}
"""Each begins with 1."""
STRONGEST = 4
"""Relationship strength goes from 0 to this."""
STALE = timedelta(days=180)
"""After this somebody is asked whether it is still right."""
YEAR = timedelta(days=365)
_WORKING = 3
"""Interactions within a year from which on somebody is a working contact."""
_ASKED = 2
"""How often within a year they asked us, where we are their adviser."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The newest judgement of one measure."""

    measure: Measure
    value: int
    reason: str = ""
    by: Person | None = None
    """None for what came with the set-up data."""
    at: datetime | None = None

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it is old enough to be asked about; what has no date is."""
        return self.at is None or now - self.at > STALE


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the log holds between one own person and a contact, as far as the reader may read it."""

    ever: int = 0
    in_a_year: int = 0
    last: datetime | None = None
    gave: bool = False
    """A favour was given or received: information unasked, an introduction, an expert."""
    asked: int = 0
    """How often within a year they told a need or an idea by call, mail or chat."""

    def shows(self, limits: Limits, now: datetime) -> int:
        """Return the highest strength that the log shows, 0 to 4."""
        if not self.ever:
            return 0
        in_time = self.last is not None and now - self.last <= timedelta(days=limits.hard_days)
        if self.in_a_year < _WORKING or not in_time:
            return 1
        if not self.gave:
            return 2
        return 4 if self.asked >= _ASKED else 3


@dataclass(frozen=True, slots=True)
class Strength:
    """How well one of our people knows a contact, as somebody judged it."""

    member: Person
    strength: int | None
    desired: int | None
    by: Person
    at: datetime
    is_claimed: bool = False
    """The log does not show it."""

    def against(self, evidence: Evidence | None, limits: Limits, now: datetime) -> "Strength":
        """Say whether the log shows as much."""
        return replace(self, is_claimed=(self.strength or 0) > (evidence or Evidence()).shows(limits, now))

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it is old enough to be asked about."""
        return now - self.at > STALE


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What somebody thinks will happen with a contact (S47)."""

    id: HypothesisId
    text: str
    basis: str
    by: Person
    at: datetime
    came_true: bool | None = None
    """None while nobody knows."""

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it is old enough to be asked about."""
        return now - self.at > STALE


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything that is judged of a contact, for the account's circle."""

    judgements: Mapping[Measure, Judgement] = field(default_factory=dict)
    strengths: tuple[Strength, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    all_speak_up: bool = False
    """Every judged contact of the account has the best attitude."""

    def stale(self, now: datetime) -> bool:
        """Tell whether anything of it is old enough to be asked about."""
        rated: Iterable[Judgement | Strength] = (*self.judgements.values(), *self.strengths)
        return any(one.is_stale(now) for one in rated)
