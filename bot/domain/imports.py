"""Imports: how the rows of set-up files are matched with each other and with what is stored."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from typing import cast

from bot.domain import names
from bot.domain.access import Access
from bot.domain.import_survivors import names_of_merged, outliving
from bot.domain.members import Profile, Standing
from bot.domain.setup import (
    ATTRIBUTES,
    File,
    Flaw,
    Key,
    Known,
    Problem,
    Record,
    Row,
    SetUpData,
    Value,
    Values,
    Wanted,
    import_key,
)

_REFERENCES: Mapping[File, Mapping[str, str]] = {
    File.MEMBERS: {},
    File.DEPARTMENTS: {"coordinator": "coordinator_id", "head": "head_id", "deputy": "deputy_id"},
    File.ACCOUNTS: {"kam": "kam_id", "deputy": "deputy_id", "sponsor": "sponsor_id"},
    File.TEAM: {"member": "member_id"},
    File.CONTACTS: {"owner": "owner_id"},
    File.SPONSORS: {"sponsor": "sponsor_id", "kam": "kam_id", "deputy": "deputy_id"},
    File.INTERACTIONS: {"author": "author_id"},
}
"""Columns that name a person, and the attribute that keeps who it is."""
_RENAMED: Mapping[File, Mapping[str, str]] = {
    File.DEPARTMENTS: {"department": "name", "channel": "channel_id"},
    File.ACCOUNTS: {"account": "name", "channel": "channel_id"},
    File.CONTACTS: {"decision_role": "decision_roles"},
    File.INTERACTIONS: {"when": "occurred_at"},
}
"""Columns whose attribute has another name."""
_JUDGED = 200
"""Problems up to which the closest names are looked for; more are only counted, and a wrong file is judged quickly."""


_same = lru_cache(maxsize=100_000)(names.match_key)
"""Names return row after row."""


def match(
    data: SetUpData, known: Known, directory: Iterable[Profile], new_id: Callable[[], int]
) -> Wanted | list[Problem]:
    """Resolve every reference between the rows and to what is stored; return all problems instead if there are any.

    Args:
        data: the rows as read.
        known: what is stored.
        directory: what Slack says about its people, as far as it was asked.
        new_id: gives ids to new departments, accounts and contacts.
    """
    matching = _Matching(data, known, directory, new_id)
    records = matching.records()
    problems = [*data.problems, *matching.problems]
    return sorted(problems, key=_place) if problems else Wanted(records, matching.newcomers())


def changes(stored: Values | None, wanted: Values) -> tuple[str, ...]:
    """Return the attributes that differ from what is stored; all of them for a new object."""
    return tuple(sorted(name for name, value in wanted.items() if stored is None or stored.get(name) != value))


def _place(problem: Problem) -> tuple[int, str, int]:
    files = list(File)
    order = files.index(File(problem.file)) if problem.file in files else -1
    return order, problem.file, problem.line or 0


class _Matching:
    """The names of one run, stored and new ones alike."""

    def __init__(self, data: SetUpData, known: Known, directory: Iterable[Profile], new_id: Callable[[], int]) -> None:
        self.problems: list[Problem] = []
        self._data = data
        self._known = known
        self._new_id = new_id
        self._directory = {str(profile.id): profile for profile in directory}
        self._newcomers: set[str] = set()
        self._described = {
            str(row.values["slack_id"]) for row in self._rows(File.MEMBERS) if row.values.get("slack_id")
        }
        self._by_email = self._emails()
        self._departments = {_same(str(value["name"])): key for key, value in known.departments.items()}
        self._accounts = self._account_names()
        self._merged = names_of_merged(known, self._accounts, self._rows(File.ACCOUNTS))
        self._aliases: dict[str, set[int]] = {}
        self._access: dict[int, str] = {}
        self._parents: dict[int, int | None] = {}
        self._titles: dict[int, str] = {}
        self._groups: dict[int, int] = {}
        self._contacts: dict[tuple[int, str], int] = {
            (cast("int", value["account_id"]), _same(str(value["name"]))): key for key, value in known.contacts.items()
        }
        self._merged_contacts = {
            (one.account_id, _same(one.name)): one.into_id
            for one in known.merged_contacts
            if one.account_id is not None and (one.account_id, _same(one.name)) not in self._contacts
        }
        self._contacts.update(self._merged_contacts)
        self._survivors = {one.into_id for one in (*known.merged_accounts, *known.merged_contacts)}
        self._namesakes: dict[str, list[tuple[int, int]]] = {}

    def records(self) -> dict[File, list[Record]]:
        """Resolve file by file, in an order in which everything named is known when it is needed."""
        for row in self._rows(File.DEPARTMENTS):
            self._learn(row, "department", self._departments)
        for row in self._rows(File.ACCOUNTS):
            if not self._is_merged(row):
                self._learn(row, "account", self._accounts)
        self._learn_accounts()
        self._learn_contacts()
        readers: Mapping[File, Callable[[Row], Record | None]] = {
            File.MEMBERS: self._member,
            File.DEPARTMENTS: self._department,
            File.ACCOUNTS: self._account,
            File.TEAM: self._team,
            File.CONTACTS: self._contact,
            File.SPONSORS: self._sponsorship,
            File.INTERACTIONS: self._interaction,
        }
        found = {file: self._once(file, readers[file]) for file in File if file in self._data.rows}
        self._find_circles(File.ACCOUNTS, "parent", "parent_id", found, self._known.accounts)
        self._find_circles(File.CONTACTS, "reports_to", "reports_to_id", found, self._known.contacts)
        return {file: [record for _, record in pairs] for file, pairs in found.items()}

    def newcomers(self) -> tuple[Record, ...]:
        """Return the members that are known by their Slack id alone; the directory tells the rest, now or later."""
        return tuple(Record(key, self._profiled(key, {"name": key})) for key in sorted(self._newcomers))

    # What each file's rows become

    def _member(self, row: Row) -> Record | None:
        key = row.values.get("slack_id")
        if not key:
            return None
        values = self._attributes(row)
        if "department" in row.values:
            values["department_id"] = self._department_named(row)
        stored = self._known.members.get(str(key))
        for told in ("email", "time_zone"):
            # An empty cell says nothing about what the directory tells as well: its word stays.
            if not row.values.get(told):
                values.pop(told, None)
        if stored is None:
            return Record(str(key), self._profiled(str(key), values))
        if stored.get("locale"):
            # The directory has spoken, and names follow it (F53).
            values.pop("name", None)
        return Record(str(key), values)

    def _department(self, row: Row) -> Record | None:
        if not row.values.get("department"):
            return None
        return Record(self._departments[_name_key(row, "department")], self._attributes(row))

    def _account(self, row: Row) -> Record | None:
        if not row.values.get("account") or self._is_merged(row):
            return None
        account_id = self._accounts[_name_key(row, "account")]
        values = self._attributes(row)
        if "parent" in row.values:
            values["parent_id"] = self._account_named(row, "parent")
        if "aliases" in values:
            values["aliases"] = _aliases(row)
        return Record(account_id, self._outliving(File.ACCOUNTS, account_id, "parent_id", self._known.accounts, values))

    def _team(self, row: Row) -> Record | None:
        account_id, values = self._account_named(row, "account"), self._attributes(row)
        member_id = values.pop("member_id", None)
        return None if account_id is None or member_id is None else Record((account_id, str(member_id)), values)

    def _contact(self, row: Row) -> Record | None:
        account_id, values = self._account_named(row, "account"), self._attributes(row)
        if account_id is None or not row.values.get("name"):
            return None
        if "reports_to" in row.values:
            values["reports_to_id"] = self._contact_named(row, "reports_to", account_id, row.values["reports_to"])
        if (account_id, _name_key(row, "name")) in self._merged_contacts:
            return None
        key = self._contacts[account_id, _name_key(row, "name")]
        kept = self._outliving(File.CONTACTS, key, "reports_to_id", self._known.contacts, values)
        return Record(key, {**kept, "account_id": account_id, "name": row.values["name"]})

    def _sponsorship(self, row: Row) -> Record | None:
        values = self._attributes(row)
        kam_id, sponsor_id = values.pop("kam_id", None), values.get("sponsor_id")
        if kam_id is not None and kam_id == sponsor_id:
            self.problems.append(row.problem(Flaw.OWN_SPONSOR, "sponsor"))
        return None if kam_id is None or sponsor_id is None else Record(str(kam_id), values)

    def _interaction(self, row: Row) -> Record | None:
        account_id, values = self._account_named(row, "account"), self._attributes(row)
        when, text, author_id = values.get("occurred_at"), values.get("text"), values.get("author_id")
        if account_id is not None and "contacts" in row.values:
            values["contact_ids"] = tuple(self._contacts_met(row, account_id))
        if account_id is None or author_id is None or not isinstance(when, datetime) or not text:
            return None
        values["account_id"] = account_id
        merged = self._merged.get(_name_key(row, "account"))
        # It was imported for the account that went, and is the same one for ever.
        imported_for = merged.id if merged else account_id
        return Record(import_key(imported_for, str(author_id), when, str(text)), values)

    def _attributes(self, row: Row) -> dict[str, Value]:
        """Turn columns into attributes: people resolved, an empty cell gives the default."""
        blank, people = ATTRIBUTES[row.file], _REFERENCES[row.file]
        renamed = _RENAMED.get(row.file, {})
        values: dict[str, Value] = {}
        for column, value in row.values.items():
            if column in people:
                values[people[column]] = self._person(row, column)
                continue
            name = renamed.get(column, column)
            if name in blank:
                values[name] = blank[name] if value is None or value == () else value
        return values

    def _once(self, file: File, read: Callable[[Row], Record | None]) -> list[tuple[Row, Record]]:
        """Resolve the rows of a file and report those that repeat an earlier key."""
        first: dict[Key, Row] = {}
        found = []
        for row in sorted(self._rows(file), key=self._is_merged):
            record = read(row)
            if record is None:
                continue
            earlier = first.setdefault(record.key, row)
            if earlier is not row:
                if self._is_merged(row):
                    # Two accounts had the same person; now one has, as the survivor's row says.
                    continue
                self.problems.append(Problem(file, Flaw.TWICE, row.line, other_line=earlier.line))
                continue
            found.append((row, record))
        return found

    # People

    def _profiled(self, key: str, values: Values) -> Values:
        """Complete a new member with what the directory says, and what nobody says with the defaults."""
        blank, profile = ATTRIBUTES[File.MEMBERS], self._directory.get(key)
        if profile is None:
            return {**blank, **values, "standing": Standing.MEMBER, "is_owner": False, "locale": None}
        return {
            **blank,
            **values,
            "name": profile.name,
            "email": values.get("email") or profile.email,
            "time_zone": values.get("time_zone", profile.time_zone),
            "standing": profile.standing,
            "is_owner": profile.is_owner,
            "locale": profile.locale,
        }

    def _emails(self) -> dict[str, set[str]]:
        """Return who bears an address: the file counts before what is stored, that before the directory."""
        found: dict[str, set[str]] = {}
        for row in self._rows(File.MEMBERS):
            if (email := row.values.get("email")) and (key := row.values.get("slack_id")):
                found.setdefault(str(email).casefold(), set()).add(str(key))
        stored: dict[str, set[str]] = {}
        for key, values in self._known.members.items():
            if email := values.get("email"):
                stored.setdefault(str(email).casefold(), set()).add(key)
        for email, keys in stored.items():
            active = {key for key in keys if self._known.members[key].get("standing") == Standing.MEMBER}
            found.setdefault(email, active or keys)
        for key, profile in self._directory.items():
            if profile.email:
                found.setdefault(profile.email.casefold(), {key})
        return found

    def _person(self, row: Row, column: str) -> str | None:
        typed = row.values[column]
        if not typed:
            return None
        if "@" not in str(typed):
            return self._met(str(typed))
        people = self._by_email.get(str(typed), set())
        if len(people) == 1:
            return self._met(next(iter(people)))
        if people:
            self.problems.append(row.problem(Flaw.SHARED_EMAIL, column, hints=tuple(sorted(people))))
        elif File.MEMBERS not in self._data.broken:
            self.problems.append(row.problem(Flaw.UNKNOWN_EMAIL, column))
        return None

    def _met(self, key: str) -> str:
        if key not in self._known.members and key not in self._described:
            self._newcomers.add(key)
        return key

    # Departments and accounts

    def _department_named(self, row: Row) -> int | None:
        typed = row.values["department"]
        if not typed:
            return None
        found = self._departments.get(_same(str(typed)))
        if found is None and File.DEPARTMENTS not in self._data.broken:
            stored = (value["name"] for value in self._known.departments.values())
            new = (one.values.get("department") for one in self._rows(File.DEPARTMENTS))
            closest = self._closest(str(typed), chain(stored, new))
            self.problems.append(row.problem(Flaw.UNKNOWN_DEPARTMENT, "department", hints=closest))
        return found

    def _account_names(self) -> dict[str, int]:
        """Return the account each stored name means: of namesakes the one with the file's access, else the oldest."""
        wanted = {_name_key(row, "account"): row.values.get("access") for row in self._rows(File.ACCOUNTS)}
        namesakes: dict[str, list[int]] = {}
        for account_id, values in self._known.accounts.items():
            namesakes.setdefault(_same(str(values["name"])), []).append(account_id)
        return {
            name: min(ids, key=lambda one: self._known.accounts[one]["access"] != wanted.get(name))
            for name, ids in namesakes.items()
        }

    def _learn(self, row: Row, column: str, known: dict[str, int]) -> None:
        if row.values.get(column):
            known.setdefault(_name_key(row, column), self._new_id())

    def _learn_accounts(self) -> None:
        """Remember aliases, access, parents and names of all accounts as they will be."""
        described = {
            self._accounts[_name_key(row, "account")]: row
            for row in self._rows(File.ACCOUNTS)
            if row.values.get("account") and not self._is_merged(row)
        }
        for account_id in {*self._known.accounts, *described}:
            stored, row = self._known.accounts.get(account_id, {}), described.get(account_id)
            wanted = row.values if row else {}
            survives = account_id in self._survivors
            told = _aliases(row) if row and "aliases" in wanted else ()
            kept = stored.get("aliases") if survives or "aliases" not in wanted else ()
            for alias in (*told, *(kept if isinstance(kept, tuple) else ())):
                self._aliases.setdefault(_same(str(alias)), set()).add(account_id)
            access = None if survives else wanted.get("access")
            self._access[account_id] = str(access or stored.get("access") or Access.OPEN)
            self._titles[account_id] = str(wanted.get("account") or stored.get("name"))
        for account_id in self._titles:
            stored, row = self._known.accounts.get(account_id, {}), described.get(account_id)
            if row and "parent" in row.values:
                parents = self._accounts_called(str(row.values["parent"] or ""))
                self._parents[account_id] = parents[0] if len(parents) == 1 else None
            else:
                parent = stored.get("parent_id")
                self._parents[account_id] = parent if isinstance(parent, int) else None

    def _accounts_called(self, typed: str) -> list[int]:
        key = _same(typed)
        if key in self._accounts:
            return [self._accounts[key]]
        if key in self._merged:
            return [self._merged[key].into_id]
        return sorted(self._aliases.get(key, ()))

    def _account_named(self, row: Row, column: str) -> int | None:
        typed = row.values.get(column)
        if not typed:
            return None
        found = self._accounts_called(str(typed))
        if len(found) == 1:
            return found[0]
        if found:
            hints = tuple(sorted(self._titles[account_id] for account_id in found))
            self.problems.append(row.problem(Flaw.SHARED_ALIAS, column, hints=hints))
        elif File.ACCOUNTS not in self._data.broken:
            closest = self._closest(str(typed), self._titles.values())
            self.problems.append(row.problem(Flaw.UNKNOWN_ACCOUNT, column, hints=closest))
        return None

    def _is_merged(self, row: Row) -> bool:
        """Tell whether a row is about an account that was taken into another."""
        return _name_key(row, "account") in self._merged

    def _outliving(self, file: File, its_id: int, above: str, stored: Mapping[int, Values], values: Values) -> Values:
        if its_id not in self._survivors:
            return values
        return outliving(its_id, above, stored[its_id], ATTRIBUTES[file], values)

    # Contacts

    def _learn_contacts(self) -> None:
        for row in self._rows(File.CONTACTS):
            accounts = self._accounts_called(str(row.values.get("account") or ""))
            if len(accounts) == 1 and row.values.get("name"):
                self._contacts.setdefault((accounts[0], _name_key(row, "name")), self._new_id())
        for (account_id, key), contact_id in self._contacts.items():
            self._namesakes.setdefault(key, []).append((account_id, contact_id))

    def _contact_named(self, row: Row, column: str, account_id: int, typed: Value) -> int | None:
        """Find a contact of the account, else the only one of that name in the open accounts of its group."""
        if not typed:
            return None
        key = _same(str(typed))
        if (own := self._contacts.get((account_id, key))) is not None:
            return own
        group = self._group_of(account_id)
        related = sorted(
            {
                contact_id
                for other, contact_id in self._namesakes.get(key, ())
                if self._access[other] == Access.OPEN and self._group_of(other) == group
            }
        )
        if len(related) == 1:
            return related[0]
        if related:
            self.problems.append(row.problem(Flaw.SHARED_CONTACT, column, typed=str(typed)))
        elif File.CONTACTS not in self._data.broken:
            closest = self._closest(str(typed), self._names_at(account_id))
            self.problems.append(row.problem(Flaw.UNKNOWN_CONTACT, column, typed=str(typed), hints=closest))
        return None

    def _names_at(self, account_id: int) -> Iterator[Value]:
        for value in self._known.contacts.values():
            if value["account_id"] == account_id:
                yield value["name"]
        for row in self._rows(File.CONTACTS):
            if self._accounts_called(str(row.values.get("account") or "")) == [account_id]:
                yield row.values.get("name")

    def _contacts_met(self, row: Row, account_id: int) -> Iterator[int]:
        typed = row.values["contacts"]
        found = (
            self._contact_named(row, "contacts", account_id, name)
            for name in (typed if isinstance(typed, tuple) else ())
        )
        yield from sorted({contact_id for contact_id in found if contact_id is not None})

    def _group_of(self, account_id: int) -> int:
        """Return the root of the group an account belongs to."""
        if account_id not in self._groups:
            way = [account_id]
            while (parent := self._parents.get(way[-1])) is not None and parent not in way:
                way.append(parent)
            self._groups.update(dict.fromkeys(way, way[-1]))
        return self._groups[account_id]

    # Circles

    def _find_circles(
        self,
        file: File,
        column: str,
        attribute: str,
        found: Mapping[File, Sequence[tuple[Row, Record]]],
        known: Mapping[int, Values],
    ) -> None:
        above = {key: values.get(attribute) for key, values in known.items()}
        rows = {}
        for row, record in found.get(file, ()):
            if attribute in record.values:
                above[cast("int", record.key)] = record.values[attribute]
                rows[cast("int", record.key)] = row
        judged: set[int] = set()
        for start, row in rows.items():
            way: dict[int, None] = {}
            at: Value = start
            while isinstance(at, int) and at not in way and at not in judged:
                way[at] = None
                at = above.get(at)
            if at in way:
                circle = list(way)[list(way).index(cast("int", at)) :]
                named = next((rows[key] for key in circle if key in rows), row)
                self.problems.append(named.problem(Flaw.CIRCLE, column))
            judged.update(way)

    def _closest(self, typed: str, known: Iterable[Value]) -> tuple[str, ...]:
        if len(self.problems) > _JUDGED:
            return ()
        by_key = {_same(str(name)): str(name) for name in known if name}
        return tuple(by_key[key] for key in get_close_matches(_same(typed), by_key, 2, 0.6))

    def _rows(self, file: File) -> Sequence[Row]:
        return self._data.rows.get(file, ())


def _name_key(row: Row, column: str) -> str:
    return _same(str(row.values.get(column) or ""))


def _aliases(row: Row) -> tuple[str, ...]:
    """Return the aliases, each once, without the name itself, in an order of their own."""
    typed, own = row.values["aliases"], _name_key(row, "account")
    found = {_same(str(alias)): str(alias) for alias in (typed if isinstance(typed, tuple) else ())}
    return tuple(found[key] for key in sorted(found) if key != own)
