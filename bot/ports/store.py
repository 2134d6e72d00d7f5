"""The database: one transaction at a time."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.domain.identity import WorkspaceId
from bot.domain.members import Workspace
from bot.ports.accounts import AccountCards, AccountEdits, Accounts, Interactions, Search, SearchSources
from bot.ports.briefings import Briefings
from bot.ports.commitments import Commitments, Demands, Favours
from bot.ports.contacts import Contacts
from bot.ports.duplicates import Duplicates, Merges
from bot.ports.maps import Maps, Networks
from bot.ports.negotiations import Drafts, Escalations, Requests, Sponsors, Sponsorships, Worklists
from bot.ports.people import Absences, AccessRights, Channels, Departments, Members, SetUp
from bot.ports.records import Audit, History, Inbox, Outbox, Retention, Timers


class Transaction(Protocol):
    """One transaction in one workspace; every statement carries the workspace's id."""

    @property
    def workspace(self) -> Workspace:
        """The tenant."""
        ...

    @property
    def members(self) -> Members:
        """Work with members."""
        ...

    @property
    def absences(self) -> Absences:
        """Work with absences."""
        ...

    @property
    def access(self) -> AccessRights:
        """Work with a reader's rights."""
        ...

    @property
    def channels(self) -> Channels:
        """Work with channels."""
        ...

    @property
    def departments(self) -> Departments:
        """Work with departments."""
        ...

    @property
    def accounts(self) -> Accounts:
        """Work with accounts."""
        ...

    @property
    def account_cards(self) -> AccountCards:
        """Work with what account cards show."""
        ...

    @property
    def account_edits(self) -> AccountEdits:
        """Work with changes of accounts."""
        ...

    @property
    def contacts(self) -> Contacts:
        """Work with contacts."""
        ...

    @property
    def duplicates(self) -> Duplicates:
        """Work with pairs that may be one."""
        ...

    @property
    def merges(self) -> Merges:
        """Work with merges."""
        ...

    @property
    def interactions(self) -> Interactions:
        """Work with interactions."""
        ...

    @property
    def briefings(self) -> Briefings:
        """Work with what briefings show."""
        ...

    @property
    def maps(self) -> Maps:
        """Work with the tree of a group."""
        ...

    @property
    def networks(self) -> Networks:
        """Work with who of us knows what and whom."""
        ...

    @property
    def commitments(self) -> Commitments:
        """Work with promises and next steps."""
        ...

    @property
    def favours(self) -> Favours:
        """Work with favours."""
        ...

    @property
    def demands(self) -> Demands:
        """Work with demands."""
        ...

    @property
    def requests(self) -> Requests:
        """Work with requests."""
        ...

    @property
    def escalations(self) -> Escalations:
        """Work with goal conflicts."""
        ...

    @property
    def sponsors(self) -> Sponsors:
        """Work with sponsors."""
        ...

    @property
    def worklists(self) -> Worklists:
        """Work with lists of requests and conflicts."""
        ...

    @property
    def sponsorships(self) -> Sponsorships:
        """Work with sponsorships."""
        ...

    @property
    def drafts(self) -> Drafts:
        """Work with drafts."""
        ...

    @property
    def inbox(self) -> Inbox:
        """Work with the inbox."""
        ...

    @property
    def history(self) -> History:
        """Work with history and audit."""
        ...

    @property
    def audit(self) -> Audit:
        """Work with the audit and its seals."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Work with the outbox."""
        ...

    @property
    def timers(self) -> Timers:
        """Work with timers."""
        ...

    @property
    def retention(self) -> Retention:
        """Work with what nobody needs any more."""
        ...

    @property
    def search(self) -> Search:
        """Work with the search index."""
        ...

    @property
    def search_sources(self) -> SearchSources:
        """Work with the facts behind the search index."""
        ...

    @property
    def setup(self) -> SetUp:
        """Work with set-up data."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of one workspace in one state, such as ``outbox pending``, and the age of the oldest in seconds."""

    workspace: str
    kind: str
    state: str
    count: int
    oldest_seconds: float


class StoreAway(Exception):
    """The database is busy, full or out of reach, so nothing was stored.

    Attributes:
        is_cut: the connection broke; another one may work at once.
        in_doubt: it broke during the commit, so nobody knows what was stored.
    """

    def __init__(self, *, is_cut: bool = False, in_doubt: bool = False) -> None:
        super().__init__()
        self.is_cut = is_cut
        self.in_doubt = in_doubt


class Store(Protocol):
    """The database."""

    def begin(self, workspace_id: WorkspaceId) -> AbstractContextManager[Transaction]:
        """Open a writing transaction: commit on success, roll back on any exception."""

    def read(self, workspace_id: WorkspaceId) -> AbstractContextManager[Transaction]:
        """Open a reading transaction: one consistent picture, no lock."""

    def knows(self, workspace_id: WorkspaceId) -> bool | None:
        """Tell whether Scharnier is installed there; None while it is installed nowhere yet."""

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspaces Scharnier is installed in."""
