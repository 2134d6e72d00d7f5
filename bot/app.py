"""The composition root: settings, store, clock → Bolt app, web front, worker."""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import faults
from bot.clock import utc_now
from bot.config import Settings
from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Workspace
from bot.services import members
from bot.worker import Worker
from handlers import routes
from handlers.middleware import Reception
from handlers.modals import WAIT_SECONDS as MODAL_SECONDS
from handlers.modals import Modals, code_of
from handlers.poster import WAIT_SECONDS as POST_SECONDS
from handlers.poster import SlackPoster
from handlers.sockets import Sockets
from handlers.web import Web
from storage.engine import make_engine
from storage.store import SqlStore

_DIRECTORY_EVERY = timedelta(days=1)
_TRY_AGAIN_SECONDS = 5.0
_log = logging.getLogger("scharnier")


@dataclass
class Scharnier:
    """The wired parts of one process."""

    settings: Settings
    store: SqlStore
    bolt: App
    worker: Worker
    client: WebClient
    poster: SlackPoster
    clock: Callable[[], datetime]
    web: Web = field(init=False)
    sockets: Sockets | None = None
    slack_seen: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start worker and directory in the background; Slack need not be there yet."""
        for work in (self.worker.run, self._keep_directory, self._open_socket):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def stop(self) -> None:
        """End the background work."""
        self._stopped.set()
        self.worker.stop()
        if self.sockets is not None:
            self.sockets.close()

    def degraded(self) -> list[str]:
        """Say why this process cannot do everything; empty when it can."""
        try:
            known = self.store.workspaces()
        except Exception as error:  # whatever the driver raises, the answer is the same  # noqa: BLE001
            return [f"the database does not answer ({type(error).__name__})"]
        reasons = [] if known else ["the workspace is not known yet: Slack has not answered auth.test"]
        if known and not self.slack_seen:
            reasons.append("Slack has not answered yet; everything is saved and told later")
        if self.sockets is not None and not self.sockets.is_connected:
            reasons.append("Socket Mode is not connected: Slack cannot reach this process")
        return reasons

    def _keep_directory(self) -> None:
        """Learn the workspace from the token, then read the people once a day; repeated until Slack answers."""
        while not self._stopped.is_set():
            try:
                workspace_id = self.learn_workspace()
                members.take_over(self.store, workspace_id, self.poster.people().profiles)
                wait = _DIRECTORY_EVERY.total_seconds()
            except Exception as error:  # this thread must outlive Slack and the database  # noqa: BLE001
                _log.warning("Slack does not answer yet (%s); trying again", code_of(error) or faults.name(error))
                wait = _TRY_AGAIN_SECONDS
            self._stopped.wait(wait)

    def _open_socket(self) -> None:
        """Open the Socket Mode connection, as often as it takes; the SDK keeps it open from then on."""
        while self.sockets is not None and not self._stopped.is_set() and not self.sockets.connect():
            self._stopped.wait(_TRY_AGAIN_SECONDS)

    def learn_workspace(self) -> WorkspaceId:
        """Ask Slack whose token this is, and keep the workspace's row.

        Raises:
            SlackClientError: Slack refuses or does not answer.
        """
        workspace = self.ask_workspace()
        self.store.install(workspace, self.settings.admins, self.clock())
        return workspace.id

    def ask_workspace(self) -> Workspace:
        """Ask Slack whose token this is, and write nothing.

        Raises:
            SlackClientError: Slack refuses or does not answer.
        """
        answer = self.client.auth_test()
        self.slack_seen = True
        return _workspace(self.settings, answer["team_id"], answer["team"], answer["user_id"])

    def workspace(self, team_id: str) -> Workspace:
        """Return a workspace of which only the id is known, with the defaults of the settings."""
        return _workspace(self.settings, team_id, team_id, None)


def build(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Scharnier:
    """Wire everything; nothing is started and Slack is not called."""
    store = SqlStore(make_engine(settings.database))
    quick = _client(settings, MODAL_SECONDS)
    patient = _client(settings, POST_SECONDS)
    bolt = App(
        client=quick,
        token_verification_enabled=False,
        request_verification_enabled=False,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token
        ),
        logger=_quiet_logger(),
    )
    bolt.use(Reception(store, quick, settings.language, clock))
    routes.attach(bolt, store, Modals(quick))
    poster = SlackPoster(patient, clock)
    worker = Worker(store, poster, clock, settings.language)
    store.on_commit = worker.wake
    scharnier = Scharnier(
        settings=settings,
        store=store,
        bolt=bolt,
        worker=worker,
        client=patient,
        poster=poster,
        clock=clock,
    )
    scharnier.web = Web(bolt, settings.slack_signing_secret, scharnier.degraded, clock)
    if settings.slack_app_token:
        scharnier.sockets = Sockets(bolt, settings.slack_app_token, settings.slack_api_url)
    if settings.team_id and not store.workspaces():
        store.install(_workspace(settings, settings.team_id, settings.team_id, None), settings.admins, clock())
    return scharnier


def web() -> Web:
    """Build and start everything in a server's process; granian calls this."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    scharnier = build(settings)
    scharnier.start()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    return scharnier.web


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _workspace(settings: Settings, team_id: str, name: str, bot_user_id: str | None) -> Workspace:
    return Workspace(
        id=WorkspaceId(team_id),
        name=name,
        language=settings.language,
        time_zone=settings.time_zone,
        country=settings.country,
        bot_user_id=MemberId(bot_user_id) if bot_user_id else None,
    )


def _client(settings: Settings, seconds: float) -> WebClient:
    # The outbox owns retrying: the SDK's own handler posts twice when an answer is lost (B14).
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=seconds,  # type: ignore[arg-type]  # urllib takes fractions
        retry_handlers=[],
    )


def _quiet_logger() -> logging.Logger:
    """Silence the loggers of Bolt and its SDK: they write whole bodies, and at DEBUG everything that is sent (B10, B22)."""
    for name in ("slack_bolt", "slack_sdk", "scharnier.bolt"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return logging.getLogger("scharnier.bolt")
