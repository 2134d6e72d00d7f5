"""Modals and Homes follow Slack's rules: triggers, hashes, the stack, what a form is answered with."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.robot import Person, Playground, Refused


def form(title: str = "One", label: str = "Note", **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "value"}
    text = {"type": "plain_text", "text": label}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [{"type": "input", "block_id": "note", "label": text, "element": element}],
        **more,
    }


@pytest.fixture
def triggers(bot: App) -> list[str]:
    """Collect the trigger of each /kam."""
    collected: list[str] = []

    @bot.command("/kam")
    def keep(ack: Any, body: dict[str, Any]) -> None:
        collected.append(body["trigger_id"])
        ack()

    return collected


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_a_trigger_is_refused_after_three_seconds(
    triggers: list[str], lea: Person, web: WebClient, slack: Playground
) -> None:
    lea.types("/kam")
    slack.advance(3.1)
    assert refusal(web.views_open, trigger_id=triggers[0], view=form()) == "expired_trigger_id"


def test_a_trigger_opens_one_modal_only(triggers: list[str], lea: Person, web: WebClient) -> None:
    lea.types("/kam")
    web.views_open(trigger_id=triggers[0], view=form())
    assert refusal(web.views_open, trigger_id=triggers[0], view=form()) == "exchanged_trigger_id"
    assert refusal(web.views_open, trigger_id="made.up", view=form()) == "invalid_trigger_id"


def test_a_broken_view_does_not_use_the_trigger_up(triggers: list[str], lea: Person, web: WebClient) -> None:
    lea.types("/kam")
    assert refusal(web.views_open, trigger_id=triggers[0], view=form("x" * 25)) == "invalid_arguments"
    web.views_open(trigger_id=triggers[0], view=form())
    assert lea.modal().title == "One"


def test_the_stack_holds_three(triggers: list[str], lea: Person, web: WebClient) -> None:
    for _ in range(4):
        lea.types("/kam")
    root = web.views_open(trigger_id=triggers[0], view=form())["view"]
    second = web.views_push(trigger_id=triggers[1], view=form("Two"))["view"]
    web.views_push(trigger_id=triggers[2], view=form("Three"))
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert refusal(web.views_push, trigger_id=triggers[3], view=form("Four")) == "push_limit_reached"
    lea.closes()
    assert lea.modal().title == "Two"
    lea.closes(everything=True)
    assert not lea.has_modal()


def test_an_update_keeps_what_was_typed_under_the_same_ids(triggers: list[str], lea: Person, web: WebClient) -> None:
    lea.types("/kam")
    view = web.views_open(trigger_id=triggers[0], view=form())["view"]
    lea.fills("Note", "typed")
    changed = web.views_update(view_id=view["id"], hash=view["hash"], view=form(label="Remark"))["view"]
    assert lea.modal().values == {"Remark": "typed"}
    assert refusal(web.views_update, view_id=view["id"], hash=view["hash"], view=form()) == "hash_conflict"
    other = form()
    other["blocks"][0]["block_id"] = "note~2"
    web.views_update(view_id=view["id"], hash=changed["hash"], view=other)
    assert lea.modal().values == {"Note": ""}


def test_a_closed_view_is_not_found(triggers: list[str], lea: Person, web: WebClient) -> None:
    lea.types("/kam")
    view = web.views_open(trigger_id=triggers[0], view=form())["view"]
    lea.closes()
    assert refusal(web.views_update, view_id=view["id"], view=form()) == "not_found"


def test_an_external_id_is_there_once(triggers: list[str], lea: Person, tom: Person, web: WebClient) -> None:
    lea.types("/kam")
    tom.types("/kam")
    web.views_open(trigger_id=triggers[0], view=form(external_id="r-12"))
    again = form(external_id="r-12")
    assert refusal(web.views_open, trigger_id=triggers[1], view=again) == "duplicate_external_id"
    web.views_update(external_id="r-12", view=form("Found", external_id="r-12"))
    assert lea.modal().title == "Found"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({}, None),
        ({"response_action": "clear"}, None),
        ({"response_action": "update", "view": form("Changed")}, "Changed"),
        ({"response_action": "push", "view": form("Above")}, "Above"),
    ],
)
def test_a_form_is_closed_changed_or_covered(
    bot: App, triggers: list[str], lea: Person, web: WebClient, answer: dict[str, Any], left: str | None
) -> None:
    @bot.view("form")
    def save(ack: Any) -> None:
        ack(**answer)

    lea.types("/kam")
    web.views_open(trigger_id=triggers[0], view=form())
    lea.fills("Note", "x")
    after = lea.submits()
    assert (after.title if after else None) == left


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": form("x" * 25)},
        {"response_action": "shout"},
    ],
)
def test_a_wrong_answer_to_a_form_leaves_it_open_with_an_error(
    bot: App, triggers: list[str], lea: Person, web: WebClient, answer: dict[str, Any]
) -> None:
    @bot.view("form")
    def save(ack: Any) -> None:
        ack(**answer)

    lea.types("/kam")
    web.views_open(trigger_id=triggers[0], view=form())
    lea.fills("Note", "x")
    after = lea.submits()
    assert after is not None
    assert after.errors[""]


def test_closing_is_told_only_where_it_was_asked_for(
    bot: App, triggers: list[str], lea: Person, web: WebClient, slack: Playground
) -> None:
    closed: list[bool] = []

    @bot.view_closed("form")
    def note(ack: Any, body: dict[str, Any]) -> None:
        closed.append(body["is_cleared"])
        ack()

    lea.types("/kam")
    web.views_open(trigger_id=triggers[0], view=form())
    before = slack.mark()
    lea.closes()
    assert slack.traffic(before) == []
    lea.types("/kam")
    web.views_open(trigger_id=triggers[1], view=form(notify_on_close=True))
    lea.closes()
    assert closed == [False]


def test_a_home_is_published_and_opened(bot: App, lea: Person) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Log"}, "action_id": "log"}

    @bot.event("app_home_opened")
    def show(client: Any, event: dict[str, Any]) -> None:
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
        client.views_publish(user_id=event["user"], view=view)

    pressed: list[str] = []

    @bot.action("log")
    def press(ack: Any, body: dict[str, Any]) -> None:
        pressed.append(body["container"]["type"])
        assert "response_url" not in body
        ack()

    home = lea.opens_home()
    assert home is not None
    assert home.buttons == ["Log"]
    lea.clicks("Log", on=home)
    assert pressed == ["view"]


def test_a_choice_with_dispatch_is_told_at_once_and_others_are_not(
    bot: App, triggers: list[str], lea: Person, web: WebClient
) -> None:
    told: list[Any] = []

    @bot.action("value")
    def chosen(ack: Any, action: dict[str, Any], body: dict[str, Any]) -> None:
        told.append((action["selected_option"]["value"], body["view"]["state"]["values"]["kind"]["value"]))
        ack()

    options = [{"text": {"type": "plain_text", "text": name}, "value": name[0]} for name in ("Visit", "Call")]
    select = {"type": "static_select", "action_id": "value", "options": options}
    label = {"type": "plain_text", "text": "Kind"}
    asked = {"type": "input", "block_id": "kind", "label": label, "element": select, "dispatch_action": True}
    view = form()
    view["blocks"].append(asked)
    lea.types("/kam")
    web.views_open(trigger_id=triggers[0], view=view)
    lea.fills("Note", "quiet")
    assert told == []
    lea.fills("Kind", "Call")
    assert told[0][0] == "C"
    assert told[0][1]["selected_option"]["value"] == "C"


def test_an_option_that_is_not_offered_cannot_be_chosen(
    triggers: list[str], lea: Person, web: WebClient, slack: Playground
) -> None:
    options = [{"text": {"type": "plain_text", "text": "Visit"}, "value": "v"}]
    select = {"type": "static_select", "action_id": "value", "options": options}
    label = {"type": "plain_text", "text": "Kind"}
    lea.types("/kam")
    blocks = [{"type": "input", "block_id": "kind", "label": label, "element": select}]
    view = web.views_open(trigger_id=triggers[0], view=form(blocks=blocks))["view"]
    with pytest.raises(Refused, match="no option has the value 'z'"):
        slack.post("fill", user=lea.id, view_id=view["id"], block_id="kind", action_id="value", value="z")
