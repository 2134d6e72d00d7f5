"""Measures how many ``/kam-log`` one and two replicas take on one PostgreSQL, and what each log costs it."""

import threading
import time
from contextlib import ExitStack

from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.commands import Contestant, serving
from tests.benchmarks.search import postgres
from tests.company import WORKSPACE, Company

_ROUNDS = 20
_AT_ONCE = 8


def main() -> None:
    """Print throughput with one and with two replicas, measured in turns."""
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
        for _ in range(_ROUNDS):
            one += _seconds([first] * _AT_ONCE)
            two += _seconds([first, second] * (_AT_ONCE // 2))
    logs = _ROUNDS * _AT_ONCE * len(_TEXTS)
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
