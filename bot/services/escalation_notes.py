"""Escalations: what is told of a conflict to whom, and loaded with the reader's rights when it is sent."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.access import CHANNEL, ITSELF
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject, card_at, is_channel
from bot.domain.escalation_rights import actions, seen, standpoint
from bot.domain.escalation_seen import HeaderSeen, Left, Seen, Told, Unaddressed
from bot.domain.escalations import Escalation, Standpoint
from bot.domain.identity import ChannelId, EntryId, EscalationId
from bot.domain.members import Person
from bot.ports import Transaction
from bot.services.readers import recipient


def each(people: Iterable[Person | None], but: Iterable[Person] = ()) -> list[Person]:
    """Return everybody once who is still here, without those who learn it another way (G12)."""
    told = {person.id: person for person in people if person is not None and not person.left}
    for person in but:
        told.pop(person.id, None)
    return list(told.values())


def tell(
    tx: Transaction,
    about: Ref,
    topic: str,
    people: Iterable[Person],
    entry: EntryId,
    now: datetime,
    late: timedelta = timedelta(0),
) -> None:
    """Write a note about one history entry to some people, with how late it comes."""
    for person in people:
        told = Outgoing(
            Form.NOTE,
            topic,
            about,
            Priority.ESCALATION,
            to_member=person.id,
            entry_id=entry,
            detail=int(late.total_seconds()) or None,
        )
        tx.outbox.put(told, now)


def tell_involved(
    tx: Transaction, escalation: Escalation, entry: EntryId, now: datetime, but: Iterable[Person] = ()
) -> None:
    """Tell raiser, both sides, whoever joined and the KAM what happened, except those who know."""
    people = each((*escalation.involved, kam_of(tx, escalation)), but)
    tell(tx, escalation.about, "escalation.note", people, entry, now)


def tell_request(tx: Transaction, escalation: Escalation, now: datetime) -> None:
    """Write a line into the thread of the linked request, wherever its card stands in a channel."""
    if escalation.request_id is None:
        return
    request = Ref(Subject.REQUEST, escalation.request_id)
    for topic, place in tx.outbox.cards_of(request):
        if topic == "request.card" and is_channel(place):
            line = Outgoing(
                Form.NOTE,
                "escalation.request_line",
                escalation.about,
                Priority.ESCALATION,
                to_channel=ChannelId(place),
                thread_of=request,
            )
            tx.outbox.put(line, now)


def tell_unwatched(tx: Transaction, about: Ref, admin_channel: ChannelId | None, now: datetime) -> None:
    """Tell the admins' channel, else the admins, else the KAM leads, once that nobody took care of a conflict (P10)."""
    told = Outgoing(Form.NOTE, "escalation.unwatched", about, Priority.ESCALATION, to_channel=admin_channel)
    people = tx.members.admins() or tx.members.kam_leads()
    for one in [told] if admin_channel else [replace(told, to_member=person.id) for person in people]:
        if not tx.outbox.is_told(one):
            tx.outbox.put(one, now)


def kam_of(tx: Transaction, escalation: Escalation) -> Person | None:
    """Return who answers for the account now."""
    return tx.accounts.kam_if_active(escalation.header.account.id)


def put_card(
    tx: Transaction, topic: str, about: Ref, people: Iterable[Person], now: datetime, entry: EntryId | None = None
) -> None:
    """Show a conflict to some people on a card that follows it.

    Where the card stands already its edit calls nobody, so a note tells of ``entry`` as well.
    """
    for person in people:
        if entry is not None and tx.outbox.card(topic, about, person.id) is not None:
            tell(tx, about, "escalation.note", [person], entry, now)
        tx.outbox.put(card_at(person.id, topic, about, Priority.ESCALATION), now)


def put_header(tx: Transaction, about: Ref, channel_id: ChannelId, now: datetime) -> None:
    """Show a conflict's header in a channel."""
    tx.outbox.put(Outgoing(Form.CARD, "escalation.header", about, Priority.ESCALATION, to_channel=channel_id), now)


def refresh(tx: Transaction, about: Ref, now: datetime) -> None:
    """Edit every card of the conflict."""
    for topic, place in tx.outbox.cards_of(about):
        tx.outbox.put(
            card_at(place, "escalation.header" if is_channel(place) else topic, about, Priority.ESCALATION), now
        )


def card(tx: Transaction, row: Claimed, _now: datetime) -> Seen | None:
    """Load a conflict as the reader of a card sees it now."""
    viewer = recipient(tx, row)
    escalation = tx.escalations.get(EscalationId(row.outgoing.about.id), viewer) if viewer else None
    if escalation is None or viewer is None:
        return None
    found = seen(escalation, viewer)
    if found.why is not Standpoint.OFFERED:
        return found
    offers = [entry.words for entry in tx.history.of(escalation.about) if entry.action == "escalation.offered"]
    return replace(found, offered_with=(offers[-1] if offers else None) or "")


def card_or_left(tx: Transaction, row: Claimed, now: datetime) -> Seen | Left | None:
    """Load the same; for who left it where it was, and so sees it no more, that."""
    found, about, viewer = card(tx, row, now), row.outgoing.about, recipient(tx, row)
    if found is not None or viewer is None:
        return found
    by = {entry.actor.id for entry in tx.history.of(about) if entry.action == "escalation.left" and entry.actor}
    short_id = tx.outbox.short_id(about)
    return Left(short_id) if viewer.member_id in by and short_id else None


def offer_over(tx: Transaction, row: Claimed, _now: datetime) -> Left | None:
    """Load what somebody hears of an offer that was taken back: its number and by whom, which they knew before."""
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    short_id = tx.outbox.short_id(row.outgoing.about)
    if recipient(tx, row) is None or entry is None or short_id is None:
        return None
    return Left(short_id, entry.actor)


def header_card(tx: Transaction, row: Claimed, _now: datetime) -> HeaderSeen | None:
    """Load what a channel may know: nothing unless the account is open, wherever the row ends up."""
    header = tx.escalations.header(EscalationId(row.outgoing.about.id), CHANNEL)
    return HeaderSeen(header) if header else None


def request_line(tx: Transaction, row: Claimed, now: datetime) -> HeaderSeen | None:
    """Load the line in the request's thread; without the request's card there is no thread to write into."""
    thread = row.outgoing.thread_of
    if thread is None or tx.outbox.card("request.card", thread, row.place) is None:
        return None
    return header_card(tx, row, now)


def note(tx: Transaction, row: Claimed, _now: datetime) -> Told | None:
    """Load what a note tells: who did what, when, and why its reader hears of it."""
    viewer = recipient(tx, row)
    escalation = tx.escalations.get(EscalationId(row.outgoing.about.id), viewer) if viewer else None
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or escalation is None or entry is None:
        return None
    return Told(
        escalation,
        standpoint(escalation, viewer),
        entry.actor,
        entry.at,
        entry.action,
        entry.words or "",
        actions(escalation, viewer),
        timedelta(seconds=row.outgoing.detail or 0),
    )


def unaddressed(tx: Transaction, row: Claimed, _now: datetime) -> Unaddressed | None:
    """Load the call for a sponsor: id and age for those who may assign one, nothing once somebody received it."""
    found = tx.escalations.unaddressed(EscalationId(row.outgoing.about.id))
    return Unaddressed(*found, as_kam_lead=_leads(tx, row)) if found and _may_assign(tx, row) else None


def unwatched(tx: Transaction, row: Claimed, _now: datetime) -> Unaddressed | None:
    """Load the alarm that nobody took care of a conflict: id and age, for the admins' channel and who may assign a sponsor."""
    escalation = tx.escalations.get(EscalationId(row.outgoing.about.id), ITSELF)
    if escalation is None or not (row.outgoing.to_channel or _may_assign(tx, row)):
        return None
    return Unaddressed(escalation.short_id, escalation.header.raised_at, as_kam_lead=_leads(tx, row))


def _leads(tx: Transaction, row: Claimed) -> bool:
    return row.outgoing.to_member in {lead.id for lead in tx.members.kam_leads()}


def _may_assign(tx: Transaction, row: Claimed) -> bool:
    return _leads(tx, row) or row.outgoing.to_member in {admin.id for admin in tx.members.admins()}
