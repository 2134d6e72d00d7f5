from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.departments import ANSWER_HOURS
from bot.domain.request_times import STEPS, UNTIMED, Clock, Watch, answer_hours, lapse, watches
from bot.domain.working_time import DEFAULT, Calendar, parse
from tests.domain.test_requests import PRODUCTION

ZURICH = ZoneInfo("Europe/Zurich")
WEEK = Calendar(ZURICH, parse(DEFAULT), "CH")
"""Nine hours a day, Monday to Friday."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time of December 2026 in Zurich; the 7th is a Monday."""
    return datetime(2026, 12, day, hour, minute, tzinfo=ZURICH)


def test_a_department_answers_in_its_own_time_and_others_in_the_usual_one() -> None:
    assert (answer_hours(PRODUCTION), answer_hours(None)) == (PRODUCTION.answer_hours, ANSWER_HOURS)


def test_steps_come_at_their_part_of_the_working_time() -> None:
    clock = UNTIMED.going(at(7, 8))

    assert clock.due(WEEK, 16) == at(8, 15)
    assert clock.next(WEEK, 16) == (50, at(7, 16))
    assert Clock(at(7, 8), step=50).next(WEEK, 16) == (90, at(8, 13, 24))
    assert Clock(at(7, 8), step=100).next(WEEK, 16) == (150, at(9, 14))
    assert Clock(at(7, 8), step=150).next(WEEK, 16) is None


def test_a_clock_that_stands_has_no_next_step_and_keeps_what_was_worked() -> None:
    standing = UNTIMED.going(at(7, 8)).stopped(WEEK, at(7, 12))

    assert (standing.since, standing.spent) == (None, timedelta(hours=4))
    assert (standing.due(WEEK, 16), standing.next(WEEK, 16), standing.reached(WEEK, 16, at(24, 8))) == (None, None, ())
    assert standing.worked(WEEK, at(24, 8)) == timedelta(hours=4)
    resumed = standing.going(at(10, 8))
    assert resumed.due(WEEK, 16) == at(11, 11)
    assert resumed.next(WEEK, 16) == (50, at(10, 12))


def test_a_clock_that_goes_is_not_set_going_again() -> None:
    going = UNTIMED.going(at(7, 8))

    assert going.going(at(9, 8)) == going


def test_nights_weekends_and_public_holidays_take_no_time() -> None:
    assert UNTIMED.going(at(24, 16)).due(WEEK, 2) == at(28, 9), "Christmas is a Friday, in Switzerland Saturday too"


def test_after_a_time_in_which_nothing_ran_all_steps_behind_are_known() -> None:
    clock = UNTIMED.going(at(7, 8))

    assert clock.reached(WEEK, 16, at(7, 15)) == ()
    assert clock.reached(WEEK, 16, at(7, 16)) == (50,)
    assert clock.reached(WEEK, 16, at(18, 8)) == STEPS
    assert Clock(at(7, 8), step=90).reached(WEEK, 16, at(18, 8)) == (100, 150)


@given(
    st.lists(st.integers(min_value=0, max_value=60 * 24 * 4), min_size=1, max_size=8),
    st.integers(min_value=1, max_value=80),
)
def test_however_often_it_stands_still_only_the_time_it_went_counts(waits: list[int], hours: int) -> None:
    now, clock, worked = at(7, 8), UNTIMED, timedelta(0)
    for turn, minutes in enumerate(waits):
        later = now + timedelta(minutes=minutes)
        if turn % 2 == 0:
            clock = clock.going(now)
            worked += WEEK.worked(now, later)
        else:
            clock = clock.stopped(WEEK, now)
        now = later

    assert clock.worked(WEEK, now) == worked
    due = clock.going(now).due(WEEK, hours)
    assert due is not None
    left = timedelta(hours=hours) - worked
    assert (due <= now) is (left <= timedelta(0))
    if left > timedelta(0):
        assert WEEK.worked(now, due) == left


def test_a_promise_is_looked_at_five_days_and_one_day_before_on_the_day_and_on_the_next_at_the_start_of_work() -> None:
    found = [(watch, moment.at) for watch, moment in watches(date(2026, 12, 18), WEEK)]

    assert found == [
        (Watch.DAYS_BEFORE, at(11, 8)),
        (Watch.DAY_BEFORE, at(17, 8)),
        (Watch.ON_THE_DAY, at(18, 8)),
        (Watch.AFTERWARDS, at(21, 8)),
    ]


def test_a_promise_for_a_day_nobody_works_has_no_reminder_on_that_day() -> None:
    found = {watch: moment.at for watch, moment in watches(date(2026, 12, 20), WEEK)}

    assert Watch.ON_THE_DAY not in found
    assert (found[Watch.DAY_BEFORE], found[Watch.AFTERWARDS]) == (at(18, 8), at(21, 8))


@pytest.mark.parametrize("zone", ["Europe/Zurich", "America/St_Johns", "Pacific/Chatham"])
def test_watches_keep_the_wall_time_they_were_meant_as(zone: str) -> None:
    calendar = Calendar(ZoneInfo(zone), parse("Mo-Fr 07:15-12:00"))

    for _watch, moment in watches(date(2027, 3, 30), calendar):
        assert moment.wall is not None
        assert (moment.wall.hour, moment.wall.minute, moment.zone) == (7, 15, zone)


def test_a_delivery_is_closed_at_the_same_time_of_day_five_working_days_later() -> None:
    assert lapse(at(7, 10, 30), WEEK).at == at(14, 10, 30)
    assert lapse(datetime(2026, 12, 22, 9, tzinfo=UTC), WEEK).at == at(30, 10), "Christmas takes no working day"
