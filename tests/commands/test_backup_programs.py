import os
from pathlib import Path

import pytest

from storage import dump
from storage.backup import Damaged
from tests.commands.conftest import ON_POSTGRES, Firm, Run, facts


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
