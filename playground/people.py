"""What people do outside forms: commands, messages, shortcuts, Home, reactions, changes of the workspace."""

import dataclasses
from typing import Any

from playground import acks
from playground.blocks import Payload
from playground.delivery import Ack, Delivery
from playground.errors import Impossible
from playground.events import Events
from playground.interactions import Interactions
from playground.seed import Person, known_fields
from playground.typed_text import escaped_command, escaped_message, rich_text
from playground.workspace import Conversation, Workspace


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
    person, conversation = act.person(user), workspace.seen_by(user, channel)
    name, _, rest = text.strip().partition(" ")
    known = workspace.manifest.commands.get(name)
    if known is None:
        shown = workspace.slackbot(conversation, user, f"{name} is not a valid command.")
        return _outcome(None, shown)
    if thread_ts and not workspace.rules.commands_in_threads:
        shown = workspace.slackbot(conversation, user, f"{name} is not supported in threads.")
        return _outcome(None, shown)
    sent = escaped_command(workspace, rest) if known.should_escape else rest
    fields, _ = act.interactions.command(person, conversation, known, sent.strip(), thread_ts)
    ack = await act.delivery.send("slash_commands", name, fields)
    return _outcome(ack, acks.apply_command_ack(workspace, user, conversation, name, ack))


async def message(act: Act, user: str, channel: str, text: str, thread_ts: str | None) -> Payload:
    """Type a message; the app hears of it in its DM, and where it is mentioned."""
    workspace = act.workspace
    person, conversation = act.person(user), workspace.seen_by(user, channel)
    if conversation.is_archived:
        raise Impossible(f"{conversation.name} is archived")
    if conversation.kind == "im" and not workspace.manifest.messages_tab:
        raise Impossible("the app's Messages tab is off or read-only")
    stored = escaped_message(workspace, text)
    typed: Payload = {"type": "message", "user": user, "team": person.team_id, "text": stored}
    typed |= {"client_msg_id": workspace.new_id("M"), "blocks": rich_text(stored)}
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


async def shortcut(act: Act, user: str, callback_id: str, channel: str | None, ts: str | None) -> Payload:
    """Use a global shortcut, or one of a message's menu."""
    person = act.person(user)
    if channel and ts:
        conversation = act.workspace.seen_by(user, channel)
        source = act.workspace.message_seen_by(user, conversation, ts)
        payload = act.interactions.message_shortcut(person, conversation, source, callback_id)
    else:
        payload = act.interactions.shortcut(person, callback_id)
    ack = await act.delivery.send("interactive", payload["type"], payload)
    report_failure(act.workspace, user, ack)
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


async def react(act: Act, user: str, channel: str, ts: str, name: str) -> Payload:
    """Add an emoji to a message."""
    conversation = act.workspace.seen_by(user, channel)
    target = act.workspace.message_seen_by(act.person(user).id, conversation, ts)
    add_reaction(target, user, name)
    event = {"type": "reaction_added", "user": user, "reaction": name, "item_user": target["user"]}
    item = {"type": "message", "channel": conversation.id, "ts": ts}
    return _outcome(await act.events.send({**event, "item": item, "event_ts": act.workspace.new_ts()}), None)


def add_reaction(target: Payload, user: str, name: str) -> bool:
    """Count an emoji on a message; False if the person's is already there."""
    reactions = target.setdefault("reactions", [])
    found = next((item for item in reactions if item["name"] == name), None)
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    if user in found["users"]:
        return False
    found["users"].append(user)
    found["count"] += 1
    return True


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
    event = {"type": kind, "user": user_object(workspace, workspace.people[user]), "event_ts": workspace.new_ts()}
    return _outcome(await act.events.send(event), None)


async def change_channel(act: Act, channel: str, changes: dict[str, Any]) -> Payload:
    """Change a channel: ``name``, ``is_archived``, ``is_ext_shared`` or ``members``."""
    workspace = act.workspace
    conversation = workspace.conversations.get(channel)
    if conversation is None:
        raise Impossible(f"no channel {channel!r}")
    before = dataclasses.replace(conversation, members=list(conversation.members))
    for name in changes.keys() & {"name", "is_archived", "is_ext_shared", "members"}:
        setattr(conversation, name, changes[name])
    workspace.bell.ring()
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
        workspace.toast(user, ack.failure, f"The app did not respond ({ack.failure}).")


def _outcome(ack: Ack | None, shown: Payload | None) -> Payload:
    delivered = None if ack is None else {"status": ack.status, "body": ack.body, "failure": ack.failure}
    return {"ok": True, "ack": delivered, "message": shown}
