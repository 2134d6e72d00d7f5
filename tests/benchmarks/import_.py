"""Measures the import: 10 000 and 100 000 interactions, read, written and indexed, then once more unchanged."""

import argparse
import csv
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.csv_files import read_folder
from bot.domain.identity import WorkspaceId
from bot.domain.members import Workspace
from bot.domain.setup import File, ImportSetUp
from bot.services import setup
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from tests.benchmarks.search import postgres, sqlite

HERE = WorkspaceId("T0BENCH")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = """Kunde Termin Besuch Preis Angebot Lieferung Projekt Linie Werk Anlage Einkauf Qualität Bericht Vertrag Menge
Prüfung Muster Frist Kosten Rabatt Kupplung Welle Motor Pumpe Wartung Ersatzteil Reklamation Schulung Bestellung
delivery price offer order plant quality report contract volume sample deadline discount coupling shaft maintenance
complaint training invoice budget approval drawing tolerance material coating packaging freight customs shortage"""


def make(folder: Path, count: int) -> None:
    """Write a company with so many interactions."""
    chance = random.Random(7)
    accounts, members = [f"Account {n} AG" for n in range(300)], [f"U0BENCH{n:03}" for n in range(60)]
    _write(folder / File.ACCOUNTS, ("account", "kam"), [(name, chance.choice(members)) for name in accounts])
    contacts = [(chance.choice(accounts), f"Person {n} Muster", "aims of a person") for n in range(2000)]
    _write(folder / File.CONTACTS, ("account", "name", "aims"), contacts)
    words_known = WORDS.split()
    start = NOW - timedelta(days=3 * 365)
    rows = []
    for n in range(count):
        account, contact, _ = chance.choice(contacts)
        when = start + timedelta(minutes=n * 1_500_000 // count)
        words = f"{' '.join(chance.choices(words_known, k=25))} Nr. {n}"
        rows.append(
            (account, chance.choice(members), when.isoformat(timespec="minutes"), words, "visit", "need", contact)
        )
    columns = ("account", "author", "when", "text", "kind", "category", "contacts")
    _write(folder / File.INTERACTIONS, columns, rows)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def measure(store: SqlStore, folder: Path, count: int) -> None:
    """Import twice and print what it took."""
    store.install(Workspace(HERE, "Bench", "en", "Europe/Berlin", "DE"), [], NOW)
    for what in ("first", "again"):
        started, began = time.perf_counter(), time.process_time()
        data = read_folder(folder, ZoneInfo("Europe/Berlin"))
        read = time.perf_counter()
        setup.import_files(store, NOW, ImportSetUp(HERE, data))
        done, processor = time.perf_counter(), time.process_time() - began
        name = store.engine.dialect.name
        print(
            f"{name:>10} {count:>7} {what:>6}: read {read - started:6.1f} s, stored {done - read:6.1f} s, "
            f"processor {processor:6.1f} s"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per size and database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, nargs="*", default=[10_000, 100_000])
    options = parser.parse_args(arguments)
    for count in options.count:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, count)
            for database in (sqlite, postgres):
                with database() as url:
                    engine = make_engine(url)
                    schema.upgrade(engine)
                    measure(SqlStore(engine), folder, count)
                    engine.dispose()


if __name__ == "__main__":
    main()
