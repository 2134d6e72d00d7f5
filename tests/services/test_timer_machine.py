"""Steps are done once whatever happens: replicas, failures, deaths and clocks against a model."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, Timer
from bot.ports import Transaction
from bot.services import timers
from storage.store import SqlStore
from storage.tables import InboxRow, TimerRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.timekeeping import HOUR, MINUTE, Replica, effects, writes


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Only this test's steps."""
    known: dict[str, Any] = {}
    monkeypatch.setattr(timers, "STEPS", known)
    monkeypatch.setattr(timers, "STANDING", {})
    return known


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
