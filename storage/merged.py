"""Merged: an id that somebody still holds leads to what its account or contact is part of now."""

from typing import Any

from sqlalchemy import func, select

from storage.tables import AccountRow, ContactRow

# Built once: putting a statement together costs more than running it.
_GONE: dict[Any, Any] = {table: table.__table__.alias("gone") for table in (AccountRow, ContactRow)}


def survivor(table: type[AccountRow] | type[ContactRow], workspace_id: Any, its_id: Any) -> Any:
    """Select the id under which an account or contact exists; chains are kept one step long."""
    gone = _GONE[table]
    here = (gone.c.workspace_id == workspace_id, gone.c.id == its_id)
    return func.coalesce(select(gone.c.merged_into_id).where(*here).scalar_subquery(), its_id)
