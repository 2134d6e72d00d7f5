import threading

import pytest
from sqlalchemy import text

from bot.domain.identity import InteractionId
from bot.domain.setup import ATTRIBUTES, File, Record, Value
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.statements import statements


def accounts(count: int, **values: Value) -> list[Record]:
    return [Record(n, {**ATTRIBUTES[File.ACCOUNTS], "name": f"Account {n}", **values}) for n in range(1, count + 1)]


def test_many_objects_are_written_in_few_statements(store: SqlStore, company: Company) -> None:
    with statements(store) as said, store.begin(WORKSPACE) as tx:
        tx.setup.add(File.ACCOUNTS, accounts(2500), NOW)
        tx.setup.change(File.ACCOUNTS, accounts(2500, mission="m", aliases=("alias",)), NOW)
        known = tx.setup.known()

    assert len(known.accounts) == 2500
    assert known.accounts[2500]["aliases"] == ("alias",)
    assert len(said) < 30


def test_a_change_touches_the_attributes_it_has_and_raises_the_version(store: SqlStore, company: Company) -> None:
    account_id = company.account("Helvetia", mission="kept", tier="a")

    with store.begin(WORKSPACE) as tx:
        tx.setup.change(File.ACCOUNTS, [Record(account_id, {"name": "Helvetia", "tier": "b"})], NOW)
        stored = tx.setup.known().accounts[account_id]

    assert (stored["tier"], stored["mission"]) == ("b", "kept")
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT version FROM accounts")).scalar_one() == 2


def test_records_with_different_attributes_are_changed_each_as_they_say(store: SqlStore, company: Company) -> None:
    account_id = company.account("Helvetia")
    first, second = company.contact(account_id, "Suter", level=3), company.contact(account_id, "Lang", level=3)

    with store.begin(WORKSPACE) as tx:
        tx.setup.change(File.CONTACTS, [Record(first, {"level": 1}), Record(second, {"title": "CEO"})], NOW)
        stored = tx.setup.known().contacts

    assert (stored[first]["level"], stored[first]["title"]) == (1, None)
    assert (stored[second]["level"], stored[second]["title"]) == (3, "CEO")


def test_nothing_to_write_asks_the_database_nothing(store: SqlStore, company: Company) -> None:
    with store.begin(WORKSPACE) as tx:
        tx.setup.add(File.ACCOUNTS, [], NOW)
        tx.setup.change(File.ACCOUNTS, [], NOW)

        assert tx.history.record_all([]) == []
        assert tx.setup.imported([]) == {}
        assert tx.setup.interactions([InteractionId(1)]) == ()


def test_numbers_are_taken_as_a_block_without_gaps(store: SqlStore, company: Company) -> None:
    with store.begin(WORKSPACE) as tx:
        first, second = list(tx.setup.numbers(3)), list(tx.setup.numbers(2))

    assert (first, second) == ([1, 2, 3], [4, 5])


def test_a_second_import_at_the_same_time_waits_for_the_first(store: SqlStore, company: Company) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time by itself")
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with store.begin(WORKSPACE) as tx:
            tx.setup.take_time()
            inside.set()
            go_on.wait(5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(5)
    threading.Timer(0.2, go_on.set).start()
    with store.begin(WORKSPACE) as tx:
        tx.setup.take_time()
        order.append("second")
    thread.join(5)

    assert order == ["first", "second"]
