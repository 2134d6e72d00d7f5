"""Several people decide the same at once through two replicas: one wins, everybody else is told who, what and when."""

import time

from tests.torture.deeds import Deeds
from tests.torture.ledger import holds
from tests.torture.races import Racer
from tests.torture.world import World

_LONGEST = 120.0


def test_of_many_who_answer_decide_or_take_on_the_same_at_once_exactly_one_wins(
    world: World, deeds: Deeds, seed: int
) -> None:
    done = Racer(world, deeds).play(5, seed, time.monotonic() + _LONGEST)
    assert done.run == 5
    assert done.losers >= 5
    assert (done.wrong, done.stuck) == ([], [])
    holds(world, deeds)
