"""The clock jumps, stands and changes to summer time under several timekeepers over one database; each step is done once."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, Timer
from bot.ports import StoreAway, Transaction
from bot.services import timers
from bot.timekeeper import Timekeeper
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import InboxRow
from tests.company import NOW, WORKSPACE, Company

NIGHTS = (
    ("Europe/Zurich", datetime.fromisoformat("2027-03-28T02:30")),
    ("Europe/Zurich", datetime.fromisoformat("2027-10-31T02:30")),
    ("America/St_Johns", datetime.fromisoformat("2027-03-14T02:30")),
    ("America/St_Johns", datetime.fromisoformat("2027-11-07T01:30")),
    ("Pacific/Chatham", datetime.fromisoformat("2027-09-26T03:00")),
    ("Pacific/Chatham", datetime.fromisoformat("2027-04-04T03:00")),
)
"""Wall times in the hour that is skipped, and in the hour that comes twice."""
STEP = "torture.ring"
_LOOK_MINUTES = 10
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Rung:
    """What was set, and how it rang."""

    timers: int = 0
    wrong: list[str] = field(default_factory=list)


class Keepers:
    """Several timekeepers, each with a store and a clock of its own."""

    def __init__(self, url: str, count: int) -> None:
        self.stores = [SqlStore(make_engine(url)) for _ in range(count)]
        self.now = [NOW] * count
        self._keepers = [Timekeeper(store, self._clock(number)) for number, store in enumerate(self.stores)]

    def _clock(self, number: int) -> Callable[[], datetime]:
        return lambda: self.now[number]

    def all_at(self, now: datetime, skew: timedelta = timedelta(0)) -> None:
        """Let all look at once, by clocks that differ a little."""
        self.now = [now + number * skew for number in range(len(self.now))]
        barrier = threading.Barrier(len(self._keepers))

        def look(keeper: Timekeeper) -> None:
            barrier.wait()
            while True:
                try:
                    keeper.run_once()
                except StoreAway:
                    # The others held the file for a second; its own loop tries again as well.
                    continue
                return

        threads = [threading.Thread(target=look, args=(keeper,)) for keeper in self._keepers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def set(self, moments: dict[str, Moment]) -> None:
        """Let a step wait for each of the moments."""
        with self.stores[0].begin(WORKSPACE) as tx:
            for occurrence, moment in moments.items():
                tx.timers.set(Timer(Ref(Subject.ESCALATION, 1), STEP, moment, occurrence))

    def rung(self) -> dict[str, list[datetime]]:
        """Return when each occurrence rang."""
        with self.stores[0].engine.connect() as connection:
            rows = connection.execute(select(InboxRow.key, InboxRow.at).where(InboxRow.key.startswith("ring:"))).all()
        times: dict[str, list[datetime]] = {}
        for row in rows:
            times.setdefault(row.key.split(":", 2)[2], []).append(row.at)
        return times


@contextmanager
def keeping(url: str, count: int) -> Iterator[Keepers]:
    """Prepare a database and several timekeepers whose steps leave a row each time."""
    engine = make_engine(url)
    schema.upgrade(engine)
    Company(SqlStore(engine))
    engine.dispose()
    numbers, keepers = iter(range(10**9)), Keepers(url, count)

    def ring(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        tx.inbox.record(f"ring:{next(numbers)}:{timer.occurrence}", timer.about, now)
        return ()

    steps = cast("dict[str, timers.Step]", timers.STEPS)
    steps[STEP] = ring
    try:
        yield keepers
    finally:
        del steps[STEP]
        for store in keepers.stores:
            store.engine.dispose()


def down(keepers: Keepers, count: int = 200, away: timedelta = timedelta(hours=72)) -> Rung:
    """Let everybody be away while so many timers come due, then look at once."""
    moments = {f"down {number}": Moment(NOW + away * number / count) for number in range(count)}
    keepers.set(moments)
    for minutes in range(3):
        keepers.all_at(NOW + away + minutes * _MINUTE)
    return _judge(keepers, moments, {})


def jumps(keepers: Keepers, seed: int, count: int = 60, steps: int = 120) -> Rung:
    """Let the clock jump up to three days back and forth, with replicas that do not agree about it."""
    chance, begin = random.Random(seed), NOW + 10 * _DAY
    moments = {f"jump {number}": Moment(begin + chance.random() * 6 * _DAY) for number in range(count)}
    keepers.set(moments)
    now = begin
    for _ in range(steps):
        now = min(max(now + chance.uniform(-3, 3) * _DAY, begin), begin + 6 * _DAY)
        keepers.all_at(now, skew=chance.uniform(-60, 60) * _MINUTE)
    # Later than every clock was, and before the first rings are a week old and purged.
    keepers.all_at(begin + 6 * _DAY + _DAY / 2)
    return _judge(keepers, moments, {})


def nights(keepers: Keepers) -> Rung:
    """Live through both changes of the clock in three zones, look by look."""
    done = Rung()
    for number, (zone, wall) in enumerate(NIGHTS):
        moments = {f"night {number}": Moment.on_the_wall(wall, zone)}
        keepers.set(moments)
        rings = _by_the_wall(wall, ZoneInfo(zone))
        # Until the hour that comes twice is over.
        for minutes in range(-20, 100, _LOOK_MINUTES):
            keepers.all_at(rings + minutes * _MINUTE)
        night = _judge(keepers, moments, {f"night {number}": rings})
        done.timers += night.timers
        done.wrong += night.wrong
    return done


def _by_the_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute in which a clock there shows this time or, if it skips it, a later one."""
    at = wall.replace(tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(zone).replace(tzinfo=None) < wall:
        at += _MINUTE
    return at


def _judge(keepers: Keepers, moments: dict[str, Moment], wanted: dict[str, datetime]) -> Rung:
    rung, done = keepers.rung(), Rung(len(moments))
    for occurrence, moment in moments.items():
        times = rung.get(occurrence, [])
        if len(times) != 1:
            done.wrong.append(f"{occurrence} rang {len(times)} times: {Counter(times)}")
        elif times[0] < moment.at:
            done.wrong.append(f"{occurrence} rang {moment.at - times[0]} too early")
        elif occurrence in wanted and not timedelta(0) <= times[0] - wanted[occurrence] < _LOOK_MINUTES * _MINUTE:
            done.wrong.append(f"{occurrence} rang at {times[0]} instead of {wanted[occurrence]}")
    return done
