"""An edited card calls nobody: whoever is asked or told again hears of it, and nobody twice (G12)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.domain import errors
from bot.domain.delivery import Claimed, Posted, Way
from bot.domain.escalations import Kind
from bot.domain.identity import ChannelId
from bot.domain.members import Member, Role, Standing
from bot.i18n import translator
from bot.services import delivery, escalation_handing, escalations
from bot.views import delivery as views
from storage.tables import SponsorshipRow
from tests.company import NOW, PLENTY, WORKSPACE
from tests.conflict import Conflict

MUCH_LATER = NOW + timedelta(days=30)


def sent(conflict: Conflict) -> list[Claimed]:
    """Post what is to be told, and return what calls a person: everything but edits and channels."""
    rows: list[Claimed] = []
    with conflict.store.begin(WORKSPACE) as tx:
        while more := tx.outbox.claim(MUCH_LATER, PLENTY, 50, 50).rows:
            for row in more:
                tx.outbox.sent(row, Posted(ChannelId(row.place), f"1.{len(rows)}"), NOW)
                rows.append(row)
    return [row for row in rows if row.way is not Way.EDIT and row.outgoing.to_member is not None]


def rings(conflict: Conflict) -> list[str]:
    return sorted(row.place for row in sent(conflict))


def said(conflict: Conflict, row: Claimed, language: str = "en") -> str:
    with conflict.store.read(WORKSPACE) as tx:
        told = delivery.LOADERS[row.outgoing.topic](tx, row, NOW)
    assert told is not None
    return str(views.show(row.outgoing.topic, told, translator(language, NOW)))


def lead(conflict: Conflict) -> Member:
    return conflict.company.member("Nina", role=Role.KAM_LEAD)


def end_sponsorship(conflict: Conflict) -> None:
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))


def test_a_second_decision_reaches_everybody_as_the_first_did(conflict: Conflict) -> None:
    raised = conflict.raised()
    sent(conflict)
    conflict.decide(conflict.keller, raised)
    assert rings(conflict) == [conflict.lea.id, conflict.sandra.id]
    conflict.step(escalations.reopen, conflict.lea, raised, "not settled")
    assert rings(conflict) == [conflict.keller.id, conflict.sandra.id]
    conflict.decide(conflict.keller, raised, Kind.SETTLEMENT, text="Two lines <!channel>")
    again = sent(conflict)
    assert sorted(row.place for row in again) == [conflict.lea.id, conflict.sandra.id]
    for row in again:
        english, german = said(conflict, row), said(conflict, row, "de")
        assert "Keller decided anew" in english
        assert "hat neu entschieden" in german
        assert "Two lines <!channel>" in english
        assert "escalation.confirm" in english, "each side is asked"


def test_who_receives_a_reopened_conflict_for_the_first_time_gets_one_message(conflict: Conflict) -> None:
    nina = lead(conflict)
    raised = conflict.raised()
    conflict.step(escalations.give_back, conflict.keller, raised, "Talk once more")
    sent(conflict)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    conflict.step(escalations.reopen, conflict.lea, raised, "We did")
    assert rings(conflict) == [nina.id, conflict.sandra.id]


def test_kam_leads_hear_it_when_a_second_round_reaches_them(conflict: Conflict) -> None:
    nina = lead(conflict)
    raised = conflict.raised(urgent_reason="soon")
    conflict.tick(NOW + timedelta(hours=2))
    assert nina.id in rings(conflict)
    conflict.tick(NOW + timedelta(hours=4))
    conflict.step(escalations.reopen, conflict.lea, raised, "It still burns", now=NOW + timedelta(hours=4))
    assert rings(conflict).count(conflict.keller.id) == 1
    conflict.tick(NOW + timedelta(hours=6))
    called = [row for row in sent(conflict) if row.place == nina.id]
    assert len(called) == 1
    assert "escalation.acknowledge" in said(conflict, called[0])


def test_who_had_it_hears_that_it_comes_back(conflict: Conflict) -> None:
    nina = lead(conflict)
    end_sponsorship(conflict)
    raised = conflict.raised()
    assert nina.id in rings(conflict)
    conflict.company.sponsorship(conflict.keller, conflict.lea)
    conflict.round(NOW)
    assert rings(conflict) == [conflict.keller.id, conflict.lea.id]
    end_sponsorship(conflict)
    conflict.round(NOW)
    called = sent(conflict)
    assert sorted(row.place for row in called) == [conflict.lea.id, nina.id]
    assert "waits for your backing" in said(conflict, next(row for row in called if row.place == nina.id))
    assert conflict.whole(raised).goes_to_kam_leads


def test_who_is_offered_a_conflict_they_had_hears_it(conflict: Conflict) -> None:
    nina = lead(conflict)
    raised = conflict.raised(urgent_reason="soon")
    conflict.tick(NOW + timedelta(hours=2))
    conflict.step(escalations.acknowledge, conflict.keller, raised)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    conflict.step(escalation_handing.take_over, conflict.other, raised)
    sent(conflict)
    conflict.step(escalation_handing.hand_over, conflict.other, raised, person_id=nina.id)
    (called,) = sent(conflict)
    assert called.place == nina.id
    assert "Otto offers you to take it over" in said(conflict, called)
    assert "escalation.take_over" in said(conflict, called)


def test_what_was_offered_to_somebody_who_left_is_offered_to_another(conflict: Conflict) -> None:
    nina = lead(conflict)
    raised = conflict.raised()
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=conflict.other.id)
    with pytest.raises(errors.OutOfDate):
        conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    conflict.change(conflict.other, standing=Standing.DEACTIVATED)
    conflict.step(escalation_handing.hand_over, conflict.keller, raised, person_id=nina.id)
    assert conflict.step(escalation_handing.take_over, nina, raised).escalation.addressed_to == (nina.person,)
