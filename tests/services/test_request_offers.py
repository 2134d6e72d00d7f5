from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.request_life import Because
from bot.domain.request_results import Told
from bot.domain.requests import Action, Request, State
from storage.tables import RequestRow
from tests.company import NOW
from tests.production import LATER, TODAY, Desk

CARD, THREAD = "CPROD", "CPROD"


# The counter-offer


def test_a_counter_offer_is_heard_by_the_requester_who_can_take_it_turn_it_down_or_suggest_otherwise(
    desk: Desk, open_request: Request
) -> None:
    countered = desk.counter(desk.olga, open_request, offered_on=LATER, person_id=desk.ben.id, scope=" one engineer ")

    assert countered.state is State.COUNTERED
    assert countered.offer is not None
    assert (countered.offer.by, countered.offer.on, countered.offer.person) == (
        desk.olga.person,
        LATER,
        desk.ben.person,
    )
    assert (countered.offer.scope, countered.offer.by_requester) == ("one engineer", False)
    told: Told = desk.load("request.news", desk.lea.id)
    assert (told.because, told.entry.action) == (Because.ASKED, "request.countered")
    assert told.actions == (Action.TAKE, Action.TURN_DOWN, Action.COUNTER_AGAIN, Action.WITHDRAW)


def test_a_taken_offer_is_a_promise_for_its_date_by_its_person(desk: Desk, open_request: Request) -> None:
    desk.counter(desk.olga, open_request, offered_on=LATER, person_id=desk.ben.id)
    desk.sent()

    taken = desk.act(desk.lea, open_request, Action.TAKE)

    assert taken.state is State.ACCEPTED
    assert taken.answer is not None
    assert (taken.answer.by, taken.answer.assignee, taken.answer.promised_on) == (
        desk.olga.person,
        desk.ben.person,
        LATER,
    )
    assert taken.offer is None
    assert desk.heard() == sorted(
        [
            ("offer_taken", desk.ben.id),
            ("offer_taken", desk.olga.id),
            ("offer_taken", THREAD),
        ]
    )


def test_an_offer_of_a_scope_alone_is_promised_for_when_it_is_needed_by_whoever_offered_it(
    desk: Desk, open_request: Request
) -> None:
    desk.counter(desk.olga, open_request, scope="one engineer")

    taken = desk.act(desk.lea, open_request, Action.TAKE)

    assert taken.answer is not None
    assert (taken.answer.assignee, taken.answer.promised_on) == (desk.olga.person, open_request.header.needed_by)
    assert taken.answer.words == "one engineer", "what was agreed stays to be read"


def test_an_offer_whose_date_has_passed_is_not_taken(desk: Desk, open_request: Request) -> None:
    desk.counter(desk.olga, open_request, offered_on=TODAY)

    with pytest.raises(errors.OfferOver) as refused:
        desk.act(desk.lea, open_request, Action.TAKE, today=TODAY + timedelta(days=1))

    assert (refused.value.short_id, refused.value.day) == ("R-1", TODAY)


def test_one_takes_the_offer_one_saw(desk: Desk, open_request: Request) -> None:
    seen = desk.counter(desk.olga, open_request, scope="one engineer").version
    desk.say(desk.lea, open_request, Action.TURN_DOWN)
    desk.counter(desk.olga, open_request, scope="half an engineer")

    with pytest.raises(errors.ShownOtherwise):
        desk.act(desk.lea, open_request, Action.TAKE, version=seen)


def test_where_no_offer_stands_none_is_taken(desk: Desk, open_request: Request) -> None:
    desk.change(RequestRow, open_request.id, state=State.COUNTERED)

    with pytest.raises(errors.ShownOtherwise):
        desk.act(desk.lea, open_request, Action.TAKE)


def test_what_the_requester_turns_down_is_open_again_and_who_offered_it_hears_why(
    desk: Desk, open_request: Request
) -> None:
    desk.counter(desk.olga, open_request)
    desk.sent()

    again = desk.say(desk.lea, open_request, Action.TURN_DOWN, "The visit is on the 4th")

    assert (again.state, again.offer, again.answer) == (State.OPEN, None, None)
    told: Told = desk.load("request.news", desk.olga.id)
    assert (told.entry.words, told.actions[:2]) == ("The visit is on the 4th", (Action.ACCEPT, Action.COUNTER))
    assert desk.accept(desk.sandra, again).state is State.ACCEPTED


def test_the_requester_suggests_otherwise_once_and_the_department_says_yes_or_no(
    desk: Desk, open_request: Request
) -> None:
    desk.counter(desk.olga, open_request)
    later, latest = NOW + timedelta(hours=2), NOW + timedelta(hours=3)
    suggested = desk.counter(
        desk.lea, open_request, Action.COUNTER_AGAIN, at=later, offered_on=LATER, words="if that helps"
    )

    assert suggested.state is State.OPEN
    assert suggested.offer is not None
    assert (suggested.offer.by, suggested.offer.by_requester) == (desk.lea.person, True)
    desk.counter(desk.olga, open_request, at=latest, scope="half an engineer")
    with pytest.raises(errors.CounteredOnce):
        desk.counter(desk.lea, open_request, Action.COUNTER_AGAIN)
    assert desk.act(desk.lea, open_request, Action.TAKE).state is State.ACCEPTED


@pytest.mark.parametrize(
    ("offered", "refusal", "field"),
    [
        ({"words": "nothing but words"}, errors.OfferEmpty, "offered_on"),
        ({"scope": " \u200b"}, errors.OfferEmpty, "offered_on"),
        ({"offered_on": date(2026, 11, 19)}, errors.PastDate, "offered_on"),
        ({"person_id": "UNEVERSEEN"}, errors.CannotTakeOn, "assignee"),
    ],
)
def test_an_offer_is_something_that_can_be_done(
    desk: Desk, open_request: Request, offered: dict[str, Any], refusal: type[errors.Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        desk.counter(desk.olga, open_request, **offered)

    assert refused.value.field == field
    assert desk.now(open_request).state is State.OPEN
