import contextlib
import json
import os
import pty
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage import backup
from tests.commands.conftest import ON_SQLITE, Firm, Run, damage, facts

ROOT = Path(__file__).parents[2]


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


def test_every_refusal_has_its_sentence() -> None:
    from bot.commands.backup import _REFUSALS

    assert set(_REFUSALS) == {refusal.__name__ for refusal in backup.BackupRefused.__subclasses__()}
