"""Escalations: what the clock does with an open conflict, so that none is ever nobody's (P10)."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import escalation_clock as clock
from bot.domain import sponsors
from bot.domain.access import ITSELF
from bot.domain.delivery import Ref, Subject
from bot.domain.escalation_clock import ClockStep, Next
from bot.domain.escalations import ADDRESSED, Action, Escalation, State
from bot.domain.history import Change
from bot.domain.identity import ChannelId, EntryId, EscalationId
from bot.domain.members import Person
from bot.domain.sponsors import Chain, Considered, Presence, Step
from bot.domain.timers import Moment, Timer, late_by
from bot.domain.working_time import Calendar
from bot.ports import Transaction
from bot.services import addressees
from bot.services import escalation_notes as notes
from bot.services.escalations import whole

_log = logging.getLogger("scharnier.escalations")
REPAIR = "escalation.repair"
_MOST_CHANGES = 50
"""Conflicts that one round puts before others; the rest follow in five minutes."""
_NAMED = 5
"""Conflicts named to the operator."""


def tick(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Do the step that is due, if the conflict still waits for it."""
    escalation = tx.escalations.get(EscalationId(timer.about.id), ITSELF)
    if escalation is None or escalation.state not in ADDRESSED:
        return ()
    if escalation.next is None:
        _move(tx, escalation, Action.REMIND, _first(tx, escalation))
    elif escalation.next.at <= now:
        _DO[escalation.next.step](tx, escalation, escalation.next, now)
    return ()


def watch(tx: Transaction, _timer: Timer, now: datetime, admin_channel: ChannelId | None = None) -> Iterable[Timer]:
    """See to it that every open conflict lies with somebody who can act, and has a next time; else say so loudly."""
    wrong = addressees.misplaced(tx, tx.escalations.watched(), now)
    for escalation_id in wrong[:_MOST_CHANGES]:
        addressees.readdress(tx, whole(tx, ITSELF, escalation_id), now)
    nobodys = tx.escalations.unwatched(now)
    if nobodys:
        _log.error("nobody took care of %s open conflicts; they are put right", len(nobodys))
    about = [Ref(Subject.ESCALATION, escalation_id) for escalation_id in nobodys]
    for one in about:
        notes.tell_unwatched(tx, one, admin_channel, now)
    # Each in a transaction of its own: one that cannot be put right keeps neither the others nor the alarm back.
    return [Timer(one, REPAIR, Moment(now), now.isoformat()) for one in about]


def repair(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Wind a clock that stands still, and put before others what lies with nobody."""
    if timer.about.id not in tx.escalations.unwatched(now):
        return ()
    escalation = whole(tx, ITSELF, EscalationId(timer.about.id))
    following = escalation.next
    if following is None or following.at <= now:
        step = following.step if following else _STANDS_STILL.get(escalation.state, ClockStep.REMIND)
        _move(tx, escalation, Action.REMIND, Next(now, step))
    else:
        addressees.readdress(tx, escalation, now, {person.id for person in escalation.addressed_to})
    return ()


def degraded(tx: Transaction, now: datetime) -> list[str]:
    """Say which open conflicts nobody takes care of (P10), by id; empty when there are none."""
    about = [Ref(Subject.ESCALATION, escalation_id) for escalation_id in tx.escalations.unwatched(now)]
    if not about:
        return []
    named = ", ".join(filter(None, map(tx.outbox.short_id, about[:_NAMED])))
    return [f"{len(about)} open conflicts have nobody who can be reached, or no next time: {named}"]


def _first(tx: Transaction, escalation: Escalation) -> Next:
    """Return the first step of a conflict that is older than clocks: as if it had had one from the beginning."""
    calendar, taken = _calendar(tx, escalation), escalation.acknowledged
    if taken is not None:
        return clock.moved(calendar, taken.at)
    return clock.asked(calendar, escalation.header.raised_at, is_urgent=escalation.is_urgent)


def _remind(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Remind who has it at half of the time; whoever is too late for that goes on to the next step (F28)."""
    person = _last_asked(escalation)
    full = clock.reminded(tx.members.calendar(person.id), due.at, is_urgent=escalation.is_urgent)
    if full <= now:
        _ask_deputy(tx, escalation, Next(full, ClockStep.DEPUTY), now)
        return
    _move(tx, escalation, Action.REMIND, Next(full, ClockStep.DEPUTY))
    entry = tx.history.record(Change(escalation.about, "escalation.reminded", None, now))
    _tell(tx, escalation, notes.each(escalation.addressed_to), entry, due, now)


def _ask_deputy(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Ask the deputy as well; without one the KAM leads at once."""
    chain, here = _chain(tx, escalation, now)
    deputy = None if escalation.goes_to_kam_leads else _deputy(escalation, chain, here)
    if deputy is None:
        _ask_leads(tx, escalation, due, now)
        return
    person, sponsor = deputy
    step = Considered(Step.DEPUTY, person, in_stead_of=sponsor, since=now)
    entry = _bring_in(tx, escalation, [step], ClockStep.KAM_LEADS, "escalation.deputy_asked", now)
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation), *escalation.addressed_to), but=(person,))
    _tell(tx, escalation, people, entry, due, now)


def _ask_leads(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Ask the KAM leads as well; where they have it, or there is none, the round is over."""
    chain, here = _chain(tx, escalation, now)
    leads = sponsors.kam_leads(chain, escalation.raiser.id, escalation.side_ids, here)
    new = [lead for lead in leads if lead not in escalation.addressed_to]
    if escalation.goes_to_kam_leads or not new:
        _give_up(tx, escalation, due, now)
        return
    steps = [Considered(Step.KAM_LEADS, lead, since=now) for lead in new]
    entry = _bring_in(tx, escalation, steps, ClockStep.GIVE_UP, "escalation.leads_asked", now)
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation), *escalation.addressed_to), but=new)
    _tell(tx, escalation, people, entry, due, now)


def _give_up(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Say that nobody took it on; everybody who was asked still can."""
    _move(tx, escalation, Action.GIVE_UP, clock.given_up(_calendar(tx, escalation), now))
    entry = tx.history.record(Change(escalation.about, "escalation.unanswered", None, now, fields=("state",)))
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation), *tx.members.kam_leads()))
    _tell(tx, escalation, people, entry, due, now)
    notes.refresh(tx, escalation.about, now)


def _repeat(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Remind the KAM leads, each working day until somebody acts; without any, whoever was asked."""
    _move(tx, escalation, Action.REMIND, clock.given_up(_calendar(tx, escalation), now))
    entry = tx.history.record(Change(escalation.about, "escalation.still_unanswered", None, now))
    people = notes.each(tx.members.kam_leads()) or notes.each(escalation.addressed_to)
    _tell(tx, escalation, people, entry, due, now)


def _expire(tx: Transaction, escalation: Escalation, due: Next, now: datetime) -> None:
    """Ask anew, since nothing moved: an acknowledgement is no end (G11)."""
    course = replace(escalation.course, acknowledged_by=None, acknowledged_at=None)
    person = _last_asked(escalation)
    following = clock.asked(tx.members.calendar(person.id), now, is_urgent=escalation.is_urgent)
    addressees.advance(tx, escalation, Action.EXPIRE, replace(course, next=following))
    entry = tx.history.record(Change(escalation.about, "escalation.expired", None, now, fields=("state",)))
    people = notes.each((escalation.raiser, notes.kam_of(tx, escalation), *escalation.addressed_to))
    _tell(tx, escalation, people, entry, due, now)
    notes.refresh(tx, escalation.about, now)


def _tell(
    tx: Transaction, escalation: Escalation, people: Iterable[Person], entry: EntryId, due: Next, now: datetime
) -> None:
    notes.tell(tx, escalation.about, "escalation.note", people, entry, now, late_by(due.at, now))


def _bring_in(
    tx: Transaction, escalation: Escalation, steps: list[Considered], following: ClockStep, done: str, now: datetime
) -> EntryId:
    """Put a conflict before more people: they have the whole time, in their working time."""
    people = [step.person for step in steps if step.person is not None]
    calendar = tx.members.calendar(people[0].id)
    _move(tx, escalation, Action.BRING_IN, clock.brought_in(calendar, now, following, is_urgent=escalation.is_urgent))
    tx.escalations.put_steps(escalation.id, (*escalation.steps, *steps))
    entry = tx.history.record(Change(escalation.about, done, None, now, fields=("recipients",)))
    notes.refresh(tx, escalation.about, now)
    notes.put_card(tx, "escalation.card", escalation.about, people, now, entry)
    return entry


def _move(tx: Transaction, escalation: Escalation, action: Action, following: Next) -> None:
    addressees.advance(tx, escalation, action, replace(escalation.course, next=following))


def _chain(tx: Transaction, escalation: Escalation, now: datetime) -> tuple[Chain, Presence]:
    unreachable = addressees.unreachable_of(escalation.steps)
    chain = sponsors.without(tx.sponsors.chain(escalation.header.account.id), unreachable)
    return chain, addressees.presence(tx, chain, now, unreachable)


def _deputy(escalation: Escalation, chain: Chain, here: Presence) -> tuple[Person, Person] | None:
    """Return who is asked in whose stead: the next along the chain of deputies whom nobody asked yet."""
    sponsors_asked = (step.in_stead_of or step.person for step in escalation.active)
    for sponsor in filter(None, sponsors_asked):
        asked = {person.id for person in escalation.addressed_to} - {sponsor.id}
        person = here.stand_in(sponsors.backer_of(chain, sponsor), escalation.side_ids, asked)
        if person is not None and person.id not in {sponsor.id, *asked}:
            return person, sponsor
    return None


def _last_asked(escalation: Escalation) -> Person:
    """Return whose time runs: whoever was brought in last."""
    steps = escalation.active
    newest = max((step.since for step in steps if step.since is not None), default=None)
    asked = (step.person for step in steps if step.since == newest and step.person is not None)
    return next(asked, escalation.raiser)


def _calendar(tx: Transaction, escalation: Escalation) -> Calendar:
    return tx.members.calendar(_last_asked(escalation).id)


_STANDS_STILL: Mapping[State, ClockStep] = {
    State.ACKNOWLEDGED: ClockStep.EXPIRE,
    State.QUESTION: ClockStep.EXPIRE,
    State.UNANSWERED: ClockStep.REPEAT,
}
"""What a clock that stands still does next; where it was raised, it reminds."""
_Do = Callable[[Transaction, Escalation, Next, datetime], None]
_DO: Mapping[ClockStep, _Do] = {
    ClockStep.REMIND: _remind,
    ClockStep.DEPUTY: _ask_deputy,
    ClockStep.KAM_LEADS: _ask_leads,
    ClockStep.GIVE_UP: _give_up,
    ClockStep.REPEAT: _repeat,
    ClockStep.EXPIRE: _expire,
}
