"""The loop: claim due rows, load, show, send, mark; no rules of its own."""

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from bot.domain.delivery import REPLY_WINDOW, Claimed, Failure, Form, Posted, wait_before_retry
from bot.domain.identity import WorkspaceId
from bot.i18n import translator
from bot.ports import Poster, PostFailed, Store
from bot.services import delivery
from bot.services.delivery import Parcel
from bot.views import delivery as views

LEASE = timedelta(seconds=60)
_IDLE_SECONDS = 5.0
_HANDS = 8
_PACE = timedelta(seconds=1)
"""Slack takes about one message a second per channel."""
_log = logging.getLogger("scharnier.worker")


class Worker:
    """Sends what the outbox holds, from as many threads as Slack can be waited for at once."""

    def __init__(self, store: Store, poster: Poster, clock: Callable[[], datetime], language: str) -> None:
        self._store = store
        self._poster = poster
        self._clock = clock
        self._language = language
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._last_post: dict[str, datetime] = {}

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def stop(self) -> None:
        """End after the rows under way."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """Work until stopped."""
        hands = threading.BoundedSemaphore(_HANDS)
        with ThreadPoolExecutor(_HANDS, thread_name_prefix="outbox") as pool:
            while not self._stopped.is_set():
                self._wake.clear()
                try:
                    busy = self._hand_out(pool, hands)
                except Exception:  # the loop must survive a database that is away  # noqa: BLE001
                    _log.warning("the outbox could not be read", exc_info=True)
                    busy = False
                if not busy:
                    self._wake.wait(self._until_next())

    def run_once(self) -> int:
        """Deliver everything that is due now, in this thread; return how many rows were tried."""
        tried = 0
        for workspace in self._store.workspaces():
            while rows := self._claim(workspace.id, _HANDS):
                for row in rows:
                    self._deliver(workspace.id, row)
                tried += len(rows)
        return tried

    def _hand_out(self, pool: ThreadPoolExecutor, hands: threading.BoundedSemaphore) -> bool:
        busy = False
        for workspace in self._store.workspaces():
            if not hands.acquire(timeout=_IDLE_SECONDS):
                return True
            hands.release()
            for row in self._claim(workspace.id, _HANDS):
                hands.acquire()
                busy = True
                pool.submit(self._deliver, workspace.id, row).add_done_callback(lambda done: self._done(done, hands))
        return busy

    def _done(self, done: "Future[None]", hands: threading.BoundedSemaphore) -> None:
        hands.release()
        self.wake()
        if error := done.exception():
            _log.error("a row could not be marked; its lease will end", exc_info=error)

    def _claim(self, workspace_id: WorkspaceId, most: int) -> tuple[Claimed, ...]:
        with self._store.begin(workspace_id) as tx:
            return tx.outbox.claim(self._clock(), LEASE, most)

    def _until_next(self) -> float:
        now, wait = self._clock(), _IDLE_SECONDS
        try:
            for workspace in self._store.workspaces():
                with self._store.read(workspace.id) as tx:
                    due = tx.outbox.next_due()
                if due is not None:
                    wait = min(wait, max((due - now).total_seconds(), 0.01))
        except Exception:  # see run()  # noqa: BLE001
            _log.warning("the outbox could not be read", exc_info=True)
        return wait

    def _deliver(self, workspace_id: WorkspaceId, row: Claimed) -> None:
        """Send one row outside any transaction, then mark it."""
        now = self._clock()
        try:
            with self._store.read(workspace_id) as tx:
                parcel = delivery.load(tx, row, now, self._language)
            posted = self._send(workspace_id, row, parcel, now)
        except PostFailed as failed:
            self._failed(workspace_id, row, failed, now)
        except Exception as error:  # one bad row never blocks others (F24)  # noqa: BLE001
            _log.exception("row %s cannot be told", row.id)
            with self._store.begin(workspace_id) as tx:
                tx.outbox.park(row, f"our fault: {type(error).__name__}")
        else:
            with self._store.begin(workspace_id) as tx:
                tx.outbox.sent(row, posted, self._clock())

    def _send(self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel, now: datetime) -> Posted | None:
        if parcel.told is None:
            if parcel.standing_at is not None:
                self._poster.delete(parcel.standing_at)
                with self._store.begin(workspace_id) as tx:
                    tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
            return None
        t = translator(parcel.language, now, parcel.time_zone)
        message = views.show(row.outgoing.topic, parcel.told, t)
        reply = row.outgoing.reply_to
        if reply is not None and reply.response_url and now - row.created_at < REPLY_WINDOW:
            self._poster.reply(reply.response_url, message, replace=reply.replace)
            return None
        if row.outgoing.to_channel is not None:
            self._check_channel(workspace_id, row, parcel)
        if row.outgoing.form is Form.CARD and parcel.standing_at is not None:
            self._poster.update(parcel.standing_at, message)
            return parcel.standing_at
        self._keep_pace(row.place, now)
        return self._poster.post(row.place, message, row.key, parcel.thread_ts)

    def _check_channel(self, workspace_id: WorkspaceId, row: Claimed, parcel: Parcel) -> None:
        """Read the channel's facts if they are old; company content goes only where it is ours alone."""
        facts = parcel.channel
        if facts is None and row.outgoing.to_channel is not None:
            facts = self._poster.channel(row.outgoing.to_channel)
            with self._store.begin(workspace_id) as tx:
                tx.channels.put(facts)
        if facts is not None and not facts.usable:
            raise PostFailed(Failure.OTHER_WAY, "external" if facts.is_external else "not_in_channel")

    def _keep_pace(self, place: str, now: datetime) -> None:
        last = self._last_post.get(place)
        if last is not None and now - last < _PACE:
            raise PostFailed(Failure.NOT_DONE, "pace", (_PACE - (now - last)).total_seconds())
        if len(self._last_post) > 10_000:
            self._last_post.clear()
        self._last_post[place] = now

    def _failed(self, workspace_id: WorkspaceId, row: Claimed, failed: PostFailed, now: datetime) -> None:
        """Do what the class of a failure asks for; nothing is dropped."""
        with self._store.begin(workspace_id) as tx:
            match failed.failure:
                case Failure.OTHER_WAY if delivery.reroute(tx, row, now):
                    tx.outbox.park(row, f"{failed.code}: sent another way")
                case Failure.CARD_GONE:
                    tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
                    tx.outbox.retry(row, now, failed.code)
                case Failure.EXPIRED:
                    tx.outbox.without_address(row)
                case Failure.OUR_BUG:
                    _log.error("row %s is refused by Slack: %s", row.id, failed.code)
                    tx.outbox.park(row, failed.code)
                case _ if failed.code == "pace":
                    tx.outbox.retry(row, now + timedelta(seconds=failed.retry_after or 1), failed.code)
                case _:
                    wait = wait_before_retry(row.attempts, failed.retry_after, random.random())
                    tx.outbox.retry(row, now + wait, failed.code)
