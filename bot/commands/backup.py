"""``scharnier backup`` and ``restore``: the whole database to a file, and back."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.console import (
    AS_JSON,
    DATA_WRONG,
    USE_WRONG,
    count,
    database_words,
    end,
    make_sure,
    open_database,
    print_json,
    progress_bar,
    read_settings,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.config import Settings
    from storage.backup import BackupRefused, Progress, Restored


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@AS_JSON
def backup(file: Path, *, force: bool, as_json: bool) -> None:
    """Copy the whole database to FILE while Scharnier runs, and check the copy.

    Only its owner may read FILE. It holds everything that people wrote: keep it like the database itself. Settings and
    tokens are not in it. PostgreSQL is copied by its own pg_dump.

    Exit codes: 0 written and checked, 1 the database is damaged, 2 nothing was written.
    """
    from storage import backup as files
    from storage import dump

    if file.exists() and not force:
        end(f"{file} exists already; give another name, or --force to overwrite it.")
    settings = read_settings()
    with _server(settings) as engine, _refusals(file), _bars(hidden=as_json) as progress:
        if engine is None:
            files.save(settings.database, file, progress)
        else:
            dump.save(engine, file, progress)
    size = file.stat().st_size
    if as_json:
        print_json(file=str(file), bytes=size)
    else:
        click.echo(f"{file} holds the whole database ({size:,} bytes) and was checked.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@AS_JSON
def restore(file: Path, *, force: bool, yes: bool, as_json: bool) -> None:
    """Bring a backup back: into an empty database, or with --force in the place of what is there.

    Stop every Scharnier first. Messages that were unsent in the backup are set aside and not sent by themselves, since
    they may have been sent after it was made: look at them with "scharnier outbox list --state parked".

    Exit codes: 0 restored, 1 FILE cannot be used, 2 nothing was changed.
    """
    from bot.clock import utc_now
    from storage import backup as files
    from storage import dump

    settings = read_settings()
    if force:
        make_sure("What the database holds now will be gone. Go on?", yes=yes)
    with _server(settings) as engine, _refusals(file), _bars(hidden=as_json) as progress:
        if engine is None:
            done = files.restore(settings.database, file, utc_now(), progress, force=force)
        else:
            done = dump.restore(engine, file, utc_now(), progress, force=force)
    _show_restored(done, as_json=as_json)


def _show_restored(done: "Restored", *, as_json: bool) -> None:
    kept = None if done.kept_as is None else str(done.kept_as)
    if as_json:
        print_json(restored=True, schema_was=done.version, parked=done.parked, damaged_kept_as=kept)
        return
    click.echo("The backup is restored and up to date.")
    if kept:
        click.echo(f"The database that was there could not be opened; it is kept as {kept}.")
    if done.parked:
        click.echo(
            f"{count(done.parked, 'unsent message')} {'is' if done.parked == 1 else 'are'} set aside: look with "
            "scharnier outbox list --state parked, then retry or drop them."
        )


@contextmanager
def _server(settings: "Settings") -> "Iterator[Engine | None]":
    """Open PostgreSQL; None stands for SQLite, which is copied as a file."""
    from storage.backup import is_sqlite

    with database_words(), nullcontext() if is_sqlite(settings.database) else open_database(settings) as engine:
        yield engine


@contextmanager
def _refusals(file: Path) -> Iterator[None]:
    """Say in one sentence why there is no backup, or no restore."""
    from storage import backup as files
    from storage import dump

    try:
        yield
    except files.BackupRefused as refused:
        sentence, code = _refusal(refused, file)
        click.echo(sentence, err=True)
        sys.exit(code)
    except dump.ToolMissing as missing:
        there = f"It would run: {missing.command}" if missing.command else "Then try again."
        end(f"{missing.program} is not on the PATH; install PostgreSQL's client programs. {there}")
    except dump.ToolFailed as failed:
        end(f"{failed.program} gave up: {failed.said.rstrip('.')}. The database is as it was.")
    except sqlite3.Error as error:
        end(f"The database cannot be copied: {error}. Look whether the disk is full, and run scharnier doctor.")
    except OSError as error:
        end(f"{error.filename or file} cannot be written: {(error.strerror or type(error).__name__).lower()}.")


def _refusal(refused: "BackupRefused", file: Path) -> tuple[str, int]:
    """Return the sentence of a refusal and the exit code."""
    sentence, code = _REFUSALS[type(refused).__name__]
    return sentence.format(file=file, said=refused), code


_REFUSALS = {
    "NothingThere": ("There is no database yet, so there is nothing to back up.", USE_WRONG),
    "SameFile": ("{file} is the database itself; give another file.", USE_WRONG),
    "NotEmpty": ("The database holds something already; give --force to replace it.", USE_WRONG),
    "InUse": ("A Scharnier is running on this database; stop every one of them, then try again.", USE_WRONG),
    "NotOurs": (
        "{file} is no backup of Scharnier for this kind of database; check the file and DATABASE_URL.",
        DATA_WRONG,
    ),
    "Newer": ("{file} was written by a newer version of Scharnier; install that version first.", DATA_WRONG),
    "Damaged": ("The check found damage: {said}. Use another backup, or run scharnier doctor.", DATA_WRONG),
}


@contextmanager
def _bars(*, hidden: bool) -> "Iterator[Progress]":
    """Show one bar after the other, a new one for each kind of work."""
    with ExitStack() as stack:
        shown: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in shown:
                stack.close()
                shown[what] = stack.enter_context(progress_bar(what, total, hidden=hidden))
            shown[what].update(done - shown[what].pos)

        yield progress
