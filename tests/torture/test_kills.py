"""Whatever dies, what was acknowledged is stored and told, once."""

import time

from tests.torture.deeds import TEAMS, Deeds
from tests.torture.kills import POINTS, Killer, Workers
from tests.torture.ledger import holds
from tests.torture.world import World

_LONGEST = 150.0


def test_replicas_die_at_every_wire_point_and_nothing_is_lost_or_doubled(world: World, deeds: Deeds, seed: int) -> None:
    killer = Killer(world, seed)
    with Workers(deeds, seed) as workers:
        done = killer.play(len(POINTS), time.monotonic() + _LONGEST)
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
