"""``files.*``: how the app hands out a file in three steps."""

from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import SlackError
from playground.files import LARGEST, File
from playground.workspace import Conversation, Workspace

_CONVERSATIONS = ("C", "G", "D", "Z")


def files_get_upload_url_external(workspace: Workspace, call: Call) -> Payload:
    """Announce a file; the content goes to the address in the answer."""
    name, length = call.text("filename"), call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: length"])
    if length > LARGEST:
        raise SlackError("file_upload_size_restricted")
    file = File(workspace.new_id("F"), name, length)
    return {"upload_url": workspace.files.announce(file), "file_id": file.id}


def files_complete_upload_external(workspace: Workspace, call: Call) -> Payload:
    """Share files that were received, as one message; without a conversation they stay unseen."""
    wanted = call.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(item, dict) for item in wanted):
        raise SlackError("invalid_arguments", ["[ERROR] must be a list of files [json-pointer:/files]"])
    conversation = _conversation(workspace, call)
    files = [workspace.files.received(str(item.get("id"))) for item in wanted]
    for file, item in zip(files, wanted, strict=True):
        file.title = str(item.get("title") or file.name)
    shown = [workspace.files.wire(file, workspace.seed.bot.user_id, int(workspace.clock.now())) for file in files]
    if conversation is not None:
        message = workspace.bot_message({"text": call.optional("initial_comment") or ""})
        workspace.post(conversation, {**message, "files": shown, "upload": True})
    return {"files": shown}


def _conversation(workspace: Workspace, call: Call) -> Conversation | None:
    channel = call.optional("channel_id")
    if channel is None:
        return None
    if not channel.startswith(_CONVERSATIONS):
        raise SlackError("invalid_arguments", ["[ERROR] input must match regex pattern [json-pointer:/channel_id]"])
    conversation = workspace.conversation(channel)
    if workspace.rules.membership and workspace.seed.bot.user_id not in conversation.members:
        raise SlackError("not_in_channel")
    if workspace.rules.archives and conversation.is_archived:
        raise SlackError("is_archived")
    return conversation
