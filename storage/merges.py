"""Merges: which there were, and the two sides of one before it is made."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, delete, func, literal, or_, select, true, union_all

from bot.domain.access import Access, Viewer, sees_account
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.duplicates import Undoable
from bot.domain.identity import AccountId, MemberId, MergeId
from bot.domain.merges import Merged, Side, Undone, may_undo
from bot.domain.names import match_key
from storage.access import account_filter, note_filter_where, of_account, readable
from storage.members import as_person, somebody
from storage.merging import TABLES, Merging, Values, references
from storage.session import Session
from storage.tables import (
    AccountNameRow,
    AccountRow,
    ContactRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    MergedValueRow,
    MergeRow,
)

_COUNTED: Mapping[Subject, tuple[str, ...]] = {
    Subject.ACCOUNT: (
        "interactions",
        "requests",
        "escalations",
        "promises",
        "next_steps",
        "contacts",
        "favours",
        "demands",
        "account_team",
        "accounts",
    ),
    Subject.CONTACT: ("interaction_contacts", "promises", "favours", "demands", "hypotheses", "contact_positions"),
}
"""What the form counts."""
_PEOPLE: Mapping[Subject, tuple[str, ...]] = {
    Subject.ACCOUNT: ("kam_id", "deputy_id", "sponsor_id"),
    Subject.CONTACT: ("owner_id", "counterpart_id"),
}
_LINE = {Subject.ACCOUNT: "parent_id", Subject.CONTACT: "reports_to_id"}


class Merges:
    """Rows of ``merges`` as domain values, and the merging itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, subject: Subject) -> None:
        """Let nobody else merge accounts, or contacts, until the commit."""
        self._session.lock(f"merges {subject}")

    def side(self, about: Ref, viewer: Viewer) -> Side | None:
        """Return one of two that may be merged, if it exists for this reader."""
        table = TABLES[about.subject]
        here = table.c.workspace_id == self._session.workspace_id
        row = self._session.run(select(table).where(here, table.c.id == about.id)).one_or_none()
        if row is None or row.merged_into_id is not None:
            return None
        account = self._account(row.id if about.subject is Subject.ACCOUNT else row.account_id, viewer)
        if account is None:
            return None
        values = row._asdict()
        return Side(
            about=about,
            name=row.name,
            account=account,
            version=row.version,
            values=values,
            above=self._above(about),
            named=self._named(about.subject, values, viewer),
            counts=self._count(about, viewer),
        )

    def merge(
        self, stays: Side, goes: Side, changes: Values, joins: Sequence[MemberId], by: MemberId, now: datetime
    ) -> MergeId | None:
        """Take one into the other, everywhere; None if one of them was changed meanwhile."""
        return Merging(self._session).merge(stays, goes, changes, joins, by, now)

    def undo(self, merge: Merged, by: MemberId, now: datetime) -> Undone | None:
        """Restore what a merge changed and nobody changed since; None if somebody did it meanwhile."""
        undone = Merging(self._session).undo(merge, by, now)
        if undone is not None and merge.subject is Subject.ACCOUNT:
            self._keep_names(merge)
        return undone

    def _keep_names(self, merge: Merged) -> None:
        """Let both accounts be found by their names, whatever their keys were at the merge."""
        here = self._session.workspace_id
        both = select(AccountRow.id, AccountRow.name).where(
            AccountRow.workspace_id == here, AccountRow.id.in_((merge.from_id, merge.into_id))
        )
        names = [
            {"workspace_id": here, "account_id": row.id, "key": match_key(row.name), "name": row.name}
            for row in self._session.rows(both)
        ]
        self._session.upsert(AccountNameRow, ("workspace_id", "key", "account_id"), names, keep=("name",))

    def get(self, merge_id: MergeId, viewer: Viewer) -> Merged | None:
        """Return a merge, if its survivor exists for this reader."""
        return self._one(viewer, MergeRow.id == merge_id)

    def of(self, about: Ref, viewer: Viewer) -> Merged | None:
        """Return the merge that took this one into another and stands."""
        return self._one(
            viewer,
            MergeRow.subject == about.subject,
            MergeRow.from_id == about.id,
            MergeRow.undone_at.is_(None),
        )

    def since(self, merge: Merged) -> Ref | None:
        """Return what one of the two was merged into after this merge, if that stands."""
        row = self._session.run(
            select(MergeRow.into_id)
            .where(
                MergeRow.workspace_id == self._session.workspace_id,
                MergeRow.subject == merge.subject,
                MergeRow.from_id == merge.into_id,
                MergeRow.undone_at.is_(None),
            )
            .limit(1)
        ).one_or_none()
        return None if row is None else Ref(merge.subject, row.into_id)

    def recent(self, viewer: Viewer, since: datetime, most: int) -> tuple[Undoable, ...]:
        """Return the merges since a time that this reader may take back, the newest first."""
        rows = self._session.rows(
            self._select()
            .where(MergeRow.at >= since, MergeRow.undone_at.is_(None))
            .order_by(MergeRow.at.desc(), MergeRow.id)
        )
        found = (_merged(row) for row in rows if _sees(row, viewer))
        mine = [merge for merge in found if may_undo(viewer, merge)]
        return tuple(
            Undoable(merge.id, merge.subject, merge.name, merge.into, merge.by, merge.at) for merge in mine[:most]
        )

    def forget(self, before: datetime, most: int) -> int:
        """Forget what merges changed that cannot be taken back any more; return how many rows went."""
        here = self._session.workspace_id
        old = select(MergeRow.id).where(
            MergeRow.workspace_id == here, or_(MergeRow.at < before, MergeRow.undone_at < before)
        )
        rows = self._session.rows(
            select(MergedValueRow.merge_id, MergedValueRow.position)
            .where(MergedValueRow.workspace_id == here, MergedValueRow.merge_id.in_(old))
            .limit(most)
        )
        if rows:
            gone = delete(MergedValueRow).where(
                MergedValueRow.workspace_id == here,
                MergedValueRow.merge_id == bindparam("merge"),
                MergedValueRow.position == bindparam("place"),
            )
            self._session.run(gone, [{"merge": row.merge_id, "place": row.position} for row in rows])
        return len(rows)

    def _account(self, account_id: int, viewer: Viewer) -> AccountRef | None:
        row = self._session.run(
            select(AccountRow.id, AccountRow.name, AccountRow.access, AccountRow.merged_into_id).where(
                AccountRow.workspace_id == self._session.workspace_id, AccountRow.id == account_id
            )
        ).one_or_none()
        if row is None or row.merged_into_id is not None or not sees_account(viewer, row.id, Access(row.access)):
            return None
        return AccountRef(AccountId(row.id), row.name, Access(row.access))

    def _above(self, about: Ref) -> tuple[int, ...]:
        """Return what an account or contact stands below, the nearest first; a ring ends where it began."""
        table = TABLES[about.subject]
        line = table.c[_LINE[about.subject]]
        found: list[int] = []
        step = select(line).where(table.c.workspace_id == self._session.workspace_id)
        at: int | None = about.id
        while at is not None and at not in found[:-1]:
            at = self._session.run(step.where(table.c.id == at)).scalar_one_or_none()
            if at is None or at == about.id:
                break
            found.append(at)
        return tuple(found)

    def _named(self, subject: Subject, values: Values, viewer: Viewer) -> dict[str, Any]:
        """Return who the members are, and which account or contact it stands below."""
        ids = {name: values[name] for name in _PEOPLE[subject] if values[name] is not None}
        here = self._session.workspace_id
        found: dict[str, Any] = {}
        if ids:
            rows = self._session.rows(
                select(MemberRow.id, MemberRow.name, MemberRow.standing).where(
                    MemberRow.workspace_id == here, MemberRow.id.in_(set(ids.values()))
                )
            )
            people = {row.id: somebody(row.id, row.name, row.standing) for row in rows}
            found = {name: people[one] for name, one in ids.items() if one in people}
        if subject is Subject.CONTACT:
            found["account_id"] = self._account(values["account_id"], viewer)
            if values["reports_to_id"] is not None:
                boss = (
                    select(ContactRow.name)
                    .join(AccountRow, of_account(ContactRow))
                    .where(
                        ContactRow.workspace_id == here,
                        ContactRow.id == values["reports_to_id"],
                        account_filter(viewer),
                    )
                )
                found["reports_to_id"] = self._session.run(boss).scalar_one_or_none()
        elif values["parent_id"] is not None:
            found["parent_id"] = self._account(values["parent_id"], viewer)
        return {name: value for name, value in found.items() if value is not None}

    def _count(self, about: Ref, viewer: Viewer) -> dict[str, int]:
        """Count in one statement what refers to it, as far as this reader may know of that."""
        counted = []
        for table, column in references(about.subject):
            if table.name not in _COUNTED[about.subject] or column in {"merged_into_id", "counterpart_id"}:
                continue
            here = (table.c.workspace_id == self._session.workspace_id, table.c[column] == about.id)
            counted.append(
                select(literal(table.name).label("name"), func.count().label("many")).where(
                    *here, *_readable(table, viewer, self._session.workspace_id)
                )
            )
        rows = self._session.rows(union_all(*counted))
        return {row.name: row.many for row in rows if row.many}

    def _select(self) -> Any:
        """Select merges with the names of both, of who did it and who looks after them, and where the survivor is."""
        here = MergeRow.workspace_id
        by, undone_by = MemberRow.__table__.alias("by"), MemberRow.__table__.alias("undone_by")
        at = AccountRow.__table__.alias("at")
        query = select(
            MergeRow.__table__,
            by.c.name.label("by_name"),
            by.c.standing.label("by_standing"),
            undone_by.c.name.label("undone_name"),
            undone_by.c.standing.label("undone_standing"),
            at.c.id.label("account_id"),
            at.c.name.label("account_name"),
            at.c.access.label("account_access"),
        ).where(here == self._session.workspace_id)
        query = query.join(by, and_(by.c.workspace_id == here, by.c.id == MergeRow.by_id))
        query = query.outerjoin(
            undone_by, and_(undone_by.c.workspace_id == here, undone_by.c.id == MergeRow.undone_by_id)
        )
        place: Any = None
        for which, its_id in (("gone", MergeRow.from_id), ("kept", MergeRow.into_id)):
            account, contact, place = (
                table.alias(f"{which}_{name}")
                for name, table in (
                    ("account", AccountRow.__table__),
                    ("contact", ContactRow.__table__),
                    ("place", AccountRow.__table__),
                )
            )
            query = (
                query.outerjoin(
                    account,
                    and_(account.c.workspace_id == here, account.c.id == its_id, MergeRow.subject == Subject.ACCOUNT),
                )
                .outerjoin(
                    contact,
                    and_(contact.c.workspace_id == here, contact.c.id == its_id, MergeRow.subject == Subject.CONTACT),
                )
                .join(
                    place,
                    and_(place.c.workspace_id == here, place.c.id == func.coalesce(account.c.id, contact.c.account_id)),
                )
                .add_columns(
                    func.coalesce(account.c.name, contact.c.name).label(f"{which}_name"),
                    place.c.kam_id.label(f"{which}_kam_id"),
                    place.c.deputy_id.label(f"{which}_deputy_id"),
                    contact.c.owner_id.label(f"{which}_owner_id"),
                )
            )
        # An account that was merged later is where that one is; such chains are one step long.
        last = func.coalesce(place.c.merged_into_id, place.c.id)
        return query.join(at, and_(at.c.workspace_id == here, at.c.id == last))

    def _one(self, viewer: Viewer, *which: Any) -> Merged | None:
        newest = self._select().where(*which).order_by(MergeRow.at.desc(), MergeRow.id).limit(1)
        row = self._session.run(newest).one_or_none()
        return _merged(row) if row is not None and _sees(row, viewer) else None


def _readable(table: Table, viewer: Viewer, workspace_id: str) -> list[Any]:
    """State which rows a reader may know of: not those that were taken back, nor private ones of others."""
    if table.name == InteractionContactRow.__tablename__:
        return [table.c.interaction_id.in_(_readable_notes(viewer, workspace_id))]
    conditions: list[Any] = []
    if "withdrawn_at" in table.c:
        conditions.append(table.c.withdrawn_at.is_(None))
    if "merged_into_id" in table.c:
        conditions.append(table.c.merged_into_id.is_(None))
    if "visibility" in table.c and "author_id" in table.c:
        # The account itself exists for this reader, so nothing is asked of it again.
        conditions.append(note_filter_where(viewer, table.c.account_id, true(), table.c.visibility, table.c.author_id))
    if "interaction_id" in table.c:
        mine = table.c.interaction_id
        conditions.append(or_(mine.is_(None), mine.in_(_readable_notes(viewer, workspace_id))))
    return conditions


def _readable_notes(viewer: Viewer, workspace_id: str) -> Any:
    notes = select(InteractionRow.id).join(AccountRow, of_account(InteractionRow))
    return notes.where(*readable(viewer, workspace_id))


def _sees(row: Row[Any], viewer: Viewer) -> bool:
    return sees_account(viewer, row.account_id, Access(row.account_access))


def _merged(row: Row[Any]) -> Merged:
    return Merged(
        id=MergeId(row.id),
        subject=Subject(row.subject),
        from_id=row.from_id,
        into_id=row.into_id,
        name=row.gone_name,
        into=row.kept_name,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        by=somebody(row.by_id, row.by_name, row.by_standing),
        at=row.at,
        counts={name: int(count) for name, count in row.counts.items()},
        undone_by=as_person(row.undone_by_id, row.undone_name, row.undone_standing),
        undone_at=row.undone_at,
        carers=tuple(
            frozenset(MemberId(one) for one in (kam, deputy, owner) if one is not None)
            for kam, deputy, owner in (
                (row.gone_kam_id, row.gone_deputy_id, row.gone_owner_id),
                (row.kept_kam_id, row.kept_deputy_id, row.kept_owner_id),
            )
        ),
    )
