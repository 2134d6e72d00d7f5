"""Contact forms: who may, what is refused, and who of two was first."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import (
    Act,
    ActOnContact,
    ContactCard,
    CreateContact,
    Deed,
    EditContact,
    Profile,
    ShowContact,
    Suppose,
)
from bot.domain.contacts import DecisionRole
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId, DraftId
from bot.domain.members import Member, Role
from bot.services import contact_forms, contacts
from storage.store import SqlStore
from storage.tables import AuditRow, ContactRow, OutboxRow
from tests.company import NOW, WORKSPACE, Company, new_key
from tests.race import at_once
from tests.services.contact_editing import assess, edit, opened, read
from tests.statements import statements


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea", level=3)


@pytest.mark.parametrize("deed", list(Deed))
def test_only_the_circle_opens_a_form_and_others_are_told_whom_to_ask(
    store: SqlStore, company: Company, tim: Member, urs: ContactId, deed: Deed
) -> None:
    with pytest.raises(errors.MayNotEditContact) as refused:
        opened(store, tim, deed, urs)
    assert [person.name for person in refused.value.who] == ["Lea"]
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    assert opened(store, lead, deed, urs)


def test_who_lost_the_right_while_the_form_was_open_cannot_save(
    store: SqlStore, company: Company, tim: Member, account: AccountId
) -> None:
    dora = company.contact(account, "Dora", owner=tim)
    draft = opened(store, tim, Deed.EDIT, dora)
    other = company.contact(account, "Egon", owner=tim)
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    for one in (dora, other):
        command = ActOnContact(lead, one, Act.TAKE_OVER, new_key(), ReplyTo(lead.id), 1)
        contacts.act(store, NOW, command)

    with pytest.raises(errors.MayNotEditContact):
        contact_forms.edit(store, NOW, EditContact(tim, draft, new_key(), Profile("Dora"), has_more=False))


def test_a_restricted_contact_does_not_exist_for_strangers_whatever_they_send(
    store: SqlStore, company: Company, lea: Member, tim: Member
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi")
    for contact_id in (gabi, ContactId(4711)):
        with pytest.raises(errors.UnknownObject):
            opened(store, tim, Deed.EDIT, contact_id, version=1)
        with pytest.raises(errors.UnknownObject):
            contacts.act(store, NOW, ActOnContact(tim, contact_id, Act.SHOW, new_key(), ReplyTo(tim.id)))
    draft = opened(store, tim, Deed.NEW, None)
    with pytest.raises(errors.UnknownAccountChosen):
        contact_forms.create(store, NOW, CreateContact(tim, draft, new_key(), "Neu", hidden))
    assert contacts.find_beside(store, NOW, tim, draft, "Gabi", 5) == ()
    assert contacts.find_beside(store, NOW, tim, DraftId(1), "", 5) == ()


def test_whoever_creates_a_contact_does_not_get_into_the_circle_by_it(
    store: SqlStore, tim: Member, account: AccountId
) -> None:
    draft = opened(store, tim, Deed.NEW, None)
    contact_forms.create(
        store, NOW, CreateContact(tim, draft, new_key(), "  Neu\u202e ", account, "CEO", "n@x.example")
    )

    with store.read(WORKSPACE) as tx:
        [made] = tx.contacts.named("neu", None, ITSELF, 5)
        assert account not in tx.access.viewer(tim).circle
        assert [one.title for one in tx.contacts.positions(made.id, ITSELF)] == ["CEO"]
    contact = read(store, made.id)
    assert (contact.owner, contact.level, contact.email) == (None, None, "n@x.example")


@pytest.mark.parametrize("name", ["", "  ", "\u202e\u200b"])
def test_a_name_without_a_visible_character_is_refused(
    store: SqlStore, lea: Member, account: AccountId, urs: ContactId, name: str
) -> None:
    draft = opened(store, lea, Deed.NEW, None)
    with pytest.raises(errors.NothingTyped):
        contact_forms.create(store, NOW, CreateContact(lea, draft, new_key(), name, account))
    with pytest.raises(errors.NothingTyped):
        edit(store, lea, urs, name=name)


def test_a_form_that_comes_again_with_other_content_is_refused_and_the_same_is_not(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    draft = opened(store, lea, Deed.SUPPOSE, urs)
    contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#a", "text", "basis"))
    contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#a", "text", "basis"))
    with pytest.raises(errors.DraftGone):
        contact_forms.suppose(store, NOW, Suppose(lea, draft, "view:1#b", "other", "basis"))
    with pytest.raises(errors.DraftGone):
        contact_forms.suppose(store, NOW, Suppose(lea, draft, new_key(), "text", "basis"))


def test_an_edit_writes_down_what_changed_and_no_value(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    edit(store, lea, urs, decision_roles=(DecisionRole.DECIDER,), owner_id=tim.id, wished_days=30)

    with store.engine.connect() as connection:
        rows = connection.execute(select(AuditRow).where(AuditRow.action == "contact.edited")).all()
        told = connection.execute(select(OutboxRow.to_member).where(OutboxRow.topic == "contact.owner")).scalars().all()
    assert [sorted(row.fields) for row in rows] == [["decision_roles", "owner_id", "wished_days"]]
    assert told == [tim.id]


def test_an_edit_without_a_change_writes_nothing(store: SqlStore, lea: Member, urs: ContactId) -> None:
    edit(store, lea, urs)
    assert read(store, urs).version == 1


def test_owner_and_counterpart_must_be_full_members_unless_they_were_it_before(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    gone = company.member("Gone", standing="deactivated")
    for field in ("owner_id", "counterpart_id"):
        for member_id in (gone.id, "UNOBODY"):
            changed: dict[str, Any] = {field: member_id}
            with pytest.raises(errors.NoFullMember) as refused:
                edit(store, lea, urs, **changed)
            assert refused.value.field == field.removesuffix("_id")
    dora = company.contact(account, "Dora", owner=gone)
    edit(store, lea, dora, name="Dora", title=None, level=None, owner_id=gone.id, aims="Ruhe")
    assert read(store, dora).aims == "Ruhe"


def test_nobody_reports_to_themselves_in_a_ring_or_to_somebody_who_is_not_there(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    dora = company.contact(account, "Dora", reports_to_id=urs)
    elsewhere = company.contact(company.account("Nordfeld"), "Kim")
    for above in (dora, urs):
        with pytest.raises(errors.ReportingRing):
            edit(store, lea, urs, reports_to_id=above)
    with pytest.raises(errors.ContactMissing) as refused:
        edit(store, lea, urs, reports_to_id=elsewhere)
    assert refused.value.field == "reports_to"
    edit(store, lea, dora, name="Dora", title=None, level=None, reports_to_id=None)
    edit(store, lea, urs, reports_to_id=dora)
    assert read(store, urs).reports_to_id == dora


def test_of_two_who_save_at_once_one_is_told_who_was_first(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    company.team(account, tim)
    drafts = {actor: opened(store, actor, Deed.EDIT, urs) for actor in (lea, tim)}
    waiting = iter(drafts.items())

    def save() -> None:
        actor, draft = next(waiting)
        contact_forms.edit(
            store, NOW, EditContact(actor, draft, new_key(), Profile("Urs", aims=actor.name), has_more=True)
        )

    answers = at_once(save, 2)

    refused = [one for one in answers if isinstance(one, errors.ContactChanged)]
    assert len(refused) == 1
    assert answers.count(None) == 1
    assert refused[0].by is not None
    assert refused[0].by.name == read(store, urs).aims


@pytest.mark.parametrize(
    "race",
    [
        lambda lea, urs: ActOnContact(lea, urs, Act.TAKE_OVER, new_key(), ReplyTo(lea.id), 1),
        lambda lea, urs: ActOnContact(lea, urs, Act.STAY, new_key(), ReplyTo(lea.id), 1),
        lambda lea, urs: ActOnContact(lea, urs, Act.RENEW, new_key(), ReplyTo(lea.id), 1),
    ],
    ids=["take_over", "stay", "renew"],
)
def test_of_five_who_press_at_once_one_is_first(
    store: SqlStore, lea: Member, urs: ContactId, race: Callable[[Member, ContactId], ActOnContact]
) -> None:
    answers = at_once(lambda: contacts.act(store, NOW, race(lea, urs)), 5)
    assert answers.count(None) == 1
    assert sum(isinstance(one, errors.ContactChanged) for one in answers) == 4
    with store.engine.connect() as connection:
        assert connection.execute(select(ContactRow.version).where(ContactRow.id == urs)).scalar_one() == 2


def test_colleagues_of_a_restricted_unit_and_those_above_can_be_tied_and_who_left_is_not_offered(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    unit = company.account("Geheim", kam=lea, access="restricted", parent=account)
    other = company.account("Auch geheim", kam=lea, access="restricted", parent=account)
    gabi, hans = company.contact(unit, "Gabi"), company.contact(unit, "Hans")
    company.contact(unit, "Weg", left_on=date(2026, 11, 2))
    company.contact(other, "Fremd")
    draft = opened(store, lea, Deed.EDIT, gabi)

    found = contacts.find_beside(store, NOW, lea, draft, "", 9)
    assert [one.name for one in found] == ["Hans", "Urs"]
    edit(store, lea, gabi, name="Gabi", title=None, level=None, reports_to_id=hans)
    assert read(store, gabi).reports_to_id == hans


def test_a_name_that_nobody_bears_is_kept_once_per_delivery(store: SqlStore, lea: Member) -> None:
    typed = ShowContact(lea, "Nobody Here", None, "trigger:1", ReplyTo(lea.id))
    first, again = contacts.show(store, NOW, typed), contacts.show(store, NOW, typed)
    assert first == again


def test_the_card_takes_at_most_thirteen_statements(
    store: SqlStore, company: Company, lea: Member, account: AccountId, urs: ContactId
) -> None:
    assess(store, lea, urs, {Measure.ATTITUDE: 4}, member_id=lea.id, strength=2)
    with statements(store) as ran:
        shown = contacts.show(store, NOW, ShowContact(lea, "Urs", None, new_key(), ReplyTo(lea.id)))

    assert isinstance(shown, ContactCard)
    assert shown.judged is not None
    assert shown.judged.strengths[0].is_claimed
    assert len([one for one in ran if one.lstrip().startswith(("SELECT", "WITH"))]) <= 13
