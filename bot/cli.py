"""``scharnier …``: starts and stops things; what goes wrong is said in one sentence."""

import logging
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import logs
from bot.commands.audit import audit
from bot.commands.backup import backup, restore
from bot.commands.doctor import doctor
from bot.commands.outbox import outbox
from bot.commands.reindex import reindex
from bot.commands.timers import timers
from bot.console import (
    DATA_WRONG,
    TEAM,
    database_words,
    end,
    open_database,
    print_json,
    read_settings,
    refuse_damage,
    upgrade_schema,
)

if TYPE_CHECKING:
    from bot.app import Scharnier
    from bot.config import Settings
    from bot.domain.members import Profile, Workspace
    from bot.domain.setup import Problem, SetUpData, SetUpImported

_THREADS = 64
_END_SECONDS = 5
"""How long a stopping server waits for what is under way."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Scharnier: key account management across departments, in Slack."""


for command in (audit, outbox, timers, doctor, backup, restore):
    main.add_command(command)


@main.command()
@click.option("--no-worker", is_flag=True, help="Only answer Slack; scharnier worker sends what is to be told.")
def serve(*, no_worker: bool) -> None:
    """Run the bot until it is stopped.

    Settings come from the environment and from .env; the database is brought up to date first. Any number of these may
    run on one PostgreSQL.
    """
    _run("front" if no_worker else None)


@main.command()
def worker() -> None:
    """Send what is to be told and keep the time, without answering Slack, until it is stopped.

    For deployments that run scharnier serve --no-worker in front. HOST and PORT serve /healthz, /readyz and /metrics.
    """
    _run("worker")


def _run(role: str | None) -> None:
    if role is not None:
        # The server's process reads its own settings.
        os.environ["SCHARNIER_ROLE"] = role
    settings = read_settings()
    if missing := settings.missing_to_serve():
        end(*missing)
    host, port = _free_address(settings.host, settings.port)
    # The server's process opens its own connections; inherited ones would be shared with it.
    with open_database(settings) as engine:
        refuse_damage(engine)
        upgrade_schema(engine)
    _run_server(settings, host, port)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Where the page is.")
@click.option(
    "--language", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Who you are at the beginning."
)
@click.option(
    "--keep",
    is_flag=True,
    help="Keep what Scharnier stores for the next demo with --keep. The local Slack begins anew each time: its "
    "messages are gone, but what was logged, requested and decided can be asked for.",
)
@click.option(
    "--transport",
    type=click.Choice(["http", "socket"]),
    default="socket",
    show_default=True,
    help="How the local Slack reaches the bot.",
)
def demo(port: int, language: str, *, keep: bool, transport: str) -> None:
    """Try Scharnier in a small local Slack with a sample company; no Slack account is needed.

    Open the address that is printed. Everything runs on this machine only, in a folder that is gone afterwards, until
    you press Ctrl-C.
    """
    from bot.demo import DemoFailed, Wishes, stay

    try:
        stay(Wishes(transport, language, port, keep, story=True), click.echo)
    except DemoFailed as failed:
        click.echo(str(failed), err=True)
        sys.exit(DATA_WRONG)
    except OSError as error:
        end(f"The demo has no place to work in: {error.strerror or error} ({error.filename}).")


@main.group()
def db() -> None:
    """Look after the database."""


db.add_command(reindex)


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    with open_database(read_settings()) as engine:
        upgrade_schema(engine)
    click.echo("The database is up to date.")


@db.command()
def current() -> None:
    """Say which version the database has; exit code 1 if it is not the newest."""
    from storage import schema

    with open_database(read_settings()) as engine:
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

    if workspace is not None and not TEAM.fullmatch(workspace):
        end(f"--workspace {workspace} is not a Slack team id; write one such as T012AB3CD.")
    settings = read_settings()
    data = read_folder(folder, ZoneInfo(settings.time_zone))
    if not data.rows and not data.problems:
        end(f"{folder} holds none of the files; name at least one of them members.csv, accounts.csv, …")
    with database_words():
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
        upgrade_schema(store.engine)
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
    with open_database(settings) as engine:
        has, newest = schema.versions(engine)
    if has is not None and has != newest:
        end("The database is of an older version; run scharnier db upgrade first, or import without --dry-run.")
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
        end("There are several workspaces; name one with --workspace T….")
    if not known:
        end("The workspace is not known yet: set SLACK_BOT_TOKEN so that Slack can be asked, or give --workspace T….")
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
        print_json(
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
    from bot.csv_problems import SHOWN, sentence, sentences

    if as_json:
        errors = [
            {"file": one.file, "line": one.line, "column": one.column, "sentence": sentence(one)}
            for one in problems[:SHOWN]
        ]
        print_json(files={}, errors=errors, more_errors=max(len(problems) - SHOWN, 0))
        return
    for line in sentences(problems):
        click.echo(line, err=True)
    click.echo("Nothing was written.", err=True)


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
        end(f"HOST {host!r} is not an address of this machine; write 127.0.0.1, or 0.0.0.0 for all of its networks.")
    except OSError as error:
        said = (error.strerror or type(error).__name__).lower()
        end(f"Port {port} of {host} cannot be taken ({said}); stop the program that has it, or set another PORT.")


def _run_server(settings: "Settings", host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    logs.to(sys.stderr, settings.log_level)
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
    if settings.role == "worker":
        line = f"Scharnier's worker runs; {address}/healthz and /readyz tell how it is"
    elif settings.slack_app_token:
        line = f"Scharnier listens by Socket Mode; {address}/healthz and /readyz tell how it is"
    server.on_startup(lambda: logging.getLogger("scharnier").info(line))
    server.serve()
