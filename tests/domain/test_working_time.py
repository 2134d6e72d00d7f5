from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.working_time import DEFAULT, Calendar, parse

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
