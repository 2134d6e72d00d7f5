"""Escalations: earlier decisions on similar conflicts, as far as the reader may see them."""

from bot.domain import analyser
from bot.domain.access import Viewer
from bot.domain.escalation_seen import Precedent
from bot.domain.escalations import Case, Escalation
from bot.domain.identity import AccountId, DepartmentId, EscalationId
from bot.ports import Transaction

_MOST = 3
_LOOKED_AT = 30
"""The newest decisions that are compared; older ones rarely bind."""


def near(
    tx: Transaction,
    viewer: Viewer,
    account_id: AccountId | None,
    department_id: DepartmentId | None,
    case: Case,
    but: EscalationId | None = None,
) -> tuple[Precedent, ...]:
    """Return up to three decisions on this account or with this other department, those with the most common words first."""
    wanted = _terms(case)
    earlier = tx.escalations.decided_near(account_id, department_id, viewer, _LOOKED_AT)
    rated = ((len(wanted & _terms(one.case)), one) for one in earlier if one.header.id != but)
    alike = [pair for pair in rated if pair[0]]
    # The sort is stable, so of equally similar ones the newest comes first.
    return tuple(one for _, one in sorted(alike, key=lambda pair: -pair[0])[:_MOST])


def of(tx: Transaction, viewer: Viewer, escalation: Escalation) -> tuple[Precedent, ...]:
    """Return the precedents of a conflict."""
    account_id, department_id = escalation.header.account.id, escalation.department_id
    return near(tx, viewer, account_id, department_id, escalation.case, escalation.id)


def _terms(case: Case) -> frozenset[str]:
    return analyser.index(f"{case.our_goal} {case.their_goal} {case.decision_wanted}").vocabulary
