"""The browser page's files, and the guard that keeps other sites' pages away from the playground."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = Path(__file__).parent / "page"
GUARDED = ("/page/", "/_play/", "/files/")
HOSTS = {"127.0.0.1", "localhost"}
MOST_BYTES = 4_000_000
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# the machine's own table may know these otherwise, and browsers refuse modules of another type
for ending, kind in {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.items():
    mimetypes.add_type(kind, ending)


async def _index(_request: object) -> FileResponse:
    # modules import each other several steps deep; a browser that knows all of them asks for them at once
    modules = (f"</page/js/{file.name}>; rel=modulepreload" for file in sorted((PAGE / "js").glob("*.js")))
    return FileResponse(PAGE / "index.html", headers={"Link": ", ".join(modules)})


def page_routes() -> list[BaseRoute]:
    """Return the routes of the page's files."""
    return [Route("/", _index), Mount("/page", StaticFiles(directory=PAGE, check_dir=False))]


class Guard:
    """Serves page and control API to this machine's own page only, with headers that forbid what the page never does.

    A foreign site's page can send requests to 127.0.0.1, by a form, by a picture, or by a name that it lets point
    there; what it cannot do is send our ``Host`` or hide where it comes from. The Web API answers to any name, for a
    bot may call it as it likes, but to no foreign page: the default token is known to everybody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, is_page = Headers(scope=scope), scope["path"] == "/" or scope["path"].startswith(GUARDED)
        if is_foreign(headers, may_be_linked=scope["path"] == "/") or (is_page and not is_meant(headers)):
            refusal = PlainTextResponse("Only the playground's own page on this machine may ask.", status_code=403)
            await refusal(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if is_page and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, _bounded(receive), guarded)


def _bounded(receive: Receive) -> Receive:
    """Refuse a body that is larger than anything Slack or a page sends, before it fills the memory."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise HTTPException(413)
        return message

    return bounded


def is_meant(headers: Headers) -> bool:
    """Say whether a request names this machine."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname in HOSTS
    except ValueError:
        return False


def is_foreign(headers: Headers, *, may_be_linked: bool) -> bool:
    """Say whether a browser sent this for another site's page; a bot says nothing of where it comes from."""
    if headers.get("origin") not in {None, f"http://{headers.get('host', '')}"}:
        return True
    return headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not may_be_linked
