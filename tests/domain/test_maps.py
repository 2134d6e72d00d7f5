from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import maps
from bot.domain.access import Access
from bot.domain.accounts import Account, AccountRef
from bot.domain.contacts import ContactOnMap, DecisionRole
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.maps import AccountMap, Facing, Unit
from bot.domain.members import Person

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA = Person(MemberId("ULEA"), "Lea Brunner")
OLD = Person(MemberId("UOLD"), "Old Hand", left=True)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
LYON = AccountRef(AccountId(2), "Werk Lyon", Access.RESTRICTED)


def contact(number: int, name: str = "", **values: Any) -> ContactOnMap:
    base: dict[str, Any] = {
        "id": ContactId(number),
        "name": name or f"Contact {number}",
        "account": HELVETIA,
        "tier": "a",
    }
    return ContactOnMap(**{**base, **values})


def unit(number: int, parent: int | None = None, **values: Any) -> Unit:
    ref = AccountRef(AccountId(number), f"Unit {number}")
    return Unit(ref, None if parent is None else AccountId(parent), **values)


def test_each_unit_stands_after_the_one_it_belongs_to() -> None:
    shown = maps.tree([unit(4, 2), unit(2, 1), unit(3, 1), unit(1, 99)], AccountId(1))

    assert [(one.account.id, one.depth) for one in shown] == [(1, 0), (2, 1), (4, 2), (3, 1)]


def test_a_ring_of_parents_ends_where_it_began() -> None:
    shown = maps.tree([unit(1, 3), unit(2, 1), unit(3, 2)], AccountId(1))

    assert [one.account.id for one in shown] == [1, 2, 3]


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=8, unique_by=lambda pair: pair[0]))
def test_no_unit_stands_twice(pairs: list[tuple[int, int]]) -> None:
    shown = [one.account.id for one in maps.tree([unit(*pair) for pair in pairs], AccountId(1))]

    assert len(shown) == len(set(shown))


def test_a_decider_whom_nobody_looks_after_is_named() -> None:
    alone = contact(1, decision_roles=(DecisionRole.DECIDER,))
    left = contact(2, decision_roles=(DecisionRole.DECIDER,), owner=OLD, counterpart=OLD)
    faced = contact(3, decision_roles=(DecisionRole.DECIDER,), owner=LEA, counterpart=LEA)
    met = contact(4, decision_roles=(DecisionRole.DECIDER,), last_touch=NOW - timedelta(days=3))
    user = contact(5, decision_roles=(DecisionRole.USER,))

    assert maps.hints([alone, left, faced, met, user], [], NOW).uncovered == (alone, left)


@pytest.mark.parametrize(("theirs", "ours", "is_hint"), [(1, 3, True), (3, 1, True), (1, 2, False), (None, 1, False)])
def test_a_pair_two_levels_apart_is_a_hint(theirs: int | None, ours: int | None, is_hint: bool) -> None:
    pair = contact(1, level=theirs, owner=LEA, counterpart=LEA, counterpart_level=ours)

    assert bool(maps.hints([pair], [], NOW).apart) is is_hint


def test_who_left_is_no_pair_any_more() -> None:
    pair = contact(1, level=1, counterpart=OLD, counterpart_level=4)

    assert maps.hints([pair], [], NOW).apart == ()
    assert maps.faces(pair) is None


def test_a_level_of_theirs_that_nobody_of_ours_faces_is_named_once() -> None:
    people = [contact(1, level=1), contact(2, level=1), contact(3, level=3), contact(4, level=3, counterpart=LEA)]

    assert maps.hints([*people, contact(5)], [], NOW).alone == (1,)


def test_a_unit_without_a_carer_is_named_and_the_account_itself_is_not() -> None:
    units = maps.tree([unit(1, has_carer=False), unit(2, 1, has_carer=False), unit(3, 1)], AccountId(1))

    assert [one.id for one in maps.hints([], units, NOW).forgotten] == [2]


def test_where_nothing_is_missing_there_is_no_hint() -> None:
    assert not maps.hints([contact(1, level=2, counterpart=LEA, counterpart_level=2)], [unit(1)], NOW)


def test_the_highest_level_comes_first_and_on_each_the_deciders() -> None:
    people = [
        contact(1),
        contact(2, level=3),
        contact(3, level=1),
        contact(4, level=3, decision_roles=(DecisionRole.DECIDER,)),
    ]

    assert [one.id for one in maps.ordered(people)] == [3, 4, 2, 1]


def test_each_contact_stands_after_whom_they_report_to() -> None:
    people = [contact(1, reports_to_id=3), contact(2), contact(3), contact(4, reports_to_id=1)]

    placed = [(one.contact.id, one.depth, one.above_id) for one in maps.reporting(people)]
    assert placed == [(2, 0, None), (3, 0, None), (1, 1, 3), (4, 2, 1)]


def test_who_reports_to_somebody_elsewhere_stands_at_the_top() -> None:
    assert maps.reporting([contact(1, reports_to_id=99)])[0].above_id is None


def test_a_ring_of_reporting_is_opened_once() -> None:
    ring = [contact(1, reports_to_id=2), contact(2, reports_to_id=3), contact(3, reports_to_id=1)]

    assert [(one.contact.id, one.depth) for one in maps.reporting(ring)] == [(1, 0), (3, 1), (2, 2)]
    assert maps.reporting([contact(4, reports_to_id=4)])[0].depth == 0


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_everybody_stands_once_below_whom_they_report_to(above: list[int]) -> None:
    people = [contact(at, reports_to_id=ContactId(boss) if boss else None) for at, boss in enumerate(above, 1)]
    placed = maps.reporting(people)

    assert sorted(one.contact.id for one in placed) == [one.id for one in people]
    position = {one.contact.id: at for at, one in enumerate(placed)}
    assert all(position[one.above_id] < position[one.contact.id] for one in placed if one.above_id is not None)


def found(*contacts: ContactOnMap) -> AccountMap:
    units = (Unit(HELVETIA), Unit(LYON, HELVETIA.id, depth=1))
    return AccountMap(Account(HELVETIA.id, HELVETIA.name), units=units, contacts=contacts)


def test_the_customer_sees_names_function_and_level_and_nothing_else() -> None:
    judged = contact(
        1,
        "Anne Dupont",
        title="Director",
        level=1,
        decision_roles=(DecisionRole.DECIDER,),
        attitude=1,
        influence=3,
        counterpart=LEA,
        counterpart_level=4,
        last_touch=NOW,
    )
    shown = maps.for_customer(found(judged), "Arven", {LEA.id: "Sales"})

    assert shown.pairs == (Facing("Anne Dupont", "Director", 1, LEA, "Sales", 4),)
    assert {one.name for one in fields(Facing)} == {"name", "function", "level", "ours", "our_function", "our_level"}


def test_a_unit_that_is_hidden_in_our_company_is_not_shown_to_the_customer() -> None:
    shown = maps.for_customer(found(contact(1), contact(2, account=LYON)), "Arven", {})

    assert [pair.name for pair in shown.pairs] == ["Contact 1"]


def test_an_account_that_is_hidden_may_be_shown_to_its_own_people() -> None:
    secret = AccountMap(
        Account(LYON.id, LYON.name, access=Access.RESTRICTED), units=(Unit(LYON),), contacts=(contact(1, account=LYON),)
    )

    assert len(maps.for_customer(secret, "Arven", {}).pairs) == 1


def test_the_order_does_not_tell_the_customer_who_decides() -> None:
    decider = contact(1, "Zoe", level=2, decision_roles=(DecisionRole.DECIDER,))
    shown = maps.for_customer(found(decider, contact(2, "Anna", level=2)), "Arven", {})

    assert [pair.name for pair in shown.pairs] == ["Anna", "Zoe"]


def test_whom_nobody_faces_stands_alone_without_a_word_about_it() -> None:
    shown = maps.for_customer(found(contact(1, counterpart=OLD, counterpart_level=2)), "Arven", {})

    assert shown.pairs == (Facing("Contact 1"),)
