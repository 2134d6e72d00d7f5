"""Socket Mode: the bot's WebSocket links, envelopes out and acknowledgements in."""

import asyncio
import contextlib
import itertools
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.clock import Bell, Clock
from playground.delivery import Ack, Outgoing
from playground.errors import Impossible, SlackError
from playground.faults import LINK, Fault, Faults
from playground.outage import CONNECTION
from playground.rules import Rules

MAX_LINKS = 10
LOOK_AGAIN_SECONDS = 60.0


@dataclass(slots=True, eq=False)
class Link:
    """One WebSocket of the app; a stalled one is open, but nothing comes through it, no pong either."""

    socket: WebSocket
    opened: float
    stalled_by: Fault | None = None
    asked: set[int] = field(default_factory=set)

    def stall(self, fault: Fault) -> None:
        """Fall silent."""
        self.stalled_by = fault
        self.socket.scope[CONNECTION].stop_keepalive()
        self.socket.scope[CONNECTION].transport.pause_reading()

    def wake(self) -> None:
        """Be heard again."""
        self.stalled_by = None
        self.socket.scope[CONNECTION].transport.resume_reading()

    async def close(self) -> None:
        """Close, without a farewell if nothing comes through."""
        if self.stalled_by is not None:
            self.socket.scope[CONNECTION].transport.abort()
        else:
            await self.socket.close()


class Sockets:
    """All open links of the app; each envelope goes to one of them, in turn."""

    def __init__(self, app_id: str, faults: Faults, bell: Bell) -> None:
        self._app_id = app_id
        self._faults = faults
        self._bell = bell
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._waiting: dict[str, tuple[Link, asyncio.Future[Ack]]] = {}
        self._turn = itertools.count()

    def follow(self, clock: Clock, rules: Rules) -> None:
        """Go by this time and these rules from now on."""
        self._clock, self._rules = clock, rules
        for link in self._links:
            link.opened = clock.now()

    @property
    def open_links(self) -> int:
        """Count the open links that are not stalled."""
        return len(self._lively())

    def ticket(self) -> str:
        """Return a ticket for one connection."""
        if len(self._lively()) >= MAX_LINKS:
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
        link = Link(socket, self._clock.now())
        self._links.append(link)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._links),
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "playground", "approximate_connection_time": 3600},
            }
        )
        self._bell.ring()
        watching = asyncio.ensure_future(self._watch(link))
        try:
            while True:
                self._acknowledge(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError, ValueError):
            pass  # the link is gone or talks nonsense: either way it ends here
        finally:
            watching.cancel()
            self._drop(link)

    async def carry(self, request: Outgoing) -> Ack:
        """Send an envelope over one link and wait for its acknowledgement; over a stalled link it gets lost."""
        links = self._lively() or self._links
        if not links:
            return Ack(status=None, body="no open socket", failure="dispatch_failed")
        link = links[next(self._turn) % len(links)]
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
            if link.stalled_by is None:
                await link.socket.send_json(envelope)
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
            await self._send_away(link, reason)
        return len(links)

    async def _send_away(self, link: Link, reason: str) -> None:
        if reason != "cut" and link.stalled_by is None:
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
        if reason != "warning":
            self._drop(link)
            await link.close()

    async def _watch(self, link: Link) -> None:
        """Stall a link while a fault asks for it, and send it away when Slack would refresh it."""
        while link in self._links:
            if link.stalled_by is not None and not self._faults.stands(link.stalled_by):
                link.wake()
            if link.stalled_by is None and (fault := self._faults.strike(LINK, asked=link.asked)) is not None:
                link.stall(fault)
            link.asked.update(self._faults.numbers())
            bound, left = self._rules.socket_refresh_seconds, LOOK_AGAIN_SECONDS
            if bound is not None:
                left = link.opened + bound - self._clock.now()
            if left <= 0:
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    await self._send_away(link, "refresh_requested")
                return
            await self._bell.heard(left)

    def _lively(self) -> list[Link]:
        return [link for link in self._links if link.stalled_by is None]

    def _acknowledge(self, frame: Any) -> None:
        envelope_id = frame.get("envelope_id") if isinstance(frame, dict) else None
        if envelope_id not in self._waiting:
            return
        payload = frame.get("payload")
        _, waiting = self._waiting[envelope_id]
        if not waiting.done():
            waiting.set_result(Ack(status=200, body=payload))

    def _drop(self, gone: Link) -> None:
        if gone in self._links:
            self._links.remove(gone)
            self._bell.ring()
        for link, waiting in self._waiting.values():
            if link is gone and not waiting.done():
                waiting.set_result(Ack(status=None, body="the link broke", failure="dispatch_failed"))


def known_reason(reason: str) -> str:
    """Refuse a reason that Slack does not give for a disconnect."""
    if reason not in {"warning", "refresh_requested", "link_disabled", "too_many_websockets", "cut"}:
        raise Impossible(f"Slack gives no reason {reason!r}")
    return reason
