"""Steps are done once, in a transaction of their own, whoever fails, dies, comes late or sets the clock."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select

from bot.domain.delivery import Form, Outgoing, Priority, Ref, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import DraftId, MemberId, WorkspaceId
from bot.domain.members import Workspace
from bot.domain.timers import TRIES, Daily, Every, Moment, State, Timer
from bot.ports import StoreAway, Transaction
from bot.services import retention, timers
from bot.timekeeper import Timekeeper
from storage.store import SqlStore
from storage.tables import AuditRow, DraftRow, InboxRow, OutboxRow, TimerRow
from tests.company import NOW, WORKSPACE, Company

ABOUT = Ref(Subject.ESCALATION, 3)
TYPED = "what a person wrote"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Replica:
    """A timekeeper with a clock of its own over the shared database."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.now = store, NOW
        self.keeper = Timekeeper(store, lambda: self.now)

    def at(self, now: datetime) -> int:
        """Fire what is due then."""
        self.now = now
        return self.keeper.run_once()


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


def writes(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Leave a row that cannot be written twice, so that a second effect would be an error."""
    tx.inbox.record(f"{timer.about.id}:{timer.step}:{timer.occurrence}", timer.about, now)
    return ()


def effects(store: SqlStore) -> list[str]:
    with store.engine.connect() as connection:
        return sorted(connection.execute(select(InboxRow.key)).scalars())


def put(store: SqlStore, step: str = "remind", at: datetime = NOW, occurrence: str = "") -> None:
    with store.begin(WORKSPACE) as tx:
        assert tx.timers.set(Timer(ABOUT, step, Moment(at), occurrence))


def waiting(store: SqlStore, about: Ref = ABOUT, step: str = "remind") -> list[Timer]:
    with store.read(WORKSPACE) as tx:
        return [*tx.timers.waiting(about, step)]


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
    Company(store, workspace="T2")  # type: ignore[arg-type]
    replica.at(NOW)
    with store.read("T2") as tx:  # type: ignore[arg-type]
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


# ------------------------------------------------------------------ what stands today
@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, replica: Replica) -> Replica:
    """The steps of the product."""
    monkeypatch.undo()
    return replica


def test_every_standing_step_is_known(real: Replica) -> None:
    assert set(timers.STANDING) <= {*timers.STEPS, *timers.LOOKS}


def test_old_deliveries_are_forgotten_at_night_and_the_rest_stays(store: SqlStore, real: Replica) -> None:
    real.at(NOW)
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("old", ABOUT, NOW - retention.DELIVERIES_KEPT)
        tx.inbox.record("young", ABOUT, NOW)
    real.at(NOW + 2 * HOUR)
    assert effects(store) == ["old", "young"]
    real.at(datetime(2026, 11, 21, 2, 30, tzinfo=UTC))
    assert effects(store) == ["young"]


def test_many_old_rows_go_a_few_at_a_time(store: SqlStore, real: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 10)
    real.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for number in range(35):
            tx.inbox.record(f"old {number}", ABOUT, NOW - retention.DELIVERIES_KEPT)
    real.at(NOW + DAY)
    assert effects(store) == []
    with store.engine.connect() as connection:
        rounds = connection.execute(
            select(TimerRow.occurrence).where(TimerRow.step == "inbox.purge", TimerRow.state == State.FIRED)
        ).scalars()
        assert sorted(rounds) == ["2026-11-21", *(f"2026-11-21+{part}" for part in range(1, 4))]
    assert len(waiting(store, timers.WORKSPACE, "inbox.purge")) == 1


def test_nothing_unsent_or_set_aside_is_ever_deleted(store: SqlStore, real: Replica) -> None:
    real.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for state in ("pending", "sending", "sent", "parked"):
            tx.outbox.put(
                Outgoing(Form.NOTE, state, ABOUT, Priority.REQUEST, to_member=MemberId("ULEA")), NOW - 100 * DAY
            )
        for state in (State.PENDING, State.FIRED, State.CANCELLED, State.PARKED):
            tx.timers.set(Timer(ABOUT, state, Moment(NOW + HOUR)))
    with store.engine.begin() as connection:
        states = OutboxRow.__table__.update()  # type: ignore[attr-defined]
        connection.execute(states.values(state=OutboxRow.topic, sent_at=NOW - 100 * DAY, due_at=NOW + 1000 * DAY))
        kept = TimerRow.__table__.update().where(TimerRow.object_id == ABOUT.id)  # type: ignore[attr-defined]
        connection.execute(kept.values(state=TimerRow.step, due_at=NOW - 100 * DAY, try_at=NOW - 100 * DAY))
        connection.execute(kept.where(TimerRow.state == State.PENDING).values(try_at=NOW + 1000 * DAY))
    real.at(NOW + DAY)
    with store.engine.connect() as connection:
        unsent = sorted(connection.execute(select(OutboxRow.topic)).scalars())
        waits = sorted(connection.execute(select(TimerRow.step).where(TimerRow.object_id == ABOUT.id)).scalars())
    assert unsent == ["parked", "pending", "sending"]
    assert waits == ["parked", "pending"]


def test_what_was_sent_or_typed_lately_stays_for_a_month(store: SqlStore, real: Replica) -> None:
    real.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for days in (29, 32):
            at = NOW - days * DAY
            tx.drafts.add(Draft(DraftId(0), MemberId("ULEA"), Purpose.LOG, at, {"text": str(days)}))
            tx.outbox.put(Outgoing(Form.NOTE, str(days), ABOUT, Priority.REQUEST, to_member=MemberId("ULEA")), at)
    with store.engine.begin() as connection:
        sent = OutboxRow.__table__.update()  # type: ignore[attr-defined]
        connection.execute(sent.values(state="sent", sent_at=OutboxRow.created_at))
    real.at(NOW + DAY)
    with store.engine.connect() as connection:
        assert [*connection.execute(select(DraftRow.fields)).scalars()] == [{"text": "29"}]
        assert [*connection.execute(select(OutboxRow.topic)).scalars()] == ["29"]


def test_the_audit_is_sealed_within_minutes(store: SqlStore, real: Replica) -> None:
    real.at(NOW)
    with store.begin(WORKSPACE) as tx:
        tx.history.record(Change(ABOUT, "escalation.raised", MemberId("ULEA"), NOW))
    for minutes in range(1, 5):
        real.at(NOW + minutes * MINUTE)
    with store.read(WORKSPACE) as tx:
        assert tx.audit.count_seals() == 1
        assert tx.audit.tail().rows == 0
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(AuditRow)).scalar_one() == 1


# ------------------------------------------------------------------ against a model
class Model(RuleBasedStateMachine):
    """Timers as a dictionary; whatever happens, every step is done once, when it is due."""

    store: SqlStore
    failing: set[str]

    OBJECTS, STEPS, OCCURRENCES = st.integers(1, 2), st.sampled_from(["remind", "chase"]), st.sampled_from(["", "2"])
    MINUTES = st.integers(-90, 300)

    @initialize()
    def begin(self) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(delete(TimerRow))
            connection.execute(delete(InboxRow))
        self.failing.clear()
        self.now = NOW
        self.replicas = (Replica(self.store), Replica(self.store))
        self.due: dict[tuple[int, str, str], datetime] = {}
        self.state: dict[tuple[int, str, str], str] = {}

    def _waiting(self, about: int, step: str | None = None) -> list[tuple[int, str, str]]:
        return [
            key
            for key, state in self.state.items()
            if state == "pending" and key[0] == about and step in {None, key[1]}
        ]

    @rule(about=OBJECTS, step=STEPS, occurrence=OCCURRENCES, minutes=MINUTES)
    def sets(self, about: int, step: str, occurrence: str, minutes: int) -> None:
        key, due = (about, step, occurrence), self.now + minutes * MINUTE
        with self.store.begin(WORKSPACE) as tx:
            is_set = tx.timers.set(Timer(Ref(Subject.REQUEST, about), step, Moment(due), occurrence))
        assert is_set == (self.state.get(key) in {None, "cancelled"})
        if is_set:
            self.state[key], self.due[key] = "pending", due

    @rule(about=OBJECTS, step=st.none() | STEPS)
    def cancels(self, about: int, step: str | None) -> None:
        keys = self._waiting(about, step)
        with self.store.begin(WORKSPACE) as tx:
            assert tx.timers.cancel(Ref(Subject.REQUEST, about), step) == len(keys)
        self.state.update(dict.fromkeys(keys, "cancelled"))

    @rule(about=OBJECTS, step=STEPS, minutes=MINUTES)
    def moves(self, about: int, step: str, minutes: int) -> None:
        keys, due = self._waiting(about, step), self.now + minutes * MINUTE
        with self.store.begin(WORKSPACE) as tx:
            assert tx.timers.move(Ref(Subject.REQUEST, about), step, Moment(due)) == len(keys)
        self.due.update(dict.fromkeys(keys, due))

    @rule(minutes=st.integers(0, 600))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(hours=st.integers(1, 72))
    def the_clock_is_set_back(self, hours: int) -> None:
        self.now -= hours * HOUR

    @rule(step=STEPS, fails=st.booleans())
    def a_step_breaks_or_is_mended(self, step: str, fails: bool) -> None:
        (self.failing.add if fails else self.failing.discard)(step)

    def _die_firing(self, timer_id: int) -> None:
        with self.store.begin(WORKSPACE) as tx:
            held = tx.timers.take(timer_id, self.now)
            assert held is not None
            tx.timers.fired(held, self.now)
            writes(tx, held, self.now)
            raise KeyboardInterrupt

    @rule()
    def a_replica_dies_in_the_middle(self) -> None:
        with self.store.read(WORKSPACE) as tx:
            due = tx.timers.due(self.now, 1)
        if due:
            with pytest.raises(KeyboardInterrupt):
                self._die_firing(due[0])

    @rule(which=st.integers(0, 1))
    def a_replica_fires(self, which: int) -> None:
        due = {key for key, state in self.state.items() if state == "pending" and self.due[key] <= self.now}
        before = {*effects(self.store)}
        self.replicas[which].at(self.now)
        done = {*effects(self.store)} - before
        names = {":".join(map(str, key)): key for key in due}
        assert done <= set(names), "nothing before its time"
        self.state.update(dict.fromkeys(map(names.__getitem__, done), "fired"))
        aside = self._aside()
        assert aside <= due | {key for key, state in self.state.items() if state == "parked"}
        assert all(key[1] in self.failing or self.state[key] == "parked" for key in aside)
        self.state.update(dict.fromkeys(aside, "parked"))

    @rule()
    def everything_is_mended_and_enough_time_passes(self) -> None:
        self.failing.clear()
        self.now = max([self.now, *self.due.values()]) + HOUR
        self.a_replica_fires(0)
        assert "pending" not in self.state.values()

    def _aside(self) -> set[tuple[int, str, str]]:
        with self.store.read(WORKSPACE) as tx:
            return {(timer.about.id, timer.step, timer.occurrence) for timer in tx.timers.set_aside()}

    @invariant()
    def the_database_knows_what_the_model_knows(self) -> None:
        if not hasattr(self, "state"):
            return
        with self.store.read(WORKSPACE) as tx:
            waits = {
                (about, timer.step, timer.occurrence): timer.due.at
                for about in (1, 2)
                for step in ("remind", "chase")
                for timer in tx.timers.waiting(Ref(Subject.REQUEST, about), step)
            }
        assert waits.keys() == {key for key, state in self.state.items() if state == "pending"}
        assert self._aside() == {key for key, state in self.state.items() if state == "parked"}
        assert all(self.due[key] == due for key, due in waits.items())
        fired = sorted(":".join(map(str, key)) for key, state in self.state.items() if state == "fired")
        assert effects(self.store) == fired, "each effect is there once"


def test_whatever_happens_each_step_is_done_once(store: SqlStore, company: Company, steps: dict[str, Any]) -> None:
    failing: set[str] = set()

    def may_fail(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
        writes(tx, timer, now)
        if timer.step in failing:
            raise LookupError
        return ()

    class Here(Model):
        pass

    Here.store, Here.failing = store, failing
    steps["remind"] = steps["chase"] = may_fail
    examples = 25 if store.engine.dialect.name == "sqlite" else 10
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
