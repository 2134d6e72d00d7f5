"""A small load balancer in front of the replicas: the place where a test sees, repeats, loses or kills on the wire."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

_ANSWER_SECONDS = 15.0


class Backend(Protocol):
    """A replica as the balancer knows it."""

    @property
    def port(self) -> int:
        """Return where it listens."""


@dataclass(frozen=True)
class Answer:
    """What a replica said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Plan:
    """What happens to one request on its way; this one lets it pass."""

    copies: int = 1

    def wait(self, copy: int) -> float:
        """Return the seconds before a copy is sent."""
        return 0.0 * copy

    def sent(self, backend: Backend) -> None:
        """Hear that a replica was given the request."""

    def answered(self, backend: Backend, answer: Answer) -> None:
        """Hear what a replica said, before Slack does."""


@dataclass
class Balancer:
    """Hands each request to the next living replica; one that takes no connection is passed over."""

    backends: list[Backend] = field(default_factory=list)
    url: str = ""
    plan: Callable[[bytes], Plan] = field(default=lambda _: Plan())
    """Makes the plan of each request from its body."""
    _turns: Iterator[int] = field(default_factory=itertools.count)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(64))

    def carry(self, path: str, headers: dict[str, str], raw: bytes) -> Answer | None:
        """Send all copies of a request and return the first good answer, else the first; None if there is none."""
        plan, turn = self.plan(raw), next(self._turns)
        if plan.copies == 1:
            return self._one(plan, 0, turn, path, headers, raw)
        sent = [
            self._pool.submit(self._one, plan, copy, turn + copy, path, headers, raw) for copy in range(plan.copies)
        ]
        answers = [answer for answer in (one.result() for one in sent) if answer is not None]
        good = [answer for answer in answers if answer.status == http.HTTPStatus.OK]
        return next(iter(good or answers), None)

    def _one(self, plan: Plan, copy: int, turn: int, path: str, headers: dict[str, str], raw: bytes) -> Answer | None:
        time.sleep(plan.wait(copy))
        backends = [*self.backends]
        for offset in range(len(backends)):
            backend = backends[(turn + offset) % len(backends)]
            connection = http.client.HTTPConnection("127.0.0.1", backend.port, timeout=_ANSWER_SECONDS)
            try:
                connection.connect()
            except OSError:
                continue
            try:
                connection.request("POST", path, raw, headers)
                plan.sent(backend)
                got = connection.getresponse()
                answer = Answer(got.status, got.getheaders(), got.read())
            except (OSError, http.client.HTTPException):
                # Nobody knows what it did with the request, so it goes to no other.
                return None
            finally:
                connection.close()
            plan.answered(backend, answer)
            return answer
        return None


@contextmanager
def balancing() -> Iterator[Balancer]:
    """Balance on a free port of 127.0.0.1."""
    balancer = Balancer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = balancer.carry(self.path, headers, raw)
            if answer is None:
                self.close_connection = True
                return
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                if name.lower() not in {"connection", "transfer-encoding"}:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_args: object) -> None:
            """Keep the output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_args: object) -> None:
            """Whoever hangs up is not waited for."""

    with Server(("127.0.0.1", 0), Handler) as server:
        balancer.url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield balancer
        finally:
            server.shutdown()
            thread.join()
