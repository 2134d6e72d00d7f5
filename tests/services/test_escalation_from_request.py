from typing import Any

import pytest

from bot.domain import errors
from bot.domain.delivery import Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.escalation_commands import RaiseConflict, StartConflict
from bot.domain.identity import RequestId
from bot.domain.members import Standing
from bot.services import escalation_raising
from tests.company import NOW, WORKSPACE, channel, new_key
from tests.conflict import Conflict, sent


def test_a_conflict_about_another_account_than_its_request_is_not_linked_to_it(
    restricted: Conflict,
) -> None:
    declined = restricted.declined_request(restricted.coordinator)
    other = restricted.company.account("Offen AG", kam=restricted.lea)

    def raised(**typed: str) -> tuple[str | None, str | None, Any]:
        proposed = restricted.from_request(restricted.lea, declined, **typed)
        send = RaiseConflict(restricted.lea, proposed.draft_id, "", restricted.key())
        done = sent(restricted.store, NOW, send)
        return done.escalation.request_short_id, done.escalation.side_b.department, done.escalation.informed

    assert raised(account=str(other)) == (None, None, None)
    assert raised() == ("R-12", "Production", restricted.sandra.person)
    with pytest.raises(errors.AlreadyEscalated):
        raised()


def test_a_declined_request_fills_the_form_and_names_who_declined(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.coordinator)
    command = StartConflict(conflict.lea, new_key(), ReplyTo(conflict.lea.id), request_id=request_id)
    form = escalation_raising.start(conflict.store, NOW, command)
    assert form.account is not None
    assert form.other_party is not None
    assert form.other_party.name == "Cora"
    assert form.declined is not None
    assert form.declined.what == "Two engineers"
    again = escalation_raising.form_from_draft(conflict.store, conflict.lea, form.draft_id)
    assert again.declined == form.declined


def test_whoever_declined_is_the_other_side_and_the_head_is_informed(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.coordinator)
    proposed = conflict.from_request(conflict.lea, request_id)
    assert proposed.side_b.person == conflict.coordinator.person
    assert proposed.side_b.department == "Production"
    assert proposed.informed == conflict.sandra.person
    assert conflict.sandra.person in proposed.who_sees
    send = RaiseConflict(conflict.lea, proposed.draft_id, "", conflict.key())
    done = sent(conflict.store, NOW, send).escalation
    assert (done.request_short_id, done.informed) == ("R-12", conflict.sandra.person)
    assert conflict.rows("escalation.raised") == {conflict.lea.id, conflict.sandra.id}
    with pytest.raises(errors.NotTheOtherSide):
        conflict.state(conflict.sandra, done)


def test_a_head_who_declined_or_raises_is_not_informed_again(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.sandra)
    assert conflict.from_request(conflict.lea, request_id).informed is None


def test_somebody_else_may_be_chosen_than_who_declined(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.coordinator)
    other = conflict.from_request(conflict.lea, request_id, other_party=f"member:{conflict.other.id}")
    assert (other.side_b.person, other.informed) == (conflict.other.person, None)
    department = conflict.from_request(conflict.lea, request_id, other_party=f"department:{conflict.production}")
    assert (department.side_b.person, department.informed) == (conflict.sandra.person, None)


def test_a_department_speaks_for_whoever_declined_and_left(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.other)
    conflict.change(conflict.other, standing=Standing.DEACTIVATED)
    assert conflict.from_request(conflict.lea, request_id).side_b.person == conflict.sandra.person


def test_without_department_and_person_the_other_side_is_asked_for(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.other, department_id=None)
    assert conflict.from_request(conflict.lea, request_id).informed is None
    conflict.change(conflict.other, standing=Standing.DEACTIVATED)
    with pytest.raises(errors.OtherPartyMissing):
        conflict.from_request(conflict.lea, request_id)


def test_only_a_declined_request_that_one_sees_becomes_a_conflict(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.coordinator, state="open", answered_by_id=None, answered_at=None)
    with pytest.raises(errors.RequestNotDeclined):
        conflict.from_request(conflict.lea, request_id)
    with pytest.raises(errors.UnknownObject):
        conflict.from_request(conflict.other, request_id)
    with pytest.raises(errors.UnknownObject):
        conflict.from_request(conflict.lea, RequestId(5))


def test_the_linked_requests_thread_gets_a_line_where_its_card_stands(conflict: Conflict) -> None:
    request_id = conflict.declined_request(conflict.coordinator)
    with conflict.store.begin(WORKSPACE) as tx:
        for place in ({"to_channel": channel("production")}, {"to_member": conflict.coordinator.id}):
            about = Ref(Subject.REQUEST, request_id)
            tx.outbox.put(Outgoing(Form.CARD, "request.card", about, Priority.REQUEST, **place), NOW)
    proposed = conflict.from_request(conflict.lea, request_id)
    send = RaiseConflict(conflict.lea, proposed.draft_id, "", conflict.key())
    conflict.decide(conflict.keller, sent(conflict.store, NOW, send).escalation)
    assert conflict.rows("escalation.request_line") == {channel("production")}
    assert conflict.coordinator.id in conflict.rows("escalation.decided")
