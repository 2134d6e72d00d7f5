"""The ASGI application: Web API, response URLs, Socket Mode, the control API and the page."""

import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from playground import acks, people
from playground.arguments import Call, read_call
from playground.blocks import Payload
from playground.clock import Clock, real_time
from playground.delivery import Carrier, Delivery, HttpCarrier
from playground.errors import RateLimited, SlackError
from playground.events import Events
from playground.faults import Faults
from playground.front import Guard, page_routes
from playground.interactions import Interactions
from playground.outage import ConnectedApp, Outage
from playground.people import Act
from playground.rules import Rules
from playground.seed import Manifest, Seed
from playground.sentences import sentence
from playground.sockets import Sockets
from playground.traffic import Traffic
from playground.web_api import Tokens, call_method, check_token
from playground.windows import Windows
from playground.workspace import Workspace

RESPONSE_URL = "response_url"
UPLOAD = "upload"
"""How log and faults name the post of a file's content."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
REFUSED_STATUS = {"expired_url": 404, "used_url": 404, "ratelimited": 429}


class Slack:
    """The running playground: the state and the ways in and out."""

    def __init__(self, seed: Seed, manifest: Manifest, tokens: Tokens, signing_secret: str, base_url: str) -> None:
        self.tokens = tokens
        self.base_url = base_url
        self._start = (seed, manifest, signing_secret)
        self.windows = Windows()
        self.faults = Faults(self.windows.bell)
        self.sockets = Sockets(seed.bot.app_id, self.faults, self.windows.bell)
        # Counted on where a playground that ran before cannot have come: a page may have stayed open.
        self._logs = int(real_time() * 1000)
        self._prepare(HttpCarrier(None))

    def _prepare(self, carrier: Carrier) -> None:
        seed, manifest, signing_secret = self._start
        clock, rules = Clock(), Rules()
        self.workspace = Workspace(seed, manifest, clock, self.windows, rules, self.base_url)
        people.say_seeded(self.workspace)
        self._logs += 1
        self.traffic = Traffic(clock, self.windows, self._logs)
        self.outage = Outage(self.faults, self.traffic)
        self.delivery = Delivery(clock, rules, self.traffic, signing_secret, carrier)
        self.sockets.follow(clock, rules)
        events = Events(self.workspace, self.delivery)
        self.act = Act(self.workspace, self.delivery, Interactions(self.workspace, self.base_url), events)

    def reset(self) -> None:
        """Go back to the seed; the bot stays reachable as it was and open sockets stay open."""
        self.faults.withdraw()
        self.act.events.stop()
        self._prepare(self.delivery.carrier)
        self.windows.logged()
        self.windows.changed(person=True, sidebar=True, directory=True)
        for conversation in self.workspace.conversations.values():
            self.workspace.message_changed(conversation)

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
        Route("/upload/{address}", web.upload, methods=["POST"]),
        Route("/files/{file}", web.file, methods=["GET"]),
        WebSocketRoute("/link", slack.sockets.serve),
        *page_routes(),
        *control,
    ]
    return ConnectedApp(Guard(Starlette(routes=routes)))


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

        def answer(note: str | None) -> Response:
            try:
                body = self._open_connection(call) if method == "apps.connections.open" else self._call(call)
            except SlackError as refusal:
                return self._refused(exchange, refusal, note=note)
            except RecursionError:
                return self._refused(exchange, SlackError("invalid_json"), note=note)
            self._slack.traffic.answer(exchange, body, status=200, note=note)
            granted = ",".join(sorted(self._slack.workspace.manifest.scopes))
            return json_response(body, headers={"X-OAuth-Scopes": granted} if method == "auth.test" else None)

        channels = self._names_of(call.optional("channel") or call.optional("channel_id"))
        return await self._unless_it_fails(request, exchange, channels, answer)

    async def response(self, request: Request) -> Response:
        """Take a post to a response URL."""
        body, key = await _json_body(request), request.path_params["key"]
        exchange = self._slack.traffic.request("to_slack", RESPONSE_URL, RESPONSE_URL, body)
        url = self._slack.workspace.handles.url(key)

        def answer(note: str | None) -> Response:
            try:
                spent = self._slack.workspace.handles.spend_url(key)
                acks.apply_response(self._slack.workspace, spent, body)
            except SlackError as refusal:
                return self._refused(exchange, refusal, REFUSED_STATUS.get(refusal.code, 400), note=note)
            except RecursionError:
                return self._refused(exchange, SlackError("invalid_payload"), 400, note=note)
            self._slack.traffic.answer(exchange, "ok", status=200, note=note)
            return PlainTextResponse("ok")

        return await self._unless_it_fails(request, exchange, {url.conversation} if url else set(), answer)

    async def upload(self, request: Request) -> Response:
        """Take the content of a file."""
        content = await request.body()
        exchange = self._slack.traffic.request("to_slack", UPLOAD, UPLOAD, {"length": len(content)})

        def answer(note: str | None) -> Response:
            try:
                file = self._slack.workspace.files.receive(request.path_params["address"], content)
            except SlackError as refusal:
                return self._refused(exchange, refusal, 400, note=note)
            self._slack.traffic.answer(exchange, "ok", status=200, note=note)
            return PlainTextResponse(f"OK - {file.length}")

        return await self._unless_it_fails(request, exchange, set(), answer, UPLOAD)

    async def file(self, request: Request) -> Response:
        """Show a file to the page."""
        try:
            file = self._slack.workspace.files.received(request.path_params["file"])
        except SlackError:
            return Response(status_code=404)
        return Response(file.content, media_type=file.kind if file.kind in PICTURES else "application/octet-stream")

    def _names_of(self, channel: str | None) -> set[str]:
        """Return how a fault may name the channel of a call, which may itself name a person."""
        if channel is None:
            return set()
        try:
            return {channel, self._slack.workspace.conversation(channel).id}
        except SlackError:
            return {channel}

    async def _unless_it_fails(
        self,
        request: Request,
        exchange: int,
        channels: set[str],
        answer: Callable[[str | None], Response],
        name: str = RESPONSE_URL,
    ) -> Response:
        method = request.path_params.get("method", name)
        fault = self._slack.faults.strike(method, channels)
        if fault is None:
            return answer(None)
        status = {RESPONSE_URL: 404, UPLOAD: 400}.get(method, 200)

        def refuse(refusal: SlackError, retry_after: str | None) -> Response:
            return self._refused(exchange, refusal, status, retry_after)

        return await self._slack.outage.fail(request, exchange, fault, answer, refuse)

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

    def _refused(
        self,
        exchange: int,
        refusal: SlackError,
        status: int = 200,
        retry_after: str | None = None,
        note: str | None = None,
    ) -> Response:
        if isinstance(refusal, RateLimited):
            retry_after = str(refusal.seconds)
        if refusal.code == "unknown_method":
            note = self._unknown_method(refusal)
        body, status = refusal.answer(), REFUSED_STATUS.get(refusal.code, status)
        self._slack.traffic.answer(exchange, body, status=status, error=refusal.code, note=note)
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return json_response(body, status_code=status, headers=headers)

    def _unknown_method(self, refusal: SlackError) -> str:
        workspace, method = self._slack.workspace, refusal.extra["req_method"]
        for user in self._slack.windows.people() & workspace.people.keys():
            text = sentence("unknown_method", workspace.person(user).locale, method=method)
            workspace.toast(user, refusal.code, text)
        return f"this Slack has no method {method}"


def json_response(body: Payload, status_code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with ASCII-only JSON: half a surrogate pair that a bot sent must come back, not crash."""
    return Response(json.dumps(body), status_code=status_code, headers=headers, media_type="application/json")


async def _json_body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
