"""What all commands share: settings read, the database opened, answers printed, and what is wrong said in a sentence."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar
    from pydantic import ValidationError
    from sqlalchemy import Engine

    from bot.config import Settings
    from bot.domain.members import Workspace
    from storage.store import SqlStore

DATA_WRONG = 1
"""Exit code: the command worked, and what it found is not as it should be."""
USE_WRONG = 2
"""Exit code: wrong use or settings, or the database cannot be used; nothing was done."""
WORKSPACE = click.option("--workspace", metavar="T…", help="The Slack team's id, where there are several.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")
"""A Slack team's id."""


def end(*sentences: str) -> NoReturn:
    """Say what is wrong, one sentence a line, and end."""
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(USE_WRONG)


def print_json(**answer: object) -> None:
    """Answer a program."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def read_settings() -> "Settings":
    """Read the settings; what is wrong with them is said one sentence each."""
    from pydantic import ValidationError

    from bot.config import Settings

    try:
        return Settings()
    except ValidationError as error:
        end(*wrong_settings(error))


def wrong_settings(error: "ValidationError") -> Iterable[str]:
    """Return one sentence for each setting that cannot be read."""
    for one in error.errors():
        name, context = str(one["loc"][0]), one.get("ctx", {})
        match one["type"]:
            case "int_parsing" | "greater_than_equal" | "less_than_equal" | "int_from_float":
                yield f"{name} is {one['input']!r}; write a whole number from {_bounds(name)}."
            case "literal_error":
                yield f"{name} is {one['input']!r}; write {context['expected']}."
            case "value_error":
                yield f"{name} {context['error']}"
            case _:
                yield f"{name} cannot be read: {one['msg']}."


def _bounds(name: str) -> str:
    """Return between which numbers a setting lies, as its field says."""
    from bot.config import Settings

    field = next(field for field in Settings.model_fields.values() if field.alias == name)
    lowest = next((bound.ge for bound in field.metadata if hasattr(bound, "ge")), 0)
    highest = next((bound.le for bound in field.metadata if hasattr(bound, "le")), None)
    return f"{lowest} to {highest}" if highest is not None else f"{lowest} upwards"


@contextmanager
def open_database(settings: "Settings") -> "Iterator[Engine]":
    """Open the database and leave no connection behind."""
    from storage.engine import make_engine

    with database_words():
        engine = make_engine(settings.database)
        try:
            yield engine
        finally:
            engine.dispose()


def refuse_damage(engine: "Engine") -> None:
    """End where the database is damaged: whatever was written into it now might be lost (F37)."""
    from storage.engine import damage

    if said := damage(engine):
        end(
            f"The database is damaged ({said}), so nothing was started. "
            "Restore the newest backup as docs/operations.md says, and look at the disk."
        )


def upgrade_schema(engine: "Engine") -> None:
    """Bring the database up to date."""
    from storage import schema

    schema.upgrade(engine)


@contextmanager
def database_words() -> Iterator[None]:
    """Say in one sentence why the database cannot be used."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from bot.ports import StoreAway

    try:
        yield
    except CommandError:
        end("The database was written by a newer version of Scharnier; install that version, or restore a backup.")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        end("PostgreSQL needs the driver: install scharnier with the extra “postgres”.")
    except (SQLAlchemyError, StoreAway) as error:
        end(f"The database cannot be used: {fault_of_database(error)}. Check DATABASE_URL and try again.")
    except OSError as error:
        end(
            f"The database cannot be used: {error.strerror or type(error).__name__}. Check DATABASE_URL and SCHARNIER_DATA."
        )


def fault_of_database(error: Exception) -> str:
    """Return the first line of what the driver said, without a full stop."""
    cause: object = error.__cause__ or error
    said = str(getattr(error, "orig", None) or getattr(cause, "orig", None) or cause).strip().splitlines()
    return said[0].rstrip(".") if said else type(error).__name__


@contextmanager
def open_store(workspace_id: str | None) -> "Iterator[tuple[SqlStore, Sequence[Workspace]]]":
    """Open the store with the workspaces that are meant, None means all; a schema that is not of this code is refused."""
    from storage import schema
    from storage.engine import file_of
    from storage.store import SqlStore

    settings = read_settings()
    file = file_of(settings.database)
    if file is not None and not file.is_file():
        end(f"There is no database at {file} yet; scharnier serve makes it.")
    with open_database(settings) as engine:
        if not schema.is_current(engine):
            end("The database is not of this version; run scharnier db upgrade first.")
        store = SqlStore(engine)
        known = store.workspaces()
        chosen = [workspace for workspace in known if workspace_id in {None, workspace.id}]
        if not known:
            end("No workspace is known yet; it is once scharnier serve has reached Slack.")
        if not chosen:
            end(f"There is no workspace {workspace_id}; write one of {', '.join(one.id for one in known)}.")
        yield store, chosen


def only_one(chosen: "Sequence[Workspace]") -> "Workspace":
    """Return the workspace that is meant where only one can be."""
    if len(chosen) > 1:
        end(f"There are several workspaces; name one with --workspace: {', '.join(one.id for one in chosen)}.")
    return chosen[0]


def make_sure(question: str, *, yes: bool) -> None:
    """Go on only if somebody wants it."""
    if yes:
        return
    if not sys.stdin.isatty():
        end("Nothing was done: give --yes where nobody can be asked.")
    if not click.confirm(question):
        end("Nothing was done.")


def progress_bar(label: str, length: int, *, hidden: bool) -> "ProgressBar[Any]":
    """Show how far long work is, to people only."""
    hidden = hidden or not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden, width=30)


def iso(at: datetime | None) -> str | None:
    """Return an instant for a program."""
    return None if at is None else at.astimezone(UTC).isoformat()


def utc(at: datetime) -> str:
    """Return an instant for a person: where an operator sits says nothing about where things happened."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def age(span: timedelta) -> str:
    """Return a span in its largest unit."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def count(number: int, one: str, several: str = "") -> str:
    """Return a number of things in words."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def plain(name: str) -> str:
    """Return a name as one harmless line: it may hold anything, and a terminal obeys control characters."""
    from bot.domain import names

    return names.one_line(name)
