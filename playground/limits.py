"""Refuses what Slack refuses of messages, views and options; see ``block_shapes`` for the single blocks."""

import json
from collections.abc import Iterator
from typing import Any

from playground.block_shapes import BLOCKS, VIEWS
from playground.blocks import Payload, elements
from playground.element_shapes import GROUP, LIST_OPTION
from playground.errors import SlackError
from playground.shapes import Report, Shape, by_type, exactly_one, find, listed

MESSAGE_BLOCKS = 50
ATTACHMENTS = 100
VIEW_BYTES = 250_000
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000
# Slack documents no sum; it was seen to refuse from about 11,300 characters on, so we stop before that.
BLOCKS_CHARACTERS = 10_000
MOST_PER_MESSAGE = {"table": 1, "data_visualization": 2}

_MESSAGE_BLOCKS = listed(by_type(BLOCKS["message"]), 0, MESSAGE_BLOCKS)
_OPTIONS = Shape({}, {"options": listed(LIST_OPTION, 0, 100), "option_groups": listed(GROUP, 0, 100)})


def check_message(body: Payload) -> None:
    """Refuse a message that Slack would not take.

    Raises:
        SlackError: ``invalid_blocks`` with pointers, ``msg_blocks_too_long``, ``too_many_attachments`` …
    """
    attachments = body.get("attachments") or []
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if body.get("blocks") is not None:
        _check_blocks(body["blocks"], "/blocks")
    for n, attachment in enumerate(attachments):
        if isinstance(attachment, dict) and attachment.get("blocks"):
            _check_blocks(attachment["blocks"], f"/attachments/{n}/blocks")


def check_view(definition: Any) -> None:
    """Refuse a view that Slack would not take.

    Raises:
        SlackError: ``invalid_arguments`` with pointers, or ``view_too_large``.
    """
    if len(json.dumps(definition, ensure_ascii=False).encode("utf-8", "surrogatepass")) > VIEW_BYTES:
        raise SlackError("view_too_large")
    report: Report = []
    by_type(VIEWS)(definition, "/view", report)
    if not report:
        blocks = definition["blocks"]
        _check_block_ids(blocks, "/view/blocks", report)
        _check_focus(blocks, report)
        if definition["type"] == "modal" and "submit" not in definition and _has_input(blocks):
            find(report, "/view", "submit is required when an input block is present")
        if definition["type"] == "home":
            _check_amounts(blocks, "/view/blocks", report)
    if report:
        raise SlackError("invalid_arguments", report)


def check_options(body: Any) -> None:
    """Refuse options that Slack would not show in a search.

    Raises:
        SlackError: ``invalid_options`` with pointers.
    """
    report: Report = []
    _OPTIONS(body, "", report)
    if not report:
        exactly_one("options", "option_groups")(body, "/", report)
    if report:
        raise SlackError("invalid_options", report)


def _check_blocks(blocks: Any, path: str) -> None:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    report: Report = []
    _MESSAGE_BLOCKS(blocks, path, report)
    if not report:
        _check_block_ids(blocks, path, report)
        _check_amounts(blocks, path, report)
    if report:
        raise SlackError("invalid_blocks", report)
    markdown = [block for block in blocks if block["type"] == "markdown"]
    rest = [block for block in blocks if block["type"] != "markdown"]
    if characters(markdown) > MARKDOWN_CHARACTERS or characters(rest) > BLOCKS_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def _check_amounts(blocks: list[Payload], path: str, report: Report) -> None:
    for kind, most in MOST_PER_MESSAGE.items():
        if sum(block["type"] == kind for block in blocks) > most:
            find(report, path, f"no more than {most} {kind} blocks allowed")
    for n, block in enumerate(blocks):
        if block["type"] in {"table", "data_table"} and characters(block["rows"]) > TABLE_CHARACTERS:
            find(report, f"{path}/{n}/rows", f"no more than {TABLE_CHARACTERS} characters allowed")


def _check_block_ids(blocks: list[Payload], path: str, report: Report) -> None:
    seen: set[str] = set()
    for place, block in _with_places(blocks, path):
        block_id = block.get("block_id")
        if block_id in seen:
            find(report, f"{place}/block_id", f"block_id {block_id} already exists")
        if block_id is not None:
            seen.add(block_id)


def _with_places(blocks: list[Payload], path: str) -> Iterator[tuple[str, Payload]]:
    for n, block in enumerate(blocks):
        yield f"{path}/{n}", block
        yield from _with_places(block.get("child_blocks", []), f"{path}/{n}/child_blocks")


def _check_focus(blocks: list[Payload], report: Report) -> None:
    if sum(bool(element.get("focus_on_load")) for _, element in elements(blocks)) > 1:
        find(report, "/view/blocks", "focus_on_load is allowed once")


def _has_input(blocks: list[Payload]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def characters(value: Any) -> int:
    """Count the characters of all texts in a structure."""
    if isinstance(value, list):
        return sum(characters(item) for item in value)
    if not isinstance(value, dict):
        return 0
    return sum(
        len(item) if key == "text" and isinstance(item, str) else characters(item) for key, item in value.items()
    )
