from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.delivery import Posted, ReplyTo, Way
from bot.domain.escalation_seen import HeaderSeen, Left, Seen
from bot.domain.escalations import Action, Escalation, State
from bot.domain.identity import ChannelId, MemberId
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Skipped, Step
from bot.services import escalation_handing
from tests.company import NOW, PLENTY, WORKSPACE
from tests.conflict import Conflict

LATER = NOW + timedelta(hours=1)


def test_it_is_handed_over_only_when_the_other_takes_it(conflict: Conflict, raised: Escalation) -> None:
    conflict.acknowledge(conflict.keller, raised)
    offered = conflict.step(
        escalation_handing.hand_over, conflict.keller, raised, "closer to it", person_id=conflict.other.id
    )
    assert offered.escalation.handing_to == conflict.other.person
    assert Action.HAND_OVER not in offered.actions
    seen = conflict.see(conflict.other, raised)
    assert isinstance(seen, Seen)
    assert seen.actions == (Action.TAKE_OVER, Action.LEAVE)
    with pytest.raises(errors.NotAnAddressee):
        conflict.decide(conflict.other, raised)
    taken = conflict.step(escalation_handing.take_over, conflict.other, raised, now=LATER).escalation
    assert taken.state is State.ACKNOWLEDGED
    assert taken.addressed_to == (conflict.other.person,)
    assert (Step.KAM_SPONSOR, Skipped.HANDED_OVER) in [(step.step, step.skipped) for step in taken.steps]
    assert conflict.told("escalation.taken_over") == {conflict.lea.id, conflict.sandra.id, conflict.keller.id}
    with pytest.raises(errors.NotAnAddressee) as refused:
        conflict.decide(conflict.keller, raised)
    assert refused.value.who == (conflict.other.person,)
    assert conflict.decide(conflict.other, raised).escalation.state is State.DECIDED


def test_who_leaves_it_sees_it_no_more_and_the_first_stays_responsible(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.leave, conflict.other, raised, key="same")
    conflict.step(escalation_handing.leave, conflict.other, raised, key="same")
    assert conflict.told("escalation.left") == {conflict.keller.id}
    assert isinstance(conflict.see(conflict.other, raised), HeaderSeen)
    with pytest.raises(errors.UnknownObject):
        conflict.step(escalation_handing.take_over, conflict.other, raised)
    assert conflict.decide(conflict.keller, raised).escalation.state is State.DECIDED


def test_the_card_of_who_leaves_it_says_so_and_a_new_offer_is_a_new_card(
    conflict: Conflict, raised: Escalation
) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    posted(conflict)
    conflict.step(escalation_handing.leave, conflict.other, raised)
    assert ("escalation.card", conflict.other.id, Way.EDIT) in posted(conflict)
    assert conflict.loaded(raised, "escalation.card", conflict.other) == Left(raised.short_id)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    assert ("escalation.card", conflict.other.id, Way.POST) in posted(conflict)
    assert isinstance(conflict.loaded(raised, "escalation.card", conflict.other), Seen)


def test_a_kam_lead_who_leaves_it_goes_on_seeing_it_on_the_same_card(conflict: Conflict, raised: Escalation) -> None:
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    posted(conflict)
    conflict.step(escalation_handing.leave, nina, raised)
    assert isinstance(conflict.loaded(raised, "escalation.card", nina), Seen)
    posted(conflict)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    assert ("escalation.card", nina.id, Way.EDIT) in posted(conflict)


def test_who_left_it_from_a_private_message_reads_so_in_its_place(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    reply_to = ReplyTo(conflict.other.id, "https://hooks.slack.test", replace=True)
    conflict.step(escalation_handing.leave, conflict.other, raised, reply_to=reply_to)
    assert conflict.loaded(raised, "escalation.shown", conflict.other) == Left(raised.short_id)


def test_who_had_nothing_to_leave_reads_nothing(conflict: Conflict, raised: Escalation) -> None:
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.leave, conflict.other, raised)
    stranger = conflict.company.member("Stranger")
    conflict.change(conflict.other, standing=Standing.GUEST)
    assert conflict.loaded(raised, "escalation.card", stranger) is None
    assert conflict.loaded(raised, "escalation.card", conflict.other) is None


def posted(conflict: Conflict) -> list[tuple[str, str, Way]]:
    """Let everything that is to be told be posted, and return topic, place and way of it."""
    with conflict.store.begin(WORKSPACE) as tx:
        done: list[tuple[str, str, Way]] = []
        while rows := tx.outbox.claim(NOW + timedelta(days=1), PLENTY, 50, 50).rows:
            for row in rows:
                tx.outbox.sent(row, Posted(ChannelId(f"D{row.place}"), f"1.{row.id}"), NOW)
                done.append((row.outgoing.topic, row.place, row.way))
    return done


def test_whoever_was_offered_it_is_late_once_it_is_decided(conflict: Conflict, raised: Escalation) -> None:
    lead = conflict.company.member("Nina", role=Role.KAM_LEAD)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=lead.id)
    conflict.decide(conflict.keller, raised)
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_handing.take_over, lead, raised)


def test_nobody_hands_over_to_a_side_a_guest_or_whoever_has_it(conflict: Conflict, raised: Escalation) -> None:
    guest = conflict.company.member("Gus", standing=Standing.GUEST)
    for person in (conflict.lea.id, conflict.sandra.id, conflict.keller.id, guest.id, MemberId("UNOBODY"), None):
        with pytest.raises(errors.CannotTakeOver) as refused:
            conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=person)
        assert refused.value.field == "person"
    with pytest.raises(errors.NotAnAddressee):
        conflict.step(escalation_handing.hand_over, conflict.lea, raised, person_id=conflict.other.id)
