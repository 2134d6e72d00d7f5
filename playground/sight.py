"""What a script asks for: the directory, everything that one person sees, and it as plain text."""

from collections.abc import Iterator

from playground import screen
from playground.blocks import Payload
from playground.errors import Impossible
from playground.mrkdwn import Names
from playground.text import message_text, view_text
from playground.workspace import Conversation, Workspace

NEWEST = 200
PERSON_FIELDS = (
    "id",
    "name",
    "real_name",
    "title",
    "locale",
    "tz",
    "deleted",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "is_bot",
)


def directory(workspace: Workspace) -> Payload:
    """Return who and what there is, by which a script finds ids."""
    bot, manifest, installed = workspace.seed.bot, workspace.manifest, workspace.app_refusal is None
    return {
        "team": {"id": workspace.seed.team.id, "name": workspace.seed.team.name},
        "bot": {"user_id": bot.user_id, "name": bot.name},
        "app": {
            "user_id": bot.user_id,
            "name": manifest.name or bot.name,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab,
            "installed": installed,
        },
        "people": [{name: getattr(person, name) for name in PERSON_FIELDS} for person in workspace.people.values()],
        "channels": [
            {
                "id": item.id,
                "name": item.name,
                "members": item.members,
                "is_private": item.kind == "group",
                "is_archived": item.is_archived,
                "is_ext_shared": item.is_ext_shared,
            }
            for item in workspace.conversations.values()
            if item.kind in {"channel", "group"}
        ],
        "commands": [
            {"name": item.name, "description": item.description, "usage_hint": item.usage_hint}
            for item in manifest.commands.values()
            if installed
        ],
        "shortcuts": list(manifest.shortcuts) if installed else [],
    }


def names_for(workspace: Workspace, user: str) -> Names:
    """Return the directory with which this person's screen is read."""
    people = {person.id: person.real_name for person in workspace.people.values()}
    people[workspace.seed.bot.user_id] = workspace.seed.bot.name
    channels = {item.id: item.name for item in workspace.conversations.values() if item.kind in {"channel", "group"}}
    return Names(people=people, channels=channels, zone=workspace.person(user).tz)


def state(workspace: Workspace, user: str, only: str | None = None, limit: int = NEWEST) -> Payload:
    """Return everything before a person's eyes: of each conversation (or of ``only`` one) the newest messages."""
    if user not in workspace.people:
        raise Impossible(f"nobody has the id {user!r}")
    app = workspace.dm(user)
    wanted = None if only is None else workspace.seen_by(user, only)
    seen = [
        item
        for item in (workspace.conversations.values() if wanted is None else [wanted])
        if user in item.members and item is not app
    ]
    return {
        "user": user,
        "channels": [_conversation(workspace, user, item, limit) for item in seen if item.kind != "im"],
        "dms": [_conversation(workspace, user, item, limit) for item in seen if item.kind == "im"],
        "dm": _conversation(workspace, user, app, limit if wanted is None or wanted is app else 0),
        **screen.person(workspace, user),
    }


def shown_texts(workspace: Workspace, user: str, where: str, after_ts: str = "") -> Iterator[tuple[Payload, str]]:
    """Yield what stands in one place as (thing, text), newest first: ``dm``, ``modal``, ``home`` or a channel's id."""
    names = names_for(workspace, user)
    if where in {"modal", "home"}:
        view = workspace.top_modal(user) if where == "modal" else workspace.homes.get(user)
        if view is not None:
            shown = screen.view_of(workspace, view)
            yield shown, view_text(shown, names)
        return
    conversation = workspace.seen_by(user, where)
    own = [item for item in conversation.ephemerals.get(user, []) if item["ts"] > after_ts]
    for item in sorted(
        [*conversation.said.since(after_ts), *own], key=lambda message: str(message["ts"]), reverse=True
    ):
        shown = screen.message_of(workspace, user, item)
        yield {**shown, "channel": conversation.id}, message_text(shown, names)


def _conversation(workspace: Workspace, user: str, item: Conversation, limit: int) -> Payload:
    said = item.said.newest(limit) if limit else []
    ephemerals = item.ephemerals.get(user, []) if limit else []
    seen = sorted([*said, *ephemerals], key=lambda message: str(message["ts"]))
    return {
        "id": item.id,
        "name": item.name,
        "is_private": item.kind != "channel",
        "is_archived": item.is_archived,
        "is_ext_shared": item.is_ext_shared,
        "messages": [screen.message_of(workspace, user, message) for message in seen],
    }
