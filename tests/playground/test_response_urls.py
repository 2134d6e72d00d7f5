"""Response URLs: five posts in thirty minutes, and what a post may do."""

from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient

from playground.robot import Person, Playground

GO = {
    "type": "actions",
    "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}],
}


@pytest.fixture
def urls(bot: App) -> list[str]:
    """Collect the response URLs of /kam and of the button."""
    collected: list[str] = []

    @bot.command("/kam")
    def command(ack: Any, body: dict[str, Any]) -> None:
        collected.append(body["response_url"])
        ack(text="Offer", blocks=[GO])

    @bot.action("go")
    def button(ack: Any, body: dict[str, Any]) -> None:
        collected.append(body["response_url"])
        ack()

    return collected


def texts(person: Person) -> list[str]:
    return [message.text for message in person.reads("#acct-helvetia")]


def test_the_sixth_post_is_refused(urls: list[str], lea: Person) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    answers = [httpx.post(urls[0], json={"text": str(n)}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[0].text == "ok"
    assert answers[5].json()["error"] == "used_url"
    assert texts(lea) == ["[Go]", "0", "1", "2", "3", "4"]


def test_after_thirty_minutes_it_is_over(urls: list[str], lea: Person, slack: Playground) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    slack.advance(1801)
    answer = httpx.post(urls[0], json={"text": "late"})
    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")


def test_only_the_person_sees_a_post_unless_it_is_for_the_channel(urls: list[str], lea: Person, tom: Person) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    httpx.post(urls[0], json={"text": "you"})
    httpx.post(urls[0], json={"text": "all", "response_type": "in_channel"})
    assert texts(lea) == ["[Go]", "you", "all"]
    assert texts(tom) == ["all"]


def test_an_ephemeral_is_replaced_and_taken_away(urls: list[str], lea: Person) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    lea.clicks("Go")
    httpx.post(urls[1], json={"text": "Changed", "replace_original": True})
    assert texts(lea) == ["Changed"]
    httpx.post(urls[1], json={"delete_original": True})
    assert texts(lea) == []


def test_a_message_is_replaced_for_everybody(
    urls: list[str], lea: Person, tom: Person, web: WebClient, slack: Playground
) -> None:
    web.chat_postMessage(channel="C0HELV", text="Card", blocks=[GO])
    lea.clicks("Go", on=lea.reads("#acct-helvetia")[0])
    httpx.post(urls[0], json={"text": "Taken", "replace_original": True})
    assert texts(tom) == ["Taken"]


def test_an_ephemeral_that_is_gone_is_not_replaced_but_said_anew(urls: list[str], lea: Person) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    lea.clicks("Go")
    lea.reloads()
    httpx.post(urls[1], json={"text": "Changed", "replace_original": True})
    assert texts(lea) == ["Changed"]


@pytest.mark.parametrize(
    ("body", "error"), [({}, "no_text"), ({"blocks": [{"type": "poem"}]}, "invalid_blocks"), ([], "invalid_payload")]
)
def test_a_post_that_is_no_message_is_refused(urls: list[str], lea: Person, body: Any, error: str) -> None:
    lea.types("/kam", channel="#acct-helvetia")
    answer = httpx.post(urls[0], json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
