"""Forged and mutated requests over real HTTP: all refused, nothing written, nothing breaks, nothing leaks into the log."""

import copy
import http.client
import itertools
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.clock import utc_now
from playground.delivery import encoded, sign
from storage.tables import Base
from tests.torture.world import Replica, World

_PATH = "/slack/events"
_HANG_SECONDS = 2.0
_AGE = 301
_QUIET = {"timers", "audit_seals", "gates", "lanes"}
"""Tables in which time itself writes."""
Headers = dict[str, str]
Forged = tuple[bytes, Headers]


@dataclass
class Fired:
    """What was sent, and how it was answered."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    log_bytes: int = 0
    wrong: list[str] = field(default_factory=list)


def corpus(world: World) -> list[Forged]:
    """Return what Slack sent to the bot so far, as bytes with content type; one of each name is enough."""
    seen: dict[tuple[str, str], Forged] = {}
    for entry in world.slack.traffic():
        if entry["phase"] == "request" and entry["direction"] == "to_bot":
            raw, kind = encoded(entry["kind"], entry["payload"])
            action = entry["payload"].get("actions", [{}])[0].get("action_id", "")
            view = (entry["payload"].get("view") or {}).get("callback_id", "")
            seen[entry["name"], f"{action}{view}"] = (raw, {"Content-Type": kind})
    return [*seen.values()]


def forge(world: World, replica: Replica, count: int, seed: int) -> Fired:
    """Send so many requests that Slack did not sign so."""
    secret, known, chance = world.environment["SLACK_SIGNING_SECRET"], corpus(world), random.Random(seed)
    before, size = _rows(world), replica.log.stat().st_size
    makers = itertools.cycle(_FORGERIES)

    def made() -> Iterator[Forged]:
        for _ in range(count):
            raw, headers = chance.choice(known)
            yield next(makers)(raw, dict(headers), secret, chance)

    fired = _fire(replica, made(), lambda status: status in {400, 401})
    fired.log_bytes = replica.log.stat().st_size - size
    if fired.log_bytes > 1000 * fired.sent:
        fired.wrong.append(f"{fired.log_bytes / fired.sent:.0f} bytes of log each")
    if changed := {name: (before[name], now) for name, now in _rows(world).items() if now != before[name]}:
        fired.wrong.append(f"something was written: {changed}")
    return fired


def fuzz(world: World, replica: Replica, count: int, seed: int) -> Fired:
    """Send so many mutated requests with a good signature."""
    secret, known, chance = world.environment["SLACK_SIGNING_SECRET"], corpus(world), random.Random(seed)
    begun = len(replica.log.read_text(errors="replace"))

    def made() -> Iterator[Forged]:
        for _ in range(count):
            raw, headers = chance.choice(known)
            mutant = _mutant(raw, headers["Content-Type"], chance)
            yield mutant, {**headers, **_signed(secret, mutant)}

    fired = _fire(replica, made(), lambda status: status < 500)
    log = replica.log.read_text(errors="replace")[begun:]
    fired.wrong += [f"a traceback: {line[:300]}" for line in log.splitlines() if "Traceback" in line or "exc" in line]
    return fired


def leaks(world: World) -> list[str]:
    """Look for what must stand in no log: tokens, the secret, words of people, addresses."""
    environment = world.environment
    tokens = {
        name: value for name, value in environment.items() if name.startswith("SLACK_") and name != "SLACK_API_URL"
    }
    patterns = {
        **{name: re.escape(value) for name, value in tokens.items()},
        "what people wrote": r"tk\d{5}x",
        "mail addresses": r"@arvenstein",
        "response URLs": r"/(commands|actions)/T0",
    }
    found = []
    for log in world.logs():
        for name, pattern in patterns.items():
            for match in re.finditer(pattern, log):
                line = log[log.rfind("\n", 0, match.start()) + 1 : log.find("\n", match.end())]
                found.append(f"{name}: {line[:300]}")
    return found


def _fire(replica: Replica, made: Iterator[Forged], is_good: Callable[[int], bool], hands: int = 4) -> Fired:
    """Send everything from several connections."""
    fired, lock = Fired(), threading.Lock()

    def run() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", replica.port, timeout=10)) as connection:
            while True:
                with lock:
                    one = next(made, None)
                if one is None:
                    return
                begun = time.monotonic()
                try:
                    connection.request("POST", _PATH, one[0], one[1])
                    answer = connection.getresponse()
                    answer.read()
                    status = answer.status
                except (OSError, http.client.HTTPException) as problem:
                    connection.close()
                    status, problem_name = 599, type(problem).__name__
                    with lock:
                        fired.wrong.append(f"no answer ({problem_name}) to {one[0][:200]!r}")
                spent = time.monotonic() - begun
                with lock:
                    fired.sent += 1
                    fired.statuses[status] += 1
                    fired.slowest = max(fired.slowest, spent)
                    if not is_good(status):
                        fired.wrong.append(f"{status} to {one[1]} {one[0][:300]!r}")
                    if spent > _HANG_SECONDS:
                        fired.wrong.append(f"{spent:.1f} s for {one[0][:300]!r}")

    threads = [threading.Thread(target=run) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fired


def _signed(secret: str, raw: bytes, age: int = 0) -> Headers:
    stamp = str(int(utc_now().timestamp()) - age)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(secret, stamp, raw)}


Maker = Callable[[bytes, Headers, str, random.Random], Forged]


def _changed(change: Callable[[Headers, random.Random], Headers]) -> Maker:
    """Make a forgery by a change of good headers."""
    return lambda raw, headers, secret, chance: (raw, {**headers, **change(_signed(secret, raw), chance)})


def _without(name: str) -> Maker:
    return lambda raw, headers, secret, _: (
        raw,
        {**headers, **{key: value for key, value in _signed(secret, raw).items() if key != name}},
    )


def _garbled(raw: bytes, headers: Headers, secret: str, chance: random.Random) -> Forged:
    """Change the body after it was signed."""
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ chance.randint(1, 255)]) + raw[at + 1 :], {**headers, **_signed(secret, raw)}


def _flipped(good: Headers, chance: random.Random) -> Headers:
    signature = good["X-Slack-Signature"]
    at = chance.randrange(3, len(signature))
    other = chance.choice([digit for digit in "0123456789abcdef" if digit != signature[at]])
    return {**good, "X-Slack-Signature": signature[:at] + other + signature[at + 1 :]}


_STAMPS = ("yesterday", "", "-1", "1e9", "0x6000", "١٧٣٢", "9" * 40, " 1", "1 ", "1.0", "+1", "NaN")
_SIGNATURES = ("", "v0=", "v0", "=", "v0=é", "v0=\xff\xfe", "v1=", "v0=" + "0" * 64, "v0=" + "f" * 5000, "null")
_FORGERIES: tuple[Maker, ...] = (
    lambda raw, headers, _, chance: (raw, {**headers, **_signed(f"secret {chance.random()}", raw)}),
    lambda raw, headers, _, __: (raw, {**headers, **_signed("", raw)}),
    lambda raw, headers, secret, chance: (
        raw,
        {**headers, **_signed(secret, raw, age=_AGE + chance.randint(0, 100_000))},
    ),
    lambda raw, headers, secret, chance: (
        raw,
        {**headers, **_signed(secret, raw, age=-_AGE - chance.randint(1, 100_000))},
    ),
    lambda raw, headers, _, __: (raw, headers),
    _without("X-Slack-Signature"),
    _without("X-Slack-Request-Timestamp"),
    _garbled,
    _changed(_flipped),
    _changed(lambda good, chance: {**good, "X-Slack-Signature": good["X-Slack-Signature"][: chance.randint(0, 66)]}),
    _changed(lambda good, _: {**good, "X-Slack-Signature": good["X-Slack-Signature"].replace("v0=", "v1=")}),
    _changed(lambda good, _: {**good, "X-Slack-Signature": good["X-Slack-Signature"] + "0"}),
    _changed(
        lambda good, chance: {
            **good,
            "X-Slack-Request-Timestamp": str(int(good["X-Slack-Request-Timestamp"]) + chance.choice((-1, 1, 60, -60))),
        }
    ),
    _changed(lambda good, chance: {**good, "X-Slack-Request-Timestamp": _latin(chance.choice(_STAMPS))}),
    _changed(lambda good, chance: {**good, "X-Slack-Signature": _latin(chance.choice(_SIGNATURES))}),
)


def _latin(text: str) -> str:
    """Return what can stand in a header."""
    return text.encode().decode("latin-1").replace("\x85", "").replace("\xa0", "")


_STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    2**70,
    1e308,
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202eevil",
    "a" * 20_000,
    "<!channel> <@U0BRUNNER>",
    "'; DROP TABLE accounts; --",
    "{}",
    "9" * 30,
    [],
    {},
    [[[]]],
    {"type": "x"},
    ["x"],
)


def _mutant(raw: bytes, content_type: str, chance: random.Random) -> bytes:
    """Change a payload's structure, a value, or its bytes."""
    if chance.random() < 0.15:
        return _bytes(raw, chance)
    if content_type == "application/json":
        return _dumped(_twisted(json.loads(raw), chance))
    from urllib.parse import parse_qsl, urlencode

    form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    if "payload" in form:
        form["payload"] = _dumped(_twisted(json.loads(form["payload"]), chance)).decode(errors="surrogatepass")
        return urlencode(form, errors="surrogatepass").encode()
    twisted = _twisted(form, chance)
    flat = {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in twisted.items()}
    return urlencode(flat, errors="surrogatepass").encode()


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _twisted(payload: Any, chance: random.Random) -> Any:
    """Change one to three places somewhere in a structure."""
    twisted = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        places = [*_places(twisted)]
        if not places:
            break
        holder, key = chance.choice(places)
        match chance.randrange(4):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1:
                other, name = chance.choice(places)
                holder[key] = copy.deepcopy(other[name])
            case 2 if isinstance(holder, dict):
                holder[f"{key}x"] = holder.pop(key)
            case _:
                holder[key] = copy.deepcopy(chance.choice(_STRANGE))
    return twisted


def _places(thing: Any) -> Iterator[tuple[Any, Any]]:
    items = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in [*items]:
        yield thing, key
        yield from _places(value)


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    match chance.randrange(4):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + chance.randbytes(chance.randint(1, 8)) + raw[at:]
        case 2:
            return raw[:at] + raw[at + chance.randint(1, 40) :]
        case _:
            return raw[:at] + bytes([raw[at] ^ (1 << chance.randrange(8))]) + raw[at + 1 :]


def _rows(world: World) -> dict[str, int]:
    with world.engine.connect() as connection:
        return {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in Base.metadata.sorted_tables
            if table.name not in _QUIET
        }
