"""Contact finding: by name, by the words of a name, by what it is like, or whom one met last."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contact_commands import ContactChoice
from bot.domain.contacts import LONGEST_NAME
from bot.domain.identity import AccountId, ContactId
from storage.access import account_filter, of_account
from storage.contact_maps import ContactMaps, exists
from storage.tables import AccountRow, ContactRow, InteractionContactRow, InteractionRow

_MOST_COMPARED = 400
"""Names that are compared with one that nobody bears as it was typed."""
_LIKE = 0.35
"""Closeness from which on two names are taken for the same one, typed badly."""
_BEARING: Any = aliased(ContactRow)
BY_NAME: Sequence[Any] = (ContactRow.name_key, ContactRow.id)


class ContactFinder(ContactMaps):
    """Contacts as they are looked for; whom the reader may not see is not found."""

    def named(
        self,
        key: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts of exactly this name, or who took one of it in; without accounts those of all."""
        query = self._choices(account_ids, viewer, there_at).where(bears(self._session.workspace_id, key))
        # In an order that no index has: by name and id, SQLite would walk all contacts.
        return self._choose(query.order_by(AccountRow.name, ContactRow.id).limit(most))

    def with_words(
        self,
        typed: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts with all these words in their names; without a word all of the accounts."""
        key = names.match_key(typed)
        words = [ContactRow.name_key.contains(word, autoescape=True) for word in key.split()]
        if len(key) > LONGEST_NAME or (not words and account_ids is None):
            return ()
        return self._choose(self._choices(account_ids, viewer, there_at).where(*words).order_by(*BY_NAME).limit(most))

    def nearest(
        self,
        typed: str,
        account_ids: Collection[AccountId] | None,
        viewer: Viewer,
        most: int,
        there_at: datetime | None = None,
    ) -> tuple[ContactChoice, ...]:
        """Return the contacts whose names are most like what was typed, best first.

        Of a word with two slips one third at least stands as it is: only names with such a part are compared.
        """
        key, query = names.match_key(typed), self._choices(account_ids, viewer, there_at)
        parts = [ContactRow.name_key.contains(part, autoescape=True) for part in _thirds(key)]
        if not parts or len(key) > LONGEST_NAME:
            return ()
        found = self._session.rows(
            query.add_columns(ContactRow.name_key)
            .where(or_(*parts))
            .order_by(ContactRow.updated_at.desc(), ContactRow.id)
            .limit(_MOST_COMPARED)
        )
        rated = [(names.closeness_by_word(key, row.name_key), row) for row in found]
        best = sorted(rated, key=lambda one: (-one[0], one[1].name_key, one[1].id))
        return tuple(as_choice(row) for rating, row in best[:most] if rating >= _LIKE)

    def recent(self, viewer: Viewer, most: int) -> tuple[ContactChoice, ...]:
        """Return the contacts this reader met last, by what they logged."""
        met = (
            select(InteractionContactRow.contact_id, func.max(InteractionRow.occurred_at).label("at"))
            .join(InteractionRow, of_interaction(InteractionContactRow))
            .where(
                InteractionContactRow.workspace_id == self._session.workspace_id,
                InteractionRow.author_id == viewer.member_id,
                InteractionRow.withdrawn_at.is_(None),
            )
            .group_by(InteractionContactRow.contact_id)
            .subquery()
        )
        query = self._choices(None, viewer).join(met, met.c.contact_id == ContactRow.id)
        return self._choose(query.order_by(met.c.at.desc(), *BY_NAME).limit(most))

    def _choices(
        self, account_ids: Collection[AccountId] | None, viewer: Viewer, there_at: datetime | None = None
    ) -> Select[int, str, str | None, int, str, str]:
        """Select contacts; with a moment those who have not left by then."""
        query = (
            select(
                ContactRow.id,
                ContactRow.name,
                ContactRow.title,
                AccountRow.id.label("account_id"),
                AccountRow.name.label("account_name"),
                AccountRow.access,
            )
            .join(AccountRow, of_account(ContactRow))
            .where(ContactRow.workspace_id == self._session.workspace_id, exists(there_at), account_filter(viewer))
        )
        return query if account_ids is None else query.where(ContactRow.account_id.in_(account_ids))

    def _choose(self, query: Select[int, str, str | None, int, str, str]) -> tuple[ContactChoice, ...]:
        return tuple(map(as_choice, self._session.rows(query)))


def bears(here: Any, key: Any) -> ColumnElement[bool]:
    """State that a contact has exactly this name, or took one of it in."""
    bearing = select(func.coalesce(_BEARING.merged_into_id, _BEARING.id)).where(
        _BEARING.workspace_id == here, _BEARING.name_key == key
    )
    return ContactRow.id.in_(bearing)


def of_interaction(table: Any) -> Any:
    """Join the interaction of a row."""
    return and_(InteractionRow.workspace_id == table.workspace_id, InteractionRow.id == table.interaction_id)


def _thirds(key: str) -> set[str]:
    """Split the words of a key into three parts each, short ones into fewer; no part has less than two characters."""
    parts = set()
    for word in key.split():
        size = max(len(word) // 3, 2)
        parts |= {word[:size], word[size:-size], word[-size:]}
    return {part for part in parts if len(part) > 1}


def as_choice(row: Row[Any]) -> ContactChoice:
    """Return a row with its account's name and access as a choice."""
    account = AccountRef(AccountId(row.account_id), row.account_name, Access(row.access))
    return ContactChoice(ContactId(row.id), row.name, row.title, account)
