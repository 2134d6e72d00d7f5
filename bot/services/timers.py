"""Timers: what each step does, done once in a transaction of its own, and the steps that go on by themselves."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import partial

from bot import faults
from bot.domain.audit import OPERATOR
from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import ChannelId, WorkspaceId
from bot.domain.timers import LATE_AFTER, TRIES, Daily, Every, Rhythm, Timer, Weekly
from bot.ports import Store, StoreAway, Transaction
from bot.services import (
    addressees,
    audit,
    commitment_clock,
    demands,
    duplicates,
    escalation_actions,
    escalation_clock,
    request_clock,
    retention,
)

Step = Callable[[Transaction, Timer, datetime], Iterable[Timer]]
"""Checks the state, writes the next one and what is to be told, and returns the timers that follow."""
Look = Callable[[Store, WorkspaceId], Step]
"""Looks at everything in a reading transaction and returns the step that writes down what it saw."""
_log = logging.getLogger("scharnier.timers")


def seal_audit(tx: Transaction, _timer: Timer, now: datetime) -> Iterable[Timer]:
    """Seal what happened."""
    audit.seal(tx, now)
    return ()


STEPS: Mapping[str, Step] = {
    "audit.seal": seal_audit,
    commitment_clock.BEGIN: commitment_clock.begin,
    commitment_clock.REMIND: commitment_clock.remind,
    demands.BACK: demands.come_back,
    demands.FOLLOW_UP: demands.follow_up,
    "drafts.purge": retention.purge_drafts,
    "escalation.clock": escalation_clock.tick,
    "escalation.follow": escalation_actions.remind,
    escalation_actions.VALID: escalation_actions.ask_whether_valid,
    escalation_clock.REPAIR: escalation_clock.repair,
    "escalation.watch": escalation_clock.watch,
    addressees.LOOK: escalation_clock.watch,
    "inbox.purge": retention.purge_inbox,
    "merges.purge": retention.purge_merges,
    "outbox.purge": retention.purge_outbox,
    request_clock.ANSWER: request_clock.remind_of_answer,
    request_clock.BEGIN: request_clock.begin,
    request_clock.LAPSE: request_clock.close_unconfirmed,
    request_clock.PROMISE: request_clock.remind_of_promise,
    "timers.purge": retention.purge_timers,
}

LOOKS: Mapping[str, Look] = {"duplicates.find": duplicates.look}
"""Steps that read and reckon for seconds: they do so first, so that nobody who writes waits for them."""

STANDING: Mapping[str, Rhythm] = {
    "audit.seal": Every(timedelta(minutes=1)),
    "drafts.purge": Daily(time(3, 10)),
    "duplicates.find": Weekly(0, time(7, 30)),
    "escalation.watch": Every(timedelta(minutes=5)),
    "inbox.purge": Daily(time(3, 20)),
    "merges.purge": Daily(time(3, 50)),
    "outbox.purge": Daily(time(3, 30)),
    "timers.purge": Daily(time(3, 40)),
}
"""Steps that every workspace repeats from its first start on."""
WORKSPACE = Ref(Subject.WORKSPACE, 0)
_DAY = timedelta(days=1)
"""So long a round of a standing step that was set aside is news; the next rounds went on."""


def keep(store: Store, workspace_id: WorkspaceId, now: datetime) -> None:
    """See to it that every standing step waits for its next round, and that zones' rules are the newest.

    Called at the start and when the clock was set back: a round that waits for a time the clock had by mistake comes
    forward. It changes nothing where everything is as it should be, whichever replica calls it.
    """
    with store.begin(workspace_id) as tx:
        tx.timers.hold()
        tx.timers.reckon()
        for step, rhythm in STANDING.items():
            due, occurrence = rhythm.after(now, tx.workspace.time_zone)
            waiting = tx.timers.waiting(WORKSPACE, step)
            if not waiting or waiting[0].due.at > due.at:
                tx.timers.cancel(WORKSPACE, step)
                if not tx.timers.set(Timer(WORKSPACE, step, due, occurrence)):
                    # The clock was set back, and this round was done: the one that waited goes on waiting.
                    for timer in waiting:
                        tx.timers.set(timer)


def fire(
    store: Store, workspace_id: WorkspaceId, timer_id: int, now: datetime, admin_channel: ChannelId | None = None
) -> bool:
    """Do a timer's step, if it is still due and nobody else does it; return whether it was done.

    A step that fails leaves nothing behind; it is tried again later, and set aside when it failed too often.
    """
    timer: Timer | None = None
    try:
        with store.begin(workspace_id) as tx:
            timer = tx.timers.take(timer_id, now)
            if timer is None:
                return False
            if timer.step not in LOOKS:
                _do(tx, timer, _step(timer.step, admin_channel), now)
        if timer.step in LOOKS:
            step = LOOKS[timer.step](store, workspace_id)
            with store.begin(workspace_id) as tx:
                if tx.timers.take(timer_id, now) is None:
                    return False
                _do(tx, timer, step, now)
    except Exception as error:
        if timer is None:
            raise
        _failed(store, workspace_id, timer, error, now)
        return False
    if late := timer.late_by(now):
        _log.warning("%s was done late, by %s", timer.step, late)
    return True


def _do(tx: Transaction, timer: Timer, step: Step, now: datetime) -> None:
    """Do a step that is held, and set what follows."""
    tx.timers.fired(timer, now)
    for following in (*step(tx, timer, now), *_next_round(tx, timer, now)):
        tx.timers.set(following)


def revive(tx: Transaction, now: datetime) -> int:
    """Let the steps that were set aside happen now, by the operator's hand; return how many."""
    revived = tx.timers.revive(now)
    if revived:
        tx.history.record(Change(WORKSPACE, "timers.retried", OPERATOR, now, fields=("state",)))
    return revived


def degraded(tx: Transaction, now: datetime) -> list[str]:
    """Say what an operator should know: steps that are set aside, and that nobody fires what is due."""
    aside = [timer for timer in tx.timers.set_aside() if timer.step not in STANDING or now - timer.due.at < _DAY]
    reasons = (
        [f"{len(aside)} timed steps are set aside after {TRIES} tries, the last of {aside[-1].step}"] if aside else []
    )
    due = tx.timers.next_due()
    if due is not None and now - due > LATE_AFTER:
        reasons.append(f"timed steps are late, the oldest by {now - due}")
    return reasons


def _step(name: str, admin_channel: ChannelId | None) -> Step:
    """Return what a step does; the one that may raise an alarm knows where the admins hear of it."""
    step = STEPS[name]
    return partial(escalation_clock.watch, admin_channel=admin_channel) if step is escalation_clock.watch else step


def _failed(store: Store, workspace_id: WorkspaceId, timer: Timer, error: Exception, now: datetime) -> None:
    """Write down that a step failed; whoever writes nothing because the database is away is told so by an exception."""
    cause = faults.name(error)
    with store.begin(workspace_id) as tx:
        if isinstance(error, StoreAway) or timer.attempts + 1 < TRIES:
            tx.timers.retry(timer, now + timer.wait, cause)
        elif tx.timers.park(timer, cause):
            for following in _next_round(tx, timer, now):
                tx.timers.set(following)
            _log.error("%s of %s %s is set aside (%s)", timer.step, timer.about.subject, timer.about.id, cause)
            return
    _log.warning("%s failed (%s)", timer.step, cause, exc_info=faults.place(error))


def _next_round(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Return the next round of a standing step: the rounds that were missed count as this one."""
    if timer.step in STANDING:
        yield timer.moved_to(*STANDING[timer.step].after(now, tx.workspace.time_zone))
