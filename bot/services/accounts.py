"""Accounts: found by what was typed, created on the way, shown as a card."""

from datetime import datetime, timedelta

from bot.domain import accounts, errors, names, satisfaction, sponsors
from bot.domain.access import Viewer
from bot.domain.accounts import (
    OFFERED,
    Account,
    AccountCard,
    AccountCreated,
    AccountQuestion,
    AccountRef,
    CreateAccount,
    Found,
    PickAccount,
    ShowAccount,
    Unclear,
)
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId
from bot.domain.interactions import Source
from bot.domain.members import Member
from bot.ports import Store, Transaction
from bot.services.readers import recipient

_CONTACTS = 8
_INTERACTIONS = 5
_PROMISES = 5
_PROMISES_SINCE = timedelta(days=30)
"""A promise says for which day it was given, not yet whether it was kept; older ones leave the card."""


def card(store: Store, now: datetime, command: ShowAccount) -> AccountCard | AccountQuestion:
    """Show the account of that name, or the channel's; ask which one where that is not clear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    typed = names.one_line(command.typed).rstrip(":").rstrip()
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if not typed:
            bound = tx.accounts.in_channel(command.channel_id, viewer) if command.channel_id else None
            account = tx.accounts.get(bound.id, viewer) if bound else None
            return _card(tx, viewer, account, now) if account else _recent(tx, viewer)
        exact = tx.accounts.named(names.match_key(typed), viewer, OFFERED)
        if len(exact) > 1:
            return AccountQuestion(typed, tuple(account.ref for account in exact), is_shared=True)
        if exact:
            return _card(tx, viewer, exact[0], now)
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
        tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=command.reply_to), now)
        tx.inbox.record(command.key, about, now)


def reply_card(tx: Transaction, row: Claimed, now: datetime) -> AccountCard | None:
    """Load the card that was asked for by a button."""
    viewer = recipient(tx, row)
    account = viewer and tx.accounts.get(AccountId(row.outgoing.about.id), viewer)
    return _card(tx, viewer, account, now) if viewer and account else None


def reply_question(tx: Transaction, row: Claimed, _now: datetime) -> AccountQuestion | None:
    """Load the accounts a reader may mean before anything was typed."""
    viewer = recipient(tx, row)
    return _recent(tx, viewer) if viewer else None


def _recent(tx: Transaction, viewer: Viewer) -> AccountQuestion:
    return AccountQuestion("", tx.accounts.suggestions("", viewer, OFFERED))


def _card(tx: Transaction, viewer: Viewer, account: Account, now: datetime) -> AccountCard:
    """Put the card together; every statement covers the account and all units the reader may see."""
    family = tx.accounts.family(account, viewer)
    ids = [account.id, *family.ids]
    sponsor = sponsors.backer(account.id, _links(tx, viewer, account))
    contacts = tx.accounts.key_contacts(ids, viewer, now, _CONTACTS)
    values = tx.accounts.satisfaction(ids, viewer, now - satisfaction.PERIOD, now)
    interactions = tx.accounts.last_interactions(ids, viewer, _INTERACTIONS + 1)
    promises = tx.accounts.promises(ids, viewer, (now - _PROMISES_SINCE).date(), _PROMISES + 1)
    return AccountCard(
        account=account,
        because=accounts.because(account, viewer),
        sponsor=sponsor,
        family=family,
        team=tx.accounts.team(account.id),
        contacts=contacts,
        impressions=satisfaction.picture(values[Source.OURS], now),
        customer_words=satisfaction.picture(values[Source.CUSTOMER], now),
        interactions=interactions[:_INTERACTIONS],
        more_interactions=len(interactions) > _INTERACTIONS,
        promises=promises[:_PROMISES],
        more_promises=len(promises) > _PROMISES,
        requests=tx.requests.open_of(ids, viewer),
        conflicts=tx.escalations.open_of(ids, viewer),
        gaps=accounts.gaps(account, sponsor, contacts),
    )


def _links(tx: Transaction, viewer: Viewer, account: Account) -> dict[AccountId, sponsors.Link]:
    """Return who would back the account, as far up as the reader sees: a hidden parent ends the walk."""
    links = tx.sponsors.links(account.id)
    seen = {account.id, *(above.id for above in tx.accounts.refs(links.keys() - {account.id}, viewer, len(links)))}
    return {account_id: link for account_id, link in links.items() if account_id in seen}


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
