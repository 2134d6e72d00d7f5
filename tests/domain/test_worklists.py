from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors, escalation_life, request_life
from bot.domain.delivery import Subject
from bot.domain.escalations import OPEN
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import AccountId
from bot.domain.life_cycles import LifeCycle
from bot.domain.requests import UNDER_WAY
from bot.domain.requests import State as RequestState
from bot.domain.worklists import (
    FILTERS,
    STATES,
    WAITS_FOR,
    Filter,
    Found,
    Listed,
    Scope,
    State,
    Tie,
    Worklist,
    is_conflict_late,
    is_request_late,
    waits_for,
)
from bot.domain.worklists import UNDER_WAY as LISTED_UNDER_WAY

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
EVERY_STATE = [(subject, state) for subject, states in STATES.items() for state in states]
LISTS = [Worklist(subject, scope) for subject in STATES for scope in (Scope.MINE, Scope.DEPARTMENT)]
LISTS += [Worklist(subject, Scope.ACCOUNT, AccountId(2**63 - 1)) for subject in STATES]


@pytest.mark.parametrize(("subject", "state", "tie"), [(*one, tie) for one, tie in product(EVERY_STATE, Tie)])
def test_whoever_the_table_names_is_waited_for_and_nobody_else(subject: Subject, state: State, tie: Tie) -> None:
    named = {
        (Subject.REQUEST, RequestState.OPEN): {Tie.ANSWERER, Tie.NEXT_ANSWERER},
        (Subject.REQUEST, RequestState.QUESTION): {Tie.REQUESTER, Tie.KAM, Tie.NEXT_ANSWERER},
        (Subject.REQUEST, RequestState.COUNTERED): {Tie.REQUESTER},
        (Subject.REQUEST, RequestState.ACCEPTED): {Tie.ASSIGNEE},
        (Subject.REQUEST, RequestState.REOPENED): {Tie.ASSIGNEE},
        (Subject.REQUEST, RequestState.DELIVERED): {Tie.REQUESTER},
        (Subject.ESCALATION, ConflictState.WITHOUT_RECIPIENT): {Tie.KAM_LEAD, Tie.ASKED},
        (Subject.ESCALATION, ConflictState.RAISED): {Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED},
        (Subject.ESCALATION, ConflictState.ACKNOWLEDGED): {Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED},
        (Subject.ESCALATION, ConflictState.QUESTION): {Tie.OFFERED, Tie.ASKED},
        (Subject.ESCALATION, ConflictState.UNANSWERED): {Tie.ADDRESSEE, Tie.OFFERED, Tie.ASKED},
        (Subject.ESCALATION, ConflictState.DECIDED): {Tie.OWNER, Tie.UNCONFIRMED},
    }

    assert waits_for(subject, state, {tie}) == (tie in named.get((subject, state), ()))
    assert not waits_for(subject, state, ())


@pytest.mark.parametrize(("subject", "state"), EVERY_STATE)
def test_what_is_under_way_waits_for_somebody_and_what_is_closed_for_nobody(subject: Subject, state: State) -> None:
    assert (state in LISTED_UNDER_WAY[subject]) == (state in WAITS_FOR[subject])


@pytest.mark.parametrize(
    ("tie", "role"),
    [
        (Tie.REQUESTER, request_life.Role.REQUESTER),
        (Tie.ANSWERER, request_life.Role.ANSWERER),
        (Tie.NEXT_ANSWERER, request_life.Role.NEW_DEPARTMENT),
        (Tie.KAM, request_life.Role.KAM),
        (Tie.ASSIGNEE, request_life.Role.ASSIGNEE),
        (Tie.ADDRESSEE, escalation_life.Role.ADDRESSEE),
        (Tie.OFFERED, escalation_life.Role.OFFERED),
        (Tie.ASKED, escalation_life.Role.ASKED),
        (Tie.UNCONFIRMED, escalation_life.Role.SIDE_A),
        (Tie.UNCONFIRMED, escalation_life.Role.SIDE_B),
        (Tie.OWNER, escalation_life.Role.OWNER),
    ],
)
def test_whoever_a_thing_waits_for_can_do_something_with_it(tie: Tie, role: StrEnum) -> None:
    is_request = isinstance(role, request_life.Role)
    life: LifeCycle[Any, Any, Any] = request_life.LIFE if is_request else escalation_life.LIFE
    waiting = [state for state, ties in WAITS_FOR[_subject(is_request=is_request)].items() if tie in ties]

    assert waiting
    assert all(life.actions(state, {role}) for state in waiting)


def _subject(*, is_request: bool) -> Subject:
    return Subject.REQUEST if is_request else Subject.ESCALATION


def test_what_is_under_way_is_what_the_subjects_say_and_decisions_until_they_are_kept() -> None:
    assert set(LISTED_UNDER_WAY[Subject.REQUEST]) == set(UNDER_WAY)
    assert set(LISTED_UNDER_WAY[Subject.ESCALATION]) == {*OPEN, ConflictState.DECIDED}


@pytest.mark.parametrize("state", RequestState)
def test_a_request_is_late_by_its_promise_once_there_is_one_else_by_the_day_it_is_needed(state: RequestState) -> None:
    def late(needed_by: date, promised_on: date | None) -> bool:
        return is_request_late(state, needed_by, promised_on, None, NOW, TODAY)

    unpromised = state in {RequestState.OPEN, RequestState.QUESTION, RequestState.COUNTERED}
    promised = state in {RequestState.ACCEPTED, RequestState.REOPENED}
    assert late(YESTERDAY, None) == (unpromised or promised)
    assert late(YESTERDAY, TODAY) == unpromised
    assert late(TODAY, YESTERDAY) == promised
    assert not late(TODAY, TODAY)


@pytest.mark.parametrize("state", RequestState)
def test_an_answer_is_late_from_the_moment_on_at_which_it_was_due_while_it_is_due(state: RequestState) -> None:
    def late(answer_by: datetime) -> bool:
        return is_request_late(state, TOMORROW, TOMORROW, answer_by, NOW, TODAY)

    assert late(NOW - timedelta(seconds=1)) == (state is RequestState.OPEN)
    assert not late(NOW)


@pytest.mark.parametrize("state", ConflictState)
def test_a_conflict_is_late_by_the_day_of_its_decision_then_by_what_is_to_be_done(state: ConflictState) -> None:
    def late(decide_by: date | None, action_due: date | None) -> bool:
        return is_conflict_late(state, decide_by, action_due, TODAY)

    assert late(YESTERDAY, None) == (state in OPEN)
    assert late(None, YESTERDAY) == (state is ConflictState.DECIDED)
    assert not late(TODAY, TODAY)
    assert not late(None, None)


@pytest.mark.parametrize("asked", LISTS, ids=lambda one: one.key)
def test_a_button_and_a_message_carry_every_list_filter_and_page(asked: Worklist) -> None:
    for shown in FILTERS[asked.subject]:
        for turned in (asked.showing(shown), asked.showing(shown).turned(7)):
            assert Worklist.of(turned.key) == turned
            assert Worklist.told(turned.subject, turned.about, turned.detail) == turned
            assert len(turned.key) <= 75, "Slack takes no longer value of an option"


def test_another_filter_begins_at_its_first_page_and_pages_are_turned_both_ways() -> None:
    third = Worklist(Subject.REQUEST, page=2)

    assert third.turned(-1).page == 1
    assert third.showing(Filter.LATE) == Worklist(Subject.REQUEST, shown=Filter.LATE)


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "request",
        "request:mine:late",
        "request:mine:late:-1",
        "request:mine:late:99999",
        "request:mine:late:0 ",
        "request:account:late:0",
        "request:theirs:late:0",
        "request:mine:raised:0",
        "escalation:mine:open:0",
        "contact:mine:late:0",
        f"request:{2**63}:late:0",
        "request:-5:late:0",
        "request:٣:late:0",
    ],
)
def test_what_no_button_carries_is_out_of_date(strange: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Worklist.of(strange)


@given(st.text())
def test_no_text_makes_anything_else_of_it(text: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Worklist.of(text)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_page_has_twenty_lines(total: int, pages: int) -> None:
    assert Listed(Worklist(Subject.REQUEST), Found(total=total)).pages == pages
