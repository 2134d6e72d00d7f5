"""Favours: what a button carries, and who takes one back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.favours import Direction, Favour, FavourList
from bot.domain.identity import AccountId, FavourId, MemberId
from bot.domain.interactions import Favour as Kind
from bot.domain.members import Person

LEA = Person(MemberId("ULEA"), "Lea")
ACCOUNT = AccountRef(AccountId(3), "Helvetia")


def favour(*, in_note: bool = False) -> Favour:
    return Favour(
        FavourId(17), ACCOUNT, Kind.NEWS, Direction.GIVEN, "A tender", date(2026, 11, 2), LEA, LEA, in_note=in_note
    )


@given(
    st.sampled_from([Subject.MEMBER, Subject.ACCOUNT, Subject.CONTACT]),
    st.integers(0, 2**63 - 1),
    st.integers(0, 9998),
)
def test_a_button_means_the_list_it_was_made_for(subject: Subject, number: int, page: int) -> None:
    asked = FavourList(subject, number, page)
    assert FavourList.of(asked.key) == asked
    assert FavourList.of(asked.turned(1).key).page == page + 1
    assert FavourList.beside(f"17/{asked.key}") == (17, asked)
    assert (asked.about.subject, asked.about.id) == (subject, number)


@given(st.text())
def test_a_strange_button_is_out_of_date(key: str) -> None:
    for read in (FavourList.of, FavourList.beside):
        with pytest.raises(errors.OutOfDate):
            read(key)


@pytest.mark.parametrize("key", ["department:1:0", "account:99999999999999999999:0", f"account:{2**63}:0", "account:1"])
def test_a_list_that_cannot_be_is_out_of_date(key: str) -> None:
    with pytest.raises(errors.OutOfDate):
        FavourList.of(key)


def test_author_and_kam_take_one_back_and_one_of_a_note_goes_with_the_note() -> None:
    kam = Viewer(MemberId("UKAI"), kam_of=frozenset({ACCOUNT.id}))
    stranger = Viewer(MemberId("UBEN"), circle=frozenset({ACCOUNT.id}))
    assert [favour().may_withdraw(who) for who in (Viewer(LEA.id), kam, stranger)] == [True, True, False]
    assert not favour(in_note=True).may_withdraw(Viewer(LEA.id))
    assert favour().about.subject is Subject.FAVOUR
    assert favour().short_id is None
