"""Several timekeepers over one database do each step once, whatever the clock does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture import clock
from tests.torture.clock import NIGHTS, Keepers, keeping
from tests.torture.world import new_database


@pytest.fixture(params=["sqlite", "postgres"])
def keepers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keepers]:
    url = f"sqlite:///{tmp_path / 'clock.db'}"
    if request.param == "postgres":
        url = new_database(request.getfixturevalue("postgres_url"), f"clock_{tmp_path.name}".lower())
    with keeping(url, 3) as keepers:
        yield keepers


def test_what_came_due_while_all_were_down_is_done_once(keepers: Keepers) -> None:
    rung = clock.down(keepers, 60)
    assert (rung.timers, rung.wrong) == (60, [])


def test_a_clock_that_jumps_does_nothing_twice_and_nothing_early(keepers: Keepers, seed: int) -> None:
    rung = clock.jumps(keepers, seed, 20, 25)
    assert (rung.timers, rung.wrong) == (20, [])


def test_in_the_nights_when_the_clocks_change_each_step_is_done_once(keepers: Keepers) -> None:
    rung = clock.nights(keepers)
    assert (rung.timers, rung.wrong) == (len(NIGHTS), [])
