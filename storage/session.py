"""One open transaction as the repositories use it: statements, new ids, numbers, and who must be woken."""

import secrets
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.members import Workspace
from storage.tables import Base, CounterRow


@cache
def _named(columns: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    """Return what makes a named tuple of a row with these columns."""
    record: Any = namedtuple("Record", columns, rename=True)  # type: ignore[misc]  # noqa: PYI024  only the names are known
    return record._make


class Session:
    """A connection inside a transaction, bound to one workspace."""

    def __init__(self, connection: Connection, workspace: Workspace) -> None:
        self.connection = connection
        self.workspace = workspace
        self.wakes_worker = False
        self.wakes_timekeeper = False
        self._last_in_line = secrets.randbits(62)

    @property
    def workspace_id(self) -> str:
        """Return the id that leads every key."""
        return self.workspace.id

    @property
    def is_postgres(self) -> bool:
        """Tell which database this is, for the few statements that differ."""
        return self.connection.dialect.name == "postgresql"

    def run(
        self, statement: Executable, parameters: Mapping[str, Any] | list[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Execute a statement."""
        return self.connection.execute(statement, parameters)

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Return all rows of a query, as named tuples: a row of SQLAlchemy's looks up each name, 13 times as slowly.

        Pages read thousands of values; of an account's card it took a fifth.
        """
        result = self.connection.execute(statement, parameters)
        return list(map(_named(tuple(result.keys())), result.all()))

    def upsert(
        self,
        table: Table | type[Base],
        keys: Iterable[str],
        values: list[dict[str, Any]],
        keep: Iterable[str] = (),
        fill: Iterable[str] = (),
        update: Iterable[str] = (),
        newer: str | None = None,
    ) -> None:
        """Insert rows or, where the key exists, overwrite all columns but ``keys`` and ``keep``.

        Columns in ``fill`` are written only where they are empty; those in ``update`` only with what is not empty. A row
        is left as it is where it is newer by the column of that name.
        """
        if not values:
            return
        index = list(keys)
        statement = self.insert(table)
        there = (table.__table__ if isinstance(table, type) else table).c
        changed: dict[str, Any] = {name: statement.excluded[name] for name in values[0] if name not in {*index, *keep}}
        changed |= {name: func.coalesce(there[name], statement.excluded[name]) for name in fill}
        changed |= {name: func.coalesce(statement.excluded[name], there[name]) for name in update}
        in_time = func.coalesce(statement.excluded[newer] >= there[newer], true()) if newer else None
        if changed:
            self.run(statement.on_conflict_do_update(index_elements=index, set_=changed, where=in_time), [*values])
        else:
            self.run(statement.on_conflict_do_nothing(index_elements=index), [*values])

    def insert(self, table: Table | type[Base]) -> "postgresql.Insert | sqlite.Insert":
        """Return an insert that knows ``ON CONFLICT``."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def lock(self, name: str) -> None:
        """Wait until no other transaction of this workspace holds this name, and hold it until the commit."""
        # SQLite has one writer, which holds everything.
        if self.is_postgres:
            self.run(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{self.workspace_id} {name}", 0))))

    @staticmethod
    def new_id() -> int:
        """Return a fresh 63-bit id; random, so that replicas need not agree on it."""
        return secrets.randbits(63)

    def next_in_line(self) -> int:
        """Return a fresh id that is larger than those given before in this transaction: rows keep their order."""
        self._last_in_line += 1
        return self._last_in_line

    def next_number(self, kind: str) -> int:
        """Take the next short number of a kind; call it late, it holds the counter until the commit."""
        statement = self.insert(CounterRow).values(workspace_id=self.workspace_id, kind=kind, last=1)
        taken = statement.on_conflict_do_update(
            index_elements=["workspace_id", "kind"], set_={"last": CounterRow.last + 1}
        ).returning(CounterRow.last)
        number: int = self.run(taken).scalar_one()
        return number
