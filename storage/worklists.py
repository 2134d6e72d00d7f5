"""Worklists: one page of requests or conflicts, what waits for the reader first, in one statement each."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, exists, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from bot.domain import escalations as conflicts
from bot.domain import requests
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Step
from bot.domain.worklists import (
    PAGE,
    PROMISED,
    UNDER_WAY,
    UNPROMISED,
    WAITS_FOR,
    Filter,
    Found,
    Line,
    Scope,
    Tie,
    Worklist,
)
from storage.access import account_filter, request_filter, whole_request_filter
from storage.answering import Answering, joined_by
from storage.members import as_person
from storage.session import Session
from storage.tables import (
    AccountRow,
    ConfirmationRow,
    ConflictJoinerRow,
    DecisionActionRow,
    DecisionRow,
    DepartmentRow,
    EscalationRow,
    MemberRow,
    QuestionRow,
    RecipientRow,
    RequestJoinerRow,
    RequestRow,
)

_Rule = ColumnElement[bool]
_ASKER, _OWNER, _SIDE_A, _SIDE_B = (aliased(MemberRow) for _ in range(4))
_DEPARTMENT_A, _DEPARTMENT_B = aliased(DepartmentRow), aliased(DepartmentRow)
_TAKEN_BY: Any = EscalationRow.acknowledged_by_id
_ACTIVE = and_(RecipientRow.skipped.is_(None), RecipientRow.member_id.is_not(None))
"""The steps a conflict lies with."""
_ACCOUNT = (
    AccountRow.id.label("account_id"),
    AccountRow.name.label("account_name"),
    AccountRow.access.label("account_access"),
)


class Worklists:
    """Rows of ``requests`` and ``escalations`` as lines of a list."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def requests(
        self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], now: datetime, today: date
    ) -> Found:
        """Return a page of requests, each as deep as this reader may see it."""
        me, everybody = viewer.member_id, Answering(self._session)
        if me is None:
            return Found()
        state, answers = RequestRow.state, everybody.answers(viewer, RequestRow.department_id)
        waits = _waits(
            Subject.REQUEST,
            state,
            {
                Tie.REQUESTER: RequestRow.requester_id == me,
                Tie.ANSWERER: answers,
                Tie.NEXT_ANSWERER: and_(
                    RequestRow.passing_to_id.is_not(None), everybody.answers(viewer, RequestRow.passing_to_id)
                ),
                Tie.KAM: RequestRow.account_id.in_(viewer.kam_of),
                Tie.ASSIGNEE: RequestRow.assignee_id == me,
            },
        )
        due = case(
            (state.in_(PROMISED), func.coalesce(RequestRow.promised_on, RequestRow.needed_by)),
            else_=RequestRow.needed_by,
        )
        late = or_(
            and_(state == requests.State.OPEN, RequestRow.due_at < now),
            and_(state.in_([*PROMISED, *UNPROMISED]), due < today),
        )
        access = (
            viewer,
            RequestRow.account_id,
            AccountRow.access,
            RequestRow.visibility,
            RequestRow.requester_id,
            everybody.name(viewer),
            RequestRow.department_id,
            RequestRow.passing_to_id,
        )
        departments = _departments(viewer)
        if asked.scope is Scope.ACCOUNT:
            within: _Rule = RequestRow.account_id.in_(account_ids)
        else:
            within = RequestRow.id.in_(self._requests_near(asked.scope, viewer, me, everybody))
            within &= {
                Scope.MINE: or_(RequestRow.requester_id == me, RequestRow.assignee_id == me, joined_by(me), waits),
                Scope.DEPARTMENT: or_(
                    RequestRow.department_id.in_(departments), RequestRow.passing_to_id.in_(departments), answers
                ),
            }[asked.scope]
        page = _page(
            asked,
            select(RequestRow.id, RequestRow.number, RequestRow.created_at, RequestRow.closed_at)
            .join(AccountRow, _its(AccountRow, RequestRow, RequestRow.account_id))
            .where(RequestRow.workspace_id == self._session.workspace_id)
            .where(within, request_filter(*access)),
            state,
            waits=waits,
            late=late,
            whole=whole_request_filter(*access),
            due=due,
        )
        rows = self._session.rows(
            select(page, RequestRow.what, state, RequestRow.due_at, *_ACCOUNT, DepartmentRow.name.label("department"))
            .add_columns(*_person("asker", _ASKER), *_person("owner", _OWNER))
            .join(RequestRow, and_(RequestRow.workspace_id == self._session.workspace_id, RequestRow.id == page.c.id))
            .join(AccountRow, _its(AccountRow, RequestRow, RequestRow.account_id))
            .outerjoin(DepartmentRow, _its(DepartmentRow, RequestRow, RequestRow.department_id))
            .outerjoin(_ASKER, _its(_ASKER, RequestRow, RequestRow.requester_id))
            .outerjoin(_OWNER, _its(_OWNER, RequestRow, RequestRow.assignee_id))
            .order_by(page.c.place)
        )
        return _found(rows, map(_request_line, rows))

    def conflicts(self, asked: Worklist, viewer: Viewer, account_ids: Collection[AccountId], today: date) -> Found:
        """Return a page of conflicts, each as deep as this reader may see it; people are a second statement."""
        me = viewer.member_id
        if me is None:
            return Found()
        state, departments = EscalationRow.state, _departments(viewer)
        waits = _waits(Subject.ESCALATION, state, self._conflict_ties(viewer, me))
        undone = self._of(DecisionActionRow, DecisionActionRow.done_at.is_(None))
        late = or_(
            and_(state.in_(conflicts.OPEN), EscalationRow.decide_by < today),
            and_(
                state == conflicts.State.DECIDED, self._has(DecisionActionRow, undone, DecisionActionRow.due_on < today)
            ),
        )
        insider = self._is_inside(me)
        within = {
            Scope.MINE: self._is_ones_own(viewer, me, waits),
            Scope.DEPARTMENT: or_(
                EscalationRow.party_b_department_id.in_(departments),
                _SIDE_A.department_id.in_(departments),
                _SIDE_B.department_id.in_(departments),
            ),
            Scope.ACCOUNT: EscalationRow.account_id.in_(account_ids),
        }
        page = _page(
            asked,
            select(EscalationRow.id, EscalationRow.number, EscalationRow.created_at, EscalationRow.closed_at)
            .join(AccountRow, _its(AccountRow, EscalationRow, EscalationRow.account_id))
            .join(_SIDE_A, _its(_SIDE_A, EscalationRow, EscalationRow.party_a_id))
            .join(_SIDE_B, _its(_SIDE_B, EscalationRow, EscalationRow.party_b_id))
            .where(EscalationRow.workspace_id == self._session.workspace_id)
            .where(within[asked.scope], or_(account_filter(viewer), insider)),
            state,
            waits=waits,
            late=late,
            whole=literal(True) if viewer.is_kam_lead else insider,
            due=EscalationRow.decide_by,
        )
        rows = self._session.rows(
            select(page, EscalationRow.decision_wanted, EscalationRow.our_goal, state, *_ACCOUNT)
            .add_columns(
                _DEPARTMENT_A.name.label("department_a"),
                func.coalesce(DepartmentRow.name, _DEPARTMENT_B.name).label("department_b"),
                *_person("asker", _ASKER),
                *_person("owner", _OWNER),
            )
            .join(
                EscalationRow,
                and_(EscalationRow.workspace_id == self._session.workspace_id, EscalationRow.id == page.c.id),
            )
            .join(AccountRow, _its(AccountRow, EscalationRow, EscalationRow.account_id))
            .join(_SIDE_A, _its(_SIDE_A, EscalationRow, EscalationRow.party_a_id))
            .join(_SIDE_B, _its(_SIDE_B, EscalationRow, EscalationRow.party_b_id))
            .outerjoin(_DEPARTMENT_A, _its(_DEPARTMENT_A, _SIDE_A, _SIDE_A.department_id))
            .outerjoin(_DEPARTMENT_B, _its(_DEPARTMENT_B, _SIDE_B, _SIDE_B.department_id))
            .outerjoin(DepartmentRow, _its(DepartmentRow, EscalationRow, EscalationRow.party_b_department_id))
            .outerjoin(_ASKER, _its(_ASKER, EscalationRow, EscalationRow.raiser_id))
            .outerjoin(_OWNER, _its(_OWNER, EscalationRow, EscalationRow.acknowledged_by_id))
            .order_by(page.c.place)
        )
        owners = self._owners([row for row in rows if row.whole])
        return _found(rows, (_conflict_line(row, owners.get(row.id, ())) for row in rows))

    def _requests_near(self, scope: Scope, viewer: Viewer, me: MemberId, everybody: Answering) -> Select[Any]:
        """Return ids among which everything of a scope is; each part is looked up in an index of its own."""
        answered = everybody.departments(viewer) | set(_departments(viewer))
        queue: _Rule = RequestRow.department_id.in_(answered)
        if viewer.is_kam_lead or viewer.is_admin:
            queue = or_(queue, RequestRow.department_id.is_(None))
        near: list[_Rule] = [RequestRow.passing_to_id.in_(answered)]
        if scope is Scope.DEPARTMENT:
            near.append(queue)
        else:
            near += [
                RequestRow.requester_id == me,
                RequestRow.assignee_id == me,
                queue & _is_waiting_for(Tie.ANSWERER),
                RequestRow.account_id.in_(viewer.kam_of) & _is_waiting_for(Tie.KAM),
            ]
        here = RequestRow.workspace_id == self._session.workspace_id
        joined = select(RequestJoinerRow.request_id).where(
            RequestJoinerRow.workspace_id == self._session.workspace_id, RequestJoinerRow.member_id == me
        )
        ids = union(*(select(RequestRow.id).where(here, rule) for rule in near), joined).subquery()
        return select(ids.c.id)

    def _is_ones_own(self, viewer: Viewer, me: MemberId, waits: _Rule) -> _Rule:
        """State what somebody has to do with, or waits for them; each part is looked up in an index of its own."""
        here = EscalationRow.workspace_id == self._session.workspace_id
        offered = and_(EscalationRow.state.in_(conflicts.ADDRESSED), EscalationRow.handing_to_id == me)
        own = [self._conflicts_of(me), select(EscalationRow.id).where(here, offered)]
        if not viewer.is_kam_lead:
            return EscalationRow.id.in_(union(*own))
        # Every open one may wait for a KAM lead, so these are looked at one by one.
        near = EscalationRow.id.in_(
            union(*own, select(EscalationRow.id).where(here, EscalationRow.state.in_(conflicts.OPEN)))
        )
        return and_(near, or_(EscalationRow.id.in_(union(*own)), waits))

    def _conflicts_of(self, me: MemberId) -> Select[Any]:
        """Return the ids of the conflicts somebody raised, takes a side in, received, joined or does something for."""
        here = EscalationRow.workspace_id == self._session.workspace_id
        parts = [
            *(
                select(EscalationRow.id).where(here, column == me)
                for column in (EscalationRow.raiser_id, EscalationRow.party_a_id, EscalationRow.party_b_id)
            ),
            *(
                select(table.escalation_id).where(table.workspace_id == self._session.workspace_id, rule)
                for table, rule in (
                    (RecipientRow, and_(_ACTIVE, or_(RecipientRow.member_id == me, RecipientRow.in_stead_of_id == me))),
                    (ConflictJoinerRow, ConflictJoinerRow.member_id == me),
                    (DecisionActionRow, DecisionActionRow.owner_id == me),
                )
            ),
        ]
        ids = union(*parts).subquery()
        return select(ids.c.id)

    def _conflict_ties(self, viewer: Viewer, me: MemberId) -> Mapping[Tie, _Rule]:
        """State over ``escalations`` what ties somebody to a conflict."""
        addressed = self._received_by(me)
        if viewer.is_kam_lead:
            led = and_(_ACTIVE, RecipientRow.step == Step.KAM_LEADS)
            by_a_lead = self._has(RecipientRow, self._of(RecipientRow, led), RecipientRow.member_id == _TAKEN_BY)
            is_free = or_(_TAKEN_BY.is_(None), me == _TAKEN_BY, ~by_a_lead)
            addressed = or_(addressed, and_(self._has(RecipientRow, self._of(RecipientRow, led)), is_free))
        sides = [EscalationRow.raiser_id, EscalationRow.party_a_id, EscalationRow.party_b_id]
        takes_no_side = and_(
            *(side != me for side in sides),
            EscalationRow.informed_id.is_distinct_from(me),
            ~self._has(ConflictJoinerRow, self._of(ConflictJoinerRow), ConflictJoinerRow.member_id == me),
        )
        settled = self._has(DecisionRow, self._of(DecisionRow), DecisionRow.kind == conflicts.Kind.SETTLEMENT)
        said = self._has(ConfirmationRow, self._of(ConfirmationRow), ConfirmationRow.member_id == me)
        return {
            Tie.ADDRESSEE: and_(addressed, takes_no_side),
            Tie.OFFERED: EscalationRow.handing_to_id == me,
            Tie.ASKED: self._has(
                QuestionRow,
                and_(QuestionRow.subject == Subject.ESCALATION, QuestionRow.object_id == EscalationRow.id),
                QuestionRow.asked_of_id == me,
                QuestionRow.answered_at.is_(None),
            ),
            Tie.UNCONFIRMED: and_(or_(*(side == me for side in sides[1:])), settled, ~said),
            Tie.OWNER: self._has(
                DecisionActionRow,
                self._of(DecisionActionRow, DecisionActionRow.done_at.is_(None)),
                DecisionActionRow.owner_id == me,
            ),
            Tie.KAM_LEAD: literal(viewer.is_kam_lead),
        }

    def _is_inside(self, me: MemberId) -> _Rule:
        """State over ``escalations`` and ``accounts`` whom ``access.sees_conflict`` shows all; KAM leads beside."""
        people = (
            EscalationRow.raiser_id,
            EscalationRow.party_a_id,
            EscalationRow.party_b_id,
            EscalationRow.informed_id,
            EscalationRow.handing_to_id,
            EscalationRow.handed_by_id,
            EscalationRow.returned_by_id,
            AccountRow.kam_id,
            AccountRow.deputy_id,
        )
        return or_(
            *(person == me for person in people),
            self._received_by(me),
            self._has(DecisionRow, self._of(DecisionRow), DecisionRow.decided_by_id == me),
            self._has(ConflictJoinerRow, self._of(ConflictJoinerRow), ConflictJoinerRow.member_id == me),
            self._has(DecisionActionRow, self._of(DecisionActionRow), DecisionActionRow.owner_id == me),
        )

    def _received_by(self, me: MemberId) -> _Rule:
        """State that it lies with somebody by name, or with who stands in for them; KAM leads receive it as such."""
        by_name = or_(RecipientRow.member_id == me, RecipientRow.in_stead_of_id == me)
        return self._has(RecipientRow, self._of(RecipientRow, _ACTIVE), RecipientRow.step != Step.KAM_LEADS, by_name)

    def _owners(self, rows: Iterable[Row[Any]]) -> dict[int, tuple[Person, ...]]:
        """Return who is on the conflicts that nobody took on yet, or who has something to do for those decided."""
        by_state = {row.id: row.state for row in rows if row.owner_id is None or row.state == conflicts.State.DECIDED}
        decided = [id_ for id_, state in by_state.items() if state == conflicts.State.DECIDED]
        waiting = [id_ for id_, state in by_state.items() if state in conflicts.OPEN]
        parts = (
            (RecipientRow, RecipientRow.member_id, waiting, _ACTIVE),
            (DecisionActionRow, DecisionActionRow.owner_id, decided, DecisionActionRow.done_at.is_(None)),
        )
        found: dict[int, dict[str, Person]] = {}
        if not by_state:
            return {}
        chosen = union(
            *(
                select(table.escalation_id, who.label("who"), table.position).where(
                    table.workspace_id == self._session.workspace_id, table.escalation_id.in_(ids), rule
                )
                for table, who, ids, rule in parts
            )
        ).subquery()
        for row in self._session.rows(
            select(chosen, MemberRow.name, MemberRow.standing)
            .join(MemberRow, and_(MemberRow.workspace_id == self._session.workspace_id, MemberRow.id == chosen.c.who))
            .order_by(chosen.c.escalation_id, chosen.c.position)
        ):
            if (person := as_person(row.who, row.name, row.standing)) is not None:
                found.setdefault(row.escalation_id, {})[person.id] = person
        return {id_: tuple(people.values()) for id_, people in found.items()}

    def _has(self, table: Any, *rules: _Rule) -> _Rule:
        """State that a row of another table exists."""
        return exists().where(table.workspace_id == self._session.workspace_id, *rules)

    @staticmethod
    def _of(table: Any, *rules: _Rule) -> _Rule:
        """State that a row hangs on the conflict."""
        return and_(table.escalation_id == EscalationRow.id, *rules)


def _page(asked: Worklist, query: Any, state: Any, *, waits: _Rule, late: _Rule, whole: _Rule, due: Any) -> Subquery:
    """Choose one page: its rows in their order, and how much the filter lets through."""
    under_way = state.in_(UNDER_WAY[asked.subject])
    match asked.shown:
        case Filter.UNDER_WAY:
            filtered = under_way
        case Filter.WAITING:
            filtered = waits
        case Filter.LATE:
            filtered = late
        case Filter.CLOSED:
            filtered = ~under_way
        case single:
            filtered = state == single
    rated = {"waits": waits, "late": late, "whole": whole}
    flags = [case((rule, 1), else_=0).label(name) for name, rule in rated.items()]
    found = query.add_columns(*flags, due.label("due")).where(filtered).subquery()
    is_over = asked.shown is Filter.CLOSED or asked.shown not in {*Filter, *UNDER_WAY[asked.subject]}
    if is_over:
        order: list[Any] = [found.c.closed_at.desc().nulls_last(), found.c.number.desc()]
    elif asked.scope is Scope.DEPARTMENT:
        order = [found.c.waits.desc(), found.c.created_at, found.c.number]
    else:
        order = [found.c.waits.desc(), found.c.late.desc(), found.c.due.asc().nulls_last(), found.c.number]
    place = func.row_number().over(order_by=order).label("place")
    counted = (
        func.count().over().label("total"),
        *(func.sum(found.c[name]).over().label(f"all_{name}") for name in rated),
    )
    return select(found, place, *counted).order_by(place).limit(PAGE).offset(asked.page * PAGE).subquery()


def _waits(subject: Subject, state: Any, ties: Mapping[Tie, _Rule]) -> _Rule:
    """State ``worklists.waits_for`` over columns; turned round, so that each tie is looked up once."""
    table = WAITS_FOR[subject]
    return or_(
        *(and_(state.in_([one for one, wanted in table.items() if tie in wanted]), rule) for tie, rule in ties.items())
    )


def _is_waiting_for(tie: Tie) -> _Rule:
    """State in which requests wait for somebody with this tie."""
    return RequestRow.state.in_([state for state, ties in WAITS_FOR[Subject.REQUEST].items() if tie in ties])


def _departments(viewer: Viewer) -> list[int]:
    own = () if viewer.department_id is None else (viewer.department_id,)
    return sorted({*viewer.answers_for, *own})


def _its(other: Any, table: Any, key: Any) -> _Rule:
    return and_(other.workspace_id == table.workspace_id, other.id == key)


def _person(label: str, who: Any) -> tuple[Any, ...]:
    return who.id.label(f"{label}_id"), who.name.label(f"{label}_name"), who.standing.label(f"{label}_standing")


def _found(rows: Collection[Row[Any]], lines: Iterable[Line]) -> Found:
    first = next(iter(rows), None)
    if first is None:
        return Found()
    return Found(tuple(lines), int(first.total), int(first.all_waits), int(first.all_late))


def _request_line(row: Row[Any]) -> Line:
    state = requests.State(row.state)
    people = _people(row)
    return Line(
        id=row.id,
        short_id=f"R-{row.number}",
        state=state,
        departments=(row.department,) if row.department else (),
        headline=requests.headline(row.what),
        asker=people[0],
        owners=tuple(person for person in people[1:] if person is not None),
        answer_by=row.due_at if state is requests.State.OPEN else None,
        **_common(row),
    )


def _conflict_line(row: Row[Any], owners: tuple[Person, ...]) -> Line:
    asker, owner = _people(row)
    departments = dict.fromkeys(name for name in (row.department_a, row.department_b) if name)
    return Line(
        id=row.id,
        short_id=f"E-{row.number}",
        state=conflicts.State(row.state),
        departments=tuple(departments),
        headline=requests.headline(row.decision_wanted or row.our_goal) if row.whole else "",
        asker=asker,
        owners=owners or ((owner,) if owner else ()),
        **_common(row),
    )


def _people(row: Row[Any]) -> tuple[Person | None, Person | None]:
    """Return who asked and who is on it; nobody for who sees the header only."""
    if not row.whole:
        return None, None
    asker = as_person(row.asker_id, row.asker_name, row.asker_standing)
    return asker, as_person(row.owner_id, row.owner_name, row.owner_standing)


def _common(row: Row[Any]) -> dict[str, Any]:
    return {
        "account": AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        "due": row.due,
        "closed_at": row.closed_at,
        "is_late": bool(row.late),
        "waits": bool(row.waits),
    }
