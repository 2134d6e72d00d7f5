from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.accounts import AccountRef
from bot.domain.contact_touch import Lapse, Limits
from bot.domain.contacts import Colleague, Contact, ContactOnMap, DecisionRole, Lack, all_speak_up, lacks
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.members import Person
from tests.company import NOW

HELVETIA = AccountRef(AccountId(1), "Helvetia")
LEA, TIM = Person(MemberId("ULEA"), "Lea"), Person(MemberId("UTIM"), "Tim")
URS = Contact(ContactId(1), HELVETIA, "Urs", level=1, owner=LEA, owner_level=3)


def colleague(number: int, *roles: DecisionRole, attitude: int | None = None) -> Colleague:
    return Colleague(ContactId(number), roles, attitude)


def test_the_last_decider_and_the_last_who_speaks_up_are_lacked() -> None:
    leaving = colleague(1, DecisionRole.DECIDER, attitude=5)
    assert lacks(leaving, [leaving, colleague(2, DecisionRole.USER, attitude=4)]) == (Lack.DECIDER, Lack.CHAMPION)
    assert lacks(leaving, [leaving, colleague(2, DecisionRole.DECIDER, attitude=5)]) == ()
    assert lacks(leaving, [colleague(2, attitude=5)]) == (Lack.DECIDER,)


def test_whoever_neither_decides_nor_speaks_up_is_not_lacked() -> None:
    assert lacks(colleague(1, DecisionRole.BUYER, attitude=4), []) == ()


@pytest.mark.parametrize(
    ("attitudes", "hint"),
    [
        ([5, 5, 5], True),
        ([5, 5], False),
        ([5, 5, 5, None], True),
        ([5, 5, 5, 2], False),
        ([None] * 4, False),
        ([], False),
    ],
)
def test_a_map_of_nothing_but_the_best_attitude_is_a_hint_once_three_are_judged(
    attitudes: list[int | None], *, hint: bool
) -> None:
    assert all_speak_up(colleague(at, attitude=one) for at, one in enumerate(attitudes)) is hint


def test_the_owner_is_the_counterpart_until_another_is_named() -> None:
    assert (URS.counterpart, URS.counterpart_level, URS.is_mismatched) == (LEA, 3, True)
    named = replace(URS, named_counterpart=TIM, named_counterpart_level=1)
    assert (named.counterpart, named.counterpart_level, named.is_mismatched) == (TIM, 1, False)
    assert replace(URS, owner=None, owner_level=None).counterpart is None


def test_a_contact_has_left_on_the_day_after_the_last() -> None:
    leaving = replace(URS, left_on=date(2026, 11, 20))
    assert not leaving.has_left(date(2026, 11, 20))
    assert leaving.has_left(date(2026, 11, 21))
    assert not URS.has_left(date(2099, 1, 1))


def test_a_contact_names_itself_and_says_whether_it_decides() -> None:
    assert URS.ref.account_id == HELVETIA.id
    assert not URS.is_decider
    assert replace(URS, decision_roles=(DecisionRole.DECIDER,)).is_decider


def test_on_a_map_limits_and_lapse_follow_tier_level_and_wish() -> None:
    shown = ContactOnMap(ContactId(1), "Urs", HELVETIA, "a", level=1, last_touch=NOW - timedelta(days=100))
    assert (shown.limits, shown.lapse(NOW)) == (Limits(90, 180), Lapse.SOFT)
    assert replace(shown, wished_days=30).lapse(NOW) is Lapse.HARD
    assert not shown.is_decider
    assert not shown.is_mismatched
    assert replace(shown, counterpart_level=3, decision_roles=(DecisionRole.DECIDER,)).is_mismatched
