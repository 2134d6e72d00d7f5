"""A world to torture: local Slack, one database, real replicas behind a load balancer; leaves nothing behind."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, Executable, create_engine, text, update
from sqlalchemy.exc import OperationalError

from bot import demo
from playground.robot import Playground
from storage.engine import READ_ONLY, make_engine
from storage.tables import MemberRow
from tests.torture.balancer import Balancer, balancing

WORKSPACE = "T0ARVENSTE"
LEADS = ("U0WEGMANN", "U0OBERHOLZ", "U0RVONARX", "U0WHITMORE", "U0ANACOSTA")
"""Several people to whom one conflict is addressed, so that five can decide at once."""
_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.05
_GONE_SECONDS = 5.0
_HOLD_SECONDS = 0.04
_FAULT = '"level": "ERROR"'


class NotReady(Exception):
    """A replica did not start."""


@dataclass(eq=False)
class Replica:
    """One ``scharnier serve`` with all its processes."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    members: list[psutil.Process] = field(default_factory=list)
    """Its processes once it is ready."""

    def kill(self) -> None:
        """Kill the whole process tree at once, without a word, and wait until nothing of it is left."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()
        psutil.wait_procs(self.members, _GONE_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Tell whether its first process runs."""
        return self.process.poll() is None

    def tree(self) -> list[psutil.Process]:
        """Return its processes."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def asks(self, path: str) -> int | None:
        """Return the status of a GET, or nothing while it does not answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


@dataclass
class World:
    """Everything of one database, and the hands to hurt it."""

    slack: Playground
    balancer: Balancer
    database: str
    """``sqlite`` or ``postgres``."""
    url: str
    engine: Engine
    """The harness's own way into the database, to look only."""
    folder: Path
    environment: dict[str, str]
    replicas: list[Replica] = field(default_factory=list)
    started: int = 0
    kills: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, count: int = 1, **extra: str) -> list[Replica]:
        """Start replicas side by side, wait until they answer, and let Slack reach them."""
        begun = [self._begin(extra) for _ in range(count)]
        for replica in begun:
            self._wait(replica)
            with self._lock:
                self.replicas.append(replica)
            if replica.port:
                self.balancer.backends = [*self.balancer.backends, replica]
        return begun

    def _begin(self, extra: dict[str, str]) -> Replica:
        with self._lock:
            self.started += 1
            name = f"replica-{self.started}"
        port, log = demo.free_port(), self.folder / f"{name}.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                env={**self.environment, "PORT": str(port), **extra},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return Replica(name, port, process, log)

    def _wait(self, replica: Replica) -> None:
        until = time.monotonic() + _READY_SECONDS
        while replica.asks("/healthz") != http.HTTPStatus.OK:
            if not replica.is_alive or time.monotonic() > until:
                replica.kill()
                raise NotReady(f"{replica.name}: {replica.log.read_text(errors='replace')[-2000:]}")
            time.sleep(_LOOK_SECONDS)
        replica.members = replica.tree()

    def kill(self, replica: Replica) -> bool:
        """Kill a replica; False if somebody else did."""
        with self._lock:
            if replica not in self.replicas:
                return False
            self.replicas.remove(replica)
            self.kills += 1
        replica.kill()
        self.balancer.backends = [other for other in self.balancer.backends if other is not replica]
        return True

    def holder(self) -> Replica:
        """Return the replica that has a call to Slack open that does not end; with one replica it is that one."""
        standing = list(self.replicas)
        if len(standing) == 1:
            return standing[0]
        before = {replica: _calls(replica, self.slack.url) for replica in standing}
        for _ in range(50):
            time.sleep(_HOLD_SECONDS)
            held = [replica for replica in standing if _calls(replica, self.slack.url) & before[replica]]
            if len(held) == 1:
                return held[0]
        return standing[0]

    def stop(self) -> None:
        """Kill what runs."""
        for replica in self.replicas:
            replica.kill()
        self.replicas.clear()
        self.balancer.backends = []

    def values(self, query: Executable) -> list[Any]:
        """Return a column as the database has it; the blows that cut the replicas' connections cut ours, too."""
        until = time.monotonic() + _READY_SECONDS
        while True:
            try:
                with self.engine.connect() as connection:
                    return list(connection.execute(query).scalars())
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(_LOOK_SECONDS)

    def logs(self) -> Iterator[str]:
        """Return everything that the replicas wrote."""
        for log in sorted(self.folder.glob("replica-*.log")):
            yield log.read_text(errors="replace")

    def faults(self) -> list[str]:
        """Return the lines in which replicas speak of a fault of their own."""
        return [line for log in self.logs() for line in log.splitlines() if _FAULT in line]


def _calls(replica: Replica, slack: str) -> set[tuple[str, int]]:
    """Return the near ends of the connections that a replica holds to Slack."""
    port = int(slack.rpartition(":")[2])
    ends: set[tuple[str, int]] = set()
    for process in replica.members:
        for link in process.net_connections("tcp"):
            if link.raddr and link.raddr[1] == port and link.status == psutil.CONN_ESTABLISHED:
                ends.add((str(link.laddr[0]), int(link.laddr[1])))
    return ends


@contextmanager
def making(
    database: str, server: str | None, transport: str = "http", level: str = "WARNING", **settings: str
) -> Iterator[World]:
    """Make a world without replicas.

    Args:
        database: ``sqlite``, or ``postgres`` with the ``server``'s URL.
        server: where PostgreSQL is; a database of its own is made there.
        transport: how Slack reaches the replicas.
        level: of their logs.
        settings: more of their environment.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="scharnier-torture-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        balancer = stack.enter_context(balancing())
        url = f"sqlite:///{folder / 'scharnier.db'}"
        if database == "postgres":
            assert server is not None
            url = new_database(server, f"torture_{folder.name.rpartition('-')[2].lower()}")
        wishes = demo.Wishes(transport)
        quiet = demo.settings("http://127.0.0.1:9", wishes, 0, folder, url)
        tokens = {"bot_token": quiet["SLACK_BOT_TOKEN"], "app_token": "xapp-demo"}
        secret = quiet.get("SLACK_SIGNING_SECRET", "unused")
        slack = stack.enter_context(
            Playground.start(
                demo.SEED,
                demo.ROOT / "manifest.yml",
                balancer.url if transport == "http" else None,
                transport=transport,
                signing_secret=secret,
                **tokens,
            )
        )
        environment = {
            **demo.settings(slack.url, wishes, 0, folder, url),
            "SCHARNIER_LOG_LEVEL": level,
            "SCHARNIER_REQUESTS_PER_MINUTE": "0",
            "SCHARNIER_WORKSPACE_REQUESTS_PER_MINUTE": "0",
            **settings,
        }
        _import(environment, folder)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        with engine.begin() as connection:
            connection.execute(update(MemberRow).where(MemberRow.id.in_(LEADS)).values(role="kam_lead"))
        # Who only looks must not take the lock for which the replicas wait.
        looking = engine.execution_options(**{READ_ONLY: True})
        world = World(slack, balancer, database, url, looking, folder, environment)
        stack.callback(world.stop)
        yield world


def _import(environment: dict[str, str], folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "import", str(demo.SAMPLE), "--json"],
        env=environment,
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise NotReady(f"the sample company could not be imported: {done.stderr.decode()[-2000:]}")


def new_database(server: str, name: str) -> str:
    """Make an empty database on a PostgreSQL and return its URL."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")
