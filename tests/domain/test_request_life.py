from dataclasses import replace
from itertools import product

import pytest

from bot.domain.access import Viewer
from bot.domain.identity import ChannelId, DepartmentId, MemberId
from bot.domain.members import Person
from bot.domain.request_desks import desk
from bot.domain.request_life import HEARS, LIFE, RECORDED, Because, Role, actions, because, roles
from bot.domain.request_times import Clock
from bot.domain.requests import UNANSWERED, UNDER_WAY, Action, Answer, DeclineReason, Passing, State
from bot.views.histories import SENTENCES
from tests.domain.test_requests import (
    BEN,
    CARA,
    LEA,
    LEON,
    NOW,
    OLGA,
    OPEN_ACCOUNT,
    PRODUCTION,
    QUALITY,
    SANDRA,
    request,
)

ANSWERS = {Action.ACCEPT, Action.COUNTER, Action.DECLINE, Action.PASS_ON}
NOT_DONE = (State.OPEN, State.QUESTION, State.COUNTERED, State.ACCEPTED, State.REOPENED)
PROMISED, DONE = (State.ACCEPTED, State.REOPENED), (State.DELIVERED, State.UNCONFIRMED)
MAY: dict[Role, dict[State, set[Action]]] = {
    Role.REQUESTER: {
        **{state: {Action.WITHDRAW} for state in NOT_DONE},
        State.QUESTION: {Action.WITHDRAW, Action.ANSWER},
        State.COUNTERED: {Action.WITHDRAW, Action.TAKE, Action.TURN_DOWN},
        **{state: {Action.CONFIRM, Action.REOPEN} for state in DONE},
    },
    Role.NEGOTIATOR: {State.COUNTERED: {Action.COUNTER_AGAIN}},
    Role.APPELLANT: {state: {Action.ESCALATE} for state in (State.OPEN, State.QUESTION, State.DECLINED)},
    Role.COLLEAGUE: {state: {Action.JOIN} for state in NOT_DONE},
    Role.ANSWERER: {
        State.OPEN: {*ANSWERS, Action.ASK},
        State.QUESTION: ANSWERS,
        **{state: {Action.DELIVER, Action.MOVE} for state in PROMISED},
    },
    Role.ASSIGNEE: {state: {Action.DELIVER, Action.MOVE} for state in PROMISED},
    Role.NEW_DEPARTMENT: {state: {Action.TAKE_OVER, Action.LEAVE} for state in (State.OPEN, State.QUESTION)},
    Role.CLOCK: {State.DELIVERED: {Action.LAPSE}},
}
"""Who may do what in which state; what is not here is not possible."""
MAY[Role.KAM] = MAY[Role.REQUESTER]
LEADS_TO = {
    Action.ACCEPT: State.ACCEPTED,
    Action.COUNTER: State.COUNTERED,
    Action.DECLINE: State.DECLINED,
    Action.ASK: State.QUESTION,
    Action.ANSWER: State.OPEN,
    Action.TAKE: State.ACCEPTED,
    Action.COUNTER_AGAIN: State.OPEN,
    Action.TURN_DOWN: State.OPEN,
    Action.DELIVER: State.DELIVERED,
    Action.CONFIRM: State.CONFIRMED,
    Action.REOPEN: State.REOPENED,
    Action.WITHDRAW: State.WITHDRAWN,
    Action.LAPSE: State.UNCONFIRMED,
}


@pytest.mark.parametrize(("state", "role", "action"), [*product(State, Role, Action)])
def test_who_may_do_what_in_which_state(state: State, role: Role, action: Action) -> None:
    may = action in MAY[role].get(state, set())

    assert (action in LIFE.actions(state, [role])) is may
    if may:
        assert LIFE.next(state, action) is LEADS_TO.get(action, state)


def test_only_an_answer_that_is_no_or_a_word_of_the_requester_ends_a_request() -> None:
    leads_out = {state for rule in LIFE.rules for state in rule.states if rule.to not in {None, state}}

    assert {*State} - leads_out == {State.DECLINED, State.CONFIRMED, State.WITHDRAWN}
    assert set(UNDER_WAY) == leads_out - {State.UNCONFIRMED}


def test_every_state_is_reached_and_somebody_has_the_next_word_in_each_that_is_under_way() -> None:
    reached = {*LIFE.first, *(rule.to for rule in LIFE.rules)} - {None}

    assert reached == set(State)
    assert all(LIFE.actions(state, set(Role) - {Role.COLLEAGUE, Role.CLOCK}) for state in UNDER_WAY)


def test_every_action_is_recorded_under_a_name_of_its_own_that_histories_can_tell() -> None:
    assert set(RECORDED) == {*Action} - {Action.ESCALATE}
    assert len(set(RECORDED.values())) == len(RECORDED)
    assert set(RECORDED.values()) <= set(SENTENCES)
    assert set(HEARS) == set(RECORDED)


DESK = desk(PRODUCTION, [], (), hidden=False)
NEW_DESK = desk(QUALITY, [], (), hidden=False)


def test_a_person_is_to_a_request_what_it_says_of_them() -> None:
    taken = request(state=State.ACCEPTED, answer=Answer(SANDRA, NOW, assignee=OLGA))

    assert roles(taken, Viewer(LEA.id), DESK) == {Role.REQUESTER, Role.NEGOTIATOR}
    assert roles(taken, Viewer(SANDRA.id), DESK) == {Role.ANSWERER}
    assert roles(taken, Viewer(OLGA.id), DESK) == {Role.ASSIGNEE}
    assert roles(taken, Viewer(LEON.id, kam_of=frozenset({OPEN_ACCOUNT.id})), DESK) == {Role.KAM}
    assert roles(taken, Viewer(LEON.id), DESK) == roles(taken, Viewer(None), DESK) == frozenset()


def test_only_who_answers_for_the_department_it_was_passed_on_to_takes_it_over() -> None:
    passed = request(passing=Passing(QUALITY, SANDRA, NOW))

    assert actions(
        passed,
        Viewer(CARA.id),
        desk(PRODUCTION.__class__(DepartmentId(9), "X", ChannelId("CX"), BEN), [], (), hidden=False),
        NEW_DESK,
    ) == (
        Action.TAKE_OVER,
        Action.LEAVE,
    )
    assert Action.TAKE_OVER not in actions(passed, Viewer(SANDRA.id), DESK, NEW_DESK)


def test_an_offer_is_countered_once() -> None:
    countered = request(state=State.COUNTERED)

    assert Action.COUNTER_AGAIN in actions(countered, Viewer(LEA.id), DESK)
    assert actions(replace(countered, countered=True), Viewer(LEA.id), DESK) == (
        Action.TAKE,
        Action.TURN_DOWN,
        Action.WITHDRAW,
    )


@pytest.mark.parametrize("state", UNANSWERED)
def test_a_requester_is_offered_the_escalation_only_after_long_silence_and_only_once(state: State) -> None:
    waits = request(state=state)
    unheard = replace(waits, clock=Clock(NOW, step=150))

    assert Action.ESCALATE not in actions(replace(waits, clock=Clock(NOW, step=100)), Viewer(LEA.id), DESK)
    assert Action.ESCALATE in actions(unheard, Viewer(LEA.id), DESK)
    assert Action.ESCALATE not in actions(replace(unheard, conflict="E-3"), Viewer(LEA.id), DESK)


def test_a_declined_request_is_escalated_once() -> None:
    declined = request(state=State.DECLINED, answer=Answer(SANDRA, NOW, reason=DeclineReason.GOAL))

    assert actions(declined, Viewer(LEA.id), DESK) == (Action.ESCALATE,)
    assert actions(replace(declined, conflict="E-3"), Viewer(LEA.id), DESK) == ()


@pytest.mark.parametrize(
    ("person", "is_kam", "why"),
    [
        (LEA, True, Because.ASKED),
        (LEON, True, Because.JOINED),
        (OLGA, True, Because.TAKES_ON),
        (SANDRA, True, Because.ANSWERS),
        (CARA, True, Because.ANSWERS),
        (Person(MemberId("UX"), "X"), True, Because.KAM),
        (Person(MemberId("UX"), "X"), False, Because.ANSWERED),
    ],
)
def test_the_nearest_reason_is_why_somebody_hears_of_it(person: Person, is_kam: bool, why: Because) -> None:
    told = request(answer=Answer(SANDRA, NOW, assignee=OLGA), joiners=(LEON,))

    assert because(told, person.id, DESK, is_kam=is_kam) is why
