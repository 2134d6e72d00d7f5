"""Modals: opened and changed while a person waits; the only calls to Slack a listener makes."""

import logging
import math
import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot import faults
from bot.views.blocks import Message, View
from handlers import payloads
from handlers.payloads import Click

WAIT_SECONDS = 1.5
"""Slack's trigger lives three seconds; whoever waits longer loses it."""
NO_ANSWER = (SlackClientError, OSError, HTTPException, ValueError)
"""Whatever the SDK raises when Slack refuses, is silent, hangs up, or answers what nobody can read."""
_OUT_OF_DATE = frozenset({"not_found", "hash_conflict", "view_not_found"})
_CODE = re.compile("[a-z_]{1,60}")
_log = logging.getLogger("scharnier.modals")


def code_of(error: BaseException) -> str:
    """Return Slack's own code of a refusal; empty where Slack said nothing readable."""
    answer = error.response if isinstance(error, SlackApiError) else None
    data = getattr(answer, "data", answer)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


class ModalNotOpened(Exception):
    """Slack did not open a modal in time."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__(str(view.get("callback_id")))
        self.view = view


class Modals:
    """Slack's ``views.open`` and ``views.update``, and the answer to a click that failed, with short patience."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    @staticmethod
    def view_of(click: Click) -> payloads.View:
        """Return the modal a button was pressed in.

        Raises:
            LookupError: the button stands in a message.
        """
        if click.view is None:
            raise LookupError(click.action.action_id)
        return click.view

    def open(self, trigger_id: str, view: View) -> None:
        """Open a modal.

        Raises:
            ModalNotOpened: Slack was silent, or the trigger is used up.
        """
        try:
            self._client.views_open(trigger_id=trigger_id, view=view)
        except NO_ANSWER as error:
            raise ModalNotOpened(view) from error

    def update(self, old: payloads.View, view: View) -> None:
        """Change an open modal; one that was closed or changed meanwhile is left as it is."""
        try:
            self._client.views_update(view_id=old.id, hash=old.hash, view=view)
        except NO_ANSWER as error:
            if code_of(error) not in _OUT_OF_DATE:
                raise ModalNotOpened(view) from error

    def answer(self, response_url: str, message: Message) -> None:
        """Tell the person who clicked why it failed; not through the outbox, for the database may be what failed."""
        hook = WebhookClient(response_url, timeout=math.ceil(WAIT_SECONDS), retry_handlers=[])
        try:
            hook.send_dict({**message, "response_type": "ephemeral", "replace_original": False})
        except NO_ANSWER as error:
            _log.warning("an answer to a click could not be posted (%s)", faults.name(error))
