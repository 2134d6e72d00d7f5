"""What survives a merge, who may make it, and how long it can be taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, MemberId, MergeId
from bot.domain.members import Person
from bot.domain.merges import (
    UNDO,
    Merged,
    Side,
    better_kept,
    changes_circle,
    check_undo,
    differing,
    joins,
    may_merge,
    may_undo,
    must_stay,
    surviving,
)

LEA, TOM, ANA = MemberId("ULEA"), MemberId("UTOM"), MemberId("UANA")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_ACCOUNT: dict[str, Any] = dict.fromkeys(
    (
        "tier",
        "country",
        "language",
        "channel_id",
        "kam_id",
        "deputy_id",
        "sponsor_id",
        "mission",
        "stage",
        "desired_stage",
        "stage_reason",
        "stage_at",
        "coverage",
        "jour_fixe_weeks",
        "parent_id",
        "relation",
    )
) | {"kind": "customer", "access": "open", "is_at_risk": False, "created_at": NOW}
_CONTACT: dict[str, Any] = dict.fromkeys(
    (
        "email",
        "phone",
        "title",
        "level",
        "attitude",
        "influence",
        "aims",
        "owner_id",
        "counterpart_id",
        "wished_days",
        "reports_to_id",
        "left_on",
    )
) | {"account_id": 1, "decision_roles": [], "created_at": NOW}


def _account(its_id: int, above: tuple[int, ...] = (), **values: Any) -> Side:
    access = Access(values.get("access", "open"))
    account = AccountRef(AccountId(its_id), f"Account {its_id}", access)
    return Side(Ref(Subject.ACCOUNT, its_id), account.name, account, 1, {**_ACCOUNT, **values}, above)


def _contact(its_id: int, above: tuple[int, ...] = (), **values: Any) -> Side:
    values = {**_CONTACT, **values}
    account = AccountRef(AccountId(values["account_id"]), "Helvetia")
    return Side(Ref(Subject.CONTACT, its_id), f"Person {its_id}", account, 1, values, above)


def test_the_survivor_keeps_its_values_and_takes_what_it_lacks() -> None:
    stays, goes = _account(1, tier="a"), _account(2, tier="b", mission="Best pumps", country="CH")

    assert surviving(stays, goes) == {"mission": "Best pumps", "country": "CH"}


def test_a_stage_comes_with_its_reason_and_date_or_not_at_all() -> None:
    theirs: dict[str, Any] = {"stage": "basic", "stage_reason": "said so", "stage_at": NOW, "is_at_risk": True}

    assert surviving(_account(1), _account(2, **theirs)) == theirs
    assert surviving(_account(1, stage="integrated"), _account(2, **theirs)) == {}


@pytest.mark.parametrize(("mine", "theirs", "changes"), [("open", "restricted", True), ("restricted", "open", False)])
def test_what_was_hidden_stays_hidden(mine: str, theirs: str, changes: bool) -> None:
    stays, goes = _account(1, access=mine), _account(2, access=theirs)

    assert (surviving(stays, goes) == {"access": "restricted"}) is changes
    assert must_stay(stays, goes) is None


def test_of_two_contacts_the_one_at_a_restricted_account_stays() -> None:
    seen, hidden = _contact(1), _contact(2, account_id=2)
    hidden = replace(hidden, account=AccountRef(AccountId(2), "Medtech", Access.RESTRICTED))

    assert must_stay(seen, hidden) is must_stay(hidden, seen) is hidden
    assert must_stay(seen, seen) is must_stay(hidden, hidden) is None


def test_nobody_stands_in_for_themselves_after_a_merge() -> None:
    stays, goes = _account(1, deputy_id=LEA), _account(2, kam_id=LEA)
    assert surviving(stays, goes) == {"kam_id": LEA, "deputy_id": None}

    stays, goes = _account(1, kam_id=LEA), _account(2, kam_id=TOM, deputy_id=LEA)
    assert surviving(stays, goes) == {}


def test_roles_in_decisions_add_up() -> None:
    stays, goes = _contact(1, decision_roles=["buyer"]), _contact(2, decision_roles=["decider", "buyer"])

    assert surviving(stays, goes) == {"decision_roles": ["buyer", "decider"]}


def test_the_survivor_takes_the_place_of_the_one_it_stood_below() -> None:
    top = _account(1)
    middle = _account(2, (1,), parent_id=1, relation="division")
    bottom = _account(3, (2, 1), parent_id=2, relation="site")

    assert surviving(bottom, middle) == {"parent_id": 1, "relation": "division"}
    assert surviving(bottom, top) == {"parent_id": None, "relation": None}
    assert surviving(top, bottom) == {}
    assert surviving(middle, bottom) == {}
    assert surviving(_account(4), middle) == {"parent_id": 1, "relation": "division"}
    assert surviving(_account(1), middle) == {}
    assert surviving(_contact(4), _contact(5, (6,), reports_to_id=6)) == {"reports_to_id": 6}


def test_the_form_shows_what_differs_with_what_is_kept_and_what_is_given_up() -> None:
    stays, goes = _account(1, tier="a", mission=""), _account(2, tier="b", country="CH")

    assert [(one.field, one.kept, one.given_up) for one in differing(stays, goes)] == [
        ("tier", "a", "b"),
        ("country", "CH", None),
    ]


def test_what_one_circle_judged_of_a_contact_does_not_come_to_another_and_the_form_says_so() -> None:
    judged: dict[str, Any] = {"attitude": 2, "influence": 3, "aims": "grow"}
    stays, beside, elsewhere = _contact(1), _contact(2, **judged), _contact(2, account_id=2, **judged)

    assert surviving(stays, beside) == judged
    assert surviving(stays, elsewhere) == {"aims": "grow"}
    assert {(one.field, one.kept, one.given_up) for one in differing(stays, elsewhere)} >= {
        ("attitude", None, 2),
        ("influence", None, 3),
    }
    assert [changes_circle(stays, one) for one in (beside, elsewhere)] == [False, True]
    assert not changes_circle(_account(1), _account(2)), "the survivor's circle is that of both"


def test_roles_that_add_up_give_nothing_up() -> None:
    (roles,) = differing(_contact(1, decision_roles=["buyer"]), _contact(2, decision_roles=["decider"]))

    assert (roles.kept, roles.given_up) == (["buyer", "decider"], None)


def test_who_looked_after_the_one_that_goes_joins_the_team_unless_they_look_after_the_survivor() -> None:
    goes = _account(2, kam_id=TOM, deputy_id=ANA)

    assert joins(_account(1, kam_id=LEA), goes) == (TOM,)
    assert joins(_account(1, kam_id=LEA, deputy_id=TOM), goes) == (ANA,)
    assert joins(_account(1), goes) == ()
    assert joins(_contact(1), _contact(2)) == ()


def test_the_one_with_more_to_it_is_proposed_to_stay() -> None:
    one, other = _account(1), replace(_account(2), counts={"interactions": 3})

    assert better_kept(one, other) is other
    assert better_kept(one, replace(other, counts={})) is one
    assert better_kept(one, _account(2, kam_id=LEA)).id == 2


def test_of_two_alike_the_one_entered_first_is_proposed_to_stay_whatever_their_ids() -> None:
    first, later = _account(9, created_at=NOW - timedelta(minutes=1)), _account(1)

    assert better_kept(first, later) is better_kept(later, first) is first


def _viewer(member_id: MemberId | None = LEA, *kam_of: int, **values: Any) -> Viewer:
    return Viewer(member_id, kam_of=frozenset(map(AccountId, kam_of)), **values)


def test_kam_leads_and_who_looks_after_both_may_merge() -> None:
    accounts = [_account(1), _account(2)]
    assert may_merge(_viewer(LEA, 1, 2), accounts)
    assert may_merge(_viewer(is_kam_lead=True), accounts)
    assert not may_merge(_viewer(LEA, 1), accounts)


def test_a_contacts_owner_may_merge_it_with_another_of_theirs() -> None:
    contacts = [_contact(1, owner_id=LEA), _contact(2, account_id=7)]

    assert may_merge(_viewer(LEA, 7), contacts)
    assert not may_merge(_viewer(LEA), contacts)
    assert not may_merge(_viewer(None), [_contact(1), _contact(2)])


def _merged(**values: Any) -> Merged:
    ref = AccountRef(AccountId(1), "Helvetia")
    person = Person(LEA, "Lea Brunner")
    return Merged(MergeId(1), Subject.ACCOUNT, 2, 1, "Helvetia Pumpn", "Helvetia", ref, person, NOW, **values)


def test_who_could_make_a_merge_may_take_it_back() -> None:
    merge = _merged(carers=(frozenset({LEA, TOM}), frozenset({LEA})))

    assert may_undo(_viewer(LEA), merge)
    assert may_undo(_viewer(ANA, is_kam_lead=True), merge)
    assert not may_undo(_viewer(TOM), merge)


def test_a_merge_can_be_taken_back_for_thirty_days_and_once() -> None:
    check_undo(_merged(), NOW + UNDO)

    with pytest.raises(errors.UndoOver) as over:
        check_undo(_merged(), NOW + UNDO + timedelta(seconds=1))
    assert over.value.days == 30
    with pytest.raises(errors.AlreadyUndone):
        check_undo(_merged(undone_at=NOW), NOW)
