"""Socket Mode: the bot's WebSocket links, envelopes out and acknowledgements in."""

import asyncio
import itertools
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.clock import Bell
from playground.delivery import Ack, Outgoing
from playground.errors import Impossible, SlackError

MAX_LINKS = 10


class Sockets:
    """All open links of the app; each envelope goes to one of them, in turn."""

    def __init__(self, app_id: str, bell: Bell) -> None:
        self._app_id = app_id
        self._bell = bell
        self._tickets: set[str] = set()
        self._links: list[WebSocket] = []
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Ack]]] = {}
        self._turn = itertools.count()

    @property
    def open_links(self) -> int:
        """Count the open links."""
        return len(self._links)

    def ticket(self) -> str:
        """Return a ticket for one connection."""
        if len(self._links) >= MAX_LINKS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Hold one link from hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        self._links.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._links),
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "playground", "approximate_connection_time": 3600},
            }
        )
        self._bell.ring()
        try:
            while True:
                self._acknowledge(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError, ValueError):
            pass  # the link is gone or talks nonsense: either way it ends here
        finally:
            self._drop(socket)

    async def carry(self, request: Outgoing) -> Ack:
        """Send an envelope over one link and wait for its acknowledgement."""
        if not self._links:
            return Ack(status=None, body="no open socket", failure="dispatch_failed")
        link = self._links[next(self._turn) % len(self._links)]
        envelope_id = secrets.token_hex(16)
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": request.kind,
            "payload": request.payload,
            "accepts_response_payload": request.kind != "events_api",
        }
        if request.kind == "events_api":
            attempt, reason = request.retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (link, waiting)
        try:
            await link.send_json(envelope)
            return await waiting
        except (WebSocketDisconnect, RuntimeError):
            return Ack(status=None, body="the link broke", failure="dispatch_failed")
        finally:
            self._waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> int:
        """Tell all links to go, as Slack does before it closes them.

        A mere ``warning`` leaves them open; ``cut`` closes them without a word, as a broken network does.
        """
        links = list(self._links)
        for link in links:
            if reason != "cut":
                await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
            if reason != "warning":
                self._drop(link)
                await link.close()
        return len(links)

    def _acknowledge(self, frame: Any) -> None:
        envelope_id = frame.get("envelope_id") if isinstance(frame, dict) else None
        if envelope_id not in self._waiting:
            return
        payload = frame.get("payload")
        _, waiting = self._waiting[envelope_id]
        if not waiting.done():
            waiting.set_result(Ack(status=200, body=payload))

    def _drop(self, socket: WebSocket) -> None:
        if socket in self._links:
            self._links.remove(socket)
            self._bell.ring()
        for link, waiting in self._waiting.values():
            if link is socket and not waiting.done():
                waiting.set_result(Ack(status=None, body="the link broke", failure="dispatch_failed"))


def known_reason(reason: str) -> str:
    """Refuse a reason that Slack does not give for a disconnect."""
    if reason not in {"warning", "refresh_requested", "link_disabled", "too_many_websockets", "cut"}:
        raise Impossible(f"Slack gives no reason {reason!r}")
    return reason
