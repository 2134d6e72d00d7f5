"""What people do outside forms: commands, messages, shortcuts, Home, reactions, changes of the workspace."""

import dataclasses
from typing import Any

from playground import acks, modals
from playground.blocks import Payload
from playground.delivery import Ack, Delivery
from playground.errors import Impossible
from playground.events import Events
from playground.interactions import Interactions
from playground.rich_text import rich_text
from playground.seed import Person, known_fields
from playground.sentences import sentence
from playground.typed_text import escaped, escaped_command, marks_of
from playground.workspace import Conversation, Workspace

TOKEN_REFUSALS = ("account_inactive", "token_revoked")


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Everything that an act needs to reach the bot."""

    workspace: Workspace
    delivery: Delivery
    interactions: Interactions
    events: Events

    def person(self, user: str) -> Person:
        """Find who acts.

        Raises:
            Impossible: unknown or deactivated.
        """
        person = self.workspace.people.get(user)
        if person is None or person.deleted:
            raise Impossible(f"nobody active has the id {user!r}")
        return person


async def command(act: Act, user: str, channel: str, text: str, thread_ts: str | None) -> Payload:
    """Type a slash command and show its answer."""
    workspace = act.workspace
    person, conversation = act.person(user), _written_in(workspace, user, channel, thread_ts)
    name, _, rest = text.strip().partition(" ")
    known = workspace.manifest.commands.get(name)
    if known is None or workspace.app_refusal:
        shown = workspace.slackbot(conversation, user, "unknown_command", command=name)
        return _outcome(None, shown)
    if thread_ts and workspace.rules.commands_outside_threads:
        shown = workspace.slackbot(conversation, user, "command_in_thread", command=name)
        return _outcome(None, shown)
    sent = escaped_command(workspace, rest) if known.should_escape else rest
    fields = act.interactions.command(person, conversation, known, sent.strip(), thread_ts)
    ack = await act.delivery.send("slash_commands", name, fields)
    return _outcome(ack, acks.apply_command_ack(workspace, user, conversation, name, ack))


async def message(act: Act, user: str, channel: str, text: str, thread_ts: str | None) -> Payload:
    """Type a message; the app hears of it in its DM, and where it is mentioned."""
    workspace = act.workspace
    person, conversation = act.person(user), _written_in(workspace, user, channel, thread_ts)
    if not text.strip():
        raise Impossible("an empty message cannot be sent")
    if conversation is workspace.dm(user) and not workspace.manifest.messages_tab:
        raise Impossible("the app's Messages tab is off or read-only")
    stored = escaped(text, marks_of(workspace))
    typed: Payload = {"type": "message", "user": user, "team": person.team_id, "text": stored}
    typed |= {"client_msg_id": workspace.new_id("M"), "blocks": [rich_text(stored)]}
    if thread_ts:
        typed["thread_ts"] = thread_ts
    posted = workspace.post(conversation, typed)
    bot = workspace.seed.bot.user_id
    ack = None
    if bot in conversation.members:
        ack = await act.events.send(*act.events.message_event(conversation, posted))
        if f"<@{bot}>" in stored and conversation.kind != "im":
            mention = {**posted, "type": "app_mention", "channel": conversation.id, "event_ts": posted["ts"]}
            ack = await act.events.send(mention)
    return _outcome(ack, posted)


def _written_in(workspace: Workspace, user: str, channel: str, thread_ts: str | None) -> Conversation:
    """Find the conversation in which somebody types, perhaps in a thread."""
    conversation = workspace.seen_by(user, channel)
    if conversation.is_archived:
        raise Impossible(f"{conversation.name} is archived")
    if thread_ts and conversation.said.find(thread_ts) is None:
        raise Impossible(f"there is no thread {thread_ts!r}")
    return conversation


async def shortcut(act: Act, user: str, callback_id: str, channel: str | None, ts: str | None) -> Payload:
    """Use a global shortcut, or one of a message's menu."""
    person = act.person(user)
    conversation = act.workspace.seen_by(user, channel or "dm")
    kind = "message" if channel and ts else "global"
    offered = [(item["type"], item["callback_id"]) for item in act.workspace.manifest.shortcuts]
    if (kind, callback_id) not in offered:
        raise Impossible(f"the manifest has no {kind} shortcut {callback_id!r}")
    if channel and ts:
        source = act.workspace.message_seen_by(user, conversation, ts)
        payload = act.interactions.message_shortcut(person, conversation, source, callback_id)
    else:
        payload = act.interactions.shortcut(person, callback_id, conversation.id if channel else None)
    ack = await act.delivery.send("interactive", payload["type"], payload)
    report_failure(act.workspace, user, ack)
    acks.show_stray_body(act.workspace, user, conversation, ack)
    return _outcome(ack, None)


async def home(act: Act, user: str, tab: str) -> Payload:
    """Open the app's Home or Messages tab."""
    workspace = act.workspace
    person = act.person(user)
    if tab == "home" and not workspace.manifest.home_tab:
        raise Impossible("the app has no Home tab")
    event: Payload = {"type": "app_home_opened", "user": person.id, "channel": workspace.dm(user).id, "tab": tab}
    event["event_ts"] = workspace.new_ts()
    if tab == "home" and user in workspace.homes:
        event["view"] = workspace.view_payload(workspace.homes[user])
    return _outcome(await act.events.send(event), None)


async def react(act: Act, user: str, channel: str, ts: str, name: str, *, remove: bool) -> Payload:
    """Add an emoji to a message, or take the own one away."""
    conversation = act.workspace.seen_by(user, channel)
    target = act.workspace.message_seen_by(act.person(user).id, conversation, ts)
    if conversation.is_archived or target.get("is_ephemeral"):
        raise Impossible("nobody can react to this")
    changed = remove_reaction(target, user, name) if remove else add_reaction(target, user, name)
    act.workspace.message_changed(conversation)
    if not changed or act.workspace.seed.bot.user_id not in conversation.members:
        return _outcome(None, None)
    kind = "reaction_removed" if remove else "reaction_added"
    event = {"type": kind, "user": user, "reaction": name, "item_user": target["user"]}
    item = {"type": "message", "channel": conversation.id, "ts": ts}
    return _outcome(await act.events.send({**event, "item": item, "event_ts": act.workspace.new_ts()}), None)


def add_reaction(target: Payload, user: str, name: str) -> bool:
    """Count an emoji on a message; False if the person's is already there."""
    users = _reactions(target)
    if user in users.get(name, []):
        return False
    _keep_reactions(target, {**users, name: [*users.get(name, []), user]})
    return True


def remove_reaction(target: Payload, user: str, name: str) -> bool:
    """Take a person's emoji from a message; False if it is not there."""
    users = _reactions(target)
    if user not in users.get(name, []):
        return False
    _keep_reactions(target, {**users, name: [other for other in users[name] if other != user]})
    return True


def _reactions(target: Payload) -> dict[str, list[str]]:
    return {item["name"]: item["users"] for item in target.get("reactions", [])}


def _keep_reactions(target: Payload, users: dict[str, list[str]]) -> None:
    # a new list each time: the traffic log holds the old one
    target["reactions"] = [{"name": name, "users": who, "count": len(who)} for name, who in users.items() if who]


def reload(workspace: Workspace, user: str) -> None:
    """Reload a person's client: modals, ephemerals and notices are gone."""
    if workspace.rules.fleeting_ephemerals:
        for conversation in workspace.conversations.values():
            if conversation.ephemerals.pop(user, None):
                workspace.windows.changed({user}, channel=conversation.id)
    workspace.toasts.pop(user, None)
    modals.close_all(workspace, user)


def read(workspace: Workspace, user: str, channel: str, ts: str) -> None:
    """Mark a conversation as read up to a message; what was read stays read."""
    conversation = workspace.seen_by(user, channel)
    conversation.read[user] = max(conversation.read.get(user, ""), ts)
    workspace.windows.changed({user}, sidebar=True)


def direct_messages(act: Act, user: str, partner: str) -> Conversation:
    """Open the direct messages between two people, or between a person and the app."""
    workspace = act.workspace
    person = act.person(user)
    if partner == workspace.seed.bot.user_id:
        return workspace.dm(user)
    members = list(dict.fromkeys([person.id, act.person(partner).id]))
    for conversation in workspace.conversations.values():
        if conversation.kind == "im" and set(conversation.members) == set(members):
            return conversation
    opened = Conversation(id=workspace.new_id("D"), kind="im", name="directmessage", members=members)
    workspace.conversations[opened.id] = opened
    workspace.windows.changed(members, sidebar=True)
    return opened


def dismiss(workspace: Workspace, user: str, notice_id: str) -> None:
    """Take a notice away."""
    workspace.toasts[user] = [item for item in workspace.toasts.get(user, []) if item["id"] != notice_id]
    workspace.view_changed(user)


def say_seeded(workspace: Workspace) -> None:
    """Let people have written what the seed says they wrote before the start."""
    marks = marks_of(workspace)
    for channel in workspace.seed.channels:
        for item in channel.messages:
            text = escaped(item.text, marks)
            author = workspace.person(item.user)
            typed = {"type": "message", "user": author.id, "team": author.team_id, "text": text}
            message = {**typed, "client_msg_id": workspace.new_id("M"), "blocks": [rich_text(text)]}
            workspace.post_earlier(workspace.conversations[channel.id], message, item.minutes_ago * 60)


async def change_user(act: Act, user: str, changes: dict[str, Any]) -> Payload:
    """Change a person (``user_change``), or let a new one join (``team_join``)."""
    workspace = act.workspace
    kind = "user_change" if user in workspace.people else "team_join"
    if kind == "team_join":
        fields = known_fields(Person, {**changes, "id": user})
        workspace.people[user] = Person(**{"team_id": workspace.seed.team.id, **fields})
    else:
        for name, value in known_fields(Person, changes).items():
            setattr(workspace.people[user], name, value)
    workspace.windows.changed(sidebar=True, directory=True)
    event = {"type": kind, "user": user_object(workspace, workspace.people[user]), "event_ts": workspace.new_ts()}
    return _outcome(await act.events.send(event), None)


async def change_app(act: Act, *, installed: bool, error: str) -> Payload:
    """Remove the app, which is told so for the last time, or install it again; ``error`` refuses its token since."""
    if error not in TOKEN_REFUSALS:
        raise Impossible(f"Slack refuses the token of an app that was removed as one of {', '.join(TOKEN_REFUSALS)}")
    workspace = act.workspace
    ack = None
    if not installed and workspace.app_refusal is None:
        tokens = {"oauth": [], "bot": [workspace.seed.bot.user_id]}
        for event in ({"type": "tokens_revoked", "tokens": tokens}, {"type": "app_uninstalled"}):
            ack = await act.events.send(event) or ack
    act.delivery.is_installed = installed
    workspace.app_refusal = None if installed else error
    workspace.windows.changed(directory=True)
    return _outcome(ack, None)


async def change_channel(act: Act, channel: str, changes: dict[str, Any]) -> Payload:
    """Change a channel: ``name``, ``is_archived``, ``is_ext_shared`` or ``members``."""
    workspace = act.workspace
    conversation = workspace.conversations.get(channel)
    if conversation is None:
        raise Impossible(f"no channel {channel!r}")
    before = dataclasses.replace(conversation, members=list(conversation.members))
    for name in changes.keys() & {"name", "is_archived", "is_ext_shared", "members"}:
        setattr(conversation, name, changes[name])
    workspace.windows.changed(sidebar=True, directory=True)
    ack = None
    for event in _channel_events(workspace, before, conversation):
        ack = await act.events.send({**event, "channel": channel, "event_ts": workspace.new_ts()})
    return _outcome(ack, None)


def _channel_events(workspace: Workspace, before: Conversation, after: Conversation) -> list[Payload]:
    prefix = "channel" if after.kind == "channel" else "group"
    events: list[Payload] = []
    if before.is_archived != after.is_archived:
        events.append({"type": f"{prefix}_archive" if after.is_archived else f"{prefix}_unarchive"})
    if before.is_ext_shared != after.is_ext_shared:
        kind = "channel_shared" if after.is_ext_shared else "channel_unshared"
        events.append({"type": kind, "connected_team_id": "T0ELSEWHERE"})
    bot = workspace.seed.bot.user_id
    if bot in before.members and bot not in after.members:
        events.append({"type": f"{prefix}_left"})
    if bot in after.members:
        joined = [member for member in after.members if member not in before.members]
        events.extend({"type": "member_joined_channel", "user": member, "channel_type": "C"} for member in joined)
    return events


def user_object(workspace: Workspace, person: Person, *, email: bool = True, locale: bool = False) -> Payload:
    """Return a person as the Web API shows them."""
    profile = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.real_name,
        "display_name_normalized": person.real_name,
        "team": person.team_id,
    }
    if email and not person.is_bot:
        profile["email"] = person.email
    shown: Payload = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "tz": person.tz,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(workspace.clock.now()),
    }
    if person.is_stranger:
        shown["is_stranger"] = True
    if locale:
        shown["locale"] = person.locale
    return shown


def report_failure(workspace: Workspace, user: str, ack: Ack) -> None:
    """Tell a person that the app did not answer."""
    if ack.failure:
        text = sentence("no_answer", workspace.person(user).locale, error=ack.failure)
        workspace.toast(user, ack.failure, text)


def _outcome(ack: Ack | None, shown: Payload | None) -> Payload:
    delivered = None if ack is None else {"status": ack.status, "body": ack.body, "failure": ack.failure}
    return {"ok": True, "ack": delivered, "message": shown}
