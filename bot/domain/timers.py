"""Timers: what has to happen at a time, by the clock on the wall where that was meant."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.delivery import Ref

LATE_AFTER = timedelta(minutes=2)
"""A timer fires within a minute, after a start within two (P9); what comes later says so."""
TRIES = 10
"""A step that fails is tried so often, over about half an hour, then set aside."""
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class State(StrEnum):
    """What became of a timer."""

    PENDING = "pending"
    FIRED = "fired"
    CANCELLED = "cancelled"
    PARKED = "parked"
    """Set aside with its cause, after too many tries."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and the wall time it was meant as, if it was."""

    at: datetime
    wall: datetime | None = None
    """Without a zone of its own: what a clock there shows."""
    zone: str | None = None

    @classmethod
    def on_the_wall(cls, wall: datetime, zone: str) -> "Moment":
        """Take what a clock shows somewhere (F26)."""
        return cls(instant(wall, ZoneInfo(zone)), wall, zone)

    @property
    def reckoned_anew(self) -> "Moment":
        """Return the same wall time by the rules the zone has now."""
        return self if self.wall is None or self.zone is None else Moment.on_the_wall(self.wall, self.zone)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a clock shows a time: of two such instants the first; the next minute it shows, if there is none."""
    while True:
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
            return at
        wall = wall.replace(second=0, microsecond=0) + _MINUTE


def late_by(due: datetime, now: datetime) -> timedelta:
    """Return how much later than it was due something is done; nothing while that is not worth a word."""
    late = now - due
    return late if late > LATE_AFTER else timedelta(0)


@dataclass(frozen=True, slots=True)
class Timer:
    """A step for an object at a moment; unique in its occurrence, so that it is done once."""

    about: Ref
    step: str
    due: Moment
    occurrence: str = ""
    """Tells the rounds of a repeated step apart, such as a date."""
    id: int = 0
    """Given when it is stored."""
    attempts: int = 0
    cause: str | None = None
    """Why the last try failed."""

    def late_by(self, now: datetime) -> timedelta:
        """Return how much later than meant it fires; nothing while that is not worth a word."""
        return late_by(self.due.at, now)

    @property
    def wait(self) -> timedelta:
        """Return how long to wait after a try that failed: twice as long each time."""
        doubled: timedelta = _FIRST_WAIT * 2 ** min(self.attempts, 10)
        return min(doubled, _LONGEST_WAIT)

    def moved_to(self, due: Moment, occurrence: str) -> "Timer":
        """Return the same step at another time."""
        return replace(self, due=due, occurrence=occurrence, id=0, attempts=0, cause=None)


@dataclass(frozen=True, slots=True)
class Every:
    """A step repeated after equal times, counted from one point of time for all replicas."""

    period: timedelta

    def after(self, now: datetime, _zone: str) -> tuple[Moment, str]:
        """Return the next round and its name."""
        at = _EPOCH + ((now - _EPOCH) // self.period + 1) * self.period
        return Moment(at), at.isoformat()


@dataclass(frozen=True, slots=True)
class Daily:
    """A step repeated each day at a time of the workspace's zone."""

    clock: time

    def after(self, now: datetime, zone: str) -> tuple[Moment, str]:
        """Return the next round and its name."""
        day = now.astimezone(ZoneInfo(zone)).date()
        while True:
            moment = Moment.on_the_wall(datetime.combine(day, self.clock), zone)
            if moment.at > now:
                return moment, day.isoformat()
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """A step repeated each week on a day, Monday is 0, at a time of the workspace's zone."""

    weekday: int
    clock: time

    def after(self, now: datetime, zone: str) -> tuple[Moment, str]:
        """Return the next round and its name."""
        moment, name = Daily(self.clock).after(now, zone)
        while date.fromisoformat(name).weekday() != self.weekday:
            moment, name = Daily(self.clock).after(moment.at, zone)
        return moment, name


Rhythm = Every | Daily | Weekly
