"""What stands in the inputs of a view or message: Slack's ``state.values``."""

import datetime as dt
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.blocks import Payload, elements
from playground.errors import Impossible
from playground.rich_text import rich_text
from playground.sentences import sentence

Typed = dict[tuple[str, str], Payload]
"""What people entered, by (block_id, action_id); each value as in ``state.values``."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a kind of input keeps its value and its first value."""

    key: str
    initial: str
    many: bool = False


SLOTS: dict[str, Slot] = {
    "plain_text_input": Slot("value", "initial_value"),
    "email_text_input": Slot("value", "initial_value"),
    "url_text_input": Slot("value", "initial_value"),
    "number_input": Slot("value", "initial_value"),
    "rich_text_input": Slot("rich_text_value", "initial_value"),
    "static_select": Slot("selected_option", "initial_option"),
    "external_select": Slot("selected_option", "initial_option"),
    "radio_buttons": Slot("selected_option", "initial_option"),
    "users_select": Slot("selected_user", "initial_user"),
    "channels_select": Slot("selected_channel", "initial_channel"),
    "conversations_select": Slot("selected_conversation", "initial_conversation"),
    "multi_static_select": Slot("selected_options", "initial_options", many=True),
    "multi_external_select": Slot("selected_options", "initial_options", many=True),
    "checkboxes": Slot("selected_options", "initial_options", many=True),
    "multi_users_select": Slot("selected_users", "initial_users", many=True),
    "multi_channels_select": Slot("selected_channels", "initial_channels", many=True),
    "multi_conversations_select": Slot("selected_conversations", "initial_conversations", many=True),
    "datepicker": Slot("selected_date", "initial_date"),
    "timepicker": Slot("selected_time", "initial_time"),
    "datetimepicker": Slot("selected_date_time", "initial_date_time"),
    "file_input": Slot("files", "", many=True),
}
LONGEST_TEXT = 3000
_FIRST_SECOND, _LAST_SECOND = 1_000_000_000, 9_999_999_999
_WRITTEN: dict[str, Callable[[str], str]] = {
    "datepicker": lambda value: dt.date.fromisoformat(value).isoformat(),
    "timepicker": lambda value: f"{dt.time.fromisoformat(value):%H:%M}",
}
"""How dates and times are written; Python reads more than that."""
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)
TEXT_INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
EXTERNAL = {"external_select", "multi_external_select"}
LISTED = {"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"}


def state_values(blocks: list[Payload], typed: Typed, seen: str | None = None) -> dict[str, dict[str, Payload]]:
    """Return ``state.values``: every input is there, untouched ones with their first value or null.

    ``seen`` is the conversation that was before the person when the modal was opened.
    """
    values: dict[str, dict[str, Payload]] = {}
    for block, element in elements(blocks):
        if element["type"] not in SLOTS:
            continue
        place = (block["block_id"], element["action_id"])
        entered = typed.get(place)
        kept = entered is not None and entered["type"] == element["type"]
        first = first_value(element, seen)
        values.setdefault(place[0], {})[place[1]] = entered if entered is not None and kept else first
    return values


def first_value(element: Payload, seen: str | None = None) -> Payload:
    """Return the state of an input that nobody touched."""
    slot = SLOTS[element["type"]]
    first = element.get(slot.initial, [] if slot.many else None)
    if seen and slot.initial not in element and element.get("default_to_current_conversation"):
        first = [seen] if slot.many else seen
    return {"type": element["type"], slot.key: first}


def options_of(element: Payload, offered: list[Payload]) -> list[Payload]:
    """Return the options people can pick from: the element's own, or those its search has just offered."""
    if element["type"] in EXTERNAL:
        return offered
    groups = element.get("option_groups")
    if groups:
        return [option for group in groups for option in group["options"]]
    return list(element.get("options", []))


def chosen(element: Payload, value: Any, offered: list[Payload]) -> Payload:
    """Turn what the control API was given into the element's state.

    ``value`` is a text, an option's value, an id, a date, a number of seconds, or a list of these; null empties it.

    Raises:
        Impossible: for an option that is not offered.
    """
    kind = element["type"]
    slot = SLOTS.get(kind)
    if slot is None:
        raise Impossible(f"a {kind} holds no value")
    if value is None:
        return {"type": kind, slot.key: [] if slot.many else None}
    if kind in EXTERNAL | LISTED:
        standing = first_value(element)[slot.key] or []
        known = options_of(element, [*offered, *(standing if slot.many else [standing] if standing else [])])
        picked = [_option(known, item) for item in (value if slot.many else [value])]
        return {"type": kind, slot.key: picked if slot.many else picked[0]}
    if kind in TEXT_INPUTS and value == "":
        value = None
    elif kind == "rich_text_input" and isinstance(value, str):
        value = rich_text(html.escape(value, quote=False))
    elif not _can_be_entered(kind, value):
        raise Impossible(f"{value!r} cannot be entered in a {kind}")
    return {"type": kind, slot.key: value}


def _can_be_entered(kind: str, value: Any) -> bool:
    if SLOTS[kind].many:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind == "rich_text_input":
        return isinstance(value, dict) and value.get("type") == "rich_text"
    if kind == "datetimepicker":
        return isinstance(value, int) and _FIRST_SECOND <= value <= _LAST_SECOND
    return isinstance(value, str) and (kind not in _WRITTEN or value == _written_again(kind, value))


def _written_again(kind: str, value: str) -> str | None:
    try:
        return _WRITTEN[kind](value)
    except ValueError:
        return None


def _option(options: list[Payload], value: Any) -> Payload:
    for option in options:
        if option.get("value") == value:
            return option
    raise Impossible(f"no option has the value {value!r}; offered: {[option.get('value') for option in options]}")


def missing_or_wrong(blocks: list[Payload], values: dict[str, dict[str, Payload]], locale: str) -> dict[str, str]:
    """Return what the client itself refuses before it sends a form: block_id to sentence."""
    errors: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or element["type"] not in SLOTS:
            continue
        value = values[block["block_id"]][element["action_id"]][SLOTS[element["type"]].key]
        if value in (None, "", []):
            problem = None if block.get("optional", False) else ("required", None)
        else:
            problem = _problem(element, value)
        if problem is not None:
            errors[block["block_id"]] = sentence(problem[0], locale, bound=problem[1])
    return errors


Problem = tuple[str, Any] | None
"""Which sentence an entered value asks for, and the bound that it breaks."""


def _problem(element: Payload, value: Any) -> Problem:
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return "too_short", element["min_length"]
        if len(value) > element.get("max_length", LONGEST_TEXT):
            return "too_long", element.get("max_length", LONGEST_TEXT)
    if kind == "number_input":
        return _number_problem(element, str(value))
    if kind == "email_text_input" and "@" not in value:
        return "no_address", None
    if kind == "url_text_input" and "://" not in value:
        return "no_link", None
    return None


def _number_problem(element: Payload, value: str) -> Problem:
    if _NUMBER.fullmatch(value) is None:
        return "no_number", None
    number = float(value)
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "no_whole_number", None
    if "min_value" in element and number < float(element["min_value"]):
        return "too_small", element["min_value"]
    if "max_value" in element and number > float(element["max_value"]):
        return "too_large", element["max_value"]
    return None
