"""What is judged of a contact stays with the circle that judged it when two contacts become one."""

import pytest
from sqlalchemy import select

from bot.domain.access import ITSELF
from bot.domain.contact_assessments import Measure
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member, Role
from bot.domain.merges import Side, surviving
from bot.ports import Transaction
from storage.store import SqlStore
from storage.tables import AssessmentRow, InfluenceRow
from tests.company import NOW, WORKSPACE, Company


class Two:
    """Urs stands at Alpha, looked after by Lea, and at Beta, looked after by Tim; Vera leads the KAMs."""

    def __init__(self, store: SqlStore, company: Company) -> None:
        self.store, self.company = store, company
        self.lea, self.tim = company.member("Lea Brunner"), company.member("Tim Kurz")
        self.vera = company.member("Vera Roth", role=Role.KAM_LEAD)
        self.alpha, self.beta = company.account("Alpha", kam=self.lea), company.account("Beta", kam=self.tim)
        self.goes = company.contact(self.alpha, "Urs Frei", attitude=2, influence=3)
        self.stays = company.contact(self.beta, "Urs Frei")
        self.dora, self.eva = company.contact(self.alpha, "Dora Lang"), company.contact(self.beta, "Eva Kern")
        self.draw(self.goes, self.dora)
        self.draw(self.dora, self.goes)
        self.draw(self.stays, self.eva)

    def draw(self, one: ContactId, on: ContactId) -> None:
        """Let one contact influence another."""
        line = {"contact_id": one, "on_contact_id": on, "by_id": self.vera.id, "at": NOW}
        self.company._insert(InfluenceRow, line)

    def judge(self, account_id: AccountId, contact_id: ContactId, value: int) -> None:
        """Let a contact's attitude be judged where it stands."""
        judged = {
            "id": contact_id,
            "account_id": account_id,
            "contact_id": contact_id,
            "measure": Measure.ATTITUDE,
            "value": value,
            "reason": "said so",
            "by_id": self.vera.id,
            "at": NOW,
        }
        self.company._insert(AssessmentRow, judged)

    def merge(self, goes: ContactId, stays: ContactId) -> None:
        """Let Vera take one into the other."""
        with self.store.begin(WORKSPACE) as tx:
            one, other = _side(tx, goes), _side(tx, stays)
            assert tx.merges.merge(other, one, surviving(other, one), (), self.vera.id, NOW) is not None

    def undo(self, goes: ContactId) -> None:
        """Let Vera take the merge back."""
        with self.store.begin(WORKSPACE) as tx:
            merged = tx.merges.of(Ref(Subject.CONTACT, goes), ITSELF)
            assert merged is not None
            assert tx.merges.undo(merged, self.vera.id, NOW) is not None

    def lines(self) -> set[tuple[int, int]]:
        """Return who influences whom."""
        with self.store.engine.connect() as connection:
            rows = connection.execute(select(InfluenceRow.contact_id, InfluenceRow.on_contact_id))
            return {(row.contact_id, row.on_contact_id) for row in rows}

    def seen(self, reader: Member, contact_id: ContactId) -> tuple[set[str], set[str]]:
        """Return whom a contact influences and who influences it, as far as this reader may know."""
        with self.store.read(WORKSPACE) as tx:
            viewer = tx.access.viewer(reader)
            contact = tx.contacts.get(contact_id, viewer)
            assert contact is not None
            found = tx.contacts.relations(contact, viewer, NOW)
        return {one.name for one in found.influences}, {one.name for one in found.influenced_by}

    def attitude(self) -> int | None:
        """Return the attitude that the circle of the survivor reads."""
        with self.store.read(WORKSPACE) as tx:
            contact = tx.contacts.get(self.stays, tx.access.viewer(self.tim))
            assert contact is not None
            found = tx.contacts.judgements(contact).get(Measure.ATTITUDE)
        return found.value if found else None


@pytest.fixture
def two(store: SqlStore, company: Company) -> Two:
    return Two(store, company)


def _side(tx: Transaction, contact_id: ContactId) -> Side:
    side = tx.merges.side(Ref(Subject.CONTACT, contact_id), ITSELF)
    assert side is not None
    return side


def test_whom_a_contact_influences_is_not_read_by_the_circle_of_the_survivor(two: Two) -> None:
    two.merge(two.goes, two.stays)

    assert two.seen(two.tim, two.stays) == ({"Eva Kern"}, set())
    assert two.seen(two.lea, two.stays) == (set(), {"Dora Lang"}), "her own circle drew that line"
    assert two.seen(two.vera, two.stays) == ({"Eva Kern"}, {"Dora Lang"})


def test_undo_brings_the_lines_back_and_takes_none_of_the_survivors(two: Two) -> None:
    before = two.lines()
    two.merge(two.goes, two.stays)
    assert two.lines() == {(two.dora, two.stays), (two.stays, two.eva)}

    two.undo(two.goes)

    assert two.lines() == before
    assert two.seen(two.lea, two.goes) == ({"Dora Lang"}, {"Dora Lang"})
    assert two.seen(two.tim, two.goes) == (set(), set())


def test_at_one_account_the_lines_and_judgements_go_along(two: Two) -> None:
    twin = two.company.contact(two.beta, "U. Frei", attitude=1)
    two.draw(twin, two.dora)

    two.merge(twin, two.stays)

    assert two.seen(two.tim, two.stays)[0] == {"Eva Kern", "Dora Lang"}
    assert two.attitude() == 1


def test_how_one_circle_judged_a_contact_is_not_read_by_another(two: Two) -> None:
    two.judge(two.alpha, two.goes, 2)

    two.merge(two.goes, two.stays)

    assert two.attitude() is None


def test_what_the_survivors_circle_judged_stays_as_it_was(two: Two) -> None:
    two.judge(two.alpha, two.goes, 2)
    two.judge(two.beta, two.stays, 4)

    two.merge(two.goes, two.stays)

    assert two.attitude() == 4
