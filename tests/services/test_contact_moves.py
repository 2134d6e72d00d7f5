"""Contacts who go elsewhere, come back or leave: what ends, what goes along, and who hears of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain import errors
from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.contact_commands import (
    Act,
    ActOnContact,
    ContactArrived,
    ContactGone,
    Deed,
    DrawInfluence,
    LetContactGo,
)
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member, Role
from bot.services import contact_forms, contacts
from bot.services.delivery import LOADERS
from storage.store import SqlStore
from storage.tables import OutboxRow
from tests.company import NOW, PLENTY, WORKSPACE, Company, new_key
from tests.services.contact_editing import assess, edit, move, opened, read, told


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea", level=3)


def test_a_move_ends_what_belonged_to_the_old_account_and_lets_nobody_into_the_new_circle(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    boss = company.contact(account, "Boss")
    edit(store, lea, urs, owner_id=lea.id, reports_to_id=boss)
    dora = company.contact(account, "Dora", reports_to_id=urs)
    assess(store, lea, urs, {Measure.ATTITUDE: 5})
    for contact_id, on_id in ((urs, dora), (boss, urs)):
        draft = opened(store, lea, Deed.INFLUENCE, contact_id)
        contact_forms.draw(store, NOW, DrawInfluence(lea, draft, new_key(), (on_id,)))
    nordfeld = company.account("Nordfeld", kam=tim)

    move(store, lea, urs, nordfeld, date(2026, 11, 2))

    moved = read(store, urs)
    assert (moved.account.name, moved.owner, moved.reports_to_id) == ("Nordfeld", None, None)
    assert read(store, dora).reports_to_id is None
    with store.read(WORKSPACE) as tx:
        assert nordfeld not in tx.access.viewer(lea).circle
        assert tx.contacts.judgements(moved) == {}
        ties = tx.contacts.relations(moved, ITSELF, NOW)
        assert (ties.influences, ties.influenced_by) == ((), ())
        [there] = tx.contacts.mirror([nordfeld], tx.access.viewer(tim), NOW)
        assert there.attitude is None
        first, second = tx.contacts.positions(urs, tx.access.viewer(tim))
        assert (first.title, first.from_on, second.title, second.until_on) == (
            "Beirat",
            date(2026, 11, 2),
            "CEO",
            date(2026, 11, 1),
        )


def test_an_owner_who_belongs_to_the_new_circle_stays(
    store: SqlStore, company: Company, lea: Member, urs: ContactId
) -> None:
    edit(store, lea, urs, owner_id=lea.id)
    ours = company.account("Auch unser", kam=lea)
    move(store, lea, urs, ours)
    owner = read(store, urs).owner
    assert owner is not None
    assert owner.id == lea.id


def test_a_position_begins_after_the_one_before_and_not_ahead_and_its_date_can_be_corrected(
    store: SqlStore, lea: Member, account: AccountId, urs: ContactId
) -> None:
    with pytest.raises(errors.FutureDate):
        move(store, lea, urs, account, date(2026, 11, 21))
    move(store, lea, urs, account, date(2026, 11, 10))
    with pytest.raises(errors.BeforeTheLast):
        move(store, lea, urs, account, date(2026, 11, 10), title="Anderes")
    move(store, lea, urs, account, date(2026, 11, 3))
    draft = opened(store, lea, Deed.LEAVE, urs)
    with pytest.raises(errors.BeforeTheLast):
        contact_forms.let_go(store, NOW, LetContactGo(lea, draft, new_key(), date(2026, 11, 2)))
    with store.read(WORKSPACE) as tx:
        first, second = tx.contacts.positions(urs, ITSELF)
    assert (first.from_on, second.until_on) == (date(2026, 11, 3), date(2026, 11, 9))


def test_a_move_to_an_account_that_one_may_not_see_is_refused_as_if_it_were_not_there(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=tim, access="restricted")
    with pytest.raises(errors.UnknownAccountChosen):
        move(store, lea, urs, hidden)


def test_who_left_can_be_taken_back_and_a_kam_who_wrote_it_down_is_not_told(
    store: SqlStore, lea: Member, urs: ContactId
) -> None:
    draft = opened(store, lea, Deed.LEAVE, urs)
    contact_forms.let_go(store, NOW, LetContactGo(lea, draft, new_key(), date(2026, 11, 1)))
    assert read(store, urs).left_on == date(2026, 11, 1)
    with store.engine.connect() as connection:
        told = select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == "contact.gone")
        assert connection.execute(told).scalar_one() == 0

    contacts.act(store, NOW, ActOnContact(lea, urs, Act.STAY, new_key(), ReplyTo(lea.id), 2))

    assert read(store, urs).left_on is None
    with pytest.raises(errors.ContactChanged):
        contacts.act(store, NOW, ActOnContact(lea, urs, Act.STAY, new_key(), ReplyTo(lea.id), 2))


def test_what_is_over_before_it_is_told_is_not_told(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    company.team(account, tim)
    draft = opened(store, tim, Deed.LEAVE, urs)
    contact_forms.let_go(store, NOW, LetContactGo(tim, draft, new_key(), date(2026, 11, 1)))
    contacts.act(store, NOW, ActOnContact(tim, urs, Act.STAY, new_key(), ReplyTo(tim.id), 2))
    assert told(store, "contact.gone") == [None]


def test_whoever_may_not_see_the_account_any_more_is_told_nothing_of_its_contacts(
    store: SqlStore, company: Company, lea: Member, tim: Member
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi", owner=tim)
    contacts.act(store, NOW, ActOnContact(lea, gabi, Act.TAKE_OVER, new_key(), ReplyTo(lea.id), 1))
    assert told(store, "contact.owner") == [None]


def test_a_kam_reads_where_a_contact_went_only_where_they_may_see_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=tim, access="restricted")
    company.team(account, tim)
    move(store, tim, urs, hidden)
    [gone] = told(store, "contact.gone")
    assert isinstance(gone, ContactGone)
    assert (gone.contact.name, gone.title, gone.has_moved, gone.moved_to) == ("Urs", "CEO", True, None)


def test_the_kam_of_the_account_a_contact_comes_to_reads_from_where_only_if_they_may_see_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, urs: ContactId
) -> None:
    hidden = company.account("Geheim", kam=lea, access="restricted")
    gabi = company.contact(hidden, "Gabi")
    move(store, lea, urs, company.account("Nordfeld", kam=tim), title="COO")
    move(store, lea, gabi, company.account("Corvano", kam=company.member("Eva")), title="COO")

    notes = [one for one in told(store, "contact.arrived") if isinstance(one, ContactArrived)]

    secret_one, open_one = sorted(notes, key=lambda one: one.contact.name)
    assert (open_one.contact.name, open_one.contact.title) == ("Urs", "COO")
    assert open_one.came_from is not None
    assert (open_one.came_from.name, secret_one.came_from) == ("Helvetia", None)


def test_of_a_contact_who_went_on_the_kam_in_between_hears_nothing(
    store: SqlStore, company: Company, tim: Member, urs: ContactId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    move(store, lead, urs, company.account("Nordfeld", kam=tim), date(2026, 11, 2))
    with store.begin(WORKSPACE) as tx:
        batch = tx.outbox.claim(NOW + timedelta(hours=1), PLENTY, 50, 50)
    [row] = [one for one in batch.rows if one.outgoing.topic == "contact.arrived"]
    move(store, lead, urs, company.account("Corvano"), date(2026, 11, 9))
    with store.read(WORKSPACE) as tx:
        assert LOADERS["contact.arrived"](tx, row, NOW) is None


def test_a_kam_of_both_accounts_hears_once_and_who_need_not_look_after_a_contact_any_more_hears_it(
    store: SqlStore, company: Company, lea: Member, tim: Member, account: AccountId
) -> None:
    lead = company.member("Katrin", role=Role.KAM_LEAD)
    anna = company.contact(account, "Anna", owner=tim)
    move(store, lead, anna, company.account("Auch unser", kam=lea))

    with store.engine.connect() as connection:
        rows = connection.execute(select(OutboxRow.topic, OutboxRow.to_member).where(OutboxRow.to_member.is_not(None)))
        assert sorted(tuple(row) for row in rows) == [("contact.gone", lea.id), ("contact.owner", tim.id)]
