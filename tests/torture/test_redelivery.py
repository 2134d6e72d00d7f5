"""What arrives several times, at both replicas or only as a retry, has one effect."""

import time

from tests.torture import redelivery
from tests.torture.deeds import TEAMS, Deeds
from tests.torture.ledger import holds
from tests.torture.world import World

_LONGEST = 90.0


def test_requests_that_arrive_up_to_four_times_at_once_have_one_effect(world: World, deeds: Deeds, seed: int) -> None:
    done = redelivery.requests(world, deeds, 20, seed, time.monotonic() + _LONGEST)
    assert done.requests >= 20
    assert done.deliveries > 1.2 * done.requests
    assert (done.wrong, done.stuck) == ([], [])
    holds(world, deeds)


def test_events_that_arrive_up_to_four_times_or_only_as_a_retry_have_one_effect(
    world: World, deeds: Deeds, seed: int
) -> None:
    done = redelivery.events(world, 5, seed, time.monotonic() + _LONGEST)
    assert (done.events, done.as_retry, done.wrong) == (5, 1, [])
    deeds.log(TEAMS[0])
    holds(world, deeds)
