"""The process says where it is, and ends when it is told to or when its parent is gone."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@contextmanager
def running(*options: str) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    command = [sys.executable, "-m", "playground", "--seed", str(HERE / "slack.json")]
    command += ["--manifest", str(HERE / "manifest.yml"), *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        assert where["api"] == where["url"] + "/api/"
        assert where["url"].startswith("http://127.0.0.1:")
        try:
            yield process, where["url"]
        finally:
            process.kill()


def test_it_ends_on_a_signal_even_while_somebody_waits() -> None:
    with running() as (process, url):
        with httpx.stream("GET", f"{url}/_play/directory"):
            process.send_signal(signal.SIGTERM)
        assert process.wait(5) in {0, -signal.SIGTERM}


def test_it_ends_on_a_signal_while_a_browser_window_is_open() -> None:
    with running() as (process, url), httpx.stream("GET", f"{url}/_play/listen", params={"user": "U0LEA"}) as window:
        lines = window.iter_lines()
        assert next(lines).startswith("retry:")
        process.send_signal(signal.SIGTERM)
        assert [line for line in lines if line.startswith("data:")] in (
            [],
            ['data: {"channels": [], "person": false, "sidebar": false, "directory": false, "traffic": 0}'],
        )
        assert process.wait(5) in {0, -signal.SIGTERM}


def test_a_port_that_is_taken_gets_a_sentence() -> None:
    with running() as (_, url):
        port = url.rpartition(":")[2]
        command = [sys.executable, "-m", "playground", "--seed", str(HERE / "slack.json"), "--port", port]
        command += ["--manifest", str(HERE / "manifest.yml")]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"Port {port} cannot be used: Address already in use.\n"


def test_it_ends_with_its_parent() -> None:
    with running("--parent-stdin") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0
