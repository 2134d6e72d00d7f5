"""Contacts: found for a form."""

from bot.domain import names
from bot.domain.contacts import ContactRef
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.ports import Store


def find(store: Store, actor: Member, account_id: AccountId, typed: str, most: int) -> tuple[ContactRef, ...]:
    """Answer a select's search: contacts of one account and its units, recent first or those like what was typed."""
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        if tx.accounts.get(account_id, viewer) is None:
            return ()
        return tx.contacts.of_account(account_id, viewer, names.one_line(typed), most)
