"""The append-only log of every request and answer between the bot and Slack."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from playground.clock import Clock
from playground.windows import Windows

Direction = Literal["to_slack", "to_bot"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, or the answer to it; both carry the number of their exchange."""

    n: int
    exchange: int
    phase: Literal["request", "answer"]
    direction: Direction
    kind: str
    name: str
    at: float
    payload: Any
    status: int | None = None
    ms: float | None = None
    error: str | None = None
    note: str | None = None

    def whole(self) -> dict[str, Any]:
        """Return the entry with its payload."""
        return {name: getattr(self, name) for name in _FIELDS}

    def brief(self) -> dict[str, Any]:
        """Return the entry without its payload, but with who acted where, and why a call was refused."""
        brief = {name: getattr(self, name) for name in _FIELDS if name != "payload"}
        return {**brief, **_told(self.payload if isinstance(self.payload, dict) else {})}


_FIELDS = [field.name for field in dataclasses.fields(Entry)]


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    inner = payload["event"] if isinstance(payload.get("event"), dict) else payload
    metadata = payload.get("response_metadata")
    reasons = metadata.get("messages", []) if isinstance(metadata, dict) else []
    scopes: dict[str, Any] = {name: payload[name] for name in ("needed", "provided") if name in payload}
    return {"user": _id(inner, "user"), "channel": _id(inner, "channel"), "reasons": reasons, **scopes}


def _id(payload: dict[str, Any], name: str) -> str | None:
    found = payload.get(name) or payload.get(f"{name}_id")
    found = found.get("id") if isinstance(found, dict) else found
    return found if isinstance(found, str) else None


class Traffic:
    """Keeps the entries in order and knows what is still unanswered."""

    def __init__(self, clock: Clock, windows: Windows, number: int) -> None:
        self.number = number
        """Which log this is: after a reset or a restart its entries are counted from one again."""
        self._clock = clock
        self._windows = windows
        self._entries: list[Entry] = []
        self._open: dict[int, Entry] = {}
        self._answers: dict[int, int] = {}

    @property
    def last(self) -> int:
        """Return the number of the newest entry, 0 if there is none."""
        return len(self._entries)

    @property
    def open_exchanges(self) -> int:
        """Count the requests that have no answer yet."""
        return len(self._open)

    @property
    def last_at(self) -> float:
        """Return when the newest entry was written."""
        return self._entries[-1].at if self._entries else 0.0

    def request(self, direction: Direction, kind: str, name: str, payload: Any, note: str | None = None) -> int:
        """Log a request and return the number of its exchange."""
        n = self.last + 1
        entry = Entry(
            n=n,
            exchange=n,
            phase="request",
            direction=direction,
            kind=kind,
            name=name,
            at=self._clock.now(),
            payload=payload,
            note=note,
        )
        self._open[n] = entry
        self._append(entry)
        return n

    def answer(
        self,
        exchange: int,
        payload: Any,
        status: int | None = None,
        error: str | None = None,
        note: str | None = None,
    ) -> None:
        """Log the answer to a request; an exchange is answered once."""
        request = self._open.pop(exchange, None)
        if request is None:
            return
        now = self._clock.now()
        self._answers[exchange] = self.last + 1
        self._append(
            dataclasses.replace(
                request,
                n=self.last + 1,
                phase="answer",
                at=now,
                payload=payload,
                status=status,
                ms=round((now - request.at) * 1000, 1),
                error=error,
                note=note,
            )
        )

    def after(self, n: int, limit: int | None = None) -> list[Entry]:
        """Return the entries with a higher number, all of them or the first ones."""
        return self._entries[n:] if limit is None else self._entries[n : n + limit]

    def exchange(self, n: int) -> list[Entry]:
        """Return a request and, if there is one, its answer."""
        numbers = [n, self._answers.get(n, 0)]
        return [self._entries[number - 1] for number in numbers if 0 < number <= self.last]

    def calls(self, name: str, after: int) -> list[Entry]:
        """Return the answers to requests of that name with a higher number."""
        return [entry for entry in self._entries[after:] if entry.name == name and entry.phase == "answer"]

    def _append(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._windows.logged()
