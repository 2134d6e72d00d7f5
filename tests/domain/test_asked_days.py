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
    return (f"{found.days.first or ''}", f"{found.days.last or ''}") if found else None


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("gestern", "2026-11-19", "2026-11-19"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("vorgestern", "2026-11-18", "2026-11-18"),
        ("von gestern morgen bis heute mittag", "2026-11-19", "2026-11-20"),
        ("seit montag früh", "2026-11-16", ""),
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
            "bis ende mai 2027",
            "until october 2027",
            "by friday",
            "für q1",
            "ab juni",
        ),
        *("am samstag", "on monday", "montag", "q1", "kw 10", "3.1", "sommer", "ende oktober", "liefertermin", "1450"),
        *(
            "seit",
            "since yesterday's",
            "between may and leeds",
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
        ("übermorgen", "2026-11-22", "2026-11-22"),
        ("uebermorgen", "2026-11-22", "2026-11-22"),
        ("day after tomorrow", "2026-11-22", "2026-11-22"),
        ("on the day after tomorrow", "2026-11-22", "2026-11-22"),
    ],
)
def test_a_bare_time_is_one_where_nothing_else_is_asked(question: str, first: str, last: str) -> None:
    found = find_days(question.split(), TODAY, alone=True)
    assert found is not None
    assert found.days == Days(date.fromisoformat(first), date.fromisoformat(last))


def test_what_is_to_come_is_no_time_beside_others_and_a_year_never() -> None:
    assert read("nächste woche") is None
    assert find_days(["2027"], TODAY, alone=True) is None


@pytest.mark.parametrize(
    ("question", "last", "is_beside"),
    [
        ("preis vor dem 1 mai", "2026-04-30", True),
        ("before 1 may", "2026-04-30", True),
        ("before the 1st of may", "2026-04-30", True),
        ("vorm 1.5", "2026-04-30", True),
        ("vor mai", "2026-04-30", True),
        ("price before may", "2026-04-30", True),
        ("before the end of q2", "2026-06-29", True),
        ("vor weihnachten", "2025-12-24", True),
        ("before christmas", "2025-12-24", True),
        ("before last week", "2026-11-08", True),
        ("vor letzter woche", "2026-11-08", True),
        ("vor gestern", "2026-11-18", True),
        ("vor dem 2 quartal", "2026-03-31", True),
        ("before friday", "2026-11-19", True),
        ("vor 2025", "2024-12-31", True),
        ("preis bis mai", "2026-05-31", False),
        ("until may", "2026-05-31", False),
        ("till q2", "2026-06-30", False),
        ("bis ende mai", "2026-05-31", False),
        ("until october", "2026-10-31", False),
        ("bis zum 1 mai", "2026-05-01", False),
        ("bis zum ende des 2 quartals", "2026-06-30", False),
        ("until the end of last week", "2026-11-15", False),
        ("bis ende 2025", "2025-12-31", False),
        ("bis gestern", "2026-11-19", False),
        ("until yesterday", "2026-11-19", False),
        ("bis heute morgen", "2026-11-20", False),
        ("bis vor zwei wochen", "2026-11-08", False),
    ],
)
def test_what_was_before_or_until_a_time_has_no_begin(question: str, last: str, is_beside: bool) -> None:
    found = find_days(question.split(), TODAY)
    assert found is not None
    assert found.days == Days(None, date.fromisoformat(last), is_beside=is_beside)
    assert found.after == len(question.split())


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("nach dem 1 oktober", "2026-10-02"),
        ("after 1 october", "2026-10-02"),
        ("preis nach mai", "2026-06-01"),
        ("after may", "2026-06-01"),
        ("after q2", "2026-07-01"),
        ("nach q2", "2026-07-01"),
        ("nach dem sommer", "2026-09-01"),
        ("after easter", "2026-04-06"),
        ("nach weihnachten", "2025-12-26"),
        ("after the end of 2025", "2026-01-01"),
        ("nach letzter woche", "2026-11-16"),
        ("after monday", "2026-11-17"),
        ("after yesterday", "2026-11-20"),
    ],
)
def test_what_was_after_a_time_begins_the_day_after_its_end(question: str, first: str) -> None:
    found = find_days(question.split(), TODAY)
    assert found is not None
    assert found.days == Days(date.fromisoformat(first), is_beside=True)


@pytest.mark.parametrize(
    "question",
    [
        *("lager vor ort", "reise nach ulm", "pumpe nach der wartung", "before", "vor dem", "bis", "after the visit"),
        *("liefern bis freitag", "until friday", "before next week", "nach heute", "after november", "bis morgen"),
        *("vor dem 1 mai 2027", "bis ende november 2026", "until the end of 2026", "nach 2026", "bis diese woche"),
        *("wartung nach 2000 stunden", "bis 2025 stück", "druck bis 4.5 bar", "von 3.1 bis 4.5 mm", "1.2 bis 1.4"),
        *("am tag nach ostern", "two weeks before christmas", "montag bis freitag", "the day after tomorrow"),
        *("vom 31 bis 15 mai", "vom 0 bis 15 mai", "vom 1 bis 15 mai 2027"),
    ],
)
def test_a_limit_that_lies_ahead_or_measures_something_stays_a_word(question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("zwischen mai und juli", "2026-05-01", "2026-07-31"),
        ("from march until june", "2026-03-01", "2026-06-30"),
        ("q1 bis q3", "2026-01-01", "2026-09-30"),
        ("march to june", "2026-03-01", "2026-06-30"),
        ("vom 1 bis 15 mai", "2026-05-01", "2026-05-15"),
        ("between 1 and 15 may", "2026-05-01", "2026-05-15"),
        ("vom 1 mai bis zum 15 mai", "2026-05-01", "2026-05-15"),
        ("the day before yesterday", "2026-11-18", "2026-11-18"),
        ("vor zwei wochen", "2026-11-02", "2026-11-08"),
        ("vor einem jahr", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_word_of_a_limit_may_be_part_of_another_time(question: str, first: str, last: str) -> None:
    assert read(question) == (first, last)


def test_alone_what_is_planned_after_a_time_to_come_can_be_asked_for() -> None:
    found = find_days(["after", "next", "week"], TODAY, alone=True)
    assert found is not None
    assert found.days == Days(date(2026, 11, 30), is_beside=True)
    assert find_days(["until", "next", "week"], TODAY, alone=True) is None


def test_until_a_weekday_is_a_time_only_where_nothing_else_is_asked() -> None:
    assert read("until thursday") is None
    found = find_days(["until", "thursday"], TODAY, alone=True)
    assert found is not None
    assert found.days == Days(None, date(2026, 11, 19))


def test_only_the_words_of_the_time_are_taken() -> None:
    found = find_days(["was", "war", "in", "den", "letzten", "drei", "wochen", "bei", "helvetia"], TODAY)
    assert found is not None
    assert (found.first, found.after) == (2, 7)


@pytest.mark.parametrize(
    "time",
    ["gestern morgen", "heute früh", "gestern vormittag", "heute mittag", "gestern nachmittag", "vorgestern abend",
     "gestern am abend", "yesterday morning", "yesterday in the afternoon", "today at noon", "yesterday evening",
     "last friday night", "am 6.11.26 abend", "morgen früh", "tomorrow morning", "übermorgen mittag",
     "am montag morgen", "on monday evening"],
)  # fmt: skip
def test_the_part_of_a_day_belongs_to_the_day(time: str) -> None:
    words = [*time.split(), "gesprochen"]
    found = find_days(words, TODAY, alone=True)
    assert found is not None
    assert (found.first, found.after) == (0, len(words) - 1)
    assert found.days == Days(found.days.first, found.days.first)


def test_other_words_and_longer_times_take_no_part_of_a_day() -> None:
    for time, after in (
        ("gestern am fenster", 1),
        ("heute und morgen", 1),
        ("gestern von morgen", 1),
        ("letzte woche mittag", 2),
    ):
        found = find_days(time.split(), TODAY)
        assert found is not None
        assert found.after == after


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
    assert Days(None, date(2026, 10, 25)).begin(berlin) is None


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
        "nach",
        "before",
        "until",
        "after",
        "day",
        "yesterday",
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
        "freitag",
        "monday",
        "2024",
        "2025",
        "2099",
        "14.10",
        "29.2.2025",
        "2026-02-30",
        "mid-may",
        "anfang",
        "mitte",
        "ende",
        "weihnachten",
        "tagen",
        "1.2.10",
        "version",
        "29",
        "february",
        "to",
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
        first, last = found.days.first, found.days.last
        assert 0 <= found.first < found.after <= len(words)
        assert first or last
        assert first is None or first <= today
        assert first is not None or (last is not None and last <= today)
        assert first is None or last is None or first <= last
