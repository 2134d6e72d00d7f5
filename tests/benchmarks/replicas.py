"""Measures how many ``/kam-log`` one and two replicas take on one PostgreSQL, and what each log costs it."""

import argparse
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack

from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.commands import Contestant, serving
from tests.benchmarks.search import postgres
from tests.company import WORKSPACE, Company

_AT_ONCE = 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Print throughput with one and with two replicas, measured in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args(arguments).rounds
    with postgres() as url, ExitStack() as stack:
        engine = make_engine(url)
        schema.upgrade(engine)
        company = Company(SqlStore(engine))
        lea = company.member("Lea")
        assert company.workspace == WORKSPACE
        company.account("Helvetia Pumpen", "HPU", kam=lea, channel_id="CHPU")
        engine.dispose()
        first, second = (stack.enter_context(serving("full", url)) for _ in range(2))
        one, two = 0.0, 0.0
        for _ in range(rounds):
            one += _seconds([first] * _AT_ONCE)
            two += _seconds([first, second] * (_AT_ONCE // 2))
    logs = rounds * _AT_ONCE * len(_TEXTS)
    print(f"\nPostgreSQL: {_AT_ONCE} people log at once, {logs} logs each, rounds interleaved")
    print(f"one replica   {logs / one:8.0f} logs/s")
    print(f"two replicas  {logs / two:8.0f} logs/s ({one / two:.2f}× of one)")


_TEXTS = [f"HPU: visited purchasing, they want delivery date {number} moved" for number in range(10)]


def _seconds(servers: list[Contestant]) -> float:
    started = time.perf_counter()
    threads = [threading.Thread(target=server.round, args=("/kam-log", _TEXTS)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
