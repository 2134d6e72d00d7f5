"""Slack at the payload level: commands, clicks and forms into the real Bolt app, answers out; no network."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from slack_bolt import App, BoltRequest, BoltResponse

from bot.domain.delivery import ChannelFacts, Failure, Posted
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Member
from bot.domain.pace import Limits
from bot.ports import Directory, PostFailed
from bot.views.blocks import Message, View
from bot.worker import Worker
from handlers import dispatch, payloads
from handlers.limiter import Limiter
from handlers.middleware import Reception
from handlers.modals import ModalNotOpened, Modals
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company

FORM: dict[str, str | Sequence[str]] = {"content-type": "application/x-www-form-urlencoded"}


class OpenModals(Modals):
    """Stands for Slack: keeps what would be shown instead of calling it."""

    def __init__(self) -> None:
        self.opened: list[View] = []
        self.answers: list[dict[str, Any]] = []
        self.silent = False

    def open(self, trigger_id: str, view: View) -> None:
        """Keep the view, or be silent."""
        assert trigger_id
        if self.silent:
            raise ModalNotOpened(view)
        self.opened.append(view)

    def update(self, old: payloads.View, view: View) -> None:
        """Replace the shown view."""
        assert old.id
        self.opened[-1] = view

    def answer(self, response_url: str, message: Message) -> None:
        """Keep why a click failed."""
        assert response_url
        self.answers.append({**message})


@dataclass
class Outbox:
    """Stands for Slack's channels: keeps what was posted, can be made to fail."""

    now: datetime
    posts: list[dict[str, Any]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    channels: dict[str, ChannelFacts] = field(default_factory=dict)
    failures: list[PostFailed] = field(default_factory=list)
    lost_answers: list[PostFailed] = field(default_factory=list)
    """Raised although the post is kept."""
    unreadable: str = ""
    """Why nobody may look what stands in a channel."""
    looks: list[str] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """What was uploaded, by its id: name and content."""
    refuse_files: PostFailed | None = None
    probes: int = 0
    _stamps: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Keep a post."""
        self._fail()
        ts = f"1700000000.{next(self._stamps):06d}"
        channel = place if place.startswith("C") else f"D{place}"
        self.posts.append({"place": place, "ts": ts, "thread_ts": thread_ts, "key": key, **message})
        if self.lost_answers:
            raise self.lost_answers.pop(0)
        return Posted(ChannelId(channel), ts)

    def update(self, posted: Posted, message: Mapping[str, Any]) -> None:
        """Edit a kept post."""
        self._fail()
        self.of(posted).update(message, edited=True)

    def delete(self, posted: Posted) -> None:
        """Forget a kept post."""
        self._fail()
        self.posts.remove(self.of(posted))

    def reply(self, response_url: str, message: Mapping[str, Any], *, replace: bool) -> None:
        """Keep an answer to a click."""
        self._fail()
        self.replies.append({"url": response_url, "replace": replace, **message})

    def channel(self, channel_id: ChannelId) -> ChannelFacts:
        """Say that the channel is ours, unless told otherwise."""
        self._fail()
        facts = self.channels.get(channel_id)
        return facts or ChannelFacts(channel_id, channel_id.lower(), is_member=True, checked_at=self.now)

    def find(self, place: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        """Look for a kept post."""
        self.looks.append(place)
        if self.unreadable:
            raise PostFailed(Failure.UNREADABLE, self.unreadable)
        self._fail()
        assert since <= self.now
        kept = [
            post for post in self.posts if (post["place"], post["key"], post["thread_ts"]) == (place, key, thread_ts)
        ]
        return Posted(ChannelId(place if place.startswith("C") else f"D{place}"), kept[0]["ts"]) if kept else None

    def stage(self, content: bytes, name: str) -> str:
        """Keep a file that nobody sees yet."""
        if self.refuse_files:
            raise self.refuse_files
        self._fail()
        file_id = f"F{len(self.files) + 1}"
        self.files[file_id] = (name, content)
        return file_id

    def share(self, member_id: MemberId, file_id: str, title: str, comment: str) -> None:
        """Keep a post with a file; its key is the file's name."""
        self._fail()
        name, content = self.files[file_id]
        ts, key = f"1700000000.{next(self._stamps):06d}", name.removesuffix(".png")
        shared = {"text": comment, "blocks": [], "title": title, "file": content}
        self.posts.append({"place": member_id, "ts": ts, "thread_ts": None, "key": key, **shared})
        if self.lost_answers:
            raise self.lost_answers.pop(0)

    def probe(self) -> None:
        """Answer, unless told to fail."""
        self.probes += 1
        self._fail()

    def people(self) -> Directory:
        """List nobody."""
        return Directory(())

    def of(self, posted: Posted) -> dict[str, Any]:
        """Return a kept post."""
        return next(post for post in self.posts if post["ts"] == posted.ts)

    def to(self, place: str | Member) -> list[dict[str, Any]]:
        """Return what was posted to a channel or member."""
        wanted = place.id if isinstance(place, Member) else place
        return [post for post in self.posts if post["place"] == wanted]

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


class Slack:
    """Sends what Slack sends; the clock is a value that tests move."""

    def __init__(self, store: SqlStore, company: Company, limiter: Limiter | None = None) -> None:
        self.store, self.company, self.now = store, company, NOW
        self.modals, self.out = OpenModals(), Outbox(NOW)
        self._triggers = itertools.count(1)
        self.app = _bolt(store, self.modals, lambda: self.now, limiter)
        self.worker = Worker(store, self.out, lambda: self.now, "en", Limits(posts_per_minute=60_000))

    def later(self, **spent: float) -> None:
        """Let time pass."""
        self.now += timedelta(**spent)
        self.out.now = self.now

    def command(self, actor: Member | str, line: str, channel: str = "CGENERAL", trigger: str = "") -> dict[str, Any]:
        """Type a slash command; return what the person sees, an empty dict for an empty ack."""
        command, _, text = line.partition(" ")
        body = {
            "team_id": self.company.workspace,
            "user_id": actor if isinstance(actor, str) else actor.id,
            "channel_id": channel,
            "command": command,
            "text": text,
            "trigger_id": trigger or f"t{next(self._triggers)}",
            "response_url": "https://hooks.slack.test/1",
        }
        return _shown(self.app.dispatch(BoltRequest(body=urlencode(body), headers=FORM)))

    def click(
        self,
        actor: Member,
        action_id: str,
        value: str | int = "",
        *,
        ephemeral: bool = True,
        trigger: str = "",
        **extra: Any,
    ) -> BoltResponse:
        """Press a button."""
        action = {"type": "button", "action_id": action_id, "value": str(value), "block_id": "b", "action_ts": "1.1"}
        return self._interact(
            {
                "type": "block_actions",
                "user": {"id": actor.id},
                "trigger_id": trigger or f"t{next(self._triggers)}",
                "response_url": "https://hooks.slack.test/2",
                "container": {
                    "type": "message",
                    "channel_id": "CGENERAL",
                    "message_ts": "1.1",
                    "is_ephemeral": ephemeral,
                },
                "actions": [action],
                **extra,
            }
        )

    def press(self, actor: Member, message: Mapping[str, Any], label: str, **extra: Any) -> BoltResponse:
        """Press the button with this label on a message."""
        button = next(
            element
            for block in message["blocks"]
            for element in [*block.get("elements", []), block.get("accessory") or {}]
            if element.get("type") == "button" and element["text"]["text"] == label
        )
        return self.click(actor, button["action_id"], button.get("value", ""), **extra)

    def submit(self, actor: Member, view: View | None = None, *, view_id: str = "", **typed: Any) -> dict[str, Any]:
        """Submit the open modal with these fields; everything else as it is preset."""
        view = view or self.modals.opened[-1]
        state = {
            block["block_id"]: {block["element"]["action_id"]: _state(block, typed)}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        number = next(self._triggers)
        answer = self._interact(
            {
                "type": "view_submission",
                "user": {"id": actor.id},
                "trigger_id": f"t{number}",
                "view": {**view, "id": view_id or f"V{number}", "hash": "1.a", "state": {"values": state}},
            }
        )
        return json.loads(answer.body) if answer.body else {}

    def choose(self, actor: Member, field_name: str, value: str, **typed: Any) -> BoltResponse:
        """Choose an option in the open modal's search, which reports it at once."""
        view = self.modals.opened[-1]
        block = next(block for block in view["blocks"] if block.get("block_id") == field_name)
        state = {
            part["block_id"]: {part["element"]["action_id"]: _state(part, {field_name: value, **typed})}
            for part in view["blocks"]
            if part["type"] == "input"
        }
        shown = {**view, "id": "V1", "hash": "1.a", "state": {"values": state}}
        return self.click(actor, block["element"]["action_id"], "", view=shown, container={"type": "view"})

    def search(self, actor: Member, action_id: str, typed: str = "") -> list[str]:
        """Type into a search; return the offered labels."""
        body = {
            "type": "block_suggestion",
            "user": {"id": actor.id},
            "action_id": action_id,
            "block_id": "b",
            "value": typed,
        }
        if self.modals.opened:
            body["view"] = {**self.modals.opened[-1], "id": "V1"}
        return [option["text"]["text"] for option in json.loads(self._interact(body).body)["options"]]

    def event(self, event: dict[str, Any], event_id: str = "") -> BoltResponse:
        """Send an event."""
        event_id = event_id or f"Ev{next(self._triggers)}"
        body = {"type": "event_callback", "team_id": WORKSPACE, "event_id": event_id, "event": event}
        return self.app.dispatch(BoltRequest(body=json.dumps(body), headers={"content-type": "application/json"}))

    def deliver(self) -> int:
        """Let the worker send everything that is due."""
        return self.worker.run_once()

    def _interact(self, payload: dict[str, Any]) -> BoltResponse:
        body = {"team": {"id": self.company.workspace}, **payload}
        return self.app.dispatch(BoltRequest(body=urlencode({"payload": json.dumps(body)}), headers=FORM))


def _bolt(store: SqlStore, modals: Modals, clock: Any, limiter: Limiter | None) -> App:
    from slack_bolt.authorization import AuthorizeResult

    app = App(
        token_verification_enabled=False,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1"
        ),
    )
    app.use(Reception(store, app.client, "en", clock, limiter))
    dispatch.attach(app, store, modals)
    return app


def _state(block: dict[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    element, name = block["element"], block["block_id"].partition("~")[0]
    kind = element["type"]
    given = typed.get(name)
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": given if name in typed else element.get("initial_value")}
        case "static_select" | "external_select" | "radio_buttons":
            chosen = {"value": str(given)} if given is not None else element.get("initial_option")
            return {"type": kind, "selected_option": chosen}
        case "multi_external_select" | "multi_static_select" | "checkboxes":
            options = (
                [{"value": str(value)} for value in given] if given is not None else element.get("initial_options", [])
            )
            return {"type": kind, "selected_options": options}
        case "users_select":
            return {"type": kind, "selected_user": given or element.get("initial_user")}
        case "multi_users_select":
            return {"type": kind, "selected_users": given or element.get("initial_users", [])}
        case "conversations_select":
            return {"type": kind, "selected_conversation": given or element.get("initial_conversation")}
        case "datepicker":
            return {"type": kind, "selected_date": given or element.get("initial_date")}
        case "datetimepicker":
            return {"type": kind, "selected_date_time": given or element.get("initial_datetime")}
    raise AssertionError(kind)


def _shown(answer: BoltResponse) -> dict[str, Any]:
    assert answer.status == 200, answer.status
    return json.loads(answer.body) if answer.body else {}


def words(message: Mapping[str, Any]) -> str:
    """Return every text a message or modal shows, one per line."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for key, value in part.items():
                if key != "private_metadata":
                    walk(value)
        elif isinstance(part, list):
            for item in part:
                walk(item)

    walk({key: value for key, value in message.items() if key in {"blocks", "title"}})
    return "\n".join(found).replace("\u2060", "").replace("\u200a", "")
