"""Search: our own people, by the words of a question and by their topics."""

import re
from collections.abc import Sequence

from sqlalchemy import or_, select

from bot.domain.identity import MemberId
from bot.domain.members import Person, Standing
from storage.members import whoever
from storage.session import Session
from storage.tables import MemberRow

_SPELLINGS = re.compile(r"[aou]e|ss|[^a-z0-9]+")
"""What people spell in several ways; any letters may stand there."""


class SearchPeople:
    """Reads members."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def members_named(self, words: Sequence[str], most: int = 200) -> tuple[Person, ...]:
        """Return the members whose names may have one of these words; those who left, too: their notes stay."""
        patterns = {_SPELLINGS.sub("%", word) for word in words}
        likely = [MemberRow.name.ilike(f"%{pattern}%") for pattern in patterns if len(pattern.replace("%", "")) > 1]
        if not likely:
            return ()
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.standing)
            .where(
                MemberRow.workspace_id == self._session.workspace_id,
                MemberRow.standing.in_((Standing.MEMBER, Standing.DEACTIVATED)),
                or_(*likely),
            )
            .order_by(MemberRow.name, MemberRow.id)
            .limit(most)
        )
        return tuple(whoever(row.id, row.name, row.standing) for row in rows)

    def topics(self) -> tuple[tuple[Person, tuple[str, ...]], ...]:
        """Return the active members who are key persons for something, with their topics."""
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.topics)
            .where(MemberRow.workspace_id == self._session.workspace_id, MemberRow.standing == Standing.MEMBER)
            .order_by(MemberRow.name)
        )
        return tuple((Person(MemberId(row.id), row.name), tuple(row.topics)) for row in rows if row.topics)
