"""Networks: departments with their key persons, and who of us knows somebody at a customer."""

from dataclasses import replace
from datetime import datetime

from bot.domain import accounts, names, networks
from bot.domain.access import Viewer
from bot.domain.accounts import Account
from bot.domain.contact_commands import ContactChoice
from bot.domain.contacts import Contact
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Person
from bot.domain.networks import (
    KNOWING,
    OFFERED,
    AskWhoKnows,
    Branch,
    Met,
    Network,
    ShowNetwork,
    TurnNetwork,
    WhoKnows,
    WhoQuestion,
)
from bot.ports import Store, Transaction
from bot.services import contacts
from bot.services.accounts import visible
from bot.services.readers import recipient

_HERE = Ref(Subject.WORKSPACE, 0)


def show(store: Store, now: datetime, command: ShowNetwork) -> Network | WhoKnows | WhoQuestion:
    """Return departments and key persons, those that a name asks for, or who knows somebody."""
    typed = names.one_line(command.typed)
    wanted = networks.asked_for(typed)
    with store.read(command.actor.workspace_id) as tx:
        if wanted is not None:
            viewer = tx.access.viewer(command.actor)
            if not wanted and command.channel_id:
                bound = tx.accounts.in_channel(command.channel_id, viewer)
                account = tx.accounts.get(bound.id, viewer) if bound else None
                if account is not None:
                    return _of_account(tx, viewer, account, now)
            return _who_knows(tx, viewer, wanted, now)
        found = _branches(tx, now)
        return networks.chosen(found, typed) if typed else networks.page(found, 0)


def turn(store: Store, now: datetime, command: TurnNetwork) -> None:
    """Show another page."""
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        shown = Outgoing(
            Form.REPLY, "network.shown", _HERE, Priority.REPLY, reply_to=command.reply_to, detail=command.offset
        )
        tx.outbox.put(shown, now)
        tx.inbox.record(command.key, _HERE, now)


def ask(store: Store, now: datetime, command: AskWhoKnows) -> None:
    """Answer a button or a choice with who knows a contact, or anybody of an account.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
        errors.UnknownObject: the contact does not.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer = tx.access.viewer(command.actor)
        if command.contact_id is not None:
            about = Ref(Subject.CONTACT, contacts.seen(tx, viewer, command.contact_id).id)
        else:
            about = Ref(Subject.ACCOUNT, visible(tx, viewer, command.account_id or AccountId(0)).id)
        tx.outbox.put(Outgoing(Form.REPLY, "network.known", about, Priority.REPLY, reply_to=command.reply_to), now)
        tx.inbox.record(command.key, about, now)


def reply_page(tx: Transaction, row: Claimed, now: datetime) -> Network | None:
    """Load the page that was asked for."""
    return networks.page(_branches(tx, now), row.outgoing.detail or 0) if recipient(tx, row) else None


def reply_known(tx: Transaction, row: Claimed, now: datetime) -> WhoKnows | None:
    """Load who knows whom a button asked for."""
    viewer, about = recipient(tx, row), row.outgoing.about
    if viewer is None:
        return None
    if about.subject is Subject.CONTACT:
        contact = tx.contacts.get(ContactId(about.id), viewer)
        return _of_contact(tx, viewer, contact, now) if contact else None
    account = tx.accounts.get(AccountId(about.id), viewer)
    return _of_account(tx, viewer, account, now) if account else None


def _branches(tx: Transaction, now: datetime) -> tuple[Branch, ...]:
    departments, experts, away = tx.departments.all(), tx.networks.experts(), tx.absences.away(now)
    people = tx.members.people(networks.stand_ins(departments, experts, away))
    return networks.branches(departments, experts, away, people)


def _who_knows(tx: Transaction, viewer: Viewer, typed: str, now: datetime) -> WhoKnows | WhoQuestion:
    """Answer for the one contact or account of that name; else ask which one is meant."""
    if not typed:
        recent = tx.accounts.suggestions("", viewer, OFFERED)
        return WhoQuestion("", tx.contacts.recent(viewer, OFFERED), recent)
    key = names.match_key(typed)
    people = tx.contacts.named(key, None, viewer, OFFERED)
    firms = tx.accounts.named(key, viewer, OFFERED)
    if not people and not firms:
        # A surname is enough where one person bears it.
        people = tx.contacts.with_words(typed, None, viewer, OFFERED)
        if len(people) != 1:
            near = accounts.closest(typed, tx.accounts.names(viewer), OFFERED)
            return WhoQuestion(typed, people or tx.contacts.nearest(typed, None, viewer, OFFERED), near)
    if len(people) + len(firms) > 1:
        return WhoQuestion(typed, people, tuple(account.ref for account in firms))
    if firms:
        return _of_account(tx, viewer, firms[0], now)
    contact = tx.contacts.get(people[0].id, viewer)
    return WhoQuestion(typed) if contact is None else _of_contact(tx, viewer, contact, now)


def _of_contact(tx: Transaction, viewer: Viewer, contact: Contact, now: datetime) -> WhoKnows:
    met = tx.networks.met_contact(contact.id, viewer, now, KNOWING)
    cares = [person for person in (contact.owner, contact.named_counterpart) if person is not None]
    shown = ContactChoice(contact.id, contact.name, contact.title, contact.account)
    return _with_seats(tx, WhoKnows(contact.account, shown, people=met), cares, now)


def _of_account(tx: Transaction, viewer: Viewer, account: Account, now: datetime) -> WhoKnows:
    ids = [unit.account.id for unit in tx.maps.units(account.id, viewer)]
    met = tx.networks.met_accounts(ids, viewer, now, KNOWING)
    cares = [person for person in (account.kam, account.deputy) if person is not None]
    return _with_seats(tx, WhoKnows(account.ref, people=met), cares, now)


def _with_seats(tx: Transaction, known: WhoKnows, cares: list[Person], now: datetime) -> WhoKnows:
    """Say of everybody whether they are here, and who acts for them if not."""
    away = tx.absences.away(now)
    here = {person.id: person for person in (*cares, *(met.person for met in known.people)) if not person.left}
    people = tx.members.people({acting for one in here if (acting := away.stand_in(one))})

    def seated(met: Met) -> Met:
        return met if met.person.left else replace(met, seat=networks.seat(met.person, away, people))

    return replace(
        known,
        cares=tuple(
            networks.seat(here[one], away, people) for one in dict.fromkeys(p.id for p in cares) if one in here
        ),
        people=tuple(map(seated, known.people)),
    )
