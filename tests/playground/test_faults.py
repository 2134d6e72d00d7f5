"""Faults on demand: which calls, how, and how often."""

import json
import threading
from http.client import RemoteDisconnected
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.sync.client import ClientConnection, connect

from playground.robot import Person, Playground, Refused

BEARER = {"Authorization": "Bearer xoxb-playground"}


def test_an_error_comes_so_many_times_and_in_that_channel(web: WebClient, slack: Playground) -> None:
    slack.rules(post_pace=False)
    slack.fault("chat.postMessage", "error", code="restricted_action", times=2, channel="C0HELV")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            web.chat_postMessage(channel="C0HELV", text="x")
        web.chat_postMessage(channel="U0LEA", text="elsewhere")
    web.chat_postMessage(channel="C0HELV", text="x")


def test_a_fault_of_a_direct_message_meets_a_post_to_the_person(web: WebClient, slack: Playground) -> None:
    channel = web.conversations_open(users="U0LEA")["channel"]["id"]
    slack.fault("chat.postMessage", "error", code="restricted_action", channel=channel)
    web.chat_postMessage(channel="C0HELV", text="x")
    with pytest.raises(SlackApiError, match="restricted_action"):
        web.chat_postMessage(channel="U0LEA", text="x")


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


def test_a_refused_call_does_nothing(web: WebClient, slack: Playground, lea: Person) -> None:
    slack.fault("chat.postMessage", "refuse")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        web.chat_postMessage(channel="C0HELV", text="never")
    assert lea.reads("#acct-helvetia") == []
    assert slack.traffic()[-1]["error"] == "refuse"


def test_a_mute_post_is_there_and_nobody_is_ever_told(slack: Playground, lea: Person) -> None:
    fault = slack.fault("chat.postMessage", "mute")
    with httpx.Client(headers=BEARER) as bot:
        with pytest.raises(httpx.ReadTimeout):
            bot.post(f"{slack.api}chat.postMessage", json={"channel": "C0HELV", "text": "once"}, timeout=0.5)
        slack.waits_until_struck(fault)
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["once"]
    answer = slack.traffic()[-1]
    assert (answer["status"], answer["note"]) == (200, "done, but never answered")


@pytest.mark.parametrize("mode", ["hang", "mute"])
def test_a_call_that_gets_no_answer_is_cut_when_the_fault_is_withdrawn(slack: Playground, mode: str) -> None:
    fault = slack.fault("auth.test", mode)
    other = slack.fault("auth.test", "error", code="later")
    cut: list[str] = []

    def call() -> None:
        try:
            httpx.post(f"{slack.api}auth.test", headers=BEARER)
        except httpx.RemoteProtocolError as problem:
            cut.append(str(problem))

    calling = threading.Thread(target=call)
    calling.start()
    slack.waits_until_struck(fault)
    slack.no_faults(other)
    assert cut == []
    slack.no_faults(fault)
    calling.join()
    assert len(cut) == 1


@pytest.mark.parametrize("wish", ["1", "2.5", "3600", "Sun, 22 Nov 2026 10:00:00 GMT", "soon", 7, 0.5])
def test_retry_after_is_what_was_ordered(slack: Playground, wish: str | float) -> None:
    slack.fault("auth.test", "ratelimited", retry_after=wish)
    answer = httpx.post(f"{slack.api}auth.test", headers=BEARER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(wish))
    assert answer.json() == {"ok": False, "error": "ratelimited"}


@pytest.mark.parametrize("body", ["<html>Maintenance</html>", ""])
def test_a_good_status_may_carry_html_or_nothing(slack: Playground, body: str) -> None:
    slack.fault("auth.test", "http", status=200, body=body)
    answer = httpx.post(f"{slack.api}auth.test", headers=BEARER)
    assert (answer.status_code, answer.text) == (200, body)
    assert answer.headers["content-type"].startswith("text/html")


def test_the_nth_call_fails(slack: Playground) -> None:
    slack.fault("auth.test", "error", code="fatal_error", skip=2, times=2)
    with httpx.Client(headers=BEARER) as bot:
        errors = [bot.post(f"{slack.api}auth.test").json().get("error") for _ in range(5)]
    assert errors == [None, None, "fatal_error", "fatal_error", None]


def test_chance_is_the_same_for_the_same_seed(slack: Playground) -> None:
    def struck(seed: int) -> list[bool]:
        slack.no_faults()
        slack.fault("auth.test", "error", probability=0.5, seed=seed, times=None)
        with httpx.Client(headers=BEARER) as bot:
            return [not bot.post(f"{slack.api}auth.test").json()["ok"] for _ in range(16)]

    first = struck(1)
    assert first == struck(1)
    assert first != struck(2)
    assert {True, False} == set(first)


def test_any_method_means_response_urls_too(slack: Playground, urls: list[str]) -> None:
    slack.fault("*", "http", status=502, body="<html>", times=None)
    assert httpx.post(f"{slack.api}auth.test").status_code == 502
    assert httpx.post(urls[0], json={"text": "x"}).status_code == 502


@pytest.fixture
def urls(bot: App, lea: Person) -> list[str]:
    """Give the response URL of a /kam that was typed in #acct-helvetia."""
    collected: list[str] = []

    @bot.command("/kam")
    def keep(ack: Any, command: dict[str, Any]) -> None:
        collected.append(command["response_url"])
        ack()

    lea.types("/kam", channel="#acct-helvetia")
    return collected


def test_a_response_url_fails_as_ordered_and_that_is_no_use_of_it(slack: Playground, urls: list[str]) -> None:
    slack.rules(response_url_uses=1)
    slack.fault("response_url", "error", code="expired_url", channel="C0HELV")
    slack.fault("response_url", "ratelimited", retry_after="3")
    slack.fault("response_url", "http", status=500, body="")
    answers = [httpx.post(urls[0], json={"text": "x"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [404, 429, 500, 200, 404]
    assert answers[0].json()["error"] == "expired_url"
    assert answers[1].headers["Retry-After"] == "3"
    assert answers[4].json()["error"] == "used_url"


def test_a_mute_response_url_has_done_its_work(slack: Playground, urls: list[str], lea: Person) -> None:
    slack.fault("response_url", "mute")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(urls[0], json={"text": "there"}, timeout=0.5)
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["there"]


def test_a_fault_tells_how_often_it_struck_and_is_withdrawn_alone(slack: Playground) -> None:
    first = slack.fault("auth.test", "error", times=None)
    second = slack.fault("users.list", "error")
    with httpx.Client(headers=BEARER) as bot:
        for _ in range(3):
            bot.post(f"{slack.api}auth.test")
    assert [(fault["id"], fault["struck"]) for fault in slack.get("fault")["faults"]] == [(first, 3), (second, 0)]
    assert slack.get("wait", fault=first, struck=4, timeout=0.05) == {"ok": True, "met": False, "thing": 3}
    slack.no_faults(first)
    assert [fault["id"] for fault in slack.get("fault")["faults"]] == [second]
    with pytest.raises(Refused, match=f"there is no fault {first}"):
        slack.waits_until_struck(first)


def test_a_connection_for_socket_mode_is_refused_and_then_comes(slack: Playground) -> None:
    slack.fault("apps.connections.open", "error", code="internal_error")
    with pytest.raises(KeyError):
        link(slack)
    with link(slack) as socket:
        assert json.loads(socket.recv())["type"] == "hello"


def test_a_stalled_link_is_open_and_silent(slack: Playground, lea: Person) -> None:
    slack.bot_by_socket()
    slack.rules(ack_seconds=0.2)
    with link(slack) as stalled:
        slack.waits_for_sockets(1)
        assert stalled.ping().wait(5)
        fault = slack.fault("link", "stall")
        slack.waits_until_struck(fault)
        silent = stalled.ping()
        with link(slack) as lively:
            slack.waits_for_sockets(1)
            assert lively.ping().wait(5)
            for _ in range(3):
                lea.types("/kam")
            assert [json.loads(lively.recv(2))["type"] for _ in range(4)] == ["hello", *["slash_commands"] * 3]
        assert lea.types("/kam").text == "/kam ist gescheitert: „operation_timeout“"
        assert not silent.wait(0.1)
        slack.no_faults()
        assert silent.wait(5)
        assert json.loads(stalled.recv(2))["type"] == "hello"
        with pytest.raises(TimeoutError):
            stalled.recv(0.1)


def test_every_new_link_is_stalled_until_the_fault_is_withdrawn(slack: Playground) -> None:
    fault = slack.fault("link", "stall", times=None)
    with link(slack), link(slack):
        slack.waits_until_struck(fault, times=2)
        assert slack.get("traffic")["sockets"] == 0
        slack.no_faults()
        slack.waits_for_sockets(2)


CUT = (httpx.RemoteProtocolError, httpx.ReadError)
ANSWERS: dict[str, tuple[dict[str, Any], int, str]] = {
    "error": ({"code": "fatal_error"}, 200, "fatal_error"),
    "http": ({"status": 502, "body": "<html>"}, 502, "<html>"),
    "ratelimited": ({"retry_after": "7"}, 429, "ratelimited"),
}


@pytest.mark.parametrize("way", ["auth.test", "apps.connections.open", "response_url"])
def test_every_way_to_slack_fails_in_every_mode(slack: Playground, urls: list[str], way: str) -> None:
    token = "xapp-playground" if way == "apps.connections.open" else "xoxb-playground"
    url = urls[0] if way == "response_url" else slack.api + way

    def call() -> httpx.Response:
        return httpx.post(url, json={"text": "x"}, headers={"Authorization": f"Bearer {token}"}, timeout=0.4)

    for mode, (how, status, told) in ANSWERS.items():
        fault = slack.fault(way, mode, **how)
        answer = call()
        assert answer.status_code == (404 if (mode, way) == ("error", "response_url") else status)
        assert told in answer.text
        slack.waits_until_struck(fault)
    for mode in ("refuse", "drop", "hang", "mute"):
        fault = slack.fault(way, mode)
        with pytest.raises(httpx.ReadTimeout if mode in {"hang", "mute"} else CUT):
            call()
        slack.waits_until_struck(fault)
        slack.quiet()
        done = mode in {"drop", "mute"}
        assert (slack.traffic()[-1]["error"], slack.traffic()[-1]["status"]) == ((None, 200) if done else (mode, None))
    assert call().status_code == 200


def link(slack: Playground) -> ClientConnection:
    headers = {"Authorization": "Bearer xapp-playground"}
    answer = httpx.post(f"{slack.api}apps.connections.open", headers=headers)
    return connect(answer.json()["url"], ping_interval=None)


@pytest.mark.parametrize(
    ("method", "mode", "how"),
    [
        ("auth.test", "explode", {}),
        ("auth.test", "stall", {}),
        ("link", "hang", {}),
        ("", "error", {}),
        ("auth.test", "error", {"colour": "red"}),
        ("auth.test", "error", {"times": 0}),
        ("auth.test", "error", {"times": "2"}),
        ("auth.test", "error", {"skip": -1}),
        ("auth.test", "error", {"probability": "often"}),
        ("auth.test", "error", {"struck": 3}),
        ("auth.test", "http", {"status": 7}),
        ("auth.test", "http", {"body": None}),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(slack: Playground, method: str, mode: str, how: Any) -> None:
    with pytest.raises(Refused):
        slack.fault(method, mode, **how)
    assert slack.get("fault")["faults"] == []
