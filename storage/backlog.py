"""The outbox as an operator sees it: what waits or was set aside, without a word of anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, text, update

from bot.domain.delivery import Listed, Priority, Ref, State, Subject, Way, lane_of
from storage import claims
from storage.session import Session
from storage.tables import EscalationRow, InteractionRow, OutboxRow, RequestRow

_OVER = (State.SENT, State.DROPPED)
_COLUMNS = (
    OutboxRow.id,
    OutboxRow.state,
    OutboxRow.topic,
    OutboxRow.subject,
    OutboxRow.object_id,
    OutboxRow.place,
    OutboxRow.attempts,
    OutboxRow.due_at,
    OutboxRow.created_at,
    OutboxRow.cause,
    OutboxRow.in_doubt,
)
_NUMBERED: Mapping[Subject, tuple[str, Any]] = {
    Subject.REQUEST: ("R", RequestRow),
    Subject.ESCALATION: ("E", EscalationRow),
    Subject.INTERACTION: ("I", InteractionRow),
}


class Backlog:
    """Rows of ``outbox`` by id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, state: State | None = None, most: int = 100, after: int | None = None) -> tuple[Listed, ...]:
        """Return rows in one state, or all that are neither sent nor dropped, oldest first."""
        query = select(*_COLUMNS).where(
            self._here(), OutboxRow.state == state if state else OutboxRow.state.not_in(_OVER)
        )
        if after is not None:
            seen = select(OutboxRow.created_at).where(self._here(), OutboxRow.id == after).scalar_subquery()
            query = query.where(
                or_(OutboxRow.created_at > seen, and_(OutboxRow.created_at == seen, OutboxRow.id > after))
            )
        rows = self._session.rows(query.order_by(OutboxRow.created_at, OutboxRow.id).limit(most))
        return tuple(_listed(row) for row in rows)

    def count(self) -> dict[State, int]:
        """Count the rows by state."""
        query = select(OutboxRow.state, func.count().label("rows")).where(self._here()).group_by(OutboxRow.state)
        return {State(row.state): row.rows for row in self._session.rows(query)}

    def oldest(self) -> datetime | None:
        """Return since when the oldest row waits."""
        waits = OutboxRow.state.in_([State.PENDING, State.SENDING])
        since: datetime | None = self._session.run(
            select(func.min(OutboxRow.created_at)).where(self._here(), waits)
        ).scalar_one()
        return since

    def get(self, row_id: int) -> Listed | None:
        """Return one row."""
        row = self._session.run(select(*_COLUMNS).where(self._here(), OutboxRow.id == row_id)).one_or_none()
        return None if row is None else _listed(row)

    def short_id(self, about: Ref) -> str | None:
        """Return an object's short id, such as ``E-3``; it says nothing about its content."""
        if about.subject not in _NUMBERED:
            return None
        letter, table = _NUMBERED[about.subject]
        number = self._session.run(
            select(table.number).where(table.workspace_id == self._session.workspace_id, table.id == about.id)
        ).scalar_one_or_none()
        return None if number is None else f"{letter}-{number}"

    def retry_now(self, row_id: int, now: datetime) -> bool:
        """Let a parked or waiting row go now, in doubt marked as a possible repeat; False if it is neither."""
        row = self._session.run(
            select(OutboxRow.__table__).where(
                self._here(), OutboxRow.id == row_id, OutboxRow.state.in_([State.PARKED, State.PENDING])
            )
        ).one_or_none()
        if row is None:
            return False
        if row.state == State.PARKED and row.form == "card":
            self._replace_waiting(row.topic, row.object_id, row.place, now)
        values: dict[str, Any] = {
            "state": State.PENDING,
            "due_at": now,
            "attempts": 0,
            "faults": 0,
            "cause": None,
            "repeats_left": case((OutboxRow.in_doubt, 1), else_=OutboxRow.repeats_left),
        }
        if row.queue.endswith(Way.REPLY):
            # The address of an answer was wiped when it was set aside.
            values["response_url"] = None
            values["queue"] = claims.queue_of(Priority(row.priority), Way.POST)
            values["lane"] = lane_of(Way.POST, row.place, row.id)
        self._change(row_id, State(row.state), values)
        self._session.wakes_worker = True
        return True

    def park_by_hand(self, row_id: int, cause: str) -> bool:
        """Set a waiting row aside; False if it does not wait."""
        return self._change(row_id, State.PENDING, {"state": State.PARKED, "cause": cause, "response_url": None})

    def drop(self, row_id: int, cause: str) -> bool:
        """Give a parked row up; it stays as a row. False if it is not parked."""
        return self._change(row_id, State.PARKED, {"state": State.DROPPED, "cause": cause})

    def _change(self, row_id: int, state: State, values: dict[str, Any]) -> bool:
        changed = self._session.run(
            update(OutboxRow).where(self._here(), OutboxRow.id == row_id, OutboxRow.state == state).values(values)
        )
        return bool(changed.rowcount)

    def _replace_waiting(self, topic: str, object_id: int, place: str, now: datetime) -> None:
        """Close the newer edit of a card: the older row keeps the key by which a post in doubt is found."""
        self._session.run(
            update(OutboxRow)
            .where(
                self._here(),
                OutboxRow.topic == topic,
                OutboxRow.object_id == object_id,
                OutboxRow.place == place,
                text("form = 'card' AND state = 'pending'"),
            )
            .values(state=State.SENT, sent_at=now, cause="told by an earlier row")
        )

    def _here(self) -> Any:
        return OutboxRow.workspace_id == self._session.workspace_id


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        id=row.id,
        state=State(row.state),
        topic=row.topic,
        about=Ref(Subject(row.subject), row.object_id),
        place=row.place,
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        cause=row.cause,
        in_doubt=row.in_doubt,
    )
