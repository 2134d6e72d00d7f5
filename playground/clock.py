"""The playground's time, which can be moved on, and the bell that wakes whoever waits."""

import asyncio
import contextlib
import math
import time


class Bell:
    """Wakes all who wait, each time it rings."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    async def heard(self, seconds: float) -> None:
        """Wait for the next ring, at most so many real seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), None if math.isinf(seconds) else max(seconds, 0))


def real_time() -> float:
    """Return the machine's time: what signatures carry, because the bot checks them by its own clock."""
    return time.time()  # noqa: TID251 - the playground's only look at the clock; bot.clock is out of its reach


class Clock:
    """Real time plus what was advanced by the control API."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._moved = Bell()

    @property
    def offset(self) -> float:
        """Say how many seconds were added so far."""
        return self._offset

    def now(self) -> float:
        """Return seconds since the epoch as Slack's rules see them."""
        return real_time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the time on and wake everybody who waits for a moment."""
        self._offset += seconds
        self._moved.ring()

    async def until(self, moment: float) -> None:
        """Wait until the moment has come, by the clock or by ``advance``."""
        while (left := moment - self.now()) > 0:
            await self._moved.heard(left)
