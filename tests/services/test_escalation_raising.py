import threading

import pytest
from sqlalchemy import select, update

from bot.domain import errors
from bot.domain.access import CHANNEL
from bot.domain.delivery import ReplyTo
from bot.domain.escalation_commands import (
    BeginConflict,
    Preview,
    ProposeConflict,
    RaiseConflict,
)
from bot.domain.escalation_seen import HeaderSeen, Seen
from bot.domain.escalations import State
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Step
from bot.services import escalation_raising
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    AuditRow,
    DraftRow,
    EscalationRow,
    OutboxRow,
)
from tests.company import NOW, WORKSPACE, Company, channel, new_key
from tests.conflict import CASE, TODAY, Conflict, sent


def test_raising_tells_sponsor_other_side_raiser_and_kam_each_once(conflict: Conflict) -> None:
    kam = conflict.company.member("Kim")
    conflict.company.account("Nordwind", kam=kam, sponsor=conflict.keller)
    done = conflict.raised(account=str(conflict.account_called("Nordwind")))
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
    disk: SqlStore, store: SqlStore, company: Company
) -> None:
    if store.engine.dialect.name == "sqlite":
        store = disk
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
