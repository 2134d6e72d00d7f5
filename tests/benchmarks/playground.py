"""Measures how fast the local Slack answers its page with 200 people, 500 channels and 10 000 messages."""

import itertools
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from playground.robot import Playground

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
PEOPLE, CHANNELS, MESSAGES = 200, 500, 10_000
MEMBERS = 40
ROUNDS = 40
LOOKS: dict[str, dict[str, Any]] = {
    "directory": {},
    "sidebar": {"user": "U0000"},
    "messages": {"user": "U0000", "channel": "C0000"},
    "messages, in the middle": {"user": "U0000", "channel": "C0000", "before": ""},
    "person": {"user": "U0000"},
    "state": {"user": "U0000"},
    "traffic": {"brief": 1, "after": 100, "limit": 100},
}


def seed() -> dict[str, Any]:
    """Return a company in which the first channel has everybody and most of the messages."""
    people = [f"U{n:04}" for n in range(PEOPLE)]
    bot = {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0APP", "name": "scharnier"}
    channels: list[dict[str, Any]] = []
    for n in range(CHANNELS):
        members = people if n == 0 else [people[(n + k) % PEOPLE] for k in range(MEMBERS)]
        said = MESSAGES - CHANNELS + 1 if n == 0 else 1
        messages = [
            {
                "user": members[k % len(members)],
                "text": f"Message {k} for @Person {k % PEOPLE}",
                "minutes_ago": said - k,
            }
            for k in range(said)
        ]
        channels.append(
            {"id": f"C{n:04}", "name": f"channel-{n:03}", "members": [*members, "U0BOT"], "messages": messages}
        )
    users = [{"id": person, "name": f"person{n}", "real_name": f"Person {n}"} for n, person in enumerate(people)]
    team = {"id": "T0BENCH", "name": "Bench", "domain": "bench"}
    return {"team": team, "bot": bot, "users": users, "channels": channels}


def main() -> None:
    """Print the median and the worst of each look, and of a command's way from the page to the log."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seed.json"
        file.write_text(json.dumps(seed()), encoding="utf-8")
        started = time.perf_counter()
        with Playground.start(file, MANIFEST) as slack, httpx.Client(base_url=slack.url) as page:
            print(
                f"{PEOPLE} people, {CHANNELS} channels, {MESSAGES} messages: up in {time.perf_counter() - started:.1f} s"
            )
            for _ in range(ROUNDS * 5):
                page.post("/api/auth.test", headers={"Authorization": "Bearer xoxb-playground"})
            newest = page.get("/_play/messages", params=LOOKS["messages"]).json()["messages"]
            LOOKS["messages, in the middle"]["before"] = newest[0]["ts"]
            print(f"{'':24} {'median':>8} {'worst':>8} {'size':>9}")
            for name, query in LOOKS.items():
                path = f"/_play/{name.partition(',')[0]}"
                answers = [timed(page, path, query) for _ in range(ROUNDS)]
                seconds = [spent for spent, _ in answers]
                print(
                    f"{name:24} {statistics.median(seconds) * 1000:6.1f}ms {max(seconds) * 1000:6.1f}ms"
                    f" {answers[0][1] / 1000:7.0f}kB"
                )
            numbers = itertools.count()
            spent = [said(page, next(numbers)) for _ in range(ROUNDS)]
            print(f"{'typing a message':24} {statistics.median(spent) * 1000:6.1f}ms {max(spent) * 1000:6.1f}ms")


def timed(page: httpx.Client, path: str, query: dict[str, Any]) -> tuple[float, int]:
    """Return the seconds of one look and the bytes of its answer."""
    started = time.perf_counter()
    answer = page.get(path, params=query)
    spent = time.perf_counter() - started
    answer.raise_for_status()
    return spent, len(answer.content)


def said(page: httpx.Client, n: int) -> float:
    """Return the seconds of typing one message."""
    started = time.perf_counter()
    page.post("/_play/message", json={"user": "U0000", "channel": "C0000", "text": f"Number {n}"}).raise_for_status()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
