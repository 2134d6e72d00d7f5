"""Who answers requests: departments, else KAM leads or admins, in SQL over ``requests`` and ``accounts``."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, false, or_, select

from bot.domain import request_desks as rules
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.departments import Department
from bot.domain.identity import DepartmentId, MemberId
from bot.domain.members import Person, Standing
from storage.departments import Departments
from storage.members import Members
from storage.session import Session
from storage.tables import AccountRow, DepartmentRow, MemberRow, RequestJoinerRow, RequestRow

_Text = str | BindParameter[str]


class Answering:
    """Who answers requests: each list is read when it is first needed, and once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def otherwise(
        self, department: Department | None, requester_id: MemberId | None, *, restricted: bool
    ) -> tuple[Person, ...]:
        """Return who stands in; nobody where the department has people of its own."""
        if rules.speakers(department):
            return ()
        return rules.stand_in(self._leads, self._admins, requester_id, restricted=restricted)

    def name(self, viewer: Viewer) -> ColumnElement[bool]:
        """State ``request_desks.named`` over ``requests`` and ``accounts``: whether a request names this reader.

        KAM leads are left out, as they see every request.
        """
        me = viewer.member_id
        if me is None or viewer.is_kam_lead:
            return false()
        named = names_reader(self._session.workspace_id, me)
        if not viewer.is_admin:
            return named
        nobody_there = or_(RequestRow.department_id.is_(None), RequestRow.department_id.in_(self._speechless))
        return or_(named, and_(nobody_there, self._stands_in(me)))

    def answers(self, viewer: Viewer, department_id: Any) -> ColumnElement[bool]:
        """State ``request_desks.desk(…).answered_by`` over ``requests``, ``accounts`` and a column with a department."""
        me = viewer.member_id
        if me is None:
            return false()
        hidden = or_(
            AccountRow.access == Access.RESTRICTED,
            RequestRow.visibility.in_([Visibility.LEADERSHIP, Visibility.PRIVATE]),
        )
        ways = [
            department_id.in_(_speaking(self._session.workspace_id, me)),
            and_(~hidden, department_id.in_(viewer.answers_for)),
        ]
        if viewer.is_kam_lead or viewer.is_admin:
            nobody_there = or_(
                department_id.is_(None),
                department_id.in_(self._empty),
                and_(hidden, department_id.in_(self._speechless)),
            )
            ways.append(and_(nobody_there, self._stands_in(me)))
        return or_(*ways)

    def departments(self, viewer: Viewer) -> frozenset[DepartmentId]:
        """Return every department for which this reader may answer anything."""
        stands_in = viewer.is_kam_lead or viewer.is_admin
        return viewer.answers_for | frozenset(self._speechless if stands_in else ())

    def _stands_in(self, me: MemberId) -> ColumnElement[bool]:
        """State whose requests this member answers instead of a department."""
        return or_(*(self._stands_in_for(me, access) for access in Access))

    def _stands_in_for(self, me: MemberId, access: Access) -> ColumnElement[bool]:
        restricted = access is Access.RESTRICTED
        special = [person.id for person in (*self._leads, *self._admins)]
        theirs = [asker for asker in special if _among(me, self.otherwise(None, asker, restricted=restricted))]
        for_others = _among(me, self.otherwise(None, None, restricted=restricted))
        whose = [
            RequestRow.requester_id.in_(theirs),
            *([RequestRow.requester_id.not_in(special)] if for_others else []),
        ]
        return and_(AccountRow.access == access, or_(*whose))

    @cached_property
    def _speechless(self) -> list[DepartmentId]:
        """Return the departments without coordinator, head and deputy."""
        return [one.id for one in Departments(self._session).all() if not rules.speakers(one)]

    @cached_property
    def _empty(self) -> list[DepartmentId]:
        """Return those of them where nobody else answers either."""
        departments = Departments(self._session)
        return [one for one in self._speechless if not departments.key_persons(one)]

    @cached_property
    def _leads(self) -> tuple[Person, ...]:
        return Members(self._session).kam_leads()

    @cached_property
    def _admins(self) -> tuple[Person, ...]:
        return Members(self._session).admins()


def names_reader(here: _Text, me: _Text) -> ColumnElement[bool]:
    """State over ``requests`` that one names this reader, or a department they speak for: they see also what it may not."""
    speaking = _speaking(here, me)
    return or_(
        RequestRow.department_id.in_(speaking),
        RequestRow.passing_to_id.in_(speaking),
        RequestRow.passed_by_id == me,
        RequestRow.answered_by_id == me,
        RequestRow.assignee_id == me,
        joined_by(me),
    )


def _speaking(here: _Text, me: _Text) -> Select[int]:
    """Select the departments this reader speaks for, as ``request_desks.speakers`` says."""
    department = DepartmentRow

    def there(*people: Any) -> ColumnElement[bool]:
        return exists().where(
            MemberRow.workspace_id == here, MemberRow.id.in_(people), MemberRow.standing == Standing.MEMBER
        )

    leads = or_(department.coordinator_id == me, department.head_id == me)
    stands_in = and_(department.deputy_id == me, ~there(department.coordinator_id, department.head_id))
    return select(department.id).where(department.workspace_id == here, there(me), or_(leads, stands_in))


def joined_by(member_id: _Text | None) -> ColumnElement[bool]:
    """State over ``requests`` that this person joined one; nobody stands for a channel, which joins none."""
    if member_id is None:
        return false()
    return (
        select(RequestJoinerRow.member_id)
        .where(
            RequestJoinerRow.workspace_id == RequestRow.workspace_id,
            RequestJoinerRow.request_id == RequestRow.id,
            RequestJoinerRow.member_id == member_id,
        )
        .exists()
    )


def _among(member_id: MemberId, people: Collection[Person]) -> bool:
    return any(person.id == member_id for person in people)
