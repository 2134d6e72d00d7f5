"""Retention: rows that have done their work go, a few at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.domain.timers import State
from storage.session import Session
from storage.tables import Base, DraftRow, InboxRow, OutboxRow, TimerRow


class Retention:
    """Deletes rows of working tables; what waits, and what was set aside, always stays."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def inbox(self, before: datetime, most: int) -> int:
        """Forget deliveries: Slack sends nothing again after so long."""
        return self._delete(InboxRow, InboxRow.key, most, InboxRow.at < before)

    def outbox(self, before: datetime, most: int) -> int:
        """Forget what was sent; where cards stand is kept elsewhere."""
        return self._delete(OutboxRow, OutboxRow.id, most, OutboxRow.state == "sent", OutboxRow.sent_at < before)

    def drafts(self, before: datetime, most: int) -> int:
        """Forget typed text that nobody saved, and what is left of texts that were."""
        return self._delete(DraftRow, DraftRow.id, most, DraftRow.created_at < before)

    def timers(self, before: datetime, most: int) -> int:
        """Forget what is done or cancelled."""
        over = TimerRow.state.in_([State.FIRED, State.CANCELLED])
        return self._delete(TimerRow, TimerRow.id, most, over, TimerRow.due_at < before, TimerRow.try_at < before)

    def _delete(self, table: type[Base], key: Any, most: int, *old: Any) -> int:
        here: Any = table
        oldest = select(key).where(here.workspace_id == self._session.workspace_id, *old).limit(most)
        gone = delete(table).where(here.workspace_id == self._session.workspace_id, key.in_(oldest))
        return self._session.run(gone).rowcount
