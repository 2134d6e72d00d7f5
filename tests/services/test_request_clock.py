from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.delivery import Claimed
from bot.domain.members import Role, Standing
from bot.domain.request_results import RequestCard, Told
from bot.domain.requests import Action, Request, State, Step
from bot.domain.timers import Moment, Timer
from bot.ports import Transaction
from bot.services import timers
from bot.services.timers import STEPS
from storage.store import SqlStore
from storage.tables import AccountRow, DepartmentRow, MemberRow, RequestRow
from tests.company import NOW, WORKSPACE, Company
from tests.production import Desk
from tests.race import second_of_two

ZURICH = ZoneInfo("Europe/Zurich")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of 2026 in Zurich; 20 November, when it is asked at 10:30, is a Friday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH)


HALF, NEARLY, DUE, LONG = at(11, 23, 9, 30), at(11, 23, 15, 54), at(11, 23, 17, 30), at(11, 24, 16, 30)
"""When 50, 90, 100 and 150 % of 16 working hours are over."""
HOURS = "Mo-Fr 08:30-17:30"


@pytest.fixture
def desk(store: SqlStore, company: Company) -> Desk:
    made = Desk(store, company)
    made.change(DepartmentRow, made.department, working_hours=HOURS)
    return made


@pytest.fixture
def waiting(desk: Desk) -> Request:
    request = desk.send()
    desk.sent()
    return request


def reminders(desk: Desk) -> list[Claimed]:
    """Return what the clock told since this was asked last."""
    return [row for row in desk.sent() if row.outgoing.topic == "request.reminder"]


def places(desk: Desk) -> list[str]:
    """Return whom the clock told something."""
    return sorted(row.place for row in reminders(desk))


def test_an_answer_is_due_when_the_department_has_worked_so_long(desk: Desk, waiting: Request) -> None:
    assert waiting.header.due_at == DUE


def test_the_department_is_reminded_at_half_and_nearly_all_of_its_time_in_the_cards_thread(
    desk: Desk, waiting: Request
) -> None:
    desk.tick(HALF - timedelta(seconds=1))
    assert places(desk) == []

    desk.tick(HALF)
    (first,) = reminders(desk)
    desk.tick(NEARLY)

    assert (first.place, first.outgoing.thread_of) == ("CPROD", waiting.about)
    assert isinstance(desk.loaded(first), Told)
    assert places(desk) == ["CPROD"]
    assert desk.history(waiting) == ["sent", "reminded", "reminded"]


def test_then_the_coordinator_then_head_and_kam_hear_of_it_and_the_requester_is_offered_the_escalation(
    desk: Desk, waiting: Request
) -> None:
    desk.tick(NEARLY)
    desk.sent()

    desk.tick(DUE)
    (row,) = reminders(desk)
    assert (row.place, desk.loaded(row).actions[0]) == (desk.sandra.id, Action.ACCEPT)
    assert Action.ESCALATE not in desk.loaded(row).actions
    desk.tick(LONG)

    told = {row.place: desk.loaded(row).actions for row in reminders(desk)}
    assert set(told) == {desk.ben.id, desk.tobias.id, desk.lea.id}
    assert told[desk.lea.id] == (Action.ESCALATE, Action.WITHDRAW)
    assert desk.history(waiting)[-2:] == ["overdue", "unanswered"]
    desk.tick(LONG + timedelta(days=60))
    assert places(desk) == [], "and that is all"
    assert desk.now(waiting).state is State.OPEN, "nothing is escalated by itself"


def test_a_card_says_that_the_time_is_over(desk: Desk, waiting: Request) -> None:
    desk.tick(DUE)

    shown: RequestCard = desk.load("request.card", "CPROD")
    assert shown.usual_passed


@pytest.mark.parametrize("answer", ["accept", "decline", "counter"])
def test_who_answered_is_not_reminded(desk: Desk, waiting: Request, answer: str) -> None:
    answered = getattr(desk, answer)(desk.sandra, waiting)
    desk.sent()

    desk.tick(at(11, 27, 17))

    assert places(desk) == []
    assert answered.header.due_at is None


def test_while_a_question_is_open_the_clock_stands_and_goes_on_where_it_stood(desk: Desk, waiting: Request) -> None:
    asked = desk.say(desk.sandra, waiting, Action.ASK, "Which line?", at=at(11, 20, 14, 30))
    assert asked.header.due_at is None
    desk.sent()
    desk.tick(at(11, 30, 8, 30))
    assert places(desk) == []

    answered = desk.say(desk.lea, waiting, Action.ANSWER, "The second", at=at(11, 30, 8, 30))
    desk.sent()

    assert answered.header.due_at == at(12, 1, 11, 30), "four of sixteen hours were used"
    desk.tick(at(11, 30, 12, 29))
    assert places(desk) == []
    desk.tick(at(11, 30, 12, 30))
    assert places(desk) == ["CPROD"]


def test_an_offer_that_is_turned_down_lets_the_clock_go_on(desk: Desk, waiting: Request) -> None:
    desk.counter(desk.sandra, waiting, at=at(11, 20, 14, 30))

    again = desk.say(desk.lea, waiting, Action.TURN_DOWN, at=at(11, 30, 8, 30))

    assert again.header.due_at == at(12, 1, 11, 30)


def test_a_step_that_somebody_heard_of_is_not_told_again_when_the_clock_goes_on(desk: Desk, waiting: Request) -> None:
    desk.tick(HALF)
    desk.say(desk.sandra, waiting, Action.ASK, "Which line?", at=HALF)
    desk.say(desk.lea, waiting, Action.ANSWER, "The second", at=HALF)
    desk.sent()

    desk.tick(NEARLY)

    assert places(desk) == ["CPROD"]
    assert desk.history(waiting).count("reminded") == 2


def test_after_an_outage_each_person_hears_once_of_the_step_that_is_due_now(desk: Desk, waiting: Request) -> None:
    desk.after(at(11, 27, 12))

    assert places(desk) == sorted([desk.sandra.id, desk.ben.id, desk.tobias.id, desk.lea.id])
    assert desk.history(waiting) == ["sent", "unanswered"]


def test_another_department_has_its_own_time_from_when_it_takes_over(desk: Desk, waiting: Request) -> None:
    quality = desk.company.department("Quality", desk.cara, "CQUAL", answer_hours=2, working_hours=HOURS)
    desk.tick(HALF)
    desk.pass_on(desk.sandra, waiting, quality, at=HALF)
    assert desk.now(waiting).header.due_at == DUE, "until then the first one's clock runs"

    taken = desk.act(desk.cara, waiting, Action.TAKE_OVER, at=at(11, 23, 10, 30))
    desk.sent()

    assert taken.header.due_at == at(11, 23, 12, 30)
    desk.tick(at(11, 23, 11, 30))
    assert places(desk) == ["CPROD", "CQUAL"]


def test_a_hidden_requests_reminders_go_to_those_who_speak_for_the_department(
    store: SqlStore, company: Company
) -> None:
    desk = Desk(store, company, access="restricted")
    desk.send(desk.tobias)
    desk.sent()

    desk.tick(at(11, 24, 8))

    assert set(places(desk)) == {desk.sandra.id, desk.ben.id}


def test_without_a_department_those_who_stand_in_are_reminded(store: SqlStore, company: Company) -> None:
    desk = Desk(store, company)
    leon = company.member("Leon", role=Role.KAM_LEAD)
    for person in (desk.sandra, desk.ben, desk.cara, desk.olga):
        desk.change(MemberRow, person.id, standing=Standing.DEACTIVATED)
    desk.send()
    desk.sent()

    desk.tick(at(12, 1, 8))

    assert leon.id in places(desk)


def test_who_left_is_told_nothing(desk: Desk, waiting: Request) -> None:
    desk.tick(NEARLY)
    desk.sent()
    for person in (desk.ben, desk.lea, desk.tobias):
        desk.change(MemberRow, person.id, standing=Standing.DEACTIVATED)

    desk.tick(LONG)

    assert places(desk) == [desk.sandra.id], "the coordinator, when it was due"


# What was promised

PROMISED = date(2026, 12, 18)
"""A Friday."""


def promised(desk: Desk, request: Request) -> Request:
    """Let Olga take it on."""
    accepted = desk.accept(desk.sandra, request, assignee_id=desk.olga.id)
    desk.sent()
    return accepted


def test_the_assignee_is_reminded_five_days_and_one_day_before_and_on_the_day_and_then_the_kam_hears_it(
    desk: Desk, waiting: Request
) -> None:
    promised(desk, waiting)
    told = []
    for day in (at(12, 11, 9), at(12, 17, 9), at(12, 18, 9), at(12, 21, 9), at(12, 31, 9)):
        desk.tick(day)
        told.append(places(desk))

    assert told == [[desk.olga.id]] * 3 + [[desk.tobias.id], []]
    assert desk.history(waiting)[-4:] == ["due_soon", "due_soon", "due_soon", "late"]


def test_a_reminder_says_what_the_assignee_can_do(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)
    desk.tick(at(12, 11, 9))

    (row,) = reminders(desk)

    assert desk.loaded(row).actions == (Action.DELIVER, Action.MOVE)


def test_the_assignees_own_working_day_counts(desk: Desk, waiting: Request) -> None:
    desk.change(MemberRow, desk.olga.id, working_hours="Tu-Th 14:00-18:00")
    promised(desk, waiting)

    desk.tick(at(12, 17, 13, 59))
    before = places(desk)
    desk.tick(at(12, 17, 14))

    assert (before, places(desk)) == ([desk.olga.id], [desk.olga.id])


def test_a_moved_promise_is_watched_at_its_new_date(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)
    desk.tick(at(12, 11, 9))
    desk.move(desk.olga, waiting, date(2027, 1, 29), at=at(12, 11, 10))
    desk.sent()

    desk.tick(at(12, 31, 9))
    assert places(desk) == []
    desk.move(desk.olga, waiting, date(2026, 12, 18), at=at(12, 11, 11))
    desk.sent()
    desk.tick(at(12, 18, 9))

    assert places(desk) == [desk.olga.id] * 2, "moved back, it is watched again"


def test_what_is_delivered_or_withdrawn_in_time_reminds_nobody(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)
    desk.say(desk.lea, waiting, Action.WITHDRAW)
    desk.sent()

    desk.tick(at(12, 31, 9))

    assert places(desk) == []


def test_after_an_outage_a_promise_that_passed_is_told_once(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)

    desk.after(at(12, 22, 9))

    assert places(desk) == [desk.tobias.id]


def test_without_a_kam_the_requester_hears_that_a_promise_passed(desk: Desk, waiting: Request) -> None:
    desk.change(AccountRow, desk.account, kam_id=None)
    promised(desk, waiting)
    desk.tick(at(12, 18, 9))
    desk.sent()

    desk.tick(at(12, 21, 9))

    assert places(desk) == [desk.lea.id]


# What was delivered


def test_a_delivery_that_nobody_confirms_is_closed_after_five_of_the_requesters_working_days(
    desk: Desk, waiting: Request
) -> None:
    desk.change(MemberRow, desk.lea.id, working_hours="Mo-Th 08:00-17:00")
    promised(desk, waiting)
    desk.say(desk.olga, waiting, Action.DELIVER, at=at(11, 23, 10))
    desk.sent()

    desk.tick(at(12, 1, 9, 59))
    assert desk.now(waiting).state is State.DELIVERED
    desk.tick(at(12, 1, 10))

    closed = desk.now(waiting)
    assert (closed.state, closed.header.closed_at) == (State.UNCONFIRMED, at(12, 1, 10))
    assert desk.heard() == [("lapsed", "CPROD"), ("lapsed", desk.lea.id), ("lapsed", desk.olga.id)]


@pytest.mark.parametrize(("action", "state"), [(Action.CONFIRM, State.CONFIRMED), (Action.REOPEN, State.REOPENED)])
def test_a_requester_may_still_say_otherwise_afterwards(
    desk: Desk, waiting: Request, action: Action, state: State
) -> None:
    promised(desk, waiting)
    desk.say(desk.olga, waiting, Action.DELIVER, at=at(11, 23, 10))
    desk.tick(at(12, 31, 10))

    said = (
        desk.act(desk.lea, waiting, action, at=at(12, 31, 11))
        if action is Action.CONFIRM
        else desk.say(desk.lea, waiting, action, "The report is missing", at=at(12, 31, 11))
    )

    assert said.state is state


def test_what_was_confirmed_is_not_closed_again(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)
    desk.say(desk.olga, waiting, Action.DELIVER, at=at(11, 23, 10))
    desk.act(desk.lea, waiting, Action.CONFIRM, at=at(11, 23, 11))

    desk.tick(at(12, 31, 10))

    assert desk.now(waiting).state is State.CONFIRMED


@pytest.mark.postgres
def test_who_confirms_at_the_moment_it_is_closed_is_first(postgres_store: SqlStore) -> None:
    desk = Desk(postgres_store, Company(postgres_store))
    request = desk.send()
    promised(desk, request)
    delivered = desk.say(desk.olga, request, Action.DELIVER)
    late = at(12, 31, 10)

    def confirm(tx: Transaction) -> None:
        step = Step(request.id, delivered.version, (State.DELIVERED,), State.CONFIRMED, {"closed_at": late})
        assert tx.requests.take_step(step)

    def close() -> None:
        with postgres_store.begin(WORKSPACE) as tx:
            assert tuple(STEPS["request.lapse"](tx, Timer(request.about, "request.lapse", Moment(late)), late)) == ()

    second_of_two(postgres_store, confirm, close)

    assert desk.now(request).state is State.CONFIRMED
    assert "lapsed" not in desk.history(request)


@pytest.mark.parametrize("step", ["request.clock", "request.promise", "request.lapse"])
def test_a_step_that_does_not_apply_any_more_does_nothing(desk: Desk, waiting: Request, step: str) -> None:
    declined = desk.decline(desk.sandra, waiting)
    with desk.store.begin(WORKSPACE) as tx:
        assert tuple(STEPS[step](tx, Timer(waiting.about, step, Moment(NOW)), NOW)) == ()
    assert desk.now(waiting) == declined


def test_a_request_that_is_older_than_clocks_gets_one_and_nothing_is_told_that_is_not_due(
    desk: Desk, waiting: Request
) -> None:
    older_than_clocks(desk, waiting)

    begun(desk, waiting, NOW + timedelta(hours=1))

    assert desk.now(waiting).header.due_at == DUE
    assert places(desk) == []
    desk.tick(HALF)
    assert places(desk) == ["CPROD"]


def test_of_a_request_whose_time_was_long_over_each_hears_once(desk: Desk, waiting: Request) -> None:
    older_than_clocks(desk, waiting)

    for late in (at(12, 21, 12), at(12, 22, 12)):
        begun(desk, waiting, late)

    assert places(desk) == sorted([desk.sandra.id, desk.ben.id, desk.tobias.id, desk.lea.id])
    assert desk.history(waiting) == ["sent", "unanswered"]
    assert desk.now(waiting).header.due_at == DUE


@pytest.mark.parametrize(
    ("day", "said"), [((11, 23), []), ((12, 14), ["due_soon"]), ((12, 28), ["late"])], ids=["early", "near", "over"]
)
def test_a_promise_that_is_older_than_clocks_is_watched_from_now_on(
    desk: Desk, waiting: Request, day: tuple[int, int], said: list[str]
) -> None:
    promised(desk, waiting)
    older_than_clocks(desk, waiting)
    desk.sent()

    for hour in (12, 13):
        begun(desk, waiting, at(*day, hour))

    assert [action for action, _place in desk.heard()] == said


@pytest.mark.parametrize("wound", [True, False])
def test_a_clock_that_goes_or_is_not_needed_any_more_is_not_begun_anew(
    desk: Desk, waiting: Request, wound: bool
) -> None:
    promised(desk, waiting) if wound else desk.decline(desk.sandra, waiting)
    before = desk.now(waiting)
    unknown = replace(waiting.about, id=1)

    with desk.store.begin(WORKSPACE) as tx:
        for about in (waiting.about, unknown):
            assert tuple(STEPS["request.begin"](tx, Timer(about, "request.begin", Moment(NOW)), NOW)) == ()

    assert desk.now(waiting) == before


def older_than_clocks(desk: Desk, request: Request) -> None:
    """Take the clock away that a release before clocks did not give."""
    desk.change(RequestRow, request.id, clock_from=None, clock_spent=0, due_at=None)
    with desk.store.begin(WORKSPACE) as tx:
        tx.timers.cancel(request.about)


def begun(desk: Desk, request: Request, now: datetime) -> None:
    """Let the clock be given, and everything that was due by then happen."""
    with desk.store.begin(WORKSPACE) as tx:
        tx.timers.set(Timer(request.about, "request.begin", Moment(NOW), "first"))
    while True:
        with desk.store.read(WORKSPACE) as tx:
            due = tx.timers.due(now, 99)
        if not due:
            return
        for timer in due:
            assert timers.fire(desk.store, WORKSPACE, timer, now)


def test_a_step_that_another_replica_told_is_not_told_again(desk: Desk, waiting: Request) -> None:
    with desk.store.begin(WORKSPACE) as tx:
        assert tx.requests.tick(waiting.id, 50)
        assert not tx.requests.tick(waiting.id, 50)
    seen = desk.now(waiting)

    desk.tick(HALF)

    assert places(desk) == []
    assert seen.version == waiting.version, "whoever has a form open may send it"


def test_an_assignee_who_works_at_other_times_now_is_reminded_then(desk: Desk, waiting: Request) -> None:
    promised(desk, waiting)
    desk.change(MemberRow, desk.olga.id, working_hours="Mo-Fr 14:00-18:00")

    desk.tick(at(12, 11, 13, 59))
    before = places(desk)
    desk.tick(at(12, 11, 14))

    assert (before, places(desk)) == ([], [desk.olga.id])
