import threading
import time

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import Ref, Subject
from storage.store import SqlStore, Transaction
from tests.company import NOW, WORKSPACE, Company

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
    Company(store, workspace="T2")  # type: ignore[arg-type]
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("trigger:1", MADE, NOW)
    with store.begin("T2") as tx:  # type: ignore[arg-type]
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
