"""Contacts: people at customers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.contacts import ContactRef
from bot.domain.identity import AccountId, ContactId
from storage.access import of_account, readable
from storage.contact_maps import exists
from storage.contact_steps import ContactSteps
from storage.tables import AccountRow, ContactRow, InteractionContactRow, InteractionRow

_FEW_ENOUGH_TO_COMPARE = 2000
"""Contacts of one account that are compared with what was typed."""


class Contacts(ContactSteps):
    """Rows of ``contacts`` as domain values."""

    def of_account(
        self,
        account_id: AccountId,
        viewer: Viewer,
        typed: str,
        most: int,
        *,
        also: Collection[AccountId] = (),
        there_at: datetime | None = None,
    ) -> tuple[ContactRef, ...]:
        """Return contacts of an account and its units for a select, recent first or those like what was typed.

        Who left or will leave comes last, or not at all with the moment at which they must be there.
        Only what the reader may read counts as recent: the order must not tell of a private note.
        """
        here = self._session.workspace_id
        met = (
            select(func.max(InteractionRow.occurred_at))
            .join(AccountRow, of_account(InteractionRow))
            .join(
                InteractionContactRow,
                and_(
                    InteractionContactRow.workspace_id == InteractionRow.workspace_id,
                    InteractionContactRow.interaction_id == InteractionRow.id,
                ),
            )
            .where(
                InteractionContactRow.workspace_id == here,
                InteractionContactRow.contact_id == ContactRow.id,
                *readable(viewer, here),
            )
            .correlate(ContactRow)
            .scalar_subquery()
        )
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.name, ContactRow.name_key)
            .where(*self._offered(account_id, *also), exists(there_at))
            .order_by(ContactRow.left_on.is_not(None), met.desc().nulls_last(), ContactRow.name_key, ContactRow.id)
            .limit(_FEW_ENOUGH_TO_COMPARE)
        )
        key = names.match_key(typed)
        if key:
            rated = [(names.closeness(key, row.name_key) + (key in row.name_key), row) for row in rows]
            rows = [row for rating, row in sorted(rated, key=lambda pair: -pair[0]) if rating > 0.2]
        return tuple(ContactRef(ContactId(row.id), row.name) for row in rows[:most])

    def offered(
        self, account_id: AccountId, contact_ids: Collection[ContactId], *, also: Collection[AccountId] = ()
    ) -> tuple[ContactRef, ...]:
        """Return those of the contacts that a form for this account offers: its own and its open units', however deep."""
        if not contact_ids:
            return ()
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.name)
            .where(*self._offered(account_id, *also), ContactRow.id.in_(contact_ids))
            .order_by(ContactRow.name_key, ContactRow.id)
        )
        return tuple(ContactRef(ContactId(row.id), row.name) for row in rows)

    def _offered(self, *account_ids: AccountId) -> tuple[Any, ...]:
        # A contact of a restricted unit would show in a note that every reader of the account sees.
        here = self._session.workspace_id
        # UNION drops what was found before, so that a ring of parents ends.
        tree = (
            select(AccountRow.id)
            .where(AccountRow.workspace_id == here, AccountRow.id.in_(account_ids))
            .cte("tree", recursive=True)
        )
        tree = tree.union(
            select(AccountRow.id)
            .join(tree, AccountRow.parent_id == tree.c.id)
            .where(AccountRow.workspace_id == here, AccountRow.access == Access.OPEN)
        )
        return ContactRow.workspace_id == here, exists(), ContactRow.account_id.in_(select(tree.c.id))
