"""Setting up: the import of set-up data, the first steps, and channels that wait for an invitation."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from bot.domain.access import CHANNEL, Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.delivery import Claimed, Ref, Subject
from bot.domain.history import Change
from bot.domain.identity import AccountId, ContactId, DepartmentId, InteractionId, MemberId
from bot.domain.imports import changes, match
from bot.domain.interactions import Category, Interaction, Kind
from bot.domain.members import Person
from bot.domain.search_notes import Note, account_note, contact_note, interaction_note
from bot.domain.setup import (
    ATTRIBUTES,
    ChannelInvite,
    Count,
    File,
    ImportSetUp,
    Key,
    Known,
    Record,
    SetUpImported,
    SetUpRefused,
    StoredInteraction,
    Value,
    Values,
    Wanted,
    member_number,
)
from bot.ports import Store, Transaction

_AT_ONCE = 500
"""Interactions that are written together."""
_IN_THE_KEY = {"account_id", "author_id", "occurred_at", "text"}
_HISTORY = {
    File.MEMBERS: (Subject.MEMBER, "member.imported"),
    File.DEPARTMENTS: (Subject.DEPARTMENT, "department.imported"),
    File.ACCOUNTS: (Subject.ACCOUNT, "account.imported"),
    File.TEAM: (Subject.ACCOUNT, "team.imported"),
    File.CONTACTS: (Subject.CONTACT, "contact.imported"),
    File.SPONSORS: (Subject.MEMBER, "sponsor.imported"),
    File.INTERACTIONS: (Subject.INTERACTION, "interaction.imported"),
}


def invite_notice(tx: Transaction, row: Claimed, _now: datetime) -> ChannelInvite | None:
    """Load the request to invite Scharnier into the channel of a department or account."""
    about = row.outgoing.about
    if about.subject is Subject.DEPARTMENT:
        department = tx.departments.get(DepartmentId(about.id))
        name, channel_id = (department.name, department.channel_id) if department else ("", None)
    else:
        account = tx.accounts.get(AccountId(about.id), CHANNEL)
        name, channel_id = (account.name, account.channel_id) if account else ("", None)
    facts = tx.channels.get(channel_id) if channel_id else None
    if facts is None or facts.usable:
        return None
    return ChannelInvite(facts.id, facts.name, name, facts.is_external, facts.is_archived)


def import_files(
    store: Store, now: datetime, command: ImportSetUp, progress: Callable[[int], None] = lambda _rows: None
) -> SetUpImported:
    """Bring the workspace up to what the files say, in one transaction; tell nobody.

    Args:
        store: a dry run leaves it as it was.
        now: the moment of the import.
        command: what was read.
        progress: hears of the rows that are done.

    Raises:
        SetUpRefused: there are problems, and nothing was written.
    """
    with suppress(_DryRun), store.begin(command.workspace_id) as tx:
        done = _bring_up(tx, now, command, progress)
        if command.dry_run:
            raise _DryRun
    return done


class _DryRun(Exception):
    """Takes back what was written."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What all accounts and contacts are called from now on."""

    accounts: Mapping[int, str]
    contacts: Mapping[int, str]
    employers: Mapping[int, int]
    """Contact → their account."""


def _bring_up(tx: Transaction, now: datetime, command: ImportSetUp, progress: Callable[[int], None]) -> SetUpImported:
    tx.setup.take_time()
    known = tx.setup.known()
    wanted = match(command.data, known, command.directory, tx.setup.new_id)
    if not isinstance(wanted, Wanted):
        raise SetUpRefused(wanted)
    tx.setup.add(File.MEMBERS, wanted.newcomers, now)
    tx.history.record_all([_change(File.MEMBERS, one.key, _filled(one.values), now) for one in wanted.newcomers])
    stored: Mapping[File, Mapping[Any, Values]] = {
        File.MEMBERS: known.members,
        File.DEPARTMENTS: known.departments,
        File.ACCOUNTS: known.accounts,
        File.TEAM: known.team,
        File.CONTACTS: known.contacts,
        File.SPONSORS: known.sponsors,
    }
    counts: dict[File, Count] = {}
    for file, records in wanted.records.items():
        if file is not File.INTERACTIONS:
            counts[file] = _store(tx, now, file, records, stored[file])
            progress(len(records))
    called = _Names(
        _names(known.accounts, wanted.records.get(File.ACCOUNTS, ())),
        _names(known.contacts, wanted.records.get(File.CONTACTS, ())),
        _employers(known.contacts, wanted.records.get(File.CONTACTS, ())),
    )
    tx.search.put_all(_facts(wanted, known, called, now))
    if File.INTERACTIONS in wanted.records:
        counts[File.INTERACTIONS] = _store_interactions(tx, now, wanted.records[File.INTERACTIONS], called, progress)
    if any(count.new or count.changed for count in counts.values()):
        tx.setup.settle()
    return SetUpImported(counts, len(wanted.newcomers), command.dry_run)


def _store(
    tx: Transaction, now: datetime, file: File, records: Sequence[Record], stored: Mapping[Any, Values]
) -> Count:
    """Write what differs, with its history."""
    new = [replace(one, values={**ATTRIBUTES[file], **one.values}) for one in records if one.key not in stored]
    old = [(one, changes(stored[one.key], one.values)) for one in records if one.key in stored]
    changed = [(one, differing) for one, differing in old if differing]
    tx.setup.add(file, new, now)
    tx.setup.change(file, [one for one, _ in changed], now)
    tx.history.record_all([_change(file, one.key, _filled(one.values), now) for one in new])
    tx.history.record_all([_change(file, one.key, differing, now) for one, differing in changed])
    return Count(len(new), len(changed), len(old) - len(changed))


def _store_interactions(
    tx: Transaction, now: datetime, records: Sequence[Record], called: _Names, progress: Callable[[int], None]
) -> Count:
    """Write interactions in the order of their time, so that the numbers follow it, and index them."""
    count = Count()
    in_time = sorted(records, key=lambda one: cast("datetime", one.values["occurred_at"]))
    for at in range(0, len(in_time), _AT_ONCE):
        some = in_time[at : at + _AT_ONCE]
        stored = tx.setup.imported([str(one.key) for one in some])
        new = _numbered(tx, now, [one for one in some if one.key not in stored])
        changed = list(_edited(some, stored))
        tx.setup.add(File.INTERACTIONS, new, now)
        tx.setup.change(File.INTERACTIONS, [one for one, _ in changed], now)
        tx.history.record_all([_change(File.INTERACTIONS, one.key, _filled(one.values), now) for one in new])
        tx.history.record_all([_change(File.INTERACTIONS, one.key, differing, now) for one, differing in changed])
        touched = tx.setup.interactions([InteractionId(cast("int", one.key)) for one, _ in changed])
        tx.search.put_all(map(interaction_note, (*(_interaction(one, called) for one in new), *touched)))
        unchanged = len(some) - len(new) - len(changed)
        count = Count(count.new + len(new), count.changed + len(changed), count.unchanged + unchanged)
        progress(len(some))
    return count


def _numbered(tx: Transaction, now: datetime, records: Sequence[Record]) -> list[Record]:
    """Give ids and numbers; what happened in the past counts as logged then, so that nobody's Undo opens again."""
    if not records:
        return []
    return [
        Record(
            tx.setup.new_id(),
            {
                **ATTRIBUTES[File.INTERACTIONS],
                **one.values,
                "import_key": str(one.key),
                "number": number,
                "logged_at": min(cast("datetime", one.values["occurred_at"]), now),
            },
        )
        for one, number in zip(records, tx.setup.numbers(len(records)), strict=True)
    ]


def _edited(
    records: Sequence[Record], stored: Mapping[str, StoredInteraction]
) -> Iterator[tuple[Record, Sequence[str]]]:
    """Find what differs; account, author, moment and text may have been edited since, and withdrawn stays withdrawn."""
    for one in records:
        before = stored.get(str(one.key))
        if before is None or before.withdrawn:
            continue
        values = {name: value for name, value in one.values.items() if name not in _IN_THE_KEY}
        if differing := changes(before.values, values):
            yield Record(before.id, values), differing


def _names(known: Mapping[int, Values], records: Sequence[Record]) -> Mapping[int, str]:
    stored = {key: str(values["name"]) for key, values in known.items()}
    return {**stored, **{cast("int", one.key): str(one.values["name"]) for one in records}}


def _employers(known: Mapping[int, Values], records: Sequence[Record]) -> Mapping[int, int]:
    everybody = {**known, **{cast("int", one.key): one.values for one in records if "account_id" in one.values}}
    return {key: cast("int", values["account_id"]) for key, values in everybody.items()}


def _facts(wanted: Wanted, known: Known, called: _Names, now: datetime) -> Iterator[Note]:
    """Yield what is to be found about the accounts and contacts that are new or changed."""
    for one in wanted.records.get(File.ACCOUNTS, ()):
        key = cast("int", one.key)
        if changes(known.accounts.get(key), one.values):
            values = {**known.accounts.get(key, {}), **one.values}
            aliases = values.get("aliases")
            account = Account(AccountId(key), str(values["name"]), mission=_words(values.get("mission")))
            yield account_note(account, map(str, aliases if isinstance(aliases, tuple) else ()), now)
    for one in wanted.records.get(File.CONTACTS, ()):
        key = cast("int", one.key)
        if changes(known.contacts.get(key), one.values):
            yield contact_note(_contact(key, {**known.contacts.get(key, {}), **one.values}, called), now)


def _account(account_id: Value, called: _Names) -> AccountRef:
    key = cast("int", account_id)
    return AccountRef(AccountId(key), called.accounts[key])


def _contact(key: int, values: Values, called: _Names) -> Contact:
    roles = values.get("decision_roles")
    return Contact(
        ContactId(key),
        _account(values["account_id"], called),
        str(values["name"]),
        title=_words(values.get("title")),
        decision_roles=tuple(DecisionRole(str(role)) for role in (roles if isinstance(roles, tuple) else ())),
        aims=_words(values.get("aims")),
    )


def _interaction(new: Record, called: _Names) -> Interaction:
    """Show a new interaction as search indexes it."""
    values = new.values
    category, met = values["category"], values["contact_ids"]
    return Interaction(
        id=InteractionId(cast("int", new.key)),
        number=cast("int", values["number"]),
        account=_account(values["account_id"], called),
        author=Person(MemberId(str(values["author_id"])), ""),
        occurred_at=cast("datetime", values["occurred_at"]),
        logged_at=cast("datetime", values["logged_at"]),
        text=str(values["text"]),
        kind=Kind(str(values["kind"])),
        category=Category(str(category)) if category else None,
        contacts=tuple(
            ContactRef(ContactId(key), called.contacts[key], AccountId(called.employers[key]))
            for key in cast("tuple[int, ...]", met)
        ),
        visibility=Visibility(str(values["visibility"])),
    )


def _change(file: File, key: Key, fields: Iterable[str], now: datetime) -> Change:
    """Record that an operator's file created or changed an object."""
    subject, action = _HISTORY[file]
    number = member_number(key) if isinstance(key, str) else key[0] if isinstance(key, tuple) else key
    return Change(Ref(subject, number), action, None, now, fields=tuple(sorted(fields)))


def _filled(values: Values) -> list[str]:
    return [name for name, value in values.items() if value is not None and value is not False and value != ()]


def _words(value: Value) -> str | None:
    return None if value is None else str(value)
