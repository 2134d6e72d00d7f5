"""Briefings: the page before a meeting, of an account or a contact, as its reader may see it."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import account_shape, accounts, briefings, errors, names, satisfaction
from bot.domain.access import Viewer, sees_assessments
from bot.domain.accounts import Account
from bot.domain.briefings import (
    DUE,
    FAVOURS,
    HEARD,
    HYPOTHESES,
    MATTERS,
    OFFERED,
    PEOPLE,
    PLANNED,
    WISHES,
    Briefing,
    Offer,
    Part,
    PickBriefing,
    Portrait,
    ReadBriefing,
    ShowBriefing,
    Shown,
    WhichBriefing,
)
from bot.domain.contacts import Contact, ContactOnMap
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import AccountId, ContactId
from bot.domain.interactions import Source
from bot.domain.members import Member
from bot.ports import Store, Transaction
from bot.services.contacts import with_part
from bot.services.readers import recipient


def show(store: Store, now: datetime, command: ShowBriefing) -> Shown | WhichBriefing:
    """Show the page of the account or contact of that name, or of the channel's account; ask where that is not clear.

    Raises:
        errors.UnknownToBrief: nothing of that name, nor like it, exists for this reader.
    """
    typed, is_short = briefings.read(names.one_line(command.typed))
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if not typed:
            bound = tx.accounts.in_channel(command.channel_id, viewer) if command.channel_id else None
            account = tx.accounts.get(bound.id, viewer) if bound else None
            if account is None:
                recent = tx.accounts.suggestions("", viewer, OFFERED)
                return WhichBriefing("", tuple(Offer(one) for one in recent), is_short)
            return Shown(_page(tx, viewer, account, None, now), is_short)
        key = names.match_key(typed)
        people = tx.contacts.bearing(key, viewer, OFFERED, now)
        bearing, theirs = tx.accounts.named_and([one.account.id for one in people], key, viewer, OFFERED)
        exact = [*(Offer(account.ref) for account in bearing), *map(Offer.of, people)]
        like: list[Offer] = []
        if not exact:
            in_part, with_words = with_part(tx, viewer, typed, there_at=now)
            exact, like = [*map(Offer.of, in_part)], [*map(Offer.of, with_words)]
        if len(exact) > 1:
            return WhichBriefing(typed, tuple(exact[:OFFERED]), is_short, is_shared=True)
        if bearing or people:
            account, contact = (bearing[0], None) if bearing else (theirs[people[0].account.id], people[0])
            return Shown(_page(tx, viewer, account, contact, now), is_short)
        if exact:
            return Shown(_load(tx, viewer, exact[0].about, now), is_short)
        near = accounts.closest(typed, tx.accounts.names(viewer))
        like = like or [*map(Offer.of, tx.contacts.nearest(typed, None, viewer, OFFERED, now))]
        offers = briefings.closest(typed, near, like)
        if not offers:
            raise errors.UnknownToBrief(typed)
        return WhichBriefing(typed, offers, is_short)


def read(store: Store, now: datetime, command: ReadBriefing) -> Shown:
    """Show the page of what was chosen in the form.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader.
        errors.UnknownObject: the contact does not exist for this reader.
    """
    wanted = command.wanted
    with store.read(command.actor.workspace_id) as tx:
        return Shown(_load(tx, tx.access.viewer(command.actor), wanted.about, now), wanted.is_short)


def pick(store: Store, now: datetime, command: PickBriefing) -> None:
    """Put the page of what a button named on its way.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
        errors.UnknownObject: the contact does not exist for this reader any more.
    """
    wanted = command.wanted
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        _find(tx, tx.access.viewer(command.actor), wanted.about, now)
        detail = int(wanted.is_short)
        reply = Outgoing(
            Form.REPLY, "briefing.page", wanted.about, Priority.REPLY, reply_to=command.reply_to, detail=detail
        )
        tx.outbox.put(reply, now)
        tx.inbox.record(command.key, wanted.about, now)


def reply_page(tx: Transaction, row: Claimed, now: datetime) -> Shown | None:
    """Load the page that was asked for by a button, with its reader's rights as they are now."""
    viewer = recipient(tx, row)
    if viewer is None:
        return None
    try:
        return Shown(_load(tx, viewer, row.outgoing.about, now), bool(row.outgoing.detail))
    except errors.Refusal:
        return None


def find(store: Store, now: datetime, actor: Member, typed: str, most: int) -> tuple[Offer, ...]:
    """Answer a select's search: recent accounts first, or the accounts and contacts like what was typed."""
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        found = tx.accounts.suggestions(names.one_line(typed), viewer, most)
        if not names.match_key(typed):
            return tuple(Offer(account) for account in found)
        people = tx.contacts.with_words(typed, None, viewer, most, now)
        people = people or tx.contacts.nearest(typed, None, viewer, most, now)
        return briefings.closest(typed, found, map(Offer.of, people), most)


def _load(tx: Transaction, viewer: Viewer, about: Ref, now: datetime) -> Briefing:
    account, contact = _find(tx, viewer, about, now)
    return _page(tx, viewer, account, contact, now)


def _find(tx: Transaction, viewer: Viewer, about: Ref, now: datetime) -> tuple[Account, Contact | None]:
    """Return the account, and the contact where the page is theirs.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader.
        errors.UnknownObject: the contact does not exist for this reader.
    """
    if about.subject is Subject.ACCOUNT:
        account = tx.accounts.get(AccountId(about.id), viewer)
        if account is None:
            raise errors.UnknownAccountChosen
        return account, None
    contact = tx.contacts.get(ContactId(about.id), viewer)
    account = tx.accounts.get(contact.account.id, viewer) if contact else None
    if contact is None or account is None or contact.has_left(now.date()):
        raise errors.UnknownObject("")
    return account, contact


def _page(tx: Transaction, viewer: Viewer, account: Account, contact: Contact | None, now: datetime) -> Briefing:
    """Put the page together; every statement covers the account and all units the reader may see."""
    family = tx.accounts.family(account, viewer)
    ids = [account.id, *family.ids]
    contacts = tx.contacts.mirror(ids, viewer, now, with_influences=False)
    contact_id = contact.id if contact else None
    portrait = _portrait(tx, viewer, contact, contacts, now) if contact else None
    heard = tx.briefings.heard(ids, contact_id, viewer, now, HEARD)
    due = tx.commitments.due(ids, viewer, tx.workspace.today(now), DUE, contact_id=contact_id)
    matters = tx.briefings.open_matters(ids, viewer, MATTERS)
    if contact_id is None:
        favours = tx.favours.of_accounts(ids, viewer, FAVOURS + 1)
    else:
        favours = tx.favours.of_contacts([contact_id], viewer, FAVOURS + 1)
    counted = tx.account_cards.counted(ids, viewer, now)
    # What is judged of a unit belongs to the unit's circle, which need not be the account's.
    circle = [one for one in ids if sees_assessments(viewer, one)]
    judged, hypotheses = tx.briefings.judged(circle, contact_id, now) if circle else ((), ())
    people = [] if portrait else briefings.to_meet(contacts)
    return Briefing(
        account=account,
        because=accounts.because(account, viewer),
        portrait=portrait,
        units=len(family.ids),
        people=Part.of(people, PEOPLE),
        heard=Part.of(briefings.latest(heard, now), HEARD),
        planned=Part.of(briefings.planned(heard, now), PLANNED),
        wishes=Part.of(briefings.wishes(heard, now), WISHES),
        due=Part(due.commitments, due.total),
        overdue=due.late,
        matters=Part(matters.lines[:MATTERS], matters.count),
        favours=Part.of(favours, FAVOURS),
        impressions=satisfaction.picture(counted.values.get(Source.OURS, ()), now),
        customer_words=satisfaction.picture(counted.values.get(Source.CUSTOMER, ()), now),
        carried=account_shape.shape(counted.met),
        judged=briefings.of_page(judged, account),
        hypotheses=Part.of(hypotheses, HYPOTHESES),
        flags=briefings.flags(account, [portrait.contact] if portrait else contacts, due.late, now),
        suggestions=briefings.suggestions(
            heard, contacts, hypotheses[0].at if hypotheses else None, now, is_insider=bool(circle)
        ),
    )


def _portrait(
    tx: Transaction, viewer: Viewer, contact: Contact, contacts: Iterable[ContactOnMap], now: datetime
) -> Portrait:
    """Put together whom a contact's page is about; whoever stands around them may belong to another unit.

    Raises:
        errors.UnknownObject: they left while the page was read.
    """
    on_map = next((one for one in contacts if one.id == contact.id), None)
    if on_map is None:
        raise errors.UnknownObject("")
    return Portrait(on_map, contact.aims, tx.contacts.relations(contact, viewer, now))
