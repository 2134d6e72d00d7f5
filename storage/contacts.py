"""Contacts: people at customers."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.identity import AccountId, ContactId
from storage.access import account_filter
from storage.members import as_person
from storage.session import Session
from storage.tables import AccountRow, ContactRow, InteractionContactRow, InteractionRow, MemberRow

_FEW_ENOUGH_TO_COMPARE = 2000
"""Contacts of one account that are compared with what was typed."""


class Contacts:
    """Rows of ``contacts`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_account(self, account_id: AccountId, typed: str, most: int) -> tuple[ContactRef, ...]:
        """Return contacts of an account and its units for a select, recent first or those like what was typed."""
        here = self._session.workspace_id
        met = (
            select(func.max(InteractionRow.occurred_at))
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
                InteractionRow.withdrawn_at.is_(None),
            )
            .correlate(ContactRow)
            .scalar_subquery()
        )
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.name, ContactRow.name_key)
            .where(*self._offered(account_id))
            .order_by(met.desc().nulls_last(), ContactRow.name)
            .limit(_FEW_ENOUGH_TO_COMPARE)
        )
        key = names.match_key(typed)
        if key:
            rated = [(names.closeness(key, row.name_key) + (key in row.name_key), row) for row in rows]
            rows = [row for rating, row in sorted(rated, key=lambda pair: -pair[0]) if rating > 0.2]
        return tuple(ContactRef(ContactId(row.id), row.name) for row in rows[:most])

    def offered(self, account_id: AccountId, contact_ids: Collection[ContactId]) -> tuple[ContactRef, ...]:
        """Return those of the contacts that a form for this account offers: its own and its open units'."""
        if not contact_ids:
            return ()
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.name)
            .where(*self._offered(account_id), ContactRow.id.in_(contact_ids))
            .order_by(ContactRow.name, ContactRow.id)
        )
        return tuple(ContactRef(ContactId(row.id), row.name) for row in rows)

    def named(self, name_keys: Collection[str], viewer: Viewer) -> tuple[Contact, ...]:
        """Return contacts by their names' keys."""
        if not name_keys:
            return ()
        rows = self._session.rows(self._select(viewer).where(ContactRow.name_key.in_(name_keys)))
        return tuple(_contact(row) for row in rows)

    def _offered(self, account_id: AccountId) -> tuple[Any, ...]:
        # A contact of a restricted unit would show in a note that every reader of the account sees.
        here = self._session.workspace_id
        units = select(AccountRow.id).where(
            AccountRow.workspace_id == here, AccountRow.parent_id == account_id, AccountRow.access == Access.OPEN
        )
        mine = or_(ContactRow.account_id == account_id, ContactRow.account_id.in_(units))
        return ContactRow.workspace_id == here, mine

    def _select(self, viewer: Viewer) -> Select[Any]:
        return (
            select(
                ContactRow.__table__,
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                MemberRow.name.label("owner_name"),
                MemberRow.standing.label("owner_standing"),
            )
            .join(
                AccountRow,
                and_(AccountRow.workspace_id == ContactRow.workspace_id, AccountRow.id == ContactRow.account_id),
            )
            .outerjoin(
                MemberRow,
                and_(MemberRow.workspace_id == ContactRow.workspace_id, MemberRow.id == ContactRow.owner_id),
            )
            .where(ContactRow.workspace_id == self._session.workspace_id, account_filter(viewer))
            .order_by(ContactRow.name)
        )


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        id=ContactId(row.id),
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        name=row.name,
        title=row.title,
        email=row.email,
        level=row.level,
        decision_roles=tuple(DecisionRole(role) for role in row.decision_roles),
        aims=row.aims,
        owner=as_person(row.owner_id, row.owner_name, row.owner_standing),
        updated_at=row.updated_at,
    )
