import contextlib
import json
import os
import pty
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, make_url

from storage import backup, dump, schema
from storage.backup import Damaged
from storage.engine import make_engine
from tests.commands.conftest import Firm, Run
from tests.company import NOW

ROOT = Path(__file__).parents[2]
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def facts(firm: Firm) -> list[tuple[object, ...]]:
    return firm.ask("SELECT action FROM audit WHERE action LIKE 'request%' ORDER BY at, id")


@pytest.fixture
def kept(firm: Firm, run: Run, tmp_path: Path) -> Path:
    """A backup of a company in which one thing was done and one message waits."""
    firm.act(action="request.before")
    firm.seal()
    firm.tell()
    firm.change("UPDATE outbox SET response_url = 'https://hooks.example/secret'")
    file = tmp_path / "kept.backup"
    done = run("backup", file)
    assert done.exit_code == 0, done.output
    firm.act(action="request.after")
    firm.close()
    return file


# Backup


def test_a_backup_is_one_private_file_that_was_checked(firm: Firm, run: Run, tmp_path: Path) -> None:
    firm.act()

    done = run("backup", "a.backup")
    in_json = json.loads(run("backup", "b.backup", "--json").stdout)

    file = tmp_path / "a.backup"
    assert done.exit_code == 0
    assert done.stdout == f"a.backup holds the whole database ({file.stat().st_size:,} bytes) and was checked.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert in_json == {"file": "b.backup", "bytes": (tmp_path / "b.backup").stat().st_size}
    assert {path.name for path in tmp_path.iterdir()} - {"data"} == {"a.backup", "b.backup"}


def test_a_file_that_is_there_is_not_overwritten_unless_told(firm: Firm, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    file.write_text("mine")

    refused = run("backup", "a.backup")
    still = file.read_text()
    forced = run("backup", "a.backup", "--force")

    assert (refused.exit_code, forced.exit_code) == (2, 0)
    assert "--force" in refused.stderr
    assert still == "mine"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size > 1000


@ON_SQLITE
def test_the_database_itself_is_neither_a_backup_nor_its_place(firm: Firm, run: Run) -> None:
    firm.act()

    over = run("backup", "data/scharnier.db", "--force")
    firm.close()
    back = run("restore", "data/scharnier.db", "--force", "--yes")

    assert (over.exit_code, back.exit_code) == (2, 2)
    assert over.stderr == back.stderr == "data/scharnier.db is the database itself; give another file.\n"
    assert len(facts(firm)) == 1


@ON_SQLITE
@pytest.mark.parametrize(("arguments", "shown"), [((), True), (("--json",), False)])
def test_people_see_how_far_it_is_and_programs_do_not(
    firm: Firm, run: Run, tmp_path: Path, arguments: tuple[str, ...], shown: bool
) -> None:
    reading, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "backup", "a.backup", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=terminal,
        check=True,
    )
    os.close(terminal)
    seen = b""
    with contextlib.suppress(OSError):
        while part := os.read(reading, 1 << 16):
            seen += part
    os.close(reading)

    assert (b"Copying" in seen and b"Checking" in seen and b"100%" in seen) is shown
    assert b"Copying" not in done.stdout


def test_a_folder_that_is_not_there_is_said(firm: Firm, run: Run) -> None:
    done = run("backup", "nowhere/a.backup")

    assert done.exit_code == 2
    assert "cannot be written: no such file or directory" in done.stderr


def test_before_the_first_start_there_is_nothing_to_back_up(run: Run, tmp_path: Path) -> None:
    done = run("backup", "a.backup")

    assert done.exit_code == 2
    assert "There is no database yet" in done.stderr
    assert list(tmp_path.iterdir()) == []


@ON_SQLITE
def test_others_go_on_writing_while_one_picture_is_copied(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES", 5)
    firm.act(action="request.before")
    steps = []

    def write_meanwhile(what: str, done: int, total: int) -> None:
        if what == "Copying":
            firm.act(action="request.meanwhile")
            steps.append((done, total))

    backup.save(firm.url, tmp_path / "a.backup", write_meanwhile)

    with contextlib.closing(sqlite3.connect(tmp_path / "a.backup")) as copy:
        copied = copy.execute("SELECT action FROM audit").fetchall()
    assert copied == [("request.before",)]
    assert len(steps) > 5
    assert steps == sorted(steps), "it never began again"
    assert len(facts(firm)) == 1 + len(steps)


@ON_SQLITE
def test_a_damaged_database_is_found_when_it_is_copied(
    firm: Firm, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(200):
        firm.act(number)
    firm.close()
    damage(tmp_path / "data" / "scharnier.db", "audit")

    done = run("backup", "a.backup")

    assert done.exit_code == 1
    assert "The check found damage" in done.stderr
    assert not (tmp_path / "a.backup").exists()


def damage(file: Path, table: str) -> None:
    """Overwrite the middle of a table's first page."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\x7f" * size)


def test_every_refusal_has_its_sentence() -> None:
    from bot.commands.backup import _REFUSALS

    assert set(_REFUSALS) == {refusal.__name__ for refusal in backup.BackupRefused.__subclasses__()}


# Restore


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


# PostgreSQL's own programs


@pytest.fixture
def programs_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put programs on the PATH that write down how they were called, then do what they always do."""
    folder, notes = tmp_path / "programs", tmp_path / "notes"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        script = folder / name
        script.write_text(f'#!/bin/sh\necho "$0 $*" >> {notes}\nexec env PATH="${{PATH#*:}}" {name} "$@"\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return notes


@ON_POSTGRES
def test_no_password_is_ever_on_a_command_line(firm: Firm, run: Run, programs_say: Path) -> None:
    with_password = firm.url.replace("postgres:@", "postgres:hush@")
    assert "hush" in with_password

    saved = run("backup", "a.backup", DATABASE_URL=with_password)
    firm.close()
    restored = run("restore", "a.backup", "--force", "--yes", DATABASE_URL=with_password)

    assert (saved.exit_code, restored.exit_code) == (0, 0), saved.output + restored.output
    assert {line.split()[0].rpartition("/")[2] for line in programs_say.read_text().splitlines()} == {
        "pg_dump",
        "pg_restore",
        "psql",
    }
    assert "hush" not in programs_say.read_text() + saved.output + restored.output


@ON_POSTGRES
def test_without_pg_dump_the_command_is_named_without_the_password(
    firm: Firm, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    done = run("backup", "my backup", DATABASE_URL=firm.url.replace("postgres:@", "postgres:hush@"))
    restored = run("restore", __file__, "--force", "--yes")

    assert (done.exit_code, restored.exit_code) == (2, 2)
    assert "pg_dump is not on the PATH" in done.stderr
    assert "pg_dump --format=custom --no-owner --no-privileges" in done.stderr
    assert "'--file=my backup'" in done.stderr
    assert "--dbname=postgresql://postgres@" in done.stderr.replace("'", "")
    assert "hush" not in done.output
    assert "pg_restore is not on the PATH" in restored.stderr


@ON_POSTGRES
def test_a_program_that_gives_up_is_told_with_its_reason(
    firm: Firm, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "old" / "pg_dump"
    script.parent.mkdir()
    script.write_text(
        '#!/bin/sh\necho "pg_dump: error: server version mismatch" >&2\necho "DETAIL: 18, 15" >&2\nexit 1\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")

    done = run("backup", "a.backup")

    assert done.exit_code == 2
    assert done.stderr == ("pg_dump gave up: pg_dump: error: server version mismatch. The database is as it was.\n")
    assert not (tmp_path / "a.backup").exists()


@ON_POSTGRES
@pytest.mark.parametrize(
    ("name", "does", "says"),
    [
        (
            "pg_restore",
            # It lists what is in the file as always, and stops when it shall read all of it.
            """case "$*" in *--exit-on-error*) {real} "$@" | head -c 3000; echo "error: no memory" >&2; exit 1;; esac
            exec {real} "$@" """,
            "pg_restore gave up: error: no memory. The database is as it was.",
        ),
        (
            "psql",
            """head -c 100 >/dev/null; echo "psql: error: the server closed the connection" >&2; exit 2""",
            "psql gave up: psql: error: the server closed the connection. The database is as it was.",
        ),
    ],
    ids=["pg_restore", "psql"],
)
def test_a_program_that_stops_in_the_middle_of_a_restore_leaves_the_old_database(
    firm: Firm, run: Run, kept: Path, programs_say: Path, name: str, does: str, says: str
) -> None:
    script = programs_say.parent / "programs" / name
    script.write_text("#!/bin/sh\n" + does.format(real=f'env PATH="${{PATH#*:}}" {name}') + "\n")

    done = run("restore", kept, "--force", "--yes")

    assert done.exit_code == 2
    assert done.stderr.splitlines() == [says]
    assert facts(firm) == [("request.before",), ("request.after",)]
    assert firm.ask("SELECT state FROM outbox") == [("pending",)]


@ON_POSTGRES
def test_what_else_is_in_the_database_survives_a_restore(firm: Firm, run: Run) -> None:
    run("backup", "a.backup")
    firm.change("CREATE TABLE theirs (n integer)")
    firm.close()

    assert run("restore", "a.backup", "--force", "--yes").exit_code == 0
    assert firm.ask("SELECT count(*) FROM theirs") == [(0,)]


@ON_POSTGRES
def test_a_dump_without_all_tables_is_no_backup(firm: Firm, tmp_path: Path, programs_say: Path) -> None:
    folder = programs_say.parent / "programs"
    script = (folder / "pg_dump").read_text().replace('"$@"', '"$@" --exclude-table=members')
    (folder / "pg_dump").write_text(script)

    with pytest.raises(Damaged, match="members"):
        dump.save(firm.store.engine, tmp_path / "a.backup", lambda *_: None)
    assert not (tmp_path / "a.backup").exists()
