"""Requests reach the bot as Slack sends them, late answers are errors, and repeats are repeats."""

import json
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.robot import NotVisible, Person, Playground, Refused
from tests.playground.page_blocks import actions, asked, button, modal


def answers(slack: Playground, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in slack.traffic() if entry["kind"] == kind and entry["phase"] == "answer"]


def test_an_unknown_command_gets_slackbots_word(bot: App, lea: Person, slack: Playground) -> None:
    shown = lea.types("/nothing here", channel="#acct-helvetia")
    assert shown.text == "/nothing ist kein gültiger Befehl."
    assert slack.traffic() == []


def test_a_command_in_a_thread_is_refused(bot: App, lea: Person, slack: Playground) -> None:
    said = lea.types("Hello", channel="#acct-helvetia")
    shown = lea.types("/kam help", channel="#acct-helvetia", thread=said)
    assert shown.text == "/kam geht in Threads nicht."
    assert answers(slack, "slash_commands") == []


def test_without_should_escape_the_text_goes_as_typed(bot: App, lea: Person) -> None:
    @bot.command("/raw")
    def echo(ack: Any, command: dict[str, Any]) -> None:
        ack(text=json.dumps(command["text"] == "a & b @Tom Ward <@U0TOM>"))

    assert lea.types("/raw a & b @Tom Ward <@U0TOM>").text == "true"


def test_typed_markup_is_escaped(bot: App, lea: Person) -> None:
    seen: list[str] = []

    @bot.command("/kam")
    def keep(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        ack()

    lea.types("/kam <!channel> <@U0TOM> see https://e.example/a?b=1&c=2.")
    assert seen == ["&lt;!channel&gt; &lt;@U0TOM&gt; see <https://e.example/a?b=1&amp;c=2>."]


@pytest.mark.parametrize("text", ["\ud800 half", "nul \x00", "\u202eright to left", "x" * 100_000, '100 % & "<open'])
def test_any_text_can_be_typed_and_said(bot: App, lea: Person, text: str) -> None:
    @bot.command("/raw")
    def echo(ack: Any, command: dict[str, Any]) -> None:
        ack(text=command["text"])

    assert lea.types(f"/raw {text}")
    assert lea.types(text).text == text


def test_an_answer_in_channel_is_seen_by_all(bot: App, lea: Person, tom: Person) -> None:
    @bot.command("/kam")
    def say(ack: Any) -> None:
        ack(text="For all", response_type="in_channel")

    lea.types("/kam", channel="#acct-helvetia")
    assert [message.text for message in tom.reads("#acct-helvetia")] == ["For all"]


def test_a_late_answer_is_a_time_out(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def slow(ack: Any) -> None:
        slack.advance(3.1)
        ack("too late")

    assert lea.types("/kam").text == "/kam ist gescheitert: „operation_timeout“"
    assert answers(slack, "slash_commands")[0]["error"] == "operation_timeout"


def test_a_bot_that_fails_is_a_failed_dispatch(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def fail() -> None:
        raise ValueError

    @bot.error
    def quiet() -> Any:
        return None

    assert lea.types("/kam").text == "/kam ist gescheitert: „dispatch_failed“"
    assert answers(slack, "slash_commands")[0]["status"] == 500


def test_an_answer_beyond_the_limits_is_an_error(bot: App, lea: Person) -> None:
    @bot.command("/kam")
    def wrong(ack: Any) -> None:
        ack(text="x", blocks=[{"type": "poem"}])

    assert lea.types("/kam").text == "/kam ist gescheitert: „invalid_blocks“"


def test_the_body_of_a_buttons_ack_is_ignored_and_marked(bot: App, lea: Person, slack: Playground) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}

    @bot.command("/kam")
    def offer(ack: Any) -> None:
        ack(blocks=[{"type": "actions", "elements": [button]}])

    @bot.action("go")
    def chatty(ack: Any) -> Any:
        return ack({"text": "nobody sees this"})

    lea.types("/kam")
    lea.clicks("Go")
    assert [message.text for message in lea.dm()] == ["[Go]"]
    assert answers(slack, "interactive")[0]["note"] == "the body of this ack is ignored"


def test_a_button_that_gets_no_answer_leaves_a_notice(bot: App, lea: Person) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}

    @bot.command("/kam")
    def offer(ack: Any) -> None:
        ack(blocks=[{"type": "actions", "elements": [button]}])

    lea.types("/kam")
    lea.clicks("Go")
    assert lea.toasts() == ["Die App hat nicht geantwortet (dispatch_failed)."]


def test_a_request_is_sent_again_byte_for_byte(bot: App, lea: Person, slack: Playground) -> None:
    triggers: list[str] = []

    @bot.command("/kam")
    def keep(ack: Any, body: dict[str, Any]) -> None:
        triggers.append(body["trigger_id"])
        ack("Saved")

    lea.types("/kam")
    assert slack.post("redeliver")["ack"]["status"] == 200
    assert triggers == [triggers[0]] * 2
    assert [message.text for message in lea.dm()] == ["Saved"]
    with pytest.raises(Refused, match="no request 7"):
        slack.post("redeliver", n=7)


@pytest.mark.parametrize("how", ["signature", "old", "absent"])
def test_a_forged_request_is_refused_by_the_bot(bot: App, lea: Person, slack: Playground, how: str) -> None:
    heard: list[str] = []

    @bot.command("/kam")
    def keep(ack: Any, command: dict[str, Any]) -> None:
        heard.append(command["text"])
        ack()

    lea.types("/kam")
    assert slack.post("forge", how=how)["ack"]["status"] == 401
    assert heard == [""]


def test_an_event_is_repeated_with_its_id_until_it_is_heard(bot: App, lea: Person, slack: Playground) -> None:
    heard: list[tuple[str, str]] = []

    @bot.middleware
    def note(req: Any, next_: Any) -> None:
        heard.append((req.body.get("event_id"), req.headers.get("x-slack-retry-num", [""])[0]))
        if len(heard) < 3:
            raise ValueError
        next_()

    @bot.event("message")
    def hear() -> None:
        """Hear it at last."""

    @bot.error
    def quiet() -> Any:
        return None

    lea.types("Hello")
    slack.waits_for_call("message.im", count=2)
    slack.advance(61)
    slack.waits_for_call("message.im", count=3)
    assert [number for _, number in heard] == ["", "1", "2"]
    assert len({event_id for event_id, _ in heard}) == 1


def test_events_tell_of_messages_mentions_people_and_channels(bot: App, lea: Person, slack: Playground) -> None:
    heard: list[dict[str, Any]] = []

    for name in ("message", "app_mention", "user_change", "team_join", "channel_archive", "reaction_added"):

        @bot.event(name)
        def hear(event: dict[str, Any]) -> None:
            heard.append(event)

    lea.types("Hello")
    said = lea.types("@scharnier help", channel="#acct-helvetia")
    slack.post("react", user=lea.id, channel=said.channel, ts=said.ts, name="eyes")
    slack.post("user", id="U0TOM", set={"deleted": True})
    slack.post("user", id="U0NEW", set={"name": "nora", "real_name": "Nora New"})
    slack.post("channel", id="C0HELV", set={"is_archived": True})
    assert [event["type"] for event in heard] == [
        "message",
        "app_mention",
        "reaction_added",
        "user_change",
        "team_join",
        "channel_archive",
    ]
    assert heard[0]["channel_type"] == "im"
    assert heard[1]["text"] == "<@U0BOT> help"
    assert heard[3]["user"]["deleted"] is True
    with pytest.raises(Refused, match="nobody active"):
        slack.person("Tom Ward").types("Hello")


def test_what_the_manifest_does_not_subscribe_to_is_not_sent(bot: App, lea: Person, slack: Playground) -> None:
    lea.types("Hello all", channel="#acct-helvetia")
    slack.post("channel", id="C0HELV", set={"is_ext_shared": True})
    assert slack.traffic() == []


def test_the_app_hears_of_its_own_direct_messages(bot: App, web: WebClient, slack: Playground) -> None:
    web.chat_postMessage(channel="U0LEA", text="Hello")
    slack.waits_for_call("message.im")
    told = next(entry for entry in slack.traffic() if entry["name"] == "message.im")
    assert told["payload"]["event"]["bot_id"] == "B0BOT"


def test_shortcuts_are_used_by_their_name(bot: App, lea: Person) -> None:
    seen: list[Any] = []

    @bot.shortcut("log.message")
    def of_message(ack: Any, body: dict[str, Any]) -> None:
        seen.append((body["type"], body["message"]["text"], "response_url" in body))
        ack()

    @bot.shortcut("log.anything")
    def everywhere(ack: Any, body: dict[str, Any]) -> None:
        seen.append((body["type"], "channel" in body, "response_url" in body))
        ack()

    said = lea.types("Worth it", channel="#acct-helvetia")
    lea.uses_shortcut("Log this", on=said)
    lea.uses_shortcut("Log something")
    assert seen == [("message_action", "Worth it", True), ("shortcut", False, False)]
    with pytest.raises(NotVisible):
        lea.uses_shortcut("Forget this")


COMMON = {"type", "team", "user", "api_app_id", "token", "enterprise", "is_enterprise_install"}
VIEW = {
    *(
        "id",
        "team_id",
        "type",
        "blocks",
        "private_metadata",
        "callback_id",
        "state",
        "hash",
        "title",
        "submit",
        "close",
    ),
    *("clear_on_close", "notify_on_close", "root_view_id", "previous_view_id", "app_id", "external_id", "bot_id"),
    *("app_installed_team_id", "submit_disabled"),
}
FROM_A_MESSAGE = {"channel", "message", "response_url"}
KEYS = {
    "/kam": {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text"),
        *("api_app_id", "is_enterprise_install", "response_url", "trigger_id"),
    },
    "message block_actions": {*COMMON, *FROM_A_MESSAGE, "trigger_id", "container", "actions", "state"},
    "view block_actions": {*COMMON, "trigger_id", "container", "actions", "view"},
    "block_suggestion": {*COMMON, "container", "block_id", "action_id", "value", "view"},
    "view_submission": {*COMMON, "trigger_id", "view", "response_urls"},
    "view_closed": {*COMMON, "view", "is_cleared"},
    "shortcut": {*COMMON, "callback_id", "action_ts", "trigger_id"},
    "message_action": {*COMMON, *FROM_A_MESSAGE, "callback_id", "action_ts", "trigger_id", "message_ts"},
    "message.im": {
        *("type", "token", "team_id", "api_app_id", "event", "event_id", "event_time", "authorizations"),
        *("is_ext_shared_channel", "event_context"),
    },
}


def test_every_request_has_slacks_keys_and_no_others(bot: App, web: WebClient, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def open_form(ack: Any, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        search = {"type": "external_select", "min_query_length": 0}
        blocks = [actions(button("Go", "go")), asked("Account", search, optional=True)]
        client.views_open(trigger_id=body["trigger_id"], view={**modal(*blocks), "notify_on_close": True})

    @bot.view("form")
    def stay(ack: Any) -> None:
        ack(response_action="errors", errors={"Account": "Which one?"})

    card = web.chat_postMessage(channel="C0HELV", text="x", blocks=[actions(button("Go", "go"))])
    said = lea.types("Hello")
    lea.clicks("Go", on=next(item for item in lea.reads("#acct-helvetia") if item.ts == card["ts"]))
    lea.uses_shortcut("Log something")
    lea.uses_shortcut("Log this", on=said)
    lea.types("/kam")
    lea.clicks("Go", on=lea.modal())
    lea.searches("Account", "x")
    lea.submits()
    lea.closes()

    sent = [entry for entry in slack.traffic() if entry["direction"] == "to_bot" and entry["phase"] == "request"]
    found = {}
    for entry in sent:
        place = entry["payload"]["container"]["type"] + " " if entry["name"] == "block_actions" else ""
        found[place + entry["name"]] = entry["payload"]
    assert {name: set(payload) for name, payload in found.items()} == KEYS
    for name in ("view block_actions", "block_suggestion", "view_submission", "view_closed"):
        assert set(found[name]["view"]) == VIEW
    place = {"type": "message", "message_ts": card["ts"], "channel_id": "C0HELV", "is_ephemeral": False}
    assert found["message block_actions"]["container"] == place
    assert found["shortcut"]["user"] == {
        "id": "U0LEA",
        "username": "lea.brunner",
        "name": "lea.brunner",
        "team_id": "T0TRIAL",
    }


def test_a_stranger_acts_under_another_team(bot: App, slack: Playground) -> None:
    teams: list[str] = []

    @bot.shortcut("log.anything")
    def keep(ack: Any, body: dict[str, Any]) -> None:
        teams.append(body["user"]["team_id"])
        ack()

    slack.person("Fara Else").uses_shortcut("Log something")
    assert teams == ["T0ELSEWHERE"]


def test_every_exchange_is_logged_with_its_time(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def say(ack: Any, client: Any) -> None:
        client.auth_test()
        ack("Done")

    lea.types("/kam")
    entries = slack.traffic()
    assert [(entry["direction"], entry["name"], entry["phase"]) for entry in entries] == [
        ("to_bot", "/kam", "request"),
        ("to_slack", "auth.test", "request"),
        ("to_slack", "auth.test", "answer"),
        ("to_bot", "/kam", "answer"),
    ]
    assert entries[0]["exchange"] == entries[3]["exchange"]
    assert entries[3]["ms"] > 0
    assert entries[3]["payload"] == {"text": "Done"} or entries[3]["payload"] == "Done"


def test_socket_mode_answers_commands_and_hears_events(socket_bot: App, lea: Person, slack: Playground) -> None:
    heard: list[str] = []

    @socket_bot.command("/kam")
    def say(ack: Any) -> None:
        ack("By socket")

    @socket_bot.event("message")
    def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    assert lea.types("/kam").text == "By socket"
    lea.types("Hello")
    assert heard == ["Hello"]


def test_socket_mode_comes_back_after_a_disconnect(socket_bot: App, lea: Person, slack: Playground) -> None:
    @socket_bot.command("/kam")
    def say(ack: Any) -> None:
        ack("Still here")

    assert slack.post("disconnect", reason="refresh_requested")["closed"] >= 1
    slack.waits_for_sockets()
    assert lea.types("/kam").text == "Still here"


def test_without_a_socket_a_command_fails(slack: Playground, lea: Person) -> None:
    slack.bot_by_socket()
    slack.post("disconnect", reason="link_disabled")
    assert lea.types("/kam").text == "/kam ist gescheitert: „dispatch_failed“"
