"""What the disk does to an SQLite database: it is full, cut off, or a migration dies on it (F35–F38)."""

import contextlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.domain.delivery import Ref, Subject
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

ROOT = Path(__file__).parents[2]
FULL = """
import json, os, resource, signal, sys
from tests.company import Company
from tests.slack import Slack
from storage.engine import make_engine
from storage.store import SqlStore

path = sys.argv[1]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = SqlStore(make_engine(f"sqlite:///{path}"))
company = Company(store)
lea = company.member("Lea")
company.account("Helvetia", kam=lea)
slack = Slack(store, company)

def types(line):
    return json.dumps(slack.command(lea, line))

def kept():
    with store.engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT text FROM interactions ORDER BY number")]

told = {"before": types("/kam-log Helvetia: before the disk was full")}
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (max(os.path.getsize(path + more) for more in ("", "-wal")), most))
told["saved"] = ["before the disk was full"]
for number in range(200):
    note = f"{number} " + "x" * 300
    told["full"] = types(f"/kam-log Helvetia: {note}")
    if "not saved" in told["full"]:
        break
    told["saved"].append(note)
told["read"] = types("/kam-ask Helvetia disk")
told["during"] = kept()
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
told["again"] = types("/kam-log Helvetia: after room was made")
told["kept"] = kept()
with store.engine.connect() as connection:
    told["whole"] = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
print(json.dumps(told))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated database."""
    path = tmp_path / "scharnier.db"
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


def test_a_full_disk_saves_nothing_says_so_still_reads_and_needs_no_restart(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    assert "not saved" in told["full"]
    assert "x" * 100 in told["full"], "what was typed is given back"
    assert "before the disk was full" in told["read"]
    assert told["during"] == told["saved"], "what was acknowledged, and nothing else"
    assert told["kept"] == [*told["saved"], "after room was made"]
    assert told["whole"] == "ok"


def test_what_a_power_cut_leaves_of_the_log_opens_with_whole_commits_only(disk: SqlStore, tmp_path: Path) -> None:
    """The log is cut anywhere, as when only part of it reached the disk."""
    Company(disk)
    for number in range(12):
        with disk.begin(WORKSPACE) as tx:
            for part in ("a", "b"):
                tx.inbox.record(f"{number}{part}", Ref(Subject.REQUEST, 1), NOW)
    source = tmp_path / "scharnier.db"
    log = source.with_name("scharnier.db-wal").read_bytes()
    chance = random.Random(20_261_122)

    for cut in (0, 31, len(log), *(chance.randrange(len(log)) for _ in range(25))):
        copy = tmp_path / f"copy{cut}.db"
        shutil.copy(source, copy)
        copy.with_name(f"{copy.name}-wal").write_bytes(log[:cut])
        with contextlib.closing(sqlite3.connect(copy)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            has = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'inbox'").fetchone()[0]
            keys = [key for (key,) in opened.execute("SELECT key FROM inbox")] if has else []
        assert len(keys) % 2 == 0, "half a transaction"
        if cut == len(log):
            assert len(keys) == 24


KILLED = """
import json, os, signal, sys
from alembic import command
from sqlalchemy import event, make_url
from bot.domain.delivery import Ref, Subject
from storage import schema
from storage.engine import make_engine

url, parts = sys.argv[1], int(sys.argv[2])
is_file = make_url(url).get_backend_name() == "sqlite"

def begin():
    engine = make_engine(url)
    if is_file:
        for more in ("", "-wal", "-shm"):
            if os.path.exists(engine.url.database + more):
                os.unlink(engine.url.database + more)
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0001")
    engine.dispose()

def upgrade(at):
    engine, seen = make_engine(url), []

    @event.listens_for(engine, "before_cursor_execute")
    def die(connection, cursor, statement, *_):
        seen.append(statement)
        if len(seen) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    schema.upgrade(engine)
    engine.dispose()
    return len(seen)

def state():
    engine = make_engine(url)
    has = schema.versions(engine)[0]
    engine.dispose()
    return has

begin()
statements = upgrade(0)
newest, results = state(), []
for part in range(1, parts + 1):
    begin()
    at = max(statements * part // parts, 1)
    killed = os.fork()
    if not killed:
        upgrade(at)
        os._exit(1)
    _, status = os.waitpid(killed, 0)
    after_kill = state()
    upgrade(0)
    results.append([at, os.WIFSIGNALED(status), after_kill, state() == newest])
print(json.dumps({"statements": statements, "results": results}))
"""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_migration_killed_at_any_statement_left_nothing_and_is_done_at_the_next_start(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    if database == "postgres":
        server = request.getfixturevalue("postgres_url")
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS killed_test WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE killed_test"))
        admin.dispose()
        url = server.replace("/postgres?", "/killed_test?")

    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, "3"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["statements"] > 20
    for at, was_killed, after_kill, done_again in found["results"]:
        assert (was_killed, after_kill, done_again) == (True, "0001", True), at
