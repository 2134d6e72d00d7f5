"""Socket Mode: the same requests over a connection that we open, for places without a public address."""

import logging
import threading
import time

from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import faults
from handlers.front import Front
from handlers.modals import code_of

_PING_SECONDS = 10
_LAST_LINK_SECONDS = 5
"""A link that is just being opened is waited for so long before all is closed."""
_SILENT_SECONDS = 35
"""No ping was answered for so long: the link is dead, however open it looks (F10, B17)."""
_log = logging.getLogger("scharnier.sockets")


class Sockets:
    """One Socket Mode connection, opened again by the SDK when it breaks and by a watchdog when it falls silent."""

    def __init__(self, front: Front, app_token: str, base_url: str) -> None:
        self._front = front
        web = WebClient(token=app_token, base_url=base_url, timeout=10, retry_handlers=[])
        self._client = SocketModeClient(
            app_token=app_token, web_client=web, ping_interval=_PING_SECONDS, concurrency=64, logger=_silent()
        )
        self._client.socket_mode_request_listeners.append(self._answer)
        self._closed = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="socket-watchdog", daemon=True)

    @property
    def is_connected(self) -> bool:
        """Tell whether Slack can reach us now."""
        return self._client.is_connected()

    def connect(self) -> bool:
        """Try to open the connection; return whether it stands."""
        try:
            # An address is good for one try; the SDK's plain connect() would knock at the same one for ever.
            self._client.connect_to_new_endpoint()
        except Exception as error:  # whatever it is, the caller tries again  # noqa: BLE001
            _log.warning("Slack gives no connection yet (%s); trying again", code_of(error) or faults.name(error))
        if self.is_connected and not self._watchdog.ident:
            self._watchdog.start()
        return self.is_connected

    def close(self) -> None:
        """Close the connection."""
        self._closed.set()
        if self._watchdog.is_alive():
            # A link that it is just opening would stay open beside the one closed here.
            self._watchdog.join(_LAST_LINK_SECONDS)
        try:
            self._client.close()
        except Exception as error:  # the SDK stumbles over a link that never stood  # noqa: BLE001
            _log.info("the connection was closed already (%s)", faults.name(error))

    def _watch(self) -> None:
        """Open a new link when the old one answers no ping: the SDK looks at the wall clock, and only after a first answer."""
        heard, since = None, time.monotonic()
        while not self._closed.wait(_PING_SECONDS):
            link = self._client.current_session
            now = (link.session_id, link.last_ping_pong_time) if link else None
            if now != heard:
                heard, since = now, time.monotonic()
            elif time.monotonic() - since > _SILENT_SECONDS:
                _log.warning("the link to Slack is silent; opening a new one")
                self._renew()
                since = time.monotonic()

    def _renew(self) -> None:
        try:
            self._client.connect_to_new_endpoint(force=True)
        except Exception as error:  # the watchdog outlives whatever it meets  # noqa: BLE001
            _log.warning("Slack gives no connection (%s); trying again", code_of(error) or faults.name(error))

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Let the front answer; nothing is acknowledged before it is stored, an event that failed comes again."""
        answer = self._front.answer(request.payload)
        if answer.status == 200:
            send_response(client, request, answer, 0.0)
        else:
            _log.warning("a %s was not answered: status %s", request.type, answer.status)


def _silent() -> logging.Logger:
    """Silence the SDK's logger: at DEBUG it writes whole payloads (B22)."""
    logger = logging.getLogger("scharnier.sockets.sdk")
    logger.setLevel(logging.CRITICAL)
    return logger
