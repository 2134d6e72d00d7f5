"""The store: transactions in one workspace, over either database."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Workspace
from bot.ports import StoreAway, Waiting
from storage.absences import Absences
from storage.access import AccessRights
from storage.account_cards import AccountCards
from storage.account_edits import AccountEdits
from storage.accounts import Accounts
from storage.audit import Audit
from storage.away import as_away
from storage.briefings import Briefings
from storage.channels import Channels
from storage.commitments import Commitments
from storage.contacts import Contacts
from storage.demands import Demands
from storage.departments import Departments
from storage.drafts import Drafts
from storage.duplicates import Duplicates
from storage.engine import LOCK_WAIT_SECONDS, READ_ONLY
from storage.escalations import Escalations
from storage.favours import Favours
from storage.history import History
from storage.inbox import Inbox
from storage.interactions import Interactions
from storage.maps import Maps
from storage.members import Members
from storage.merges import Merges
from storage.networks import Networks
from storage.outbox import Outbox
from storage.requests import Requests
from storage.retention import Retention
from storage.search import Search
from storage.search_sources import SearchSources
from storage.session import Session
from storage.setup import SetUp
from storage.sponsors import Sponsors
from storage.sponsorships import Sponsorships
from storage.tables import WorkspaceRow
from storage.timers import Timers
from storage.waiting import counted
from storage.worklists import Worklists


class Transaction:
    """One transaction with its repositories."""

    def __init__(self, session: Session) -> None:
        self.workspace = session.workspace
        self.members = Members(session)
        self.absences = Absences(session)
        self.access = AccessRights(session)
        self.channels = Channels(session)
        self.departments = Departments(session)
        self.accounts = Accounts(session)
        self.account_cards = AccountCards(session)
        self.account_edits = AccountEdits(session)
        self.contacts = Contacts(session)
        self.duplicates = Duplicates(session)
        self.merges = Merges(session)
        self.interactions = Interactions(session)
        self.briefings = Briefings(session)
        self.maps = Maps(session)
        self.networks = Networks(session)
        self.commitments = Commitments(session)
        self.favours = Favours(session)
        self.demands = Demands(session)
        self.requests = Requests(session)
        self.escalations = Escalations(session)
        self.sponsors = Sponsors(session)
        self.sponsorships = Sponsorships(session)
        self.worklists = Worklists(session)
        self.drafts = Drafts(session)
        self.inbox = Inbox(session)
        self.history = History(session)
        self.audit = Audit(session)
        self.outbox = Outbox(session)
        self.timers = Timers(session)
        self.retention = Retention(session)
        self.search = Search(session)
        self.search_sources = SearchSources(session)
        self.setup = SetUp(session)


class UnknownWorkspace(LookupError):
    """No such workspace is set up."""


class SqlStore:
    """Opens transactions; wakes the worker when a commit left something to tell."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.on_commit: Callable[[], None] = _nobody
        self.on_timer: Callable[[], None] = _nobody
        self._known: dict[WorkspaceId, Workspace] = {}
        self._reading: dict[str, Any] = {READ_ONLY: True}
        self._one_writer = threading.Lock() if engine.dialect.name == "sqlite" else None
        if engine.dialect.name == "postgresql":
            # Its default shows every statement what was committed meanwhile; SQLite's readers see one picture anyway.
            self._reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @contextmanager
    def begin(self, workspace_id: WorkspaceId) -> Iterator[Transaction]:
        """Open a writing transaction: commit on success, roll back on any exception."""
        workspace, committing = self._workspace(workspace_id), False
        with self._turn():
            try:
                with self.engine.begin() as connection:
                    session = Session(connection, workspace)
                    yield Transaction(session)
                    committing = True
            except SQLAlchemyError as error:
                if (away := as_away(error, committing=committing)) is None:
                    raise
                raise away from error
        if session.wakes_worker:
            self.on_commit()
        if session.wakes_timekeeper:
            self.on_timer()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write one after the other: SQLite makes late comers poll, and starves some.

        Raises:
            StoreAway: others took too long; nothing was written.
        """
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=LOCK_WAIT_SECONDS):
            raise StoreAway
        try:
            yield
        finally:
            self._one_writer.release()

    @contextmanager
    def read(self, workspace_id: WorkspaceId) -> Iterator[Transaction]:
        """Open a reading transaction: one consistent picture, no lock."""
        workspace = self._workspace(workspace_id)
        try:
            with self.engine.connect().execution_options(**self._reading) as connection:
                yield Transaction(Session(connection, workspace))
                # Nothing is kept by it; but after a rollback psycopg forgets which statements it has prepared. What was
                # read stays read whatever becomes of the connection now.
                if self._one_writer is None:
                    with suppress(SQLAlchemyError):
                        connection.commit()
        except SQLAlchemyError as error:
            if (away := as_away(error, committing=False)) is None:
                raise
            raise away from error

    def knows(self, workspace_id: WorkspaceId) -> bool | None:
        """Tell whether Scharnier is installed there; None while it is installed nowhere yet."""
        if workspace_id not in self._known:
            self._known = {workspace.id: workspace for workspace in self.workspaces()}
        return workspace_id in self._known if self._known else None

    def suppose(self, workspace: Workspace) -> None:
        """Work in a workspace whose row is not written yet, in this process only."""
        self._known = {**self._known, workspace.id: workspace}

    def install(self, workspace: Workspace, admins: Sequence[str], now: datetime) -> None:
        """Make the workspace's row, or bring its defaults up to the settings."""
        values = {
            "workspace_id": workspace.id,
            "name": workspace.name,
            "language": workspace.language,
            "time_zone": workspace.time_zone,
            "country": workspace.country,
            "admins": list(admins),
            "bot_user_id": workspace.bot_user_id,
            "url": workspace.url,
            "created_at": now,
        }
        with self.engine.begin() as connection:
            session = Session(connection, workspace)
            session.upsert(WorkspaceRow, ["workspace_id"], [values], keep=["created_at"], update=["url"])
        self._known = {**self._known, workspace.id: workspace}

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspaces Scharnier is installed in."""
        with self.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            rows = connection.execute(select(WorkspaceRow.__table__).order_by(WorkspaceRow.workspace_id)).all()
        return tuple(
            Workspace(
                id=WorkspaceId(row.workspace_id),
                name=row.name,
                language=row.language,
                time_zone=row.time_zone,
                country=row.country,
                bot_user_id=None if row.bot_user_id is None else MemberId(row.bot_user_id),
                url=row.url,
            )
            for row in rows
        )

    def waiting(self, now: datetime) -> tuple[Waiting, ...]:
        """Count what waits in every workspace; nothing while the database is away."""
        try:
            with self.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
                return counted(connection, now)
        except SQLAlchemyError:
            # Figures must come whatever happens; /readyz says that the database is away.
            return ()

    def _workspace(self, workspace_id: WorkspaceId) -> Workspace:
        # A workspace's defaults change only with a restart, so they are read once.
        if not self.knows(workspace_id):
            raise UnknownWorkspace(workspace_id)
        return self._known[workspace_id]


def _nobody() -> None:
    """Wake nobody: no worker runs in this process."""
