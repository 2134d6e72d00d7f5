"""Asking for an account, as the tests of accounts and their cards do."""

from bot.domain.account_cards import AccountCard
from bot.domain.accounts import AccountQuestion, ShowAccount
from bot.domain.members import Member
from bot.services import accounts
from storage.store import SqlStore
from tests.company import NOW, channel


def card(store: SqlStore, reader: Member, typed: str = "Helvetia Pumpen", in_channel: str = "general") -> AccountCard:
    """Ask for an account that has a card for this reader."""
    found = accounts.card(store, NOW, ShowAccount(reader, typed, channel(in_channel)))
    assert isinstance(found, AccountCard)
    return found


def question(store: SqlStore, reader: Member, typed: str) -> AccountQuestion:
    """Ask for a name that is not clear."""
    found = accounts.card(store, NOW, ShowAccount(reader, typed, channel("general")))
    assert isinstance(found, AccountQuestion)
    return found
