"""Modals: opened and changed while a person waits; the only calls to Slack a listener makes."""

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.views.blocks import View
from handlers import payloads
from handlers.payloads import Click

WAIT_SECONDS = 1.5
"""Slack's trigger lives three seconds; whoever waits longer loses it."""
_OUT_OF_DATE = frozenset({"not_found", "hash_conflict", "view_not_found"})


class ModalNotOpened(Exception):
    """Slack did not open a modal in time."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__(str(view.get("callback_id")))
        self.view = view


class Modals:
    """Slack's ``views.open``, ``views.update`` and ``views.push`` with short patience."""

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
        except (SlackClientError, OSError) as error:
            raise ModalNotOpened(view) from error

    def update(self, old: payloads.View, view: View) -> None:
        """Change an open modal; one that was closed or changed meanwhile is left as it is."""
        try:
            self._client.views_update(view_id=old.id, hash=old.hash, view=view)
        except SlackApiError as error:
            if error.response.get("error") not in _OUT_OF_DATE:
                raise ModalNotOpened(view) from error
        except (SlackClientError, OSError) as error:
            raise ModalNotOpened(view) from error
