import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.domain.escalation_clock import ClockStep
from bot.domain.escalation_seen import Unaddressed
from bot.domain.escalations import Escalation, State
from bot.domain.identity import ChannelId
from bot.domain.members import Role
from bot.domain.timers import Moment, Timer
from bot.services import addressees, delivery, escalation_clock, timers
from storage.tables import EscalationRow, OutboxRow, SponsorshipRow, TimerRow
from tests.company import NOW, PLENTY, WORKSPACE
from tests.conflict import TODAY, Conflict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def next_of(conflict: Conflict, raised: Escalation) -> tuple[datetime, ClockStep]:
    found = conflict.whole(raised).next
    assert found is not None
    return found.at, found.step


@pytest.mark.parametrize("state", [State.RAISED, State.ACKNOWLEDGED, State.UNANSWERED])
def test_a_clock_that_stands_still_is_wound_again_and_the_log_says_so(
    conflict: Conflict, state: State, said: pytest.LogCaptureFixture
) -> None:
    raised = conflict.raised()
    if state is State.ACKNOWLEDGED:
        conflict.acknowledge(conflict.keller, raised)
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(TimerRow))
        connection.execute(update(EscalationRow).values(next_at=None, next_step=None, state=state))
    assert conflict.unwatched(NOW) == (raised.id,)
    conflict.round(NOW)
    assert conflict.unwatched(NOW) == ()
    assert ["1 open conflicts" in record.getMessage() for record in said.records] == [True]
    step = next_of(conflict, raised)[1]
    assert step is {State.ACKNOWLEDGED: ClockStep.EXPIRE, State.UNANSWERED: ClockStep.REPEAT}.get(
        state, ClockStep.REMIND
    )
    with conflict.store.read(WORKSPACE) as tx:
        assert len(tx.timers.waiting(raised.about, addressees.CLOCK)) == 1


def test_a_step_that_was_set_aside_is_done_after_all(conflict: Conflict) -> None:
    raised = conflict.raised()
    late = NOW + 4 * HOUR + timedelta(minutes=11)
    with conflict.store.engine.begin() as connection:
        connection.execute(update(TimerRow).values(state="parked"))
    assert conflict.unwatched(late) == (raised.id,)
    conflict.tick(late)
    conflict.tick(late)
    assert conflict.told("escalation.reminded") == {conflict.keller.id}


def stand_still(conflict: Conflict) -> None:
    """Take every conflict's next time away, behind the clock's back."""
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(TimerRow))
        connection.execute(update(EscalationRow).values(next_at=None, next_step=None))


def degraded(conflict: Conflict, now: datetime = NOW) -> list[str]:
    with conflict.store.read(WORKSPACE) as tx:
        return escalation_clock.degraded(tx, now)


def look(conflict: Conflict, now: datetime = NOW) -> list[Timer]:
    """Let the standing round look, and nothing be put right yet."""
    with conflict.store.begin(WORKSPACE) as tx:
        return [*timers.STEPS["escalation.watch"](tx, Timer(timers.WORKSPACE, "escalation.watch", Moment(now)), now)]


def alarms(conflict: Conflict) -> dict[str, object]:
    """Load what the alarm says, by its reader."""
    with conflict.store.begin(WORKSPACE) as tx:
        rows = tx.outbox.claim(NOW + DAY, PLENTY, 99, 99).rows
        return {
            row.place: delivery.LOADERS[row.outgoing.topic](tx, row, NOW)
            for row in rows
            if row.outgoing.topic == "escalation.unwatched"
        }


def test_what_nobody_takes_care_of_is_said_by_id_until_it_is_put_right(conflict: Conflict) -> None:
    raised = [conflict.raised() for _ in range(6)]
    assert degraded(conflict) == []
    stand_still(conflict)
    shown = ", ".join(one.short_id for one in raised[:5])
    assert degraded(conflict) == [f"6 open conflicts have nobody who can be reached, or no next time: {shown}"]
    conflict.round(NOW)
    assert degraded(conflict) == []


def test_a_conflict_that_says_that_it_has_no_recipient_is_no_alarm(conflict: Conflict) -> None:
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))
    assert conflict.raised().state is State.WITHOUT_RECIPIENT
    assert (degraded(conflict), look(conflict)) == ([], [])


def test_admins_hear_of_it_once_by_id_and_age_before_anything_is_put_right(conflict: Conflict) -> None:
    adam, eve = (conflict.company.member(name, role=Role.ADMIN) for name in ("Adam", "Eve"))
    conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised()
    stand_still(conflict)
    (repair,) = look(conflict)
    look(conflict, NOW + timedelta(minutes=5))
    assert repair.about == raised.about
    assert degraded(conflict) != [], "whatever becomes of the repair"
    conflict.change(eve, role=Role.MEMBER)
    assert alarms(conflict) == {adam.id: Unaddressed(raised.short_id, NOW, as_kam_lead=False), eve.id: None}
    with conflict.store.engine.connect() as connection:
        told = connection.execute(select(OutboxRow.place).where(OutboxRow.topic == "escalation.unwatched"))
        assert sorted(told.scalars()) == [adam.id, eve.id], "each once"


def test_where_the_admins_have_a_channel_it_hears_of_it_alone_and_once(conflict: Conflict) -> None:
    conflict.company.member("Adam", role=Role.ADMIN)
    raised = conflict.raised()
    stand_still(conflict)
    for minutes in (0, 5):
        with conflict.store.begin(WORKSPACE) as tx:
            timer = Timer(timers.WORKSPACE, "escalation.watch", Moment(NOW))
            escalation_clock.watch(tx, timer, NOW + timedelta(minutes=minutes), ChannelId("CADMIN"))
    with conflict.store.engine.connect() as connection:
        told = connection.execute(select(OutboxRow.place).where(OutboxRow.topic == "escalation.unwatched"))
        assert list(told.scalars()) == ["CADMIN"]
    assert alarms(conflict) == {"CADMIN": Unaddressed(raised.short_id, NOW, as_kam_lead=False)}


def test_the_alarm_step_knows_the_admins_channel(conflict: Conflict) -> None:
    conflict.raised()
    stand_still(conflict)
    with conflict.store.begin(WORKSPACE) as tx:
        tx.timers.set(Timer(timers.WORKSPACE, "escalation.watch", Moment(NOW), "now"))
    with conflict.store.read(WORKSPACE) as tx:
        (due,) = tx.timers.due(NOW, 10)
    assert timers.fire(conflict.store, WORKSPACE, due, NOW, ChannelId("CADMIN"))
    assert conflict.rows("escalation.unwatched") == {"CADMIN"}


def test_without_admins_the_kam_leads_hear_of_it(conflict: Conflict) -> None:
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised()
    stand_still(conflict)
    conflict.round(NOW)
    assert alarms(conflict) == {nina.id: Unaddressed(raised.short_id, NOW, as_kam_lead=True)}


def test_what_was_put_right_meanwhile_is_left_alone(conflict: Conflict) -> None:
    raised = conflict.raised()
    stand_still(conflict)
    (repair,) = look(conflict)
    conflict.acknowledge(conflict.keller, raised)
    before = conflict.whole(raised)
    with conflict.store.begin(WORKSPACE) as tx:
        assert [*timers.STEPS[repair.step](tx, repair, NOW)] == []
    assert conflict.whole(raised) == before


def test_a_conflict_that_is_older_than_clocks_gets_one_as_if_it_had_always_had_it(conflict: Conflict) -> None:
    raised, taken = conflict.raised(), conflict.raised()
    conflict.acknowledge(conflict.keller, taken)
    stand_still(conflict)
    for one in (raised, taken):
        with conflict.store.begin(WORKSPACE) as tx:
            tx.timers.set(Timer(one.about, addressees.CLOCK, Moment(NOW), "first"))
    assert conflict.unwatched(NOW) == (), "that is on its way, and no alarm"
    conflict.tick(NOW + timedelta(minutes=1))
    assert next_of(conflict, raised) == (NOW + 4 * HOUR, ClockStep.REMIND)
    assert next_of(conflict, taken) == (NOW + 5 * DAY, ClockStep.EXPIRE)
    assert alarms(conflict) == {}


def test_what_somebody_changed_at_this_moment_is_tried_again(conflict: Conflict) -> None:
    stale = conflict.raised()
    conflict.acknowledge(conflict.keller, stale)
    with pytest.raises(addressees.Overtaken), conflict.store.begin(WORKSPACE) as tx:
        addressees.readdress(tx, stale, NOW)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.ERROR, "scharnier.escalations"):
        yield caplog


def test_a_round_says_nothing_while_everything_is_looked_after(
    conflict: Conflict, said: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        conflict.raised()
    conflict.round(NOW)
    assert said.records == []


def test_the_round_is_a_standing_step_of_five_minutes() -> None:
    moment, _ = timers.STANDING["escalation.watch"].after(NOW, "Europe/Zurich")
    assert moment.at - NOW <= timedelta(minutes=5)
    assert date(2026, 11, 20) == TODAY
