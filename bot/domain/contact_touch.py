"""Contact touch: how often somebody should hear from us, and whether they did (G5, S50)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Limits:
    """Days after which a contact is due for a touch, and after which the relationship lapses."""

    soft_days: int
    hard_days: int


class Lapse(StrEnum):
    """Where a contact stands between two touches, by anyone of us."""

    FRESH = "fresh"
    SOFT = "soft"
    """Due: the soft limit has passed."""
    HARD = "hard"
    """Lapsing: the hard limit has passed."""
    NEVER = "never"
    """Nobody has met them yet, as far as the reader may know."""


_EXECUTIVE = Limits(90, 180)
_MANAGEMENT = Limits(45, 90)
_OFFICE = Limits(60, 120)
"""Reference data, section 3; also for whom the level is not known."""
_BY_LEVEL = {1: _EXECUTIVE, 2: _MANAGEMENT, 3: _MANAGEMENT}
_HALVES = {"a": 2, "b": 3}
"""Tier B has half as much time again, tier C and accounts without a tier twice as much."""
_OTHER_TIERS = 4
LONGEST_WISH = 730
"""Days between two touches that a contact may wish for."""


def limits(tier: str | None, level: int | None, wished_days: int | None = None) -> Limits:
    """Return the limits by tier and level (reference data, section 3); what the contact wishes goes first."""
    if wished_days is not None:
        return Limits(wished_days, 2 * wished_days)
    usual = _BY_LEVEL.get(level or 0, _OFFICE)
    halves = _HALVES.get(tier or "", _OTHER_TIERS)
    return Limits(usual.soft_days * halves // 2, usual.hard_days * halves // 2)


def lapse(last_touch: datetime | None, limits: Limits, now: datetime) -> Lapse:
    """Tell whether a touch is due; a limit's last day is still in time."""
    if last_touch is None:
        return Lapse.NEVER
    since = now - last_touch
    if since > timedelta(days=limits.hard_days):
        return Lapse.HARD
    return Lapse.SOFT if since > timedelta(days=limits.soft_days) else Lapse.FRESH
