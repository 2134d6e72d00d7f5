"""What people see and press on the card of a contact."""

from typing import Any

from bot.domain.members import Member
from tests.slack import Slack


def buttons(message: dict[str, Any]) -> list[str]:
    """Return what can be pressed or chosen on a message, in order."""
    found = []
    for block in message["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                found.append(element["text"]["text"])
            if element.get("type") == "overflow":
                found += [option["text"]["text"] for option in element["options"]]
    return found


def menu(message: dict[str, Any], label: str, action_id: str = "contact.menu") -> dict[str, Any]:
    """Return the payload of a choice in the menu."""
    for block in message["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            for option in element.get("options", []) if element.get("action_id") == action_id else []:
                if option["text"]["text"] == label:
                    chosen = {"type": "overflow", "action_id": action_id, "action_ts": "1.1"}
                    return {"actions": [{**chosen, "selected_option": {"value": option["value"]}}]}
    raise AssertionError(label)


def choose(slack: Slack, actor: Member, message: dict[str, Any], label: str, action_id: str = "contact.menu") -> None:
    """Choose something in the menu of a card."""
    slack.click(actor, action_id, **menu(message, label, action_id))


def answered(slack: Slack) -> dict[str, Any]:
    """Return the last answer to a click or form."""
    slack.deliver()
    return slack.out.replies[-1]
