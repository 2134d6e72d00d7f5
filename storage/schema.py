"""The schema: brought up to date by one replica at a time, the others wait."""

import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.engine import make_engine

_HERE = Path(__file__).parent / "migrations"
_LOCK = 7_238_115_004
"""Any number nobody else uses for an advisory lock in this database."""


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version; safe when several replicas start at once."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Waiting for another replica's migration may take longer than a request may wait for a lock.
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _run(connection)
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Tell whether the schema is the one this code was written for."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _newest()


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave the tables that SQLite's full-text index makes for itself out of comparisons."""
    del parents
    return not (kind == "table" and name is not None and name.startswith("search_index"))


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
