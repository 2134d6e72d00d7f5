"""What so many tries say about the rate behind them."""

import pytest

from tests.torture.bounds import Row, upper_bound


@pytest.mark.parametrize("tries", [10, 60, 200, 5000])
def test_no_failure_is_the_rule_of_three(tries: int) -> None:
    assert upper_bound(0, tries) == pytest.approx(1 - 0.05 ** (1 / tries))
    assert upper_bound(0, tries) < 3 / tries


@pytest.mark.parametrize(
    ("failures", "tries", "bound"), [(1, 20, 0.2161), (2, 20, 0.2826), (1, 100, 0.0466), (10, 100, 0.1637)]
)
def test_failures_have_the_exact_bound_of_clopper_and_pearson(failures: int, tries: int, bound: float) -> None:
    assert upper_bound(failures, tries) == pytest.approx(bound, abs=1e-4)


def test_all_failed_says_nothing_less_than_one() -> None:
    assert upper_bound(7, 7) == 1.0


@pytest.mark.parametrize(("failures", "tries"), [(0, 0), (2, 1), (-1, 5)])
def test_what_cannot_be_is_refused(failures: int, tries: int) -> None:
    with pytest.raises(ValueError, match=f"{failures} of {tries}"):
        upper_bound(failures, tries)


def test_a_line_of_the_table_says_what_was_tried() -> None:
    line = str(Row("P1", "kills", "SQLite", 200, "kills", 0))
    assert line == "| P1 | kills | SQLite | 200 kills | 0 | 1.49% |  |"
