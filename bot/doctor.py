"""The doctor: looks at everything Scharnier needs and says what to do next; changes nothing, posts nothing."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from pathlib import Path

from pydantic import ValidationError
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy import Engine, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Settings
from bot.console import fault_of_database, wrong_settings
from bot.domain.delivery import State
from bot.domain.members import Workspace
from bot.ports import Transaction
from handlers.modals import NO_ANSWER, code_of
from handlers.scopes import SCOPES
from storage import schema
from storage.engine import READ_ONLY, damage, make_engine
from storage.store import SqlStore
from storage.tables import AccountRow, ChannelRow, DepartmentRow

_PATIENCE_SECONDS = 10
_NO_ANSWER = (*NO_ANSWER, AttributeError)
"""The last is what the SDK stumbles over where a proxy answers with a page."""
_CLOCKS_DIFFER = timedelta(seconds=60)
_SIGNATURES_FAIL = timedelta(minutes=5)
"""Slack's requests are refused when they seem older than this."""
_BACKLOG = timedelta(minutes=15)
_SEALED_WITHIN = timedelta(minutes=10)
_LITTLE_SPACE = 200 * 1024 * 1024
_OTHERS = 0o077


class Mark(Enum):
    """How something is."""

    RIGHT = "✓"
    DOUBT = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how something is, what was looked at, and what to do next."""

    mark: Mark
    what: str
    says: str


def examine(clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Look at one thing after the other."""
    try:
        settings = Settings()
    except ValidationError as error:
        yield from (Finding(Mark.WRONG, "settings", said) for said in wrong_settings(error))
        return
    missing = settings.missing_to_serve()
    yield from (Finding(Mark.WRONG, "settings", said) for said in missing)
    if not missing:
        yield Finding(Mark.RIGHT, "settings", "nothing is missing")
    client = WebClient(
        token=settings.slack_bot_token, base_url=settings.slack_api_url, timeout=_PATIENCE_SECONDS, retry_handlers=[]
    )
    if settings.slack_bot_token:
        yield from _slack(client, clock)
    if settings.slack_app_token:
        yield _app_token(client, settings.slack_app_token)
    yield from _database(settings, client, clock)


# Slack


def _slack(client: WebClient, clock: Callable[[], datetime]) -> Iterator[Finding]:
    try:
        answer = client.auth_test()
    except _NO_ANSWER as error:
        yield _no_answer("token", error, "copy the Bot User OAuth Token (xoxb-…) from the app's settings")
        return
    yield Finding(Mark.RIGHT, "token", f"of the workspace {answer['team']}, {answer['team_id']}")
    yield _scopes(answer)
    yield from _slack_clock(answer, clock())


def _no_answer(what: str, error: Exception, remedy: str) -> Finding:
    if code := code_of(error):
        return Finding(Mark.WRONG, what, f"Slack refuses it ({code}); {remedy}")
    kind = type(error).__name__
    return Finding(Mark.WRONG, "Slack", f"does not answer ({kind}); look at the network and at SLACK_API_URL")


def _scopes(answer: SlackResponse) -> Finding:
    said = _header(answer.headers, "x-oauth-scopes")
    if said is None:
        return Finding(Mark.DOUBT, "scopes", "Slack did not say which the token has")
    has = {scope.strip() for scope in said.split(",")}
    if lacks := sorted(SCOPES.keys() - has):
        named = ", ".join(f"{scope} ({SCOPES[scope]})" for scope in lacks)
        return Finding(Mark.WRONG, "scopes", f"missing {named}; take over manifest.yml and reinstall the app")
    if more := sorted(has - SCOPES.keys()):
        return Finding(Mark.DOUBT, "scopes", f"more than needed: {', '.join(more)}; take over manifest.yml")
    return Finding(Mark.RIGHT, "scopes", "as in manifest.yml")


def _slack_clock(answer: SlackResponse, now: datetime) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(_header(answer.headers, "date") or "")
    except ValueError:
        yield Finding(Mark.DOUBT, "clock", "Slack did not say what time it is")
        return
    yield _clock("Slack's", now - (there if there.tzinfo else there.replace(tzinfo=UTC)))


def _clock(whose: str, ahead: timedelta) -> Finding:
    if abs(ahead) <= _CLOCKS_DIFFER:
        return Finding(Mark.RIGHT, "clock", f"agrees with {whose}")
    way = "ahead of" if ahead > timedelta(0) else "behind"
    says = f"{abs(ahead).total_seconds():.0f} s {way} {whose}; let NTP set it"
    return Finding(Mark.WRONG if abs(ahead) > _SIGNATURES_FAIL else Mark.DOUBT, "clock", says)


def _header(headers: Mapping[str, object], wanted: str) -> str | None:
    value = next((value for name, value in headers.items() if name.lower() == wanted), None)
    value = value[0] if isinstance(value, list) else value
    return None if value is None else str(value)


def _app_token(client: WebClient, token: str) -> Finding:
    try:
        client.apps_connections_open(app_token=token)
    except _NO_ANSWER as error:
        remedy = "copy the app-level token (xapp-…, scope connections:write) and switch Socket Mode on"
        return _no_answer("app-level token", error, remedy)
    return Finding(Mark.RIGHT, "app-level token", "Slack opens Socket Mode for it")


def _channels(client: WebClient, store: SqlStore, workspace: Workspace) -> Iterator[Finding]:
    """Look at the channels of departments and accounts, as Slack sees them, or as it did when last asked."""
    used = _channels_in_use(store, workspace)
    right, silent = 0, ""
    for channel_id, owner in used.items():
        facts, code = (None, silent) if silent else _facts(client, channel_id)
        if code and code != "channel_not_found":
            silent = code
            facts = _remembered(store, workspace, channel_id)
            if facts is None:
                continue
        problem = _problem(facts, channel_id, owner)
        right += not problem
        if problem:
            yield Finding(Mark.DOUBT, "channel", problem)
    if silent and used:
        yield Finding(Mark.DOUBT, "channels", f"Slack does not tell all ({silent}); some are as it last told")
    elif used and right == len(used):
        yield Finding(Mark.RIGHT, "channels", f"all {right} of departments and accounts can be used")


def _channels_in_use(store: SqlStore, workspace: Workspace) -> dict[str, str]:
    with store.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        departments = connection.execute(
            select(DepartmentRow.channel_id, DepartmentRow.name)
            .where(DepartmentRow.workspace_id == workspace.id)
            .order_by(DepartmentRow.name)
        ).all()
        accounts = connection.execute(
            select(AccountRow.channel_id)
            .where(AccountRow.workspace_id == workspace.id, AccountRow.channel_id.is_not(None))
            .order_by(AccountRow.channel_id)
        ).all()
    owners = {row.channel_id: "an account" for row in accounts if row.channel_id}
    return owners | {row.channel_id: f"the department {row.name}" for row in departments}


def _facts(client: WebClient, channel_id: str) -> tuple[Mapping[str, object] | None, str]:
    """Return what Slack says about a channel, or why it says nothing."""
    try:
        found: Mapping[str, object] = client.conversations_info(channel=channel_id)["channel"]
    except _NO_ANSWER as error:
        return None, code_of(error) or type(error).__name__
    return found, ""


def _remembered(store: SqlStore, workspace: Workspace, channel_id: str) -> Mapping[str, object] | None:
    with store.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        row = connection.execute(
            select(ChannelRow.__table__).where(ChannelRow.workspace_id == workspace.id, ChannelRow.id == channel_id)
        ).one_or_none()
    if row is None:
        return None
    return {
        "name": row.name,
        "is_archived": row.is_archived,
        "is_private": row.is_private,
        "is_ext_shared": row.is_external,
        "is_member": row.is_member,
    }


def _problem(facts: Mapping[str, object] | None, channel_id: str, owner: str) -> str:
    """Return why nothing can be posted there, and what to do; empty where it can."""
    shown = f"#{facts['name']} ({channel_id})" if facts and facts.get("name") else channel_id
    meanwhile = f"what belongs to {owner} goes by direct message"
    if facts is None:
        return f"{shown} does not exist, or is private without Scharnier: type /invite @Scharnier there; {meanwhile}"
    if facts.get("is_archived"):
        return f"{shown} is archived: unarchive it or name another one; {meanwhile}"
    if facts.get("is_ext_shared") or facts.get("is_pending_ext_shared"):
        return f"{shown} is shared with another company: name another one; {meanwhile}"
    if facts.get("is_private") and not facts.get("is_member"):
        return f"{shown} is private: type /invite @Scharnier there; {meanwhile}"
    # It joins public channels by itself.
    return ""


# The database


def _database(settings: Settings, client: WebClient, clock: Callable[[], datetime]) -> Iterator[Finding]:
    url = make_url(settings.database)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if file is not None and not file.is_file():
        yield Finding(
            Mark.DOUBT, "database", f"there is none at {file} yet; scharnier serve or scharnier import makes it"
        )
        return
    try:
        engine = make_engine(settings.database)
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        yield Finding(Mark.WRONG, "database", f"{fault_of_database(error)}; look at DATABASE_URL")
        return
    try:
        opened = list(_open_database(engine, clock))
        yield from opened
        if file is not None:
            yield from _folder(file)
        if not any(finding.mark is Mark.WRONG for finding in opened):
            yield from _contents(engine, client, settings, clock())
    except SQLAlchemyError as error:
        yield Finding(Mark.WRONG, "database", f"{fault_of_database(error)}; look at DATABASE_URL, disk and permissions")
    finally:
        engine.dispose()


def _open_database(engine: Engine, clock: Callable[[], datetime]) -> Iterator[Finding]:
    if said := damage(engine):
        remedy = "stop Scharnier and restore the newest backup (docs/operations.md)"
        yield Finding(Mark.WRONG, "database", f"is damaged ({said}); {remedy}")
        return
    has, newest = schema.versions(engine)
    with engine.connect() as connection:
        if has is not None:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()
        yield Finding(Mark.RIGHT, "database", "can be read and written, and is whole")
        if engine.dialect.name == "postgresql":
            there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            yield _clock("the database's", clock() - there)
    if has == newest:
        yield Finding(Mark.RIGHT, "schema", f"{has}, the newest")
    elif has is not None and not schema.knows(has):
        yield Finding(Mark.WRONG, "schema", f"{has} is of a newer Scharnier; install that one, or restore a backup")
    else:
        yield Finding(Mark.WRONG, "schema", f"{has or 'none'}, the newest is {newest}; run scharnier db upgrade")


def _folder(file: Path) -> Iterator[Finding]:
    if file.stat().st_mode & _OTHERS and file.parent.stat().st_mode & _OTHERS:
        yield Finding(Mark.DOUBT, "data folder", f"others on this machine may read it; chmod 700 {file.parent}")
    else:
        yield Finding(Mark.RIGHT, "data folder", "only its owner can read it")
    if (free := shutil.disk_usage(file.parent).free) < _LITTLE_SPACE:
        yield Finding(Mark.DOUBT, "disk", f"{free // 1024**2} MB are free; make room")


def _contents(engine: Engine, client: WebClient, settings: Settings, now: datetime) -> Iterator[Finding]:
    store = SqlStore(engine)
    workspaces = store.workspaces()
    if not workspaces:
        yield Finding(Mark.DOUBT, "workspace", "not known yet; it is once scharnier serve has reached Slack")
    for workspace in workspaces:
        if settings.slack_bot_token:
            yield from _channels(client, store, workspace)
        with store.read(workspace.id) as tx:
            yield from _outbox(tx, now)
            yield _seals(tx, now)
            if aside := len(tx.timers.set_aside()):
                yield Finding(
                    Mark.DOUBT, "timers", f"{aside} set aside after too many tries; scharnier timers list says why"
                )


def _outbox(tx: Transaction, now: datetime) -> Iterator[Finding]:
    counts, oldest, gate = tx.outbox.count(), tx.outbox.oldest(), tx.outbox.gate()
    waiting = counts.get(State.PENDING, 0) + counts.get(State.SENDING, 0)
    parked = counts.get(State.PARKED, 0)
    if gate.parked_at is not None:
        since = f"{gate.parked_at:%Y-%m-%d %H:%M}Z"
        yield Finding(
            Mark.WRONG,
            "outbox",
            f"{waiting} wait: Slack refuses the token since {since} ({gate.parked_cause}); renew it",
        )
    elif gate.is_silent:
        yield Finding(Mark.DOUBT, "outbox", f"{waiting} wait for Slack, which does not answer; nothing is lost")
    elif oldest is not None and now - oldest > _BACKLOG:
        minutes = int((now - oldest).total_seconds() // 60)
        says = f"{waiting} wait, the oldest for {minutes} minutes; is scharnier serve or scharnier worker running?"
        yield Finding(Mark.DOUBT, "outbox", says)
    else:
        yield Finding(Mark.RIGHT, "outbox", f"{waiting} waiting")
    if parked:
        says = f"{parked} set aside; scharnier outbox list --state parked says why"
        yield Finding(Mark.DOUBT, "outbox", says)


def _seals(tx: Transaction, now: datetime) -> Finding:
    tail, last = tx.audit.tail(), tx.audit.last_seal()
    if tail.oldest_at is not None and now - tail.oldest_at > _SEALED_WITHIN:
        says = f"{tail.rows} rows not sealed for long; is scharnier serve or scharnier worker running?"
        return Finding(Mark.DOUBT, "audit", says)
    return Finding(Mark.RIGHT, "audit", f"sealed up to number {last.number}" if last else "nothing to seal yet")
