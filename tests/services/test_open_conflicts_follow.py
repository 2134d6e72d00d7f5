from datetime import timedelta

import pytest

from bot.domain.absences import EndAbsence, OpenAbsence, Period, SaveAbsence
from bot.domain.delivery import ReplyTo
from bot.domain.escalations import Escalation
from bot.domain.identity import AbsenceId
from bot.domain.members import Member, Profile, Standing
from bot.domain.sponsorships import OpenSponsorship, SaveSponsorship
from bot.services import absences, members, sponsors, timers
from tests.company import NOW, WORKSPACE, new_key
from tests.conflict import TODAY, Conflict

SOON = NOW + timedelta(seconds=2)
"""Long before the clock's next round."""


@pytest.fixture
def ana(conflict: Conflict) -> Member:
    return conflict.company.member("Ana", level=1)


def asked(conflict: Conflict, raised: Escalation) -> list[str]:
    """Let what is due at once happen, and read before whom the conflict is then."""
    with conflict.store.read(WORKSPACE) as tx:
        due = tx.timers.due(SOON, 10)
    for timer in due:
        assert timers.fire(conflict.store, WORKSPACE, timer, SOON)
    return [person.name for person in conflict.whole(raised).addressed_to]


def goes_away(conflict: Conflict, member: Member, deputy: Member) -> AbsenceId:
    form = absences.open_form(conflict.store, NOW, OpenAbsence(member, new_key(), ReplyTo(member.id)))
    command = SaveAbsence(member, form.draft_id, Period(TODAY, TODAY, deputy.id), new_key())
    absences.save(conflict.store, NOW, command)
    with conflict.store.read(WORKSPACE) as tx:
        made = tx.inbox.effect_of(command.key)
    assert made is not None
    return AbsenceId(made.id)


def test_an_open_conflict_goes_to_the_deputy_as_soon_as_an_absence_is_entered(conflict: Conflict, ana: Member) -> None:
    raised = conflict.raised()
    assert asked(conflict, raised) == ["Keller"]

    goes_away(conflict, conflict.keller, ana)

    assert asked(conflict, raised) == ["Ana"]
    assert "UANA" in conflict.cards(raised)["escalation.card"]


def test_who_is_back_may_decide_again_and_who_stood_in_goes_on(conflict: Conflict, ana: Member) -> None:
    raised = conflict.raised()
    absence_id = goes_away(conflict, conflict.keller, ana)
    assert asked(conflict, raised) == ["Ana"]

    absences.end(
        conflict.store, NOW, EndAbsence(conflict.keller, absence_id, 1, new_key(), ReplyTo(conflict.keller.id))
    )

    assert asked(conflict, raised) == ["Ana"]
    assert conflict.acknowledge(conflict.keller, raised).escalation.acknowledged is not None


def test_an_open_conflict_goes_to_a_new_sponsor_at_once(conflict: Conflict, ana: Member) -> None:
    raised = conflict.raised()
    lead = conflict.company.member("Zoe", role="kam_lead")
    opening = OpenSponsorship(lead, new_key(), ReplyTo(lead.id), conflict.lea.id, conflict.keller.id)
    form = sponsors.open_form(conflict.store, NOW, opening)

    sponsors.save(conflict.store, NOW, SaveSponsorship(lead, form.draft_id, ana.id, None, new_key()))

    assert asked(conflict, raised) == ["Ana"]


def test_a_sponsor_who_left_is_passed_over_at_once(conflict: Conflict) -> None:
    raised = conflict.raised()
    conflict.company.member("Zoe", role="kam_lead")
    gone = Profile(conflict.keller.id, "Keller", Standing.DEACTIVATED, at=NOW)

    members.follow(conflict.store, NOW, WORKSPACE, gone, new_key())

    assert asked(conflict, raised) == ["Zoe"]
