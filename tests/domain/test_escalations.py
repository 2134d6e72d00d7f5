from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.escalation_commands import case_of
from bot.domain.escalation_rights import actions, is_addressed, is_entitled, seen, standpoint
from bot.domain.escalations import (
    Acknowledged,
    Action,
    Case,
    Confirmation,
    Decision,
    Escalation,
    Gate,
    Header,
    Kind,
    Party,
    Side,
    Standpoint,
    State,
    Statement,
    decision_note,
)
from bot.domain.identity import AccountId, DepartmentId, EscalationId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Skipped, Step

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LEA, SANDRA, KELLER, ANA, BEN, TOM, KAM, DEPUTY, HEAD = (
    Person(MemberId(f"U{name.upper()}"), name)
    for name in ("lea", "sandra", "keller", "ana", "ben", "tom", "kam", "deputy", "head")
)
SPONSOR = (Considered(Step.OWN_SPONSOR, KELLER),)
LEADS = (
    Considered(Step.OWN_SPONSOR, skipped=Skipped.EMPTY),
    Considered(Step.KAM_LEADS, ANA),
    Considered(Step.KAM_LEADS, BEN),
)


def conflict(steps: tuple[Considered, ...] = SPONSOR, state: State = State.RAISED, **values: Any) -> Escalation:
    header = Header(EscalationId(1), 3, AccountRef(AccountId(7), "Helvetia"), ("Sales", "Production"), state, NOW)
    whole = Escalation(header, LEA, Side(TOM, "Sales"), Side(SANDRA, "Production"), Case(), steps, informed=HEAD)
    return replace(whole, kam=KAM, kam_deputy=DEPUTY, **values)


def viewer(person: Person, *, lead: bool = False) -> Viewer:
    return Viewer(person.id, is_kam_lead=lead)


def decided(kind: Kind, *confirmed: Person) -> Escalation:
    decision = Decision(KELLER, kind, "a", "b", NOW)
    yes = tuple(Confirmation(person, NOW) for person in confirmed)
    return conflict(state=State.DECIDED, decision=decision, confirmations=yes)


def test_the_gate_names_everything_that_is_missing() -> None:
    assert Case().missing == tuple(Gate)
    full = Case("ours", "theirs", "talked", "one line", date(2026, 12, 1))
    assert full.missing == ()
    assert replace(full, tried="").missing == (Gate.TRIED,)


def test_a_kept_form_becomes_a_case_again() -> None:
    kept = {
        "our_goal": "ours",
        "their_goal": "theirs",
        "decide_by": "2026-12-01",
        "urgent_reason": "audit",
        "account": "7",
    }
    assert case_of(kept) == Case("ours", "theirs", decide_by=date(2026, 12, 1), urgent_reason="audit")
    assert case_of({"decide_by": ""}) == Case()


@pytest.mark.parametrize(
    "strange", ["", "x:1", "member:", "department:", "department:x", "department:" + "9" * 30, "department:²"]
)
def test_a_strange_choice_names_no_party(strange: str) -> None:
    assert Party.of(strange) is None


@pytest.mark.parametrize("party", [Party(department_id=DepartmentId(4)), Party(member_id=MemberId("U1"))])
def test_a_party_survives_the_search(party: Party) -> None:
    assert Party.of(party.key) == party


def test_the_sponsor_acknowledges_and_decides_and_nobody_else_does() -> None:
    assert actions(conflict(), viewer(KELLER))[:2] == (Action.ACKNOWLEDGE, Action.DECIDE)
    assert actions(conflict(), viewer(LEA)) == (Action.WITHDRAW,)
    for person in (TOM, KAM, HEAD):
        assert actions(conflict(), viewer(person)) == ()
    assert actions(conflict(), viewer(ANA, lead=True)) == ()
    assert actions(conflict(state=State.ACKNOWLEDGED), viewer(KELLER))[0] is Action.DECIDE


def test_a_channel_is_nobody() -> None:
    assert not is_addressed(conflict(), Viewer(None))


def test_of_several_kam_leads_the_first_to_act_takes_it() -> None:
    taken = conflict(LEADS, State.ACKNOWLEDGED, acknowledged=Acknowledged(ANA, NOW))
    assert actions(conflict(LEADS), viewer(BEN, lead=True))[:2] == (Action.ACKNOWLEDGE, Action.DECIDE)
    assert is_entitled(taken, viewer(ANA, lead=True))
    assert is_addressed(taken, viewer(BEN, lead=True))
    assert not is_entitled(taken, viewer(BEN, lead=True))
    assert taken.addressed_to == (ANA,)
    assert conflict(LEADS).addressed_to == (ANA, BEN)


def test_whoever_no_longer_leads_the_kams_decides_nothing() -> None:
    assert not is_entitled(conflict(LEADS), viewer(ANA))


def test_a_kam_lead_who_takes_a_side_never_decides() -> None:
    for person in (LEA, TOM, SANDRA, HEAD):
        assert not is_addressed(conflict(LEADS), viewer(person, lead=True))


def test_a_conflict_without_recipient_is_nobodys_to_decide() -> None:
    nobody = conflict((Considered(Step.KAM_LEADS, skipped=Skipped.EMPTY),), State.WITHOUT_RECIPIENT)
    assert actions(nobody, viewer(KELLER)) == ()
    assert nobody.addressed_to == ()


def test_the_other_side_states_its_view_until_there_is_a_decision() -> None:
    assert actions(conflict(), viewer(SANDRA)) == (Action.STATE,)
    assert Action.STATE not in actions(decided(Kind.ADVICE), viewer(SANDRA))


def test_the_newest_view_counts() -> None:
    assert conflict().statement is None
    views = (Statement(SANDRA, "second", NOW), Statement(SANDRA, "first", NOW))
    assert conflict(statements=views).statement == views[0]


def test_each_side_is_asked_once_to_confirm_a_settlement() -> None:
    settlement = decided(Kind.SETTLEMENT, SANDRA)
    assert Action.CONFIRM in actions(settlement, viewer(TOM))
    for asked, person in ((settlement, SANDRA), (settlement, LEA), (decided(Kind.RULING), TOM)):
        assert Action.CONFIRM not in actions(asked, viewer(person))
    assert settlement.confirmed_by(SANDRA) == Confirmation(SANDRA, NOW)
    assert settlement.confirmed_by(TOM) is None


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (KELLER, Standpoint.ADDRESSEE),
        (SANDRA, Standpoint.OTHER_SIDE),
        (LEA, Standpoint.RAISER),
        (TOM, Standpoint.SPOKEN_FOR),
        (KAM, Standpoint.KAM),
        (DEPUTY, Standpoint.KAM),
        (HEAD, Standpoint.INFORMED),
        (BEN, Standpoint.KAM_LEAD),
    ],
)
def test_everybody_is_told_why_they_see_it(person: Person, why: Standpoint) -> None:
    assert standpoint(conflict(), viewer(person)) is why
    assert seen(conflict(), viewer(person)).why is why


def test_a_decider_who_no_longer_leads_still_sees_the_own_decision() -> None:
    decision = Decision(BEN, Kind.ADVICE, "a", "b", NOW)
    assert standpoint(conflict(decision=decision, state=State.DECIDED), viewer(BEN)) is Standpoint.DECIDER


def test_who_was_asked_to_decide_is_told_so_only_while_a_decision_is_due() -> None:
    by_keller = Decision(KELLER, Kind.ADVICE, "So", "", NOW)
    assert standpoint(conflict(state=State.UNANSWERED), viewer(KELLER)) is Standpoint.ADDRESSEE
    assert standpoint(conflict(state=State.RETURNED), viewer(KELLER)) is Standpoint.HAD_IT
    assert standpoint(conflict(decision=by_keller, state=State.DECIDED), viewer(KELLER)) is Standpoint.DECIDER


def test_a_decision_is_found_by_its_header_only() -> None:
    header = replace(conflict().header, decided_at=NOW)
    note = decision_note(header)
    assert (note.text, note.author_id, note.number) == ("", None, 3)
    assert note.heading == "Sales · Production"
    assert decision_note(conflict().header).at == NOW
