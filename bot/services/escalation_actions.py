"""Escalations: what a decision asks of people, followed until it is done (product, section 6)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from bot.domain.access import ITSELF
from bot.domain.escalations import Agreed, Escalation, State
from bot.domain.history import Change
from bot.domain.identity import EscalationId
from bot.domain.timers import Moment, Timer
from bot.domain.working_time import Calendar
from bot.ports import Transaction
from bot.services import escalation_notes as notes

FOLLOW = "escalation.follow"
VALID = "escalation.valid"
_STANDS = (State.DECIDED, State.KEPT)
"""The states in which a decision stands."""


def follow(tx: Transaction, escalation: Escalation, now: datetime) -> None:
    """Watch the dates of a decision: the owner hears the working day before and on the day, then decider and KAM.

    These two hear also that the time is over for which it was decided, whether it was kept by then or not.
    """
    stop(tx, escalation)
    tx.timers.cancel(escalation.about, VALID)
    decision = escalation.decision
    if decision is not None and decision.valid_until is not None:
        calendar = tx.members.calendar(decision.by.id)
        at = _opening(calendar.after(decision.valid_until, 1), calendar)
        tx.timers.set(Timer(escalation.about, VALID, Moment(at), f"{escalation.version}"))
    for one in decision.agreed if decision else ():
        for at, occasion in _moments(tx, one):
            if at > now:
                tx.timers.set(
                    Timer(escalation.about, FOLLOW, Moment(at), f"{escalation.version}:{one.position}:{occasion}")
                )


def stop(tx: Transaction, escalation: Escalation) -> None:
    """Watch no more."""
    tx.timers.cancel(escalation.about, FOLLOW)


def remind(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Tell the owner of something that is still to be done, or, once its day is over, decider and KAM too."""
    escalation = tx.escalations.get(EscalationId(timer.about.id), ITSELF)
    _, position, occasion = timer.occurrence.split(":")
    decision = escalation.decision if escalation is not None else None
    if escalation is None or decision is None or escalation.state is not State.DECIDED:
        return ()
    one = next((one for one in decision.to_do if one.position == int(position)), None)
    if one is None:
        return ()
    if occasion == "over":
        entry = tx.history.record(Change(escalation.about, "escalation.action_late", None, now, one.what))
        people = notes.each((one.owner, decision.by, notes.kam_of(tx, escalation)))
    else:
        entry = tx.history.record(Change(escalation.about, "escalation.action_due", None, now, one.what))
        people = notes.each((one.owner,))
    notes.tell(tx, escalation.about, "escalation.note", people, entry, now, timer.late_by(now))
    return ()


def ask_whether_valid(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Tell decider and KAM that the time is over for which it was decided."""
    escalation = tx.escalations.get(EscalationId(timer.about.id), ITSELF)
    decision = escalation.decision if escalation is not None else None
    if escalation is None or decision is None or escalation.state not in _STANDS:
        return ()
    entry = tx.history.record(Change(escalation.about, "escalation.validity_over", None, now))
    people = notes.each((decision.by, notes.kam_of(tx, escalation)))
    notes.tell(tx, escalation.about, "escalation.note", people, entry, now, timer.late_by(now))
    return ()


def _moments(tx: Transaction, one: Agreed) -> Iterable[tuple[datetime, str]]:
    """Return when its owner, and then others, hear of it: at the start of the owner's working day."""
    calendar = tx.members.calendar(one.owner.id)
    days = {"before": calendar.before(one.due_on, 1), "today": one.due_on, "over": calendar.after(one.due_on, 1)}
    for occasion, day in days.items():
        yield _opening(day, calendar), occasion


def _opening(day: date, calendar: Calendar) -> datetime:
    return calendar.opening(datetime.combine(day, time.min, calendar.zone).astimezone(UTC))
