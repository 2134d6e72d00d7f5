"""Web API out: implements ``ports.Poster``; Slack's error codes become a few classes."""

import json
import math
import socket
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.clock import utc_now
from bot.domain.delivery import ChannelFacts, Failure, Posted, is_channel
from bot.domain.identity import ChannelId, MemberId
from bot.ports import Directory, PostFailed
from handlers.middleware import profile_of
from handlers.modals import NO_ANSWER, code_of

WAIT_SECONDS = 10
_PAGE = 200
_PAGES = 20
"""A channel in which more was said since a doubtful post cannot be read."""
_CLOCKS_DIFFER = timedelta(minutes=5)
_ASKED_FOR_NOTHING = 30.0
_LONGEST_ASKED = 24 * 3600.0

CLASSES: Mapping[str, Failure] = {
    **dict.fromkeys(
        ["ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"],
        Failure.NOT_DONE,
    ),
    **dict.fromkeys(["fatal_error", "internal_error", "request_timeout"], Failure.UNKNOWN),
    **dict.fromkeys(
        [
            "account_inactive",
            "ekm_access_denied",
            "invalid_auth",
            "missing_scope",
            "not_authed",
            "org_login_required",
            "team_access_not_granted",
            "token_expired",
            "token_revoked",
        ],
        Failure.PARK,
    ),
    **dict.fromkeys(
        [
            "cannot_dm_bot",
            "channel_not_found",
            "is_archived",
            "messages_tab_disabled",
            "method_not_supported_for_channel_type",
            "not_in_channel",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
        ],
        Failure.OTHER_WAY,
    ),
    **dict.fromkeys(
        ["cant_delete_message", "cant_update_message", "edit_window_closed", "message_not_found", "thread_not_found"],
        Failure.CARD_GONE,
    ),
    **dict.fromkeys(["expired_url", "used_url", "no_active_hooks"], Failure.EXPIRED),
}
"""Slack's code → what it means (reliability, 1i); anything else is a message we built wrongly."""


class SlackPoster:
    """Posts, edits and deletes; never retries by itself, the outbox owns that."""

    def __init__(
        self,
        client: WebClient,
        clock: Callable[[], datetime] = utc_now,
        observe: Callable[[str, str], None] | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._observe = observe
        """Is told the method and the outcome of each call: ``ok``, or the class of its failure."""

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Post to a channel, or to a member's DM with the app."""
        answer = self._write(
            "chat.postMessage",
            channel=place,
            thread_ts=thread_ts,
            metadata={"event_type": "scharnier", "event_payload": {"key": key}},
            unfurl_links=False,
            unfurl_media=False,
            **message,
        )
        return Posted(ChannelId(answer["channel"]), answer["ts"])

    def update(self, posted: Posted, message: Mapping[str, Any]) -> None:
        """Edit a message in place."""
        self._write("chat.update", channel=posted.channel_id, ts=posted.ts, **message)

    def delete(self, posted: Posted) -> None:
        """Take a message away."""
        self._write("chat.delete", channel=posted.channel_id, ts=posted.ts)

    def reply(self, response_url: str, message: Mapping[str, Any], *, replace: bool) -> None:
        """Answer a click by its ``response_url``."""
        hook = WebhookClient(response_url, timeout=WAIT_SECONDS, retry_handlers=[])
        try:
            answer = hook.send_dict({**message, "response_type": "ephemeral", "replace_original": replace})
        except NO_ANSWER as error:
            raise self._unanswered(error) from error
        if answer.status_code == 200:
            return
        if answer.status_code == 400:
            raise PostFailed(Failure.OUR_BUG, f"http_{answer.status_code}")
        if answer.status_code in {401, 403, 404, 410}:
            raise PostFailed(Failure.EXPIRED, f"http_{answer.status_code}")
        raise self._by_status(answer.status_code, answer.headers)

    def channel(self, channel_id: ChannelId) -> ChannelFacts:
        """Read the facts of a channel and join it if it is public and ours."""
        asked_at = self._clock()
        try:
            found = self._read("conversations.info", channel=channel_id)["channel"]
        except PostFailed as failed:
            if failed.code != "channel_not_found":
                raise
            # That is how Slack hides a private channel from those who are not in it.
            return ChannelFacts(channel_id, is_private=True, checked_at=asked_at)
        external = bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))
        member, private = bool(found.get("is_member")), bool(found.get("is_private"))
        if not member and not private and not external and not found.get("is_archived"):
            self._read("conversations.join", channel=channel_id)
            member = True
        return ChannelFacts(
            id=channel_id,
            name=found.get("name"),
            is_private=private,
            is_archived=bool(found.get("is_archived")),
            is_external=external,
            is_member=member,
            # A change that Slack tells of meanwhile is newer than this.
            checked_at=asked_at,
        )

    def find(self, place: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """Look for a message with this key, posted since, in a channel or DM; that of a file is in its name."""
        channel_id = place if is_channel(place) else self._direct(place)
        cursor = ""
        for _ in range(_PAGES):
            answer = self._history(
                channel=channel_id,
                ts=thread_ts,
                oldest=f"{(since - _CLOCKS_DIFFER).timestamp():.6f}",
                include_all_metadata=True,
                limit=_PAGE,
                cursor=cursor or None,
            )
            for message in answer["messages"]:
                metadata = message.get("metadata") or {}
                told = [str(file.get("name")).partition(".")[0] for file in message.get("files") or ()]
                if key in {(metadata.get("event_payload") or {}).get("key"), *told}:
                    return Posted(ChannelId(channel_id), message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise PostFailed(Failure.UNREADABLE, "too_many_messages")

    def stage(self, content: bytes, name: str) -> str:
        """Upload a file that nobody sees yet; return its id."""
        place = self._filing("files.getUploadURLExternal", filename=name, length=len(content))
        outcome = "ok"
        try:
            self._upload(place["upload_url"], content)
        except PostFailed as failed:
            outcome = failed.failure
            raise
        finally:
            self._observed("upload", outcome)
        file_id: str = place["file_id"]
        return file_id

    def share(self, member_id: MemberId, file_id: str, title: str, comment: str) -> None:
        """Show an uploaded file to one person, in their direct messages; Slack takes no member for a place here."""
        channel_id = self._filing("conversations.open", users=member_id)["channel"]["id"]
        files = json.dumps([{"id": file_id, "title": title}])
        self._filing("files.completeUploadExternal", files=files, channel_id=channel_id, initial_comment=comment)

    def _upload(self, url: str, content: bytes) -> None:
        """Send a file's content to the address that Slack just gave for it."""
        sent = urllib.request.Request(url, content, {"Content-Type": "application/octet-stream"})  # noqa: S310  Slack's
        try:
            with urllib.request.urlopen(sent, timeout=WAIT_SECONDS):  # noqa: S310  the address is Slack's
                return
        except HTTPError as error:
            error.close()
            if error.code == 429 or error.code >= 500:
                raise self._by_status(error.code, dict(error.headers)) from error
            raise PostFailed(Failure.OUR_BUG, f"http_{error.code}") from error
        except NO_ANSWER as error:
            raise self._unanswered(error) from error

    def _filing(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call what hands out a file; where the token may not, the message goes without one."""
        try:
            return self._call(method, params=_given(arguments))
        except PostFailed as failed:
            if failed.code != "missing_scope":
                raise
            raise PostFailed(Failure.OUR_BUG, failed.code) from failed

    def _direct(self, member_id: str) -> str:
        """Return the channel of a member's direct messages."""
        try:
            channel_id: str = self._read("conversations.open", users=member_id)["channel"]["id"]
        except PostFailed as failed:
            if failed.code != "missing_scope":
                raise
            raise PostFailed(Failure.UNREADABLE, failed.code) from failed
        return channel_id

    def _history(self, **arguments: Any) -> dict[str, Any]:
        method = "conversations.replies" if arguments["ts"] else "conversations.history"
        try:
            return self._read(method, **arguments)
        except PostFailed as failed:
            if failed.failure in {Failure.NOT_DONE, Failure.UNKNOWN, Failure.PARK}:
                raise
            raise PostFailed(Failure.UNREADABLE, failed.code) from failed

    def probe(self) -> None:
        """Ask Slack whether it answers and takes the token."""
        self._write("auth.test")

    def people(self) -> Directory:
        """List everybody; people of other companies come marked as such."""
        team_id = self._write("auth.test")["team_id"]
        profiles, cursor = [], ""
        while True:
            answer = self._read("users.list", limit=_PAGE, include_locale=True, cursor=cursor or None)
            profiles += [profile_of(user, team_id) for user in answer["members"]]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return Directory(tuple(profiles))

    def _read(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call what reads a channel, joins it or opens it; Slack takes forms everywhere, JSON only where it writes."""
        try:
            return self._call(method, params=_given(arguments))
        except PostFailed as failed:
            if failed.code != "missing_scope":
                raise
            # The token is good, it may only not do this.
            raise PostFailed(Failure.OTHER_WAY, failed.code) from failed

    def _write(self, method: str, **arguments: Any) -> dict[str, Any]:
        return self._call(method, json=_given(arguments))

    def _call(self, method: str, **sent: dict[str, Any]) -> dict[str, Any]:
        outcome = "ok"
        try:
            return self._ask(method, **sent)
        except PostFailed as failed:
            outcome = failed.failure
            raise
        finally:
            self._observed(method, outcome)

    def _observed(self, method: str, outcome: str) -> None:
        if self._observe is not None:
            self._observe(method, outcome)

    def _ask(self, method: str, **sent: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._client.api_call(method, **sent)  # type: ignore[arg-type]  # json or params
        except SlackApiError as error:
            raise self._classified(error) from error
        except Exception as error:  # whatever else the SDK raises, nobody knows what happened (B15, B16)
            raise self._unanswered(error) from error
        if not isinstance(answer.data, dict):
            raise PostFailed(Failure.UNKNOWN, "not_json", is_silence=True)
        return answer.data

    @staticmethod
    def _unanswered(error: Exception) -> PostFailed:
        refused = isinstance(getattr(error, "reason", error), (ConnectionRefusedError, socket.gaierror))
        return PostFailed(Failure.NOT_DONE if refused else Failure.UNKNOWN, type(error).__name__, is_silence=True)

    def _classified(self, error: SlackApiError) -> PostFailed:
        status, code = getattr(error.response, "status_code", 200), code_of(error)
        if status != 200 and (not code or status == 429 or status >= 500):
            return self._by_status(status, error.response.headers)
        # No code means that no JSON came: a proxy's page, or nothing at all.
        if not code:
            return PostFailed(Failure.UNKNOWN, "not_json", is_silence=True)
        return PostFailed(CLASSES.get(code, Failure.OUR_BUG), code)

    def _by_status(self, status: int, headers: Mapping[str, Any]) -> PostFailed:
        if status == 429:
            return PostFailed(Failure.NOT_DONE, "ratelimited", self._retry_after(headers))
        return PostFailed(Failure.UNKNOWN, f"http_{status}", is_silence=True)

    def _retry_after(self, headers: Mapping[str, Any]) -> float:
        """Read the seconds of ``Retry-After``: a number, a fraction or a date; 30 where there is none."""
        value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        said = str(value[0] if isinstance(value, list) else value)
        try:
            seconds = float(said)
        except ValueError:
            seconds = self._until(said)
        return min(max(seconds, 1.0), _LONGEST_ASKED) if math.isfinite(seconds) else _ASKED_FOR_NOTHING

    def _until(self, date: str) -> float:
        try:
            at = parsedate_to_datetime(date)
        except ValueError:
            return _ASKED_FOR_NOTHING
        return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - self._clock()).total_seconds()


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
