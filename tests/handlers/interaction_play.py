"""What the tests of notes press, and what they read in forms and messages."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy import select

from bot.domain.members import Member
from storage.tables import InteractionRow
from tests.slack import Slack


def press_in_form(slack: Slack, actor: Member, label: str, **shown: Any) -> BoltResponse:
    """Press a button of the open modal."""
    view = slack.modals.opened[-1]
    return slack.press(
        actor, view, label, view={**view, "id": "V1", "hash": "1.a", **shown}, container={"type": "view"}
    )


def inputs(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the elements of a form by field."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def buttons(message: Mapping[str, Any]) -> list[str]:
    """Return what the buttons of a message say."""
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    return [element["text"]["text"] for element in elements if element.get("type") == "button"]


def quoted(message: Mapping[str, Any]) -> str:
    """Return the words that a message quotes."""
    [part] = [block for block in message["blocks"] if block["type"] == "rich_text"]
    return str(part["elements"][0]["elements"][0]["text"])


def stored(slack: Slack) -> list[str]:
    """Read the texts of all notes."""
    with slack.store.engine.connect() as connection:
        return list(connection.execute(select(InteractionRow.text).order_by(InteractionRow.number)).scalars())
