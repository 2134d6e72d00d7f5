import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, bindparam, create_engine, inspect, select, text

from bot.domain.names import match_key
from bot.services.delivery import LOADERS
from bot.services.timers import STEPS
from storage import schema
from storage.engine import make_engine
from storage.tables import (
    AccountNameRow,
    Base,
    ContactRow,
    DepartmentRow,
    FavourRow,
    InteractionContactRow,
    NextStepRow,
    OutboxRow,
    PositionRow,
    PromiseRow,
    RequestRow,
    TimerRow,
    UTCDateTime,
)
from tests.race import at_once

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgres_url")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS schema_test"))
        connection.execute(text("CREATE DATABASE schema_test"))
    yield server.replace("/postgres?", "/schema_test?")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE schema_test"))
    admin.dispose()


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    engine = make_engine(empty)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if not name.startswith("search_index")}


def test_an_empty_database_is_brought_up_to_date_and_stays_so(engine: Engine) -> None:
    assert not schema.is_current(engine)
    assert schema.versions(engine)[0] is None

    for _ in range(2):
        schema.upgrade(engine)
        assert schema.is_current(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}


def test_the_migrated_schema_equals_the_tables(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": schema.is_ours,
            "include_object": schema.is_for(connection.dialect.name),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_schema_has_the_indexes_and_parts_of_them_that_comparing_overlooks(
    engine: Engine, tmp_path: Path
) -> None:
    """Alembic compares neither conditions of indexes nor SQLite's virtual tables and checks."""
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite keeps the statements that made it")
    schema.upgrade(engine)
    direct = make_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    Base.metadata.create_all(direct)
    assert _statements(engine) == _statements(direct)
    direct.dispose()


def _statements(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'table'"
        )
        virtual = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
        return {name: " ".join(sql.split()) for name, sql in (*rows, *virtual)}


def test_replicas_that_start_at_once_migrate_once(empty: str) -> None:
    def replica() -> None:
        engine = make_engine(empty)
        try:
            schema.upgrade(engine)
            assert schema.is_current(engine)
        finally:
            engine.dispose()

    assert at_once(replica, 4) == [None] * 4


def test_a_migration_waits_longer_than_a_request_and_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(1.3, other.rollback)
    release.start()

    schema.upgrade(engine)

    release.join()
    other.close()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 1000
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


@pytest.mark.postgres
def test_a_migration_changes_no_setting_of_the_connection(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        before = connection.execute(text("SHOW lock_timeout")).scalar()
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": schema.versions(engine)[1]})
    schema.upgrade(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == before == "1s"
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = schema._run

    def stumble(connection: Connection) -> None:
        run(connection)
        raise LookupError("power cut")

    monkeypatch.setattr(schema, "_run", stumble)
    with pytest.raises(LookupError):
        schema.upgrade(engine)
    assert tables(engine) == set()

    monkeypatch.undo()
    schema.upgrade(engine)
    assert schema.is_current(engine)


def test_what_was_under_way_before_clocks_gets_one_and_news_that_waited_goes(engine: Engine) -> None:
    """Migration 0005: one timer each for what waits, none for what is over; no row keeps a topic that nobody tells."""
    here = {"workspace_id": "T1", "created_at": AT, "version": 1}
    of_request = {**here, "account_id": 1, "requester_id": "U", "kind": "expert", "what": "", "needed_by": "2026-12-01"}
    of_conflict = {**here, "account_id": 1, "raiser_id": "U", "party_a_id": "U", "party_b_id": "U"}
    states = ("open", "accepted", "declined"), ("raised", "acknowledged", "decided", "without_recipient")
    topics = ("request.accepted", "request.declined", "request.assigned")
    upgraded_to(engine, "0004")
    put(engine, "workspaces", workspace_id="T1")
    put(engine, "members", workspace_id="T1", id="U")
    put(engine, "accounts", workspace_id="T1", id=1, access="open")
    for number, state in enumerate(states[0], start=1):
        answered = {"visibility": "company", "answered_at": AT if state != "open" else None}
        put(engine, "requests", **of_request, **answered, id=number, number=number, state=state)
    for number, state in enumerate(states[1], start=11):
        put(engine, "escalations", **of_conflict, **CASE, id=number, number=number, state=state)
    for number, topic in enumerate(topics, start=1):
        put(engine, "outbox", **OUTBOX, id=number, key=f"k{number}", topic=topic)

    schema.upgrade(engine)

    with engine.connect() as connection:
        wound = connection.execute(select(TimerRow.subject, TimerRow.object_id, TimerRow.step, TimerRow.due_at)).all()
        told = connection.execute(select(OutboxRow.topic).order_by(OutboxRow.id)).scalars().all()
        closed = connection.execute(select(RequestRow.closed_at).order_by(RequestRow.id)).scalars().all()
    assert sorted(wound) == [
        ("escalation", 11, "escalation.clock", AT),
        ("escalation", 12, "escalation.clock", AT),
        ("request", 1, "request.begin", AT),
        ("request", 2, "request.begin", AT),
    ]
    assert {step for _subject, _id, step, _due in wound} <= set(STEPS)
    assert told == ["request.news", "request.news", "request.assigned"]
    assert set(told) <= set(LOADERS)
    assert closed == [None, None, AT]


def test_what_was_logged_before_keeps_its_promise_step_favour_and_contacts(engine: Engine) -> None:
    """Migration 0006: who wrote it and the first date are known, open ones are watched, contacts stand where they stood."""
    here = {"workspace_id": "T1"}
    note = {**here, "account_id": 1, "author_id": "ULEA", "occurred_at": AT, "logged_at": AT, "visibility": "team"}
    of_note = {**here, "account_id": 1, "owner_id": "UBEN"}
    upgraded_to(engine, "0005")
    put(engine, "workspaces", workspace_id="T1")
    for member in ("ULEA", "UBEN"):
        put(engine, "members", **here, id=member)
    put(engine, "accounts", **here, id=1, access="open")
    for number, title in ((7, "Buyer"), (8, None)):
        put(
            engine, "contacts", **here, id=number, account_id=1, name_key=f"k{number}", title=title, level=3, attitude=4
        )
    put(engine, "interactions", **note, id=11, number=1, favour="expert")
    put(engine, "interactions", **note, id=12, number=2, favour="news")
    put(engine, "interactions", **note, id=13, number=3, withdrawn_at=AT)
    for note_id, contact_id in ((11, 7), (12, 7), (12, 8)):
        put(engine, "interaction_contacts", **here, interaction_id=note_id, contact_id=contact_id)
    for number, note_id in ((21, 11), (22, 13)):
        put(engine, "promises", **of_note, id=number, interaction_id=note_id, text="Samples", due_on=date(2026, 12, 1))
    for number, due_on in ((31, date(2026, 12, 2)), (32, None)):
        put(engine, "next_steps", **of_note, id=number, interaction_id=11, text="Call", due_on=due_on)

    schema.upgrade(engine)

    with engine.connect() as connection:

        def rows(*columns: Any) -> list[tuple[Any, ...]]:
            return sorted(map(tuple, connection.execute(select(*columns))), key=str)

        made = ("id", "first_due_on", "owner_id", "author_id", "visibility", "state", "version")
        common = ("UBEN", "ULEA", "company", "open", 1)
        assert rows(*(getattr(PromiseRow, name) for name in made)) == [
            (number, date(2026, 12, 1), *common) for number in (21, 22)
        ]
        steps = [(31, date(2026, 12, 2), *common), (32, None, *common)]
        assert rows(*(getattr(NextStepRow, name) for name in made)) == steps
        wound = rows(TimerRow.subject, TimerRow.object_id, TimerRow.step, TimerRow.due_at)
        assert wound == [
            (kind, number, "commitment.begin", AT) for kind, number in (("next_step", 31), ("promise", 21))
        ]
        given = rows(FavourRow.id, FavourRow.contact_id, FavourRow.kind, FavourRow.direction, FavourRow.on)
        assert given == [(11, 7, "expert", "given", AT.date()), (12, None, "news", "given", AT.date())]
        assert rows(FavourRow.member_id, FavourRow.visibility, FavourRow.interaction_id) == [
            ("ULEA", "team", 11),
            ("ULEA", "team", 12),
        ]
        met = rows(InteractionContactRow.contact_id, InteractionContactRow.occurred_at)
        assert met == [(7, AT), (7, AT), (8, AT)]
        stands = rows(PositionRow.contact_id, PositionRow.title, PositionRow.level, PositionRow.from_on)
        assert stands == [(7, "Buyer", 3, None), (8, None, 3, None)]
        assert rows(ContactRow.id, ContactRow.attitude, ContactRow.merged_into_id) == [(7, 4, None), (8, 4, None)]


def test_names_with_the_apostrophe_of_a_phone_are_found_by_that_of_a_keyboard(engine: Engine) -> None:
    """Migration 0007: keys are what they are made today; of an account's spellings with one key its own name stays."""
    here = {"workspace_id": "T1"}
    upgraded_to(engine, "0006")
    put(engine, "workspaces", workspace_id="T1")
    put(engine, "members", **here, id="UBEN")
    known = {
        1: {"O\u2019Brien": "o\u2019brien", "O'Brien": "o'brien"},
        2: {"O\u2018Brien": "o\u2018brien", "A\u2013B": "a\u2013b"},
        3: {"Ива\u0301нов": "ива\u0301нов", "L \u00b4Or": "l \u0301or"},
    }
    for account_id, spellings in known.items():
        put(engine, "accounts", **here, id=account_id, access="open", name=next(iter(spellings)))
        for name, key in spellings.items():
            put(engine, "account_names", **here, account_id=account_id, key=key, name=name)
    put(engine, "contacts", **here, id=7, account_id=1, name="Pat O\u2019Brien", name_key="pat o\u2019brien")
    departments = {4: "kunde\u2019s", 5: "kunde's", 6: "f\u2010e", 7: "f\u2013e"}
    for department_id, key in departments.items():
        put(engine, "departments", **here, id=department_id, name=key, name_key=key, coordinator_id="UBEN")

    schema.upgrade(engine)

    with engine.connect() as connection:

        def rows(*columns: Any) -> list[tuple[Any, ...]]:
            return sorted(map(tuple, connection.execute(select(*columns))))

        assert rows(AccountNameRow.account_id, AccountNameRow.name, AccountNameRow.key) == [
            (1, "O\u2019Brien", "o'brien"),
            (2, "A\u2013B", "a-b"),
            (2, "O\u2018Brien", "o'brien"),
            (3, "L \u00b4Or", match_key("L 'Or")),
            (3, "Ива\u0301нов", match_key("ИВА\u0301НОВ")),
        ]
        assert rows(ContactRow.name, ContactRow.name_key) == [("Pat O\u2019Brien", match_key("Pat O'Brien"))]
        assert rows(DepartmentRow.id, DepartmentRow.name_key) == [
            (4, "kunde\u2019s"),
            (5, "kunde's"),
            (6, "f-e"),
            (7, "f\u2013e"),
        ]


AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CASE = dict.fromkeys(("our_goal", "their_goal", "tried", "decision_wanted"), "")
OUTBOX = {
    "workspace_id": "T1",
    "form": "note",
    "subject": "request",
    "object_id": 1,
    "place": "U",
    "priority": 1,
    "state": "pending",
    "due_at": AT,
    "created_at": AT,
    "attempts": 0,
    "queue": "q",
    "lane": "l",
}


def upgraded_to(engine: Engine, version: str) -> None:
    """Bring an empty database to an older version."""
    with engine.begin() as connection:
        command.upgrade(schema.config(connection), version)


def put(engine: Engine, table: str, **values: object) -> None:
    """Insert a row as an older release did; what need not be said has the column's zero."""
    with engine.begin() as connection:
        known = {column["name"]: column for column in inspect(connection).get_columns(table)}
        zero = {
            name: _ZERO[column["type"].python_type]
            for name, column in known.items()
            if not column["nullable"] and column["default"] is None and name not in values
        }
        row = {**zero, **values}
        times = (bindparam(name, type_=UTCDateTime) for name, value in row.items() if isinstance(value, datetime))
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})").bindparams(*times), row)


_ZERO = {bool: False, int: 0, str: "", datetime: AT, object: "[]"}


def test_the_next_migration_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    home = tmp_path / "migrations"
    shutil.copytree(schema._HERE, home)
    before = set((home / "versions").glob("*.py"))
    monkeypatch.setattr(schema, "_HERE", home)

    schema.write_migration("Nothing new")

    (written,) = set((home / "versions").glob("*.py")) - before
    assert written.name.startswith(f"{len(before) + 1:04d}_nothing_new")
    assert "pass" in written.read_text()
