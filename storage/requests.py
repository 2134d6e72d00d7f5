"""Requests: asks to departments as deep as their reader may see them; an answer is one compare-and-set."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from bot.domain import requests as rules
from bot.domain.access import Access, Depth, Viewer, Visibility, sees_request
from bot.domain.accounts import AccountRef, OpenMatter
from bot.domain.departments import Department
from bot.domain.identity import AccountId, DepartmentId, MemberId, RequestId
from bot.domain.members import Person, Standing
from bot.domain.requests import (
    UNDER_WAY,
    AcceptRequest,
    Answer,
    DeclineReason,
    DeclineRequest,
    Effort,
    Header,
    Kind,
    NewRequest,
    Request,
    State,
)
from storage.access import request_filter
from storage.departments import Departments
from storage.members import Members, as_person
from storage.session import Session
from storage.tables import AccountRow, MemberRow, RequestRow

_MOST_OPEN = 200
_REQUESTER, _ASSIGNEE, _ANSWERER = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


class Requests:
    """Rows of ``requests`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_id(self) -> RequestId:
        """Return an id for a new request, so that history and messages can refer to it before it is stored."""
        return RequestId(self._session.new_id())

    def add(self, new: NewRequest, now: datetime) -> int:
        """Store a new request and return its number; the last statements of a transaction."""
        details = new.details
        number = self._session.next_number("R")
        self._session.run(
            insert(RequestRow).values(
                workspace_id=self._session.workspace_id,
                id=new.id,
                number=number,
                account_id=new.account_id,
                department_id=details.department_id,
                requester_id=new.requester_id,
                kind=details.kind,
                what=details.what,
                why=details.why or None,
                needed_by=details.needed_by,
                effort=details.effort,
                importance=details.importance,
                visibility=details.visibility,
                state=State.OPEN,
                created_at=now,
                version=1,
            )
        )
        return number

    def accept(self, command: AcceptRequest, now: datetime) -> bool:
        """Store a promise, if the request is open and nothing changed since the version the form showed."""
        return self._answer(
            command,
            now,
            state=State.ACCEPTED,
            promised_on=command.promised_on,
            assignee_id=command.assignee_id,
        )

    def decline(self, command: DeclineRequest, now: datetime) -> bool:
        """Store a decline, if the request is open and nothing changed since the version the form showed."""
        return self._answer(command, now, state=State.DECLINED, decline_reason=command.reason)

    def get(self, request_id: RequestId, viewer: Viewer) -> Request | None:
        """Return the whole request to those who may see all of it."""
        seen = self.seen(request_id, viewer)
        return seen if isinstance(seen, Request) else None

    def seen(self, request_id: RequestId, viewer: Viewer) -> Request | Header | None:
        """Return the request as deep as this reader may see it."""
        return self._first(self._select().where(RequestRow.id == request_id), viewer)

    def by_number(self, number: int, viewer: Viewer) -> Request | Header | None:
        """Return the request ``R-number`` as deep as this reader may see it."""
        return self._first(self._select().where(RequestRow.number == number), viewer)

    def open_of(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return the requests of some accounts that are under way, the nearest date first.

        Who sees only the header sees no name of a person.
        """
        if not account_ids:
            return ()
        everybody = _Answering(self._session)
        query = (
            self._select()
            .where(
                RequestRow.account_id.in_(account_ids),
                RequestRow.state.in_(UNDER_WAY),
                request_filter(
                    viewer,
                    RequestRow.account_id,
                    AccountRow.access,
                    RequestRow.visibility,
                    RequestRow.requester_id,
                    everybody.name(viewer),
                    RequestRow.department_id,
                ),
            )
            .order_by(func.coalesce(RequestRow.promised_on, RequestRow.needed_by), RequestRow.number)
            .limit(_MOST_OPEN)
        )
        seen = self._load(self._session.rows(query), viewer, everybody)
        return tuple(_open_matter(request) for request in seen if request is not None)

    def answer_times(self, department_id: DepartmentId, most: int) -> tuple[tuple[datetime, datetime], ...]:
        """Return when the requests answered last were asked and answered, the newest answer first."""
        rows = self._session.rows(
            select(RequestRow.created_at, RequestRow.answered_at)
            .where(
                RequestRow.workspace_id == self._session.workspace_id,
                RequestRow.department_id == department_id,
                RequestRow.answered_at.is_not(None),
            )
            .order_by(RequestRow.answered_at.desc())
            .limit(most)
        )
        return tuple((row.created_at, row.answered_at) for row in rows)

    def _answer(self, command: AcceptRequest | DeclineRequest, now: datetime, **values: Any) -> bool:
        answered = self._session.run(
            update(RequestRow)
            .where(
                RequestRow.workspace_id == self._session.workspace_id,
                RequestRow.id == command.request_id,
                RequestRow.state == State.OPEN,
                RequestRow.version == command.version,
            )
            .values(
                answered_by_id=command.actor.id,
                answered_at=now,
                answer_words=command.words or None,
                version=RequestRow.version + 1,
                **values,
            )
        )
        return answered.rowcount == 1

    def _select(self) -> Select[Any]:
        query = (
            select(
                RequestRow.__table__, AccountRow.name.label("account_name"), AccountRow.access.label("account_access")
            )
            .join(
                AccountRow,
                and_(AccountRow.workspace_id == RequestRow.workspace_id, AccountRow.id == RequestRow.account_id),
            )
            .where(RequestRow.workspace_id == self._session.workspace_id)
        )
        for name, who, key in (
            ("requester", _REQUESTER, RequestRow.requester_id),
            ("assignee", _ASSIGNEE, RequestRow.assignee_id),
            ("answerer", _ANSWERER, RequestRow.answered_by_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == RequestRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        return query

    def _first(self, query: Select[Any], viewer: Viewer) -> Request | Header | None:
        found = self._load(self._session.rows(query.limit(1)), viewer, _Answering(self._session))
        return found[0] if found else None

    def _load(
        self, rows: Collection[Row[Any]], viewer: Viewer, everybody: "_Answering"
    ) -> list[Request | Header | None]:
        """Build what this reader may see of each row."""
        ids = {DepartmentId(row.department_id) for row in rows if row.department_id is not None}
        departments = Departments(self._session).some(ids)
        return [_visible(row, departments, viewer, everybody) for row in rows]


class _Answering:
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
        """State ``requests.named`` over ``requests`` and ``accounts``: whether a request names this reader.

        KAM leads are left out, as they see every request.
        """
        me, departments = viewer.member_id, Departments(self._session)
        if me is None or viewer.is_kam_lead:
            return false()
        mine = [one.id for one in departments.some(viewer.answers_for).values() if _among(me, rules.speakers(one))]
        named = [RequestRow.department_id.in_(mine), RequestRow.answered_by_id == me, RequestRow.assignee_id == me]
        if viewer.is_admin:
            silent = [one.id for one in departments.all() if not rules.speakers(one)]
            nobody_there = or_(RequestRow.department_id.is_(None), RequestRow.department_id.in_(silent))
            named.append(and_(nobody_there, or_(*(self._stands_in(me, access) for access in Access))))
        return or_(*named)

    def _stands_in(self, me: MemberId, access: Access) -> ColumnElement[bool]:
        """State whose requests this member answers instead of a department; their own they see anyway."""
        restricted = access is Access.RESTRICTED
        if _among(me, self.otherwise(None, None, restricted=restricted)):
            return AccountRow.access == access
        alone = [lead.id for lead in self._leads if _among(me, self.otherwise(None, lead.id, restricted=restricted))]
        return and_(AccountRow.access == access, RequestRow.requester_id.in_(alone))

    @cached_property
    def _leads(self) -> tuple[Person, ...]:
        return Members(self._session).kam_leads()

    @cached_property
    def _admins(self) -> tuple[Person, ...]:
        return Members(self._session).admins()


def _among(member_id: MemberId, people: Collection[Person]) -> bool:
    return any(person.id == member_id for person in people)


def _visible(
    row: Row[Any], departments: Mapping[DepartmentId, Department], viewer: Viewer, everybody: _Answering
) -> Request | Header | None:
    access, visibility = Access(row.account_access), Visibility(row.visibility)
    requester_id, answer, department = MemberId(row.requester_id), _answered(row), departments.get(row.department_id)
    otherwise = everybody.otherwise(department, requester_id, restricted=access is Access.RESTRICTED)
    depth = sees_request(
        viewer,
        AccountId(row.account_id),
        access,
        visibility,
        requester_id,
        rules.named(department, otherwise, answer),
        department.id if department else None,
    )
    if depth is Depth.NOTHING:
        return None
    header = _header(row, department)
    return header if depth is Depth.HEADER else _request(row, header, answer)


def _header(row: Row[Any], department: Department | None) -> Header:
    return Header(
        id=RequestId(row.id),
        number=row.number,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        department=department,
        headline=rules.headline(row.what),
        state=State(row.state),
        needed_by=row.needed_by,
        created_at=row.created_at,
        promised_on=row.promised_on,
        answered_at=row.answered_at,
    )


def _answered(row: Row[Any]) -> Answer | None:
    by = as_person(row.answered_by_id, row.answerer_name, row.answerer_standing)
    if by is None:
        return None
    return Answer(
        by=by,
        at=row.answered_at,
        words=row.answer_words or "",
        promised_on=row.promised_on,
        assignee=as_person(row.assignee_id, row.assignee_name, row.assignee_standing),
        reason=DeclineReason(row.decline_reason) if row.decline_reason else None,
    )


def _request(row: Row[Any], header: Header, answer: Answer | None) -> Request:
    return Request(
        header=header,
        requester=Person(
            MemberId(row.requester_id), row.requester_name, row.requester_standing == Standing.DEACTIVATED
        ),
        kind=Kind(row.kind),
        what=row.what,
        why=row.why or "",
        effort=Effort(row.effort) if row.effort else None,
        importance=row.importance,
        visibility=Visibility(row.visibility),
        answer=answer,
        version=row.version,
    )


def _open_matter(seen: Request | Header) -> OpenMatter:
    header = seen.header if isinstance(seen, Request) else seen
    owner = None
    if isinstance(seen, Request):
        owner = (seen.answer.assignee if seen.answer else None) or seen.requester
    return OpenMatter(
        short_id=header.short_id,
        headline=header.headline,
        state=header.state,
        due=_noon(header.promised_on or header.needed_by),
        owner=owner,
        department=header.department.name if header.department else None,
    )


def _noon(day: date) -> datetime:
    """Return an instant of a day; noon keeps it the same day in nearly every zone."""
    return datetime.combine(day, time(12), UTC)
