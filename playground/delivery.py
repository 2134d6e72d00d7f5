"""Carries requests to the bot, by signed HTTP or over Socket Mode, and brings its answer back."""

import asyncio
import hashlib
import hmac
import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import httpx

from playground.blocks import Payload
from playground.clock import Clock, real_time
from playground.errors import Impossible
from playground.rules import Rules
from playground.traffic import Traffic

Kind = Literal["slash_commands", "interactive", "events_api"]
Failure = Literal["operation_timeout", "dispatch_failed"]
OLD_SIGNATURE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to the bot, kept to be sent again byte for byte."""

    kind: Kind
    name: str
    payload: Payload
    body: bytes
    headers: dict[str, str]
    retry: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """The bot's answer; ``failure`` says what Slack tells the person if there is none in time."""

    status: int | None
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def has_body(self) -> bool:
        """Say whether the bot sent more than an empty acknowledgement."""
        return self.body not in (None, "", {})


class Carrier(Protocol):
    """A way to the bot."""

    async def carry(self, request: Outgoing) -> Ack:
        """Send the request and wait for its acknowledgement."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return Slack's signature of a raw body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpCarrier:
    """Posts to the bot's request URL."""

    def __init__(self, url: str | None) -> None:
        self.url = url
        self._client = httpx.AsyncClient(timeout=None, trust_env=False)  # noqa: S113 - Delivery keeps the 3 seconds

    async def carry(self, request: Outgoing) -> Ack:
        """Post the signed body; any answer but 200 counts as a failure."""
        if self.url is None:
            return Ack(
                status=None, body="nobody said where the bot listens: --bot or /_play/bot", failure="dispatch_failed"
            )
        try:
            answer = await self._client.post(self.url, content=request.body, headers=request.headers)
        except httpx.HTTPError as problem:
            return Ack(status=None, body=f"{type(problem).__name__}: {problem}", failure="dispatch_failed")
        failure: Failure | None = None if answer.status_code == httpx.codes.OK else "dispatch_failed"
        return Ack(status=answer.status_code, body=_body(answer), headers=dict(answer.headers), failure=failure)


def _body(answer: httpx.Response) -> Any:
    text = answer.text
    try:
        parsed = json.loads(text) if text.strip() else None
    except ValueError:
        return text
    return parsed if isinstance(parsed, dict | list) else text


class Delivery:
    """Sends requests to the bot, enforces the 3 seconds, and remembers what was sent."""

    def __init__(self, clock: Clock, rules: Rules, traffic: Traffic, signing_secret: str, carrier: Carrier) -> None:
        self.carrier = carrier
        self._clock = clock
        self._rules = rules
        self._traffic = traffic
        self._secret = signing_secret
        self.sent: list[Outgoing] = []
        self.is_installed = True

    async def send(self, kind: Kind, name: str, payload: Payload, retry: tuple[int, str] | None = None) -> Ack:
        """Deliver a payload; ``retry`` is the attempt's number and the reason of the last failure.

        To an app that is not installed nothing is sent.
        """
        if not self.is_installed:
            return Ack(status=None, body="the app is not installed", failure="dispatch_failed")
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signed(body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        request = Outgoing(kind=kind, name=name, payload=payload, body=body, headers=headers, retry=retry)
        self.sent.append(request)
        return await self._carry(request, "retry" if retry else None)

    async def again(self, n: int = -1) -> Ack:
        """Send the n-th request again, byte for byte with its old signature; -1 is the last."""
        return await self._carry(self._nth(n), "sent again")

    async def forged(self, how: str, n: int = -1) -> Ack:
        """Send the n-th request with a bad signature: ``signature``, ``old``, ``absent`` or ``malformed``."""
        request = self._nth(n)
        headers = {name: value for name, value in request.headers.items() if not name.startswith("X-Slack-")}
        if how == "signature":
            headers |= self._signed(request.body, secret="somebody else")
        elif how == "old":
            headers |= self._signed(request.body, age=OLD_SIGNATURE_SECONDS)
        elif how == "malformed":
            headers |= {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": "v0=?"}
        elif how != "absent":
            raise Impossible(f"cannot forge {how!r}: signature, old, absent or malformed")
        forged = Outgoing(request.kind, request.name, request.payload, request.body, headers)
        return await self._carry(forged, f"forged: {how}")

    def _nth(self, n: int) -> Outgoing:
        try:
            return self.sent[n]
        except IndexError:
            raise Impossible(f"no request {n}: {len(self.sent)} were sent") from None

    def _signed(self, body: bytes, secret: str | None = None, age: float = 0.0) -> dict[str, str]:
        timestamp = str(int(real_time() - age))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret if secret is None else secret, timestamp, body),
        }

    async def _carry(self, request: Outgoing, note: str | None) -> Ack:
        exchange = self._traffic.request("to_bot", request.kind, request.name, request.payload, note)
        deadline = self._clock.now() + (math.inf if self._rules.ack_seconds is None else self._rules.ack_seconds)
        carrying = asyncio.ensure_future(self.carrier.carry(request))
        timer = asyncio.ensure_future(self._clock.until(deadline))
        try:
            await asyncio.wait({carrying, timer}, return_when=asyncio.FIRST_COMPLETED)
            late = not carrying.done() or self._clock.now() > deadline
            ack = Ack(status=None, body=None, failure="operation_timeout") if late else carrying.result()
        finally:
            timer.cancel()
            carrying.cancel()
        ignored = self._rules.empty_acks and is_empty_ack(request)
        note = "the body of this ack is ignored" if ignored and ack.has_body and ack.failure is None else None
        self._traffic.answer(exchange, ack.body, status=ack.status, error=ack.failure, note=note)
        return ack


def is_empty_ack(request: Outgoing) -> bool:
    """Say whether Slack wants a mere acknowledgement of this request."""
    return request.kind == "events_api" or request.payload.get("type") in IGNORED_BODIES


IGNORED_BODIES = {"block_actions", "shortcut", "message_action", "view_closed"}


def encoded(kind: Kind, payload: Payload) -> tuple[bytes, str]:
    """Return a payload as the body and content type that Slack uses for its kind."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded"
