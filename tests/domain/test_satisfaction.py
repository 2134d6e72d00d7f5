from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identity import AccountId
from bot.domain.satisfaction import HALF, NEWEST, PERIOD, Trend, Value, picture

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ONE, TWO = AccountId(1), AccountId(2)


def values(*figures: int, account: AccountId = ONE, since: datetime = NOW) -> list[Value]:
    """One value a day, the newest first."""
    return [Value(figure, since - timedelta(days=day), account) for day, figure in enumerate(figures)]


def test_without_values_there_is_nothing_to_say() -> None:
    assert picture([], NOW).count == 0


def test_up_to_four_values_stay_single_and_the_newest_comes_first() -> None:
    seen = picture(reversed(values(4, 2, 5, 3)), NOW)

    assert [value.value for value in seen.single] == [4, 2, 5, 3]
    assert seen.middle is None


def test_five_to_nine_values_have_a_median_and_a_range() -> None:
    seen = picture(values(5, 1, 4, 4, 2), NOW)

    assert (seen.middle, seen.is_average, seen.lowest, seen.highest) == (4, False, 1, 5)
    assert seen.single == ()


def test_ten_values_have_an_average() -> None:
    seen = picture(values(5, 5, 5, 5, 5, 4, 4, 4, 4, 4), NOW)

    assert (seen.middle, seen.is_average, seen.count) == (4.5, True, 10)


def test_an_account_that_is_asked_often_does_not_decide_for_its_group() -> None:
    seen = picture([*values(*[5] * 9), *values(1, account=TWO)], NOW)

    assert seen.middle == 3


def test_what_is_older_than_a_year_or_planned_does_not_count() -> None:
    old, planned = NOW - PERIOD, NOW + timedelta(minutes=1)

    assert picture([Value(5, old, ONE), Value(1, planned, ONE), Value(3, NOW, ONE)], NOW).count == 1


@pytest.mark.parametrize(("late", "early", "trend"), [(5, 3, Trend.UP), (2, 4, Trend.DOWN), (4, 4, Trend.STEADY)])
def test_a_trend_compares_two_halves_of_five_values_each(late: int, early: int, trend: Trend) -> None:
    before = NOW - PERIOD / 2 - timedelta(days=1)

    assert picture([*values(*[late] * 5), *values(*[early] * 5, since=before)], NOW).trend is trend


def test_four_values_in_one_half_make_no_trend() -> None:
    before = NOW - PERIOD / 2 - timedelta(days=1)

    assert picture([*values(*[5] * 9), *values(1, 1, 1, 1, since=before)], NOW).trend is None


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 800), st.sampled_from([ONE, TWO])), max_size=40))
def test_a_figure_stays_between_the_lowest_and_the_highest_value(drawn: list[tuple[int, int, AccountId]]) -> None:
    seen = picture([Value(figure, NOW - timedelta(days=days), account) for figure, days, account in drawn], NOW)

    if seen.middle is None:
        assert len(seen.single) == seen.count < 5
    else:
        assert seen.lowest <= seen.middle <= seen.highest


def test_of_very_many_values_the_newest_are_summed_up_and_it_is_said() -> None:
    seen = picture([*values(*[5] * NEWEST), *values(1, 1, since=NOW - timedelta(days=NEWEST))], NOW)

    assert (seen.count, seen.middle, seen.is_cut) == (NEWEST, 5, True)
    assert not picture(values(*[5] * NEWEST), NOW).is_cut


def test_very_many_values_still_tell_whether_it_is_better_than_the_half_year_before() -> None:
    seen = picture([*values(*[5] * (NEWEST + 1)), *values(3, 3, 3, 3, 3, since=NOW - HALF)], NOW)

    assert (seen.count, seen.middle, seen.is_cut, seen.trend) == (NEWEST, 5, True, Trend.UP)


def test_few_new_values_are_summed_up_with_the_newest_of_the_half_year_before() -> None:
    older = [Value(3, NOW - HALF - timedelta(hours=hours), ONE) for hours in range(NEWEST + 4)]

    seen = picture([*values(5, 5, 5, 5, 5), *older], NOW)

    assert (seen.count, seen.is_cut, seen.trend) == (NEWEST + 5, True, Trend.UP)
