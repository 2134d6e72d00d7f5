"""The database engine from its URL: SQLite by default, PostgreSQL beyond one machine."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

LOCK_WAIT_SECONDS = 1.0
"""How long a request waits for the database before it says that nothing was saved."""
_SWITCH_TRIES = 100
_SWITCH_PAUSE_SECONDS = 0.02
APPLICATION = "scharnier"
"""How PostgreSQL lists our connections; a restore looks whether there are any."""
_SETTINGS = {
    "lock_timeout": int(LOCK_WAIT_SECONDS * 1000),
    "statement_timeout": 10_000,
    "timezone": "UTC",
    # What is asked lies in memory or on a disk without a head: an index costs less than the planner thinks.
    "random_page_cost": 1.1,
    # Compiling takes longer than the longest of our statements runs.
    "jit": "off",
}
READ_ONLY = "scharnier_read_only"
"""Execution option: this transaction reads, so SQLite need not take the write lock."""


def make_engine(url: str) -> Engine:
    """Return an engine whose SQLite is durable and never loses an update."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    from psycopg import RawCursor  # installed only where PostgreSQL is used

    return create_engine(
        parsed,
        pool_size=16,
        max_overflow=16,
        pool_timeout=LOCK_WAIT_SECONDS,
        pool_pre_ping=True,
        # The connection that was used last knows the statements that it has prepared.
        pool_use_lifo=True,
        hide_parameters=True,
        # PostgreSQL's own way of writing parameters: the driver need not take each statement apart.
        paramstyle="numeric_dollar",
        connect_args={
            "cursor_factory": RawCursor,
            "connect_timeout": 2,
            "application_name": APPLICATION,
            "options": " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items()),
        },
    )


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None for PostgreSQL and for one in memory."""
    parsed = make_url(url)
    in_file = parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}
    return Path(str(parsed.database)) if in_file else None


def damage(engine: Engine) -> str | None:
    """Return what is wrong with the pages of an SQLite file, None if nothing is; about two seconds a gigabyte."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    except DatabaseError as error:
        # Locked or out of reach is another matter, and said elsewhere.
        if isinstance(error, OperationalError):
            raise
        said = str(error.orig)
    return None if said == "ok" else said.splitlines()[0]


def _sqlite(url: str, path: str | None) -> Engine:
    in_memory = not path or path == ":memory:"
    if path and not in_memory:
        # It will hold what people wrote.
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 16, "max_overflow": 64}
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": LOCK_WAIT_SECONDS},
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN is deferred and loses concurrent updates; we begin ourselves.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-16384",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the write-ahead log on; SQLite itself does not wait where several connections do so at once."""
    for _ in range(_SWITCH_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(_SWITCH_PAUSE_SECONDS)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
