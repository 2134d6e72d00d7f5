from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.delivery import Posted, ReplyTo
from bot.domain.escalation_seen import HeaderSeen, Left, Seen
from bot.domain.escalations import Action, Escalation, State
from bot.domain.identity import ChannelId
from bot.domain.members import Member, Role
from bot.services import delivery, escalation_handing, escalations
from tests.company import NOW, PLENTY, WORKSPACE
from tests.conflict import Conflict

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def offered(conflict: Conflict) -> Escalation:
    raised = conflict.raised()
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, "Please you", person_id=conflict.other.id)
    return raised


def told(conflict: Conflict, topic: str, person: Member) -> object | None:
    """Let everything be posted, and load what is told to somebody."""
    with conflict.store.begin(WORKSPACE) as tx:
        while rows := tx.outbox.claim(LATER + timedelta(days=1), PLENTY, 50, 50).rows:
            for row in rows:
                if (row.outgoing.topic, row.place) == (topic, person.id):
                    return delivery.LOADERS[topic](tx, row, LATER)
                tx.outbox.sent(row, Posted(ChannelId(row.place), row.key), LATER)
    raise AssertionError(topic)


def test_an_offer_is_taken_back_and_whom_it_was_made_to_hears_so_and_sees_no_more_of_it(
    conflict: Conflict, offered: Escalation
) -> None:
    assert isinstance(conflict.see(conflict.other, offered), Seen)
    done = conflict.step(escalation_handing.take_back, conflict.keller, offered, "I am back", LATER)
    assert (done.escalation.handing_to, done.escalation.state) == (None, State.RAISED)
    assert Action.HAND_OVER in done.actions
    assert Action.TAKE_BACK not in done.actions
    assert isinstance(conflict.see(conflict.other, offered), HeaderSeen)
    assert told(conflict, "escalation.offer_over", conflict.other) == Left(offered.short_id, conflict.keller.person)
    with pytest.raises(errors.UnknownObject):
        conflict.step(escalation_handing.take_over, conflict.other, offered)


def test_the_same_delivery_takes_it_back_once(conflict: Conflict, offered: Escalation) -> None:
    for _ in range(2):
        conflict.step(escalation_handing.take_back, conflict.keller, offered, key="once")
    assert conflict.rows("escalation.offer_over") == {conflict.other.id}
    with conflict.store.read(WORKSPACE) as tx:
        done = [entry.action for entry in tx.history.of(offered.about)]
    assert done.count("escalation.offer_withdrawn") == 1


def test_what_was_taken_over_meanwhile_is_not_taken_back(conflict: Conflict, offered: Escalation) -> None:
    conflict.step(escalation_handing.take_over, conflict.other, offered)
    with pytest.raises(errors.NotAnAddressee) as refused:
        conflict.step(escalation_handing.take_back, conflict.keller, offered)
    assert refused.value.who == (conflict.other.person,)


def test_what_is_not_offered_is_not_taken_back(conflict: Conflict, offered: Escalation) -> None:
    conflict.step(escalation_handing.leave, conflict.other, offered)
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_handing.take_back, conflict.keller, offered)


@pytest.mark.parametrize("who", ["lea", "sandra", "other"])
def test_only_who_has_it_takes_an_offer_back(conflict: Conflict, offered: Escalation, who: str) -> None:
    with pytest.raises(errors.NotAnAddressee):
        conflict.step(escalation_handing.take_back, getattr(conflict, who), offered)
    assert conflict.whole(offered).handing_to == conflict.other.person


def test_to_a_stranger_there_is_nothing_to_take_back(conflict: Conflict, offered: Escalation) -> None:
    with pytest.raises(errors.UnknownObject):
        conflict.step(escalation_handing.take_back, conflict.coordinator, offered)


def test_who_was_offered_it_again_gets_a_new_card(conflict: Conflict, offered: Escalation) -> None:
    conflict.step(escalation_handing.take_back, conflict.keller, offered)
    conflict.step(escalation_handing.hand_over, conflict.keller, offered, person_id=conflict.other.id)
    found = conflict.see(conflict.other, offered)
    assert isinstance(found, Seen)
    assert Action.TAKE_OVER in found.actions
    assert conflict.other.id in conflict.cards(offered)["escalation.card"]


def test_the_card_of_whom_it_is_offered_to_has_the_word_that_came_with_it(
    conflict: Conflict, offered: Escalation
) -> None:
    card = told(conflict, "escalation.card", conflict.other)
    assert isinstance(card, Seen)
    assert card.offered_with == "Please you"


def test_an_offer_without_a_word_has_none_on_the_card(conflict: Conflict) -> None:
    raised = conflict.raised()
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    card = told(conflict, "escalation.card", conflict.other)
    assert isinstance(card, Seen)
    assert card.offered_with == ""


def test_a_form_that_was_opened_before_the_offer_was_over_is_refused(conflict: Conflict, offered: Escalation) -> None:
    form = conflict.opens(conflict.keller, offered, "take_back", reply_to=ReplyTo(conflict.keller.id, replace=True))
    assert form.draft_id is not None
    conflict.step(escalation_handing.leave, conflict.other, offered)
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_handing.take_back, conflict.keller, offered, draft_id=form.draft_id)


def test_a_kam_lead_who_was_offered_it_still_sees_it_afterwards(conflict: Conflict) -> None:
    nina = conflict.company.member("Nina", role=Role.KAM_LEAD)
    raised = conflict.raised()
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    conflict.step(escalation_handing.take_back, conflict.keller, raised)
    assert isinstance(escalations.show(conflict.store, nina, raised.header.number), Seen)
