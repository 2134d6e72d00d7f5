"""Duplicates: a weekly round finds them, who may see both hears of them, and says whether they are one or two."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from bot.domain import duplicates, errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import OFFERED
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject, card_at
from bot.domain.drafts import Draft, Purpose
from bot.domain.duplicates import (
    CARDS,
    SHOWN,
    Carers,
    Dismiss,
    Found,
    Named,
    Pair,
    TurnTwins,
    Twins,
    TwinsCard,
    TwinsPage,
)
from bot.domain.history import Change
from bot.domain.identity import AccountId, DraftId, MemberId, TwinsId, WorkspaceId
from bot.domain.members import Member
from bot.domain.merges import UNDO
from bot.domain.timers import Timer
from bot.ports import Store, Transaction
from bot.services.readers import recipient

CARD = "duplicates.card"
_UNDOABLE = 3
"""Merges that the list offers to take back."""


def look(store: Store, workspace_id: WorkspaceId) -> Callable[[Transaction, Timer, datetime], Iterable[Timer]]:
    """Compare everything with everything like it, holding up nobody, and return the step that keeps what was found."""
    with store.read(workspace_id) as tx:
        accounts, contacts = tx.duplicates.accounts(), tx.duplicates.contacts()
    found = Found(duplicates.same_accounts(accounts), duplicates.same_contacts(contacts))

    def keep(tx: Transaction, _timer: Timer, now: datetime) -> Iterable[Timer]:
        _keep(tx, found, now)
        return ()

    return keep


def listed(store: Store, now: datetime, actor: Member) -> TwinsPage:
    """Return the pairs that wait for this person, and what they merged lately."""
    with store.read(actor.workspace_id) as tx:
        return _page(tx, tx.access.viewer(actor), 0, now)


def turn(store: Store, now: datetime, command: TurnTwins) -> None:
    """Show the list, or another page of it."""
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        _answer(tx, command.offset, command.reply_to, now)
        tx.inbox.record(command.key, Ref(Subject.TWINS, 0), now)


def dismiss(store: Store, now: datetime, command: Dismiss) -> None:
    """Keep that two are two different ones, for ever; every card about them says so.

    Raises:
        errors.UnknownObject: there is no such pair for this person.
        errors.MayNotMerge: they may see both and not decide.
        errors.AlreadyDismissed: somebody said so before.
        errors.AlreadyMerged: somebody merged them.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        twins = decidable(tx, tx.access.viewer(command.actor), command.twins_id)
        about = Ref(Subject.TWINS, twins.id)
        if not tx.duplicates.dismiss(twins.id, command.actor.id, now):
            raise errors.AlreadyDismissed(None, None)
        tx.history.record(Change(about, "twins.dismissed", command.actor.id, now, fields=("dismissed_at",)))
        refresh(tx, twins.id, now)
        if command.reply_to.replace:
            _answer(tx, 0, command.reply_to, now)
        tx.inbox.record(command.key, about, now)


def decidable(tx: Transaction, viewer: Viewer, twins_id: TwinsId) -> Twins:
    """Return a pair that this person may still decide.

    Raises:
        errors.UnknownObject: there is no such pair for this person.
        errors.MayNotMerge: they may see both and not decide.
        errors.AlreadyDismissed: somebody said that they are two.
        errors.AlreadyMerged: somebody merged them.
    """
    twins = tx.duplicates.get(twins_id, viewer)
    if twins is None:
        raise errors.UnknownObject("")
    if twins.dismissed_at is not None:
        raise errors.AlreadyDismissed(twins.dismissed_by, twins.dismissed_at)
    if twins.merged_at is not None:
        gone, kept = (twins.first, twins.second) if twins.survivor != twins.first.id else (twins.second, twins.first)
        raise errors.AlreadyMerged(gone.name, kept.name, twins.merged_by, twins.merged_at)
    if not _may_decide(tx, viewer, twins):
        raise errors.MayNotMerge(tx.members.kam_leads())
    return twins


def refresh(tx: Transaction, twins_id: TwinsId, now: datetime) -> None:
    """Edit every card about a pair to what is true now."""
    about = Ref(Subject.TWINS, twins_id)
    for topic, place in tx.outbox.cards_of(about):
        tx.outbox.put(card_at(place, topic, about, Priority.INTERACTION), now)


def propose_contacts(
    tx: Transaction, account_id: AccountId, came: Collection[Named], now: datetime, knows: MemberId
) -> int:
    """Keep which contacts that came to an account may be one of those there; return how many pairs are new.

    Two accounts that became one may have had the same person each; nobody should wait a week for it. Whoever decides
    gets a card, but for ``knows``, who is told in another way.
    """
    if not came:
        return 0
    new = {one.id for one in came}
    pairs = duplicates.same_contacts(tx.duplicates.contacts(account_id))
    met = tuple(pair for pair in pairs if (pair.first in new) != (pair.second in new))
    return _keep(tx, Found((), met), now, knows)


def offer_accounts(store: Store, actor: Member, draft_id: DraftId, purpose: Purpose, typed: str | None = None) -> None:
    """Name, once, the accounts that a new one may be; only those this person may see, so that no other is revealed.

    Without ``typed`` the draft keeps the new one's name.

    Raises:
        errors.NearAccounts: there are such, and this form did not name them yet.
    """
    with store.begin(actor.workspace_id) as tx:
        draft = tx.drafts.get(draft_id, actor.id, purpose)
        name = names.one_line((typed if typed is not None else draft and draft.fields.get("new_account")) or "")
        viewer, key = tx.access.viewer(actor), names.match_key(name)
        if draft is None or not key or tx.accounts.by_keys([key], viewer):
            return
        near = duplicates.near_accounts(name, tx.accounts.names(viewer), OFFERED)
        is_news = _offer(tx, draft, bool(near), key)
    if is_news:
        raise errors.NearAccounts(name, tuple(one.name for one in near))


def offer_contacts(store: Store, actor: Member, draft_id: DraftId, account_id: AccountId, name: str) -> None:
    """Name, once, the contacts of an account that a new one may be.

    Raises:
        errors.NearContacts: there are such, and this form did not name them yet.
    """
    with store.begin(actor.workspace_id) as tx:
        draft = tx.drafts.get(draft_id, actor.id, Purpose.CONTACT)
        if draft is None:
            return
        known = tx.duplicates.contacts_of(account_id, tx.access.viewer(actor))
        near = duplicates.near_contacts(name, known, OFFERED)
        is_news = _offer(tx, draft, bool(near), f"{account_id} {names.match_key(name)}")
    if is_news:
        raise errors.NearContacts(names.one_line(name), tuple(one.name for one in near))


def card(tx: Transaction, row: Claimed, _now: datetime) -> TwinsCard | None:
    """Load a pair for whoever decides; nothing for who may not see both any more."""
    viewer = recipient(tx, row)
    twins = tx.duplicates.get(TwinsId(row.outgoing.about.id), viewer) if viewer else None
    if viewer is None or twins is None:
        return None
    _first, waiting = tx.duplicates.waiting(viewer, 0, 1)
    may_decide = twins.is_open and _may_decide(tx, viewer, twins)
    return TwinsCard(twins, may_decide, waiting - may_decide, leads=viewer.is_kam_lead)


def reply_list(tx: Transaction, row: Claimed, now: datetime) -> TwinsPage | None:
    """Load a page of what waits for the reader."""
    viewer = recipient(tx, row)
    return _page(tx, viewer, row.outgoing.detail or 0, now) if viewer else None


def _offer(tx: Transaction, draft: Draft, found: bool, key: str) -> bool:
    """Remember that a form named what is near; whoever sends it again means a new one."""
    if not found or draft.fields.get("offered") == key:
        return False
    tx.drafts.change(draft.id, {**draft.fields, "offered": key})
    return True


def _page(tx: Transaction, viewer: Viewer, offset: int, now: datetime) -> TwinsPage:
    twins, count = tx.duplicates.waiting(viewer, offset, SHOWN)
    if not twins and offset:
        offset = 0
        twins, count = tx.duplicates.waiting(viewer, offset, SHOWN)
    return TwinsPage(twins, offset, count, tx.merges.recent(viewer, now - UNDO, _UNDOABLE))


def _answer(tx: Transaction, offset: int, reply_to: ReplyTo, now: datetime) -> None:
    about = Ref(Subject.TWINS, 0)
    shown = Outgoing(Form.REPLY, "duplicates.list", about, Priority.REPLY, reply_to=reply_to, detail=offset)
    tx.outbox.put(shown, now)


def _keep(tx: Transaction, found: Found, now: datetime, knows: MemberId | None = None) -> int:
    """Keep the new pairs and tell who decides, each only as much as one reads in the morning; return how many are new."""
    cards: dict[MemberId, int] = {}
    kept = 0
    leads = tuple(lead.id for lead in tx.members.kam_leads())
    for subject, pairs in ((Subject.ACCOUNT, found.accounts), (Subject.CONTACT, found.contacts)):
        new = tx.duplicates.add(subject, pairs, now)
        carers = tx.duplicates.carers(subject, {one for _, pair in new for one in (pair.first, pair.second)})
        kept += len(new)
        for twins_id, pair in new:
            for member_id in _deciders(pair, carers) or leads:
                if member_id == knows:
                    continue
                cards[member_id] = cards.get(member_id, 0) + 1
                if cards[member_id] <= CARDS:
                    tx.outbox.put(card_at(member_id, CARD, Ref(Subject.TWINS, twins_id), Priority.DIGEST), now)
    return kept


def _deciders(pair: Pair, carers: dict[int, Carers]) -> tuple[MemberId, ...]:
    return duplicates.deciders(carers.get(pair.first, Carers()), carers.get(pair.second, Carers()))


def _may_decide(tx: Transaction, viewer: Viewer, twins: Twins) -> bool:
    """Tell whether this person may merge the two, and so say that they are not one."""
    if viewer.is_kam_lead:
        return True
    carers = tx.duplicates.carers(twins.subject, {twins.first.id, twins.second.id})
    return len(carers) == 2 and all(viewer.member_id in {side.kam, side.deputy, side.owner} for side in carers.values())
