"""Web API out: implements ``ports.Poster``; Slack's error codes become a few classes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.clock import utc_now
from bot.domain.delivery import ChannelFacts, Failure, Posted
from bot.domain.identity import ChannelId
from bot.ports import Directory, PostFailed
from handlers.middleware import profile_of

WAIT_SECONDS = 10
_PAGE = 200

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
            "not_in_channel",
            "restricted_action",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
        ],
        Failure.OTHER_WAY,
    ),
    **dict.fromkeys(["cant_delete_message", "cant_update_message", "edit_window_closed", "message_not_found"], Failure.CARD_GONE),
    **dict.fromkeys(["expired_url", "used_url", "no_active_hooks"], Failure.EXPIRED),
}
"""Slack's code → what it means (reliability, 1i); anything else is a message we built wrongly."""


class SlackPoster:
    """Posts, edits and deletes; never retries by itself, the outbox owns that."""

    def __init__(self, client: WebClient, clock: Callable[[], datetime] = utc_now) -> None:
        self._client = client
        self._clock = clock

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Post to a channel, or to a member's DM with the app."""
        answer = self._call(
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
        self._call("chat.update", channel=posted.channel_id, ts=posted.ts, **message)

    def delete(self, posted: Posted) -> None:
        """Take a message away."""
        self._call("chat.delete", channel=posted.channel_id, ts=posted.ts)

    def reply(self, response_url: str, message: Mapping[str, Any], *, replace: bool) -> None:
        """Answer a click by its ``response_url``."""
        hook = WebhookClient(response_url, timeout=WAIT_SECONDS, retry_handlers=[])
        try:
            answer = hook.send_dict({**message, "response_type": "ephemeral", "replace_original": replace})
        except (SlackClientError, OSError, ValueError) as error:
            raise PostFailed(Failure.UNKNOWN, type(error).__name__) from error
        if answer.status_code == 200:
            return
        code = answer.body.strip()[:80]
        if answer.status_code in {404, 410} or CLASSES.get(code) is Failure.EXPIRED:
            raise PostFailed(Failure.EXPIRED, code)
        raise _by_status(answer.status_code, answer.headers, code)

    def channel(self, channel_id: ChannelId) -> ChannelFacts:
        """Read the facts of a channel and join it if it is public and ours."""
        found = self._call("conversations.info", channel=channel_id)["channel"]
        external = bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))
        member, private = bool(found.get("is_member")), bool(found.get("is_private"))
        if not member and not private and not external and not found.get("is_archived"):
            self._call("conversations.join", channel=channel_id)
            member = True
        return ChannelFacts(
            id=channel_id,
            name=found.get("name"),
            is_private=private,
            is_archived=bool(found.get("is_archived")),
            is_external=external,
            is_member=member,
            checked_at=self._clock(),
        )

    def people(self) -> Directory:
        """List everybody."""
        profiles, cursor = [], ""
        while True:
            answer = self._call("users.list", limit=_PAGE, include_locale=True, cursor=cursor or None)
            profiles += [profile_of(user, user.get("team_id", "")) for user in answer["members"]]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return Directory(tuple(profiles))

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            answer = self._client.api_call(method, json=given)
        except SlackApiError as error:
            raise _classified(error) from error
        except (SlackClientError, OSError, ValueError) as error:
            # Timeouts arrive as plain TimeoutError, broken answers as JSON errors (B15, B16).
            refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
            raise PostFailed(Failure.NOT_DONE if refused else Failure.UNKNOWN, type(error).__name__) from error
        if not isinstance(answer.data, dict):
            raise PostFailed(Failure.UNKNOWN, "not_json")
        return answer.data


def _classified(error: SlackApiError) -> PostFailed:
    answer = error.response
    status = getattr(answer, "status_code", 200)
    code = str(answer.get("error") or f"http_{status}") if isinstance(getattr(answer, "data", None), dict) else f"http_{status}"
    if code in CLASSES and status < 500 and status != 429:
        return PostFailed(CLASSES[code], code)
    if status != 200:
        return _by_status(status, answer.headers, code)
    return PostFailed(CLASSES.get(code, Failure.OUR_BUG), code)


def _by_status(status: int, headers: Mapping[str, Any], code: str) -> PostFailed:
    if status == 429:
        return PostFailed(Failure.NOT_DONE, "ratelimited", _retry_after(headers))
    return PostFailed(Failure.UNKNOWN, code or f"http_{status}")


def _retry_after(headers: Mapping[str, Any]) -> float:
    """Read ``Retry-After`` in any form; 30 seconds where there is none."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(float(value[0] if isinstance(value, list) else value), 1.0)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 30.0
