"""History entries and audit rows, written together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, insert, select

from bot.domain.delivery import Ref, Subject
from bot.domain.history import Change, Entry
from bot.domain.identity import EntryId
from storage.members import as_person
from storage.session import Session
from storage.tables import AuditRow, HistoryRow, MemberRow


class History:
    """Rows of ``history`` and ``audit``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, change: Change) -> EntryId:
        """Write both."""
        return self.record_all([change])[0]

    def record_all(self, changes: Sequence[Change]) -> list[EntryId]:
        """Write both for many changes, in two statements."""
        if not changes:
            return []
        ids = [EntryId(self._session.next_in_line()) for _ in changes]
        common = [
            {
                "workspace_id": self._session.workspace_id,
                "id": entry_id,
                "subject": change.about.subject,
                "object_id": change.about.id,
                "action": change.action,
                "actor_id": change.actor_id,
                "at": change.at,
            }
            for entry_id, change in zip(ids, changes, strict=True)
        ]
        pairs = list(zip(common, changes, strict=True))
        self._session.run(insert(HistoryRow), [{**row, "words": change.words} for row, change in pairs])
        self._session.run(insert(AuditRow), [{**row, "fields": list(change.fields)} for row, change in pairs])
        return ids

    def entry(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""
        row = self._session.run(self._select().where(HistoryRow.id == entry_id)).one_or_none()
        return None if row is None else _entry(row)

    def of(self, about: Ref) -> tuple[Entry, ...]:
        """Return what happened to an object, oldest first; the reader's rights are asked before."""
        query = self._select().where(HistoryRow.subject == about.subject, HistoryRow.object_id == about.id)
        return tuple(_entry(row) for row in self._session.rows(query.order_by(HistoryRow.at, HistoryRow.id)))

    def last(self, about: Ref) -> Entry | None:
        """Return what happened to an object last; the reader's rights are asked before."""
        query = self._select().where(HistoryRow.subject == about.subject, HistoryRow.object_id == about.id)
        newest = query.order_by(HistoryRow.at.desc(), HistoryRow.id.desc()).limit(1)
        row = self._session.run(newest).one_or_none()
        return None if row is None else _entry(row)

    def _select(self) -> Select[Any]:
        return (
            select(HistoryRow.__table__, MemberRow.name, MemberRow.standing)
            .outerjoin(
                MemberRow,
                and_(MemberRow.workspace_id == HistoryRow.workspace_id, MemberRow.id == HistoryRow.actor_id),
            )
            .where(HistoryRow.workspace_id == self._session.workspace_id)
        )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=EntryId(row.id),
        about=Ref(Subject(row.subject), row.object_id),
        action=row.action,
        actor=as_person(row.actor_id, row.name, row.standing),
        at=row.at,
        words=row.words,
    )
