"""Measures the quality of search on the gold set, per class, on both databases."""

import argparse
from collections.abc import Sequence

from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import Base
from tests.benchmarks.search import postgres, sqlite
from tests.gold.measure import ask_all, quality
from tests.gold.world import World, questions


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table per database, and every question whose answer was not found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--misses", action="store_true", help="show the questions of the tuned part that found nothing")
    options = parser.parse_args(arguments)
    asked_of = questions()
    for name in options.databases:
        with {"sqlite": sqlite, "postgres": postgres}[name]() as url:
            engine = make_engine(url)
            Base.metadata.create_all(engine)
            asked = ask_all(World(SqlStore(engine)), asked_of)
            engine.dispose()
        print(f"\n{name}\n\n| class | part | questions | hit@5 | MRR |\n|---|---|---:|---:|---:|")
        for kind in [*dict.fromkeys(one.kind for one in asked_of), "all"]:
            for part in ("tune", "report"):
                rated = [one for one in asked if one.question.part == part and kind in {one.question.kind, "all"}]
                found = quality(rated)
                print(f"| {kind} | {part} | {found.count} | {found.hit_rate:.2f} | {found.mrr:.2f} |")
        for one in asked if options.misses else ():
            if one.rank is None and one.question.part == "tune":
                print(f"{one.question.kind}: {one.question.asked} → {one.found}, not {sorted(one.question.answers)}")


if __name__ == "__main__":
    main()
