"""Who finds what: decisions, requests and what was merged, by the rules of their own subjects."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot.domain.access import CHANNEL, Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.escalations import Escalation
from bot.domain.identity import AccountId, DepartmentId
from bot.domain.members import Member
from bot.domain.search import Answer, Answered, Ask
from bot.domain.search_notes import Note
from bot.services import escalations, search
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    ContactRow,
    DecisionActionRow,
    DecisionRow,
    EscalationRow,
    RecipientRow,
    RequestJoinerRow,
    RequestRow,
)
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.conflict import Conflict

RULING = "Die Montage verschiebt sich um eine Woche"


def answers(store: SqlStore, reader: Member, question: str) -> list[Answer]:
    """Ask, with the rights of now."""
    answered = search.ask(store, NOW, Ask(reader, question, new_key()))
    assert isinstance(answered, Answered)
    return list(answered.answers)


def texts(store: SqlStore, reader: Member, question: str) -> list[str]:
    """Return what is quoted."""
    return [answer.text for answer in answers(store, reader, question)]


def decided(store: SqlStore, company: Company, access: str = "open") -> tuple[Conflict, Escalation]:
    """Raise a conflict and let Keller decide it."""
    stage = Conflict(store, company, access)
    escalation = stage.raised()
    stage.decide(stage.keller, escalation, text=RULING, reason="Das Audit")
    return stage, escalation


def test_the_words_of_a_decision_are_found_by_who_sees_the_conflict_and_its_header_by_the_others(
    store: SqlStore, company: Company
) -> None:
    stage, escalation = decided(store, company)
    for insider in (stage.lea, stage.keller, stage.sandra):
        assert texts(store, insider, "Montage verschiebt") == [f"{RULING}\n\nDas Audit"]
        (one,) = answers(store, insider, "Entscheide Helvetia")
        assert (one.short_id, one.author and one.author.name) == (escalation.short_id, "Keller")
    assert texts(store, stage.other, "Montage verschiebt") == []
    (header,) = answers(store, stage.other, "Entscheide Helvetia")
    assert (header.short_id, header.text, header.author, header.heading) == (
        escalation.short_id,
        "",
        None,
        "Production",
    )


def test_a_short_id_shows_the_words_of_a_decision_only_to_who_may_read_them(store: SqlStore, company: Company) -> None:
    stage, escalation = decided(store, company)
    assert texts(store, stage.lea, escalation.short_id) == [f"{RULING}\n\nDas Audit"]
    assert texts(store, stage.other, escalation.short_id) == [""]


def test_a_conflict_that_is_reopened_leaves_the_index_with_its_words(store: SqlStore, company: Company) -> None:
    stage, escalation = decided(store, company)
    stage.step(escalations.reopen, stage.lea, escalation, "Es geht nicht")
    assert texts(store, stage.lea, "Montage verschiebt") == []
    assert answers(store, stage.other, "Entscheide Helvetia") == []


def test_of_a_restricted_account_nobody_but_insiders_finds_a_decision(store: SqlStore, company: Company) -> None:
    stage, _escalation = decided(store, company, "restricted")
    assert texts(store, stage.sandra, "Montage verschiebt") == [f"{RULING}\n\nDas Audit"]
    for question in ("Montage verschiebt", "Entscheid", "Helvetia"):
        assert answers(store, stage.other, question) == []
    with store.read(WORKSPACE) as tx:
        objects = [Ref(Subject.ESCALATION, _escalation.id), Ref(Subject.DECISION, _escalation.id)]
        assert tx.search.about(objects, CHANNEL) == ()


_COLUMNS: list[tuple[type[EscalationRow | DecisionRow | AccountRow], str]] = [
    (EscalationRow, "raiser_id"),
    (EscalationRow, "party_a_id"),
    (EscalationRow, "party_b_id"),
    (EscalationRow, "informed_id"),
    (EscalationRow, "handing_to_id"),
    (EscalationRow, "handed_by_id"),
    (EscalationRow, "returned_by_id"),
    (DecisionRow, "decided_by_id"),
    (AccountRow, "kam_id"),
    (AccountRow, "deputy_id"),
]


def as_addressee(step: str, skipped: str | None, column: str) -> Callable[[Any, int, str], None]:
    """Put somebody into the chain."""

    def put(connection: Any, conflict_id: int, member_id: str) -> None:
        row = {"workspace_id": WORKSPACE, "escalation_id": conflict_id, "position": 9, "step": step, "skipped": skipped}
        connection.execute(insert(RecipientRow).values(**row, **{column: member_id}))

    return put


def as_owner(connection: Any, conflict_id: int, member_id: str) -> None:
    """Ask somebody to do what was decided."""
    row = {"workspace_id": WORKSPACE, "id": 1, "escalation_id": conflict_id, "position": 1, "what": "x"}
    connection.execute(insert(DecisionActionRow).values(**row, owner_id=member_id, due_on=NOW.date()))


_WAYS: dict[str, Callable[[Any, int, str], None]] = {
    "sponsor": as_addressee("kam_sponsor", None, "member_id"),
    "in stead of the sponsor": as_addressee("kam_sponsor", None, "in_stead_of_id"),
    "sponsor who is away": as_addressee("kam_sponsor", "away", "member_id"),
    "KAM lead": as_addressee("kam_leads", None, "member_id"),
    "owner": as_owner,
}


@pytest.mark.parametrize(
    "way",
    [*_COLUMNS, *_WAYS.values()],
    ids=[*(f"{table.__tablename__}.{column}" for table, column in _COLUMNS), *_WAYS],
)
def test_the_index_and_the_rule_agree_on_who_sees_all_of_a_conflict(
    store: SqlStore, company: Company, way: Any
) -> None:
    stage, escalation = decided(store, company)
    someone = company.member("Nina")
    with store.engine.begin() as connection:
        if isinstance(way, tuple):
            table, column = way
            key = table.escalation_id if table is DecisionRow else table.id
            of = stage.account if table is AccountRow else escalation.id
            connection.execute(update(table).where(key == of).values({column: someone.id}))
        else:
            way(connection, escalation.id, someone.id)
    with store.read(WORKSPACE) as tx:
        whole = tx.escalations.get(escalation.id, tx.access.viewer(someone))
    assert (texts(store, someone, "Montage verschiebt") != []) is (whole is not None)


def stored_request(
    store: SqlStore, account_id: AccountId, department_id: DepartmentId, requester: Member, **values: Any
) -> int:
    """Store and index a request, whatever its index row says about its readers."""
    given = {"state": "open", "visibility": "company", "kind": "date", "what": "Gerüst für Halle 3", **values}
    with store.engine.begin() as connection:
        connection.execute(delete(RequestRow))
        connection.execute(
            insert(RequestRow).values(
                workspace_id=WORKSPACE, id=7, number=12, account_id=account_id, department_id=department_id,
                requester_id=requester.id, needed_by=NOW.date(), created_at=NOW, version=1, **given,
            )
        )  # fmt: skip
    with store.begin(WORKSPACE) as tx:
        about = Ref(Subject.REQUEST, 7)
        tx.search.put(Note(about, account_id, requester.id, Visibility.COMPANY, NOW, "Gerüst für Halle 3", 12))
    return 7


def test_a_request_is_found_by_whom_it_concerns_and_by_the_company_where_it_may(
    store: SqlStore, company: Company
) -> None:
    lea, ben, other, kam = (company.member(name) for name in ("Lea", "Ben", "Otto", "Kim"))
    cora = company.member("Cora")
    department = company.department("Production", cora)
    open_, hidden = company.account("Helvetia", kam=kam), company.account("Medtech", kam=kam, access="restricted")

    def finders(account_id: AccountId, **values: Any) -> set[str]:
        stored_request(store, account_id, department, lea, **values)
        everybody = [company.get(one.id) for one in (lea, ben, other, kam, cora)]
        return {one.name for one in everybody if one and texts(store, one, "Gerüst")}

    assert finders(open_) == {"Lea", "Ben", "Otto", "Kim", "Cora"}
    assert finders(open_, visibility="team") == {"Lea", "Kim", "Cora"}
    assert finders(open_, visibility="team", assignee_id=ben.id) == {"Lea", "Kim", "Cora", "Ben"}
    assert finders(open_, visibility="leadership") == {"Lea", "Kim"}
    assert finders(hidden) == {"Lea", "Kim"}
    assert finders(hidden, answered_by_id=ben.id) == {"Lea", "Kim", "Ben"}
    with store.engine.begin() as connection:
        joined = {"workspace_id": WORKSPACE, "request_id": 7, "member_id": other.id, "words": "x", "at": NOW}
        connection.execute(insert(RequestJoinerRow).values(**joined))
    assert texts(store, other, "Gerüst")


def test_who_asked_is_no_part_of_what_the_company_finds(store: SqlStore, company: Company) -> None:
    lea, cora, other = company.member("Lea"), company.member("Cora"), company.member("Otto")
    stored_request(store, company.account("Helvetia"), company.department("Production", cora), lea)
    (found,) = answers(store, other, "Gerüst")
    assert found.author is None


def test_what_was_merged_into_another_is_not_found(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    gone, stays = company.account("Helvetia alt"), company.account("Helvetia")
    contact = company.contact(stays, "Eva Kern")
    with store.begin(WORKSPACE) as tx:
        tx.search.put(Note(Ref(Subject.INTERACTION, 1), gone, lea.id, Visibility.COMPANY, NOW, "Besuch im Werk", 1))
        tx.search.put(Note(Ref(Subject.CONTACT, contact), stays, None, Visibility.COMPANY, NOW, "Skonto im Werk"))
    assert set(texts(store, lea, "Werk")) == {"Besuch im Werk", "Skonto im Werk"}
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == gone).values(merged_into_id=stays))
        connection.execute(update(ContactRow).where(ContactRow.id == contact).values(merged_into_id=contact))
    assert texts(store, lea, "Werk") == []
