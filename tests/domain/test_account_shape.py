from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.account_shape import (
    FEWEST,
    Carried,
    Meetings,
    Ours,
    Rating,
    Shape,
    Stage,
    Standing,
    Theirs,
    shape,
)
from bot.domain.contact_assessments import Measure
from bot.domain.identity import DepartmentId, MemberId
from bot.domain.members import Person
from tests.company import NOW

ROLES = {1: ("decider",), 2: ("user", "buyer"), 3: ("influencer",), 4: (), 5: ("decider",)}


def found(meetings: Iterable[tuple[int, int, int]]) -> Carried | None:
    """Count who met whom, as interaction, one of our people (each of a department of their own), and contact."""
    met = set(meetings)
    ours = Counter(member for _, member in {(number, member) for number, member, _ in met})
    theirs = Counter(contact for _, contact in {(number, contact) for number, _, contact in met})
    return shape(
        Meetings(
            len({number for number, _, _ in met}),
            len({(member, contact) for _, member, contact in met}),
            [Ours(DepartmentId(member), count) for member, count in ours.items()],
            [Theirs(ROLES[contact], count) for contact, count in theirs.items()],
        )
    )


class TestShape:
    def test_too_few_interactions_have_no_shape(self) -> None:
        assert shape(Meetings()) is None
        assert found((number, 1, 1) for number in range(FEWEST - 1)) is None
        assert found((number, 1, 1) for number in range(FEWEST)) is not None

    def test_one_person_of_ours_who_is_nearly_always_there_makes_a_bow_tie(self) -> None:
        carried = found([*((number, 1, 1 + number % 4) for number in range(8)), (8, 2, 1), (9, 3, 2)])

        assert carried is not None
        assert (carried.shape, carried.share, carried.interactions) == (Shape.BOW_TIE, 0.8, 10)

    def test_one_contact_who_is_nearly_always_there_makes_a_bow_tie_as_well(self) -> None:
        carried = found((number, number + 1, 1) for number in range(5))

        assert carried is not None
        assert (carried.shape, carried.share, carried.pairs) == (Shape.BOW_TIE, 1.0, 5)

    def test_three_functions_on_both_sides_and_five_pairs_that_nobody_dominates_make_a_diamond(self) -> None:
        pairs = [(1, 1), (2, 2), (3, 3), (1, 2), (2, 3), (3, 1)]
        carried = found((number, *pair) for number, pair in enumerate(pairs))

        assert carried is not None
        assert (carried.shape, carried.pairs) == (Shape.DIAMOND, 6)
        assert (carried.our_functions, carried.their_functions) == (3, 3)

    def test_two_functions_at_the_customer_are_still_in_transition(self) -> None:
        pairs = [(1, 1), (2, 2), (3, 5), (1, 2), (2, 5), (3, 1)]
        carried = found((number, *pair) for number, pair in enumerate(pairs))

        assert carried is not None
        assert (carried.shape, carried.their_functions) == (Shape.BETWEEN, 2)

    def test_a_contact_without_a_role_adds_no_function_and_one_with_two_adds_one(self) -> None:
        carried = found((number, number, 4 if number % 2 else 2) for number in range(6))

        assert carried is not None
        assert carried.their_functions == 1

    def test_somebody_without_a_department_adds_no_function(self) -> None:
        carried = shape(Meetings(5, 5, [Ours(None, 5)], [Theirs(("decider",), 5)]))

        assert carried is not None
        assert carried.our_functions == 0

    @given(st.sets(st.tuples(st.integers(0, 9), st.integers(1, 5), st.integers(1, 5)), max_size=60))
    def test_whoever_met_whom_the_figures_fit_the_shape(self, drawn: set[tuple[int, int, int]]) -> None:
        carried = found(drawn)

        assert (carried is None) == (len({number for number, _, _ in drawn}) < FEWEST)
        if carried is not None:
            assert 0 < carried.share <= 1
            assert (carried.shape is Shape.BOW_TIE) == (carried.share >= 0.8)
            assert carried.shape is not Shape.DIAMOND or carried.share <= 0.5


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
def test_a_judgement_is_asked_again_after_half_a_year(days: int, *, stale: bool) -> None:
    by = Person(MemberId("U1"), "Lea")
    assert Rating(Measure.RELATIONSHIP, 4, "so", by, NOW - timedelta(days=days)).is_stale(NOW) is stale


def test_a_judgement_is_the_same_whatever_its_reason_and_day() -> None:
    one = Standing(Stage.BASIC, None, is_at_risk=True, reason="a", at=NOW)

    assert one.judges_as(Standing(Stage.BASIC, None, is_at_risk=True))
    assert not one.judges_as(Standing(Stage.BASIC, Stage.COOPERATIVE, is_at_risk=True))
    assert not one.judges_as(Standing(Stage.BASIC))
