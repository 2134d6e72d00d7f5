"""Slack loses answers, fails for hours or refuses the token: everything is told once afterwards, at Slack's pace."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.torture import away
from tests.torture.deeds import Deeds, Record
from tests.torture.ledger import holds
from tests.torture.world import World, making

_LONGEST = 90.0


@pytest.fixture
def own() -> Iterator[World]:
    """A world whose time may be moved on."""
    with making("sqlite", None) as world:
        world.start()
        yield world


def test_posts_whose_answers_are_lost_stand_once(world: World, deeds: Deeds, seed: int) -> None:
    done = away.unanswered(world, deeds, "drop", 6, seed, time.monotonic() + _LONGEST)
    assert done.struck == 6
    assert done.stuck == []
    holds(world, deeds)


def test_a_revoked_token_loses_nothing_and_a_restart_with_a_good_one_goes_on_at_once(
    world: World, deeds: Deeds
) -> None:
    done = away.refused(world, deeds, 10)
    assert done.facts >= 10
    assert done.struck <= 1, "while the token is refused, Slack is asked once a minute"
    holds(world, deeds)


def test_after_four_hours_of_html_everything_is_told_once_and_at_the_pace_of_slack(own: World) -> None:
    deeds = Deeds(own, Record())
    done = away.outage(own, deeds, 12, timedelta(hours=4))
    assert done.wrong == []
    assert done.facts >= 12
    assert done.struck <= 4 * 3600 / 20 + 10, "Slack is not stormed while it is away"
    assert away.paces(own) == []
    holds(own, deeds)
