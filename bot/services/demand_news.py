"""Demand news: whom a demand reaches, what they hear of it, and how it follows the step it became."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from bot.domain.absences import Away
from bot.domain.access import Viewer
from bot.domain.commitments import Commitment
from bot.domain.commitments import Deed as OfStep
from bot.domain.delivery import Form, Outgoing, Priority, Ref, card_at
from bot.domain.demands import Demand, State
from bot.domain.history import Change
from bot.domain.identity import DemandId, EntryId, MemberId
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
    return _acting(demand, tx.absences.away(now), partial(_reader, tx))


def acts_for(tx: Transaction, viewer: Viewer, demands: Sequence[Demand], now: datetime) -> frozenset[DemandId]:
    """Return which of some demands somebody decides for a KAM who is away; a channel decides nothing."""
    if viewer.member_id is None or all(one.kam is None or one.kam.id == viewer.member_id for one in demands):
        return frozenset()
    away, reader = tx.absences.away(now), cache(partial(_reader, tx))
    found = {one.id: _acting(one, away, reader) for one in demands if viewer.member_id in _stand_ins(one, away)}
    return frozenset(key for key, person in found.items() if person is not None and person.id == viewer.member_id)


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
        # Whoever had the step may see the wish no longer.
        call(tx, replace(demand, owner=None), now)


def _acting(demand: Demand, away: Away, reader: Callable[[MemberId], tuple[Person, Viewer] | None]) -> Person | None:
    readers = (reader(member_id) for member_id in _stand_ins(demand, away))
    return next((one[0] for one in readers if one is not None and demand.is_seen_by(one[1])), None)


def _stand_ins(demand: Demand, away: Away) -> tuple[MemberId, ...]:
    """Return who stands in for a KAM who is away, and then for the account's deputy."""
    if demand.kam is None or not away.is_away(demand.kam.id):
        return ()
    found = (away.stand_in(one.id) for one in (demand.kam, demand.deputy) if one is not None)
    return tuple(one for one in found if one is not None)


def _reader(tx: Transaction, member_id: MemberId) -> tuple[Person, Viewer] | None:
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        return None
    return member.person, tx.access.viewer(member)
