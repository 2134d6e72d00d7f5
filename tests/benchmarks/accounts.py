"""Measures the account card: an account with 10 000 interactions in a group of 50 units, on both databases."""

import argparse
import gc
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event, insert, update

from bot.domain import names
from bot.domain.account_cards import AccountCard
from bot.domain.accounts import ShowAccount
from bot.domain.identity import MemberId, WorkspaceId
from bot.domain.members import Member, Workspace
from bot.i18n import translator
from bot.services import accounts
from bot.views import accounts as views
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import (
    AccountNameRow,
    AccountRow,
    AssessmentRow,
    Base,
    ContactRow,
    DepartmentRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    ParticipantRow,
    PromiseRow,
    RequestRow,
    SponsorshipRow,
    TeamRow,
)
from tests.benchmarks.search import postgres, settle, sqlite

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = WorkspaceId("T0BENCH")
UNITS, PEOPLE, CONTACTS, REQUESTS = 50, 60, 300, 60
OTHERS = 20
"""Other accounts with as many interactions, together, that the card must not pay for."""


def fill(engine: Engine, interactions: int, seed: int = 7) -> None:
    """Fill an empty database with one group, and others beside it."""
    chance = random.Random(seed)
    Base.metadata.create_all(engine)
    store = SqlStore(engine)
    store.install(Workspace(HERE, "Bench", "de", "Europe/Berlin", "DE"), [], NOW)
    people = [f"U{number:03d}" for number in range(PEOPLE)]
    units = list(range(2, UNITS + 2))
    everything = [1, *units, *range(1000, 1000 + OTHERS)]
    rows: dict[Any, list[dict[str, Any]]] = {
        MemberRow: [
            {
                "id": one,
                "name": f"Person {one}",
                "standing": "member",
                "role": "member",
                "is_owner": False,
                "topics": [],
                "level": 1 + number % 5,
            }
            for number, one in enumerate(people)
        ],
        DepartmentRow: [
            {
                "id": number,
                "name": f"Bereich {number}",
                "name_key": f"bereich {number}",
                "channel_id": f"C{number}",
                "coordinator_id": people[number],
                "answer_hours": 16,
                "lead_days": 5,
            }
            for number in range(1, 9)
        ],
        AccountRow: [
            {
                "id": one,
                "name": f"Account {one}",
                "kind": "customer",
                "access": "restricted" if one % 10 == 0 else "open",
                "tier": "a",
                "parent_id": 1 if one in units else None,
                "kam_id": people[one % PEOPLE],
                "is_at_risk": False,
                "created_at": NOW,
                "version": 1,
            }
            for one in everything
        ],
        AccountNameRow: [
            {"key": names.match_key(f"Account {one}"), "account_id": one, "name": f"Account {one}"}
            for one in everything
        ],
        TeamRow: [{"account_id": 1, "member_id": one} for one in people[:20]],
        SponsorshipRow: [{"kam_id": people[1], "sponsor_id": people[2], "deputy_id": people[3]}],
        AssessmentRow: [
            {
                "id": number,
                "account_id": 1,
                "measure": chance.choice(["relationship", "partnership"]),
                "value": chance.randint(1, 5),
                "reason": "Weil sie anrufen.",
                "by_id": chance.choice(people),
                "at": NOW - timedelta(days=number),
            }
            for number in range(40)
        ],
        ContactRow: [
            {
                "id": number,
                "account_id": chance.choice([1, *units]),
                "name": f"Kontakt {number}",
                "name_key": f"kontakt {number}",
                "title": "Leitung Einkauf",
                "level": 1 + number % 5,
                "decision_roles": chance.choice([["decider"], ["buyer"], ["user", "influencer"], []]),
                "owner_id": chance.choice([*people, None]),
                "created_at": NOW,
                "updated_at": NOW,
                "version": 1,
            }
            for number in range(CONTACTS)
        ],
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(insert(table), [{"workspace_id": HERE, **value} for value in values])
        for number, one in enumerate(people):
            connection.execute(update(MemberRow).where(MemberRow.id == one).values(department_id=1 + number % 8))
        _notes(connection, chance, people, units, interactions)
        _asks(connection, chance, people, units)
    settle(engine)


def _notes(connection: Any, chance: random.Random, people: list[str], units: list[int], count: int) -> None:
    noted: dict[Any, list[dict[str, Any]]] = {
        InteractionRow: [],
        InteractionContactRow: [],
        ParticipantRow: [],
        PromiseRow: [],
    }
    for number in range(1, 2 * count + 1):
        in_group = number <= count
        account = (1 if chance.random() < 0.5 else chance.choice(units)) if in_group else 1000 + number % OTHERS
        at = NOW - timedelta(minutes=chance.randint(-10_000, 60 * 24 * 365 * 2))
        author = chance.choice(people)
        judged = chance.random() < 0.3
        noted[InteractionRow].append(
            {
                "id": number,
                "number": number,
                "account_id": account,
                "author_id": author,
                "occurred_at": at,
                "logged_at": at,
                "text": "Die Linie steht seit Montag, wir brauchen eine Lösung bis Ende des Monats. " * 6,
                "kind": chance.choice(["visit", "call", "email"]),
                "tags": [],
                "satisfaction": chance.randint(1, 5) if judged else None,
                "satisfaction_source": chance.choice(["ours", "customer"]) if judged else None,
                "visibility": chance.choices(["company", "team", "private"], weights=(90, 7, 3))[0],
                "version": 1,
            }
        )
        if in_group:
            for contact in {chance.randrange(CONTACTS) for _ in range(chance.randint(1, 3))}:
                noted[InteractionContactRow].append(
                    {"interaction_id": number, "contact_id": contact, "occurred_at": at}
                )
            if chance.random() < 0.5:
                member = chance.choice([one for one in people if one != author])
                noted[ParticipantRow].append({"interaction_id": number, "member_id": member})
            if chance.random() < 0.1:
                due = (at + timedelta(days=14)).date()
                noted[PromiseRow].append(
                    {
                        "id": number,
                        "account_id": account,
                        "interaction_id": number,
                        "text": "Zwei Musterteile",
                        "first_due_on": due,
                        "due_on": due,
                        "owner_id": author,
                        "author_id": author,
                        "state": "open" if chance.random() < 0.1 else "done",
                        "closed_on": None,
                        "created_at": at,
                    }
                )
    for table, values in noted.items():
        for start in range(0, len(values), 5000):
            part = values[start : start + 5000]
            connection.execute(insert(table), [{"workspace_id": HERE, **value} for value in part])


def _asks(connection: Any, chance: random.Random, people: list[str], units: list[int]) -> None:
    asked = {"kind": "expert", "visibility": "company", "state": "open", "version": 1, "created_at": NOW}
    connection.execute(
        insert(RequestRow),
        [
            {
                "workspace_id": HERE,
                **asked,
                "id": number,
                "number": number,
                "account_id": chance.choice([1, *units]),
                "requester_id": chance.choice(people),
                "department_id": 1 + number % 8,
                "what": "Zwei Fachleute für die Pilotlinie",
                "needed_by": (NOW + timedelta(days=number)).date(),
            }
            for number in range(1, REQUESTS + 1)
        ],
    )


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def measure(engine: Engine, rounds: int) -> tuple[int, list[float], list[float]]:
    """Return statements of one card, and the milliseconds of many: by the clock, and of this process's processor."""
    store = SqlStore(engine)
    readers = [Member(HERE, MemberId(f"U{number:03d}"), f"Person {number}") for number in range(PEOPLE)]
    command = [ShowAccount(reader, "Account 1", None) for reader in readers]
    t = translator("de", NOW, "Europe/Berlin")
    # As a server's process does before it answers anybody.
    gc.collect()
    gc.freeze()
    # Each reader asked before: the driver and PostgreSQL plan a statement some ten times until they keep it.
    for one in command:
        accounts.card(store, NOW, one)
    with counted(engine) as seen:
        found = accounts.card(store, NOW, command[1])
    assert isinstance(found, AccountCard)
    wall, processor = [], []
    for number in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        shown = accounts.card(store, NOW, command[number % PEOPLE])
        assert isinstance(shown, AccountCard)
        views.card(shown, t)
        wall.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    return len(seen), sorted(wall), sorted(processor)


def report(name: str, engine: Engine, interactions: int, rounds: int) -> None:
    """Fill, measure and say."""
    fill(engine, interactions)
    statements, wall, processor = measure(engine, rounds)

    def figures(values: list[float]) -> str:
        return f"p50 {statistics.median(values):.1f} ms, p99 {values[int(len(values) * 0.99) - 1]:.1f} ms"

    print(
        f"account card, {name}, {interactions} interactions, {UNITS} units: "
        f"{statements} statements, {figures(wall)}, processor {figures(processor)}"
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=300)
    asked = parser.parse_args(arguments)
    for label, database in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with database() as url:
            engine = make_engine(url)
            report(label, engine, asked.interactions, asked.rounds)
            engine.dispose()


if __name__ == "__main__":
    main()
