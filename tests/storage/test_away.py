"""What the core is told when the database is busy, gone, or cut in the middle of a transaction."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.exc import NoResultFound, OperationalError

from bot.domain.identity import MemberId
from bot.ports import StoreAway
from storage.engine import READ_ONLY, make_engine
from storage.store import SqlStore
from storage.tables import InteractionRow
from tests.company import WORKSPACE, Company
from tests.slack import Slack, words


@contextmanager
def cut(engine: Engine, when: str, at: int = 1, *, of_reader: bool = False) -> Iterator[None]:
    """Have the server end the connection at its n-th event of a kind, once, as a restart does; a commit is a writer's."""
    left = [at]

    def end(connection: Any, *_: object) -> None:
        if when == "commit" and connection.get_execution_options().get(READ_ONLY, False) is not of_reader:
            return
        left[0] -= 1
        if left[0]:
            return
        killer = create_engine(engine.url)
        pid = connection.connection.driver_connection.info.backend_pid
        with killer.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        killer.dispose()

    event.listen(engine, when, end)
    try:
        yield
    finally:
        event.remove(engine, when, end)


@pytest.mark.parametrize("at", [1, 2, 5, 12])
def test_a_connection_that_breaks_under_a_command_is_replaced_and_the_command_stored_once(
    postgres_store: SqlStore, at: int
) -> None:
    slack = Slack(postgres_store, Company(postgres_store))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")

    with cut(postgres_store.engine, "before_cursor_execute", at=at + 2):
        answer = slack.command(lea, "/kam-log Helvetia: Besuch im Werk")

    assert "I-1" in words(answer)
    assert _interactions(postgres_store) == 1


def test_a_commit_whose_outcome_nobody_knows_is_tried_again_under_the_same_key(
    postgres_store: SqlStore,
) -> None:
    slack = Slack(postgres_store, Company(postgres_store))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")

    with cut(postgres_store.engine, "commit"):
        assert "I-1" in words(slack.command(lea, "/kam-log Helvetia: Besuch im Werk"))

    assert _interactions(postgres_store) == 1


def test_what_was_read_stays_read_although_the_connection_breaks_at_the_end(postgres_store: SqlStore) -> None:
    company = Company(postgres_store)
    company.member("Lea", id="ULEA")

    with cut(postgres_store.engine, "commit", of_reader=True), postgres_store.read(WORKSPACE) as tx:
        assert tx.members.get(MemberId("ULEA")) is not None

    with postgres_store.read(WORKSPACE) as tx:
        assert tx.members.get(MemberId("ULEA")) is not None


def test_the_core_hears_that_a_connection_broke_and_whether_it_did_so_during_the_commit(
    postgres_store: SqlStore,
) -> None:
    Company(postgres_store)
    with (
        cut(postgres_store.engine, "commit"),
        pytest.raises(StoreAway) as during,
        postgres_store.begin(WORKSPACE) as tx,
    ):
        tx.members.get(MemberId("U1"))
    assert (during.value.is_cut, during.value.in_doubt) == (True, True)

    with (
        cut(postgres_store.engine, "before_cursor_execute"),
        pytest.raises(StoreAway) as before,
        postgres_store.begin(WORKSPACE) as tx,
    ):
        tx.members.get(MemberId("U1"))
    assert (before.value.is_cut, before.value.in_doubt) == (True, False)

    with postgres_store.begin(WORKSPACE) as tx:
        assert tx.members.get(MemberId("U1")) is None


def test_a_server_that_is_gone_is_said_to_be_away_and_a_wrong_statement_is_not(store: SqlStore) -> None:
    Company(store)
    with pytest.raises(Exception, match="nowhere") as wrong, store.read(WORKSPACE) as tx:
        tx.members._session.run(text("SELECT * FROM nowhere"))
    assert not isinstance(wrong.value, StoreAway)

    gone = SqlStore(make_engine("postgresql+psycopg://nobody@127.0.0.1:9/none"))
    gone.suppose(store._known[WORKSPACE])
    with pytest.raises(StoreAway), gone.read(WORKSPACE):
        pass


def test_a_request_that_finds_every_connection_taken_is_told_so_and_the_next_finds_one(
    postgres_store: SqlStore,
) -> None:
    Company(postgres_store)
    engine = make_engine(postgres_store.engine.url.render_as_string(hide_password=False))
    store, taken = SqlStore(engine), ExitStack()
    store.suppose(postgres_store._known[WORKSPACE])
    with taken:
        for _ in range(32):
            taken.enter_context(engine.connect())
        with pytest.raises(StoreAway) as away, store.begin(WORKSPACE):
            pass
        assert not away.value.is_cut
    with store.begin(WORKSPACE) as tx:
        assert tx.members.get(MemberId("U1")) is None
    engine.dispose()


FULL: dict[str, Callable[[sqlite3.Connection], object]] = {
    "full": lambda own: own.execute("PRAGMA max_page_count = 1"),
    "read-only": lambda own: own.execute("PRAGMA query_only = ON"),
}


@pytest.mark.parametrize("how", FULL)
def test_a_full_or_read_only_disk_saves_nothing_says_so_and_heals_by_itself(
    disk: SqlStore, tmp_path: Path, how: str
) -> None:
    slack = Slack(disk, Company(disk))
    lea = slack.company.member("Lea")
    slack.company.account("Helvetia")

    def spoil(own: sqlite3.Connection, *_: object) -> None:
        FULL[how](own)

    disk.engine.dispose()
    event.listen(disk.engine, "connect", spoil)
    answer = slack.command(lea, "/kam-log Helvetia: " + "Besuch im Werk " * 400)
    event.remove(disk.engine, "connect", spoil)
    disk.engine.dispose()

    assert "was not saved" in words(answer)
    assert _interactions(disk) == 0
    assert "I-1" in words(slack.command(lea, "/kam-log Helvetia: Besuch im Werk"))
    assert sqlite3.connect(tmp_path / "scharnier.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_fault_of_sql_that_is_ours_stays_what_it_is(disk: SqlStore) -> None:
    Company(disk)
    with pytest.raises(OperationalError), disk.begin(WORKSPACE) as tx:
        tx.members._session.run(text("SELECT * FROM nowhere"))


def test_a_fault_of_ours_that_never_reached_the_database_does_not_say_it_was_away(store: SqlStore) -> None:
    Company(store)
    with pytest.raises(NoResultFound), store.begin(WORKSPACE) as tx:
        tx.members._session.run(select(InteractionRow.id)).one()


def _interactions(store: SqlStore) -> int:
    with store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(InteractionRow)).scalar_one()
