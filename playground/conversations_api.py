"""``conversations.*``."""

from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import SlackError
from playground.interactions import wire_message
from playground.pages import page
from playground.workspace import Conversation, Workspace

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
READ_SCOPES = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY_SCOPES = {"channel": "channels:history", "group": "groups:history", "im": "im:history", "mpim": "mpim:history"}
MAX_OPEN = 8


def conversations_list(workspace: Workspace, call: Call) -> Payload:
    """List channels; private ones only with the app in them."""
    kinds = []
    for name in call.names("types") or ["public_channel"]:
        if name not in KINDS:
            raise SlackError("invalid_types")
        kinds.append(KINDS[name])
        workspace.need_scope(READ_SCOPES[KINDS[name]])
    bot = workspace.seed.bot.user_id
    found = [
        item
        for item in workspace.conversations.values()
        if item.kind in kinds
        and (item.kind == "channel" or bot in item.members)
        and not (call.flag("exclude_archived") and item.is_archived)
    ]
    shown, following = page(call, found, default_limit=100)
    channels = [workspace.channel_payload(item) for item in shown]
    return {"channels": channels, "response_metadata": {"next_cursor": following}}


def conversations_info(workspace: Workspace, call: Call) -> Payload:
    """Show one conversation."""
    conversation = workspace.conversation(call.text("channel"))
    workspace.need_scope(READ_SCOPES[conversation.kind])
    return {"channel": workspace.channel_payload(conversation)}


def conversations_members(workspace: Workspace, call: Call) -> Payload:
    """List who is in a conversation."""
    conversation = workspace.conversation(call.text("channel"))
    workspace.need_scope(READ_SCOPES[conversation.kind])
    members, following = page(call, conversation.members, default_limit=100)
    return {"members": list(members), "response_metadata": {"next_cursor": following}}


def conversations_open(workspace: Workspace, call: Call) -> Payload:
    """Open the direct messages with somebody."""
    if channel := call.optional("channel"):
        return _opened(workspace, call, workspace.conversation(channel))
    users = call.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > MAX_OPEN:
        raise SlackError("too_many_users")
    for user in users:
        if user == workspace.seed.bot.user_id or workspace.person(user).is_bot:
            raise SlackError("cannot_dm_bot")
        if workspace.person(user).deleted:
            raise SlackError("user_disabled")
    if len(users) == 1:
        return _opened(workspace, call, workspace.dm(users[0]))
    members = sorted([*users, workspace.seed.bot.user_id])
    for conversation in workspace.conversations.values():
        if conversation.kind == "mpim" and conversation.members == members:
            return _opened(workspace, call, conversation)
    group_id = workspace.new_id("G")
    group = Conversation(id=group_id, kind="mpim", name=f"mpdm-{group_id.lower()}", members=members)
    workspace.conversations[group_id] = group
    return _opened(workspace, call, group)


def conversations_join(workspace: Workspace, call: Call) -> Payload:
    """Let the app into a public channel."""
    conversation = workspace.conversation(call.text("channel"))
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if workspace.rules.archives and conversation.is_archived:
        raise SlackError("is_archived")
    bot = workspace.seed.bot.user_id
    answer: Payload = {}
    if bot in conversation.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        conversation.members.append(bot)
        workspace.windows.changed(conversation.members, sidebar=True, directory=True)
    return {"channel": workspace.channel_payload(conversation), **answer}


def conversations_history(workspace: Workspace, call: Call) -> Payload:
    """Show what was said in a conversation, newest first, without the replies in threads."""
    conversation = _readable(workspace, call)
    wanted = [message for message in reversed(conversation.said.shown) if _wanted(message, call)]
    messages, following = page(call, wanted, default_limit=100)
    shown = [_shown(conversation, message, call) for message in messages]
    return {**_messages(shown, following), "pin_count": 0}


def conversations_replies(workspace: Workspace, call: Call) -> Payload:
    """Show a thread, its first message first."""
    conversation = _readable(workspace, call)
    ts = call.text("ts")
    parent = conversation.said.find(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    wanted = [parent, *(message for message in conversation.said.replies(ts) if _wanted(message, call))]
    messages, following = page(call, wanted, default_limit=1000)
    return _messages([_shown(conversation, message, call) for message in messages], following)


def _opened(workspace: Workspace, call: Call, conversation: Conversation) -> Payload:
    if call.flag("return_im"):
        return {"channel": workspace.channel_payload(conversation)}
    return {"channel": {"id": conversation.id}}


def _readable(workspace: Workspace, call: Call) -> Conversation:
    conversation = workspace.conversation(call.text("channel"))
    workspace.need_scope(HISTORY_SCOPES[conversation.kind])
    if workspace.rules.membership and workspace.seed.bot.user_id not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def _wanted(message: Payload, call: Call) -> bool:
    ts = float(message["ts"])
    oldest, latest = call.optional("oldest"), call.optional("latest")
    if call.flag("inclusive"):
        return (oldest is None or ts >= float(oldest)) and (latest is None or ts <= float(latest))
    return (oldest is None or ts > float(oldest)) and (latest is None or ts < float(latest))


def _shown(conversation: Conversation, message: Payload, call: Call) -> Payload:
    shown = wire_message(message)
    if not call.flag("include_all_metadata"):
        shown.pop("metadata", None)
    replies = conversation.said.replies(message["ts"])
    if replies:
        shown |= {"thread_ts": message["ts"], "reply_count": len(replies), "latest_reply": replies[-1]["ts"]}
    return shown


def _messages(messages: list[Payload], following: str) -> Payload:
    answer: Payload = {"messages": messages, "has_more": bool(following)}
    if following:
        answer["response_metadata"] = {"next_cursor": following}
    return answer
