"""One account or contact taken into another everywhere, and back again."""

import itertools
import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Date, Integer, Table, insert, select, update

from bot.domain.access import ITSELF, Viewer, Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.duplicates import Pair
from bot.domain.identity import AccountId, ContactId, MemberId, MergeId
from bot.domain.merges import Merged, Side, surviving
from bot.domain.search_notes import Note
from bot.ports import Transaction
from storage.merging import STAYS, references
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    Base,
    ContactRow,
    InfluenceRow,
    InteractionRow,
    MergedValueRow,
    NextStepRow,
    TeamRow,
    TimerRow,
    TwinsRow,
    UTCDateTime,
)
from tests.company import NOW, WORKSPACE, Company

LATER = NOW + timedelta(days=3)
_ids = itertools.count(10_000)
NOT_COMPARED = {"merges", "merged_values", "search_words", "search_trigrams"}
"""What a merge leaves behind when it is taken back: that it was, and words that lead nowhere until the next scrub."""

NAME_OTHERS = {"department_id", "burst_id"}
"""Columns without a key that name something else."""


def _refers_to(target: type[Base]) -> list[tuple[str, str]]:
    subject = Subject.ACCOUNT if target is AccountRow else Subject.CONTACT
    return [(table.name, column) for table, column in references(subject)]


def test_every_column_that_may_name_an_account_or_contact_is_moved_or_has_a_reason_to_stay() -> None:
    by_key = {(table, column) for target in (AccountRow, ContactRow) for table, column in _refers_to(target)}
    for table in Base.metadata.sorted_tables:
        held = {name for one in table.foreign_key_constraints for name in one.column_keys}
        loose = {
            column.name
            for column in table.columns
            if isinstance(column.type, (BigInteger, Integer)) and column.name.endswith("_id")
        } - {*held, *NAME_OTHERS}
        named = {column.name for column in table.columns if "account" in column.name or "contact" in column.name}
        unheld = {column for column in named if column.endswith("_id") and (table.name, column) not in by_key}
        if table.name in {*STAYS, "timers"}:
            continue
        assert not loose, f"{table.name} names something without a key: move it, or say in STAYS why it stays"
        assert not unheld, f"{table.name} names an account or contact without a key"


def test_what_stays_is_a_table() -> None:
    assert {*STAYS} <= {*Base.metadata.tables}


class World:
    """A few accounts and contacts with a row in every table that can refer to them."""

    def __init__(self, store: SqlStore, rng: random.Random) -> None:
        self.store, self.rng = store, rng
        company = Company(store)
        company._ids = _ids
        self.people = [MemberId(f"U{next(_ids)}") for _ in range(3)]
        for one in self.people:
            company.member(one, id=one)
        self.accounts: list[int] = [company.account(f"Account {next(_ids)}", f"Alias {at}") for at in range(4)]
        self.contacts: list[int] = [
            company.contact(AccountId(rng.choice(self.accounts)), f"Person {next(_ids)}") for _ in range(4)
        ]
        self.notes: list[int] = []
        self._vary(cast("Table", AccountRow.__table__), self.accounts, ("name", "id", "access", "version"))
        self._vary(cast("Table", ContactRow.__table__), self.contacts, ("name", "name_key", "id", "version"))
        referring = {table for target in (Subject.ACCOUNT, Subject.CONTACT) for table, _ in references(target)}
        for table in Base.metadata.sorted_tables:
            if table in referring and table.name not in {"accounts", "contacts", "account_names"}:
                self._fill(table)
        for subject, ids in ((Subject.ACCOUNT, self.accounts), (Subject.CONTACT, self.contacts)):
            self._timers(subject, ids)
            self._twins(subject, ids)

    def _fill(self, table: Table) -> None:
        seen: set[tuple[Any, ...]] = set()
        for _ in range(8):
            row = {column.name: self._value(table, column) for column in table.columns}
            key = tuple(row[column.name] for column in table.primary_key)
            if key in seen or (table.name == "contact_influences" and row["contact_id"] == row["on_contact_id"]):
                continue
            seen.add(key)
            self._insert(table, row)
            if table.name == "interactions":
                self.notes.append(row["id"])

    def _value(self, table: Table, column: Any) -> Any:
        refers = next((key.column.table.name for key in column.foreign_keys if column.name != "workspace_id"), None)
        known: dict[str, Iterable[Any]] = {
            "accounts": self.accounts,
            "contacts": self.contacts,
            "members": self.people,
            "interactions": self.notes,
        }
        if column.name == "workspace_id":
            return WORKSPACE
        if refers in known:
            choices = [*known[refers], *([None] if column.nullable else [])]
            return self.rng.choice(choices)
        if refers is not None or (column.nullable and self.rng.random() < 0.4):
            return None
        if column.name in {"id", "number", "import_key"}:
            return next(_ids) if not column.name.endswith("key") else None
        if column.name == "visibility":
            return "company"
        match column.type:
            case Boolean():
                return self.rng.random() < 0.5
            case UTCDateTime():
                return NOW - timedelta(days=self.rng.randrange(90))
            case Date():
                return NOW.date()
            case BigInteger():
                return self.rng.randrange(5)
        python = column.type.python_type
        return {list: ["x"], dict: {"x": "y"}}.get(python, self.rng.choice("abc"))

    def _vary(self, table: Table, ids: list[int], but: tuple[str, ...]) -> None:
        """Give the accounts or contacts themselves values; who stands below whom has no ring."""
        line = "parent_id" if table.name == "accounts" else "reports_to_id"
        for at, its_id in enumerate(ids):
            names = [
                one.name for one in table.columns if one.name not in {*but, "workspace_id", "merged_into_id", line}
            ]
            values = {name: self._value(table, table.c[name]) for name in names}
            values[line] = self.rng.choice([None, *ids[:at]])
            if table.name == "contacts":
                values["account_id"] = self.rng.choice(self.accounts)
            with self.store.engine.begin() as connection:
                connection.execute(update(table).where(table.c.id == its_id).values(**values))

    def _timers(self, subject: Subject, ids: list[int]) -> None:
        table = cast("Table", TimerRow.__table__)
        for its_id, step in itertools.product(ids, "ab"):
            if self.rng.random() < 0.6:
                row = {column.name: self._value(table, column) for column in table.columns}
                self._insert(
                    table,
                    {
                        **row,
                        "subject": subject,
                        "object_id": its_id,
                        "step": step,
                        "occurrence": "",
                        "state": "pending",
                    },
                )

    def _twins(self, subject: Subject, ids: list[int]) -> None:
        for one, other in itertools.combinations(sorted(ids), 2):
            if self.rng.random() < 0.5:
                is_over = self.rng.random() < 0.7
                self._insert(
                    cast("Table", TwinsRow.__table__),
                    {
                        "workspace_id": WORKSPACE,
                        "id": next(_ids),
                        "subject": subject,
                        "first_id": one,
                        "second_id": other,
                        "found_at": NOW,
                        "dismissed_at": NOW if is_over else None,
                        "dismissed_by_id": self.people[0] if is_over else None,
                    },
                )

    def _insert(self, table: Table, row: dict[str, Any]) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(insert(table), row)

    def index(self) -> None:
        """Let search know a note on every account, with every contact."""
        with self.store.begin(WORKSPACE) as tx:
            for account_id, interaction_id in itertools.product(self.accounts[:2], self.notes[:2]):
                tx.search.put(_note(interaction_id + account_id % 7, account_id, self.contacts[:1]))


def _note(interaction_id: int, account_id: int, contacts: Iterable[int] = ()) -> Note:
    return Note(
        Ref(Subject.INTERACTION, interaction_id),
        AccountId(account_id),
        None,
        Visibility.COMPANY,
        NOW,
        "pumps",
        contact_ids=tuple(map(ContactId, contacts)),
    )


def _picture(store: SqlStore) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table; the version of an account or contact grows with each change."""
    found = {}
    with store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in NOT_COMPARED:
                continue
            columns = [
                column
                for column in table.columns
                if not (table.name in {"accounts", "contacts"} and column.name == "version")
            ]
            found[table.name] = sorted(tuple(map(repr, row)) for row in connection.execute(select(*columns)))
    return found


def _side(tx: Transaction, subject: Subject, its_id: int) -> Side:
    side = tx.merges.side(Ref(subject, its_id), ITSELF)
    assert side is not None
    return side


def _merge(
    tx: Transaction, subject: Subject, goes_id: int, stays_id: int, by: str, joins: Iterable[str] = ()
) -> MergeId:
    goes, stays = (_side(tx, subject, one) for one in (goes_id, stays_id))
    merge_id = tx.merges.merge(stays, goes, surviving(stays, goes), [MemberId(one) for one in joins], MemberId(by), NOW)
    assert merge_id is not None
    return merge_id


def _merged(tx: Transaction, merge_id: MergeId, viewer: Viewer = ITSELF) -> Merged:
    merged = tx.merges.get(merge_id, viewer)
    assert merged is not None
    return merged


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), subject=st.sampled_from([Subject.ACCOUNT, Subject.CONTACT]))
def test_a_merge_that_is_taken_back_leaves_every_table_as_it_was(store: SqlStore, seed: int, subject: Subject) -> None:
    world = World(store, random.Random(seed))
    world.index()
    goes, stays = world.rng.sample(world.accounts if subject is Subject.ACCOUNT else world.contacts, 2)
    before = _picture(store)

    with store.begin(WORKSPACE) as tx:
        joins = world.people[:2] if subject is Subject.ACCOUNT else ()
        merge_id = _merge(tx, subject, goes, stays, world.people[0], joins)
    with store.engine.connect() as connection:
        for table, column in references(subject):
            if column != "merged_into_id" and table.name not in {"accounts", "contacts"}:
                left = connection.execute(select(table.c[column]).where(table.c[column] == goes)).all()
                assert not left, table.name
    between = _picture(store)
    with store.begin(WORKSPACE) as tx:
        undone = tx.merges.undo(_merged(tx, merge_id), world.people[1], LATER)

    assert between != before
    assert undone is not None
    assert (undone.fields, undone.rows) == ((), 0)
    after = _picture(store)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def _parents(store: SqlStore) -> dict[int, int | None]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(AccountRow.id, AccountRow.parent_id).where(AccountRow.merged_into_id.is_(None))
        )
        return {row.id: row.parent_id for row in rows}


@pytest.mark.parametrize(("goes", "stays"), list(itertools.permutations(range(3), 2)))
def test_no_unit_ends_up_below_itself(store: SqlStore, company: Company, goes: int, stays: int) -> None:
    lea = company.member("Lea Brunner")
    top = company.account("Helvetia")
    middle = company.account("Helvetia Pumpen", parent_id=top, relation="division")
    bottom = company.account("Helvetia Pumpen Werk", parent_id=middle, relation="site")
    chain = [top, middle, bottom]

    with store.begin(WORKSPACE) as tx:
        _merge(tx, Subject.ACCOUNT, chain[goes], chain[stays], lea.id)

    parents = _parents(store)
    assert len(parents) == 2
    assert sum(parent is None for parent in parents.values()) == 1
    assert all(parent is None or (parent in parents and parent != one) for one, parent in parents.items())


def test_what_was_added_since_stays_at_the_survivor(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays = company.account("Helvetia Pumpn", mission="theirs"), company.account("Helvetia Pumpen")
    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
    company._insert(
        NextStepRow,
        {
            "id": 99,
            "account_id": stays,
            "text": "call",
            "owner_id": lea.id,
            "visibility": "company",
            "state": "open",
            "version": 1,
        },
    )
    with store.engine.begin() as connection:
        connection.execute(update(AccountRow).where(AccountRow.id == stays).values(mission="newer"))

    with store.begin(WORKSPACE) as tx:
        undone = tx.merges.undo(_merged(tx, merge_id), lea.id, LATER)

    assert undone is not None
    assert undone.fields == ("mission",)
    with store.engine.connect() as connection:
        assert connection.execute(select(NextStepRow.account_id)).scalar_one() == stays
        assert connection.execute(select(AccountRow.mission).where(AccountRow.id == stays)).scalar_one() == "newer"


def test_a_row_that_went_elsewhere_since_is_left_there_and_counted(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays, third = (company.account(name) for name in ("Helvetia Pumpn", "Helvetia Pumpen", "Arven"))
    contact = company.contact(goes, "Sandra Meier")
    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
    with store.engine.begin() as connection:
        connection.execute(update(ContactRow).where(ContactRow.id == contact).values(account_id=third))

    with store.begin(WORKSPACE) as tx:
        undone = tx.merges.undo(_merged(tx, merge_id), lea.id, LATER)

    assert undone is not None
    assert undone.rows == 1
    with store.engine.connect() as connection:
        assert connection.execute(select(ContactRow.account_id)).scalar_one() == third


def test_who_is_on_both_teams_is_on_one_and_comes_back_to_both(store: SqlStore, company: Company) -> None:
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    goes, stays = company.account("Helvetia Pumpn"), company.account("Helvetia Pumpen")
    company.team(goes, lea, "support")
    company.team(stays, lea, "expert")
    company.team(goes, tom, "support")

    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
    with store.engine.connect() as connection:
        team = {tuple(row) for row in connection.execute(select(TeamRow.account_id, TeamRow.member_id, TeamRow.role))}
    with store.begin(WORKSPACE) as tx:
        tx.merges.undo(_merged(tx, merge_id), lea.id, LATER)

    assert team == {(stays, lea.id, "expert"), (stays, tom.id, "support")}
    with store.engine.connect() as connection:
        assert len(connection.execute(select(TeamRow.account_id)).all()) == 3


def test_a_line_between_the_two_goes(store: SqlStore, company: Company) -> None:
    lea, account = company.member("Lea Brunner"), company.account("Helvetia")
    goes, stays, boss = (company.contact(account, name) for name in ("S. Meier", "Sandra Meier", "Tom Frei"))
    for one, other in ((goes, stays), (goes, boss), (boss, stays)):
        company._insert(InfluenceRow, {"contact_id": one, "on_contact_id": other, "by_id": lea.id, "at": NOW})

    with store.begin(WORKSPACE) as tx:
        _merge(tx, Subject.CONTACT, goes, stays, lea.id)

    with store.engine.connect() as connection:
        rows = connection.execute(select(InfluenceRow.contact_id, InfluenceRow.on_contact_id))
        assert {tuple(row) for row in rows} == {(stays, boss), (boss, stays)}


def test_of_two_who_merge_at_once_the_second_changes_nothing(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays = company.account("Helvetia Pumpn"), company.account("Helvetia Pumpen")
    with store.read(WORKSPACE) as tx:
        seen = [_side(tx, Subject.ACCOUNT, one) for one in (stays, goes)]
    with store.begin(WORKSPACE) as tx:
        assert tx.merges.merge(seen[0], seen[1], {}, [], lea.id, NOW) is not None

    with store.begin(WORKSPACE) as tx:
        assert tx.merges.merge(seen[0], seen[1], {}, [], lea.id, NOW) is None
        assert tx.merges.merge(seen[1], seen[0], {}, [], lea.id, NOW) is None


def test_a_merge_is_taken_back_once(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays = company.account("Helvetia Pumpn"), company.account("Helvetia Pumpen")
    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
        merge = _merged(tx, merge_id)

        assert tx.merges.undo(merge, lea.id, LATER) is not None
        assert tx.merges.undo(merge, lea.id, LATER) is None
        assert tx.merges.of(Ref(Subject.ACCOUNT, goes), ITSELF) is None


def test_a_merged_account_exists_for_nobody_and_a_merge_of_a_hidden_one_neither(
    store: SqlStore, company: Company
) -> None:
    lea, tom = company.member("Lea Brunner"), company.member("Tom Frei")
    goes = company.account("Helvetia Pumpn", access="restricted", kam=lea)
    stays = company.account("Helvetia Pumpen", kam=lea)
    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
        leas, toms = (tx.access.viewer(one) for one in (lea, tom))

        assert tx.merges.side(Ref(Subject.ACCOUNT, goes), leas) is None
        assert tx.merges.get(merge_id, leas) is not None
        assert tx.merges.get(merge_id, toms) is None
        assert tx.merges.recent(leas, NOW, 5)
        assert tx.merges.recent(toms, NOW, 5) == ()


def test_a_merge_into_what_is_merged_later_is_found_there(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    one, two, three = (company.account(name) for name in ("Helvetia Pumpn", "Helvetia Pumpen", "Helvetia"))
    with store.begin(WORKSPACE) as tx:
        first = _merge(tx, Subject.ACCOUNT, one, two, lea.id)
        _merge(tx, Subject.ACCOUNT, two, three, lea.id)
        merge = _merged(tx, first)

        assert merge.account.id == three
        assert tx.merges.since(merge) == Ref(Subject.ACCOUNT, three)


def test_what_a_merge_changed_is_forgotten_when_its_time_is_over(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays = company.account("Helvetia Pumpn"), company.account("Helvetia Pumpen")
    with store.begin(WORKSPACE) as tx:
        _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)

        assert tx.merges.forget(NOW, 1000) == 0
        assert tx.merges.forget(LATER, 1) == 1
        assert tx.merges.forget(LATER, 1000) > 0
        assert tx.merges.forget(LATER, 1000) == 0
    with store.engine.connect() as connection:
        assert connection.execute(select(MergedValueRow.merge_id)).all() == []


def test_search_finds_the_notes_of_the_one_that_went_under_the_survivor(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays = company.account("Helvetia Pumpn"), company.account("Helvetia Pumpen")
    note = company._ids.__next__()
    company._insert(
        InteractionRow,
        {
            "id": note,
            "number": 1,
            "account_id": goes,
            "author_id": lea.id,
            "occurred_at": NOW,
            "logged_at": NOW,
            "text": "pumps",
            "kind": "visit",
            "tags": [],
            "visibility": "company",
            "version": 1,
        },
    )

    def found(account_id: int) -> int:
        with store.read(WORKSPACE) as tx:
            return len(tx.search.authors(AccountId(account_id), ITSELF, 5))

    with store.begin(WORKSPACE) as tx:
        tx.search.put(Note(Ref(Subject.INTERACTION, note), goes, lea.id, Visibility.COMPANY, NOW, "pumps"))
    assert (found(goes), found(stays)) == (1, 0)
    with store.begin(WORKSPACE) as tx:
        merge_id = _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)
    assert (found(goes), found(stays)) == (0, 1)
    with store.begin(WORKSPACE) as tx:
        tx.merges.undo(_merged(tx, merge_id), lea.id, LATER)
    assert (found(goes), found(stays)) == (1, 0)


def test_a_pair_that_is_two_stays_two_for_the_survivor(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea Brunner")
    goes, stays, third = (company.account(name) for name in ("Helvetia Pumpn", "Helvetia Pumpen", "Helvetia Pompen"))
    with store.begin(WORKSPACE) as tx:
        ((twins_id, _),) = tx.duplicates.add(Subject.ACCOUNT, [Pair.of(goes, third)], NOW)
        assert tx.duplicates.dismiss(twins_id, lea.id, NOW)
        _merge(tx, Subject.ACCOUNT, goes, stays, lea.id)

        assert tx.duplicates.add(Subject.ACCOUNT, [Pair.of(stays, third)], NOW) == ()
