"""Newest notes of many accounts: since when an index is read, so that it ends where enough were found."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import aliased

from storage.access import readable
from storage.kept import HERE, Reader
from storage.tables import AccountRow, InteractionRow

EVER = datetime(1, 1, 1, tzinfo=UTC)
"""Where every account has fewer notes than are asked for, all of them."""
Wanted = Callable[[Any], Sequence[ColumnElement[bool]]]
"""Which of the notes are meant."""


def notes(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """State over ``interactions`` and ``accounts`` which notes of the accounts asked about the reader may see."""
    return *readable(reader, HERE), reader.accounts.has(InteractionRow.account_id)


def nth_newest_at(reader: Reader, most: int, wanted: Wanted, *beside: Any) -> ScalarSelect[datetime]:
    """Select since when one of ``accounts`` has as many notes as are asked for; nothing where it has fewer.

    ``beside`` are further tables that the query around it reads and ``wanted`` compares with.
    """
    one = aliased(InteractionRow)
    return (
        select(one.occurred_at)
        .where(one.account_id == AccountRow.id, *readable(reader, HERE, one), *wanted(one))
        .order_by(one.occurred_at.desc())
        .limit(1)
        .offset(most - 1)
        .correlate(AccountRow, *beside)
        .scalar_subquery()
    )


def since(reader: Reader, most: int, wanted: Wanted) -> ScalarSelect[datetime]:
    """Select since when any of the accounts asked about has enough: nothing older is among the newest of them all."""
    per_account = (
        select(nth_newest_at(reader, most, wanted).label("since"))
        .where(AccountRow.workspace_id == HERE, reader.accounts.has(AccountRow.id))
        .cte()
        .prefix_with("MATERIALIZED")
    )
    return select(func.coalesce(func.max(per_account.c.since), EVER)).scalar_subquery()
