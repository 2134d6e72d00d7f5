"""The state of the make-believe workspace: people, conversations, messages, views."""

import copy
import itertools
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.blocks import Payload, completed
from playground.clock import Clock
from playground.errors import Impossible, SlackError
from playground.files import Files
from playground.handles import Handles
from playground.inputs import Typed, state_values
from playground.rules import Rules
from playground.said import Said
from playground.seed import Manifest, Person, Seed
from playground.sentences import sentence
from playground.windows import Windows

SLACKBOT = "USLACKBOT"
ConversationKind = Literal["channel", "group", "im", "mpim"]


@dataclass(slots=True)
class Conversation:
    """A channel or direct message with everything said in it."""

    id: str
    kind: ConversationKind
    name: str
    members: list[str]
    is_archived: bool = False
    is_ext_shared: bool = False
    said: Said = field(default_factory=Said)
    ephemerals: dict[str, list[Payload]] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    unread_since: str = ""
    next_post: float = 0.0


@dataclass(slots=True)
class View:
    """A modal or Home as one person has it before them."""

    id: str
    user: str
    definition: Payload
    hash: str
    root: str
    previous: str | None = None
    opened_in: str | None = None
    typed: Typed = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Payload]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    failure: str | None = None

    def values(self) -> dict[str, dict[str, Payload]]:
        """Return ``state.values``."""
        return state_values(self.definition["blocks"], self.typed, self.opened_in)


class Workspace:
    """All state, changed only through these methods and those of the modules that act on it."""

    def __init__(
        self, seed: Seed, manifest: Manifest, clock: Clock, windows: Windows, rules: Rules, base_url: str
    ) -> None:
        self.seed = seed
        self.manifest = manifest
        self.clock = clock
        self.windows = windows
        self.rules = rules
        self.handles = Handles(clock, rules)
        self.files = Files(base_url)
        self.people = {person.id: copy.copy(person) for person in seed.users}
        self.conversations = {
            channel.id: Conversation(
                id=channel.id,
                kind="group" if channel.is_private else "channel",
                name=channel.name,
                members=list(channel.members),
                is_archived=channel.is_archived,
                is_ext_shared=channel.is_ext_shared,
                unread_since=f"{clock.now():.6f}",
            )
            for channel in seed.channels
        }
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.toasts: dict[str, list[Payload]] = {}
        self.message_inputs: dict[tuple[str, str], Typed] = {}
        self.message_offers: dict[tuple[str, str, str, str], list[Payload]] = {}
        self.posts: deque[float] = deque()
        self.app_refusal: str | None = None
        self._numbers = itertools.count(1)
        self._run = secrets.token_hex(3).upper()
        self._last_ts = 0.0
        for person in self.people.values():
            person.team_id = person.team_id or ("T0ELSEWHERE" if person.is_stranger else seed.team.id)

    def new_id(self, prefix: str) -> str:
        """Make an id that no other run makes: a bot keeps ids to recognise repeats."""
        return f"{prefix}{self._run}{next(self._numbers):05d}"

    def new_ts(self) -> str:
        """Return the next message timestamp; each is later than the one before."""
        self._last_ts = max(round(self.clock.now(), 6), round(self._last_ts + 0.000001, 6))
        return f"{self._last_ts:.6f}"

    def person(self, user: str) -> Person:
        """Find a person by id.

        Raises:
            SlackError: ``user_not_found``.
        """
        person = self.people.get(user)
        if person is None:
            raise SlackError("user_not_found")
        return person

    def need_scope(self, scope: str) -> None:
        """Refuse what the manifest's scopes do not cover.

        Raises:
            SlackError: ``missing_scope``.
        """
        scopes = self.manifest.scopes
        if self.rules.scopes and scope not in scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(scopes)))

    def need_scopes_of(self, blocks: Any) -> None:
        """Refuse blocks that ask for a scope which the manifest does not have.

        Raises:
            SlackError: ``missing_scope``.
        """
        if any(isinstance(block, dict) and block.get("type") == "video" for block in blocks or []):
            self.need_scope("links.embed:write")

    def dm(self, user: str) -> Conversation:
        """Return the direct messages between a person and the app."""
        dm_id = "D" + user[1:]
        if dm_id not in self.conversations:
            members = [user, self.seed.bot.user_id]
            self.conversations[dm_id] = Conversation(id=dm_id, kind="im", name="directmessage", members=members)
        return self.conversations[dm_id]

    def conversation(self, ref: str) -> Conversation:
        """Find a conversation as the app names it: an id, a channel's name, or a person for the DM.

        Raises:
            SlackError: ``channel_not_found``, also for what is private and without the app.
        """
        found = self.conversations.get(ref)
        if found is None and ref in self.people:
            if self.people[ref].deleted:
                raise SlackError("channel_not_found")
            return self.dm(ref)
        if found is None:
            name = ref.removeprefix("#")
            found = next((item for item in self.conversations.values() if item.name == name), None)
        if found is None or (found.kind != "channel" and self.seed.bot.user_id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def seen_by(self, user: str, ref: str) -> Conversation:
        """Find a conversation as a person sees it.

        Raises:
            Impossible: they are not in it.
        """
        found = self.dm(user) if ref == "dm" else self.conversations.get(ref)
        if found is None or user not in found.members:
            raise Impossible(f"{user} is in no conversation {ref!r}")
        return found

    def post(self, conversation: Conversation, message: Payload) -> Payload:
        """Add a message for everybody in the conversation."""
        stored = self._stored(message, self.new_ts())
        conversation.said.add(stored)
        if "bot_id" not in stored and "thread_ts" not in stored:
            conversation.read[stored["user"]] = stored["ts"]
        self.message_changed(conversation, sidebar=True)
        return stored

    def post_earlier(self, conversation: Conversation, message: Payload, seconds: float) -> None:
        """Add a message that was written before the playground started; later ones must follow."""
        number = len(conversation.said) / 1_000_000
        conversation.said.add(self._stored(message, f"{self.clock.now() - seconds + number:.6f}"))

    def post_ephemeral(self, conversation: Conversation, user: str, message: Payload) -> Payload:
        """Add a message that one person sees."""
        stored = self._stored(message, self.new_ts())
        stored["is_ephemeral"] = True
        conversation.ephemerals.setdefault(user, []).append(stored)
        self.windows.changed({user}, channel=conversation.id)
        return stored

    def bot_message(self, body: Payload) -> Payload:
        """Return what the app wrote as a message in its name."""
        bot = self.seed.bot
        keys = ("text", "blocks", "attachments", "metadata", "thread_ts")
        message = {key: body[key] for key in keys if body.get(key)}
        return {
            "type": "message",
            "user": bot.user_id,
            "bot_id": bot.bot_id,
            "app_id": bot.app_id,
            "team": self.seed.team.id,
            "text": "",
            **message,
        }

    def slackbot(self, conversation: Conversation, user: str, key: str, **facts: object) -> Payload:
        """Let Slackbot tell one person that something went wrong."""
        text = sentence(key, self.person(user).locale, **facts)
        message = {"type": "message", "user": SLACKBOT, "text": text}
        return self.post_ephemeral(conversation, user, message)

    def toast(self, user: str, code: str, text: str) -> None:
        """Show a person a short notice."""
        notice = {"id": self.new_id("T"), "kind": "error", "code": code, "text": text, "at": self.clock.now()}
        self.toasts.setdefault(user, []).append(notice)
        self.view_changed(user)

    def message_changed(self, conversation: Conversation, *, sidebar: bool = False) -> None:
        """Say that a conversation shows something else than before."""
        self.windows.changed(conversation.members, channel=conversation.id, sidebar=sidebar)

    def view_changed(self, user: str) -> None:
        """Say that a person's modals, Home or notices are others than before."""
        self.windows.changed({user}, person=True)

    def message(self, conversation: Conversation, ts: str) -> Payload:
        """Find a message that everybody sees.

        Raises:
            SlackError: ``message_not_found``.
        """
        message = conversation.said.find(ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def message_seen_by(self, user: str, conversation: Conversation, ts: str) -> Payload:
        """Find a message or ephemeral before a person's eyes.

        Raises:
            Impossible: they do not see it (any more).
        """
        ephemerals = (item for item in conversation.ephemerals.get(user, []) if item["ts"] == ts)
        message = conversation.said.find(ts) or next(ephemerals, None)
        if message is None:
            raise Impossible(f"{user} sees no message {ts} in {conversation.name}")
        return message

    def rewrite(self, conversation: Conversation, message: Payload, changes: Payload) -> None:
        """Change a message in place; Slack gives unnamed blocks new ids."""
        message.update(copy.deepcopy(changes))
        if changes.get("blocks"):
            message["blocks"] = completed(changes["blocks"])
        self.message_changed(conversation)

    def top_modal(self, user: str) -> View | None:
        """Return the modal a person has before them."""
        stack = self.modals.get(user)
        return stack[-1] if stack else None

    def all_views(self) -> list[View]:
        """Return every open modal and every Home."""
        return [*itertools.chain.from_iterable(self.modals.values()), *self.homes.values()]

    def view_payload(self, view: View) -> Payload:
        """Return a view as Slack sends it."""
        definition = view.definition
        return {
            "id": view.id,
            "team_id": self.seed.team.id,
            "type": definition["type"],
            "blocks": definition["blocks"],
            "private_metadata": definition.get("private_metadata", ""),
            "callback_id": definition.get("callback_id", ""),
            "state": {"values": view.values()},
            "hash": view.hash,
            "title": definition.get("title"),
            "clear_on_close": definition.get("clear_on_close", False),
            "notify_on_close": definition.get("notify_on_close", False),
            "close": definition.get("close"),
            "submit": definition.get("submit"),
            "submit_disabled": definition.get("submit_disabled", False),
            "previous_view_id": view.previous,
            "root_view_id": view.root,
            "app_id": self.seed.bot.app_id,
            "external_id": definition.get("external_id", ""),
            "app_installed_team_id": self.seed.team.id,
            "bot_id": self.seed.bot.bot_id,
        }

    def channel_payload(self, conversation: Conversation) -> Payload:
        """Return a conversation as the Web API shows it to the app."""
        bot = self.seed.bot.user_id
        common: Payload = {"id": conversation.id, "is_archived": conversation.is_archived, "created": 1700000000}
        if conversation.kind == "im":
            other = next(member for member in conversation.members if member != bot)
            deleted = self.people[other].deleted if other in self.people else False
            return {**common, "is_im": True, "user": other, "is_user_deleted": deleted, "is_org_shared": False}
        return {
            **common,
            "name": conversation.name,
            "name_normalized": conversation.name,
            "is_channel": conversation.kind == "channel",
            "is_group": conversation.kind == "group",
            "is_im": False,
            "is_mpim": conversation.kind == "mpim",
            "is_private": conversation.kind != "channel",
            "is_general": False,
            "is_shared": conversation.is_ext_shared,
            "is_ext_shared": conversation.is_ext_shared,
            "is_org_shared": False,
            "is_member": bot in conversation.members,
            "num_members": len(conversation.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }

    def _stored(self, message: Payload, ts: str) -> Payload:
        stored: dict[str, Any] = copy.deepcopy(message)
        if stored.get("blocks"):
            stored["blocks"] = completed(stored["blocks"])
        stored["ts"] = ts
        return stored
