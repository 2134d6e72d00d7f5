"""The outbox and its workers against a model: never lost, never doubled, in order, at the pace, fenced."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from bot.domain.delivery import Claimed, Failure, Form, Outgoing, Posted, Priority, Ref, Subject
from bot.domain.identity import MemberId
from bot.domain.pace import Limits
from bot.ports import PostFailed
from bot.services import delivery
from bot.views import delivery as views
from bot.worker import Worker
from storage.store import SqlStore
from storage.tables import CardRow, GateRow, LaneRow, OutboxRow
from tests.bot.probe import Facts, show
from tests.company import NOW, WORKSPACE, Company
from tests.slack import Outbox

PLACES = ("UA", "UB", "UC")
FAULTS: Mapping[str, PostFailed] = {
    "refused": PostFailed(Failure.NOT_DONE, "ConnectionRefusedError", is_silence=True),
    "unavailable": PostFailed(Failure.UNKNOWN, "http_503", is_silence=True),
    "hiccup": PostFailed(Failure.UNKNOWN, "internal_error"),
    "limited": PostFailed(Failure.NOT_DONE, "ratelimited", 20.0),
    "revoked": PostFailed(Failure.PARK, "token_revoked"),
}
LOST = PostFailed(Failure.UNKNOWN, "TimeoutError", is_silence=True)


@dataclass(frozen=True)
class Said:
    """One message as Slack recorded it."""

    at: datetime
    place: str
    key: str
    text: str


class Ledger(Outbox):
    """Slack, which records what it took and when."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.said: list[Said] = []
        self.coming: list[str] = []
        self.closed_until: dict[str, datetime] = {}

    def post(self, place: str, message: Mapping[str, Any], key: str, thread_ts: str | None = None) -> Posted:
        """Record a post, or fail as is foretold."""
        assert self.now >= self.closed_until.get(place, NOW), "asked inside Retry-After"
        fault = self.coming.pop(0) if self.coming else "none"
        if fault == "limited":
            self.closed_until[place] = self.now + timedelta(seconds=20)
        if fault in FAULTS:
            raise FAULTS[fault]
        posted = super().post(place, message, key, thread_ts)
        self.said.append(Said(self.now, place, key, message["text"]))
        if fault == "lost":
            raise LOST
        return posted


class Machine(RuleBasedStateMachine):
    """Two workers on one database; they die, hang and wake up again."""

    def __init__(self, store: SqlStore, facts: Facts) -> None:
        super().__init__()
        self.store, self.facts, self.now, self.out = store, facts, NOW, Ledger()
        facts.told.clear()
        with store.engine.begin() as connection:
            for table in (OutboxRow, CardRow, LaneRow, GateRow):
                connection.execute(delete(table))
        self.workers = [self._worker(), self._worker()]
        self.notes: dict[int, tuple[str, Priority]] = {}
        self.cards: set[tuple[int, str]] = set()
        self.versions = 0
        self.hanging: list[tuple[Worker, Claimed]] = []

    def _worker(self) -> Worker:
        return Worker(self.store, self.out, lambda: self.now, "en", Limits(posts_per_minute=600))

    def _put(self, outgoing: Outgoing) -> None:
        # Rows of one instant and several transactions have no order.
        self._pass(0.001)
        with self.store.begin(WORKSPACE) as tx:
            tx.outbox.put(outgoing, self.now)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.out.now = self.now

    @rule(place=st.sampled_from(PLACES), priority=st.sampled_from([Priority.ESCALATION, Priority.DIGEST]))
    def put_note(self, place: str, priority: Priority) -> None:
        number = len(self.notes) + 1
        self.notes[number] = (place, priority)
        about = Ref(Subject.INTERACTION, number)
        self._put(Outgoing(Form.NOTE, "probe.note", about, priority, to_member=MemberId(place)))

    @rule(place=st.sampled_from(PLACES), card=st.sampled_from([1001, 1002]))
    def change_card(self, place: str, card: int) -> None:
        self.versions += 1
        self.facts.told[card] = f"state {self.versions}"
        self.cards.add((card, place))
        for number, where in self.cards:
            if number == card:
                about = Ref(Subject.REQUEST, card)
                self._put(Outgoing(Form.CARD, "probe.card", about, Priority.REQUEST, to_member=MemberId(where)))

    @rule(fault=st.sampled_from([*FAULTS, "lost", "lost"]), times=st.integers(1, 4))
    def foretell(self, fault: str, times: int) -> None:
        self.out.coming += [fault] * times

    @rule(worker=st.integers(0, 1))
    def work(self, worker: int) -> None:
        self.workers[worker].run_once()

    @rule(worker=st.integers(0, 1), most=st.integers(1, 4))
    def die_before_posting(self, worker: int, most: int) -> None:
        self._claim(most)
        self.workers[worker] = self._worker()

    @rule(worker=st.integers(0, 1), most=st.integers(1, 4))
    def die_after_posting(self, worker: int, most: int) -> None:
        for row in self._claim(most):
            self._post_and_die(row)
        self.workers[worker] = self._worker()

    @rule(worker=st.integers(0, 1))
    def hang(self, worker: int) -> None:
        rows = self._claim(1)
        self.workers[worker]._hold(WORKSPACE, rows, self.now)
        self.hanging += [(self.workers[worker], row) for row in rows]

    @rule()
    def wake_up(self) -> None:
        """A worker that was suspended goes on as if nothing had been; its lease may have ended."""
        for worker, row in self.hanging:
            worker._deliver(WORKSPACE, row)
        self.hanging.clear()

    @rule(seconds=st.sampled_from([0.5, 1, 3, 7, 30, 70]))
    def time_passes(self, seconds: float) -> None:
        self._pass(seconds)

    def _claim(self, most: int) -> tuple[Claimed, ...]:
        with self.store.begin(WORKSPACE) as tx:
            rows = tx.outbox.claim(self.now, Limits(posts_per_minute=600), most, most).rows
        assert len({(row.place, row.way) for row in rows}) == len(rows)
        return rows

    def _post_and_die(self, row: Claimed) -> None:
        """Let Slack record what the worker sent in its last moment, as a worker does that need not look first."""
        with self.store.read(WORKSPACE) as tx:
            stands = row.outgoing.form is Form.CARD and tx.outbox.card("probe.card", row.outgoing.about, row.place)
        if not row.in_doubt and not stands:
            text = f"{self.facts.told.get(row.outgoing.about.id, f'fact {row.outgoing.about.id}')} (en)"
            self.out.coming.insert(0, "none")
            self.out.post(row.place, {"text": text, "blocks": []}, row.key)

    @invariant()
    def nothing_is_doubled(self) -> None:
        keys = [said.key for said in self.out.said]
        assert len(keys) == len(set(keys))

    @invariant()
    def a_place_has_its_pause(self) -> None:
        for place in PLACES:
            times = [said.at for said in self.out.said if said.place == place]
            pauses = [later - earlier for earlier, later in pairwise(times)]
            assert all(pause >= timedelta(seconds=1) for pause in pauses)

    @invariant()
    def notes_keep_their_order(self) -> None:
        for place in PLACES:
            for priority in (Priority.ESCALATION, Priority.DIGEST):
                told = [number for number in self._told(place) if self.notes[number][1] is priority]
                assert told == sorted(told)

    @invariant()
    def a_row_is_in_one_state(self) -> None:
        with self.store.engine.connect() as connection:
            for row in connection.execute(select(OutboxRow.__table__)):
                assert row.state in {"pending", "sending", "sent"}, "nothing was set aside"
                assert (row.lease is not None) == (row.leased_until is not None) == (row.state == "sending")

    def _told(self, place: str) -> list[int]:
        facts = (said.text for said in self.out.said if said.place == place)
        return [int(text.split()[1]) for text in facts if text.startswith("fact")]

    def teardown(self) -> None:
        """When all trouble is over, everything is told once and every card shows the newest state."""
        self.out.coming.clear()
        for _ in range(60 + 4 * len(self.notes)):
            self._pass(2)
            self.workers[0].run_once()
            self.workers[1].run_once()
            with self.store.read(WORKSPACE) as tx:
                if not tx.outbox.list(most=1):
                    break
        self.nothing_is_doubled()
        self.a_place_has_its_pause()
        for place in PLACES:
            assert sorted(self._told(place)) == [number for number, (where, _) in self.notes.items() if where == place]
        self.notes_keep_their_order()
        with self.store.read(WORKSPACE) as tx:
            assert tx.outbox.list() == ()
        for card, place in self.cards:
            shown = [post["text"] for post in self.out.to(place) if post["text"].startswith("state")]
            assert f"{self.facts.told[card]} (en)" in shown
        assert sum(post["text"].startswith("state") for post in self.out.posts) == len(self.cards)


@pytest.fixture
def facts() -> Iterator[Facts]:
    facts = Facts()
    with pytest.MonkeyPatch.context() as patched:
        for topic in ("probe.card", "probe.note"):
            patched.setitem(delivery.LOADERS, topic, facts.load)
            patched.setitem(views.VIEWS, topic, show)
        yield facts


def test_whatever_happens_everything_is_told_once_in_order_and_at_the_pace(
    store: SqlStore, company: Company, facts: Facts
) -> None:
    examples = 25 if store.engine.dialect.name == "sqlite" else 6
    run_state_machine_as_test(
        lambda: Machine(store, facts),  # type: ignore[arg-type]  # any factory is called
        settings=settings(
            max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
