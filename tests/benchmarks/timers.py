"""Measures what a due timer costs beside 1 000 and beside 100 000 that wait, on both databases."""

import argparse
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import insert, text

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, State, Timer
from bot.services import timers as services
from bot.timekeeper import Timekeeper
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import TimerRow
from tests.benchmarks.search import postgres, sqlite
from tests.company import NOW, WORKSPACE, Company

STEP = "benchmark.nothing"
DUE, ROUNDS, BATCH = 20, 30, 5000


@dataclass
class Contestant:
    """A database with so many timers that wait, and what was measured of it."""

    store: SqlStore
    waiting: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"look": [], "claim": [], "fire": []})

    def round(self, number: int) -> None:
        """Let some timers become due; look, claim one, fire all."""
        keeper = Timekeeper(self.store, lambda: NOW)
        keeper.run_once()
        with self.store.begin(WORKSPACE) as tx:
            for due in range(DUE):
                tx.timers.set(Timer(Ref(Subject.REQUEST, due), STEP, Moment(NOW), str(number)))
        self.seconds["look"].append(_seconds(lambda: _look(self.store)))
        self.seconds["claim"].append(_seconds(lambda: _claim(self.store)))
        self.seconds["fire"].append(_seconds(keeper.run_once) / DUE)

    def median(self, what: str) -> float:
        """Return milliseconds."""
        return statistics.median(self.seconds[what]) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=100_000)
    options = parser.parse_args()
    services.STEPS, services.STANDING = {STEP: lambda _tx, _timer, _now: ()}, {}
    print(f"\nTimers: one that is due beside many that wait, median of {ROUNDS} interleaved rounds (aim: ≤ 1.5×)")
    print(f"{'':<12}{'':>8}{options.few:>12,}{options.many:>12,}")
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with ExitStack() as stack:
            few, many = (_contestant(stack, database, waiting) for waiting in (options.few, options.many))
            for number in range(ROUNDS):
                few.round(number)
                many.round(number)
            for what in few.seconds:
                one, other = few.median(what), many.median(what)
                print(f"{label:<12}{what:>8}{one:>9.2f} ms{other:>9.2f} ms{other / one:>9.2f}×")


def _contestant(stack: ExitStack, database: Callable[[], AbstractContextManager[str]], waiting: int) -> Contestant:
    engine = make_engine(stack.enter_context(database()))
    stack.callback(engine.dispose)
    schema.upgrade(engine)
    store = SqlStore(engine)
    Company(store)
    _fill(store, waiting)
    return Contestant(store, waiting)


def _fill(store: SqlStore, waiting: int) -> None:
    """Let so many timers wait for later, and let the database look at the new size."""
    later = NOW + timedelta(days=1)
    common = {"workspace_id": WORKSPACE, "subject": "request", "step": STEP, "state": State.PENDING, "attempts": 0}
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM timers"))
        for start in range(0, waiting, BATCH):
            rows = [
                {**common, "id": number, "object_id": number, "occurrence": "", "due_at": at, "try_at": at}
                for number in range(start, min(start + BATCH, waiting))
                for at in (later + timedelta(seconds=number),)
            ]
            connection.execute(insert(TimerRow), rows)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE timers"))


def _look(store: SqlStore) -> None:
    with store.read(WORKSPACE) as tx:
        tx.timers.next_due()


def _claim(store: SqlStore) -> None:
    """Take one due timer; nothing is written, so it is due again."""
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.take(tx.timers.due(NOW, 100)[0], NOW) is not None


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
