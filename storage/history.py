"""History entries and audit rows, written together."""

from sqlalchemy import and_, insert, select

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
        entry_id = EntryId(self._session.new_id())
        common = {
            "workspace_id": self._session.workspace_id,
            "id": entry_id,
            "subject": change.about.subject,
            "object_id": change.about.id,
            "action": change.action,
            "actor_id": change.actor_id,
            "at": change.at,
        }
        self._session.run(insert(HistoryRow).values(**common, words=change.words))
        self._session.run(insert(AuditRow).values(**common, fields=list(change.fields)))
        return entry_id

    def entry(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""
        row = self._session.run(
            select(HistoryRow.__table__, MemberRow.name, MemberRow.standing)
            .outerjoin(
                MemberRow,
                and_(MemberRow.workspace_id == HistoryRow.workspace_id, MemberRow.id == HistoryRow.actor_id),
            )
            .where(HistoryRow.workspace_id == self._session.workspace_id, HistoryRow.id == entry_id)
        ).one_or_none()
        if row is None:
            return None
        return Entry(
            id=entry_id,
            about=Ref(Subject(row.subject), row.object_id),
            action=row.action,
            actor=as_person(row.actor_id, row.name, row.standing),
            at=row.at,
            words=row.words,
        )
