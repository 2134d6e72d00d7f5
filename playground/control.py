"""The control API under ``/_play/``: people act, scripts and the page look, rules and faults are switched."""

import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from playground import acting, looking, world
from playground.blocks import Payload
from playground.errors import Impossible, SlackError
from playground.server import Slack, json_response

POSTS = {**acting.POSTS, **world.POSTS}
GETS = looking.GETS
Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(slack: Slack) -> list[Route]:
    """Return all routes of the control API."""

    async def listen(request: Request) -> Response:
        """``?user=``: server-sent events that say what to look at again."""
        user = request.query_params.get("user", "")
        if user not in slack.workspace.people:
            return json_response({"ok": False, "error": f"nobody has the id {user!r}"}, status_code=400)
        return StreamingResponse(slack.windows.told(user), media_type="text/event-stream")

    async def withdraw_faults(request: Request) -> Response:
        """``?id=``: withdraw one fault or all, and let go of what hangs on it."""
        number = request.query_params.get("id")
        slack.faults.withdraw(int(number) if number else None)
        return json_response({"ok": True})

    return [
        *(Route(f"/_play/{name}", _posted(slack, act), methods=["POST"]) for name, act in POSTS.items()),
        *(Route(f"/_play/{name}", _got(slack, look), methods=["GET"]) for name, look in GETS.items()),
        Route("/_play/listen", listen, methods=["GET"]),
        Route("/_play/fault", withdraw_faults, methods=["DELETE"]),
    ]


def _posted(slack: Slack, act: acting.Post) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await _explained(_acted(slack, act, await request.body()))

    return endpoint


async def _acted(slack: Slack, act: acting.Post, body: bytes) -> Payload:
    wish = json.loads(body) if body else {}
    if not isinstance(wish, dict):
        raise Impossible("the body must be a JSON object")
    return await act(slack, wish)


def _got(slack: Slack, look: looking.Look) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await _explained(look(slack, dict(request.query_params)))

    return endpoint


async def _explained(work: Awaitable[Payload]) -> Response:
    try:
        return json_response(await work)
    except Impossible as problem:
        return json_response({"ok": False, "error": str(problem)}, status_code=400)
    except SlackError as refusal:
        return json_response(refusal.answer(), status_code=400)
    except (TypeError, ValueError, RecursionError) as problem:
        return json_response({"ok": False, "error": f"not understood: {problem}"}, status_code=400)
    except KeyError as missing:
        return json_response({"ok": False, "error": f"missing: {missing}"}, status_code=400)
