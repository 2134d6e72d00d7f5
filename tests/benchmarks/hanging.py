"""Measures how long an ack takes at 20 requests a second while Slack takes every call and answers none."""

import argparse
import http.client
import itertools
import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.commands import serving, signed
from tests.benchmarks.search import postgres, sqlite
from tests.company import WORKSPACE, Company

PER_SECOND = 20
_triggers = itertools.count()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table per database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    duration = parser.parse_args(arguments).seconds
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with database() as url, _silent_slack() as api:
            engine = make_engine(url)
            schema.upgrade(engine)
            company = Company(SqlStore(engine))
            lea = company.member("Lea")
            company.account("Helvetia Pumpen", "HPU", kam=lea, channel_id="CHPU")
            engine.dispose()
            print(f"\n{label}: {PER_SECOND} requests a second for {duration} s while Slack hangs, milliseconds")
            print(f"{'':<34}{'p50':>10}{'p99':>10}{'longest':>10}{'unsaid':>10}")
            with serving("running", url, api) as bot:
                for name, text, told in (
                    ("commands that open no form", "HPU: visited purchasing", "I-"),
                    ("every tenth opens one", "", "Open the form"),
                ):
                    _print(name, *_under_load(bot.port, duration, text, told))


def _print(name: str, quick: list[float], forms: list[float], unsaid: int) -> None:
    cuts = statistics.quantiles(quick, n=100)
    print(f"{name:<34}{cuts[49] * 1000:>10.1f}{cuts[98] * 1000:>10.1f}{max(quick) * 1000:>10.1f}{unsaid:>10}")
    if forms:
        print(f"{'… of these, the forms themselves':<34}{'':>20}{max(forms) * 1000:>10.1f}")


def _under_load(port: int, duration: int, text: str, told: str) -> tuple[list[float], list[float], int]:
    """Send at a steady pace, each on a connection of its own; return both kinds of times, and answers that say nothing."""
    quick: list[float] = []
    forms: list[float] = []
    unsaid: list[str] = []

    def ask(number: int) -> None:
        opens = not text and number % 10 == 0
        seconds, answer = _ask(port, "" if opens else text or f"HPU: visited purchasing, call {number}")
        (forms if opens else quick).append(seconds)
        if (told if opens or text else "I-") not in answer:
            unsaid.append(answer)

    threads = []
    started = time.perf_counter()
    for number in range(PER_SECOND * duration):
        time.sleep(max(started + number / PER_SECOND - time.perf_counter(), 0))
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return quick, forms, len(unsaid)


def _ask(port: int, text: str) -> tuple[float, str]:
    body = urlencode(
        {
            "team_id": WORKSPACE,
            "user_id": "ULEA",
            "channel_id": "CGENERAL",
            "command": "/kam-log",
            "text": text,
            "trigger_id": f"hanging.{next(_triggers)}",
            "response_url": "http://127.0.0.1:9/none",
        }
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    connection.request("POST", "/slack/events", body, signed(body))
    answer = connection.getresponse()
    said = answer.read().decode()
    seconds = time.perf_counter() - started
    connection.close()
    assert answer.status == 200, answer.status
    return seconds, json.dumps(json.loads(said), ensure_ascii=False) if said else ""


@contextmanager
def _silent_slack() -> Iterator[str]:
    """Take connections, as many as come, and say nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/api/"


if __name__ == "__main__":
    main()
