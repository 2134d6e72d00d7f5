"""Measures briefings: an account with 10 000 interactions in a group of 50 units, and a contact, on both databases."""

import argparse
import gc
import statistics
import time

from sqlalchemy import Engine, text

from bot.domain.briefings import ShowBriefing, Shown
from bot.domain.identity import MemberId
from bot.domain.interactions import Category
from bot.domain.members import Member
from bot.i18n import translator
from bot.services import briefings
from bot.views import briefings as views
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.accounts import HERE, NOW, PEOPLE, UNITS, counted, fill
from tests.benchmarks.search import postgres, settle, sqlite

NAMES = ("Account 1", "Kontakt 7", "Account 1 exec")


def categorise(engine: Engine) -> None:
    """Say of each note what it tells us; every ninth tells nothing in particular."""
    told = " ".join(f"WHEN {at} THEN '{category}'" for at, category in enumerate(Category))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE interactions SET category = CASE id % 9 {told} END"))
    settle(engine)


def measure(engine: Engine, name: str, rounds: int) -> tuple[int, list[float], list[float]]:
    """Return statements of one page, and the milliseconds of many: by the clock, and of this process's processor."""
    store = SqlStore(engine)
    readers = [Member(HERE, MemberId(f"U{number:03d}"), f"Person {number}") for number in range(PEOPLE)]
    asked = [ShowBriefing(reader, name, None) for reader in readers]
    t = translator("de", NOW, "Europe/Berlin")
    # As a server's process does before it answers anybody.
    gc.collect()
    gc.freeze()
    # Each reader asked before: the driver and PostgreSQL plan a statement some ten times until they keep it.
    for one in asked:
        briefings.show(store, NOW, one)
    with counted(engine) as seen:
        briefings.show(store, NOW, asked[1])
    wall, processor = [], []
    for number in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        shown = briefings.show(store, NOW, asked[number % PEOPLE])
        assert isinstance(shown, Shown)
        views.page(shown, t)
        wall.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    return len(seen), sorted(wall), sorted(processor)


def report(label: str, engine: Engine, interactions: int, rounds: int) -> None:
    """Fill, measure and say."""
    fill(engine, interactions)
    categorise(engine)

    def figures(values: list[float]) -> str:
        return f"p50 {statistics.median(values):.1f} ms, p99 {values[int(len(values) * 0.99) - 1]:.1f} ms"

    for name in NAMES:
        count, wall, processor = measure(engine, name, rounds)
        print(
            f"briefing “{name}”, {label}, {interactions} interactions, {UNITS} units: "
            f"{count} statements, {figures(wall)}, processor {figures(processor)}"
        )


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=300)
    asked = parser.parse_args(arguments)
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with database() as url:
            engine = make_engine(url)
            report(label, engine, asked.interactions, asked.rounds)
            engine.dispose()


if __name__ == "__main__":
    main()
