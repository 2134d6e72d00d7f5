from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.access import CHANNEL, ITSELF, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.escalation_life import LIFE, Role
from bot.domain.escalation_rights import actions, check, is_entitled, roles, seen, standpoint, to_do, who_may
from bot.domain.escalations import (
    ADDRESSED,
    OPEN,
    Acknowledged,
    Action,
    Agreed,
    Case,
    Decision,
    Escalation,
    Header,
    Joiner,
    Kind,
    Question,
    Side,
    Standpoint,
    State,
)
from bot.domain.identity import AccountId, EscalationId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Skipped, Step

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RAISER, SPOKEN, OTHER, SPONSOR, DEPUTY, OFFERED, OWNER, LEAD, NEW, JOINER, HAD = (
    Person(MemberId(f"U{number}"), name)
    for number, name in enumerate(
        ("Lea", "Tom", "Sandra", "Martin", "Ana", "Hugo", "Olga", "Nina", "Nora", "Jo", "Hans"), 1
    )
)
PERSON: dict[Role, Person] = {
    Role.ADDRESSEE: SPONSOR,
    Role.OFFERED: OFFERED,
    Role.ASKED: SPOKEN,
    Role.RAISER: RAISER,
    Role.SIDE_A: SPOKEN,
    Role.SIDE_B: OTHER,
    Role.DECIDER: SPONSOR,
    Role.OWNER: OWNER,
}
"""Who has each role below; who asks something and who decides is the addressee, who is asked is a side."""
OVER = (State.DECIDED, State.KEPT)
TODO = Agreed(1, "call them", OWNER, date(2026, 12, 1))


def conflict(state: State, *, done: bool = False, kind: Kind = Kind.SETTLEMENT, **values: Any) -> Escalation:
    """Return a conflict in which every role has its person."""
    header = Header(EscalationId(1), 3, AccountRef(AccountId(7), "Helvetia"), ("Sales",), state, NOW)
    agreed = replace(TODO, done_at=NOW, done_by=OWNER) if done else TODO
    decision = Decision(SPONSOR, kind, "so", "because", NOW, agreed=(agreed,))
    closed = state in {State.KEPT, State.RETURNED, State.WITHDRAWN}
    whole = Escalation(
        header,
        RAISER,
        Side(SPOKEN, "Sales"),
        Side(OTHER, "Production"),
        Case("ours", "theirs"),
        () if state is State.WITHOUT_RECIPIENT else (Considered(Step.KAM_SPONSOR, SPONSOR),),
        acknowledged=Acknowledged(SPONSOR, NOW) if state in {State.ACKNOWLEDGED, State.QUESTION} else None,
        questions=(Question(SPONSOR, SPOKEN, "since when?", NOW),),
        handing_to=OFFERED if state in ADDRESSED else None,
        handed_by=SPONSOR if state in ADDRESSED else None,
        returned_by=SPONSOR if state is State.RETURNED else None,
        decision=decision if state in OVER else None,
        earlier_decision=None if state in OVER else decision,
        closed_at=NOW if closed else None,
    )
    return replace(whole, **values)


def viewer(person: Person, *, lead: bool = False) -> Viewer:
    return Viewer(person.id, is_kam_lead=lead)


@pytest.mark.parametrize(("state", "role"), [*product(State, PERSON)])
def test_everybody_has_the_role_the_conflict_gives_them(state: State, role: Role) -> None:
    has_it = role in roles(conflict(state), viewer(PERSON[role]))
    needs = {
        Role.ADDRESSEE: state is not State.WITHOUT_RECIPIENT,
        Role.OFFERED: state in ADDRESSED,
        Role.DECIDER: state in OVER,
        Role.OWNER: state in OVER,
    }
    assert has_it == needs.get(role, True)


@pytest.mark.parametrize(("state", "action", "role"), [*product(State, Action, PERSON)])
def test_a_step_is_offered_and_passes_exactly_where_the_table_says_so(state: State, action: Action, role: Role) -> None:
    sensible = {
        # There is something to be done as long as anything is open, and nothing to hand over that is offered already.
        Action.KEEP: conflict(state, done=True),
        Action.HAND_OVER: conflict(state, handing_to=None),
    }
    escalation = sensible.get(action, conflict(state))
    who = viewer(PERSON[role])
    allowed = not roles(escalation, who).isdisjoint(LIFE.roles(state, action))
    assert (action in actions(escalation, who)) == allowed
    if allowed:
        check(escalation, who, action)
    else:
        with pytest.raises(errors.Refusal):
            check(escalation, who, action)


@pytest.mark.parametrize(("state", "action"), [*product(State, Action)])
def test_nobody_else_and_no_channel_does_anything(state: State, action: Action) -> None:
    for who in (viewer(NEW), CHANNEL, ITSELF):
        assert actions(conflict(state), who) == ()
        with pytest.raises(errors.Refusal):
            check(conflict(state), who, action)


@pytest.mark.parametrize(("state", "action"), [*product(State, Action)])
def test_a_refusal_names_who_can_and_never_who_is_refused(state: State, action: Action) -> None:
    with pytest.raises(errors.Refusal) as refused:
        check(conflict(state), viewer(NEW), action)
    who = getattr(refused.value, "who", None)
    if who is not None:
        assert who or state is State.WITHOUT_RECIPIENT
        assert NEW not in who


@pytest.mark.parametrize("state", [State.RETURNED, State.WITHDRAWN, State.KEPT])
def test_a_late_press_on_an_old_card_is_told_that_it_is_closed(state: State) -> None:
    for action in (Action.ACKNOWLEDGE, Action.DECIDE, Action.ASK, Action.RETURN, Action.HAND_OVER):
        with pytest.raises(errors.ConflictClosed):
            check(conflict(state), viewer(SPONSOR), action)


def test_a_second_decision_is_told_who_decided() -> None:
    with pytest.raises(errors.AlreadyDecided) as refused:
        check(conflict(State.DECIDED), viewer(SPONSOR), Action.DECIDE)
    assert (refused.value.by, refused.value.at) == (SPONSOR, NOW)


def test_a_second_acknowledgement_is_told_who_has_it() -> None:
    with pytest.raises(errors.AlreadyAcknowledged) as refused:
        check(conflict(State.ACKNOWLEDGED), viewer(SPONSOR), Action.ACKNOWLEDGE)
    assert refused.value.by == SPONSOR


def test_every_open_conflict_with_a_recipient_can_be_decided_and_withdrawn() -> None:
    for state in OPEN:
        assert Action.WITHDRAW in actions(conflict(state), viewer(RAISER))
        assert (Action.DECIDE in actions(conflict(state), viewer(SPONSOR))) == (state in ADDRESSED)


def test_no_state_but_kept_is_without_a_way_on() -> None:
    stuck = [
        state
        for state in State
        if not any(state in rule.states and rule.to not in {None, state} for rule in LIFE.rules)
    ]
    assert stuck == [State.KEPT]


def test_a_decision_is_kept_only_when_nothing_is_to_be_done() -> None:
    assert Action.KEEP not in actions(conflict(State.DECIDED), viewer(RAISER))
    assert Action.KEEP in actions(conflict(State.DECIDED, done=True), viewer(RAISER))
    assert Action.DONE not in actions(conflict(State.DECIDED, done=True), viewer(SPONSOR))


def test_only_a_settlement_is_confirmed() -> None:
    assert Action.CONFIRM in actions(conflict(State.DECIDED), viewer(OTHER))
    assert Action.CONFIRM not in actions(conflict(State.DECIDED, kind=Kind.ADVICE), viewer(OTHER))


def test_an_owner_marks_the_own_and_the_decider_all() -> None:
    decided = conflict(State.DECIDED)
    assert decided.decision is not None
    other = replace(TODO, position=2, owner=OTHER)
    both = replace(decided, decision=replace(decided.decision, agreed=(TODO, other)))
    assert to_do(both, viewer(OWNER)) == (1,)
    assert to_do(both, viewer(SPONSOR)) == (1, 2)
    assert to_do(both, viewer(RAISER)) == ()
    assert to_do(conflict(State.KEPT), viewer(OWNER)) == ()
    assert seen(both, viewer(OWNER)).to_do == (1,)


AWAY = (Considered(Step.KAM_SPONSOR, SPONSOR, Skipped.AWAY), Considered(Step.KAM_SPONSOR, DEPUTY, in_stead_of=SPONSOR))


def test_whoever_stands_in_decides_and_whoever_comes_back_may_as_well() -> None:
    stood_in = conflict(State.RAISED, steps=AWAY)
    assert is_entitled(stood_in, viewer(DEPUTY))
    assert is_entitled(stood_in, viewer(SPONSOR))
    assert stood_in.addressed_to == (DEPUTY,)
    assert stood_in.in_stead_of(DEPUTY.id) == SPONSOR
    assert stood_in.in_stead_of(SPONSOR.id) is None


def test_whoever_handed_it_over_decides_no_more() -> None:
    steps = (
        Considered(Step.KAM_SPONSOR, SPONSOR, Skipped.HANDED_OVER),
        Considered(Step.HANDED_OVER, OFFERED, since=NOW),
    )
    assert not is_entitled(conflict(State.ACKNOWLEDGED, steps=steps), viewer(SPONSOR))
    assert is_entitled(conflict(State.ACKNOWLEDGED, steps=steps), viewer(OFFERED))


def test_sponsor_deputy_and_kam_leads_may_act_once_the_clock_reached_them() -> None:
    steps = (
        Considered(Step.KAM_SPONSOR, SPONSOR),
        Considered(Step.DEPUTY, DEPUTY, in_stead_of=SPONSOR, since=NOW),
        Considered(Step.KAM_LEADS, LEAD, since=NOW),
    )
    reached = conflict(State.RAISED, steps=steps)
    for who in (viewer(SPONSOR), viewer(DEPUTY), viewer(LEAD, lead=True), viewer(NEW, lead=True)):
        assert is_entitled(reached, who)
    assert not is_entitled(reached, viewer(LEAD))
    taken = replace(reached, acknowledged=Acknowledged(LEAD, NOW))
    assert is_entitled(taken, viewer(SPONSOR))
    assert not is_entitled(taken, viewer(NEW, lead=True))
    assert who_may(taken, Action.DECIDE) == (SPONSOR, DEPUTY, LEAD)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (SPONSOR, Standpoint.ADDRESSEE),
        (OFFERED, Standpoint.OFFERED),
        (OWNER, Standpoint.OWNER),
        (JOINER, Standpoint.JOINER),
        (HAD, Standpoint.HAD_IT),
        (NEW, Standpoint.KAM_LEAD),
    ],
)
def test_those_who_came_later_are_told_why_they_see_it(person: Person, why: Standpoint) -> None:
    escalation = conflict(State.RAISED, joiners=(Joiner(JOINER, "", NOW),), handed_by=HAD)
    assert standpoint(escalation, viewer(person)) is why


def test_everybody_involved_is_named_once() -> None:
    escalation = conflict(State.RAISED, joiners=(Joiner(JOINER, "", NOW), Joiner(RAISER, "", NOW)), informed=OTHER)
    assert escalation.involved == (RAISER, SPOKEN, OTHER, JOINER)


def test_the_newest_open_question_is_the_one_to_answer() -> None:
    asked = (
        Question(SPONSOR, OTHER, "new", NOW),
        Question(SPONSOR, OTHER, "old", NOW),
        Question(SPONSOR, RAISER, "?", NOW, "!", NOW),
    )
    escalation = conflict(State.QUESTION, questions=asked)
    assert [one.text for one in escalation.questions_to(OTHER.id)] == ["new", "old"]
    assert escalation.questions_to(RAISER.id) == ()
