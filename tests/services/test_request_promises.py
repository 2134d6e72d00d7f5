"""Promises are watched whatever becomes of the people and of the date; the clock and people never block each other."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain import errors
from bot.domain.members import Standing
from bot.domain.requests import Action, State
from bot.domain.timers import Timer
from bot.ports import Transaction
from bot.services import request_clock
from storage.store import SqlStore
from storage.tables import MemberRow
from tests.company import NOW, WORKSPACE, Company
from tests.production import LATER, Desk
from tests.race import second_of_two

ZURICH = ZoneInfo("Europe/Zurich")
REOPENED = datetime(2027, 1, 6, 10, 0, tzinfo=ZURICH)
"""A Wednesday; LATER, the promised day, is over."""


def reminded(desk: Desk) -> list[str]:
    return [row.place for row in desk.sent() if row.outgoing.topic == "request.reminder"]


def test_a_promise_that_is_over_when_it_is_reopened_is_looked_at_the_next_working_day(desk: Desk) -> None:
    request = desk.send()
    desk.accept(desk.sandra, request)
    desk.say(desk.sandra, request, Action.DELIVER)
    desk.say(desk.lea, request, Action.REOPEN, "one is missing", at=REOPENED)
    desk.sent()
    desk.tick(REOPENED + timedelta(hours=21))
    assert reminded(desk) == [], "it is seven in the morning"
    desk.tick(REOPENED + timedelta(hours=23))
    assert reminded(desk) == [desk.tobias.id]
    desk.tick(REOPENED + timedelta(days=60))
    assert reminded(desk) == [], "once"


def test_who_moves_the_date_of_a_reopened_promise_is_reminded_of_the_new_one(desk: Desk) -> None:
    request = desk.send()
    desk.accept(desk.sandra, request)
    desk.say(desk.sandra, request, Action.DELIVER)
    desk.say(desk.lea, request, Action.REOPEN, "one is missing", at=REOPENED)
    desk.move(desk.sandra, request, datetime(2027, 1, 15, tzinfo=ZURICH).date(), at=REOPENED)
    desk.sent()
    desk.tick(REOPENED + timedelta(days=7))
    assert reminded(desk) == [desk.sandra.id]


def test_of_somebody_who_left_the_department_is_reminded(desk: Desk) -> None:
    request = desk.send()
    desk.accept(desk.sandra, request, assignee_id=desk.olga.id)
    desk.sent()
    desk.change(MemberRow, desk.olga.id, standing=Standing.DEACTIVATED)
    desk.tick(datetime.combine(LATER, NOW.timetz()))
    assert set(reminded(desk)) == {desk.sandra.id}


def test_an_offer_of_somebody_who_left_meanwhile_cannot_be_taken(desk: Desk) -> None:
    request = desk.send()
    desk.counter(desk.sandra, request, person_id=desk.olga.id)
    desk.change(MemberRow, desk.olga.id, standing=Standing.DEACTIVATED)
    with pytest.raises(errors.CannotTakeOn):
        desk.act(desk.lea, request, Action.TAKE)
    assert desk.now(request).state is State.COUNTERED
    desk.say(desk.lea, request, Action.TURN_DOWN)


@pytest.mark.postgres
def test_who_answers_while_the_clock_reminds_waits_for_it_and_both_are_done(postgres_store: SqlStore) -> None:
    desk = Desk(postgres_store, Company(postgres_store))
    request = desk.send()
    taken: list[Timer] = []
    with postgres_store.read(WORKSPACE) as tx:
        due = tx.timers.next_due()
        assert due is not None
        (timer_id,) = tx.timers.due(due, 1)

    def take(tx: Transaction) -> None:
        timer = tx.timers.take(timer_id, due)
        assert timer is not None
        tx.timers.fired(timer, due)
        taken.append(timer)

    def remind(tx: Transaction) -> None:
        for following in request_clock.remind_of_answer(tx, taken[0], due):
            tx.timers.set(following)

    accepted = second_of_two(postgres_store, take, lambda: desk.accept(desk.sandra, request), remind)
    assert accepted.state is State.ACCEPTED
    assert desk.history(request) == ["sent", "accepted", "reminded"]
    with postgres_store.read(WORKSPACE) as tx:
        assert tx.timers.waiting(request.about, request_clock.ANSWER) == (), "the clock stands"
