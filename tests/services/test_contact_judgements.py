"""What is judged and supposed of a contact, and whom they listen to."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import Deed, DrawInfluence
from bot.domain.contacts import Contact
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member, Role
from bot.services import contact_forms
from storage.store import SqlStore
from storage.tables import AuditRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.services.contact_editing import assess, move, opened


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea", level=3)


def test_what_is_judged_is_stored_with_reason_and_the_audit_names_fields_only(
    store: SqlStore, lea: Member, tim: Member, urs: ContactId
) -> None:
    assess(store, lea, urs, {Measure.ATTITUDE: 4, Measure.PARTNERSHIP: 2}, member_id=tim.id, strength=2)
    assess(store, lea, urs, {Measure.ATTITUDE: None}, member_id=tim.id, desired=3)

    with store.read(WORKSPACE) as tx:
        found = tx.contacts.judgements(read_in(tx, urs))
        [strength] = tx.contacts.strengths(read_in(tx, urs))
    assert {measure: (one.value, one.reason) for measure, one in found.items()} == {
        Measure.PARTNERSHIP: (2, "so sehe ich es")
    }
    assert (strength.member.id, strength.strength, strength.desired) == (tim.id, 2, 3)
    with store.engine.connect() as connection:
        fields = connection.execute(
            select(AuditRow.fields).where(AuditRow.action == "contact.assessed").order_by(AuditRow.at)
        ).scalars()
        assert [*fields] == [["attitude", "partnership", "strength"], ["attitude", "strength"]]


def read_in(tx: Any, contact_id: ContactId) -> Contact:
    contact: Contact = tx.contacts.get(contact_id, ITSELF)
    return contact


def test_a_judgement_needs_something_judged_and_a_strength_somebody_of_us(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    with pytest.raises(errors.NothingJudged):
        assess(store, lea, urs, {}, member_id=lea.id)
    with pytest.raises(errors.StrengthOfWhom):
        assess(store, lea, urs, {}, strength=2)
    with pytest.raises(errors.NoFullMember):
        assess(store, lea, urs, {}, strength=2, member_id="UNOBODY")
    with pytest.raises(errors.OutOfDate):
        assess(store, lea, urs, {Measure.INFLUENCE: 4})
    with pytest.raises(errors.OutOfDate):
        assess(store, lea, urs, {}, strength=5, member_id=lea.id)


def test_whoever_comes_back_stands_as_they_were_judged_there(
    store: SqlStore, company: Company, account: AccountId, urs: ContactId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    assess(store, lead, urs, {Measure.ATTITUDE: 5}, member_id=lead.id, strength=3)
    nordfeld = company.account("Nordfeld")
    move(store, lead, urs, nordfeld, date(2026, 11, 2))
    with store.read(WORKSPACE) as tx:
        assert tx.contacts.strengths(read_in(tx, urs)) == ()
    move(store, lead, urs, account, date(2026, 11, 9))
    with store.read(WORKSPACE) as tx:
        [back] = tx.contacts.mirror([account], ITSELF, NOW)
        [strength] = tx.contacts.strengths(read_in(tx, urs))
    assert back.attitude == 5
    assert strength.strength == 3


def test_lines_of_influence_are_those_that_were_chosen(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    dora, egon = company.contact(account, "Dora"), company.contact(account, "Egon")
    elsewhere = company.contact(company.account("Nordfeld"), "Kim")

    def draw(*on: ContactId) -> list[str]:
        draft = opened(store, lea, Deed.INFLUENCE, urs)
        contact_forms.draw(store, NOW, DrawInfluence(lea, draft, new_key(), on))
        with store.read(WORKSPACE) as tx:
            return [one.name for one in tx.contacts.relations(read_in(tx, urs), ITSELF, NOW).influences]

    assert draw(dora, egon) == ["Dora", "Egon"]
    assert draw(egon) == ["Egon"]
    for wrong in (elsewhere, urs):
        with pytest.raises(errors.ContactMissing):
            draw(wrong)
    assert draw() == []
