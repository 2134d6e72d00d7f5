"""A tiny HTTP server that stands for Slack where the wire itself is under test."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Heard:
    """One request as it arrived."""

    path: str
    content_type: str
    raw: bytes

    @property
    def arguments(self) -> dict[str, Any]:
        """Return what was sent, as JSON or form."""
        if self.content_type.startswith("application/json"):
            sent: dict[str, Any] = json.loads(self.raw or b"{}")
            return sent
        return dict(parse_qsl(self.raw.decode()))


@dataclass(frozen=True)
class Say:
    """An answer; ``hang`` says nothing until the test ends, ``drop`` cuts the connection."""

    body: Any = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    hang: bool = False
    drop: bool = False


def refuse(code: str) -> Say:
    """Answer as Slack does when it refuses."""
    return Say({"ok": False, "error": code})


@dataclass
class Wire:
    """What was heard, and what is said: first the queued answers, then one per path."""

    heard: list[Heard] = field(default_factory=list)
    queue: deque[Say] = field(default_factory=deque)
    paths: dict[str, Say | Callable[[Heard], Say]] = field(default_factory=dict)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def api(self) -> str:
        """Return the base URL for a Web API client."""
        return f"{self.url}/api/"

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the arguments of every call of a Web API method."""
        return [heard.arguments for heard in self.heard if heard.path == f"/api/{method}"]

    def says(self, method: str, body: Any) -> None:
        """Answer every call of a Web API method with this."""
        self.paths[f"/api/{method}"] = body if isinstance(body, Say) else Say({"ok": True, **body})


@contextmanager
def listening() -> Iterator[Wire]:
    """Serve on a free port of 127.0.0.1."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            heard = Heard(self.path, self.headers.get("Content-Type") or "", self.rfile.read(length))
            wire.heard.append(heard)
            said = wire.queue.popleft() if wire.queue else wire.paths.get(self.path, Say())
            say = said if isinstance(said, Say) else said(heard)
            self.close_connection = True
            if say.hang:
                wire.over.wait(20)
            if say.hang or say.drop:
                return
            raw = say.body if isinstance(say.body, bytes) else json.dumps(say.body).encode()
            # The server's own answer says what time it is; one that says so itself says it once.
            (self.send_response_only if "date" in say.headers else self.send_response)(say.status)
            self.send_header("Content-Type", say.content_type)
            self.send_header("Content-Length", str(len(raw)))
            for name, value in say.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: object) -> None:
            """Keep the test output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        wire.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            wire.over.set()
            server.shutdown()
            thread.join()
