"""Answers ``/api/<method>``: who may call it, which fault strikes, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from playground import chat_api, conversations_api, files_api, users_api, views_api
from playground.arguments import Call
from playground.blocks import Payload
from playground.errors import SlackError
from playground.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method and the scope it needs; None if the method itself decides."""

    run: Callable[[Workspace, Call], Payload]
    scope: str | None = None


METHODS: dict[str, Method] = {
    "auth.test": Method(users_api.auth_test),
    "users.list": Method(users_api.users_list, "users:read"),
    "users.info": Method(users_api.users_info, "users:read"),
    "users.lookupByEmail": Method(users_api.users_lookup_by_email, "users:read.email"),
    "conversations.list": Method(conversations_api.conversations_list),
    "conversations.info": Method(conversations_api.conversations_info),
    "conversations.members": Method(conversations_api.conversations_members),
    "conversations.open": Method(conversations_api.conversations_open, "im:write"),
    "conversations.join": Method(conversations_api.conversations_join, "channels:join"),
    "conversations.history": Method(conversations_api.conversations_history),
    "conversations.replies": Method(conversations_api.conversations_replies),
    "chat.postMessage": Method(chat_api.chat_post_message, "chat:write"),
    "chat.postEphemeral": Method(chat_api.chat_post_ephemeral, "chat:write"),
    "chat.update": Method(chat_api.chat_update, "chat:write"),
    "chat.delete": Method(chat_api.chat_delete, "chat:write"),
    "chat.getPermalink": Method(chat_api.chat_get_permalink),
    "files.getUploadURLExternal": Method(files_api.files_get_upload_url_external, "files:write"),
    "files.completeUploadExternal": Method(files_api.files_complete_upload_external, "files:write"),
    "reactions.add": Method(chat_api.reactions_add, "reactions:write"),
    "views.open": Method(views_api.views_open),
    "views.push": Method(views_api.views_push),
    "views.update": Method(views_api.views_update),
    "views.publish": Method(views_api.views_publish),
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of the app."""

    bot: str
    app: str


def call_method(workspace: Workspace, tokens: Tokens, call: Call) -> Payload:
    """Run a method and return the body of its answer.

    Raises:
        SlackError: with Slack's code for whatever is wrong.
    """
    check_token(workspace, call, tokens.bot)
    if workspace.app_refusal:
        raise SlackError(workspace.app_refusal)
    method = METHODS.get(call.method)
    if method is None:
        raise SlackError("unknown_method", req_method=call.method)
    if method.scope is not None:
        workspace.need_scope(method.scope)
    return {"ok": True, **method.run(workspace, call)}


def check_token(workspace: Workspace, call: Call, expected: str) -> None:
    """Refuse a call without the right token.

    Raises:
        SlackError: ``not_authed`` or ``invalid_auth``.
    """
    if not workspace.rules.tokens or call.token == expected:
        return
    if not call.token:
        raise SlackError("not_authed")
    if call.token.startswith(("xoxb-", "xapp-")) and call.token[:5] != expected[:5]:
        raise SlackError("not_allowed_token_type")
    raise SlackError("invalid_auth")
