"""Steps are done once, in a transaction of their own, whoever fails, dies, comes late or sets the clock."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.identity import WorkspaceId
from bot.domain.members import Workspace
from bot.domain.timers import TRIES, Daily, Every, Moment, Timer
from bot.ports import StoreAway, Transaction
from bot.services import timers
from storage.store import SqlStore
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company
from tests.services.timekeeping import ABOUT, DAY, HOUR, MINUTE, Replica, effects, waiting, writes

TYPED = "what a person wrote"


@pytest.fixture
def replica(store: SqlStore, company: Company) -> Replica:
    return Replica(store)


@pytest.fixture(autouse=True)
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Only this test's steps."""
    known: dict[str, Any] = {}
    monkeypatch.setattr(timers, "STEPS", known)
    monkeypatch.setattr(timers, "STANDING", {})
    return known


def put(store: SqlStore, step: str = "remind", at: datetime = NOW, occurrence: str = "") -> None:
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.set(Timer(ABOUT, step, Moment(at), occurrence))


def test_a_step_is_done_at_its_time_and_its_followers_are_set_with_it(
    store: SqlStore, replica: Replica, steps: dict[str, Any]
) -> None:
    steps["remind"] = lambda tx, timer, now: [*writes(tx, timer, now), Timer(ABOUT, "chase", Moment(now + HOUR))]
    steps["chase"] = writes
    put(store)
    assert replica.at(NOW - MINUTE) == 0
    assert replica.at(NOW) == 1
    assert replica.at(NOW + MINUTE) == 0
    assert replica.at(NOW + HOUR) == 1
    assert effects(store) == ["3:chase:", "3:remind:"]


def test_a_step_may_cancel_everything_of_its_object_and_is_done_all_the_same(
    store: SqlStore, replica: Replica, steps: dict[str, Any]
) -> None:
    def closes(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        tx.timers.cancel(ABOUT)
        return writes(tx, timer, now)

    steps["remind"], steps["chase"] = closes, writes
    put(store)
    put(store, "chase", NOW + HOUR)
    assert replica.at(NOW) == 1
    put(store, "chase", NOW + HOUR, "after")
    assert replica.at(NOW + HOUR) == 1
    assert effects(store) == ["3:chase:after", "3:remind:"]


def test_a_step_that_fails_leaves_nothing_is_tried_again_and_others_go_on(
    store: SqlStore, replica: Replica, steps: dict[str, Any]
) -> None:
    broken = True

    def stumbles(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        writes(tx, timer, now)
        if broken:
            raise LookupError
        return ()

    steps["remind"], steps["chase"] = stumbles, writes
    put(store)
    put(store, "chase")
    assert replica.at(NOW) == 1
    assert effects(store) == ["3:chase:"]
    (waits,) = waiting(store)
    assert (waits.attempts, waits.due.at) == (1, NOW)

    broken = False
    assert replica.at(NOW + MINUTE) == 1
    assert effects(store) == ["3:chase:", "3:remind:"]


def test_a_step_that_always_fails_is_set_aside_visibly(
    store: SqlStore, replica: Replica, steps: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def stumbles(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        tries.append(now)
        raise LookupError(TYPED)

    steps["remind"] = stumbles
    put(store)
    now = NOW
    while not tries or waiting(store):
        replica.at(now)
        now += MINUTE
    assert len(tries) == TRIES
    assert tries[-1] - tries[0] >= 15 * MINUTE
    with store.read(WORKSPACE) as tx:
        assert [(aside.step, aside.attempts) for aside in tx.timers.set_aside()] == [("remind", TRIES)]
    assert replica.at(now + DAY) == 0
    assert len(tries) == TRIES
    assert "remind of escalation 3 is set aside (LookupError)" in caplog.text
    assert TYPED not in caplog.text


def test_a_database_that_is_away_is_no_fault_of_the_step(
    store: SqlStore, replica: Replica, steps: dict[str, Any]
) -> None:
    is_away = True

    def waits_for_a_lock(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        if is_away:
            raise StoreAway
        return writes(tx, timer, now)

    steps["remind"] = waits_for_a_lock
    put(store)
    for minutes in range(0, 60 * 24, 11):
        replica.at(NOW + minutes * MINUTE)
    is_away = False
    assert replica.at(NOW + DAY) == 1
    assert effects(store) == ["3:remind:"]


def test_a_step_that_cannot_even_be_looked_at_is_not_tried_and_whoever_asked_is_told(
    disk: SqlStore, steps: dict[str, Any]
) -> None:
    Company(disk)
    steps["remind"] = writes
    put(disk)
    (timer,) = waiting(disk)
    with disk.engine.begin(), pytest.raises(StoreAway):
        timers.fire(disk, WORKSPACE, timer.id, NOW)
    assert waiting(disk)[0].attempts == 0
    assert timers.fire(disk, WORKSPACE, timer.id, NOW)
    assert effects(disk) == ["3:remind:"]


class Meanwhile(SqlStore):
    """A store in which another replica does something between two transactions."""

    def __init__(self, store: SqlStore, act: Callable[[Transaction], object]) -> None:
        super().__init__(store.engine)
        self.act, self.opened = act, 0

    @contextmanager
    def begin(self, workspace_id: WorkspaceId) -> Iterator[Any]:
        """Let the other one act before the second transaction."""
        self.opened += 1
        if self.opened == 2:
            with super().begin(workspace_id) as tx:
                self.act(tx)
        with super().begin(workspace_id) as tx:
            yield tx


def test_a_step_that_failed_for_the_last_time_but_was_moved_meanwhile_waits_for_its_new_time(
    store: SqlStore, replica: Replica, steps: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def stumbles(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        raise LookupError

    steps["remind"] = stumbles
    put(store)
    now = NOW
    while waiting(store)[0].attempts < TRIES - 1:
        replica.at(now)
        now += MINUTE
    now += HOUR
    moving = Meanwhile(store, lambda tx: tx.timers.move(ABOUT, "remind", Moment(now + DAY)))

    assert not timers.fire(moving, WORKSPACE, waiting(store)[0].id, now)

    (waits,) = waiting(store)
    assert (waits.due.at, waits.attempts) == (now + DAY, 0)
    assert degraded(store, now) == []
    assert "set aside" not in caplog.text


def test_a_step_of_a_newer_version_waits_for_a_replica_that_knows_it(
    store: SqlStore, replica: Replica, steps: dict[str, Any]
) -> None:
    put(store, "from.tomorrow")
    assert replica.at(NOW) == 0
    steps["from.tomorrow"] = writes
    assert replica.at(NOW + MINUTE) == 1


def test_a_late_step_is_done_once_and_knows_how_late_it_is(
    store: SqlStore, replica: Replica, steps: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    late = []

    def notes(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        late.append(timer.late_by(now))
        return writes(tx, timer, now)

    steps["remind"] = notes
    for number in range(200):
        put(store, at=NOW + number * MINUTE, occurrence=str(number))
    replica.at(NOW - MINUTE)
    assert replica.at(NOW + 72 * HOUR) == 200
    assert len(effects(store)) == 200
    assert late[0] == 72 * HOUR
    assert "done late" in caplog.text


def test_of_many_missed_rounds_one_is_done_late_and_the_next_is_in_the_future(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = []

    def notes(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        late.append(timer.late_by(now))
        return writes(tx, timer, now)

    steps["digest"] = notes
    monkeypatch.setattr(timers, "STANDING", {"digest": Daily(time(8, 0))})
    replica.at(NOW)
    assert replica.at(datetime(2026, 11, 21, 7, 0, tzinfo=UTC)) == 1
    assert replica.at(datetime(2026, 11, 25, 9, 0, tzinfo=UTC)) == 1
    assert late == [timedelta(0), 3 * DAY + 2 * HOUR]
    (following,) = waiting(store, timers.WORKSPACE, "digest")
    assert following.due.at == datetime(2026, 11, 26, 7, 0, tzinfo=UTC)


def test_a_standing_step_that_is_set_aside_goes_on_with_its_next_round(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        if timer.occurrence == "2026-11-21":
            raise LookupError
        return writes(tx, timer, now)

    steps["digest"] = stumbles
    monkeypatch.setattr(timers, "STANDING", {"digest": Daily(time(8, 0))})
    for hours in range(0, 48, 1):
        for minutes in range(0, 60, 10):
            replica.at(NOW + hours * HOUR + minutes * MINUTE)
    assert effects(store) == ["0:digest:2026-11-22"]
    with store.read(WORKSPACE) as tx:
        assert [aside.occurrence for aside in tx.timers.set_aside()] == ["2026-11-21"]


def test_a_clock_set_back_does_nothing_again(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps["remind"] = steps["tick"] = writes
    monkeypatch.setattr(timers, "STANDING", {"tick": Every(MINUTE)})
    put(store)
    for minutes in range(6):
        replica.at(NOW + minutes * MINUTE)
    assert len(effects(store)) == 6, "remind and five ticks"
    for minutes in range(2, 6):
        replica.at(NOW + minutes * MINUTE)
    assert len(effects(store)) == 6
    replica.at(NOW + 6 * MINUTE)
    assert len(effects(store)) == 7


def test_a_clock_wrong_by_days_does_each_step_once_and_silences_nothing(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps["remind"] = steps["tick"] = writes
    monkeypatch.setattr(timers, "STANDING", {"tick": Every(MINUTE)})
    put(store, at=NOW + DAY)
    now = NOW
    for wrong_by in (timedelta(0), 3 * DAY, timedelta(0), -3 * DAY, timedelta(0)):
        for _ in range(4):
            replica.at(now + wrong_by)
            now += MINUTE
    assert [key for key in effects(store) if ":tick:" not in key] == ["3:remind:"], "once, by the wrong clock"
    replica.at(now)
    assert [timer.due.at for timer in waiting(store, timers.WORKSPACE, "tick")] == [now + MINUTE]
    assert f"0:tick:{now.isoformat()}" in effects(store)


def test_standing_steps_are_set_once_over_all_replicas_and_starts(
    store: SqlStore, company: Company, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "STANDING", {"digest": Daily(time(8, 0)), "tick": Every(MINUTE)})
    for _ in range(3):
        Replica(store).at(NOW)
    assert len(waiting(store, timers.WORKSPACE, "digest")) == len(waiting(store, timers.WORKSPACE, "tick")) == 1


def test_a_workspace_that_moves_gets_its_daily_round_by_its_new_zone(
    store: SqlStore, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "STANDING", {"digest": Daily(time(8, 0))})
    Replica(store).at(NOW)
    store.install(Workspace(WORKSPACE, "Arven", "en", "Pacific/Chatham", "NZ"), [], NOW)
    Replica(store).at(NOW)
    (moved,) = waiting(store, timers.WORKSPACE, "digest")
    assert moved.due == Moment.on_the_wall(datetime.fromisoformat("2026-11-21T08:00"), "Pacific/Chatham")


def test_a_workspace_that_is_installed_later_gets_its_standing_steps(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "STANDING", {"tick": Every(MINUTE)})
    replica.at(NOW)
    Company(store, workspace=ELSEWHERE)
    replica.at(NOW)
    with store.read(ELSEWHERE) as tx:
        assert len(tx.timers.waiting(timers.WORKSPACE, "tick")) == 1


def degraded(store: SqlStore, now: datetime) -> list[str]:
    with store.read(WORKSPACE) as tx:
        return timers.degraded(tx, now)


def test_an_operator_is_told_of_steps_that_are_late_or_set_aside(
    store: SqlStore, replica: Replica, steps: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        raise LookupError

    steps["remind"] = stumbles
    put(store)
    assert degraded(store, NOW + MINUTE) == []
    assert degraded(store, NOW + HOUR) == ["timed steps are late, the oldest by 1:00:00"]
    for minutes in range(60):
        replica.at(NOW + minutes * MINUTE)
    aside = ["1 timed steps are set aside after 10 tries, the last of remind"]
    assert degraded(store, NOW + HOUR) == degraded(store, NOW + 2 * DAY) == aside
    monkeypatch.setattr(timers, "STANDING", {"remind": Every(MINUTE)})
    assert degraded(store, NOW + 2 * DAY) == [], "its next rounds went on"
