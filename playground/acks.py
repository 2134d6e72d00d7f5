"""What Slack does with the body of an acknowledgement, and with a post to a response URL."""

from typing import Any

from playground import limits, modals
from playground.blocks import Payload
from playground.delivery import Ack
from playground.errors import Impossible, SlackError
from playground.handles import ResponseUrl, is_empty_answer
from playground.workspace import Conversation, View, Workspace


def apply_command_ack(
    workspace: Workspace, user: str, conversation: Conversation, command: str, ack: Ack
) -> Payload | None:
    """Show what a slash command was answered with and return that message."""
    if ack.failure:
        return workspace.slackbot(conversation, user, "command_failed", command=command, error=ack.failure)
    body: Any = {"text": ack.body} if isinstance(ack.body, str) else ack.body
    if not isinstance(body, dict) or is_empty_answer(body):
        return None
    try:
        _check(workspace, body)
    except SlackError as refusal:
        return workspace.slackbot(conversation, user, "command_failed", command=command, error=refusal.code)
    return _say(workspace, conversation, user, body)


def show_stray_body(workspace: Workspace, user: str, conversation: Conversation, ack: Ack) -> None:
    """Show a message that came with the ack of a button or shortcut, which only a lax Slack would do."""
    if ack.failure is None and not workspace.rules.empty_acks:
        apply_command_ack(workspace, user, conversation, "The app", ack)


def apply_submission_ack(workspace: Workspace, view: View, ack: Ack) -> None:
    """Close, change or mark the modal that was submitted."""
    if ack.failure:
        view.failure = ack.failure
    elif not ack.has_body:
        modals.close(workspace, view)
    else:
        try:
            _respond_to_form(workspace, view, ack.body)
        except SlackError as refusal:
            view.failure = ", ".join([refusal.code, *refusal.messages])
    workspace.view_changed(view.user)


def _respond_to_form(workspace: Workspace, view: View, body: Any) -> None:
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "clear":
        modals.close_all(workspace, view.user)
    elif action == "errors":
        _mark_errors(view, body.get("errors"))
    elif action == "update":
        modals.update(workspace, view, body.get("view"))
    elif action == "push":
        modals.push(workspace, view.user, body.get("view"))
    else:
        raise SlackError("invalid_response_action")


def _mark_errors(view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.definition["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_errors")
    view.errors = {block_id: str(text) for block_id, text in errors.items()}


def apply_response(workspace: Workspace, url: ResponseUrl, body: Any) -> None:
    """Do what a post to a response URL asks for.

    Raises:
        SlackError: ``no_text``, ``invalid_blocks`` … as a message would be refused.
    """
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    conversation = workspace.conversations[url.conversation]
    if body.get("delete_original"):
        _remove(workspace, conversation, url)
        return
    if is_empty_answer(body):
        raise SlackError("no_text")
    _check(workspace, body)
    if body.get("replace_original") and url.source_ts is not None:
        source = _source(workspace, conversation, url)
        if source is not None:
            fresh = workspace.bot_message(body)
            for key in ("blocks", "attachments", "metadata"):
                source.pop(key, None)
            changes: Payload = {key: fresh[key] for key in ("text", "blocks", "attachments") if key in fresh}
            workspace.rewrite(conversation, source, changes)
            if not url.source_is_ephemeral:
                source["edited"] = {"user": workspace.seed.bot.user_id, "ts": workspace.new_ts()}
            return
    if url.thread_ts and "thread_ts" not in body:
        body = {**body, "thread_ts": url.thread_ts}
    _say(workspace, conversation, url.user, body)


def _say(workspace: Workspace, conversation: Conversation, user: str, body: Payload) -> Payload:
    message = workspace.bot_message(body)
    if body.get("response_type") == "in_channel":
        return workspace.post(conversation, message)
    return workspace.post_ephemeral(conversation, user, message)


def _source(workspace: Workspace, conversation: Conversation, url: ResponseUrl) -> Payload | None:
    try:
        return workspace.message_seen_by(url.user, conversation, url.source_ts or "")
    except Impossible:
        return None  # an ephemeral is gone after a reload, a message may have been deleted: Slack says ok


def _remove(workspace: Workspace, conversation: Conversation, url: ResponseUrl) -> None:
    source = _source(workspace, conversation, url)
    if source is None:
        return
    if url.source_is_ephemeral:
        conversation.ephemerals[url.user].remove(source)
    else:
        conversation.said.remove(source)
    workspace.message_changed(conversation, sidebar=True)


def _check(workspace: Workspace, body: Payload) -> None:
    if workspace.rules.limits:
        limits.check_message(body)
