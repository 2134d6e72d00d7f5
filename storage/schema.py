"""The schema: brought up to date by one replica at a time, the others wait."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, text

from storage.engine import LOCK_WAIT_SECONDS, READ_ONLY, make_engine

_HERE = Path(__file__).parent / "migrations"
_LOCK = 7_238_115_004
"""Any number nobody else uses for an advisory lock in this database."""
_MIGRATION_SECONDS = 600


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version, all or nothing; safe when several replicas start at once."""
    with engine.connect() as connection, _patient(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            # Waiting for another replica's migration may take longer than a request may wait for a lock.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _run(connection)


@contextmanager
def _patient(connection: Connection) -> Iterator[None]:
    """Let SQLite wait for another replica's migration too, and rebuild tables that others refer to."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute(f"PRAGMA busy_timeout = {_MIGRATION_SECONDS * 1000}")
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000:.0f}")


def is_current(engine: Engine) -> bool:
    """Tell whether the schema is the one this code was written for."""
    has, newest = versions(engine)
    return has == newest


def versions(engine: Engine) -> tuple[str | None, str | None]:
    """Return the version the database has, None for an empty one, and the newest."""
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return MigrationContext.configure(connection).get_current_revision(), _newest()


def knows(version: str) -> bool:
    """Tell whether this code can bring a database of that version up to date."""
    try:
        return ScriptDirectory.from_config(config()).get_revision(version) is not None
    except CommandError:
        return False


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the tables that SQLite's full-text index makes for itself out of comparisons."""
    del parents
    return not (kind == "table" and name is not None and name.startswith("search_index"))


def is_for(dialect: str) -> Callable[..., bool]:
    """Leave PostgreSQL's index over the words of notes out when SQLite's schema is compared."""

    def belongs(item: Any, name: str | None, kind: str, is_there: bool, other: Any) -> bool:
        del name, is_there, other
        return not (kind == "index" and dialect == "sqlite" and item.dialect_options["postgresql"]["using"])

    return belongs


def write_migration(message: str) -> None:
    """Write the migration from the newest version to the tables as they are now, for a developer to read and mend."""
    engine = make_engine("sqlite://")
    with engine.connect() as connection:
        _run(connection)
        revision = f"{len(list((_HERE / 'versions').glob('*.py'))) + 1:04d}"
        command.revision(config(connection), message, autogenerate=True, rev_id=revision)


def config(connection: Connection | None = None) -> Config:
    """Return alembic's configuration; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(_HERE))
    settings.attributes["connection"] = connection
    return settings


def _run(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


def _newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


if __name__ == "__main__":
    write_migration(sys.argv[1])
