"""Redelivery: requests and events arrive one to four times, at once, at both replicas, or only as a retry; one effect."""

import random
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import func, select

from storage.tables import InboxRow, MemberRow
from tests.torture.balancer import Answer, Backend, Plan
from tests.torture.deeds import TEAMS, Deeds, Team
from tests.torture.people import Stuck
from tests.torture.world import World

RENAMED = ("U0SAMFREI1", "U0PRAMAN01", "U0NINAFAEH")
"""People whom no card names, so that only the event has an effect."""
_SKEW_SECONDS = 0.05
_SEEN_SECONDS = 20.0
_LOOK_SECONDS = 0.1


@dataclass
class Redelivered:
    """What came more than once, and what was wrong with it."""

    requests: int = 0
    deliveries: int = 0
    events: int = 0
    as_retry: int = 0
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


class _Repeat(Plan):
    """Delivers several copies, and looks whether all are answered."""

    def __init__(self, done: Redelivered, chance: random.Random, lock: threading.Lock) -> None:
        self._done, self._lock = done, lock
        with lock:
            self.copies = chance.choice((1, 2, 2, 3, 4))
            self._waits = [0.0, *(chance.choice((0.0, chance.random() * _SKEW_SECONDS)) for _ in range(3))]
            done.requests += 1
            done.deliveries += self.copies

    def wait(self, copy: int) -> float:
        """Return its skew."""
        return self._waits[copy]

    def answered(self, backend: Backend, answer: Answer) -> None:
        """Every delivery of what Slack sends is answered well."""
        if answer.status != 200:
            with self._lock:
                self._done.wrong.append(f"a copy got {answer.status} from {backend.port}: {answer.body[:100]!r}")


class _Lost(Plan):
    """The first delivery never arrives."""

    copies = 0


def requests(world: World, deeds: Deeds, count: int, seed: int, until: float) -> Redelivered:
    """Let people work until so many requests came; each arrives one to four times at both replicas."""
    done, chance, lock = Redelivered(), random.Random(seed), threading.Lock()
    world.balancer.plan = lambda _: _Repeat(done, chance, lock)

    def work(team: Team, own: random.Random) -> None:
        while done.requests < count and time.monotonic() < until:
            try:
                deeds.log(team)
                deeds.all(team, own)
            except Stuck as stuck:
                done.stuck.append(str(stuck))

    threads = [threading.Thread(target=work, args=(team, random.Random(f"{seed} {team.kam}"))) for team in TEAMS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.balancer.plan = lambda _: Plan()
    return done


def events(world: World, count: int, seed: int, until: float) -> Redelivered:
    """Send events one to four times, every fifth only as the retry that follows a lost first delivery."""
    done, chance, lock = Redelivered(), random.Random(seed), threading.Lock()
    stored = select(func.count()).select_from(InboxRow).where(InboxRow.key.startswith("event:"))
    with world.engine.connect() as connection:
        before = connection.execute(stored).scalar_one()
    while done.events < count and time.monotonic() < until:
        user, title = chance.choice(RENAMED), f"Name {seed}-{done.events}"
        is_lost = done.events % 5 == 4
        lost = threading.Event()

        def plan(raw: bytes, lost: threading.Event = lost, is_lost: bool = is_lost) -> Plan:
            if is_lost and not lost.is_set() and b"user_change" in raw:
                lost.set()
                return _Lost()
            return _Repeat(done, chance, lock)

        world.balancer.plan = plan
        world.slack.post("user", id=user, set={"real_name": title})
        done.events += 1
        done.as_retry += is_lost
        # What is older than what is known changes nothing, and Slack counts in seconds.
        _until_named(world, user, title, done)
    world.balancer.plan = lambda _: Plan()
    with world.engine.connect() as connection:
        made = connection.execute(stored).scalar_one() - before
    if made != done.events:
        done.wrong.append(f"{done.events} events had {made} effects")
    return done


def _until_named(world: World, user: str, name: str, done: Redelivered) -> None:
    until = time.monotonic() + _SEEN_SECONDS
    while time.monotonic() < until:
        with world.engine.connect() as connection:
            if connection.execute(select(MemberRow.name).where(MemberRow.id == user)).scalar_one() == name:
                return
        time.sleep(_LOOK_SECONDS)
    done.wrong.append(f"{user} is not called {name}")
