"""A small company as files, and the desk that writes and imports them."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.csv_files import read_folder
from bot.domain.access import Viewer
from bot.domain.identity import MemberId
from bot.domain.members import Profile
from bot.domain.setup import ImportSetUp, Problem, SetUpImported, SetUpRefused
from bot.services import setup
from storage.store import SqlStore
from storage.tables import Base
from tests.company import NOW, WORKSPACE

BERLIN = ZoneInfo("Europe/Berlin")
EVERYTHING = Viewer(MemberId("UX"), is_kam_lead=True)
MEMBERS = """slack_id,name,email,department
ULEA,Lea,lea@arven.example,Technik
UTOM,Tom,tom@arven.example,
"""
DEPARTMENTS = """department,channel,coordinator
Technik,CTECH,ULEA
"""
ACCOUNTS = """account,aliases,kam,access,mission
Helvetia,HPU,lea@arven.example,,Pumpen
Trautwyl,,UTOM,restricted,
"""
CONTACTS = """account,name,title,decision_role,reports_to
Helvetia,Urs Bachofner,CEO,decider,
Helvetia,Daniela Suter,Einkauf,buyer|champion,Urs Bachofner
"""
INTERACTIONS = """account,author,when,text,kind,contacts
Helvetia,UTOM,2026-03-02 10:00,Später besucht,visit,Daniela Suter
HPU,tom@arven.example,2026-03-01 10:00,Zuerst telefoniert,call,Urs Bachofner|Daniela Suter
"""
COMPANY = {
    "members": MEMBERS,
    "departments": DEPARTMENTS,
    "accounts": ACCOUNTS,
    "team": "account,member,role\nHelvetia,UTOM,expert\n",
    "contacts": CONTACTS,
    "sponsors": "sponsor,kam\nUTOM,ULEA\n",
    "interactions": INTERACTIONS,
}


class Desk:
    """Writes files and imports them, as an operator does."""

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.directory: list[Profile] = []
        self.seen: list[int] = []
        self.now = NOW
        self.dry_run = False

    def bring(self, **files: str) -> SetUpImported:
        """Import these files and no others."""
        for path in self.folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (self.folder / f"{name}.csv").write_text(content, encoding="utf-8")
        data = read_folder(self.folder, BERLIN)
        command = ImportSetUp(WORKSPACE, data, self.directory, self.dry_run)
        return setup.import_files(self.store, self.now, command, self.seen.append)

    def refused(self, **files: str) -> list[Problem]:
        """Import files of which something is wrong; return what."""
        with pytest.raises(SetUpRefused) as refused:
            self.bring(**files)
        return list(refused.value.problems)

    def refused_once(self, **files: str) -> Problem:
        """Import files of which one thing is wrong."""
        (problem,) = self.refused(**files)
        return problem

    def rows(self, table: type[Base], **values: Any) -> list[Any]:
        """Read the rows of a table that have these values."""
        with self.store.engine.connect() as connection:
            found = connection.execute(select(table.__table__)).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in values.items())]

    def row(self, table: type[Base], **values: Any) -> Any:
        """Read the only one."""
        (row,) = self.rows(table, **values)
        return row

    def written(self) -> int:
        """Count everything that is stored."""
        with self.store.engine.connect() as connection:
            return sum(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in Base.metadata.sorted_tables
                if table.name != "workspaces"
            )


def totals(done: SetUpImported) -> dict[str, tuple[int, int, int]]:
    """Return how many were added, changed and left as they were, by file."""
    return {str(file): (count.new, count.changed, count.unchanged) for file, count in done.counts.items()}
