"""What a fault makes of a call: the connection, the answer, or both go wrong."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.errors import SlackError
from playground.faults import Fault, Faults
from playground.traffic import Traffic

CONNECTION = "playground.connection"
UNTOLD = {"mute": "done, but never answered", "drop": "done, but the connection was cut before the answer"}


class Outage:
    """Lets calls fail as ordered."""

    def __init__(self, faults: Faults, traffic: Traffic) -> None:
        self._faults = faults
        self._traffic = traffic

    async def fail(
        self,
        request: Request,
        exchange: int,
        fault: Fault,
        do: Callable[[str], Response],
        refuse: Callable[[SlackError, str | None], Response],
    ) -> Response:
        """Answer a call as the fault asks, or not at all.

        ``do`` does what the call asks for and logs it with a note; ``refuse`` answers with an error and Retry-After.
        """
        if fault.mode in UNTOLD:
            do(UNTOLD[fault.mode])
        elif fault.mode == "error":
            return refuse(SlackError(fault.code), None)
        elif fault.mode == "ratelimited":
            return refuse(SlackError("ratelimited"), fault.retry_after)
        elif fault.mode == "http":
            self._traffic.answer(exchange, fault.body, status=fault.status, error="http")
            return Response(fault.body, status_code=fault.status, media_type="text/html")
        if fault.mode in {"hang", "mute"}:
            await _first(self._faults.withdrawn(fault), _hung_up(request.receive))
        self._traffic.answer(exchange, None, error=fault.mode)
        return CutConnection()


class CutConnection(Response):
    """Cuts the connection in the place of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        """Cut, and wait until the server has noticed: it would answer 500 otherwise."""
        scope[CONNECTION].transport.abort()
        await _hung_up(receive)


class ConnectedApp:
    """Gives routes their connection, to cut or to silence it, for which ASGI has no word."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # uvicorn's send is a bound method of what holds the transport
        scope[CONNECTION] = getattr(send, "__self__", None)
        await self._app(scope, receive, send)


async def _first(*waits: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
