import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import delete, update

from bot import app as module
from bot.app import Scharnier, build
from bot.config import Settings
from bot.domain.identity import WorkspaceId
from bot.domain.timers import Moment, Timer
from bot.services import timers
from storage import schema
from storage.engine import make_engine
from storage.tables import EscalationRow, TimerRow
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict
from tests.wire import Say, Wire, refuse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TEAM = {"team_id": WORKSPACE, "team": "Arven", "user_id": "UBOT"}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Settings of a bot whose Slack is the test's own server."""
    for name in os.environ:
        if name.startswith(("SLACK_", "SCHARNIER_", "DATABASE_")):
            monkeypatch.delenv(name)
    engine = make_engine(f"sqlite:///{tmp_path / 'scharnier.db'}")
    schema.upgrade(engine)
    engine.dispose()

    def make(**changes: Any) -> Settings:
        given = {
            "SLACK_BOT_TOKEN": "xoxb-secret-token",
            "SLACK_SIGNING_SECRET": "s",
            "SLACK_API_URL": wire.api,
            "SCHARNIER_DATA": tmp_path,
            **changes,
        }
        return Settings(_env_file=None, **given)

    return make


@pytest.fixture
def built(settings: Callable[..., Settings]) -> Iterator[Callable[..., Scharnier]]:
    """Build bots that are ended with the test."""
    made: list[Scharnier] = []

    def make(**changes: Any) -> Scharnier:
        made.append(build(settings(**changes), lambda: NOW))
        return made[-1]

    yield make
    for scharnier in made:
        scharnier.stop()
        scharnier.store.engine.dispose()


def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in the background."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def command(text: str, user_id: str = "ULEA", trigger: str = "t1") -> BoltRequest:
    body = {
        "team_id": WORKSPACE,
        "user_id": user_id,
        "channel_id": "C1",
        "command": "/kam-log",
        "text": text,
        "trigger_id": trigger,
        "response_url": "",
    }
    return BoltRequest(body=body, mode="socket_mode")


def test_building_calls_nobody(built: Callable[..., Scharnier], wire: Wire) -> None:
    scharnier = built()
    assert wire.heard == []
    assert scharnier.sockets is None
    assert scharnier.degraded() == ["the workspace is not known yet: Slack has not answered auth.test"]


def test_an_answer_needs_no_slack_and_the_token_is_in_no_log(
    built: Callable[..., Scharnier], wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    company = Company(scharnier.store)
    company.member("Lea", id="ULEA")
    company.account("Helvetia")

    answer = scharnier.bolt.dispatch(command("Helvetia: geheimer Rabatt"))

    assert "I-1" in str(answer.body)
    assert wire.heard == []
    scharnier.worker.run_once()
    for secret in ("geheimer Rabatt", "xoxb-secret-token"):
        assert secret not in caplog.text


def test_nothing_typed_or_secret_is_logged_at_debug_when_slack_is_asked(
    built: Callable[..., Scharnier], wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    wire.says("users.info", {"user": {"id": "ULEA", "team_id": WORKSPACE, "name": "geheime Person"}})
    wire.says("chat.postMessage", {"channel": "D1", "ts": "1.1"})
    wire.says("conversations.info", {"channel": {"name": "c", "is_member": True}})
    Company(scharnier.store).account("Helvetia", channel_id="CHPU")

    scharnier.bolt.dispatch(command("Helvetia: geheimer Rabatt"))
    scharnier.bolt.dispatch(command("", trigger="t2"))
    scharnier.worker.run_once()

    assert {heard.path for heard in wire.heard} >= {"/api/users.info", "/api/views.open", "/api/chat.postMessage"}
    for secret in ("geheim", "xoxb-secret-token"):
        assert secret not in caplog.text


def test_without_a_workspace_it_says_that_it_is_starting_in_the_default_language(
    built: Callable[..., Scharnier],
) -> None:
    german = built(SCHARNIER_LANGUAGE="de").bolt.dispatch(command("Helvetia: x"))
    assert german.status == 200
    english = built().bolt.dispatch(command("Helvetia: x"))
    assert "Scharnier is starting, please try again in a moment." in str(english.body)
    assert "Scharnier is starting" not in str(german.body)


def test_somebody_unknown_gets_their_text_back_in_the_default_language(
    built: Callable[..., Scharnier], wire: Wire
) -> None:
    scharnier = built(SCHARNIER_LANGUAGE="de", SCHARNIER_TEAM_ID=WORKSPACE)
    wire.says("users.info", refuse("internal_error"))
    answer = str(scharnier.bolt.dispatch(command("Besuch bei Helvetia")).body)
    assert "Besuch bei Helvetia" in answer
    assert "I can't check" not in answer


def test_the_background_learns_the_workspace_and_its_people(built: Callable[..., Scharnier], wire: Wire) -> None:
    wire.says("auth.test", TEAM)
    wire.says(
        "users.list", {"members": [{"id": "ULEA", "team_id": WORKSPACE, "name": "lea"}, {"id": "UX", "team_id": "T2"}]}
    )
    scharnier = built()

    scharnier.start()

    until(lambda: not scharnier.degraded())
    until(lambda: _people(scharnier) == {"ULEA": "member", "UX": "stranger"})
    (workspace,) = scharnier.store.workspaces()
    assert (workspace.id, workspace.name, workspace.bot_user_id) == (WORKSPACE, "Arven", "UBOT")


def _people(scharnier: Scharnier) -> dict[str, str]:
    with scharnier.store.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT id, standing FROM members").all())


@pytest.mark.parametrize(
    "silence",
    [
        Say(b"<html>", content_type="text/html"),
        Say(drop=True),
        refuse("internal_error"),
        Say(b"[1]"),
        Say({"ok": True}),
    ],
)
def test_slack_may_be_away_at_start_for_as_long_as_it_likes(
    built: Callable[..., Scharnier],
    wire: Wire,
    silence: Say,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "_TRY_AGAIN_SECONDS", 0.02)
    wire.queue.extend([silence] * 3)
    wire.says("auth.test", TEAM)
    wire.says("users.list", {"members": []})
    scharnier = built()

    scharnier.start()

    until(lambda: not scharnier.degraded())
    assert caplog.text.count("Slack does not answer yet") >= 3


def test_a_known_workspace_says_when_slack_has_not_answered_yet(built: Callable[..., Scharnier]) -> None:
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    assert scharnier.degraded() == ["Slack has not answered yet; everything is saved and told later"]


def test_a_team_named_in_the_settings_is_made_once(built: Callable[..., Scharnier]) -> None:
    built(SCHARNIER_TEAM_ID=WORKSPACE)
    again = built(SCHARNIER_TEAM_ID="T9")
    assert [workspace.id for workspace in again.store.workspaces()] == [WORKSPACE]
    assert again.workspace("T9").id == WorkspaceId("T9")


def test_a_database_that_is_away_is_told_by_its_fault(built: Callable[..., Scharnier]) -> None:
    scharnier = built()
    with scharnier.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE workspaces RENAME TO away")
    (reason,) = scharnier.degraded()
    assert reason == "the database does not answer (OperationalError)"


def test_socket_mode_that_is_not_connected_is_told(built: Callable[..., Scharnier]) -> None:
    scharnier = built(SLACK_APP_TOKEN="xapp-1", SCHARNIER_TEAM_ID=WORKSPACE)
    assert "Socket Mode is not connected: Slack cannot reach this process" in scharnier.degraded()


def test_socket_mode_is_opened_as_often_as_it_takes(
    built: Callable[..., Scharnier], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TRY_AGAIN_SECONDS", 0.02)
    wire.says("apps.connections.open", refuse("internal_error"))
    scharnier = built(SLACK_APP_TOKEN="xapp-1", SCHARNIER_TEAM_ID=WORKSPACE)

    scharnier.start()

    until(lambda: len(wire.calls("apps.connections.open")) >= 3)


def test_a_commit_reaches_slack_through_the_worker(built: Callable[..., Scharnier], wire: Wire) -> None:
    wire.says("auth.test", TEAM)
    wire.says("users.list", {"members": []})
    wire.says("conversations.info", {"channel": {"name": "hpu", "is_member": True}})
    wire.says("chat.postMessage", {"channel": "CHPU", "ts": "1.1"})
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    company = Company(scharnier.store)
    company.member("Lea", id="ULEA")
    company.account("Helvetia", channel_id="CHPU")
    scharnier.start()

    scharnier.bolt.dispatch(command("Helvetia: Besuch"))

    until(lambda: wire.calls("chat.postMessage"))
    assert wire.calls("chat.postMessage")[0]["channel"] == "CHPU"


def test_the_web_front_is_built_and_started_for_a_server(
    settings: Callable[..., Settings], wire: Wire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wire.says("auth.test", TEAM)
    wire.says("users.list", {"members": []})
    settings()
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "SLACK_API_URL": wire.api,
        "SCHARNIER_DATA": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    started: list[Scharnier] = []

    def noted(given: Settings) -> Scharnier:
        started.append(build(given))
        return started[-1]

    monkeypatch.setattr(module, "build", noted)
    monkeypatch.setattr(module, "_end_with_parent", lambda parent: None)

    web = module.web()

    statuses: list[str] = []
    web({"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz"}, lambda status, _headers: statuses.append(status))
    assert statuses == ["200 OK"]
    until(lambda: wire.calls("users.list"))
    started[0].stop()
    started[0].store.engine.dispose()


def test_a_server_process_ends_when_its_parent_is_gone() -> None:
    child = (
        "import os; from bot.app import _end_with_parent; print('ready', flush=True); _end_with_parent(os.getppid())"
    )
    parent = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE, stderr=sys.stderr)\n"
        "child.stdout.readline()\n"
    )
    # The child holds the pipe of errors, so reading it to the end waits for the child to be gone.
    done = subprocess.run([sys.executable, "-c", parent], cwd=ROOT, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0


def _standing(scharnier: Scharnier) -> int:
    with scharnier.store.read(WORKSPACE) as tx:
        return len(tx.timers.waiting(timers.WORKSPACE, "inbox.purge"))


def test_what_repeats_is_set_when_a_process_with_a_worker_starts_and_in_no_other(
    built: Callable[..., Scharnier],
) -> None:
    front = built(SCHARNIER_TEAM_ID=WORKSPACE, SCHARNIER_ROLE="front")
    front.start()
    replicas = [built() for _ in range(2)]
    for replica in replicas:
        replica.start()

    until(lambda: all(replica.timekeeper._kept for replica in replicas))
    assert _standing(front) == 1
    assert not front.timekeeper._kept


def test_timers_that_nobody_fires_are_said_to_be_late(built: Callable[..., Scharnier]) -> None:
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    with scharnier.store.begin(WORKSPACE) as tx:
        tx.timers.set(Timer(timers.WORKSPACE, "inbox.purge", Moment(NOW - timedelta(hours=1))))
    assert "timed steps are late, the oldest by 1:00:00" in scharnier.degraded()


def test_a_conflict_that_nobody_takes_care_of_is_said(built: Callable[..., Scharnier]) -> None:
    scharnier = built(SCHARNIER_TEAM_ID=WORKSPACE)
    store = scharnier.store
    raised = Conflict(store, Company(store)).raised()
    with store.engine.begin() as connection:
        connection.execute(delete(TimerRow))
        connection.execute(update(EscalationRow).values(next_at=None))

    said = f"1 open conflicts have nobody who can be reached, or no next time: {raised.short_id}"
    assert said in scharnier.degraded()


def fetched(scharnier: Scharnier, path: str, method: str = "GET") -> tuple[int, str]:
    """Ask the web front as a WSGI server does."""
    said: list[str] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": "0", "wsgi.input": io.BytesIO()}
    body = b"".join(scharnier.web(environ, lambda status, _headers: said.append(status)))
    return int(said[0].split()[0]), body.decode()


def test_figures_tell_requests_calls_and_what_waits(built: Callable[..., Scharnier], wire: Wire) -> None:
    scharnier = built()
    company = Company(scharnier.store)
    company.member("Lea", id="ULEA")
    company.account("Helvetia", channel_id="CHELV")
    scharnier.front.answer({**command("Helvetia: Besuch").body, "team_id": WORKSPACE})
    wire.says("conversations.info", {"channel": {"id": "CHELV", "name": "helv", "is_member": True}})
    wire.queue.append(refuse("internal_error"))

    status, before = fetched(scharnier, "/metrics")
    scharnier.worker.run_once()
    _, after = fetched(scharnier, "/metrics")

    assert status == 200
    assert 'scharnier_requests_total{name="command /kam-log",status="200"} 1.0' in before
    assert f'scharnier_waiting{{kind="outbox",state="pending",workspace="{WORKSPACE}"}} 1.0' in before
    assert 'outcome="unknown"' in after
    assert "Besuch" not in after


def test_without_the_extra_for_figures_everything_runs_and_the_address_says_what_to_install(
    built: Callable[..., Scharnier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "handlers.metrics", raising=False)
    scharnier = built()

    assert fetched(scharnier, "/metrics") == (404, "no figures: install scharnier with the extra “ops”")
    assert fetched(scharnier, "/healthz") == (200, "alive")
    Company(scharnier.store).member("Lea", id="ULEA")
    assert scharnier.front.answer({**command("").body, "team_id": WORKSPACE}).status == 200


@pytest.mark.parametrize(
    ("role", "listens", "sends"), [("all", True, True), ("front", True, False), ("worker", False, True)]
)
def test_a_role_says_who_listens_to_slack_and_who_sends(
    built: Callable[..., Scharnier], wire: Wire, role: str, *, listens: bool, sends: bool
) -> None:
    wire.says("auth.test", TEAM)
    scharnier = built(SCHARNIER_ROLE=role)
    before = {thread.name for thread in threading.enumerate()}
    scharnier.start()
    started = {thread.name for thread in threading.enumerate()} - before

    assert (fetched(scharnier, "/slack/events", "POST")[0] != 404) is listens
    assert ("run" in started) is sends
    assert fetched(scharnier, "/healthz") == (200, "alive")


def test_a_worker_alone_needs_only_the_token(settings: Callable[..., Settings]) -> None:
    assert not settings(SCHARNIER_ROLE="worker", SLACK_SIGNING_SECRET="").missing_to_serve()
    assert settings(SCHARNIER_ROLE="front", SLACK_SIGNING_SECRET="").missing_to_serve()
