"""Measures ``/kam-log`` and ``/kam-ask`` over HTTP beside Bolt alone and beside the same work without Bolt."""

import argparse
import hashlib
import hmac
import http.client
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bot.demo import free_port
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.search import postgres, sqlite
from tests.company import WORKSPACE, Company

SECRET = "benchmark"
ROOT = Path(__file__).parents[2]
_triggers = itertools.count()


@dataclass
class Contestant:
    """One server and what was measured of it."""

    name: str
    port: int
    process: psutil.Process
    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def round(self, command: str, texts: list[str]) -> None:
        """Send one request after the other and add up time and CPU."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        before = cpu_of(self.process)
        for text in texts:
            number = next(_triggers)
            # The same words twice within a minute would be asked about instead of saved.
            line = f"{text}, call {number}" if command == "/kam-log" else text
            body = urlencode(
                {
                    "team_id": WORKSPACE,
                    "user_id": "ULEA",
                    "channel_id": "CGENERAL",
                    "command": command,
                    "text": line,
                    "trigger_id": f"{self.name}.{number}",
                    "response_url": "http://127.0.0.1:9/none",
                }
            )
            started = time.perf_counter()
            connection.request("POST", "/slack/events", body, signed(body))
            answer = connection.getresponse()
            answer.read()
            self.seconds.append(time.perf_counter() - started)
            assert answer.status == 200, answer.status
        self.cpu += cpu_of(self.process) - before
        connection.close()

    def line(self) -> str:
        """Return this contestant's row of the table."""
        cuts = statistics.quantiles(self.seconds, n=100)
        cpu = self.cpu / len(self.seconds) * 1000
        return f"{self.name:<34}{cpu:>8.2f}{cuts[49] * 1000:>10.2f}{cuts[98] * 1000:>10.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table per database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    count = parser.parse_args(arguments).requests
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with database() as url:
            _compare(label, url, count)


def _compare(label: str, url: str, count: int) -> None:
    engine = make_engine(url)
    schema.upgrade(engine)
    company = Company(SqlStore(engine))
    lea = company.member("Lea")
    account = company.account("Helvetia Pumpen", "HPU", kam=lea, channel_id="CHPU")
    company.contact(account, "Tom Ward", aims="fixed delivery dates")
    engine.dispose()
    notes = [f"HPU: visited purchasing, they want delivery date {number} moved forward" for number in range(50)]
    questions = ["delivery date Helvetia", "what does Tom Ward want?", "purchasing", "Liefertermin HPU", "moved dates"]
    print(f"\n{label}: {count} requests each, one after the other, rounds interleaved")
    print(f"{'':<34}{'CPU ms':>8}{'p50 ms':>10}{'p99 ms':>10}")
    with ExitStack() as stack:
        full, plain, bare = (stack.enter_context(serving(name, url)) for name in ("full", "plain", "bare"))
        full.name, plain.name, bare.name = "/kam-log", "/kam-log, same work without Bolt", "Bolt that only acks"
        asked = Contestant("/kam-ask", full.port, full.process)
        for _ in range(max(count // 50, 1)):
            for contestant in (full, plain, bare):
                contestant.round("/kam-log", notes)
            asked.round("/kam-ask", (questions * 10)[:50])
    for contestant in (full, plain, bare, asked):
        print(contestant.line())
    print(f"/kam-log costs {full.cpu / plain.cpu:.2f}× the CPU of the same work without Bolt (aim: ≤ 1.5)")


@contextmanager
def serving(factory: str, url: str, api: str = "http://127.0.0.1:9/api/") -> Iterator[Contestant]:
    """Run one of the servers of ``servers.py``; by default against a Slack that refuses every connection."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "1"),
                *("--blocking-threads", "64", "--port", str(port), "--no-access-log", "--log-level", "error"),
                f"tests.benchmarks.servers:{factory}",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "SLACK_BOT_TOKEN": "xoxb-1",
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_API_URL": api,
                "SCHARNIER_REQUESTS_PER_MINUTE": "0",
                "SCHARNIER_WORKSPACE_REQUESTS_PER_MINUTE": "0",
                "SCHARNIER_LOG_LEVEL": "ERROR",
                "SCHARNIER_DATA": folder,
            },
        )
        try:
            _until(lambda: bool(_listens(port)))
            yield Contestant(factory, port, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait()


def signed(body: str) -> dict[str, str]:
    """Sign a form as Slack does."""
    stamp = str(int(time.time()))  # noqa: TID251  a signature carries the real time
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def cpu_of(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its children."""
    return sum(sum(part.cpu_times()[:2]) for part in [process, *process.children(recursive=True)])


def _listens(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        connection.connect()
    except OSError:
        return False
    connection.close()
    return True


def _until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise TimeoutError


if __name__ == "__main__":
    main()
