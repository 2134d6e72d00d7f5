from datetime import timedelta

import pytest

from bot.domain.contact_touch import Lapse, Limits, lapse, limits
from tests.company import NOW


@pytest.mark.parametrize(
    ("tier", "level", "days"),
    [
        ("a", 1, (90, 180)),
        ("a", 2, (45, 90)),
        ("a", 3, (45, 90)),
        ("a", 4, (60, 120)),
        ("a", 5, (60, 120)),
        ("b", 1, (135, 270)),
        ("b", 3, (67, 135)),
        ("c", 2, (90, 180)),
        (None, 1, (180, 360)),
        ("a", None, (60, 120)),
    ],
)
def test_limits_follow_tier_and_level(tier: str | None, level: int | None, days: tuple[int, int]) -> None:
    assert limits(tier, level) == Limits(*days)


def test_what_a_contact_wishes_goes_before_tier_and_level() -> None:
    assert limits("a", 1, 30) == Limits(30, 60)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, Lapse.FRESH), (45, Lapse.FRESH), (46, Lapse.SOFT), (90, Lapse.SOFT), (91, Lapse.HARD)],
)
def test_the_last_day_of_a_limit_is_in_time_and_the_next_is_not(days: int, expected: Lapse) -> None:
    assert lapse(NOW - timedelta(days=days), Limits(45, 90), NOW) is expected


def test_who_was_never_met_has_no_date_to_lapse() -> None:
    assert lapse(None, Limits(45, 90), NOW) is Lapse.NEVER
