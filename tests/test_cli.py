import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from playground.process import started

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample"
CREDENTIALS = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_SIGNING_SECRET": "secret"}
NOBODY = "http://127.0.0.1:9/api/"
"""Nothing listens there: Slack is away."""
WAIT_SECONDS = 8

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder with no settings but those given."""
    for name in os.environ:
        if name.startswith(("SLACK_", "SCHARNIER_")) or name in {"DATABASE_URL", "HOST", "PORT"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **settings: str) -> Result:
        return CliRunner().invoke(main, arguments, env=settings)

    return command


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "accounts.csv").write_text("account,kam\nHelvetia,ULEA\n")
    return folder


def stored(folder: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "data" / "scharnier.db")) as connection:
        return connection.execute(query).fetchall()


# Settings


def test_the_start_of_the_command_line_reads_nothing_it_does_not_need() -> None:
    code = "import sys, bot.cli; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert not {"sqlalchemy", "slack_bolt", "pydantic", "granian", "holidays"} & set(loaded.split())


def test_missing_settings_are_named_one_sentence_each(run: Run) -> None:
    done = run("serve")

    assert done.exit_code == 2
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]


def test_with_socket_mode_the_signing_secret_may_be_missing(run: Run) -> None:
    done = run("serve", SLACK_BOT_TOKEN="xoxb", SLACK_APP_TOKEN="xapp", HOST="nowhere.invalid")

    assert "SLACK_SIGNING_SECRET" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "abc", "PORT is 'abc'; write a whole number from 0 to 65535."),
        ("PORT", "70000", "PORT is '70000'; write a whole number from 0 to 65535."),
        ("SCHARNIER_LANGUAGE", "fr", "SCHARNIER_LANGUAGE is 'fr'; write 'en' or 'de'."),
        ("SCHARNIER_TIME_ZONE", "Mars", "SCHARNIER_TIME_ZONE is 'Mars', which is not a time zone"),
        ("SCHARNIER_COUNTRY", "Schweiz", "SCHARNIER_COUNTRY is 'Schweiz', which is not a country code"),
        ("SCHARNIER_TEAM_ID", "arven", "SCHARNIER_TEAM_ID is 'arven', which is not a Slack team id"),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL must begin with https://"),
        ("DATABASE_URL", "mysql://me:hush@there/db", "DATABASE_URL must begin with postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://me:hu/sh@there/db", "DATABASE_URL has a port that is no number"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "db upgrade"])
def test_a_wrong_setting_is_answered_with_what_to_write(
    run: Run, command: str, name: str, value: str, says: str
) -> None:
    done = run(*command.split(), **{**CREDENTIALS, name: value})

    assert done.exit_code == 2
    assert says in done.stderr
    assert "hush" not in done.output
    assert len(done.stderr.splitlines()) == 1


# The database


def test_a_missing_driver_is_said_with_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    done = run("db", "upgrade", DATABASE_URL="postgresql+psycopg://me:hush@127.0.0.1:9/db")

    assert done.exit_code == 2
    assert done.stderr == "PostgreSQL needs the driver: install scharnier with the extra “postgres”.\n"


def test_the_database_is_brought_up_to_date_and_says_where_it_is(run: Run, tmp_path: Path) -> None:
    before, done, after = run("db", "current"), run("db", "upgrade"), run("db", "current")

    assert (before.exit_code, done.exit_code, after.exit_code) == (1, 0, 0)
    assert before.stdout.startswith("none; the newest is ")
    assert after.stdout.endswith("(the newest)\n")
    assert stored(tmp_path, "SELECT count(*) FROM members") == [(0,)]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/scharnier.db",
        "postgresql+psycopg://me:hush@127.0.0.1:9/db",
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence_without_a_password(run: Run, url: str) -> None:
    done = run("db", "upgrade", DATABASE_URL=url)

    assert done.exit_code == 2
    assert done.stderr.startswith("The database cannot be used")
    assert "hush" not in done.output
    assert len(done.stderr.splitlines()) == 1


def test_a_database_of_a_newer_release_is_left_alone(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "scharnier.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    done = run("db", "upgrade")

    assert done.exit_code == 2
    assert "newer version" in done.stderr


# Import


def test_the_sample_company_is_imported_without_slack_and_once_more(run: Run, tmp_path: Path) -> None:
    first = run("import", str(SAMPLE), "--workspace", "T0ARVENSTE", SCHARNIER_ADMINS="U1,U2")
    again = run("import", str(SAMPLE), "--json")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.splitlines()[0] == "members.csv: 25 new, 0 changed, 0 unchanged"
    answer = json.loads(again.stdout)
    assert answer["workspace"] == "T0ARVENSTE"
    assert answer["files"]["interactions.csv"] == {"new": 0, "changed": 0, "unchanged": 86}
    assert all(not count["new"] and not count["changed"] for count in answer["files"].values())
    assert stored(tmp_path, "SELECT admins FROM workspaces") == [("[]",)]


def test_admins_of_the_settings_are_applied_with_each_import(run: Run, files: Path, tmp_path: Path) -> None:
    run("import", str(files), SCHARNIER_TEAM_ID="T1", SCHARNIER_ADMINS="U1 U2")

    assert stored(tmp_path, "SELECT workspace_id, admins FROM workspaces") == [("T1", '["U1", "U2"]')]


def test_errors_are_named_by_file_line_and_column_and_nothing_is_written(run: Run, files: Path, tmp_path: Path) -> None:
    (files / "accounts.csv").write_text("account,tier,kam\nHelvetia,z,ULEA\nTrautwyl,a,tom@x.example\n")

    done = run("import", str(files), "--workspace", "T1")
    in_json = run("import", str(files), "--workspace", "T1", "--json")

    assert (done.exit_code, in_json.exit_code) == (1, 1)
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == (
        'accounts.csv, line 2, column tier: "z" is not known here; write one of a, b, c.'
    )
    assert done.stderr.splitlines()[-1] == "Nothing was written."
    errors = json.loads(in_json.stdout)["errors"]
    assert [(error["file"], error["line"], error["column"]) for error in errors] == [
        ("accounts.csv", 2, "tier"),
        ("accounts.csv", 3, "kam"),
    ]
    assert stored(tmp_path, "SELECT count(*) FROM workspaces") == [(0,)]


def test_a_dry_run_before_the_first_start_leaves_no_trace(run: Run, files: Path, tmp_path: Path) -> None:
    done = run("import", str(files), "--workspace", "T1", "--dry-run")

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "accounts.csv: 1 new, 0 changed, 0 unchanged",
        "New members that only a Slack id names: 1",
        "This was a dry run: nothing was written.",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_dry_run_compares_with_what_is_stored(run: Run, files: Path, tmp_path: Path) -> None:
    run("import", str(files), "--workspace", "T1")
    (files / "accounts.csv").write_text("account,kam\nHelvetia,UTOM\nTrautwyl,\n")

    done = run("import", str(files), "--dry-run", SCHARNIER_ADMINS="U9")

    assert done.stdout.startswith("accounts.csv: 1 new, 1 changed, 0 unchanged\n")
    assert stored(tmp_path, "SELECT kam_id FROM accounts") == [("ULEA",)]
    assert stored(tmp_path, "SELECT admins FROM workspaces") == [("[]",)]


def test_a_dry_run_does_not_bring_an_old_database_up_to_date(run: Run, files: Path, tmp_path: Path) -> None:
    run("db", "upgrade")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "scharnier.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.commit()

    done = run("import", str(files), "--workspace", "T1", "--dry-run")

    assert done.exit_code == 2
    assert "scharnier db upgrade" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        ((), {}, "The workspace is not known yet"),
        ((), {"SLACK_BOT_TOKEN": "xoxb", "SLACK_API_URL": NOBODY}, "The workspace is not known yet"),
        (("--workspace", "arven"), {}, "is not a Slack team id"),
    ],
)
def test_whose_data_it_is_must_be_known(
    run: Run, files: Path, arguments: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    done = run("import", str(files), *arguments, **settings)

    assert done.exit_code == 2
    assert says in done.stderr


def test_among_several_workspaces_one_must_be_named(run: Run, files: Path) -> None:
    for team in ("T1", "T2"):
        assert run("import", str(files), "--workspace", team).exit_code == 0

    done = run("import", str(files))

    assert done.exit_code == 2
    assert "several workspaces" in done.stderr


def test_a_folder_without_any_of_the_files_is_a_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("import", str(tmp_path), "--workspace", "T1").exit_code == 2
    assert run("import", str(tmp_path / "nowhere")).exit_code == 2


def test_a_slack_that_is_silent_is_mentioned_and_does_not_hinder(run: Run, files: Path, tmp_path: Path) -> None:
    run("import", str(files), "--workspace", "T1")

    done = run("import", str(files), SLACK_BOT_TOKEN="xoxb", SLACK_API_URL=NOBODY)
    quiet = run("import", str(files), "--json", SLACK_BOT_TOKEN="xoxb", SLACK_API_URL=NOBODY)

    assert (done.exit_code, quiet.exit_code) == (0, 0)
    assert done.stderr.startswith("Slack gives no answer (")
    assert quiet.stderr == ""
    assert stored(tmp_path, "SELECT name FROM members") == [("ULEA",)]


def test_slack_names_the_workspace_and_the_people(run: Run, files: Path, tmp_path: Path) -> None:
    (files / "accounts.csv").write_text("account,kam,deputy\nHelvetia,U0BRUNNER,martin.keller@arvenstein.example\n")
    seed = ["--seed", str(SAMPLE / "slack.json"), "--manifest", str(ROOT / "manifest.yml"), "--bot-token", "xoxb"]

    with started(seed) as slack:
        done = run("import", str(files), SLACK_BOT_TOKEN="xoxb", SLACK_API_URL=f"{slack}/api")
        refused = run("import", str(files), SLACK_BOT_TOKEN="wrong", SLACK_API_URL=f"{slack}/api")

    assert done.exit_code == 0, done.output
    assert "New members that only a Slack id names: 2" in done.stdout
    assert "invalid_auth" in refused.stderr
    assert sorted(stored(tmp_path, "SELECT name FROM members")) == [("Lea Brunner",), ("Martin Keller",)]
    assert stored(tmp_path, "SELECT workspace_id, name FROM workspaces") == [
        ("T0ARVENSTE", "Arvenstein Antriebselemente")
    ]


# Serve


@contextlib.contextmanager
def serving(folder: Path, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "SCHARNIER_"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), "SLACK_API_URL": NOBODY, **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        for one in (*children(process.pid), process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        process.wait(WAIT_SECONDS)
        if process.stderr:
            process.stderr.close()


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def address_of(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Wait for the line that says where it listens."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"Scharnier listens .*?(http://[\d.]+:\d+)", line):
            return found[1], line
    raise AssertionError(process.wait(WAIT_SECONDS))


def ask(url: str) -> tuple[int, str]:
    for _ in range(WAIT_SECONDS * 20):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            time.sleep(0.05)
    raise AssertionError(url)


def wait_until_gone(pids: list[int]) -> bool:
    for _ in range(WAIT_SECONDS * 20):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_starts_without_slack_says_so_and_ends_when_told(tmp_path: Path, ending: signal.Signals) -> None:
    with serving(tmp_path, **CREDENTIALS, PORT="0") as process:
        url, line = address_of(process)
        health, ready, events = ask(f"{url}/healthz"), ask(f"{url}/readyz"), ask(f"{url}/slack/events")
        below = children(process.pid)
        started_to_end = time.monotonic()
        process.send_signal(ending)
        code = process.wait(WAIT_SECONDS)
        took = time.monotonic() - started_to_end

        assert line.count("http://") == 1
        assert health == (200, "alive")
        assert ready == (503, "the workspace is not known yet: Slack has not answered auth.test")
        assert events[0] == 405
        assert code == 0
        assert below
        assert wait_until_gone(below)
        assert took < 5


def test_with_socket_mode_alone_the_web_front_tells_health_only_and_ends_with_its_parent(tmp_path: Path) -> None:
    settings = {"SLACK_BOT_TOKEN": "xoxb", "SLACK_APP_TOKEN": "xapp", "SCHARNIER_TEAM_ID": "T1", "PORT": "0"}
    with serving(tmp_path, **settings) as process:
        url, line = address_of(process)
        health, ready, events = ask(f"{url}/healthz"), ask(f"{url}/readyz"), ask(f"{url}/slack/events")
        below = children(process.pid)
        process.kill()

        assert "by Socket Mode" in line
        assert health[0] == 200
        assert ready[0] == 503
        assert events[0] == 404
        assert below
        assert wait_until_gone(below)


def test_a_busy_port_and_an_unknown_host_are_one_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        busy = run("serve", **CREDENTIALS, PORT=port)
    nowhere = run("serve", **CREDENTIALS, HOST="nowhere.invalid")

    assert (busy.exit_code, nowhere.exit_code) == (2, 2)
    assert f"Port {port} of 127.0.0.1 cannot be taken" in busy.stderr
    assert "HOST 'nowhere.invalid' is not an address" in nowhere.stderr


def test_serve_says_in_one_sentence_that_the_database_is_away(run: Run) -> None:
    done = run("serve", **CREDENTIALS, PORT="0", DATABASE_URL="postgresql+psycopg://me:hush@127.0.0.1:9/db")

    assert done.exit_code == 2
    assert done.stderr.startswith("The database cannot be used")
    assert len(done.stderr.splitlines()) == 1
