"""What the browser page asks for: one person's sidebar, a page of messages, modals, Home and notices."""

from playground.blocks import Payload
from playground.inputs import state_values
from playground.said import page_before
from playground.workspace import Conversation, View, Workspace

MOST_MESSAGES = 1000


def sidebar(workspace: Workspace, user: str) -> Payload:
    """Return the conversations a person is in, with the number of unread messages."""
    bot = workspace.seed.bot.user_id
    app = workspace.dm(workspace.person(user).id)
    own = [item for item in workspace.conversations.values() if user in item.members and item is not app]
    channels = [
        {
            "id": item.id,
            "name": item.name,
            "kind": "channel" if item.kind == "channel" else "group",
            "is_private": item.kind != "channel",
            "is_archived": item.is_archived,
            "is_ext_shared": item.is_ext_shared,
            "is_member_app": bot in item.members,
            **_unread(item, user),
        }
        for item in own
        if item.kind != "im"
    ]
    dms = [{"id": item.id, "with": _partner(item, user), **_unread(item, user)} for item in own if item.kind == "im"]
    return {
        "channels": sorted(channels, key=lambda item: str(item["name"])),
        "dms": sorted(dms, key=lambda item: workspace.person(item["with"]).real_name),
        "app": {"channel": app.id, **_unread(app, user)},
    }


def messages(workspace: Workspace, user: str, ref: str, query: dict[str, str]) -> Payload:
    """Return a page of a conversation or, with ``thread_ts``, of a thread, oldest first.

    ``before`` is the timestamp from which on messages are left out, ``limit`` how many there are at most (60).
    """
    conversation = workspace.seen_by(user, ref)
    thread_ts, before = query.get("thread_ts") or None, query.get("before") or None
    limit = min(max(int(query.get("limit") or "60"), 1), MOST_MESSAGES)
    whole = conversation.said.replies(thread_ts) if thread_ts else conversation.said.shown
    found, has_more = page_before(whole, before, limit)
    since = found[0]["ts"] if has_more else ""
    own = [
        message
        for message in conversation.ephemerals.get(user, [])
        if message.get("thread_ts") == thread_ts and since <= message["ts"] < (before or "~")
    ]
    if own:
        found = sorted([*found, *own], key=lambda message: str(message["ts"]))
    parent = conversation.said.find(thread_ts) if thread_ts and not has_more else None
    if parent is not None:
        found.insert(0, parent)
    shown = [{**message_of(workspace, user, item), **_thread(conversation, item["ts"])} for item in found]
    return {"channel": conversation.id, "messages": shown, "has_more": has_more}


def person(workspace: Workspace, user: str) -> Payload:
    """Return what lies before a person besides messages: modals (the last is on top), Home and notices."""
    home = workspace.homes.get(workspace.person(user).id)
    return {
        "modals": [view_of(workspace, view) for view in workspace.modals.get(user, [])],
        "home": view_of(workspace, home) if home else None,
        "toasts": workspace.toasts.get(user, []),
    }


def message_of(workspace: Workspace, user: str, message: Payload) -> Payload:
    """Return a message with what this person has entered in it."""
    typed = workspace.message_inputs.get((user, message["ts"]), {})
    if not typed:
        return message
    return {**message, "state": state_values(message.get("blocks", []), typed)}


def view_of(workspace: Workspace, view: View) -> Payload:
    """Return a modal or Home with its errors."""
    return {**workspace.view_payload(view), "errors": view.errors, "failure": view.failure}


def _unread(item: Conversation, user: str) -> Payload:
    return {
        "unread": item.said.unread(max(item.read.get(user, ""), item.unread_since)),
        "last_ts": item.said.last_ts,
    }


def _partner(item: Conversation, user: str) -> str:
    return next((member for member in item.members if member != user), user)


def _thread(conversation: Conversation, ts: str) -> Payload:
    replies = conversation.said.replies(ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply["user"] for reply in replies))
    return {"reply_count": len(replies), "reply_users": users, "latest_reply": replies[-1]["ts"]}
