"""Kept statements: built once for every kind of reader; who reads, and every list of ids, are their parameters."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, Text, any_, bindparam, func, select
from sqlalchemy.types import UserDefinedType

from bot.domain.access import Viewer
from bot.domain.identity import AccountId
from storage.session import Session
from storage.tables.columns import UTCDateTime

HERE: BindParameter[str] = bindparam("here", type_=Text())
"""The workspace."""
ME: BindParameter[str] = bindparam("me", type_=Text())
"""Who reads."""
NOW: BindParameter[datetime] = bindparam("now", type_=UTCDateTime())
"""The moment it is asked."""
TODAY: BindParameter[date] = bindparam("today", type_=Date())
"""Its day."""


class _Ids(UserDefinedType[str]):
    """A list of ids in PostgreSQL's own writing.

    The driver gives lists of none, of small and of large numbers types of their own, and PostgreSQL would plan for each.
    """

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "BIGINT[]"


def listed(ids: Collection[int], *, is_postgres: bool) -> str:
    """Return ids, in their order, as the parameter that ``Listed`` reads."""
    numbers = ",".join(map(str, ids))
    return f"{{{numbers}}}" if is_postgres else f"[{numbers}]"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of ids that is one parameter, however long it is."""

    name: str
    is_postgres: bool

    def has(self, column: Any) -> ColumnElement[bool]:
        """State that a column is among them."""
        among: ColumnElement[bool] = column == any_(self._parameter) if self.is_postgres else column.in_(self.rows)
        return among

    @property
    def rows(self) -> Select[tuple[int]]:
        """Select them."""
        if self.is_postgres:
            return select(func.unnest(self._parameter))
        return select(func.json_each(self._parameter).table_valued("value").c.value)

    @property
    def _parameter(self) -> BindParameter[str]:
        return bindparam(self.name, type_=_Ids() if self.is_postgres else Text())


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
        return None if self.is_channel else ME

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
        **{name: listed(sorted(those), is_postgres=session.is_postgres) for name, those in ids.items()},
        **values,
    }
