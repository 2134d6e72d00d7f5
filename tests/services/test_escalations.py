import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.domain import errors
from bot.domain.access import CHANNEL
from bot.domain.delivery import Subject
from bot.domain.escalation_commands import (
    MoveConflict,
)
from bot.domain.escalation_seen import HeaderSeen, Seen
from bot.domain.escalations import Action, Kind, State
from bot.domain.identity import EscalationId
from bot.domain.members import Member, Role, Standing
from bot.services import escalations
from storage.store import SqlStore
from storage.tables import (
    DecisionRow,
    EscalationRow,
    SearchNoteRow,
    SponsorshipRow,
    StatementRow,
)
from tests.company import NOW, WORKSPACE, Company
from tests.conflict import Conflict


def test_the_card_of_an_account_reads_a_bounded_number_of_open_conflicts(conflict: Conflict) -> None:
    conflict.raised()
    with conflict.store.engine.begin() as connection:
        row = dict(connection.execute(select(EscalationRow.__table__)).mappings().one())
        many = [{**row, "id": 1000 + at, "number": 1000 + at} for at in range(250)]
        connection.execute(insert(EscalationRow), many)
    with conflict.store.read(WORKSPACE) as tx:
        found = tx.briefings.open_matters([conflict.account], tx.access.viewer(conflict.lea), 5)
    assert (len(found.conflicts), found.conflict_count) == (5, 251)
    assert found.conflicts[0].short_id == "E-1"


def test_acknowledging_takes_it_on_and_tells_raiser_and_other_side(conflict: Conflict) -> None:
    done = conflict.raised()
    taken = conflict.acknowledge(conflict.keller, done)
    assert taken.escalation.header.state is State.ACKNOWLEDGED
    assert taken.escalation.acknowledged is not None
    assert taken.escalation.acknowledged.by == conflict.keller.person
    assert taken.actions[0] is Action.DECIDE
    assert Action.ACKNOWLEDGE not in taken.actions
    assert conflict.rows("escalation.acknowledged") == {conflict.lea.id, conflict.sandra.id}


def test_acknowledging_twice_says_who_did_and_when(conflict: Conflict) -> None:
    done = conflict.raised()
    first = conflict.acknowledge(conflict.keller, done, key="same")
    assert conflict.acknowledge(conflict.keller, done, key="same") == first
    with pytest.raises(errors.AlreadyAcknowledged) as refused:
        conflict.acknowledge(conflict.keller, done)
    assert (refused.value.by, refused.value.at) == (conflict.keller.person, NOW)


def test_only_the_sponsor_acknowledges_and_decides(conflict: Conflict) -> None:
    done = conflict.raised()
    lead = conflict.company.member("Nina", role=Role.KAM_LEAD)
    for person in (conflict.lea, conflict.sandra, lead):
        with pytest.raises(errors.NotAnAddressee) as refused:
            conflict.acknowledge(person, done)
        assert refused.value.who == (conflict.keller.person,)
        with pytest.raises(errors.NotAnAddressee):
            conflict.decide(person, done)
        with pytest.raises(errors.NotAnAddressee):
            conflict.opens(person, done, "decide")
    for stranger in (conflict.other, conflict.coordinator):
        with pytest.raises(errors.UnknownObject):
            conflict.decide(stranger, done)
        with pytest.raises(errors.UnknownObject):
            escalations.read_whole(conflict.store, stranger, done.id)


def test_of_several_kam_leads_the_first_to_act_takes_it(conflict: Conflict) -> None:
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    ana = conflict.company.member("Ana", role=Role.KAM_LEAD)
    ben = conflict.company.member("Ben", role=Role.KAM_LEAD)
    done = conflict.raised()
    assert conflict.cards(done)["escalation.card"] == {ana.id, ben.id}
    conflict.acknowledge(ana, done)
    with pytest.raises(errors.AlreadyAcknowledged) as late:
        conflict.acknowledge(ben, done)
    assert late.value.by == ana.person
    with pytest.raises(errors.NotAnAddressee) as refused:
        conflict.decide(ben, done)
    assert refused.value.who == (ana.person,)
    assert conflict.decide(ana, done).escalation.header.state is State.DECIDED


def test_a_kam_lead_who_lost_the_role_neither_sees_nor_decides(conflict: Conflict) -> None:
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    ana = conflict.company.member("Ana", role=Role.KAM_LEAD)
    done = conflict.raised()
    conflict.change(ana, role=Role.MEMBER)
    with pytest.raises(errors.UnknownObject):
        conflict.decide(conflict.again(ana), done)
    assert isinstance(conflict.see(ana, done), HeaderSeen)


def test_a_decider_still_sees_what_they_wrote(conflict: Conflict) -> None:
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    ana = conflict.company.member("Ana", role=Role.KAM_LEAD)
    done = conflict.decide(ana, conflict.raised()).escalation
    conflict.change(ana, role=Role.MEMBER)
    assert isinstance(conflict.see(ana, done), Seen)


def test_a_decision_reaches_raiser_both_sides_and_kam(conflict: Conflict) -> None:
    kam = conflict.company.member("Kim")
    conflict.company.account("Nordwind", kam=kam, sponsor=conflict.keller)
    done = conflict.raised(
        conflict.other, account=str(conflict.account_called("Nordwind")), on_behalf_of=conflict.lea.id
    )
    decided = conflict.decide(conflict.keller, done).escalation
    assert decided.decision is not None
    assert decided.decision.text == "One line from 8 December"
    expected = {conflict.other.id, conflict.lea.id, conflict.sandra.id, kam.id}
    assert conflict.cards(done)["escalation.decided"] == expected
    seen = conflict.see(conflict.keller, done)
    assert isinstance(seen, Seen)
    assert seen.actions == (Action.KEEP,)


def test_a_decision_is_found_by_the_company_without_its_text(conflict: Conflict) -> None:
    conflict.decide(conflict.keller, conflict.raised())
    with conflict.store.engine.connect() as connection:
        header = select(SearchNoteRow.text, SearchNoteRow.words, SearchNoteRow.heading)
        row = connection.execute(header.where(SearchNoteRow.subject == Subject.ESCALATION)).one()
    assert row.text == ""
    assert "audit" not in row.words
    assert row.heading == "Production"


def test_a_second_decision_is_refused_and_told_who_decided(conflict: Conflict) -> None:
    done = conflict.raised()
    first = conflict.decide(conflict.keller, done, key="same")
    assert conflict.decide(conflict.keller, done, key="same", text="something else") == first
    with pytest.raises(errors.AlreadyDecided) as refused:
        conflict.decide(conflict.keller, done)
    assert (refused.value.by, refused.value.at) == (conflict.keller.person, NOW)
    with pytest.raises(errors.AlreadyDecided):
        conflict.acknowledge(conflict.keller, done)
    with pytest.raises(errors.AlreadyDecided):
        conflict.opens(conflict.keller, done, "decide")
    assert conflict.count(DecisionRow) == 1


@pytest.mark.parametrize(
    ("kind", "values", "refusal", "at_field"),
    [
        (Kind.RULING, {}, errors.RulingUnconfirmed, "confirm"),
        (Kind.ADVICE, {"text": " "}, errors.NothingTyped, "text"),
        (Kind.ADVICE, {"reason": "\0".strip("\0")}, errors.DecisionReasonMissing, "reason"),
    ],
)
def test_a_decision_needs_text_reason_and_for_a_ruling_the_word(
    conflict: Conflict, kind: Kind, values: dict[str, Any], refusal: type[errors.Refusal], at_field: str
) -> None:
    done = conflict.raised()
    with pytest.raises(refusal) as refused:
        conflict.decide(conflict.keller, done, kind, **values)
    assert refused.value.field == at_field
    assert conflict.count(DecisionRow) == 0


def test_a_confirmed_ruling_stands(conflict: Conflict) -> None:
    decided = conflict.decide(conflict.keller, conflict.raised(), Kind.RULING, confirmed=True).escalation
    assert decided.decision is not None
    assert decided.decision.kind is Kind.RULING
    with pytest.raises(errors.AlreadyDecided):
        conflict.state(conflict.sandra, decided)


def test_the_other_side_states_its_view_and_every_version_is_kept(conflict: Conflict) -> None:
    done = conflict.raised()
    conflict.state(conflict.sandra, done, "first", key="same")
    conflict.state(conflict.sandra, done, "first", key="same")
    second = escalations.state_view(
        conflict.store, NOW + timedelta(minutes=5), MoveConflict(conflict.sandra, done.id, "k2", words="second")
    ).escalation
    assert [one.text for one in second.statements] == ["second", "first"]
    assert second.case.their_goal == "A stable plan"
    assert conflict.count(StatementRow) == 2
    form = conflict.opens(conflict.sandra, done, "state")
    assert form.seen.escalation.statement == second.statement


def test_nobody_edits_anothers_words(conflict: Conflict) -> None:
    done = conflict.raised()
    for person in (conflict.lea, conflict.keller):
        with pytest.raises(errors.NotTheOtherSide) as refused:
            conflict.state(person, done)
        assert refused.value.who == (conflict.sandra.person,)
    with pytest.raises(errors.UnknownObject):
        conflict.state(conflict.coordinator, done)
    with pytest.raises(errors.NothingTyped):
        conflict.state(conflict.sandra, done, " \n")


def test_no_view_is_taken_after_the_decision(conflict: Conflict) -> None:
    done = conflict.raised()
    conflict.decide(conflict.keller, done)
    with pytest.raises(errors.AlreadyDecided):
        conflict.state(conflict.sandra, done)
    with conflict.store.begin(WORKSPACE) as tx:
        assert not tx.escalations.add_statement(done.id, conflict.sandra.id, "late", NOW)


def test_each_side_confirms_a_settlement_and_silence_is_not_counted(conflict: Conflict) -> None:
    done = conflict.decide(conflict.keller, conflict.raised(), Kind.SETTLEMENT).escalation
    confirmed = conflict.confirm(conflict.sandra, done, key="same")
    assert conflict.confirm(conflict.sandra, done, key="same") == confirmed
    conflict.confirm(conflict.sandra, done)
    after = conflict.confirm(conflict.lea, done).escalation
    with conflict.store.read(WORKSPACE) as tx:
        noted = [entry.actor for entry in tx.history.of(done.about) if entry.action == "escalation.confirmed"]
    assert {*noted} == {conflict.sandra.person, conflict.lea.person}
    assert len(noted) == 2
    assert {one.person for one in after.confirmations} == {conflict.sandra.person, conflict.lea.person}
    with pytest.raises(errors.NotASide) as refused:
        conflict.confirm(conflict.keller, done)
    assert refused.value.who == (conflict.lea.person, conflict.sandra.person)


def test_what_is_no_settlement_cannot_be_confirmed(conflict: Conflict) -> None:
    done = conflict.raised()
    with pytest.raises(errors.OutOfDate):
        conflict.confirm(conflict.sandra, done)
    conflict.decide(conflict.keller, done)
    with pytest.raises(errors.OutOfDate):
        conflict.confirm(conflict.sandra, done)


def test_a_click_in_an_ephemeral_is_answered_in_its_place(conflict: Conflict) -> None:
    conflict.acknowledge(conflict.keller, conflict.raised(), response_url="https://x", replace=True)
    assert conflict.rows("escalation.shown") == {conflict.keller.id}


def test_a_transition_that_lost_a_race_says_so(conflict: Conflict) -> None:
    done = conflict.raised()
    with conflict.store.begin(WORKSPACE) as tx:
        for action in (Action.ACKNOWLEDGE, Action.DECIDE):
            assert not tx.escalations.move(done.id, done.version + 1, action, done.course)


def test_unknown_conflicts_do_not_exist(conflict: Conflict) -> None:
    with pytest.raises(errors.UnknownObject):
        escalations.show(conflict.store, conflict.lea, 99)
    with conflict.store.read(WORKSPACE) as tx:
        assert tx.escalations.header(EscalationId(5), CHANNEL) is None
        assert tx.escalations.unaddressed(EscalationId(5)) is None


def test_open_conflicts_of_accounts_are_listed_as_headers(conflict: Conflict) -> None:
    later = conflict.raised(decide_by="2026-12-24")
    sooner = conflict.raised(decide_by="2026-12-01")
    conflict.decide(conflict.keller, conflict.raised())
    without = conflict.raised(decide_by="", anyway="soon")
    with conflict.store.read(WORKSPACE) as tx:
        lines = tx.briefings.open_matters([conflict.account], tx.access.viewer(conflict.other), 9).conflicts
    assert [line.short_id for line in lines] == [sooner.short_id, later.short_id, without.short_id]
    assert lines[0].headline is None
    assert lines[0].due is not None
    assert lines[0].due.date() == date(2026, 12, 1)
    assert lines[0].department == "Production"


def test_open_conflicts_of_hidden_accounts_are_not_listed(restricted: Conflict) -> None:
    restricted.raised()
    with restricted.store.read(WORKSPACE) as tx:
        for reader, count in ((restricted.other, 0), (restricted.lea, 1)):
            found = tx.briefings.open_matters([restricted.account], tx.access.viewer(reader), 9)
            assert (len(found.conflicts), found.conflict_count) == (count, count)


def test_a_sponsorship_that_is_gone_leaves_the_conflict_with_whom_it_was_put_before(conflict: Conflict) -> None:
    done = conflict.raised()
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))
    assert conflict.decide(conflict.keller, done).escalation.header.state is State.DECIDED


@pytest.mark.parametrize("kinds", [("decide", "decide"), ("acknowledge", "acknowledge"), ("decide", "acknowledge")])
def test_two_at_once_and_exactly_one_wins(
    disk: SqlStore, store: SqlStore, company: Company, kinds: tuple[str, str]
) -> None:
    if store.engine.dialect.name == "sqlite":
        store = disk
        company = Company(store)
    conflict = Conflict(store, company)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    leads = [company.member(name, role=Role.KAM_LEAD) for name in ("Ana", "Ben")]
    done = conflict.raised()
    ready = threading.Barrier(2)
    results: list[str | errors.Refusal] = []

    def act(kind: str, lead: Member) -> None:
        ready.wait()
        try:
            (conflict.decide if kind == "decide" else conflict.acknowledge)(lead, done, key=f"{kind}{lead.id}")
            results.append(lead.id)
        except errors.Refusal as refusal:
            results.append(refusal)

    threads = [threading.Thread(target=act, args=pair) for pair in zip(kinds, leads, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    refusals = [one for one in results if isinstance(one, errors.Refusal)]
    assert len(results) == 2
    assert len(refusals) == 1
    assert isinstance(
        refusals[0],
        (errors.AlreadyDecided, errors.AlreadyAcknowledged, errors.NotAnAddressee, errors.ChangedMeanwhile),
    )
    assert conflict.count(DecisionRow) <= 1


@pytest.mark.parametrize(
    ("act", "meanwhile", "refusal"),
    [
        ("acknowledge", {"version": 2}, errors.ChangedMeanwhile),
        ("decide", {"version": 2}, errors.ChangedMeanwhile),
        ("acknowledge", {"version": 2, "state": "decided"}, errors.AlreadyDecided),
        ("decide", {"version": 2, "state": "decided"}, errors.AlreadyDecided),
        ("state", {"version": 2, "state": "decided"}, errors.AlreadyDecided),
    ],
)
def test_whoever_loses_by_a_moment_is_told_how_it_stands(
    conflict: Conflict, act: str, meanwhile: dict[str, Any], refusal: type[errors.Refusal]
) -> None:
    if conflict.store.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time: there is no such moment")
    done = conflict.raised()
    actor = conflict.sandra if act == "state" else conflict.keller
    caught: list[errors.Refusal] = []

    def late() -> None:
        try:
            getattr(conflict, act)(actor, done)
        except errors.Refusal as refused:
            caught.append(refused)

    with conflict.store.engine.begin() as connection:
        connection.execute(update(EscalationRow).values(**meanwhile))
        if "state" in meanwhile:
            decision = {"kind": "advice", "text": "a", "reason": "b", "at": NOW, "decided_by_id": conflict.keller.id}
            connection.execute(insert(DecisionRow).values(workspace_id=WORKSPACE, escalation_id=done.id, **decision))
        thread = threading.Thread(target=late)
        thread.start()
        _until_somebody_waits(conflict.store)
    thread.join()
    assert [type(one) for one in caught] == [refusal]


def _until_somebody_waits(store: SqlStore) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _ in range(1000):
        with store.engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
        time.sleep(0.004)
    raise AssertionError("nobody waits")
