"""Measures the outbox: own CPU a message, pace, fairness, urgency, and what a claim costs beside many waiting rows."""

import argparse
import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from bot.clock import utc_now
from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, Subject
from bot.domain.identity import ChannelId, MemberId
from bot.domain.pace import Limits
from bot.i18n import Translator, Typed
from bot.ports import Transaction
from bot.services import delivery
from bot.services.readers import recipient
from bot.views import blocks
from bot.views import delivery as views
from bot.worker import Worker
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.benchmarks.search import postgres, sqlite
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.slack import Outbox

TOPIC = "benchmark.note"
CHANNELS, ROUNDS, BATCH, HANDS = 100, 30, 5000, 8
Database = Callable[[], AbstractContextManager[str]]
_ids = itertools.count(1)


class Slack(Outbox):
    """Takes everything at once, but may hang on one channel; remembers when what arrived."""

    def __init__(self, clock: Callable[[], datetime], hangs: str = "", seconds: float = 0) -> None:
        super().__init__(NOW)
        self.clock, self.hangs, self.hang_seconds = clock, hangs, seconds
        self.arrived: list[tuple[datetime, str]] = []

    def post(self, place: str, message: Any, key: str, thread_ts: str | None = None) -> Posted:
        """Take a message."""
        del message, key, thread_ts
        if place == self.hangs:
            threading.Event().wait(self.hang_seconds)
        self.arrived.append((self.clock(), place))
        return Posted(ChannelId(place), "1.1")


@dataclass
class Clock:
    """A time that the benchmark moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Read it."""
        return self.now


def load(tx: Transaction, row: Claimed, _now: datetime) -> str:
    """Read the recipient's rights, as every loader does."""
    assert recipient(tx, row) is None
    return f"Lea Brunner, note {row.outgoing.about.id}"


def show(told: str, t: Translator) -> blocks.Message:
    """Show a card of the usual size."""
    sentence = t("{told}", told=Typed(told))
    facts = blocks.facts([(sentence, sentence)] * 4)
    return blocks.message(
        sentence, blocks.section(sentence), facts, blocks.quote(Typed("Wort " * 40)), blocks.context(sentence)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--minutes", type=int, default=5, help="how long the budget is watched, by a clock of our own")
    options = parser.parse_args(arguments)
    delivery.LOADERS = {**delivery.LOADERS, TOPIC: load}
    views.VIEWS = {**views.VIEWS, TOPIC: show}
    print(f"\nOutbox: {CHANNELS} channels, a Slack that answers at once")
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        for what, measured, aim in (*_one_after_the_other(database, options.minutes), *_side_by_side(database)):
            print(f"{label:<12}{what:<58}{measured:>12}  (aim: {aim})")
    print(f"\nOutbox: one claim and its marks, ms, median of {ROUNDS} interleaved rounds")
    print(f"{'':<12}{'':<28}{options.few:>12,}{options.many:>12,}")
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        for places in (10, 0):
            _claims(label, database, options.few, options.many, places)


def _one_after_the_other(database: Database, minutes: int) -> Iterator[tuple[str, str, str]]:
    """Let one worker run under a clock of our own."""
    with _store(database) as store:
        _put(store, 10 * CHANNELS, Priority.REQUEST)
        clock = Clock()
        worker = Worker(store, Slack(clock), clock, "en", PLENTY)
        before, sent = time.process_time(), 0
        while sent < 10 * CHANNELS:
            sent += worker.run_once()
            clock.now += timedelta(seconds=1)
        cpu = (time.process_time() - before) * 1000 / sent
        yield "own CPU a message", f"{cpu:.2f} ms", "≤ 2 ms"
    with _store(database) as store:
        _put(store, 40 * CHANNELS, Priority.REQUEST)
        clock = Clock()
        slack = Slack(clock)
        workers = [Worker(store, slack, clock, "en", Limits(300)) for _ in range(2)]
        while clock.now < NOW + timedelta(minutes=minutes):
            for worker in workers:
                worker.run_once()
            clock.now += timedelta(seconds=0.1)
        counts = statistics.mode(
            [sum(place == f"C{number}" for _, place in slack.arrived) for number in range(CHANNELS)]
        )
        share = len(slack.arrived) / (minutes * 300)
        least = min(sum(place == f"C{number}" for _, place in slack.arrived) for number in range(CHANNELS))
        yield f"sent of the budget of {minutes} minutes, two workers", f"{share:.1%}", "95 to 105 %"
        yield "fewest and usual messages of a channel in that time", f"{least} · {counts}", "the same"


def _side_by_side(database: Database) -> Iterator[tuple[str, str, str]]:
    """Let a worker run with its threads under the real clock."""
    with _store(database) as store:
        slack = Slack(utc_now, hangs="C0", seconds=3)
        started = utc_now()
        _put(store, 3 * CHANNELS, Priority.REQUEST, started)
        with _running(store, slack, PLENTY):
            _until(lambda: len(slack.arrived) == 3 * CHANNELS)
        others = [(at - started).total_seconds() for at, place in slack.arrived if place != "C0"]
        yield "297 messages to 99 channels while one channel hangs", f"{max(others):.1f} s", "about 3 s, one a second"
    with _store(database) as store:
        slack = Slack(utc_now)
        _put(store, 500, Priority.DIGEST, utc_now())
        with _running(store, slack, Limits(300)) as worker:
            _until(lambda: len(slack.arrived) >= 20)
            raised = utc_now()
            with store.begin(WORKSPACE) as tx:
                tx.outbox.put(_note("CBOSS", Priority.ESCALATION), raised)
            worker.wake()
            _until(lambda: any(place == "CBOSS" for _, place in slack.arrived))
        took = next(at for at, place in slack.arrived if place == "CBOSS") - raised
        yield "an escalation behind 500 digests, budget used up", f"{took.total_seconds():.2f} s", "≤ 5 s"


@contextmanager
def _running(store: SqlStore, slack: Slack, limits: Limits) -> Iterator[Worker]:
    """Run a worker in its threads."""
    worker = Worker(store, slack, utc_now, "en", limits)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join()


@dataclass
class Contestant:
    """A database in which so many rows wait, and what was measured of it."""

    store: SqlStore
    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {"claim 8": [], "claim nothing": [], "next time": []}
    )

    def round(self, number: int) -> None:
        """Claim and give back; claim when the budget is used up; ask when there will be more."""
        now = NOW + timedelta(minutes=number)
        with self.store.begin(WORKSPACE) as tx:
            started = time.perf_counter()
            rows = tx.outbox.claim(now, PLENTY, HANDS, HANDS).rows
            for row in rows:
                tx.outbox.release(row, now)
            self.seconds["claim 8"].append(time.perf_counter() - started)
        assert len(rows) == HANDS
        with self.store.begin(WORKSPACE) as tx:
            gate = tx.outbox.hold_gate()
            tx.outbox.set_gate(gate.spent(rows[0].way, 300, now, Limits(300)))
            started = time.perf_counter()
            assert not tx.outbox.claim(now, Limits(300), HANDS, HANDS).rows
            self.seconds["claim nothing"].append(time.perf_counter() - started)
            tx.outbox.set_gate(gate)
        with self.store.read(WORKSPACE) as tx:
            started = time.perf_counter()
            tx.outbox.next_due(now, PLENTY)
            self.seconds["next time"].append(time.perf_counter() - started)

    def median(self, what: str) -> float:
        """Return milliseconds."""
        return statistics.median(self.seconds[what]) * 1000


def _claims(label: str, database: Database, few: int, many: int, places: int) -> None:
    with ExitStack() as stack:
        contestants = []
        for waiting in (few, many):
            store = stack.enter_context(_store(database))
            _fill(store, waiting, places or waiting)
            contestants.append(Contestant(store))
        for number in range(ROUNDS):
            for contestant in contestants:
                contestant.round(number)
        where = f"in {places} places" if places else "each in its own place"
        for what in contestants[0].seconds:
            one, other = (contestant.median(what) for contestant in contestants)
            print(f"{label:<12}{what + ' ' + where:<34}{one:>6.2f}{other:>12.2f}{other / one:>8.2f}×")


@contextmanager
def _store(database: Database) -> Iterator[SqlStore]:
    """Make a new database with a workspace."""
    with database() as url:
        engine = make_engine(url)
        schema.upgrade(engine)
        store = SqlStore(engine)
        with engine.begin() as connection:
            for table in ("outbox", "gates", "lanes"):
                connection.execute(text(f"DELETE FROM {table}"))
        Company(store)
        yield store
        engine.dispose()


def _note(place: str, priority: Priority) -> Outgoing:
    about = Ref(Subject.INTERACTION, next(_ids))
    if place.startswith("U"):
        return Outgoing(Form.NOTE, TOPIC, about, priority, to_member=MemberId(place))
    return Outgoing(Form.NOTE, TOPIC, about, priority, to_channel=ChannelId(place))


def _put(store: SqlStore, count: int, priority: Priority, now: datetime = NOW) -> None:
    with store.begin(WORKSPACE) as tx:
        for number in range(count):
            tx.outbox.put(_note(f"C{number % CHANNELS}", priority), now)


def _fill(store: SqlStore, waiting: int, places: int) -> None:
    """Let so many notes wait, and let the database look at the new size."""
    common = {
        "workspace_id": WORKSPACE,
        "form": "note",
        "topic": TOPIC,
        "subject": "interaction",
        "replace": False,
        "priority": Priority.DIGEST,
        "state": "pending",
        "due_at": NOW,
        "created_at": NOW,
        "attempts": 0,
        "queue": "40 post",
        "in_doubt": False,
        "faults": 0,
        "repeats_left": 0,
    }
    with store.engine.begin() as connection:
        for start in range(0, waiting, BATCH):
            rows = [
                {**common, "id": number, "object_id": number, "key": str(number), "place": place, "lane": place}
                for number in range(start, min(start + BATCH, waiting))
                for place in (f"C{number % places}",)
            ]
            connection.execute(insert(OutboxRow), rows)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE outbox"))


def _until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        time.sleep(0.02)
    raise TimeoutError


if __name__ == "__main__":
    main()
