"""The ledger finds what it is there to find: each promise broken on purpose."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import ColumnElement, Executable, delete, update

from bot.clock import utc_now
from storage.engine import make_engine
from storage.tables import AuditRow, InteractionRow, OutboxRow, RequestRow
from tests.torture import ledger
from tests.torture.deeds import TEAMS, Deeds, Record
from tests.torture.world import World, making

Breaks = Callable[[World, Deeds], None]


@pytest.fixture(scope="module")
def honest() -> Iterator[World]:
    """A world in which something happened and nothing is wrong."""
    import pytest_socket

    pytest_socket.enable_socket()
    with making("sqlite", None) as world:
        # What is broken on purpose is broken at once.
        world.slack.rules(post_pace=False)
        world.start()
        deeds = Deeds(world, Record())
        deeds.answer(TEAMS[2], deeds.request(TEAMS[2]), "accept")
        ledger.holds(world, deeds)
        yield world


def _write(world: World, statement: Executable) -> None:
    engine = make_engine(world.url)
    with engine.begin() as connection:
        connection.execute(statement)
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


def _request(deeds: Deeds) -> ColumnElement[bool]:
    return RequestRow.what.contains(_token(deeds))


BREAKS: dict[str, tuple[Breaks, str]] = {
    "a message stands twice": (_twice, "doubled: row"),
    "a message is gone": (_deleted, "stands nowhere"),
    "a fact is gone": (
        lambda world, deeds: _write(world, update(RequestRow).where(_request(deeds)).values(what="?")),
        "is not stored",
    ),
    "a card shows an old state": (
        lambda world, deeds: _write(
            world,
            update(RequestRow).where(_request(deeds)).values(what=f"{_token(deeds)} three engineers"),
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
def test_a_broken_promise_is_found(honest: World, name: str) -> None:
    deeds = Deeds(honest, Record())
    deeds.request(TEAMS[0])
    deeds.log(TEAMS[1])
    assert ledger.drained(honest, 60)
    known = set(ledger.check(honest, deeds.record).all)
    breaks, finding = BREAKS[name]
    breaks(honest, deeds)
    found = [one for one in ledger.check(honest, deeds.record).all if one not in known]
    assert any(finding in one for one in found), found


def test_of_very_many_lines_in_a_minute_those_that_are_only_counted_are_told(honest: World) -> None:
    deeds = Deeds(honest, Record())
    team = TEAMS[3]
    for _ in range(45):
        deeds.log(team)
    assert ledger.drained(honest, 60)
    said = ledger.Said(honest)
    hidden = [told for told in deeds.record.said if not said.where(told.token)[ledger.ROOMS[team.account_channel]]]
    assert hidden, "the message shows every line"
    assert not [one for one in ledger.check(honest, deeds.record).all if "is not told in" in one]
