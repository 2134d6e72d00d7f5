"""Which faults of a driver mean that the database is away, and which are ours."""

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.ports import StoreAway

_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")


def as_away(error: SQLAlchemyError, *, committing: bool) -> StoreAway | None:
    """Return what the core is told, None for a fault of ours such as a wrong statement.

    Args:
        error: what the driver raised, as SQLAlchemy wraps it.
        committing: it came from the commit; a connection that breaks there leaves its outcome open.
    """
    if isinstance(error, PoolTimeout):
        return StoreAway()
    if not isinstance(error, DBAPIError):
        return None
    if error.connection_invalidated:
        return StoreAway(is_cut=True, in_doubt=committing)
    if isinstance(error.orig, sqlite3.OperationalError):
        # SQLite calls a missing table by the same class; only its own name of the fault tells.
        return StoreAway() if error.orig.sqlite_errorname.startswith(_SQLITE) else None
    return StoreAway() if isinstance(error, OperationalError) else None
