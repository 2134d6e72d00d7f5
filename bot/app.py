"""The composition root: settings, store, clock → Bolt app, web front, worker."""

import gc
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import faults, logs
from bot.clock import utc_now
from bot.config import Settings
from bot.domain.identity import ChannelId, MemberId, WorkspaceId
from bot.domain.members import Workspace
from bot.domain.pace import Limits
from bot.services import delivery, escalation_clock, members, timers
from bot.timekeeper import Timekeeper
from bot.worker import Worker
from handlers import dispatch
from handlers.front import Front
from handlers.limiter import Limiter
from handlers.middleware import Reception
from handlers.modals import WAIT_SECONDS as MODAL_SECONDS
from handlers.modals import Modals, code_of
from handlers.poster import WAIT_SECONDS as POST_SECONDS
from handlers.poster import SlackPoster
from handlers.sockets import Sockets
from handlers.web import Web
from storage.engine import make_engine
from storage.store import SqlStore

if TYPE_CHECKING:
    from handlers.metrics import Metrics

_DIRECTORY_EVERY = timedelta(days=1)
_TRY_AGAIN_SECONDS = 5.0
_IDLE_SECONDS = 5.0
_LOOK_SECONDS = 0.25
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:-]+/?")
"""Where a workspace is opened; anything else is no address to make links of."""
_log = logging.getLogger("scharnier")


@dataclass
class Scharnier:
    """The wired parts of one process."""

    settings: Settings
    store: SqlStore
    bolt: App
    front: Front
    worker: Worker
    timekeeper: Timekeeper
    client: WebClient
    poster: SlackPoster
    clock: Callable[[], datetime]
    web: Web = field(init=False)
    sockets: Sockets | None = None
    slack_seen: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start what this process's role asks for in the background; Slack need not be there yet."""
        works = [self._keep_directory]
        if self.settings.role != "front":
            works += [self.worker.run, self.timekeeper.run]
        if self.settings.role != "worker":
            works.append(self._open_socket)
        for work in works:
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def stop(self) -> None:
        """End the background work."""
        self._stopped.set()
        self.worker.stop()
        self.timekeeper.stop()
        if self.sockets is not None:
            self.sockets.close()

    def degraded(self) -> list[str]:
        """Say why this process cannot do everything; empty when it can."""
        try:
            known = self.store.workspaces()
            stuck = [reason for workspace in known for reason in self._stuck(workspace.id)]
        except Exception as error:  # whatever the driver raises, the answer is the same  # noqa: BLE001
            return [f"the database does not answer ({type(error).__name__})"]
        reasons = [] if known else ["the workspace is not known yet: Slack has not answered auth.test"]
        if known and not self.slack_seen:
            reasons.append("Slack has not answered yet; everything is saved and told later")
        if self.sockets is not None and not self.sockets.is_connected:
            reasons.append("Socket Mode is not connected: Slack cannot reach this process")
        return [*reasons, *stuck]

    def _stuck(self, workspace_id: WorkspaceId) -> list[str]:
        with self.store.read(workspace_id) as tx:
            now = self.clock()
            return [*delivery.degraded(tx), *timers.degraded(tx, now), *escalation_clock.degraded(tx, now)]

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
        return _workspace(self.settings, answer["team_id"], answer["team"], answer["user_id"], answer.get("url"))

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
    limiter = Limiter(settings.member_rate, settings.workspace_rate)
    bolt.use(Reception(store, quick, settings.language, clock, limiter))
    dispatch.attach(bolt, store, Modals(quick))
    metrics = _metrics(store, clock)
    poster = SlackPoster(patient, clock, metrics.called if metrics else None)
    admin_channel = ChannelId(settings.admin_channel) if settings.admin_channel else None
    worker = Worker(
        store,
        poster,
        clock,
        settings.language,
        Limits(settings.posts_per_minute),
        admin_channel,
        # A commit in this process wakes the worker; what the front in another process commits has to be looked for.
        idle_seconds=_LOOK_SECONDS if settings.role == "worker" else _IDLE_SECONDS,
    )
    store.on_commit = worker.wake
    timekeeper = Timekeeper(store, clock, admin_channel)
    store.on_timer = timekeeper.wake
    scharnier = Scharnier(
        settings=settings,
        store=store,
        bolt=bolt,
        front=Front(bolt, metrics.answered if metrics else None),
        worker=worker,
        timekeeper=timekeeper,
        client=patient,
        poster=poster,
        clock=clock,
    )
    secret = "" if settings.role == "worker" else settings.slack_signing_secret
    scharnier.web = Web(scharnier.front, secret, scharnier.degraded, clock, metrics.text if metrics else None)
    if settings.slack_app_token and settings.role != "worker":
        scharnier.sockets = Sockets(scharnier.front, settings.slack_app_token, settings.slack_api_url)
    if settings.team_id and not store.workspaces():
        store.install(_workspace(settings, settings.team_id, settings.team_id, None), settings.admins, clock())
    return scharnier


def _metrics(store: SqlStore, clock: Callable[[], datetime]) -> "Metrics | None":
    """Return the figures, if the extra ``ops`` is installed."""
    try:
        from handlers.metrics import Metrics
    except ModuleNotFoundError:
        return None
    return Metrics(lambda: store.waiting(clock()))


def web() -> Web:
    """Build and start everything in a server's process; granian calls this."""
    settings = Settings()
    logs.to(sys.stderr, settings.log_level)
    scharnier = build(settings)
    # What was loaded stays. Unfrozen it is walked again each time the collector looks at everything: 80 ms instead of 17,
    # in which nobody is answered.
    gc.collect()
    gc.freeze()
    scharnier.start()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    return scharnier.web


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)


def _workspace(
    settings: Settings, team_id: str, name: str, bot_user_id: str | None, url: str | None = None
) -> Workspace:
    return Workspace(
        id=WorkspaceId(team_id),
        name=name,
        language=settings.language,
        time_zone=settings.time_zone,
        country=settings.country,
        bot_user_id=MemberId(bot_user_id) if bot_user_id else None,
        url=url if url and _ADDRESS.fullmatch(url) else None,
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
