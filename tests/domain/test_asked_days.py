from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asked_days import Days, find_days

TODAY = date(2026, 11, 20)
"""A Friday."""


def read(question: str, today: date = TODAY) -> tuple[str, str] | None:
    """Read a question in lower case and return its first and last day, shortened."""
    found = find_days(question.split(), today)
    return (f"{found.days.first}", f"{found.days.last or ''}") if found else None


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("gestern", "2026-11-19", "2026-11-19"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("vorgestern", "2026-11-18", "2026-11-18"),
        ("was war heute los", "2026-11-20", "2026-11-20"),
        ("diese woche", "2026-11-16", "2026-11-22"),
        ("this week", "2026-11-16", "2026-11-22"),
        ("letzte woche", "2026-11-09", "2026-11-15"),
        ("in der vergangenen woche", "2026-11-09", "2026-11-15"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("im letzten monat", "2026-10-01", "2026-10-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("letztes quartal", "2026-07-01", "2026-09-30"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("dieses halbjahr", "2026-07-01", "2026-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("im vorjahr", "2025-01-01", "2025-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("im jahr 2025", "2025-01-01", "2025-12-31"),
        ("seit mai", "2026-05-01", ""),
        ("since may", "2026-05-01", ""),
        ("seit mitte oktober", "2026-10-11", ""),
        ("since mid-october", "2026-10-11", ""),
        ("seit dezember", "2025-12-01", ""),
        ("seit dem 3 september", "2026-09-03", ""),
        ("since 2026-10-14", "2026-10-14", ""),
        ("seit 14.10", "2026-10-14", ""),
        ("seit montag", "2026-11-16", ""),
        ("seit freitag", "2026-11-20", ""),
        ("seit kw 40", "2026-09-28", ""),
        ("seit kw 50", "2025-12-08", ""),
        ("seit letztem jahr", "2025-01-01", ""),
        ("im oktober", "2026-10-01", "2026-10-31"),
        ("in october", "2026-10-01", "2026-10-31"),
        ("im dezember", "2025-12-01", "2025-12-31"),
        ("oktober 2025", "2025-10-01", "2025-10-31"),
        ("ende oktober 2026", "2026-10-21", "2026-10-31"),
        ("at the end of october 2026", "2026-10-21", "2026-10-31"),
        ("letzten november", "2025-11-01", "2025-11-30"),
        ("last may", "2026-05-01", "2026-05-31"),
        ("in den letzten drei wochen", "2026-10-30", "2026-11-20"),
        ("in the last 10 days", "2026-11-10", "2026-11-20"),
        ("in den letzten zwei monaten", "2026-09-20", "2026-11-20"),
        ("vor zwei wochen", "2026-11-02", "2026-11-08"),
        ("two weeks ago", "2026-11-02", "2026-11-08"),
        ("vor einem monat", "2026-10-01", "2026-10-31"),
        ("vor drei tagen", "2026-11-17", "2026-11-17"),
        ("a year ago", "2025-01-01", "2025-12-31"),
        ("von märz bis juni", "2026-03-01", "2026-06-30"),
        ("between november and february", "2025-11-01", "2026-02-28"),
        ("from 2025 to 2026", "2025-01-01", "2026-12-31"),
        ("im ersten halbjahr", "2026-01-01", "2026-06-30"),
        ("first half of 2025", "2025-01-01", "2025-06-30"),
        ("q3 2025", "2025-07-01", "2025-09-30"),
        ("in q1", "2026-01-01", "2026-03-31"),
        ("im 2. quartal", "2026-04-01", "2026-06-30"),
        ("im sommer", "2026-06-01", "2026-08-31"),
        ("last summer", "2026-06-01", "2026-08-31"),
        ("letzten herbst", "2025-09-01", "2025-11-30"),
        ("sommer 2025", "2025-06-01", "2025-08-31"),
        ("im winter", "2025-12-01", "2026-02-28"),
        ("am 12 märz", "2026-03-12", "2026-03-12"),
        ("on march 12th", "2026-03-12", "2026-03-12"),
        ("12 march 2025", "2025-03-12", "2025-03-12"),
        ("vom 14.10.2025", "2025-10-14", "2025-10-14"),
        ("am 24 dezember", "2025-12-24", "2025-12-24"),
        ("last friday", "2026-11-13", "2026-11-13"),
        ("letzten montag", "2026-11-16", "2026-11-16"),
        ("in kw 12", "2026-03-16", "2026-03-22"),
        ("in kw12", "2026-03-16", "2026-03-22"),
        ("seit drei wochen", "2026-10-30", ""),
        ("seit einem jahr", "2025-11-20", ""),
        ("since six months", "2026-05-20", ""),
        ("seit einem halben jahr", "2026-05-20", ""),
        ("im letzten halben jahr", "2026-05-20", "2026-11-20"),
        ("in letzter zeit", "2026-08-20", "2026-11-20"),
        ("seit jahresbeginn", "2026-01-01", ""),
        ("seit anfang jahr", "2026-01-01", ""),
        ("since the beginning of the year", "2026-01-01", ""),
        ("seit weihnachten", "2025-12-25", ""),
        ("since easter", "2026-04-05", ""),
        ("14.10.26", "2026-10-14", "2026-10-14"),
        ("14/10/2026", "2026-10-14", "2026-10-14"),
        ("10/14/2026", "2026-10-14", "2026-10-14"),
        ("on 6/11", "2026-11-06", "2026-11-06"),
        ("10.2025", "2025-10-01", "2025-10-31"),
        ("on the 6th of november", "2026-11-06", "2026-11-06"),
        ("termin seit mai bei helvetia", "2026-05-01", ""),
    ],
)  # fmt: skip
def test_time_words_are_the_days_they_mean(question: str, first: str, last: str) -> None:
    assert read(question.replace("2. quartal", "2 quartal")) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        *(
            "mai",
            "may",
            "im mai 2027",
            "2027",
            "in 2027",
            "bis ende mai",
            "until october",
            "by friday",
            "für q1",
            "ab juni",
        ),
        *("am samstag", "on monday", "montag", "q1", "kw 10", "3.1", "sommer", "ende oktober", "liefertermin", "1450"),
        *(
            "seit",
            "since yesterday's",
            "between may and leeds",
            "vor ostern",
            "vor zwei",
            "the last",
            "last",
            "zwischen mai",
        ),
        *("on 31 february", "in week 99", "seit 31.2", "letzte nacht", "12", "between the lines and wires", ""),
        *(
            "den letzten",
            "first",
            "erste lieferung",
            "from leeds to york",
            "vor 0 tagen",
            "2026-13-01",
            "13/13/2026",
            "14.10/26",
            "13.2025",
        ),
        *("anfang 2027", "mitte jahr", "kw99", "the half", "ostern"),
    ],
)
def test_what_may_mean_something_else_or_lies_ahead_stays_a_word(question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("q3", "2026-07-01", "2026-09-30"),
        ("mai", "2026-05-01", "2026-05-31"),
        ("anfang oktober", "2026-10-01", "2026-10-10"),
        ("6 nov", "2026-11-06", "2026-11-06"),
        ("november 6", "2026-11-06", "2026-11-06"),
        ("06.11", "2026-11-06", "2026-11-06"),
        ("am dienstag", "2026-11-17", "2026-11-17"),
        ("kw 45", "2026-11-02", "2026-11-08"),
        ("kw45", "2026-11-02", "2026-11-08"),
        ("nächste woche", "2026-11-23", "2026-11-29"),
        ("next month", "2026-12-01", "2026-12-31"),
        ("morgen", "2026-11-21", "2026-11-21"),
    ],
)
def test_a_bare_time_is_one_where_nothing_else_is_asked(question: str, first: str, last: str) -> None:
    found = find_days(question.split(), TODAY, alone=True)
    assert found is not None
    assert found.days == Days(date.fromisoformat(first), date.fromisoformat(last))


def test_what_is_to_come_is_no_time_beside_others_and_a_year_never() -> None:
    assert read("nächste woche") is None
    assert find_days(["2027"], TODAY, alone=True) is None


def test_only_the_words_of_the_time_are_taken() -> None:
    found = find_days(["was", "war", "in", "den", "letzten", "drei", "wochen", "bei", "helvetia"], TODAY)
    assert found is not None
    assert (found.first, found.after) == (2, 7)


def test_of_two_times_the_first_is_meant() -> None:
    assert read("gestern oder 2025") == ("2026-11-19", "2026-11-19")


def test_the_last_day_of_a_longer_month_counts_back_to_the_shorter_one() -> None:
    assert read("in den letzten drei monaten", date(2026, 5, 31)) == ("2026-02-28", "2026-05-31")


def test_days_begin_and_end_where_the_reader_is() -> None:
    day = Days(date(2026, 10, 25), date(2026, 10, 25))
    berlin = ZoneInfo("Europe/Berlin")
    assert day.begin(berlin) == datetime(2026, 10, 24, 22, tzinfo=UTC)
    # The night in which the clock goes back: the day has 25 hours.
    assert day.end(berlin) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert Days(date(2026, 10, 25)).end(berlin) is None


WORDS = st.sampled_from(
    [
        "seit",
        "since",
        "von",
        "bis",
        "between",
        "and",
        "zwischen",
        "und",
        "im",
        "in",
        "am",
        "on",
        "der",
        "den",
        "letzten",
        "last",
        "this",
        "diese",
        "vor",
        "ago",
        "zwei",
        "3",
        "31",
        "99",
        "kw",
        "q3",
        "woche",
        "wochen",
        "months",
        "jahr",
        "mai",
        "may",
        "märz",
        "february",
        "freitag",
        "monday",
        "2024",
        "2025",
        "2099",
        "14.10",
        "29.2.2025",
        "2026-02-30",
        "mid-may",
        "ende",
        "first",
        "half",
        "of",
        "quartal",
        "sommer",
        "gestern",
        "termin",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=12), st.dates(date(1995, 1, 1), date(2090, 12, 31)))
def test_any_words_on_any_day_are_read_without_fault(words: list[str], today: date) -> None:
    found = find_days(words, today)
    if found is not None:
        assert 0 <= found.first < found.after <= len(words)
        assert found.days.first <= today
        assert found.days.last is None or found.days.first <= found.days.last
