"""The worker as it runs, in threads of its own over a database in a file."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import courier
from bot import worker as module
from bot.domain.delivery import Failure, Posted
from bot.domain.pace import LEASE
from bot.ports import PostFailed
from bot.worker import Worker
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.bot.probe import Facts, note, reply
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Outbox


class Arrived(Outbox):
    """Slack's channels for threads: tells when enough arrived."""

    def __init__(self, wanted: int) -> None:
        super().__init__(NOW)
        self.wanted, self.all_here, self.lock = wanted, threading.Event(), threading.Lock()
        self.under_way: set[str] = set()
        self.clashes: list[str] = []

    def post(self, place: str, message: Any, key: str, thread_ts: str | None = None) -> Posted:
        """Keep a post, and watch that a place never has two at once."""
        with self.lock:
            if place in self.under_way:
                self.clashes.append(place)
            self.under_way.add(place)
        threading.Event().wait(0.005)
        with self.lock:
            self.under_way.discard(place)
            posted = super().post(place, message, key, thread_ts)
            self._count()
        return posted

    def reply(self, response_url: str, message: Any, *, replace: bool) -> None:
        """Keep an answer."""
        with self.lock:
            super().reply(response_url, message, replace=replace)
            self._count()

    def _count(self) -> None:
        if len(self.posts) + len(self.replies) >= self.wanted:
            self.all_here.set()


@pytest.fixture
def running(disk: SqlStore) -> Iterator[Any]:
    """Start workers on a real file and stop them."""
    Company(disk)
    started: list[tuple[Worker, threading.Thread]] = []

    def start(out: Outbox, store: SqlStore = disk, clock: Any = lambda: NOW) -> Worker:
        worker = Worker(store, out, clock, "en")
        thread = threading.Thread(target=worker.run)
        started.append((worker, thread))
        store.on_commit = worker.wake
        thread.start()
        return worker

    yield start
    for worker, _ in started:
        worker.stop()
    for _, thread in started:
        thread.join(5)
        assert not thread.is_alive()


def test_a_commit_wakes_the_worker_and_the_reply_leaves(disk: SqlStore, running: Any, facts: Facts) -> None:
    out = Arrived(1)
    running(out)
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), NOW)
    assert out.all_here.wait(5)


def test_two_workers_tell_every_row_once_and_never_two_to_one_place_at_a_time(
    disk: SqlStore, running: Any, facts: Facts
) -> None:
    out = Arrived(60)
    ticks = iter(range(10**9))
    lock = threading.Lock()

    def clock() -> datetime:
        with lock:
            return NOW + timedelta(milliseconds=20 * next(ticks))

    with disk.begin(WORKSPACE) as tx:
        for number in range(60):
            tx.outbox.put(note(number, f"C{number % 20}"), NOW)
    workers = [running(out, clock=clock) for _ in range(2)]
    pump = threading.Event()
    for _ in range(600):
        if out.all_here.is_set():
            break
        for worker in workers:
            worker.wake()
        pump.wait(0.02)

    assert out.all_here.is_set()
    assert sorted(post["text"] for post in out.posts) == sorted(f"fact {number} (en)" for number in range(60))
    assert out.clashes == []
    for place in range(20):
        told = [int(post["text"].split()[1]) for post in out.to(f"C{place}")]
        assert told == sorted(told)


def test_the_loop_survives_a_database_that_is_away(
    disk: SqlStore, running: Any, facts: Facts, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(module, "_AWAY_SECONDS", 0.05)
    with disk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")
    out = Arrived(1)
    worker = running(out)
    for _ in range(200):
        if "the outbox could not be read" in caplog.text:
            break
        threading.Event().wait(0.02)
    with disk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox")
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), NOW)
    worker.wake()
    assert out.all_here.wait(5)
    assert "SELECT" not in caplog.text


def test_a_row_that_cannot_be_marked_is_noted_and_goes_on_when_its_lease_ends(
    disk: SqlStore, running: Any, facts: Facts, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "_MARK_WAITS", (0.01,))

    class Locks(Arrived):
        def reply(self, response_url: str, message: Any, *, replace: bool) -> None:
            with disk.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")
            super().reply(response_url, message, replace=replace)

    out = Locks(1)
    running(out)
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), NOW)
    assert out.all_here.wait(5)
    for _ in range(200):
        if "its lease will end" in caplog.text:
            break
        threading.Event().wait(0.02)
    assert "a row could not be marked; its lease will end (OperationalError" in caplog.text


def test_a_row_that_was_sent_is_marked_as_soon_as_the_database_is_back(
    disk: SqlStore, running: Any, facts: Facts, caplog: pytest.LogCaptureFixture
) -> None:
    class Away(Arrived):
        def reply(self, response_url: str, message: Any, *, replace: bool) -> None:
            with disk.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")
            super().reply(response_url, message, replace=replace)

    out = Away(1)
    running(out)
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), NOW)
    assert out.all_here.wait(5)
    for _ in range(200):
        if "could not be marked yet" in caplog.text:
            break
        threading.Event().wait(0.02)
    with disk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox")
    for _ in range(200):
        with disk.engine.connect() as connection:
            state = connection.execute(select(OutboxRow.state)).scalar()
        if state == "sent":
            break
        threading.Event().wait(0.02)
    assert state == "sent"
    assert len(out.replies) == 1


def test_a_retry_comes_without_being_woken(
    disk: SqlStore, running: Any, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "wait_before_retry", lambda *_: timedelta(milliseconds=50))
    from bot.clock import utc_now

    out = Arrived(1)
    out.failures.append(PostFailed(Failure.UNKNOWN, "http_500"))
    running(out, clock=utc_now)
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), utc_now())
    assert out.all_here.wait(5)


class Hangs(Arrived):
    """Slack that answers no click before it is let go."""

    def __init__(self, wanted: int) -> None:
        super().__init__(wanted)
        self.asked, self.go = threading.Semaphore(0), threading.Event()

    def reply(self, response_url: str, message: Any, *, replace: bool) -> None:
        """Hang, then keep the answer."""
        self.asked.release()
        assert self.go.wait(20)
        super().reply(response_url, message, replace=replace)


def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in the background."""
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def states(store: SqlStore) -> list[str]:
    with store.engine.connect() as connection:
        return sorted(connection.execute(select(OutboxRow.state)).scalars())


def test_a_running_worker_opens_up_by_itself_when_slack_takes_the_token_again(
    disk: SqlStore, running: Any, facts: Facts
) -> None:
    out, now = Arrived(2), [NOW]
    out.failures.append(PostFailed(Failure.PARK, "invalid_auth"))
    worker = running(out, clock=lambda: now[0])
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(note(1), NOW)
        tx.outbox.put(note(2, "CB"), NOW)

    def is_shut() -> bool:
        with disk.read(WORKSPACE) as tx:
            return tx.outbox.gate().is_shut

    until(is_shut)
    until(lambda: "sending" not in states(disk))
    assert not out.all_here.is_set()
    out.failures.append(PostFailed(Failure.PARK, "invalid_auth"))
    now[0] += timedelta(minutes=2)
    worker.wake()
    until(lambda: out.probes)
    until(lambda: not out.failures)
    assert is_shut(), "it was asked and refuses still"

    now[0] += timedelta(minutes=2)
    until(lambda: (worker.wake(), out.all_here.is_set())[1])
    assert sorted(post["text"] for post in out.posts) == ["fact 1 (en)", "fact 2 (en)"]


def test_when_every_hand_hangs_the_rest_is_left_to_other_workers(disk: SqlStore, running: Any, facts: Facts) -> None:
    hanging, free = Hangs(8), Arrived(1)
    worker = running(hanging)
    with disk.begin(WORKSPACE) as tx:
        for number in range(9):
            tx.outbox.put(reply(number), NOW)
    for _ in range(8):
        assert hanging.asked.acquire(timeout=10)
    for _ in range(5):
        worker.wake()
        threading.Event().wait(0.02)
    assert states(disk) == ["pending"] + ["sending"] * 8

    running(free)
    assert free.all_here.wait(10)
    hanging.go.set()
    assert hanging.all_here.wait(10)
    until(lambda: states(disk) == ["sent"] * 9)
    assert len(hanging.replies) == 8


def test_what_slack_hangs_on_stays_this_workers_and_a_database_away_for_a_moment_ends_no_renewing(
    disk: SqlStore, running: Any, facts: Facts, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEW_EVERY", timedelta(milliseconds=20))
    hanging, other, now = Hangs(1), Arrived(1), [NOW]
    running(hanging, clock=lambda: now[0])
    with disk.begin(WORKSPACE) as tx:
        tx.outbox.put(reply(), NOW)
    assert hanging.asked.acquire(timeout=10)
    with disk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO away")
    until(lambda: "leases could not be renewed (OperationalError" in caplog.text)
    with disk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO outbox")

    def ends() -> datetime | None:
        with disk.engine.connect() as connection:
            return connection.execute(select(OutboxRow.leased_until)).scalar_one()

    for _ in range(4):
        now[0] += timedelta(seconds=4)
        until(lambda: ends() == now[0] + LEASE)
    assert Worker(disk, other, lambda: now[0], "en").run_once() == 0, "longer than a lease, and nobody takes it over"
    hanging.go.set()
    until(lambda: states(disk) == ["sent"])
    assert len(hanging.replies) == 1
