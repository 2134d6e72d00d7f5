"""The loop fires what is due, sleeps until the next, and outlives a database that is away."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot import timekeeper as module
from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, Timer
from bot.ports import Transaction
from bot.services import timers
from bot.timekeeper import Timekeeper
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.race import at_once

ABOUT = Ref(Subject.ESCALATION, 3)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fired(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, by one step of this test's own."""
    done: list[str] = []

    def notes(_tx: Transaction, timer: Timer, _now: datetime) -> Iterable[Timer]:
        done.append(timer.occurrence)
        return ()

    monkeypatch.setattr(timers, "STEPS", {"note": notes})
    monkeypatch.setattr(timers, "STANDING", {})
    return done


@pytest.fixture
def shared(disk: SqlStore) -> SqlStore:
    Company(disk)
    return disk


def put(store: SqlStore, at: datetime, *occurrences: str) -> None:
    with store.begin(WORKSPACE) as tx:
        for occurrence in occurrences:
            tx.timers.set(Timer(ABOUT, "note", Moment(at), occurrence))


@contextmanager
def running(keeper: Timekeeper) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=keeper.run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        keeper.stop()
        thread.join(10)
        assert not thread.is_alive()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_what_is_due_at_the_start_is_fired_and_the_rest_at_its_time(shared: SqlStore, fired: list[str]) -> None:
    clock = [NOW]
    put(shared, NOW, "due")
    put(shared, NOW + SECOND, "later")
    keeper = Timekeeper(shared, lambda: clock[0])
    assert keeper.run_once() == 1
    assert keeper.run_once() == 0
    clock[0] += SECOND
    assert keeper.run_once() == 1
    assert fired == ["due", "later"]


def test_a_sleeping_loop_is_woken_by_the_commit_of_an_earlier_timer(
    shared: SqlStore, fired: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_SECONDS", 3600.0)
    keeper = Timekeeper(shared, lambda: NOW)
    shared.on_timer = keeper.wake
    put(shared, NOW + timedelta(hours=1), "far")
    with running(keeper):
        until(lambda: keeper._kept)
        put(shared, NOW, "now")
        until(lambda: fired == ["now"])


def test_a_timer_that_another_process_set_is_seen_without_being_woken(
    shared: SqlStore, fired: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.02)
    keeper = Timekeeper(shared, lambda: NOW)
    with running(keeper):
        until(lambda: keeper._kept)
        put(shared, NOW, "theirs")
        until(lambda: fired == ["theirs"])


def test_a_database_that_is_away_is_waited_for(
    shared: SqlStore, fired: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.02)
    put(shared, NOW, "due")
    with shared.engine.begin() as connection:
        connection.execute(text("ALTER TABLE timers RENAME TO away"))
    with running(Timekeeper(shared, lambda: NOW)):
        until(lambda: "the timers could not be read" in caplog.text)
        with shared.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO timers"))
        until(lambda: fired == ["due"])


def test_four_replicas_fire_two_hundred_due_timers_once_each(
    shared: SqlStore, fired: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long one waits for the other writers is the disk's matter, and another test's.
    monkeypatch.setattr("storage.store.LOCK_WAIT_SECONDS", 60)
    put(shared, NOW, *map(str, range(200)))

    totals = at_once(lambda: Timekeeper(shared, lambda: NOW).run_once(), 4)

    assert [fault for fault in totals if isinstance(fault, Exception)] == []
    assert sum(total for total in totals if isinstance(total, int)) == 200
    assert sorted(fired, key=int) == [str(number) for number in range(200)]


def test_a_stopping_loop_leaves_the_rest_to_others(shared: SqlStore, fired: list[str]) -> None:
    put(shared, NOW, "1", "2")
    keeper = Timekeeper(shared, lambda: NOW)
    keeper.stop()
    assert keeper.run_once() == 0
    assert Timekeeper(shared, lambda: NOW).run_once() == 2


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        (None, module._IDLE_SECONDS),
        (NOW + timedelta(hours=1), module._IDLE_SECONDS),
        (NOW + 2 * SECOND, 2.0),
        (NOW - SECOND, module._PAUSE_SECONDS),
    ],
)
def test_it_sleeps_until_the_next_timer_but_never_long_and_never_not_at_all(
    shared: SqlStore, due: datetime | None, seconds: float
) -> None:
    if due is not None:
        put(shared, due, "next")
    assert Timekeeper(shared, lambda: NOW)._until_next() == seconds
