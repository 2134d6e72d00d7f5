"""Several people decide the same at once through two replicas: one wins, everybody else is told who, what and when."""

import random
import time

import pytest

from tests.torture.deeds import TEAMS, Deeds
from tests.torture.ledger import holds
from tests.torture.races import Racer
from tests.torture.world import LEADS, World

_LONGEST = 120.0


def test_of_many_who_decide_at_once_exactly_one_wins(world: World, deeds: Deeds, seed: int) -> None:
    racer = Racer(world, deeds)
    done = racer.play(8, seed, time.monotonic() + _LONGEST)
    assert done.run == 8
    assert done.losers >= 8
    assert (done.wrong, done.stuck) == ([], [])
    holds(world, deeds)


@pytest.mark.parametrize("what", ["answers", "decisions", "acknowledgements"])
def test_each_kind_of_decision_is_raced_for(world: World, deeds: Deeds, what: str) -> None:
    racer = Racer(world, deeds)
    if what == "answers":
        racer.answers(TEAMS[0], random.Random(1))
    else:
        getattr(racer, what)(TEAMS[1], len(LEADS))
    assert racer.done.wrong == []
    assert racer.done.losers >= (1 if what == "answers" else 4)
    holds(world, deeds)
