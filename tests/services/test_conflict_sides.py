"""Who joined a conflict takes a side: whatever else they become, they never decide it."""

from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.escalation_commands import JoinConflict
from bot.domain.escalations import Escalation
from bot.domain.members import Member, Role
from bot.domain.worklists import Worklist
from bot.services import escalation_handing, escalation_raising
from tests.company import NOW, WORKSPACE
from tests.conflict import TODAY, Conflict

HOURS = timedelta(hours=1)


@pytest.fixture
def nina(conflict: Conflict) -> Member:
    return conflict.company.member("Nina", role=Role.KAM_LEAD)


def join(conflict: Conflict, member: Member, raised: Escalation) -> None:
    draft_id = conflict.propose(member).draft_id
    escalation_raising.join(conflict.store, NOW, JoinConflict(member, raised.id, draft_id, conflict.key()))


def test_a_kam_lead_who_joined_is_not_asked_and_cannot_decide(conflict: Conflict, nina: Member) -> None:
    zoe = conflict.company.member("Zoe", role=Role.KAM_LEAD)
    raised = conflict.raised(urgent_reason="soon")
    join(conflict, nina, raised)
    conflict.tick(NOW + 2 * HOURS)
    assert [person.name for person in conflict.whole(raised).addressed_to] == ["Keller", "Zoe"]
    with pytest.raises(errors.NotAnAddressee):
        conflict.decide(nina, raised)
    conflict.decide(zoe, raised)


def test_who_joined_becomes_no_recipient_by_an_absence_and_no_round_moves_it(conflict: Conflict, nina: Member) -> None:
    ana = conflict.company.member("Ana")
    raised = conflict.raised()
    join(conflict, ana, raised)
    conflict.away(conflict.keller, TODAY, TODAY + timedelta(days=9), ana)
    conflict.round(NOW)
    found = conflict.whole(raised)
    assert [person.name for person in found.addressed_to] == ["Nina"]
    conflict.round(NOW)
    assert conflict.whole(raised).version == found.version, "it lies where it should"


def test_nothing_waits_in_the_list_of_a_kam_lead_who_joined(conflict: Conflict, nina: Member) -> None:
    zoe = conflict.company.member("Zoe", role=Role.KAM_LEAD)
    raised = conflict.raised(urgent_reason="soon")
    join(conflict, nina, raised)
    conflict.tick(NOW + 2 * HOURS)
    with conflict.store.read(WORKSPACE) as tx:
        waiting = {
            lead.name: tx.worklists.conflicts(Worklist(raised.about.subject), tx.access.viewer(lead), (), TODAY).waiting
            for lead in (nina, zoe)
        }
    assert waiting == {"Nina": 0, "Zoe": 1}


def test_to_whom_it_is_offered_and_for_whom_a_deputy_stands_in_cannot_join(conflict: Conflict) -> None:
    ana = conflict.company.member("Ana")
    conflict.away(conflict.keller, TODAY, TODAY + timedelta(days=9), ana)
    raised = conflict.raised()
    conflict.step(escalation_handing.hand_over, ana, raised, person_id=conflict.other.id)
    for member in (conflict.other, conflict.keller):
        assert conflict.propose(member).same == ()
        with pytest.raises(errors.UnknownObject):
            join(conflict, member, raised)
