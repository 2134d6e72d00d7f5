"""What was said in one conversation: in order, by timestamp, by thread."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from playground.blocks import Payload

BROADCAST = "thread_broadcast"


class Said:
    """The messages of a conversation; each page of them is a slice."""

    def __init__(self) -> None:
        self._all: list[Payload] = []
        self._shown: list[Payload] = []
        self._threads: dict[str, list[Payload]] = {}
        self._by_ts: dict[str, Payload] = {}

    def __iter__(self) -> Iterator[Payload]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def shown(self) -> Sequence[Payload]:
        """Return what stands in the conversation itself: no replies but those that were sent to all."""
        return self._shown

    @property
    def last_ts(self) -> str:
        """Return when something was said last in the conversation itself, or nothing."""
        return str(self._shown[-1]["ts"]) if self._shown else ""

    def add(self, message: Payload) -> None:
        """Add a message that is later than all others."""
        for messages in self._lists_of(message):
            messages.append(message)
        self._by_ts[message["ts"]] = message

    def remove(self, message: Payload) -> None:
        """Take a message away."""
        for messages in self._lists_of(message):
            messages.pop(bisect_left(messages, message["ts"], key=_ts))
        del self._by_ts[message["ts"]]

    def find(self, ts: str) -> Payload | None:
        """Return the message of that timestamp."""
        return self._by_ts.get(ts)

    def replies(self, ts: str) -> Sequence[Payload]:
        """Return the replies to a message, oldest first."""
        return self._threads.get(ts, [])

    def newest(self, limit: int) -> Sequence[Payload]:
        """Return the newest messages with all replies, oldest first."""
        return self._all[-limit:]

    def since(self, ts: str) -> Sequence[Payload]:
        """Return all messages and replies that are later."""
        return self._all[bisect_right(self._all, ts, key=_ts) :]

    def unread(self, ts: str) -> int:
        """Count what was said in the conversation itself after that moment."""
        return len(self._shown) - bisect_right(self._shown, ts, key=_ts)

    def _lists_of(self, message: Payload) -> Iterable[list[Payload]]:
        yield self._all
        parent: str = message.get("thread_ts") or message["ts"]
        if parent != message["ts"]:
            yield self._threads.setdefault(parent, [])
        if parent == message["ts"] or message.get("subtype") == BROADCAST:
            yield self._shown


def page_before(messages: Sequence[Payload], before: str | None, limit: int) -> tuple[list[Payload], bool]:
    """Return the last messages before a timestamp, oldest first, and whether there are older ones."""
    end = len(messages) if before is None else bisect_left(messages, before, key=_ts)
    start = max(end - limit, 0)
    return list(messages[start:end]), start > 0


def _ts(message: Payload) -> str:
    return str(message["ts"])
