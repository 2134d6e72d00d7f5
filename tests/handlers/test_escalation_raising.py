import json

import pytest
from sqlalchemy import insert, update

from bot.domain.members import Role, Standing
from storage.tables import AccountRow, RequestRow
from tests.company import NOW, Company
from tests.handlers.conflict_play import Play
from tests.slack import Slack, words


@pytest.fixture
def play(slack: Slack, company: Company) -> Play:
    return Play(slack, company)


@pytest.fixture
def hidden(slack: Slack, company: Company) -> Play:
    return Play(slack, company, "restricted")


def test_the_form_opens_with_account_and_goal(play: Play) -> None:
    assert play.slack.command(play.lea, "/kam-escalate HPU: Pilot line by December") == {}
    view = play.slack.modals.opened[-1]
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert list(inputs) == [
        "account",
        "other_party",
        "our_goal",
        "their_goal",
        "tried",
        "decision_wanted",
        "decide_by",
    ]
    assert inputs["account"]["element"]["initial_option"]["text"]["text"] == "Helvetia Pumpen"
    assert inputs["our_goal"]["element"]["initial_value"] == "Pilot line by December"
    assert "dispatch_action" not in inputs["account"] or not inputs["account"]["dispatch_action"]


@pytest.mark.parametrize("verb", ["/kam escalate", "/kam eskalieren", "/kam-escalate"])
def test_every_verb_opens_the_form(play: Play, verb: str) -> None:
    play.slack.command(play.lea, f"{verb} HPU: goal")
    assert play.slack.modals.opened[-1]["callback_id"] == "escalation"


def test_a_button_opens_the_form_with_an_account(play: Play) -> None:
    play.slack.click(play.lea, "escalation.start", play.account)
    assert "Helvetia Pumpen" in json.dumps(play.slack.modals.opened[-1])
    play.slack.click(play.lea, "escalation.start")
    assert "Helvetia Pumpen" not in json.dumps(play.slack.modals.opened[-1])


def test_a_form_slack_did_not_open_is_offered_again_with_the_text(play: Play) -> None:
    play.slack.modals.silent = True
    offered = play.slack.command(play.lea, "/kam-escalate HPU: Pilot line")
    play.slack.modals.silent = False
    play.slack.press(play.lea, offered, "Open the form")
    assert "Pilot line" in json.dumps(play.slack.modals.opened[-1])


def test_more_keeps_what_is_typed_and_shows_the_rarer_fields(play: Play) -> None:
    play.slack.command(play.lea, "/kam-escalate HPU")
    view = play.slack.modals.opened[-1]
    state = {"our_goal": {"value": {"type": "plain_text_input", "value": "typed before"}}}
    shown = {**view, "id": "V1", "hash": "1", "state": {"values": state}}
    play.slack.click(play.lea, "escalation.more", view=shown, container={"type": "view"})
    view = play.slack.modals.opened[-1]
    assert "typed before" in json.dumps(view)
    assert {"effect", "options", "urgent_reason", "on_behalf_of"} <= {block.get("block_id") for block in view["blocks"]}


def test_the_search_offers_departments_and_people(play: Play) -> None:
    play.company.member("Ben Sander", department_id=play.production)
    assert play.slack.search(play.lea, "escalation.party")[0] == "Production"
    assert "Ben Sander · Production" in play.slack.search(play.lea, "escalation.party", "sander")


def test_the_preview_names_recipient_skipped_steps_readers_and_the_other_side(play: Play) -> None:
    answer = play.preview()
    assert answer["response_action"] == "push"
    said = words(answer["view"])
    assert "It goes to Martin Keller: the KAM's sponsor." in said
    assert "Skipped: the account's own sponsor – nobody is set." in said
    assert "Sandra Meier (Production) is invited to state the other goal in their own words." in said
    assert "Lea Brunner, Sandra Meier and Martin Keller see all of it." in said
    assert "anyway" not in {block.get("block_id") for block in answer["view"]["blocks"]}
    assert not play.slack.out.posts


def test_what_is_missing_is_named_and_sending_anyway_takes_a_reason(play: Play) -> None:
    view = play.preview(tried=None, decide_by=None)["view"]
    assert "Still missing: what was tried and by when." in words(view)
    refused = play.slack.submit(play.lea, view)
    assert list(refused["errors"]) == ["anyway"]
    assert play.slack.submit(play.lea, view, anyway="the customer calls tomorrow") == {"response_action": "clear"}
    play.deliver()
    assert "Sent without everything, because" in play.read(play.keller)
    assert "the customer calls tomorrow" in play.read(play.keller)


def test_a_sponsor_who_changed_since_the_preview_is_shown_before_it_is_sent(play: Play) -> None:
    view = play.preview(tried=None)["view"]
    neu = play.company.member("Nora Neu")
    with play.company.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(sponsor_id=neu.id))

    answer = play.slack.submit(play.lea, view, anyway="the customer calls")
    play.deliver()
    assert answer["response_action"] == "update"
    assert "This changed since you looked at it." in words(answer["view"])
    assert "It goes to Nora Neu" in words(answer["view"])
    assert not play.slack.out.posts

    assert play.slack.submit(play.lea, answer["view"], anyway="the customer calls") == {"response_action": "clear"}
    play.deliver()
    assert play.slack.out.to(neu)
    assert not play.slack.out.to(play.keller)


def test_who_sends_the_same_twice_in_a_minute_is_asked_and_may_mean_it(play: Play) -> None:
    play.send()
    shown = play.preview()["view"]
    asked = play.slack.submit(play.lea, shown)
    assert asked["response_action"] == "update"
    assert "You raised the same a moment ago, as E-1. Send it only if you mean it twice." in words(asked["view"])
    assert play.slack.submit(play.lea, asked["view"]) == {"response_action": "clear"}
    play.deliver()
    assert "E-2" in play.read(play.keller, 1)


def test_a_past_date_stays_in_the_form(play: Play) -> None:
    refused = play.preview(decide_by="2026-11-19")
    assert list(refused["errors"]) == ["decide_by"]


def test_nobody_stands_on_both_sides(play: Play) -> None:
    assert list(play.preview(other_party=f"member:{play.lea.id}")["errors"]) == ["other_party"]


def test_a_junior_sponsor_is_a_warning_never_a_block(play: Play) -> None:
    play.change(play.keller, level=3)
    assert "Martin Keller is not in senior management." in words(play.preview()["view"])


def test_a_restricted_preview_names_exactly_who_will_see_it(hidden: Play) -> None:
    said = words(hidden.preview()["view"])
    assert "🔒 Restricted account: Lea Brunner, Sandra Meier and Martin Keller see all of this" in said


def test_without_anybody_the_preview_says_so(play: Play) -> None:
    play.change(play.keller, standing=Standing.DEACTIVATED)
    assert "there is nobody to assign a sponsor" in words(play.preview()["view"])
    play.send()
    assert "Nobody can receive it yet" in play.read(play.lea)


def test_text_that_no_field_takes_is_named(play: Play) -> None:
    play.slack.command(play.lea, "/kam-escalate HPU: " + "word " * 20000)
    assert "A field takes 3,000 characters; your text is longer and was cut." in words(play.slack.modals.opened[-1])


def test_a_new_account_is_made_with_the_conflict(play: Play) -> None:
    lead = play.company.member("Ana Lead", role=Role.KAM_LEAD)
    said = words(play.preview(line="Nordwind: more capacity")["view"])
    assert "Nordwind is new: it is created with this and has no KAM yet." in said
    play.send(line="Nordwind: more capacity")
    assert "Nordwind" in play.slack.out.to(lead)[0]["text"]


def test_a_declined_request_becomes_a_conflict_in_the_words_of_both(play: Play) -> None:
    request = _declined(play)
    play.slack.click(play.lea, "escalation.from_request", request)
    inputs = {
        block["block_id"]: block["element"]
        for block in play.slack.modals.opened[-1]["blocks"]
        if block["type"] == "input"
    }
    assert inputs["our_goal"]["initial_value"] == "Two engineers\nThe line starts"
    assert "all on another line" in inputs["their_goal"]["initial_value"]
    assert inputs["tried"]["initial_value"].startswith("We asked in R-12; it was declined because: ")
    assert inputs["other_party"]["initial_option"]["text"]["text"] == "Cora Huber"
    pushed = play.slack.submit(play.lea, decision_wanted="One engineer", decide_by="2026-12-01")
    assert "Sandra Meier is informed as head of the department." in words(pushed["view"])
    play.slack.submit(play.lea, pushed["view"])
    play.deliver()
    assert "R-12" in play.read(play.keller)
    assert "You see this because it is about your department's answer." in play.read(play.sandra)


def _declined(play: Play) -> int:
    row = {
        "workspace_id": play.company.workspace,
        "id": 77,
        "number": 12,
        "account_id": play.account,
        "department_id": play.production,
        "requester_id": play.lea.id,
        "kind": "expert",
        "what": "Two engineers",
        "why": "The line starts",
        "needed_by": NOW.date(),
        "visibility": "company",
        "state": "declined",
        "decline_reason": "capacity",
        "answer_words": "all on another line",
        "answered_by_id": play.cora.id,
        "answered_at": NOW,
        "created_at": NOW,
        "version": 2,
    }
    with play.company.store.engine.begin() as connection:
        connection.execute(insert(RequestRow).values(**row))
    return 77
