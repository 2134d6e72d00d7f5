"""Measures a round of the finder over 20 000 accounts and contacts, and a merge of an account with 10 000 notes."""

import argparse
import random
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import insert

from bot.domain import names
from bot.domain.access import ITSELF
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import MemberId
from bot.domain.merges import surviving
from bot.domain.timers import Moment, Timer
from bot.services import duplicates
from storage import schema
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, Base, ContactRow, InteractionRow
from tests.benchmarks.search import postgres, settle, sqlite
from tests.company import NOW, WORKSPACE, Company

LEA = MemberId("ULEA")
_SYLLABLES = [
    "ba",
    "bel",
    "bo",
    "dan",
    "de",
    "dor",
    "fa",
    "gel",
    "ha",
    "kan",
    "kel",
    "ko",
    "lan",
    "le",
    "lo",
    "man",
    "me",
    "mo",
    "nau",
    "ne",
    "no",
    "ran",
    "ri",
    "ro",
    "san",
    "se",
    "so",
    "tal",
    "te",
    "to",
]
_BRANCHES = [
    "Pumpen",
    "Motoren",
    "Werke",
    "Stahl",
    "Chemie",
    "Logistik",
    "Technik",
    "Systems",
    "Energie",
    "Bau",
    "Medical",
    "Foods",
]
_FORMS = ("AG", "GmbH", "SA", "")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--notes", type=int, default=10_000)
    options = parser.parse_args()
    print(f"\nDuplicates: {options.count:,} accounts and contacts; a merge with {options.notes:,} notes (seconds)")
    print(f"{'':<12}{'compare':>10}{'write':>10}{'pairs':>10}{'again':>10}{'merge':>10}{'undo':>10}")
    for name, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with database() as url:
            engine = make_engine(url)
            schema.upgrade(engine)
            store = SqlStore(engine)
            _fill(store, options.count, options.notes)
            print(f"{name:<12}" + "".join(f"{figure:>10,.2f}" for figure in _measured(store)))
            engine.dispose()


def _measured(store: SqlStore) -> tuple[float, ...]:
    timer = Timer(Ref(Subject.WORKSPACE, 0), "duplicates.find", Moment(NOW))
    compare, step = _timed(lambda: duplicates.look(store, WORKSPACE))

    def keep() -> int:
        with store.begin(WORKSPACE) as tx:
            step(tx, timer, NOW)
        with store.read(WORKSPACE) as tx:
            return tx.duplicates.waiting(ITSELF, 0, 1)[1]

    write, pairs = _timed(keep)
    again, _ = _timed(keep)
    merge, merge_id = _timed(lambda: _merge(store))
    undo, _ = _timed(lambda: _undo(store, merge_id))
    return compare, write, pairs, again, merge, undo


def _merge(store: SqlStore) -> Any:
    with store.begin(WORKSPACE) as tx:
        goes, stays = (tx.merges.side(Ref(Subject.ACCOUNT, one), ITSELF) for one in (1, 2))
        assert goes is not None
        assert stays is not None
        return tx.merges.merge(stays, goes, surviving(stays, goes), [], LEA, NOW)


def _undo(store: SqlStore, merge_id: Any) -> None:
    with store.begin(WORKSPACE) as tx:
        merge = tx.merges.get(merge_id, ITSELF)
        assert merge is not None
        assert tx.merges.undo(merge, LEA, NOW) is not None


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    made = act()
    return time.perf_counter() - start, made


def _fill(store: SqlStore, count: int, notes: int) -> None:
    """Make firms of two words of made-up syllables, one in thirty as a twin, and ten people at each tenth firm."""
    chance = random.Random(7)
    company = Company(store)
    company.member("Lea Brunner", id=LEA)

    def word(syllables: int) -> str:
        return "".join(chance.choices(_SYLLABLES, k=syllables)).capitalize()

    firms = [f"{word(chance.randint(3, 4))} {chance.choice(_BRANCHES)} {chance.choice(_FORMS)}" for _ in range(count)]
    for at in range(30, count, 30):
        firms[at] = firms[at - 1].rsplit(" ", 1)[0]
    common: dict[str, Any] = {"workspace_id": WORKSPACE, "created_at": NOW, "version": 1}
    accounts: list[dict[str, Any]] = [
        {**common, "id": at, "name": name, "kind": "customer", "access": "open", "kam_id": LEA, "is_at_risk": False}
        for at, name in enumerate(firms, 1)
    ]
    first, last = [word(2) for _ in range(300)], [word(3) for _ in range(5000)]
    people = [f"{chance.choice(first)} {chance.choice(last)}" for _ in range(count)]
    contacts = [
        {
            **common,
            "id": at,
            "account_id": at // 10 + 1,
            "name": name,
            "name_key": names.match_key(name),
            "decision_roles": [],
            "updated_at": NOW,
        }
        for at, name in enumerate(people, 1)
    ]
    spelled = [
        {"workspace_id": WORKSPACE, "key": names.match_key(row["name"]), "account_id": row["id"], "name": row["name"]}
        for row in accounts
    ]
    said = [
        {
            "workspace_id": WORKSPACE,
            "id": at,
            "number": at,
            "account_id": 1,
            "author_id": LEA,
            "occurred_at": NOW,
            "logged_at": NOW,
            "text": " ".join(word(3) for _ in range(20)),
            "kind": "visit",
            "tags": [],
            "visibility": "company",
            "version": 1,
        }
        for at in range(1, notes + 1)
    ]
    tables: tuple[tuple[type[Base], list[dict[str, Any]]], ...] = (
        (AccountRow, accounts),
        (AccountNameRow, spelled),
        (ContactRow, contacts),
        (InteractionRow, said),
    )
    with store.engine.begin() as connection:
        for table, rows in tables:
            connection.execute(insert(table), rows)
    # A merge lets search find every note under the survivor: that is the largest part of its work.
    for start in range(1, notes + 1, 500):
        ids = tuple(range(start, min(start + 500, notes + 1)))
        with store.begin(WORKSPACE) as tx:
            tx.search.put_all(tx.search_sources.notes(Subject.INTERACTION, ids))
    settle(store.engine)


if __name__ == "__main__":
    main()
