"""Merging: every row that refers to one account or contact refers to the other, and what changed is written down."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Row,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot.domain.access import Access
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import MemberId, MergeId
from bot.domain.merges import Merged, Side, Undone, changes_circle
from bot.domain.timers import State
from storage.search import Search
from storage.search_moves import reassign
from storage.session import Session
from storage.tables import (
    AccountRow,
    Base,
    ContactRow,
    InfluenceRow,
    MergedValueRow,
    MergeRow,
    PositionRow,
    SearchNoteRow,
    TeamRow,
    TimerRow,
    TwinsRow,
    UTCDateTime,
)

TABLES: Mapping[Subject, Table] = {
    Subject.ACCOUNT: cast("Table", AccountRow.__table__),
    Subject.CONTACT: cast("Table", ContactRow.__table__),
}
STAYS = {
    "audit": "what happened, happened to the one that went; the seals cover it",
    "cards": "messages in Slack; no card is about an account or contact itself",
    "drafts": "typed text names its account by id; a read of a merged one leads to the survivor",
    "history": "what happened, happened to the one that went",
    "inbox": "deliveries had their effect; a read of a merged one leads to the survivor",
    "merges": "who was merged into whom",
    "outbox": "a read of a merged one leads to the survivor",
    "questions": "they are about requests and conflicts",
    "search_notes": "the index is kept by ``storage.search``",
    "twins": "pairs with a merged one do not exist while it is merged",
}
"""Tables that name accounts or contacts without a foreign key and are left as they are, and why."""
_CHUNK = 1000
_NOTES = cast("Table", SearchNoteRow.__table__)
Values = dict[str, Any]


class Merging:
    """Takes one into the other, and back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def merge(
        self, stays: Side, goes: Side, changes: Values, joins: Sequence[MemberId], by: MemberId, now: datetime
    ) -> MergeId | None:
        """Take one into the other, everywhere; None if one of them was changed meanwhile."""
        merge_id = MergeId(self._session.new_id())
        subject, table = stays.about.subject, TABLES[stays.about.subject]
        self._session.run(
            insert(MergeRow).values(
                workspace_id=self._session.workspace_id,
                id=merge_id,
                subject=subject,
                from_id=goes.id,
                into_id=stays.id,
                by_id=by,
                at=now,
                counts={name: str(count) for name, count in goes.counts.items()},
            )
        )
        written = _Written(self._session, merge_id)
        for side, changed in ((goes, {"merged_into_id": stays.id}), (stays, changes)):
            if not self._change(table, side, changed):
                return None
            if changed:
                before = {name: side.values[name] for name in changed}
                written.changed(table, {"id": side.id}, before, changed)
        self._drop_lines_between(subject, goes.id, stays.id, written)
        if subject is Subject.CONTACT:
            self._end_positions(goes, stays, now, written)
        if changes_circle(stays, goes):
            self._end_influence(goes.id, written)
        for reference in references(subject):
            self._move(reference, goes.id, stays.id, written, itself=reference[0] is table)
        self._move_timers(subject, goes.id, stays.id, written)
        for member_id in joins:
            self._join(stays.id, member_id, written)
        self._keep_dismissals(subject, goes.id, stays.id, by, now, written)
        self._reindex(goes.about, stays.about, written)
        written.flush()
        return merge_id

    def undo(self, merge: Merged, by: MemberId, now: datetime) -> Undone | None:
        """Restore what a merge changed and nobody changed since; None if somebody did it meanwhile."""
        done = update(MergeRow).where(
            MergeRow.workspace_id == self._session.workspace_id, MergeRow.id == merge.id, MergeRow.undone_at.is_(None)
        )
        if self._session.run(done.values(undone_by_id=by, undone_at=now)).rowcount != 1:
            return None
        here = MergedValueRow.workspace_id == self._session.workspace_id
        rows = self._session.rows(
            select(MergedValueRow.__table__)
            .where(here, MergedValueRow.merge_id == merge.id)
            .order_by(MergedValueRow.position.desc())
        )
        left: list[str] = []
        missed = 0
        survivor = (TABLES[merge.subject].name, {"id": json.dumps(merge.into_id)})

        def alike(row: Row[Any]) -> tuple[Any, ...]:
            return row.table, row.deed, (row.table, row.key) == survivor, tuple(sorted(row.before))

        for (name, deed, is_survivor, _columns), run in groupby(rows, alike):
            some, table = list(run), Base.metadata.tables[name]
            if name == "search_notes":
                self._reindex_back(merge, some)
            elif deed == "added":
                self._remove_again(table, some)
            elif deed == "removed":
                self._put_back(table, some)
            elif is_survivor:
                left += self._restore_survivor(table, merge, some[0])
            else:
                missed += sum(self._restore(table, row) for row in some)
        return Undone(tuple(left), missed)

    def _change(self, table: Table, side: Side, changes: Values) -> bool:
        done = self._session.run(
            update(table)
            .where(
                table.c.workspace_id == self._session.workspace_id,
                table.c.id == side.id,
                table.c.version == side.version,
                table.c.merged_into_id.is_(None),
            )
            .values(**changes, version=table.c.version + 1)
        )
        return done.rowcount == 1

    def _move(self, reference: "Reference", old: int, new: int, written: "_Written", *, itself: bool) -> None:
        """Let every row that refers to one refer to the other; a row that is there already is taken away."""
        table, name = reference
        column = table.c[name]
        here = [table.c.workspace_id == self._session.workspace_id, column == old]
        if itself:
            # How the two themselves stand to each other is what ``merges.surviving`` says.
            here.append(table.c.id.not_in([old, new]))
        keys = _keys(table)
        rivals = _unique_with(table, name)
        rows = self._session.rows(select(*(table.columns if rivals else _some(table, keys))).where(*here))
        if not rows:
            return
        taken: dict[tuple[str, ...], set[tuple[Any, ...]]] = {}
        for others in rivals:
            there = select(*_some(table, others)).where(
                table.c.workspace_id == self._session.workspace_id, column == new
            )
            taken[others] = {tuple(row) for row in self._session.rows(there)}
        moved: list[Values] = []
        for row in rows:
            values = row._asdict()
            if any(tuple(values[one] for one in others) in there for others, there in taken.items()):
                written.removed(table, {key: values[key] for key in keys}, values)
                self._delete(table, {key: values[key] for key in keys})
            else:
                moved.append({key: new if key == name else values[key] for key in keys})
        self._session.run(update(table).where(*here).values({name: new}))
        written.moved(table, moved, {name: old}, {name: new})

    def _drop_lines_between(self, subject: Subject, old: int, new: int, written: "_Written") -> None:
        """Take away rows that join the two, such as who influences whom: nobody influences themselves."""
        ends: dict[Table, list[str]] = {}
        for table, name in references(subject):
            ends.setdefault(table, []).append(name)
        for table, columns in ends.items():
            if len(columns) < 2 or table is TABLES[subject]:
                continue
            self._take_away(table, [table.c[name].in_([old, new]) for name in columns], written)

    def _end_influence(self, contact_id: int, written: "_Written") -> None:
        """Let a contact influence nobody any more: the circle of the account where the survivor stands would read it.

        Who influences the contact is read by the circle of who has the influence, and stays.
        """
        table = cast("Table", InfluenceRow.__table__)
        self._take_away(table, [table.c.contact_id == contact_id], written)

    def _end_positions(self, goes: Side, stays: Side, now: datetime, written: "_Written") -> None:
        """Let one person have one present position: the same one goes, one elsewhere has ended."""
        table = cast("Table", PositionRow.__table__)
        rows = self._session.rows(
            select(table).where(
                table.c.workspace_id == self._session.workspace_id,
                table.c.contact_id == goes.id,
                table.c.until_on.is_(None),
            )
        )
        for row in rows:
            values, key = row._asdict(), {"id": row.id}
            if row.account_id == stays.account.id:
                written.removed(table, key, values)
                self._delete(table, key)
                continue
            here = (table.c.workspace_id == self._session.workspace_id, table.c.id == row.id)
            self._session.run(update(table).where(*here).values(until_on=now.date()))
            written.changed(table, key, {"until_on": None}, {"until_on": now.date()})

    def _move_timers(self, subject: Subject, old: int, new: int, written: "_Written") -> None:
        """Let what waits for one happen to the other; what waits for both happens once."""
        table = cast("Table", TimerRow.__table__)
        here = (table.c.workspace_id == self._session.workspace_id, table.c.subject == subject)
        there = {
            (row.step, row.occurrence)
            for row in self._session.rows(
                select(table.c.step, table.c.occurrence).where(*here, table.c.object_id == new)
            )
        }
        waiting = select(table).where(*here, table.c.object_id == old, table.c.state == State.PENDING)
        for row in self._session.rows(waiting):
            if (row.step, row.occurrence) in there:
                written.removed(table, {"id": row.id}, row._asdict())
                self._delete(table, {"id": row.id})
            else:
                mine = (table.c.workspace_id == self._session.workspace_id, table.c.id == row.id)
                self._session.run(update(table).where(*mine).values(object_id=new))
                written.changed(table, {"id": row.id}, {"object_id": old}, {"object_id": new})

    def _join(self, account_id: int, member_id: MemberId, written: "_Written") -> None:
        """Let who looked after the account that went stay on the team."""
        key = {"account_id": account_id, "member_id": member_id}
        row = (
            self._session.insert(TeamRow)
            .values(workspace_id=self._session.workspace_id, **key)
            .on_conflict_do_nothing()
            .returning(TeamRow.member_id)
        )
        if self._session.run(row).first() is not None:
            written.added(cast("Table", TeamRow.__table__), key)

    def _keep_dismissals(
        self, subject: Subject, old: int, new: int, by: MemberId, now: datetime, written: "_Written"
    ) -> None:
        """Let what is not the one that went not be the survivor either, so that nobody is asked again."""
        table = cast("Table", TwinsRow.__table__)
        here = (table.c.workspace_id == self._session.workspace_id, table.c.subject == subject)
        rows = self._session.rows(
            select(table).where(
                *here, or_(table.c.first_id == old, table.c.second_id == old), table.c.dismissed_at.is_not(None)
            )
        )
        for row in rows:
            other = row.second_id if row.first_id == old else row.first_id
            if other == new:
                continue
            first, second = sorted((other, new))
            key = {"id": self._session.new_id()}
            added = (
                self._session.insert(TwinsRow)
                .values(
                    **key,
                    workspace_id=self._session.workspace_id,
                    subject=subject,
                    first_id=first,
                    second_id=second,
                    found_at=now,
                    dismissed_by_id=row.dismissed_by_id or by,
                    dismissed_at=row.dismissed_at,
                )
                .on_conflict_do_nothing()
                .returning(TwinsRow.id)
            )
            if self._session.run(added).first() is not None:
                written.added(table, key)

    def _reindex(self, old: Ref, new: Ref, written: "_Written") -> None:
        """Let search find everything under the survivor."""
        Search(self._session).remove(old)
        moved = reassign(self._session, old, new)
        keys = [{"subject": str(about.subject), "object_id": about.id} for about in moved]
        written.moved(_NOTES, keys, {"id": old.id}, {"id": new.id})

    def _take_away(self, table: Table, which: Sequence[ColumnElement[bool]], written: "_Written") -> None:
        here = (table.c.workspace_id == self._session.workspace_id, *which)
        rows = self._session.rows(select(table).where(*here))
        for row in rows:
            values = row._asdict()
            written.removed(table, {name: values[name] for name in _keys(table)}, values)
        if rows:
            self._session.run(delete(table).where(*here))

    def _delete(self, table: Table, key: Values) -> None:
        mine = (table.c[name] == value for name, value in key.items())
        self._session.run(delete(table).where(table.c.workspace_id == self._session.workspace_id, *mine))

    def _restore_survivor(self, table: Table, merge: Merged, row: Row[Any]) -> list[str]:
        """Set the survivor's values back that are still what the merge made them; return the names of the others."""
        here = (table.c.workspace_id == self._session.workspace_id, table.c.id == merge.into_id)
        current = self._session.run(select(table).where(*here)).one()._mapping  # noqa: SLF001  see merges
        before, after = _decoded(table, row.before), _decoded(table, row.after)
        back = {name: value for name, value in before.items() if current[name] == after[name]}
        if back.get("access") == Access.OPEN and self._grew_since(merge):
            # Whoever wrote there since wrote for the few who see a restricted account.
            del back["access"]
        self._session.run(update(table).where(*here).values(**back, version=table.c.version + 1))
        return sorted(name for name in before if name not in back and current[name] != before[name])

    def _grew_since(self, merge: Merged) -> bool:
        """Tell whether something new was written at the survivor after the merge."""
        for table, name in references(merge.subject):
            stamp = next((table.c[one] for one in ("logged_at", "created_at") if one in table.c), None)
            if stamp is None:
                continue
            here = (table.c.workspace_id == self._session.workspace_id, table.c[name] == merge.into_id)
            if self._session.run(select(literal(1)).where(*here, stamp > merge.at).limit(1)).first() is not None:
                return True
        return False

    def _restore(self, table: Table, row: Row[Any]) -> int:
        """Set one column of some rows back where it is still what the merge made it; return how many were not."""
        ((name, before),), ((_, after),) = (_decoded(table, part).items() for part in (row.before, row.after))
        column, keys = table.c[name], _keys_in(table, row)
        statement = (
            update(table)
            .where(
                table.c.workspace_id == self._session.workspace_id,
                *(table.c[one] == bindparam(f"key_{one}", type_=table.c[one].type) for one in row.key),
                column == after,
            )
            .values({name: before})
        )
        if name == "merged_into_id":
            statement = statement.values(version=table.c.version + 1)
        given = [{f"key_{one}": value for one, value in key.items()} for key in keys]
        return len(keys) - self._session.run(statement, [*given]).rowcount

    def _put_back(self, table: Table, rows: Sequence[Row[Any]]) -> None:
        values = [{**_decoded(table, row.before), "workspace_id": self._session.workspace_id} for row in rows]
        self._session.run(self._session.insert(table).on_conflict_do_nothing(), [*values])

    def _remove_again(self, table: Table, rows: Iterable[Row[Any]]) -> None:
        for row in rows:
            self._delete(table, _decoded(table, row.key))

    def _reindex_back(self, merge: Merged, rows: Iterable[Row[Any]]) -> None:
        keys = (key for row in rows for key in _keys_in(_NOTES, row))
        these = [Ref(Subject(key["subject"]), key["object_id"]) for key in keys]
        reassign(self._session, Ref(merge.subject, merge.into_id), Ref(merge.subject, merge.from_id), these)


class _Written:
    """Keeps what a merge changes until it is written down in one go."""

    def __init__(self, session: Session, merge_id: MergeId) -> None:
        self._session, self._merge_id = session, merge_id
        self._rows: list[Values] = []

    def changed(self, table: Table, key: Values, before: Values, after: Values) -> None:
        """Note that a row has other values."""
        self._note("changed", table, key, before, after)

    def moved(self, table: Table, keys: Sequence[Values], before: Values, after: Values) -> None:
        """Note that many rows have another value, the same in all; each key's values stand as a list."""
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            together = {name: [key[name] for key in some] for name in some[0]}
            self._note("moved", table, together, before, after)

    def removed(self, table: Table, key: Values, before: Values) -> None:
        """Note that a row is gone."""
        kept = {name: value for name, value in before.items() if name != "workspace_id"}
        self._note("removed", table, key, kept, {})

    def added(self, table: Table, key: Values) -> None:
        """Note that a row is new."""
        self._note("added", table, key, {}, {})

    def flush(self) -> None:
        """Write it down."""
        for start in range(0, len(self._rows), _CHUNK):
            self._session.run(insert(MergedValueRow), [*self._rows[start : start + _CHUNK]])

    def _note(self, deed: str, table: Table, key: Values, before: Values, after: Values) -> None:
        self._rows.append(
            {
                "workspace_id": self._session.workspace_id,
                "merge_id": self._merge_id,
                "position": len(self._rows),
                "table": table.name,
                "deed": deed,
                "key": _encoded(key),
                "before": _encoded(before),
                "after": _encoded(after),
            }
        )


Reference = tuple[Table, str]
"""A table, and its column that refers to an account or contact."""


@cache
def references(subject: Subject) -> tuple[Reference, ...]:
    """Return every column of every table that refers to an account or contact by a foreign key."""
    return tuple(_references(TABLES[subject]))


def _references(target: Table) -> Iterator[Reference]:
    for table in Base.metadata.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            yield from ((table, name) for name in _referring(constraint, target))


def _referring(constraint: ForeignKeyConstraint, target: Table) -> list[str]:
    if constraint.referred_table is not target:
        return []
    return [name for name in constraint.column_keys if name != "workspace_id"]


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key if column.name != "workspace_id"]


def _unique_with(table: Table, name: str) -> list[tuple[str, ...]]:
    """Return what else must not be the same in two rows that refer to the same object: the rest of each unique key."""
    keys: list[Iterable[Column[Any]]] = [table.primary_key.columns]
    keys += [index.columns for index in table.indexes if index.unique]
    keys += [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    named = [tuple(column.name for column in columns) for columns in keys]
    return [
        tuple(column for column in columns if column not in {name, "workspace_id"})
        for columns in named
        if name in columns
    ]


def _some(table: Table, names: Iterable[str]) -> Any:
    return [table.c[name] for name in names] or [literal(1)]


def _encoded(values: Values) -> dict[str, str]:
    """Write values as JSON texts by column."""
    return {
        name: json.dumps(value.isoformat() if isinstance(value, (date, datetime)) else value)
        for name, value in values.items()
    }


def _decoded(table: Table, values: Mapping[str, str]) -> Values:
    """Read what ``_encoded`` wrote, by the types of the columns."""
    return {name: _read(table.c[name], json.loads(value)) for name, value in values.items()}


def _keys_in(table: Table, row: Row[Any]) -> list[Values]:
    """Return the keys of the rows that a note of what changed is about."""
    if row.deed != "moved":
        return [_decoded(table, row.key)]
    columns = {name: json.loads(values) for name, values in row.key.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, (UTCDateTime, DateTime)):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
