"""The ASGI application: Web API, response URLs, Socket Mode and the control API."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from playground import acks
from playground.arguments import Call, read_call
from playground.blocks import Payload
from playground.clock import Bell, Clock
from playground.delivery import Carrier, Delivery, HttpCarrier
from playground.errors import SlackError
from playground.events import Events
from playground.faults import Fault, Faults
from playground.interactions import Interactions
from playground.people import Act
from playground.rules import Rules
from playground.seed import Manifest, Seed
from playground.sockets import Sockets
from playground.traffic import Traffic
from playground.web_api import Tokens, call_method, check_token
from playground.workspace import Workspace


class CutConnection(Response):
    """Cuts the connection in the place of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Cut, and wait until the server has noticed: it would answer 500 otherwise."""
        scope[CUT]()
        await _hung_up(receive)


class Slack:
    """The running playground: the state and the ways in and out."""

    def __init__(self, seed: Seed, manifest: Manifest, tokens: Tokens, signing_secret: str, base_url: str) -> None:
        self.tokens = tokens
        self.base_url = base_url
        self._start = (seed, manifest, signing_secret)
        self._bell = Bell()
        self.sockets = Sockets(seed.bot.app_id, self._bell)
        self._prepare(HttpCarrier(None))

    def _prepare(self, carrier: Carrier) -> None:
        seed, manifest, signing_secret = self._start
        clock, rules = Clock(), Rules()
        self.faults = Faults()
        self.workspace = Workspace(seed, manifest, clock, self._bell, rules)
        self.traffic = Traffic(clock, self._bell)
        self.delivery = Delivery(clock, rules, self.traffic, signing_secret, carrier)
        events = Events(self.workspace, self.delivery)
        self.act = Act(self.workspace, self.delivery, Interactions(self.workspace, self.base_url), events)

    def reset(self) -> None:
        """Go back to the seed; the bot stays reachable as it was and open sockets stay open."""
        self.faults.clear()
        self.act.events.stop()
        self._prepare(self.delivery.carrier)
        self._bell.ring()

    def deliver_to(self, transport: str, url: str | None) -> None:
        """Choose how requests reach the bot: ``http`` with its request URL, or ``socket``."""
        self.delivery.carrier = self.sockets if transport == "socket" else HttpCarrier(url)


def application(slack: Slack, control: list[Route]) -> ASGIApp:
    """Return the ASGI application; ``control`` are the routes of the control API."""
    web = WebSide(slack)
    routes = [
        Route("/api/{method}", web.api, methods=["GET", "POST"]),
        *(
            Route(f"/{path}/{{team}}/{{key}}", web.response, methods=["POST"])
            for path in ("commands", "actions", "app")
        ),
        WebSocketRoute("/link", slack.sockets.serve),
        *control,
    ]
    return CuttingApp(Starlette(routes=routes))


class WebSide:
    """The routes that the bot calls."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def api(self, request: Request) -> Response:
        """Answer a Web API call."""
        method = request.path_params["method"]
        try:
            call = await read_call(request, method)
        except SlackError as refusal:
            exchange = self._slack.traffic.request("to_slack", "api", method, None)
            return self._refused(exchange, refusal)
        exchange = self._slack.traffic.request("to_slack", "api", method, call.args)
        fault = self._slack.faults.strike(method, call.optional("channel"))
        if fault is not None:
            return await self._fail(exchange, fault, call, request)
        return self._answer(exchange, call)

    async def response(self, request: Request) -> Response:
        """Take a post to a response URL."""
        body = await _json_body(request)
        exchange = self._slack.traffic.request("to_slack", "response_url", "response_url", body)
        try:
            url = self._slack.workspace.handles.spend_url(request.path_params["key"])
        except SlackError as refusal:
            self._slack.traffic.answer(exchange, refusal.answer(), status=404, error=refusal.code)
            return json_response(refusal.answer(), status_code=404)
        try:
            acks.apply_response(self._slack.workspace, url, body)
        except SlackError as refusal:
            self._slack.traffic.answer(exchange, refusal.answer(), status=400, error=refusal.code)
            return json_response(refusal.answer(), status_code=400)
        self._slack.traffic.answer(exchange, "ok", status=200)
        return PlainTextResponse("ok")

    def _answer(self, exchange: int, call: Call) -> Response:
        try:
            answer = self._open_connection(call) if call.method == "apps.connections.open" else self._call(call)
        except SlackError as refusal:
            return self._refused(exchange, refusal)
        self._slack.traffic.answer(exchange, answer, status=200)
        return json_response(answer)

    def _call(self, call: Call) -> Payload:
        answer = call_method(self._slack.workspace, self._slack.tokens, call)
        self._announce(call.method, answer)
        return answer

    def _open_connection(self, call: Call) -> Payload:
        check_token(self._slack.workspace, call, self._slack.tokens.app)
        host = self._slack.base_url.replace("http://", "ws://")
        return {"ok": True, "url": f"{host}/link?ticket={self._slack.sockets.ticket()}"}

    def _announce(self, method: str, answer: Payload) -> None:
        workspace, events = self._slack.workspace, self._slack.act.events
        if method == "chat.postMessage":
            conversation = workspace.conversations[answer["channel"]]
            events.announce(*events.message_event(conversation, answer["message"]))
        elif method in {"chat.update", "chat.delete"}:
            conversation = workspace.conversations[answer["channel"]]
            subtype = "message_changed" if method == "chat.update" else "message_deleted"
            message = answer.get("message", {"ts": answer["ts"]})
            events.announce(*events.changed_event(conversation, message, subtype))

    def _refused(self, exchange: int, refusal: SlackError) -> Response:
        if refusal.code == "ratelimited":
            return self._rate_limited(exchange, "1")
        self._slack.traffic.answer(exchange, refusal.answer(), status=200, error=refusal.code)
        return json_response(refusal.answer())

    def _rate_limited(self, exchange: int, retry_after: str | None) -> Response:
        body = {"ok": False, "error": "ratelimited"}
        self._slack.traffic.answer(exchange, body, status=429, error="ratelimited")
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return json_response(body, status_code=429, headers=headers)

    async def _fail(self, exchange: int, fault: Fault, call: Call, request: Request) -> Response:
        if fault.mode == "error":
            return self._refused(exchange, SlackError(fault.code))
        if fault.mode == "ratelimited":
            return self._rate_limited(exchange, fault.retry_after)
        if fault.mode == "http":
            self._slack.traffic.answer(exchange, fault.body, status=fault.status, error="http")
            return Response(fault.body, status_code=fault.status, media_type="text/html")
        if fault.mode == "hang":
            await _first(self._slack.faults.cleared.heard(HANG_SECONDS), _hung_up(request.receive))
            self._slack.traffic.answer(exchange, None, error="hang")
            return CutConnection()
        self._answer(exchange, call)  # drop: done and recorded, but the bot will not hear of it
        return CutConnection()


def json_response(body: Payload, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with ASCII-only JSON: half a surrogate pair that a bot sent must come back, not crash."""
    return Response(json.dumps(body), status_code=status_code, headers=headers, media_type="application/json")


HANG_SECONDS = 3600.0
CUT = "playground.cut"


async def _first(*waits: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _json_body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


class CuttingApp:
    """Gives routes the means to cut their connection, for which ASGI has no word."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            # uvicorn's send is a bound method of the cycle that holds the transport
            scope[CUT] = send.__self__.transport.abort  # type: ignore[attr-defined]
        await self._app(scope, receive, send)
