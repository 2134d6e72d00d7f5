"""Set-up data: read whole and written in bulk, a few statements per file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, delete, insert, select, text, update

from bot.domain import names
from bot.domain.access import CHANNEL
from bot.domain.identity import InteractionId
from bot.domain.interactions import Interaction
from bot.domain.setup import ATTRIBUTES, File, Key, Known, Merged, Record, StoredInteraction, Values
from storage.access import of_account
from storage.interactions import Interactions
from storage.session import Session
from storage.tables import (
    AccountNameRow,
    AccountRow,
    Base,
    ContactRow,
    CounterRow,
    DepartmentRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    PositionRow,
    SponsorshipRow,
    TeamRow,
)

_LOCK = 7_238_115_005
"""Any number nobody else uses: two imports at once would add the same objects twice."""
_TABLES: Mapping[File, tuple[type[Base], tuple[str, ...]]] = {
    File.MEMBERS: (MemberRow, ("id",)),
    File.DEPARTMENTS: (DepartmentRow, ("id",)),
    File.ACCOUNTS: (AccountRow, ("id",)),
    File.TEAM: (TeamRow, ("account_id", "member_id")),
    File.CONTACTS: (ContactRow, ("id",)),
    File.SPONSORS: (SponsorshipRow, ("kam_id",)),
    File.INTERACTIONS: (InteractionRow, ("id",)),
}
"""Each file's table and what identifies a row in its workspace."""
_FOLLOWING = {
    "account_names",
    "contact_positions",
    "history",
    "interaction_contacts",
    "search_notes",
    "search_trigrams",
    "search_words",
}
"""Tables that grow with them."""
_AT_ONCE = 1000
"""Keys that one statement lists."""
_ELSEWHERE = {"aliases", "contact_ids"}
"""Attributes that have a table of their own."""


class SetUp:
    """Everything set-up files can set, beside the access rule: an operator reads and writes it all."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._here = {"workspace_id": session.workspace_id}

    def take_time(self) -> None:
        """Let this transaction take as long as it needs, one import at a time."""
        if self._session.is_postgres:
            for statement in (
                "SET LOCAL statement_timeout = 0",
                "SET LOCAL lock_timeout = '30s'",
                f"SELECT pg_advisory_xact_lock({_LOCK})",
            ):
                self._session.run(text(statement))

    def settle(self) -> None:
        """Let the database look at the new sizes; PostgreSQL would go on planning for empty tables for a while."""
        if self._session.is_postgres:
            tables = {table.__tablename__ for table, _ in _TABLES.values()} | _FOLLOWING
            self._session.run(text(f"ANALYZE {', '.join(sorted(tables))}"))

    def new_id(self) -> int:
        """Return an id for a new object, so that others can refer to it before it is stored."""
        return self._session.new_id()

    def known(self) -> Known:
        """Read what is stored, interactions excepted."""
        accounts = {_key(File.ACCOUNTS, row): _values(File.ACCOUNTS, row) for row in self._all(File.ACCOUNTS)}
        for account_id, aliases in self._aliases().items():
            stored = accounts[account_id]
            own = names.match_key(str(stored["name"]))
            accounts[account_id] = {**stored, "aliases": tuple(alias for key, alias in aliases if key != own)}
        return Known(
            members={
                row.id: {**_values(File.MEMBERS, row), "standing": row.standing, "locale": row.locale}
                for row in self._all(File.MEMBERS)
            },
            departments=self._stored(File.DEPARTMENTS),
            accounts=accounts,
            team=self._stored(File.TEAM),
            contacts=self._stored(File.CONTACTS),
            sponsors=self._stored(File.SPONSORS),
            merged_accounts=self._merged(AccountRow),
            merged_contacts=self._merged(ContactRow, ContactRow.account_id),
        )

    def imported(self, keys: Collection[str]) -> dict[str, StoredInteraction]:
        """Return the interactions that an earlier import made, by import key."""
        rows = self._session.rows(
            select(InteractionRow.__table__).where(*self._mine(InteractionRow), InteractionRow.import_key.in_(keys))
        )
        met: dict[int, list[int]] = {}
        for part in self._session.rows(
            select(InteractionContactRow.interaction_id, InteractionContactRow.contact_id)
            .where(
                *self._mine(InteractionContactRow), InteractionContactRow.interaction_id.in_([row.id for row in rows])
            )
            .order_by(InteractionContactRow.contact_id)
        ):
            met.setdefault(part.interaction_id, []).append(part.contact_id)
        return {
            row.import_key: StoredInteraction(
                InteractionId(row.id),
                {**_values(File.INTERACTIONS, row), "contact_ids": tuple(met.get(row.id, ()))},
                withdrawn=row.withdrawn_at is not None,
            )
            for row in rows
        }

    def interactions(self, ids: Collection[InteractionId]) -> tuple[Interaction, ...]:
        """Read interactions whole, to index them again; contacts only where every reader of the note may know them."""
        if not ids:
            return ()
        author = MemberRow.__table__.alias("author")
        query = (
            select(
                InteractionRow.__table__,
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                author.c.name.label("author_name"),
                author.c.standing.label("author_standing"),
            )
            .join(
                AccountRow,
                of_account(InteractionRow),
            )
            .join(
                author,
                and_(author.c.workspace_id == InteractionRow.workspace_id, author.c.id == InteractionRow.author_id),
            )
            .where(*self._mine(InteractionRow), InteractionRow.id.in_(ids))
        )
        rows = self._session.rows(query)
        return Interactions(self._session)._load(rows, CHANNEL)  # noqa: SLF001  one way to build an interaction

    def numbers(self, count: int) -> Iterator[int]:
        """Take the next short numbers of interactions; the counter is held until the commit."""
        statement = self._session.insert(cast("Table", CounterRow.__table__))
        taken = (
            statement.values(**self._here, kind="I", last=count)
            .on_conflict_do_update(index_elements=["workspace_id", "kind"], set_={"last": CounterRow.last + count})
            .returning(CounterRow.last)
        )
        last: int = self._session.run(taken).scalar_one()
        return iter(range(last - count + 1, last + 1))

    def add(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Insert new objects."""
        if not records:
            return
        first = _FIRST.get(file, {})
        rows = [
            {**self._here, **_keyed(file, record.key), **_columns(file, record.values), **first}
            | dict.fromkeys(_STAMPS.get(file, ()), now)
            for record in records
        ]
        self._session.run(insert(_TABLES[file][0]), [*rows])
        if file is File.CONTACTS:
            self._put_positions(records)
        self._put_elsewhere(file, records)

    def change(self, file: File, records: Sequence[Record], now: datetime) -> None:
        """Overwrite the attributes that the records have, and nothing else."""
        table, keys = _TABLES[file]
        columns = table.__table__.c

        def attributes(record: Record) -> tuple[str, ...]:
            return tuple(sorted(_columns(file, record.values)))

        for names_, group in groupby(sorted(records, key=attributes), key=attributes):
            stamps = [name for name in ("updated_at",) if name in columns]
            to = {name: bindparam(f"to_{name}", type_=columns[name].type) for name in (*names_, *stamps)}
            raised = {"version": columns["version"] + 1} if "version" in columns else {}
            statement = update(table).where(
                *self._mine(table), *(columns[key] == bindparam(f"key_{key}", type_=columns[key].type) for key in keys)
            )
            rows = [
                {f"key_{key}": value for key, value in _keyed(file, record.key).items()}
                | {f"to_{name}": value for name, value in _columns(file, record.values).items()}
                | {f"to_{name}": now for name in stamps}
                for record in group
            ]
            self._session.run(statement.values(**to, **raised), [*rows])
        if file is File.CONTACTS:
            self._correct_positions(records)
        self._put_elsewhere(file, records)

    def _put_elsewhere(self, file: File, records: Sequence[Record]) -> None:
        if file is File.ACCOUNTS:
            self._put_names(records)
        if file is File.INTERACTIONS:
            self._put_contacts(records)

    def _put_names(self, records: Iterable[Record]) -> None:
        """Store the names of accounts, and their aliases where the file has them."""
        named = [record for record in records if "aliases" in record.values]
        self._replace(AccountNameRow, "account_id", [record.key for record in named])
        rows = [
            {"key": names.match_key(name), "account_id": record.key, "name": name}
            for record in records
            for name in _names(record.values)
        ]
        keys = ["workspace_id", "key", "account_id"]
        self._session.upsert(cast("Table", AccountNameRow.__table__), keys, [{**self._here, **row} for row in rows])

    def _put_contacts(self, records: Iterable[Record]) -> None:
        named = {record.key: record.values["contact_ids"] for record in records if "contact_ids" in record.values}
        self._replace(InteractionContactRow, "interaction_id", list(named))
        rows = [
            {**self._here, "interaction_id": key, "contact_id": contact_id}
            for key, ids in named.items()
            for contact_id in (ids if isinstance(ids, tuple) else ())
        ]
        if rows:
            occurred_at = (
                select(InteractionRow.occurred_at)
                .where(
                    InteractionRow.workspace_id == bindparam("here"),
                    InteractionRow.id == bindparam("note"),
                )
                .scalar_subquery()
            )
            noted = [{**row, "here": row["workspace_id"], "note": row["interaction_id"]} for row in rows]
            self._session.run(insert(InteractionContactRow).values(occurred_at=occurred_at), [*noted])

    def _put_positions(self, records: Sequence[Record]) -> None:
        """Let new contacts stand where the file says; since when is not known."""
        rows = [
            {
                **self._here,
                "id": self._session.new_id(),
                "contact_id": record.key,
                **{name: record.values[name] for name in _POSITION},
            }
            for record in records
        ]
        self._session.run(insert(PositionRow), [*rows])

    def _correct_positions(self, records: Sequence[Record]) -> None:
        """Write another title or level over the present position: a file says what is, not since when."""
        for name in ("title", "level"):
            rows = [{"key": record.key, "to": record.values[name]} for record in records if name in record.values]
            if rows:
                present = PositionRow.until_on.is_(None), PositionRow.contact_id == bindparam("key")
                column = PositionRow.__table__.c[name]
                to = bindparam("to", type_=column.type)
                self._session.run(
                    update(PositionRow).where(*self._mine(PositionRow), *present).values({name: to}), [*rows]
                )

    def _replace(self, table: type[Base], column: str, keys: Sequence[Key]) -> None:
        for at in range(0, len(keys), _AT_ONCE):
            some = keys[at : at + _AT_ONCE]
            self._session.run(delete(table).where(*self._mine(table), table.__table__.c[column].in_(some)))

    def _mine(self, table: type[Base]) -> tuple[Any, ...]:
        return (table.__table__.c.workspace_id == self._session.workspace_id,)

    def _all(self, file: File) -> list[Row[Any]]:
        table = _TABLES[file][0].__table__
        query = select(table).where(table.c.workspace_id == self._session.workspace_id)
        if "merged_into_id" in table.c:
            query = query.where(table.c.merged_into_id.is_(None))
        order = [table.c[name] for name in ("created_at", "id") if name in table.c]
        return self._session.rows(query.order_by(*order))

    def _merged(self, table: type[AccountRow] | type[ContactRow], *account_id: Any) -> tuple[Merged, ...]:
        """Return what was taken into another, the oldest first."""
        rows = self._session.rows(
            select(table.id, table.name, table.merged_into_id, *account_id)
            .where(*self._mine(table), table.merged_into_id.is_not(None))
            .order_by(table.created_at, table.id)
        )
        return tuple(Merged(row.id, row.name, row.merged_into_id, *row[3:]) for row in rows)

    def _stored(self, file: File) -> dict[Any, Values]:
        return {_key(file, row): _values(file, row) for row in self._all(file)}

    def _aliases(self) -> dict[int, list[tuple[str, str]]]:
        found: dict[int, list[tuple[str, str]]] = {}
        for row in self._session.rows(
            select(AccountNameRow.account_id, AccountNameRow.key, AccountNameRow.name)
            .where(*self._mine(AccountNameRow))
            .order_by(AccountNameRow.key)
        ):
            found.setdefault(row.account_id, []).append((row.key, row.name))
        return found


_POSITION = ("account_id", "title", "level")
"""What of a contact says where they stand."""
_FIRST: Mapping[File, Mapping[str, Any]] = {
    File.ACCOUNTS: {"version": 1},
    File.CONTACTS: {"version": 1},
    File.INTERACTIONS: {"version": 1, "tags": [], "favour": None, "withdrawn_at": None, "burst_id": None},
}
"""What new rows have that no file sets."""
_STAMPS: Mapping[File, tuple[str, ...]] = {
    File.ACCOUNTS: ("created_at",),
    File.CONTACTS: ("created_at", "updated_at"),
}


def _key(file: File, row: Row[Any]) -> Any:
    key = tuple(getattr(row, name) for name in _TABLES[file][1])
    return key if len(key) > 1 else key[0]


def _keyed(file: File, key: Key) -> dict[str, Any]:
    return dict(zip(_TABLES[file][1], key if isinstance(key, tuple) else (key,), strict=True))


def _values(file: File, row: Row[Any]) -> Values:
    """Read the attributes that the file can set."""
    found = {name: getattr(row, name) for name in ATTRIBUTES[file] if name not in _ELSEWHERE}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def _names(values: Values) -> tuple[str, ...]:
    """Return an account's name and aliases."""
    aliases = values.get("aliases")
    return str(values["name"]), *(map(str, aliases) if isinstance(aliases, tuple) else ())


def _columns(file: File, values: Values) -> dict[str, Any]:
    """Write attributes as columns; what has a table of its own is left out."""
    columns: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if name not in _ELSEWHERE
    }
    if file in {File.DEPARTMENTS, File.CONTACTS} and "name" in columns:
        columns["name_key"] = names.match_key(columns["name"])
    return columns
