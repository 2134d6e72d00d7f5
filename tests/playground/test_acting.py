"""People act and an unmodified Bolt app answers, over signed HTTP and over Socket Mode."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.robot import NotVisible, Person, Playground

UNDO = {
    "type": "actions",
    "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Rückgängig"}, "action_id": "undo", "value": "17"},
        {
            "type": "overflow",
            "action_id": "more",
            "options": [
                {"text": {"type": "plain_text", "text": "Verlauf"}, "value": "history"},
                {"text": {"type": "plain_text", "text": "Karte"}, "value": "card"},
            ],
        },
    ],
}
SAVED: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Saved* for <@U0TOM>\n> as typed"}},
    UNDO,
]
MODAL = {
    "type": "modal",
    "callback_id": "log",
    "title": {"type": "plain_text", "text": "Log"},
    "submit": {"type": "plain_text", "text": "Save"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "notify_on_close": True,
    "private_metadata": "17",
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "What happened"},
            "element": {"type": "plain_text_input", "action_id": "value", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "account",
            "optional": True,
            "label": {"type": "plain_text", "text": "Account"},
            "element": {"type": "external_select", "action_id": "account.find", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "kind",
            "optional": True,
            "label": {"type": "plain_text", "text": "Kind"},
            "element": {
                "type": "static_select",
                "action_id": "value",
                "options": [
                    {"text": {"type": "plain_text", "text": "Visit"}, "value": "visit"},
                    {"text": {"type": "plain_text", "text": "Call"}, "value": "call"},
                ],
            },
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": {"type": "plain_text", "text": "Who was there"},
            "element": {"type": "multi_users_select", "action_id": "value"},
        },
        {
            "type": "input",
            "block_id": "day",
            "optional": True,
            "label": {"type": "plain_text", "text": "Day"},
            "element": {"type": "datepicker", "action_id": "value"},
        },
    ],
}


def test_a_command_is_answered_by_an_ephemeral_with_buttons(bot: App, lea: Person, tom: Person) -> None:
    seen: dict[str, Any] = {}

    @bot.command("/kam")
    def answer(ack: Any, command: dict[str, Any]) -> None:
        seen.update(command)
        ack(text="Saved", blocks=SAVED)

    shown = lea.types("/kam Visit with @Tom Ward & <b> in #open", channel="#acct-helvetia")

    assert shown.text == "Saved for @Tom Ward\n│ as typed\n[Rückgängig] [⋯ Verlauf / Karte]"
    assert shown.buttons == ["Rückgängig", "Verlauf", "Karte"]
    assert shown.is_ephemeral
    assert seen["text"] == "Visit with <@U0TOM|tom.ward> &amp; &lt;b&gt; in <#C0OPEN|open>"
    assert seen["channel_name"] == "acct-helvetia"
    assert tom.reads("#acct-helvetia") == []


def test_a_click_replaces_the_ephemeral_by_its_response_url(bot: App, lea: Person) -> None:
    @bot.command("/kam")
    def answer(ack: Any) -> None:
        ack(text="Saved", blocks=SAVED)

    @bot.action("undo")
    def undo(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        respond(text=f"Undone {action['value']}", replace_original=True)
        ack()

    shown = lea.types("/kam", channel="#acct-helvetia")
    lea.clicks("Rückgängig", on=shown)

    assert [message.text for message in lea.reads("#acct-helvetia")] == ["Undone 17"]


def test_a_menu_entry_arrives_with_its_value(bot: App, lea: Person) -> None:
    seen: list[str] = []

    @bot.command("/kam")
    def answer(ack: Any) -> None:
        ack(blocks=SAVED)

    @bot.action("more")
    def more(ack: Any, action: dict[str, Any]) -> None:
        seen.append(action["selected_option"]["value"])
        ack()

    lea.types("/kam")
    lea.clicks("Karte")

    assert seen == ["card"]


class Hasty(Playground):
    """Whoever acts by it is overtaken: the message is edited between their look at it and their first click."""

    def __init__(self, url: str, web: WebClient, blocks: list[dict[str, Any]]) -> None:
        super().__init__(url)
        self.web, self.blocks, self.edits = web, blocks, 1

    def post(self, name: str, /, **body: Any) -> Any:
        if name == "click" and self.edits:
            self.edits -= 1
            self.web.chat_update(channel=body["channel"], ts=body["ts"], text="Edited", blocks=self.blocks)
        return super().post(name, **body)


def test_a_click_on_a_message_that_is_just_edited_is_not_lost(bot: App, slack: Playground, web: WebClient) -> None:
    seen: list[str] = []

    @bot.action("undo")
    def undo(ack: Any, action: dict[str, Any]) -> None:
        seen.append(action["value"])
        ack()

    posted = web.chat_postMessage(channel=slack.channel_id("#acct-helvetia"), text="Saved", blocks=SAVED)
    for blocks, clicked in ((SAVED, True), ([{"type": "divider"}], False)):
        with Hasty(slack.url, web, blocks) as hasty:
            lea = hasty.person("Lea Brunner")
            shown = next(one for one in lea.reads("#acct-helvetia") if one.ts == posted["ts"])
            if clicked:
                lea.clicks("Rückgängig", on=shown)
            else:
                with pytest.raises(NotVisible):
                    lea.clicks("Rückgängig", on=shown)

    assert len(seen) == 1


def test_an_absent_label_lists_what_is_visible(bot: App, lea: Person) -> None:
    @bot.command("/kam")
    def answer(ack: Any) -> None:
        ack(blocks=SAVED)

    shown = lea.types("/kam")

    with pytest.raises(NotVisible, match="'Undo' is not there; visible: 'Rückgängig', 'Verlauf', 'Karte'"):
        lea.clicks("Undo", on=shown)


@pytest.mark.parametrize("transport", ["bot", "socket_bot"])
def test_a_form_is_opened_filled_and_sent(transport: str, lea: Person, request: pytest.FixtureRequest) -> None:
    app: App = request.getfixturevalue(transport)
    seen: dict[str, Any] = {}

    @app.command("/kam")
    def open_form(ack: Any, body: dict[str, Any], client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @app.options("account.find")
    def find(ack: Any, payload: dict[str, Any]) -> None:
        names = [name for name in ("Helvetia", "Alpina") if payload["value"].lower() in name.lower()]
        ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name[0]} for name in names])

    @app.view("log")
    def save(ack: Any, view: dict[str, Any]) -> None:
        seen.update(view["state"]["values"], metadata=view["private_metadata"])
        ack()

    assert not lea.types("/kam", channel="#acct-helvetia")
    assert lea.modal().title == "Log"
    assert lea.modal().fields == ["What happened", "Account", "Kind", "Who was there", "Day"]
    assert lea.searches("Account", "") == ["Helvetia", "Alpina"]
    lea.fills("What happened", "Long talk")
    lea.fills("Account", "Alpina")
    lea.fills("Kind", "Call")
    lea.fills("Who was there", ["Tom Ward"])
    assert lea.modal().values["Account"] == "Alpina"
    assert lea.submits() is None

    assert seen["note"] == {"value": {"type": "plain_text_input", "value": "Long talk"}}
    assert seen["account"]["account.find"]["selected_option"]["value"] == "A"
    assert seen["kind"]["value"]["selected_option"]["value"] == "call"
    assert seen["who"]["value"]["selected_users"] == ["U0TOM"]
    assert seen["day"] == {"value": {"type": "datepicker", "selected_date": None}}
    assert seen["metadata"] == "17"


def test_the_client_refuses_an_empty_required_field(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def open_form(ack: Any, body: dict[str, Any], client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    lea.types("/kam")
    before = slack.mark()
    form = lea.submits()

    assert form is not None
    assert form.errors == {"What happened": "Bitte fülle dieses Pflichtfeld aus."}
    assert slack.traffic(after=before) == []


def test_the_app_marks_a_field_and_the_text_stays(bot: App, lea: Person) -> None:
    @bot.command("/kam")
    def open_form(ack: Any, body: dict[str, Any], client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @bot.view("log")
    def refuse(ack: Any) -> None:
        ack(response_action="errors", errors={"note": "Too short"})

    lea.types("/kam")
    lea.fills("What happened", "Hm")
    form = lea.submits()

    assert form is not None
    assert form.errors == {"What happened": "Too short"}
    assert form.values["What happened"] == "Hm"
    assert "⚠ Too short" in form.text
