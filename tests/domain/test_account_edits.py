from dataclasses import replace
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import Viewer
from bot.domain.account_edits import MOST_ALIASES, Deed, Facts, check, deeds, facts_of, tidied
from bot.domain.accounts import Account, Relation
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Person

HERE = AccountId(7)
LEA, TOBIAS, MARTIN = MemberId("U1"), MemberId("U2"), MemberId("U3")
STORED = Facts("Helvetia Pumpen", ("HPU",), parent_id=AccountId(1), relation=Relation.SITE, kam_id=LEA)


@pytest.mark.parametrize(
    ("viewer", "may"),
    [
        (Viewer(LEA, kam_of=frozenset({HERE}), circle=frozenset({HERE})), tuple(Deed)),
        (Viewer(LEA, is_kam_lead=True), tuple(Deed)),
        (Viewer(LEA, circle=frozenset({HERE})), (Deed.RATE,)),
        (Viewer(LEA, kam_of=frozenset({AccountId(8)}), is_admin=True), ()),
        (Viewer(LEA), ()),
    ],
)
def test_kam_and_kam_leads_change_everything_and_the_circle_rates(viewer: Viewer, may: tuple[Deed, ...]) -> None:
    assert deeds(viewer, HERE) == may


def test_a_menu_of_an_older_release_names_no_form() -> None:
    assert Deed.named("stage") is Deed.STAGE
    with pytest.raises(errors.OutOfDate):
        Deed.named("paint")


def test_fields_that_were_not_shown_stay_as_they_are() -> None:
    typed = Facts(tier="a", name="", kam_id=None)

    assert STORED.overlaid(typed, {"tier", "strange"}) == replace(STORED, tier="a")
    assert STORED.differing(STORED.overlaid(typed, {"tier"})) == ("tier",)


def test_a_relation_goes_with_its_parent() -> None:
    alone = STORED.overlaid(Facts(relation=Relation.BRAND), {"parent_id", "relation"})

    assert (alone.parent_id, alone.relation) == (None, None)


def test_an_old_name_stays_as_an_alias_and_no_name_is_kept_twice() -> None:
    after = tidied(STORED, replace(STORED, name="  Helvetia\nGroup ", aliases=("HPU", "hpu", " ", "helvetia group")))

    assert after.name == "Helvetia Group"
    assert after.aliases == ("Helvetia Pumpen", "HPU")


def test_a_name_in_other_capitals_leaves_no_alias() -> None:
    assert tidied(STORED, replace(STORED, name="HELVETIA PUMPEN")).aliases == ("HPU",)


def test_an_accounts_own_name_is_no_alias_of_it() -> None:
    assert facts_of(Account(HERE, "Helvetia Pumpen"), ["Helvetia Pumpen", "HPU"]).aliases == ("HPU",)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"name": ""}, errors.NameMissing, "name"),
        ({"name": "x" * 121}, errors.NameTooLong, "name"),
        ({"aliases": ("x" * 121,)}, errors.NameTooLong, "aliases"),
        ({"aliases": tuple(map(str, range(MOST_ALIASES + 1)))}, errors.TooManyAliases, "aliases"),
        ({"deputy_id": LEA}, errors.TwoParts, "deputy"),
        ({"sponsor_id": LEA}, errors.TwoParts, "sponsor"),
        ({"sponsor_id": MARTIN}, errors.SelfAppointed, "sponsor"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    changes: dict[str, Any], refusal: type[errors.Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        check(STORED, replace(STORED, **changes), MARTIN, assigns=True)
    assert refused.value.field == field


def test_only_who_assigns_names_kam_and_deputy() -> None:
    named = replace(STORED, deputy_id=TOBIAS)

    check(STORED, named, MARTIN, assigns=True)
    check(STORED, replace(STORED, tier="a"), MARTIN, assigns=False)
    with pytest.raises(errors.MayNotAppoint):
        check(STORED, named, MARTIN, assigns=False)


def test_a_sponsor_who_edits_something_else_stays_sponsor() -> None:
    backed = replace(STORED, sponsor_id=MARTIN)

    check(backed, replace(backed, tier="b"), MARTIN, assigns=True)


def test_facts_hold_what_the_account_holds() -> None:
    account = Account(HERE, "A", kam=Person(LEA, "Lea"), coverage="mixed", jour_fixe_weeks=4)

    facts = facts_of(account, [])

    assert (facts.kam_id, facts.deputy_id, facts.coverage, facts.jour_fixe_weeks) == (LEA, None, "mixed", 4)
