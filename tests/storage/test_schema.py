import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from storage import schema
from storage.engine import make_engine
from storage.tables import Base
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

    def stumble(connection: object) -> None:
        run(connection)  # type: ignore[arg-type]
        raise LookupError("power cut")

    monkeypatch.setattr(schema, "_run", stumble)
    with pytest.raises(LookupError):
        schema.upgrade(engine)
    assert tables(engine) == set()

    monkeypatch.undo()
    schema.upgrade(engine)
    assert schema.is_current(engine)


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
