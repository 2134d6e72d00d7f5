"""Backups: a whole copy while Scharnier runs, and back again without telling anything twice."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, func, make_url, or_, select, update

from bot.domain.audit import OPERATOR
from bot.domain.delivery import Ref, Subject, Way
from bot.domain.history import Change
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import DraftRow, OutboxRow

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and of how much."""
RESTORED = "restored from a backup"
"""The cause of the messages that a restore sets aside."""
PRIVATE = 0o600
OVER = ("sent", "parked", "dropped")
_PAGES = 2000
"""Pages of SQLite copied in one step, 8 MB."""
_MAGIC = b"SQLite format 3\0"


class BackupRefused(Exception):
    """Nothing was changed."""


class NothingThere(BackupRefused):
    """There is no database to back up."""


class SameFile(BackupRefused):
    """The file is the database itself."""


class NotOurs(BackupRefused):
    """The file is no backup of Scharnier, or one of the other kind of database."""


class Newer(BackupRefused):
    """The file was written by a newer version."""


class Damaged(BackupRefused):
    """The check of the file found what should not be."""


class NotEmpty(BackupRefused):
    """The database holds something."""


class InUse(BackupRefused):
    """Somebody else has the database open."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    version: str
    """The schema's version in the backup."""
    parked: int
    """Messages that were unsent in the backup and are set aside now."""
    kept_as: Path | None = None
    """Where a damaged database was put that stood in the way."""


def is_sqlite(url: str) -> bool:
    """Tell which of the two databases an address names."""
    return make_url(url).get_backend_name() == "sqlite"


def save(url: str, file: Path, progress: Progress) -> None:
    """Copy the SQLite database of this address to a file that only its owner may read, while others write.

    Raises:
        NothingThere: no database is there yet.
        SameFile: a running Scharnier would go on with a file that has no name any more.
        Damaged: the copy is not whole, so the database is not.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    path = make_url(url).database
    if not path or not Path(path).is_file():
        raise NothingThere
    if file.exists() and file.samefile(path):
        raise SameFile
    with beside(file) as part:
        with _opened(Path(path), "mode=rw") as source, _opened(part, "mode=rw") as target:
            target.execute("PRAGMA synchronous = OFF")
            # One picture of everything: without this transaction each write of others starts the copy again.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _copy(source, target, "Copying", progress)
            source.execute("ROLLBACK")
            # One file that needs no other beside it.
            target.execute("PRAGMA journal_mode = DELETE").fetchone()
            progress("Checking", 0, 1)
            _check(target)
            progress("Checking", 1, 1)
        settle_on_disk(part)
        part.replace(file)
    settle_on_disk(file.parent)


def restore(url: str, file: Path, now: datetime, progress: Progress, *, force: bool) -> Restored:
    """Put a backup in the place of the SQLite database of this address; nothing that was unsent will be sent by itself.

    The copy is made ready beside the database and put in its place in one transaction of SQLite: whatever dies on the
    way, the database is the old or the new one.

    Raises:
        BackupRefused: in one of its forms.
        sqlite3.Error, OSError: it cannot be read or written.
    """
    path = Path(make_url(url).database or "")
    if path.exists() and file.samefile(path):
        raise SameFile
    version = _version_of(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path, now, force=force) as (target, kept_as), beside(path) as part:
        with _opened(file, _reading(file)) as source, _opened(part, "mode=rw") as copy:
            _copy(source, copy, "Copying", progress)
        engine = make_engine(f"sqlite:///{part}")
        try:
            parked = settle(engine, now)
        finally:
            engine.dispose()
        with _opened(part, "mode=rw") as copy:
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
            _copy(copy, target, "Restoring", progress)
    return Restored(version, parked, kept_as)


def settle(engine: Engine, now: datetime) -> int:
    """Bring a restored database up to date and set aside what was unsent; return how many messages these were."""
    schema.upgrade(engine)
    store = SqlStore(engine)
    parked = 0
    for workspace in store.workspaces():
        with store.begin(workspace.id) as tx:
            tx.history.record(
                Change(Ref(Subject.WORKSPACE, 0), "workspace.restored", OPERATOR, now, fields=("outbox", "drafts"))
            )
    with engine.begin() as connection:
        unsent = OutboxRow.state.not_in(OVER)
        parked = connection.execute(select(func.count()).select_from(OutboxRow).where(unsent)).scalar_one()
        connection.execute(
            update(OutboxRow)
            .where(or_(unsent, OutboxRow.cause == RESTORED))
            .values(
                state="parked",
                cause=RESTORED,
                lease=None,
                leased_until=None,
                # It may have been sent after the backup was made: once retried it is looked for in Slack first.
                in_doubt=or_(OutboxRow.in_doubt, OutboxRow.queue.endswith(Way.POST)),
                tried_at=func.coalesce(OutboxRow.tried_at, OutboxRow.created_at),
            )
        )
        for table in (OutboxRow, DraftRow):
            # Slack closed these addresses long ago.
            connection.execute(update(table).where(table.response_url.is_not(None)).values(response_url=None))
    return int(parked)


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """Yield the name of an empty private file beside another; what is left of it is removed."""
    part = file.with_name(f"{file.name}.part")
    names = [part, *(part.with_name(f"{part.name}-{more}") for more in ("wal", "shm", "journal"))]
    try:
        for name in names:
            name.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, PRIVATE))
        yield part
    finally:
        for name in names:
            name.unlink(missing_ok=True)


def settle_on_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(
        sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True, isolation_level=None)
    ) as connection:
        yield connection


def _reading(file: Path) -> str:
    """Return how to open a backup: one with a log beside it is not whole without, any other need not be writable."""
    return "mode=rw" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, what: str, progress: Progress) -> None:
    source.backup(target, pages=_PAGES, progress=lambda _, left, total: progress(what, total - left, total))


def _check(connection: sqlite3.Connection) -> None:
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise Damaged(str(said).splitlines()[0])


def _version_of(file: Path) -> str:
    """Return the version of a whole SQLite backup of ours that this code can use."""
    with file.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise NotOurs
    try:
        with _opened(file, _reading(file)) as connection:
            _check(connection)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "workspaces", "outbox"} <= tables:
                raise NotOurs
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error
    if not schema.knows(version):
        raise Newer(version)
    return str(version)


@contextmanager
def _alone(path: Path, now: datetime, *, force: bool) -> Iterator[tuple[sqlite3.Connection, Path | None]]:
    """Hold the database that shall be replaced, so that nobody else has it; make an empty one where there is none."""
    kept_as = _clear_way(path, now, force=force) if path.exists() else None
    made = not path.exists()
    if made:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, PRIVATE))
    try:
        with _opened(path, "mode=rw") as target:
            _hold(target)
            yield target, kept_as
    except BaseException:
        if made:
            path.unlink(missing_ok=True)
        raise


def _clear_way(path: Path, now: datetime, *, force: bool) -> Path | None:
    """Refuse what must not be replaced; put aside what SQLite cannot even open, and return where it is then."""
    try:
        with _opened(path, "mode=rw") as connection:
            _hold(connection)
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,) and not force:
                raise NotEmpty
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        if not force:
            raise NotEmpty from error
        return _set_aside(path, path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"))
    return None


def _hold(connection: sqlite3.Connection) -> None:
    """Take a database for oneself.

    Raises:
        InUse: somebody else has it open.
    """
    try:
        # Leaving the write-ahead log needs the file for oneself: an open server, however idle, stands in the way.
        for statement in (
            "PRAGMA busy_timeout = 500",
            "PRAGMA journal_mode = DELETE",
            "PRAGMA locking_mode = EXCLUSIVE",
            "BEGIN EXCLUSIVE",
            "COMMIT",
        ):
            connection.execute(statement).fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise InUse from error
        raise


def _set_aside(path: Path, kept_as: Path) -> Path:
    path.rename(kept_as)
    for more in ("wal", "shm", "journal"):
        other = path.with_name(f"{path.name}-{more}")
        if other.exists():
            other.rename(kept_as.with_name(f"{kept_as.name}-{more}"))
    return kept_as
