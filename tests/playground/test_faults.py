"""Faults on demand: per method and channel, so many times."""

from http.client import RemoteDisconnected

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.robot import Person, Playground, Refused


def test_an_error_comes_so_many_times_and_in_that_channel(web: WebClient, slack: Playground) -> None:
    slack.fault("chat.postMessage", "error", code="restricted_action", times=2, channel="C0HELV")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            web.chat_postMessage(channel="C0HELV", text="x")
        web.chat_postMessage(channel="U0LEA", text="elsewhere")
    web.chat_postMessage(channel="C0HELV", text="x")


def test_a_rate_limit_comes_with_any_retry_after_or_none(web: WebClient, slack: Playground) -> None:
    slack.fault("auth.test", "ratelimited", retry_after="2.5")
    slack.fault("auth.test", "ratelimited", retry_after=None)
    found = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            web.auth_test()
        found.append((caught.value.response.status_code, caught.value.response.headers.get("Retry-After")))
    assert found == [(429, "2.5"), (429, None)]


def test_an_outage_answers_with_a_status_and_html(slack: Playground) -> None:
    slack.fault("auth.test", "http", status=503, body="<html>down</html>", times=None)
    answers = [httpx.post(f"{slack.api}auth.test") for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(503, "<html>down</html>")] * 2
    slack.no_faults()
    assert httpx.post(f"{slack.api}auth.test").status_code == 200


def test_a_dropped_post_is_there_although_nobody_was_told(web: WebClient, slack: Playground, lea: Person) -> None:
    slack.fault("chat.postMessage", "drop")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        web.chat_postMessage(channel="C0HELV", text="once")
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["once"]


def test_a_hanging_call_never_answers(slack: Playground) -> None:
    slack.fault("auth.test", "hang")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{slack.api}auth.test", timeout=0.2)
    slack.quiet()
    assert slack.traffic()[-1]["error"] == "hang"


def test_an_unknown_fault_or_rule_is_refused(slack: Playground) -> None:
    with pytest.raises(Refused, match="a fault needs"):
        slack.fault("auth.test", "explode")
    with pytest.raises(Refused, match="no such rule: gravity"):
        slack.rules(gravity=False)
