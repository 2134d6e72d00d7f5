"""The control API under ``/_play/``: people act, tests look, rules and faults are switched."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground import forms, people, sight
from playground.blocks import Payload
from playground.delivery import Ack
from playground.errors import Impossible, SlackError
from playground.server import Slack, json_response
from playground.sockets import known_reason

Body = dict[str, Any]
MAX_WAIT_SECONDS = 60.0


class Control:
    """The routes of the control API."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def routes(self) -> list[Route]:
        """Return all routes."""
        posts: dict[str, Callable[[Body], Awaitable[Payload]]] = {
            "command": self.command,
            "message": self.message,
            "click": self.click,
            "fill": self.fill,
            "options": self.options,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "shortcut": self.shortcut,
            "react": self.react,
            "reload": self.reload,
            "event": self.event,
            "user": self.user,
            "channel": self.channel,
            "redeliver": self.redeliver,
            "forge": self.forge,
            "disconnect": self.disconnect,
            "bot": self.bot,
            "reset": self.reset,
            "clock": self.clock,
            "rules": self.rules,
            "fault": self.fault,
        }
        gets: dict[str, Callable[[Request], Awaitable[Payload]]] = {
            "state": self.state,
            "directory": self.directory,
            "traffic": self.traffic,
            "wait": self.wait,
            "rules": self.show_rules,
            "fault": self.show_faults,
        }
        return [
            *(Route(f"/_play/{name}", _posted(act), methods=["POST"]) for name, act in posts.items()),
            *(Route(f"/_play/{name}", _got(look), methods=["GET"]) for name, look in gets.items()),
            Route("/_play/fault", self.clear_faults, methods=["DELETE"]),
        ]

    async def command(self, body: Body) -> Payload:
        """``{user, channel, text, thread_ts?}``: type a slash command."""
        return await people.command(self._slack.act, body["user"], body["channel"], body["text"], body.get("thread_ts"))

    async def message(self, body: Body) -> Payload:
        """``{user, channel, text, thread_ts?}``: type a message."""
        return await people.message(self._slack.act, body["user"], body["channel"], body["text"], body.get("thread_ts"))

    async def click(self, body: Body) -> Payload:
        """``{user, channel, ts | view_id, block_id, action_id, value?}``: press a button or pick from an overflow."""
        return await forms.click(self._slack.act, body["user"], body, _ids(body), body.get("value"))

    async def fill(self, body: Body) -> Payload:
        """``{user, channel, ts | view_id, block_id, action_id, value, enter?}``: enter a value."""
        enter = bool(body.get("enter", False))
        return await forms.fill(self._slack.act, body["user"], body, _ids(body), body["value"], enter=enter)

    async def options(self, body: Body) -> Payload:
        """``{user, channel, ts | view_id, block_id, action_id, query}``: type in an external select."""
        return await forms.options(self._slack.act, body["user"], body, _ids(body), body["query"])

    async def submit(self, body: Body) -> Payload:
        """``{user}``: submit the modal on top."""
        return await forms.submit(self._slack.act, body["user"])

    async def close(self, body: Body) -> Payload:
        """``{user, all?}``: close the modal on top, or the whole stack."""
        return await forms.close(self._slack.act, body["user"], everything=bool(body.get("all", False)))

    async def home(self, body: Body) -> Payload:
        """``{user, tab?}``: open the app's Home (or ``messages``) tab."""
        return await people.home(self._slack.act, body["user"], body.get("tab", "home"))

    async def shortcut(self, body: Body) -> Payload:
        """``{user, callback_id, channel?, ts?}``: use a shortcut, global or of a message."""
        return await people.shortcut(
            self._slack.act, body["user"], body["callback_id"], body.get("channel"), body.get("ts")
        )

    async def react(self, body: Body) -> Payload:
        """``{user, channel, ts, name}``: add an emoji."""
        return await people.react(self._slack.act, body["user"], body["channel"], body["ts"], body["name"])

    async def reload(self, body: Body) -> Payload:
        """``{user}``: reload the client; ephemerals and notices are gone."""
        for conversation in self._slack.workspace.conversations.values():
            conversation.ephemerals.pop(body["user"], None)
        self._slack.workspace.toasts.pop(body["user"], None)
        self._slack.workspace.bell.ring()
        return {"ok": True}

    async def event(self, body: Body) -> Payload:
        """``{event, subscription?}``: send an event as it is, if the manifest subscribes to it."""
        return _delivered(await self._slack.act.events.send(body["event"], body.get("subscription")))

    async def user(self, body: Body) -> Payload:
        """``{id, set}``: change a person, or let a new one join."""
        return await people.change_user(self._slack.act, body["id"], body["set"])

    async def channel(self, body: Body) -> Payload:
        """``{id, set}``: change a channel's ``name``, ``members``, ``is_archived`` or ``is_ext_shared``."""
        return await people.change_channel(self._slack.act, body["id"], body["set"])

    async def redeliver(self, body: Body) -> Payload:
        """``{n?}``: send the n-th request (default: the last) again, byte for byte; its answer changes nothing."""
        return _delivered(await self._slack.delivery.again(body.get("n", -1)))

    async def forge(self, body: Body) -> Payload:
        """``{how, n?}``: send a request with a bad signature: ``signature``, ``old``, ``absent``, ``malformed``."""
        return _delivered(await self._slack.delivery.forged(body["how"], body.get("n", -1)))

    async def disconnect(self, body: Body) -> Payload:
        """``{reason?}``: end all sockets as Slack does."""
        reason = known_reason(body.get("reason", "refresh_requested"))
        return {"ok": True, "closed": await self._slack.sockets.disconnect(reason)}

    async def bot(self, body: Body) -> Payload:
        """``{url?, transport?}``: say how the bot is reached."""
        self._slack.deliver_to(body.get("transport", "http"), body.get("url"))
        return {"ok": True}

    async def reset(self, _body: Body) -> Payload:
        """``{}``: go back to the seed, with all rules, no faults and an empty log."""
        self._slack.reset()
        return {"ok": True}

    async def clock(self, body: Body) -> Payload:
        """``{advance}``: move Slack's time on by seconds."""
        clock = self._slack.workspace.clock
        clock.advance(float(body["advance"]))
        self._slack.workspace.bell.ring()
        return {"ok": True, "now": clock.now(), "offset": clock.offset}

    async def rules(self, body: Body) -> Payload:
        """``{rule: value, …}``: switch rules."""
        self._slack.workspace.rules.change(body)
        return {"ok": True, "rules": self._slack.workspace.rules.as_dict()}

    async def fault(self, body: Body) -> Payload:
        """``{method, mode, …}``: order a fault."""
        return {"ok": True, "fault": self._slack.faults.order(body).id}

    async def clear_faults(self, _request: Request) -> Response:
        """Withdraw all faults and let go of hanging calls."""
        self._slack.faults.clear()
        return json_response({"ok": True})

    async def state(self, request: Request) -> Payload:
        """``?user=``: what this person sees."""
        return {"ok": True, **sight.state(self._slack.workspace, request.query_params.get("user", ""))}

    async def directory(self, _request: Request) -> Payload:
        """Return people, channels, commands."""
        return {"ok": True, **sight.directory(self._slack.workspace)}

    async def traffic(self, request: Request) -> Payload:
        """``?after=``: the log from an entry on."""
        traffic = self._slack.traffic
        entries = traffic.after(int(request.query_params.get("after", "0")))
        return {"ok": True, "last": traffic.last, "sockets": self._slack.sockets.open_links, "entries": entries}

    async def show_rules(self, _request: Request) -> Payload:
        """Return all rules."""
        return {"ok": True, "rules": self._slack.workspace.rules.as_dict()}

    async def show_faults(self, _request: Request) -> Payload:
        """Return the faults that stand."""
        return {"ok": True, "faults": self._slack.faults.as_list()}

    async def wait(self, request: Request) -> Payload:
        """Wait for what the query describes: a text, a number of calls, sockets, or quiet.

        ``?user=&where=&contains=&after_ts=&gone=`` · ``?method=&count=&after=`` · ``?sockets=`` · ``?quiet_ms=``;
        always ``&timeout=`` seconds, default 5. The answer's ``met`` says whether it came in time.
        """
        query = dict(request.query_params)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(float(query.get("timeout", "5")), MAX_WAIT_SECONDS)
        while True:
            met, thing, pause = self._look(query)
            left = deadline - loop.time()
            if met or left <= 0:
                return {"ok": True, "met": met, "thing": thing}
            await self._slack.workspace.bell.heard(min(pause, left))

    def _look(self, query: dict[str, str]) -> tuple[bool, Any, float]:
        """Return whether the condition is met, what met it, and when to look again at the latest."""
        if "quiet_ms" in query:
            traffic, clock = self._slack.traffic, self._slack.workspace.clock
            left = float(query["quiet_ms"]) / 1000 - (clock.now() - traffic.last_at)
            return left <= 0 and not traffic.open_exchanges, None, max(left, 0.01)
        if "sockets" in query:
            links = self._slack.sockets.open_links
            return links >= int(query["sockets"]), links, MAX_WAIT_SECONDS
        if "method" in query:
            calls = self._slack.traffic.calls(query["method"], int(query.get("after", "0")))
            return len(calls) >= int(query.get("count", "1")), len(calls), MAX_WAIT_SECONDS
        return (*self._look_for_text(query), MAX_WAIT_SECONDS)

    def _look_for_text(self, query: dict[str, str]) -> tuple[bool, Any]:
        seen = sight.shown_texts(self._slack.workspace, query["user"], query["where"], query.get("after_ts", ""))
        wanted = query.get("contains", "")
        found = next((thing for thing, text in reversed(seen) if wanted in text), None)
        return ((found is None) if query.get("gone") else (found is not None)), found


def _ids(body: Body) -> tuple[str, str]:
    return body["block_id"], body["action_id"]


def _delivered(ack: Ack | None) -> Payload:
    if ack is None:
        return {"ok": True, "ack": None}
    return {"ok": True, "ack": {"status": ack.status, "body": ack.body, "failure": ack.failure}}


def _posted(act: Callable[[Body], Awaitable[Payload]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await request.json() if await request.body() else {}
        return await _explained(act(body))

    return endpoint


def _got(look: Callable[[Request], Awaitable[Payload]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await _explained(look(request))

    return endpoint


async def _explained(work: Awaitable[Payload]) -> Response:
    try:
        return json_response(await work)
    except Impossible as problem:
        return json_response({"ok": False, "error": str(problem)}, status_code=400)
    except SlackError as refusal:
        return json_response(refusal.answer(), status_code=400)
    except KeyError as missing:
        return json_response({"ok": False, "error": f"missing: {missing}"}, status_code=400)
