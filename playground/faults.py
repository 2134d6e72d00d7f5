"""Faults on demand: what the Web API does instead of answering."""

import itertools
from dataclasses import asdict, dataclass
from typing import Any

from playground.clock import Bell
from playground.errors import Impossible

MODES = {"error", "http", "ratelimited", "hang", "drop"}


@dataclass(slots=True)
class Fault:
    """One order to fail: which calls, how, and how often (``times`` none = until cleared)."""

    id: int
    method: str
    mode: str
    code: str = "internal_error"
    status: int = 503
    body: str = ""
    retry_after: str | None = "1"
    times: int | None = 1
    channel: str | None = None

    def meets(self, method: str, channel: str | None) -> bool:
        """Say whether this call is meant; ``*`` means any method."""
        wanted = self.method in {"*", method} and self.channel in {None, channel}
        return wanted and (self.times is None or self.times > 0)


class Faults:
    """The orders that stand, oldest first."""

    def __init__(self) -> None:
        self._standing: list[Fault] = []
        self._numbers = itertools.count(1)
        self.cleared = Bell()

    def order(self, wish: dict[str, Any]) -> Fault:
        """Take an order of the control API.

        Raises:
            Impossible: for an unknown mode or field.
        """
        if wish.get("mode") not in MODES or not wish.get("method"):
            raise Impossible(f"a fault needs a method and a mode of {sorted(MODES)}")
        try:
            fault = Fault(id=next(self._numbers), **wish)
        except TypeError as problem:
            raise Impossible(str(problem)) from None
        self._standing.append(fault)
        return fault

    def clear(self) -> None:
        """Withdraw all orders and let go of hanging calls."""
        self._standing.clear()
        self.cleared.ring()

    def strike(self, method: str, channel: str | None) -> Fault | None:
        """Return the fault for this call, counted down."""
        for fault in self._standing:
            if fault.meets(method, channel):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def as_list(self) -> list[dict[str, Any]]:
        """Return the orders that stand."""
        return [asdict(fault) for fault in self._standing]
