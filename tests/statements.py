"""What is sent to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.store import SqlStore

_ABOUT_ROWS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Collect what reads or writes rows meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(_ABOUT_ROWS):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
