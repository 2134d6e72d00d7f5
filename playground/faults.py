"""Faults on demand: which calls go wrong, how, and how often."""

import itertools
import random
from collections.abc import Callable, Container
from dataclasses import dataclass, field, fields
from typing import Any

from playground.clock import Bell
from playground.errors import Impossible
from playground.shapes import Report, Shape, anything, number, one_of, or_null, string, whole

MODES = ("refuse", "hang", "mute", "drop", "error", "http", "ratelimited", "stall")
LINK = "link"
"""Stands for the Socket Mode links, as ``response_url`` does for posts to response URLs."""


ORDER = Shape(
    {"method": string(), "mode": one_of(*MODES)},
    {
        "channel": or_null(string()),
        "skip": whole(0),
        "times": or_null(whole(1)),
        "probability": number,
        "seed": whole(),
        "code": string(),
        "status": whole(200, 599),
        "body": string(least=0),
        "retry_after": anything,
    },
)
"""What an order of the control API looks like."""


@dataclass(slots=True, eq=False)
class Fault:
    """One order to fail: which calls, how, and how often (``times`` none = until withdrawn).

    The first ``skip`` calls that are meant pass; of the others each fails with ``probability``, drawn with ``seed``,
    so that the same order fails the same calls.
    """

    id: int
    method: str
    mode: str
    channel: str | None = None
    skip: int = 0
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0
    code: str = "internal_error"
    status: int = 503
    body: str = ""
    retry_after: str | None = "1"
    struck: int = 0
    _draw: Callable[[], float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed).random
        self.retry_after = None if self.retry_after is None else str(self.retry_after)

    def strikes(self, method: str, channels: Container[str]) -> bool:
        """Say whether a call fails that names a channel so, and count it; ``*`` means any method but the links."""
        is_meant = self.method == method or (self.method == "*" and method != LINK)
        if not is_meant or (self.channel is not None and self.channel not in channels) or self.times == 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self._draw() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        self.struck += 1
        return True

    def as_dict(self) -> dict[str, Any]:
        """Return the order as it stands."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.init}


class Faults:
    """The orders, oldest first; those that are used up stay until they are withdrawn."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._standing: list[Fault] = []
        self._numbers = itertools.count(1)

    def order(self, wish: dict[str, Any]) -> Fault:
        """Take an order of the control API.

        Raises:
            Impossible: for an unknown mode or field, a value that a field cannot have, or a stall of something else than the links.
        """
        report: Report = []
        ORDER(wish, "", report)
        if report:
            raise Impossible("; ".join(report))
        if (wish["mode"] == "stall") != (wish["method"] == LINK):
            raise Impossible(f"the mode stall and the method {LINK} go together only")
        fault = Fault(id=next(self._numbers), **wish)
        self._standing.append(fault)
        self._bell.ring()
        return fault

    def withdraw(self, fault_id: int | None = None) -> None:
        """Withdraw one order or all; what hangs on it is let go."""
        self._standing = [fault for fault in self._standing if fault_id not in {None, fault.id}]
        self._bell.ring()

    def strike(self, method: str, channels: Container[str] = (), asked: Container[int] = ()) -> Fault | None:
        """Return the fault that this call meets; those that were ``asked`` before are left out."""
        for fault in self._standing:
            if fault.id not in asked and fault.strikes(method, channels):
                self._bell.ring()
                return fault
        return None

    def stands(self, fault: Fault) -> bool:
        """Say whether an order was not withdrawn."""
        return fault in self._standing

    def find(self, fault_id: int) -> Fault:
        """Return an order.

        Raises:
            Impossible: it was withdrawn or never given.
        """
        for fault in self._standing:
            if fault.id == fault_id:
                return fault
        raise Impossible(f"there is no fault {fault_id}")

    async def withdrawn(self, fault: Fault) -> None:
        """Wait until an order is withdrawn."""
        while self.stands(fault):
            await self._bell.heard(LONG_SECONDS)

    def numbers(self) -> list[int]:
        """Return the ids of all orders."""
        return [fault.id for fault in self._standing]

    def as_list(self) -> list[dict[str, Any]]:
        """Return all orders."""
        return [fault.as_dict() for fault in self._standing]


LONG_SECONDS = 3600.0
