from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot.domain import errors
from bot.domain.escalation_clock import ClockStep
from bot.domain.escalations import Escalation, State
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Skipped, Step
from bot.services import addressees, escalation_handing, escalations, timers
from storage.tables import AccountRow, SponsorshipRow
from tests.company import NOW, WORKSPACE
from tests.conflict import TODAY, Conflict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""08:00 in Zurich, when work begins; NOW is Friday, 10:30 there."""


def with_deputy(conflict: Conflict) -> Conflict:
    conflict.company.member("Ana")
    with conflict.store.engine.begin() as connection:
        connection.execute(update(SponsorshipRow).values(deputy_id="UANA"))
    return conflict


def next_of(conflict: Conflict, raised: Escalation) -> tuple[datetime, ClockStep]:
    found = conflict.whole(raised).next
    assert found is not None
    return found.at, found.step


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
