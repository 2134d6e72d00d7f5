from datetime import timedelta

import pytest

from bot.domain.access import Visibility
from bot.domain.delivery import ReplyTo
from bot.domain.identity import AccountId, ContactId, DraftId
from bot.domain.interactions import Details, SaveLog, StartLog
from bot.domain.members import Member
from bot.services import contacts, interactions
from storage.store import SqlStore
from tests.company import NOW, Company


@pytest.fixture
def lea(company: Company) -> Member:
    return company.member("Lea")


@pytest.fixture
def tobias(company: Company) -> Member:
    return company.member("Tobias")


def offered(store: SqlStore, reader: Member, account_id: AccountId, typed: str = "") -> list[str]:
    return [contact.name for contact in contacts.find(store, reader, account_id, typed, 10)]


def meet(store: SqlStore, author: Member, account_id: AccountId, contact: ContactId, visibility: Visibility) -> None:
    """Log a meeting."""
    form = interactions.start(store, NOW, StartLog(author, None, f"click:{visibility}", ReplyTo(author.id)))
    assert form.draft_id is not None
    details = Details(account_id, f"Besuch, {visibility}", contact_ids=(contact,), visibility=visibility)
    interactions.save(store, NOW, SaveLog(author, details, f"view:{visibility}", draft_id=DraftId(form.draft_id)))


def test_the_order_does_not_tell_of_a_meeting_that_the_reader_may_not_know_of(
    store: SqlStore, company: Company, lea: Member, tobias: Member
) -> None:
    account = company.account("Helvetia")
    company.contact(account, "Anna")
    berta = company.contact(account, "Berta")

    meet(store, tobias, account, berta, Visibility.PRIVATE)

    assert offered(store, lea, account) == ["Anna", "Berta"]
    assert offered(store, tobias, account) == ["Berta", "Anna"]
    meet(store, tobias, account, berta, Visibility.COMPANY)
    assert offered(store, lea, account) == ["Berta", "Anna"]


def test_contacts_of_every_open_unit_below_are_offered_and_kept(
    store: SqlStore, company: Company, lea: Member, tobias: Member
) -> None:
    group = company.account("Gruppe")
    unit = company.account("Werk", parent=group)
    site = company.account("Halle", parent=unit)
    hidden = company.account("Labor", parent=unit, access="restricted", kam=tobias)
    below = company.account("Labor Keller", parent=hidden)
    deep = company.contact(site, "Dora")
    secret, behind = company.contact(hidden, "Geheim"), company.contact(below, "Hinten")

    for reader in (lea, tobias):
        assert offered(store, reader, group) == ["Dora"]
        assert offered(store, reader, group, "Geheim") == []
    with store.read(company.workspace) as tx:
        kept = tx.contacts.offered(group, (deep, secret, behind))
        assert tx.contacts.offered(group, ()) == ()
    assert [contact.name for contact in kept] == ["Dora"]


def test_an_account_that_the_reader_may_not_know_of_has_no_contacts(
    store: SqlStore, company: Company, lea: Member, tobias: Member
) -> None:
    hidden = company.account("Labor", access="restricted", kam=tobias)
    company.contact(hidden, "Geheim")

    assert offered(store, lea, hidden) == []
    assert offered(store, tobias, hidden) == ["Geheim"]


def test_contacts_never_met_come_by_name_whatever_its_capitals(store: SqlStore, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    for name in ("Zora", "anna", "Berta"):
        company.contact(account, name)

    assert offered(store, lea, account) == ["anna", "Berta", "Zora"]


def test_who_left_comes_last_although_met_last(store: SqlStore, company: Company, lea: Member) -> None:
    account = company.account("Helvetia")
    gone = company.contact(account, "Anna", left_on=NOW.date() - timedelta(days=2))
    company.contact(account, "Berta")
    meet(store, lea, account, gone, Visibility.COMPANY)

    assert offered(store, lea, account) == ["Berta", "Anna"]
    assert offered(store, lea, account, "Anna") == ["Anna"]
