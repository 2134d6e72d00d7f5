"""The loop: claim what may go, hand it to the courier, keep the leases; no rules of its own."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from bot import faults
from bot.courier import Courier
from bot.domain.delivery import Claimed
from bot.domain.identity import ChannelId, WorkspaceId
from bot.domain.pace import RENEW_EVERY, Batch, Limits
from bot.ports import Poster, Store

_AWAY_SECONDS = 5.0
"""Pause while the database is away."""
_HANDS = 8
_HANDS_FOR_URGENT = 2
"""Hands that only take escalations and answers, so that these never wait for slow calls of others."""
_log = logging.getLogger("scharnier.worker")


class Worker:
    """Sends what the outbox holds, from as many threads as Slack can be waited for at once."""

    def __init__(
        self,
        store: Store,
        poster: Poster,
        clock: Callable[[], datetime],
        language: str,
        limits: Limits = Limits(),  # noqa: B008  a frozen value
        admin_channel: ChannelId | None = None,
        idle_seconds: float = 5.0,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._idle_seconds = idle_seconds
        self._courier = Courier(store, poster, clock, language, admin_channel)
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._knocked: set[WorkspaceId] = set()
        self._held: dict[tuple[WorkspaceId, int], tuple[str, datetime]] = {}
        """Lease and its end of every row under way."""
        self._holding = threading.Lock()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def stop(self) -> None:
        """End after the rows under way; those not begun are given back."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """Work until stopped."""
        hands = threading.Semaphore(_HANDS)
        renewing = threading.Thread(target=self._keep_leases, name="leases", daemon=True)
        renewing.start()
        with ThreadPoolExecutor(_HANDS, thread_name_prefix="outbox") as pool:
            while not self._stopped.is_set():
                now = self._clock()
                try:
                    wait = 0.0 if self._hand_out(pool, hands, now) else self._until_next(now)
                except Exception as error:  # the loop must survive a database that is away  # noqa: BLE001
                    _log.warning("the outbox could not be read (%s)", faults.name(error))
                    wait = _AWAY_SECONDS
                self._wake.wait(wait)
                self._wake.clear()
        self._ended.set()
        renewing.join()

    def run_once(self) -> int:
        """Deliver everything that may go now, in this thread; return how many rows were tried."""
        tried = 0
        for workspace in self._store.workspaces():
            while True:
                batch = self._claim(workspace.id, _HANDS, _HANDS, self._clock())
                rows = self._knock(workspace.id) if batch.knock else batch.rows
                if not rows:
                    break
                for row in rows:
                    self._deliver(workspace.id, row)
                tried += len(rows)
        return tried

    def renew(self) -> None:
        """Keep the leases of all rows under way, with one statement a workspace."""
        until = self._clock() + self._limits.lease
        with self._holding:
            held = {key: lease for key, (lease, _) in self._held.items()}
        for workspace_id in {workspace_id for workspace_id, _ in held}:
            leases = {lease for (owner, _), lease in held.items() if owner == workspace_id}
            with self._store.begin(workspace_id) as tx:
                kept = tx.outbox.renew(leases, until)
            with self._holding:
                for key in ((workspace_id, row_id) for row_id in kept):
                    # What another worker took over while this one slept is not held any more.
                    if key in self._held and self._held[key][0] == held.get(key):
                        self._held[key] = (held[key], until)

    def _keep_leases(self) -> None:
        while not self._ended.wait(RENEW_EVERY.total_seconds()):
            try:
                self.renew()
            except Exception as error:  # the next try may find the database back  # noqa: BLE001
                _log.warning("leases could not be renewed (%s)", faults.name(error))

    def _hand_out(self, pool: ThreadPoolExecutor, hands: threading.Semaphore, now: datetime) -> bool:
        """Claim as much as there are free hands; return whether there was anything to do."""
        busy = False
        for workspace in self._store.workspaces():
            free = 0
            while free < _HANDS and hands.acquire(blocking=False):
                free += 1
            batch, used = Batch(), 0
            try:
                if free:
                    batch = self._claim(workspace.id, free, max(free - _HANDS_FOR_URGENT, 0), now)
                used = len(batch.rows) or int(batch.knock)
            finally:
                for _ in range(free - used):
                    hands.release()
            tasks = [(self._deliver, row) for row in batch.rows]
            for work, row in tasks:
                pool.submit(work, workspace.id, row).add_done_callback(lambda done: self._done(done, hands))
            if batch.knock:
                pool.submit(self._try_again, workspace.id).add_done_callback(lambda done: self._done(done, hands))
            busy = busy or bool(used)
        return busy

    def _done(self, done: "Future[None]", hands: threading.Semaphore) -> None:
        hands.release()
        self.wake()
        if error := done.exception():
            _log.error(
                "a row could not be marked; its lease will end (%s)", faults.name(error), exc_info=faults.place(error)
            )

    def _claim(self, workspace_id: WorkspaceId, most: int, others: int, now: datetime) -> Batch:
        eager = workspace_id not in self._knocked
        with self._store.begin(workspace_id) as tx:
            batch = tx.outbox.claim(now, self._limits, most, others, eager=eager)
        self._knocked.add(workspace_id)
        self._hold(workspace_id, batch.rows, now)
        return batch

    def _knock(self, workspace_id: WorkspaceId) -> tuple[Claimed, ...]:
        """Ask Slack whether it lets us in; if so, take one row as a trial, or open up where nothing waits."""
        if not self._courier.knock(workspace_id):
            return ()
        now = self._clock()
        with self._store.begin(workspace_id) as tx:
            batch = tx.outbox.claim(now, self._limits, 1, 1, trial=True)
            if not batch.rows:
                tx.outbox.open_gate(now)
        self._hold(workspace_id, batch.rows, now)
        return batch.rows

    def _try_again(self, workspace_id: WorkspaceId) -> None:
        for row in self._knock(workspace_id):
            self._deliver(workspace_id, row)

    def _hold(self, workspace_id: WorkspaceId, rows: tuple[Claimed, ...], now: datetime) -> None:
        with self._holding:
            for row in rows:
                self._held[workspace_id, row.id] = (row.lease, now + self._limits.lease)

    def _deliver(self, workspace_id: WorkspaceId, row: Claimed) -> None:
        """Deliver a row, or give it back when the work ends."""
        key = (workspace_id, row.id)

        def holds() -> bool:
            with self._holding:
                lease, until = self._held.get(key, ("", self._clock()))
            return lease == row.lease and self._clock() < until

        try:
            if self._stopped.is_set():
                with self._store.begin(workspace_id) as tx:
                    tx.outbox.release(row, self._clock())
            else:
                self._courier.deliver(workspace_id, row, holds)
        finally:
            with self._holding:
                if self._held.get(key, ("",))[0] == row.lease:
                    del self._held[key]

    def _until_next(self, now: datetime) -> float:
        """Return the seconds until something that had to wait ``now`` may go; a commit and a row that is done wake earlier."""
        wait = self._idle_seconds
        for workspace in self._store.workspaces():
            with self._store.read(workspace.id) as tx:
                due = tx.outbox.next_due(now, self._limits)
            if due is not None:
                wait = min(wait, max((due - self._clock()).total_seconds(), 0.0))
        return wait
