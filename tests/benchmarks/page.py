"""Measures how soon the playground's page can be read with 200 people, 500 channels and 10 000 messages."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot import demo
from playground.robot import Playground
from tests.browser import launch
from tests.e2e.crowd import crowd

SIZES = {"the sample company": None, "200 people, 500 channels, 10 000 messages": (200, 500, 10_000)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openings", type=int, default=15)
    count = parser.parse_args(arguments).openings
    print(f"\nThe page, opened {count} times by a new browser profile, until its newest message is to be seen")
    print(f"{'':<46}{'p50 ms':>10}{'most ms':>10}")
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            taken = _openings(crowd(Path(folder), *size) if size else demo.SEED, count)
        print(f"{name:<46}{statistics.median(taken) * 1000:>10.0f}{max(taken) * 1000:>10.0f}")


def _openings(seed: Path, count: int) -> list[float]:
    taken = []
    with Playground.start(seed, demo.ROOT / "manifest.yml") as slack, launch() as browser:
        people = slack.get("directory")["people"]
        channel = slack.get("directory")["channels"][0]
        for _ in range(count):
            page = browser.new_context().new_page()
            began = time.perf_counter()
            page.goto(f"{slack.url}/?as={people[0]['id']}&channel={channel['id']}")
            page.get_by_role("feed").get_by_role("article").last.wait_for()
            taken.append(time.perf_counter() - began)
            page.context.close()
    return taken


if __name__ == "__main__":
    main()
