"""The outbox by hand: what an operator lets go, sets aside or gives up, each with its audit row."""

from datetime import datetime

from bot.domain.audit import OPERATOR
from bot.domain.delivery import Ref, State, Subject
from bot.domain.history import Change
from bot.ports import Transaction

BY_HAND = "by the operator"
"""The cause of what was set aside or given up by hand."""
_PAGE = 100


def retry(tx: Transaction, row_id: int, now: datetime) -> bool:
    """Let a message go now; False if it neither waits nor is set aside."""
    return tx.outbox.retry_now(row_id, now) and _recorded(tx, row_id, "message.retried", now)


def retry_parked(tx: Transaction, after: int | None, now: datetime) -> tuple[int, int | None]:
    """Let the next messages that are set aside go now, each looked at once: a worker may set it aside again at once.

    Returns how many go, and the last one looked at; None when all were.
    """
    rows = tx.outbox.list(State.PARKED, _PAGE, after)
    return sum(retry(tx, row.id, now) for row in rows), rows[-1].id if rows else None


def park(tx: Transaction, row_id: int, now: datetime) -> bool:
    """Set a message aside; False if it does not wait."""
    return tx.outbox.park_by_hand(row_id, BY_HAND) and _recorded(tx, row_id, "message.parked", now)


def drop(tx: Transaction, row_id: int, now: datetime) -> bool:
    """Give a message up that is set aside; it stays as a row. False if it is not set aside."""
    return tx.outbox.drop(row_id, BY_HAND) and _recorded(tx, row_id, "message.dropped", now)


def _recorded(tx: Transaction, row_id: int, action: str, now: datetime) -> bool:
    tx.history.record(Change(Ref(Subject.MESSAGE, row_id), action, OPERATOR, now, fields=("state",)))
    return True
