"""Limits: how much one member and one workspace may ask for, so that nobody slows the others down."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a minute in the long run, and at most half a minute's worth of them at once."""

    per_minute: int

    @property
    def at_once(self) -> float:
        """Return how many may come in one moment."""
        return max(self.per_minute / 2, 1.0)


@dataclass(frozen=True, slots=True)
class Credit:
    """How many requests are left, as of a moment."""

    left: float
    at: datetime


_SHORTEST = timedelta(milliseconds=1)
"""No refusal may look like a pass because it was rounded away."""


def spend(rate: Rate, credit: Credit | None, now: datetime) -> tuple[Credit, timedelta]:
    """Take one request from what is left.

    Returns:
        The new credit, and how long to wait where nothing was left; then nothing was taken.
    """
    if credit is None:
        return Credit(rate.at_once - 1, now), timedelta(0)
    per_second = rate.per_minute / 60
    # A clock that was set back gives nothing and takes nothing.
    passed = max((now - credit.at).total_seconds(), 0.0)
    left = min(credit.left + passed * per_second, rate.at_once)
    if left >= 1:
        return Credit(left - 1, now), timedelta(0)
    return Credit(left, now), max(timedelta(seconds=(1 - left) / per_second), _SHORTEST)
