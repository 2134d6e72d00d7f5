"""What one person sees: channels, direct messages, ephemerals, modals, Home, notices."""

from playground.blocks import Payload
from playground.errors import Impossible
from playground.inputs import state_values
from playground.mrkdwn import Names
from playground.text import message_text, view_text
from playground.workspace import Conversation, View, Workspace


def directory(workspace: Workspace) -> Payload:
    """Return who and what there is, by which a script finds ids."""
    return {
        "team": {"id": workspace.seed.team.id, "name": workspace.seed.team.name},
        "bot": {"user_id": workspace.seed.bot.user_id, "name": workspace.seed.bot.name},
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "real_name": person.real_name,
                "locale": person.locale,
                "tz": person.tz,
                "deleted": person.deleted,
            }
            for person in workspace.people.values()
        ],
        "channels": [
            {"id": item.id, "name": item.name, "members": item.members}
            for item in workspace.conversations.values()
            if item.kind in {"channel", "group"}
        ],
        "commands": [
            {"name": item.name, "description": item.description, "usage_hint": item.usage_hint}
            for item in workspace.manifest.commands.values()
        ],
        "shortcuts": list(workspace.manifest.shortcuts),
    }


def names_for(workspace: Workspace, user: str) -> Names:
    """Return the directory with which this person's screen is read."""
    people = {person.id: person.real_name for person in workspace.people.values()}
    people[workspace.seed.bot.user_id] = workspace.seed.bot.name
    channels = {item.id: item.name for item in workspace.conversations.values() if item.kind in {"channel", "group"}}
    return Names(people=people, channels=channels, zone=workspace.person(user).tz)


def state(workspace: Workspace, user: str) -> Payload:
    """Return everything before a person's eyes."""
    person = workspace.people.get(user)
    if person is None:
        raise Impossible(f"nobody has the id {user!r}")
    home = workspace.homes.get(user)
    return {
        "user": user,
        "channels": [
            _conversation(workspace, user, item)
            for item in list(workspace.conversations.values())
            if user in item.members and item.kind != "im"
        ],
        "dm": _conversation(workspace, user, workspace.dm(user)),
        "modals": [_view(workspace, view) for view in workspace.modals.get(user, [])],
        "home": _view(workspace, home) if home else None,
        "toasts": workspace.toasts.get(user, []),
    }


def shown_texts(workspace: Workspace, user: str, where: str, after_ts: str = "") -> list[tuple[Payload, str]]:
    """Return what stands in one place as (thing, text): ``dm``, ``modal``, ``home`` or a channel's id."""
    names = names_for(workspace, user)
    if where == "modal":
        view = workspace.top_modal(user)
        seen = [_view(workspace, view)] if view else []
        return [(item, view_text(item, names)) for item in seen]
    if where == "home":
        home = workspace.homes.get(user)
        seen = [_view(workspace, home)] if home else []
        return [(item, view_text(item, names)) for item in seen]
    conversation = _conversation(workspace, user, workspace.seen_by(user, where))
    messages = [item for item in conversation["messages"] if item["ts"] > after_ts]
    return [({**item, "channel": conversation["id"]}, message_text(item, names)) for item in messages]


def _conversation(workspace: Workspace, user: str, item: Conversation) -> Payload:
    seen = sorted([*item.messages, *item.ephemerals.get(user, [])], key=lambda message: float(message["ts"]))
    return {
        "id": item.id,
        "name": item.name,
        "is_private": item.kind != "channel",
        "is_archived": item.is_archived,
        "is_ext_shared": item.is_ext_shared,
        "messages": [_message(workspace, user, message) for message in seen],
    }


def _message(workspace: Workspace, user: str, message: Payload) -> Payload:
    typed = workspace.message_inputs.get((user, message["ts"]), {})
    if not typed:
        return message
    return {**message, "state": state_values(message.get("blocks", []), typed)}


def _view(workspace: Workspace, view: View) -> Payload:
    return {**workspace.view_payload(view), "errors": view.errors, "failure": view.failure}
