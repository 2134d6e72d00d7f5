"""Turns what people type into what Slack sends: entities, mentions, links."""

import html
import re
from collections.abc import Iterable
from typing import Any

from playground.seed import Person
from playground.workspace import Conversation, Workspace

_LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\"']")


def escaped_command(workspace: Workspace, text: str) -> str:
    """Return a command's text as ``should_escape`` asks for it: ``<@U1|name>``, ``<#C1|name>``, ``<https://…>``."""
    return _marked(workspace, text, lambda person: f"<@{person.id}|{person.name}>")


def escaped_message(workspace: Workspace, text: str) -> str:
    """Return a typed message's text as Slack stores it."""
    return _marked(workspace, text, lambda person: f"<@{person.id}>")


def rich_text(text: str) -> list[dict[str, Any]]:
    """Return the rich text block that Slack's composer adds to a typed message."""
    parts: list[dict[str, Any]] = []
    for piece in re.split(r"(<[^<>]+>)", text):
        if piece.startswith("<@"):
            parts.append({"type": "user", "user_id": piece[2:-1].partition("|")[0]})
        elif piece.startswith("<#"):
            parts.append({"type": "channel", "channel_id": piece[2:-1].partition("|")[0]})
        elif piece.startswith("<"):
            parts.append({"type": "link", "url": html.unescape(piece[1:-1])})
        elif piece:
            parts.append({"type": "text", "text": html.unescape(piece)})
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}]


def _marked(workspace: Workspace, text: str, mention: Any) -> str:
    marks = {f"@{bot.name}": f"<@{bot.user_id}>" for bot in [workspace.seed.bot]}
    marks |= _person_marks(workspace.people.values(), mention)
    marks |= _channel_marks(workspace.conversations.values())
    names = "|".join(re.escape(name) for name in sorted(marks, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?P<name>{names})(?![\w-])|(?P<link>{_LINK.pattern})")
    result, position = [], 0
    for match in pattern.finditer(text):
        result.append(_entities(text[position : match.start()]))
        name = match["name"]
        result.append(marks[name] if name else f"<{_entities(match['link'])}>")
        position = match.end()
    return "".join([*result, _entities(text[position:])])


def _person_marks(people: Iterable[Person], mention: Any) -> dict[str, str]:
    marks = {}
    for person in people:
        marks[f"@{person.name}"] = marks[f"@{person.real_name}"] = mention(person)
    return marks


def _channel_marks(conversations: Iterable[Conversation]) -> dict[str, str]:
    named = [item for item in conversations if item.kind in {"channel", "group"}]
    return {f"#{item.name}": f"<#{item.id}|{item.name}>" for item in named}


def _entities(text: str) -> str:
    return html.escape(text, quote=False)
