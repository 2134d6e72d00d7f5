"""Dispatch: one Bolt listener per kind of payload, which finds in the table of routes who answers."""

import inspect
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain import errors
from bot.domain import menu as verbs
from bot.ports import Store, StoreAway
from handlers.errors import explainer
from handlers.modals import Modals
from handlers.payloads import Click, Event, Search, Shortcut, SlashCommand, Submission
from handlers.routes import ROUTES, Kind, Listener

GIVEN = frozenset({"ack", "payload", "actor", "store", "now", "t", "slack"})
"""What a listener may ask for by name."""


def check(routes: Mapping[tuple[Kind, str], Listener] = ROUTES) -> None:
    """Refuse to start when a listener asks for what nobody gives.

    Raises:
        TypeError: names the listener and the parameter.
    """
    for (kind, name), listener in routes.items():
        for parameter in _asked(listener):
            if parameter.name not in GIVEN or parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
                raise TypeError(f"{kind} {name}: {listener.__name__} asks for {parameter.name}")


@cache
def _asked(listener: Listener) -> tuple[inspect.Parameter, ...]:
    return tuple(inspect.signature(listener).parameters.values())


_SHORT_ID = re.compile(r"([A-Za-z])-([0-9]{1,12})")
_EVERYTHING = re.compile("")


def listener_of(command: SlashCommand) -> tuple[Listener, SlashCommand]:
    """Find who answers a slash command; ``/kam`` is followed by a verb or a short id.

    Raises:
        errors.UnknownVerb: with the closest verbs.
    """
    if command.command != "/kam":
        found = ROUTES.get((Kind.COMMAND, command.command))
        if found is None:
            raise errors.UnknownVerb(command.command, verbs.closest(command.command))
        return found, command
    verb, rest = command.after_verb()
    if short_id := _SHORT_ID.fullmatch(verb):
        found = ROUTES.get((Kind.OBJECT, short_id[1].upper()))
        if found is not None:
            return found, command.model_copy(update={"text": short_id[2]})
    if (found := ROUTES.get((Kind.VERB, verbs.meant(verb) or verb))) is not None:
        return found, rest
    raise errors.UnknownVerb(verb, verbs.closest(verb))


def attach(app: App, store: Store, slack: Modals) -> None:
    """Give Bolt one listener per kind of payload, each looks up the table, and one for what fails."""
    check()

    def answer(listener: Listener, payload: object, ack: Ack, context: BoltContext) -> None:
        given = {"ack": ack, "payload": payload, "store": store, "slack": slack, **context}
        asked = {one.name: given[one.name] for one in _asked(listener)}
        try:
            listener(**asked)
        except StoreAway as away:
            if not away.is_cut:
                raise
            # Nobody knows whether the commit was through; under the same key the second try replays what was stored.
            listener(**asked)

    def command(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        listener, payload = listener_of(SlashCommand.read(body))
        answer(listener, payload, ack, context)

    def click(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Click.read(body)
        answer(_pressed(payload), payload, ack, context)

    def submission(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Submission.read(body)
        answer(ROUTES.get((Kind.VIEW, payload.view.callback_id), out_of_date), payload, ack, context)

    def search(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Search.read(body)
        answer(ROUTES.get((Kind.OPTIONS, payload.action_id), out_of_date), payload, ack, context)

    def shortcut(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Shortcut.read(body)
        answer(ROUTES.get((Kind.SHORTCUT, payload.callback_id), out_of_date), payload, ack, context)

    def event(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Event.read(body)
        answer(ROUTES.get((Kind.EVENT, payload.type), unheard), payload, ack, context)

    app.error(explainer(slack, store))
    app.command(_EVERYTHING)(command)
    app.shortcut(_EVERYTHING)(shortcut)
    app.action(_EVERYTHING)(click)
    app.view(_EVERYTHING)(submission)
    app.options(_EVERYTHING)(search)
    app.event(_EVERYTHING)(event)


def _pressed(click: Click) -> Listener:
    """Find who answers a button; a menu's option may have a listener of its own, as ``account.menu:merge``."""
    action_id, option = click.action.action_id, click.choice[0]
    own = ROUTES.get((Kind.ACTION, f"{action_id}:{option}"))
    return own or ROUTES.get((Kind.ACTION, action_id), out_of_date)


def name_of(body: Mapping[str, Any]) -> str:
    """Name what a request asks for as the table does, such as ``command /kam-log``; ``other`` for what is not in it."""
    kind, name = _asked_for(body)
    return f"{kind} {name}".rstrip() if (kind, name) in ROUTES else "other"


def _asked_for(body: Mapping[str, Any]) -> tuple[Kind, str]:
    match body:
        case {"type": "block_actions", "actions": [{"action_id": str(name)}, *_]}:
            return Kind.ACTION, name
        case {"type": "view_submission", "view": {"callback_id": str(name)}}:
            return Kind.VIEW, name
        case {"type": "block_suggestion", "action_id": str(name)}:
            return Kind.OPTIONS, name
        case {"type": "event_callback", "event": {"type": str(name)}}:
            return Kind.EVENT, name
        case {"type": "shortcut", "callback_id": str(name)}:
            return Kind.SHORTCUT, name
        case _:
            return _typed(str(body.get("command") or ""), str(body.get("text") or ""))


def _typed(command: str, text: str) -> tuple[Kind, str]:
    if command != "/kam":
        return Kind.COMMAND, command
    verb, _ = verbs.split(text)
    short_id = _SHORT_ID.fullmatch(verb)
    return (Kind.OBJECT, short_id[1].upper()) if short_id else (Kind.VERB, verbs.meant(verb) or verb)


def unheard(ack: Ack) -> None:
    """Take note of an event nobody needs; Slack counts anything but 200 as a failure (F12)."""
    ack()


def out_of_date() -> None:
    """Refuse a button or form of an older release (F8).

    Raises:
        errors.OutOfDate: always.
    """
    raise errors.OutOfDate
