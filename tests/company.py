"""A small company for tests: people, departments, accounts and contacts straight into the tables."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from bot.domain import names
from bot.domain.identity import AccountId, ChannelId, ContactId, DepartmentId, MemberId, WorkspaceId
from bot.domain.members import Member, Role, Standing, Workspace
from bot.domain.pace import Limits
from storage.store import SqlStore
from storage.tables import (
    AccountNameRow,
    AccountRow,
    Base,
    ContactRow,
    DepartmentRow,
    MemberRow,
    PositionRow,
    SponsorshipRow,
    TeamRow,
)

WORKSPACE = WorkspaceId("T1")
ELSEWHERE = WorkspaceId("T2")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday morning, 10:30 in Zurich."""
PLENTY = Limits(posts_per_minute=60_000)
"""Limits that tests of other things never meet."""
_deliveries = itertools.count(1)


@dataclass
class Company:
    """Makes rows; every method returns the id or value tests go on with."""

    store: SqlStore
    workspace: WorkspaceId = WORKSPACE
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.store.install(Workspace(self.workspace, "Arven", "en", "Europe/Zurich", "CH"), [], NOW)

    def member(self, name: str, **values: Any) -> Member:
        """Add a member; the id is made from the name."""
        member_id = values.pop("id", None) or MemberId(f"U{names.match_key(name).replace(' ', '').upper()}")
        row = {
            "id": member_id,
            "name": name,
            "standing": Standing.MEMBER,
            "role": Role.MEMBER,
            "is_owner": False,
            "topics": [],
            "locale": "en-GB",
            "time_zone": "Europe/Zurich",
            **values,
        }
        self._insert(MemberRow, row)
        found = self.get(member_id)
        assert found is not None
        return found

    def get(self, member_id: str) -> Member | None:
        """Read a member as the middleware does."""
        with self.store.read(self.workspace) as tx:
            return tx.members.get(MemberId(member_id))

    def department(self, name: str, coordinator: Member, channel: str = "", **values: Any) -> DepartmentId:
        """Add a department."""
        department_id = next(self._ids)
        row = {
            "id": department_id,
            "name": name,
            "name_key": names.match_key(name),
            "channel_id": channel or f"C{names.match_key(name).upper()}",
            "coordinator_id": coordinator.id,
            "answer_hours": 16,
            "lead_days": 5,
            **_ids(values),
        }
        self._insert(DepartmentRow, row)
        return DepartmentId(department_id)

    def account(self, name: str, *aliases: str, **values: Any) -> AccountId:
        """Add an account; people may be given as members: ``kam=lea``."""
        account_id = next(self._ids)
        columns = {
            f"{key}_id" if key in {"kam", "deputy", "sponsor", "parent"} else key: value
            for key, value in values.items()
        }
        row = {
            "id": account_id,
            "name": name,
            "kind": "customer",
            "access": "open",
            "created_at": NOW,
            "version": 1,
            **_ids(columns),
        }
        self._insert(AccountRow, row)
        for alias in (name, *aliases):
            self._insert(AccountNameRow, {"key": names.match_key(alias), "account_id": account_id, "name": alias})
        return AccountId(account_id)

    def team(self, account_id: AccountId, member: Member, role: str | None = None) -> None:
        """Put somebody on the account team."""
        self._insert(TeamRow, {"account_id": account_id, "member_id": member.id, "role": role})

    def contact(self, account_id: AccountId, name: str, **values: Any) -> ContactId:
        """Add a contact."""
        contact_id = next(self._ids)
        row = {
            "id": contact_id,
            "account_id": account_id,
            "name": name,
            "name_key": names.match_key(name),
            "decision_roles": [],
            "created_at": NOW,
            "updated_at": NOW,
            "version": 1,
            **_ids({("owner_id" if key == "owner" else key): value for key, value in values.items()}),
        }
        self._insert(ContactRow, row)
        stands = {name: row.get(name) for name in ("account_id", "title", "level")}
        self._insert(PositionRow, {"id": contact_id, "contact_id": contact_id, **stands})
        return ContactId(contact_id)

    def sponsorship(self, sponsor: Member, kam: Member, deputy: Member | None = None) -> None:
        """Let a sponsor back a KAM."""
        self._insert(
            SponsorshipRow,
            {"sponsor_id": sponsor.id, "kam_id": kam.id, "deputy_id": deputy.id if deputy else None},
        )

    def _insert(self, table: type[Base], row: dict[str, Any]) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(insert(table).values(workspace_id=self.workspace, **row))


def _ids(values: dict[str, Any]) -> dict[str, Any]:
    renamed = {
        f"{key}_id" if isinstance(value, Member) and not key.endswith("_id") else key: value
        for key, value in values.items()
    }
    return {key: value.id if isinstance(value, Member) else value for key, value in renamed.items()}


def new_key() -> str:
    """Return the inbox key of a delivery that never came before."""
    return f"trigger:{next(_deliveries)}"


def channel(name: str) -> ChannelId:
    """Return a channel id made from a name."""
    return ChannelId(f"C{name.upper()}")
