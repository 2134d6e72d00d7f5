"""The one place where an exception becomes an answer."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from slack_bolt import BoltContext, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot import faults, logs
from bot.domain import errors
from bot.domain.identity import WorkspaceId
from bot.i18n import Translator, Words
from bot.ports import Store, StoreAway
from bot.services import cards
from bot.views import blocks, refusals
from bot.views import errors as views
from handlers.modals import ModalNotOpened, Modals
from handlers.payloads import Click, Malformed, View, as_typed, is_ours

_log = logging.getLogger("scharnier")


def explainer(slack: Modals, store: Store) -> Callable[..., BoltResponse]:
    """Return what Bolt calls for every exception; ``slack`` is how a refused click is answered."""

    def explain(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
        """Answer a request that failed: say why, keep what was typed, lose nothing."""
        if isinstance(error, BoltUnhandledRequestError):
            # Slack counts anything but 200 as a failure, also for what nobody here asked for (F12).
            return BoltResponse(status=200, body="")
        if isinstance(error, Malformed) or not (isinstance(error, errors.Refusal) or is_ours(body)):
            return BoltResponse(status=400, body="")
        if isinstance(error, errors.Refusal) and body.get("type") == "block_actions" and "actor" in context:
            _refresh(Click.read(body), store, context["now"])
        return _answer(error, body, context["t"], slack)

    return explain


def _refresh(click: Click, store: Store, now: datetime) -> None:
    """Show the card anew on which somebody pressed what is over; whether that is possible changes no answer (F8)."""
    try:
        cards.refresh(store, now, WorkspaceId(click.team.id), click.stands_at, click.reply(), click.about)
    except StoreAway as away:
        _log.warning("a card could not be refreshed (%s)", faults.name(away))


def _answer(error: Exception, body: Mapping[str, Any], t: Translator, slack: Modals) -> BoltResponse:
    match _kind(body):
        case "event":
            return _to_event(error)
        case "options":
            return _to_search(error)
        case "submission":
            return BoltResponse(status=200, body=_in_modal(error, View.read(body.get("view")), t))
        case "command":
            return BoltResponse(status=200, body={"response_type": "ephemeral", **_to_command(error, body, t)})
        case _:
            message, url = _to_click(error, t), body.get("response_url")
            if isinstance(url, str) and url:
                slack.answer(url, message)
            return BoltResponse(status=200, body="")


def _kind(body: Mapping[str, Any]) -> str:
    match body.get("type"):
        case "view_submission":
            return "submission"
        case "block_suggestion":
            return "options"
        case "event_callback":
            return "event"
        case None:
            return "command"
        case _:
            return "click"


def _to_event(error: Exception) -> BoltResponse:
    # Slack sends an event again after a 500; a refusal would be refused again.
    if isinstance(error, errors.Refusal):
        return BoltResponse(status=200, body="")
    _log_fault("an event failed", error)
    return BoltResponse(status=500, body="")


def _to_search(error: Exception) -> BoltResponse:
    if not isinstance(error, errors.Refusal):
        _log_fault("a search failed", error)
    return BoltResponse(status=200, body=dict(blocks.options([])))


def _to_command(error: Exception, body: Mapping[str, Any], t: Translator) -> blocks.Message:
    if isinstance(error, (errors.Refusal, ModalNotOpened)):
        return _to_click(error, t)
    # Slack does not show again what was typed after a command, so the answer does.
    return blocks.only(views.with_text(_apology(error, t), as_typed(str(body.get("text") or "")), t))


def _to_click(error: Exception, t: Translator) -> blocks.Message:
    if isinstance(error, errors.Refusal):
        return blocks.only(refusals.sentence(error, t))
    if isinstance(error, ModalNotOpened):
        view = View(id="", callback_id=error.view["callback_id"], private_metadata=error.view["private_metadata"])
        return views.not_opened(view.callback_id, view.number("draft"), t)
    return blocks.only(_apology(error, t))


def _in_modal(error: Exception, view: View, t: Translator) -> dict[str, Any]:
    """Answer inside the modal, which keeps everything that was typed."""
    places = view.block_ids()
    anywhere = next(iter(places.values()), None)
    said = {places.get(field, anywhere): sentence for field, sentence in _problems(error, t).items()}
    if anywhere is None:
        return {"response_action": "update", "view": views.instead(next(iter(said.values())), t)}
    return {"response_action": "errors", "errors": {place: sentence.plain for place, sentence in said.items()}}


def _problems(error: Exception, t: Translator) -> dict[str, Words]:
    """Say what is to be mended by the field it stands at; at least one sentence."""
    if isinstance(error, ValidationError):
        problems = error.errors(include_input=False)
        return {str(next(iter(one["loc"]), "")): views.field_problem(one["type"], t) for one in problems}
    if isinstance(error, errors.Refusal):
        return {error.field or "": refusals.sentence(error, t)}
    return {"": _apology(error, t)}


def _apology(error: Exception, t: Translator) -> Words:
    if isinstance(error, StoreAway):
        # A matter of operations, not of code: where it happened says nothing.
        _log.warning("not saved: the database is away (%s)", faults.name(error))
        return views.away(t, in_doubt=error.in_doubt)
    reference = logs.request_id()
    _log_fault(f"reference {reference}", error)
    return views.apology(reference, t)


def _log_fault(what: str, error: Exception) -> None:
    """Write class and place of a fault; its message may hold what a person wrote."""
    _log.error("%s: %s", what, faults.name(error), exc_info=faults.place(error))
