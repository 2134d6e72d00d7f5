"""Rerouting: who hears it instead when a channel is closed or a person cannot be reached, and what admins hear."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.access import CHANNEL, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.commitments import Kind
from bot.domain.delivery import Claimed, Form, Outage, Outgoing, Priority, Ref, Subject, Undelivered, is_channel
from bot.domain.identity import ChannelId, CommitmentId, DemandId, EscalationId, InteractionId, MemberId, RequestId
from bot.domain.members import Person
from bot.ports import Transaction
from bot.services import addressees, search_sharing

NOTICES = frozenset({"delivery.undelivered", "delivery.plain", "delivery.outage"})
"""What admins hear of the outbox itself; nobody hears of these that they did not arrive."""
FOR_ADMINS = NOTICES | {"escalation.unwatched"}
"""What goes to the admins' channel, where they have one."""
_HERE = Ref(Subject.WORKSPACE, 0)


def elsewhere(tx: Transaction, row: Claimed, now: datetime) -> bool:
    """Send a row that Slack does not take at its place to whoever is responsible next; False if there is nobody."""
    from_their_channel = row.outgoing.to_channel is not None and row.outgoing.topic in FOR_ADMINS
    if row.outgoing.topic in NOTICES or from_their_channel:
        return from_their_channel and _to_people(tx, row, tx.members.admins(), now)
    if row.outgoing.topic == search_sharing.SHARED:
        return search_sharing.send_back(tx, row, now)
    if row.outgoing.to_channel is not None:
        return _from_channel(tx, row, row.outgoing.to_channel, now)
    member_id = row.outgoing.to_member
    if member_id is None:
        return False
    # A card nobody can open any more is not edited either.
    tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
    about = row.outgoing.about
    if about.subject is Subject.ESCALATION and addressees.pass_on(tx, EscalationId(about.id), member_id, now):
        return True
    return _to_people(tx, row, _next(tx, about, member_id), now)


def tell_admins(tx: Transaction, row: Claimed, topic: str, admin_channel: ChannelId | None, now: datetime) -> None:
    """Tell the admins once what became of a row, by id."""
    if row.outgoing.topic in NOTICES:
        return
    is_urgent = row.outgoing.priority <= Priority.ESCALATION
    told = Outgoing(
        Form.NOTE,
        topic,
        _HERE if topic == "delivery.plain" else row.outgoing.about,
        Priority.ESCALATION if is_urgent else Priority.INTERACTION,
        detail=None if topic == "delivery.plain" else row.id,
    )
    _put_notice(tx, told, admin_channel, now)


def tell_outage(tx: Transaction, since: datetime, admin_channel: ChannelId | None, now: datetime) -> None:
    """Let the admins know, once Slack is back, since when it was away."""
    told = Outgoing(Form.NOTE, "delivery.outage", _HERE, Priority.INTERACTION, detail=int(since.timestamp()))
    _put_notice(tx, told, admin_channel, now)


def undelivered(tx: Transaction, row: Claimed, _now: datetime) -> Undelivered | None:
    """Load which message reached nobody."""
    lost = tx.outbox.get(row.outgoing.detail) if row.outgoing.detail is not None else None
    if lost is None:
        return None
    person = None
    if not is_channel(lost.place):
        member = tx.members.get(MemberId(lost.place))
        person = member.person if member else Person(MemberId(lost.place), lost.place)
    return Undelivered(
        what=tx.outbox.short_id(lost.about),
        cause=lost.cause or "",
        person=person,
        channel_id=None if person else ChannelId(lost.place),
    )


def plain(tx: Transaction, _row: Claimed, _now: datetime) -> str:
    """Load the notice that something could only be told in plain text."""
    return tx.workspace.name


def outage(_tx: Transaction, row: Claimed, now: datetime) -> Outage | None:
    """Load since when Slack was away."""
    since = row.outgoing.detail
    return None if since is None else Outage(datetime.fromtimestamp(since, now.tzinfo))


def _put_notice(tx: Transaction, told: Outgoing, admin_channel: ChannelId | None, now: datetime) -> None:
    places = (
        [replace(told, to_channel=admin_channel)]
        if admin_channel
        else [replace(told, to_member=admin.id) for admin in tx.members.admins()]
    )
    for notice in places:
        if not tx.outbox.is_told(notice):
            tx.outbox.put(notice, now)


def _to_people(tx: Transaction, row: Claimed, people: Iterable[Person], now: datetime) -> bool:
    found = list(people)
    for person in found:
        outgoing = replace(row.outgoing, to_channel=None, to_member=person.id, thread_of=None)
        if outgoing.form is Form.CARD or not tx.outbox.is_told(outgoing):
            tx.outbox.put(outgoing, now)
    return bool(found)


def _from_channel(tx: Transaction, row: Claimed, channel_id: ChannelId, now: datetime) -> bool:
    """Send it to those who answer for the channel, by DM; tell them once to invite Scharnier."""
    people, about = _answerable(tx, channel_id)
    for person in people:
        asked = Outgoing(Form.CARD, "channel.invite", about, Priority.DIGEST, to_member=person.id)
        if tx.outbox.card(asked.topic, about, person.id) is None:
            tx.outbox.put(asked, now)
    return _to_people(tx, row, people, now)


def _answerable(tx: Transaction, channel_id: ChannelId) -> tuple[tuple[Person, ...], Ref]:
    department = tx.departments.in_channel(channel_id)
    if department is not None:
        speakers = (department.coordinator, department.head)
        return _here(speakers) or tx.members.admins(), Ref(Subject.DEPARTMENT, department.id)
    account = tx.accounts.in_channel(channel_id, CHANNEL)
    if account is None:
        return (), Ref(Subject.ACCOUNT, 0)
    kam = tx.accounts.kam_if_active(account.id)
    return ((kam,) if kam else tx.members.kam_leads() or tx.members.admins()), Ref(Subject.ACCOUNT, account.id)


def _next(tx: Transaction, about: Ref, member_id: MemberId) -> tuple[Person, ...]:
    """Return who is responsible after somebody who cannot be reached: as they see the object themselves."""
    member = tx.members.get(member_id)
    if member is None:
        return ()
    viewer = tx.access.viewer(member)
    account: AccountRef | None = None
    match about.subject:
        case Subject.REQUEST:
            request = tx.requests.get(RequestId(about.id), viewer)
            account = request.header.account if request else None
            department = request.header.department if request else None
            speakers = [person.id for person in department.speakers] if department else []
            if department is not None and member_id in speakers:
                later = _here(department.speakers[speakers.index(member_id) + 1 :])
                if later:
                    return later[:1]
        case Subject.ESCALATION:
            escalation = tx.escalations.get(EscalationId(about.id), viewer)
            account = escalation.header.account if escalation else None
        case Subject.INTERACTION:
            interaction = tx.interactions.get(InteractionId(about.id), viewer)
            account = interaction.account if interaction else None
        case Subject.PROMISE | Subject.NEXT_STEP:
            commitment = tx.commitments.get(Kind(about.subject), CommitmentId(about.id), viewer)
            account = commitment.account if commitment else None
        case Subject.DEMAND:
            demand = tx.demands.get(DemandId(about.id), viewer)
            account = demand.account if demand else None
    return _after_kam(tx, account, member_id, viewer) if account else ()


def _after_kam(tx: Transaction, ref: AccountRef, member_id: MemberId, viewer: Viewer) -> tuple[Person, ...]:
    """Return the deputy of a KAM, else the KAM leads; nobody where the person is neither KAM nor deputy."""
    account = tx.accounts.get(ref.id, viewer)
    if account is None or member_id not in {person.id for person in (account.kam, account.deputy) if person}:
        return ()
    deputy = _here((account.deputy,), but=member_id) if account.kam and account.kam.id == member_id else ()
    return deputy or _here(tx.members.kam_leads(), but=member_id)


def _here(people: Iterable[Person | None], but: MemberId | None = None) -> tuple[Person, ...]:
    return tuple(
        dict.fromkeys(person for person in people if person is not None and not person.left and person.id != but)
    )
