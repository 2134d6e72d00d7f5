"""Claims: which waiting rows go next, over all workers of a workspace, however many wait."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)

from bot.domain.delivery import Priority, Way
from bot.domain.pace import Gate, Limits
from storage.session import Session
from storage.tables import GateRow, LaneRow, OutboxRow

FAR = timedelta(hours=25)
"""Nobody has to wait longer: a time further ahead was written before the clock was set back."""
_LEASE_FAR = timedelta(minutes=1)
_table = cast(Table, OutboxRow.__table__)


def take(
    session: Session, gate: Gate, now: datetime, limits: Limits, most: int, others: int
) -> tuple[list[Row[Any]], Gate]:
    """Lease what may go now, and return the rows with what is left of the budgets; the gate is held meanwhile.

    Within a queue lanes take turns, so that none waits for another. Cost grows with the lanes that cannot go now, not
    with the rows that wait.
    """
    choice = _Choice(gate, now, limits, most, others)
    _choose(session, choice, now)
    if not choice.ids:
        return [], choice.gate
    is_ours = and_(_table.c.workspace_id == session.workspace_id, _table.c.id.in_(choice.ids))
    # A row that an open transaction touches belongs to a fact that is not committed yet.
    times = {"now": now, "lease_far": now + _LEASE_FAR}
    locked = select(_table.c.id).where(is_ours, or_(_table.c.state == "pending", _is_over(_table.c.leased_until)))
    if session.is_postgres:
        locked = locked.with_for_update(skip_locked=True)
    is_doubtful = or_(_table.c.in_doubt, _table.c.state == "sending")
    taken = session.run(
        update(_table)
        .where(_table.c.workspace_id == session.workspace_id, _table.c.id.in_(locked.scalar_subquery()))
        .values(
            state="sending",
            lease=secrets.token_hex(8),
            leased_until=now + limits.lease,
            attempts=_table.c.attempts + 1,
            in_doubt=is_doubtful,
            tried_at=case((is_doubtful, func.coalesce(_table.c.tried_at, now)), else_=now),
        )
        .returning(*_table.c),
        times,
    ).all()
    return sorted(taken, key=lambda row: (row.priority, row.due_at, row.id)), choice.gate


def next_due(session: Session, now: datetime) -> datetime | None:
    """Return when a row or a lane that has to wait now may go, or a lease ends."""
    here = session.workspace_id
    waiting = select(func.min(_table.c.due_at)).where(
        _table.c.workspace_id == here, _table.c.state == "pending", _table.c.due_at > now, _table.c.due_at <= now + FAR
    )
    held = select(func.min(LaneRow.free_at)).where(
        LaneRow.workspace_id == here, LaneRow.free_at > now, LaneRow.free_at <= now + FAR
    )
    leased = select(func.min(_table.c.leased_until)).where(
        _table.c.workspace_id == here, _table.c.state == literal_column("'sending'"), _table.c.leased_until > now
    )
    times = session.run(select(waiting.scalar_subquery(), held.scalar_subquery(), leased.scalar_subquery())).one()
    return min((time for time in times if time is not None), default=None)


def read_gate(session: Session, *, hold: bool = False) -> Gate:
    """Return a workspace's gate; ``hold`` lets nobody else change it until the commit."""
    query = select(GateRow.__table__).where(GateRow.workspace_id == session.workspace_id)
    row = session.run(query.with_for_update() if hold and session.is_postgres else query).one_or_none()
    if row is None and hold:
        new = session.insert(GateRow).values(
            workspace_id=session.workspace_id, turns={}, silences=0, silence_told=False
        )
        session.run(new.on_conflict_do_nothing())
        return read_gate(session, hold=True)
    if row is None:
        return Gate()
    return Gate(
        posts_until=row.posts_until,
        edits_until=row.edits_until,
        turns=row.turns,
        parked_at=row.parked_at,
        parked_cause=row.parked_cause,
        silent_since=row.silent_since,
        silences=row.silences,
        silence_told=row.silence_told,
        knock_at=row.knock_at,
    )


def write_gate(session: Session, gate: Gate) -> None:
    """Keep a gate that is held."""
    values = {name: getattr(gate, name) for name in Gate.__slots__}
    session.run(
        update(GateRow).where(GateRow.workspace_id == session.workspace_id).values({**values, "turns": {**gate.turns}})
    )


def queue_of(priority: Priority, way: Way) -> str:
    """Name the queue of a row: what competes for the same budget, sorted by urgency."""
    return f"{priority:02d} {way}"


class _Choice:
    """The rows chosen so far, and what is left for more."""

    def __init__(self, gate: Gate, now: datetime, limits: Limits, most: int, others: int) -> None:
        self.gate = gate
        self.ids: list[int] = []
        self._lanes: set[str] = set()
        self._now, self._limits, self._most, self._others = now, limits, most, others

    def room(self, way: Way, priority: Priority) -> int:
        """Return how many more rows of this kind may leave."""
        left = self._most if priority <= Priority.ESCALATION else min(self._most, self._others)
        return self.gate.spare(way, priority, self._now, self._limits, left)

    def add(self, row_id: int, lane: str, way: Way, priority: Priority) -> None:
        """Choose a row, unless there is no room or its lane has one already."""
        if lane in self._lanes or not self.room(way, priority):
            return
        self.ids.append(row_id)
        self._lanes.add(lane)
        self._most -= 1
        self._others -= priority > Priority.ESCALATION
        self.gate = self.gate.spent(way, 1, self._now, self._limits)
        if way is not Way.REPLY:
            self.gate = replace(self.gate, turns={**self.gate.turns, queue_of(priority, way): lane})

    def more(self, room: int) -> int:
        """Return how many rows to look at for so many more: those of lanes chosen already do not count."""
        return room + len(self._lanes)


def _choose(session: Session, choice: _Choice, now: datetime) -> None:
    """Choose by urgency and turn, as far as the budgets go: first what a dead worker left, then what waits."""
    here = {"here": session.workspace_id, "now": now, "far": now + FAR}
    for row in session.run(_EXPIRED, {**here, "lease_far": now + _LEASE_FAR}):
        choice.add(row.id, row.lane, *_kind(row.queue))
    for queue in session.run(_QUEUES, here).scalars().all():
        way, priority = _kind(queue)
        turn = choice.gate.turns.get(queue, "")
        for statement in (_LANES_AFTER, _LANES_UNTIL) if turn else (_LANES_AFTER,):
            room = choice.room(way, priority)
            if not room:
                break
            found = session.run(statement, {**here, "queue": queue, "turn": turn, "most": choice.more(room)})
            for row in found.all():
                choice.add(row.id, row.lane, way, priority)


def _kind(queue: str) -> tuple[Way, Priority]:
    priority, way = queue.split()
    return Way(way), Priority(int(priority))


def _is(table: Any, state: str) -> ColumnElement[bool]:
    """Compare with a literal, so that both databases see which partial index fits."""
    return and_(table.c.workspace_id == bindparam("here"), table.c.state == literal_column(f"'{state}'"))


def _may_go(time: Any) -> ColumnElement[bool]:
    return or_(time <= bindparam("now"), time > bindparam("far"))


def _is_over(leased_until: Any) -> ColumnElement[bool]:
    """Tell whether a lease ended; one that ends far ahead was given before the clock was set back."""
    return or_(leased_until <= bindparam("now"), leased_until > bindparam("lease_far"))


def _expired() -> Select[Any]:
    """Find the rows whose lease ended."""
    query = select(_table.c.id, _table.c.lane, _table.c.queue)
    query = query.where(_is(_table, "sending"), _is_over(_table.c.leased_until))
    return query.order_by(_table.c.priority, _table.c.due_at, _table.c.id)


def _distinct(name: str, also: tuple[Any, ...] = (), after: Any = None, until: Any = None) -> CTE:
    """Walk the different values of a column of the waiting rows from one to the next, one look-up in the index each."""
    first, following = _table.alias(), _table.alias()

    def fits(table: Any) -> list[Any]:
        conditions = [_is(table, "pending"), *(table.c[column] == value for column, value in also)]
        return conditions if until is None else [*conditions, table.c[name] <= until]

    start = select(func.min(first.c[name]).label("value")).where(*fits(first))
    walked = (start if after is None else start.where(first.c[name] > after)).cte(recursive=True)
    step = select(func.min(following.c[name])).where(*fits(following), following.c[name] > walked.c.value)
    return walked.union_all(select(step.scalar_subquery()).where(walked.c.value.is_not(None)))


def _lanes(*, after: bool) -> Select[Any]:
    """Find the first row of each lane of a queue that may go now, from the lane whose turn it is."""
    turn: Any = bindparam("turn")
    lanes = _distinct(
        "lane", (("queue", bindparam("queue")),), after=turn if after else None, until=None if after else turn
    )
    waiting, busy = _table.alias(), _table.alias()
    line = (_is(waiting, "pending"), waiting.c.queue == bindparam("queue"), waiting.c.lane == lanes.c.value)
    first = select(waiting.c.id).where(*line).order_by(waiting.c.due_at, waiting.c.id).limit(1)
    due_at = select(func.min(waiting.c.due_at)).where(*line)
    held = select(LaneRow.free_at).where(
        LaneRow.workspace_id == bindparam("here"), LaneRow.lane == lanes.c.value, ~_may_go(LaneRow.free_at)
    )
    under_way = select(busy.c.lane).where(_is(busy, "sending"), busy.c.lane == lanes.c.value).limit(1)
    return (
        select(lanes.c.value.label("lane"), first.scalar_subquery().label("id"))
        .where(
            lanes.c.value.is_not(None),
            _may_go(due_at.scalar_subquery()),
            # Scalar subqueries are asked lane by lane, so that the walk ends when enough are found.
            held.scalar_subquery().is_(None),
            under_way.scalar_subquery().is_(None),
        )
        .limit(bindparam("most"))
    )


def _queues() -> Select[Any]:
    queues = _distinct("queue")
    return select(queues.c.value).where(queues.c.value.is_not(None)).order_by(queues.c.value)


_EXPIRED = _expired()
_QUEUES = _queues()
_LANES_AFTER = _lanes(after=True)
_LANES_UNTIL = _lanes(after=False)
