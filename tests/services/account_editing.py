"""Changing what an account is, as its people do it in the forms."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.domain.account_edits import AccountForm, Deed, OpenAccountForm, SaveFacts, facts_of
from bot.domain.delivery import Form, ReplyTo
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.services import account_edits, delivery
from storage.store import SqlStore
from storage.tables import HistoryRow
from tests.company import NOW, PLENTY, Company, new_key


def opened(store: SqlStore, actor: Member, account_id: AccountId, deed: Deed = Deed.EDIT) -> AccountForm:
    """Open a form of an account."""
    return account_edits.open_form(
        store, NOW, OpenAccountForm(actor, account_id, deed, new_key(), ReplyTo(actor.id, "https://hooks.test/1"))
    )


def edit(store: SqlStore, actor: Member, account_id: AccountId, **changes: Any) -> None:
    """Open the form, change some fields, and save it."""
    save(store, actor, opened(store, actor, account_id), **changes)


def save(store: SqlStore, actor: Member, form: AccountForm, key: str = "", **changes: Any) -> None:
    """Submit the facts of an account."""
    facts = replace(facts_of(form.account, form.aliases), **changes)
    account_edits.save_facts(store, NOW, SaveFacts(actor, form.draft_id, key or new_key(), facts, frozenset(changes)))


def told(store: SqlStore, company: Company) -> dict[str, list[object | None]]:
    """Return what leaves for whom: the notes, not the cards shown anew."""
    with store.begin(company.workspace) as tx:
        rows = tx.outbox.claim(NOW, PLENTY, 20, 20).rows
        found: dict[str, list[object | None]] = {}
        for row in rows:
            if row.outgoing.form is Form.NOTE:
                found.setdefault(row.place, []).append(delivery.load(tx, row, NOW, "en").told)
        return found


def actions(store: SqlStore, account_id: AccountId) -> list[str]:
    """Read what happened to an account."""
    with store.engine.connect() as connection:
        query = select(HistoryRow.action).where(HistoryRow.object_id == account_id).order_by(HistoryRow.id)
        return list(connection.execute(query).scalars())
