import threading
import time
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.domain import errors
from bot.domain.access import CHANNEL, Viewer
from bot.domain.delivery import Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.escalation_commands import (
    BeginConflict,
    MoveConflict,
    Preview,
    ProposeConflict,
    RaiseConflict,
    StartConflict,
)
from bot.domain.escalation_seen import HeaderSeen, Seen
from bot.domain.escalations import Action, Gate, Kind, State
from bot.domain.identity import AccountId, EscalationId, RequestId
from bot.domain.members import Member, Role, Standing
from bot.domain.sponsors import Skipped, Step
from bot.services import escalation_raising, escalations
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    AuditRow,
    Base,
    DecisionRow,
    DraftRow,
    EscalationRow,
    MemberRow,
    OutboxRow,
    SearchNoteRow,
    SponsorshipRow,
    StatementRow,
)
from tests.company import NOW, WORKSPACE, Company, channel, new_key
from tests.conflict import CASE, TODAY, Conflict, sent


@pytest.fixture
def conflict(store: SqlStore, company: Company) -> Conflict:
    return Conflict(store, company)


@pytest.fixture
def restricted(store: SqlStore, company: Company) -> Conflict:
    return Conflict(store, company, "restricted")


def test_the_line_becomes_account_and_goal(conflict: Conflict) -> None:
    form = conflict.begin()
    assert form.account is not None
    assert form.account.name == "Helvetia"
    assert form.fields["our_goal"] == "Pilot line by December"


def test_an_unknown_name_is_kept_for_a_new_account(conflict: Conflict) -> None:
    form = conflict.begin(text="Nordwind Energie: more capacity")
    assert (form.account, form.new_account, form.fields["our_goal"]) == (None, "Nordwind Energie", "more capacity")
    assert conflict.begin(text="").new_account is None
    assert conflict.begin(text="no account at all").fields["our_goal"] == "no account at all"


def test_a_button_may_bring_an_account_only_if_it_is_seen(restricted: Conflict) -> None:
    def start(actor: Member) -> Any:
        command = StartConflict(actor, new_key(), ReplyTo(actor.id), account_id=restricted.account)
        return escalation_raising.start(restricted.store, NOW, command).account

    assert start(restricted.lea).name == "Helvetia"
    assert start(restricted.other) is None
    nothing = StartConflict(restricted.lea, new_key(), ReplyTo(restricted.lea.id))
    assert escalation_raising.start(restricted.store, NOW, nothing).fields == {}


def test_going_for_more_and_back_keeps_every_word(conflict: Conflict) -> None:
    form = conflict.begin()
    typed = {"our_goal": "typed <b>*so*</b>", "account": "", "other_party": f"member:{conflict.sandra.id}"}
    more = escalation_raising.form_with_more(conflict.store, conflict.lea, form.draft_id, typed)
    assert more.more
    again = escalation_raising.form_from_draft(conflict.store, conflict.lea, form.draft_id)
    assert again.fields["our_goal"] == "typed <b>*so*</b>"
    assert again.other_party is not None
    assert again.other_party.name == "Sandra"
    assert again.account is None


def test_a_draft_is_its_authors_alone(conflict: Conflict) -> None:
    form = conflict.begin()
    for use in (
        lambda: escalation_raising.form_from_draft(conflict.store, conflict.other, form.draft_id),
        lambda: escalation_raising.form_with_more(conflict.store, conflict.other, form.draft_id, {}),
        lambda: escalation_raising.propose(
            conflict.store, NOW, ProposeConflict(conflict.other, form.draft_id, {}, TODAY)
        ),
        lambda: escalation_raising.raise_conflict(
            conflict.store, NOW, RaiseConflict(conflict.other, form.draft_id, "", "k")
        ),
    ):
        with pytest.raises(errors.DraftGone):
            use()


def test_the_preview_names_recipient_skipped_steps_and_readers(conflict: Conflict) -> None:
    proposed = conflict.propose()
    assert [step.person for step in proposed.route.recipients] == [conflict.keller.person]
    assert [(step.step, step.skipped) for step in proposed.route.skipped] == [(Step.OWN_SPONSOR, Skipped.EMPTY)]
    assert set(proposed.who_sees) == {conflict.lea.person, conflict.sandra.person, conflict.keller.person}
    assert proposed.side_b.person == conflict.sandra.person
    assert proposed.side_b.department == "Production"
    assert not proposed.missing
    assert not proposed.is_new_account


def test_the_gate_names_what_is_missing_and_a_reason_opens_it(conflict: Conflict) -> None:
    proposed = conflict.propose(tried="", decide_by="")
    assert proposed.missing == (Gate.TRIED, Gate.DECIDE_BY)
    send = RaiseConflict(conflict.lea, proposed.draft_id, "  ", "k1")
    with pytest.raises(errors.GateReasonMissing) as refused:
        escalation_raising.raise_conflict(conflict.store, NOW, send)
    assert refused.value.field == "anyway"
    done = sent(conflict.store, NOW, RaiseConflict(conflict.lea, proposed.draft_id, "customer calls tomorrow", "k1"))
    assert done.escalation.anyway_reason == "customer calls tomorrow"


def test_a_reason_nobody_asked_for_is_not_kept(conflict: Conflict) -> None:
    assert conflict.raised(anyway="just so").anyway_reason == ""


@pytest.mark.parametrize(
    ("typed", "refusal", "at_field"),
    [
        ({"decide_by": "2026-11-19"}, errors.PastDate, "decide_by"),
        ({"account": "999"}, errors.UnknownAccountChosen, "account"),
        ({"account": ""}, errors.UnknownAccountChosen, "account"),
        ({"other_party": ""}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "department:999"}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "member:UNOBODY"}, errors.OtherPartyMissing, "other_party"),
        ({"other_party": "member:ULEA"}, errors.NotOnBothSides, "other_party"),
        ({"other_party": "member:UGUEST"}, errors.PartyUnreachable, "other_party"),
        ({"other_party": "member:UGONE"}, errors.PartyUnreachable, "other_party"),
        ({"on_behalf_of": "UGUEST"}, errors.PartyUnreachable, "on_behalf_of"),
        ({"on_behalf_of": "UNOBODY"}, errors.PartyUnreachable, "on_behalf_of"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    conflict: Conflict, typed: dict[str, Any], refusal: type[errors.Refusal], at_field: str
) -> None:
    conflict.company.member("Guest", standing=Standing.GUEST)
    conflict.company.member("Gone", standing=Standing.DEACTIVATED)
    with pytest.raises(refusal) as refused:
        conflict.propose(**typed)
    assert refused.value.field == at_field


def test_today_is_not_over(conflict: Conflict) -> None:
    assert conflict.propose(decide_by=TODAY.isoformat()).missing == ()


def test_a_department_is_represented_by_its_head_else_its_coordinator(conflict: Conflict) -> None:
    assert conflict.propose().side_b.person == conflict.sandra.person
    conflict.change(conflict.sandra, standing=Standing.DEACTIVATED)
    assert conflict.propose().side_b.person == conflict.coordinator.person
    conflict.change(conflict.coordinator, standing=Standing.DEACTIVATED)
    with pytest.raises(errors.PartyUnreachable) as refused:
        conflict.propose()
    assert refused.value.name == "Production"


def test_next_in_line_speaks_where_the_head_raises_against_the_own_department(conflict: Conflict) -> None:
    assert conflict.propose(conflict.sandra).side_b.person == conflict.coordinator.person
    assert conflict.propose(on_behalf_of=conflict.sandra.id).side_b.person == conflict.coordinator.person


def test_nobody_raises_against_a_department_they_alone_can_speak_for(conflict: Conflict) -> None:
    with pytest.raises(errors.NotOnBothSides):
        conflict.propose(conflict.sandra, on_behalf_of=conflict.coordinator.id)


def test_a_bare_member_may_be_the_other_side(conflict: Conflict) -> None:
    done = conflict.raised(other_party=f"member:{conflict.other.id}")
    assert done.side_b.person == conflict.other.person
    assert done.side_b.department is None
    assert done.header.departments == ()


def test_whoever_is_spoken_for_is_side_a_and_skipped_as_sponsor(conflict: Conflict) -> None:
    done = conflict.raised(conflict.other, on_behalf_of=conflict.keller.id)
    assert done.raiser == conflict.other.person
    assert done.side_a.person == conflict.keller.person
    assert done.header.state is State.WITHOUT_RECIPIENT


def test_raising_tells_sponsor_other_side_raiser_and_kam_each_once(conflict: Conflict) -> None:
    kam = conflict.company.member("Kim")
    conflict.company.account("Nordwind", kam=kam, sponsor=conflict.keller)
    done = conflict.raised(account=str(_id_of(conflict, "Nordwind")))
    assert conflict.cards(done) == {
        "escalation.card": {conflict.keller.id},
        "escalation.invite": {conflict.sandra.id},
    }
    assert conflict.rows("escalation.raised") == {conflict.lea.id, kam.id}


def test_the_accounts_channel_gets_a_header(conflict: Conflict) -> None:
    assert conflict.cards(conflict.raised())["escalation.header"] == {"CHELVETIA"}


def test_a_restricted_account_makes_no_channel_message(restricted: Conflict) -> None:
    done = restricted.raised()
    assert "escalation.header" not in restricted.cards(done)
    with restricted.store.read(WORKSPACE) as tx:
        assert tx.escalations.header(done.id, CHANNEL) is None
    assert restricted.propose().is_restricted


def test_who_is_named_sees_a_restricted_conflict_and_nobody_else(restricted: Conflict) -> None:
    done = restricted.raised()
    lead = restricted.company.member("Nina", role=Role.KAM_LEAD)
    colleague = restricted.company.member("Tim")
    restricted.company.team(restricted.account, colleague)
    admin = restricted.company.member("Adam", role=Role.ADMIN)
    for insider in (restricted.lea, restricted.sandra, restricted.keller, lead):
        assert isinstance(restricted.see(insider, done), Seen)
    assert isinstance(restricted.see(colleague, done), HeaderSeen)
    for stranger in (restricted.other, restricted.coordinator, admin):
        with pytest.raises(errors.UnknownObject):
            restricted.see(stranger, done)


def test_the_company_sees_the_header_and_an_admin_no_content(conflict: Conflict) -> None:
    done = conflict.raised()
    for outsider in (conflict.other, conflict.company.member("Adam", role=Role.ADMIN)):
        shown = conflict.see(outsider, done)
        assert isinstance(shown, HeaderSeen)
        assert shown.header.departments == ("Production",)


def test_an_account_nobody_may_see_cannot_be_chosen(restricted: Conflict) -> None:
    with pytest.raises(errors.UnknownAccountChosen):
        restricted.propose(restricted.other)


def test_a_new_account_is_created_with_the_conflict_only(conflict: Conflict) -> None:
    lead = conflict.company.member("Nina", role=Role.KAM_LEAD)
    form = conflict.begin(text="Nordwind: more capacity")
    fields = {**CASE, "account": "", "other_party": f"department:{conflict.production}"}
    proposed = escalation_raising.propose(
        conflict.store, NOW, ProposeConflict(conflict.lea, form.draft_id, fields, TODAY)
    )
    assert (proposed.account_name, proposed.is_new_account) == ("Nordwind", True)
    with conflict.store.read(WORKSPACE) as tx:
        assert tx.accounts.count() == 1
    done = sent(conflict.store, NOW, RaiseConflict(conflict.lea, form.draft_id, "", "k"))
    assert done.escalation.header.account.name == "Nordwind"
    assert done.escalation.addressed_to == (lead.person,)
    assert conflict.rows("account.created") == {lead.id}


def test_a_name_that_somebody_created_meanwhile_is_taken(conflict: Conflict) -> None:
    form = conflict.begin(text="Nordwind: more capacity")
    nordwind = conflict.company.account("Nordwind", sponsor=conflict.keller)
    fields = {**CASE, "account": "", "other_party": f"department:{conflict.production}"}
    proposed = escalation_raising.propose(
        conflict.store, NOW, ProposeConflict(conflict.lea, form.draft_id, fields, TODAY)
    )
    assert not proposed.is_new_account
    done = sent(conflict.store, NOW, RaiseConflict(conflict.lea, form.draft_id, "", "k"))
    assert done.escalation.header.account.id == nordwind


def test_a_form_opened_again_shows_the_rarer_fields_that_hold_something(conflict: Conflict) -> None:
    form = conflict.begin()
    assert not form.more
    escalation_raising.form_with_more(conflict.store, conflict.lea, form.draft_id, {"options": "wait"})
    assert escalation_raising.form_from_draft(conflict.store, conflict.lea, form.draft_id).more


def test_the_same_send_twice_raises_one_conflict(conflict: Conflict) -> None:
    proposed = conflict.propose()
    send = RaiseConflict(conflict.lea, proposed.draft_id, "", "view:1")
    first = sent(conflict.store, NOW, send)
    assert escalation_raising.raise_conflict(conflict.store, NOW, send) == first
    with pytest.raises(errors.DraftGone):
        escalation_raising.raise_conflict(
            conflict.store, NOW, RaiseConflict(conflict.lea, proposed.draft_id, "", "view:2")
        )
    assert first.escalation.short_id == "E-1"


def test_one_draft_submitted_four_times_at_once_is_one_conflict(
    tmp_path: Any, store: SqlStore, company: Company
) -> None:
    if store.engine.dialect.name == "sqlite":
        store = _on_disk(tmp_path)
        company = Company(store)
    conflict = Conflict(store, company)
    proposed = conflict.propose(account="", new_account="Nordwind")
    ready = threading.Barrier(4)
    refused: list[type[errors.Refusal]] = []

    def send(key: str) -> None:
        ready.wait()
        try:
            escalation_raising.raise_conflict(store, NOW, RaiseConflict(conflict.lea, proposed.draft_id, "", key))
        except errors.Refusal as refusal:
            refused.append(type(refusal))

    threads = [threading.Thread(target=send, args=(f"view:{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [errors.DraftGone] * 3
    assert (conflict.count(EscalationRow), conflict.count(AccountRow)) == (1, 2)


def test_who_changed_since_the_preview_is_shown_before_anything_issent(conflict: Conflict) -> None:
    proposed, new = conflict.propose(), conflict.company.member("Neu")
    send = RaiseConflict(conflict.lea, proposed.draft_id, "", "view:1", proposed.digest)
    with conflict.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(sponsor_id=new.id))

    again = escalation_raising.raise_conflict(conflict.store, NOW, send)
    assert isinstance(again, Preview)
    assert again.changed
    assert [step.person for step in again.route.recipients] == [new.person]
    assert (conflict.count(EscalationRow), conflict.count(OutboxRow)) == (0, 0)

    send = RaiseConflict(conflict.lea, proposed.draft_id, "", "view:2", again.digest)
    done = sent(conflict.store, NOW, send)
    assert done.escalation.addressed_to == (new.person,)


def test_a_new_reader_or_a_closed_account_is_shown_too_and_the_same_people_are_not(conflict: Conflict) -> None:
    proposed = conflict.propose()
    assert proposed.digest == conflict.propose().digest
    conflict.company.member("Ana", role=Role.KAM_LEAD)
    with_lead = conflict.propose().digest
    with conflict.store.engine.begin() as connection:
        connection.execute(update(AccountRow).values(access="restricted"))
    assert len({proposed.digest, with_lead, conflict.propose().digest}) == 3


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


def test_the_card_of_an_account_reads_a_bounded_number_of_open_conflicts(conflict: Conflict) -> None:
    conflict.raised()
    with conflict.store.engine.begin() as connection:
        row = dict(connection.execute(select(EscalationRow.__table__)).mappings().one())
        many = [{**row, "id": 1000 + at, "number": 1000 + at} for at in range(250)]
        connection.execute(insert(EscalationRow), many)
    with conflict.store.read(WORKSPACE) as tx:
        lines = tx.escalations.open_of([conflict.account], tx.access.viewer(conflict.lea))
    assert len(lines) == 200
    assert lines[0].short_id == "E-1"


def test_a_recipient_above_an_account_the_raiser_does_not_know_is_named_without_saying_whose_they_are(
    conflict: Conflict,
) -> None:
    company = conflict.company
    boss, aside = company.member("Boss"), conflict.sandra
    group = company.account("Gruppe", sponsor=boss)
    hidden = company.account("Geheim", access="restricted", sponsor=aside, parent=group)
    known = company.account("Holding", parent=hidden)
    unit = company.account("Werk", parent=known)

    proposed = conflict.propose(account=str(unit))
    assert [step.person for step in proposed.route.recipients] == [boss.person]
    assert proposed.unknown_above == {hidden, group}
    company.team(hidden, conflict.lea)
    assert conflict.propose(account=str(unit)).unknown_above == frozenset()


def test_the_search_of_parties_finds_a_name_among_thousands_however_it_is_spelt(conflict: Conflict) -> None:
    row = {"workspace_id": WORKSPACE, "standing": "member", "role": "member", "is_owner": False, "topics": []}
    crowd = [{**row, "id": f"UX{number}", "name": f"Person Nummer{number}"} for number in range(2000)]
    others = ("Übersax, Ida", "Zoë MÜLLER", "100%_ig", "Ангелина")
    with conflict.store.engine.begin() as connection:
        connection.execute(
            insert(MemberRow), crowd + [{**row, "id": f"UY{at}", "name": name} for at, name in enumerate(others)]
        )

    def found(typed: str) -> str:
        return escalation_raising.find_parties(conflict.store, conflict.lea, typed, 100)[0].name

    assert found("üb") == found("übersax") == found("Ubersax") == "Übersax, Ida"
    assert found("müller") == found("mül") == found("zoë mülle") == "Zoë MÜLLER"
    assert found("100%_") == "100%_ig"
    assert found("ангел") == "Ангелина"
    assert found("nummer1999") == "Person Nummer1999"
    assert len(escalation_raising.find_parties(conflict.store, conflict.lea, "person", 100)) == 100


def test_raising_leaves_no_text_in_draft_or_audit(conflict: Conflict) -> None:
    conflict.raised()
    with conflict.store.engine.connect() as connection:
        assert connection.execute(select(DraftRow.fields)).scalars().all() == [{}]
        fields = connection.execute(select(AuditRow.fields).where(AuditRow.action == "escalation.raised")).scalar_one()
    assert "our_goal" in fields
    assert not any("Pilot" in name for name in fields)


def test_nobody_to_receive_it_and_those_who_can_assign_a_sponsor_are_told_without_content(conflict: Conflict) -> None:
    admin = conflict.company.member("Adam", role=Role.ADMIN)
    conflict.change(conflict.keller, standing=Standing.DEACTIVATED)
    proposed = conflict.propose()
    assert proposed.route.asked_to_assign == (admin.person,)
    done = conflict.raised()
    assert done.header.state is State.WITHOUT_RECIPIENT
    assert conflict.cards(done)["escalation.unaddressed"] == {admin.id}
    assert isinstance(conflict.see(admin, done), HeaderSeen)
    assert conflict.rows("escalation.raised") == {conflict.lea.id}
    for actor in (conflict.lea, conflict.keller):
        with pytest.raises((errors.NotAnAddressee, errors.UnknownObject)):
            conflict.decide(actor, done)


def test_hidden_parents_send_it_up_without_naming_them(store: SqlStore, company: Company) -> None:
    lea, boss = company.member("Lea"), company.member("Boss")
    root = company.account("Secret Holding", sponsor=boss, access="restricted")
    middle = company.account("Middle", parent_id=root, access="restricted")
    unit = company.account("Unit", parent_id=middle)
    otto = company.member("Otto")
    form = escalation_raising.begin(
        store, NOW, BeginConflict(lea, "Unit: goal", channel("x"), new_key(), ReplyTo(lea.id))
    )
    fields = {"account": str(unit), "other_party": f"member:{otto.id}"}
    proposed = escalation_raising.propose(store, NOW, ProposeConflict(lea, form.draft_id, fields, TODAY))
    assert [step.person for step in proposed.route.recipients] == [boss.person]
    assert [step.step for step in proposed.route.steps] == [
        Step.OWN_SPONSOR,
        Step.KAM_SPONSOR,
        Step.PARENT_SPONSOR,
        Step.PARENT_KAM_SPONSOR,
        Step.PARENT_SPONSOR,
    ]
    assert "Secret" not in repr(proposed)


def test_a_ring_of_parents_is_read_to_its_end(store: SqlStore, company: Company) -> None:
    first = company.account("First")
    second = company.account("Second", parent_id=first)
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == first).values(parent_id=second))
    with store.read(WORKSPACE) as tx:
        assert set(tx.sponsors.chain(first).links) == {first, second}


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
    done = conflict.raised(conflict.other, account=str(_id_of(conflict, "Nordwind")), on_behalf_of=conflict.lea.id)
    decided = conflict.decide(conflict.keller, done).escalation
    assert decided.decision is not None
    assert decided.decision.text == "One line from 8 December"
    expected = {conflict.other.id, conflict.lea.id, conflict.sandra.id, kam.id}
    assert conflict.cards(done)["escalation.decided"] == expected
    assert conflict.see(conflict.keller, done).actions == (Action.KEEP,)  # type: ignore[union-attr]


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
        lines = tx.escalations.open_of([conflict.account], tx.access.viewer(conflict.other))
    assert [line.short_id for line in lines] == [sooner.short_id, later.short_id, without.short_id]
    assert lines[0].headline is None
    assert lines[0].due is not None
    assert lines[0].due.date() == date(2026, 12, 1)
    assert lines[0].department == "Production"


def test_open_conflicts_of_hidden_accounts_are_not_listed(restricted: Conflict) -> None:
    restricted.raised()
    with restricted.store.read(WORKSPACE) as tx:
        assert tx.escalations.open_of([restricted.account], tx.access.viewer(restricted.other)) == ()
        assert len(tx.escalations.open_of([restricted.account], tx.access.viewer(restricted.lea))) == 1


def test_parties_are_found_by_department_and_by_any_part_of_a_name(conflict: Conflict) -> None:
    conflict.company.member("Ben Sander", department_id=conflict.production)
    conflict.company.member("Guest", standing=Standing.GUEST)

    def found(typed: str) -> list[tuple[str, str | None]]:
        choices = escalation_raising.find_parties(conflict.store, conflict.lea, typed, 100)
        return [(choice.name, choice.of_department) for choice in choices]

    assert found("")[0] == ("Production", None)
    assert ("Guest", None) not in found("")
    assert {name for name, _ in found("sand")} == {"Sandra", "Ben Sander"}
    assert ("Ben Sander", "Production") in found("sander")
    assert found("produ") == [("Production", None)]
    assert len(escalation_raising.find_parties(conflict.store, conflict.lea, "", 2)) == 2


def test_a_sponsorship_that_is_gone_leaves_the_conflict_with_whom_it_was_put_before(conflict: Conflict) -> None:
    done = conflict.raised()
    with conflict.store.engine.begin() as connection:
        connection.execute(delete(SponsorshipRow))
    assert conflict.decide(conflict.keller, done).escalation.header.state is State.DECIDED


@pytest.mark.parametrize("kinds", [("decide", "decide"), ("acknowledge", "acknowledge"), ("decide", "acknowledge")])
def test_two_at_once_and_exactly_one_wins(
    tmp_path: Any, store: SqlStore, company: Company, kinds: tuple[str, str]
) -> None:
    if store.engine.dialect.name == "sqlite":
        store = _on_disk(tmp_path)
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


def _on_disk(folder: Any) -> SqlStore:
    engine = make_engine(f"sqlite:///{folder / 'race.db'}")
    Base.metadata.create_all(engine)
    return SqlStore(engine)


def _id_of(conflict: Conflict, name: str) -> AccountId:
    with conflict.store.read(WORKSPACE) as tx:
        return next(known.account.id for known in tx.accounts.names(Viewer(None)) if known.account.name == name)


def test_a_name_that_several_accounts_bear_is_chosen_and_never_made_once_more(
    store: SqlStore, company: Company
) -> None:
    lea = company.member("Lea Several")
    company.account("Zwilling", kam=lea, access="restricted")
    company.account("Zwilling")

    command = BeginConflict(lea, "Zwilling: unser Ziel", channel("x"), new_key(), ReplyTo(lea.id))
    form = escalation_raising.begin(store, NOW, command)

    assert form.account is None
    assert form.new_account is None
