"""The steps of a goal conflict as people press and type them."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.members import Member
from storage.tables import EscalationRow
from tests.company import Company
from tests.handlers.conflict_play import HOSTILE, TYPED, Play, labels
from tests.slack import Slack, words

AGREED: dict[str, Any] = {"what1": "Call Helvetia", "due1": "2026-12-01"}


@pytest.fixture
def play(slack: Slack, company: Company) -> Play:
    play = Play(slack, company)
    play.send()
    return play


def menu(play: Play, actor: Member, label: str, post: int = 0) -> dict[str, Any]:
    """Choose in the menu of a card, and return the form that opens."""
    (options,) = (
        element["options"]
        for block in play.slack.out.to(actor)[post]["blocks"]
        for element in block.get("elements", [])
        if element["type"] == "overflow"
    )
    (value,) = (option["value"] for option in options if option["text"]["text"] == label)
    chosen = {"type": "overflow", "action_id": "escalation.menu", "selected_option": {"value": value}}
    play.slack.click(actor, "escalation.menu", ephemeral=False, actions=[chosen])
    return play.slack.modals.opened[-1]


def decide(play: Play, **typed: Any) -> dict[str, Any]:
    """Decide with everything the form has."""
    play.press(play.keller, "Decide")
    first = play.slack.modals.opened[-1]
    view = {**first, "id": "V8", "hash": "1.a"}
    play.slack.click(play.keller, "escalation.decide_more", view=view, container={"type": "view", "view_id": "V8"})
    whole = play.slack.modals.opened[-1]
    assert [block["block_id"] for block in first["blocks"] if block["type"] == "input"] == [
        block["block_id"] for block in whole["blocks"] if block["type"] == "input"
    ][:7], "what is typed stays"
    return play.fill(play.keller, **{"text": "One line", "reason": "audit", "kind": "advice", **typed})


def last(play: Play, actor: Member) -> str:
    return words(play.slack.out.to(actor)[-1])


def test_a_sponsor_asks_back_and_the_answer_stands_on_the_card(play: Play) -> None:
    form = menu(play, play.keller, "Ask back")
    assert "Sandra Meier (Production)" in words(form)
    assert play.fill(play.keller, person=play.sandra.id, text=HOSTILE) == {}
    asked = play.slack.out.to(play.sandra)[-1]
    assert "Martin Keller has a question for you" in words(asked)
    assert labels(asked) == ["Answer"]
    assert "💬 Question by Martin Keller" in play.read(play.keller)
    play.slack.press(play.sandra, asked, "Answer", ephemeral=False)
    assert "<!channel>" in json.dumps(play.slack.modals.opened[-1]), "whole, in a quote"
    assert play.fill(play.sandra, text="Since May") == {}
    assert "Martin Keller asked Sandra Meier" in play.read(play.keller)
    assert "Since May" in play.read(play.keller)
    assert "Sandra Meier answered your question" in last(play, play.keller)
    play.slack.press(play.sandra, asked, "Answer", ephemeral=False)
    assert "Sandra Meier answered that question already" in words(play.slack.modals.answers[-1])


def test_a_conflict_is_decided_with_what_follows_and_kept_when_it_is_done(play: Play) -> None:
    decide(play, owner1=play.otto.id, valid_until="2027-06-30", **AGREED)
    card = play.slack.out.to(play.otto)[0]
    assert "You see this because something in it is yours to do." in words(card)
    assert "⏳ Call Helvetia · Otto Fremd, until Tue 1 Dec" in words(card)
    assert "Valid until Wed 30 Jun 2027" in words(card)
    assert "Done" not in json.dumps(play.slack.out.to(play.lea)[-1])
    play.slack.press(play.otto, card, "Done", ephemeral=False)
    play.deliver()
    assert "✅ Call Helvetia · Otto Fremd, done" in play.read(play.keller)
    assert "✅ Kept" in play.read(play.keller)
    assert "The decision is kept" in last(play, play.lea)
    assert "Done" not in json.dumps(play.slack.out.to(play.otto)[0]), "what is over has no button"
    play.slack.click(play.otto, "escalation.done", f"{_number(play)}:1", ephemeral=False)
    assert "E-1 is closed: the decision was kept" in words(play.slack.modals.answers[-1])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"what1": "Call"}, "owner1"),
        ({"what1": "Call", "owner1": "UOTTOFREMD"}, "due1"),
        ({"owner3": "UOTTOFREMD"}, "what3"),
        ({"what2": "Call", "owner2": "UOTTOFREMD", "due2": "2020-01-01"}, "due2"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
    ],
)
def test_what_is_missing_in_a_decision_is_said_at_its_field(play: Play, typed: dict[str, Any], field: str) -> None:
    answer = decide(play, **typed)
    assert list(answer["errors"]) == [field]


def test_it_is_returned_reopened_and_withdrawn(play: Play) -> None:
    menu(play, play.keller, "Return with guidance")
    assert play.fill(play.keller, text="Try one shift") == {}
    told = play.slack.out.to(play.lea)[-1]
    assert "Martin Keller returns it with guidance" in words(told)
    assert "Try one shift" in words(told)
    play.slack.press(play.lea, told, "Reopen", ephemeral=False)
    assert play.fill(play.lea, text="One shift is not enough") == {}
    assert "Lea Brunner asks for backing again" in last(play, play.sandra)
    assert "🤝 Backing asked" in play.read(play.keller)
    play.slack.command(play.lea, "/kam E-1")
    conflict_id = _number(play)
    chosen = {"action_id": "escalation.menu", "selected_option": {"value": f"withdraw:{conflict_id}"}}
    play.slack.click(play.lea, "escalation.menu", actions=[chosen])
    assert play.fill(play.lea, text="settled over lunch") == {}
    assert "↩️ Withdrawn" in play.read(play.keller)
    assert labels(play.slack.out.to(play.keller)[0]) == []
    play.slack.click(play.keller, "escalation.acknowledge", conflict_id, ephemeral=False)
    said = words(play.slack.modals.answers[-1])
    assert "E-1 is closed: Lea Brunner withdrew it" in said
    assert "can reopen it" in said


def _number(play: Play) -> int:
    with play.company.store.engine.connect() as connection:
        found: int = connection.execute(select(EscalationRow.id)).scalar_one()
        return found


def test_it_is_handed_over_by_an_offer_that_is_taken(play: Play) -> None:
    menu(play, play.keller, "Hand over")
    assert list(play.fill(play.keller, person=play.lea.id)["errors"]) == ["person"]
    menu(play, play.keller, "Hand over")
    assert play.fill(play.keller, person=play.otto.id, text="closer to it") == {}
    offer = play.slack.out.to(play.otto)[0]
    assert "Martin Keller offers you to take this over" in words(offer)
    assert labels(offer) == ["Take over", "Leave it there"]
    assert "Martin Keller offered it to Otto Fremd" in play.read(play.keller)
    play.slack.press(play.otto, offer, "Take over", ephemeral=False)
    play.deliver()
    assert "Decide" in labels(play.slack.out.to(play.otto)[0])
    assert "Otto Fremd takes it over" in last(play, play.lea)
    conflict_id = _number(play)
    play.slack.click(play.keller, "escalation.decide", conflict_id, ephemeral=False)
    assert "Only Otto Fremd can do this for E-1." in words(play.slack.modals.answers[-1])


def test_an_offer_may_be_left_where_it_is(play: Play) -> None:
    menu(play, play.keller, "Hand over")
    play.fill(play.keller, person=play.otto.id)
    play.slack.press(play.otto, play.slack.out.to(play.otto)[0], "Leave it there", ephemeral=False)
    play.deliver()
    assert "Otto Fremd leaves it with you" in last(play, play.keller)


def test_the_same_conflict_is_joined_in_the_preview(play: Play) -> None:
    play.slack.command(play.otto, "/kam-escalate HPU")
    shown = play.slack.submit(play.otto, **{"other_party": f"department:{play.production}", **TYPED})["view"]
    assert "E-1 is about the same and still open." in words(shown)
    (button,) = (block["accessory"] for block in shown["blocks"] if block.get("accessory"))
    view = {**shown, "id": "V9", "hash": "1.a"}
    where = {"type": "view", "view_id": "V9"}
    play.slack.click(play.otto, button["action_id"], button["value"], view=view, container=where)
    play.deliver()
    assert "You joined E-1." in words(play.slack.modals.opened[-1])
    assert "Joined: Otto Fremd" in play.read(play.keller)
    assert "Otto Fremd has the same conflict and joined" in last(play, play.lea)


def test_earlier_decisions_are_shown_in_the_preview_and_in_the_sponsors_menu(play: Play) -> None:
    play.decide()
    assert "Decided earlier on something similar" in words(play.preview()["view"])
    play.send(tried="Talked a third time")
    form = menu(play, play.keller, "Earlier decisions", 1)
    assert "E-1 · Helvetia Pumpen: Advice by Martin Keller" in words(form)
    assert "One line from 8 December" in words(form)


@pytest.mark.parametrize(
    "strange", ["", "ask", "ask:", "ask:x", "decide:999999999999999999999", "expire:1", ":1", "ask:1:1"]
)
def test_a_strange_choice_in_the_menu_does_nothing(play: Play, strange: str) -> None:
    opened = len(play.slack.modals.opened)
    chosen = {"action_id": "escalation.menu", "selected_option": {"value": strange}}
    play.slack.click(play.keller, "escalation.menu", actions=[chosen])
    assert len(play.slack.modals.opened) == opened
    assert play.slack.modals.answers


def test_a_card_has_three_buttons_at_most_and_a_menu(play: Play) -> None:
    card = play.slack.out.to(play.keller)[0]
    assert labels(card) == ["Acknowledge", "Decide"]
    (row,) = (block["elements"] for block in card["blocks"] if block["type"] == "actions")
    assert [option["text"]["text"] for option in row[-1]["options"]] == [
        "Ask back",
        "Return with guidance",
        "Hand over",
        "Earlier decisions",
    ]


def test_a_single_rare_step_is_a_button_for_slack_takes_no_menu_of_one(play: Play) -> None:
    play.decide()
    assert labels(play.slack.out.to(play.lea)[-1]) == ["It is kept", "Reopen"]
    shown = play.slack.command(play.lea, "/kam E-1")
    assert labels(shown) == ["It is kept", "Reopen"]
    play.slack.press(play.lea, shown, "Reopen")
    assert play.fill(play.lea, text="not kept") == {}
    assert labels(play.slack.command(play.lea, "/kam E-1")) == ["Withdraw"]


def test_everything_speaks_german(slack: Slack, company: Company) -> None:
    play = Play(slack, company)
    for person in (play.lea, play.keller, play.sandra, play.otto):
        play.change(person, locale="de-DE")
    play.send()
    menu(play, play.keller, "Rückfrage")
    play.fill(play.keller, person=play.sandra.id, text="Seit wann?")
    assert "Martin Keller hat eine Frage an dich" in last(play, play.sandra)
    play.slack.press(play.sandra, play.slack.out.to(play.sandra)[-1], "Antworten", ephemeral=False)
    play.fill(play.sandra, text="Seit Mai")
    play.press(play.keller, "Entscheiden")
    play.fill(play.keller, text="Eine Linie", reason="Audit", kind="advice", owner1=play.otto.id, **AGREED)
    assert "⏳ Call Helvetia · Otto Fremd, bis Di 1. Dez." in words(play.slack.out.to(play.otto)[0])
    play.slack.press(play.otto, play.slack.out.to(play.otto)[0], "Erledigt", ephemeral=False)
    play.deliver()
    assert "✅ Eingehalten" in play.read(play.keller)
    assert "Der Entscheid ist eingehalten" in last(play, play.lea)
