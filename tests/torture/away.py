"""Slack away: answers get lost, calls hang, Slack fails for hours or refuses the token; all is told once afterwards."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.app import Scharnier, build
from bot.clock import utc_now
from bot.config import Settings
from storage.tables import OutboxRow
from tests.torture.deeds import TEAMS, Deeds, Team
from tests.torture.people import Stuck
from tests.torture.world import World

OUT = (
    "chat.postMessage",
    "chat.update",
    "conversations.open",
    "conversations.info",
    "conversations.history",
    "conversations.replies",
    "auth.test",
    "response_url",
)
"""What only the worker calls: forms still open, so that people go on while nothing can be told."""
HTML = "<html><body><h1>503 Service Unavailable</h1></body></html>"
_STEP = timedelta(seconds=20)
_SECOND = timedelta(seconds=1)
_EARLY_SECONDS = 0.3
"""The network delays one post more than the next."""


@dataclass
class Away:
    """What was done to Slack, and what came of it."""

    struck: int = 0
    facts: int = 0
    seconds: float = 0.0
    """Until everything was told, after Slack came back; by the injected clock where there is one."""
    escalations: float = 0.0
    """The same for escalations."""
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def work(deeds: Deeds, seed: int, go_on: "Iterator[bool]") -> list[str]:
    """Let all teams play the main job side by side as long as ``go_on`` says so; returns who got stuck."""
    lock, stuck = threading.Lock(), []

    def more() -> bool:
        with lock:
            return next(go_on, False)

    def run(team: Team, chance: random.Random) -> None:
        while more():
            try:
                deeds.all(team, chance)
            except Stuck as problem:
                stuck.append(str(problem))

    threads = [threading.Thread(target=run, args=(team, random.Random(f"{seed} {team.kam}"))) for team in TEAMS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return stuck


def unanswered(world: World, deeds: Deeds, mode: str, count: int, seed: int, until: float) -> Away:
    """Let so many posts be done or not and stay without an answer (``drop``, ``hang``, ``mute``), while people work."""
    done = Away()
    fault = world.slack.fault("chat.postMessage", mode, times=count, probability=0.6, seed=seed)

    def struck() -> int:
        return next(int(one["struck"]) for one in world.slack.get("fault")["faults"] if one["id"] == fault)

    def go_on() -> Iterator[bool]:
        while time.monotonic() < until:
            yield struck() < count

    done.stuck = work(deeds, seed, go_on())
    done.struck = struck()
    world.slack.no_faults(fault)
    return done


def refused(world: World, deeds: Deeds, count: int) -> Away:
    """Refuse the token while so many rows come together; then take it again, and restart a replica at once."""
    done = Away()
    faults = [world.slack.fault(method, "error", code="token_revoked", times=None) for method in OUT[:-1]]
    _gather(world, deeds, count)
    done.facts = _waiting(world)
    calls = len(_calls(world, "chat.postMessage"))
    time.sleep(3)
    done.struck = len(_calls(world, "chat.postMessage")) - calls
    for fault in faults:
        world.slack.no_faults(fault)
    begun = time.monotonic()
    world.kill(world.replicas[0])
    world.start()
    while _waiting(world) and time.monotonic() - begun < 300:
        time.sleep(0.5)
    done.seconds = time.monotonic() - begun
    return done


def _gather(world: World, deeds: Deeds, rows: int) -> None:
    """Let people work until so many rows wait."""
    while _waiting(world) < rows:
        for team in TEAMS:
            deeds.request(team)
            deeds.log(team)


@dataclass
class Clock:
    """The machine's time, moved on for bot and Slack together."""

    world: World
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Tell the time."""
        return utc_now() + self.ahead

    def advance(self, by: timedelta) -> None:
        """Move time on."""
        self.ahead += by
        self.world.slack.advance(by.total_seconds())


@contextmanager
def inside(world: World, clock: Clock) -> Iterator[Scharnier]:
    """Wire the bot in this process over the world's database and Slack; its worker is driven by hand."""
    scharnier = build(Settings.model_validate({**world.environment, "PORT": "0"}), clock)
    try:
        yield scharnier
    finally:
        scharnier.store.engine.dispose()


def outage(world: World, deeds: Deeds, rows: int, length: timedelta) -> Away:
    """Let Slack answer HTML for hours: people work through real replicas, time passes by the injected clock."""
    done, slack = Away(), world.slack
    faults = [slack.fault(method, "http", status=503, body=HTML, times=None) for method in OUT]
    _gather(world, deeds, rows)
    done.facts = _waiting(world)
    world.stop()
    clock = Clock(world)
    with inside(world, clock) as scharnier:
        end, before = clock() + length, len(_calls(world, "auth.test", "chat.postMessage"))
        while clock() < end:
            clock.advance(_STEP)
            scharnier.worker.run_once()
        done.struck = len(_calls(world, "auth.test", "chat.postMessage")) - before
        for fault in faults:
            slack.no_faults(fault)
        back = clock()
        while _waiting(world) and clock() - back < timedelta(minutes=30):
            clock.advance(_SECOND / 2)
            scharnier.worker.run_once()
            if not done.escalations and not _waiting(world, urgent=True):
                done.escalations = (clock() - back).total_seconds()
        done.seconds = (clock() - back).total_seconds()
    if _waiting(world):
        done.wrong.append(f"{_waiting(world)} rows still wait half an hour after Slack came back")
    return done


def paces(world: World) -> list[str]:
    """Look through the log of Slack: no channel got posts faster than one a second, and no pause asked for was cut."""
    said: dict[str, list[float]] = defaultdict(list)
    closed: dict[str, float] = {}
    wrong = []
    answers = {one["exchange"]: one for one in world.slack.traffic() if one["phase"] == "answer"}
    for call in _calls(world, "chat.postMessage"):
        channel, answer = str(call["payload"].get("channel")), answers.get(call["exchange"], {})
        if call["at"] < closed.get(channel, 0.0) - _EARLY_SECONDS:
            wrong.append(f"{channel} was called within its Retry-After")
        if answer.get("error") == "ratelimited":
            closed[channel] = call["at"] + 1.0
        elif answer.get("error") is None:
            said[channel].append(call["at"])
    for channel, times in said.items():
        slot = 0.0
        for at in times:
            if at < slot - _EARLY_SECONDS:
                wrong.append(f"{channel} got posts faster than one a second")
            slot = max(at, slot) + 1.0
    return wrong


def _calls(world: World, *methods: str) -> list[dict[str, Any]]:
    return [one for one in world.slack.traffic() if one["phase"] == "request" and one["name"] in methods]


def _waiting(world: World, *, urgent: bool = False) -> int:
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(["pending", "sending"]))
    if urgent:
        query = query.where(OutboxRow.priority <= 10)
    with world.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())
