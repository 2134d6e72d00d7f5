from datetime import timedelta

import pytest

from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject, Way
from bot.domain.identity import ChannelId, MemberId
from bot.domain.pace import Limits
from storage.store import SqlStore
from tests.company import Company
from tests.storage.outbox_acts import MINUTE, POSTED, SECOND, card, claim, note, put, sent, states


@pytest.fixture(autouse=True)
def _workspace(company: Company) -> None:
    """Every row belongs to a workspace."""


def drain(store: SqlStore, seconds: int, limits: Limits, step: float = 0.5) -> list[tuple[float, Claimed]]:
    """Let a worker send what may go, twice a second."""
    told: list[tuple[float, Claimed]] = []
    at = 0.0
    while at < seconds:
        for row in claim(store, at * SECOND, limits=limits):
            sent(store, row, posted=POSTED, after=at * SECOND)
            told.append((at, row))
        at += step
    return told


def test_a_place_gets_one_post_a_second_and_the_pause_begins_when_it_was_sent(store: SqlStore) -> None:
    put(store, note("CA", 1), note("CA", 2), note("CB", 3))
    a, b = claim(store)
    sent(store, a, b, posted=POSTED, after=3 * SECOND)
    assert claim(store, 3.99 * SECOND) == ()
    assert [row.outgoing.about.id for row in claim(store, 4 * SECOND)] == [2]


def test_the_budget_of_a_workspace_is_kept_and_every_place_gets_its_turn(store: SqlStore) -> None:
    put(store, *(note(f"C{number % 20}", number) for number in range(200)))
    told = drain(store, 30, Limits(posts_per_minute=120))

    assert len(told) in range(60, 65), "two a second and the burst"
    counts = [sum(row.place == f"C{number}" for _, row in told) for number in range(20)]
    assert max(counts) - min(counts) <= 1


def test_an_escalation_overtakes_waiting_digests_although_the_budget_is_used_up(store: SqlStore) -> None:
    put(store, *(note(f"C{number % 100}", number, Priority.DIGEST) for number in range(150)))
    limits = Limits(posts_per_minute=60)
    drain(store, 5, limits)
    put(store, note("CBOSS", 9999, Priority.ESCALATION), after=5 * SECOND)

    assert [row.place for row in claim(store, 5 * SECOND, limits=limits)] == ["CBOSS"]


def test_escalations_overdraw_by_a_minute_at_most_and_digests_pay_for_it(store: SqlStore) -> None:
    put(
        store,
        *(note(f"C{number}", number, Priority.ESCALATION) for number in range(50)),
        note("CD", 99, Priority.DIGEST),
    )
    limits = Limits(posts_per_minute=30)

    told: list[Claimed] = []
    while rows := claim(store, limits=limits):
        sent(store, *rows, posted=POSTED)
        told += rows
    assert len(told) == 31, "the burst and a minute"
    assert "CD" not in {row.place for _, row in drain(store, 60, limits, step=10)}


def test_edits_have_a_budget_of_their_own(store: SqlStore) -> None:
    put(store, *(card(f"C{number}", number) for number in range(30)))
    for row in (*claim(store, most=30), *claim(store, most=30)):
        sent(store, row, posted=Posted(ChannelId(row.place), "1"))
    put(store, *(card(f"C{number}", number) for number in range(30)), after=MINUTE)
    edits = claim(store, MINUTE, most=40, limits=Limits(posts_per_minute=1))

    assert {row.way for row in edits} == {Way.EDIT}
    assert len(edits) == 25


def test_answers_cost_no_budget(store: SqlStore) -> None:
    def answer(number: int) -> Outgoing:
        to = ReplyTo(MemberId("U1"), "https://hooks.slack.test/1")
        return Outgoing(Form.REPLY, "t.reply", Ref(Subject.REQUEST, number), Priority.REPLY, reply_to=to)

    put(store, *(answer(number) for number in range(10)))
    assert len(claim(store, most=10, limits=Limits(posts_per_minute=1))) == 10


def test_some_hands_are_kept_for_what_is_urgent(store: SqlStore) -> None:
    put(store, *(note(f"C{number}", number, Priority.DIGEST) for number in range(10)))
    assert len(claim(store, most=8, others=6)) == 6
    assert claim(store, most=2, others=0) == ()
    put(store, note("CBOSS", 99, Priority.ESCALATION))
    assert [row.place for row in claim(store, most=2, others=0)] == ["CBOSS"]


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=3)])
def test_a_clock_that_jumps_neither_stops_nor_empties_the_outbox(store: SqlStore, jump: timedelta) -> None:
    put(store, *(note("CA", number) for number in range(3)), *(note(f"C{number}", number) for number in range(90)))
    limits = Limits(posts_per_minute=60)
    for row in claim(store, limits=limits):
        sent(store, row, posted=POSTED)
    put(store, note("CNEW", 1000), after=jump)

    for at in (jump, jump + SECOND, jump + 2 * SECOND, jump + 3 * SECOND):
        rows = claim(store, at, limits=limits)
        assert len(rows) <= 2
        sent(store, *rows, posted=POSTED, after=at)
    assert states(store).count("sent") >= 4
