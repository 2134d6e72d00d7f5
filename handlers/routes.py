"""The table of routes: what Slack sends → the listener that answers."""

import inspect
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain import errors
from bot.domain import menu as verbs
from bot.ports import Store, StoreAway
from handlers import (
    absences,
    accounts,
    channels,
    escalation_raising,
    escalations,
    histories,
    interactions,
    members,
    menu,
    requests,
    search,
    sponsors,
    worklists,
)
from handlers.errors import explainer
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
    (Kind.VERB, ""): menu.show_menu,
    (Kind.VERB, "help"): menu.show_help,
    (Kind.VERB, "hilfe"): menu.show_help,
    (Kind.ACTION, "menu.help"): menu.explain_help,
    (Kind.ACTION, "menu.ask"): menu.explain_ask,
    (Kind.VERB, "account"): accounts.show,
    (Kind.VERB, "kunde"): accounts.show,
    (Kind.ACTION, "account.which"): accounts.ask_which,
    (Kind.ACTION, "account.pick0"): accounts.pick,
    (Kind.ACTION, "account.pick1"): accounts.pick,
    (Kind.ACTION, "account.pick2"): accounts.pick,
    (Kind.ACTION, "account.pick3"): accounts.pick,
    (Kind.ACTION, "account.pick4"): accounts.pick,
    (Kind.OBJECT, "I"): interactions.show,
    (Kind.ACTION, "interaction.more"): interactions.read_on,
    (Kind.ACTION, "log.start"): interactions.start_log,
    (Kind.COMMAND, "/kam-log"): interactions.log_interaction,
    (Kind.VERB, "log"): interactions.log_interaction,
    (Kind.VERB, "erfassen"): interactions.log_interaction,
    (Kind.COMMAND, "/kam-ask"): search.ask,
    (Kind.VERB, "ask"): search.ask,
    (Kind.VERB, "frage"): search.ask,
    (Kind.ACTION, "ask.more"): search.turn_page,
    (Kind.ACTION, "ask.back"): search.turn_page,
    (Kind.ACTION, "ask.any_account"): search.turn_page,
    (Kind.ACTION, "ask.any_person"): search.turn_page,
    (Kind.ACTION, "ask.any_colleague"): search.turn_page,
    (Kind.ACTION, "ask.any_time"): search.turn_page,
    (Kind.ACTION, "ask.any_kind"): search.turn_page,
    (Kind.ACTION, "ask.person0"): search.ask_colleague,
    (Kind.ACTION, "ask.person1"): search.ask_colleague,
    (Kind.ACTION, "ask.person2"): search.ask_colleague,
    (Kind.ACTION, "log.pick0"): interactions.pick_account,
    (Kind.ACTION, "log.pick1"): interactions.pick_account,
    (Kind.ACTION, "log.pick2"): interactions.pick_account,
    (Kind.ACTION, "log.pick3"): interactions.pick_account,
    (Kind.ACTION, "log.pick4"): interactions.pick_account,
    (Kind.ACTION, "log.again"): interactions.pick_account,
    (Kind.ACTION, "log.new"): interactions.new_account,
    (Kind.ACTION, "log.open"): interactions.open_draft,
    (Kind.ACTION, "log.name"): interactions.open_draft,
    (Kind.ACTION, "log.edit"): interactions.open_edit,
    (Kind.ACTION, "log.undo"): interactions.undo,
    (Kind.ACTION, "log.more"): interactions.change_form,
    (Kind.ACTION, "log.unlisted"): interactions.change_form,
    (Kind.ACTION, "account.find"): interactions.change_form,
    (Kind.VIEW, "log"): interactions.save_form,
    (Kind.OPTIONS, "account.find"): interactions.find_account,
    (Kind.OPTIONS, "contact.find"): interactions.find_contact,
    (Kind.COMMAND, "/kam-request"): requests.ask_department,
    (Kind.VERB, "request"): requests.ask_department,
    (Kind.VERB, "anfrage"): requests.ask_department,
    (Kind.OBJECT, "R"): requests.show,
    (Kind.ACTION, "request.start"): requests.start,
    (Kind.ACTION, "request.open"): requests.open_draft,
    (Kind.ACTION, "request.more"): requests.change_form,
    (Kind.ACTION, "request.department"): requests.change_form,
    (Kind.ACTION, "request.account"): requests.change_form,
    (Kind.ACTION, "request.visibility"): requests.change_form,
    (Kind.ACTION, "request.accept"): requests.open_form,
    (Kind.ACTION, "request.counter"): requests.open_form,
    (Kind.ACTION, "request.decline"): requests.open_form,
    (Kind.ACTION, "request.ask"): requests.open_form,
    (Kind.ACTION, "request.pass_on"): requests.open_form,
    (Kind.ACTION, "request.answer"): requests.open_form,
    (Kind.ACTION, "request.counter_again"): requests.open_form,
    (Kind.ACTION, "request.turn_down"): requests.open_form,
    (Kind.ACTION, "request.deliver"): requests.open_form,
    (Kind.ACTION, "request.move"): requests.open_form,
    (Kind.ACTION, "request.reopen"): requests.open_form,
    (Kind.ACTION, "request.withdraw"): requests.open_form,
    (Kind.ACTION, "request.menu"): requests.open_form,
    (Kind.ACTION, "request.take_over"): requests.act,
    (Kind.ACTION, "request.leave"): requests.act,
    (Kind.ACTION, "request.take"): requests.act,
    (Kind.ACTION, "request.confirm"): requests.act,
    (Kind.VIEW, "request"): requests.send,
    (Kind.VIEW, "request.accept"): requests.accept,
    (Kind.VIEW, "request.decline"): requests.decline,
    (Kind.VIEW, "request.alike"): requests.send_or_join,
    (Kind.VIEW, "request.counter"): requests.counter,
    (Kind.VIEW, "request.counter_again"): requests.counter,
    (Kind.VIEW, "request.move"): requests.move,
    (Kind.VIEW, "request.pass_on"): requests.pass_on,
    (Kind.VIEW, "request.ask"): requests.say,
    (Kind.VIEW, "request.answer"): requests.say,
    (Kind.VIEW, "request.turn_down"): requests.say,
    (Kind.VIEW, "request.deliver"): requests.say,
    (Kind.VIEW, "request.reopen"): requests.say,
    (Kind.VIEW, "request.withdraw"): requests.say,
    (Kind.OPTIONS, "request.department"): requests.find_department,
    (Kind.OPTIONS, "request.account"): interactions.find_account,
    (Kind.COMMAND, "/kam-escalate"): escalation_raising.escalate,
    (Kind.VERB, "escalate"): escalation_raising.escalate,
    (Kind.VERB, "eskalieren"): escalation_raising.escalate,
    (Kind.OBJECT, "E"): escalations.show,
    (Kind.ACTION, "escalation.start"): escalation_raising.start,
    (Kind.ACTION, "escalation.from_request"): escalation_raising.from_request,
    (Kind.ACTION, "escalation.open"): escalation_raising.open_draft,
    (Kind.ACTION, "escalation.more"): escalation_raising.show_more,
    (Kind.ACTION, "escalation.acknowledge"): escalations.acknowledge,
    (Kind.ACTION, "escalation.decide"): escalations.open_decision,
    (Kind.ACTION, "escalation.state"): escalations.open_statement,
    (Kind.ACTION, "escalation.confirm"): escalations.confirm,
    (Kind.ACTION, "escalation.whole"): escalations.read_whole,
    (Kind.ACTION, "escalation.join"): escalation_raising.join,
    (Kind.ACTION, "escalation.menu"): escalations.open_menu,
    (Kind.ACTION, "escalation.decide_more"): escalations.show_more_of_decision,
    (Kind.ACTION, "escalation.answer"): escalations.open_answer,
    (Kind.ACTION, "escalation.reopen"): escalations.open_reopen,
    (Kind.ACTION, "escalation.take_over"): escalations.take_over,
    (Kind.ACTION, "escalation.leave"): escalations.leave,
    (Kind.ACTION, "escalation.keep"): escalations.keep,
    (Kind.ACTION, "escalation.done"): escalations.done,
    (Kind.VIEW, "escalation.ask"): escalations.ask,
    (Kind.VIEW, "escalation.answer"): escalations.answer,
    (Kind.VIEW, "escalation.return"): escalations.give_back,
    (Kind.VIEW, "escalation.hand_over"): escalations.hand_over,
    (Kind.VIEW, "escalation.withdraw"): escalations.withdraw,
    (Kind.VIEW, "escalation.reopen"): escalations.reopen,
    (Kind.VIEW, "escalation"): escalation_raising.preview,
    (Kind.VIEW, "escalation.preview"): escalation_raising.send,
    (Kind.VIEW, "escalation.decide"): escalations.decide,
    (Kind.VIEW, "escalation.state"): escalations.state_view,
    (Kind.OPTIONS, "escalation.party"): escalation_raising.find_party,
    (Kind.VERB, "absence"): absences.show,
    (Kind.VERB, "abwesend"): absences.show,
    (Kind.ACTION, "absence.enter"): absences.open_new,
    (Kind.ACTION, "absence.enter_other"): absences.open_other,
    (Kind.ACTION, "absence.change"): absences.open_change,
    (Kind.ACTION, "absence.open"): absences.open_again,
    (Kind.ACTION, "absence.end"): absences.end,
    (Kind.VIEW, "absence"): absences.save,
    (Kind.VERB, "requests"): worklists.show_requests,
    (Kind.VERB, "anfragen"): worklists.show_requests,
    (Kind.VERB, "conflicts"): worklists.show_conflicts,
    (Kind.VERB, "konflikte"): worklists.show_conflicts,
    (Kind.ACTION, "menu.requests"): worklists.start,
    (Kind.ACTION, "menu.conflicts"): worklists.start,
    (Kind.ACTION, "worklist.mine"): worklists.turn,
    (Kind.ACTION, "worklist.department"): worklists.turn,
    (Kind.ACTION, "worklist.filter"): worklists.turn,
    (Kind.ACTION, "worklist.back"): worklists.turn,
    (Kind.ACTION, "worklist.more"): worklists.turn,
    (Kind.ACTION, "requests.account"): worklists.requests_of,
    (Kind.ACTION, "conflicts.account"): worklists.conflicts_of,
    (Kind.ACTION, "request.show"): worklists.open_request,
    (Kind.ACTION, "escalation.show"): worklists.open_conflict,
    (Kind.ACTION, "request.history"): histories.open_request,
    (Kind.ACTION, "escalation.history"): histories.open_conflict,
    (Kind.OPTIONS, "requests.account"): interactions.find_account,
    (Kind.OPTIONS, "conflicts.account"): interactions.find_account,
    (Kind.VERB, "sponsor"): sponsors.show,
    (Kind.VERB, "pate"): sponsors.show,
    (Kind.ACTION, "sponsor.talk"): sponsors.talk,
    (Kind.ACTION, "sponsor.talk_deputy"): sponsors.talk,
    (Kind.ACTION, "sponsor.more"): sponsors.turn_page,
    (Kind.ACTION, "sponsor.back"): sponsors.turn_page,
    (Kind.ACTION, "sponsor.assign"): sponsors.open_new,
    (Kind.ACTION, "sponsor.hand_over"): sponsors.open_hand_over,
    (Kind.ACTION, "sponsor.open"): sponsors.open_again,
    (Kind.ACTION, "sponsor.end"): sponsors.end,
    (Kind.VIEW, "sponsor"): sponsors.save,
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
    if (found := ROUTES.get((Kind.VERB, verb.casefold()))) is not None:
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
        answer(ROUTES.get((Kind.ACTION, payload.action.action_id), out_of_date), payload, ack, context)

    def submission(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Submission.read(body)
        answer(ROUTES.get((Kind.VIEW, payload.view.callback_id), out_of_date), payload, ack, context)

    def search(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Search.read(body)
        answer(ROUTES.get((Kind.OPTIONS, payload.action_id), out_of_date), payload, ack, context)

    def event(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        payload = Event.read(body)
        answer(ROUTES.get((Kind.EVENT, payload.type), unheard), payload, ack, context)

    app.error(explainer(slack, store))
    app.command(_EVERYTHING)(command)
    app.shortcut(_EVERYTHING)(out_of_date)
    app.action(_EVERYTHING)(click)
    app.view(_EVERYTHING)(submission)
    app.options(_EVERYTHING)(search)
    app.event(_EVERYTHING)(event)


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
        case {"command": "/kam"}:
            return _said_after_kam(str(body.get("text") or ""))
        case _:
            return Kind.COMMAND, str(body.get("command") or "")


def _said_after_kam(text: str) -> tuple[Kind, str]:
    verb = next(iter(text.split(maxsplit=1)), "")
    short_id = _SHORT_ID.fullmatch(verb)
    return (Kind.OBJECT, short_id[1].upper()) if short_id else (Kind.VERB, verb.casefold())


def unheard(ack: Ack) -> None:
    """Take note of an event nobody needs; Slack counts anything but 200 as a failure (F12)."""
    ack()


def out_of_date() -> None:
    """Refuse a button or form of an older release (F8).

    Raises:
        errors.OutOfDate: always.
    """
    raise errors.OutOfDate
