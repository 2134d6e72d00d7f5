"""Turns what people type into what Slack sends: entities, mentions, links."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.rich_text import LINK
from playground.seed import Person
from playground.workspace import Workspace

_MARK = re.compile(rf"(?<!\w)[@#]|(?P<link>{LINK})")
_GOES_ON = re.compile(r"[\w-]")


@dataclass(frozen=True, slots=True)
class Marks:
    """The names that mean a person, the app or a channel when they are typed, and the markup of each."""

    markup: dict[str, str]
    lengths: list[int]

    def at(self, text: str, start: int) -> str | None:
        """Return the longest name that is typed at a place."""
        for length in self.lengths:
            name = text[start : start + length]
            if name in self.markup and not _GOES_ON.match(text, start + length):
                return name
        return None


def marks_of(workspace: Workspace, mention: Callable[[Person], str] = lambda person: f"<@{person.id}>") -> Marks:
    """Collect the names of a workspace; a message mentions people by their id."""
    bot = workspace.seed.bot
    markup = {f"@{bot.name}": f"<@{bot.user_id}>"}
    for person in workspace.people.values():
        markup[f"@{person.name}"] = markup[f"@{person.real_name}"] = mention(person)
    for item in workspace.conversations.values():
        if item.kind in {"channel", "group"}:
            markup[f"#{item.name}"] = f"<#{item.id}|{item.name}>"
    return Marks(markup, sorted({len(name) for name in markup}, reverse=True))


def escaped_command(workspace: Workspace, text: str) -> str:
    """Return a command's text as ``should_escape`` asks for it: ``<@U1|name>``, ``<#C1|name>``, ``<https://…>``."""
    return escaped(text, marks_of(workspace, lambda person: f"<@{person.id}|{person.name}>"))


def escaped(text: str, marks: Marks) -> str:
    """Return a typed text as Slack stores it: names and links marked, everything else escaped."""
    result, position = [], 0
    for match in _MARK.finditer(text):
        if match.start() < position:
            continue
        typed = match["link"] or marks.at(text, match.start())
        if typed is None:
            continue
        result.append(_entities(text[position : match.start()]))
        result.append(f"<{_entities(typed)}>" if match["link"] else marks.markup[typed])
        position = match.start() + len(typed)
    return "".join([*result, _entities(text[position:])])


def _entities(text: str) -> str:
    return html.escape(text, quote=False)
