import base64
import hashlib
import json
import logging
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from handlers import sockets
from handlers.front import Front
from handlers.sockets import Sockets
from storage.store import SqlStore
from tests.company import WORKSPACE, Company
from tests.slack import Slack
from tests.wire import Say, Wire, refuse

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    # The SDK leaves the socket of a handshake that went wrong to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Hub:
    """Slack's end of Socket Mode."""

    def __init__(self) -> None:
        self.links: queue.Queue[ServerConnection] = queue.Queue()
        self.said: queue.Queue[dict[str, Any]] = queue.Queue()
        self.url = ""

    def accept(self, link: ServerConnection) -> None:
        """Greet, then keep what the bot says."""
        link.send(json.dumps({"type": "hello", "num_connections": 1}))
        self.links.put(link)
        try:
            for frame in link:
                self.said.put(json.loads(frame))
        except ConnectionClosed:
            return

    def link(self) -> ServerConnection:
        """Wait for a connection."""
        return self.links.get(timeout=10)

    def ask(self, link: ServerConnection, kind: str, payload: dict[str, Any], envelope_id: str = "e1") -> None:
        """Send an envelope."""
        link.send(
            json.dumps({"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True})
        )

    def ack(self, envelope_id: str = "e1") -> dict[str, Any]:
        """Wait for the acknowledgement."""
        found = self.said.get(timeout=10)
        assert found["envelope_id"] == envelope_id
        return found


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    with serve(hub.accept, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        hub.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/link"
        yield hub
        server.shutdown()
        thread.join()


@pytest.fixture
def slack(disk: SqlStore) -> Slack:
    slack = Slack(disk, Company(disk))
    slack.company.member("Lea", id="ULEA")
    slack.company.account("Helvetia")
    return slack


@pytest.fixture
def make(slack: Slack, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Sockets]]:
    """Make a client that is closed with the test, in the background: the SDK's threads take their time."""
    monkeypatch.setattr(sockets, "_PING_SECONDS", 0.2)
    made: list[Sockets] = []

    def client() -> Sockets:
        made.append(Sockets(Front(slack.app), "xapp-1", wire.api))
        return made[-1]

    yield client
    for one in made:
        one._closed.set()
        one._client.auto_reconnect_enabled = False
        threading.Thread(target=one.close, daemon=True).start()


@pytest.fixture
def open_socket(make: Callable[[], Sockets], hub: Hub, wire: Wire) -> Sockets:
    wire.says("apps.connections.open", {"url": hub.url})
    client = make()
    assert client.connect()
    return client


COMMAND = {
    "team_id": WORKSPACE,
    "user_id": "ULEA",
    "channel_id": "C1",
    "command": "/kam-log",
    "text": "Helvetia: Besuch",
    "trigger_id": "t1",
    "response_url": "",
}
CHANGE = {
    "type": "event_callback",
    "team_id": WORKSPACE,
    "event_id": "Ev1",
    "event": {"type": "user_change", "user": {"id": "UNEW", "name": "geheim"}},
}


def test_a_command_is_answered_in_its_acknowledgement_when_it_is_saved(
    open_socket: Sockets, hub: Hub, slack: Slack
) -> None:
    link = hub.link()
    assert open_socket.is_connected

    hub.ask(link, "slash_commands", COMMAND)

    assert "I-1" in json.dumps(hub.ack()["payload"])
    assert _count(slack, "interactions") == 1
    hub.ask(link, "slash_commands", COMMAND, "e2")
    assert "I-1" in json.dumps(hub.ack("e2")["payload"])
    assert _count(slack, "interactions") == 1


def test_an_event_is_acknowledged_when_it_is_stored_and_not_if_it_failed(
    open_socket: Sockets, hub: Hub, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = hub.link()
    hub.ask(link, "events_api", CHANGE)
    hub.ack()
    assert slack.company.get("UNEW") is not None

    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE members RENAME TO away"))
    again = {**CHANGE, "event_id": "Ev2"}
    hub.ask(link, "events_api", again, "e2")
    _until(lambda: "a events_api was not answered: status 500" in caplog.text)
    with slack.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO members"))
    hub.ask(link, "events_api", again, "e3")
    hub.ack("e3")
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    "payload",
    [{"type": "view_submission", "view": 5}, {"type": "block_actions", "user": 5}, {"user": 5}, {"actions": []}],
)
def test_what_slack_never_sends_is_not_acknowledged_and_harms_nobody(
    open_socket: Sockets, hub: Hub, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    link = hub.link()
    hub.ask(link, "interactive", {"team": {"id": WORKSPACE}, **payload}, "odd")
    hub.ask(link, "slash_commands", COMMAND)
    answered = iter(lambda: hub.said.get(timeout=10)["envelope_id"], "e1")
    assert set(answered) <= {"odd"}, "what nobody listens to may be taken note of"


@pytest.mark.parametrize("how", ["asked", "cut"])
def test_a_link_that_ends_is_opened_again(open_socket: Sockets, hub: Hub, how: str) -> None:
    first = hub.link()
    if how == "asked":
        first.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
    else:
        first.socket.close()

    second = hub.link()
    hub.ask(second, "slash_commands", COMMAND)
    hub.ack()
    assert open_socket.is_connected


def test_a_link_that_looks_open_but_answers_no_ping_is_replaced(
    make: Callable[[], Sockets], hub: Hub, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_SILENT_SECONDS", 2)
    with _deaf() as address:
        wire.queue.append(Say({"ok": True, "url": address}))
        wire.says("apps.connections.open", {"url": hub.url})
        client = make()
        assert client.connect()

        link = hub.link()
        hub.ask(link, "slash_commands", COMMAND)
        hub.ack()


def test_a_silent_link_is_given_up_again_and_again_until_slack_gives_a_new_one(
    make: Callable[[], Sockets],
    hub: Hub,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sockets, "_SILENT_SECONDS", 2)
    with _deaf() as address:
        wire.queue.extend((Say({"ok": True, "url": address}), refuse("internal_error")))
        wire.says("apps.connections.open", {"url": hub.url})
        client = make()
        assert client.connect()

        link = hub.link()
        assert "Slack gives no connection (internal_error); trying again" in caplog.text
        hub.ask(link, "slash_commands", COMMAND)
        hub.ack()


def test_a_connection_that_never_stood_can_be_closed(make: Callable[[], Sockets], wire: Wire) -> None:
    wire.says("apps.connections.open", refuse("invalid_auth"))
    client = make()
    assert not client.connect()

    client.close()
    client.close()

    assert not client.is_connected


@contextmanager
def _deaf() -> Iterator[str]:
    """Shake hands, then neither read nor say anything, as a link that died on the way."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def accept() -> None:
            link, _ = server.accept()
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += link.recv(4096)
            key = re.search(rb"Sec-WebSocket-Key: (\S+)", asked)
            assert key is not None
            digest = hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
            lines = (b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade")
            accepted = b"Sec-WebSocket-Accept: " + base64.b64encode(digest)
            link.sendall(b"\r\n".join((*lines, accepted, b"", b"")))
            taken.append(link)

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"ws://127.0.0.1:{server.getsockname()[1]}/link"
        thread.join()
        for link in taken:
            link.close()


@pytest.mark.parametrize("silence", [refuse("invalid_auth"), Say(drop=True), Say(b"<html>"), Say(b"[1]")])
def test_slack_may_be_away_when_it_is_opened(make: Callable[[], Sockets], hub: Hub, wire: Wire, silence: Say) -> None:
    wire.queue.append(silence)
    wire.says("apps.connections.open", {"url": hub.url})
    client = make()

    assert not client.connect()
    assert not client.is_connected
    assert client.connect()
    hub.link()


def test_an_address_that_is_used_up_is_not_tried_again(make: Callable[[], Sockets], hub: Hub, wire: Wire) -> None:
    wire.queue.append(Say({"ok": True, "url": "ws://127.0.0.1:9/old"}))
    wire.says("apps.connections.open", {"url": hub.url})
    client = make()

    assert not client.connect()
    _until(client.connect)
    hub.link()
    assert len(wire.calls("apps.connections.open")) >= 2


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def _count(slack: Slack, table: str) -> int:
    with slack.store.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0)
