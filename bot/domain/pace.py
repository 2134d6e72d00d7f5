"""Pace: how much may leave now, and what shuts a workspace's outbox as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.delivery import Claimed, Priority, Way

LEASE = timedelta(seconds=6)
"""A dead worker's rows are taken over after this."""
RENEW_EVERY = timedelta(seconds=2)
PLACE_PAUSE = timedelta(seconds=1)
"""Slack takes about one message a second per channel."""
EDITS_PER_MINUTE = 50
"""``chat.update`` is a method of Slack's tier 3."""
_EDIT_BURST = 25
_OVERDRAFT = timedelta(minutes=1)
"""What is urgent may use the budget of the next minute."""
_FARTHEST_AHEAD = timedelta(minutes=3)
"""A budget can be used no further ahead than this; more means that the clock was set back."""
SILENT_AFTER = 3
"""So many calls in a row without an answer are an outage, not an accident."""
TELL_AFTER = timedelta(minutes=15)
"""An outage of this length is told to the admins."""
_FIRST_KNOCK = timedelta(seconds=2)
_LAST_KNOCK = timedelta(seconds=20)
"""Slack is asked at least so often whether it is back, so that escalations are out within a minute."""
_PARKED_KNOCK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workspace's outbox keeps to."""

    posts_per_minute: int = 300
    lease: timedelta = LEASE


@dataclass(frozen=True, slots=True)
class Gate:
    """What was used of a workspace's budgets, whose turn it was, and why nothing may leave."""

    posts_until: datetime | None = None
    """Until when the posts so far use the budget up (generic cell rate algorithm)."""
    edits_until: datetime | None = None
    turns: Mapping[str, str] = field(default_factory=dict)
    """The lane served last per queue, so that lanes take turns."""
    parked_at: datetime | None = None
    """Since when Slack refuses the token."""
    parked_cause: str | None = None
    silent_since: datetime | None = None
    """Since when Slack does not answer."""
    silences: int = 0
    """Calls in a row without an answer."""
    silence_told: bool = False
    knock_at: datetime | None = None
    """When Slack is asked next whether it lets us in."""

    @property
    def is_silent(self) -> bool:
        """Tell whether Slack is away."""
        return self.silences >= SILENT_AFTER

    @property
    def is_shut(self) -> bool:
        """Tell whether nothing may leave but a trial."""
        return self.parked_at is not None or self.is_silent

    @property
    def is_troubled(self) -> bool:
        """Tell whether an answer of Slack would change anything here."""
        return self.parked_at is not None or self.silent_since is not None

    def may_knock(self, now: datetime) -> bool:
        """Tell whether it is time to ask Slack again."""
        return self.knock_at is None or not now < self.knock_at <= now + _PARKED_KNOCK

    def knocked(self, now: datetime) -> "Gate":
        """Return the gate with the next knock: every minute for a refused token, sooner for a silence."""
        if self.parked_at is not None:
            return replace(self, knock_at=now + _PARKED_KNOCK)
        doubled: timedelta = _FIRST_KNOCK * float(2 ** min(max(self.silences - SILENT_AFTER, 0), 10))
        return replace(self, knock_at=now + min(doubled, _LAST_KNOCK))

    def unanswered(self, now: datetime) -> "Gate":
        """Return the gate after a call that Slack did not answer."""
        since = now if self.silent_since is None else min(self.silent_since, now)
        return replace(self, silent_since=since, silences=self.silences + 1).knocked(now)

    def refused(self, now: datetime, cause: str) -> "Gate":
        """Return the gate after Slack refused the token: it answers, but lets nobody in."""
        since = self.parked_at or now
        shut = replace(self, parked_at=since, parked_cause=cause, silent_since=None, silences=0, silence_told=False)
        return shut.knocked(now)

    def opened(self) -> "Gate":
        """Return the gate after an answer."""
        return Gate(self.posts_until, self.edits_until, self.turns)

    def must_tell(self, now: datetime) -> bool:
        """Tell whether the admins have to hear of a silence, which they do once."""
        since = self.silent_since
        return self.is_silent and not self.silence_told and since is not None and now - since >= TELL_AFTER

    def spare(self, way: Way, priority: Priority, now: datetime, limits: Limits, most: int) -> int:
        """Return how many rows of this way may leave now; what is urgent may overdraw."""
        if way is Way.REPLY:
            return most
        pause, burst, until = self._budget(way, limits)
        room = burst * pause - _ahead(until, now)
        if priority <= Priority.ESCALATION:
            room += _OVERDRAFT
        return min(max(room // pause, 0), most)

    def spent(self, way: Way, count: int, now: datetime, limits: Limits) -> "Gate":
        """Return the gate after so many rows of this way left."""
        if way is Way.REPLY or not count:
            return self
        pause, _, until = self._budget(way, limits)
        used = now + _ahead(until, now) + count * pause
        return replace(self, posts_until=used) if way is Way.POST else replace(self, edits_until=used)

    def free_at(self, now: datetime, limits: Limits) -> datetime | None:
        """Return when a budget that is used up has room again, or a shut gate is knocked at; None if that is now."""
        if self.is_shut:
            return None if self.may_knock(now) else self.knock_at
        waits = []
        for way in (Way.POST, Way.EDIT):
            pause, burst, until = self._budget(way, limits)
            wait = _ahead(until, now) - (burst - 1) * pause
            if wait > timedelta(0):
                waits.append(now + wait)
        return min(waits, default=None)

    def _budget(self, way: Way, limits: Limits) -> tuple[timedelta, int, datetime | None]:
        """Return the pause between two rows, how many may go at once, and until when it is used."""
        if way is Way.EDIT:
            return timedelta(minutes=1) / EDITS_PER_MINUTE, _EDIT_BURST, self.edits_until
        return timedelta(minutes=1) / limits.posts_per_minute, max(limits.posts_per_minute // 30, 1), self.posts_until


@dataclass(frozen=True, slots=True)
class Batch:
    """What a worker may do now."""

    rows: tuple[Claimed, ...] = ()
    knock: bool = False
    """The gate is shut and it is time to ask Slack whether it still is."""


def _ahead(until: datetime | None, now: datetime) -> timedelta:
    """Return how far ahead of now a budget is used."""
    ahead = until - now if until is not None else timedelta(0)
    return ahead if timedelta(0) < ahead <= _FARTHEST_AHEAD else timedelta(0)
