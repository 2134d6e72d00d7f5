"""Addressees: an open conflict whose addressee cannot be reached goes to the next who can."""

from datetime import datetime

from bot.domain import sponsors
from bot.domain.delivery import Form, Outgoing, Priority, card_at
from bot.domain.escalations import Escalation
from bot.domain.history import Change
from bot.domain.identity import EscalationId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Route, Skipped
from bot.ports import Transaction


def pass_on(tx: Transaction, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
    """Put a conflict before the next in the chain and tell raiser and KAM; False if it does not lie with this person."""
    member = tx.members.get(member_id)
    if member is None:
        return False
    viewer = tx.access.viewer(member)
    escalation = tx.escalations.get(escalation_id, viewer)
    if escalation is None or not escalation.is_open or member_id not in _ids(escalation.addressed_to):
        return False
    route = _route(tx, escalation, member_id)
    taken = escalation.acknowledged
    stays = taken is not None and taken.by.id != member_id and bool(route.recipients)
    if not tx.escalations.readdress(escalation.id, escalation.version, route, stays_acknowledged=stays):
        raise Overtaken
    entry = tx.history.record(
        Change(escalation.about, "escalation.readdressed", None, now, fields=("recipients", "state"))
    )
    for topic, place in tx.outbox.cards_of(escalation.about):
        tx.outbox.put(card_at(place, topic, escalation.about, Priority.ESCALATION), now)
    for step in route.recipients:
        if step.person is not None:
            tx.outbox.put(card_at(step.person.id, "escalation.card", escalation.about, Priority.ESCALATION), now)
    for person in route.asked_to_assign:
        tx.outbox.put(card_at(person.id, "escalation.unaddressed", escalation.about, Priority.ESCALATION), now)
    for person_id in _told(tx, escalation) - {member_id}:
        tx.outbox.put(
            Outgoing(
                Form.NOTE,
                "escalation.readdressed",
                escalation.about,
                Priority.ESCALATION,
                to_member=person_id,
                entry_id=entry,
            ),
            now,
        )
    return True


class Overtaken(Exception):
    """Somebody changed the conflict at this moment; the next try sees what they did."""


def _route(tx: Transaction, escalation: Escalation, member_id: MemberId) -> Route:
    """Walk the chain as it is now, without those who could not be reached before either."""
    unreachable = {
        step.person.id for step in escalation.steps if step.skipped is Skipped.UNREACHABLE and step.person is not None
    }
    chain = sponsors.without(tx.sponsors.chain(escalation.header.account.id), {*unreachable, member_id})
    return sponsors.route(chain, escalation.raiser.id, escalation.side_ids)


def _told(tx: Transaction, escalation: Escalation) -> set[MemberId]:
    kam = tx.accounts.kam_if_active(escalation.header.account.id)
    return {escalation.raiser.id, *([kam.id] if kam else [])}


def _ids(people: tuple[Person, ...]) -> frozenset[MemberId]:
    return frozenset(person.id for person in people)
