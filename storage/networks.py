"""Networks: key persons, and who of us met whom, from the notes a reader may read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, cast, func, select, union

from bot.domain import names
from bot.domain.access import Viewer
from bot.domain.identity import AccountId, ContactId, DepartmentId, MemberId
from bot.domain.members import Person, Standing
from bot.domain.networks import Expert, Met
from storage.access import of_account, readable
from storage.members import whoever
from storage.session import Session
from storage.tables import AccountRow, InteractionContactRow, InteractionRow, MemberRow, ParticipantRow

_NEWEST = 2000
"""Notes that are looked through; older ones say little about who knows somebody today."""


class Networks:
    """Rows of ``members`` and ``interactions`` as who knows what and whom."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def experts(self) -> tuple[Expert, ...]:
        """Return the active members who are key persons for something, by name."""
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.department_id, MemberRow.topics).where(
                MemberRow.workspace_id == self._session.workspace_id,
                MemberRow.standing == Standing.MEMBER,
                cast(MemberRow.topics, Text) != "[]",
            )
        )
        return tuple(
            Expert(
                Person(MemberId(row.id), row.name),
                None if row.department_id is None else DepartmentId(row.department_id),
                tuple(row.topics),
            )
            for row in sorted(rows, key=lambda row: (names.match_key(row.name), row.id))
        )

    def met_contact(self, contact_id: ContactId, viewer: Viewer, now: datetime, most: int) -> tuple[Met, ...]:
        """Return who of us met a contact, over the notes this reader may read, the last first; plans do not count."""
        named = select(InteractionContactRow.interaction_id).where(
            InteractionContactRow.workspace_id == self._session.workspace_id,
            InteractionContactRow.contact_id == contact_id,
        )
        return self._met(InteractionRow.id.in_(named), viewer, now, most)

    def met_accounts(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, most: int
    ) -> tuple[Met, ...]:
        """Return who of us met somebody of these accounts, over the newest notes this reader may read."""
        return self._met(InteractionRow.account_id.in_(account_ids), viewer, now, most)

    def _met(self, which: Any, viewer: Viewer, now: datetime, most: int) -> tuple[Met, ...]:
        here = self._session.workspace_id
        notes = (
            select(InteractionRow.id, InteractionRow.author_id, InteractionRow.occurred_at)
            .join(AccountRow, of_account(InteractionRow))
            .where(*readable(viewer, here), which, InteractionRow.occurred_at <= now)
            .order_by(InteractionRow.occurred_at.desc())
            .limit(_NEWEST)
            .cte("notes")
        )
        # An author who names themselves among the participants met them once.
        there = union(
            select(notes.c.id, notes.c.author_id.label("member_id"), notes.c.occurred_at),
            select(notes.c.id, ParticipantRow.member_id, notes.c.occurred_at).join(
                ParticipantRow, and_(ParticipantRow.workspace_id == here, ParticipantRow.interaction_id == notes.c.id)
            ),
        ).subquery()
        last = func.max(there.c.occurred_at)
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.standing, last.label("last"), func.count().label("counted"))
            .join(MemberRow, and_(MemberRow.workspace_id == here, MemberRow.id == there.c.member_id))
            .group_by(MemberRow.id, MemberRow.name, MemberRow.standing)
            .order_by(last.desc(), MemberRow.id)
            .limit(most)
        )
        return tuple(
            Met(
                whoever(row.id, row.name, row.standing),
                row.last,
                row.counted,
            )
            for row in rows
        )
