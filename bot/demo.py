"""The demo: a local Slack, the bot and the sample company, started and ended together."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample"
_READY_SECONDS = 30
_END_SECONDS = 8
_SECRET = "demo-signing-secret"  # noqa: S105  of a make-believe workspace on this machine
_TOKENS = {"SLACK_BOT_TOKEN": "xoxb-demo", "SLACK_APP_TOKEN": "xapp-demo"}


class DemoFailed(Exception):
    """A part of the demo did not start."""


def play(transport: str) -> int:
    """Start everything, play the tour, end everything; return the tour's exit code.

    Raises:
        DemoFailed: a part did not start.
    """
    sys.stdout.write("Starting a local Slack, importing the sample company, starting Scharnier ...\n")
    sys.stdout.flush()
    with running(transport) as slack:
        return subprocess.run([sys.executable, "-m", "sample.tour", slack], cwd=ROOT, check=False).returncode  # noqa: S603  our own module


@contextmanager
def running(transport: str, database_url: str | None = None, seed: Path = SAMPLE / "slack.json") -> Iterator[str]:
    """Run local Slack and bot on this machine with the sample company; yield the local Slack's address.

    Raises:
        DemoFailed: a part did not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scharnier-demo-")))
        port = free_port()
        slack = stack.enter_context(local_slack(seed, transport, port))
        environment = settings(slack, transport, port, folder, database_url)
        _import(environment, folder)
        log = stack.enter_context((folder / "serve.log").open("w+b"))
        stack.enter_context(_child([sys.executable, "-m", "bot", "serve"], environment, folder, log))
        _wait_until_ready(port, folder / "serve.log")
        yield slack


@contextmanager
def local_slack(seed: Path, transport: str, bot_port: int) -> Iterator[str]:
    """Run the local Slack; yield its address."""
    arguments = [
        "--seed",
        seed,
        "--manifest",
        ROOT / "manifest.yml",
        "--transport",
        transport,
        "--signing-secret",
        _SECRET,
    ]
    arguments += ["--bot-token", _TOKENS["SLACK_BOT_TOKEN"], "--app-token", _TOKENS["SLACK_APP_TOKEN"]]
    if transport == "http":
        arguments += ["--bot", f"http://127.0.0.1:{bot_port}/slack/events"]
    command = [sys.executable, "-m", "playground", "--parent-stdin", *map(str, arguments)]
    with _child(command, dict(os.environ), ROOT) as process:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise DemoFailed("The local Slack did not start.")
        yield json.loads(line)["url"]


def settings(slack: str, transport: str, port: int, folder: Path, database_url: str | None) -> dict[str, str]:
    """Return the environment with which the unmodified bot talks to the local Slack."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "SCHARNIER_"))}
    tokens = _TOKENS if transport == "socket" else {"SLACK_BOT_TOKEN": _TOKENS["SLACK_BOT_TOKEN"]}
    secret = {} if transport == "socket" else {"SLACK_SIGNING_SECRET": _SECRET}
    return {
        **kept,
        **tokens,
        **secret,
        "SLACK_API_URL": f"{slack}/api/",
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'scharnier.db'}",
        "SCHARNIER_DATA": str(folder),
        "SCHARNIER_LOG_LEVEL": "WARNING",
        "SCHARNIER_TIME_ZONE": "Europe/Zurich",
        "SCHARNIER_COUNTRY": "CH",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _import(environment: Mapping[str, str], folder: Path) -> None:
    done = subprocess.run(  # noqa: S603  our own module
        [sys.executable, "-m", "bot", "import", str(SAMPLE), "--json"],
        env=dict(environment),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoFailed(f"The sample company could not be imported:\n{done.stdout}{done.stderr}")


@contextmanager
def _child(
    command: list[str], environment: Mapping[str, str], folder: Path, log: IO[bytes] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # noqa: S603  our own modules
        command,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=log or subprocess.PIPE,
        stderr=subprocess.STDOUT if log else None,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _wait_until_ready(port: int, log: Path) -> None:
    """Ask ``/readyz`` until it is content."""
    said = ""
    for _ in range(_READY_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode()
        except OSError as error:
            said = str(error)
        time.sleep(0.1)
    raise DemoFailed(f"The bot did not become ready: {said}\n{log.read_text()}")
