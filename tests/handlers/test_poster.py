import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.domain.delivery import ChannelFacts, Failure, Posted
from bot.domain.identity import ChannelId
from bot.domain.members import Standing
from bot.ports import PostFailed
from handlers.poster import CLASSES, SlackPoster
from tests.wire import Say, Wire, refuse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MESSAGE = {"text": "Helvetia: vertraulich", "blocks": [{"type": "divider"}]}
CARD = Posted(ChannelId("C1"), "1.1")


@pytest.fixture
def poster(wire: Wire) -> SlackPoster:
    client = WebClient(token="xoxb-1", base_url=wire.api, timeout=1, retry_handlers=[])
    return SlackPoster(client, lambda: NOW)


def failure(poster: SlackPoster) -> PostFailed:
    with pytest.raises(PostFailed) as failed:
        poster.post("C1", MESSAGE, "k")
    return failed.value


def test_a_post_carries_its_key_and_unfurls_nothing(poster: SlackPoster, wire: Wire) -> None:
    wire.says("chat.postMessage", {"channel": "D9", "ts": "7.7"})

    assert poster.post("UKAM", MESSAGE, "key-1", "5.5") == Posted(ChannelId("D9"), "7.7")
    poster.post("C1", MESSAGE, "key-2")

    in_thread, plain = wire.calls("chat.postMessage")
    assert in_thread == {
        "channel": "UKAM",
        "thread_ts": "5.5",
        "metadata": {"event_type": "scharnier", "event_payload": {"key": "key-1"}},
        "unfurl_links": False,
        "unfurl_media": False,
        **MESSAGE,
    }
    assert "thread_ts" not in plain


def test_a_card_is_edited_and_deleted_where_it_stands(poster: SlackPoster, wire: Wire) -> None:
    poster.update(CARD, MESSAGE)
    poster.delete(CARD)

    assert wire.calls("chat.update") == [{"channel": "C1", "ts": "1.1", **MESSAGE}]
    assert wire.calls("chat.delete") == [{"channel": "C1", "ts": "1.1"}]


@pytest.mark.parametrize("code", CLASSES)
def test_a_code_of_slack_has_its_class(poster: SlackPoster, wire: Wire, code: str) -> None:
    wire.says("chat.postMessage", refuse(code))
    failed = failure(poster)
    assert (failed.failure, failed.code) == (CLASSES[code], code)


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "no_text", "invalid_arguments", "of_next_year"])
def test_any_other_code_is_our_fault(poster: SlackPoster, wire: Wire, code: str) -> None:
    wire.says("chat.postMessage", refuse(code))
    assert (failure(poster).failure, failure(poster).code) == (Failure.OUR_BUG, code)


UNKNOWN = {
    "hang": (Say(hang=True), "TimeoutError"),
    "drop": (Say(drop=True), "RemoteDisconnected"),
    "500": (Say({"ok": False, "error": "internal_error"}, status=500), "http_500"),
    "502 with a page": (Say(b"<html>vertraulich</html>", status=502, content_type="text/html"), "http_502"),
    "503 empty": (Say(b"", status=503), "http_503"),
    "504": (Say(b"gateway", status=504, content_type="text/plain"), "http_504"),
    "200 with a page": (Say(b"<html>login</html>", content_type="text/html"), "not_json"),
    "200 empty": (Say(b""), "not_json"),
    "200 null": (Say(b"null"), "not_json"),
    "200 list": (Say(b"[]"), "not_json"),
    "200 full list": (Say(b"[1]"), "AttributeError"),
    "200 no utf-8": (Say(b"\xff\xfe"), "UnicodeDecodeError"),
    "200 binary": (Say(b"x", content_type="application/gzip"), "not_json"),
    "403": (Say(b"blocked", status=403, content_type="text/plain"), "http_403"),
}


@pytest.mark.parametrize("how", UNKNOWN)
def test_an_answer_nobody_can_read_leaves_open_what_happened(
    poster: SlackPoster, wire: Wire, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "scharnier")
    say, code = UNKNOWN[how]
    wire.says("chat.postMessage", say)
    if say.hang:
        poster._client.timeout = 0.2  # type: ignore[assignment]  # urllib takes fractions

    failed = failure(poster)

    assert (failed.failure, failed.code) == (Failure.UNKNOWN, code)
    assert "vertraulich" not in str(failed)
    assert len(wire.calls("chat.postMessage")) == 1, "the outbox owns retrying"


def test_without_a_connection_surely_nothing_was_done() -> None:
    for url in ("http://127.0.0.1:9/api/",):
        client = WebClient(token="xoxb-1", base_url=url, timeout=1, retry_handlers=[])
        assert failure(SlackPoster(client)).failure is Failure.NOT_DONE


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("2", 2.0),
        ("2.5", 2.5),
        ("0", 1.0),
        ("-3", 1.0),
        ("3600", 3600.0),
        (" 7 ", 7.0),
        ("1e12", 86_400.0),
        ("inf", 30.0),
        ("nan", 30.0),
        ("soon", 30.0),
        ("", 30.0),
        (None, 30.0),
        (format_datetime(NOW + timedelta(seconds=45), usegmt=True), 45.0),
        (format_datetime((NOW + timedelta(seconds=45)).replace(tzinfo=None)), 45.0),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 1.0),
    ],
)
@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
def test_a_rate_limit_says_when_to_come_back_in_any_form(
    poster: SlackPoster, wire: Wire, header: str | None, seconds: float, name: str
) -> None:
    headers = {} if header is None else {name: header}
    wire.says("chat.postMessage", Say({"ok": False, "error": "ratelimited"}, status=429, headers=headers))
    wire.paths["/hook"] = Say(b"ratelimited", status=429, headers=headers)

    failed = failure(poster)
    assert (failed.failure, failed.code, failed.retry_after) == (Failure.NOT_DONE, "ratelimited", seconds)
    with pytest.raises(PostFailed) as refused:
        poster.reply(f"{wire.url}/hook", MESSAGE, replace=False)
    assert (refused.value.failure, refused.value.retry_after) == (Failure.NOT_DONE, seconds)


def test_a_click_is_answered_at_its_own_address(poster: SlackPoster, wire: Wire) -> None:
    wire.paths["/hook"] = Say(b"ok", content_type="text/plain")

    poster.reply(f"{wire.url}/hook", MESSAGE, replace=True)

    assert wire.heard[0].arguments == {**MESSAGE, "response_type": "ephemeral", "replace_original": True}


@pytest.mark.parametrize(
    ("say", "meaning"),
    [
        (Say(b"expired_url", status=404), Failure.EXPIRED),
        (Say(b"used_url", status=404), Failure.EXPIRED),
        (Say(b"gone", status=410), Failure.EXPIRED),
        (Say(b"oops", status=500), Failure.UNKNOWN),
        (Say(hang=True), Failure.UNKNOWN),
        (Say(drop=True), Failure.UNKNOWN),
    ],
)
def test_an_address_may_be_used_up_or_silent(
    poster: SlackPoster, wire: Wire, say: Say, meaning: Failure, monkeypatch: Any
) -> None:
    monkeypatch.setattr("handlers.poster.WAIT_SECONDS", 0.2 if say.hang else 5)
    wire.paths["/hook"] = say
    with pytest.raises(PostFailed) as failed:
        poster.reply(f"{wire.url}/hook", MESSAGE, replace=False)
    assert failed.value.failure is meaning


def test_nobody_at_the_address(poster: SlackPoster) -> None:
    for url in ("http://127.0.0.1:9/", "no url"):
        with pytest.raises(PostFailed):
            poster.reply(url, MESSAGE, replace=False)


CHANNELS = {
    "ours": ({"is_member": True}, ChannelFacts(ChannelId("C1"), "hpu", is_member=True), False),
    "public": ({"is_member": False}, ChannelFacts(ChannelId("C1"), "hpu", is_member=True), True),
    "private": ({"is_private": True}, ChannelFacts(ChannelId("C1"), "hpu", is_private=True), False),
    "archived": ({"is_archived": True}, ChannelFacts(ChannelId("C1"), "hpu", is_archived=True), False),
    "shared": (
        {"is_ext_shared": True, "is_member": True},
        ChannelFacts(ChannelId("C1"), "hpu", is_external=True, is_member=True),
        False,
    ),
    "soon shared": ({"is_pending_ext_shared": True}, ChannelFacts(ChannelId("C1"), "hpu", is_external=True), False),
}


@pytest.mark.parametrize("kind", CHANNELS)
def test_a_channel_is_read_and_joined_only_if_it_is_public_and_ours(poster: SlackPoster, wire: Wire, kind: str) -> None:
    said, facts, joins = CHANNELS[kind]
    wire.says("conversations.info", {"channel": {"id": "C1", "name": "hpu", **said}})

    found = poster.channel(ChannelId("C1"))

    assert found == ChannelFacts(
        facts.id, facts.name, facts.is_private, facts.is_archived, facts.is_external, facts.is_member, NOW
    )
    assert found.usable is (kind in {"ours", "public"})
    assert bool(wire.calls("conversations.join")) is joins
    assert wire.heard[0].content_type == "application/x-www-form-urlencoded", "Slack's reading methods take no JSON"


def test_facts_about_a_channel_are_as_old_as_the_question(wire: Wire) -> None:
    moments = iter([NOW, NOW + timedelta(seconds=9)])
    client = WebClient(token="xoxb-1", base_url=wire.api, timeout=1, retry_handlers=[])
    poster = SlackPoster(client, lambda: next(moments))
    wire.says("conversations.info", {"channel": {"id": "C1", "is_member": True}})

    assert poster.channel(ChannelId("C1")).checked_at == NOW, "a change that Slack tells of meanwhile is newer"


def test_a_channel_that_slack_hides_is_private(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.info", refuse("channel_not_found"))
    assert poster.channel(ChannelId("C1")) == ChannelFacts(ChannelId("C1"), is_private=True, checked_at=NOW)


def test_a_token_that_may_not_join_or_open_is_no_reason_to_stop_the_workspace(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.info", {"channel": {"id": "C1"}})
    for method in ("conversations.join", "conversations.open"):
        wire.says(method, refuse("missing_scope"))

    with pytest.raises(PostFailed) as failed:
        poster.channel(ChannelId("C1"))
    assert failed.value.failure is Failure.OTHER_WAY
    with pytest.raises(PostFailed) as failed:
        poster.find("UKAM", "key", NOW)
    assert failed.value.failure is Failure.UNREADABLE


def test_a_channel_that_cannot_be_read_is_not_guessed(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.info", refuse("token_revoked"))
    with pytest.raises(PostFailed) as failed:
        poster.channel(ChannelId("C1"))
    assert failed.value.failure is Failure.PARK


def test_everybody_is_listed_page_by_page_and_foreigners_are_marked(poster: SlackPoster, wire: Wire) -> None:
    wire.says("auth.test", {"team_id": "T1"})
    pages = {
        None: Say(
            {
                "ok": True,
                "members": [{"id": "U1", "team_id": "T1", "name": "lea"}],
                "response_metadata": {"next_cursor": "dXNlcg=="},
            }
        ),
        "dXNlcg==": Say({"ok": True, "members": [{"id": "U2", "team_id": "T2", "name": "guest of a shared channel"}]}),
    }
    wire.paths["/api/users.list"] = lambda heard: pages[heard.arguments.get("cursor")]

    lea, foreigner = poster.people().profiles

    assert (lea.id, lea.standing) == ("U1", Standing.MEMBER)
    assert (foreigner.id, foreigner.standing) == ("U2", Standing.STRANGER)
    assert [call["include_locale"] for call in wire.calls("users.list")] == ["1", "1"]


def said(key: str, ts: str = "9.9") -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": "scharnier", "event_payload": {"key": key}}}


def test_a_message_is_found_in_a_channel_by_its_key_however_long_ago_our_clock_thinks_it_was(
    poster: SlackPoster, wire: Wire
) -> None:
    wire.says("conversations.history", {"messages": [{"ts": "9.8"}, said("other"), said("key-1", "9.7")]})

    assert poster.find("C1", "key-1", NOW) == Posted(ChannelId("C1"), "9.7")
    assert poster.find("C1", "key-2", NOW) is None
    asked = wire.calls("conversations.history")[0]
    assert (asked["channel"], asked["include_all_metadata"], "ts" in asked) == ("C1", "1", False)
    assert float(asked["oldest"]) == (NOW - timedelta(minutes=5)).timestamp()


def test_a_message_in_a_thread_is_looked_for_there(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.replies", {"messages": [said("key-1")]})

    assert poster.find("C1", "key-1", NOW, "5.5") == Posted(ChannelId("C1"), "9.9")
    assert wire.calls("conversations.replies")[0]["ts"] == "5.5"


def test_a_direct_message_is_looked_for_where_it_was_sent(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.open", {"channel": {"id": "D7"}})
    wire.says("conversations.history", {"messages": [said("key-1")]})

    assert poster.find("UKAM", "key-1", NOW) == Posted(ChannelId("D7"), "9.9")
    assert wire.calls("conversations.open") == [{"users": "UKAM"}]


def test_every_page_is_read_and_no_end_of_pages_counts_as_unreadable(poster: SlackPoster, wire: Wire) -> None:
    more = {"messages": [said("other")], "response_metadata": {"next_cursor": "more"}}
    wire.says("conversations.history", more)
    with pytest.raises(PostFailed) as failed:
        poster.find("C1", "key-1", NOW)

    assert failed.value.failure is Failure.UNREADABLE
    assert wire.calls("conversations.history")[1]["cursor"] == "more"


@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "channel_not_found", "method_not_supported"])
def test_where_the_app_may_not_read_nobody_can_look(poster: SlackPoster, wire: Wire, code: str) -> None:
    wire.says("conversations.history", refuse(code))
    with pytest.raises(PostFailed) as failed:
        poster.find("C1", "key-1", NOW)
    assert (failed.value.failure, failed.value.code) == (Failure.UNREADABLE, code)


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (refuse("token_revoked"), Failure.PARK),
        (Say(b"", status=503), Failure.UNKNOWN),
        (Say(b"", status=429, headers={"Retry-After": "60"}), Failure.NOT_DONE),
    ],
)
def test_trouble_while_looking_is_trouble_and_no_answer(
    poster: SlackPoster, wire: Wire, said: Say, failure: Failure
) -> None:
    wire.says("conversations.history", said)
    with pytest.raises(PostFailed) as failed:
        poster.find("C1", "key-1", NOW)
    assert failed.value.failure is failure


def test_a_scope_that_is_missing_for_reading_does_not_stop_the_workspace(poster: SlackPoster, wire: Wire) -> None:
    wire.says("conversations.info", refuse("missing_scope"))
    with pytest.raises(PostFailed) as failed:
        poster.channel(ChannelId("C1"))
    assert failed.value.failure is Failure.OTHER_WAY


def test_slack_is_asked_whether_it_lets_us_in(poster: SlackPoster, wire: Wire) -> None:
    poster.probe()
    wire.says("auth.test", refuse("token_revoked"))
    with pytest.raises(PostFailed) as failed:
        poster.probe()
    assert (failed.value.failure, failed.value.is_silence) == (Failure.PARK, False)


@pytest.mark.parametrize(
    ("said", "is_silence"),
    [
        (Say(b"", status=503), True),
        (Say(drop=True), True),
        (Say(b"<html>", content_type="text/html"), True),
        (Say(b"", status=429), False),
        (refuse("internal_error"), False),
        (refuse("is_archived"), False),
    ],
)
def test_it_is_known_whether_slack_itself_said_anything(
    poster: SlackPoster, wire: Wire, said: Say, is_silence: bool
) -> None:
    wire.says("chat.postMessage", said)
    assert failure(poster).is_silence is is_silence
