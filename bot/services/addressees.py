"""Addressees: who receives a conflict, and who receives it next when that person cannot be reached, is away or changed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.domain import escalation_clock, sponsors
from bot.domain.access import ITSELF
from bot.domain.delivery import Ref
from bot.domain.escalation_clock import Next
from bot.domain.escalation_life import LIFE
from bot.domain.escalations import Action, Course, Escalation, Watched
from bot.domain.history import Change
from bot.domain.identity import AccountId, EscalationId, MemberId
from bot.domain.sponsors import Chain, Considered, Presence, Route, Skipped, Step
from bot.domain.timers import Moment, Timer
from bot.ports import Transaction
from bot.services import escalation_notes as notes

CLOCK = "escalation.clock"
LOOK = "escalation.look"


class Overtaken(Exception):
    """Somebody changed the conflict at this moment; the next try sees what they did."""


def route(
    tx: Transaction,
    account_id: AccountId | None,
    raiser_id: MemberId,
    side_ids: Collection[MemberId],
    now: datetime,
    unreachable: Collection[MemberId] = (),
) -> Route:
    """Walk the chain as it is now: absent people are stood in for, those Slack cannot reach are passed over."""
    chain = sponsors.without(tx.sponsors.chain(account_id), unreachable)
    return sponsors.route(chain, raiser_id, side_ids, presence(tx, chain, now, unreachable))


def presence(tx: Transaction, chain: Chain, now: datetime, unreachable: Collection[MemberId] = ()) -> Presence:
    """Read who is away, and who of the deputies could stand in."""
    away = tx.absences.away(now)
    backers = (backer for link in chain.links.values() for backer in (link.sponsor, link.kam_sponsor))
    deputies = {
        *(gone.deputy_id for gone in away.gone.values()),
        *(backer.deputy_id for backer in backers if backer is not None),
    }
    people = tx.members.people(member_id for member_id in deputies if member_id is not None)
    return Presence(away, people, frozenset(unreachable))


def look_again(tx: Transaction, about: Ref, now: datetime) -> None:
    """Look now, not in the clock's next round, who should have the open conflicts: somebody is away, back, gone or new."""
    tx.timers.set(Timer(about, LOOK, Moment(now), now.isoformat()))


def first_step(tx: Transaction, found: Route, now: datetime, *, is_urgent: bool) -> Next | None:
    """Return when the clock reminds whoever receives a conflict now, in their working time."""
    person = found.recipients[0].person if found.recipients else None
    if person is None:
        return None
    return escalation_clock.asked(tx.members.calendar(person.id), now, is_urgent=is_urgent)


def wind(tx: Transaction, about: Ref, version: int, following: Next | None) -> None:
    """Let the clock do its next step then, and no other; before the change itself, as the clock locks in this order."""
    tx.timers.cancel(about, CLOCK)
    if following is not None:
        tx.timers.set(Timer(about, CLOCK, Moment(following.at), f"{version}:{following.step}"))


def move(tx: Transaction, before: Escalation, action: Action, course: Course) -> bool:
    """Store where a conflict is on its way and wind the clock; False if somebody was first."""
    course = replace(course, state=LIFE.next(before.state, action))
    if course.next != before.next:
        wind(tx, before.about, before.version + 1, course.next)
    return tx.escalations.move(before.id, before.version, action, course)


def advance(tx: Transaction, before: Escalation, action: Action, course: Course) -> None:
    """Do the same for the clock, which nobody waits for.

    Raises:
        Overtaken: somebody was first; the next try sees what they did.
    """
    if not move(tx, before, action, course):
        raise Overtaken


def pass_on(tx: Transaction, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
    """Put a conflict before the next who can be reached, for Slack cannot reach this person; False if it is not theirs.

    Raises:
        Overtaken: somebody changed it at this moment.
    """
    escalation = tx.escalations.get(escalation_id, ITSELF)
    if escalation is None or not escalation.is_open:
        return False
    if member_id not in {person.id for person in escalation.addressed_to}:
        return False
    readdress(tx, escalation, now, {member_id})
    return True


def readdress(tx: Transaction, escalation: Escalation, now: datetime, missed: Collection[MemberId] = ()) -> None:
    """Put an open conflict before whoever should have it now; raiser, KAM and who had it hear of it.

    Raises:
        Overtaken: somebody changed it at this moment.
    """
    if missed and _without_some(tx, escalation, missed, now):
        return
    unreachable = {*unreachable_of(escalation.steps), *missed}
    found = route(tx, escalation.header.account.id, escalation.raiser.id, escalation.side_ids, now, unreachable)
    following = first_step(tx, found, now, is_urgent=escalation.is_urgent)
    course = replace(escalation.course, acknowledged_by=None, acknowledged_at=None, handing_to=None, next=following)
    advance(tx, escalation, Action.READDRESS if found.recipients else Action.STRAND, course)
    tx.escalations.put_steps(escalation.id, (*_marks(escalation, found, unreachable), *found.steps))
    about = escalation.about
    entry = tx.history.record(Change(about, "escalation.readdressed", None, now, fields=("recipients", "state")))
    notes.refresh(tx, about, now)
    asked = [step.person for step in found.recipients if step.person is not None]
    notes.put_card(tx, "escalation.card", about, asked, now, entry)
    notes.put_card(tx, "escalation.unaddressed", about, found.asked_to_assign, now)
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation)), but=asked)
    told = [person for person in people if person.id not in missed]
    notes.tell(tx, about, "escalation.readdressed", told, entry, now)


def _without_some(tx: Transaction, escalation: Escalation, missed: Collection[MemberId], now: datetime) -> bool:
    """Leave a conflict with the others who have it; False if these are not enough.

    Whoever took it on goes on with it, and whoever was asked first is asked still.
    """
    rest = [step for step in escalation.active if step.person is not None and step.person.id not in missed]
    taken = escalation.acknowledged
    is_enough = taken.by in {step.person for step in rest} if taken is not None else any(not one.since for one in rest)
    if not is_enough:
        return False
    advance(tx, escalation, Action.BRING_IN, escalation.course)
    steps = tuple(
        replace(step, skipped=Skipped.UNREACHABLE)
        if step.skipped is None and step.person is not None and step.person.id in missed
        else step
        for step in escalation.steps
    )
    tx.escalations.put_steps(escalation.id, steps)
    entry = tx.history.record(Change(escalation.about, "escalation.readdressed", None, now, fields=("recipients",)))
    notes.refresh(tx, escalation.about, now)
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation)))
    told = [person for person in people if person.id not in missed]
    notes.tell(tx, escalation.about, "escalation.readdressed", told, entry, now)
    return True


def _marks(escalation: Escalation, found: Route, unreachable: Collection[MemberId]) -> tuple[Considered, ...]:
    """Keep in mind whom Slack cannot reach where the new chain does not say it."""
    said = {step.person for step in found.steps}
    return tuple(
        replace(step, skipped=Skipped.UNREACHABLE)
        for step in escalation.steps
        if step.person is not None and step.person.id in unreachable and step.person not in said
    )


def unreachable_of(steps: Collection[Considered]) -> frozenset[MemberId]:
    """Return whom Slack could not reach before."""
    return frozenset(
        step.person.id for step in steps if step.skipped is Skipped.UNREACHABLE and step.person is not None
    )


def misplaced(tx: Transaction, everything: Collection[Watched], now: datetime) -> tuple[EscalationId, ...]:
    """Return which open conflicts should lie with somebody else by now: assigned, left, away, or found at last.

    However many there are, it takes the same few statements.
    """
    chain = tx.sponsors.chains({watched.account_id for watched in everything})
    here = presence(tx, chain, now)
    return tuple(watched.id for watched in everything if _is_misplaced(watched, chain, here))


def _is_misplaced(watched: Watched, chains: Chain, presence_: Presence) -> bool:
    unreachable = unreachable_of(watched.steps)
    chain = sponsors.without(replace(chains, account_id=watched.account_id), unreachable)
    here = replace(presence_, unreachable=unreachable)
    found = sponsors.route(chain, watched.raiser_id, watched.side_ids, here)
    if not any(step.skipped is None and step.person is not None for step in watched.steps):
        return bool(found.recipients)
    return not sponsors.is_right(watched.steps, found, here)


def handed_over(escalation: Escalation, step: Considered) -> tuple[Considered, ...]:
    """Return the chain after somebody took it over: whoever had it has it no more."""
    had = tuple(
        replace(one, skipped=Skipped.HANDED_OVER) if one.skipped is None and one.person is not None else one
        for one in escalation.steps
    )
    return (*had, replace(step, step=Step.HANDED_OVER))
