"""Retention: working rows go when nobody needs them any more; facts, history and audit stay."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.merges import UNDO
from bot.domain.timers import Moment, Timer
from bot.ports import Transaction

DELIVERIES_KEPT = timedelta(days=7)
"""Dedupe keys (reliability, 1h)."""
SENT_KEPT = timedelta(days=30)
DRAFTS_KEPT = timedelta(days=30)
TIMERS_KEPT = timedelta(days=7)
"""Steps that are done, so that a clock set back by less does none of them again."""
MOST = 1000
"""Rows that one transaction deletes, so that nobody waits for it."""


def purge_inbox(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Forget which deliveries had an effect."""
    return _rest(timer, now, tx.retention.inbox(now - DELIVERIES_KEPT, MOST))


def purge_outbox(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Forget what was sent long ago; what is unsent or set aside stays."""
    return _rest(timer, now, tx.retention.outbox(now - SENT_KEPT, MOST))


def purge_drafts(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Forget typed text that nobody came back to."""
    return _rest(timer, now, tx.retention.drafts(now - DRAFTS_KEPT, MOST))


def purge_timers(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Forget steps that are done or cancelled."""
    return _rest(timer, now, tx.retention.timers(now - TIMERS_KEPT, MOST))


def purge_merges(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Forget what merges changed that cannot be taken back any more; that they were stays."""
    return _rest(timer, now, tx.merges.forget(now - UNDO, MOST))


def _rest(timer: Timer, now: datetime, gone: int) -> Iterable[Timer]:
    """Go on in another transaction if there may be more."""
    if gone < MOST:
        return ()
    day, _, part = timer.occurrence.partition("+")
    return (timer.moved_to(Moment(now), f"{day}+{int(part or 0) + 1}"),)
