"""Inbox: deliveries that had an effect."""

from datetime import datetime

from sqlalchemy import func, insert, select

from bot.domain.delivery import Ref, Subject
from storage.session import Session
from storage.tables import InboxRow


class Inbox:
    """Rows of ``inbox``; what follows ``#`` in a key is a digest of the content, and no part of its identity."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def effect_of(self, key: str) -> Ref | None:
        """Return what this delivery made, if it came before; the same delivery elsewhere waits until we are done."""
        name, _, _ = key.partition("#")
        if self._session.is_postgres:
            # SQLite has one writer anyway; here a double click would run into the first one's key instead of replaying.
            self._session.run(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
        row = self._session.run(
            select(InboxRow.subject, InboxRow.object_id).where(
                InboxRow.workspace_id == self._session.workspace_id, InboxRow.key == name
            )
        ).one_or_none()
        return None if row is None else Ref(Subject(row.subject), row.object_id)

    def holds_the_same(self, key: str) -> bool:
        """Tell whether a delivery that came before had the same content."""
        name, _, content = key.partition("#")
        held = select(InboxRow.content).where(InboxRow.workspace_id == self._session.workspace_id, InboxRow.key == name)
        return (self._session.run(held).scalar_one_or_none() or "") == content

    def record(self, key: str, made: Ref, now: datetime) -> None:
        """Remember what this delivery made, in its transaction."""
        name, _, content = key.partition("#")
        self._session.run(
            insert(InboxRow).values(
                workspace_id=self._session.workspace_id,
                key=name,
                at=now,
                subject=made.subject,
                object_id=made.id,
                content=content or None,
            )
        )
