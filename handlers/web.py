"""The web front: strict size and signature check on raw bytes, then the front; health and figures."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import BoltResponse

from bot.clock import utc_now
from handlers.front import Front

LARGEST_BODY = 1_000_000
"""Bytes; Slack's own payloads stay far below."""
OLDEST_SECONDS = 300
"""A signature is good for five minutes (Slack's own rule)."""
_DEEPEST = 60
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_log = logging.getLogger("scharnier.web")

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]
_STATUS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class Web:
    """A WSGI application: ``POST /slack/events``, ``GET /healthz``, ``/readyz`` and ``/metrics``."""

    def __init__(
        self,
        front: Front,
        signing_secret: str,
        degraded: Callable[[], list[str]],
        clock: Callable[[], datetime] = utc_now,
        figures: Callable[[], bytes] | None = None,
    ) -> None:
        self._front = front
        self._secret = signing_secret.encode()
        self._degraded = degraded
        self._clock = clock
        self._figures = figures

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, headers, body = self._answer(environ)
        start_response(f"{status} {_STATUS[status]}", [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _answer(self, environ: Environ) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if path == "/slack/events" and self._secret:
            return self._slack(environ) if method == "POST" else _not_allowed("POST")
        if path not in {"/healthz", "/readyz", "/metrics"}:
            return _text(404, "not found")
        if method not in {"GET", "HEAD"}:
            return _not_allowed("GET, HEAD")
        if path == "/healthz":
            return _text(200, "alive")
        if path == "/metrics":
            return _measured(self._figures)
        reasons = self._degraded()
        return _text(503 if reasons else 200, "\n".join(reasons) or "ready")

    def _slack(self, environ: Environ) -> Answer:
        length = environ.get("CONTENT_LENGTH") or _unsaid(environ)
        if not (length.isascii() and length.isdecimal()):
            return _refused(400, "length")
        if len(length) > 9 or int(length) > LARGEST_BODY:
            return _refused(413, "too large")
        raw: bytes = environ["wsgi.input"].read(int(length))
        signature, stamp = environ.get("HTTP_X_SLACK_SIGNATURE", ""), environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        if not is_genuine(self._secret, raw, stamp, signature, self._clock()):
            return _refused(401, "signature")
        body = parsed(raw, environ.get("CONTENT_TYPE", ""))
        return _refused(400, "malformed") if body is None else _response(self._front.answer(body))


def is_genuine(secret: bytes, raw: bytes, stamp: str, signature: str, now: datetime) -> bool:
    """Check Slack's signature over the raw bytes, in constant time, and its age (F47)."""
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12 and signature.isascii()):
        return False
    if abs(now.timestamp() - int(stamp)) > OLDEST_SECONDS:
        return False
    expected = "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def parsed(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """Read the body as Slack sends it; None if it is not UTF-8, no object, absurdly deep, or of another type (B9)."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = raw.decode()
        if kind == _JSON:
            body = json.loads(text)
        elif kind == _FORM:
            form = dict(parse_qsl(text, keep_blank_values=True))
            body = json.loads(form["payload"]) if "payload" in form else form
        else:
            return None
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and body and _depth(body) <= _DEEPEST else None


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting.extend((part, depth + 1) for part in inner)
    return deepest


def _unsaid(environ: Environ) -> str:
    """Return how much to read of a body that came in chunks, by a server that knows where it ends; else nothing."""
    return str(LARGEST_BODY) if environ.get("wsgi.input_terminated") else "0"


def _refused(status: int, reason: str) -> Answer:
    # Nothing of the body: with a wrong secret these would be real notes.
    _log.warning("refused a request: %s", reason)
    return _text(status, reason)


def _measured(figures: Callable[[], bytes] | None) -> Answer:
    if figures is None:
        return _text(404, "no figures: install scharnier with the extra “ops”")
    return 200, [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")], figures()


def _not_allowed(allowed: str) -> Answer:
    status, headers, body = _text(405, f"{allowed} only")
    return status, [*headers, ("Allow", allowed)], body


def _text(status: int, text: str) -> Answer:
    return status, [("Content-Type", "text/plain; charset=utf-8")], text.encode()


def _response(answer: BoltResponse) -> Answer:
    if answer.status == 400:
        return _refused(400, "malformed")
    headers = [(name, value) for name, values in answer.headers.items() for value in values if name != "content-length"]
    return answer.status, headers, (answer.body or "").encode()
