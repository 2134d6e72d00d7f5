import pytest

from bot.domain import errors
from bot.domain.access import Visibility
from bot.domain.identity import DepartmentId
from bot.domain.members import Standing
from bot.domain.request_results import CardMoved, RequestCard
from bot.domain.requests import Action, Request, State
from tests.production import Desk

# Passing on


def test_a_request_that_is_passed_on_stays_with_the_first_until_the_other_department_takes_it_over(
    desk: Desk, open_request: Request
) -> None:
    quality = desk.company.department("Quality", desk.tobias, "CQUAL")

    passed = desk.pass_on(desk.sandra, open_request, quality)

    assert passed.state is State.OPEN
    assert passed.department is not None
    assert passed.department.name == "Production"
    assert passed.passing is not None
    assert (passed.passing.to.name, passed.passing.by) == ("Quality", desk.sandra.person)
    offered: RequestCard = desk.load("request.card", "CQUAL")
    assert offered.actions == (Action.TAKE_OVER, Action.LEAVE)
    with pytest.raises(errors.MayNotAnswer):
        desk.accept(desk.tobias, open_request)
    assert desk.accept(desk.sandra, open_request).passing is None


def test_the_department_that_takes_it_over_answers_and_the_old_card_says_where_it_is(
    desk: Desk, open_request: Request
) -> None:
    quality = desk.company.department("Quality", desk.cara, "CQUAL", head=desk.company.member("Hugo"))
    desk.pass_on(desk.sandra, open_request, quality)
    cards = {row.place: row for row in desk.sent() if row.outgoing.topic == "request.card"}

    taken = desk.act(desk.cara, open_request, Action.TAKE_OVER)

    assert taken.department is not None
    assert (taken.department.name, taken.moves, taken.passing) == ("Quality", 1, None)
    moved = desk.loaded(cards["CPROD"])
    assert isinstance(moved, CardMoved)
    assert (moved.department and moved.department.name, moved.headline) == ("Quality", "Two engineers")
    assert desk.loaded(cards["CQUAL"]).actions[0] is Action.ACCEPT
    assert desk.heard() == sorted(
        [
            ("taken_over", desk.lea.id),
            ("taken_over", desk.sandra.id),
            ("taken_over", "CPROD"),
            ("taken_over", "CQUAL"),
        ]
    )
    with pytest.raises(errors.MayNotAnswer) as refused:
        desk.accept(desk.ben, open_request)
    assert refused.value.department == "Quality"
    assert desk.accept(desk.cara, open_request).state is State.ACCEPTED


def test_what_another_department_leaves_stays_where_it_was(desk: Desk, open_request: Request) -> None:
    quality = desk.company.department("Quality", desk.tobias, "CQUAL")
    desk.pass_on(desk.sandra, open_request, quality)
    cards = {row.place: row for row in desk.sent() if row.outgoing.topic == "request.card"}

    left = desk.act(desk.tobias, open_request, Action.LEAVE)

    assert (left.department and left.department.name, left.passing, left.moves) == ("Production", None, 0)
    assert desk.loaded(cards["CQUAL"]).department.name == "Production"
    assert ("left", desk.sandra.id) in desk.heard()
    with pytest.raises(errors.AlreadyAnswered) as refused:
        desk.act(desk.tobias, open_request, Action.TAKE_OVER)
    assert refused.value.by == desk.tobias.person


def test_the_kam_hears_of_more_than_two_moves(desk: Desk, open_request: Request) -> None:
    departments = [desk.department, desk.company.department("Quality", desk.sandra, "CQUAL")]
    heard = []
    for move in range(1, 4):
        desk.pass_on(desk.sandra, open_request, departments[move % 2])
        desk.sent()
        desk.act(desk.sandra, open_request, Action.TAKE_OVER)
        heard.append(("taken_over", desk.tobias.id) in desk.heard())

    assert heard == [False, False, True]


def test_a_hidden_request_is_passed_on_to_coordinator_and_head_alone(hidden: Desk) -> None:
    request = hidden.send(hidden.tobias)
    hidden.sent()
    hugo = hidden.company.member("Hugo")
    quality = hidden.company.department("Quality", hugo, "CQUAL")
    specialist = hidden.company.member("Quentin", department_id=quality, topics=["tests"])
    assert hidden.seen(hugo, request) is None

    hidden.pass_on(hidden.sandra, request, quality)

    assert isinstance(hidden.seen(hugo, request), Request)
    assert hidden.seen(specialist, request) is None
    card: RequestCard = hidden.load("request.card", hugo.id)
    assert card.actions == (Action.TAKE_OVER, Action.LEAVE)
    hidden.act(hugo, request, Action.LEAVE)
    assert hidden.seen(hugo, request) is None


def test_a_team_request_is_read_by_the_department_it_is_offered_to(desk: Desk) -> None:
    request = desk.send(visibility=Visibility.TEAM)
    hugo = desk.company.member("Hugo")
    quality = desk.company.department("Quality", hugo, "CQUAL")
    specialist = desk.company.member("Quentin", department_id=quality, topics=["tests"])

    desk.pass_on(desk.sandra, request, quality)

    assert isinstance(desk.seen(specialist, request), Request)
    assert desk.act(specialist, request, Action.TAKE_OVER).moves == 1


def test_a_request_is_passed_on_to_another_department_where_somebody_answers(desk: Desk, open_request: Request) -> None:
    empty = desk.company.department("Legal", desk.company.member("Gone", standing=Standing.DEACTIVATED), "CLEG")
    for department, refusal in (
        (desk.department, errors.SameDepartment),
        (empty, errors.NobodyAnswers),
        (DepartmentId(999), errors.DepartmentMissing),
    ):
        with pytest.raises(refusal) as refused:
            desk.pass_on(desk.sandra, open_request, department)
        assert refused.value.field == "department"
