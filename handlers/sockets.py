"""Socket Mode: the same requests over a connection that we open, for places without a public address."""

import logging

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import faults
from handlers.modals import code_of

_PING_SECONDS = 10
_log = logging.getLogger("scharnier.sockets")


class Sockets:
    """One Socket Mode connection, opened again by the SDK when it breaks."""

    def __init__(self, app: App, app_token: str, base_url: str) -> None:
        self._app = app
        web = WebClient(token=app_token, base_url=base_url, timeout=10, retry_handlers=[])
        self._client = SocketModeClient(
            app_token=app_token, web_client=web, ping_interval=_PING_SECONDS, concurrency=64, logger=_silent()
        )
        self._client.socket_mode_request_listeners.append(self._answer)

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
        return self.is_connected

    def close(self) -> None:
        """Close the connection."""
        try:
            self._client.close()
        except Exception as error:  # the SDK stumbles over a link that never stood  # noqa: BLE001
            _log.info("the connection was closed already (%s)", faults.name(error))

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Let Bolt answer; nothing is acknowledged before it is stored, an event that failed comes again."""
        try:
            answer = run_bolt_app(self._app, request)
        except Exception as error:  # the last resort; the SDK would swallow it  # noqa: BLE001
            _log.error("a %s was not answered: %s", request.type, faults.name(error), exc_info=faults.place(error))
            return
        if answer.status == 200:
            send_response(client, request, answer, 0.0)
        else:
            _log.warning("a %s was not answered: status %s", request.type, answer.status)


def _silent() -> logging.Logger:
    """Silence the SDK's logger: at DEBUG it writes whole payloads (B22)."""
    logger = logging.getLogger("scharnier.sockets.sdk")
    logger.setLevel(logging.CRITICAL)
    return logger
