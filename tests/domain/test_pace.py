from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import Priority, Way
from bot.domain.pace import EDITS_PER_MINUTE, SILENT_AFTER, TELL_AFTER, Gate, Limits
from tests.company import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def left(gate: Gate, now: datetime, limits: Limits, way: Way = Way.POST, priority: Priority = Priority.DIGEST) -> int:
    return gate.spare(way, priority, now, limits, 10_000)


@given(st.integers(1, 5000), st.lists(st.floats(0, 2), min_size=1, max_size=200))
def test_no_minute_gets_more_than_the_budget_and_its_burst(per_minute: int, pauses: list[float]) -> None:
    limits, gate, now, sent = Limits(per_minute), Gate(), NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        count = min(left(gate, now, limits), 50)
        gate = gate.spent(Way.POST, count, now, limits)
        sent += [now] * count
    burst = max(per_minute // 30, 1)
    for start in sent:
        assert sum(start <= at < start + MINUTE for at in sent) <= per_minute + burst


@given(st.integers(1, 5000))
def test_a_budget_that_is_used_up_says_when_there_is_room_again(per_minute: int) -> None:
    limits, gate = Limits(per_minute), Gate()
    assert gate.free_at(NOW, limits) is None
    gate = gate.spent(Way.POST, left(gate, NOW, limits), NOW, limits)
    again = gate.free_at(NOW, limits)

    assert again is not None
    assert left(gate, NOW, limits) == 0
    assert left(gate, again, limits) == 1
    assert left(gate, again - timedelta(microseconds=1), limits) == 0
    assert gate.free_at(again, limits) is None


def test_what_is_urgent_overdraws_by_a_minute_and_others_wait_for_it() -> None:
    limits = Limits(60)
    gate = Gate().spent(Way.POST, 2, NOW, limits)
    assert left(gate, NOW, limits) == 0
    for priority in (Priority.REPLY, Priority.ESCALATION):
        assert left(gate, NOW, limits, priority=priority) == 60
    gate = gate.spent(Way.POST, 60, NOW, limits)
    assert left(gate, NOW, limits, priority=Priority.ESCALATION) == 0
    assert left(gate, NOW + MINUTE, limits) == 0
    assert left(gate, NOW + MINUTE + 2 * SECOND, limits) == 2


def test_posts_edits_and_answers_cost_different_things() -> None:
    limits, gate = Limits(1), Gate()
    gate = gate.spent(Way.POST, 1, NOW, limits).spent(Way.REPLY, 999, NOW, limits)
    assert left(gate, NOW, limits) == 0
    assert left(gate, NOW, limits, Way.REPLY) == 10_000
    edits = left(gate, NOW, limits, Way.EDIT)
    assert 0 < edits < EDITS_PER_MINUTE
    assert left(gate.spent(Way.EDIT, edits, NOW, limits), NOW, limits, Way.EDIT) == 0


@pytest.mark.parametrize("jump", [-3 * DAY, 3 * DAY])
def test_a_clock_that_was_set_neither_blocks_nor_fills_a_budget(jump: timedelta) -> None:
    limits = Limits(60)
    gate = Gate().spent(Way.POST, 2, NOW, limits)
    assert left(gate, NOW + jump, limits) == 2


def test_three_silences_in_a_row_shut_the_gate_and_an_answer_opens_it() -> None:
    gate = Gate(turns={"10 post": "CA"})
    for count in range(1, SILENT_AFTER + 1):
        gate = gate.unanswered(NOW + count * SECOND)
        assert gate.is_shut is (count == SILENT_AFTER)
        assert gate.is_troubled
    assert gate.silent_since == NOW + SECOND
    assert not gate.opened().is_troubled
    assert gate.opened().turns == gate.turns


def test_slack_is_asked_more_and_more_rarely_but_at_least_three_times_a_minute() -> None:
    gate, now, waits = Gate(), NOW, []
    for _ in range(20):
        gate = gate.unanswered(now)
        assert gate.knock_at is not None
        waits.append(gate.knock_at - now)
        assert not gate.may_knock(now)
        assert gate.may_knock(gate.knock_at)
        now = gate.knock_at
    assert waits == sorted(waits)
    assert waits[-1] == 20 * SECOND


def test_a_refused_token_is_tried_once_a_minute_and_keeps_its_first_time() -> None:
    gate = Gate().unanswered(NOW).refused(NOW, "token_revoked").refused(NOW + MINUTE, "invalid_auth")
    assert (gate.parked_at, gate.parked_cause, gate.knock_at) == (NOW, "invalid_auth", NOW + 2 * MINUTE)
    assert gate.is_shut
    assert not gate.is_silent, "it answers"
    assert gate.free_at(NOW + MINUTE, Limits()) == NOW + 2 * MINUTE
    assert gate.free_at(NOW + 2 * MINUTE, Limits()) is None


def test_a_knock_planned_before_the_clock_was_set_back_is_not_waited_for() -> None:
    assert Gate().refused(NOW, "x").may_knock(NOW - 3 * DAY)


def test_a_silence_is_told_once_when_it_lasted() -> None:
    gate = Gate()
    for _ in range(SILENT_AFTER):
        gate = gate.unanswered(NOW)
    assert not gate.must_tell(NOW + TELL_AFTER - SECOND)
    assert gate.must_tell(NOW + TELL_AFTER)
    assert not Gate(silent_since=NOW).must_tell(NOW + DAY), "one accident is none"
    assert not Gate(silent_since=NOW, silences=9, silence_told=True).must_tell(NOW + DAY)
