"""``scharnier demo`` as people start and end it: nothing of it is left behind, whatever happens."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bot import demo
from playground.robot import Playground

ROOT = Path(demo.__file__).parents[1]
WAIT_SECONDS = 60


@dataclass
class Demo:
    """A demo that was started, and everything it and its children may leave behind."""

    process: "subprocess.Popen[str]"
    temporary: Path
    heard: str = ""

    def hears(self, pattern: str) -> str:
        """Read on until a line matches; return what the group holds."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard += line
            if found := re.search(pattern, line):
                return found[1] if found.groups() else found[0]
        raise AssertionError(f"{pattern!r} was not said: {self.heard}")

    def address(self) -> str:
        return self.hears(r"(http://127\.0\.0\.1:\d+/\?as=\w+)")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, module: str) -> psutil.Process:
        """Wait for the child that runs ``python -m …``: it is a copy of its parent until then."""
        for _ in range(WAIT_SECONDS * 100):
            found = [one for one in self.children() if f"-m {module}" in " ".join(one.cmdline())]
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(self.ends())

    def listens(self) -> set[str]:
        """Return the addresses at which anything of it can be reached."""
        connections = (one for child in self.children() for one in child.net_connections("inet"))
        return {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}

    def waits_for_file(self, name: str) -> None:
        """Wait until a file is there, which tells how far the start has come."""
        for _ in range(WAIT_SECONDS * 100):
            if any(self.temporary.glob(f"*/{name}")):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError(self.ends())

    def ends(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and everything that was said."""
        rest, _ = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, self.heard + rest


Start = Callable[..., Demo]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start demos where little can be relied on: no home, no writable folder, no desktop, other programs' settings."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    surroundings = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "HOME"} | {
        "PYTHONPATH": str(ROOT),
        "BROWSER": f"{browser} %s",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "SLACK_BOT_TOKEN": "xoxb-of-a-real-workspace",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "DATABASE_URL": f"sqlite:///{tmp_path}/mine.db",
        "SCHARNIER_LANGUAGE": "fr",
        "HOST": "0.0.0.0",
    }
    with contextlib.ExitStack() as stack:

        def started(*options: str, **environment: str) -> Demo:
            temporary = tmp_path / f"temporary-{len(list(tmp_path.iterdir()))}"
            temporary.mkdir()
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", *options],
                cwd="/proc",
                env={**surroundings, "TMPDIR": str(temporary), **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            stack.callback(_end, process)
            return Demo(process, temporary)

        yield started
        assert not (tmp_path / "mine.db").exists()


def _end(process: "subprocess.Popen[str]") -> None:
    below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    for one in below:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    process.kill()
    process.communicate()


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return psutil.wait_procs(processes, timeout=10)[1]


def _free_port() -> str:
    return str(demo.free_port())


@pytest.mark.parametrize(
    ("options", "ending", "first", "told"),
    [
        (["--language", "en"], signal.SIGINT, "U0HARTLEY", "Ctrl-C stops everything"),
        (["--language", "de", "--transport", "http"], signal.SIGTERM, "U0BRUNNER", "Ctrl-C beendet alles"),
        (["--port", "0"], signal.SIGHUP, "U0HARTLEY", "Ctrl-C stops everything"),
    ],
)
def test_it_tells_where_it_is_and_what_to_do_and_leaves_nothing_behind(
    start: Start, tmp_path: Path, options: list[str], ending: signal.Signals, first: str, told: str
) -> None:
    one = start(*options)
    address = one.address()
    one.hears(told)
    with urllib.request.urlopen(address) as page:
        served = page.read().decode()
    below = one.children()
    listening = one.listens()
    one.process.send_signal(ending)
    code, said = one.ends()

    assert address.endswith(f"?as={first}")
    assert served.lower().startswith("<!doctype html>")
    assert listening == {"127.0.0.1"}
    assert len(below) >= 3
    assert not (tmp_path / "opened").exists()
    assert code == 0
    assert said.count("http://") == 1
    assert "Traceback" not in said
    assert _alive(below) == []
    assert list(one.temporary.iterdir()) == []


@pytest.mark.parametrize("reached", ["slack.log", "import.log", "scharnier.log"])
def test_ctrl_c_during_the_start_ends_it_cleanly_however_often_it_is_pressed(start: Start, reached: str) -> None:
    one = start("--port", "0")
    one.waits_for_file(reached)
    below = one.children()
    one.process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    if one.process.poll() is None:
        one.process.send_signal(signal.SIGINT)
    code, said = one.ends()

    assert (code, said.splitlines()[1:]) == (0, ["Stopped."])
    assert _alive(below) == []
    assert list(one.temporary.iterdir()) == []


@pytest.mark.parametrize(("module", "called"), [("playground", "The local Slack"), ("bot serve", "The bot")])
def test_when_a_part_dies_it_says_so_and_ends_with_an_error(start: Start, module: str, called: str) -> None:
    one = start("--port", "0")
    one.address()
    below = one.children()
    one.child(module).kill()
    code, said = one.ends()

    assert code == 1
    assert f"{called} ended by itself (exit code -9), so the demo ends too." in said
    assert "Traceback" not in said
    assert _alive(below) == []
    assert list(one.temporary.iterdir()) == []


def test_two_at_the_same_time_are_two_companies_and_the_later_one_finds_another_port(start: Start) -> None:
    port = _free_port()
    first = start("--port", port)
    first_address = first.address()
    second = start("--port", port)
    second.hears(f"Port {port} is taken; the page is at another one.")
    second_address = second.address()

    assert f":{port}/" in first_address
    assert f":{port}/" not in second_address
    with Playground(_root(first_address)) as slack, Playground(_root(second_address)) as other:
        assert "I-" in slack.person("James Hartley").types("/kam-log Harrowmere: only here", channel="#general").text
        slack.person("James Hartley").waits_for("only here", "#acc-harrowmere")
        assert not any("only here" in shown.text for shown in other.person("James Hartley").reads("#acc-harrowmere"))


def test_what_is_kept_can_be_asked_for_in_the_next_demo_and_only_one_may_use_it(start: Start, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    options, place = ("--keep", "--port", "0"), {"XDG_CONFIG_HOME": str(kept)}
    first = start(*options, **place)
    with Playground(_root(first.address())) as slack:
        slack.person("James Hartley").types("/kam-log Harrowmere: a zebra in the warehouse", channel="#general")
    says_where = first.hears(r"stays in (.*?);")
    refused, words = start(*options, **place).ends()
    first.process.send_signal(signal.SIGINT)
    first_code, _ = first.ends()
    second = start(*options, **place)
    with Playground(_root(second.address())) as slack:
        answer = slack.person("James Hartley").types("/kam-ask zebra warehouse", channel="#general")
        channel = slack.person("James Hartley").reads("#acc-harrowmere")

    assert says_where.startswith(str(kept))
    assert refused == 1
    assert "Another demo with --keep runs in" in words
    assert first_code == 0
    assert "a zebra in the warehouse" in answer.text
    assert not any("zebra" in shown.text for shown in channel)


def test_with_nowhere_to_keep_anything_it_says_so(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, said = start("--keep", XDG_CONFIG_HOME="").ends()
    other_code, other = start("--keep", XDG_CONFIG_HOME=str(tmp_path / "file")).ends()

    assert (code, said.splitlines()[-1]) == (
        1,
        "There is no home folder to keep anything in; set HOME, or leave --keep out.",
    )
    assert other_code == 2
    assert other.startswith("The demo has no place to work in: ")
    assert len(other.splitlines()) == 1


def test_a_start_that_fails_is_a_sentence_and_leaves_nothing_behind(start: Start) -> None:
    one = start("--port", "0")
    one.waits_for_file("slack.log")
    one.child("playground").kill()
    code, said = one.ends()

    assert code == 1
    assert re.search(r"The local Slack did not start\.|The sample company could not be imported\.", said)
    assert list(one.temporary.iterdir()) == []


def test_on_a_desktop_the_page_is_opened(start: Start, tmp_path: Path) -> None:
    one = start("--port", "0", DISPLAY=":99")
    address = one.address()
    one.hears("Ctrl-C")
    opened = tmp_path / "opened"
    for _ in range(WAIT_SECONDS * 100):
        if opened.exists() and opened.read_text():
            break
        time.sleep(0.01)

    assert opened.read_text().strip() == address


def test_whom_the_page_acts_as_first_is_in_the_sample_company_and_reads_that_language() -> None:
    people = {person["id"]: person for person in json.loads(demo.SEED.read_text())["users"]}

    for language, user in demo._FIRST.items():
        assert people[user]["locale"].startswith(language)
        assert people[user]["real_name"] in demo._WORDS[language]["ready"]


def _root(address: str) -> str:
    return address.partition("/?")[0]
