"""Drafts: typed text that is not a fact yet."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Update, insert, select, update

from bot.domain.delivery import ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import ChannelId, DraftId, MemberId
from storage.session import Session
from storage.tables import DraftRow


class Drafts:
    """Rows of ``drafts`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, draft: Draft) -> DraftId:
        """Keep a draft; its ``id`` is given here."""
        draft_id = DraftId(self._session.new_id())
        self._session.run(
            insert(DraftRow).values(
                workspace_id=self._session.workspace_id,
                id=draft_id,
                author_id=draft.author_id,
                purpose=draft.purpose,
                fields=dict(draft.fields),
                channel_id=draft.channel_id,
                response_url=None if draft.reply_to is None else draft.reply_to.response_url,
                replace=draft.reply_to is not None and draft.reply_to.replace,
                created_at=draft.created_at,
            )
        )
        return draft_id

    def get(self, draft_id: DraftId, author_id: MemberId, purpose: Purpose) -> Draft | None:
        """Return an unused draft of this author."""
        return self._one(
            DraftRow.id == draft_id,
            DraftRow.author_id == author_id,
            DraftRow.purpose == purpose,
            DraftRow.used_at.is_(None),
        )

    def question(self, draft_id: DraftId) -> Draft | None:
        """Return a kept question, whoever asked it: it was passed on to somebody else."""
        return self._one(DraftRow.id == draft_id, DraftRow.purpose == Purpose.QUESTION, DraftRow.used_at.is_(None))

    def _one(self, *which: ColumnElement[bool]) -> Draft | None:
        here = DraftRow.workspace_id == self._session.workspace_id
        row = self._session.run(select(DraftRow.__table__).where(here, *which)).one_or_none()
        if row is None:
            return None
        author_id = MemberId(row.author_id)
        return Draft(
            id=DraftId(row.id),
            author_id=author_id,
            purpose=Purpose(row.purpose),
            created_at=row.created_at,
            fields=row.fields,
            channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
            reply_to=ReplyTo(author_id, row.response_url, row.replace),
        )

    def change(self, draft_id: DraftId, fields: Mapping[str, str]) -> None:
        """Keep newer text."""
        self._session.run(self._update(draft_id).values(fields=dict(fields)))

    def answer_at(self, draft_id: DraftId, reply_to: ReplyTo) -> None:
        """Let the answer take the place of what was pressed last."""
        self._session.run(self._update(draft_id).values(response_url=reply_to.response_url, replace=reply_to.replace))

    def use(self, draft_id: DraftId, now: datetime) -> bool:
        """Mark as used, once: its text is a fact now; the address of its answer is wiped."""
        unused = self._update(draft_id).where(DraftRow.used_at.is_(None))
        return self._session.run(unused.values(used_at=now, fields={}, response_url=None)).rowcount == 1

    def _update(self, draft_id: DraftId) -> Update:
        return update(DraftRow).where(DraftRow.workspace_id == self._session.workspace_id, DraftRow.id == draft_id)
