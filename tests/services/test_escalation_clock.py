import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.domain import errors
from bot.domain.escalation_clock import ClockStep
from bot.domain.escalation_seen import Unaddressed
from bot.domain.escalations import Escalation, State
from bot.domain.identity import ChannelId
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Skipped, Step
from bot.domain.timers import Moment, Timer
from bot.services import addressees, delivery, escalation_clock, escalation_handing, escalations, timers
from storage.store import SqlStore
from storage.tables import AccountRow, EscalationRow, OutboxRow, SponsorshipRow, TimerRow
from tests.company import NOW, PLENTY, WORKSPACE, Company
from tests.conflict import TODAY, Conflict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Zurich, when work begins; NOW is Friday, 10:30 there."""


@pytest.fixture
def conflict(store: SqlStore, company: Company) -> Conflict:
    return Conflict(store, company)


def with_deputy(conflict: Conflict) -> Conflict:
    conflict.ana = conflict.company.member("Ana")  # type: ignore[attr-defined]
    with conflict.store.engine.begin() as connection:
        connection.execute(update(SponsorshipRow).values(deputy_id="UANA"))
    return conflict


def next_of(conflict: Conflict, raised: Escalation) -> tuple[datetime, ClockStep]:
    found = conflict.whole(raised).next
    assert found is not None
    return found.at, found.step


# ------------------------------------------------------------------ the round
def test_one_full_round_goes_from_sponsor_to_deputy_to_kam_leads_to_unanswered(conflict: Conflict) -> None:
    with_deputy(conflict)
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised()
    assert next_of(conflict, raised) == (NOW + 4 * HOUR, ClockStep.REMIND)
    conflict.tick(NOW + 4 * HOUR)
    assert conflict.told("escalation.reminded") == {conflict.keller.id}
    # 10:30 to 17:00 is six and a half hours; the other hour and a half are Monday's.
    assert next_of(conflict, raised) == (MONDAY + 1.5 * HOUR, ClockStep.DEPUTY)
    conflict.tick(MONDAY + 1.5 * HOUR)
    asked = conflict.whole(raised)
    assert [person.name for person in asked.addressed_to] == ["Keller", "Ana"]
    assert asked.in_stead_of(asked.addressed_to[1].id) == conflict.keller.person
    assert conflict.told("escalation.deputy_asked") == {conflict.lea.id, conflict.keller.id}
    assert "UANA" in conflict.cards(raised)["escalation.card"]
    assert next_of(conflict, raised) == (MONDAY + DAY + 0.5 * HOUR, ClockStep.KAM_LEADS)
    conflict.tick(MONDAY + DAY + 0.5 * HOUR)
    assert [person.name for person in conflict.whole(raised).addressed_to] == ["Keller", "Ana", "Nina"]
    assert conflict.told("escalation.leads_asked") == {conflict.lea.id, conflict.keller.id, "UANA"}
    conflict.tick(MONDAY + 2 * DAY)
    assert conflict.whole(raised).state is State.UNANSWERED
    assert conflict.told("escalation.unanswered") == {conflict.lea.id, nina.id}
    assert conflict.told("escalation.still_unanswered") == set()
    conflict.tick(MONDAY + 3 * DAY)
    assert conflict.told("escalation.still_unanswered") == {nina.id}
    taken = conflict.acknowledge(conflict.keller, raised).escalation
    assert taken.state is State.ACKNOWLEDGED


def test_what_is_urgent_has_two_hours(conflict: Conflict) -> None:
    raised = conflict.raised(urgent_reason="the audit is tomorrow")
    assert next_of(conflict, raised) == (NOW + HOUR, ClockStep.REMIND)
    conflict.tick(NOW + HOUR)
    assert next_of(conflict, raised) == (NOW + 2 * HOUR, ClockStep.DEPUTY)


def test_empty_steps_are_skipped_at_once(conflict: Conflict) -> None:
    raised = conflict.raised(urgent_reason="soon")
    conflict.tick(NOW + 2 * HOUR)
    assert conflict.whole(raised).state is State.UNANSWERED, "there is neither a deputy nor a KAM lead"
    conflict.tick(NOW + 2 * HOUR + 3 * DAY)
    assert conflict.told("escalation.still_unanswered") == {conflict.keller.id}, "nobody else can be told"


def test_whoever_is_first_stops_the_clock(conflict: Conflict) -> None:
    with_deputy(conflict)
    raised = conflict.raised(urgent_reason="soon")
    conflict.tick(NOW + 2 * HOUR)
    ana = conflict.company.get("UANA")
    assert ana is not None
    decided = conflict.decide(ana, raised).escalation
    assert decided.decision is not None
    assert decided.decision.in_stead_of == conflict.keller.person
    assert decided.next is None
    conflict.tick(NOW + 9 * DAY)
    assert conflict.told("escalation.leads_asked") | conflict.told("escalation.unanswered") == set()
    with pytest.raises(errors.AlreadyDecided) as late:
        conflict.decide(conflict.keller, raised)
    assert late.value.by == ana.person


def test_after_a_long_silence_the_step_that_is_due_now_is_done_once(conflict: Conflict) -> None:
    with_deputy(conflict)
    raised = conflict.raised(urgent_reason="soon")
    late = NOW + 4 * DAY
    with conflict.store.read(WORKSPACE) as tx:
        (timer,) = (one for one in tx.timers.due(late, 10))
    assert timers.fire(conflict.store, WORKSPACE, timer, late)
    assert conflict.told("escalation.reminded") == set(), "too late for a reminder"
    assert [person.name for person in conflict.whole(raised).addressed_to] == ["Keller", "Ana"]
    at, step = next_of(conflict, raised)
    assert step is ClockStep.KAM_LEADS
    assert at > late, "the deputy has the whole time from now on"


def test_an_acknowledgement_without_movement_expires_and_is_asked_anew(conflict: Conflict) -> None:
    raised = conflict.raised()
    conflict.acknowledge(conflict.keller, raised)
    assert next_of(conflict, raised) == (NOW + 5 * DAY, ClockStep.EXPIRE), "three working days: Monday to Wednesday"
    conflict.tick(NOW + 5 * DAY - timedelta(minutes=1))
    assert conflict.whole(raised).state is State.ACKNOWLEDGED
    conflict.tick(NOW + 5 * DAY)
    expired = conflict.whole(raised)
    assert (expired.state, expired.acknowledged) == (State.RAISED, None)
    assert conflict.told("escalation.expired") == {conflict.lea.id, conflict.keller.id}
    assert next_of(conflict, raised)[1] is ClockStep.REMIND


def test_a_timer_of_an_earlier_state_does_nothing(conflict: Conflict) -> None:
    raised = conflict.raised()
    with conflict.store.read(WORKSPACE) as tx:
        (timer,) = tx.timers.waiting(raised.about, addressees.CLOCK)
    conflict.acknowledge(conflict.keller, raised)
    with conflict.store.begin(WORKSPACE) as tx:
        assert [*timers.STEPS[addressees.CLOCK](tx, timer, timer.due.at)] == []
    assert conflict.told("escalation.reminded") == set()
    conflict.step(escalations.withdraw, conflict.lea, raised)
    with conflict.store.begin(WORKSPACE) as tx:
        assert [*timers.STEPS[addressees.CLOCK](tx, timer, timer.due.at)] == []
        assert tx.timers.waiting(raised.about, addressees.CLOCK) == ()


# ------------------------------------------------------------------ absence
def test_who_is_away_is_stood_in_for_and_both_names_stay_on_the_record(conflict: Conflict) -> None:
    ben = conflict.company.member("Ben")
    conflict.away(conflict.keller, TODAY, TODAY + 5 * DAY, ben)
    raised = conflict.raised()
    assert raised.addressed_to == (ben.person,)
    assert [(step.person and step.person.name, step.skipped) for step in raised.steps][-2:] == [
        ("Keller", Skipped.AWAY),
        ("Ben", None),
    ]
    decided = conflict.decide(ben, raised).escalation
    assert decided.decision is not None
    assert (decided.decision.by, decided.decision.in_stead_of) == (ben.person, conflict.keller.person)


def test_a_sponsor_who_is_back_gets_the_conflict_back(conflict: Conflict) -> None:
    ben = conflict.company.member("Ben")
    conflict.away(conflict.keller, TODAY, TODAY, ben)
    raised = conflict.raised()
    conflict.round(NOW + DAY)
    assert conflict.whole(raised).addressed_to == (conflict.keller.person,)
    with pytest.raises(errors.UnknownObject):
        conflict.acknowledge(ben, raised)
    assert conflict.acknowledge(conflict.keller, raised).escalation.state is State.ACKNOWLEDGED


def test_the_sponsorships_deputy_stands_in_where_none_is_named_and_a_chain_of_the_away_is_followed(
    conflict: Conflict,
) -> None:
    with_deputy(conflict)
    ben, ana = conflict.company.member("Ben"), conflict.company.get("UANA")
    assert ana is not None
    conflict.away(conflict.keller, TODAY, TODAY + DAY)
    assert conflict.raised().addressed_to == (ana.person,)
    conflict.away(ana, TODAY, TODAY + DAY, ben)
    assert conflict.raised().addressed_to == (ben.person,)
    conflict.away(ben, TODAY, TODAY + DAY, conflict.keller)
    assert conflict.raised().header.state is State.WITHOUT_RECIPIENT, "the ring ends where it began"


def test_a_side_never_stands_in(conflict: Conflict) -> None:
    conflict.away(conflict.keller, TODAY, TODAY + DAY, conflict.sandra)
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    assert conflict.raised().addressed_to == (nina.person,)


def test_an_absence_that_begins_later_brings_the_deputy_in(conflict: Conflict) -> None:
    ben = conflict.company.member("Ben")
    raised = conflict.raised()
    conflict.acknowledge(conflict.keller, raised)
    conflict.away(conflict.keller, TODAY + DAY, TODAY + 9 * DAY, ben)
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (conflict.keller.person,)
    conflict.round(NOW + DAY)
    after = conflict.whole(raised)
    assert (after.addressed_to, after.state) == ((ben.person,), State.RAISED)
    assert conflict.rows("escalation.readdressed") == {conflict.lea.id}
    version = after.version
    conflict.round(NOW + DAY)
    assert conflict.whole(raised).version == version, "once is enough"


def test_a_kam_lead_who_is_away_is_passed_over_while_another_is_here(conflict: Conflict) -> None:
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    olga = conflict.company.member("Olga", role=Role.KAM_LEAD)
    conflict.away(nina, TODAY, TODAY)
    assert conflict.raised().addressed_to == (olga.person,)
    conflict.away(olga, TODAY, TODAY)
    assert conflict.raised().addressed_to == (nina.person, olga.person), "away is better than nobody"


# ------------------------------------------------------------------ people who change
def test_a_deactivated_sponsor_is_skipped_at_once_and_later(conflict: Conflict) -> None:
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised()
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (nina.person,)
    assert conflict.raised().addressed_to == (nina.person,)


def test_a_replaced_sponsor_hands_the_conflict_to_the_new_one_with_history(conflict: Conflict) -> None:
    raised, new = conflict.raised(), conflict.company.member("Newton")
    with conflict.store.engine.begin() as connection:
        connection.execute(update(SponsorshipRow).values(sponsor_id=new.id))
    assert conflict.acknowledge(conflict.keller, raised).escalation.state is State.ACKNOWLEDGED, "by the record"
    conflict.round(NOW)
    after = conflict.whole(raised)
    assert (after.addressed_to, after.state) == ((new.person,), State.RAISED)
    with pytest.raises(errors.Refusal):
        conflict.decide(conflict.keller, raised)
    with conflict.store.read(WORKSPACE) as tx:
        assert "escalation.readdressed" in {entry.action for entry in tx.history.of(raised.about)}


def test_what_was_handed_over_stays_there_whoever_is_assigned(conflict: Conflict) -> None:
    raised, new = conflict.raised(), conflict.company.member("Newton")
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.take_over, conflict.other, raised)
    with conflict.store.engine.begin() as connection:
        connection.execute(update(SponsorshipRow).values(sponsor_id=new.id))
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (conflict.other.person,)
    conflict.change(conflict.other, standing=Standing.DEACTIVATED)
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (new.person,)


def test_without_recipient_it_goes_on_as_soon_as_there_is_one(conflict: Conflict) -> None:
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))
    raised = conflict.raised()
    assert raised.state is State.WITHOUT_RECIPIENT
    conflict.round(NOW)
    assert conflict.whole(raised).state is State.WITHOUT_RECIPIENT
    conflict.company.sponsorship(conflict.keller, conflict.lea)
    conflict.round(NOW)
    after = conflict.whole(raised)
    assert (after.state, after.addressed_to) == (State.RAISED, (conflict.keller.person,))
    assert conflict.keller.id in conflict.cards(raised)["escalation.card"]
    assert after.next is not None


def test_the_account_s_own_sponsor_may_be_set_later_too(conflict: Conflict) -> None:
    raised, own = conflict.raised(), conflict.company.member("Own")
    with conflict.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(sponsor_id=own.id))
    conflict.round(NOW)
    assert [(step.step, step.person) for step in conflict.whole(raised).active] == [(Step.OWN_SPONSOR, own.person)]


def test_nobody_left_at_all_says_so(conflict: Conflict) -> None:
    raised, admin = conflict.raised(), conflict.company.member("Adam", role=Role.ADMIN)
    conflict.change(conflict.keller, standing=Standing.GUEST)
    assert conflict.unwatched(NOW) == (raised.id,)
    conflict.round(NOW)
    assert conflict.whole(raised).state is State.WITHOUT_RECIPIENT
    assert conflict.rows("escalation.unaddressed") == {admin.id}
    assert conflict.unwatched(NOW) == ()


def test_a_conflict_whose_sponsorship_ended_stays_with_who_had_it_while_there_is_nobody_else(
    conflict: Conflict,
) -> None:
    raised = conflict.raised()
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (conflict.keller.person,)


def test_a_deputy_whom_slack_cannot_reach_is_left_out_and_the_round_goes_on(conflict: Conflict) -> None:
    with_deputy(conflict)
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised(urgent_reason="soon")
    conflict.tick(NOW + 2 * HOUR)
    ana = conflict.whole(raised).addressed_to[1]
    with conflict.store.begin(WORKSPACE) as tx:
        assert addressees.pass_on(tx, raised.id, ana.id, NOW + 2 * HOUR)
    assert conflict.whole(raised).addressed_to == (conflict.keller.person,)
    conflict.tick(NOW + 4 * HOUR)
    assert conflict.whole(raised).addressed_to == (conflict.keller.person, nina.person)


def test_a_stand_in_whom_slack_cannot_reach_is_not_asked_again(conflict: Conflict) -> None:
    ben, nina = conflict.company.member("Ben"), conflict.company.member("Nina", role=Role.KAM_LEAD)
    conflict.away(conflict.keller, TODAY, TODAY + DAY, ben)
    raised = conflict.raised()
    with conflict.store.begin(WORKSPACE) as tx:
        assert addressees.pass_on(tx, raised.id, ben.id, NOW)
    assert conflict.whole(raised).addressed_to == (nina.person,)
    conflict.round(NOW)
    assert conflict.whole(raised).addressed_to == (nina.person,)


# ------------------------------------------------------------------ the invariant
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


def alarms(conflict: Conflict) -> dict[str, Unaddressed | None]:
    """Load what the alarm says, by its reader."""
    with conflict.store.begin(WORKSPACE) as tx:
        rows = tx.outbox.claim(NOW + DAY, PLENTY, 99, 99).rows
        return {
            row.place: delivery.LOADERS[row.outgoing.topic](tx, row, NOW)  # type: ignore[misc]
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
