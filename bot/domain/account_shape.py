"""The shape of an account: its relationship stage, its coverage, and how many pairs carry the relationship."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.contact_assessments import STALE, Measure
from bot.domain.contacts import DecisionRole
from bot.domain.identity import DepartmentId
from bot.domain.members import Person

PERIOD = timedelta(days=180)
"""What is older says how it was (reference data, section 2)."""
NEWEST = 250
"""More interactions are not looked at: a card has to be there at once."""
FEWEST = 5
"""Fewer interactions with people at the customer say nothing about a shape."""
_CARRIES_ALL, _CARRIES_MOST = 0.8, 0.5
_FUNCTIONS, _PAIRS = 3, 5


class Stage(StrEnum):
    """How deep the relationship is; higher is not better (reference data, section 2)."""

    EXPLORATORY = "exploratory"
    BASIC = "basic"
    COOPERATIVE = "cooperative"
    INTERDEPENDENT = "interdependent"
    INTEGRATED = "integrated"


FIRST: Final = Stage.EXPLORATORY
"""Where a new unit starts (S66)."""


class Coverage(StrEnum):
    """Who faces the customer (S115)."""

    ONE_FACE = "one_face"
    LEVEL_TO_LEVEL = "level_to_level"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the relationship stands, as somebody judged it on a day."""

    stage: Stage | None = None
    desired: Stage | None = None
    is_at_risk: bool = False
    """An overlay, not a stage: a relationship can fall back from any."""
    reason: str | None = None
    at: datetime | None = None

    def judges_as(self, other: "Standing") -> bool:
        """Tell whether another judgement says the same, whatever its reason and day."""
        return (self.stage, self.desired, self.is_at_risk) == (other.stage, other.desired, other.is_at_risk)


class Shape(StrEnum):
    """How many pairs carry the relationship."""

    BOW_TIE = "bow_tie"
    BETWEEN = "between"
    DIAMOND = "diamond"


@dataclass(frozen=True, slots=True)
class Ours:
    """Our people of one department: in how many of the interactions the one who takes part in most did."""

    department_id: DepartmentId | None
    count: int


@dataclass(frozen=True, slots=True)
class Theirs:
    """Contacts with the same decision roles: in how many of the interactions the one who takes part in most did."""

    decision_roles: Sequence[str]
    count: int


@dataclass(frozen=True, slots=True)
class Meetings:
    """Who met whom within the period, counted over the interactions that name a contact."""

    interactions: int = 0
    pairs: int = 0
    """Of one of our people and one contact who met at least once."""
    ours: Sequence[Ours] = ()
    theirs: Sequence[Theirs] = ()
    is_cut: bool = False
    """Only the newest interactions of the period were looked at."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carries the relationship, counted."""

    shape: Shape
    interactions: int
    pairs: int
    share: float
    """Of the interactions, by whoever of either side takes part in most."""
    our_functions: int
    their_functions: int
    is_cut: bool = False
    """Only the newest interactions of the period were counted."""


def shape(met: Meetings) -> Carried | None:
    """Tell the shape from the meetings of the period; None where they are too few (reference data, section 2).

    Interactions that name nobody at the customer do not count: people, not logos, are customers (S113). A function on our
    side is a department. Theirs are not known, so decision roles stand for them: each contact counts once, with the first
    of its roles in the order of the reference data; one without a role adds none.
    """
    if met.interactions < FEWEST:
        return None
    counts = [*(one.count for one in met.ours), *(one.count for one in met.theirs)]
    share = max(counts) / met.interactions
    our_functions = len({one.department_id for one in met.ours} - {None})
    their_functions = len({_function(one) for one in met.theirs} - {None})
    if share >= _CARRIES_ALL:
        found = Shape.BOW_TIE
    elif min(our_functions, their_functions) >= _FUNCTIONS and met.pairs >= _PAIRS and share <= _CARRIES_MOST:
        found = Shape.DIAMOND
    else:
        found = Shape.BETWEEN
    return Carried(found, met.interactions, met.pairs, share, our_functions, their_functions, met.is_cut)


def _function(contact: Theirs) -> DecisionRole | None:
    return next((role for role in DecisionRole if role in contact.decision_roles), None)


RATED: Final = (Measure.RELATIONSHIP, Measure.PARTNERSHIP)
"""What is judged of an account as a whole, by its circle only (S121)."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One judgement from 1 to 5, with who gave it, when and why."""

    measure: Measure
    value: int
    reason: str
    by: Person
    at: datetime

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it is so old that it should be asked again."""
        return now - self.at > STALE
