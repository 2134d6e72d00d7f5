"""The sample company as the gold set knows it: 400 notes, each under a key that the questions refer to."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.csv_files import read_folder
from bot.domain.access import Access, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.delivery import Ref, Subject
from bot.domain.departments import Department
from bot.domain.escalations import Case, Decision, Escalation, Side, decision_note, words_note
from bot.domain.escalations import Header as ConflictHeader
from bot.domain.escalations import Kind as DecisionKind
from bot.domain.escalations import State as ConflictState
from bot.domain.identity import (
    AccountId,
    ChannelId,
    ContactId,
    DepartmentId,
    EscalationId,
    InteractionId,
    MemberId,
    RequestId,
)
from bot.domain.interactions import Category, Interaction, Kind, Promise
from bot.domain.members import Person, Workspace
from bot.domain.requests import Header, Request, State, request_note
from bot.domain.requests import Kind as RequestKind
from bot.domain.search import AccountFacts, Answer, Ask
from bot.domain.search_notes import Note, contact_note, interaction_note
from bot.domain.setup import ImportSetUp
from bot.services import search, setup
from storage.store import SqlStore
from storage.tables import (
    AccountRow,
    ContactRow,
    DepartmentRow,
    EscalationRow,
    InteractionRow,
    MemberRow,
    RequestRow,
)
from tests.company import NOW, WORKSPACE, new_key

HERE = Path(__file__).parent
READER = MemberId("U0WEGMANN")
"""Katharina Wegmann asks: a KAM lead, who may see everything that is not private."""
FOUND_AT = 5
"""An answer counts when it is among so many."""


_DECISION_ROLES = {role.value: role for role in DecisionRole}


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the keys of the notes that answer it."""

    part: str
    """``tune`` or ``report``: what is tuned on the one is reported on the other."""
    kind: str
    asked: str
    answers: frozenset[str]


def rows(name: str) -> list[dict[str, str]]:
    """Read one of the files beside this module."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def questions() -> list[Question]:
    """Return the questions of the gold set."""
    return [
        Question(row["part"], row["class"], row["question"], frozenset(row["answers"].split()))
        for row in rows("queries.csv")
    ]


class World:
    """A filled store, and which of its notes is which."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._keys: dict[Ref, str] = {}
        workspace = Workspace(WORKSPACE, "Arvenstein", "de", "Europe/Zurich", "CH")
        store.install(workspace, [], NOW)
        data = read_folder(HERE / "company", ZoneInfo(workspace.time_zone))
        setup.import_files(store, NOW, ImportSetUp(WORKSPACE, data))
        self._stored: list[Interaction] = []
        self._read_names()
        notes = [*self._people_met(), *self._interactions(), *self._requests(), *self._decisions()]
        self._store_interactions()
        with store.begin(WORKSPACE) as tx:
            tx.search.put_all(notes)

    def ask(self, question: str) -> list[str]:
        """Return the keys of the notes that are answered first; what has no key is ``?``."""
        with self._store.read(WORKSPACE) as tx:
            reader = tx.members.get(READER)
        assert reader is not None
        answered = search.ask(self._store, NOW, Ask(reader, question, new_key()))
        answers: list[Answer] = list(getattr(answered, "answers", ()))
        direct = getattr(answered, "direct", None)
        said = [Ref(Subject.ACCOUNT, direct.account.id)] if isinstance(direct, AccountFacts) else []
        found = dict.fromkeys([*said, *(answer.about for answer in answers)])
        return [self._keys.get(about, "?") for about in found]

    def _read_names(self) -> None:
        with self._store.engine.connect() as connection:
            accounts = connection.execute(AccountRow.__table__.select()).all()
            self._accounts = {row.name: AccountRef(AccountId(row.id), row.name, Access(row.access)) for row in accounts}
            contacts = connection.execute(ContactRow.__table__.select()).all()
            self._contacts = {row.name: ContactRef(ContactId(row.id), row.name, row.account_id) for row in contacts}
            members = connection.execute(MemberRow.__table__.select()).all()
            self._people = {row.id: Person(MemberId(row.id), row.name) for row in members}
            departments = connection.execute(DepartmentRow.__table__.select()).all()
            self._departments = {
                row.name: Department(
                    DepartmentId(row.id), row.name, ChannelId(row.channel_id), self._people[row.coordinator_id]
                )
                for row in departments
            }
        for account in self._accounts.values():
            self._keys[Ref(Subject.ACCOUNT, account.id)] = f"A:{account.name.replace(' ', '_')}"
        for contact in self._contacts.values():
            self._keys[Ref(Subject.CONTACT, contact.id)] = f"C:{contact.name.replace(' ', '_')}"

    def _people_met(self) -> Iterator[Note]:
        """Index the contacts again, each at a moment of its own: of equals the newest comes first."""
        for number, row in enumerate(rows("company/contacts.csv")):
            roles = {_DECISION_ROLES.get(role) for role in row["decision_role"].split("|")} - {None}
            known = Contact(
                ContactId(self._contacts[row["name"]].id),
                self._accounts[row["account"]],
                row["name"],
                row["title"],
                decision_roles=tuple(role for role in DecisionRole if role in roles),
                aims=row["aims"],
            )
            yield contact_note(known, NOW - timedelta(minutes=number))

    def _interactions(self) -> Iterator[Note]:
        for number, row in enumerate(rows("notes.csv"), 1):
            at = datetime.fromisoformat(row["when"]).astimezone(UTC)
            due, _, promised = row["promise"].partition(" ")
            met = Interaction(
                InteractionId(number),
                number,
                self._accounts[row["account"]],
                self._people[row["author"]],
                at,
                at,
                row["text"],
                Kind(row["kind"]),
                Category(row["category"]) if row["category"] else None,
                satisfaction=int(row["satisfaction"]) if row["satisfaction"] else None,
                contacts=tuple(self._contacts[name] for name in row["contacts"].split("|") if name),
                promise=Promise(promised, date.fromisoformat(due)) if due else None,
                visibility=Visibility(row["visibility"] or "company"),
            )
            self._stored.append(met)
            yield self._named(row["key"], interaction_note(met))

    def _store_interactions(self) -> None:
        with self._store.engine.begin() as connection:
            connection.execute(
                insert(InteractionRow),
                [
                    {
                        "workspace_id": WORKSPACE,
                        "id": met.id,
                        "number": met.number,
                        "account_id": met.account.id,
                        "author_id": met.author.id,
                        "occurred_at": met.occurred_at,
                        "logged_at": met.logged_at,
                        "text": met.text,
                        "kind": met.kind,
                        "tags": [],
                        "participants": [],
                        "visibility": met.visibility,
                        "version": 1,
                    }
                    for met in self._stored
                ],
            )

    def _requests(self) -> Iterator[Note]:
        for row in rows("headers.csv"):
            if row["key"].startswith("R"):
                number, at = int(row["key"][1:]), datetime.fromisoformat(row["when"]).astimezone(UTC)
                header = Header(
                    RequestId(number),
                    number,
                    self._accounts[row["account"]],
                    self._departments[row["department"]],
                    row["text"],
                    State(row["state"]),
                    at.date(),
                    at,
                )
                request = Request(header, self._people[row["author"]], RequestKind(row["kind"]), row["text"])
                self._store_request(request)
                yield self._named(row["key"], request_note(request))

    def _store_request(self, request: Request) -> None:
        header = request.header
        assert header.department is not None
        with self._store.engine.begin() as connection:
            connection.execute(
                insert(RequestRow).values(
                    workspace_id=WORKSPACE,
                    id=request.id,
                    number=header.number,
                    account_id=header.account.id,
                    department_id=header.department.id,
                    requester_id=request.requester.id,
                    kind=request.kind,
                    what=request.what,
                    needed_by=header.needed_by,
                    visibility=request.visibility,
                    state=header.state,
                    created_at=header.created_at,
                    version=1,
                )
            )

    def _decisions(self) -> Iterator[Note]:
        for row in rows("headers.csv"):
            if row["key"].startswith("E"):
                number, at = int(row["key"][1:]), datetime.fromisoformat(row["when"]).astimezone(UTC)
                account = self._accounts[row["account"]]
                header = ConflictHeader(
                    EscalationId(number),
                    number,
                    account,
                    (row["department"],),
                    ConflictState.DECIDED,
                    at,
                    decided_at=at,
                )
                self._store_conflict(header, row)
                yield self._named(row["key"], decision_note(header))
                yield self._named(row["key"], words_note(self._whole(header, row)))

    def _whole(self, header: ConflictHeader, row: dict[str, str]) -> Escalation:
        """Return a decided conflict as far as search reads it."""
        said = next(one for one in rows("decisions.csv") if one["key"] == row["key"])
        raiser, at = self._people[row["author"]], header.raised_at
        other = self._departments[row["department"]].coordinator
        return Escalation(
            header,
            raiser,
            Side(raiser),
            Side(other, row["department"]),
            Case(),
            (),
            decision=Decision(other, DecisionKind.ADVICE, said["text"], said["reason"], at),
        )

    def _store_conflict(self, header: ConflictHeader, row: dict[str, str]) -> None:
        department = self._departments[row["department"]]
        words = dict.fromkeys(("our_goal", "their_goal", "tried", "effect", "options", "decision_wanted"), "…")
        with self._store.engine.begin() as connection:
            connection.execute(
                insert(EscalationRow).values(
                    workspace_id=WORKSPACE,
                    id=header.id,
                    number=header.number,
                    account_id=header.account.id,
                    raiser_id=row["author"],
                    party_a_id=row["author"],
                    party_b_id=department.coordinator.id,
                    party_b_department_id=department.id,
                    state=header.state,
                    created_at=header.raised_at,
                    version=1,
                    **words,
                )
            )

    def _named(self, key: str, note: Note) -> Note:
        self._keys[note.about] = key
        return note
