"""Control API: what people do in their client."""

from collections.abc import Awaitable, Callable
from typing import Any

from playground import forms, people
from playground.blocks import Payload
from playground.server import Slack

Body = dict[str, Any]
Post = Callable[[Slack, Body], Awaitable[Payload]]


async def command(slack: Slack, body: Body) -> Payload:
    """``{user, channel, text, thread_ts?}``: type a slash command."""
    return await people.command(slack.act, body["user"], body["channel"], body["text"], body.get("thread_ts"))


async def message(slack: Slack, body: Body) -> Payload:
    """``{user, channel, text, thread_ts?}``: type a message."""
    return await people.message(slack.act, body["user"], body["channel"], body["text"], body.get("thread_ts"))


async def click(slack: Slack, body: Body) -> Payload:
    """``{user, channel, ts | view_id, block_id, action_id, value?}``: press a button or pick from an overflow."""
    return await forms.click(slack.act, body["user"], body, _ids(body), body.get("value"))


async def fill(slack: Slack, body: Body) -> Payload:
    """``{user, channel, ts | view_id, block_id, action_id, value, enter?}``: enter a value."""
    enter = bool(body.get("enter", False))
    return await forms.fill(slack.act, body["user"], body, _ids(body), body["value"], enter=enter)


async def options(slack: Slack, body: Body) -> Payload:
    """``{user, channel, ts | view_id, block_id, action_id, query}``: type in an external select."""
    return await forms.options(slack.act, body["user"], body, _ids(body), body["query"])


async def submit(slack: Slack, body: Body) -> Payload:
    """``{user}``: submit the modal on top."""
    return await forms.submit(slack.act, body["user"])


async def close(slack: Slack, body: Body) -> Payload:
    """``{user, all?}``: close the modal on top, or the whole stack."""
    return await forms.close(slack.act, body["user"], everything=bool(body.get("all", False)))


async def home(slack: Slack, body: Body) -> Payload:
    """``{user, tab?}``: open the app's Home (or ``messages``) tab."""
    return await people.home(slack.act, body["user"], body.get("tab", "home"))


async def shortcut(slack: Slack, body: Body) -> Payload:
    """``{user, callback_id, channel?, ts?}``: use a shortcut, global or of a message."""
    return await people.shortcut(slack.act, body["user"], body["callback_id"], body.get("channel"), body.get("ts"))


async def react(slack: Slack, body: Body) -> Payload:
    """``{user, channel, ts, name, remove?}``: add an emoji, or take the own one away."""
    remove = bool(body.get("remove", False))
    return await people.react(slack.act, body["user"], body["channel"], body["ts"], body["name"], remove=remove)


async def reload(slack: Slack, body: Body) -> Payload:
    """``{user}``: reload the client; modals, ephemerals and notices are gone."""
    people.reload(slack.workspace, body["user"])
    return {"ok": True}


async def read(slack: Slack, body: Body) -> Payload:
    """``{user, channel, ts}``: have read a conversation up to a message."""
    people.read(slack.workspace, body["user"], body["channel"], body["ts"])
    return {"ok": True}


async def dm(slack: Slack, body: Body) -> Payload:
    """``{user, with}``: open the direct messages with somebody, or with the app."""
    return {"ok": True, "channel": people.direct_messages(slack.act, body["user"], body["with"]).id}


async def toast(slack: Slack, body: Body) -> Payload:
    """``{user, id}``: dismiss a notice."""
    people.dismiss(slack.workspace, body["user"], body["id"])
    return {"ok": True}


POSTS: dict[str, Post] = {
    "command": command,
    "message": message,
    "click": click,
    "fill": fill,
    "options": options,
    "submit": submit,
    "close": close,
    "home": home,
    "shortcut": shortcut,
    "react": react,
    "reload": reload,
    "read": read,
    "dm": dm,
    "toast": toast,
}


def _ids(body: Body) -> tuple[str, str]:
    return body["block_id"], body["action_id"]
