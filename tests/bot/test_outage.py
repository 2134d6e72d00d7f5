from datetime import timedelta
from typing import Any

import pytest

from bot.domain.delivery import Failure, Posted, Priority
from bot.domain.pace import SILENT_AFTER, Limits
from bot.ports import PostFailed
from bot.services import delivery
from bot.worker import Worker
from tests.bot.probe import Facts, card, note, put, rows, texts
from tests.company import WORKSPACE, Company
from tests.slack import Outbox, Slack, words

AWAY = PostFailed(Failure.UNKNOWN, "http_503", is_silence=True)
REFUSED = PostFailed(Failure.PARK, "token_revoked")
SECOND = timedelta(seconds=1)


class Failing(list[PostFailed]):
    """A failure that lasts until it is taken away; counts the calls."""

    def __init__(self, failure: PostFailed) -> None:
        super().__init__([failure])
        self.calls = 0

    def pop(self, _at: object = 0) -> PostFailed:
        """Fail and stay."""
        self.calls += 1
        return self[0]


def lasts(slack: Slack, failure: PostFailed) -> Failing:
    failing = Failing(failure)
    slack.out.failures = failing
    return failing


def ends(slack: Slack) -> None:
    slack.out.failures = []


def degraded(slack: Slack) -> list[str]:
    with slack.store.read(WORKSPACE) as tx:
        return delivery.degraded(tx)


def wait(slack: Slack, spent: timedelta) -> None:
    """Let time pass in the steps in which the loop looks."""
    end, step = slack.now + spent, min(max(spent / 60, 5 * SECOND), 60 * SECOND)
    while slack.now < end:
        slack.later(seconds=step.total_seconds())
        slack.deliver()


def test_while_slack_is_away_it_is_asked_now_and_then_and_nothing_storms_it(slack: Slack, facts: Facts) -> None:
    put(slack, *(note(number, f"U{number}") for number in range(50)))
    failing = lasts(slack, AWAY)
    slack.deliver()
    first = failing.calls
    wait(slack, timedelta(minutes=60))

    assert first <= 8, "what was claimed at once"
    assert failing.calls - first <= 60 * 60 / 20
    assert slack.out.posts == []
    assert {state for state, _ in rows(slack)} == {"pending"}


def test_after_an_outage_of_hours_everything_is_told_and_escalations_are_out_within_a_minute(
    slack: Slack, facts: Facts
) -> None:
    slack.worker = Worker(slack.store, slack.out, lambda: slack.now, "en", Limits(300))
    put(slack, *(note(number, f"U{number}", Priority.DIGEST) for number in range(100)))
    lasts(slack, AWAY)
    wait(slack, timedelta(hours=2))
    put(slack, *(note(number, f"U{number}", Priority.ESCALATION) for number in range(100, 120)))
    wait(slack, timedelta(hours=2))
    ends(slack)
    wait(slack, timedelta(minutes=1))
    assert {f"U{number}" for number in range(100, 120)} <= {post["place"] for post in slack.out.posts}
    wait(slack, timedelta(minutes=1))
    assert len({post["place"] for post in slack.out.posts}) == len(slack.out.posts) == 120


def test_a_few_accidents_are_no_outage(slack: Slack, facts: Facts) -> None:
    for number in range(2 * SILENT_AFTER):
        slack.out.failures = [AWAY]
        put(slack, note(number, f"U{number}"))
        slack.deliver()
        put(slack, note(number + 100, f"U{number + 100}"))
        assert slack.deliver() == 1, "others go on"
        slack.later(seconds=30)
        slack.deliver()
    assert degraded(slack) == []


def test_an_outage_is_named_with_its_begin_and_its_end(slack: Slack, facts: Facts) -> None:
    put(slack, *(note(number, f"U{number}") for number in range(8)))
    lasts(slack, AWAY)
    slack.deliver()
    assert degraded(slack) == ["Slack does not answer since 2026-11-20 09:30 UTC; everything is saved and told later"]
    ends(slack)
    wait(slack, timedelta(minutes=1))
    assert degraded(slack) == []
    assert len(slack.out.posts) == 8


def test_slack_is_back_is_noticed_without_a_message_to_send(slack: Slack, facts: Facts) -> None:
    put(slack, *(note(number, f"U{number}") for number in range(4)))
    lasts(slack, AWAY)
    slack.deliver()
    with slack.store.begin(WORKSPACE) as tx:
        for row in tx.outbox.list():
            tx.outbox.park_by_hand(row.id, "by hand")
    ends(slack)
    wait(slack, timedelta(seconds=30))
    assert degraded(slack) == []


def test_admins_hear_of_a_long_outage_once_and_of_the_next_one_again(
    slack: Slack, facts: Facts, company: Company
) -> None:
    company.member("Ada", id="UADA", role="admin")
    for number in range(1, 3):
        put(slack, *(note(10 * number + other, f"U{other}") for other in range(4)))
        lasts(slack, AWAY)
        slack.deliver()
        wait(slack, timedelta(minutes=14))
        with slack.store.read(WORKSPACE) as tx:
            assert not any(row.topic == "delivery.outage" for row in tx.outbox.list())
        wait(slack, timedelta(minutes=40))
        ends(slack)
        wait(slack, timedelta(minutes=2))
        assert len(slack.out.to("UADA")) == number
    assert "Slack did not answer from" in words(slack.out.to("UADA")[0])


def test_what_slack_itself_asked_to_wait_for_is_waited_for_after_an_outage_too(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    slack.out.failures = [PostFailed(Failure.NOT_DONE, "ratelimited", 600.0)]
    slack.deliver()
    put(slack, *(note(number, f"U{number}") for number in range(4)))
    lasts(slack, AWAY)
    slack.deliver()
    wait(slack, timedelta(minutes=5))
    ends(slack)
    wait(slack, timedelta(minutes=4.5))
    assert (len(slack.out.posts), texts(slack, "ULEA")) == (4, [])
    wait(slack, timedelta(minutes=1))
    assert texts(slack, "ULEA") == ["fact 1 (en)"]


def test_an_escalation_is_asked_first_whether_slack_is_back(slack: Slack, facts: Facts) -> None:
    put(slack, *(note(number, f"U{number}", Priority.DIGEST) for number in range(10)))
    lasts(slack, AWAY)
    slack.deliver()
    put(slack, note(99, "UBOSS", Priority.ESCALATION))
    ends(slack)
    slack.later(seconds=30)
    slack.deliver()
    assert slack.out.posts[0]["place"] == "UBOSS"


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"])
def test_a_refused_token_stops_the_whole_workspace_and_loses_nothing(
    slack: Slack, facts: Facts, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    put(slack, *(note(number, f"U{number}") for number in range(20)), card(200, "ULEA"))
    failing = lasts(slack, PostFailed(Failure.PARK, code))
    slack.deliver()
    begun = failing.calls
    assert begun <= 8
    assert degraded(slack) == [
        f"Slack refuses the token since 2026-11-20 09:30 UTC ({code}); everything is saved and told later"
    ]
    assert f"Slack refuses the token ({code})" in caplog.text
    wait(slack, timedelta(minutes=60))
    assert failing.calls - begun == slack.out.probes <= 61
    ends(slack)
    wait(slack, timedelta(minutes=2))

    assert len({post["place"] for post in slack.out.posts}) == len(slack.out.posts) == 21
    assert {state for state, _ in rows(slack)} == {"sent"}
    assert degraded(slack) == []
    assert slack.out.looks == [], "nothing was in doubt"


def test_a_new_token_helps_at_once_after_a_restart(slack: Slack, facts: Facts) -> None:
    put(slack, note(1, "ULEA"))
    lasts(slack, REFUSED)
    slack.deliver()
    ends(slack)
    slack.later(seconds=1)
    assert slack.deliver() == 0
    slack.worker = Worker(slack.store, slack.out, lambda: slack.now, "en")
    slack.deliver()
    assert texts(slack, "ULEA") == ["fact 1 (en)"]
    assert degraded(slack) == []


def test_a_token_that_works_but_may_not_post_is_tried_with_one_message_a_minute(slack: Slack, facts: Facts) -> None:
    class MayNotPost(Outbox):
        tries = 0

        def post(self, place: str, message: Any, key: str, thread_ts: str | None = None) -> Posted:
            del place, message, key, thread_ts
            self.tries += 1
            raise PostFailed(Failure.PARK, "missing_scope")

    slack.out = MayNotPost(slack.now)
    slack.worker = Worker(slack.store, slack.out, lambda: slack.now, "en")
    put(slack, *(note(number, f"U{number}") for number in range(50)))
    slack.deliver()
    before = slack.out.tries
    wait(slack, timedelta(minutes=10))
    assert 9 <= slack.out.tries - before <= 10


def test_two_workers_ask_only_once_a_minute_together(slack: Slack, facts: Facts) -> None:
    other = Worker(slack.store, slack.out, lambda: slack.now, "en")
    put(slack, note(1, "ULEA"))
    lasts(slack, REFUSED)
    slack.deliver()
    other.run_once()
    asked = slack.out.probes
    for _ in range(60):
        slack.later(seconds=5)
        slack.deliver()
        other.run_once()
    assert slack.out.probes - asked == 5
