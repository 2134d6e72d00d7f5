"""A list shows what ``/kam R-12`` and ``/kam E-3`` show, and says in SQL for whom a thing waits and what is late."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.domain import escalation_rights, request_desks
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.delivery import Subject
from bot.domain.escalation_life import Role
from bot.domain.escalations import Action as ConflictAction
from bot.domain.escalations import Escalation
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import AccountId, DepartmentId, EscalationId, RequestId
from bot.domain.members import Member, Standing
from bot.domain.members import Role as MemberRole
from bot.domain.requests import Request
from bot.domain.requests import State as RequestState
from bot.domain.sponsors import Step
from bot.domain.worklists import (
    FILTERS,
    UNDER_WAY,
    Filter,
    Line,
    Scope,
    Shown,
    State,
    Tie,
    Worklist,
    is_conflict_late,
    is_request_late,
    waits_for,
)
from storage.store import SqlStore, Transaction
from storage.tables import (
    ConfirmationRow,
    ConflictJoinerRow,
    DecisionActionRow,
    DecisionRow,
    EscalationRow,
    QuestionRow,
    RecipientRow,
    RequestJoinerRow,
    RequestRow,
)
from tests.company import NOW, WORKSPACE, Company

TODAY = NOW.date()
QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAYS = st.sampled_from([TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=9)])
INSTANTS = st.sampled_from([NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1)])


@dataclass
class World:
    """Departments with people, with one key person only, with nobody; accounts of both kinds; every role."""

    company: Company

    def __post_init__(self) -> None:
        company = self.company
        self.lea, self.cora, self.hans, self.olga, self.mate, self.kam, self.nobody, self.martin = (
            company.member(name) for name in ("Lea", "Cora", "Hans", "Olga", "Mate", "Kam", "Nobody", "Martin")
        )
        gone = company.member("Gone", standing=Standing.DEACTIVATED)
        self.lead = company.member("Lena", role=MemberRole.KAM_LEAD)
        self.second_lead = company.member("Ludwig", role=MemberRole.KAM_LEAD)
        self.admin = company.member("Ada", role=MemberRole.ADMIN)
        self.production = company.department("Production", self.cora, head=self.hans, deputy=self.olga)
        self.quality = company.department("Quality", gone)
        self.empty = company.department("Empty", gone)
        self.key_person = company.member("Karl", department_id=self.quality, topics=["lasers"])
        self.worker = company.member("Wanda", department_id=self.production)
        self.open = company.account("Helvetia", kam=self.kam)
        self.secret = company.account("Secret", kam=self.kam, access=Access.RESTRICTED)
        for account in (self.open, self.secret):
            company.team(account, self.mate)

    @property
    def people(self) -> list[Member]:
        return [one for one in vars(self).values() if isinstance(one, Member)]

    @property
    def accounts(self) -> tuple[AccountId, AccountId]:
        return self.open, self.secret

    def departments(self, viewer: Viewer) -> set[DepartmentId | None]:
        """Return those whose queue is this reader's own."""
        return {*viewer.answers_for, viewer.department_id} - {None}


class _Undo(Exception):
    """Ends a transaction without a trace."""


@contextmanager
def holding(store: SqlStore, rows: list[tuple[Any, dict[str, Any]]]) -> Iterator[Transaction]:
    """Open a transaction in which these rows exist, and forget them again."""
    with suppress(_Undo), store.begin(WORKSPACE) as tx:
        for table, row in rows:
            tx.members._session.run(insert(table).values(workspace_id=WORKSPACE, **row))
        yield tx
        raise _Undo


def shown(asked: Worklist, is_waiting: bool, is_late: bool, state: State) -> bool:
    """Say in words what each filter lets through."""
    under_way = state in UNDER_WAY[asked.subject]
    match asked.shown:
        case Filter.UNDER_WAY:
            return under_way
        case Filter.WAITING:
            return is_waiting
        case Filter.LATE:
            return is_late
        case Filter.CLOSED:
            return not under_way
        case single:
            return state == single


PEOPLE = st.integers(0, 12)
REQUESTS = st.lists(
    st.fixed_dictionaries(
        {
            "requester": PEOPLE,
            "assignee": st.none() | PEOPLE,
            "answered_by": st.none() | PEOPLE,
            "joiner": st.none() | PEOPLE,
            "account": st.integers(0, 1),
            "department": st.sampled_from(["production", "quality", "empty", None]),
            "passing_to": st.sampled_from(["production", "quality", "empty", None, None]),
            "state": st.sampled_from(RequestState),
            "visibility": st.sampled_from(Visibility),
            "needed_by": DAYS,
            "promised_on": st.none() | DAYS,
            "due_at": st.none() | INSTANTS,
        }
    ),
    min_size=1,
    max_size=18,
)


def request_rows(world: World, drawn: list[dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
    people, rows = world.people, list[tuple[Any, dict[str, Any]]]()

    def one(index: int | None) -> str | None:
        return None if index is None else people[index].id

    for number, draw in enumerate(drawn, start=1):
        values = {name: draw[name] for name in ("state", "visibility", "needed_by", "promised_on", "due_at")}
        row = {
            "id": number,
            "number": number,
            "account_id": world.accounts[draw["account"]],
            "department_id": draw["department"] and getattr(world, draw["department"]),
            "passing_to_id": draw["passing_to"] and getattr(world, draw["passing_to"]),
            "passed_by_id": draw["passing_to"] and one(draw["requester"]),
            "passed_at": draw["passing_to"] and NOW,
            "requester_id": one(draw["requester"]),
            "assignee_id": one(draw["assignee"]),
            # Nobody is assigned before somebody answered.
            "answered_by_id": one(draw["answered_by"] if draw["assignee"] is None else draw["assignee"]),
            "answered_at": None if draw["answered_by"] is None and draw["assignee"] is None else NOW,
            "kind": "expert",
            "what": f"Thing {number}",
            "created_at": NOW - timedelta(hours=number % 3),
            "version": 1,
        }
        rows.append((RequestRow, {**row, **values}))
        if draw["joiner"] is not None:
            rows.append(
                (RequestJoinerRow, {"request_id": number, "member_id": one(draw["joiner"]), "words": "", "at": NOW})
            )
    return rows


def answers(tx: Transaction, me: Member, request: Request, department_id: DepartmentId | None) -> bool:
    """Ask the desk's own rule whether somebody may answer."""
    department = tx.departments.get(department_id) if department_id else None
    people = tx.departments.key_persons(department_id) if department_id else ()
    restricted = request.account.restricted
    otherwise = request_desks.stand_in(
        tx.members.kam_leads(), tx.members.admins(), request.requester.id, restricted=restricted
    )
    return request_desks.desk(department, people, otherwise, hidden=request.is_hidden).answered_by(me.id)


@given(drawn=REQUESTS, who=PEOPLE, chosen=st.sampled_from(FILTERS[Subject.REQUEST]))
@QUIET
def test_requests_are_listed_as_the_rules_say(
    store: SqlStore, company: Company, drawn: list[dict[str, Any]], who: int, chosen: Shown
) -> None:
    world = _world(company)
    me, everything = world.people[who], Viewer(None, is_kam_lead=True)
    with holding(store, request_rows(world, drawn)) as tx:
        viewer = tx.access.viewer(me)
        expected: dict[int, tuple[bool, bool, bool, set[Scope]]] = {}
        for number, draw in enumerate(drawn, start=1):
            seen, whole = tx.requests.seen(RequestId(number), viewer), tx.requests.get(RequestId(number), everything)
            if seen is None or whole is None:
                continue
            asked_of = draw["department"] and getattr(world, draw["department"])
            passing_to = draw["passing_to"] and getattr(world, draw["passing_to"])
            held = {
                Tie.REQUESTER: whole.requester.id == me.id,
                Tie.ANSWERER: answers(tx, me, whole, asked_of),
                Tie.NEXT_ANSWERER: passing_to is not None and answers(tx, me, whole, passing_to),
                Tie.KAM: whole.account.id in viewer.kam_of,
                Tie.ASSIGNEE: draw["assignee"] is not None and world.people[draw["assignee"]] == me,
            }
            ties = {tie for tie, holds in held.items() if holds}
            waits = waits_for(Subject.REQUEST, whole.state, ties)
            dates = (draw["needed_by"], draw["promised_on"], draw["due_at"], NOW, TODAY)
            joined = draw["joiner"] is not None and world.people[draw["joiner"]] == me
            scopes = {Scope.ACCOUNT}
            if waits or joined or ties & {Tie.REQUESTER, Tie.ASSIGNEE}:
                scopes.add(Scope.MINE)
            if {asked_of, passing_to} & world.departments(viewer) or Tie.ANSWERER in ties:
                scopes.add(Scope.DEPARTMENT)
            expected[number] = waits, is_request_late(whole.state, *dates), isinstance(seen, Request), scopes
        states = {number: RequestState(draw["state"]) for number, draw in enumerate(drawn, start=1)}
        for asked in _lists(Subject.REQUEST, world, chosen):
            found = tx.worklists.requests(asked, viewer, world.accounts, NOW, TODAY)
            _check(asked, found.lines, (found.total, found.waiting, found.late), expected, states)


def _lists(subject: Subject, world: World, chosen: Shown) -> Iterator[Worklist]:
    for scope in Scope:
        for one in (Filter.UNDER_WAY, chosen):
            yield Worklist(subject, scope, world.open if scope is Scope.ACCOUNT else None, one)


def _check(
    asked: Worklist,
    lines: tuple[Line, ...],
    counts: tuple[int, int, int],
    expected: dict[int, tuple[bool, bool, bool, set[Scope]]],
    states: Any,
) -> None:
    wanted = {
        number: (waits, late, whole)
        for number, (waits, late, whole, scopes) in expected.items()
        if asked.scope in scopes and shown(asked, waits, late, states[number])
    }
    assert {line.id: (line.waits, line.is_late, line.asker is not None) for line in lines} == wanted, asked.key
    assert counts == (len(wanted), sum(one[0] for one in wanted.values()), sum(one[1] for one in wanted.values()))


CONFLICTS = st.lists(
    st.fixed_dictionaries(
        {
            "raiser": PEOPLE,
            "side_a": PEOPLE,
            "side_b": PEOPLE,
            "informed": st.none() | PEOPLE,
            "received": st.lists(
                st.tuples(
                    PEOPLE,
                    st.sampled_from([Step.OWN_SPONSOR, Step.KAM_LEADS]),
                    st.none() | PEOPLE,
                    st.sampled_from([None, None, "empty"]),
                ),
                max_size=3,
            ),
            "taken_by": st.none() | PEOPLE,
            "handing_to": st.none() | PEOPLE,
            "handed_by": st.none() | PEOPLE,
            "returned_by": st.none() | PEOPLE,
            "joiner": st.none() | PEOPLE,
            "asked": st.none() | st.tuples(st.sampled_from(["side_a", "side_b"]), st.booleans()),
            "settled": st.sampled_from([None, "advice", "settlement"]),
            "decided_by": PEOPLE,
            "confirmed_by": st.sampled_from(["side_a", "side_b", None]),
            "to_do": st.none() | st.tuples(PEOPLE, DAYS, st.booleans()),
            "account": st.integers(0, 1),
            "department": st.sampled_from(["production", None]),
            "state": st.sampled_from(ConflictState),
            "decide_by": st.none() | DAYS,
        }
    ),
    min_size=1,
    max_size=12,
)


def conflict_rows(world: World, drawn: list[dict[str, Any]]) -> list[tuple[Any, dict[str, Any]]]:
    people, rows = world.people, list[tuple[Any, dict[str, Any]]]()

    def one(index: int | None) -> str | None:
        return None if index is None else people[index].id

    for number, draw in enumerate(drawn, start=1):
        texts = dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), "x")
        row = {
            "id": number,
            "number": number,
            "account_id": world.accounts[draw["account"]],
            "raiser_id": one(draw["raiser"]),
            "party_a_id": one(draw["side_a"]),
            "party_b_id": one(draw["side_b"]),
            "party_b_department_id": draw["department"] and getattr(world, draw["department"]),
            "informed_id": one(draw["informed"]),
            "acknowledged_by_id": one(draw["taken_by"]),
            "acknowledged_at": None if draw["taken_by"] is None else NOW,
            "handing_to_id": one(draw["handing_to"]),
            "handed_by_id": one(draw["handed_by"]),
            "returned_by_id": one(draw["returned_by"]),
            "state": draw["state"],
            "decide_by": draw["decide_by"],
            "created_at": NOW,
            "version": 1,
        }
        rows.append((EscalationRow, {**row, **texts}))
        hanging = {"escalation_id": number}
        for position, (person, step, stead, skipped) in enumerate(draw["received"]):
            step_row = {"position": position, "step": step, "member_id": one(person), "skipped": skipped}
            rows.append((RecipientRow, {**hanging, **step_row, "in_stead_of_id": one(stead)}))
        if draw["joiner"] is not None:
            rows.append((ConflictJoinerRow, {**hanging, "member_id": one(draw["joiner"]), "words": "", "at": NOW}))
        if draw["asked"] is not None:
            of, is_answered = draw["asked"]
            question = {"id": number, "subject": "escalation", "object_id": number, "asked_by_id": one(draw["side_a"])}
            question |= {"asked_of_id": one(draw[of]), "question": "?", "asked_at": NOW}
            rows.append((QuestionRow, {**question, "answered_at": NOW if is_answered else None}))
        if draw["settled"]:
            decision = {"decided_by_id": one(draw["decided_by"]), "kind": draw["settled"], "text": "t", "reason": "r"}
            rows.append((DecisionRow, {**hanging, **decision, "at": NOW}))
            if draw["confirmed_by"]:
                rows.append((ConfirmationRow, {**hanging, "member_id": one(draw[draw["confirmed_by"]]), "at": NOW}))
            if draw["to_do"] is not None:
                owner, due_on, is_done = draw["to_do"]
                action = {"id": number, "position": 0, "what": "x", "owner_id": one(owner), "due_on": due_on}
                rows.append((DecisionActionRow, {**hanging, **action, "done_at": NOW if is_done else None}))
    return rows


def conflict_ties(escalation: Escalation, viewer: Viewer) -> set[Tie]:
    """Ask the conflict's own rules what ties somebody to it."""
    by_role = {Role.ADDRESSEE: Tie.ADDRESSEE, Role.OFFERED: Tie.OFFERED, Role.ASKED: Tie.ASKED}
    ties = {by_role[role] for role in escalation_rights.roles(escalation, viewer) if role in by_role}
    if ConflictAction.CONFIRM in escalation_rights.actions(escalation, viewer):
        ties.add(Tie.UNCONFIRMED)
    if escalation.decision and viewer.member_id in {one.owner.id for one in escalation.decision.to_do}:
        ties.add(Tie.OWNER)
    return ties | ({Tie.KAM_LEAD} if viewer.is_kam_lead else set())


@given(drawn=CONFLICTS, who=PEOPLE, chosen=st.sampled_from(FILTERS[Subject.ESCALATION]))
@QUIET
def test_conflicts_are_listed_as_the_rules_say(
    store: SqlStore, company: Company, drawn: list[dict[str, Any]], who: int, chosen: Shown
) -> None:
    world = _world(company)
    me, everything = world.people[who], Viewer(None, is_kam_lead=True)
    with holding(store, conflict_rows(world, drawn)) as tx:
        viewer = tx.access.viewer(me)
        expected: dict[int, tuple[bool, bool, bool, set[Scope]]] = {}
        for number, draw in enumerate(drawn, start=1):
            whole = tx.escalations.get(EscalationId(number), everything)
            if whole is None or tx.escalations.header(EscalationId(number), viewer) is None:
                continue
            waits = waits_for(Subject.ESCALATION, whole.state, conflict_ties(whole, viewer))
            to_do = whole.decision.to_do if whole.decision else ()
            first = min((one.due_on for one in to_do), default=None)
            near = [draw["raiser"], draw["side_a"], draw["side_b"], draw["joiner"]]
            near += [draw["to_do"][0]] if draw["to_do"] and draw["settled"] else []
            near += [person for person, _, _, skipped in draw["received"] if skipped is None]
            near += [stead for _, _, stead, skipped in draw["received"] if skipped is None]
            sides = {world.people[draw[side]].department_id for side in ("side_a", "side_b")}
            sides |= {draw["department"] and getattr(world, draw["department"])}
            scopes = {Scope.ACCOUNT}
            if waits or me in [world.people[one] for one in near if one is not None]:
                scopes.add(Scope.MINE)
            if sides & world.departments(viewer):
                scopes.add(Scope.DEPARTMENT)
            is_late = is_conflict_late(whole.state, draw["decide_by"], first, TODAY)
            is_inside = tx.escalations.get(EscalationId(number), viewer) is not None
            expected[number] = waits, is_late, is_inside, scopes
        states = {number: ConflictState(draw["state"]) for number, draw in enumerate(drawn, start=1)}
        for asked in _lists(Subject.ESCALATION, world, chosen):
            found = tx.worklists.conflicts(asked, viewer, world.accounts, TODAY)
            _check(asked, found.lines, (found.total, found.waiting, found.late), expected, states)


_worlds: dict[int, World] = {}


def _world(company: Company) -> World:
    """Return the company's world; Hypothesis draws many times into one company."""
    if id(company) not in _worlds:
        _worlds.clear()
        _worlds[id(company)] = World(company)
    return _worlds[id(company)]
