from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.limits import Credit, Rate, spend
from tests.company import NOW


def test_half_a_minutes_worth_may_come_at_once_then_one_has_to_wait() -> None:
    rate, credit = Rate(60), None
    for _ in range(30):
        credit, wait = spend(rate, credit, NOW)
        assert not wait
    credit, wait = spend(rate, credit, NOW)
    assert wait == timedelta(seconds=1)
    credit, wait = spend(rate, credit, NOW + timedelta(seconds=1))
    assert not wait


def test_a_clock_that_is_set_back_neither_gives_nor_takes() -> None:
    credit, wait = spend(Rate(60), Credit(0.5, NOW), NOW - timedelta(days=3))
    assert (credit.left, wait) == (0.5, timedelta(seconds=0.5))


@given(st.integers(1, 5000), st.lists(st.floats(0, 120), max_size=200))
def test_nobody_gets_more_than_the_rate_and_what_may_come_at_once(per_minute: int, pauses: list[float]) -> None:
    rate, credit, now, passed = Rate(per_minute), None, NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        credit, wait = spend(rate, credit, now)
        passed += not wait
    seconds = (now - NOW).total_seconds()
    assert passed <= rate.at_once + seconds * per_minute / 60 + 1


@given(st.integers(1, 5000), st.floats(0, 1, exclude_max=True))
def test_whoever_waits_as_long_as_was_said_may_pass(per_minute: int, left: float) -> None:
    credit, wait = spend(Rate(per_minute), Credit(left, NOW), NOW)
    _, again = spend(Rate(per_minute), credit, NOW + wait + timedelta(milliseconds=1))
    assert wait
    assert not again
