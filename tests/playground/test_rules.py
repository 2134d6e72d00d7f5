"""Every rule of Slack's is on from the start, and can be switched off."""

import dataclasses
import threading
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.robot import Person, Playground, Refused
from playground.rules import Rules

GO = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
OFFER = [{"type": "actions", "elements": [GO]}]


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "One"}, "blocks": [], **more}


@pytest.fixture
def heard(bot: App) -> list[dict[str, Any]]:
    """Collect the fields of each /kam."""
    commands: list[dict[str, Any]] = []

    @bot.command("/kam")
    def keep(ack: Any, command: dict[str, Any]) -> None:
        commands.append(command)
        ack()

    return commands


def test_all_rules_are_on_from_the_start(slack: Playground) -> None:
    rules = slack.get("rules")["rules"]
    assert rules == Rules().as_dict()
    assert {field.name for field in dataclasses.fields(Rules) if rules[field.name] in {False, None}} == set()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gravity": False}, "no such rule: gravity"),
        ({"tokens": 1}, "tokens is true or false"),
        ({"tokens": None}, "tokens is true or false"),
        ({"ack_seconds": True}, "ack_seconds is a number"),
        ({"ack_seconds": -1}, "ack_seconds is a number"),
        ({"posts_per_minute": "many"}, "posts_per_minute is a number"),
    ],
)
def test_a_rule_takes_only_what_it_can_be(slack: Playground, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        slack.rules(scopes=False, **changes)
    assert slack.get("rules")["rules"]["scopes"] is True


def test_without_the_three_seconds_a_slow_answer_counts(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def slow(ack: Any) -> None:
        slack.advance(30)
        ack("At last")

    slack.rules(ack_seconds=None)
    assert lea.types("/kam").text == "At last"


def test_without_their_rules_a_trigger_is_old_and_used_and_still_good(
    heard: list[dict[str, Any]], lea: Person, web: WebClient, slack: Playground
) -> None:
    lea.types("/kam")
    slack.rules(trigger_seconds=None, trigger_once=False)
    slack.advance(3600)
    for _ in range(2):
        web.views_open(trigger_id=heard[0]["trigger_id"], view=modal())
    assert lea.modal().title == "One"


def test_without_their_rules_a_response_url_lasts(heard: list[dict[str, Any]], lea: Person, slack: Playground) -> None:
    lea.types("/kam")
    slack.rules(response_url_seconds=None, response_url_uses=None)
    slack.advance(86_400)
    answers = [httpx.post(heard[0]["response_url"], json={"text": str(n)}) for n in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 7


def test_without_tokens_anybody_may_call(slack: Playground) -> None:
    stranger = WebClient(token="xoxb-other", base_url=slack.api)
    assert refusal(stranger.auth_test) == "invalid_auth"
    slack.rules(tokens=False)
    assert stranger.auth_test()["ok"]


def test_a_missing_scope_is_named_with_what_is_there(web: WebClient, slack: Playground) -> None:
    slack.post("channel", id="C0HIDE", set={"members": ["U0LEA", "U0BOT"]})
    with pytest.raises(SlackApiError) as caught:
        web.conversations_history(channel="C0HIDE")
    assert caught.value.response["needed"] == "groups:history"
    assert "channels:history" in caught.value.response["provided"].split(",")


def test_without_membership_and_archives_the_app_posts_anywhere(web: WebClient, slack: Playground) -> None:
    assert refusal(web.chat_postMessage, channel="C0OPEN", text="Hi") == "not_in_channel"
    slack.rules(membership=False)
    assert web.chat_postMessage(channel="C0OPEN", text="Hi")["ok"]
    assert refusal(web.chat_postMessage, channel="C0DONE", text="Hi") == "is_archived"
    slack.rules(archives=False)
    assert web.chat_postMessage(channel="C0DONE", text="Hi")["ok"]


def test_without_limits_anything_is_taken(web: WebClient, slack: Playground) -> None:
    poem = [{"type": "divider"}] * 51
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x", blocks=poem) == "invalid_blocks"
    slack.rules(limits=False)
    posted = web.chat_postMessage(channel="C0HELV", text="x" * 40_001, blocks=poem)
    assert len(posted["message"]["text"]) == 40_001
    assert web.chat_update(channel="C0HELV", ts=posted["ts"], text="y" * 4_001)["ok"]


def test_without_limits_a_fourth_modal_goes_on_the_stack(
    heard: list[dict[str, Any]], lea: Person, web: WebClient, slack: Playground
) -> None:
    slack.rules(limits=False)
    for _ in range(4):
        lea.types("/kam")
    web.views_open(trigger_id=heard[0]["trigger_id"], view=modal())
    for command in heard[1:]:
        web.views_push(trigger_id=command["trigger_id"], view=modal())
    assert len(slack.get("person", user=lea.id)["modals"]) == 4


def test_without_the_hash_the_last_update_wins(
    heard: list[dict[str, Any]], lea: Person, web: WebClient, slack: Playground
) -> None:
    lea.types("/kam")
    view = web.views_open(trigger_id=heard[0]["trigger_id"], view=modal())["view"]
    assert refusal(web.views_update, view_id=view["id"], hash="1.old", view=modal()) == "hash_conflict"
    slack.rules(view_hash=False)
    assert web.views_update(view_id=view["id"], hash="1.old", view=modal())["ok"]


def test_without_external_ids_two_views_share_one(
    heard: list[dict[str, Any]], lea: Person, tom: Person, web: WebClient, slack: Playground
) -> None:
    lea.types("/kam")
    tom.types("/kam")
    web.views_open(trigger_id=heard[0]["trigger_id"], view=modal(external_id="r-12"))
    slack.rules(external_ids=False)
    assert web.views_open(trigger_id=heard[1]["trigger_id"], view=modal(external_id="r-12"))["ok"]


def test_a_channel_takes_a_post_a_second(web: WebClient, slack: Playground) -> None:
    web.chat_postMessage(channel="C0HELV", text="One")
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="C0HELV", text="Two")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    web.chat_postMessage(channel="U0LEA", text="Another channel is free")
    slack.advance(1)
    web.chat_postMessage(channel="C0HELV", text="Two")
    slack.rules(post_pace=False)
    web.chat_postMessage(channel="C0HELV", text="Three")


def test_a_post_may_be_a_little_early_but_not_every_time(web: WebClient, slack: Playground) -> None:
    web.chat_postMessage(channel="C0HELV", text="One")
    slack.advance(0.8)
    web.chat_postMessage(channel="C0HELV", text="A little early")
    slack.advance(0.5)
    assert refusal(web.chat_postMessage, channel="C0HELV", text="Early again") == "ratelimited"


def test_the_workspace_takes_so_many_posts_a_minute(web: WebClient, slack: Playground) -> None:
    slack.rules(post_pace=False, posts_per_minute=3)
    for n in range(3):
        web.chat_postMessage(channel="C0HELV", text=str(n))
    with pytest.raises(SlackApiError) as caught:
        web.chat_postMessage(channel="U0LEA", text="too much")
    assert caught.value.response.status_code == 429
    seconds = int(caught.value.response.headers["Retry-After"])
    assert 50 < seconds <= 60
    slack.advance(seconds)
    web.chat_postMessage(channel="U0LEA", text="in the next minute")
    slack.rules(posts_per_minute=None)
    for n in range(5):
        web.chat_postMessage(channel="U0LEA", text=str(n))


def test_a_post_that_is_refused_does_not_count(web: WebClient, slack: Playground) -> None:
    slack.rules(posts_per_minute=1)
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x", blocks=[{"type": "poem"}]) == "invalid_blocks"
    assert web.chat_postMessage(channel="C0HELV", text="x")["ok"]


def test_without_its_rule_a_command_goes_out_from_a_thread(
    heard: list[dict[str, Any]], lea: Person, slack: Playground
) -> None:
    said = lea.types("Hello", channel="#acct-helvetia")
    assert lea.types("/kam", channel="#acct-helvetia", thread=said).text == "/kam geht in Threads nicht."
    slack.rules(commands_outside_threads=False)
    lea.types("/kam now", channel="#acct-helvetia", thread=said)
    assert [command["text"] for command in heard] == ["now"]


def test_without_empty_acks_the_body_of_a_buttons_ack_is_shown(bot: App, lea: Person, slack: Playground) -> None:
    @bot.command("/kam")
    def offer(ack: Any) -> None:
        ack(blocks=OFFER)

    @bot.action("go")
    def chatty(ack: Any) -> Any:
        return ack({"text": "seen"})

    slack.rules(empty_acks=False)
    lea.types("/kam")
    lea.clicks("Go")
    assert [message.text for message in lea.dm()] == ["[Go]", "seen"]
    assert [entry["note"] for entry in slack.traffic() if entry["kind"] == "interactive"] == [None, None]


def test_the_body_of_a_shortcuts_or_events_ack_is_marked(bot: App, lea: Person, slack: Playground) -> None:
    @bot.shortcut("log.anything")
    def chatty(ack: Any) -> Any:
        return ack({"text": "nobody sees this"})

    @bot.event("message")
    def loud(ack: Any) -> Any:
        return ack({"text": "nor this"})

    lea.uses_shortcut("Log something")
    lea.types("Hello")
    marked = {entry["name"] for entry in slack.traffic() if entry["note"] == "the body of this ack is ignored"}
    assert "shortcut" in marked
    assert [message.text for message in lea.dm()] == ["Hello"]


def test_without_their_rule_ephemerals_outlive_a_reload(web: WebClient, lea: Person, slack: Playground) -> None:
    slack.rules(fleeting_ephemerals=False)
    web.chat_postEphemeral(channel="C0HELV", user="U0LEA", text="Psst")
    lea.reloads()
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["Psst"]


def test_without_retries_an_event_comes_once(bot: App, lea: Person, slack: Playground) -> None:
    @bot.middleware
    def deaf() -> None:
        raise ValueError

    @bot.error
    def quiet() -> Any:
        return None

    slack.rules(event_retries=False)
    lea.types("Hello")
    slack.advance(400)
    slack.quiet()
    assert [entry["name"] for entry in slack.traffic() if entry["phase"] == "request"] == ["message.im"]


def test_a_link_is_refreshed_when_it_is_old(socket_bot: App, lea: Person, slack: Playground) -> None:
    @socket_bot.command("/kam")
    def say(ack: Any) -> None:
        ack("Still here")

    slack.rules(socket_refresh_seconds=None)
    slack.advance(7200)
    assert lea.types("/kam").text == "Still here"
    fault = slack.fault("apps.connections.open", "ratelimited", times=1)
    slack.rules(socket_refresh_seconds=3600)
    slack.waits_until_struck(fault)
    slack.waits_for_sockets()
    assert lea.types("/kam").text == "Still here"


def test_an_unknown_method_shows_in_every_open_window(web: WebClient, slack: Playground, lea: Person) -> None:
    with httpx.stream("GET", f"{slack.url}/_play/listen", params={"user": lea.id}) as window:
        lines = window.iter_lines()
        next(lines)
        calling = threading.Thread(target=refusal, kwargs={"call": web.api_call, "api_method": "chat.shout"})
        calling.start()
        assert any('"person": true' in line for line in lines)
        calling.join()
    assert lea.toasts() == ["Die App hat chat.shout aufgerufen; das gibt es in diesem Slack nicht."]
    assert slack.person("Tom Ward").toasts() == []
    assert slack.traffic()[-1]["note"] == "this Slack has no method chat.shout"
