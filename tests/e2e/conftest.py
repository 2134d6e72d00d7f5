"""A whole world per transport and database: local Slack, the unmodified bot, the sample company."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_socket
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from bot import demo
from playground.robot import Playground
from tests.browser import launch
from tests.e2e.later import Clock

WORLDS = [("http", "sqlite"), ("socket", "sqlite"), ("http", "postgres"), ("socket", "postgres")]
FEW_WORLDS = [("http", "sqlite"), ("socket", "postgres")]
"""Each transport and each database once."""
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests talk to this machine."""


@pytest.fixture(scope="session", params=WORLDS, ids=["-".join(world) for world in WORLDS])
def world(request: pytest.FixtureRequest) -> Iterator[Playground]:
    """Run everything once per transport and database; tests use accounts and people of their own."""
    with _running(request, *request.param) as slack:
        yield slack


@pytest.fixture(params=FEW_WORLDS, ids=["-".join(world) for world in FEW_WORLDS])
def own_world(request: pytest.FixtureRequest) -> Iterator[Playground]:
    """Run everything for one test that uses up what Slack takes in a minute, or leaves somebody absent."""
    with _running(request, *request.param) as slack:
        yield slack


@pytest.fixture(params=["sqlite", "postgres"])
def passing_world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Playground, Clock]]:
    """Run everything for one test in which days pass: by Socket Mode, as HTTP is signed with the machine's time."""
    clock = Clock.wound(tmp_path, monkeypatch)
    with _running(request, "socket", request.param) as slack:
        # Nobody plays how fast a busy machine answers.
        slack.rules(ack_seconds=20, trigger_seconds=20)
        yield slack, clock


@pytest.fixture(scope="session")
def slack() -> Iterator[Playground]:
    """Run everything once for all tests in a browser: transport and database are the other tests' matter."""
    pytest_socket.enable_socket()
    with demo.running("socket") as address, Playground(address) as slack:
        yield slack


@pytest.fixture
def own_slack(request: pytest.FixtureRequest) -> Iterator[Playground]:
    """Run everything for one test in a browser that uses up what Slack takes in a minute, or leaves somebody absent."""
    with _running(request, "socket", "sqlite") as slack:
        yield slack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a browser for the tests of one module; its event loop must not outlive them."""
    pytest_socket.enable_socket()
    with launch() as browser:
        yield browser


@contextmanager
def _running(request: pytest.FixtureRequest, transport: str, database: str) -> Iterator[Playground]:
    # A session's fixtures are made before the one that lets a single test use sockets.
    pytest_socket.enable_socket()
    url = None
    if database == "postgres":
        url = _new_database(request.getfixturevalue("postgres_url"), f"e2e_{transport}_{next(_numbers)}")
    with demo.running(transport, url) as address, Playground(address) as slack:
        yield slack


def _new_database(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")
