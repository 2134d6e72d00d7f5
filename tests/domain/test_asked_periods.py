from datetime import date

import pytest

from bot.domain.asked_days import Days
from bot.domain.questions import read_days

TODAY = date(2026, 11, 20)
"""A Friday."""


def read(question: str, today: date = TODAY) -> tuple[str, str, str]:
    """Read a question and return its first and last day, and what is left of it."""
    days, rest = read_days(question, today)
    return ("", "", rest) if days is None else (f"{days.first or ''}", f"{days.last or ''}", rest)


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("von März bis Juni 2024", "2024-03-01", "2024-06-30"),
        ("from January to June 2024", "2024-01-01", "2024-06-30"),
        ("zwischen Mai und Juli 2023", "2023-05-01", "2023-07-31"),
        ("between May and July 2023", "2023-05-01", "2023-07-31"),
        ("vom 1. März bis 15. Juni 2024", "2024-03-01", "2024-06-15"),
        ("from 1 March to 15 June 2024", "2024-03-01", "2024-06-15"),
        ("Q1 bis Q3 2024", "2024-01-01", "2024-09-30"),
        ("Q1 to Q3 2024", "2024-01-01", "2024-09-30"),
        ("vom 14.10. bis 20.10.2025", "2025-10-14", "2025-10-20"),
        ("von November bis Februar 2025", "2024-11-01", "2025-02-28"),
        ("between November and February 2025", "2024-11-01", "2025-02-28"),
        ("von Oktober bis Ende letzten Jahres", "2025-10-01", "2025-12-31"),
        ("zwischen Weihnachten und Ostern 2024", "2023-12-25", "2024-03-31"),
        ("von KW 50 bis KW 2", "2025-12-08", "2026-01-11"),
    ],
)
def test_a_range_begins_in_the_year_of_its_end_or_the_one_before(time: str, first: str, last: str) -> None:
    assert read(f"Preis {time}") == (first, last, "Preis")


def test_a_range_of_weekdays_begins_in_the_week_in_which_it_ends() -> None:
    wednesday = date(2026, 11, 18)
    assert read("von Donnerstag bis Montag", wednesday) == ("2026-11-12", "2026-11-16", "")
    assert read("from Thursday to Monday", wednesday) == ("2026-11-12", "2026-11-16", "")
    assert read("Montag bis Mittwoch") == ("2026-11-16", "2026-11-18", "")
    assert read("Kran Montag bis Mittwoch") == ("", "", "Kran Montag bis Mittwoch")


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("Oktober 2024 bis März", "2024-10-01", "2025-03-31"),
        ("October 2024 to March", "2024-10-01", "2025-03-31"),
        ("14.10.2025 bis 20.10.", "2025-10-14", "2025-10-20"),
        ("Oktober 2025 bis März", "2025-10-01", "2026-03-31"),
        ("von 2024 bis Mai", "2024-01-01", "2026-05-31"),
        ("from last year until May", "2025-01-01", "2026-05-31"),
        ("von März 2025 bis Montag", "2025-03-01", "2026-11-16"),
    ],
)
def test_a_range_whose_year_stands_at_its_begin_ends_within_a_year(time: str, first: str, last: str) -> None:
    assert read(f"Preis {time}") == (first, last, "Preis")


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("2024 bis 2026", "2024-01-01", "2026-12-31"),
        ("2024 to 2026", "2024-01-01", "2026-12-31"),
        ("14.10.2025 bis 20.10.2025", "2025-10-14", "2025-10-20"),
        ("2026-01-01 to 2026-02-01", "2026-01-01", "2026-02-01"),
        ("14. Oktober bis 20. Oktober", "2026-10-14", "2026-10-20"),
        ("14 October to 20 October", "2026-10-14", "2026-10-20"),
        ("14. bis 20. Oktober", "2026-10-14", "2026-10-20"),
        ("14.10. bis 20.10.2025", "2025-10-14", "2025-10-20"),
        ("1. Quartal bis 3. Quartal", "2026-01-01", "2026-09-30"),
        ("1st quarter to 3rd quarter", "2026-01-01", "2026-09-30"),
        ("vom 1. bis 15.5.2026", "2026-05-01", "2026-05-15"),
    ],
)
def test_a_range_may_begin_with_a_digit(time: str, first: str, last: str) -> None:
    assert read(f"Preis {time}") == (first, last, "Preis")


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("im Mai bis Juli", "2026-05-01", "2026-07-31"),
        ("seit Mai bis Juli", "2026-05-01", "2026-07-31"),
        ("since May until July", "2026-05-01", "2026-07-31"),
        ("in Q1 to Q3", "2026-01-01", "2026-09-30"),
        ("vor zwei Wochen bis gestern", "2026-11-02", "2026-11-19"),
        ("von Mai bis morgen", "2026-05-01", "2026-11-21"),
        ("am Montag bis 20.11.2026", "", ""),
    ],
)
def test_of_two_joined_times_never_one_alone_is_meant(time: str, first: str, last: str) -> None:
    assert read(f"Preis {time}") == (first, last, "Preis" if first else f"Preis {time}")


@pytest.mark.parametrize(
    "question",
    ["Preis von März bis Juni 2027", "Preisbindung 2025 bis 2027", "fixed price from 2025 to 2027", "1.2 bis 1.4 Kabel",
     "Preis von Juni 2024 bis März 2024", "Preis between 31 and 15 May 2025", "Preis vom 31. bis 15. Mai 2025",
     "Preis für 2024 bis 2025", "Preis für Mai 2026", "price for Q3 2025", "Lieferung 12. Dezember 2026",
     "delivery December 2026", "Seiten 5 bis 10.12.2025"],
)  # fmt: skip
def test_what_makes_no_range_or_lies_ahead_is_not_read_by_half(question: str) -> None:
    assert read(question) == ("", "", question)


@pytest.mark.parametrize("question", ["Preis diese Woche bis Freitag", "Preis this week until Friday"])
def test_until_a_weekday_behind_a_time_may_be_when_something_is_due(question: str) -> None:
    first, last, rest = read(question)
    assert (first, last) == ("2026-11-16", "2026-11-22")
    assert rest.casefold().endswith(("bis freitag", "until friday"))


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("seit Ende 2025", "2025-11-01", ""),
        ("since the end of 2025", "2025-11-01", ""),
        ("since the end of last week", "2026-11-13", ""),
        ("seit Ende letzter Woche", "2026-11-13", ""),
        ("seit Ende September", "2026-09-21", ""),
        ("since the end of September", "2026-09-21", ""),
        ("seit Mitte letzten Monats", "2026-10-11", ""),
        ("seit Anfang des Jahres 2025", "2025-01-01", ""),
        ("Ende letzten Jahres", "2025-11-01", "2025-12-31"),
        ("at the end of last year", "2025-11-01", "2025-12-31"),
        ("late 2025", "2025-11-01", "2025-12-31"),
        ("Anfang 2025", "2025-01-01", "2025-02-28"),
        ("mid 2025", "2025-05-01", "2025-08-31"),
        ("Ende Q2 2025", "2025-06-01", "2025-06-30"),
        ("Mitte letztes Quartal", "2026-08-01", "2026-08-31"),
        ("at the end of the first half of 2025", "2025-05-01", "2025-06-30"),
        ("Anfang letzter Woche", "2026-11-09", "2026-11-10"),
        ("mid-October 2025", "2025-10-11", "2025-10-20"),
        ("Ende Februar 2026", "2026-02-21", "2026-02-28"),
        ("bis Ende 2025", "", "2025-12-31"),
        ("bis Ende des Jahres 2025", "", "2025-12-31"),
        ("until the end of last week", "", "2026-11-15"),
        ("bis Mitte Mai", "", "2026-05-20"),
    ],
)
def test_the_beginning_middle_or_end_of_a_time_is_not_the_whole(time: str, first: str, last: str) -> None:
    rest = "Preis at the" if time.startswith("at") else "Preis"
    assert read(f"Preis {time}") == (first, last, rest)


def test_a_day_and_a_few_have_no_end_of_their_own() -> None:
    assert read("Start gestern") == ("2026-11-19", "2026-11-19", "Start")
    assert read("Ende letzten zwei Tage") == ("2026-11-18", "2026-11-20", "Ende")


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Preis nach Weihnachten 2024", Days(date(2024, 12, 26), is_beside=True)),
        ("Preis seit Ostern 2024", Days(date(2024, 3, 31))),
        ("Preis on Christmas 2024", Days(date(2024, 12, 25), date(2024, 12, 25))),
        ("Preis before Easter 2024", Days(None, date(2024, 3, 30), is_beside=True)),
        ("Preis before Christmas 2024", Days(None, date(2024, 12, 24), is_beside=True)),
        ("Preis seit Weihnachten", Days(date(2025, 12, 25))),
        ("Preis letzte Weihnachten", Days(date(2025, 12, 25), date(2025, 12, 25))),
        ("Preis seit letzten Ostern", Days(date(2026, 4, 5))),
        ("Preis last Christmas", Days(date(2025, 12, 25), date(2025, 12, 25))),
    ],
)
def test_a_feast_is_in_the_year_behind_it(question: str, days: Days) -> None:
    assert read_days(question, TODAY) == (days, "Preis")


@pytest.mark.parametrize(
    ("time", "first"),
    [
        ("in letzter Zeit", "2026-08-20"),
        ("in jüngster Zeit", "2026-08-20"),
        ("in juengster Zeit", "2026-08-20"),
        ("in den letzten Wochen", "2026-10-09"),
        ("in the last weeks", "2026-10-09"),
        ("in recent weeks", "2026-10-09"),
        ("in den letzten paar Wochen", "2026-10-09"),
        ("in den letzten Tagen", "2026-11-13"),
        ("in the last few days", "2026-11-13"),
        ("in den vergangenen Monaten", "2026-05-20"),
        ("in the past months", "2026-05-20"),
        ("in den letzten Quartalen", "2025-11-20"),
        ("in the last couple of years", "2021-11-20"),
    ],
)
def test_times_without_a_number_are_some_until_today(time: str, first: str) -> None:
    assert read(f"Preis {time}") == (first, "2026-11-20", "Preis")


def test_one_last_week_month_or_year_stays_one() -> None:
    assert read("letzte Woche") == ("2026-11-09", "2026-11-15", "")
    assert read("letzten Monats") == ("2026-10-01", "2026-10-31", "")
    assert read("last year") == ("2025-01-01", "2025-12-31", "")


@pytest.mark.parametrize(
    "question",
    ["Firmware 1.2.10 Problem", "Version 2.4.12", "Rev. 3.2.25", "seit Release 1.2.10", "SW 10.11.12 Absturz",
     "firmware 2.4.12 crash", "Kabel 3.2.15", "cable 1.2.10", "Drehzahl bis 2000 U/min", "speed until 2000 rpm",
     "Motor 2000 U/min", "2000 Stück Lager", "2000 pieces", "bearing until 2000 N", "Lager bis 2000 h"],
)  # fmt: skip
def test_versions_and_measures_are_no_times(question: str) -> None:
    assert read(question) == ("", "", question)


@pytest.mark.parametrize(
    ("question", "first", "last", "rest"),
    [
        ("October 2025 parts shortage", "2025-10-01", "2025-10-31", "parts shortage"),
        ("what changed in Q3 2025 hours", "2025-07-01", "2025-09-30", "what changed hours"),
        ("im Jahr 2025 Stunden", "2025-01-01", "2025-12-31", "Stunden"),
        ("in 2024 days lost", "2024-01-01", "2024-12-31", "days lost"),
        ("Protokoll 6.11.26", "2026-11-06", "2026-11-06", "Protokoll"),
        ("visit 3.2.25", "2025-02-03", "2025-02-03", "visit"),
    ],
)
def test_a_clear_time_stays_one_beside_other_words(question: str, first: str, last: str, rest: str) -> None:
    assert read(question) == (first, last, rest)


@pytest.mark.parametrize(
    ("question", "first", "last", "rest"),
    [
        ("what happened last Monday to Friday", "2026-11-16", "2026-11-20", "what happened"),
        ("letzten Montag bis Freitag", "2026-11-16", "2026-11-20", ""),
        ("gestern bis Freitag", "2026-11-19", "2026-11-20", ""),
        ("diese Woche bis Freitag", "2026-11-16", "2026-11-22", "bis Freitag"),
    ],
)
def test_days_up_to_a_weekday_are_a_range_and_what_is_longer_may_be_due_then(
    question: str, first: str, last: str, rest: str
) -> None:
    assert read(question) == (first, last, rest)


@pytest.mark.parametrize(
    ("question", "first", "last", "rest"),
    [
        ("delivery start in Q3 2025", "2025-07-01", "2025-09-30", "delivery start"),
        ("Projekt Start in 2025", "2025-01-01", "2025-12-31", "Projekt Start"),
        ("start of Q3 2025", "2025-07-01", "2025-07-31", ""),
        ("Ende des Jahres 2025", "2025-11-01", "2025-12-31", ""),
    ],
)
def test_the_start_of_something_else_narrows_no_time(question: str, first: str, last: str, rest: str) -> None:
    assert read(question) == (first, last, rest)


@pytest.mark.parametrize(
    ("question", "first", "rest"),
    [
        ("Kabel am 3.2.25", "2025-02-03", "Kabel"),
        ("cable on 3.2.25", "2025-02-03", "cable"),
        ("3.2.25", "2025-02-03", ""),
        ("Kabel 03.02.25", "2025-02-03", "Kabel"),
        ("Kabel 3.2.2025", "2025-02-03", "Kabel"),
        ("Version 14.10.2025", "2025-10-14", "Version"),
        ("14.10.2025 M. Kraft", "2025-10-14", "M. Kraft"),
    ],
)
def test_a_date_in_full_beside_a_time_word_or_alone_is_one(question: str, first: str, rest: str) -> None:
    assert read(question) == (first, first, rest)
