"""People at the wire level: they press by action id and fill by field, and press again when they got no answer."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from playground.blocks import Payload, elements
from playground.inputs import EXTERNAL
from playground.robot import Playground, Refused

GENERAL = "C0GENERAL1"
_PAUSE_SECONDS = 0.4
_PATIENCE_SECONDS = 120.0
_READ_MESSAGES = 200


class Stuck(Exception):
    """Somebody did not get on, however often they tried."""


@dataclass(frozen=True)
class Answer:
    """What a person got from one act."""

    acked: bool
    body: Any
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return all words of the answer."""
        return " ".join(words(self.body))


class People:
    """Everybody in the local Slack; one person does one thing at a time."""

    def __init__(self, slack: Playground) -> None:
        self.slack = slack
        self._hands: dict[str, threading.RLock] = {}
        self._lock = threading.Lock()

    def hands(self, user: str) -> threading.RLock:
        """Return what a script holds while it acts as somebody."""
        with self._lock:
            return self._hands.setdefault(user, threading.RLock())

    def types(self, user: str, text: str, channel: str = GENERAL) -> Answer:
        """Type a slash command once."""
        return _answer(self.slack.post("command", user=user, channel=channel, text=text))

    def clicks(self, user: str, message: Payload, action_id: str) -> Answer:
        """Press a button of a message once."""
        block_id, value = button(message, action_id)
        place = {"channel": message["channel"], "ts": message["ts"]}
        ids = {"block_id": block_id, "action_id": action_id, "value": value}
        return _answer(self.slack.post("click", user=user, **place, **ids))

    def presses(self, user: str, channel: str, action_id: str, value: str) -> Answer:
        """Press the button that carries ``value``, wherever it stands by now; the card may change under the hand."""
        try:
            return self.clicks(user, self.sees(user, channel, action_id, value), action_id)
        except Refused:
            return Answer(acked=False, body=None)

    def submits(self, user: str) -> Answer:
        """Send the open modal once."""
        return _answer(self.slack.post("submit", user=user))

    def modal(self, user: str) -> Payload | None:
        """Return the modal on top."""
        stack = self.slack.get("person", user=user)["modals"]
        return dict(stack[-1]) if stack else None

    def closes(self, user: str) -> None:
        """Close everything that is open."""
        if self.modal(user) is not None:
            self.slack.post("close", user=user, all=True)

    def fills(self, user: str, **values: str) -> None:
        """Fill fields of the open modal: texts and dates as they are, lists by value, searches by the label found."""
        for name, value in values.items():
            view = self.modal(user)
            if view is None:
                raise Stuck(f"{user} has no modal to fill {name} in")
            block, element = _field(view, name)
            ids = {"view_id": view["id"], "block_id": block["block_id"], "action_id": element["action_id"]}
            chosen: str | None = value
            if element["type"] in EXTERNAL:
                chosen = self._found(user, ids, value)
            self.slack.post("fill", user=user, **ids, value=chosen)

    def _found(self, user: str, ids: dict[str, str], label: str) -> str:
        for _ in _tries():
            for option in self.slack.post("options", user=user, **ids, query=label)["options"]:
                if option["text"]["text"] == label:
                    return str(option["value"])
        raise Stuck(f"{user} is not offered {label}")

    def opens(self, user: str, callback_id: str, act: Callable[[], Answer]) -> Payload:
        """Do what opens a modal until it is there, as people do who saw an error."""
        for _ in _tries():
            self.closes(user)
            act()
            view = self.modal(user)
            if view is not None and view["callback_id"] == callback_id:
                return view
        raise Stuck(f"{user} sees no {callback_id}")

    def sends(self, user: str, callback_id: str) -> int:
        """Press Send until the modal is gone; returns how often it took."""
        for count in _tries():
            try:
                self.submits(user)
            except Refused:
                # The modal is closed: the answer to an earlier press came after all.
                return count
            view = self.modal(user)
            if view is None or view["callback_id"] != callback_id:
                return count
        view = self.modal(user)
        raise Stuck(f"{user} cannot send {callback_id}: {view and (view.get('errors'), view.get('failure'))}")

    def sees(self, user: str, channel: str, action_id: str, value: str) -> Payload:
        """Wait until a message with a button that carries ``value`` stands somewhere, and return it."""
        for _ in _tries():
            for message in reversed(self.reads(user, channel)):
                found = [element for _, element in elements(message.get("blocks", []))]
                if any(one.get("action_id") == action_id and one.get("value") == value for one in found):
                    return message
        raise Stuck(f"{user} sees no {action_id} of {value} in {channel}")

    def reads(self, user: str, channel: str = "dm", limit: int = _READ_MESSAGES) -> list[Payload]:
        """Return the newest messages of a channel, or of the direct messages with the app, each with its channel."""
        read = self.slack.get("messages", user=user, channel=channel, limit=limit)
        return [{**message, "channel": read["channel"]} for message in read["messages"]]


def _tries() -> Iterator[int]:
    """Count tries with pauses in between, as long as people are patient: on a busy machine replicas start slowly."""
    until, count = time.monotonic() + _PATIENCE_SECONDS, 0
    while time.monotonic() < until:
        count += 1
        yield count
        time.sleep(_PAUSE_SECONDS)


def button(message: Payload, action_id: str) -> tuple[str, str | None]:
    """Return block id and value of a message's button.

    Raises:
        Stuck: it is not there.
    """
    for block, element in elements(message.get("blocks", [])):
        if element.get("action_id") == action_id:
            return str(block["block_id"]), element.get("value")
    raise Stuck(f"no {action_id} on {words(message)}")


def words(thing: Any) -> list[str]:
    """Return every text that stands in a message, view or block, in order."""
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, dict):
        return [word for key, value in thing.items() if key in _WORDY for word in words(value)]
    if isinstance(thing, list):
        return [word for item in thing for word in words(item)]
    return []


_WORDY = {"text", "blocks", "elements", "fields", "accessory", "label", "title", "hint", "errors", "element", "view"}


def _field(view: Payload, name: str) -> tuple[Payload, Payload]:
    for block, element in elements(view["blocks"]):
        if block["block_id"].partition("~")[0] == name:
            return block, element
    raise Stuck(f"{view['callback_id']} has no field {name}")


def _answer(raw: Payload) -> Answer:
    ack = raw.get("ack") or {}
    acked = ack.get("failure") is None and ack.get("status") == 200
    return Answer(acked, ack.get("body"), raw.get("errors") or {})
