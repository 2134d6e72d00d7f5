from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.escalation_commands import ToDo
from bot.domain.escalations import Action, Escalation, State
from bot.domain.identity import MemberId
from bot.domain.members import Standing
from bot.services import escalation_decisions, escalations
from storage.tables import DecisionActionRow
from tests.company import NOW
from tests.conflict import TODAY, TOMORROW, Conflict, to_do

LATER = NOW + timedelta(hours=1)


def test_what_is_agreed_is_followed_until_the_last_thing_is_done(conflict: Conflict, raised: Escalation) -> None:
    decided = conflict.decide(conflict.keller, raised, agreed=to_do(conflict.lea, conflict.other)).escalation
    assert decided.decision is not None
    assert [one.owner for one in decided.decision.agreed] == [conflict.lea.person, conflict.other.person]
    assert conflict.cards(raised)["escalation.decided"] == {conflict.lea.id, conflict.sandra.id, conflict.other.id}
    with pytest.raises(errors.MayNotMove) as refused:
        conflict.step(escalation_decisions.done, conflict.lea, raised, position=2)
    assert refused.value.who == (conflict.other.person, conflict.keller.person)
    with pytest.raises(errors.Refusal):
        conflict.step(escalation_decisions.keep, conflict.lea, raised)
    first = conflict.step(escalation_decisions.done, conflict.lea, raised, position=1, key="same").escalation
    assert conflict.step(escalation_decisions.done, conflict.lea, raised, position=1, key="same").escalation == first
    assert first.state is State.DECIDED
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_decisions.done, conflict.lea, raised, position=1)
    kept = conflict.step(escalation_decisions.done, conflict.keller, raised, position=2, now=LATER).escalation
    assert (kept.state, kept.closed_at) == (State.KEPT, LATER)
    assert conflict.told("escalation.kept") == {conflict.lea.id, conflict.sandra.id}
    with pytest.raises(errors.ConflictClosed):
        conflict.step(escalation_decisions.done, conflict.other, raised, position=2)


def test_a_decision_that_asks_for_nothing_is_kept_when_somebody_says_so(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised)
    kept = conflict.step(escalation_decisions.keep, conflict.sandra, raised, key="same").escalation
    assert kept.state is State.KEPT
    assert conflict.step(escalation_decisions.keep, conflict.sandra, raised, key="same").escalation == kept
    with pytest.raises(errors.ConflictClosed):
        conflict.step(escalation_decisions.keep, conflict.lea, raised)
    assert conflict.told("escalation.kept") == {conflict.lea.id, conflict.keller.id}


@pytest.mark.parametrize(
    ("values", "refusal", "at_field"),
    [
        ({"what": ""}, errors.ActionIncomplete, "what2"),
        ({"owner_id": None}, errors.ActionIncomplete, "owner2"),
        ({"due_on": None}, errors.ActionIncomplete, "due2"),
        ({"due_on": TODAY - timedelta(days=1)}, errors.PastDate, "due2"),
        ({"owner_id": MemberId("UNOBODY")}, errors.NotAColleague, "owner2"),
        ({"owner_id": MemberId("UGUEST")}, errors.NotAColleague, "owner2"),
    ],
)
def test_each_line_of_what_is_agreed_is_whole_or_empty(
    conflict: Conflict, raised: Escalation, values: dict[str, Any], refusal: type[errors.Refusal], at_field: str
) -> None:
    conflict.company.member("Guest", standing=Standing.GUEST)
    line = ToDo(**{"number": 2, "what": "call them", "owner_id": conflict.lea.id, "due_on": TOMORROW, **values})
    with pytest.raises(refusal) as refused:
        conflict.decide(conflict.keller, raised, agreed=(line,))
    assert refused.value.field == at_field
    assert conflict.count(DecisionActionRow) == 0


def test_a_decision_holds_until_a_day_that_is_not_over(conflict: Conflict, raised: Escalation) -> None:
    with pytest.raises(errors.PastDate) as refused:
        conflict.decide(conflict.keller, raised, valid_until=TODAY - timedelta(days=1))
    assert refused.value.field == "valid_until"
    decided = conflict.decide(conflict.keller, raised, valid_until=date(2027, 6, 30)).escalation
    assert decided.decision is not None
    assert decided.decision.valid_until == date(2027, 6, 30)


def test_once_its_time_is_over_decider_and_kam_are_asked_on_the_next_working_day_whether_it_still_holds(
    conflict: Conflict, raised: Escalation
) -> None:
    conflict.decide(conflict.keller, raised, valid_until=date(2026, 12, 12))
    monday = NOW.replace(month=12, day=14, hour=7, minute=0)
    conflict.tick(monday - timedelta(seconds=1))
    assert conflict.told("escalation.validity_over") == set(), "it holds on that Saturday, and Sunday is free"
    conflict.tick(monday)
    conflict.tick(monday + timedelta(days=30))
    assert conflict.told("escalation.validity_over") == {conflict.keller.id, conflict.lea.id}
    assert [entry.action for entry in conflict.history(raised)].count("escalation.validity_over") == 1
    for reader, may in ((conflict.lea, True), (conflict.keller, False)):
        told = conflict.loaded(raised, "escalation.note", reader)
        assert (Action.REOPEN in told.actions) is may, "as the table says"


def test_whether_a_kept_decision_still_holds_is_asked_too(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.step(escalation_decisions.keep, conflict.lea, raised)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == {conflict.keller.id, conflict.lea.id}
    assert Action.REOPEN not in conflict.loaded(raised, "escalation.note", conflict.lea).actions


@pytest.mark.parametrize("anew", [None, {}, {"valid_until": TOMORROW + timedelta(days=30)}])
def test_of_a_decision_that_was_reopened_or_replaced_nobody_is_asked(
    conflict: Conflict, raised: Escalation, anew: dict[str, Any] | None
) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.step(escalations.reopen, conflict.lea, raised, "again")
    if anew is not None:
        conflict.decide(conflict.keller, raised, **anew)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == set()


def test_who_left_the_company_is_not_asked_whether_it_still_holds(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, valid_until=TOMORROW)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.validity_over") == {conflict.lea.id}


def test_owners_hear_the_day_before_and_on_the_day_then_the_others(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other))
    conflict.tick(NOW)
    assert conflict.told("escalation.action_due") == set(), "Friday is the working day before, and has begun"
    conflict.tick(NOW + timedelta(days=3))
    assert conflict.told("escalation.action_due") == {conflict.other.id}
    assert conflict.told("escalation.action_late") == set()
    conflict.tick(NOW + timedelta(days=4))
    assert conflict.told("escalation.action_late") == {conflict.other.id, conflict.keller.id, conflict.lea.id}


def test_who_has_done_it_is_not_reminded(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other, conflict.sandra))
    conflict.step(escalation_decisions.done, conflict.other, raised, position=1)
    conflict.tick(NOW + timedelta(days=3))
    assert conflict.told("escalation.action_due") == {conflict.sandra.id}


def test_nobody_is_reminded_of_what_is_done_or_reopened(conflict: Conflict, raised: Escalation) -> None:
    conflict.decide(conflict.keller, raised, agreed=to_do(conflict.other, conflict.lea))
    conflict.step(escalation_decisions.done, conflict.other, raised, position=1)
    conflict.step(escalations.reopen, conflict.lea, raised, "again")
    conflict.tick(NOW + timedelta(days=5))
    assert conflict.told("escalation.action_due") | conflict.told("escalation.action_late") == set()
