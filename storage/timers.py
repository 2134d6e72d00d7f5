"""Timers: what has to happen at a time, once over all replicas."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, func, select, update

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Moment, State, Timer
from storage.session import Session
from storage.tables import TimerRow


class Timers:
    """Rows of ``timers`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self) -> None:
        """Let one replica at a time look after the standing timers, until the commit."""
        self._session.lock("timers")

    def set(self, timer: Timer) -> bool:
        """Let a step happen; False if this occurrence waits or happened already. A cancelled one waits again."""
        waits = {"due_at": timer.due.at, "try_at": timer.due.at, "state": State.PENDING, "attempts": 0}
        wall = {"wall": timer.due.wall and timer.due.wall.isoformat(), "zone": timer.due.zone}
        row = self._session.insert(TimerRow).values(
            workspace_id=self._session.workspace_id,
            id=self._session.new_id(),
            subject=timer.about.subject,
            object_id=timer.about.id,
            step=timer.step,
            occurrence=timer.occurrence,
            **waits,
            **wall,
        )
        is_set = self._session.run(
            row.on_conflict_do_update(
                index_elements=["workspace_id", "subject", "object_id", "step", "occurrence"],
                set_={**waits, **wall},
                where=TimerRow.state == State.CANCELLED,
            ).returning(TimerRow.id)
        ).one_or_none()
        self._session.wakes_timekeeper = self._session.wakes_timekeeper or is_set is not None
        return is_set is not None

    def cancel(self, about: Ref, step: str | None = None) -> int:
        """Let what waits for an object, or one step of it, not happen; return how many waited."""
        waiting = self._waiting(about, step).values(state=State.CANCELLED)
        return self._session.run(waiting).rowcount

    def move(self, about: Ref, step: str, due: Moment) -> int:
        """Let what waits for an object happen at another time; return how many waited."""
        moved = self._waiting(about, step).values(
            due_at=due.at, try_at=due.at, attempts=0, wall=due.wall and due.wall.isoformat(), zone=due.zone
        )
        count = self._session.run(moved).rowcount
        self._session.wakes_timekeeper = self._session.wakes_timekeeper or count > 0
        return count

    def waiting(self, about: Ref, step: str) -> tuple[Timer, ...]:
        """Return what waits for an object, soonest first."""
        return self._read(
            TimerRow.subject == about.subject,
            TimerRow.object_id == about.id,
            TimerRow.step == step,
            TimerRow.state == State.PENDING,
        )

    def set_aside(self) -> tuple[Timer, ...]:
        """Return the timers that failed too often."""
        return self._read(TimerRow.state == State.PARKED)

    def revive(self, now: datetime) -> int:
        """Let what failed too often happen now; return how many."""
        aside = update(TimerRow).where(
            TimerRow.workspace_id == self._session.workspace_id, TimerRow.state == State.PARKED
        )
        count = self._session.run(aside.values(state=State.PENDING, attempts=0, try_at=now)).rowcount
        self._session.wakes_timekeeper = self._session.wakes_timekeeper or count > 0
        return count

    def due(self, now: datetime, most: int) -> tuple[int, ...]:
        """Return the ids of timers that are due, soonest first; another replica may be quicker."""
        rows = self._session.rows(
            select(TimerRow.id)
            .where(
                TimerRow.workspace_id == self._session.workspace_id,
                TimerRow.state == State.PENDING,
                TimerRow.try_at <= now,
            )
            .order_by(TimerRow.try_at)
            .limit(most)
        )
        return tuple(row.id for row in rows)

    def take(self, timer_id: int, now: datetime) -> Timer | None:
        """Hold a timer that is still due until the commit; None if another replica has it, or had."""
        held = select(TimerRow.__table__).where(
            TimerRow.workspace_id == self._session.workspace_id,
            TimerRow.id == timer_id,
            TimerRow.state == State.PENDING,
            TimerRow.try_at <= now,
        )
        row = self._session.run(held.with_for_update(skip_locked=True)).one_or_none()
        return None if row is None else _timer(row)

    def fired(self, timer: Timer, now: datetime) -> None:
        """Mark a held timer as done."""
        self._session.run(self._same_try(timer).values(state=State.FIRED, fired_at=now))

    def retry(self, timer: Timer, at: datetime, cause: str) -> None:
        """Try again later."""
        self._session.run(self._same_try(timer).values(try_at=at, attempts=timer.attempts + 1, cause=cause))

    def park(self, timer: Timer, cause: str) -> bool:
        """Set aside, visibly; False if another replica did something else meanwhile."""
        parked = self._same_try(timer).values(state=State.PARKED, attempts=timer.attempts + 1, cause=cause)
        return self._session.run(parked).rowcount == 1

    def next_due(self) -> datetime | None:
        """Return when the next timer wants to be looked at."""
        soonest: datetime | None = self._session.run(
            select(func.min(TimerRow.try_at)).where(
                TimerRow.workspace_id == self._session.workspace_id, TimerRow.state == State.PENDING
            )
        ).scalar_one()
        return soonest

    def reckon(self) -> int:
        """Bring the instants of waiting wall times up to the rules their zones have now; return how many changed."""
        table, changed = TimerRow, 0
        here = (table.workspace_id == self._session.workspace_id, table.state == State.PENDING, table.wall.is_not(None))
        for row in self._session.rows(select(table.wall, table.zone, table.due_at).where(*here).distinct()):
            due = _moment(row)
            if (anew := due.reckoned_anew) != due:
                same = (table.wall == row.wall, table.zone == row.zone, table.due_at == row.due_at)
                moved = update(table).where(*here, *same).values(due_at=anew.at, try_at=anew.at)
                changed += self._session.run(moved).rowcount
        return changed

    def _read(self, *conditions: Any) -> tuple[Timer, ...]:
        rows = self._session.rows(
            select(TimerRow.__table__)
            .where(TimerRow.workspace_id == self._session.workspace_id, *conditions)
            .order_by(TimerRow.due_at, TimerRow.id)
        )
        return tuple(map(_timer, rows))

    def _waiting(self, about: Ref, step: str | None) -> Update:
        waiting = update(TimerRow).where(
            TimerRow.workspace_id == self._session.workspace_id,
            TimerRow.subject == about.subject,
            TimerRow.object_id == about.id,
            TimerRow.state == State.PENDING,
        )
        return waiting if step is None else waiting.where(TimerRow.step == step)

    def _same_try(self, timer: Timer) -> Update:
        """Address a timer only while nobody else tried or moved it since it was read (fencing)."""
        return update(TimerRow).where(
            TimerRow.workspace_id == self._session.workspace_id,
            TimerRow.id == timer.id,
            TimerRow.state == State.PENDING,
            TimerRow.attempts == timer.attempts,
            TimerRow.due_at == timer.due.at,
        )


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        about=Ref(Subject(row.subject), row.object_id),
        step=row.step,
        due=_moment(row),
        occurrence=row.occurrence,
        id=row.id,
        attempts=row.attempts,
        cause=row.cause,
    )


def _moment(row: Row[Any]) -> Moment:
    return Moment(row.due_at, datetime.fromisoformat(row.wall) if row.wall else None, row.zone)
