"""Control API: what scripts and the browser page look at, and what they wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playground import screen, sight
from playground.blocks import Payload
from playground.server import Slack

Query = dict[str, str]
Look = Callable[[Slack, Query], Awaitable[Payload]]
MAX_WAIT_SECONDS = 60.0


async def state(slack: Slack, query: Query) -> Payload:
    """``?user=&channel=&limit=``: what this person sees; of each conversation the newest messages."""
    limit = int(query.get("limit") or sight.NEWEST)
    return {"ok": True, **sight.state(slack.workspace, query["user"], query.get("channel"), limit)}


async def directory(slack: Slack, _query: Query) -> Payload:
    """Return people, channels, commands, shortcuts and the app."""
    return {"ok": True, **sight.directory(slack.workspace)}


async def sidebar(slack: Slack, query: Query) -> Payload:
    """``?user=``: this person's conversations with what is unread."""
    return {"ok": True, **screen.sidebar(slack.workspace, query["user"])}


async def messages(slack: Slack, query: Query) -> Payload:
    """``?user=&channel=&thread_ts=&before=&limit=``: a page of a conversation or thread, oldest first."""
    return {"ok": True, **screen.messages(slack.workspace, query["user"], query["channel"], query)}


async def person(slack: Slack, query: Query) -> Payload:
    """``?user=``: this person's modals, Home and notices."""
    return {"ok": True, **screen.person(slack.workspace, query["user"])}


async def traffic(slack: Slack, query: Query) -> Payload:
    """``?after=&limit=&brief=``: the log from an entry on; ``?exchange=``: one request with its answer."""
    log = slack.traffic
    if "exchange" in query:
        entries = log.exchange(int(query["exchange"]))
    else:
        limit = int(query["limit"]) if query.get("limit") else None
        entries = log.after(int(query.get("after") or "0"), limit)
    shown = [entry.brief() if query.get("brief") else entry.whole() for entry in entries]
    state = {"log": log.number, "last": log.last, "sockets": slack.sockets.open_links}
    return {"ok": True, **state, "entries": shown}


async def rules(slack: Slack, _query: Query) -> Payload:
    """Return all rules."""
    return {"ok": True, "rules": slack.workspace.rules.as_dict()}


async def fault(slack: Slack, _query: Query) -> Payload:
    """Return the faults that stand."""
    return {"ok": True, "faults": slack.faults.as_list()}


async def wait(slack: Slack, query: Query) -> Payload:
    """Wait for what the query describes: a text, a number of calls, sockets, or quiet.

    ``?user=&where=&contains=&after_ts=&gone=`` · ``?method=&count=&after=`` · ``?fault=&struck=`` · ``?sockets=`` ·
    ``?quiet_ms=``; always ``&timeout=`` seconds, default 5. The answer's ``met`` says whether it came in time.
    """
    look = next((look for name, look in CONDITIONS.items() if name in query), _text)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + min(float(query.get("timeout", "5")), MAX_WAIT_SECONDS)
    while True:
        met, thing, pause = look(slack, query)
        left = deadline - loop.time()
        if met or left <= 0:
            return {"ok": True, "met": met, "thing": thing}
        await slack.windows.bell.heard(min(pause, left))


Found = tuple[bool, Any, float]
"""Whether a condition is met, what met it, and after how many seconds to look again at the latest."""


def _quiet(slack: Slack, query: Query) -> Found:
    log, clock = slack.traffic, slack.workspace.clock
    left = float(query["quiet_ms"]) / 1000 - (clock.now() - log.last_at)
    return left <= 0 and not log.open_exchanges, None, max(left, 0.01)


def _sockets(slack: Slack, query: Query) -> Found:
    links = slack.sockets.open_links
    return links >= int(query["sockets"]), links, MAX_WAIT_SECONDS


def _calls(slack: Slack, query: Query) -> Found:
    calls = len(slack.traffic.calls(query["method"], int(query.get("after", "0"))))
    return calls >= int(query.get("count", "1")), calls, MAX_WAIT_SECONDS


def _struck(slack: Slack, query: Query) -> Found:
    struck = slack.faults.find(int(query["fault"])).struck
    return struck >= int(query.get("struck", "1")), struck, MAX_WAIT_SECONDS


def _text(slack: Slack, query: Query) -> Found:
    seen = sight.shown_texts(slack.workspace, query["user"], query["where"], query.get("after_ts", ""))
    wanted = query.get("contains", "")
    found = next((thing for thing, text in seen if wanted in text), None)
    return ((found is None) if query.get("gone") else (found is not None)), found, MAX_WAIT_SECONDS


CONDITIONS: dict[str, Callable[[Slack, Query], Found]] = {
    "quiet_ms": _quiet,
    "sockets": _sockets,
    "method": _calls,
    "fault": _struck,
}

GETS: dict[str, Look] = {
    "state": state,
    "directory": directory,
    "sidebar": sidebar,
    "messages": messages,
    "person": person,
    "traffic": traffic,
    "wait": wait,
    "rules": rules,
    "fault": fault,
}
