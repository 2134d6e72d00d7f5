"""Measures whether time or words tell what is hidden from what does not exist, for every command, on both databases."""

import argparse
import gc
import json
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, insert, update

from bot.domain import names
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Member
from bot.services import search_rebuild
from storage.engine import make_engine
from storage.store import SqlStore
from storage.tables import AccountNameRow, AccountRow, ContactRow, EscalationRow, MemberRow
from tests.benchmarks.accounts import HERE, NOW, UNITS, fill
from tests.benchmarks.search import postgres, settle, sqlite
from tests.company import Company
from tests.slack import Slack

AIM_MS = 5.0
GROUP = AccountId(1)
STRANGER = "U900"


@dataclass(frozen=True)
class Asked:
    """What a line names: something restricted, or something that is not there."""

    account: str
    contact: str
    number: int


HIDDEN = Asked("Quxmoor Zephyr", "Orvyn Kluptas", 41)
ABSENT = Asked("Jibwald Vexnor", "Umbrik Dwolfa", 99)
"""As long as the others, and like nothing else either."""
LINES = (
    "/kam account {account}",
    "/kam brief {account}",
    "/kam brief {account} exec",
    "/kam brief {contact}",
    "/kam map {account}",
    "/kam network who knows {account}",
    "/kam network who knows {contact}",
    "/kam contact {contact}",
    "/kam contact {account}: {contact}",
    "/kam requests {account}",
    "/kam conflicts {account}",
    "/kam promises {account}",
    "/kam todo {account}",
    "/kam favour {account}",
    "/kam favour {contact}",
    "/kam demand {account}",
    "/kam demand {account}: deliveries twice a week",
    "/kam-log {account}: visited purchasing",
    "/kam-log {account}",
    "/kam-request Bereich 3 two engineers for {account}",
    "/kam-escalate {account}",
    "/kam-ask {account}",
    "/kam-ask {account}s delivery date",
    "/kam-ask delivery date {account}",
    "/kam-ask {contact}",
    "/kam-ask offene Anfragen {account}",
    "/kam-ask wer war zuletzt bei {account}",
    "/kam-ask satisfaction of {account}",
    "/kam-ask I-{number}",
    "/kam-ask R-{number}",
    "/kam-ask E-{number}",
    "/kam I-{number}",
    "/kam R-{number}",
    "/kam E-{number}",
)
SELECTS = ("account.find", "contact.find")
"""Searches of forms, typed with the name of an account or a contact."""


@dataclass
class Spent:
    """Milliseconds of many answers: by the clock, and of this process's processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def hide(engine: Engine) -> SqlStore:
    """Fill a database, restrict the large group with all its units, and index everything."""
    with engine.begin() as connection:
        group = AccountRow.id.between(GROUP, GROUP + UNITS)
        connection.execute(update(AccountRow).where(group).values(access="restricted"))
        connection.execute(update(AccountRow).where(AccountRow.id == GROUP).values(name=HIDDEN.account))
        key = names.match_key(HIDDEN.account)
        named = update(AccountNameRow).where(AccountNameRow.account_id == GROUP)
        connection.execute(named.values(key=key, name=HIDDEN.account))
        contact = {"name": HIDDEN.contact, "name_key": names.match_key(HIDDEN.contact), "account_id": GROUP}
        connection.execute(update(ContactRow).where(ContactRow.id == 7).values(**contact))
        connection.execute(insert(MemberRow).values(**_stranger()))
        connection.execute(insert(EscalationRow).values(**_conflict()))
    store = SqlStore(engine)
    search_rebuild.rebuild(store, HERE, lambda _: None)
    settle(engine)
    return store


def _stranger() -> dict[str, Any]:
    return {
        "workspace_id": HERE,
        "id": STRANGER,
        "name": "Hanna Fremd",
        "standing": "member",
        "role": "member",
        "is_owner": False,
        "topics": [],
        "locale": "en-GB",
        "time_zone": "Europe/Berlin",
        "department_id": 1,
    }


def _conflict() -> dict[str, Any]:
    words = ("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted")
    return {
        "workspace_id": HERE,
        "id": HIDDEN.number,
        "number": HIDDEN.number,
        "account_id": GROUP,
        "raiser_id": "U001",
        "party_a_id": "U001",
        "party_b_id": "U002",
        "party_b_department_id": 3,
        "state": "raised",
        "created_at": NOW - timedelta(days=2),
        "version": 1,
        **dict.fromkeys(words, "Both sides need the line in March."),
    }


class Reader:
    """A stranger to everything restricted, typing into the real app."""

    def __init__(self, store: SqlStore) -> None:
        self.slack = Slack(store, Company(store, HERE))
        self.slack.later(seconds=(NOW - self.slack.now).total_seconds())
        self.member = Member(HERE, MemberId(STRANGER), "Hanna Fremd")

    def sees(self, line: str, asked: Asked) -> str:
        """Type a line, or into a search; return all that comes back."""
        slack, typed = self.slack, line.format(**vars(asked))
        slack.modals.opened.clear()
        if line.startswith("/"):
            answer: Any = slack.command(self.member, typed)
            return json.dumps([answer, slack.modals.opened], ensure_ascii=False)
        action, _, name = typed.partition(" ")
        return json.dumps(slack.search(self.member, action, name), ensure_ascii=False)


def lines() -> list[str]:
    """Return every line, those of searches as their action and what is typed there."""
    return [*LINES, *(f"{action} {{{name}}}" for action, name in zip(SELECTS, ("account", "contact"), strict=True))]


def told(seen: str, asked: Asked) -> str:
    """Return an answer without what was typed, and without the ids of what it keeps for its buttons."""
    for value, mark in ((asked.account, "ACCOUNT"), (asked.contact, "CONTACT"), (str(asked.number), "NUMBER")):
        seen = re.sub(rf"(?<!\d){re.escape(value)}(?!\d)", mark, seen, flags=re.IGNORECASE)
    return re.sub(r'("(?:value|private_metadata|external_id|block_id)": )"(?:[^"\\]|\\.)*"', r'\1"…"', seen)


def measure(reader: Reader, line: str, rounds: int) -> tuple[Spent, Spent, bool]:
    """Ask for both in turn, either first as often; return what each took, and whether the same was told."""
    spent = {HIDDEN: Spent(), ABSENT: Spent()}
    same = told(reader.sees(line, HIDDEN), HIDDEN) == told(reader.sees(line, ABSENT), ABSENT)
    gc.collect()
    for turn in range(rounds):
        for asked in (HIDDEN, ABSENT) if turn % 2 else (ABSENT, HIDDEN):
            began, worked = time.perf_counter(), time.process_time()
            seen = reader.sees(line, asked)
            spent[asked].wall.append((time.perf_counter() - began) * 1000)
            spent[asked].processor.append((time.process_time() - worked) * 1000)
            assert seen
    return spent[HIDDEN], spent[ABSENT], same


def report(label: str, engine: Engine, interactions: int, rounds: int, chosen: Sequence[str]) -> None:
    """Fill, measure and print the table."""
    fill(engine, interactions)
    reader = Reader(hide(engine))
    gc.freeze()
    print(f"\n{label}, {interactions} interactions in the hidden group, {rounds} rounds; medians in ms\n")
    print("| | hidden | absent | difference | processor | told |\n|---|---:|---:|---:|---:|---|")
    for line in chosen:
        hidden, absent, same = measure(reader, line, rounds)
        wall = [statistics.median(one.wall) for one in (hidden, absent)]
        processor = [statistics.median(one.processor) for one in (hidden, absent)]
        apart, worked = wall[0] - wall[1], processor[0] - processor[1]
        mark = "**" if abs(apart) >= AIM_MS else ""
        print(
            f"| `{line}` | {wall[0]:.1f} | {wall[1]:.1f} | {mark}{apart:+.2f}{mark} | {worked:+.2f} "
            f"| {'the same' if same else '**another**'} |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--only", default="", help="lines with this in them")
    asked = parser.parse_args(arguments)
    chosen = [line for line in lines() if asked.only in line]
    for name in asked.databases:
        label, database = {"sqlite": ("SQLite", sqlite), "postgres": ("PostgreSQL", postgres)}[name]
        with database() as url:
            engine = make_engine(url)
            report(label, engine, asked.interactions, asked.rounds, chosen)
            engine.dispose()


if __name__ == "__main__":
    main()
