import inspect
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.ports import StoreAway
from storage.engine import LOCK_WAIT_SECONDS, READ_ONLY, make_engine
from storage.store import SqlStore
from tests.company import WORKSPACE, Company

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
WRITERS, EACH = 4, 40
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PRAGMAS)
def test_an_sqlite_file_is_durable_and_erases_for_good(tmp_path: Path, name: str) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'a.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == PRAGMAS[name]
    engine.dispose()


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    engine = make_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(_count(engine)))
    thread.start()
    thread.join()
    assert seen == [0]
    engine.dispose()


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM t").scalar() or 0)


def test_a_fault_of_the_database_tells_no_values(store: SqlStore) -> None:
    with pytest.raises(Exception, match="hidden") as fault, store.engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "geheimer Rabatt"})
    assert "geheimer Rabatt" not in str(fault.value)


def count_up(url: str, barrier: "threading.Barrier | None" = None) -> None:
    """Read a number and write the next one, as a careless transaction would."""
    engine = make_engine(url)
    if barrier is not None:
        barrier.wait(20)
    for _ in range(EACH):
        with engine.begin() as connection:
            last = int(connection.exec_driver_sql("SELECT n FROM counter").scalar() or 0)
            connection.exec_driver_sql(f"UPDATE counter SET n = {last + 1}")
    engine.dispose()


@pytest.fixture
def counter(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    engine.dispose()
    return url


def _total(url: str) -> int:
    engine = make_engine(url)
    with engine.connect() as connection:
        total = int(connection.exec_driver_sql("SELECT n FROM counter").scalar() or 0)
    engine.dispose()
    return total


def test_threads_that_write_at_once_lose_no_update(counter: str) -> None:
    barrier = threading.Barrier(WRITERS)
    faults: list[Exception] = []

    def work() -> None:
        try:
            count_up(counter, barrier)
        except Exception as fault:  # noqa: BLE001  the test lists them
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert _total(counter) == WRITERS * EACH


def test_processes_that_write_at_once_lose_no_update(counter: str) -> None:
    script = (
        f"from storage.engine import make_engine\n{inspect.getsource(count_up)}\nEACH = {EACH}\ncount_up({counter!r})"
    )
    script = "from __future__ import annotations\n" + script
    workers = [subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) for _ in range(2)]
    count_up(counter)
    assert [worker.wait(30) for worker in workers] == [0, 0]
    assert _total(counter) == 3 * EACH


def test_a_writer_waits_a_second_and_then_says_so_while_readers_go_on(disk: SqlStore, tmp_path: Path) -> None:
    company = Company(disk)
    lea = company.member("Lea")
    other = sqlite3.connect(tmp_path / "scharnier.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreAway), disk.begin(WORKSPACE):
        raise AssertionError("the lock was not held")
    with disk.read(WORKSPACE) as tx:
        assert tx.members.get(lea.id) == lea

    other.rollback()
    other.close()
    with disk.begin(WORKSPACE) as tx:
        tx.inbox.effect_of("x")
    assert LOCK_WAIT_SECONDS <= 1.0


def test_a_reader_takes_no_write_lock(disk: SqlStore) -> None:
    with disk.engine.connect().execution_options(**{READ_ONLY: True}) as reader:
        reader.exec_driver_sql("SELECT 1")
        Company(disk)
