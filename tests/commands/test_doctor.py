import json
import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doctor
from bot.clock import utc_now
from bot.doctor import Mark, examine
from bot.domain.pace import Gate
from handlers.scopes import SCOPES
from playground.process import started
from tests.commands.conftest import Firm, Run
from tests.company import WORKSPACE
from tests.wire import Heard, Say, Wire, refuse

ROOT = Path(__file__).parents[2]
SETTINGS = {"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_SIGNING_SECRET": "hush"}
ALL_SCOPES = {"x-oauth-scopes": ",".join(SCOPES)}
HELLO = {"ok": True, "team": "Arven", "team_id": "T1", "user_id": "UBOT"}

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])


@pytest.fixture
def slack(wire: Wire) -> Wire:
    """A Slack that is content."""
    wire.paths["/api/auth.test"] = Say(HELLO, headers=ALL_SCOPES)
    return wire


def lines(run: Run, wire: Wire | None = None, **settings: str) -> dict[str, list[str]]:
    """Return what the doctor says by what it looked at."""
    api = {} if wire is None else {"SLACK_API_URL": wire.api}
    done = run("doctor", **{**SETTINGS, **api, **settings})
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        what, _, says = line[2:].partition(": ")
        found.setdefault(what, []).append(f"{line[0]} {says}")
    wrong = any(line.startswith("✗") for line in done.stdout.splitlines())
    assert done.exit_code == int(wrong), done.output
    assert "hush" not in done.output
    return found


def test_when_all_is_well_every_line_says_so(firm: Firm, run: Run, slack: Wire) -> None:
    firm.act()
    firm.seal()

    found = lines(run, slack)

    assert all(says.startswith("✓") for each in found.values() for says in each), found
    assert {"settings", "token", "scopes", "clock", "database", "schema", "outbox", "audit"} <= set(found)
    assert found["token"] == ["✓ of the workspace Arven, T1"]


def test_the_same_for_programs(firm: Firm, run: Run, slack: Wire) -> None:
    done = run("doctor", "--json", **SETTINGS, SLACK_API_URL=slack.api)
    wrong = run("doctor", "--json")

    assert (done.exit_code, wrong.exit_code) == (0, 1)
    assert json.loads(done.stdout)["ok"] is True
    (schema,) = (one for one in json.loads(done.stdout)["findings"] if one["what"] == "schema")
    assert (schema["mark"], schema["says"].endswith(", the newest")) == ("right", True)
    assert json.loads(wrong.stdout)["findings"][0]["mark"] == "wrong"


def test_wrong_and_missing_settings_are_named(run: Run) -> None:
    assert run("doctor", PORT="abc").stdout == "✗ settings: PORT is 'abc'; write a whole number from 0 to 65535.\n"
    missing = run("doctor")
    assert missing.exit_code == 1
    assert "✗ settings: SLACK_BOT_TOKEN is missing" in missing.stdout


def test_before_the_first_start_nothing_is_made(run: Run, slack: Wire, tmp_path: Path) -> None:
    found = lines(run, slack)

    assert found["database"][0].startswith("! there is none at data/scharnier.db yet")
    assert list(tmp_path.iterdir()) == []


# Slack


SLACK = {
    "refused": (refuse("invalid_auth"), "token", "✗ Slack refuses it (invalid_auth); copy the Bot User OAuth Token"),
    "revoked": (refuse("token_revoked"), "token", "✗ Slack refuses it (token_revoked)"),
    "a page": (Say("<html>", content_type="text/html"), "Slack", "✗ does not answer"),
    "cut": (Say(drop=True), "Slack", "✗ does not answer"),
    "no scopes said": (Say(HELLO), "scopes", "! Slack did not say which the token has"),
    "a scope too few": (
        Say(HELLO, headers={"X-OAuth-Scopes": ", ".join(sorted(SCOPES)[1:])}),
        "scopes",
        "✗ missing app_mentions:read (to notice when it is mentioned); take over manifest.yml and reinstall",
    ),
    "no time": (
        Say(HELLO, headers={**ALL_SCOPES, "date": "soon"}),
        "clock",
        "! Slack did not say what time it is",
    ),
    "a scope too many": (
        Say(HELLO, headers={"x-oauth-scopes": ",".join([*SCOPES, "admin"])}),
        "scopes",
        "! more than needed: admin",
    ),
}


@pytest.mark.parametrize(("answer", "what", "says"), SLACK.values(), ids=SLACK)
def test_what_slack_says_of_the_token_is_told(run: Run, slack: Wire, answer: Say, what: str, says: str) -> None:
    slack.paths["/api/auth.test"] = answer

    assert lines(run, slack)[what][0].startswith(says)


def test_a_slack_that_is_away_is_told(run: Run) -> None:
    assert lines(run, SLACK_API_URL="http://127.0.0.1:9/api/")["Slack"][0].startswith("✗ does not answer")


CLOCKS = {
    timedelta(0): (Mark.RIGHT, "agrees with Slack's"),
    timedelta(seconds=-90): (Mark.DOUBT, "behind Slack's; let NTP set it"),
    timedelta(seconds=90): (Mark.DOUBT, "ahead of Slack's; let NTP set it"),
    timedelta(minutes=9): (Mark.WRONG, "ahead of Slack's; let NTP set it"),
}


@pytest.mark.parametrize(("off", "found"), CLOCKS.items(), ids=str)
def test_a_clock_that_is_wrong_is_told_before_signatures_fail(
    run: Run, slack: Wire, monkeypatch: pytest.MonkeyPatch, off: timedelta, found: tuple[Mark, str]
) -> None:
    for name, value in {**SETTINGS, "SLACK_API_URL": slack.api}.items():
        monkeypatch.setenv(name, value)

    (clock,) = (one for one in examine(lambda: utc_now() + off) if one.what == "clock")

    assert clock.mark is found[0]
    assert clock.says.endswith(found[1])


@pytest.mark.parametrize("url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_the_clock_is_compared_with_the_databases_too(firm: Firm) -> None:
    clocks = [one for one in examine(lambda: utc_now() + timedelta(minutes=2)) if one.what == "clock"]

    assert [(one.mark, one.says.partition("ahead of ")[2]) for one in clocks] == [
        (Mark.DOUBT, "the database's; let NTP set it")
    ]


def test_the_app_level_token_is_tried(run: Run, slack: Wire) -> None:
    good = lines(run, slack, SLACK_APP_TOKEN="xapp-hush")
    slack.paths["/api/apps.connections.open"] = refuse("invalid_auth")
    bad = lines(run, slack, SLACK_APP_TOKEN="xapp-hush")

    assert good["app-level token"][0].startswith("✓")
    assert bad["app-level token"][0].startswith("✗ Slack refuses it (invalid_auth); copy the app-level token")
    assert "app-level token" not in lines(run, slack)


CHANNELS: dict[str, Mapping[str, Any]] = {
    "CFINE": {"name": "fine", "is_member": True},
    "CPUBLIC": {"name": "public", "is_member": False},
    "CPRIVATE": {"name": "private", "is_private": True},
    "COLD": {"name": "old", "is_archived": True, "is_member": True},
    "CSHARED": {"name": "shared", "is_ext_shared": True, "is_member": True},
}


def channels(wire: Wire) -> None:
    def answer(heard: Heard) -> Say:
        channel = CHANNELS.get(heard.arguments.get("channel", ""))
        return refuse("channel_not_found") if channel is None else Say({"ok": True, "channel": channel})

    wire.paths["/api/conversations.info"] = answer


def test_channels_that_cannot_be_used_are_named_with_what_to_do(firm: Firm, run: Run, slack: Wire) -> None:
    channels(slack)
    lea = firm.company.get("ULEA")
    assert lea is not None
    for name in ("fine", "public", "private", "old", "shared"):
        firm.company.department(name.title(), lea)
    firm.company.account("Geheim AG", channel_id="CGONE")

    found = lines(run, slack)

    told = {says.split()[1]: says for says in found["channel"]}
    assert set(told) == {"#private", "#old", "#shared", "CGONE"}
    assert (
        "type /invite @Scharnier there; what belongs to the department Private goes by direct message"
        in told["#private"]
    )
    assert "is archived" in told["#old"]
    assert "shared with another company" in told["#shared"]
    assert "what belongs to an account goes" in told["CGONE"]
    assert "Geheim" not in str(found)
    assert not slack.calls("conversations.join"), "it changes nothing"


def test_when_all_channels_can_be_used_one_line_says_so(firm: Firm, run: Run, slack: Wire) -> None:
    channels(slack)
    lea = firm.company.get("ULEA")
    assert lea is not None
    firm.company.department("Fine", lea)
    firm.company.department("Public", lea)

    assert lines(run, slack)["channels"] == ["✓ all 2 of departments and accounts can be used"]


def test_where_slack_does_not_tell_what_it_last_told_counts(firm: Firm, run: Run, slack: Wire) -> None:
    slack.paths["/api/conversations.info"] = refuse("missing_scope")
    lea = firm.company.get("ULEA")
    assert lea is not None
    firm.company.department("Old", lea)
    firm.company.department("Fine", lea)
    firm.change(
        "INSERT INTO channels (workspace_id, id, name, is_private, is_archived, is_external, is_member) "
        "VALUES ('T1', 'COLD', 'old', false, true, false, true)"
    )

    found = lines(run, slack)

    assert found["channels"] == ["! Slack does not tell all (missing_scope); some are as it last told"]
    assert [says.split()[1] for says in found["channel"]] == ["#old"]
    assert len(slack.calls("conversations.info")) == 1, "it does not ask again and again"


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("", "✓ as in manifest.yml"),
        (
            "channels:join",
            (
                "✗ missing channels:join (to join the channels of departments and accounts); "
                "take over manifest.yml and reinstall the app"
            ),
        ),
    ],
)
def test_the_local_slack_is_examined_too(firm: Firm, run: Run, tmp_path: Path, lacks: str, said: str) -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    scopes = manifest["oauth_config"]["scopes"]
    scopes["bot"] = [scope for scope in scopes["bot"] if scope != lacks]
    installed = tmp_path / "installed.yml"
    installed.write_text(yaml.safe_dump(manifest))
    seed = ["--seed", str(ROOT / "sample/slack.json"), "--manifest", str(installed), "--bot-token", "xoxb"]
    with started(seed) as slack:
        found = lines(run, SLACK_BOT_TOKEN="xoxb", SLACK_API_URL=f"{slack}/api")

    assert found["token"] == ["✓ of the workspace Arvenstein Antriebselemente, T0ARVENSTE"]
    assert found["scopes"] == [said]
    assert found["clock"][0] == "✓ agrees with Slack's"


def test_the_scopes_are_those_of_the_manifest_each_with_its_reason() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())

    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(reason.startswith("to ") for reason in SCOPES.values())


# The database


def test_a_database_that_is_away_is_one_line(run: Run, slack: Wire) -> None:
    found = lines(run, slack, DATABASE_URL="postgresql+psycopg://me:hush@127.0.0.1:9/db")

    assert len(found["database"]) == 1
    assert found["database"][0].startswith("✗ ")


def test_a_missing_driver_is_named(run: Run, slack: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    found = lines(run, slack, DATABASE_URL="postgresql+psycopg://me:hush@127.0.0.1:9/db")

    (said,) = found["database"]
    assert said.startswith("✗ ")
    assert "psycopg" in said


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_disk_that_is_nearly_full_is_told_before_nothing_can_be_saved(
    firm: Firm, run: Run, slack: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "disk" not in lines(run, slack)
    monkeypatch.setattr(doctor, "_LITTLE_SPACE", 2**80)

    (said,) = lines(run, slack)["disk"]

    assert re.fullmatch(r"! \d+ MB are free; make room", said)


def test_an_old_and_a_newer_schema_are_told_apart(firm: Firm, run: Run, slack: Wire) -> None:
    firm.change("UPDATE alembic_version SET version_num = '0001'")
    old = lines(run, slack)
    firm.change("UPDATE alembic_version SET version_num = '9999'")
    newer = lines(run, slack)

    assert "run scharnier db upgrade" in old["schema"][0]
    assert "of a newer Scharnier" in newer["schema"][0]
    assert old["schema"][0][0] == newer["schema"][0][0] == "✗"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_damaged_file_a_locked_one_and_one_that_others_read_are_told(
    firm: Firm, run: Run, slack: Wire, tmp_path: Path
) -> None:
    file = tmp_path / "data" / "scharnier.db"
    file.chmod(0o644)
    file.parent.chmod(0o755)
    assert lines(run, slack)["data folder"][0].startswith("! others on this machine may read it; chmod 700 ")
    file.parent.chmod(0o700)
    assert lines(run, slack)["data folder"][0].startswith("✓")

    firm.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert lines(run, slack)["database"][0].startswith("✗ database is locked")
        other.execute("ROLLBACK")

    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * 4096)
        opened.write(b"\x7f" * 4096)
    assert any(says.startswith("✗ is damaged") for says in lines(run, slack)["database"])


def test_what_waits_too_long_what_was_set_aside_and_what_is_not_sealed_is_told(
    firm: Firm, run: Run, slack: Wire
) -> None:
    firm.tell()
    fresh = lines(run, slack)
    firm.act(ago=30)
    long_ago = f"{utc_now() - timedelta(hours=1):%Y-%m-%d %H:%M:%S}.000000"
    firm.change(f"UPDATE outbox SET created_at = '{long_ago}'")
    parked = firm.tell(about=2)
    firm.change(f"UPDATE outbox SET state = 'parked' WHERE id = {parked}")

    late = lines(run, slack)

    assert fresh["outbox"] == ["✓ 1 waiting"]
    assert late["outbox"][0].startswith("! 1 wait, the oldest for 60 minutes; is scharnier serve")
    assert late["outbox"][1].startswith("! 1 set aside; scharnier outbox list --state parked")
    assert late["audit"][0].startswith("! 1 rows not sealed for long")


def test_timers_that_failed_too_often_are_told(firm: Firm, run: Run, slack: Wire) -> None:
    long_ago = f"{utc_now() - timedelta(hours=1):%Y-%m-%d %H:%M:%S}.000000"
    firm.change(
        "INSERT INTO timers (workspace_id, id, subject, object_id, step, occurrence, due_at, state, try_at, attempts) "
        f"VALUES ('T1', 1, 'workspace', 0, 'audit.seal', 'x', '{long_ago}', 'parked', '{long_ago}', 5)"
    )
    assert lines(run, slack)["timers"] == ["! 1 set aside after too many tries; scharnier timers list says why"]


def test_a_slack_that_is_silent_is_told(firm: Firm, run: Run, slack: Wire) -> None:
    with firm.store.begin(WORKSPACE) as tx:
        tx.outbox.hold_gate()
        tx.outbox.set_gate(Gate(silent_since=utc_now(), silences=1000))
    assert lines(run, slack)["outbox"] == ["! 0 wait for Slack, which does not answer; nothing is lost"]


def test_before_the_workspace_is_known_the_doctor_says_so(firm: Firm, run: Run, slack: Wire) -> None:
    for table in ("members", "workspaces"):
        firm.change(f"DELETE FROM {table}")
    assert lines(run, slack)["workspace"][0].startswith("! not known yet")


def test_a_shut_gate_is_told(firm: Firm, run: Run, slack: Wire) -> None:
    with firm.store.begin(WORKSPACE) as tx:
        tx.outbox.hold_gate()
        tx.outbox.set_gate(Gate(parked_at=utc_now(), parked_cause="token_revoked"))
    assert "token_revoked" in lines(run, slack)["outbox"][0]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_damaged_database_is_not_served(firm: Firm, run: Run, tmp_path: Path, command: str) -> None:
    firm.close()
    file = tmp_path / "data" / "scharnier.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: 4096 * 20] + b"\x7f" * (len(whole) - 4096 * 20))

    done = run(command, **SETTINGS, PORT="0")

    assert done.exit_code == 2
    assert done.stderr.startswith("The database is damaged (")
    assert "docs/operations.md" in done.stderr
