"""Duplicates: accounts and contacts as the finder compares them, and the pairs it found for those who may see both."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, literal, or_, select, update

from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Ref, Subject
from bot.domain.duplicates import Carers, Named, Pair, Twin, Twins
from bot.domain.identity import AccountId, ContactId, MemberId, TwinsId
from bot.domain.members import Standing
from storage.access import account_filter, is_seen, of_account, readable
from storage.members import as_person
from storage.session import Session
from storage.tables import (
    AccountNameRow,
    AccountRow,
    ContactRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    MergeRow,
    TwinsRow,
)

_CHUNK = 500
"""Ids in one statement."""


class Duplicates:
    """Rows of ``twins`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def accounts(self) -> list[Named]:
        """Return every account as the finder compares it, whoever may see it."""
        here = self._session.workspace_id
        spelled: dict[int, list[str]] = {}
        bearing = select(AccountNameRow.account_id, AccountNameRow.name).where(AccountNameRow.workspace_id == here)
        for row in self._session.rows(bearing):
            spelled.setdefault(row.account_id, []).append(row.name)
        rows = self._living_accounts()
        root = _roots({row.id: row.parent_id for row in rows})
        return [
            Named(row.id, tuple(spelled.get(row.id, ())) or (row.name,), root[row.id], row.kind, row.country)
            for row in rows
        ]

    def contacts(self, at: AccountId | None = None) -> list[Named]:
        """Return every contact, or those of one account, as the finder compares it, whoever may see it."""
        query = (
            select(ContactRow.id, ContactRow.name, ContactRow.email, ContactRow.account_id)
            .where(ContactRow.workspace_id == self._session.workspace_id, ContactRow.merged_into_id.is_(None))
            .order_by(ContactRow.id)
        )
        root: dict[int, int] = {}
        if at is None:
            root = _roots({row.id: row.parent_id for row in self._living_accounts()})
        else:
            query = query.where(ContactRow.account_id == at)
        rows = self._session.rows(query)
        return [
            Named(
                row.id, (row.name,), root.get(row.account_id, row.account_id), account=row.account_id, email=row.email
            )
            for row in rows
        ]

    def add(self, subject: Subject, pairs: Collection[Pair], now: datetime) -> tuple[tuple[TwinsId, Pair], ...]:
        """Keep the pairs that are new; return those."""
        if not pairs:
            return ()
        known = {
            (row.first_id, row.second_id)
            for row in self._session.rows(
                select(TwinsRow.first_id, TwinsRow.second_id).where(self._here(), TwinsRow.subject == subject)
            )
        }
        new = [(TwinsId(self._session.new_id()), pair) for pair in pairs if (pair.first, pair.second) not in known]
        if new:
            self._session.run(
                insert(TwinsRow),
                [
                    {
                        "workspace_id": self._session.workspace_id,
                        "id": twins_id,
                        "subject": subject,
                        "first_id": pair.first,
                        "second_id": pair.second,
                        "found_at": now,
                    }
                    for twins_id, pair in new
                ],
            )
        return tuple(new)

    def carers(self, subject: Subject, ids: Collection[int]) -> dict[int, Carers]:
        """Return who looks after each of these accounts or contacts, as far as they are active."""
        found: dict[int, Carers] = {}
        listed = sorted(ids)
        for start in range(0, len(listed), _CHUNK):
            found |= self._carers(subject, listed[start : start + _CHUNK])
        return found

    def get(self, twins_id: TwinsId, viewer: Viewer) -> Twins | None:
        """Return a pair, if this reader may see both."""
        row = self._session.run(self._select(viewer).where(TwinsRow.id == twins_id)).one_or_none()
        return None if row is None else self._read([row], viewer)[0]

    def between(self, one: Ref, other: Ref) -> TwinsId | None:
        """Return the pair of these two, if it was found."""
        pair = Pair.of(one.id, other.id)
        found = self._session.run(
            select(TwinsRow.id).where(
                self._here(),
                TwinsRow.subject == one.subject,
                TwinsRow.first_id == pair.first,
                TwinsRow.second_id == pair.second,
            )
        ).scalar_one_or_none()
        return None if found is None else TwinsId(found)

    def waiting(self, viewer: Viewer, offset: int, most: int) -> tuple[tuple[Twins, ...], int]:
        """Return a page of the pairs that this reader may merge and nobody answered yet, and how many there are."""
        counted: Any = func.count().over().label("counted")
        query = self._select(viewer, may_merge=True).add_columns(counted)
        rows = self._session.rows(query.order_by(TwinsRow.found_at.desc(), TwinsRow.id).offset(offset).limit(most))
        return self._read(rows, viewer), rows[0].counted if rows else 0

    def dismiss(self, twins_id: TwinsId, by: MemberId, now: datetime) -> bool:
        """Keep that two are two, once."""
        done = update(TwinsRow).where(self._here(), TwinsRow.id == twins_id, TwinsRow.dismissed_at.is_(None))
        return self._session.run(done.values(dismissed_by_id=by, dismissed_at=now)).rowcount == 1

    def contacts_of(self, account_id: AccountId, viewer: Viewer) -> tuple[ContactRef, ...]:
        """Return the contacts of one account that this reader may see."""
        rows = self._session.rows(
            select(ContactRow.id, ContactRow.name)
            .join(
                AccountRow,
                of_account(ContactRow),
            )
            .where(
                ContactRow.workspace_id == self._session.workspace_id,
                ContactRow.account_id == account_id,
                ContactRow.merged_into_id.is_(None),
                account_filter(viewer),
            )
            .order_by(ContactRow.name_key, ContactRow.id)
        )
        return tuple(ContactRef(ContactId(row.id), row.name, account_id) for row in rows)

    def _here(self) -> Any:
        return TwinsRow.workspace_id == self._session.workspace_id

    def _living_accounts(self) -> list[Row[Any]]:
        return self._session.rows(
            select(AccountRow.id, AccountRow.name, AccountRow.kind, AccountRow.country, AccountRow.parent_id)
            .where(AccountRow.workspace_id == self._session.workspace_id, AccountRow.merged_into_id.is_(None))
            .order_by(AccountRow.id)
        )

    def _carers(self, subject: Subject, ids: Collection[int]) -> dict[int, Carers]:
        account, named = AccountRow.__table__, ContactRow.__table__
        people = [account.c.kam_id, account.c.deputy_id]
        here = account.c.workspace_id == self._session.workspace_id
        if subject is Subject.ACCOUNT:
            query = select(account.c.id, *people, literal(None).label("owner_id")).where(here, account.c.id.in_(ids))
        else:
            at_account = and_(account.c.workspace_id == named.c.workspace_id, account.c.id == named.c.account_id)
            query = select(named.c.id, *people, named.c.owner_id).join(account, at_account)
            query = query.where(here, named.c.id.in_(ids))
        rows = self._session.rows(query)
        named_people = {one for row in rows for one in (row.kam_id, row.deputy_id, row.owner_id) if one is not None}
        active = set(
            self._session.run(
                select(MemberRow.id).where(
                    MemberRow.workspace_id == self._session.workspace_id,
                    MemberRow.id.in_(named_people),
                    MemberRow.standing == Standing.MEMBER,
                )
            ).scalars()
        )

        def there(member_id: str | None) -> MemberId | None:
            return MemberId(member_id) if member_id in active and member_id is not None else None

        return {row.id: Carers(there(row.kam_id), there(row.deputy_id), there(row.owner_id)) for row in rows}

    def _select(self, viewer: Viewer, *, may_merge: bool = False) -> Select[Any]:
        """Select pairs whose both sides exist for this reader; ``may_merge`` those that wait for this reader."""
        here = TwinsRow.workspace_id
        dismissed_by = MemberRow.__table__.alias("dismissed_by")
        query: Select[Any] = (
            select(
                TwinsRow.__table__,
                dismissed_by.c.name.label("dismissed_name"),
                dismissed_by.c.standing.label("dismissed_standing"),
            )
            .outerjoin(
                dismissed_by, and_(dismissed_by.c.workspace_id == here, dismissed_by.c.id == TwinsRow.dismissed_by_id)
            )
            .where(self._here())
        )
        merged = []
        for side, its_id in (("first", TwinsRow.first_id), ("second", TwinsRow.second_id)):
            query, is_merged = self._with_side(query, side, its_id, viewer, may_merge=may_merge)
            merged.append(is_merged)
        if may_merge:
            return query.where(TwinsRow.dismissed_at.is_(None), *(one.is_(None) for one in merged))
        return query

    def _with_side(
        self, query: Select[Any], side: str, its_id: Any, viewer: Viewer, *, may_merge: bool
    ) -> tuple[Select[Any], Any]:
        """Add one of the two: its account, its contact, its KAM, how often it was met, and how it was merged."""
        here = TwinsRow.workspace_id
        account, contact, place, kam, merge, by = (
            table.alias(f"{side}_{name}")
            for name, table in (
                ("account", AccountRow.__table__),
                ("contact", ContactRow.__table__),
                ("place", AccountRow.__table__),
                ("kam", MemberRow.__table__),
                ("merge", MergeRow.__table__),
                ("by", MemberRow.__table__),
            )
        )
        of_account, of_contact = TwinsRow.subject == Subject.ACCOUNT, TwinsRow.subject == Subject.CONTACT
        at = func.coalesce(account.c.merged_into_id, account.c.id, contact.c.account_id)
        newest = (
            select(func.max(MergeRow.at))
            .where(
                MergeRow.workspace_id == here,
                MergeRow.subject == TwinsRow.subject,
                MergeRow.from_id == its_id,
                MergeRow.undone_at.is_(None),
            )
            .correlate(TwinsRow)
            .scalar_subquery()
        )
        query = (
            query.outerjoin(account, and_(account.c.workspace_id == here, account.c.id == its_id, of_account))
            .outerjoin(contact, and_(contact.c.workspace_id == here, contact.c.id == its_id, of_contact))
            .join(place, and_(place.c.workspace_id == here, place.c.id == at))
            .outerjoin(kam, and_(kam.c.workspace_id == here, kam.c.id == place.c.kam_id))
            .outerjoin(
                merge,
                and_(
                    merge.c.workspace_id == here,
                    merge.c.subject == TwinsRow.subject,
                    merge.c.from_id == its_id,
                    merge.c.undone_at.is_(None),
                    merge.c.at == newest,
                ),
            )
            .outerjoin(by, and_(by.c.workspace_id == here, by.c.id == merge.c.by_id))
            .where(is_seen(viewer, place.c.id, place.c.access))
        )
        if may_merge and not viewer.is_kam_lead:
            mine = place.c.id.in_(viewer.kam_of)
            query = query.where(or_(mine, and_(of_contact, contact.c.owner_id == viewer.member_id)))
        columns: Iterable[tuple[str, Any]] = (
            ("name", func.coalesce(account.c.name, contact.c.name)),
            ("title", contact.c.title),
            ("email", contact.c.email),
            ("place_id", place.c.id),
            ("place_name", place.c.name),
            ("access", place.c.access),
            ("kam_id", place.c.kam_id),
            ("kam_name", kam.c.name),
            ("kam_standing", kam.c.standing),
            ("merged_into", merge.c.into_id),
            ("merged_at", merge.c.at),
            ("merged_by_id", merge.c.by_id),
            ("merged_by_name", by.c.name),
            ("merged_by_standing", by.c.standing),
        )
        query = query.add_columns(*(column.label(f"{side}_{name}") for name, column in columns))
        return query, func.coalesce(account.c.merged_into_id, contact.c.merged_into_id)

    def _read(self, rows: Sequence[Row[Any]], viewer: Viewer) -> tuple[Twins, ...]:
        """Read pairs, each side with the number of interactions that this reader may read, counted for all at once."""
        met: dict[Subject, dict[int, int]] = {}
        for subject in Subject.ACCOUNT, Subject.CONTACT:
            ids = {one for row in rows if row.subject == subject for one in (row.first_id, row.second_id)}
            met[subject] = self._notes(subject, ids, viewer) if ids else {}
        return tuple(_twins(row, met[Subject(row.subject)]) for row in rows)

    def _notes(self, subject: Subject, ids: Collection[int], viewer: Viewer) -> dict[int, int]:
        note, took_part = InteractionRow, InteractionContactRow
        its_id = note.account_id if subject is Subject.ACCOUNT else took_part.contact_id
        query = select(its_id.label("id"), func.count().label("many")).select_from(note)
        if subject is Subject.CONTACT:
            of_note = and_(took_part.workspace_id == note.workspace_id, took_part.interaction_id == note.id)
            query = query.join(took_part, of_note)
        rows = self._session.rows(
            query.join(AccountRow, of_account(note))
            .where(*readable(viewer, self._session.workspace_id), its_id.in_(ids))
            .group_by(its_id)
        )
        return {row.id: row.many for row in rows}


def _roots(parents: dict[int, int | None]) -> dict[int, int]:
    """Return the topmost account above each; a ring ends at its lowest id."""
    found: dict[int, int] = {}
    for account_id in parents:
        way = [account_id]
        while (
            (above := parents.get(way[-1])) is not None and above in parents and above not in way and above not in found
        ):
            way.append(above)
        top = found[above] if above in found else min(way[way.index(above) :]) if above in way else way[-1]
        found.update(dict.fromkeys(way, top))
    return found


def _twins(row: Row[Any], met: Mapping[int, int]) -> Twins:
    merged = next((side for side in ("first", "second") if getattr(row, f"{side}_merged_into") is not None), None)
    return Twins(
        id=TwinsId(row.id),
        subject=Subject(row.subject),
        first=_twin(row, "first", met),
        second=_twin(row, "second", met),
        dismissed_by=as_person(row.dismissed_by_id, row.dismissed_name, row.dismissed_standing),
        dismissed_at=row.dismissed_at,
        merged_by=_merged_by(row, merged) if merged else None,
        merged_at=getattr(row, f"{merged}_merged_at") if merged else None,
        survivor=getattr(row, f"{merged}_merged_into") if merged else None,
    )


def _twin(row: Row[Any], side: str, met: Mapping[int, int]) -> Twin:
    kam = (getattr(row, f"{side}_{name}") for name in ("kam_id", "kam_name", "kam_standing"))
    return Twin(
        id=getattr(row, f"{side}_id"),
        name=getattr(row, f"{side}_name"),
        account=AccountRef(
            AccountId(getattr(row, f"{side}_place_id")),
            getattr(row, f"{side}_place_name"),
            Access(getattr(row, f"{side}_access")),
        ),
        kam=as_person(*kam),
        title=getattr(row, f"{side}_title"),
        email=getattr(row, f"{side}_email"),
        notes=met.get(getattr(row, f"{side}_id"), 0),
    )


def _merged_by(row: Row[Any], side: str) -> Any:
    return as_person(*(getattr(row, f"{side}_merged_by_{name}") for name in ("id", "name", "standing")))
