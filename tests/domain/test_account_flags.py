from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.account_flags import Flag, RedFlag, flags, is_uncovered
from bot.domain.accounts import Account, AccountRef, Kind
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Step
from tests.company import NOW

LEA, TOBIAS = Person(MemberId("U1"), "Lea"), Person(MemberId("U2"), "Tobias")
SPONSOR = Considered(Step.OWN_SPONSOR, Person(MemberId("U3"), "Martin"))
FULL = Account(AccountId(7), "Voll", kam=LEA, deputy=TOBIAS)
GERD = ContactOnMap(
    ContactId(1), "Gerd", AccountRef(AccountId(7), "Voll"), "a", level=3, owner=LEA, last_touch=NOW - timedelta(days=1)
)


def found(account: Account = FULL, *contacts: ContactOnMap, overdue: int = 0) -> list[Flag]:
    return [flag.flag for flag in flags(account, SPONSOR, contacts or (GERD,), overdue, NOW)]


def test_a_looked_after_account_has_no_red_flag() -> None:
    assert found() == []


def test_an_account_created_on_the_way_lacks_nearly_everything() -> None:
    assert [flag.flag for flag in flags(Account(AccountId(8), "Neu"), None, (), 0, NOW)] == [
        Flag.NO_KAM,
        Flag.NO_SPONSOR,
        Flag.NO_DEPUTY,
        Flag.NO_CONTACTS,
    ]


def test_people_who_left_count_as_missing() -> None:
    gone = replace(FULL, kam=replace(LEA, left=True), deputy=replace(TOBIAS, left=True))

    assert found(gone) == [Flag.NO_KAM, Flag.NO_DEPUTY]


@pytest.mark.parametrize(("tier", "missing"), [("a", True), ("b", True), ("c", False), (None, False)])
def test_a_jour_fixe_is_missed_where_the_tier_has_one(tier: str | None, *, missing: bool) -> None:
    assert found(replace(FULL, tier=tier)) == ([Flag.NO_JOUR_FIXE] if missing else [])
    assert found(replace(FULL, tier=tier, jour_fixe_weeks=4)) == []


@pytest.mark.parametrize("kind", [Kind.INTERNAL, Kind.SUPPLIER])
def test_partners_inside_and_suppliers_need_only_somebody_who_answers(kind: Kind) -> None:
    assert [flag.flag for flag in flags(Account(AccountId(8), "Innen", kind=kind), None, (), 3, NOW)] == [Flag.NO_KAM]
    assert flags(Account(AccountId(8), "Innen", kind=kind, kam=LEA), None, (), 3, NOW) == ()


class TestDeciders:
    ALONE = replace(GERD, decision_roles=(DecisionRole.DECIDER,), owner=None, counterpart=None, last_touch=None)

    def test_one_whom_nobody_looks_after_or_met_is_uncovered(self) -> None:
        assert found(FULL, self.ALONE) == [Flag.UNCOVERED_DECIDER]

    def test_one_whom_somebody_looks_after_is_covered(self) -> None:
        assert found(FULL, replace(self.ALONE, owner=LEA)) == []
        assert found(FULL, replace(self.ALONE, counterpart=LEA)) == []
        assert is_uncovered(replace(self.ALONE, owner=replace(LEA, left=True)), NOW)

    def test_one_whom_somebody_met_within_the_limit_is_covered(self) -> None:
        assert found(FULL, replace(self.ALONE, last_touch=NOW - timedelta(days=90))) == []
        assert found(FULL, replace(self.ALONE, last_touch=NOW - timedelta(days=91))) == [Flag.UNCOVERED_DECIDER]

    def test_who_decides_nothing_needs_nobody(self) -> None:
        assert not is_uncovered(replace(self.ALONE, decision_roles=(DecisionRole.USER,)), NOW)


def test_whoever_was_not_met_within_the_hard_limit_is_lapsing_deciders_first() -> None:
    late = replace(GERD, last_touch=NOW - timedelta(days=200))
    decides = replace(late, name="Dora", decision_roles=(DecisionRole.DECIDER,))

    assert flags(FULL, SPONSOR, (late, decides, GERD), 0, NOW) == (RedFlag(Flag.LAPSING, 2, ("Dora", "Gerd")),)


def test_a_flag_names_three_and_counts_all() -> None:
    late = [replace(GERD, name=f"K{number}", last_touch=NOW - timedelta(days=200)) for number in range(5)]

    assert flags(FULL, SPONSOR, late, 0, NOW) == (RedFlag(Flag.LAPSING, 5, ("K0", "K1", "K2")),)


def test_levels_that_lie_far_apart_are_a_hint() -> None:
    assert found(FULL, replace(GERD, level=1, counterpart=LEA, counterpart_level=3)) == [Flag.MISMATCHED]
    assert found(FULL, replace(GERD, level=2, counterpart=LEA, counterpart_level=3)) == []


def test_overdue_promises_are_counted() -> None:
    assert flags(FULL, SPONSOR, (GERD,), 2, NOW) == (RedFlag(Flag.OVERDUE_PROMISE, 2),)
