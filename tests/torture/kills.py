"""Kills: replicas die at wire points while people work; nothing that was acknowledged is lost, nothing is doubled."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from tests.torture.balancer import Answer, Backend, Plan
from tests.torture.deeds import TEAMS, Deeds, Team
from tests.torture.people import Stuck
from tests.torture.world import Replica, World

_STRUCK_SECONDS = 12.0
_ENDED_SECONDS = 240.0
_THINK_SECONDS = 1.5
_WINDOW_SECONDS = 0.03
"""A commit takes a few milliseconds; within this time after the request everything happens."""


@dataclass(frozen=True)
class Point:
    """Where on the wire a replica dies."""

    name: str
    method: str | None = None
    """The Web API method on which the fault strikes; None for the way in."""
    mode: str = ""


POINTS = (
    Point("on connect of a post", "chat.postMessage", "hang"),
    Point("after Slack recorded a post, before it answered", "chat.postMessage", "mute"),
    Point("before an edit", "chat.update", "hang"),
    Point("after Slack recorded an edit, before it answered", "chat.update", "mute"),
    Point("after Slack recorded a private answer, before it answered", "response_url", "mute"),
    Point("while the channel is searched for a post in doubt", "conversations.history", "hang"),
    Point("while a form opens", "views.open", "mute"),
    Point("right after our acknowledgement", mode="acked"),
    Point("right after our acknowledgement of a form", mode="acked form"),
    Point("0-30 ms after the request", mode="window"),
)


@dataclass
class Kills:
    """What was killed, where, and what got in the way."""

    at: Counter[str] = field(default_factory=Counter)
    taken_over: int = 0
    missed: int = 0
    """Rounds in which nothing came to the wire point."""

    @property
    def total(self) -> int:
        """Return how many replicas were killed."""
        return self.at.total()


class _Fatal(Plan):
    """Kills the replica on the way, once."""

    def __init__(self, kill: Callable[[Backend], None], delay: float | None) -> None:
        self._kill = kill
        self._delay = delay

    def sent(self, backend: Backend) -> None:
        """Kill a moment after the request is out."""
        if self._delay is not None:
            threading.Timer(self._delay, self._kill, [backend]).start()

    def answered(self, backend: Backend, answer: Answer) -> None:
        """Kill before Slack hears the answer."""
        if self._delay is None and answer.status == 200:
            self._kill(backend)


class Workers:
    """Teams that work on and on, whatever dies around them."""

    def __init__(self, deeds: Deeds, seed: int) -> None:
        self.stuck: list[str] = []
        """Scripts that did not get on."""
        self._deeds = deeds
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(team, random.Random(f"{seed} {team.kam}")), daemon=True)
            for team in TEAMS
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over.set()
        for thread in self._threads if kind is None else ():
            thread.join(_ENDED_SECONDS)
            if thread.is_alive():
                self.stuck.append("a team did not come to an end")

    def _work(self, team: Team, chance: random.Random) -> None:
        while not self._over.is_set():
            try:
                for _ in range(chance.randint(1, 3)):
                    self._deeds.log(team)
                    self._over.wait(chance.random() * _THINK_SECONDS)
                if chance.random() < 0.7:
                    self._deeds.all(team, chance)
            except Stuck as stuck:
                self.stuck.append(str(stuck))


class Killer:
    """Plays rounds: a replica dies at a wire point, another takes over or the next one starts."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.done = Kills()
        self._chance = random.Random(seed)

    def play(self, count: int, until: float, points: Sequence[Point] = POINTS) -> Kills:
        """Kill so often, or until the monotonic clock says so; every second time another replica stays and takes over."""
        waiting: list[Point] = []
        while self.done.total < count and time.monotonic() < until:
            if not self.world.replicas:
                self.world.start(2)
            waiting = waiting or self._chance.sample(points, len(points))
            point = waiting.pop()
            if not (self._out(point) if point.method else self._in(point)):
                self.done.missed += 1
                # Nothing came by there; it has its turn again before any other has a second one.
                waiting.insert(0, point)
                continue
            self.done.at[point.name] += 1
            self.done.taken_over += bool(self.world.replicas)
        if not self.world.replicas:
            self.world.start()
        return self.done

    def _out(self, point: Point) -> bool:
        """Kill whoever has the call to Slack open that the fault struck."""
        slack = self.world.slack
        # A post is only looked for when it is in doubt.
        doubt = slack.fault("chat.postMessage", "drop") if point.method == "conversations.history" else None
        fault = slack.fault(str(point.method), point.mode)
        met = slack.get("wait", fault=fault, struck=1, timeout=_STRUCK_SECONDS)["met"]
        killed = bool(met) and self.world.kill(self.world.holder())
        for order in filter(None, (fault, doubt)):
            slack.no_faults(order)
        return killed

    def _in(self, point: Point) -> bool:
        """Kill whoever was given one of the next requests."""
        dead, skip = threading.Event(), iter(range(self._chance.randint(0, 3)))
        delay = self._chance.random() * _WINDOW_SECONDS if point.mode == "window" else None

        def kill(backend: Backend) -> None:
            if isinstance(backend, Replica) and not dead.is_set() and self.world.kill(backend):
                dead.set()

        def plan(raw: bytes) -> Plan:
            is_form = b"view_submission" in raw
            if dead.is_set() or (point.mode == "acked form" and not is_form):
                return Plan()
            if point.mode != "acked form" and next(skip, None) is not None:
                return Plan()
            return _Fatal(kill, delay)

        self.world.balancer.plan = plan
        killed = dead.wait(_STRUCK_SECONDS)
        self.world.balancer.plan = lambda _: Plan()
        return killed
