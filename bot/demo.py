"""The demo: a local Slack, the bot and the sample company, started and ended together."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample"
SEED = SAMPLE / "slack.json"
PORT = 8765
"""Where the page is, unless somebody else is there."""
_HOST = "127.0.0.1"
_READY_SECONDS = 30
_END_SECONDS = 8
_LOOK_SECONDS = 0.1
_TAIL = 15
"""How many lines of a log are shown when its process failed."""
_SECRET = "demo-signing-secret"  # noqa: S105  of a make-believe workspace on this machine
_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-demo", "SLACK_APP_TOKEN": "xapp-demo"}
_PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
_SLACK, _BOT = "slack", "scharnier"
_FIRST = {"en": "U0HARTLEY", "de": "U0BRUNNER"}
"""Whom the page acts as at the beginning: a key account manager who reads this language."""
_WORDS = {
    "en": {
        "starting": "Starting a local Slack with a sample company, and what happened there until today ...",
        "taken": "Port {port} is taken; the page is at another one.",
        "ready": """Open {address}

You are James Hartley, key account manager. Type into #general, for instance:
    /kam-log Harrowmere Conveyors: visited purchasing, they want the delivery a week earlier
    /kam brief Harrowmere Conveyors
“Act as” makes you somebody else, to answer as they would.  Ctrl-C stops everything.""",
        "kept": "What Scharnier stores stays in {folder}; delete that folder to begin anew.",
        "stopped": "Stopped.",
    },
    "de": {
        "starting": "Ein lokales Slack mit einer Beispielfirma startet, mit dem, was dort bis heute geschah ...",
        "taken": "Port {port} ist belegt; die Seite ist an einem anderen.",
        "ready": """Öffne {address}

Du bist Lea Brunner, Key Account Managerin. Schreib in #general, zum Beispiel:
    /kam-log Helvetia Pumpen: Besuch beim Einkauf, will den Liefertermin eine Woche früher
    /kam briefing Helvetia Pumpen
„Handeln als“ macht dich zu jemand anderem, um dort zu antworten.  Ctrl-C beendet alles.""",
        "kept": "Was Scharnier speichert, bleibt in {folder}; lösche diesen Ordner, um neu zu beginnen.",
        "stopped": "Beendet.",
    },
}


class DemoFailed(Exception):
    """A part of the demo did not start, or ended by itself."""


class Stopped(Exception):
    """Somebody asked for the end while a part was starting."""


@dataclass(frozen=True)
class Wishes:
    """What somebody wants of a demo; port 0 takes a free one."""

    transport: str = "socket"
    language: str = "en"
    port: int = 0
    keep: bool = False
    story: bool = False
    """Whether something happened lately: promises that are due, wishes that wait (``sample/story.py``)."""


class Household:
    """The child processes, which end together; whoever asks for the end may do so at any time and several times."""

    def __init__(self) -> None:
        self.is_ending = False
        self._members: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, module: list[str], environment: Mapping[str, str], folder: Path) -> Path:
        """Start one of our modules in a folder; return the file that gets everything it says.

        Children stand in sessions of their own: a Ctrl-C in the terminal is for the parent, which then ends them.
        """
        log = folder / f"{name}.log"
        with log.open("wb") as said:
            self._members[name] = subprocess.Popen(  # noqa: S603  our own modules
                [sys.executable, "-m", *module],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        if self.is_ending:
            self.stop()
        return log

    def ended(self, name: str) -> int | None:
        """Return how one of them ended, or nothing while it runs.

        Raises:
            Stopped: somebody asked for the end.
        """
        code = self._members[name].poll()
        if self.is_ending:
            raise Stopped
        return code

    def stop(self, *_: object) -> None:
        """Ask all of them to end; also a signal's handler."""
        self.is_ending = True
        for member in self._members.values():
            member.terminate()

    def close(self) -> None:
        """End all of them, the last first, and leave none behind."""
        self.stop()
        for member in reversed(self._members.values()):
            try:
                member.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
            if member.stdin:
                member.stdin.close()


def stay(wishes: Wishes, say: Callable[[str], None]) -> None:
    """Start everything, say where it is, and stay until somebody asks for the end: the last thing a process does.

    ``say`` is given what people read, in their language.

    Raises:
        DemoFailed: a part did not start, or ended by itself.
    """
    household, words = Household(), _WORDS[wishes.language]
    with ExitStack() as stack:
        # Outermost: a second Ctrl-C while everything ends must not cut the ending short.
        stack.enter_context(_heard(household.stop))
        folder = stack.enter_context(_folder(keep=wishes.keep))
        stack.enter_context(closing(household))
        try:
            say(words["starting"])
            slack = start(household, folder, wishes, say=say)
            address = f"{slack}/?as={_FIRST[wishes.language]}"
            say(words["ready"].format(address=address))
            if wishes.keep:
                say(words["kept"].format(folder=folder))
            if _has_desktop():
                webbrowser.open(address)
            _watch(household, folder)
        except Stopped:
            say(words["stopped"])


@contextmanager
def running(
    transport: str, database_url: str | None = None, seed: Path = SEED, *, story: bool = False
) -> Iterator[str]:
    """Run local Slack and bot on this machine with the sample company; yield the local Slack's address.

    Raises:
        DemoFailed: a part did not start.
    """
    with _folder(keep=False) as folder, closing(Household()) as household:
        yield start(household, folder, Wishes(transport, story=story), database_url, seed)


def start(
    household: Household,
    folder: Path,
    wishes: Wishes,
    database_url: str | None = None,
    seed: Path = SEED,
    say: Callable[[str], None] = lambda _: None,
) -> str:
    """Start local Slack and bot and import the sample company once; return the local Slack's address.

    Raises:
        DemoFailed: a part did not start.
        Stopped: somebody asked for the end.
    """
    port = free_port()
    slack = _start_slack(household, folder, wishes, seed, port, say)
    environment = settings(slack, wishes, port, folder, database_url)
    imported = folder / "imported"
    # What is kept is what somebody did; the files would undo it.
    if not imported.exists():
        _run(household, "import", ["bot", "import", str(SAMPLE), "--json"], environment, folder)
        if wishes.story:
            _run(household, "story", ["sample.story"], environment, folder)
        imported.touch()
    log = household.start(_BOT, ["bot", "serve"], environment, folder)
    _wait_until_ready(household, port, log)
    return slack


def settings(slack: str, wishes: Wishes, port: int, folder: Path, database_url: str | None) -> dict[str, str]:
    """Return the environment with which the unmodified bot talks to the local Slack."""
    tokens = _TOKENS if wishes.transport == "socket" else {"SLACK_BOT_TOKEN": _TOKENS["SLACK_BOT_TOKEN"]}
    secret = {} if wishes.transport == "socket" else {"SLACK_SIGNING_SECRET": _SECRET}
    return {
        **_surroundings(),
        **tokens,
        **secret,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": database_url or "",
        "SCHARNIER_DATA": str(folder),
        "SCHARNIER_LANGUAGE": wishes.language,
        "SCHARNIER_LOG_LEVEL": "WARNING",
        "SCHARNIER_TIME_ZONE": "Europe/Zurich",
        "SCHARNIER_COUNTRY": "CH",
        "HOST": _HOST,
        "PORT": str(port),
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _surroundings() -> dict[str, str]:
    """Return this process's environment without settings of another Scharnier and without proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SLACK_", "SCHARNIER_")) and name.lower() not in _PROXIES
    }
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}


def _start_slack(
    household: Household, folder: Path, wishes: Wishes, seed: Path, bot_port: int, say: Callable[[str], None]
) -> str:
    """Start the local Slack and return its address; a port that somebody has gives way to a free one."""
    module = ["playground", "--parent-stdin", "--seed", str(seed), "--manifest", str(ROOT / "manifest.yml")]
    module += ["--transport", wishes.transport, "--signing-secret", _SECRET]
    module += ["--bot-token", _TOKENS["SLACK_BOT_TOKEN"], "--app-token", _TOKENS["SLACK_APP_TOKEN"]]
    if wishes.transport == "http":
        module += ["--bot", f"http://{_HOST}:{bot_port}/slack/events"]
    port = wishes.port
    while True:
        if port and _is_taken(port):
            say(_WORDS[wishes.language]["taken"].format(port=port))
            port = 0
        log = household.start(_SLACK, [*module, "--port", str(port)], _surroundings(), folder)
        while household.ended(_SLACK) is None:
            if line := _first_line(log):
                return str(json.loads(line)["url"])
            time.sleep(_LOOK_SECONDS / 2)
        # Somebody may have taken the port between the look and the start.
        if not port or not _is_taken(port):
            raise DemoFailed(f"The local Slack did not start.\n{_tail(log)}")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0


def _first_line(log: Path) -> str:
    """Return the line that the local Slack says when it is ready, once it is whole."""
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    return next((line for line in lines if line.startswith("{") and line.endswith("\n")), "")


def _run(household: Household, name: str, module: list[str], environment: Mapping[str, str], folder: Path) -> None:
    """Run one of our modules to its end."""
    log = household.start(name, module, environment, folder)
    while (code := household.ended(name)) is None:
        time.sleep(_LOOK_SECONDS / 2)
    if code:
        raise DemoFailed(f"The sample company could not be imported.\n{_tail(log)}")


def _wait_until_ready(household: Household, port: int, log: Path) -> None:
    """Ask ``/readyz`` until it is content; a proxy of this machine's people is not asked."""
    said, opener = "", urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _READY_SECONDS
    while household.ended(_BOT) is None and time.monotonic() < until:
        try:
            with opener.open(f"http://{_HOST}:{port}/readyz", timeout=2):
                return
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode()
        except OSError as error:
            said = str(error)
        time.sleep(_LOOK_SECONDS)
    raise DemoFailed(f"The bot did not become ready: {said}\n{_tail(log)}")


def _watch(household: Household, folder: Path) -> None:
    """Stay until somebody asks for the end, or one of the two is gone."""
    while True:
        for name, called in ((_SLACK, "The local Slack"), (_BOT, "The bot")):
            code = household.ended(name)
            if code is not None:
                said = _tail(folder / f"{name}.log")
                raise DemoFailed(f"{called} ended by itself (exit code {code}), so the demo ends too.\n{said}".rstrip())
        time.sleep(_LOOK_SECONDS)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL:])


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    """Yield the folder of database and logs: gone afterwards, or the one that is kept, for one demo at a time."""
    if not keep:
        with tempfile.TemporaryDirectory(prefix="scharnier-demo-") as name:
            yield Path(name)
        return
    folder = Path(click.get_app_dir("scharnier-demo"))
    if not folder.is_absolute():
        raise DemoFailed("There is no home folder to keep anything in; set HOME, or leave --keep out.")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            # A lock that no crash leaves behind, on every system.
            lock = stack.enter_context(closing(sqlite3.connect(folder / "lock", timeout=0)))
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY":
                raise DemoFailed(f"Nothing can be written in {folder} ({error}).") from error
            raise DemoFailed(f"Another demo with --keep runs in {folder}; stop it, or leave --keep out.") from error
        yield folder


@contextmanager
def _heard(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal ask for the end; ``nohup`` keeps its meaning."""
    asking = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        asking.append(signal.SIGHUP)
    for number in asking:
        signal.signal(number, stop)
    try:
        yield
    finally:
        # The process is about to end; who asks once more gets what they want.
        for number in asking:
            signal.signal(number, signal.SIG_IGN)


def _has_desktop() -> bool:
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
