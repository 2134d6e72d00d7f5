"""The database is cut, restarted, locked or full: nobody hears "saved" of what is not, and it heals by itself."""

from collections.abc import Iterator

import pytest

from tests.torture import cuts
from tests.torture.deeds import Deeds
from tests.torture.ledger import holds
from tests.torture.wires import Wire, wired
from tests.torture.world import World


@pytest.fixture
def sqlite(standing: World, request: pytest.FixtureRequest) -> World:
    if standing.database != "sqlite":
        pytest.skip("SQLite only")
    world: World = request.getfixturevalue("world")
    return world


@pytest.fixture
def behind_wire(standing: World) -> Iterator[tuple[World, Wire]]:
    """Let the replicas reach PostgreSQL over a wire that can be cut."""
    if standing.database != "postgres":
        pytest.skip("PostgreSQL only")
    standing.stop()
    with wired(standing.url) as (wire, url):
        standing.start(2, DATABASE_URL=url)
        yield standing, wire
        standing.stop()


def test_a_commit_whose_answer_is_lost_is_neither_lost_nor_done_twice(
    behind_wire: tuple[World, Wire], deeds_behind: Deeds, seed: int
) -> None:
    world, wire = behind_wire
    done = cuts.struck(world, deeds_behind, cuts.losing(wire), 6, (0.2, 0.6), seed)
    assert wire.lost == 6
    assert (done.wrong, done.stuck) == ([], [])
    holds(world, deeds_behind)


def test_connections_that_are_cut_under_load_come_back_by_themselves(
    behind_wire: tuple[World, Wire], deeds_behind: Deeds, seed: int
) -> None:
    world, wire = behind_wire
    cut = []
    done = cuts.struck(world, deeds_behind, lambda: cut.append(wire.cut()), 4, (0.5, 1.5), seed)
    assert sum(cut) > 0
    assert (done.wrong, done.stuck) == ([], [])
    holds(world, deeds_behind)


@pytest.fixture
def deeds_behind(behind_wire: tuple[World, Wire]) -> Deeds:
    from tests.torture.deeds import Record

    return Deeds(behind_wire[0], Record())


def test_while_somebody_else_locks_the_file_nothing_is_called_saved(sqlite: World, deeds: Deeds, seed: int) -> None:
    done = cuts.locked(sqlite, deeds, 2, seed)
    assert done.not_saved > 0
    assert (done.late, done.wrong) == (0, [])
    holds(sqlite, deeds)


def test_with_a_full_disk_nothing_is_called_saved_and_room_heals(sqlite: World, deeds: Deeds, seed: int) -> None:
    done = cuts.full(sqlite, deeds, 3, seed)
    assert done.not_saved >= 3
    assert (done.late, done.wrong) == (0, [])
    holds(sqlite, deeds)
