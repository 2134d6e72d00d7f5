import threading
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from storage.store import SqlStore, Transaction
from storage.tables import AuditRow, HistoryRow, InboxRow
from tests.company import ELSEWHERE, NOW, WORKSPACE, Company

MADE = Ref(Subject.INTERACTION, 5)


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def test_a_delivery_is_remembered_with_what_it_made(store: SqlStore) -> None:
    with store.begin(WORKSPACE) as tx:
        assert tx.inbox.effect_of("trigger:1") is None
        tx.inbox.record("trigger:1", MADE, NOW)
    with store.begin(WORKSPACE) as tx:
        assert tx.inbox.effect_of("trigger:1") == MADE
        assert tx.inbox.effect_of("trigger:2") is None
    with pytest.raises(IntegrityError), store.begin(WORKSPACE) as tx:
        tx.inbox.record("trigger:1", MADE, NOW)


@pytest.mark.parametrize(
    ("first", "again", "same"),
    [("view:1#a", "view:1#a", True), ("view:1#a", "view:1#b", False), ("view:1", "view:1", True)],
)
def test_a_form_is_the_same_whatever_it_holds_and_that_is_told_too(
    store: SqlStore, first: str, again: str, same: bool
) -> None:
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record(first, MADE, NOW)
    with store.begin(WORKSPACE) as tx:
        assert tx.inbox.effect_of(again) == MADE
        assert tx.inbox.holds_the_same(again) is same
    with pytest.raises(IntegrityError), store.begin(WORKSPACE) as tx:
        tx.inbox.record(again, MADE, NOW)


def test_a_delivery_that_failed_leaves_no_key(store: SqlStore) -> None:
    with pytest.raises(LookupError), store.begin(WORKSPACE) as tx:
        stumble(tx)
    with store.begin(WORKSPACE) as tx:
        assert tx.inbox.effect_of("trigger:1") is None


def stumble(tx: Transaction) -> None:
    """Fail when everything is written."""
    tx.inbox.record("trigger:1", MADE, NOW)
    raise LookupError


def test_workspaces_do_not_share_keys(store: SqlStore) -> None:
    Company(store, workspace=ELSEWHERE)
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("trigger:1", MADE, NOW)
    with store.begin(ELSEWHERE) as tx:
        assert tx.inbox.effect_of("trigger:1") is None


def press_twice(store: SqlStore) -> tuple[list[Ref | None], list[Exception]]:
    answers: list[Ref | None] = []
    faults: list[Exception] = []
    start = threading.Barrier(2)

    def press() -> None:
        start.wait(5)
        try:
            with store.begin(WORKSPACE) as tx:
                made = tx.inbox.effect_of("trigger:1")
                if made is None:
                    time.sleep(0.05)
                    tx.inbox.record("trigger:1", MADE, NOW)
            answers.append(made)
        except Exception as fault:  # noqa: BLE001  the test lists them
            faults.append(fault)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, faults


def test_the_same_delivery_twice_at_once_has_one_effect_and_the_second_replays_it(
    store: SqlStore, disk: SqlStore
) -> None:
    shared = store
    if store.engine.dialect.name == "sqlite":
        Company(disk)
        shared = disk
    answers, faults = press_twice(shared)
    assert faults == []
    assert len(answers) == 2
    assert set(answers) == {None, MADE}


class Model(RuleBasedStateMachine):
    """The inbox as a dictionary: what was delivered has one effect, what failed none, until it is forgotten."""

    store: SqlStore
    NAMES, CONTENTS = st.sampled_from(["view:1", "view:2", "trigger:1"]), st.sampled_from(["", "#a", "#b"])

    @initialize()
    def begin(self) -> None:
        with self.store.engine.begin() as connection:
            for table in (InboxRow, HistoryRow, AuditRow):
                connection.execute(delete(table))
        self.now, self.effects = NOW, 0
        self.known: dict[str, tuple[str, Ref]] = {}
        self.since: dict[str, datetime] = {}

    @rule(name=NAMES, content=CONTENTS, fails=st.booleans())
    def comes(self, name: str, content: str, fails: bool) -> None:
        known = self.known.get(name)
        try:
            made, same = self._deliver(name + content, fails=fails)
        except LookupError:
            assert known is None, "a repeat does nothing that could fail"
            return
        if known is None:
            self.effects += 1
            self.known[name] = (content, made)
            self.since[name] = self.now
        else:
            assert made == known[1], "the first answer"
            assert same == (content == known[0])

    def _deliver(self, key: str, *, fails: bool) -> tuple[Ref, bool]:
        """Do what every use case does."""
        with self.store.begin(WORKSPACE) as tx:
            if (earlier := tx.inbox.effect_of(key)) is not None:
                return earlier, tx.inbox.holds_the_same(key)
            made = Ref(Subject.INTERACTION, self.effects + 1)
            tx.history.record(Change(made, "interaction.logged", None, self.now))
            tx.inbox.record(key, made, self.now)
            if fails:
                raise LookupError
            return made, True

    @rule(days=st.integers(1, 10))
    def days_pass_and_the_night_comes(self, days: int) -> None:
        self.now += timedelta(days=days)
        old = {name for name in self.known if self.since[name] < self.now - timedelta(days=7)}
        with self.store.begin(WORKSPACE) as tx:
            assert tx.retention.inbox(self.now - timedelta(days=7), 100) == len(old)
        for name in old:
            del self.known[name]

    @invariant()
    def every_effect_is_there_once(self) -> None:
        if not hasattr(self, "known"):
            return
        with self.store.engine.connect() as connection:
            for table, count in ((HistoryRow, self.effects), (AuditRow, self.effects), (InboxRow, len(self.known))):
                assert connection.execute(select(func.count()).select_from(table)).scalar_one() == count


def test_whatever_comes_how_often_it_has_one_effect(store: SqlStore) -> None:
    class Here(Model):
        pass

    Here.store = store
    examples = 50 if store.engine.dialect.name == "sqlite" else 10
    run_state_machine_as_test(Here, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None))
