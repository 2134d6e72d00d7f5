"""The ledger finds what it is there to find: each promise broken on purpose."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import delete, update

from bot.clock import utc_now
from storage.engine import make_engine
from storage.tables import AuditRow, InteractionRow, OutboxRow, RequestRow
from tests.torture import ledger
from tests.torture.deeds import TEAMS, Deeds, Record
from tests.torture.world import World, making

Breaks = Callable[[World, Deeds], None]


@pytest.fixture(scope="module")
def honest() -> Iterator[tuple[World, Deeds]]:
    """A world in which something happened and nothing is wrong."""
    import pytest_socket

    pytest_socket.enable_socket()
    with making("sqlite", None) as world:
        # What is broken on purpose is broken at once.
        world.slack.rules(post_pace=False)
        world.start()
        yield world, Deeds(world, Record())


def _write(world: World, statement: object) -> None:
    engine = make_engine(world.url)
    with engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    engine.dispose()


def _ask(world: World, method: str, **arguments: object) -> None:
    token = world.environment["SLACK_BOT_TOKEN"]
    address, headers = f"{world.slack.api}{method}", {"Authorization": f"Bearer {token}"}
    assert httpx.post(address, json=arguments, headers=headers, trust_env=False).json()["ok"]


def _twice(world: World, deeds: Deeds) -> None:
    said = next(one for one in ledger.Said(world).by_place.values() if _token(deeds) in str(one))
    _ask(world, "chat.postMessage", channel=said["channel"], text=said["text"], metadata=said["metadata"])


def _deleted(world: World, deeds: Deeds) -> None:
    said = next(one for one in ledger.Said(world).by_place.values() if _token(deeds) in str(one))
    _ask(world, "chat.delete", channel=said["channel"], ts=said["ts"])


def _token(deeds: Deeds) -> str:
    return deeds.record.of("request")[-1].token


def _request(deeds: Deeds) -> object:
    return RequestRow.what.contains(_token(deeds))


BREAKS: dict[str, tuple[Breaks, str]] = {
    "a message stands twice": (_twice, "doubled: row"),
    "a message is gone": (_deleted, "stands nowhere"),
    "a fact is gone": (
        lambda world, deeds: _write(world, update(RequestRow).where(_request(deeds)).values(what="?")),  # type: ignore[arg-type]
        "is not stored",
    ),
    "a card shows an old state": (
        lambda world, deeds: _write(
            world,
            update(RequestRow).where(_request(deeds)).values(what=f"{_token(deeds)} three engineers"),  # type: ignore[arg-type]
        ),
        "differs",
    ),
    "the audit misses it": (
        lambda world, _: _write(world, delete(AuditRow).where(AuditRow.action == "request.sent")),
        "has 0 audit rows",
    ),
    "a message was given up": (
        lambda world, _: _write(
            world, update(OutboxRow).where(OutboxRow.topic == "request.card").values(state="parked")
        ),
        "is parked",
    ),
    "a line is not told": (
        lambda world, deeds: _write(
            world,
            update(InteractionRow).values(text=deeds.record.begin("log", TEAMS[0]).token, logged_at=utc_now()),
        ),
        "is not told in",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_promise_is_found(honest: tuple[World, Deeds], name: str) -> None:
    world, first = honest
    deeds = Deeds(world, Record())
    deeds.request(TEAMS[len(first.record.said) % len(TEAMS)])
    deeds.log(TEAMS[1])
    assert ledger.drained(world, 60)
    known = set(ledger.check(world, deeds.record).all)
    breaks, finding = BREAKS[name]
    breaks(world, deeds)
    found = [one for one in ledger.check(world, deeds.record).all if one not in known]
    assert any(finding in one for one in found), found


def test_an_honest_world_has_nothing_to_find() -> None:
    with making("sqlite", None) as world:
        world.start()
        deeds = Deeds(world, Record())
        deeds.answer(TEAMS[2], deeds.request(TEAMS[2]), "accept")
        ledger.holds(world, deeds)
