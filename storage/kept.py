"""Kept statements: built once and the same for everybody; who reads, and every list of ids, are their parameters."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Text, bindparam

from bot.domain.access import Viewer
from bot.domain.identity import AccountId
from storage.search_rights import within
from storage.session import Session
from storage.tables.columns import UTCDateTime

HERE: BindParameter[str] = bindparam("here", type_=Text())
"""The workspace."""
NOW: BindParameter[datetime] = bindparam("now", type_=UTCDateTime())
"""The moment it is asked."""
TODAY: BindParameter[date] = bindparam("today", type_=Date())
"""Its day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of ids that is one parameter, however long it is."""

    name: str
    is_postgres: bool

    def has(self, column: Any) -> ColumnElement[bool]:
        """State that a column is among them."""
        return within(self.is_postgres)(column, self.name)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a statement knows of its reader while it is built; it can be asked for what the access rule asks a viewer.

    Building a statement for each reader costs more than running it: a card of eleven took 20 ms of 50 to build.
    """

    is_postgres: bool
    is_kam_lead: bool
    is_channel: bool

    @classmethod
    def of(cls, session: Session, viewer: Viewer) -> "Reader":
        """Tell of which kind a viewer is."""
        return cls(session.is_postgres, viewer.is_kam_lead, viewer.member_id is None)

    @property
    def member_id(self) -> BindParameter[str] | None:
        """Stand for the reader's id."""
        return None if self.is_channel else bindparam("me", type_=Text())

    @property
    def circle(self) -> Listed:
        """Stand for the accounts to whose circle the reader belongs."""
        return Listed("circle", self.is_postgres)

    @property
    def leadership(self) -> Listed:
        """Stand for the accounts that the reader leads or backs."""
        return Listed("leadership", self.is_postgres)

    @property
    def departments(self) -> Listed:
        """Stand for the departments the reader belongs to or answers for."""
        return Listed("departments", self.is_postgres)

    @property
    def accounts(self) -> Listed:
        """Stand for the accounts that are asked about."""
        return Listed("accounts", self.is_postgres)


def given(
    session: Session,
    viewer: Viewer,
    account_ids: Collection[AccountId] = (),
    now: datetime | None = None,
    **values: Any,
) -> dict[str, Any]:
    """Return the parameters of a kept statement: workspace, reader, accounts, moment, and what else it asks for."""
    ids = {
        "circle": viewer.circle,
        "leadership": viewer.leadership,
        "departments": viewer.departments,
        "accounts": account_ids,
    }
    return {
        "here": session.workspace_id,
        "me": viewer.member_id,
        "now": now,
        "today": None if now is None else now.date(),
        **{name: _listed(session, those) for name, those in ids.items()},
        **values,
    }


def _listed(session: Session, ids: Collection[int]) -> list[int] | str:
    return sorted(ids) if session.is_postgres else json.dumps(sorted(ids))
