"""Audit: who did what in ids and field names, sealed in a chain of hashes that shows every later change (F60)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Person

OPERATOR = MemberId("operator")
"""Whoever runs the commands on the machine; no Slack id is written in small letters."""
MARGIN = timedelta(seconds=60)
"""Younger rows wait for the next seal, so that a slow transaction's row is not overtaken by many."""
MOST_ROWS = 1000
"""Rows under one seal; what is more waits for the next one, so that sealing never holds the database for long."""
START = "0" * 64
"""What the first seal follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One audit row as it is sealed."""

    id: int
    at: datetime
    actor_id: str | None
    """None stands for Scharnier itself."""
    action: str
    subject: str
    object_id: int
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain."""

    number: int
    previous: str
    hash: str
    rows: int
    sealed_at: datetime


def seal(workspace_id: WorkspaceId, last: Seal | None, rows: Iterable[Row], now: datetime) -> Seal:
    """Make the seal that follows ``last`` over rows in any order."""
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    ordered = in_order(rows)
    return Seal(number, previous, _hash(workspace_id, number, previous, ordered, now), len(ordered), now)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return rows in the order in which they are sealed: by time, then id."""
    return sorted(rows, key=lambda row: (row.at, row.id))


def _hash(workspace_id: WorkspaceId, number: int, previous: str, rows: Sequence[Row], sealed_at: datetime) -> str:
    """Return the SHA-256 over one line of canonical JSON for the seal and one for each row."""
    digest = hashlib.sha256()
    digest.update(_line([workspace_id, number, previous, len(rows), _instant(sealed_at)]))
    for row in rows:
        line = [row.id, _instant(row.at), row.actor_id, row.action, row.subject, row.object_id, row.fields]
        digest.update(_line(line))
    return digest.hexdigest()


def _line(values: object) -> bytes:
    # No spaces and ASCII only, so that there is one way to write a row; \n ends a line and cannot stand inside one.
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True, sort_keys=True).encode() + b"\n"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Flaw(StrEnum):
    """How a chain can be broken."""

    SEAL_MISSING = "seal_missing"
    """A number is left out, or rows name a seal that is not there."""
    NOT_LINKED = "not_linked"
    """The seal does not follow the one before it."""
    ROWS_MISSING = "rows_missing"
    ROWS_ADDED = "rows_added"
    ROWS_CHANGED = "rows_changed"
    """Rows or the seal itself are not what was sealed."""
    ROWS_UNREADABLE = "rows_unreadable"
    NOT_EXPECTED = "not_expected"
    """No seal has the hash that was noted elsewhere."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain is broken."""

    flaw: Flaw
    seal: int | None
    sealed_at: datetime | None = None
    sealed_rows: int | None = None
    rows: int | None = None
    """How many there are now."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    """The time of the rows that are there now."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The rows that no seal covers yet."""

    rows: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole chain found."""

    seals: int
    rows: int
    newest: Seal | None
    """The last seal that holds; its hash can be noted elsewhere."""
    tail: Tail
    broken: Break | None


def check(workspace_id: WorkspaceId, last: Seal | None, found: Seal, rows: Sequence[Row]) -> Break | None:
    """Return how a seal differs from the one that its rows and the seal before it give; None if it holds."""
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    if found.number != number:
        return Break(Flaw.SEAL_MISSING, number)
    if found.previous != previous:
        return _break(Flaw.NOT_LINKED, found, rows)
    if len(rows) != found.rows:
        return _break(Flaw.ROWS_MISSING if len(rows) < found.rows else Flaw.ROWS_ADDED, found, rows)
    if _hash(workspace_id, number, previous, in_order(rows), found.sealed_at) != found.hash:
        return _break(Flaw.ROWS_CHANGED, found, rows)
    return None


def unreadable(found: Seal) -> Break:
    """Return the break of a seal whose rows no longer are what a database of ours holds."""
    return _break(Flaw.ROWS_UNREADABLE, found, ())


def _break(flaw: Flaw, found: Seal, rows: Sequence[Row]) -> Break:
    times = [row.at for row in rows]
    return Break(
        flaw,
        found.number,
        found.sealed_at,
        found.rows,
        None if flaw is Flaw.ROWS_UNREADABLE else len(rows),
        min(times, default=None),
        max(times, default=None),
    )


@dataclass(frozen=True, slots=True)
class Record:
    """One audit row as an operator reads it."""

    row: Row
    actor: Person | None
    number: int | None
    """The short number of the request, conflict or interaction."""
