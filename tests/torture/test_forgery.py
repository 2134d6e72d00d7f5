"""Nothing but what Slack signed has an effect, nothing that is signed breaks anything, and no log tells a secret."""

from collections.abc import Iterator

import pytest
import pytest_socket

from tests.torture import forgery
from tests.torture.deeds import TEAMS, Deeds, Record
from tests.torture.ledger import holds
from tests.torture.world import World, making


@pytest.fixture(scope="module")
def toured() -> Iterator[World]:
    """A world of its own in which the main job was played, so that there is something to forge and to leak."""
    pytest_socket.enable_socket()
    with making("sqlite", None, level="DEBUG") as world:
        world.start()
        deeds = Deeds(world, Record())
        request_id = deeds.request(TEAMS[0])
        deeds.answer(TEAMS[0], request_id, "decline")
        deeds.decide(TEAMS[0], deeds.escalate(TEAMS[0], request_id))
        deeds.answer(TEAMS[1], deeds.request(TEAMS[1]), "accept")
        deeds.people.types(TEAMS[0].kam, f"/kam-ask {deeds.record.said[0].token}")
        deeds.people.types(TEAMS[0].kam, "/kam help")
        world.slack.post("user", id="U0PRAMAN01", set={"real_name": "Priya R."})
        deeds.log(TEAMS[0])
        holds(world, deeds)
        yield world


def test_what_slack_did_not_sign_so_is_refused_and_writes_nothing(toured: World, seed: int) -> None:
    fired = forgery.forge(toured, toured.replicas[0], 500, seed)
    assert fired.sent == 500
    assert fired.wrong == []


def test_mutated_requests_break_nothing(toured: World, seed: int) -> None:
    fired = forgery.fuzz(toured, toured.replicas[0], 500, seed)
    assert fired.sent == 500
    assert len(fired.statuses) > 1
    assert fired.wrong == []


def test_logs_at_debug_hold_no_token_no_secret_and_no_word_of_anybody(toured: World) -> None:
    written = "".join(toured.logs())
    assert '"level": "DEBUG"' in written or '"level": "INFO"' in written
    assert forgery.leaks(toured) == []
