from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.absences import Absence, Away, Gone, uncovered
from bot.domain.identity import AbsenceId, MemberId
from bot.domain.members import Person

MARTIN, ANA, BEN, EVA = (MemberId(f"U{name}") for name in ("MARTIN", "ANA", "BEN", "EVA"))
DAY = date(2026, 12, 7)
PEOPLE = st.sampled_from([MARTIN, ANA, BEN, EVA])


def gone(**deputies: MemberId | None) -> Away:
    return Away({MemberId(f"U{name.upper()}"): Gone(DAY, deputy) for name, deputy in deputies.items()})


def absence(
    who: MemberId, start: int, end: int, deputy: MemberId | None = None, *, left: bool = False, withdrawn: bool = False
) -> Absence:
    return Absence(
        AbsenceId(start),
        Person(who, who),
        DAY + timedelta(days=start),
        DAY + timedelta(days=end),
        Person(deputy, deputy, left=left) if deputy else None,
        is_withdrawn=withdrawn,
    )


def test_who_is_here_acts_themselves() -> None:
    assert Away().stand_in(MARTIN) == MARTIN
    assert gone(ana=BEN).stand_in(MARTIN, EVA) == MARTIN
    assert not Away().is_away(MARTIN)
    assert Away().until(MARTIN) is None


def test_the_first_deputy_along_the_chain_who_is_here_stands_in() -> None:
    away = gone(martin=ANA, ana=BEN)
    assert away.stand_in(MARTIN) == BEN
    assert away.is_away(MARTIN)
    assert away.until(MARTIN) == DAY


def test_where_no_deputy_is_named_the_other_one_and_their_deputies_stand_in() -> None:
    assert gone(martin=None).stand_in(MARTIN, ANA) == ANA
    assert gone(martin=None, ana=BEN).stand_in(MARTIN, ANA) == BEN
    assert gone(martin=ANA, ana=None).stand_in(MARTIN, EVA) == EVA
    assert gone(martin=ANA).stand_in(MARTIN, EVA) == ANA, "whom they named comes first"


def test_a_chain_without_an_end_or_that_leads_back_leaves_nobody() -> None:
    assert gone(martin=None).stand_in(MARTIN) is None
    assert gone(martin=ANA, ana=MARTIN).stand_in(MARTIN) is None
    assert gone(martin=ANA, ana=MARTIN).stand_in(MARTIN, ANA) is None
    assert gone(martin=MARTIN).stand_in(MARTIN) is None


def test_for_whom_somebody_acts_are_those_whose_deputies_lead_to_them_never_a_channel() -> None:
    away = gone(martin=EVA, ana=None)
    assert away.for_whom(EVA, [MARTIN, ANA, BEN, EVA]) == {MARTIN}
    assert away.for_whom(None, [MARTIN, ANA, BEN]) == frozenset(), "nobody acts for Ana, so a channel does not either"


def test_who_left_is_away_without_a_last_day() -> None:
    away = Away({MARTIN: Gone()})
    assert away.is_away(MARTIN)
    assert away.until(MARTIN) is None
    assert away.stand_in(MARTIN, ANA) == ANA


@given(st.dictionaries(PEOPLE, st.none() | PEOPLE), PEOPLE, st.none() | PEOPLE)
def test_whoever_stands_in_is_here_and_nobody_is_missed_who_could(
    deputies: dict[MemberId, MemberId | None], who: MemberId, otherwise: MemberId | None
) -> None:
    away = Away({member: Gone(DAY, deputy) for member, deputy in deputies.items()})
    stand_in = away.stand_in(who, otherwise)
    reached = {who, *([otherwise] if otherwise else [])}
    for _ in range(4):
        reached |= {deputy for one in reached if (deputy := deputies.get(one))}
    if stand_in is None:
        assert all(away.is_away(one) for one in reached)
    else:
        assert not away.is_away(stand_in)
        assert stand_in in reached


def test_an_absence_covers_both_its_days_until_it_is_withdrawn() -> None:
    some = absence(MARTIN, 0, 4)
    assert [some.covers(DAY + timedelta(days=step)) for step in (-1, 0, 4, 5)] == [False, True, True, False]
    assert some.overlaps(DAY + timedelta(days=4), DAY + timedelta(days=9))
    assert not some.overlaps(DAY + timedelta(days=5), DAY + timedelta(days=9))
    withdrawn = absence(MARTIN, 0, 4, withdrawn=True)
    assert not withdrawn.covers(DAY)
    assert not withdrawn.overlaps(DAY, DAY)


@pytest.mark.parametrize(
    ("others", "day"),
    [
        ([], None),
        ([absence(BEN, 0, 9)], None),
        ([absence(ANA, 3, 9)], 3),
        ([absence(ANA, 3, 9, BEN)], None),
        ([absence(ANA, 3, 9, MARTIN)], 3),
        ([absence(ANA, -5, 9, BEN), absence(BEN, -2, 1, MARTIN)], 0),
        ([absence(ANA, 0, 9, BEN), absence(BEN, -2, 1, EVA), absence(EVA, 1, 1)], 1),
        ([absence(ANA, 5, 9)], None),
        ([absence(ANA, 0, 9, withdrawn=True)], None),
        ([absence(ANA, 0, 9, BEN, left=True)], 0),
    ],
)
def test_the_first_day_nobody_stands_in_is_found(others: list[Absence], day: int | None) -> None:
    expected = None if day is None else DAY + timedelta(days=day)
    assert uncovered(absence(MARTIN, 0, 4, ANA), others) == expected


def test_without_a_deputy_nobody_is_expected_and_one_who_left_stands_in_on_no_day() -> None:
    assert uncovered(absence(MARTIN, 0, 4), [absence(ANA, 0, 9)]) is None
    assert uncovered(absence(MARTIN, 0, 4, ANA, left=True), []) == DAY
