"""Escalations: who can be a side of one, as the form's search offers them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from bot.domain import names
from bot.domain.escalations import Party, PartyChoice, Side
from bot.domain.identity import DepartmentId, MemberId
from bot.domain.members import Standing
from storage.members import whoever
from storage.session import Session
from storage.tables import DepartmentRow, MemberRow

_MEMBER: tuple[Any, ...] = (MemberRow.id, MemberRow.name, MemberRow.standing, DepartmentRow.name.label("department"))
_LIKE = 0.25
"""How much of a name must match to be offered."""
_RATED = 300
"""Members whose names are compared closely at each key that is pressed."""
_PIECES = 8


class Parties:
    """Members and departments as sides of a conflict."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def parties_like(self, typed: str, most: int) -> tuple[PartyChoice, ...]:
        """Return departments and full members for the search of the other party, departments first."""
        here = self._session.workspace_id
        departments = self._session.rows(
            select(DepartmentRow.id, DepartmentRow.name)
            .where(DepartmentRow.workspace_id == here)
            .order_by(DepartmentRow.name_key)
        )
        key = names.match_key(typed)
        members = self._session.rows(
            self._members()
            .where(MemberRow.standing == Standing.MEMBER)
            .order_by(*([_likeness(key).desc()] if key else []), MemberRow.name, MemberRow.id)
            .limit(_RATED if key else most)
        )
        offered = [
            *(PartyChoice(Party(department_id=DepartmentId(row.id)), row.name) for row in departments),
            *(PartyChoice(Party(member_id=MemberId(row.id)), row.name, row.department) for row in members),
        ]
        if key:
            rated = [(names.closeness_by_word(key, names.match_key(choice.name)), choice) for choice in offered]
            offered = [choice for rating, choice in sorted(rated, key=lambda pair: -pair[0]) if rating > _LIKE]
        return tuple(offered[:most])

    def party(self, party: Party) -> PartyChoice | None:
        """Return a chosen party with its name."""
        if party.member_id is not None:
            people = self._people([party.member_id])
            side = people.get(party.member_id)
            return PartyChoice(party, side.person.name, side.department) if side else None
        name = self._session.run(
            select(DepartmentRow.name).where(
                DepartmentRow.workspace_id == self._session.workspace_id, DepartmentRow.id == party.department_id
            )
        ).scalar_one_or_none()
        return PartyChoice(party, name) if name is not None else None

    def side(self, member_id: MemberId) -> Side | None:
        """Return a member as a side of a conflict, with the department they work in."""
        return self._people([member_id]).get(member_id)

    def _members(self) -> Select[Any]:
        return (
            select(*_MEMBER)
            .outerjoin(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == MemberRow.workspace_id, DepartmentRow.id == MemberRow.department_id),
            )
            .where(MemberRow.workspace_id == self._session.workspace_id)
        )

    def _people(self, member_ids: Iterable[str | None]) -> dict[MemberId, Side]:
        wanted = {member for member in member_ids if member is not None}
        rows = self._session.rows(self._members().where(MemberRow.id.in_(wanted))) if wanted else []
        return {MemberId(row.id): Side(whoever(row.id, row.name, row.standing), row.department) for row in rows}


def _likeness(key: str) -> ColumnElement[int]:
    """Rate a member's name in SQL by the pieces of what was typed that it holds; more for a word that begins so.

    Databases differ in which letters they fold, so a piece is looked for in small letters, capitals, and as a name.
    """

    def holds(pattern: str, piece: str) -> ColumnElement[bool]:
        plain = piece.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        spelt = {(func.lower(MemberRow.name), plain), (MemberRow.name, plain.title()), (MemberRow.name, plain.upper())}
        return or_(*(column.like(pattern.format(piece=text), escape="\\") for column, text in spelt))

    words = key.split()
    pieces = dict.fromkeys(word[at : at + 3] for word in words for at in range(max(len(word) - 2, 1)))
    found = [case((holds("%{piece}%", piece), 1), else_=0) for piece in list(pieces)[:_PIECES]]
    begins = case((or_(holds("{piece}%", key), holds("% {piece}%", key)), _PIECES), else_=0)
    return sum(found, begins)
