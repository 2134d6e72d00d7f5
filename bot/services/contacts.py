"""Contacts: found by what was typed or in a form, shown as a card, and what its buttons do at once."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import access, accounts, contact_touch, contacts, errors, names
from bot.domain.access import ITSELF, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contact_assessments import STALE, Judged, Measure
from bot.domain.contact_commands import (
    OFFERED,
    Act,
    ActOnContact,
    ContactArrived,
    ContactCard,
    ContactChoice,
    ContactGone,
    ContactQuestion,
    Deed,
    OwnerTold,
    ShowContact,
)
from bot.domain.contacts import Colleague, Contact, ContactRef, Lack
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, ContactId, DraftId, EntryId, HypothesisId, MemberId
from bot.domain.members import Member, Person
from bot.domain.search_notes import contact_note
from bot.ports import Store, Transaction
from bot.services import drafts
from bot.services.readers import recipient

_COMPARED = 100
"""Contacts with a word in their name of which those are taken to whom it is a name of its own."""

_CANDIDATES = 3


def find(store: Store, actor: Member, account_id: AccountId, typed: str, most: int) -> tuple[ContactRef, ...]:
    """Answer a select's search: contacts of one account and its units, recent first or those like what was typed."""
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        if tx.accounts.get(account_id, viewer) is None:
            return ()
        return tx.contacts.of_account(account_id, viewer, names.one_line(typed), most)


def find_beside(
    store: Store, now: datetime, actor: Member, draft_id: DraftId, typed: str, most: int
) -> tuple[ContactRef, ...]:
    """Answer the search of a contact's form: others of the same group who have not left."""
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        draft = tx.drafts.get(draft_id, actor.id, Purpose.CONTACT)
        contact = tx.contacts.get(ContactId(int(draft.fields.get("contact_id", "0"))), viewer) if draft else None
        if contact is None:
            return ()
        found = tx.contacts.of_account(
            contact.account.id,
            viewer,
            names.one_line(typed),
            most,
            also=parent_of(tx, viewer, contact),
            there_at=now,
        )
        return tuple(one for one in found if one.id != contact.id)


def show(store: Store, now: datetime, command: ShowContact) -> ContactCard | ContactQuestion:
    """Show the contact of that name; ask where several bear it or it is new, and keep the name."""
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        asked, found = _look_up(tx, viewer, command.typed)
        if len(found.matches) == 1 and found.is_sure and not asked.unknown_account:
            return card(tx, viewer, seen(tx, viewer, found.matches[0].id), now)
    with store.begin(command.actor.workspace_id) as tx:
        fields = {
            "deed": Deed.NEW.value,
            "name": asked.name,
            "account_id": str(asked.account.id) if asked.account else "",
            "unknown_account": asked.unknown_account,
        }
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.CONTACT)
        new = Draft(DraftId(0), command.actor.id, Purpose.CONTACT, now, fields, reply_to=command.reply_to)
        draft = draft or drafts.keep(tx, command.key, new, now)
        return ContactQuestion(
            draft.id,
            asked.name,
            found.matches,
            asked.account,
            found.is_sure,
            asked.unknown_account,
            asked.is_shared_account,
        )


def act(store: Store, now: datetime, command: ActOnContact) -> None:
    """Do what a button says; the card is shown anew.

    Raises:
        errors.UnknownObject: the contact does not exist for this person.
        errors.MayNotEditContact: only the account's circle may.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer = tx.access.viewer(command.actor)
        contact = seen(tx, viewer, command.contact_id)
        if command.act is not Act.SHOW:
            check_right(tx, viewer, contact)
            _do(tx, now, command, contact, viewer)
        show_card(tx, command.reply_to, contact.id, now)
        tx.inbox.record(command.key, Ref(Subject.CONTACT, contact.id), now)


def reply_card(tx: Transaction, row: Claimed, now: datetime) -> ContactCard | None:
    """Load the card for whoever pressed or saved."""
    viewer = recipient(tx, row)
    contact = viewer and tx.contacts.get(ContactId(row.outgoing.about.id), viewer)
    return card(tx, viewer, contact, now) if viewer and contact else None


def told_gone(tx: Transaction, row: Claimed, now: datetime) -> ContactGone | None:
    """Load what a KAM hears of a contact who left their account, while they may see it."""
    viewer = recipient(tx, row)
    account = tx.accounts.get(AccountId(row.outgoing.detail or 0), viewer) if viewer else None
    contact = tx.contacts.get(ContactId(row.outgoing.about.id), ITSELF)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or account is None or contact is None or entry is None or entry.actor is None:
        return None
    has_moved = contact.account.id != account.id
    if not has_moved and contact.left_on is None:
        return None
    there = [one for one in tx.contacts.positions(contact.id, viewer) if one.account.id == account.id]
    return ContactGone(
        contact.ref,
        there[0].title if there else contact.title,
        account.ref,
        entry.actor,
        contact.decision_roles,
        lacking(tx, replace(contact, account=account.ref), now),
        there[0].until_on if has_moved and there else contact.left_on,
        has_moved=has_moved,
        moved_to=account_of(tx, viewer, contact) if has_moved else None,
    )


def told_arrived(tx: Transaction, row: Claimed, _now: datetime) -> ContactArrived | None:
    """Load what a KAM hears of a contact who came to their account, while the contact stands there."""
    viewer = recipient(tx, row)
    contact = viewer and tx.contacts.get(ContactId(row.outgoing.about.id), viewer)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or not contact or entry is None or entry.actor is None:
        return None
    if contact.account.id != row.outgoing.detail:
        return None
    before = [one.account for one in tx.contacts.positions(contact.id, viewer) if one.until_on is not None]
    came_from = next((account for account in before if account.id != contact.account.id), None)
    return ContactArrived(contact, entry.actor, came_from)


def told_owner(tx: Transaction, row: Claimed, _now: datetime) -> OwnerTold | None:
    """Load what somebody hears who looks after a contact now, or need not any more."""
    viewer = recipient(tx, row)
    contact = viewer and tx.contacts.get(ContactId(row.outgoing.about.id), viewer)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if not contact or entry is None or entry.actor is None:
        return None
    return OwnerTold(contact, entry.actor, contact.owner is not None and contact.owner.id == row.outgoing.to_member)


def seen(tx: Transaction, viewer: Viewer, contact_id: ContactId) -> Contact:
    """Return a contact.

    Raises:
        errors.UnknownObject: it does not exist for this reader.
    """
    contact = tx.contacts.get(contact_id, viewer)
    if contact is None:
        raise errors.UnknownObject("")
    return contact


def check_right(tx: Transaction, viewer: Viewer, contact: Contact) -> None:
    """Refuse who is not of the account's circle; relationship owners are.

    Raises:
        errors.MayNotEditContact: names who can be asked.
    """
    if not access.sees_assessments(viewer, contact.account.id):
        kam = tx.accounts.kam_if_active(contact.account.id)
        raise errors.MayNotEditContact(contact.account.name, (kam,) if kam else tx.members.kam_leads())


def changed(tx: Transaction, contact: Contact) -> errors.ContactChanged:
    """Say who was quicker, and when."""
    last = tx.history.last(Ref(Subject.CONTACT, contact.id))
    return errors.ContactChanged(contact.name, last.actor if last else None, last.at if last else None)


def check_first(tx: Transaction, contact: Contact, *, done: bool) -> None:
    """Refuse whoever comes second: somebody changed the contact in between.

    Raises:
        errors.ContactChanged: says who was first.
    """
    if not done:
        raise changed(tx, contact)


def record(tx: Transaction, contact_id: ContactId, action: str, actor: Member, now: datetime, *fields: str) -> EntryId:
    """Write down that something changed: names of fields, never values."""
    return tx.history.record(Change(Ref(Subject.CONTACT, contact_id), action, actor.id, now, fields=tuple(fields)))


def index(tx: Transaction, contact_id: ContactId, now: datetime) -> None:
    """Let a new or changed contact be found."""
    tx.search.put(contact_note(seen(tx, ITSELF, contact_id), now))


def show_card(tx: Transaction, reply_to: ReplyTo, contact_id: ContactId, now: datetime) -> None:
    """Answer a click or form with the card."""
    about = Ref(Subject.CONTACT, contact_id)
    tx.outbox.put(Outgoing(Form.REPLY, "contact.card", about, Priority.REPLY, reply_to=reply_to), now)


def tell_owners(
    tx: Transaction, contact: Contact, owner_id: MemberId | None, entry: EntryId, actor: Member, now: datetime
) -> None:
    """Tell who looks after a contact now, and who did; whoever did it knows."""
    before = contact.owner.id if contact.owner else None
    if owner_id == before:
        return
    about = Ref(Subject.CONTACT, contact.id)
    for member_id in (owner_id, before):
        if member_id is not None and member_id != actor.id:
            note = Outgoing(Form.NOTE, "contact.owner", about, Priority.REQUEST, to_member=member_id, entry_id=entry)
            tx.outbox.put(note, now)


def lacking(tx: Transaction, contact: Contact, now: datetime) -> tuple[Lack, ...]:
    """Tell what the account lacks without a contact; ask the reader's right before."""
    attitude = tx.contacts.judgements(contact).get(Measure.ATTITUDE)
    me = Colleague(contact.id, contact.decision_roles, attitude.value if attitude else None)
    return contacts.lacks(me, tx.contacts.colleagues(contact.account.id, now))


def parent_of(tx: Transaction, viewer: Viewer, contact: Contact) -> tuple[AccountId, ...]:
    """Return the account above a contact's, if the reader sees it: its people as well may be reported to or influenced."""
    account = tx.accounts.get(contact.account.id, viewer)
    parent = tx.accounts.get(account.parent_id, viewer) if account and account.parent_id else None
    return (parent.id,) if parent else ()


def card(tx: Transaction, viewer: Viewer, contact: Contact, now: datetime) -> ContactCard:
    """Put the card together; what is judged only for the account's circle."""
    in_circle = access.sees_assessments(viewer, contact.account.id)
    account = tx.accounts.get(contact.account.id, viewer) if contact.account.restricted else None
    touch = tx.contacts.last_touch(contact.id, viewer, now)
    limits = contact_touch.limits(contact.tier, contact.level, contact.wished_days)
    positions = tx.contacts.positions(contact.id, viewer)
    has_left = contact.has_left(now.date())
    candidates: tuple[Person, ...] = ()
    if in_circle and not has_left and contact.level and (contact.counterpart is None or contact.is_mismatched):
        candidates = tx.contacts.candidates(contact.account.id, contact.level, _CANDIDATES)
    return ContactCard(
        contact=contact,
        because=accounts.because(account, viewer) if account else None,
        may_edit=in_circle,
        is_owner=contact.owner is not None and contact.owner.id == viewer.member_id,
        touch=touch,
        limits=limits,
        lapse=contact_touch.lapse(touch.at if touch else None, limits, now),
        relations=tx.contacts.relations(contact, viewer, now),
        positions=tuple(one for one in positions if one.until_on is not None),
        since=next((one.from_on for one in positions if one.until_on is None), None),
        candidates=candidates,
        judged=_judged(tx, viewer, contact, now) if in_circle else None,
        lacks=lacking(tx, contact, now) if in_circle and contact.left_on is not None else (),
    )


def _judged(tx: Transaction, viewer: Viewer, contact: Contact, now: datetime) -> Judged:
    limits = contact_touch.limits(contact.tier, contact.level, contact.wished_days)
    strengths = tx.contacts.strengths(contact)
    if strengths:
        evidence = tx.contacts.evidence(contact.id, viewer, now)
        strengths = tuple(one.against(evidence.get(one.member.id), limits, now) for one in strengths)
    return Judged(
        tx.contacts.judgements(contact),
        strengths,
        tx.contacts.hypotheses(contact, viewer),
        contacts.all_speak_up(tx.contacts.colleagues(contact.account.id, now)),
    )


def of_name(
    tx: Transaction, viewer: Viewer, name: str, account_ids: Collection[AccountId] | None = None
) -> tuple[tuple[ContactChoice, ...], tuple[ContactChoice, ...]]:
    """Return the contacts of this name, else those of whose name it is a part of its own; and all with its words.

    The latter only where nobody bears exactly this name.
    """
    key = names.match_key(name)
    exact = tx.contacts.named(key, account_ids, viewer, OFFERED) if key else ()
    if exact:
        return exact, ()
    in_part, alike = with_part(tx, viewer, name, account_ids)
    return in_part[:OFFERED], alike[:OFFERED]


def with_part(
    tx: Transaction,
    viewer: Viewer,
    name: str,
    account_ids: Collection[AccountId] | None = None,
    there_at: datetime | None = None,
) -> tuple[tuple[ContactChoice, ...], tuple[ContactChoice, ...]]:
    """Return the contacts of whose name this is a part of its own, such as the surname; and all with its words."""
    alike, key = tx.contacts.with_words(name, account_ids, viewer, _COMPARED, there_at), names.match_key(name)
    return tuple(one for one in alike if names.is_part(key, one.name)), alike


def account_of(tx: Transaction, viewer: Viewer, contact: Contact) -> AccountRef | None:
    """Return a contact's account, where the reader may see it."""
    account = tx.accounts.get(contact.account.id, viewer)
    return account.ref if account else None


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a typed name."""

    matches: tuple[ContactChoice, ...] = ()
    is_sure: bool = False
    """They bear the name, whole or as a part of its own, or are the only one with these words in theirs."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed, taken apart."""

    account: AccountRef | None
    name: str
    unknown_account: str = ""
    """What stands before the colon, where it names no single account."""
    is_shared_account: bool = False
    """Several accounts bear it."""


def _look_up(tx: Transaction, viewer: Viewer, typed: str) -> tuple[_Asked, _Found]:
    """Find the account before a colon, the name behind it, and who bears it; without a colon all is the name."""
    asked = _taken_apart(tx, viewer, names.one_line(typed))
    account, name, account_ids = asked.account, asked.name, None
    if account is not None:
        whole = tx.accounts.get(account.id, viewer)
        account_ids = (account.id, *(tx.accounts.family(whole, viewer).ids if whole else ()))
    if not name and account is None:
        return asked, _Found(tx.contacts.recent(viewer, OFFERED))
    bearing, alike = of_name(tx, viewer, name, account_ids)
    if bearing:
        return asked, _Found(bearing, is_sure=True)
    if alike:
        return asked, _Found(alike, is_sure=bool(name) and len(alike) == 1)
    return asked, _Found(tx.contacts.nearest(name, account_ids, viewer, OFFERED))


def _taken_apart(tx: Transaction, viewer: Viewer, typed: str) -> _Asked:
    """Split what was typed into an account and the name behind its colon."""
    before, colon, after = (part.strip() for part in typed.partition(":"))
    if not colon or not before:
        return _Asked(None, after or before)
    exact = tx.accounts.by_keys({names.match_key(before)}, viewer).get(names.match_key(before), [])
    account = exact[0] if len(exact) == 1 else None
    if not exact:
        account = accounts.nearest(before, tx.accounts.names(viewer))
    if account is not None:
        return _Asked(account, after)
    return _Asked(None, after, before, is_shared_account=bool(exact)) if after else _Asked(None, before)


def _do(tx: Transaction, now: datetime, command: ActOnContact, contact: Contact, viewer: Viewer) -> None:
    if command.version and contact.version != command.version:
        raise changed(tx, contact)
    actor = command.actor
    match command.act:
        case Act.TAKE_OVER:
            check_first(tx, contact, done=tx.contacts.take_over(contact, actor.id, now))
            entry = record(tx, contact.id, "contact.taken_over", actor, now, "owner_id")
            tell_owners(tx, contact, actor.id, entry, actor, now)
        case Act.STAY:
            check_first(tx, contact, done=tx.contacts.let_go(contact, None, now))
            record(tx, contact.id, "contact.stays", actor, now, "left_on")
        case Act.RENEW:
            _renew(tx, now, command, contact)
        case _:
            _close_hypothesis(tx, now, command, contact, viewer)


def _renew(tx: Transaction, now: datetime, command: ActOnContact, contact: Contact) -> None:
    """Say that what was judged long ago is still right: same values, today's date, whoever presses."""
    judged = tx.contacts.judgements(contact)
    stale = {measure: one for measure, one in judged.items() if one.is_stale(now)}
    values = {measure: one.value for measure, one in stale.items()}
    reasons = {measure: one.reason for measure, one in stale.items()}
    check_first(tx, contact, done=tx.contacts.judge(contact, values, reasons, command.actor.id, now))
    tx.contacts.renew_strengths(contact, now - STALE, command.actor.id, now)
    record(tx, contact.id, "contact.confirmed", command.actor, now, *sorted(values))


def _close_hypothesis(tx: Transaction, now: datetime, command: ActOnContact, contact: Contact, viewer: Viewer) -> None:
    mine = {one.id for one in tx.contacts.hypotheses(contact, viewer)}
    came_true = command.act is Act.CAME_TRUE
    hypothesis_id = command.hypothesis_id or HypothesisId(0)
    done = hypothesis_id in mine and tx.contacts.close_hypothesis(contact.id, hypothesis_id, now, came_true=came_true)
    check_first(tx, contact, done=done)
    action = "contact.hypothesis_came_true" if came_true else "contact.hypothesis_given_up"
    record(tx, contact.id, action, command.actor, now, "closed_at", "came_true")
