"""Tells the app what happens in the workspace, and again if it did not hear."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from playground.blocks import Payload
from playground.delivery import Ack, Delivery
from playground.interactions import VERIFICATION_TOKEN
from playground.workspace import Conversation, Workspace

RETRY_AFTER_SECONDS = (0, 60, 300)
MESSAGE_EVENTS = {"im": "message.im", "channel": "message.channels", "group": "message.groups", "mpim": "message.mpim"}


class Events:
    """Sends the events that the manifest subscribes to."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self._workspace = workspace
        self._delivery = delivery
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, event: Payload, subscription: str | None = None) -> Ack | None:
        """Deliver an event and wait for the first answer; repeats go on in the background.

        Returns nothing if the app did not subscribe to it.
        """
        name = subscription or event["type"]
        if name not in self._workspace.manifest.events or self._workspace.app_refusal:
            return None
        callback = self._callback(event)
        ack = await self._delivery.send("events_api", name, callback)
        if ack.failure and self._workspace.rules.event_retries:
            self._in_background(self._repeat(name, callback, ack))
        return ack

    def announce(self, event: Payload, subscription: str | None = None) -> None:
        """Deliver an event without waiting for anything."""

        async def deliver() -> None:
            await self.send(event, subscription)

        if (subscription or event["type"]) in self._workspace.manifest.events:
            self._in_background(deliver())

    def message_event(self, conversation: Conversation, message: Payload) -> tuple[Payload, str]:
        """Return the event of a new message and its subscription."""
        kind = MESSAGE_EVENTS[conversation.kind]
        event = {
            **message,
            "channel": conversation.id,
            "channel_type": kind.removeprefix("message.").removesuffix("s"),
            "event_ts": message["ts"],
        }
        return event, kind

    def changed_event(self, conversation: Conversation, message: Payload, subtype: str) -> tuple[Payload, str]:
        """Return the event of an edited or deleted message and its subscription."""
        inner = {"message": message} if subtype == "message_changed" else {"deleted_ts": message["ts"]}
        ts = self._workspace.new_ts()
        event = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **inner}
        return self.message_event(conversation, {**event, "previous_message": message})

    def stop(self) -> None:
        """Forget all repeats that are still to come."""
        for task in self._tasks:
            task.cancel()

    def _callback(self, event: Payload) -> Payload:
        workspace = self._workspace
        team, bot = workspace.seed.team, workspace.seed.bot
        channel = workspace.conversations.get(str(event.get("channel")))
        return {
            "type": "event_callback",
            "token": VERIFICATION_TOKEN,
            "team_id": team.id,
            "api_app_id": bot.app_id,
            "event": event,
            "event_id": workspace.new_id("Ev"),
            "event_time": int(workspace.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": bot.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel.is_ext_shared if channel else False,
            "event_context": workspace.new_id("EC"),
        }

    async def _repeat(self, name: str, callback: Payload, ack: Ack) -> None:
        for attempt, pause in enumerate(RETRY_AFTER_SECONDS, start=1):
            if ack.headers.get("x-slack-no-retry") == "1":
                return
            if pause:
                await self._workspace.clock.until(self._workspace.clock.now() + pause)
            ack = await self._delivery.send("events_api", name, callback, retry=(attempt, _reason(ack)))
            if ack.failure is None:
                return

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _reason(ack: Ack) -> str:
    if ack.failure == "operation_timeout":
        return "http_timeout"
    return "connection_failed" if ack.status is None else "http_error"
