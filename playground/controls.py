"""Finds what a person can press or fill in by its visible label."""

from dataclasses import dataclass
from typing import Any

from playground.blocks import Payload, elements, feedback_choices
from playground.inputs import SLOTS
from playground.mrkdwn import Names
from playground.text import text_of, value_text

BUTTONS = {"button", "workflow_button", "icon_button"}


class NotVisible(Exception):
    """What the script names is not there, or there more than once; the message lists what is."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button, or one option of an overflow menu."""

    label: str
    block_id: str
    action_id: str
    value: str | None = None
    asks_first: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be filled in, with every text by which a person would name it."""

    labels: tuple[str, ...]
    block_id: str
    action_id: str
    element: Payload
    shown: str

    @property
    def label(self) -> str:
        """Return the text a person would use first."""
        return self.labels[0]


def buttons(blocks: list[Payload], names: Names) -> list[Button]:
    """Return all buttons and menu entries, in order."""
    found = []
    for block, element in elements(blocks):
        asks = "confirm" in element
        place = (block.get("block_id", ""), element.get("action_id", ""))
        if element["type"] in BUTTONS:
            found.append(Button(text_of(element["text"], names), *place, asks_first=asks))
        elif element["type"] in {"overflow", "feedback_buttons"}:
            choices = element["options"] if element["type"] == "overflow" else feedback_choices(element)
            found += [Button(text_of(choice["text"], names), *place, choice.get("value"), asks) for choice in choices]
    return found


def fields(blocks: list[Payload], values: dict[str, dict[str, Payload]], names: Names) -> list[Field]:
    """Return all inputs, in order."""
    found = []
    for block, element in elements(blocks):
        if element["type"] not in SLOTS:
            continue
        place = (block["block_id"], element["action_id"])
        state = values.get(place[0], {}).get(place[1], {})
        value = state.get(SLOTS[element["type"]].key)
        shown = "" if value in (None, "", []) else value_text(value, names)
        found.append(Field(_labels(block, element, names), *place, element, shown))
    return found


def _labels(block: Payload, element: Payload, names: Names) -> tuple[str, ...]:
    candidates = [
        text_of(block.get("label"), names),
        text_of(block.get("text"), names),
        text_of(element.get("placeholder"), names),
        text_of(element.get("initial_option", {}).get("text"), names),
    ]
    return tuple(label for label in candidates if label) or ("(no label)",)


def pick_button(found: list[Button], label: str) -> Button:
    """Return the one button with this label.

    Raises:
        NotVisible: none, or several.
    """
    matching = [button for button in found if _same(button.label, label)]
    if len(matching) != 1:
        raise _not_visible(label, len(matching), [button.label for button in found])
    return matching[0]


def pick_field(found: list[Field], label: str) -> Field:
    """Return the one field with this label, else the one whose placeholder or section text it is.

    Raises:
        NotVisible: none, or several.
    """
    matching = [field for field in found if _same(field.label, label)]
    matching = matching or [field for field in found if any(_same(each, label) for each in field.labels)]
    if len(matching) != 1:
        raise _not_visible(label, len(matching), [field.label for field in found])
    return matching[0]


def pick_option(options: list[Payload], label: str, names: Names) -> Any:
    """Return the value of the one option with this label.

    Raises:
        NotVisible: none, or several.
    """
    texts = [text_of(option["text"], names) for option in options]
    matching = [option for option, text in zip(options, texts, strict=True) if _same(text, label)]
    if len(matching) != 1:
        raise _not_visible(label, len(matching), texts)
    return matching[0]["value"]


def _same(shown: str, wanted: str) -> bool:
    return " ".join(shown.split()) == " ".join(wanted.split())


def _not_visible(label: str, count: int, visible: list[str]) -> NotVisible:
    seen = ", ".join(repr(item) for item in visible) or "nothing"
    how = "is not there" if count == 0 else f"is there {count} times"
    return NotVisible(f"{label!r} {how}; visible: {seen}")
