"""Walks blocks: completes what Slack completes and finds the elements people can use."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

Payload = dict[str, Any]


def completed(blocks: list[Payload]) -> list[Payload]:
    """Return a copy with the ids and text flags that Slack adds when it stores blocks."""
    stored: list[Payload] = copy.deepcopy(blocks)
    for block in stored:
        _identify(block)
    _flag_texts(stored)
    return stored


def elements(blocks: list[Payload]) -> Iterator[tuple[Payload, Payload]]:
    """Yield every (block, element) pair, in the order in which they are shown."""
    for block in blocks:
        kind = block.get("type")
        if kind == "input":
            yield block, block["element"]
        elif kind in {"actions", "context_actions"}:
            for element in block["elements"]:
                yield block, element
        elif kind == "section" and "accessory" in block:
            yield block, block["accessory"]
        elif kind == "card":
            for element in block.get("actions", []):
                yield block, element
        elif kind == "carousel":
            yield from elements(block["elements"])
        elif kind == "container":
            yield from elements(block["child_blocks"])


def find_element(blocks: list[Payload], block_id: str, action_id: str) -> tuple[Payload, Payload] | None:
    """Return the block and element with these ids."""
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def feedback_choices(element: Payload) -> list[Payload]:
    """Return the two buttons of a ``feedback_buttons`` element."""
    return [element["positive_button"], element["negative_button"]]


def flagged(value: Payload) -> Payload:
    """Return a copy of any structure with the flags that Slack adds to its text objects."""
    stored = copy.deepcopy(value)
    _flag_texts(stored)
    return stored


def _identify(block: Payload) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
    for child in [*block.get("child_blocks", []), *(block["elements"] if block.get("type") == "carousel" else [])]:
        _identify(child)
    for _, element in elements([block]):
        if element.get("type") != "image":
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])


def _flag_texts(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _flag_texts(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text" and "text" in value:
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn" and "text" in value:
            value.setdefault("verbatim", False)
        for item in value.values():
            _flag_texts(item)
