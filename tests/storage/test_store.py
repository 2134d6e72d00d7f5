import threading
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.delivery import Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import ChannelId, MemberId, WorkspaceId
from bot.domain.members import Workspace
from bot.ports import StoreAway
from storage.engine import make_engine
from storage.store import SqlStore, Transaction, UnknownWorkspace
from tests.company import NOW, WORKSPACE, Company

TOLD = Outgoing(Form.NOTE, "t", Ref(Subject.REQUEST, 1), Priority.REQUEST, to_channel=ChannelId("C1"))


def test_nothing_is_known_before_the_first_workspace(store: SqlStore) -> None:
    assert store.knows(WORKSPACE) is None
    assert store.workspaces() == ()
    with pytest.raises(UnknownWorkspace), store.begin(WORKSPACE):
        raise AssertionError
    with pytest.raises(UnknownWorkspace), store.read(WORKSPACE):
        raise AssertionError


def test_a_workspace_is_made_once_and_its_defaults_follow_the_settings(store: SqlStore) -> None:
    first = Workspace(WORKSPACE, "Arven", "en", "Europe/Zurich", "CH")
    store.install(first, [], NOW)
    assert store.knows(WORKSPACE)
    assert store.knows(WorkspaceId("T2")) is False

    changed = Workspace(WORKSPACE, "Arven AG", "de", "Europe/Berlin", "DE", MemberId("UBOT"))
    store.install(changed, ["U1"], NOW)

    assert store.workspaces() == (changed,)
    with store.read(WORKSPACE) as tx:
        assert tx.workspace == changed


def test_a_workspace_installed_by_another_process_is_found(store: SqlStore, company: Company) -> None:
    other = SqlStore(store.engine)
    other.install(Workspace(WorkspaceId("T2"), "Beta", "de", "Europe/Berlin", "DE"), [], NOW)
    assert store.knows(WorkspaceId("T2"))


def test_a_commit_that_left_something_to_tell_wakes_the_worker(store: SqlStore, company: Company) -> None:
    woken: list[int] = []
    store.on_commit = lambda: woken.append(_outbox(store))

    with store.begin(WORKSPACE) as tx:
        tx.inbox.record("k", Ref(Subject.REQUEST, 1), NOW)
    assert woken == []
    with store.begin(WORKSPACE) as tx:
        tx.outbox.put(TOLD, NOW)
        assert woken == []
    assert woken == [1], "after the commit, so that the worker finds the row"


def test_an_exception_rolls_everything_back_and_wakes_nobody(store: SqlStore, company: Company) -> None:
    woken: list[None] = []
    store.on_commit = lambda: woken.append(None)
    with pytest.raises(LookupError), store.begin(WORKSPACE) as tx:
        stumble(tx)
    assert _outbox(store) == 0
    assert woken == []


def test_a_reading_transaction_sees_one_picture(store: SqlStore, disk: SqlStore) -> None:
    shared = disk if store.engine.dialect.name == "sqlite" else store
    company = Company(shared)
    with shared.read(WORKSPACE) as tx:
        assert tx.members.get(MemberId("ULEA")) is None
        company.member("Lea", id="ULEA")
        assert tx.members.get(MemberId("ULEA")) is None
    assert company.get("ULEA") is not None


def test_what_is_written_while_reading_is_not_kept(store: SqlStore, company: Company) -> None:
    with suppress(SQLAlchemyError), store.read(WORKSPACE) as tx:
        tx.inbox.record("written while reading", Ref(Subject.MEMBER, 1), NOW)

    with store.read(WORKSPACE) as tx:
        assert tx.inbox.effect_of("written while reading") is None


def test_what_the_driver_prepared_outlives_the_transaction_that_reads(store: SqlStore, company: Company) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite keeps them by their text")
    engine = make_engine(store.engine.url.render_as_string(hide_password=False))
    alone = SqlStore(engine)
    for _ in range(10):
        with alone.read(WORKSPACE) as tx:
            tx.members.kam_leads()
    with alone.read(WORKSPACE) as tx:
        prepared = tx.members._session.run(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one()
    engine.dispose()
    assert prepared == 1


def test_threads_of_one_process_write_one_after_the_other_and_say_so_when_it_takes_too_long(
    disk: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    Company(disk)
    monkeypatch.setattr("storage.store.LOCK_WAIT_SECONDS", 0.05)
    faults: list[StoreAway] = []

    def write() -> None:
        try:
            with disk.begin(WORKSPACE):
                raise AssertionError
        except StoreAway as fault:
            faults.append(fault)

    with disk.begin(WORKSPACE):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert [(fault.is_cut, fault.in_doubt) for fault in faults] == [(False, False)]
    with disk.begin(WORKSPACE) as tx:
        assert tx.workspace.id == WORKSPACE


def test_numbers_are_given_without_a_gap_per_kind_and_workspace(store: SqlStore, company: Company) -> None:
    Company(store, workspace=WorkspaceId("T2"))
    taken = []
    for workspace in (WORKSPACE, WORKSPACE, WorkspaceId("T2"), WORKSPACE):
        with store.begin(workspace) as tx:
            taken.append(tx.outbox._session.next_number("request"))
    with pytest.raises(LookupError), store.begin(WORKSPACE) as tx:
        stumble(tx)
    with store.begin(WORKSPACE) as tx:
        taken += [tx.outbox._session.next_number("request"), tx.outbox._session.next_number("escalation")]
    assert taken == [1, 2, 1, 3, 4, 1]


def test_an_upsert_keeps_fills_and_updates_as_told(store: SqlStore, company: Company) -> None:
    from storage.tables import ChannelRow

    def put(**values: object) -> tuple[object, ...]:
        flags = dict.fromkeys(("is_private", "is_archived", "is_external", "is_member"), False)
        row = {"workspace_id": WORKSPACE, "id": "C1", "name": None, "checked_at": None, **flags, **values}
        with store.begin(WORKSPACE) as tx:
            session = tx.outbox._session
            session.upsert(
                ChannelRow, ["workspace_id", "id"], [row], keep=["is_member"], fill=["name"], update=["checked_at"]
            )
            session.upsert(ChannelRow, ["workspace_id", "id"], [])
            found = tx.channels.get(ChannelId("C1"))
        assert found is not None
        return found.name, found.is_member, found.checked_at, found.is_private

    assert put(is_member=True) == (None, True, None, False)
    assert put(name="hpu", checked_at=NOW, is_private=True) == ("hpu", True, NOW, True)
    assert put(name="other", checked_at=None) == ("hpu", True, NOW, False)


def test_an_upsert_with_nothing_to_change_leaves_the_row(store: SqlStore, company: Company) -> None:
    from storage.tables import SearchWordRow

    with store.begin(WORKSPACE) as tx:
        session = tx.outbox._session
        for _ in range(2):
            session.upsert(SearchWordRow, ["workspace_id", "word"], [{"workspace_id": WORKSPACE, "word": "stahl"}])
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM search_words")).scalar() == 1


def stumble(tx: Transaction) -> None:
    """Fail when everything is written."""
    tx.outbox.put(TOLD, NOW)
    tx.inbox.record("k", Ref(Subject.REQUEST, 1), NOW)
    tx.outbox._session.next_number("request")
    raise LookupError


def _outbox(store: SqlStore) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM outbox")).scalar() or 0)
