"""Whatever dies, what was acknowledged is stored and told, once."""

import time

import pytest

from tests.torture.deeds import TEAMS, Deeds
from tests.torture.kills import POINTS, Killer, Workers
from tests.torture.ledger import holds
from tests.torture.world import World

_LONGEST = 60.0
_LONGEST_OF_ALL = 600.0
_ANY_POST = "after Slack recorded a post, before it answered"
_ANY_REQUEST = "right after our acknowledgement"
"""Two points that whatever people do comes by at once."""


def test_replicas_die_on_the_way_in_and_out_and_nothing_is_lost_or_doubled(
    world: World, deeds: Deeds, seed: int
) -> None:
    killer = Killer(world, seed)
    points = [point for point in POINTS if point.name in {_ANY_POST, _ANY_REQUEST}]
    with Workers(deeds, seed) as workers:
        done = killer.play(2, time.monotonic() + _LONGEST, points)
    assert set(done.at) == {_ANY_POST, _ANY_REQUEST}
    assert done.taken_over
    assert workers.stuck == []
    holds(world, deeds)


# What comes by each of the points depends on what people happen to do: edits, forms, a search for a post in doubt.
@pytest.mark.long
def test_replicas_die_at_every_wire_point_and_nothing_is_lost_or_doubled(world: World, deeds: Deeds, seed: int) -> None:
    killer = Killer(world, seed)
    with Workers(deeds, seed) as workers:
        done = killer.play(len(POINTS), time.monotonic() + _LONGEST_OF_ALL)
    assert set(done.at) == {point.name for point in POINTS}
    assert done.taken_over
    assert workers.stuck == []
    holds(world, deeds)


def test_a_kill_leaves_no_process_behind(world: World) -> None:
    replica = world.replicas[0]
    assert len(replica.members) > 1
    assert world.kill(replica)
    assert not any(process.is_running() for process in replica.members)
    assert not world.kill(replica), "it is killed once"


def test_a_dead_replica_gets_no_requests(world: World, deeds: Deeds) -> None:
    world.replicas[0].kill()
    for _ in range(4):
        assert deeds.log(TEAMS[0]).acked
    world.kill(world.replicas[0])
    holds(world, deeds)
