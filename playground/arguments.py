"""A Web API call's arguments, whichever way they came: query, form, multipart or JSON."""

import email.parser
import email.policy
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from playground.errors import SlackError


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call."""

    method: str
    token: str
    args: dict[str, Any]

    def text(self, name: str) -> str:
        """Return a required argument as text."""
        value = self.args.get(name)
        if value is None or value == "":
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return str(value)

    def optional(self, name: str) -> str | None:
        """Return an argument as text, or nothing."""
        value = self.args.get(name)
        return None if value is None or value == "" else str(value)

    def flag(self, name: str) -> bool:
        """Return a true-or-false argument."""
        return str(self.args.get(name, "")).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except ValueError:
            raise SlackError("invalid_arguments", [f"[ERROR] {name} must be a number"]) from None

    def structure(self, name: str, refusal: str) -> Any:
        """Return an argument that may be a structure or its JSON text; ``refusal`` is the code for bad JSON."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise SlackError(refusal, [f"[ERROR] must be valid JSON [json-pointer:/{name}]"]) from None

    def names(self, name: str) -> list[str]:
        """Return a comma-separated or JSON list of texts."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in str(value or "").split(",") if item.strip()]


async def read_call(request: Request, method: str) -> Call:
    """Merge everything that the request carries into one call."""
    args: dict[str, Any] = dict(request.query_params)
    args.update(_body_arguments(request.headers.get("content-type", ""), await request.body()))
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else ""
    field = args.pop("token", "")
    return Call(method=method, token=token or str(field), args=args)


def _body_arguments(content_type: str, body: bytes) -> dict[str, Any]:
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return {}
    if kind == "application/json":
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            raise SlackError("invalid_json") from None
        if not isinstance(parsed, dict):
            raise SlackError("json_not_object")
        return parsed
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind == "multipart/form-data":
        return _multipart(content_type, body)
    raise SlackError("invalid_post_type")


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields: dict[str, Any] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and part.get_filename() is None:
            fields[name] = content.decode("utf-8", "replace")
    return fields
