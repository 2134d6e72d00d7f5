"""Rates of members and workspaces in this process: who asks too much waits, the others do not."""

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.limits import Credit, Rate, spend

_MOST_KEPT = 20_000
_TYPING = 4
"""A search in a form asks with every letter, so it has so much more."""


class Limiter:
    """Counts requests; a rate of 0 is none. Each replica counts for itself: its threads are what is protected."""

    def __init__(self, per_member: int, per_workspace: int) -> None:
        self._member = Rate(per_member)
        self._search = Rate(per_member * _TYPING)
        self._workspace = Rate(per_workspace)
        self._credits: dict[Hashable, Credit] = {}
        self._lock = threading.Lock()

    def wait(self, workspace: WorkspaceId, member: MemberId, now: datetime, *, is_search: bool) -> timedelta:
        """Count one request; return how long its sender should wait, zero when it may pass."""
        with self._lock:
            own = self._take((workspace, member, is_search), self._search if is_search else self._member, now)
            # What one member is refused must not use up what all have together.
            return own or self._take(workspace, self._workspace, now)

    def _take(self, key: Hashable, rate: Rate, now: datetime) -> timedelta:
        if not rate.per_minute:
            return timedelta(0)
        if len(self._credits) > _MOST_KEPT:
            self._credits.clear()
        self._credits[key], wait = spend(rate, self._credits.get(key), now)
        return wait
