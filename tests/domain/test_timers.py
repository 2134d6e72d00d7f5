"""Instants of wall times, and the rounds of repeated steps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import Ref, Subject
from bot.domain.timers import LATE_AFTER, TRIES, Daily, Every, Moment, Timer, instant

ZURICH, ST_JOHNS, CHATHAM = "Europe/Zurich", "America/St_Johns", "Pacific/Chatham"
ZONES = st.sampled_from([ZURICH, ST_JOHNS, CHATHAM, "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"])
WALLS = st.datetimes(datetime.fromisoformat("1975-01-01"), datetime.fromisoformat("2037-12-31")).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)
ABOUT = Ref(Subject.ESCALATION, 3)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(zone: str, wall: str) -> datetime:
    return instant(datetime.fromisoformat(wall), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        pytest.param(ZURICH, "2027-01-15T08:00", "2027-01-15T07:00", id="winter"),
        pytest.param(ZURICH, "2027-07-15T08:00", "2027-07-15T06:00", id="summer"),
        pytest.param(ZURICH, "2027-03-28T01:59", "2027-03-28T00:59", id="before the gap"),
        pytest.param(ZURICH, "2027-03-28T02:30", "2027-03-28T01:00", id="in the gap: the next minute there is"),
        pytest.param(ZURICH, "2027-03-28T03:00", "2027-03-28T01:00", id="after the gap"),
        pytest.param(ZURICH, "2027-10-31T02:30", "2027-10-31T00:30", id="twice: the first"),
        pytest.param(ZURICH, "2027-10-31T03:00", "2027-10-31T02:00", id="after the overlap"),
        pytest.param(ST_JOHNS, "2027-03-14T02:30", "2027-03-14T05:30", id="a zone of half hours, gap"),
        pytest.param(ST_JOHNS, "2027-11-07T01:30", "2027-11-07T04:00", id="a zone of half hours, overlap"),
        pytest.param(CHATHAM, "2027-09-26T03:00", "2027-09-25T14:00", id="a zone of quarters, gap at 02:45"),
        pytest.param(CHATHAM, "2027-04-04T03:00", "2027-04-03T13:15", id="a zone of quarters, overlap"),
        pytest.param("Australia/Lord_Howe", "2027-10-03T02:15", "2027-10-02T15:30", id="a gap of half an hour"),
        pytest.param("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", id="a day that was left out"),
        pytest.param(ZURICH, "2028-02-29T09:00", "2028-02-29T08:00", id="leap day"),
        pytest.param(ZURICH, "2026-12-31T23:59", "2026-12-31T22:59", id="last minute of a year"),
    ],
)
def test_a_wall_time_is_the_instant_a_clock_there_shows_it(zone: str, wall: str, utc: str) -> None:
    assert at(zone, wall) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(WALLS, ZONES)
def test_what_a_clock_shows_is_shown_at_that_instant_and_not_earlier(wall: datetime, zone: str) -> None:
    there = ZoneInfo(zone)
    found = instant(wall, there)
    shown = found.astimezone(there).replace(tzinfo=None, fold=0)
    earlier = (found - timedelta(minutes=1)).astimezone(there).replace(tzinfo=None, fold=0)
    assert shown >= wall, "never before what was meant"
    assert shown - wall <= timedelta(days=1), "a gap is left by its end"
    if shown == wall:
        hours_before = [found - timedelta(minutes=minutes) for minutes in range(15, 181, 15)]
        assert all(before.astimezone(there).replace(tzinfo=None, fold=0) != wall for before in hours_before), (
            "the first of two"
        )
    else:
        assert earlier < wall, "the first minute after the gap"


@given(WALLS, WALLS, ZONES)
def test_a_later_wall_time_is_never_an_earlier_instant(one: datetime, other: datetime, zone: str) -> None:
    first, second = sorted((one, other))
    there = ZoneInfo(zone)
    assert instant(first, there) <= instant(second, there)


def test_a_moment_keeps_what_was_meant_and_is_reckoned_anew() -> None:
    meant = datetime.fromisoformat("2027-03-28T02:30")
    moment = Moment.on_the_wall(meant, ZURICH)
    assert (moment.wall, moment.zone) == (meant, ZURICH)
    stale = Moment(moment.at + timedelta(hours=1), meant, ZURICH)
    assert stale.reckoned_anew == moment
    plain = Moment(moment.at)
    assert plain.reckoned_anew is plain


@pytest.mark.parametrize("zone", [ZURICH, ST_JOHNS, CHATHAM])
@pytest.mark.parametrize("clock", [time(2, 30), time(0, 0), time(3, 0), time(23, 59)])
def test_a_daily_step_has_one_round_a_day_through_both_changes_of_the_clock(zone: str, clock: time) -> None:
    now, days = datetime(2027, 1, 1, tzinfo=UTC), []
    for _ in range(400):
        due, occurrence = Daily(clock).after(now, zone)
        assert due.at > now
        days.append(date.fromisoformat(occurrence))
        now = due.at
    assert days == [days[0] + timedelta(days=step) for step in range(400)]


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2029-01-01"), timezones=st.just(UTC)),
    ZONES,
    st.times(),
)
def test_the_next_round_of_a_day_is_in_the_future_and_at_most_two_days_away(
    now: datetime, zone: str, clock: time
) -> None:
    due, occurrence = Daily(clock.replace(second=0, microsecond=0)).after(now, zone)
    assert now < due.at <= now + timedelta(hours=26)
    assert due.wall is not None
    assert occurrence == due.wall.date().isoformat()


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2029-01-01"), timezones=st.just(UTC)),
    st.integers(1, 5000),
)
def test_equal_times_are_counted_alike_by_every_replica(now: datetime, seconds: int) -> None:
    rhythm = Every(timedelta(seconds=seconds))
    due, occurrence = rhythm.after(now, ZURICH)
    assert timedelta(0) < due.at - now <= rhythm.period
    assert rhythm.after(due.at - timedelta(microseconds=1), CHATHAM) == (due, occurrence)
    assert rhythm.after(due.at, ZURICH)[0].at == due.at + rhythm.period


def test_the_waits_between_tries_grow_and_end_after_about_half_an_hour() -> None:
    waits = [Timer(ABOUT, "remind", Moment(NOON), attempts=attempts).wait for attempts in range(TRIES - 1)]
    assert waits == sorted(waits)
    assert timedelta(minutes=25) < sum(waits, timedelta(0)) < timedelta(minutes=35)
    assert Timer(ABOUT, "remind", Moment(NOON), attempts=10_000).wait == max(waits)


def test_a_timer_knows_how_late_it_is_once_that_is_worth_a_word() -> None:
    due = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    timer = Timer(ABOUT, "remind", Moment(due))
    assert timer.late_by(due) == timer.late_by(due + LATE_AFTER) == timedelta(0)
    assert timer.late_by(due + timedelta(hours=72)) == timedelta(hours=72)
