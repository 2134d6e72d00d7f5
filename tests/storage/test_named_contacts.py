"""A contact is named where they belong and to whom may see them, wherever they were named before."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, update

from bot.domain import commitments, demands, favours
from bot.domain.access import ITSELF
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, CommitmentId, ContactId, DemandId, FavourId, InteractionId
from bot.domain.interactions import Details, Favour
from bot.domain.members import Member
from bot.ports import Transaction
from storage.store import SqlStore
from storage.tables import AccountRow, ContactRow
from tests.company import NOW, WORKSPACE, Company

TODAY = NOW.date()


@dataclass(frozen=True)
class Group:
    """A group with a unit whose contact was named in things on the group, and a restricted account beside it."""

    account: AccountId
    hidden: AccountId
    contact: ContactId
    outsider: Member
    insider: Member


@pytest.fixture
def group(store: SqlStore, company: Company) -> Group:
    insider = company.member("Ben")
    account = company.account("Helvetia")
    unit = company.account("Helvetia Werk", parent_id=account, kam=insider)
    hidden = company.account("Geheim", kam=insider, access="restricted")
    return Group(account, hidden, company.contact(unit, "Berta"), company.member("Olga"), insider)


Write = Callable[[Transaction, Group], int]
Hide = Callable[[Connection, Group], None]
Read = Callable[[Transaction, Group, int, Member], str | None]


def promise(tx: Transaction, group: Group) -> int:
    writer = group.outsider.id
    new = commitments.NewCommitment(
        commitments.Kind.PROMISE, group.account, "Angebot", TODAY, writer, writer, contact_id=group.contact
    )
    return tx.commitments.add(new, NOW)


def promised_to(tx: Transaction, group: Group, its_id: int, reader: Member) -> str | None:
    viewer = tx.access.viewer(reader)
    one = tx.commitments.get(commitments.Kind.PROMISE, CommitmentId(its_id), viewer)
    listed = tx.commitments.due([group.account], viewer, NOW.date(), 9).commitments
    assert one is not None
    assert [each.contact for each in listed] == [one.contact]
    return one.contact.name if one.contact else None


def favour(tx: Transaction, group: Group) -> int:
    writer = group.outsider.id
    kind, given = Favour.NEWS, favours.Direction.GIVEN
    return tx.favours.add(
        favours.NewFavour(group.account, kind, given, "Muster", TODAY, writer, writer, contact_id=group.contact), NOW
    )


def favoured(tx: Transaction, group: Group, its_id: int, reader: Member) -> str | None:
    viewer = tx.access.viewer(reader)
    one = tx.favours.get(FavourId(its_id), viewer)
    assert one is not None
    assert [each.contact for each in tx.favours.of_accounts([group.account], viewer, 9)] == [one.contact]
    return one.contact.name if one.contact else None


def demand(tx: Transaction, group: Group) -> int:
    new = demands.NewDemand(group.account, demands.Source.CUSTOMER, "Farbe", group.outsider.id, group.contact)
    return tx.demands.add(new, NOW)


def demanded_by(tx: Transaction, _group: Group, its_id: int, reader: Member) -> str | None:
    one = tx.demands.get(DemandId(its_id), tx.access.viewer(reader))
    assert one is not None
    return one.contact.name if one.contact else None


def note(tx: Transaction, group: Group) -> int:
    note_id = InteractionId(77)
    details = Details(group.account, "Sie will mehr.", contact_ids=(group.contact,))
    tx.interactions.add(note_id, group.outsider.id, details, NOW)
    return note_id


def met(tx: Transaction, group: Group, _its_id: int, reader: Member) -> str | None:
    heard = tx.briefings.heard([group.account], None, tx.access.viewer(reader), NOW, 5)
    assert len(heard) == 1
    return heard[0].contacts or None


def restrict(connection: Connection, _group: Group) -> None:
    connection.execute(update(AccountRow).where(AccountRow.name == "Helvetia Werk").values(access="restricted"))


def move(connection: Connection, group: Group) -> None:
    connection.execute(update(ContactRow).where(ContactRow.id == group.contact).values(account_id=group.hidden))


@pytest.mark.parametrize("hide", [restrict, move])
@pytest.mark.parametrize(
    ("write", "read"), [(promise, promised_to), (favour, favoured), (demand, demanded_by), (note, met)]
)
def test_a_contact_who_stands_where_not_everybody_may_look_by_now_is_named_to_its_people_only(
    store: SqlStore, group: Group, write: Write, read: Read, hide: Hide
) -> None:
    with store.begin(WORKSPACE) as tx:
        its_id = write(tx, group)
    with store.read(WORKSPACE) as tx:
        assert read(tx, group, its_id, group.outsider) == "Berta"

    with store.engine.begin() as connection:
        hide(connection, group)

    with store.read(WORKSPACE) as tx:
        assert read(tx, group, its_id, group.outsider) is None
        assert read(tx, group, its_id, group.insider) == "Berta"


def test_who_merges_contacts_reads_of_a_boss_elsewhere_only_who_exists_for_them(
    store: SqlStore, company: Company, group: Group
) -> None:
    urs = Ref(Subject.CONTACT, company.contact(group.account, "Urs", reports_to_id=group.contact))

    def boss(reader: Member | None) -> object:
        with store.read(WORKSPACE) as tx:
            side = tx.merges.side(urs, tx.access.viewer(reader) if reader else ITSELF)
            assert side is not None
            return side.named.get("reports_to_id")

    assert boss(group.outsider) == "Berta"

    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.name == "Helvetia Werk").values(access="restricted"))

    assert (boss(group.outsider), boss(group.insider), boss(None)) == (None, "Berta", "Berta")
