"""Demands while the KAM is away: who gets the card, the menu and the decision."""

import json

from bot.domain.demands import State
from bot.domain.identity import AccountId
from bot.domain.members import Member
from storage.store import SqlStore
from tests.company import Company
from tests.services.demand_play import away, deeds_in_the_list, demand_of, fire, pass_on, stored, taken, told
from tests.slack import Slack, words


def test_for_a_kam_who_is_away_whom_they_named_gets_the_card_and_decides(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, pumps: AccountId
) -> None:
    kai = company.member("Kai Vogt")
    away(slack, lea, kai)
    assert "Kai Vogt, in Vertretung von Lea Brunner" in words(pass_on(slack, ben))
    assert told(slack, lea) == []
    card = demand_of(slack, kai)
    assert "You see this because you stand in for Lea Brunner." in words(card)
    slack.press(kai, card, "Later", ephemeral=False)
    assert slack.submit(kai, on="2026-12-02") == {}
    (demand,) = stored(store, pumps)
    assert (demand.state, demand.decided_by) == (State.LATER, kai.person)
    slack.later(days=13)
    fire(slack)
    assert "🟡" in words(demand_of(slack, kai))


def test_a_stand_in_who_may_not_read_it_hears_nothing_and_the_accounts_deputy_decides(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member
) -> None:
    kai, ana = company.member("Kai Vogt"), company.member("Ana Costa")
    hidden = company.account("Orion Werke", "ORI", kam=lea, deputy=ana, access="restricted")
    company.team(hidden, ben)
    away(slack, lea, kai)
    slack.command(ben, "/kam demand ORI: secret things")
    assert "secret" not in json.dumps(told(slack, kai))
    card = demand_of(slack, ana)
    slack.press(ana, card, "Do it", ephemeral=False)
    assert slack.submit(ana, text="We do it") == {}


def test_of_a_kam_who_is_back_the_stand_in_decides_nothing_more(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, pumps: AccountId
) -> None:
    kai = company.member("Kai Vogt")
    away(slack, lea, kai)
    pass_on(slack, ben)
    card = demand_of(slack, kai)
    slack.later(days=25)
    slack.press(kai, card, "Later", ephemeral=False)
    assert "Lea Brunner decides this as KAM of the account." in words(slack.modals.answers[-1])
    assert stored(store, pumps)[0].state is State.OPEN


def test_who_stands_in_for_the_kam_has_in_the_list_what_the_kam_has_and_nobody_else(
    slack: Slack, company: Company, lea: Member, ben: Member, pumps: AccountId
) -> None:
    kai, otto = company.member("Kai Vogt"), company.member("Otto")
    pass_on(slack, ben)
    assert deeds_in_the_list(slack, kai) == []
    away(slack, lea, kai)
    assert deeds_in_the_list(slack, kai) == deeds_in_the_list(slack, lea) == ["Do it", "Later", "Not this time"]
    assert deeds_in_the_list(slack, otto) == []
    slack.later(days=25)
    assert deeds_in_the_list(slack, kai) == [], "the KAM is back"


def test_where_the_kam_named_nobody_the_stand_in_of_the_deputy_has_the_card_and_the_menu_of_the_list(
    slack: Slack, company: Company, lea: Member, ben: Member
) -> None:
    kai, ana = company.member("Kai Vogt"), company.member("Ana Costa")
    company.account("Hydro Punkt", "HPU", kam=lea, deputy=ana)
    away(slack, lea)
    away(slack, ana, kai)
    slack.command(ben, "/kam demand HPU: longer hoses")
    assert "longer hoses" in words(demand_of(slack, kai))
    assert deeds_in_the_list(slack, kai) == deeds_in_the_list(slack, lea) == ["Do it", "Later", "Not this time"]


def test_where_the_kams_stand_in_may_not_read_it_the_deputys_has_the_menu_and_they_have_not(
    slack: Slack, company: Company, lea: Member, ben: Member
) -> None:
    kai, ana, otto = company.member("Kai Vogt"), company.member("Ana Costa"), company.member("Otto")
    hidden = company.account("Hydro Punkt", "HPU", kam=lea, deputy=ana, access="restricted")
    company.team(hidden, ben)
    company.team(hidden, otto)
    away(slack, lea, kai)
    away(slack, ana, otto)
    slack.command(ben, "/kam demand HPU: longer hoses")
    assert "longer hoses" in words(demand_of(slack, otto))
    assert deeds_in_the_list(slack, otto) == ["Do it", "Later", "Not this time"]
    assert "longer hoses" not in json.dumps(slack.command(kai, "/kam demand HPU"))


def test_where_the_kams_stand_in_is_here_the_deputys_has_no_menu(
    slack: Slack, company: Company, lea: Member, ben: Member
) -> None:
    kai, ana, otto = company.member("Kai Vogt"), company.member("Ana Costa"), company.member("Otto")
    company.account("Hydro Punkt", "HPU", kam=lea, deputy=ana)
    away(slack, lea, kai)
    away(slack, ana, otto)
    slack.command(ben, "/kam demand HPU: longer hoses")
    assert deeds_in_the_list(slack, kai) == ["Do it", "Later", "Not this time"]
    assert deeds_in_the_list(slack, otto) == []


def test_who_sees_a_wish_only_by_its_step_does_not_decide_it_when_the_step_is_taken_back(
    slack: Slack, company: Company, lea: Member, ben: Member
) -> None:
    kai, ana = company.member("Kai Vogt"), company.member("Ana Costa")
    hidden = company.account("Hydro Punkt", "HPU", kam=lea, deputy=ana, access="restricted")
    company.team(hidden, ben)
    step = taken(slack, lea, ben, kai)
    away(slack, lea, kai)
    menu = next(part for block in step["blocks"] for part in block.get("elements", []) if part["type"] == "overflow")
    withdraw = next(one["value"] for one in menu["options"] if one["text"]["text"] == "Withdraw")
    slack.click(kai, "commitment.menu", withdraw)
    assert slack.submit(kai) == {}
    slack.press(ana, demand_of(slack, ana), "Do it", ephemeral=False)
    assert slack.submit(ana, text="Another way") == {}
