"""Soak: very many requests to one replica, and what it holds before and after."""

import http.client
import itertools
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.clock import utc_now
from playground.delivery import sign
from tests.torture.world import WORKSPACE, Replica, World

_LINES = (
    ("/kam-log", "Helvetia Pumpen: visited purchasing, they want delivery {n} moved"),
    ("/kam-ask", "delivery Helvetia"),
    ("/kam-log", "Harrowmere Conveyors: forecast {n} is late"),
    ("/kam", "account Helvetia Pumpen"),
    ("/kam", "help"),
    ("/kam", "nothing {n}"),
)
_PEOPLE = ("U0BRUNNER", "U0HARTLEY", "U0TSEIDEL", "U0MSTADLER")


@dataclass(frozen=True)
class Held:
    """What a process tree holds."""

    megabytes: float
    threads: int
    files: int

    @classmethod
    def by(cls, replica: Replica) -> "Held":
        """Look at a replica."""
        tree = replica.tree()
        return cls(
            round(sum(process.memory_info().rss for process in tree) / 2**20, 1),
            sum(process.num_threads() for process in tree),
            sum(process.num_fds() for process in tree),
        )


@dataclass
class Soaked:
    """Before and after."""

    requests: int
    failures: int
    seconds: float
    marks: list[tuple[int, Held]]
    """How many requests were answered, and what was held then."""


def soak(world: World, replica: Replica, count: int, hands: int = 8, marks: int = 5) -> Soaked:
    """Send so many requests from several people; the first look is after a tenth, when everything is warm."""
    secret, numbers = world.environment["SLACK_SIGNING_SECRET"], itertools.count()
    done = Soaked(0, 0, 0.0, [])
    lock = threading.Lock()
    stops = [count // 10, *(count * part // marks for part in range(1, marks + 1))]

    def run(until: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", replica.port, timeout=30)) as connection:
            while (n := next(numbers)) < until:
                raw = _line(n)
                stamp = str(int(utc_now().timestamp()))
                headers = {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Slack-Request-Timestamp": stamp,
                    "X-Slack-Signature": sign(secret, stamp, raw),
                }
                connection.request("POST", "/slack/events", raw, headers)
                answer = connection.getresponse()
                answer.read()
                with lock:
                    done.requests += 1
                    done.failures += answer.status != 200

    begun = time.monotonic()
    for stop in stops:
        numbers = itertools.count(done.requests)
        threads = [threading.Thread(target=run, args=(stop,)) for _ in range(hands)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.marks.append((done.requests, Held.by(replica)))
    done.seconds = time.monotonic() - begun
    return done


def _line(n: int) -> bytes:
    command, text = _LINES[n % len(_LINES)]
    fields = {
        "team_id": WORKSPACE,
        "user_id": _PEOPLE[n % len(_PEOPLE)],
        "channel_id": "C0GENERAL1",
        "command": command,
        "text": text.format(n=n),
        "trigger_id": f"soak.{n}",
        "response_url": "",
    }
    return urlencode(fields).encode()
