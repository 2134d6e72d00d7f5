"""The world around the app changes: it is removed, people leave, channels are closed to it."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.robot import Person, Playground, Refused

GO = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


@pytest.mark.parametrize("code", ["account_inactive", "token_revoked"])
def test_the_token_of_a_removed_app_is_refused_until_it_is_back(web: WebClient, slack: Playground, code: str) -> None:
    slack.removes_app(code)
    assert refusal(web.auth_test) == code
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x") == code
    assert slack.get("directory")["app"]["installed"] is False
    assert slack.get("directory")["commands"] == []
    slack.installs_app()
    assert web.auth_test()["ok"]
    assert slack.get("directory")["commands"]


def test_a_removed_app_is_told_so_once_and_hears_no_more(
    bot: App, web: WebClient, slack: Playground, lea: Person
) -> None:
    heard: list[str] = []
    for name in ("tokens_revoked", "app_uninstalled", "message"):

        @bot.event(name)
        def hear(event: dict[str, Any]) -> None:
            heard.append(event["type"])

    card = web.chat_postMessage(channel="C0HELV", text="Card", blocks=[{"type": "actions", "elements": [GO]}])
    slack.quiet()
    slack.removes_app()
    slack.removes_app()
    assert heard == ["tokens_revoked", "app_uninstalled"]
    before = slack.mark()
    assert lea.types("/kam").text == "/kam ist kein gültiger Befehl."
    lea.types("Hello?")
    lea.clicks("Go", on=next(message for message in lea.reads("#acct-helvetia") if message.ts == card["ts"]))
    assert lea.toasts() == ["Die App hat nicht geantwortet (dispatch_failed)."]
    assert slack.traffic(before) == []
    slack.installs_app()
    lea.types("Hello again")
    assert heard == ["tokens_revoked", "app_uninstalled", "message"]


def test_an_app_is_not_removed_for_another_reason(slack: Playground) -> None:
    with pytest.raises(Refused, match="account_inactive, token_revoked"):
        slack.removes_app("bad_mood")
    with pytest.raises(Refused, match="missing: 'installed'"):
        slack.post("app")


def test_a_reset_brings_the_app_back(web: WebClient, slack: Playground) -> None:
    slack.removes_app()
    slack.reset()
    assert web.auth_test()["ok"]


def test_an_app_that_was_thrown_out_of_a_channel_may_not_post_there(web: WebClient, slack: Playground) -> None:
    slack.post("channel", id="C0HELV", set={"members": ["U0LEA"]})
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x") == "not_in_channel"
    slack.post("channel", id="C0HELV", set={"members": ["U0LEA", "U0BOT"], "is_archived": True})
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x") == "is_archived"
    slack.post("channel", id="C0HELV", set={"is_archived": False, "is_ext_shared": True})
    assert web.conversations_info(channel="C0HELV")["channel"]["is_ext_shared"] is True


def test_who_left_neither_acts_nor_is_written_to(web: WebClient, slack: Playground, lea: Person, tom: Person) -> None:
    slack.post("user", id=tom.id, set={"deleted": True})
    with pytest.raises(Refused, match="nobody active"):
        tom.types("Hello")
    assert refusal(web.chat_postMessage, channel=tom.id, text="x") == "channel_not_found"
    assert refusal(web.conversations_open, users=tom.id) == "user_disabled"
    slack.post("user", id=tom.id, set={"deleted": False})
    assert web.chat_postMessage(channel=tom.id, text="Welcome back")["ok"]
