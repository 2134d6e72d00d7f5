"""Pairs that may be one: compared over everything, seen only by who may see both, on both databases."""

from datetime import timedelta

from sqlalchemy import update

from bot.domain.access import ITSELF, Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.duplicates import Carers, Named, Pair, same_accounts, same_contacts
from bot.domain.identity import TwinsId
from bot.domain.interactions import Details
from bot.domain.members import Member, Role, Standing
from storage.duplicates import _roots
from storage.store import SqlStore
from storage.tables import AccountRow, ContactRow
from tests.company import NOW, WORKSPACE, Company


def _pair(store: SqlStore, one: int, other: int, subject: Subject = Subject.ACCOUNT) -> TwinsId:
    with store.begin(WORKSPACE) as tx:
        ((twins_id, _),) = tx.duplicates.add(subject, [Pair.of(one, other)], NOW)
    return twins_id


def _waiting(store: SqlStore, member: Member) -> list[TwinsId]:
    with store.read(WORKSPACE) as tx:
        twins, count = tx.duplicates.waiting(tx.access.viewer(member), 0, 10)
    assert count == len(twins)
    return [one.id for one in twins]


def _sees(store: SqlStore, member: Member, twins_id: TwinsId) -> bool:
    with store.read(WORKSPACE) as tx:
        return tx.duplicates.get(twins_id, tx.access.viewer(member)) is not None


def test_everything_is_compared_hidden_accounts_and_aliases_too(store: SqlStore, company: Company) -> None:
    top = company.account("Helvetia")
    unit = company.account("Helvetia Pumpen", "HPU", parent_id=top, access="restricted", country="CH")
    other = company.account("HPU AG")
    contact = company.contact(unit, "Sandra Meier", email="s@x.example")

    with store.read(WORKSPACE) as tx:
        accounts, contacts = tx.duplicates.accounts(), tx.duplicates.contacts()

    assert {one.id: one.group for one in accounts} == {top: top, unit: top, other: other}
    assert same_accounts(accounts) == (Pair.of(unit, other),)
    assert contacts == [Named(contact, ("Sandra Meier",), top, account=unit, email="s@x.example")]
    assert same_contacts(contacts) == ()


def test_the_contacts_of_one_account_are_compared_by_address_too(store: SqlStore, company: Company) -> None:
    top = company.account("Helvetia")
    unit = company.account("Helvetia Pumpen", parent_id=top)
    contact = company.contact(unit, "Sandra Meier", email="s@x.example")
    gone = company.contact(unit, "S. Meier")
    company.contact(top, "Sandra Meier", email="s@x.example")
    with store.engine.begin() as connection:
        connection.execute(update(ContactRow).where(ContactRow.id == gone).values(merged_into_id=contact))

    with store.read(WORKSPACE) as tx:
        assert tx.duplicates.contacts(unit) == [
            Named(contact, ("Sandra Meier",), unit, account=unit, email="s@x.example")
        ]


def test_what_was_merged_is_compared_no_more(store: SqlStore, company: Company) -> None:
    stays, goes = company.account("Helvetia"), company.account("Helvetia AG")
    company.contact(stays, "Sandra Meier")
    merged = company.contact(stays, "S. Meier")
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == goes).values(merged_into_id=stays))
        connection.execute(update(ContactRow).where(ContactRow.id == merged).values(merged_into_id=merged - 1))

    with store.read(WORKSPACE) as tx:
        assert [one.id for one in tx.duplicates.accounts()] == [stays]
        assert [one.names for one in tx.duplicates.contacts()] == [("Sandra Meier",)]
        assert [one.name for one in tx.duplicates.contacts_of(stays, ITSELF)] == ["Sandra Meier"]


def test_a_pair_is_new_once(store: SqlStore, company: Company) -> None:
    one, other, third = (company.account(name) for name in ("A", "B", "C"))
    pairs = [Pair.of(one, other), Pair.of(other, third)]

    with store.begin(WORKSPACE) as tx:
        assert tx.duplicates.add(Subject.ACCOUNT, [], NOW) == ()
        assert len(tx.duplicates.add(Subject.ACCOUNT, pairs[:1], NOW)) == 1
        assert [pair for _, pair in tx.duplicates.add(Subject.ACCOUNT, pairs, NOW)] == pairs[1:]
        assert tx.duplicates.add(Subject.ACCOUNT, pairs, NOW + timedelta(days=7)) == ()
        assert len(tx.duplicates.add(Subject.CONTACT, pairs, NOW)) == 2


def test_only_who_may_see_both_sees_a_pair_and_only_who_may_merge_it_has_it_waiting(
    store: SqlStore, company: Company
) -> None:
    lea, tom, vera = company.member("Lea"), company.member("Tom"), company.member("Vera", role=Role.KAM_LEAD)
    hidden = company.account("Helvetia", kam=lea, access="restricted")
    seen = company.account("Helvetia AG", kam=tom)
    twins_id = _pair(store, hidden, seen)

    assert [_sees(store, who, twins_id) for who in (lea, tom, vera)] == [True, False, True]
    assert [_waiting(store, who) for who in (lea, tom, vera)] == [[], [], [twins_id]]


def test_a_contacts_owner_has_the_pair_waiting(store: SqlStore, company: Company) -> None:
    lea, tom = company.member("Lea"), company.member("Tom")
    account = company.account("Helvetia", kam=lea)
    one, other = (company.contact(account, name, owner=tom, title="CEO") for name in ("S. Meier", "Sandra Meier"))
    twins_id = _pair(store, one, other, Subject.CONTACT)

    assert _waiting(store, tom) == _waiting(store, lea) == [twins_id]
    with store.read(WORKSPACE) as tx:
        twins = tx.duplicates.get(twins_id, tx.access.viewer(tom))
        assert tx.duplicates.between(Ref(Subject.CONTACT, other), Ref(Subject.CONTACT, one)) == twins_id
        assert tx.duplicates.between(Ref(Subject.ACCOUNT, other), Ref(Subject.ACCOUNT, one)) is None
    assert twins is not None
    assert (twins.first.title, twins.first.account.id, twins.is_open) == ("CEO", account, True)


def test_only_notes_that_the_reader_may_read_are_counted(store: SqlStore, company: Company) -> None:
    lea, tom = company.member("Lea"), company.member("Tom")
    one, other = (company.account(name, kam=lea) for name in ("Helvetia", "Helvetia AG"))
    people = [company.contact(one, name) for name in ("S. Meier", "Sandra Meier")]
    with store.begin(WORKSPACE) as tx:
        for at, visibility in enumerate((Visibility.COMPANY, Visibility.PRIVATE)):
            note = tx.interactions.next_id()
            details = Details(one, "visited", contact_ids=(people[0],), visibility=visibility)
            tx.interactions.add(note, tom.id, details, NOW)
            assert tx.interactions.number(note, None) == at + 1
    pairs = [_pair(store, one, other), _pair(store, people[0], people[1], Subject.CONTACT)]

    with store.read(WORKSPACE) as tx:
        for who, count in ((lea, 1), (tom, 2)):
            for pair in pairs:
                twins = tx.duplicates.get(pair, tx.access.viewer(who))
                assert twins is not None
                assert (twins.first.notes, twins.second.notes) == (count, 0)


def test_what_was_answered_waits_no_more(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    one, other = (company.account(name, kam=lea) for name in ("Helvetia", "Helvetia AG"))
    twins_id = _pair(store, one, other)

    with store.begin(WORKSPACE) as tx:
        assert tx.duplicates.dismiss(twins_id, lea.id, NOW)
        assert not tx.duplicates.dismiss(twins_id, lea.id, NOW)

    assert _waiting(store, lea) == []
    with store.read(WORKSPACE) as tx:
        twins = tx.duplicates.get(twins_id, tx.access.viewer(lea))
    assert twins is not None
    assert twins.dismissed_by is not None
    assert not twins.is_open


def test_carers_are_those_who_are_active(store: SqlStore, company: Company) -> None:
    lea, tom = company.member("Lea"), company.member("Tom", standing=Standing.DEACTIVATED)
    account = company.account("Helvetia", kam=lea, deputy=tom)
    contact = company.contact(account, "Sandra Meier", owner=lea)

    with store.read(WORKSPACE) as tx:
        assert tx.duplicates.carers(Subject.ACCOUNT, {account}) == {account: Carers(kam=lea.id)}
        assert tx.duplicates.carers(Subject.CONTACT, {contact}) == {contact: Carers(kam=lea.id, owner=lea.id)}
        assert tx.duplicates.carers(Subject.CONTACT, ()) == {}


def test_a_ring_of_parents_is_one_group() -> None:
    assert _roots({1: 2, 2: 3, 3: 1, 4: 3, 5: None, 6: 99}) == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5, 6: 6}
