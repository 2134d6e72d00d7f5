import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, make_url

from storage import backup, schema
from storage.engine import make_engine
from tests.commands.conftest import ON_SQLITE, Firm, Run, damage, facts
from tests.company import NOW

ROOT = Path(__file__).parents[2]


def test_a_round_trip_brings_back_what_was_kept_and_sends_nothing_by_itself(firm: Firm, run: Run, kept: Path) -> None:
    assert facts(firm) == [("request.before",), ("request.after",)]
    firm.close()

    done = run("restore", kept, "--force", "--yes")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "The backup is restored and up to date.",
        "1 unsent message is set aside: look with scharnier outbox list --state parked, then retry or drop them.",
    ]
    assert facts(firm) == [("request.before",)]
    assert firm.ask("SELECT state, cause, response_url, lease FROM outbox") == [
        ("parked", "restored from a backup", None, None)
    ]
    assert firm.ask("SELECT action, actor_id FROM audit WHERE action LIKE 'workspace%'") == [
        ("workspace.restored", "operator")
    ]
    firm.close()
    assert run("audit", "verify").exit_code == 0
    assert "1 parked" in run("outbox", "list").stdout
    assert "may have arrived" in run("outbox", "list").stdout, "it is looked up in Slack before a second post"
    assert run("outbox", "retry", "--all-parked").exit_code == 0


def test_what_was_being_sent_when_the_backup_was_made_is_set_aside_too(firm: Firm, run: Run, tmp_path: Path) -> None:
    for about, state in enumerate(("sending", "sent", "parked", "dropped"), start=1):
        row = firm.tell(about=about)
        firm.change(f"UPDATE outbox SET state = '{state}', lease = 'x', cause = '{state}' WHERE id = {row}")
    run("backup", "a.backup")
    firm.close()

    answer = json.loads(run("restore", "a.backup", "--force", "--yes", "--json").stdout)

    assert answer["restored"] is True
    assert answer["parked"] == 1
    assert firm.ask("SELECT state, cause FROM outbox ORDER BY object_id") == [
        ("parked", "restored from a backup"),
        ("sent", "sent"),
        ("parked", "parked"),
        ("dropped", "dropped"),
    ]


def test_timers_stay_as_they_were(firm: Firm, run: Run, tmp_path: Path) -> None:
    firm.change(
        "INSERT INTO timers (workspace_id, id, subject, object_id, step, occurrence, due_at, state, try_at, attempts) "
        f"VALUES ('T1', 1, 'workspace', 0, 'audit.seal', 'x', '{NOW:%Y-%m-%d %H:%M:%S}.000000', 'pending', "
        f"'{NOW:%Y-%m-%d %H:%M:%S}.000000', 0)"
    )
    run("backup", "a.backup")
    firm.change("DELETE FROM timers")
    firm.close()

    run("restore", "a.backup", "--force", "--yes")

    assert firm.ask("SELECT step, state FROM timers WHERE id = 1") == [("audit.seal", "pending")]


def test_a_database_that_holds_something_is_replaced_only_when_told_and_sure(firm: Firm, run: Run, kept: Path) -> None:
    refused, unsure = run("restore", kept), run("restore", kept, "--force")

    assert (refused.exit_code, unsure.exit_code) == (2, 2)
    assert "--force" in refused.stderr
    assert "--yes" in unsure.stderr
    assert len(facts(firm)) == 2


def test_an_empty_database_needs_no_force(firm: Firm, run: Run, kept: Path, tmp_path: Path) -> None:
    if make_url(firm.url).get_backend_name() == "sqlite":
        (tmp_path / "data" / "scharnier.db").unlink()
    else:
        firm.change("DROP SCHEMA public CASCADE")
        firm.change("CREATE SCHEMA public")
        firm.close()

    done = run("restore", kept)

    assert done.exit_code == 0, done.output
    assert facts(firm) == [("request.before",)]


def test_a_running_scharnier_is_not_overwritten(firm: Firm, run: Run, kept: Path) -> None:
    assert len(facts(firm)) == 2, "the connection stays open, idle in the pool"

    done = run("restore", kept, "--force", "--yes")

    assert done.exit_code == 2
    assert "A Scharnier is running" in done.stderr
    assert len(facts(firm)) == 2
    firm.act()


def test_nothing_is_left_beside_the_database(firm: Firm, run: Run, kept: Path, tmp_path: Path) -> None:
    run("restore", kept, "--force", "--yes")

    here = {path.name for path in tmp_path.iterdir()} | {path.name for path in (tmp_path / "data").glob("*")}
    assert here <= {"data", "kept.backup", "scharnier.db"}


@ON_SQLITE
def test_a_damaged_database_does_not_stand_in_the_way_and_is_kept(
    firm: Firm, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.act(action="request.before")
    run("backup", "a.backup")
    firm.close()
    (tmp_path / "data" / "scharnier.db").write_bytes(b"\x00garbage" * 1000)

    refused = run("restore", "a.backup")
    done = run("restore", "a.backup", "--force", "--yes")

    (aside,) = (tmp_path / "data").glob("scharnier.db.damaged-*")
    assert (refused.exit_code, done.exit_code) == (2, 0)
    assert str(aside) in done.stdout
    assert aside.read_bytes().startswith(b"\x00garbage")
    assert facts(firm) == [("request.before",)]
    firm.close()


@ON_SQLITE
def test_what_belongs_to_a_damaged_database_is_kept_with_it(firm: Firm, run: Run, kept: Path, tmp_path: Path) -> None:
    database = tmp_path / "data" / "scharnier.db"
    database.write_bytes(b"\x00garbage" * 1000)
    log = database.with_name("scharnier.db-journal")
    log.write_bytes(b"\x00the last changes")

    assert run("restore", kept, "--force", "--yes").exit_code == 0

    (aside,) = (tmp_path / "data").glob("scharnier.db.damaged-*-journal")
    assert aside.read_bytes() == b"\x00the last changes"
    assert facts(firm) == [("request.before",)]


@ON_SQLITE
def test_a_restore_that_somebody_interrupts_leaves_no_database_where_there_was_none(
    firm: Firm, kept: Path, tmp_path: Path
) -> None:
    database = tmp_path / "data" / "scharnier.db"
    database.unlink()

    def interrupt(what: str, done: int, total: int) -> None:
        if what == "Restoring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.restore(firm.url, kept, NOW, interrupt, force=False)

    assert [*database.parent.iterdir()] == []


@ON_SQLITE
def test_a_place_that_can_hold_no_database_is_said_and_left_alone(
    firm: Firm, run: Run, kept: Path, tmp_path: Path
) -> None:
    place = tmp_path / "folder"
    place.mkdir()

    done = run("restore", kept, "--force", "--yes", DATABASE_URL=f"sqlite:///{place}")

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "unable to open database file" in done.stderr
    assert [*place.iterdir()] == []


@ON_SQLITE
def test_a_database_with_a_damaged_page_is_replaced(
    firm: Firm, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm.act(action="request.before")
    run("backup", "a.backup")
    firm.close()
    damage(tmp_path / "data" / "scharnier.db", "audit")

    assert run("restore", "a.backup", "--force", "--yes").exit_code == 0
    assert facts(firm) == [("request.before",)]
    assert firm.ask("PRAGMA integrity_check") == [("ok",)]
    firm.close()


def test_what_is_no_backup_changes_nothing(firm: Firm, run: Run, kept: Path, tmp_path: Path) -> None:
    text, foreign, cut = tmp_path / "text", tmp_path / "foreign", tmp_path / "cut"
    text.write_text("Liebe Leute")
    with contextlib.closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE workspaces (id)")
        connection.commit()
    cut.write_bytes(kept.read_bytes()[: kept.stat().st_size // 3])
    damaged_dump = tmp_path / "PGDMP"
    damaged_dump.write_bytes(b"PGDMP" + b"\xff" * 500)

    for file in (text, foreign, cut, damaged_dump):
        done = run("restore", file, "--force", "--yes")
        assert done.exit_code == 1, (file, done.output)
        assert len(done.stderr.splitlines()) == 1
        assert "Traceback" not in done.output
    assert run("restore", "missing", "--force", "--yes").exit_code == 2
    assert len(facts(firm)) == 2


def test_a_backup_of_a_newer_version_is_refused(firm: Firm, run: Run, tmp_path: Path) -> None:
    firm.change("UPDATE alembic_version SET version_num = '9999'")
    assert run("backup", "newer.backup").exit_code == 0, "keeping what one has is always possible"
    firm.change(f"UPDATE alembic_version SET version_num = '{schema.versions(firm.store.engine)[1]}'")
    firm.close()

    done = run("restore", "newer.backup", "--force", "--yes")

    assert done.exit_code == 1
    assert "newer version" in done.stderr


def test_a_backup_of_an_older_version_is_brought_up_to_date(url: str, run: Run, tmp_path: Path) -> None:
    old, engine = _empty(url, tmp_path)
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (workspace_id, id, key, form, topic, subject, object_id, place, replace, priority, state, "
            "due_at, created_at, attempts) VALUES ('T1', 1, 'k', 'note', 't', 'request', 1, 'CA', false, 20, 'pending', "
            "'2026-11-20 09:30:00.000000', '2026-11-20 09:30:00.000000', 0)"
        )
    engine.dispose()
    assert run("backup", "old.backup", DATABASE_URL=old).exit_code == 0

    done = run("restore", "old.backup", "--force", "--yes", DATABASE_URL=old)

    assert done.exit_code == 0, done.output
    again = make_engine(old)
    assert schema.is_current(again)
    with again.connect() as connection:
        assert connection.exec_driver_sql("SELECT state, in_doubt FROM outbox").one() == ("parked", True)
    again.dispose()


def _empty(url: str, tmp_path: Path) -> tuple[str, Engine]:
    """Return a database without tables of the same kind."""
    if make_url(url).get_backend_name() == "sqlite":
        return (there := f"sqlite:///{tmp_path / 'old.db'}"), make_engine(there)
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return url, engine


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from storage import backup, dump
from storage.engine import make_engine
url, file, at = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
backup._PAGES, dump._CHUNK = 3, 2_000
seen = 0
def die(what, done, total):
    global seen
    if what == "Restoring":
        seen += 1
        if seen > at and done < total:
            os.kill(os.getpid(), signal.SIGKILL)
now = datetime(2026, 11, 22, tzinfo=UTC)
if backup.is_sqlite(url):
    backup.restore(url, file, now, die, force=True)
else:
    dump.restore(make_engine(url), file, now, die, force=True)
"""


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_restore_that_is_killed_leaves_the_old_database(firm: Firm, run: Run, kept: Path, at: int) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, firm.url, str(kept), str(at)], cwd=ROOT, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert len(facts(firm)) == 2
    assert firm.ask("SELECT state FROM outbox") == [("pending",)]
    firm.close()
    assert run("restore", kept, "--force", "--yes").exit_code == 0
    assert len(facts(firm)) == 1
