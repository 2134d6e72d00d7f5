"""The table of routes: what Slack sends → the listener that answers."""

import difflib
import inspect
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain import errors
from bot.ports import Store
from handlers import channels, interactions, members
from handlers.modals import Modals
from handlers.payloads import Click, Event, Search, SlashCommand, Submission

Listener = Callable[..., None]


class Kind(StrEnum):
    """The kinds of payloads, and the verbs of ``/kam``."""

    COMMAND = "command"
    VERB = "verb"
    OBJECT = "object"
    """``/kam I-240``: the letter of a short id."""
    ACTION = "action"
    VIEW = "view"
    OPTIONS = "options"
    EVENT = "event"


ROUTES: Mapping[tuple[Kind, str], Listener] = {
    (Kind.COMMAND, "/kam-log"): interactions.log_interaction,
    (Kind.VERB, "log"): interactions.log_interaction,
    (Kind.VERB, "erfassen"): interactions.log_interaction,
    (Kind.ACTION, "log.pick0"): interactions.pick_account,
    (Kind.ACTION, "log.pick1"): interactions.pick_account,
    (Kind.ACTION, "log.pick2"): interactions.pick_account,
    (Kind.ACTION, "log.pick3"): interactions.pick_account,
    (Kind.ACTION, "log.pick4"): interactions.pick_account,
    (Kind.ACTION, "log.new"): interactions.new_account,
    (Kind.ACTION, "log.open"): interactions.open_draft,
    (Kind.ACTION, "log.edit"): interactions.open_edit,
    (Kind.ACTION, "log.undo"): interactions.undo,
    (Kind.ACTION, "log.more"): interactions.change_form,
    (Kind.ACTION, "account.find"): interactions.change_form,
    (Kind.VIEW, "log"): interactions.save_form,
    (Kind.OPTIONS, "account.find"): interactions.find_account,
    (Kind.OPTIONS, "contact.find"): interactions.find_contact,
    (Kind.EVENT, "team_join"): members.change,
    (Kind.EVENT, "user_change"): members.change,
    (Kind.EVENT, "channel_archive"): channels.change,
    (Kind.EVENT, "channel_unarchive"): channels.change,
    (Kind.EVENT, "channel_shared"): channels.change,
}

GIVEN = frozenset({"ack", "payload", "actor", "store", "now", "t", "slack"})
"""What a listener may ask for by name."""


def check(routes: Mapping[tuple[Kind, str], Listener] = ROUTES) -> None:
    """Refuse to start when a listener asks for what nobody gives.

    Raises:
        TypeError: names the listener and the parameter.
    """
    for (kind, name), listener in routes.items():
        for parameter in inspect.signature(listener).parameters.values():
            if parameter.name not in GIVEN or parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
                raise TypeError(f"{kind} {name}: {listener.__name__} asks for {parameter.name}")


_SHORT_ID = re.compile(r"([A-Za-z])-(\d{1,12})$")
_EVERYTHING = re.compile("")


def listener_of(command: SlashCommand) -> tuple[Listener, SlashCommand]:
    """Find who answers a slash command; ``/kam`` is followed by a verb or a short id.

    Raises:
        errors.UnknownVerb: with the closest verbs.
    """
    if command.command != "/kam":
        return ROUTES[Kind.COMMAND, command.command], command
    verb, rest = command.after_verb()
    if short_id := _SHORT_ID.match(verb):
        found = ROUTES.get((Kind.OBJECT, short_id[1].upper()))
        if found is not None:
            return found, command.model_copy(update={"text": short_id[2]})
    if (found := ROUTES.get((Kind.VERB, verb.casefold()))) is not None:
        return found, rest
    known = [name for kind, name in ROUTES if kind is Kind.VERB and name]
    raise errors.UnknownVerb(verb, difflib.get_close_matches(verb.casefold(), known, n=3, cutoff=0.5))


def attach(app: App, store: Store, slack: Modals) -> None:
    """Give Bolt one listener per kind of payload; each looks up the table."""
    check()

    def answer(listener: Listener, payload: object, ack: Ack, context: BoltContext) -> None:
        given = {"ack": ack, "payload": payload, "store": store, "slack": slack, **context}
        listener(**{name: given[name] for name in inspect.signature(listener).parameters})

    def command(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        listener, payload = listener_of(SlashCommand.model_validate(body))
        answer(listener, payload, ack, context)

    def click(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Click.model_validate(body)
        answer(ROUTES.get((Kind.ACTION, payload.action.action_id), out_of_date), payload, ack, context)

    def submission(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Submission.model_validate(body)
        answer(ROUTES.get((Kind.VIEW, payload.view.callback_id), out_of_date), payload, ack, context)

    def search(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Search.model_validate(body)
        answer(ROUTES[Kind.OPTIONS, payload.action_id], payload, ack, context)

    def event(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Event.model_validate(body)
        answer(ROUTES.get((Kind.EVENT, payload.type), unheard), payload, ack, context)

    app.command(_EVERYTHING)(command)
    app.action(_EVERYTHING)(click)
    app.view(_EVERYTHING)(submission)
    app.options(_EVERYTHING)(search)
    app.event(_EVERYTHING)(event)


def unheard(ack: Ack) -> None:
    """Take note of an event nobody needs; Slack counts anything but 200 as a failure (F12)."""
    ack()


def out_of_date() -> None:
    """Refuse a button or form of an older release (F8).

    Raises:
        errors.OutOfDate: always.
    """
    raise errors.OutOfDate
