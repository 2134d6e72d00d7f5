"""A question that nobody answers before the department goes on, and one that another department did not hear."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.request_results import RequestCard
from bot.domain.requests import Action, Request, State
from storage.tables import QuestionRow
from tests.company import NOW
from tests.production import Desk

GOES_ON: dict[str, Callable[[Desk, Request], Request]] = {
    "accepts": lambda desk, request: desk.accept(desk.sandra, request),
    "offers something else": lambda desk, request: desk.counter(desk.sandra, request),
    "declines": lambda desk, request: desk.decline(desk.sandra, request),
    "hears that it is withdrawn": lambda desk, request: desk.say(desk.lea, request, Action.WITHDRAW),
}


@pytest.fixture
def asked(desk: Desk) -> Request:
    request = desk.send()
    return desk.say(desk.sandra, request, Action.ASK, "Which shift?")


def waiting(desk: Desk) -> int:
    """Count the questions that wait for an answer."""
    with desk.store.engine.connect() as connection:
        return len(connection.execute(select(QuestionRow.id).where(QuestionRow.answered_at.is_(None))).all())


@pytest.mark.parametrize("how", GOES_ON)
def test_a_department_that_goes_on_without_an_answer_waits_for_none(desk: Desk, asked: Request, how: str) -> None:
    assert waiting(desk) == 1
    GOES_ON[how](desk, asked)
    assert waiting(desk) == 0
    assert desk.now(asked).question is None


def test_a_question_after_an_offer_that_did_not_fit_is_the_only_one(desk: Desk, asked: Request) -> None:
    desk.counter(desk.sandra, asked)
    desk.say(desk.lea, asked, Action.TURN_DOWN)
    again = desk.say(desk.sandra, asked, Action.ASK, "And which line?")
    assert again.question is not None
    assert again.question.text == "And which line?"
    desk.say(desk.lea, asked, Action.ANSWER, "Line 2")
    with desk.store.engine.connect() as connection:
        said = connection.execute(select(QuestionRow.question, QuestionRow.answer).order_by(QuestionRow.asked_at))
        assert {row.question: row.answer for row in said} == {"Which shift?": None, "And which line?": "Line 2"}


def test_who_takes_a_request_over_waits_for_the_answer_as_well(desk: Desk, asked: Request) -> None:
    logistics = desk.company.department("Logistics", desk.olga, "CLOG")
    desk.pass_on(desk.sandra, asked, logistics)
    taken = desk.act(desk.olga, asked, Action.TAKE_OVER)
    assert (taken.state, waiting(desk)) == (State.QUESTION, 1)


def test_another_departments_card_has_what_was_asked_answered_and_said_before(desk: Desk, asked: Request) -> None:
    desk.say(desk.lea, asked, Action.ANSWER, "The early one", at=NOW + timedelta(hours=3))
    logistics = desk.company.department("Logistics", desk.olga, "CLOG")
    desk.sent()
    desk.pass_on(desk.sandra, asked, logistics, at=NOW + timedelta(hours=4))
    card: RequestCard = desk.load("request.card", "CLOG")
    assert [(entry.action, entry.words) for entry in card.before] == [
        ("request.questioned", "Which shift?"),
        ("request.answered", "The early one"),
        ("request.passed_on", "They plan it"),
    ]
    desk.act(desk.olga, asked, Action.TAKE_OVER)
    card = desk.load("request.card", "CLOG")
    assert [entry.words for entry in card.before] == ["Which shift?", "The early one", "They plan it"]


def test_the_first_departments_card_does_not_repeat_what_its_thread_holds(desk: Desk, asked: Request) -> None:
    desk.say(desk.lea, asked, Action.ANSWER, "The early one", at=NOW + timedelta(hours=3))
    logistics = desk.company.department("Logistics", desk.olga, "CLOG")
    desk.sent()
    desk.pass_on(desk.sandra, asked, logistics, at=NOW + timedelta(hours=4))
    card: RequestCard = desk.load("request.card", "CPROD")
    assert card.before == ()
