"""One world per database for the short form: local Slack, two real replicas, a load balancer."""

import random
from collections.abc import Iterator

import click
import pytest
import pytest_socket

from tests.torture.deeds import Deeds, Record
from tests.torture.world import World, making


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests talk to this machine."""


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def standing(request: pytest.FixtureRequest) -> Iterator[World]:
    """Run everything once per database; each test says and checks its own."""
    # A session's fixtures are made before the one that lets a single test use sockets.
    pytest_socket.enable_socket()
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with making(request.param, server, level="DEBUG") as world:
        yield world


@pytest.fixture
def world(standing: World) -> Iterator[World]:
    """Give a world with two replicas, whatever the last test left."""
    standing.slack.no_faults()
    if missing := 2 - len(standing.replicas):
        standing.start(missing)
    known = len(standing.faults())
    yield standing
    standing.slack.no_faults()
    # Shown when the test failed: why somebody read an apology.
    click.echo("\n".join(standing.faults()[known:][:20]))


@pytest.fixture
def deeds(world: World) -> Deeds:
    """Let people act, and remember what they were told."""
    return Deeds(world, Record())


@pytest.fixture
def seed() -> int:
    """Draw a seed; pytest prints the one it comes from."""
    return random.randrange(2**31)
