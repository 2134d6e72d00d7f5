"""``chat.*`` and ``reactions.add``: what the app says."""

import math
from typing import Any

from playground import limits
from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import RateLimited, SlackError
from playground.handles import is_empty_answer
from playground.interactions import wire_message
from playground.people import add_reaction
from playground.said import BROADCAST
from playground.workspace import Conversation, Workspace

POST_TEXT_LIMIT = 40_000
UPDATE_TEXT_LIMIT = 4_000
POST_PACE_SECONDS = 1
EARLY_SECONDS = 0.25
"""How much too early a post may come, as the network delays one more than the other; on average it stays one a second."""
MINUTE = 60


def chat_post_message(workspace: Workspace, call: Call) -> Payload:
    """Post a message."""
    conversation = _writable(workspace, call)
    body = _body(workspace, call)
    if is_empty_answer(body):
        raise SlackError("no_text")
    _keep_pace(workspace, conversation)
    thread_ts = call.optional("thread_ts")
    if thread_ts:
        _parent(conversation, thread_ts)
        body["thread_ts"] = thread_ts
    if workspace.rules.limits:
        body["text"] = body.get("text", "")[:POST_TEXT_LIMIT]
    message = workspace.bot_message(body)
    if thread_ts and call.flag("reply_broadcast"):
        message["subtype"] = BROADCAST
    posted = workspace.post(conversation, message)
    return {"channel": conversation.id, "ts": posted["ts"], "message": wire_message(posted)}


def chat_post_ephemeral(workspace: Workspace, call: Call) -> Payload:
    """Post a message that one person sees."""
    conversation = _writable(workspace, call)
    user = call.text("user")
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    body = _body(workspace, call)
    if is_empty_answer(body):
        raise SlackError("no_text")
    if thread_ts := call.optional("thread_ts"):
        body["thread_ts"] = thread_ts
    posted = workspace.post_ephemeral(conversation, user, workspace.bot_message(body))
    return {"message_ts": posted["ts"]}


def chat_update(workspace: Workspace, call: Call) -> Payload:
    """Change a message of the app; blocks and metadata that are not named stay."""
    conversation = _writable(workspace, call)
    message = _own_message(workspace, conversation, call.text("ts"), "cant_update_message")
    body = _body(workspace, call)
    if workspace.rules.limits and len(body.get("text", "")) > UPDATE_TEXT_LIMIT:
        raise SlackError("msg_too_long")
    if not body:
        raise SlackError("no_text")
    for key in ("blocks", "attachments", "metadata"):
        if key in body and not body[key]:
            message.pop(key, None)
            del body[key]
    workspace.rewrite(conversation, message, body)
    message["edited"] = {"user": workspace.seed.bot.user_id, "ts": workspace.new_ts()}
    shown = wire_message(message)
    return {"channel": conversation.id, "ts": message["ts"], "text": message["text"], "message": shown}


def chat_delete(workspace: Workspace, call: Call) -> Payload:
    """Delete a message of the app."""
    conversation = _writable(workspace, call)
    message = _own_message(workspace, conversation, call.text("ts"), "cant_delete_message")
    conversation.said.remove(message)
    workspace.message_changed(conversation, sidebar=True)
    return {"channel": conversation.id, "ts": message["ts"]}


def chat_get_permalink(workspace: Workspace, call: Call) -> Payload:
    """Return the address of a message."""
    conversation = workspace.conversation(call.text("channel"))
    ts = workspace.message(conversation, call.text("message_ts"))["ts"]
    domain = workspace.seed.team.domain
    link = f"https://{domain}.slack.com/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"channel": conversation.id, "permalink": link}


def reactions_add(workspace: Workspace, call: Call) -> Payload:
    """Put an emoji on a message."""
    conversation = _writable(workspace, call)
    message = workspace.message(conversation, call.text("timestamp"))
    if not add_reaction(message, workspace.seed.bot.user_id, call.text("name")):
        raise SlackError("already_reacted")
    workspace.message_changed(conversation)
    return {}


def _writable(workspace: Workspace, call: Call) -> Conversation:
    conversation = workspace.conversation(call.text("channel"))
    if workspace.rules.membership and workspace.seed.bot.user_id not in conversation.members:
        raise SlackError("not_in_channel")
    if workspace.rules.archives and conversation.is_archived:
        raise SlackError("is_archived")
    return conversation


def _body(workspace: Workspace, call: Call) -> Payload:
    body: Payload = {}
    for key, refusal in (
        ("blocks", "invalid_blocks_format"),
        ("attachments", "invalid_attachments"),
        ("metadata", "invalid_metadata_format"),
    ):
        value = call.structure(key, refusal)
        if value is not None:
            body[key] = value
    if call.args.get("text") is not None:
        body["text"] = str(call.args["text"])
    if markdown := call.optional("markdown_text"):
        if body.get("text") or body.get("blocks"):
            raise SlackError("markdown_text_conflict")
        if workspace.rules.limits and len(markdown) > limits.MARKDOWN_CHARACTERS:
            raise SlackError("msg_too_long")
        body["blocks"] = [{"type": "markdown", "text": markdown}]
    if workspace.rules.limits:
        limits.check_message(body)
    workspace.need_scopes_of(body.get("blocks"))
    _check_metadata(body.get("metadata"))
    return body


def _check_metadata(metadata: Any) -> None:
    if metadata in (None, {}):
        return
    right = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not right or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")


def _keep_pace(workspace: Workspace, conversation: Conversation) -> None:
    now, most, posts = workspace.clock.now(), workspace.rules.posts_per_minute, workspace.posts
    if workspace.rules.post_pace and now < conversation.next_post - EARLY_SECONDS:
        raise RateLimited(POST_PACE_SECONDS)
    while posts and now - posts[0] >= MINUTE:
        posts.popleft()
    if most is not None and len(posts) >= most:
        raise RateLimited(math.ceil(posts[0] + MINUTE - now) if posts else MINUTE)
    posts.append(now)
    conversation.next_post = max(now, conversation.next_post) + POST_PACE_SECONDS


def _own_message(workspace: Workspace, conversation: Conversation, ts: str, refusal: str) -> Payload:
    message = workspace.message(conversation, ts)
    if message.get("bot_id") != workspace.seed.bot.bot_id:
        raise SlackError(refusal)
    return message


def _parent(conversation: Conversation, thread_ts: str) -> None:
    if conversation.said.find(thread_ts) is None:
        raise SlackError("thread_not_found")
