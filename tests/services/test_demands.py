"""Demands: passed on, triaged, told to who asked, coming back, and the disappointed not forgotten."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.commitments import Kind
from bot.domain.delivery import ReplyTo
from bot.domain.demands import Act, Deed, Pressed, Source, State
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.worklists import Filter
from bot.services import demands
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.services.demand_play import fire, pass_on, stored, taken, told
from tests.slack import Slack, words

ANSWER = "Thank you. The line is full until May. We can send samples. Lea looks after it."


@pytest.fixture
def helvetia(company: Company, lea: Member) -> AccountId:
    return company.account("Helvetia Pumpen", "HPU", kam=lea)


def test_a_wish_reaches_the_kam_who_does_it_and_who_asked_hears_of_it(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    said = words(pass_on(slack, ben))
    assert "Weitergegeben" in said
    assert "deliveries twice a week" in said
    assert "Lea Brunner" in said
    (card,) = told(slack, lea)
    assert card["text"] == "Demand, Helvetia Pumpen: deliveries twice a week"
    slack.press(lea, card, "Do it", ephemeral=False)
    assert slack.submit(lea, owner=ben.id, on="2026-12-04", text="Plan a second delivery") == {}
    (done,) = stored(store, helvetia, Filter.CLOSED)
    assert (done.state, done.owner, done.decided_by) == (State.TAKEN, ben.person, lea.person)
    with store.read(WORKSPACE) as tx:
        (step,) = tx.commitments.due([helvetia], ITSELF, NOW.date(), 9, kinds=[Kind.NEXT_STEP]).commitments
    assert (step.text, step.owner, step.due_on) == ("Plan a second delivery", ben.person, date(2026, 12, 4))
    assert [post["text"] for post in told(slack, ben)] == [
        "Nächster Schritt, Helvetia Pumpen: fällig am Fr 4. Dez.",
        "Kundenwunsch, Helvetia Pumpen: Ben Okafor kümmert sich darum",
    ]
    (card,) = told(slack, lea)
    assert "is being done" in words(card)
    assert "Do it" not in json.dumps(card)


def test_a_wish_comes_back_on_its_day(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    pass_on(slack, ben)
    (card,) = told(slack, lea)
    slack.press(lea, card, "Later", ephemeral=False)
    assert slack.submit(lea, on="2026-11-19")["errors"] == {"on": "Thu 19 Nov is over. Please choose today or later."}
    assert slack.submit(lea, on="2026-12-01") == {}
    assert [post["text"] for post in told(slack, ben)] == [
        "Kundenwunsch, Helvetia Pumpen: Lea Brunner sieht ihn sich am Di 1. Dez. wieder an"
    ]
    slack.later(days=10)
    fire(slack)
    assert stored(store, helvetia)[0].state is State.LATER, "not yet"
    slack.later(days=1)
    fire(slack)
    assert stored(store, helvetia)[0].state is State.OPEN
    assert len(told(slack, lea)) == 2, "she hears of it anew"


def test_declining_takes_a_finished_answer_and_the_disappointed_is_not_forgotten(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    pass_on(slack, ben)
    (card,) = told(slack, lea)
    slack.press(lea, card, "Not this time", ephemeral=False)
    prefilled = json.dumps(slack.modals.opened[-1], ensure_ascii=False)
    assert "Thank you for passing this on: “deliveries twice a week”." in prefilled
    answer = slack.submit(lea, reason="capacity")
    assert answer["errors"] == {"text": "Please fill in what still stands as […]."}
    assert slack.submit(lea, reason="capacity", text=ANSWER) == {}
    (declined,) = stored(store, helvetia, Filter.CLOSED)
    assert (declined.state, declined.answer, declined.follow_up_on) == (State.DECLINED, ANSWER, date(2026, 12, 4))
    (note,) = told(slack, ben)
    assert note["text"] == "Kundenwunsch, Helvetia Pumpen: Lea Brunner antwortet dir"
    assert ANSWER in words(note)

    slack.later(days=15)
    fire(slack)
    card = told(slack, lea)[-1]
    assert "Ask Ben Okafor how it goes since" in words(card)
    slack.press(lea, card, "I asked how it goes", ephemeral=False)
    (asked,) = stored(store, helvetia, Filter.CLOSED)
    assert asked.followed_up_at is not None
    assert "I asked how it goes" not in json.dumps(told(slack, lea)[-1])


def test_without_a_text_the_form_asks_and_whoever_decides_can_read_it(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    anna = company.contact(helvetia, "Anna Keller")
    assert slack.command(ben, "/kam kundenwunsch") == {}
    slack.choose(ben, "account", str(helvetia), text="Muster")
    typed: dict[str, Any] = {"account": helvetia, "text": "Muster in Blau", "contact": anna, "visibility": "private"}
    assert slack.submit(ben, **typed) == {}
    (demand,) = stored(store, helvetia)
    assert (demand.text, demand.contact and demand.contact.name, demand.visibility) == (
        "Muster in Blau",
        "Anna Keller",
        "leadership",
    )
    assert "Anna Keller" in words(told(slack, lea)[0])


def test_what_names_no_account_is_kept_in_the_form(slack: Slack, ben: Member, helvetia: AccountId) -> None:
    assert slack.command(ben, "/kam demand Nobody Known: blue samples") == {}
    assert "Nobody Known: blue samples" in json.dumps(slack.modals.opened[-1])


def test_only_a_name_lists_the_accounts_wishes(slack: Slack, ben: Member, lea: Member, helvetia: AccountId) -> None:
    pass_on(slack, ben)
    assert "Kundenwünsche von Helvetia Pumpen" in words(slack.command(ben, "/kam demand Helvetia Pumpen"))
    listed = slack.command(lea, "/kam demand HPU")
    assert "deliveries twice a week" in words(listed)
    (menu,) = [block["accessory"] for block in listed["blocks"] if block.get("accessory")]
    assert [option["text"]["text"] for option in menu["options"]] == ["Do it", "Later", "Not this time"]


def test_where_nobody_answers_for_the_account_every_kam_lead_hears_and_the_first_decides(
    slack: Slack, store: SqlStore, company: Company, ben: Member
) -> None:
    zoe, max_ = (company.member(name, role="kam_lead") for name in ("Zoe Lang", "Max Roth"))
    account = company.account("Brandneu", "BRN")
    slack.command(ben, "/kam demand BRN: a price list")
    (card,) = told(slack, zoe)
    assert len(told(slack, max_)) == 1
    slack.press(zoe, card, "Later", ephemeral=False)
    slack.submit(zoe, on="2026-12-01")
    (demand,) = stored(store, account)
    assert demand.decided_by == zoe.person
    late = Pressed(Deed.DECLINE, demand.id, 1)
    with pytest.raises(errors.DemandChanged):
        demands.open_form(store, NOW, Act(max_, late, new_key(), ReplyTo(max_.id)))
    assert "⏳" in words(told(slack, max_)[0]), "his card is edited"


def test_who_may_not_decide_is_told_who_may_and_a_stranger_nothing(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    pass_on(slack, ben)
    (demand,) = stored(store, helvetia)
    for deed in (Deed.DO, Deed.LATER, Deed.DECLINE):
        slack.click(ben, f"demand.{deed}", Pressed(deed, demand.id, demand.version).key)
        assert "Lea Brunner entscheidet das als KAM des Accounts." in words(slack.modals.answers[-1])
    hidden = company.account("Orion Werke", "ORI", kam=lea, access="restricted")
    slack.command(lea, "/kam demand ORI: secret things")
    (secret,) = stored(store, hidden)
    with pytest.raises(errors.UnknownObject):
        demands.act(store, NOW, Act(ben, Pressed(Deed.WITHDRAW, secret.id, 1), new_key(), ReplyTo(ben.id)))
    assert "secret" not in words(slack.command(ben, "/kam demand"))


def test_who_asked_withdraws_once_and_the_kams_card_says_so(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    shown = pass_on(slack, ben)
    slack.press(ben, shown, "Zurückziehen")
    slack.press(ben, shown, "Zurückziehen")
    assert len(slack.modals.answers) == 1
    assert stored(store, helvetia) == []
    assert "withdrawn" in words(told(slack, lea)[0])


def test_the_same_command_twice_is_one_wish(slack: Slack, store: SqlStore, ben: Member, helvetia: AccountId) -> None:
    first, second = (slack.command(ben, "/kam demand HPU: samples", trigger="same") for _ in range(2))
    assert words(first) == words(second)
    assert len(stored(store, helvetia)) == 1
    assert stored(store, helvetia)[0].source is Source.CUSTOMER


def test_a_demand_that_was_answered_meanwhile_does_not_come_back(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    pass_on(slack, ben)
    (card,) = told(slack, lea)
    slack.press(lea, card, "Later", ephemeral=False)
    slack.submit(lea, on="2026-12-01")
    (card,) = told(slack, lea)
    slack.press(lea, card, "Do it", ephemeral=False)
    slack.submit(lea, text="We do it")
    slack.later(days=20)
    fire(slack)
    assert [one.state for one in stored(store, helvetia, Filter.CLOSED)] == [State.TAKEN]
    assert len(told(slack, lea)) == 1
    assert NOW + timedelta(days=20) <= slack.now


def test_forms_that_slack_did_not_open_are_opened_again_and_saved_once(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    slack.modals.silent = True
    slack.command(ben, "/kam demand HPU: " + "x" * 2001)
    slack.press(ben, slack.command(ben, "/kam demand HPU"), "Neu")
    slack.modals.silent = False
    slack.press(ben, slack.modals.answers[-1], "Formular öffnen")
    view = {**slack.modals.opened[-1]}
    assert slack.submit(ben, {**view}, view_id="V9", account=helvetia, text="Muster") == {}
    assert "errors" in slack.submit(ben, {**view}, view_id="V9", account=helvetia, text="Zwei Muster")
    (card,) = told(slack, lea)
    slack.modals.silent = True
    slack.press(lea, card, "Later", ephemeral=False)
    slack.modals.silent = False
    slack.press(lea, slack.modals.answers[-1], "Open the form")
    view = {**slack.modals.opened[-1]}
    assert slack.submit(lea, {**view}, view_id="V10", on="2026-12-01") == {}
    assert "errors" in slack.submit(lea, {**view}, view_id="V10", on="2026-12-02")
    assert [one.later_on for one in stored(store, helvetia)] == [date(2026, 12, 1)]


def test_a_wish_is_given_to_colleagues_only(
    slack: Slack, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    gone = company.member("Otto Gone", standing="deactivated")
    pass_on(slack, ben)
    (card,) = told(slack, lea)
    slack.press(lea, card, "Do it", ephemeral=False)
    assert list(slack.submit(lea, owner=gone.id)["errors"]) == ["owner"]


def test_the_lists_turn_filter_and_act_in_place(
    slack: Slack, store: SqlStore, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    for number in range(11):
        pass_on(slack, ben, f"wish {number:02}")
    told(slack, lea)
    slack.click(lea, "worklist.filter", "demand:mine:waiting:1")
    told(slack, lea)
    assert "Page 2 of 2" in words(slack.out.replies[-1])
    slack.click(lea, "worklist.filter", "demand:mine:closed:3")
    told(slack, lea)
    assert "No demand is decided here yet." in words(slack.out.replies[-1])
    listed = slack.command(lea, "/kam demand HPU")
    told(slack, lea)
    (first, *_) = [block["accessory"] for block in listed["blocks"] if block.get("accessory")]
    later = next(one["value"] for one in first["options"] if one["text"]["text"] == "Later")
    slack.click(lea, "demand.menu", later)
    assert slack.submit(lea, on="2026-12-01") == {}
    told(slack, lea)
    assert slack.out.replies[-1]["replace"], "the list is shown anew"
    assert words(slack.out.replies[-1]).count("waits for a decision") == 10, "what waits comes first"
    assert [one.later_on for one in stored(store, helvetia) if one.state is State.LATER] == []
    slack.click(lea, "worklist.more", f"demand:{helvetia}:under_way:1")
    told(slack, lea)
    assert "later Tue 1 Dec" in words(slack.out.replies[-1])
    slack.click(lea, "demands.account", helvetia)
    told(slack, lea)
    assert "Demands of Helvetia Pumpen" in words(slack.out.replies[-1])


def test_a_second_decision_is_refused_and_told_who_decided(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member
) -> None:
    kim = company.member("Kim Deputy")
    account = company.account("Nordlicht", "NOR", kam=lea, deputy=kim)
    slack.command(ben, "/kam demand NOR: samples")
    (demand,) = stored(store, account)
    slack.later(minutes=1)
    keys = {deed: Pressed(deed, demand.id, demand.version).key for deed in Deed}
    slack.click(lea, "demand.later", keys[Deed.LATER])
    hers = {**slack.modals.opened[-1]}
    slack.click(kim, "demand.do", keys[Deed.DO])
    assert slack.submit(lea, hers, on="2026-12-01") == {}
    (said,) = slack.submit(kim, text="We do it")["errors"].values()
    assert "Lea Brunner decided it already: it comes back later" in said
    assert stored(store, account)[0].state is State.LATER


def test_a_demand_is_done_with_its_next_step_and_who_asked_hears_of_it(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    kai = company.member("Kai Vogt")
    step = taken(slack, lea, ben, kai)
    slack.press(kai, step, "Done", ephemeral=False)
    slack.press(kai, step, "Done", ephemeral=False)
    assert [one.state for one in stored(store, helvetia, Filter.CLOSED)] == [State.DONE]
    assert [post["text"] for post in told(slack, ben)] == [
        "Kundenwunsch, Helvetia Pumpen: Kai Vogt kümmert sich darum",
        "Kundenwunsch, Helvetia Pumpen: Kai Vogt hat ihn erledigt",
    ]
    (card,) = told(slack, lea)
    assert "✅" in words(card)
    late = Pressed(Deed.LATER, stored(store, helvetia, Filter.CLOSED)[0].id, 1)
    with pytest.raises(errors.DemandChanged) as refused:
        demands.open_form(store, NOW, Act(lea, late, new_key(), ReplyTo(lea.id)))
    assert (refused.value.action, refused.value.by) == ("demand.done", kai.person)


def test_a_demand_whose_step_is_taken_back_waits_for_a_decision_again(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    kai = company.member("Kai Vogt")
    step = taken(slack, lea, ben, kai)
    menu = next(part for block in step["blocks"] for part in block.get("elements", []) if part["type"] == "overflow")
    withdraw = next(one["value"] for one in menu["options"] if one["text"]["text"] == "Withdraw")
    slack.click(kai, "commitment.menu", withdraw)
    assert slack.submit(kai) == {}
    (demand,) = stored(store, helvetia)
    assert (demand.state, demand.owner) == (State.OPEN, None)
    assert told(slack, ben)[-1]["text"] == (
        "Kundenwunsch, Helvetia Pumpen: Kai Vogt hat den nächsten Schritt zurückgezogen; es wird neu entschieden"
    )
    cards = told(slack, lea)
    assert len(cards) == 2, "she hears of it anew"
    slack.press(lea, cards[-1], "Do it", ephemeral=False)
    assert slack.submit(lea, text="Another way") == {}


def test_a_demand_follows_its_step_into_other_hands(
    slack: Slack, store: SqlStore, company: Company, lea: Member, ben: Member, helvetia: AccountId
) -> None:
    kai, ana = company.member("Kai Vogt"), company.member("Ana Costa")
    step = taken(slack, lea, ben, kai)
    menu = next(part for block in step["blocks"] for part in block.get("elements", []) if part["type"] == "overflow")
    slack.click(kai, "commitment.menu", menu["options"][0]["value"])
    assert slack.submit(kai, owner=ana.id) == {}
    (demand,) = stored(store, helvetia, Filter.CLOSED)
    assert (demand.state, demand.owner) == (State.TAKEN, ana.person)
    assert len(told(slack, ben)) == 1, "who asked hears when it is done"


def test_who_passed_a_wish_on_can_only_withdraw_it_in_the_list_by_a_button(
    slack: Slack, store: SqlStore, ben: Member, helvetia: AccountId
) -> None:
    pass_on(slack, ben)
    listed = slack.command(ben, "/kam demand HPU")
    assert "overflow" not in json.dumps(listed), "Slack takes no menu of one entry"
    slack.press(ben, listed, "Zurückziehen")
    assert [one.state for one in stored(store, helvetia, Filter.CLOSED)] == [State.WITHDRAWN]
