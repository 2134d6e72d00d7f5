from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from bot.domain.delivery import Form, Outgoing, Priority
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import DraftId, MemberId
from bot.domain.timers import Moment, State, Timer
from bot.services import retention, timers
from storage.store import SqlStore
from storage.tables import AuditRow, DraftRow, OutboxRow, TimerRow
from tests.company import NOW, WORKSPACE, Company
from tests.services.timekeeping import ABOUT, DAY, HOUR, MINUTE, Replica, effects, waiting


@pytest.fixture
def replica(store: SqlStore, company: Company) -> Replica:
    return Replica(store)


def test_every_standing_step_is_known(replica: Replica) -> None:
    assert set(timers.STANDING) <= {*timers.STEPS, *timers.LOOKS}


def test_old_deliveries_are_forgotten_at_night_and_the_rest_stays(store: SqlStore, replica: Replica) -> None:
    replica.at(NOW)
    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("old", ABOUT, NOW - retention.DELIVERIES_KEPT)
        tx.inbox.record("young", ABOUT, NOW)
    replica.at(NOW + 2 * HOUR)
    assert effects(store) == ["old", "young"]
    replica.at(datetime(2026, 11, 21, 2, 30, tzinfo=UTC))
    assert effects(store) == ["young"]


def test_many_old_rows_go_a_few_at_a_time(store: SqlStore, replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 10)
    replica.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for number in range(35):
            tx.inbox.record(f"old {number}", ABOUT, NOW - retention.DELIVERIES_KEPT)
    replica.at(NOW + DAY)
    assert effects(store) == []
    with store.engine.connect() as connection:
        rounds = connection.execute(
            select(TimerRow.occurrence).where(TimerRow.step == "inbox.purge", TimerRow.state == State.FIRED)
        ).scalars()
        assert sorted(rounds) == ["2026-11-21", *(f"2026-11-21+{part}" for part in range(1, 4))]
    assert len(waiting(store, timers.WORKSPACE, "inbox.purge")) == 1


def test_nothing_unsent_or_set_aside_is_ever_deleted(store: SqlStore, replica: Replica) -> None:
    replica.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for state in ("pending", "sending", "sent", "parked"):
            tx.outbox.put(
                Outgoing(Form.NOTE, state, ABOUT, Priority.REQUEST, to_member=MemberId("ULEA")), NOW - 100 * DAY
            )
        for state in (State.PENDING, State.FIRED, State.CANCELLED, State.PARKED):
            tx.timers.set(Timer(ABOUT, state, Moment(NOW + HOUR)))
    with store.engine.begin() as connection:
        states = update(OutboxRow)
        connection.execute(states.values(state=OutboxRow.topic, sent_at=NOW - 100 * DAY, due_at=NOW + 1000 * DAY))
        kept = update(TimerRow).where(TimerRow.object_id == ABOUT.id)
        connection.execute(kept.values(state=TimerRow.step, due_at=NOW - 100 * DAY, try_at=NOW - 100 * DAY))
        connection.execute(kept.where(TimerRow.state == State.PENDING).values(try_at=NOW + 1000 * DAY))
    replica.at(NOW + DAY)
    with store.engine.connect() as connection:
        unsent = sorted(connection.execute(select(OutboxRow.topic)).scalars())
        waits = sorted(connection.execute(select(TimerRow.step).where(TimerRow.object_id == ABOUT.id)).scalars())
    assert unsent == ["parked", "pending", "sending"]
    assert waits == ["parked", "pending"]


def test_what_was_sent_or_typed_lately_stays_for_a_month(store: SqlStore, replica: Replica) -> None:
    replica.at(NOW)
    with store.begin(WORKSPACE) as tx:
        for days in (29, 32):
            at = NOW - days * DAY
            tx.drafts.add(Draft(DraftId(0), MemberId("ULEA"), Purpose.LOG, at, {"text": str(days)}))
            tx.outbox.put(Outgoing(Form.NOTE, str(days), ABOUT, Priority.REQUEST, to_member=MemberId("ULEA")), at)
    with store.engine.begin() as connection:
        sent = update(OutboxRow)
        connection.execute(sent.values(state="sent", sent_at=OutboxRow.created_at))
    replica.at(NOW + DAY)
    with store.engine.connect() as connection:
        assert [*connection.execute(select(DraftRow.fields)).scalars()] == [{"text": "29"}]
        assert [*connection.execute(select(OutboxRow.topic)).scalars()] == ["29"]


def test_the_audit_is_sealed_within_minutes(store: SqlStore, replica: Replica) -> None:
    replica.at(NOW)
    with store.begin(WORKSPACE) as tx:
        tx.history.record(Change(ABOUT, "escalation.raised", MemberId("ULEA"), NOW))
    for minutes in range(1, 5):
        replica.at(NOW + minutes * MINUTE)
    with store.read(WORKSPACE) as tx:
        assert tx.audit.count_seals() == 1
        assert tx.audit.tail().rows == 0
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(AuditRow)).scalar_one() == 1
