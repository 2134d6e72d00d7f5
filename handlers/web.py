"""The web front: strict size and signature check on raw bytes, then Bolt; health."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from slack_bolt import App, BoltRequest, BoltResponse

from bot.clock import utc_now

LARGEST_BODY = 1_000_000
"""Bytes; Slack's own payloads stay far below."""
OLDEST_SECONDS = 300
"""A signature is good for five minutes (Slack's own rule)."""
_DEEPEST = 60
_log = logging.getLogger("scharnier.web")

StartResponse = Callable[[str, list[tuple[str, str]]], object]
Environ = dict[str, Any]
_STATUS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
           413: "Content Too Large", 500: "Internal Server Error", 503: "Service Unavailable"}


class Web:
    """A WSGI application: ``POST /slack/events``, ``GET /healthz``, ``GET /readyz``."""

    def __init__(
        self,
        app: App,
        signing_secret: str,
        degraded: Callable[[], list[str]],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._app = app
        self._secret = signing_secret.encode()
        self._degraded = degraded
        self._clock = clock

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, headers, body = self._answer(environ)
        start_response(f"{status} {_STATUS.get(status, 'OK')}", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""):
            case "GET", "/healthz":
                return _text(200, "alive")
            case "GET", "/readyz":
                reasons = self._degraded()
                return _text(503 if reasons else 200, "\n".join(reasons) or "ready")
            case "POST", "/slack/events" if self._secret:
                return self._slack(environ)
            case _, "/slack/events" if self._secret:
                return _text(405, "POST only")
            case _:
                return _text(404, "not found")

    def _slack(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return _refused(413, "too large")
        raw: bytes = environ["wsgi.input"].read(int(length))
        signature, stamp = environ.get("HTTP_X_SLACK_SIGNATURE", ""), environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        if not is_genuine(self._secret, raw, stamp, signature, self._clock()):
            return _refused(401, "signature")
        if not is_wellformed(raw, environ.get("CONTENT_TYPE", "")):
            return _refused(400, "malformed")
        headers = {"content-type": environ.get("CONTENT_TYPE", "")}
        for name in ("RETRY_NUM", "RETRY_REASON"):
            if f"HTTP_X_SLACK_{name}" in environ:
                headers[f"x-slack-{name.lower().replace('_', '-')}"] = environ[f"HTTP_X_SLACK_{name}"]
        return _response(self._app.dispatch(BoltRequest(body=raw.decode(), headers=headers)))


def is_genuine(secret: bytes, raw: bytes, stamp: str, signature: str, now: datetime) -> bool:
    """Check Slack's signature over the raw bytes, in constant time, and its age (F47)."""
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12 and signature.isascii()):
        return False
    if abs(now.timestamp() - int(stamp)) > OLDEST_SECONDS:
        return False
    expected = "v0=" + hmac.new(secret, f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def is_wellformed(raw: bytes, content_type: str) -> bool:
    """Tell whether Bolt can read the body: UTF-8, an object, not absurdly deep (B9)."""
    try:
        text = raw.decode()
        if content_type.startswith("application/json"):
            payload = json.loads(text)
        else:
            form = parse_qs(text, keep_blank_values=True)
            payload = json.loads(form["payload"][0]) if "payload" in form else {name: value[0] for name, value in form.items()}
    except (ValueError, RecursionError):
        return False
    return isinstance(payload, dict) and bool(payload) and _depth(payload) <= _DEEPEST


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting.extend((part, depth + 1) for part in inner)
    return deepest


def _refused(status: int, reason: str) -> tuple[int, list[tuple[str, str]], bytes]:
    # Nothing of the body: with a wrong secret these would be real notes.
    _log.warning("refused a request: %s", reason)
    return _text(status, reason)


def _text(status: int, text: str) -> tuple[int, list[tuple[str, str]], bytes]:
    return status, [("Content-Type", "text/plain; charset=utf-8")], text.encode()


def _response(answer: BoltResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = [(name, value) for name, values in answer.headers.items() for value in values if name != "content-length"]
    return answer.status, headers, (answer.body or "").encode()
