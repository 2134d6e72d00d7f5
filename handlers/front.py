"""The way in that HTTP and Socket Mode share: one id, one dispatch, one line in the log, one figure."""

import logging
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot import faults, logs
from handlers.dispatch import name_of
from handlers.payloads import is_ours

SLOW_SECONDS = 1.0
"""Slack gives up after three; whoever comes near is named in the log (B3)."""
Observer = Callable[[str, int, float], None]
_log = logging.getLogger("scharnier.front")


class Front:
    """Answers parsed requests; ``observe`` is told name, status and seconds of each."""

    def __init__(self, app: App, observe: Observer | None = None) -> None:
        self._app = app
        self._observe = observe

    def answer(self, body: dict[str, Any]) -> BoltResponse:
        """Let Bolt answer; 400 for what Slack does not send, 500 for a fault of ours that nobody explained."""
        with logs.request():
            started = time.perf_counter()
            answer = self._dispatch(body)
            seconds = time.perf_counter() - started
            name = name_of(body)
            level = logging.WARNING if seconds > SLOW_SECONDS else logging.INFO
            _log.log(level, "answered", extra=logs.facts(name=name, status=answer.status, ms=round(seconds * 1000, 1)))
            if self._observe is not None:
                self._observe(name, answer.status, seconds)
            return answer

    def _dispatch(self, body: dict[str, Any]) -> BoltResponse:
        try:
            # In this mode Bolt takes the body as parsed before, so that there are no two readings of the same bytes.
            request = BoltRequest(body=body, mode="socket_mode")
        except Exception:  # whatever it stumbled over, it is not what Slack sends  # noqa: BLE001
            return BoltResponse(status=400, body="malformed")
        try:
            return self._app.dispatch(request)
        except Exception as error:  # the last resort: no traceback with what a person wrote  # noqa: BLE001
            if not is_ours(body):
                return BoltResponse(status=400, body="malformed")
            _log.error("a request was not answered: %s", faults.name(error), exc_info=faults.place(error))
            return BoltResponse(status=500, body="not answered")
