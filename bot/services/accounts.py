"""Accounts: found by what was typed, created on the way, shown as a card."""

from datetime import datetime

from bot.domain import accounts, errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import AccountCreated, AccountRef, CreateAccount, Found, Unclear
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Member
from bot.ports import Store, Transaction
from bot.services.readers import recipient


def find(store: Store, actor: Member, typed: str, most: int) -> tuple[AccountRef, ...]:
    """Answer a select's search: recent accounts first, or those like what was typed."""
    with store.read(actor.workspace_id) as tx:
        return tx.accounts.suggestions(names.one_line(typed), tx.access.viewer(actor), most)


def read(tx: Transaction, viewer: Viewer, text: str, channel_id: ChannelId | None) -> Found | Unclear:
    """Find the account a line of text is about, reading as little as the text needs."""
    known = tx.accounts.by_keys(accounts.candidate_keys(text), viewer)
    named = accounts.read(text, known, None)
    if isinstance(named, Found) and named.rest:
        return named
    channel_account = None if channel_id is None else tx.accounts.in_channel(channel_id, viewer)
    return accounts.read(text, known, channel_account, near=tx.accounts.names(viewer) if ":" in text else ())


def create(tx: Transaction, actor: Member, name: str, now: datetime) -> AccountRef:
    """Create an account that a log, request or conflict needs; KAM leads are told.

    Raises:
        errors.NothingTyped: the name has no visible character.
        errors.NameTooLong: the name is longer than ``accounts.LONGEST_NAME``.
    """
    name = names.one_line(name)
    if not names.match_key(name):
        raise errors.NothingTyped
    if len(name) > accounts.LONGEST_NAME:
        raise errors.NameTooLong(len(name), accounts.LONGEST_NAME)
    account = tx.accounts.create(CreateAccount(name), now)
    about = Ref(Subject.ACCOUNT, account.id)
    entry = tx.history.record(Change(about, "account.created", actor.id, now, fields=("name", "kind")))
    for lead in tx.members.kam_leads():
        if lead.id != actor.id:
            told = Outgoing(Form.NOTE, "account.created", about, Priority.INTERACTION, to_member=lead.id, entry_id=entry)
            tx.outbox.put(told, now)
    return account


def visible(tx: Transaction, viewer: Viewer, account_id: AccountId) -> accounts.Account:
    """Return an account chosen in a form.

    Raises:
        errors.UnknownAccountChosen: it does not exist for this reader.
    """
    account = tx.accounts.get(account_id, viewer)
    if account is None:
        raise errors.UnknownAccountChosen
    return account


def created_notice(tx: Transaction, row: Claimed, _now: datetime) -> AccountCreated | None:
    """Load what a KAM lead hears about an account that somebody created on the way."""
    viewer = recipient(tx, row)
    account = viewer and tx.accounts.get(AccountId(row.outgoing.about.id), viewer)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    return AccountCreated(account.ref, entry.actor) if account and entry and entry.actor else None
