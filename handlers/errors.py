"""The one place where an exception becomes an answer."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_sdk.webhook import WebhookClient

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views import blocks, refusals
from bot.views import errors as views
from handlers.modals import WAIT_SECONDS, ModalNotOpened
from handlers.payloads import View

_log = logging.getLogger("scharnier")


def explain(error: Exception, body: dict[str, Any], context: BoltContext, request: BoltRequest) -> BoltResponse:
    """Answer a request that failed: say why, keep what was typed, lose nothing."""
    del request
    t: Translator = context["t"]
    kind = _kind(body)
    if kind == "event":
        # Slack sends an event again after a 500; a refusal would be refused again.
        if isinstance(error, errors.Refusal):
            return BoltResponse(status=200, body="")
        _log_fault("an event failed", error)
        return BoltResponse(status=500, body="")
    if kind == "options":
        if not isinstance(error, errors.Refusal):
            _log_fault("a search failed", error)
        return BoltResponse(status=200, body=dict(blocks.options([])))
    message = _message(error, t)
    if kind == "command":
        return BoltResponse(status=200, body={"response_type": "ephemeral", **message})
    if kind == "submission":
        return BoltResponse(status=200, body=_in_modal(error, body, t))
    _post(body.get("response_url"), message)
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


def _message(error: Exception, t: Translator) -> blocks.Message:
    if isinstance(error, errors.Refusal):
        return blocks.only(refusals.sentence(error, t))
    if isinstance(error, ModalNotOpened):
        view = View(id="", callback_id=error.view["callback_id"], private_metadata=error.view["private_metadata"])
        return views.not_opened(view.callback_id, view.number("draft"), t)
    return blocks.only(_apology(error, t))


def _apology(error: Exception, t: Translator) -> Words:
    reference = secrets.token_hex(4)
    _log_fault(f"reference {reference}", error)
    return t(
        "Something went wrong on our side and nothing was saved. Please try again; "
        "if it happens again, give your admin the reference {reference}.",
        reference=Typed(reference),
    )


def _in_modal(error: Exception, body: Mapping[str, Any], t: Translator) -> dict[str, Any]:
    """Answer inside the modal, which keeps everything that was typed."""
    view = View.model_validate(body["view"])
    places = view.block_ids()
    anywhere = next(iter(places.values()), "")
    if isinstance(error, ValidationError):
        said = {
            places.get(str(problem["loc"][0]), anywhere): views.field_problem(problem["type"], t).plain
            for problem in error.errors(include_input=False)
            if problem["loc"]
        }
        return {"response_action": "errors", "errors": said or {anywhere: views.field_problem("", t).plain}}
    if isinstance(error, errors.Refusal):
        place = places.get(error.field or "", anywhere)
        return {"response_action": "errors", "errors": {place: refusals.sentence(error, t).plain}}
    return {"response_action": "errors", "errors": {anywhere: _apology(error, t).plain}}


def _post(response_url: str | None, message: blocks.Message) -> None:
    """Answer a click; the database may be what failed, so this does not go through the outbox."""
    if not response_url:
        return
    try:
        WebhookClient(response_url, timeout=int(WAIT_SECONDS) + 1, retry_handlers=[]).send(
            text=message["text"], blocks=message["blocks"], response_type="ephemeral", replace_original=False
        )
    except OSError:
        _log.warning("an answer to a click could not be posted")


def _log_fault(what: str, error: Exception) -> None:
    """Write class and place of a fault; its message may hold what a person wrote."""
    _log.error("%s: %s", what, type(error).__name__, exc_info=_without_text(error))


def _without_text(error: Exception) -> tuple[type[Exception], Exception, Any]:
    """Keep class and traceback of an exception, drop its message: SQL errors carry the parameters."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
