"""What Slack's own client does not offer or send, scripts cannot do either."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.robot import Person, Playground, Refused
from tests.playground.page_blocks import Payload, asked, modal, option, plain

Opens = Callable[..., str]


@pytest.fixture
def opens(bot: App, lea: Person, slack: Playground) -> Opens:
    """Open a modal by /kam, typed in a channel, and return its id; a sent one says what was in it."""

    def show(*blocks: Payload, channel: str = "C0HELV", **more: Any) -> str:
        def answer(ack: Any, client: WebClient, body: Payload) -> None:
            ack()
            client.views_open(trigger_id=body["trigger_id"], view={**modal(*blocks), **more})

        bot.command("/kam")(answer)
        slack.post("command", user=lea.id, channel=channel, text="/kam")
        return str(lea.modal().view["id"])

    return show


PICKS: dict[str, tuple[Payload, list[Any], list[Any]]] = {
    "a person": ({"type": "users_select"}, ["U0TOM", "U0BOT"], ["U0OLD", "U0NOBODY", "C0HELV", 7, ["U0TOM"]]),
    "people": ({"type": "multi_users_select", "max_selected_items": 2}, [["U0TOM"]], ["U0TOM", ["U0OLD"], [7]]),
    "a channel": ({"type": "channels_select"}, ["C0HELV", "C0OPEN"], ["C0HIDE", "C0DONE", "U0TOM", "C0NONE"]),
    "a conversation": ({"type": "conversations_select"}, ["C0HIDE", "D0LEA", "C0HELV"], ["C0DONE", "D0TOM"]),
    "a filtered conversation": (
        {"type": "conversations_select", "filter": {"include": ["im", "private"], "exclude_bot_users": True}},
        ["C0HIDE"],
        ["C0HELV", "D0LEA"],
    ),
    "a conversation of the own company": (
        {"type": "conversations_select", "filter": {"exclude_external_shared_channels": True}},
        ["C0HELV"],
        ["C0TALK"],
    ),
    "a day": ({"type": "datepicker"}, ["2026-02-28"], ["2026-02-29", "28.02.2026", "20260228", 20260228]),
    "a time": ({"type": "timepicker"}, ["09:30"], ["24:00", "9:30", "09:30:00"]),
    "a moment": ({"type": "datetimepicker"}, [1_800_000_000], ["1800000000", 1_800_000_000_000, True]),
    "a text": ({"type": "plain_text_input"}, ["x"], [7, ["x"], {"x": 1}]),
    "a rich text": ({"type": "rich_text_input"}, ["*x*", {"type": "rich_text", "elements": []}], [7, {"type": "poem"}]),
}


@pytest.mark.parametrize("case", PICKS)
def test_only_what_is_offered_can_be_entered(case: str, opens: Opens, slack: Playground, lea: Person) -> None:
    element, taken, refused = PICKS[case]
    slack.post("channel", id="C0TALK", set={"is_ext_shared": True})
    slack.get("state", user="U0TOM")  # the direct messages with the app are there once somebody looks
    view_id = opens(asked("It", element))
    where = {"user": lea.id, "view_id": view_id, "block_id": "It", "action_id": "v"}
    for value in refused:
        with pytest.raises(Refused):
            slack.post("fill", **where, value=value)
    for value in taken:
        slack.post("fill", **where, value=value)


@pytest.mark.parametrize("number", ["nan", "inf", "1e5", "1_000", "１", "1,5", "-", "."])
def test_what_is_no_number_stands_at_its_field(number: str, opens: Opens, lea: Person) -> None:
    opens(asked("Days", {"type": "number_input", "is_decimal_allowed": True}))
    lea.fills("Days", number)
    form = lea.submits()
    assert form is not None
    assert form.errors == {"Days": "Das ist keine Zahl."}


def test_a_form_that_waits_for_an_entry_is_not_sent_before(opens: Opens, bot: App, lea: Person) -> None:
    bot.view("form")(lambda ack: ack())
    opens(asked("Note", {"type": "plain_text_input"}, optional=True), submit_disabled=True)
    with pytest.raises(Refused, match="waits until something is entered"):
        lea.submits()
    lea.fills("Note", "x")
    assert lea.submits() is None


def test_nobody_writes_nothing_or_in_an_archive_or_where_there_is_no_thread(slack: Playground, lea: Person) -> None:
    for text in ("", " \n"):
        with pytest.raises(Refused, match="empty"):
            slack.post("message", user=lea.id, channel="C0HELV", text=text)
    for kind, text in (("message", "x"), ("command", "/kam")):
        with pytest.raises(Refused, match="archived"):
            slack.post(kind, user=lea.id, channel="C0DONE", text=text)
        with pytest.raises(Refused, match="no thread"):
            slack.post(kind, user=lea.id, channel="C0HELV", text=text, thread_ts="1.000000")
    assert slack.traffic() == []


def test_only_shortcuts_of_the_manifest_are_used_and_where_they_are_offered(slack: Playground, lea: Person) -> None:
    said = lea.types("Hello", channel="#acct-helvetia")
    with pytest.raises(Refused, match=r"no global shortcut 'log\.message'"):
        slack.post("shortcut", user=lea.id, callback_id="log.message")
    with pytest.raises(Refused, match=r"no message shortcut 'log\.anything'"):
        slack.post("shortcut", user=lea.id, callback_id="log.anything", channel="C0HELV", ts=said.ts)
    assert [entry["name"] for entry in slack.traffic()] == []


def test_nobody_reacts_to_what_only_they_see_or_in_an_archive(web: WebClient, slack: Playground, lea: Person) -> None:
    web.chat_postEphemeral(channel="C0HELV", user=lea.id, text="Psst")
    psst = lea.reads("#acct-helvetia")[0]
    with pytest.raises(Refused, match="nobody can react"):
        slack.post("react", user=lea.id, channel="C0HELV", ts=psst.ts, name="eyes")
    said = lea.types("Hello", channel="#acct-helvetia")
    slack.post("channel", id="C0HELV", set={"is_archived": True})
    with pytest.raises(Refused, match="nobody can react"):
        slack.post("react", user=lea.id, channel="C0HELV", ts=said.ts, name="eyes")


def test_feedback_is_pressed_by_its_words_and_tells_which(bot: App, web: WebClient, lea: Person) -> None:
    pressed: list[Payload] = []

    @bot.action("useful")
    def hear(ack: Any, action: Payload) -> None:
        ack()
        pressed.append(action)

    good = {"text": plain("Useful"), "value": "yes"}
    bad = {"text": plain("Not useful"), "value": "no"}
    element = {"type": "feedback_buttons", "action_id": "useful", "positive_button": good, "negative_button": bad}
    web.chat_postMessage(channel="C0HELV", text="x", blocks=[{"type": "context_actions", "elements": [element]}])
    card = lea.reads("#acct-helvetia")[0]
    assert card.text == "[Useful] [Not useful]"
    lea.clicks("Not useful", on=card)
    assert (pressed[0]["type"], pressed[0]["value"], pressed[0]["text"]["text"]) == (
        "feedback_buttons",
        "no",
        "Not useful",
    )


def test_the_client_reloads_and_its_modals_are_gone(opens: Opens, lea: Person, tom: Person, slack: Playground) -> None:
    opens(asked("Note", {"type": "plain_text_input"}), notify_on_close=True)
    tom.reloads()
    assert lea.has_modal()
    before = slack.mark()
    lea.reloads()
    assert not lea.has_modal()
    assert slack.traffic(before) == []


HERE = {"type": "conversations_select", "default_to_current_conversation": True}


def test_a_conversation_select_begins_with_the_conversation_one_sees(opens: Opens, lea: Person) -> None:
    many = {**HERE, "type": "multi_conversations_select"}
    named = {**HERE, "initial_conversation": "C0TALK"}
    opens(asked("One", HERE), asked("Many", many), asked("Named", named), channel="C0OPEN")
    values = lea.modal().view["state"]["values"]
    assert values["One"]["v"]["selected_conversation"] == "C0OPEN"
    assert values["Many"]["v"]["selected_conversations"] == ["C0OPEN"]
    assert values["Named"]["v"]["selected_conversation"] == "C0TALK"
    assert "initial_conversation" not in lea.modal().view["blocks"][0]["element"]
    lea.fills("One", None)
    assert lea.modal().view["state"]["values"]["One"]["v"]["selected_conversation"] is None


@pytest.mark.parametrize(("channel", "begins"), [("C0OPEN", "C0OPEN"), (None, None)])
def test_a_global_shortcut_knows_the_conversation_only_where_one_is_seen(
    bot: App, lea: Person, slack: Playground, channel: str | None, begins: str | None
) -> None:
    @bot.shortcut("log.anything")
    def ask(ack: Any, client: WebClient, body: Payload) -> None:
        ack()
        view = client.views_open(trigger_id=body["trigger_id"], view=modal(asked("Where", HERE)))["view"]
        assert "channel" not in body
        seen.append(view["state"]["values"]["Where"]["v"]["selected_conversation"])

    seen: list[Any] = []
    where = {"channel": channel} if channel else {}
    slack.post("shortcut", user=lea.id, callback_id="log.anything", **where)
    assert seen == [begins]


def test_a_search_does_not_tell_what_stands_in_the_other_inputs(opens: Opens, bot: App, lea: Person) -> None:
    asked_for: list[Payload] = []

    @bot.options("v")
    def find(ack: Any, body: Payload) -> None:
        asked_for.append(body)
        ack(options=[option("One", "1")])

    opens(asked("Note", {"type": "plain_text_input"}), asked("Account", {"type": "external_select"}))
    lea.fills("Note", "secret")
    assert lea.searches("Account", "On") == []
    assert lea.searches("Account", "One") == ["One"]
    assert [(body["value"], body["view"]["state"]) for body in asked_for] == [("One", {"values": {}})]
    assert lea.modal().values == {"Note": "secret", "Account": ""}


def test_a_response_url_is_lent_only_for_a_conversation_that_was_chosen(opens: Opens, bot: App, lea: Person) -> None:
    lent: list[Any] = []

    @bot.view("form")
    def hear(ack: Any, body: Payload) -> None:
        lent.append([url["channel_id"] for url in body["response_urls"]])
        ack(response_action="errors", errors={"Where": "Again"}) if len(lent) == 1 else ack()

    opens(asked("Where", {"type": "channels_select", "response_url_enabled": True}, optional=True))
    lea.submits()
    lea.fills("Where", "#open")
    lea.submits()
    assert lent == [[], ["C0OPEN"]]
