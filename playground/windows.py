"""The browser windows that are open, and what each of them has not been told yet."""

import asyncio
import json
from collections.abc import AsyncIterator, Container
from dataclasses import dataclass, field

from playground.clock import Bell

PAUSE_SECONDS = 0.03
HEARTBEAT_SECONDS = 15.0


@dataclass(slots=True, eq=False)
class Window:
    """What has changed for the person in front of one window since it was last told."""

    user: str
    channels: set[str] = field(default_factory=set)
    person: bool = False
    sidebar: bool = False
    directory: bool = False
    traffic: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> str:
        """Return what has changed as JSON, and forget it."""
        told = {
            "channels": sorted(self.channels),
            "person": self.person,
            "sidebar": self.sidebar,
            "directory": self.directory,
            "traffic": self.traffic,
        }
        self.channels, self.person, self.sidebar, self.directory = set(), False, False, False
        self.news.clear()
        return json.dumps(told)


class Windows:
    """All open windows; ``bell`` also wakes whoever else waits for a change."""

    def __init__(self) -> None:
        self.bell = Bell()
        self._open: list[Window] = []
        self._logged = 0
        self._ended = False

    def changed(
        self,
        people: Container[str] | None = None,
        *,
        channel: str | None = None,
        person: bool = False,
        sidebar: bool = False,
        directory: bool = False,
    ) -> None:
        """Note a change for these people's windows (none: everybody's) and wake all who wait."""
        for window in self._open:
            if people is None or window.user in people:
                window.channels |= {channel} if channel else set()
                window.person |= person
                window.sidebar |= sidebar
                window.directory |= directory
                window.news.set()
        self.bell.ring()

    def logged(self) -> None:
        """Note that the traffic log changed; counted on where it begins anew."""
        self._logged += 1
        for window in self._open:
            window.traffic = self._logged
            window.news.set()
        self.bell.ring()

    def people(self) -> set[str]:
        """Return who has a window open."""
        return {window.user for window in self._open}

    def end(self) -> None:
        """Let all windows go: the playground ends."""
        self._ended = True
        for window in self._open:
            window.news.set()

    async def told(self, user: str) -> AsyncIterator[str]:
        """Yield server-sent events for a window of this person: ``changed`` with what to look at again."""
        window = Window(user, traffic=self._logged)
        self._open.append(window)
        try:
            yield "retry: 500\n\n"
            while not self._ended:
                try:
                    await asyncio.wait_for(window.news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                yield f"event: changed\ndata: {window.take()}\n\n"
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            self._open.remove(window)
