"""``make torture``: every promise of docs/reliability.md under its faults, for as long as it takes; prints the table."""

import argparse
import logging
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click

from tests.benchmarks.search import postgres
from tests.torture import away, clock, cuts, forgery, ledger, redelivery, soak
from tests.torture.bounds import HEAD, Row
from tests.torture.deeds import TEAMS, Deeds, Record
from tests.torture.kills import POINTS, Killer, Workers
from tests.torture.races import Racer
from tests.torture.wires import wired
from tests.torture.world import World, making, new_database

_DRAINED_SECONDS = 900.0
_FOREVER = 6 * 3600.0
_BY_SOCKET = tuple(point for point in POINTS if point.method)
"""Without a load balancer in between, a replica can be killed on its way out only."""


@dataclass(frozen=True)
class Run:
    """What was asked for."""

    database: str
    server: str | None
    seed: int
    counts: argparse.Namespace

    @property
    def name(self) -> str:
        """Return the database as people write it."""
        return "PostgreSQL" if self.database == "postgres" else "SQLite"

    @contextmanager
    def world(self, replicas: int = 2, transport: str = "http", **settings: str) -> Iterator[tuple[World, Deeds]]:
        """Make a world with replicas in it."""
        with making(self.database, self.server, transport, **settings) as world:
            world.start(replicas)
            yield world, Deeds(world, Record())


def kills(run: Run) -> Iterator[Row]:
    """Kill replicas at wire points, by HTTP and, a fifth as often, with Socket Mode."""
    for transport, count, points in (
        ("http", run.counts.kills, POINTS),
        ("socket", run.counts.kills // 5, _BY_SOCKET),
    ):
        if transport not in run.counts.transports:
            continue
        with run.world(transport=transport) as (world, deeds):
            killer = Killer(world, run.seed)
            with Workers(deeds, run.seed) as workers:
                done = killer.play(count, time.monotonic() + _FOREVER, points)
            found = _settled(world, deeds)
            for point, times in sorted(done.at.items()):
                _say(f"{transport}: killed {times} times {point}")
            way = "HTTP" if transport == "http" else "Socket Mode"
            note = f"{done.taken_over} with a second replica taking over; {deeds.record.presses} presses repeated"
            yield _row(run, "P1-P3, P22", f"replicas killed at {len(points)} wire points, {way}", done.total, "kills",
                       [*found.all, *workers.stuck], note)  # fmt: skip
            yield _row(run, "P1", f"acknowledged facts over these kills, {way}", found.facts, "facts", found.lost)
            yield _row(run, "P2, P3", f"messages over these kills, {way}", found.messages, "messages",
                       [*found.lost, *found.doubled])  # fmt: skip
            yield _row(run, "P22", f"cards as the database says, {way}", found.cards, "cards", found.wrong)


def races(run: Run) -> Iterator[Row]:
    """Let two to five people decide at once."""
    with run.world() as (world, deeds):
        racer = Racer(world, deeds)
        done = racer.play(run.counts.races, run.seed, time.monotonic() + _FOREVER)
        found = _settled(world, deeds)
        note = f"{done.losers} losers told who, what and when; the slowest race was over after {done.slowest:.2f} s"
        yield _row(run, "P5", "2-5 people decide, accept, take on at once, two replicas", done.run, "races",
                   [*done.wrong, *done.stuck, *found.all], note)  # fmt: skip


def repeats(run: Run) -> Iterator[Row]:
    """Deliver requests and events one to four times."""
    with run.world() as (world, deeds):
        done = redelivery.requests(world, deeds, run.counts.requests, run.seed, time.monotonic() + _FOREVER)
        events = redelivery.events(world, run.counts.events, run.seed, time.monotonic() + _FOREVER)
        found = _settled(world, deeds)
        yield _row(run, "P4", "requests delivered 1-4 times, two replicas", done.requests, "requests",
                   [*done.wrong, *done.stuck, *found.all], f"{done.deliveries:,} deliveries")  # fmt: skip
        yield _row(run, "P4", "events delivered 1-4 times or only as a retry", events.events, "events", events.wrong,
                   f"{events.deliveries:,} deliveries, {events.as_retry} only as a retry")  # fmt: skip


def silences(run: Run) -> Iterator[Row]:
    """Lose Slack's answers, hang, fail for hours, refuse the token."""
    for mode, count in (("drop", run.counts.drops), ("hang", run.counts.hangs)):
        with run.world() as (world, deeds):
            done = away.unanswered(world, deeds, mode, count, run.seed, time.monotonic() + _FOREVER)
            found = _settled(world, deeds)
            what = "recorded, answer dropped" if mode == "drop" else "never answered"
            yield _row(run, "P2, P3", f"posts {what}", done.struck, "posts", [*done.stuck, *found.all])
    with run.world() as (world, deeds):
        done = away.refused(world, deeds, run.counts.refused)
        found = _settled(world, deeds)
        yield _row(run, "P2, P8", "token revoked, then restored", done.facts, "rows queued", found.all,
                   f"told {done.seconds:.0f} s after a restart")  # fmt: skip
    with run.world(replicas=1) as (world, deeds):
        done = away.outage(world, deeds, run.counts.outage, timedelta(hours=4))
        found = _settled(world, deeds)
        budget = world.environment.get("SCHARNIER_POSTS_PER_MINUTE", "300")
        yield _row(run, "P8", "4 h of HTML instead of answers; worker in process, injected clock", done.facts,
                   "rows queued", [*done.wrong, *found.all, *away.paces(world)],
                   f"{done.struck} calls meanwhile; escalations told after {done.escalations:.0f} s, all after "
                   f"{done.seconds:.0f} s at {budget} a minute")  # fmt: skip


def databases(run: Run) -> Iterator[Row]:
    """Hurt the database under load."""
    if run.database == "sqlite":
        for what, hurt, count in (
            ("file locked by another process for 1-3 s", cuts.locked, run.counts.locks),
            ("disk full (RLIMIT_FSIZE)", cuts.full, run.counts.full),
        ):
            with run.world() as (world, deeds):
                done = hurt(world, deeds, count, run.seed)
                found = _settled(world, deeds)
                yield _row(run, "P18", what, done.blows, "times", [*done.wrong, *found.all] + ["late"] * done.late,
                           f"{done.not_saved} told “not saved”, {done.saved} saved; "
                           f"healed in {done.healed:.1f} s at most")  # fmt: skip
        return
    assert run.server is not None
    folder = Path(parse_qs(urlsplit(run.server).query)["host"][0])
    for what, blow, count, pauses in (
        ("all connections terminated under load", cuts.terminating(run.server), run.counts.cuts, (1.0, 4.0)),
        ("server crashed and restarted under load", cuts.restarting(folder), run.counts.restarts, (5.0, 15.0)),
    ):
        with run.world() as (world, deeds):
            yield _struck(run, what, cuts.struck(world, deeds, blow, count, pauses, run.seed), world, deeds)
    with making(run.database, run.server) as world, wired(world.url) as (wire, url):
        world.start(2, DATABASE_URL=url)
        deeds = Deeds(world, Record())
        done = cuts.struck(world, deeds, cuts.losing(wire), run.counts.cuts, (0.2, 1.0), run.seed)
        yield _struck(run, "commit done, its answer cut off", done, world, deeds)


def clocks(run: Run) -> Iterator[Row]:
    """Jump, stop and change the clock, in process with an injected clock."""
    for count in (2, 4):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'clock.db'}"
            if run.server is not None:
                url = new_database(run.server, f"clock_{count}_{run.seed}")
            with clock.keeping(url, count) as keepers:
                for what, rung in (
                    ("72 h down", clock.down(keepers)),
                    ("clock jumps of up to 3 days", clock.jumps(keepers, run.seed)),
                    ("nights of the clock change in three zones", clock.nights(keepers)),
                ):
                    yield _row(run, "P9", f"{what}, {count} timekeepers; in process, injected clock", rung.timers,
                               "timers", rung.wrong)  # fmt: skip


def forgeries(run: Run) -> Iterator[Row]:
    """Forge and mutate requests, and look what the logs tell at DEBUG."""
    with run.world(replicas=1, level="DEBUG") as (world, deeds):
        chance = random.Random(run.seed)
        for team in TEAMS * 3:
            deeds.log(team)
            deeds.all(team, chance)
        request_id = deeds.request(TEAMS[0])
        deeds.answer(TEAMS[0], request_id, "decline")
        deeds.decide(TEAMS[0], deeds.escalate(TEAMS[0], request_id))
        _settled(world, deeds)
        replica = world.replicas[0]
        forged = forgery.forge(world, replica, run.counts.forged, run.seed)
        yield _row(run, "P11", "forged requests refused, nothing written", forged.sent, "requests", forged.wrong,
                   f"{forged.log_bytes // max(forged.sent, 1)} bytes of log each")  # fmt: skip
        fuzzed = forgery.fuzz(world, replica, run.counts.fuzzed, run.seed)
        answers = ", ".join(f"{times:,} × {status}" for status, times in sorted(fuzzed.statuses.items()))
        yield _row(run, "P12", "mutated requests with a good signature", fuzzed.sent, "requests", fuzzed.wrong,
                   f"{answers}; the slowest took {fuzzed.slowest:.1f} s")  # fmt: skip
        lines = sum(log.count("\n") for log in world.logs())
        yield _row(run, "P20", "lines of the log at DEBUG without token, secret, words or mail", lines, "lines",
                   forgery.leaks(world))  # fmt: skip


def soaks(run: Run) -> Iterator[Row]:
    """Send very many requests to one replica."""
    with run.world(replicas=1, level="ERROR") as (world, _):
        done = soak.soak(world, world.replicas[0], run.counts.soak)
        for answered, held in done.marks:
            _say(f"after {answered:,} requests: {held.megabytes} MB, {held.threads} threads, {held.files} files")
        first, last = done.marks[0][1], done.marks[-1][1]
        note = (
            f"{first.megabytes:.0f} → {last.megabytes:.0f} MB, {first.threads} → {last.threads} threads, "
            f"{first.files} → {last.files} files; {done.requests / done.seconds:.0f} a second"
        )
        yield _row(run, "P19", "soak, one replica", done.requests, "requests", ["not 200"] * done.failures, note)


PARTS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "kills": kills,
    "races": races,
    "repeats": repeats,
    "silences": silences,
    "databases": databases,
    "clocks": clocks,
    "forgeries": forgeries,
    "soaks": soaks,
}
COUNTS = {
    "kills": 200,
    "races": 500,
    "requests": 2000,
    "events": 500,
    "drops": 200,
    "hangs": 20,
    "refused": 100,
    "outage": 200,
    "locks": 30,
    "full": 30,
    "cuts": 100,
    "restarts": 20,
    "forged": 10_000,
    "fuzzed": 50_000,
    "soak": 20_000,
}


def main() -> None:
    """Run the parts and print what came of them; exit code 1 if a promise did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all of them if none is named")
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument(
        "--transports", nargs="*", default=["http", "socket"], choices=["http", "socket"], help="of kills"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(2**31))
    for name, count in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=count, help=f"{count:,}")
    wishes = parser.parse_args()
    # What is ended from outside ends its children, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    logging.getLogger("scharnier").setLevel(logging.CRITICAL)
    _say(f"seed {wishes.seed}")
    rows: list[Row] = []
    with ExitStack() as stack:
        for database in wishes.databases:
            server = stack.enter_context(postgres()) if database == "postgres" else None
            for part in wishes.parts or PARTS:
                begun = time.monotonic()
                for row in PARTS[part](Run(database, server, wishes.seed, wishes)):
                    rows.append(row)
                    _say(str(row))
                _say(f"{part} took {time.monotonic() - begun:.0f} s")
    click.echo("\n".join(["", HEAD, *map(str, rows)]))
    sys.exit(any(row.failures for row in rows))


def _settled(world: World, deeds: Deeds) -> ledger.Findings:
    """Wait until everything is told, and hold everything against everything."""
    drained = ledger.drained(world, _DRAINED_SECONDS)
    found = ledger.check(world, deeds.record)
    if not drained:
        found.lost.append("the outbox is not drained")
    for line in world.faults()[:20]:
        _say(line)
    return found


def _struck(run: Run, what: str, done: cuts.Cuts, world: World, deeds: Deeds) -> Row:
    found = _settled(world, deeds)
    note = f"{found.facts} facts, {found.messages} messages; healed in {done.healed:.1f} s at most"
    return _row(run, "P1-P3, P18", what, done.blows, "times", [*done.wrong, *done.stuck, *found.all], note)


def _row(run: Run, promise: str, what: str, tries: int, unit: str, failures: list[str], note: str = "") -> Row:
    for failure in failures[:20]:
        _say(f"FAILED {what}: {failure}")
    return Row(promise, what, run.name, tries, unit, len(failures), note)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
