"""The loop: find due timers, fire each, sleep until the next; no rules of its own."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from bot import faults
from bot.domain.identity import ChannelId, WorkspaceId
from bot.ports import Store
from bot.services import timers

_IDLE_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
"""The shortest sleep: what is due and not done is in the hands of another replica."""
_AT_ONCE = 100
_log = logging.getLogger("scharnier.timekeeper")


class Timekeeper:
    """Fires what is due, one after the other."""

    def __init__(self, store: Store, clock: Callable[[], datetime], admin_channel: ChannelId | None = None) -> None:
        self._store = store
        self._admin_channel = admin_channel
        self._clock = clock
        self._kept: dict[WorkspaceId, datetime] = {}
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def wake(self) -> None:
        """Look at the timers now."""
        self._wake.set()

    def stop(self) -> None:
        """End after the timer under way."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopped.is_set():
            # What is set from here on wakes again.
            self._wake.clear()
            try:
                self.run_once()
                wait = self._until_next()
            except Exception as error:  # the loop must survive a database that is away  # noqa: BLE001
                _log.warning("the timers could not be read (%s)", faults.name(error))
                wait = _IDLE_SECONDS
            self._wake.wait(wait)

    def run_once(self) -> int:
        """Fire everything that is due now; return how many timers fired."""
        return sum(self._fire_all(workspace.id) for workspace in self._store.workspaces())

    def _fire_all(self, workspace_id: WorkspaceId) -> int:
        now, total = self._clock(), 0
        if workspace_id not in self._kept or now < self._kept[workspace_id]:
            timers.keep(self._store, workspace_id, now)
        self._kept[workspace_id] = now
        fired = _AT_ONCE
        while fired and not self._stopped.is_set():
            with self._store.read(workspace_id) as tx:
                due = tx.timers.due(now, _AT_ONCE)
            fired = sum(timers.fire(self._store, workspace_id, one, now, self._admin_channel) for one in due)
            total += fired
        return total

    def _until_next(self) -> float:
        """Return the seconds until the next timer is due, or until it is time to look anyway."""
        wait, now = _IDLE_SECONDS, self._clock()
        for workspace in self._store.workspaces():
            with self._store.read(workspace.id) as tx:
                due = tx.timers.next_due()
            if due is not None:
                wait = min(wait, (due - now).total_seconds())
        return max(wait, _PAUSE_SECONDS)
