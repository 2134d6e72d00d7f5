"""Cuts lists into pages with a cursor, as the Web API does."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from playground.arguments import Call
from playground.errors import SlackError

_Item = TypeVar("_Item")
MAX_LIMIT = 1000


def page(call: Call, items: Sequence[_Item], default_limit: int) -> tuple[Sequence[_Item], str]:
    """Return one page and the cursor of the next, empty at the end."""
    limit = call.number("limit", default_limit) or default_limit
    if not 0 < limit <= MAX_LIMIT:
        raise SlackError("invalid_limit")
    start = 0
    if cursor := call.optional("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except (binascii.Error, ValueError):
            raise SlackError("invalid_cursor") from None
    rest = start + limit
    following = base64.b64encode(f"next:{rest}".encode()).decode() if rest < len(items) else ""
    return items[start:rest], following
