"""Requests: asks to departments as deep as their reader may see them; an answer is one compare-and-set."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from bot.domain import request_desks as desks
from bot.domain import requests as rules
from bot.domain.access import Access, Depth, Viewer, Visibility, sees_request
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.departments import Department
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import AccountId, DepartmentId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.request_life import LIFE
from bot.domain.request_times import Clock
from bot.domain.requests import (
    UNANSWERED,
    Action,
    Answer,
    DeclineReason,
    Delivery,
    Effort,
    Header,
    Kind,
    Offer,
    Passing,
    Question,
    Request,
    State,
)
from storage.access import of_account
from storage.answering import Answering, joined_by
from storage.departments import Departments
from storage.members import as_person, somebody
from storage.request_steps import RequestSteps
from storage.tables import (
    AccountRow,
    EscalationRow,
    MemberRow,
    OfferRow,
    QuestionRow,
    RequestJoinerRow,
    RequestRow,
)

_MOST_ALIKE = 50
_REQUESTER, _ASSIGNEE, _ANSWERER = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)
_PASSER, _DELIVERER, _OFFERED = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


class Requests(RequestSteps):
    """Rows of ``requests`` as domain values."""

    def get(self, request_id: RequestId, viewer: Viewer) -> Request | None:
        """Return the whole request to those who may see all of it."""
        seen = self.seen(request_id, viewer)
        return seen if isinstance(seen, Request) else None

    def seen(self, request_id: RequestId, viewer: Viewer) -> Request | Header | None:
        """Return the request as deep as this reader may see it."""
        return self._first(self._select(viewer).where(RequestRow.id == request_id), viewer)

    def by_number(self, number: int, viewer: Viewer) -> Request | Header | None:
        """Return the request ``R-number`` as deep as this reader may see it."""
        return self._first(self._select(viewer).where(RequestRow.number == number), viewer)

    def not_done(
        self, account_id: AccountId, department_id: DepartmentId | None, viewer: Viewer
    ) -> tuple[Request | Header, ...]:
        """Return the newest requests of an account to a department that can still be joined."""
        query = (
            self._select(viewer)
            .where(
                RequestRow.account_id == account_id,
                RequestRow.department_id == department_id,
                RequestRow.state.in_(LIFE.states_for(Action.JOIN)),
            )
            .order_by(RequestRow.created_at.desc(), RequestRow.number.desc())
            .limit(_MOST_ALIKE)
        )
        seen = self._load(self._session.rows(query), viewer, Answering(self._session))
        return tuple(request for request in seen if request is not None)

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

    def _select(self, viewer: Viewer) -> Select[Any]:
        query = (
            select(
                RequestRow.__table__,
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                joined_by(viewer.member_id).label("is_joined"),
            )
            .join(
                AccountRow,
                of_account(RequestRow),
            )
            .where(RequestRow.workspace_id == self._session.workspace_id)
        )
        for name, who, key in (
            ("requester", _REQUESTER, RequestRow.requester_id),
            ("assignee", _ASSIGNEE, RequestRow.assignee_id),
            ("answerer", _ANSWERER, RequestRow.answered_by_id),
            ("passer", _PASSER, RequestRow.passed_by_id),
            ("deliverer", _DELIVERER, RequestRow.delivered_by_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == RequestRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        return query

    def _first(self, query: Select[Any], viewer: Viewer) -> Request | Header | None:
        found = self._load(self._session.rows(query.limit(1)), viewer, Answering(self._session))
        seen = found[0] if found else None
        return self._whole(seen) if isinstance(seen, Request) else seen

    def _whole(self, request: Request) -> Request:
        """Add what stands in other tables."""
        offers = self._offers(request.id)
        newest = next(iter(offers), None)
        stands = newest is not None and (
            request.state is State.COUNTERED or (request.state in UNANSWERED and newest.by_requester)
        )
        return replace(
            request,
            offer=newest if stands else None,
            countered=any(one.by_requester for one in offers),
            question=self._question(request.id) if request.state is State.QUESTION else None,
            joiners=self._joiners(request.id),
            conflict=self._conflict(request.id),
        )

    def _offers(self, request_id: RequestId) -> list[Offer]:
        """Return every offer, the newest first."""
        query = (
            select(
                OfferRow.__table__,
                MemberRow.name.label("by_name"),
                MemberRow.standing.label("by_standing"),
                _OFFERED.name.label("person_name"),
                _OFFERED.standing.label("person_standing"),
            )
            .join(MemberRow, and_(MemberRow.workspace_id == OfferRow.workspace_id, MemberRow.id == OfferRow.author_id))
            .outerjoin(
                _OFFERED, and_(_OFFERED.workspace_id == OfferRow.workspace_id, _OFFERED.id == OfferRow.person_id)
            )
            .where(OfferRow.workspace_id == self._session.workspace_id, OfferRow.request_id == request_id)
            .order_by(OfferRow.at.desc(), OfferRow.id.desc())
        )
        return [
            Offer(
                by=somebody(row.author_id, row.by_name, row.by_standing),
                at=row.at,
                on=row.offered_on,
                person=as_person(row.person_id, row.person_name, row.person_standing),
                scope=row.scope or "",
                by_requester=row.by_requester,
            )
            for row in self._session.rows(query)
        ]

    def _question(self, request_id: RequestId) -> Question | None:
        """Return the question that waits."""
        row = self._session.run(
            select(QuestionRow.__table__, MemberRow.name, MemberRow.standing)
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == QuestionRow.workspace_id, MemberRow.id == QuestionRow.asked_by_id),
            )
            .where(
                QuestionRow.workspace_id == self._session.workspace_id,
                QuestionRow.subject == Subject.REQUEST,
                QuestionRow.object_id == request_id,
                QuestionRow.answered_at.is_(None),
            )
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.id.desc())
            .limit(1)
        ).one_or_none()
        return row and Question(somebody(row.asked_by_id, row.name, row.standing), row.asked_at, row.question)

    def _joiners(self, request_id: RequestId) -> tuple[Person, ...]:
        """Return who needs the same, the first to join first."""
        joined = RequestJoinerRow
        rows = self._session.rows(
            select(joined.member_id, MemberRow.name, MemberRow.standing)
            .join(MemberRow, and_(MemberRow.workspace_id == joined.workspace_id, MemberRow.id == joined.member_id))
            .where(joined.workspace_id == self._session.workspace_id, joined.request_id == request_id)
            .order_by(joined.at, joined.member_id)
        )
        return tuple(somebody(row.member_id, row.name, row.standing) for row in rows)

    def _conflict(self, request_id: RequestId) -> str | None:
        """Return the short id of the newest conflict about it that was not withdrawn."""
        number: int | None = self._session.run(
            select(func.max(EscalationRow.number)).where(
                EscalationRow.workspace_id == self._session.workspace_id,
                EscalationRow.request_id == request_id,
                EscalationRow.state != ConflictState.WITHDRAWN,
            )
        ).scalar_one()
        return None if number is None else f"E-{number}"

    def _load(self, rows: Collection[Row[Any]], viewer: Viewer, everybody: Answering) -> list[Request | Header | None]:
        """Build what this reader may see of each row."""
        chosen = (one for row in rows for one in (row.department_id, row.passing_to_id))
        ids = {DepartmentId(one) for one in chosen if one is not None}
        departments = Departments(self._session).some(ids)
        return [_visible(row, departments, viewer, everybody) for row in rows]


def _visible(
    row: Row[Any], departments: Mapping[DepartmentId, Department], viewer: Viewer, everybody: Answering
) -> Request | Header | None:
    access, visibility = Access(row.account_access), Visibility(row.visibility)
    requester_id, answer, department = MemberId(row.requester_id), _answered(row), departments.get(row.department_id)
    passing = _passing(row, departments)
    others = [MemberId(row.passed_by_id)] if row.passed_by_id else []
    others += [viewer.member_id] if row.is_joined and viewer.member_id else []
    otherwise = everybody.otherwise(department, requester_id, restricted=access is Access.RESTRICTED)
    depth = sees_request(
        viewer,
        AccountId(row.account_id),
        access,
        visibility,
        requester_id,
        desks.named(department, otherwise, answer, passing, others),
        department.id if department else None,
        passing.to.id if passing else None,
    )
    if depth is Depth.NOTHING:
        return None
    header = _header(row, department)
    return header if depth is Depth.HEADER else replace(_request(row, header, answer), passing=passing)


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
        due_at=row.due_at,
        closed_at=row.closed_at,
    )


def _passing(row: Row[Any], departments: Mapping[DepartmentId, Department]) -> Passing | None:
    to, by = departments.get(row.passing_to_id), as_person(row.passed_by_id, row.passer_name, row.passer_standing)
    return Passing(to, by, row.passed_at) if to and by else None


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
    by = as_person(row.delivered_by_id, row.deliverer_name, row.deliverer_standing)
    return Request(
        header=header,
        requester=somebody(row.requester_id, row.requester_name, row.requester_standing),
        kind=Kind(row.kind),
        what=row.what,
        why=row.why or "",
        effort=Effort(row.effort) if row.effort else None,
        importance=row.importance,
        visibility=Visibility(row.visibility),
        answer=answer,
        moves=row.moves,
        clock=Clock(row.clock_from, timedelta(seconds=row.clock_spent), row.clock_step),
        delivery=Delivery(by, row.delivered_at) if by else None,
        version=row.version,
    )
