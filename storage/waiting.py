"""What waits in the database, counted for whoever watches: no ids, no words."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.domain.delivery import State
from bot.ports import Waiting
from storage.tables import OutboxRow, TimerRow

_OUTBOX = (State.PENDING, State.SENDING, State.PARKED)


def counted(connection: Connection, now: datetime) -> tuple[Waiting, ...]:
    """Count the outbox by state, and the timers that are late or set aside, of every workspace."""
    outbox = (
        select(OutboxRow.workspace_id, OutboxRow.state, func.count(), func.min(OutboxRow.created_at))
        .where(OutboxRow.state.in_(_OUTBOX))
        .group_by(OutboxRow.workspace_id, OutboxRow.state)
    )
    timers = (
        select(TimerRow.workspace_id, TimerRow.state, func.count(), func.min(TimerRow.due_at))
        .where(TimerRow.state.in_(["pending", "parked"]), TimerRow.due_at <= now)
        .group_by(TimerRow.workspace_id, TimerRow.state)
    )
    return tuple(
        Waiting(workspace, kind, state, count, max((now - oldest).total_seconds(), 0.0))
        for kind, query in (("outbox", outbox), ("timers", timers))
        for workspace, state, count, oldest in connection.execute(query)
    )
