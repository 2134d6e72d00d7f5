"""``scharnier …``: starts and stops things; what goes wrong is said in one sentence."""

import json
import logging
import re
import socket
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from pydantic import ValidationError
    from sqlalchemy import Engine

    from bot.app import Scharnier
    from bot.config import Settings
    from bot.domain.members import Profile, Workspace
    from bot.domain.setup import Problem, SetUpData, SetUpImported

DATA_WRONG = 1
USE_WRONG = 2
_THREADS = 64
_END_SECONDS = 5
"""How long a stopping server waits for what is under way."""
_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Scharnier: key account management across departments, in Slack."""


@main.command()
def serve() -> None:
    """Run the bot until it is stopped.

    Settings come from the environment and from .env; the database is brought up to date first.
    """
    settings = _settings()
    if missing := settings.missing_to_serve():
        _end(*missing)
    host, port = _free_address(settings.host, settings.port)
    # The server's process opens its own connections; inherited ones would be shared with it.
    with _database(settings) as engine:
        _upgrade(engine)
    _run_server(settings, host, port)


@main.command()
@click.option("--transport", type=click.Choice(["http", "socket"]), default="socket", show_default=True)
def demo(transport: str) -> None:
    """Play the main job with a sample company and a small local Slack; no Slack account is needed.

    Everything runs on this machine, in a folder that is gone afterwards.
    """
    from bot.demo import DemoFailed, play

    try:
        sys.exit(play(transport))
    except DemoFailed as failed:
        click.echo(str(failed), err=True)
        sys.exit(DATA_WRONG)


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    with _database(_settings()) as engine:
        _upgrade(engine)
    click.echo("The database is up to date.")


@db.command()
def current() -> None:
    """Say which version the database has; exit code 1 if it is not the newest."""
    from storage import schema

    with _database(_settings()) as engine:
        has, newest = schema.versions(engine)
    if has == newest:
        click.echo(f"{has} (the newest)")
        return
    click.echo(f"{has or 'none'}; the newest is {newest}. Run scharnier db upgrade.")
    sys.exit(DATA_WRONG)


@main.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@click.option("--workspace", metavar="T…", help="The Slack team's id; Slack is not asked then.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def import_(folder: Path, *, dry_run: bool, workspace: str | None, as_json: bool) -> None:
    """Import set-up data from the CSV files in FOLDER.

    Read in this order, any may be missing: members.csv, departments.csv, accounts.csv, team.csv, contacts.csv,
    sponsors.csv, interactions.csv.

    Everything of a run is stored or, if anything is wrong, nothing; running it again changes nothing. A column that
    a file does not have leaves stored values alone; an empty cell of a column that it has sets the default. Nobody
    is notified.

    Exit codes: 0 stored, 1 the files have errors, 2 wrong use or settings.
    """
    from zoneinfo import ZoneInfo

    from bot.csv_files import read_folder

    if workspace is not None and not _TEAM.fullmatch(workspace):
        _end(f"--workspace {workspace} is not a Slack team id; write one such as T012AB3CD.")
    settings = _settings()
    data = read_folder(folder, ZoneInfo(settings.time_zone))
    if not data.rows and not data.problems:
        _end(f"{folder} holds none of the files; name at least one of them members.csv, accounts.csv, …")
    with _database_words():
        _import(settings, data, workspace, dry_run=dry_run, as_json=as_json)


def _import(settings: "Settings", data: "SetUpData", workspace_id: str | None, *, dry_run: bool, as_json: bool) -> None:
    from bot.app import build
    from bot.clock import utc_now
    from bot.domain.setup import ImportSetUp, SetUpRefused
    from bot.services import setup

    in_memory = dry_run and _is_empty(settings)
    # The workspace's row is written below, after the files turned out to be right.
    changes = {"team_id": "", "database_url": "sqlite://" if in_memory else settings.database}
    scharnier = build(settings.model_copy(update=changes))
    store, now = scharnier.store, utc_now()
    if in_memory or not dry_run:
        _upgrade(store.engine)
    workspace, directory = _workspace(scharnier, workspace_id or settings.team_id, asks=not workspace_id, quiet=as_json)
    store.suppose(workspace)
    rows = sum(map(len, data.rows.values()))
    hidden = as_json or not sys.stderr.isatty()
    try:
        with click.progressbar(length=rows, label="Importing", file=sys.stderr, hidden=hidden) as bar:
            done = setup.import_files(store, now, ImportSetUp(workspace.id, data, directory, dry_run), bar.update)
        if not dry_run:
            store.install(workspace, settings.admins, now)
    except SetUpRefused as refused:
        _show_problems(refused.problems, as_json=as_json)
        sys.exit(DATA_WRONG)
    finally:
        store.engine.dispose()
    _show_done(workspace, done, as_json=as_json)


def _is_empty(settings: "Settings") -> bool:
    """Tell whether there is no database yet, so that a dry run need not make one; an old one is not brought up to date."""
    from sqlalchemy import make_url

    from storage import schema

    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return True
    with _database(settings) as engine:
        has, newest = schema.versions(engine)
    if has is not None and has != newest:
        _end("The database is of an older version; run scharnier db upgrade first, or import without --dry-run.")
    return has is None


def _workspace(
    scharnier: "Scharnier", team_id: str, *, asks: bool, quiet: bool
) -> "tuple[Workspace, Sequence[Profile]]":
    """Find out whose data it is, from Slack unless it need not be asked, and what Slack says about its people."""
    from slack_sdk.errors import SlackClientError

    from bot.ports import PostFailed

    workspace: Workspace | None = None
    if asks and scharnier.settings.slack_bot_token:
        try:
            workspace = scharnier.ask_workspace()
            return workspace, scharnier.poster.people().profiles
        except (SlackClientError, PostFailed, OSError, ValueError) as error:
            if not quiet:
                said = f"Slack gives no answer ({_cause(error)})"
                click.echo(f"{said}; members that only a Slack id names get their names when the bot runs.", err=True)
    return workspace or _named(scharnier, team_id), ()


def _named(scharnier: "Scharnier", team_id: str) -> "Workspace":
    """Return the workspace of this id, or where none is given the only one there is."""
    known = {str(workspace.id): workspace for workspace in scharnier.store.workspaces()}
    if team_id:
        return known.get(team_id) or scharnier.workspace(team_id)
    if len(known) > 1:
        _end("There are several workspaces; name one with --workspace T….")
    if not known:
        _end("The workspace is not known yet: set SLACK_BOT_TOKEN so that Slack can be asked, or give --workspace T….")
    return next(iter(known.values()))


def _cause(error: Exception) -> str:
    """Return Slack's code, or what kind of failure it was."""
    response = getattr(error, "response", None)
    return str(
        (response.get("error") if response is not None else None) or getattr(error, "code", "") or type(error).__name__
    )


def _show_done(workspace: "Workspace", done: "SetUpImported", *, as_json: bool) -> None:
    counts = {
        str(file): {"new": count.new, "changed": count.changed, "unchanged": count.unchanged}
        for file, count in done.counts.items()
    }
    if as_json:
        _print_json(
            workspace=workspace.id, dry_run=done.dry_run, files=counts, added_by_slack_id=done.newcomers, errors=[]
        )
        return
    for file, count in counts.items():
        click.echo(f"{file}: " + ", ".join(f"{number} {what}" for what, number in count.items()))
    if done.newcomers:
        click.echo(f"New members that only a Slack id names: {done.newcomers}")
    if done.dry_run:
        click.echo("This was a dry run: nothing was written.")


def _show_problems(problems: "Sequence[Problem]", *, as_json: bool) -> None:
    from bot.csv_files import SHOWN, sentence, sentences

    if as_json:
        errors = [
            {"file": one.file, "line": one.line, "column": one.column, "sentence": sentence(one)}
            for one in problems[:SHOWN]
        ]
        _print_json(files={}, errors=errors, more_errors=max(len(problems) - SHOWN, 0))
        return
    for line in sentences(problems):
        click.echo(line, err=True)
    click.echo("Nothing was written.", err=True)


def _print_json(**answer: object) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _settings() -> "Settings":
    """Read the settings; what is wrong with them is said one sentence each."""
    from pydantic import ValidationError

    from bot.config import Settings

    try:
        return Settings()
    except ValidationError as error:
        _end(*_wrong_settings(error))


def _wrong_settings(error: "ValidationError") -> Iterable[str]:
    for one in error.errors():
        name, context = str(one["loc"][0]), one.get("ctx", {})
        match one["type"]:
            case "int_parsing" | "greater_than_equal" | "less_than_equal" | "int_from_float":
                yield f"{name} is {one['input']!r}; write a whole number from 0 to 65535."
            case "literal_error":
                yield f"{name} is {one['input']!r}; write {context['expected']}."
            case "value_error":
                yield f"{name} {context['error']}"
            case _:
                yield f"{name} cannot be read: {one['msg']}."


@contextmanager
def _database(settings: "Settings") -> "Iterator[Engine]":
    """Open the database and leave no connection behind."""
    from storage.engine import make_engine

    with _database_words():
        engine = make_engine(settings.database)
        try:
            yield engine
        finally:
            engine.dispose()


def _upgrade(engine: "Engine") -> None:
    from storage import schema

    schema.upgrade(engine)


@contextmanager
def _database_words() -> Iterator[None]:
    """Say in one sentence why the database cannot be used."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except CommandError:
        _end("The database was written by a newer version of Scharnier; install that version, or restore a backup.")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        _end("PostgreSQL needs the driver: install scharnier with the extra “postgres”.")
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        _end(f"The database cannot be used: {said[0].rstrip('.')}. Check DATABASE_URL and try again.")
    except SQLAlchemyError as error:
        _end(f"The database cannot be used ({type(error).__name__}). Check DATABASE_URL and try again.")
    except OSError as error:
        _end(
            f"The database cannot be used: {error.strerror or type(error).__name__}. Check DATABASE_URL and SCHARNIER_DATA."
        )


def _free_address(host: str, port: int) -> tuple[str, int]:
    """Return the address to listen on as numbers; 0 takes a free port."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            taken: tuple[str, int] = probe.getsockname()[:2]
            return taken
    except socket.gaierror:
        _end(f"HOST {host!r} is not an address of this machine; write 127.0.0.1, or 0.0.0.0 for all of its networks.")
    except OSError as error:
        said = (error.strerror or type(error).__name__).lower()
        _end(f"Port {port} of {host} cannot be taken ({said}); stop the program that has it, or set another PORT.")


def _run_server(settings: "Settings", host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    server = Server(
        "bot.app:web",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        factory=True,
        log_level=LogLevels.error,
        workers_kill_timeout=_END_SECONDS,
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    line = f"Scharnier listens on {address}"
    if settings.slack_app_token:
        line = f"Scharnier listens by Socket Mode; {address}/healthz and /readyz tell how it is"
    server.on_startup(lambda: logging.getLogger("scharnier").info(line))
    server.serve()


def _end(*sentences: str) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(USE_WRONG)
