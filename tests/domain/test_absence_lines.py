from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors
from bot.domain.absence_lines import read_days

TODAY = date(2026, 11, 22)
WEEK = (date(2026, 12, 1), date(2026, 12, 5))


@pytest.mark.parametrize(
    "line",
    [
        "1.12.-5.12. @ana",
        "1.12-5.12",
        "1.-5.12.",
        "vom 1.12. bis 5.12.2026",
        "1.12.26 – 5.12.26",
        "@ana.costa 1. Dezember bis 5. Dezember",
        "1 Dec to 5 Dec",
        "from 1 December 2026 until 5 December 2026",
        "Dec 1 - Dec 5, 2026 @ana",
        "1 - 5 Dec",
        "2026-12-01 - 2026-12-05",
        "2026-12-01 bis 2026-12-05",
    ],
)
def test_first_and_last_day_are_read_in_german_and_english(line: str) -> None:
    assert read_days(line, TODAY) == WEEK


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("1.12.", date(2026, 12, 1), date(2026, 12, 1)),
        ("heute", TODAY, TODAY),
        ("morgen bis 24.11.", date(2026, 11, 23), date(2026, 11, 24)),
        ("tomorrow", date(2026, 11, 23), date(2026, 11, 23)),
        ("20.12.-3.1.", date(2026, 12, 20), date(2027, 1, 3)),
        ("5. Jan bis 9. Jan", date(2027, 1, 5), date(2027, 1, 9)),
        ("29.2.2028", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_day_without_its_year_is_the_nearest_and_the_last_comes_after_the_first(
    line: str, first: date, last: date
) -> None:
    assert read_days(line, TODAY) == (first, last)


def test_what_is_over_or_the_wrong_way_round_is_read_as_it_stands_and_refused_by_the_period() -> None:
    assert read_days("2.11.", TODAY) == (date(2026, 11, 2), date(2026, 11, 2))
    assert read_days("5.12.-1.12.", TODAY) == (date(2026, 12, 5), date(2026, 12, 1))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "@ana",
        "bis 5.12.",
        "next week",
        "32.12.",
        "30.2.2027",
        "0.12.",
        "1.12.-",
        "1.12.-5.12. skiing",
        "1.12. 5.12.",
        "99.-5.12.",
        "1.-",
        "1 - skiing",
        "<!channel> 1.12.",
        "١.١٢.",
    ],
)
def test_a_line_with_anything_else_in_it_is_asked_back(line: str) -> None:
    with pytest.raises(errors.AbsenceUnread) as refused:
        read_days(line, TODAY)
    assert refused.value.typed == line


@given(st.text(alphabet="0123456789.-–@ abcdez", max_size=30))
def test_no_line_breaks_the_reading(line: str) -> None:
    try:
        first, last = read_days(line, TODAY)
    except errors.AbsenceUnread:
        return
    assert first.year > 0 < last.year
