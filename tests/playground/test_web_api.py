"""The Web API answers as Slack's does, with Slack's codes for what it refuses."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.front import MOST_BYTES
from playground.robot import Person, Playground


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_the_token_says_who_calls(web: WebClient) -> None:
    assert web.auth_test()["user_id"] == "U0BOT"


def test_the_token_says_what_it_may_do(web: WebClient) -> None:
    manifest = yaml.safe_load((Path(__file__).parent / "manifest.yml").read_text())
    granted = web.auth_test().headers["x-oauth-scopes"]
    assert granted.split(",") == sorted(manifest["oauth_config"]["scopes"]["bot"])


def test_a_wrong_or_absent_token_is_refused(slack: Playground) -> None:
    assert refusal(WebClient(token="xoxb-other", base_url=slack.api).auth_test) == "invalid_auth"
    assert refusal(WebClient(base_url=slack.api).auth_test) == "not_authed"
    assert refusal(WebClient(token="xapp-playground", base_url=slack.api).auth_test) == "not_allowed_token_type"


def test_an_unknown_method_is_refused_and_logged(web: WebClient, slack: Playground) -> None:
    assert refusal(web.api_call, api_method="chat.shout") == "unknown_method"
    assert slack.traffic()[-1]["error"] == "unknown_method"


def test_arguments_come_by_query_form_multipart_and_json(slack: Playground) -> None:
    url, auth = f"{slack.api}users.info", {"Authorization": "Bearer xoxb-playground"}
    answers = [
        httpx.get(url, params={"user": "U0LEA", "token": "xoxb-playground"}),
        httpx.post(url, data={"user": "U0LEA"}, headers=auth),
        httpx.post(url, json={"user": "U0LEA"}, headers=auth),
        httpx.post(url, files={"user": (None, "U0LEA")}, headers=auth),
        httpx.post(url, params={"user": "U0LEA"}, headers=auth),
    ]
    assert [answer.json()["user"]["real_name"] for answer in answers] == ["Lea Brunner"] * 5


def test_broken_json_is_refused(slack: Playground) -> None:
    answer = httpx.post(f"{slack.api}auth.test", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.json() == {"ok": False, "error": "invalid_json"}


def test_people_are_listed_in_pages(web: WebClient) -> None:
    first = web.users_list(limit=3)
    second = web.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [len(first["members"]), len(second["members"])] == [3, 2]
    assert second["response_metadata"]["next_cursor"] == ""
    assert refusal(web.users_list, cursor="bm8=") == "invalid_cursor"


def test_a_person_is_shown_with_locale_only_on_request(web: WebClient) -> None:
    assert web.users_info(user="U0LEA", include_locale=True)["user"]["locale"] == "de-DE"
    assert "locale" not in web.users_info(user="U0LEA")["user"]
    assert web.users_info(user="U0OLD")["user"]["deleted"] is True
    assert web.users_info(user="U0FAR")["user"]["is_stranger"] is True
    assert refusal(web.users_info, user="U0NOBODY") == "user_not_found"


def test_a_person_is_found_by_address_unless_deactivated(web: WebClient) -> None:
    assert web.users_lookupByEmail(email="LEA@trial.example")["user"]["id"] == "U0LEA"
    assert refusal(web.users_lookupByEmail, email="otto@trial.example") == "users_not_found"


def test_private_channels_show_only_with_the_app_in_them(web: WebClient, slack: Playground) -> None:
    kinds = "public_channel,private_channel"
    before = web.conversations_list(types=kinds, exclude_archived=True)["channels"]
    assert [channel["name"] for channel in before] == ["acct-helvetia", "open", "talk"]
    assert refusal(web.conversations_info, channel="C0HIDE") == "channel_not_found"
    slack.post("channel", id="C0HIDE", set={"members": ["U0LEA", "U0BOT"]})
    assert web.conversations_info(channel="C0HIDE")["channel"]["is_private"] is True


def test_posting_asks_for_membership_and_an_open_channel(web: WebClient) -> None:
    assert refusal(web.chat_postMessage, channel="C0OPEN", text="Hi") == "not_in_channel"
    assert refusal(web.chat_postMessage, channel="C0DONE", text="Hi") == "is_archived"
    assert refusal(web.chat_postMessage, channel="C0NONE", text="Hi") == "channel_not_found"
    assert refusal(web.chat_postMessage, channel="U0OLD", text="Hi") == "channel_not_found"
    web.conversations_join(channel="C0OPEN")
    assert web.conversations_members(channel="C0OPEN")["members"] == ["U0LEA", "U0BOT"]
    assert web.chat_postMessage(channel="#open", text="Hi")["channel"] == "C0OPEN"


def test_a_post_to_a_person_goes_to_the_direct_messages(web: WebClient, lea: Person) -> None:
    opened = web.conversations_open(users="U0LEA")["channel"]["id"]
    assert web.chat_postMessage(channel="U0LEA", text="Hello")["channel"] == opened
    assert [message.text for message in lea.dm()] == ["Hello"]
    assert refusal(web.conversations_open, users="U0OLD") == "user_disabled"
    assert refusal(web.conversations_open, users="U0BOT") == "cannot_dm_bot"


def test_an_empty_message_is_refused(web: WebClient) -> None:
    assert refusal(web.api_call, api_method="chat.postMessage", json={"channel": "C0HELV", "text": ""}) == "no_text"


def test_post_cuts_a_long_text_and_update_refuses_it(web: WebClient) -> None:
    posted = web.chat_postMessage(channel="C0HELV", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert refusal(web.chat_update, channel="C0HELV", ts=posted["ts"], text="x" * 4_001) == "msg_too_long"


def test_markdown_is_posted_and_changed_up_to_its_limit_and_alone(web: WebClient, lea: Person) -> None:
    post, update = "chat.postMessage", "chat.update"
    posted = web.api_call(post, json={"channel": "C0HELV", "markdown_text": "x" * 12_000})
    where = {"channel": "C0HELV", "ts": posted["ts"]}
    web.api_call(update, json={**where, "markdown_text": "# Now"})
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["# Now"]
    assert refusal(web.api_call, api_method=update, json={**where, "markdown_text": "x" * 12_001}) == "msg_too_long"
    for also in ({"text": "x"}, {"blocks": [{"type": "divider"}]}):
        asked = {**where, "markdown_text": "x", **also}
        assert refusal(web.api_call, api_method=update, json=asked) == "markdown_text_conflict"


def test_a_video_asks_for_the_scope_to_embed_links(web: WebClient, slack: Playground) -> None:
    title = {"type": "plain_text", "text": "Plant"}
    address = "https://e.example/v"
    video = {"type": "video", "alt_text": "x", "title": title, "thumbnail_url": address, "video_url": address}
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x", blocks=[video]) == "missing_scope"
    assert refusal(web.views_publish, user_id="U0LEA", view={"type": "home", "blocks": [video]}) == "missing_scope"
    slack.rules(scopes=False)
    assert web.chat_postMessage(channel="C0HELV", text="x", blocks=[video])["ok"]


def test_the_app_reacts_only_where_it_is_a_member(web: WebClient, lea: Person) -> None:
    said = lea.types("Hello", channel="#open")
    assert refusal(web.reactions_add, channel="C0OPEN", timestamp=said.ts, name="eyes") == "not_in_channel"


@pytest.mark.parametrize("depth", [700, 100_000])
def test_json_of_any_depth_is_answered(slack: Playground, depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"channel": "C0HELV", "text": "x", "metadata": {{"event_type": "x", "event_payload": {deep}}}}}'
    headers = {"Authorization": "Bearer xoxb-playground", "Content-Type": "application/json"}
    answer = httpx.post(f"{slack.api}chat.postMessage", content=body, headers=headers)
    assert answer.json() == {"ok": False, "error": "invalid_json"}
    assert httpx.post(f"{slack.url}/_play/event", content=deep).status_code == 400
    slack.quiet()


def test_a_body_that_is_too_large_is_not_taken_in(slack: Playground) -> None:
    large = b"x" * (MOST_BYTES + 1)
    assert httpx.post(f"{slack.api}auth.test", content=large).status_code == 413
    assert httpx.post(f"{slack.url}/_play/event", content=large).status_code == 413
    assert httpx.post(f"{slack.url}/_play/event", content=(part for part in [large])).status_code == 413
    assert httpx.post(f"{slack.api}auth.test", content=b"x" * MOST_BYTES).json()["error"] == "invalid_post_type"


def test_update_changes_the_text_and_keeps_unnamed_blocks(web: WebClient, lea: Person) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Card"}}]
    ts = web.chat_postMessage(channel="C0HELV", text="Card", blocks=blocks, metadata=_metadata("k1"))["ts"]
    web.chat_update(channel="C0HELV", ts=ts, text="Changed")
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["# Card"]
    web.chat_update(channel="C0HELV", ts=ts, text="Plain", blocks=[])
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["Plain"]


def test_only_own_messages_are_changed_or_deleted(web: WebClient, lea: Person) -> None:
    said = lea.types("Mine", channel="#acct-helvetia")
    assert refusal(web.chat_update, channel="C0HELV", ts=said.ts, text="x") == "cant_update_message"
    assert refusal(web.chat_delete, channel="C0HELV", ts=said.ts) == "cant_delete_message"
    own = web.chat_postMessage(channel="C0HELV", text="Own")["ts"]
    web.chat_delete(channel="C0HELV", ts=own)
    assert refusal(web.chat_update, channel="C0HELV", ts=own, text="x") == "message_not_found"


def test_history_tells_metadata_only_on_request(web: WebClient, slack: Playground) -> None:
    slack.rules(post_pace=False)
    ts = web.chat_postMessage(channel="C0HELV", text="One", metadata=_metadata("k1"))["ts"]
    web.chat_postMessage(channel="C0HELV", text="Reply", thread_ts=ts)
    web.chat_postMessage(channel="C0HELV", text="Two")
    plain = web.conversations_history(channel="C0HELV")["messages"]
    assert [message["text"] for message in plain] == ["Two", "One"]
    assert "metadata" not in plain[1]
    told = web.conversations_history(channel="C0HELV", include_all_metadata=True, latest=ts, inclusive=True)
    assert told["messages"][0]["metadata"]["event_payload"] == {"key": "k1"}
    replies = web.conversations_replies(channel="C0HELV", ts=ts)["messages"]
    assert [message["text"] for message in replies] == ["One", "Reply"]
    assert refusal(web.conversations_replies, channel="C0HELV", ts="1.000000") == "thread_not_found"


def test_history_comes_in_pages(web: WebClient, slack: Playground) -> None:
    slack.rules(post_pace=False)
    for n in range(3):
        web.chat_postMessage(channel="C0HELV", text=str(n))
    first = web.conversations_history(channel="C0HELV", limit=2)
    assert first["has_more"] is True
    second = web.conversations_history(channel="C0HELV", limit=2, cursor=first["response_metadata"]["next_cursor"])
    assert [message["text"] for message in second["messages"]] == ["0"]


def test_a_scope_the_manifest_lacks_is_named(web: WebClient, slack: Playground) -> None:
    slack.post("channel", id="C0HIDE", set={"members": ["U0LEA", "U0BOT"]})
    with pytest.raises(SlackApiError) as caught:
        web.conversations_history(channel="C0HIDE")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "groups:history"
    slack.rules(scopes=False)
    assert web.conversations_history(channel="C0HIDE")["messages"] == []


def test_an_ephemeral_is_seen_by_one_member_until_reload(web: WebClient, lea: Person, tom: Person) -> None:
    web.chat_postEphemeral(channel="C0HELV", user="U0LEA", text="Psst")
    assert [message.text for message in lea.reads("#acct-helvetia")] == ["Psst"]
    assert tom.reads("#acct-helvetia") == []
    lea.reloads()
    assert lea.reads("#acct-helvetia") == []
    assert refusal(web.chat_postEphemeral, channel="C0HELV", user="U0FAR", text="x") == "user_not_in_channel"


def test_an_ephemeral_cannot_be_updated(web: WebClient) -> None:
    ts = web.chat_postEphemeral(channel="C0HELV", user="U0LEA", text="Psst")["message_ts"]
    assert refusal(web.chat_update, channel="C0HELV", ts=ts, text="x") == "message_not_found"


def test_a_reaction_counts_once(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0HELV", text="One")["ts"]
    web.reactions_add(channel="C0HELV", timestamp=ts, name="eyes")
    assert refusal(web.reactions_add, channel="C0HELV", timestamp=ts, name="eyes") == "already_reacted"


def test_a_message_has_an_address(web: WebClient) -> None:
    ts = web.chat_postMessage(channel="C0HELV", text="One")["ts"]
    link = web.chat_getPermalink(channel="C0HELV", message_ts=ts)["permalink"]
    assert link.endswith("/archives/C0HELV/p" + ts.replace(".", ""))


def test_wrong_metadata_is_refused(web: WebClient) -> None:
    wrong = {"event_payload": {"key": "k1"}}
    assert refusal(web.chat_postMessage, channel="C0HELV", text="x", metadata=wrong) == "invalid_metadata_format"


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": "card", "event_payload": {"key": key}}
