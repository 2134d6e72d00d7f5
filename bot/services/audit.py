"""Audit: sealed every minute by one worker, verified and shown to the operator."""

from collections.abc import Callable
from datetime import datetime

from bot.domain import audit
from bot.domain.audit import MARGIN, MOST_ROWS, Break, Flaw, Seal, Verified
from bot.ports import Transaction

_PAGE = 500


def seal(tx: Transaction, now: datetime) -> Seal | None:
    """Seal what is older than the margin; return None where there is nothing to seal."""
    tx.audit.hold()
    last = tx.audit.last_seal()
    rows = tx.audit.take(last.number + 1 if last else 1, now - MARGIN, MOST_ROWS)
    if not rows:
        return None
    made = audit.seal(tx.workspace.id, last, rows, now)
    tx.audit.add_seal(made)
    return made


def verify(tx: Transaction, expected: str | None, went_on: Callable[[int], None]) -> Verified:
    """Look at the whole chain, up to its first break.

    Args:
        tx: a reading transaction: one consistent picture.
        expected: the hash of a seal that was noted elsewhere.
        went_on: is told how many more seals were looked at.
    """
    tail, last, rows, broken = tx.audit.tail(), None, 0, None
    seen = expected is None
    while broken is None and (seals := tx.audit.seals(last.number if last else None, _PAGE)):
        for found in seals:
            broken = _check(tx, last, found)
            if broken is not None:
                break
            last, rows, seen = found, rows + found.rows, seen or found.hash == expected
        went_on(len(seals))
    if broken is None and (strays := tx.audit.strays(last.number if last else 0)):
        broken = Break(Flaw.SEAL_MISSING, last.number + 1 if last else 1, rows=strays)
    if broken is None and not seen:
        broken = Break(Flaw.NOT_EXPECTED, None)
    return Verified(last.number if last else 0, rows, last, tail, broken)


def _check(tx: Transaction, last: Seal | None, found: Seal) -> Break | None:
    try:
        rows = tx.audit.rows_of(found.number)
    except (TypeError, ValueError):
        return audit.unreadable(found)
    return audit.check(tx.workspace.id, last, found, rows)
