"""A timekeeper with a clock of its own, and what its steps left behind."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import Timer
from bot.ports import Transaction
from bot.timekeeper import Timekeeper
from storage.store import SqlStore
from storage.tables import InboxRow
from tests.company import NOW, WORKSPACE

ABOUT = Ref(Subject.ESCALATION, 3)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Replica:
    """A timekeeper with a clock of its own over the shared database."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.now = store, NOW
        self.keeper = Timekeeper(store, lambda: self.now)

    def at(self, now: datetime) -> int:
        """Fire what is due then."""
        self.now = now
        return self.keeper.run_once()


def writes(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Leave a row that cannot be written twice, so that a second effect would be an error."""
    tx.inbox.record(f"{timer.about.id}:{timer.step}:{timer.occurrence}", timer.about, now)
    return ()


def effects(store: SqlStore) -> list[str]:
    """Return what steps that write have left."""
    with store.engine.connect() as connection:
        return sorted(connection.execute(select(InboxRow.key)).scalars())


def waiting(store: SqlStore, about: Ref = ABOUT, step: str = "remind") -> list[Timer]:
    """Return the timers that wait."""
    with store.read(WORKSPACE) as tx:
        return [*tx.timers.waiting(about, step)]
