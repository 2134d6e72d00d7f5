"""Logs: one JSON object a line under the id of its request; never a token, never what a person wrote."""

import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

_SECRET = re.compile(
    r"(?:xox[a-z](?:\.[a-z]+)?|xapp|xoxe)-[\w-]+|(?<=://)[^/@\s]+(?=@)|hooks\.slack\.com/\S+|/(?:commands|actions|app)/T\S+"
)
"""Slack's tokens, the credentials in a database's address, and response URLs, which are keys as well."""
_request: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def request() -> Iterator[str]:
    """Give everything that is logged inside one id, the one that an apology names."""
    before = _request.set(secrets.token_hex(4))
    try:
        yield _request.get()
    finally:
        _request.reset(before)


def request_id() -> str:
    """Return the id of the request under way; a new one outside of any."""
    return _request.get() or secrets.token_hex(4)


def facts(**known: str | float | None) -> dict[str, Any]:
    """Return what ``extra=`` takes so that the line carries these facts: ids, names and figures of ours only."""
    return {"facts": known}


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: ``at, level, logger, message``, then ``request``, facts and the place of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; line breaks of any kind stay inside their string (F46)."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if _request.get():
            line["request"] = _request.get()
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["place"] = self.formatException(record.exc_info)
        return _SECRET.sub("***", json.dumps(line, default=str))


def to(stream: TextIO, level: str) -> None:
    """Log there: our own lines from this level on, everybody else's only from WARNING on (B22: others write payloads)."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("scharnier").setLevel(level)
