from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.working_time import DEFAULT, Calendar, Custom, Hours, calendar, parse

ZURICH = ZoneInfo("Europe/Zurich")
WEEK = Calendar(ZURICH, parse(DEFAULT), "CH", "ZH")
FRIDAY = date(2026, 11, 20)


def test_five_days_of_nine_hours_are_read() -> None:
    hours = parse("Mo-Fr 08:00-17:00")
    assert set(hours) == {0, 1, 2, 3, 4}
    assert set(hours.values()) == {((time(8), time(17)),)}


def test_parts_ranges_lists_and_breaks_are_read() -> None:
    hours = parse("Mo,We 08:00-12:00,13:00-17:30; Fr 8:00-12:00;")
    assert hours == {
        0: ((time(8), time(12)), (time(13), time(17, 30))),
        2: ((time(8), time(12)), (time(13), time(17, 30))),
        4: ((time(8), time(12)),),
    }


def test_german_days_capitals_and_a_range_over_the_weekend_are_read() -> None:
    assert set(parse("di-DO 09:00-10:00")) == {1, 2, 3}
    assert set(parse("Sa-Mo 09:00-10:00")) == {5, 6, 0}
    assert set(parse("So 00:00-24:00").values()) == {((time.min, time.max),)}


def test_a_later_part_adds_to_a_day() -> None:
    assert parse("Mo 13:00-17:00; Mo 08:00-12:00")[0] == ((time(8), time(12)), (time(13), time(17)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "Mo-Fr",
        "08:00-17:00",
        "Mo-Fr 17:00-08:00",
        "Mo 08:00-08:00",
        "Mo 08:00-24:30",
        "Mo 25:00-26:00",
        "Mo 08:60-09:00",
        "Xx 08:00-17:00",
        "Mo- 08:00-17:00",
        "Mo-Xx 08:00-17:00",
        "Mo 08:00-12:00,11:00-13:00",
        "Mo 08:00-12:00; Mo 11:00-13:00",
        "weekdays from nine to five",
        "Mo-Fr 08:00",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the text itself is all there is to say
        parse(text)


@given(st.text())
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    try:
        hours = parse(text)
    except ValueError:
        return
    assert hours


def test_a_day_counts_if_it_is_worked_and_no_public_holiday() -> None:
    assert WEEK.is_working_day(FRIDAY)
    assert not WEEK.is_working_day(date(2026, 11, 21))
    assert not WEEK.is_working_day(date(2026, 12, 25))
    assert Calendar(ZURICH, parse(DEFAULT)).is_working_day(date(2026, 12, 25)), "no country, no holidays"


def test_holidays_of_a_region_count_only_there() -> None:
    corpus_christi = date(2026, 6, 4)
    assert not Calendar(ZURICH, parse(DEFAULT), "DE", "BY").is_working_day(corpus_christi)
    assert Calendar(ZURICH, parse(DEFAULT), "DE", "BE").is_working_day(corpus_christi)


def test_an_unknown_region_has_the_holidays_of_its_country_and_an_unknown_country_none() -> None:
    christmas, corpus_christi = date(2026, 12, 25), date(2026, 6, 4)
    assert not Calendar(ZURICH, parse(DEFAULT), "DE", "ATLANTIS").is_working_day(christmas)
    assert Calendar(ZURICH, parse(DEFAULT), "DE", "ATLANTIS").is_working_day(corpus_christi)
    assert Calendar(ZURICH, parse(DEFAULT), "XX", "YY").is_working_day(christmas)


def test_working_days_are_counted_after_the_first_up_to_the_last() -> None:
    assert WEEK.working_days(FRIDAY, date(2026, 11, 24)) == 2
    assert WEEK.working_days(FRIDAY, FRIDAY) == 0
    assert WEEK.working_days(FRIDAY, date(2026, 11, 1)) == 0
    assert WEEK.working_days(date(2026, 12, 24), date(2026, 12, 28)) == 1, "Christmas and the weekend do not count"


def test_the_earliest_date_skips_weekends_and_holidays() -> None:
    assert WEEK.after(FRIDAY, 5) == date(2026, 11, 27)
    assert WEEK.after(FRIDAY, 0) == FRIDAY
    assert WEEK.after(date(2026, 12, 24), 1) == date(2026, 12, 28)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 60))
def test_the_day_so_many_working_days_later_lies_that_many_away(start: date, count: int) -> None:
    assert WEEK.working_days(start, WEEK.after(start, count)) == count


def test_today_is_the_day_it_is_there() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert WEEK.today(late) == date(2026, 11, 21)


def test_only_working_time_between_two_instants_counts() -> None:
    friday_noon = datetime(2026, 11, 20, 12, 0, tzinfo=ZURICH)
    monday_nine = datetime(2026, 11, 23, 9, 0, tzinfo=ZURICH)
    assert WEEK.worked(friday_noon, monday_nine) == timedelta(hours=6)
    assert WEEK.worked(monday_nine, friday_noon) == timedelta(0)
    split = Calendar(ZURICH, parse("Mo-Fr 08:00-12:00,13:00-17:00"))
    assert split.worked(friday_noon, monday_nine) == timedelta(hours=5)


def test_a_night_with_a_change_of_the_clock_counts_as_long_as_it_lasts() -> None:
    always = Calendar(ZURICH, parse("Mo-Su 00:00-24:00"))
    noon = {
        day: datetime(2026, month, day, 12, 0, tzinfo=ZURICH) for month, day in ((3, 28), (3, 29), (10, 24), (10, 25))
    }
    assert always.worked(noon[28], noon[29]) == timedelta(hours=23)
    assert always.worked(noon[24], noon[25]) == timedelta(hours=25)


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = (
    "Europe/Zurich",
    "America/St_Johns",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Kathmandu",
    "UTC",
)
"""Hours, half hours and quarters from Greenwich; changes by half an hour, at midnight, south of the equator, none."""
YEARS = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZURICH)


@cache
def changes(zone: str) -> list[datetime]:
    """Return the hours in which the clock changes."""
    hours = (YEARS[0] + HOUR * count for count in range((YEARS[1] - YEARS[0]) // HOUR))
    there = ZoneInfo(zone)
    return [
        hour for hour in hours if hour.astimezone(there).utcoffset() != (hour + HOUR).astimezone(there).utcoffset()
    ] or [YEARS[0]]


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    """Draw hours with part-time days, breaks and nights."""
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        cuts = sorted(draw(st.sets(st.integers(0, 24 * 12), min_size=2, max_size=6)))
        clocks = [time.max if cut == 24 * 12 else time(cut // 12, cut % 12 * 5) for cut in cuts]
        hours[day] = tuple(zip(clocks[::2], clocks[1::2], strict=False))
    return hours


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw somebody's working time."""
    country, region = draw(st.sampled_from([("CH", "ZH"), ("DE", "BY"), ("NZ", None), (None, None)]))
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), draw(weeks()), country, region)


@st.composite
def moments(draw: st.DrawFn, where: Calendar) -> datetime:
    """Draw a full minute, often in the days around a change of the clock."""
    near = draw(st.sampled_from(changes(where.zone.key))) - DAY * 2 + MINUTE * draw(st.integers(0, 4 * 24 * 60))
    anywhere = YEARS[0] + MINUTE * draw(st.integers(0, (YEARS[1] - YEARS[0]) // MINUTE))
    return draw(st.sampled_from([near, anywhere]))


def minutes(where: Calendar, at: datetime) -> Iterator[tuple[datetime, bool]]:
    """Walk minute by minute and read the clock on the wall: the model."""
    off = holidays.country_holidays(where.country, subdiv=where.region) if where.country else {}
    while True:
        wall = at.astimezone(where.zone)
        clock = wall.time()
        spans = where.hours.get(wall.weekday(), ()) if wall.date() not in off else ()
        yield at, any(opens <= clock < closes for opens, closes in spans)
        at += MINUTE


@settings(max_examples=60)
@given(st.data(), calendars(), st.integers(0, 6 * 24 * 60))
def test_working_time_is_what_the_clock_on_the_wall_shows_minute_by_minute(
    data: st.DataObject, where: Calendar, length: int
) -> None:
    start = data.draw(moments(where))
    worked = [at for at, works in islice(minutes(where, start), length) if works]
    assert where.worked(start, start + MINUTE * length) == MINUTE * len(worked)
    if worked:
        assert where.opening(start) == worked[0]
        wanted = data.draw(st.integers(1, len(worked)))
        assert where.due(start, MINUTE * wanted) == worked[wanted - 1] + MINUTE
    else:
        assert where.opening(start) >= start + MINUTE * length


@given(
    calendars(),
    st.datetimes(YEARS[0].replace(tzinfo=None), YEARS[1].replace(tzinfo=None), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(hours=60)),
)
def test_a_due_date_is_the_first_instant_by_which_so_much_was_worked(
    where: Calendar, start: datetime, work: timedelta
) -> None:
    due = where.due(start, work)
    assert where.worked(start, due) == work
    assert work == timedelta(0) or where.worked(start, due - timedelta.resolution) < work


@given(calendars(), st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 40))
def test_so_many_working_days_before_is_the_way_back(where: Calendar, day: date, count: int) -> None:
    before = where.before(day, count)
    assert where.working_days(before - DAY, day - DAY) == count
    assert count == 0 or where.is_working_day(before)


def test_eight_hours_from_friday_noon_are_over_on_monday() -> None:
    assert WEEK.due(FRIDAY_NOON, timedelta(hours=8)) == datetime(2026, 11, 23, 11, 0, tzinfo=ZURICH)
    assert WEEK.due(FRIDAY_NOON, timedelta(hours=5)) == datetime(2026, 11, 20, 17, 0, tzinfo=ZURICH)
    assert WEEK.due(datetime(2026, 12, 24, 12, 0, tzinfo=ZURICH), timedelta(hours=8)) == datetime(
        2026, 12, 28, 11, 0, tzinfo=ZURICH
    )


def test_without_work_a_due_date_is_the_start_even_at_night() -> None:
    night = datetime(2026, 11, 20, 23, 0, tzinfo=ZURICH)
    assert WEEK.due(night, timedelta(0)) == night
    assert WEEK.due(night, timedelta(hours=-1)) == night


def test_the_next_opening_is_now_while_somebody_works_and_not_at_closing_time() -> None:
    assert WEEK.opening(FRIDAY_NOON) == FRIDAY_NOON
    closing = datetime(2026, 11, 20, 17, 0, tzinfo=ZURICH)
    assert WEEK.opening(closing) == datetime(2026, 11, 23, 8, 0, tzinfo=ZURICH)


def test_a_day_that_the_change_of_the_clock_begins_anew_counts_both_times() -> None:
    # Until 2011 Newfoundland set its clocks back at one minute past midnight, into the day before.
    newfoundland = Calendar(ZoneInfo("America/St_Johns"), parse("Mo-Su 23:00-24:00"))
    evening = datetime(2010, 11, 6, 20, 0, tzinfo=newfoundland.zone).astimezone(UTC)
    assert newfoundland.worked(evening, evening + timedelta(hours=12)) == timedelta(minutes=119)
    assert newfoundland.due(evening, timedelta(minutes=61)) == evening + timedelta(hours=4, minutes=2)


class Shut(Calendar):
    """A country in which every day is a public holiday."""

    def is_working_day(self, day: date) -> bool:
        return day < date.min


def test_a_clock_rings_after_three_years_where_every_working_day_is_a_holiday() -> None:
    shut = Shut(ZURICH, parse("Su 10:00-12:00"))
    assert shut.opening(FRIDAY_NOON) == datetime(2029, 11, 25, 10, 0, tzinfo=ZURICH)
    assert shut.due(FRIDAY_NOON, timedelta(hours=3)) == datetime(2029, 12, 2, 11, 0, tzinfo=ZURICH)
    assert shut.worked(FRIDAY_NOON, datetime(2029, 12, 2, 11, 0, tzinfo=ZURICH)) == timedelta(hours=3)
    assert shut.after(FRIDAY, 2) == date(2029, 12, 2)
    assert shut.before(FRIDAY, 1) == date(2023, 11, 12)


def test_working_time_is_ones_own_else_the_departments_else_the_workspaces() -> None:
    workspace = Custom("Europe/Berlin", "DE")
    assert calendar(workspace) == Calendar(ZoneInfo("Europe/Berlin"), parse(DEFAULT), "DE")
    department = Custom(None, "CH", "ZH", "Mo-Th 08:00-16:00")
    assert calendar(Custom("Asia/Tokyo"), department, workspace) == Calendar(
        ZoneInfo("Asia/Tokyo"), parse("Mo-Th 08:00-16:00"), "CH", "ZH"
    )
    assert calendar(Custom(hours="Fr 08:00-12:00"), department, workspace).hours == parse("Fr 08:00-12:00")


def test_a_region_counts_only_in_the_country_it_belongs_to() -> None:
    department, workspace = Custom("Europe/Zurich", "CH", "ZH"), Custom("Europe/Berlin", "DE", "BY")
    assert calendar(Custom(country="AT"), department).region is None
    assert calendar(Custom(region="BE"), department) == Calendar(ZURICH, parse(DEFAULT), "CH", "BE")
    assert calendar(Custom(), Custom(), workspace).region == "BY"


@pytest.mark.parametrize("zone", ["Atlantis", "Europe", "../etc/passwd", "\0"])
def test_a_zone_or_hours_nobody_can_read_are_passed_over(zone: str) -> None:
    assert calendar(Custom(zone, hours="whenever"), Custom("Europe/Zurich")) == Calendar(ZURICH, parse(DEFAULT))
    assert calendar(Custom(zone)).zone == ZoneInfo("UTC")
