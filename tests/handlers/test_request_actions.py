"""Every action of a request by payload: its button or menu, its form, and what others see of it."""

import copy
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.members import Member, Role, Standing
from bot.domain.requests import Action
from bot.views.request_buttons import AT_ONCE, LABELS
from bot.views.request_forms import ACTIONS
from handlers.routes import ROUTES, Kind
from storage.tables import RequestRow
from tests.company import Company
from tests.handlers.test_requests import Plant
from tests.slack import Slack, words


@pytest.fixture
def plant(slack: Slack, company: Company) -> Plant:
    made = Plant(slack, company)
    made.send()
    made.deliver()
    return made


def chooses(plant: Plant, actor: Member, message: dict[str, Any], label: str, **extra: Any) -> None:
    """Choose in the menu of a message."""
    menu = next(
        element
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "overflow"
    )
    value = next(option["value"] for option in menu["options"] if option["text"]["text"] == label)
    action = {"type": "overflow", "action_id": menu["action_id"], "selected_option": {"value": value}}
    plant.slack.click(actor, menu["action_id"], actions=[action], ephemeral=False, **extra)


def note(plant: Plant, actor: Member) -> dict[str, Any]:
    """Return what somebody was told last."""
    plant.deliver()
    return plant.slack.out.to(actor)[-1]


def offers(message: dict[str, Any]) -> list[str]:
    """Return what a message lets its reader do."""
    return [
        said
        for block in message["blocks"]
        for element in block.get("elements", [])
        for said in (
            [element["text"]["text"]]
            if element.get("type") == "button"
            else [option["text"]["text"] for option in element.get("options", [])]
        )
    ]


def test_every_action_of_a_person_has_a_label_and_a_listener() -> None:
    assert set(LABELS) == {*Action} - {Action.JOIN, Action.LAPSE} == {*ACTIONS, *AT_ONCE}
    for action in LABELS:
        assert (Kind.ACTION, f"request.{action}") in ROUTES or action is Action.ESCALATE
    for action in ACTIONS:
        assert (Kind.VIEW, f"request.{action}") in ROUTES


def test_a_channel_card_shows_what_is_possible_at_most_three_buttons_and_a_menu(plant: Plant) -> None:
    assert offers(plant.card()) == ["Accept", "Counter-offer", "Decline", "Ask back", "Pass on"]
    (row,) = [block for block in plant.card()["blocks"] if block["type"] == "actions"]
    assert [element["type"] for element in row["elements"]] == ["button", "button", "button", "overflow"]


def test_two_sides_bargain_until_it_is_promised_delivered_and_confirmed(plant: Plant) -> None:
    plant.slack.press(plant.sandra, plant.card(), "Counter-offer", ephemeral=False)
    assert "Needed by Fri 18 Dec." in words(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.sandra, offered_on="2026-12-08", scope="one engineer", words="sorry") == {}
    told = note(plant, plant.lea)
    assert "🔁 Sandra Meier (Production) can offer for R-1: “one engineer”, by Tue 8 Dec" in words(told)
    assert "sorry" in words(told)
    assert offers(told) == ["Take the offer", "Turn down", "Suggest otherwise", "Withdraw"]
    assert "🔁 Sandra Meier can offer for R-1: “one engineer”, by Tue 8 Dec" in words(plant.card())

    chooses(plant, plant.lea, told, "Suggest otherwise")
    assert "Sandra Meier can offer for R-1" in words(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.lea, assignee=plant.ben.id, words="perhaps") == {}
    heard = note(plant, plant.sandra)
    assert "🟡 Lea Brunner suggests for R-1: Ben Frei would do it" in words(heard)
    plant.slack.press(plant.sandra, heard, "Accept", ephemeral=False)
    assert plant.slack.submit(plant.sandra) == {}
    assert "Ben Frei takes it on." in words(note(plant, plant.lea))

    taken = note(plant, plant.ben)
    assert offers(taken) == ["Delivered", "Move the date"]
    plant.slack.press(plant.ben, taken, "Move the date", ephemeral=False)
    assert plant.slack.submit(plant.ben, promised_on="2026-12-21", words="the bench") == {}
    assert "⏳ Ben Frei moved R-1: it is promised for Mon 21 Dec now." in words(note(plant, plant.lea))
    plant.slack.press(plant.ben, taken, "Delivered", ephemeral=False)
    assert plant.slack.submit(plant.ben, words="done") == {}
    done = note(plant, plant.lea)
    assert "📦 Ben Frei delivered R-1." in words(done)
    plant.slack.press(plant.lea, done, "Reopen", ephemeral=False)
    assert plant.slack.submit(plant.lea, words="the report is missing") == {}
    assert "↩️ Lea Brunner reopened R-1" in words(note(plant, plant.ben))
    plant.slack.press(plant.ben, note(plant, plant.ben), "Delivered", ephemeral=False)
    plant.slack.submit(plant.ben)
    plant.slack.press(plant.lea, note(plant, plant.lea), "Confirm", ephemeral=False)
    assert "✅ R-1 is delivered and confirmed." in words(plant.card())
    assert offers(plant.card()) == []
    history = words(plant.slack.command(plant.lea, "/kam R-1"))
    assert "Lea Brunner confirmed" in history


def test_a_question_of_the_menu_is_answered_from_the_message(plant: Plant) -> None:
    chooses(plant, plant.sandra, plant.card(), "Ask back")
    said = plant.errors(plant.slack.submit(plant.sandra, words=" "))
    assert set(said) == {"words"}
    assert plant.slack.submit(plant.sandra, words="Which *line*?") == {}
    told = note(plant, plant.lea)
    assert "💬 Sandra Meier (Production) asks back about R-1:" in words(told)
    assert "Which *line*?" in words(told)
    assert "Which *line*?" in words(plant.card())
    plant.slack.press(plant.lea, told, "Answer", ephemeral=False)
    assert "Which *line*?" in words(plant.slack.modals.opened[-1])
    assert plant.slack.submit(plant.lea, words="The second") == {}
    assert "Lea Brunner answers the question about R-1:" in words(note(plant, plant.sandra))


def test_another_department_gets_a_card_and_takes_over(plant: Plant, company: Company) -> None:
    hugo = company.member("Hugo Keller")
    quality = company.department("Quality", hugo, "CQUAL")
    chooses(plant, plant.sandra, plant.card(), "Pass on")
    assert set(plant.errors(plant.slack.submit(plant.sandra, department="999"))) == {"department"}
    assert set(plant.errors(plant.slack.submit(plant.sandra, department=str(plant.department)))) == {"department"}
    assert plant.slack.submit(plant.sandra, department=str(quality), words="they plan it") == {}
    plant.deliver()
    (card,) = [post for post in plant.slack.out.to("CQUAL") if not post["thread_ts"]]
    assert offers(card) == ["Take over", "Leave it"]
    late = copy.deepcopy(card)
    assert "Until it is taken over, Production stays responsible." in words(plant.card())

    plant.slack.press(plant.lea, card, "Take over", ephemeral=False)
    assert "Only Hugo Keller can do this for R-1." in words(plant.slack.modals.answers[-1])
    plant.slack.press(hugo, card, "Take over", ephemeral=False)

    assert words(plant.card()) == "↪️ *R-1* · Two engineers is with Quality."
    assert "it is with Quality now" in words(note(plant, plant.lea))
    plant.slack.press(hugo, late, "Leave it", ephemeral=False)
    assert "R-1 is open: Hugo Keller changed it last" in words(plant.slack.modals.answers[-1])


def test_a_withdrawn_request_is_told_to_whoever_presses_late(plant: Plant) -> None:
    card = copy.deepcopy(plant.card())
    shown = plant.slack.command(plant.lea, "/kam R-1")
    plant.slack.press(plant.lea, shown, "Withdraw")
    assert plant.slack.submit(plant.lea, words="the visit is off") == {}
    plant.deliver()
    (reply,) = [one for one in plant.slack.out.replies if one["replace"]]
    assert "↩️ R-1 is withdrawn" in words(reply)

    plant.slack.press(plant.sandra, card, "Counter-offer", ephemeral=False)

    assert "R-1 was closed" in words(plant.slack.modals.answers[-1])
    assert "Lea Brunner withdrew it" in words(plant.slack.modals.answers[-1])


def test_an_old_offer_is_not_taken_for_a_new_one(plant: Plant) -> None:
    plant.slack.press(plant.sandra, plant.card(), "Counter-offer", ephemeral=False)
    plant.slack.submit(plant.sandra, scope="one engineer")
    first = copy.deepcopy(note(plant, plant.lea))
    plant.slack.press(plant.lea, first, "Turn down", ephemeral=False)
    plant.slack.submit(plant.lea)
    plant.slack.press(plant.sandra, plant.card(), "Counter-offer", ephemeral=False)
    plant.slack.submit(plant.sandra, scope="half an engineer")

    plant.slack.press(plant.lea, first, "Take the offer", ephemeral=False)

    assert "R-1 has changed since this was shown." in words(plant.slack.modals.answers[-1])


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("request.menu", "confirm:1"),
        ("request.menu", "nonsense:1"),
        ("request.menu", ""),
        ("request.menu", "lapse:1"),
        ("request.take", "x"),
        ("request.take", "999:1"),
        ("request.confirm", str(2**70)),
        ("request.ask", "999"),
    ],
)
def test_strange_values_are_answered_and_change_nothing(plant: Plant, action_id: str, value: str) -> None:
    before = plant.card()["blocks"]
    assert plant.slack.click(plant.sandra, action_id, value).status == 200
    assert plant.slack.modals.answers
    assert plant.card()["blocks"] == before


@pytest.mark.parametrize("action", ["counter", "ask", "pass_on", "deliver", "withdraw", "take", "confirm"])
def test_a_guest_does_nothing_with_a_request(plant: Plant, company: Company, action: str) -> None:
    guest = company.member("Gast", standing=Standing.GUEST)
    plant.slack.click(guest, f"request.{action}", 1)
    assert "full members" in words(plant.slack.modals.answers[-1])


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({}, "offered_on"),
        ({"offered_on": "2026-11-01"}, "offered_on"),
        ({"scope": "w" * 301}, "scope"),
        ({"scope": "one", "words": "w" * 1501}, "words"),
        ({"assignee": "UNKNOWN"}, "assignee"),
    ],
)
def test_an_offer_that_cannot_be_kept_is_told_at_its_field(plant: Plant, typed: dict[str, Any], at: str) -> None:
    plant.slack.press(plant.sandra, plant.card(), "Counter-offer", ephemeral=False)
    assert set(plant.errors(plant.slack.submit(plant.sandra, **typed))) == {at}


@pytest.mark.parametrize("text", ["<!channel> *so*", "שלום\u202eabc", "nul \0 and \ud800", "{0} %s"])
def test_hostile_words_of_an_offer_are_shown_literally(plant: Plant, text: str) -> None:
    plant.slack.press(plant.sandra, plant.card(), "Counter-offer", ephemeral=False)
    assert plant.slack.submit(plant.sandra, scope=text, words=text) == {}
    for message in (note(plant, plant.lea), plant.card()):
        raw = str([block for block in message["blocks"] if block["type"] != "rich_text"]) + message["text"]
        assert "<!channel>" not in raw
        assert "*so*" not in raw


def test_who_asks_for_the_same_joins_instead_or_sends_it_all_the_same(plant: Plant, company: Company) -> None:
    nina = company.member("Nina", locale="de-DE")
    plant.form(nina)
    shown = plant.slack.submit(nina, kind="capacity", needed_by="2026-12-18")
    assert shown["response_action"] == "push"
    offered = words(shown["view"])
    assert "Stattdessen R-1 beitreten · Two engineers" in offered
    assert "Meine trotzdem senden" in offered
    assert set(plant.errors(plant.slack.submit(nina, shown["view"], choice="nonsense"))) == {"choice"}

    assert plant.slack.submit(nina, shown["view"]) == {"response_action": "clear"}

    plant.deliver()
    assert "Du bist jetzt bei R-1 dabei; angefragt hat Lea Brunner." in words(plant.slack.out.replies[-1])
    assert "🤝 Nina needs R-1 too." in words(note(plant, plant.lea))
    plant.form(nina)
    again = plant.slack.submit(nina, kind="capacity", needed_by="2026-12-18")
    assert plant.slack.submit(nina, again["view"], choice="send") == {"response_action": "clear"}
    plant.deliver()
    assert "R-2 liegt bei Production" in words(plant.slack.out.replies[-1])


def test_in_german_a_counter_offer_is_german(plant: Plant, company: Company) -> None:
    tobias = company.member("Tobias", locale="de-DE")
    plant.send(tobias, "Production HPU: Ein Prüfstand im Januar")
    plant.deliver()
    card = [post for post in plant.slack.out.to("CPROD") if not post["thread_ts"]][-1]
    plant.slack.press(plant.sandra, card, "Counter-offer", ephemeral=False)
    plant.slack.submit(plant.sandra, offered_on="2026-12-08", scope="ein Tag")
    told = note(plant, tobias)
    assert "🔁 Sandra Meier (Production) kann für R-2 anbieten: „ein Tag“, bis Di 8. Dez." in words(told)
    assert offers(told) == ["Vorschlag annehmen", "Passt nicht", "Anders vorschlagen", "Zurückziehen"]


CONFLICT: dict[str, Any] = {
    "our_goal": "A pilot by December",
    "their_goal": "A stable plan",
    "tried": "Talked twice",
    "decision_wanted": "One line from 8 December",
    "decide_by": "2026-12-01",
}


def test_a_declined_request_that_was_escalated_says_so_instead_of_offering_it_again(
    plant: Plant, company: Company
) -> None:
    plant.slack.press(plant.sandra, plant.card(), "Decline", ephemeral=False)
    assert plant.slack.submit(plant.sandra, reason="goal", words="not this month") == {}
    company.member("Leon", role=Role.KAM_LEAD)
    told = note(plant, plant.lea)
    where = {"type": "message", "channel_id": f"D{plant.lea.id}", "message_ts": told["ts"], "is_ephemeral": False}
    plant.slack.press(plant.lea, told, "Escalate as goal conflict", container=where)
    view = plant.slack.submit(plant.lea, **CONFLICT)["view"]
    assert plant.slack.submit(plant.lea, view) == {"response_action": "clear"}

    plant.deliver()
    reply = plant.slack.out.replies[-1]
    assert reply["replace"], "the message it began from"
    for message in (reply, plant.card(), plant.slack.command(plant.lea, "/kam R-1")):
        assert "🤝 Put before a sponsor as E-1." in words(message)
        assert "Escalate as goal conflict" not in offers(message)


def test_a_request_that_nobody_answers_can_be_put_before_a_sponsor_and_stays_open(
    plant: Plant, company: Company
) -> None:
    company.member("Leon", role=Role.KAM_LEAD)
    plant.slack.click(plant.lea, "escalation.from_request", _newest(plant))
    assert "R-1 is not declined" in words(plant.slack.modals.answers[-1])
    with plant.slack.store.engine.begin() as connection:
        connection.execute(update(RequestRow).values(clock_step=150))
    shown = plant.slack.command(plant.lea, "/kam R-1")
    assert offers(shown) == ["Escalate as goal conflict", "Withdraw"]

    plant.slack.press(plant.lea, shown, "Escalate as goal conflict")
    assert "We asked in R-1; there is no answer yet." in str(plant.slack.modals.opened[-1])
    view = plant.slack.submit(plant.lea, **CONFLICT)["view"]
    assert plant.slack.submit(plant.lea, view) == {"response_action": "clear"}

    assert "🤝 Put before a sponsor as E-1." in words(plant.card())
    assert offers(plant.card())[0] == "Accept"
    assert offers(plant.slack.command(plant.lea, "/kam R-1")) == ["Withdraw"]


def _newest(plant: Plant) -> int:
    with plant.slack.store.engine.connect() as connection:
        found: int = connection.execute(select(RequestRow.id)).scalar_one()
        return found
