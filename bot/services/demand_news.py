"""Demand news: whom a demand reaches, what they hear of it, and how it follows the step it became."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.commitments import Commitment
from bot.domain.commitments import Deed as OfStep
from bot.domain.delivery import Form, Outgoing, Priority, Ref, card_at
from bot.domain.demands import Demand, State
from bot.domain.history import Change
from bot.domain.identity import EntryId, MemberId
from bot.domain.members import Person, Standing
from bot.ports import Transaction

CARD = "demand.card"
_AFTER: Mapping[OfStep, tuple[State, str]] = {
    OfStep.DONE: (State.DONE, "demand.done"),
    OfStep.HAND_OVER: (State.TAKEN, "demand.handed_over"),
    # A wish whose step was taken back is neither done nor answered.
    OfStep.WITHDRAW: (State.OPEN, "demand.back"),
}


def acting(tx: Transaction, demand: Demand, now: datetime) -> Person | None:
    """Return who decides for a KAM who is away: whom they named, else the account's deputy; each only if they may read it."""
    away = tx.absences.away(now)
    if demand.kam is None or not away.is_away(demand.kam.id):
        return None
    for one in (demand.kam, demand.deputy):
        found = away.stand_in(one.id) if one is not None else None
        member = tx.members.get(found) if found is not None else None
        if (
            member is not None
            and member.standing is Standing.MEMBER
            and tx.demands.get(demand.id, tx.access.viewer(member)) is not None
        ):
            return member.person
    return None


def deciders(tx: Transaction, demand: Demand, now: datetime) -> tuple[MemberId, ...]:
    """Return who decides now: the KAM, or who acts for them; where nobody answers for the account every KAM lead."""
    if demand.kam is None:
        return tuple(lead.id for lead in tx.members.kam_leads())
    return ((acting(tx, demand, now) or demand.kam).id,)


def call(tx: Transaction, demand: Demand, now: datetime) -> None:
    """Show the card anew to whoever decides, at the end of their messages: an edit would not be noticed."""
    for member_id in deciders(tx, demand, now):
        tx.outbox.forget_card(CARD, demand.about, member_id)
        tx.outbox.put(card_at(member_id, CARD, demand.about, Priority.REQUEST), now)


def refresh(tx: Transaction, about: Ref, now: datetime) -> None:
    """Edit the cards that stand."""
    for topic, place in tx.outbox.cards_of(about):
        tx.outbox.put(card_at(place, topic, about, Priority.REQUEST), now)


def tell_author(tx: Transaction, demand: Demand, actor_id: MemberId, entry: EntryId, now: datetime) -> None:
    """Tell who asked for it what somebody else did."""
    if demand.author.id == actor_id or demand.author.left:
        return
    note = Outgoing(
        Form.NOTE, "demand.news", demand.about, Priority.REQUEST, to_member=demand.author.id, entry_id=entry
    )
    tx.outbox.put(note, now)


def follow_step(tx: Transaction, now: datetime, actor_id: MemberId, step: Commitment, deed: OfStep) -> None:
    """Let a demand follow the step it is done with: done, in other hands, or before whoever decides again."""
    demand = tx.demands.whole(step.demand_id) if step.demand_id is not None and deed in _AFTER else None
    if demand is None or demand.state is not State.TAKEN:
        return
    state, action = _AFTER[deed]
    if not tx.demands.follow_step(demand, state, None if state is State.OPEN else step.owner.id):
        return
    entry = tx.history.record(Change(demand.about, action, actor_id, now, fields=("state", "owner_id")))
    refresh(tx, demand.about, now)
    if deed is OfStep.HAND_OVER:
        return
    tell_author(tx, demand, actor_id, entry, now)
    if state is State.OPEN:
        call(tx, demand, now)
