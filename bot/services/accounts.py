"""Accounts: found by what was typed, created on the way, shown as a card."""

from datetime import datetime

from bot.domain import accounts, errors, names
from bot.domain.access import Viewer
from bot.domain.account_cards import AccountCard
from bot.domain.accounts import (
    OFFERED,
    Account,
    AccountCreated,
    AccountQuestion,
    AccountRef,
    CreateAccount,
    Found,
    PickAccount,
    Scope,
    ShowAccount,
    Unclear,
)
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Member
from bot.ports import Store, Transaction
from bot.services import account_cards
from bot.services.readers import recipient

_SCOPES = tuple(Scope)
"""A reply's number says which of them it shows."""


def card(store: Store, now: datetime, command: ShowAccount) -> AccountCard | AccountQuestion:
    """Show the account of that name, or the channel's; ask which one where that is not clear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        found = which(tx, viewer, command.typed, command.channel_id)
        return found if isinstance(found, AccountQuestion) else account_cards.card(tx, viewer, found, now)


def which(tx: Transaction, viewer: Viewer, typed: str, channel_id: ChannelId | None) -> Account | AccountQuestion:
    """Find the account of that name, or without one the channel's; else return the question which one is meant.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    typed = names.one_line(typed).rstrip(":").rstrip()
    if not typed:
        bound = tx.accounts.in_channel(channel_id, viewer) if channel_id else None
        account = tx.accounts.get(bound.id, viewer) if bound else None
        return account or _recent(tx, viewer)
    exact = tx.accounts.named(names.match_key(typed), viewer, OFFERED)
    if len(exact) > 1:
        return AccountQuestion(typed, tuple(account.ref for account in exact), is_shared=True)
    if exact:
        return exact[0]
    known = tx.accounts.names(viewer)
    near, matches = accounts.nearest(typed, known), accounts.closest(typed, known)
    if near is not None:
        others = tuple(account for account in matches if account != near)
        return AccountQuestion(typed, (near, *others)[:OFFERED], near)
    if not matches:
        raise errors.UnknownAccount(typed)
    return AccountQuestion(typed, matches)


def pick(store: Store, now: datetime, command: PickAccount) -> None:
    """Answer a button with the account's card, or with the question which account; the answer is a reply.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        if command.account_id is None:
            topic, about = "account.question", Ref(Subject.ACCOUNT, 0)
        else:
            account = visible(tx, tx.access.viewer(command.actor), command.account_id)
            topic, about = "account.card", Ref(Subject.ACCOUNT, account.id)
        detail = _SCOPES.index(command.scope)
        tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=command.reply_to, detail=detail), now)
        tx.inbox.record(command.key, about, now)


def reply_card(tx: Transaction, row: Claimed, now: datetime) -> AccountCard | None:
    """Load the card that was asked for by a button."""
    viewer = recipient(tx, row)
    account = viewer and tx.accounts.get(AccountId(row.outgoing.about.id), viewer)
    scope = _SCOPES[row.outgoing.detail or 0]
    return account_cards.card(tx, viewer, account, now, scope) if viewer and account else None


def reply_question(tx: Transaction, row: Claimed, _now: datetime) -> AccountQuestion | None:
    """Load the accounts a reader may mean before anything was typed."""
    viewer = recipient(tx, row)
    return _recent(tx, viewer) if viewer else None


def _recent(tx: Transaction, viewer: Viewer) -> AccountQuestion:
    return AccountQuestion("", tx.accounts.suggestions("", viewer, OFFERED))


def find(store: Store, actor: Member, typed: str, most: int) -> tuple[AccountRef, ...]:
    """Answer a select's search: recent accounts first, or those like what was typed."""
    with store.read(actor.workspace_id) as tx:
        return tx.accounts.suggestions(names.one_line(typed), tx.access.viewer(actor), most)


def read(tx: Transaction, viewer: Viewer, text: str, channel_id: ChannelId | None) -> Found | Unclear:
    """Find the account a line of text is about, reading as little as the text needs."""
    known = tx.accounts.by_keys(accounts.candidate_keys(text), viewer)
    near = tx.accounts.names(viewer) if accounts.wants_near(text, known) else ()
    named = accounts.read(text, known, None, near)
    if isinstance(named, Found) and named.rest:
        return named
    channel_account = None if channel_id is None else tx.accounts.in_channel(channel_id, viewer)
    return accounts.read(text, known, channel_account, near)


def create(tx: Transaction, actor: Member, name: str, now: datetime) -> AccountRef:
    """Create an account that a log, request or conflict needs; KAM leads are told.

    Of several who name it at once the first creates it, the others get that one.

    Raises:
        errors.NameMissing: the name has no visible character.
        errors.NameTooLong: the name is longer than ``accounts.LONGEST_NAME``.
        errors.SeveralAccounts: the actor sees several of this name; one more would help nobody.
    """
    name = names.one_line(name)
    if not name:
        raise errors.NameMissing
    if len(name) > accounts.LONGEST_NAME:
        raise errors.NameTooLong(len(name), accounts.LONGEST_NAME)
    tx.accounts.hold(name)
    key = names.match_key(name)
    known = tx.accounts.by_keys([key], tx.access.viewer(actor)).get(key, [])
    if len(known) > 1:
        raise errors.SeveralAccounts(name)
    if known:
        return known[0]
    account = tx.accounts.create(CreateAccount(name), now)
    about = Ref(Subject.ACCOUNT, account.id)
    entry = tx.history.record(Change(about, "account.created", actor.id, now, fields=("name", "kind")))
    for lead in tx.members.kam_leads():
        if lead.id != actor.id:
            told = Outgoing(
                Form.NOTE, "account.created", about, Priority.INTERACTION, to_member=lead.id, entry_id=entry
            )
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
