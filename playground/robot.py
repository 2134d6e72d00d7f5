"""People as scripts play them: they see text and labels, never an id of a block."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import httpx

from playground import controls
from playground.blocks import Payload
from playground.controls import NotVisible
from playground.inputs import EXTERNAL, LISTED, SLOTS, options_of
from playground.mrkdwn import Names
from playground.process import started
from playground.shown import Form, Shown

__all__ = ["Form", "NotVisible", "Person", "Playground", "Refused", "Shown"]

HTTP_SECONDS = 65.0
MOST_MESSAGES = 1000
Value = str | int | None | Sequence[str]


class Refused(Exception):
    """The control API says that Slack's client does not offer this."""


class Playground:
    """A running playground."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api = f"{url}/api/"
        self._http = httpx.Client(base_url=url, timeout=HTTP_SECONDS, trust_env=False)

    @classmethod
    @contextmanager
    def start(
        cls, seed: Path, manifest: Path, bot_url: str | None = None, *, transport: str = "http", **options: str | int
    ) -> Iterator["Playground"]:
        """Start a playground process and end it afterwards.

        ``options`` are ``port``, ``signing_secret``, ``bot_token`` and ``app_token``.
        """
        wishes = {"seed": seed, "manifest": manifest, "bot": bot_url, "transport": transport, **options}
        given = [(f"--{name.replace('_', '-')}", str(value)) for name, value in wishes.items() if value is not None]
        with started([part for pair in given for part in pair]) as url, cls(url) as slack:
            yield slack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def post(self, name: str, /, **body: Any) -> Payload:
        """Call the control API.

        Raises:
            Refused: with its reason.
        """
        return _answer(self._http.post(f"/_play/{name}", content=json.dumps(body)))

    def get(self, name: str, /, **query: Any) -> Payload:
        """Look something up in the control API."""
        return _answer(self._http.get(f"/_play/{name}", params=query))

    def person(self, name: str) -> "Person":
        """Find a person by real name or handle."""
        for raw in self.get("directory")["people"]:
            if name in {raw["real_name"], raw["name"]}:
                return Person(self, raw["id"], raw["real_name"], raw["tz"])
        raise NotVisible(f"nobody is called {name!r}")

    def channel_id(self, name: str) -> str:
        """Find a channel's id by its name, with or without ``#``."""
        known = {item["name"]: item["id"] for item in self.get("directory")["channels"]}
        try:
            return str(known[name.removeprefix("#")])
        except KeyError:
            raise NotVisible(f"no channel {name!r}; there are {sorted(known)}") from None

    def names(self, zone: str = "UTC") -> Names:
        """Return the directory with which a screen is read."""
        raw = self.get("directory")
        people = {item["id"]: item["real_name"] for item in raw["people"]}
        people[raw["bot"]["user_id"]] = raw["bot"]["name"]
        return Names(people=people, channels={item["id"]: item["name"] for item in raw["channels"]}, zone=zone)

    def bot_at(self, url: str) -> None:
        """Say where the bot listens."""
        self.post("bot", url=url, transport="http")

    def bot_by_socket(self) -> None:
        """Deliver by Socket Mode."""
        self.post("bot", transport="socket")

    def advance(self, seconds: float) -> None:
        """Move Slack's time on."""
        self.post("clock", advance=seconds)

    def reset(self) -> None:
        """Go back to the seed."""
        self.post("reset")

    def rules(self, **changes: Any) -> None:
        """Switch rules."""
        self.post("rules", **changes)

    def fault(self, method: str, mode: str, **how: Any) -> int:
        """Let calls of a method fail in one of the modes of ``docs/playground.md``; returns the fault's id."""
        return int(self.post("fault", method=method, mode=mode, **how)["fault"])

    def waits_until_struck(self, fault: int, times: int = 1, timeout: float = 5.0) -> None:
        """Wait until a fault has struck so often."""
        self._wait(f"{times} × fault {fault}", fault=fault, struck=times, timeout=timeout)

    def no_faults(self, fault: int | None = None) -> None:
        """Withdraw all faults or one, and let go of what hangs on it."""
        query = {} if fault is None else {"id": fault}
        _answer(self._http.delete("/_play/fault", params=query))

    def removes_app(self, error: str = "account_inactive") -> None:
        """Remove the app: it is told so, and its token is refused since."""
        self.post("app", installed=False, error=error)

    def installs_app(self) -> None:
        """Install the app again."""
        self.post("app", installed=True)

    def traffic(self, after: int = 0) -> list[Payload]:
        """Return the log's entries with a higher number."""
        return list(self.get("traffic", after=after)["entries"])

    def mark(self) -> int:
        """Return the number of the newest entry of the log."""
        return int(self.get("traffic", after=2**31)["last"])

    def waits_for_call(self, method: str, count: int = 1, after: int = 0, timeout: float = 5.0) -> None:
        """Wait until the bot has called a method so often and was answered."""
        self._wait(f"{count} × {method}", method=method, count=count, after=after, timeout=timeout)

    def waits_for_sockets(self, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until the bot holds so many sockets."""
        self._wait(f"{count} sockets", sockets=count, timeout=timeout)

    def quiet(self, milliseconds: int = 150, timeout: float = 10.0) -> None:
        """Wait until nothing was said between bot and Slack for a while."""
        self._wait("quiet", quiet_ms=milliseconds, timeout=timeout)

    def _wait(self, what: str, **query: Any) -> Any:
        answer = self.get("wait", **query)
        if not answer["met"]:
            raise NotVisible(f"{what} did not come within {query['timeout']} s")
        return answer["thing"]


class Person:
    """Somebody who acts by what is to be seen."""

    def __init__(self, slack: Playground, user: str, name: str, zone: str) -> None:
        self.slack = slack
        self.id = user
        self.name = name
        self.zone = zone

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    def types(self, text: str, channel: str = "dm", thread: Shown | None = None) -> Shown:
        """Type a command or message; returns a command's answer (empty if there was none) or the own message."""
        kind = "command" if text.lstrip().startswith("/") else "message"
        where = self._channel(channel)
        extra = {"thread_ts": thread.ts} if thread else {}
        answer = self.slack.post(kind, user=self.id, channel=where, text=text, **extra)
        return Shown(answer["message"], where, self._names())

    def clicks(self, label: str, on: Shown | Form | None = None, *, confirm: bool = True) -> None:
        """Press a button or pick a menu entry: in ``on``, else the open modal, else the newest message that has it."""
        refused: tuple[Payload, Refused] | None = None
        while True:
            place, blocks = self._surface(label, on)
            button = controls.pick_button(controls.buttons(blocks, self._names()), label)
            if button.asks_first and not confirm:
                return
            ids = {"block_id": button.block_id, "action_id": button.action_id, "value": button.value}
            if refused is not None and refused[0] == ids:
                raise refused[1]
            try:
                self.slack.post("click", user=self.id, **place, **ids)
            except Refused as refusal:
                # A message that is edited while somebody reaches for its button has it still, in a new block.
                refused = ids, refusal
            else:
                return

    def fills(self, label: str, value: Value, on: Shown | Form | None = None, *, enter: bool = False) -> None:
        """Fill a field: texts as they are, dates as ISO text, lists by option label, people by name."""
        place, blocks, values = self._fillable(on)
        field = controls.pick_field(controls.fields(blocks, values, self._names()), label)
        ids = {"block_id": field.block_id, "action_id": field.action_id}
        wire = self._wire_value(field, value, {"user": self.id, **place, **ids})
        self.slack.post("fill", user=self.id, **place, **ids, value=wire, enter=enter)

    def searches(self, label: str, query: str, on: Shown | Form | None = None) -> list[str]:
        """Type in an external select and return the labels that are offered."""
        place, blocks, values = self._fillable(on)
        field = controls.pick_field(controls.fields(blocks, values, self._names()), label)
        ids = {"block_id": field.block_id, "action_id": field.action_id}
        offered = self.slack.post("options", user=self.id, **place, **ids, query=query)["options"]
        return [option["text"]["text"] for option in offered]

    def submits(self) -> Form | None:
        """Send the open modal; returns the modal that is open afterwards, with its errors."""
        self.slack.post("submit", user=self.id)
        return self._top_modal()

    def closes(self, *, everything: bool = False) -> None:
        """Close the open modal, or with the cross all of them."""
        self.slack.post("close", user=self.id, all=everything)

    def modal(self) -> Form:
        """Return the open modal.

        Raises:
            NotVisible: none is open; says what the person was told last.
        """
        form = self._top_modal()
        if form is None:
            raise NotVisible(f"{self.name} has no modal open; notices: {self.toasts()}")
        return form

    def has_modal(self) -> bool:
        """Say whether a modal is open."""
        return self._top_modal() is not None

    def opens_home(self) -> Form | None:
        """Open the app's Home and return what stands there at once."""
        self.slack.post("home", user=self.id, tab="home")
        return self.home()

    def home(self) -> Form | None:
        """Return the Home as it is now."""
        view = self._state()["home"]
        return Form(view, self._names()) if view else None

    def uses_shortcut(self, name: str, on: Shown | None = None) -> None:
        """Use a shortcut by its name in the menu, global or in a message's menu."""
        known = {item["name"]: item["callback_id"] for item in self.slack.get("directory")["shortcuts"]}
        if name not in known:
            raise NotVisible(f"no shortcut {name!r}; there are {sorted(known)}")
        where = {"channel": on.channel, "ts": on.ts} if on else {}
        self.slack.post("shortcut", user=self.id, callback_id=known[name], **where)

    def reloads(self) -> None:
        """Reload the client: ephemerals are gone."""
        self.slack.post("reload", user=self.id)

    def dm(self) -> list[Shown]:
        """Return the direct messages with the app, newest last."""
        return self.reads("dm")

    def reads(self, channel: str) -> list[Shown]:
        """Return what is to be seen in a channel, own ephemerals too, newest last."""
        names, where = self._names(), self._channel(channel)
        try:
            state = self.slack.get("state", user=self.id, channel=where, limit=MOST_MESSAGES)
        except Refused:
            raise NotVisible(f"{self.name} is not in {channel}") from None
        rooms = [state["dm"], *state["dms"], *state["channels"]]
        room = state["dm"] if where == "dm" else next(item for item in rooms if item["id"] == where)
        return [Shown(message, room["id"], names) for message in room["messages"]]

    def toasts(self) -> list[str]:
        """Return the short notices that were shown."""
        return [notice["text"] for notice in self._state()["toasts"]]

    def waits_for(self, text: str, where: str = "dm", after: Shown | None = None, timeout: float = 5.0) -> Shown:
        """Wait until a text is to be seen in a channel or ``dm`` (an edited message counts) and return the message.

        ``where`` may also be ``modal`` or ``home``; then the result is empty and the view is asked for afterwards.
        """
        place = where if where in {"modal", "home"} else self._channel(where)
        after_ts = after.ts if after else ""
        query = {"user": self.id, "where": place, "contains": text, "after_ts": after_ts, "timeout": timeout}
        answer = self.slack.get("wait", **query)
        if not answer["met"]:
            raise NotVisible(f"{self.name} did not see {text!r} in {where} within {timeout} s; {self._sees(where)}")
        thing = answer["thing"]
        names = self._names()
        return Shown(None, place, names) if where in {"modal", "home"} else Shown(thing, thing["channel"], names)

    def waits_until_gone(self, text: str, where: str = "dm", timeout: float = 5.0) -> None:
        """Wait until a text is no more to be seen."""
        place = where if where in {"modal", "home"} else self._channel(where)
        query = {"user": self.id, "where": place, "contains": text, "gone": 1, "timeout": timeout}
        if not self.slack.get("wait", **query)["met"]:
            raise NotVisible(f"{self.name} still sees {text!r} in {where} after {timeout} s; {self._sees(where)}")

    def _sees(self, where: str) -> str:
        if where in {"modal", "home"}:
            form = self._top_modal() if where == "modal" else self.home()
            return f"there is {form.text if form else 'nothing'}"
        return f"there are {[message.text for message in self.reads(where)]}"

    def _state(self) -> Payload:
        return self.slack.get("state", user=self.id)

    def _names(self) -> Names:
        return self.slack.names(self.zone)

    def _channel(self, channel: str) -> str:
        return channel if channel == "dm" or channel[:1] in "CDG" else self.slack.channel_id(channel)

    def _top_modal(self) -> Form | None:
        stack = self._state()["modals"]
        return Form(stack[-1], self._names()) if stack else None

    def _surface(self, label: str, on: Shown | Form | None) -> tuple[Payload, list[Payload]]:
        if isinstance(on, Form):
            return {"view_id": on.view["id"]}, self._now(on)["blocks"]
        if on is not None:
            return {"channel": on.channel, "ts": on.ts}, self._again(on).get("blocks", [])
        state = self._state()
        if state["modals"]:
            view = state["modals"][-1]
            return {"view_id": view["id"]}, view["blocks"]
        home_blocks = state["home"]["blocks"] if state["home"] else []
        names, visible = self._names(), []
        rooms = [state["dm"], *state["dms"], *state["channels"]]
        messages = [(room["id"], message) for room in rooms for message in room["messages"] if message.get("blocks")]
        for channel, message in sorted(messages, key=lambda pair: float(pair[1]["ts"]), reverse=True):
            labels = [button.label for button in controls.buttons(message["blocks"], names)]
            if label in labels:
                return {"channel": channel, "ts": message["ts"]}, message["blocks"]
            visible += labels
        if any(button.label == label for button in controls.buttons(home_blocks, names)):
            return {"view_id": state["home"]["id"]}, home_blocks
        raise NotVisible(f"{label!r} is not there; visible in messages: {visible or 'nothing'}")

    def _fillable(self, on: Shown | Form | None) -> tuple[Payload, list[Payload], dict[str, dict[str, Payload]]]:
        if isinstance(on, Shown):
            message = self._again(on)
            values = message.get("state", {})
            return {"channel": on.channel, "ts": on.ts}, message.get("blocks", []), values
        view = self._now(on) if on is not None else self.modal().view
        return {"view_id": view["id"]}, view["blocks"], view["state"]["values"]

    def _now(self, form: Form) -> Payload:
        state = self._state()
        for view in [*state["modals"], *filter(None, [state["home"]])]:
            if view["id"] == form.view["id"]:
                return dict(view)
        raise NotVisible(f"{self.name} does not see this any more: {form!r}")

    def _again(self, on: Shown) -> Payload:
        for shown in self.reads(on.channel):
            if shown.ts == on.ts:
                return shown.message
        raise NotVisible(f"{self.name} does not see this message any more: {on.text!r}")

    def _wire_value(self, field: controls.Field, value: Value, where: Payload) -> Any:
        kind = field.element["type"]
        if value is None:
            return None
        if SLOTS[kind].many:
            wanted = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else [str(value)]
            return [self._one(field, item, where) for item in wanted]
        return self._one(field, str(value), where)

    def _one(self, field: controls.Field, label: str, where: Payload) -> Any:
        kind = field.element["type"]
        if kind in EXTERNAL:
            offered = self.slack.post("options", **where, query=label)["options"]
            return controls.pick_option(offered, label, self._names())
        if kind in LISTED:
            return controls.pick_option(options_of(field.element, []), label, self._names())
        if "users" in kind:
            return self.slack.person(label.removeprefix("@")).id
        if "conversations" in kind or "channels" in kind:
            return self.slack.channel_id(label)
        if kind == "datetimepicker":
            local = dt.datetime.fromisoformat(label).replace(tzinfo=ZoneInfo(self.zone))
            return int(local.timestamp())
        return label


def _answer(response: httpx.Response) -> Payload:
    body: Payload = response.json()
    if not body.get("ok"):
        raise Refused(str(body.get("error")))
    return body
