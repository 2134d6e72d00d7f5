"""The loop: claim due rows, load, show, send, mark; no rules of its own."""

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from bot import faults
from bot.domain.delivery import REPLY_WINDOW, Claimed, Failure, Form, Posted, wait_before_retry
from bot.domain.identity import WorkspaceId
from bot.i18n import translator
from bot.ports import Poster, PostFailed, Store, Transaction
from bot.services import delivery
from bot.services.delivery import Parcel
from bot.views import delivery as views

LEASE = timedelta(seconds=60)
_IDLE_SECONDS = 5.0
_HANDS = 8
_PACE = timedelta(seconds=1)
"""Slack takes about one message a second per channel."""
_TRIES = 5
"""A row that cannot be told is tried so often: the database may have been away for a moment."""
_MARK_WAITS = (0.1, 0.5, 2.0, 5.0)
"""Seconds between the tries to mark a row; together well below the lease."""
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
        hands = threading.Semaphore(_HANDS)
        with ThreadPoolExecutor(_HANDS, thread_name_prefix="outbox") as pool:
            while not self._stopped.is_set():
                now = self._clock()
                try:
                    wait = 0.0 if self._hand_out(pool, hands, now) else self._until_next(now)
                except Exception as error:  # the loop must survive a database that is away  # noqa: BLE001
                    _log.warning("the outbox could not be read (%s)", faults.name(error))
                    wait = _IDLE_SECONDS
                self._wake.wait(wait)
                self._wake.clear()

    def run_once(self) -> int:
        """Deliver everything that is due now, in this thread; return how many rows were tried."""
        tried = 0
        for workspace in self._store.workspaces():
            while rows := self._claim(workspace.id, _HANDS, self._clock()):
                for row in rows:
                    self._deliver(workspace.id, row)
                tried += len(rows)
        return tried

    def _hand_out(self, pool: ThreadPoolExecutor, hands: threading.Semaphore, now: datetime) -> bool:
        """Claim as much as there are free hands; return whether anything was claimed."""
        busy = False
        for workspace in self._store.workspaces():
            free = 0
            while free < _HANDS and hands.acquire(blocking=False):
                free += 1
            rows: tuple[Claimed, ...] = ()
            try:
                rows = self._claim(workspace.id, free, now) if free else ()
            finally:
                for _ in range(free - len(rows)):
                    hands.release()
            for row in rows:
                pool.submit(self._deliver, workspace.id, row).add_done_callback(lambda done: self._done(done, hands))
            busy = busy or bool(rows)
        return busy

    def _done(self, done: "Future[None]", hands: threading.Semaphore) -> None:
        hands.release()
        self.wake()
        if error := done.exception():
            _log.error(
                "a row could not be marked; its lease will end (%s)", faults.name(error), exc_info=faults.place(error)
            )

    def _claim(self, workspace_id: WorkspaceId, most: int, now: datetime) -> tuple[Claimed, ...]:
        with self._store.begin(workspace_id) as tx:
            return tx.outbox.claim(now, LEASE, most)

    def _until_next(self, now: datetime) -> float:
        """Return the seconds until a row that had to wait ``now`` may go; a commit and a row that is done wake earlier."""
        wait = _IDLE_SECONDS
        for workspace in self._store.workspaces():
            with self._store.read(workspace.id) as tx:
                due = tx.outbox.next_due(now)
            if due is not None:
                wait = min(wait, max((due - self._clock()).total_seconds(), 0.0))
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
        except _TooSoon as too_soon:
            until = too_soon.until
            self._mark(workspace_id, lambda tx: tx.outbox.postpone(row, until))
        except Exception as error:  # one bad row never blocks others (F24)  # noqa: BLE001
            self._broken(workspace_id, row, error, now)
        else:
            self._mark(workspace_id, lambda tx: tx.outbox.sent(row, posted, self._clock()))

    def _mark(self, workspace_id: WorkspaceId, mark: Callable[[Transaction], None]) -> None:
        """Write down what became of a row, with patience: what is sent but not marked would be sent again."""
        for wait in _MARK_WAITS:
            try:
                with self._store.begin(workspace_id) as tx:
                    mark(tx)
            except Exception as error:  # the last try is below  # noqa: BLE001
                _log.warning("a row could not be marked yet (%s)", faults.name(error))
                self._stopped.wait(wait)
            else:
                return
        with self._store.begin(workspace_id) as tx:
            mark(tx)

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
            raise _TooSoon(last + _PACE)
        if len(self._last_post) > 10_000:
            self._last_post.clear()
        self._last_post[place] = now

    def _failed(self, workspace_id: WorkspaceId, row: Claimed, failed: PostFailed, now: datetime) -> None:
        """Do what the class of a failure asks for; nothing is dropped."""

        def mark(tx: Transaction) -> None:
            match failed.failure:
                case Failure.OTHER_WAY if delivery.reroute(tx, row, now):
                    tx.outbox.park(row, f"{failed.code}: sent another way")
                case Failure.CARD_GONE:
                    tx.outbox.forget_card(row.outgoing.topic, row.outgoing.about, row.place)
                    tx.outbox.retry(row, now, failed.code)
                case Failure.EXPIRED:
                    tx.outbox.without_address(row)
                case Failure.OTHER_WAY | Failure.OUR_BUG:
                    _log.error("row %s cannot be delivered: %s", row.id, failed.code)
                    tx.outbox.park(row, failed.code)
                case _:
                    wait = wait_before_retry(row.attempts, failed.retry_after, random.random())
                    tx.outbox.retry(row, now + wait, failed.code)

        self._mark(workspace_id, mark)

    def _broken(self, workspace_id: WorkspaceId, row: Claimed, error: Exception, now: datetime) -> None:
        """Try again a few times, then set aside: the fault is ours."""
        cause = f"our fault: {faults.name(error)}"
        _log.error("row %s cannot be told (%s)", row.id, cause, exc_info=faults.place(error))
        if row.attempts < _TRIES:
            later = now + wait_before_retry(row.attempts, None, random.random())
            self._mark(workspace_id, lambda tx: tx.outbox.retry(row, later, cause))
        else:
            self._mark(workspace_id, lambda tx: tx.outbox.park(row, cause))


class _TooSoon(Exception):
    """A place had a post within the last second."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until
