"""Demands: who decides in which state, and what a button carries."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import errors
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.demands import Deed, Demand, Pressed, Source, State
from bot.domain.identity import AccountId, DemandId, MemberId
from bot.domain.members import Person
from bot.domain.worklists import Filter, Scope, Worklist

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BEN, KAI = Person(MemberId("UBEN"), "Ben"), Person(MemberId("UKAI"), "Kai")
ACCOUNT = AccountRef(AccountId(3), "Helvetia")
KAM, LEAD = Viewer(KAI.id, kam_of=frozenset({ACCOUNT.id})), Viewer(MemberId("UZOE"), is_kam_lead=True)
AUTHOR, OTHER = Viewer(BEN.id), Viewer(MemberId("UOTHER"), circle=frozenset({ACCOUNT.id}))
TRIAGE = {Deed.DO, Deed.LATER, Deed.DECLINE}


def demand(state: State = State.OPEN, kam: Person | None = KAI, follow_up: date | None = None) -> Demand:
    return Demand(DemandId(17), ACCOUNT, Source.CUSTOMER, "Samples", BEN, NOW, state, kam=kam, follow_up_on=follow_up)


def may(one: Demand, viewer: Viewer) -> set[Deed]:
    return {deed for deed in Deed if one.may(deed, viewer)}


@pytest.mark.parametrize("state", [State.OPEN, State.LATER])
def test_the_kam_decides_what_is_open_and_its_author_takes_it_back(state: State) -> None:
    assert may(demand(state), KAM) == TRIAGE
    assert may(demand(state), AUTHOR) == {Deed.WITHDRAW}
    assert may(demand(state), LEAD) == may(demand(state), OTHER) == set()


def test_kam_leads_decide_where_nobody_answers_for_the_account() -> None:
    assert may(demand(kam=None), LEAD) == TRIAGE


@pytest.mark.parametrize(
    ("access", "visibility", "readers"),
    [
        (Access.OPEN, Visibility.COMPANY, {"kam", "team", "anyone", "author", "owner"}),
        (Access.OPEN, Visibility.TEAM, {"kam", "team", "author", "owner"}),
        (Access.OPEN, Visibility.LEADERSHIP, {"kam", "author", "owner"}),
        (Access.RESTRICTED, Visibility.COMPANY, {"kam", "team", "author", "owner"}),
    ],
)
def test_a_wish_is_read_like_a_note_and_by_whoever_cares_for_it(
    access: Access, visibility: Visibility, readers: set[str]
) -> None:
    cared_for = replace(
        demand(), account=replace(ACCOUNT, access=access), visibility=visibility, owner=Person(MemberId("UOWN"), "Olga")
    )
    here = frozenset({ACCOUNT.id})
    asked = {
        "kam": Viewer(KAI.id, circle=here, leadership=here),
        "team": OTHER,
        "anyone": Viewer(MemberId("UANY")),
        "author": AUTHOR,
        "owner": Viewer(MemberId("UOWN")),
    }
    assert {name for name, viewer in asked.items() if cared_for.is_seen_by(viewer)} == readers


@pytest.mark.parametrize("state", [State.TAKEN, State.DECLINED, State.WITHDRAWN])
def test_what_is_decided_stays_decided(state: State) -> None:
    assert may(demand(state), KAM) == may(demand(state), AUTHOR) == set()


def test_of_a_declined_one_the_kam_asks_once_how_it_goes() -> None:
    declined = demand(State.DECLINED, follow_up=date(2026, 12, 4))
    assert may(declined, KAM) == {Deed.FOLLOWED_UP}
    assert may(declined, AUTHOR) == set()


@given(st.sampled_from(Deed), st.integers(0, 2**63 - 1), st.integers(0, 10**6), st.none() | st.integers(1, 2**63 - 1))
def test_a_button_means_what_it_was_made_for_and_fits_into_an_option(
    deed: Deed, number: int, version: int, account: int | None
) -> None:
    asked = account and Worklist(Subject.DEMAND, Scope.ACCOUNT, AccountId(account), Filter.WAITING, 9999)
    pressed = Pressed(deed, DemandId(number), version, asked or None)
    assert Pressed.of(pressed.key) == pressed
    assert len(pressed.key) <= 150
    assert pressed.is_done_at_once == (deed in {Deed.WITHDRAW, Deed.FOLLOWED_UP})


@given(st.text())
def test_a_strange_button_is_out_of_date(key: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Pressed.of(key)


@pytest.mark.parametrize("key", ["do/1/1", "eat/1/1/", "do/x/1/", "do/1/x/", "do/99999999999999999999/1/", "do/1/1/x"])
def test_a_button_that_is_nearly_right_is_out_of_date(key: str) -> None:
    with pytest.raises(errors.OutOfDate):
        Pressed.of(key)
