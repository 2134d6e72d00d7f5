"""Favours: given and received; one of a note follows the note."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, case, func, insert, select, update
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.contacts import ContactRef
from bot.domain.favours import Direction, Effort, Favour, NewFavour
from bot.domain.identity import AccountId, ContactId, FavourId, InteractionId, MemberId
from bot.domain.interactions import Details
from bot.domain.interactions import Favour as Kind
from storage.access import belonging_filter, named_filter, of_account
from storage.kept import HERE, Reader, given
from storage.members import somebody
from storage.session import Session
from storage.tables import AccountRow, ContactRow, FavourRow, InteractionRow, MemberRow

_DOER, _AUTHOR = aliased(MemberRow), aliased(MemberRow)
_BASE: Select[Any] = (
    select(
        FavourRow.__table__,
        AccountRow.name.label("account_name"),
        AccountRow.access.label("account_access"),
        _DOER.name.label("member_name"),
        _DOER.standing.label("member_standing"),
        _AUTHOR.name.label("author_name"),
        _AUTHOR.standing.label("author_standing"),
        func.coalesce(InteractionRow.visibility, FavourRow.visibility).label("seen_by"),
        func.coalesce(InteractionRow.text, FavourRow.text).label("words"),
    )
    .join(AccountRow, of_account(FavourRow))
    .join(_DOER, and_(_DOER.workspace_id == FavourRow.workspace_id, _DOER.id == FavourRow.member_id))
    .join(_AUTHOR, and_(_AUTHOR.workspace_id == FavourRow.workspace_id, _AUTHOR.id == FavourRow.author_id))
    .outerjoin(
        ContactRow,
        and_(
            ContactRow.workspace_id == FavourRow.workspace_id,
            ContactRow.id == FavourRow.contact_id,
            ContactRow.merged_into_id.is_(None),
        ),
    )
    .outerjoin(
        InteractionRow,
        and_(InteractionRow.workspace_id == FavourRow.workspace_id, InteractionRow.id == FavourRow.interaction_id),
    )
    .where(FavourRow.withdrawn_at.is_(None), InteractionRow.withdrawn_at.is_(None), AccountRow.merged_into_id.is_(None))
)
"""Built once: putting a statement together costs more than running it."""


@cache
def _visible(reader: Reader) -> Select[Any]:
    """Select the favours this reader may see, the newest first; the number of their note is for those who may see that."""
    seen, note = belonging_filter(reader, FavourRow, FavourRow.member_id)
    return (
        _BASE.add_columns(
            case((named_filter(reader, FavourRow), ContactRow.name)).label("contact_name"),
            case((note, InteractionRow.number)).label("number"),
        )
        .where(FavourRow.workspace_id == HERE, seen)
        .order_by(FavourRow.on.desc(), FavourRow.id)
    )


@cache
def _of_accounts(reader: Reader) -> Select[Any]:
    page = _visible(reader).where(reader.accounts.has(FavourRow.account_id))
    return page.limit(bindparam("most", type_=Integer())).offset(bindparam("offset", type_=Integer()))


class Favours:
    """Rows of ``favours`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_accounts(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int, offset: int = 0
    ) -> tuple[Favour, ...]:
        """Return the favours of some visible accounts, newest first."""
        reader = Reader.of(self._session, viewer)
        return self._found(_of_accounts(reader), given(self._session, viewer, account_ids, most=most, offset=offset))

    def of_contacts(
        self, contact_ids: Collection[ContactId], viewer: Viewer, most: int, offset: int = 0
    ) -> tuple[Favour, ...]:
        """Return the favours to and from some contacts, newest first."""
        return self._some(viewer, FavourRow.contact_id.in_(contact_ids), most, offset)

    def of_member(self, viewer: Viewer, most: int, offset: int = 0) -> tuple[Favour, ...]:
        """Return the favours this reader gave or received, newest first."""
        return self._some(viewer, FavourRow.member_id == viewer.member_id, most, offset)

    def get(self, favour_id: FavourId, viewer: Viewer) -> Favour | None:
        """Return one, if it exists for this reader; withdrawn ones do not."""
        found = self._some(viewer, FavourRow.id == favour_id, 1)
        return found[0] if found else None

    def add(self, new: NewFavour, now: datetime) -> FavourId:
        """Store a new one that belongs to no note."""
        return self._add(
            now,
            account_id=new.account_id,
            contact_id=new.contact_id,
            kind=new.kind,
            direction=new.direction,
            text=new.text,
            effort=new.effort,
            value=new.value,
            on=new.on,
            member_id=new.member_id,
            author_id=new.author_id,
            visibility=new.visibility,
        )

    def withdraw(self, favour: Favour, now: datetime) -> bool:
        """Take one back, once."""
        done = self._session.run(
            update(FavourRow)
            .where(*self._here(), FavourRow.id == favour.id, FavourRow.withdrawn_at.is_(None))
            .values(withdrawn_at=now, version=FavourRow.version + 1)
        )
        return done.rowcount == 1

    def log(self, interaction_id: InteractionId, author_id: MemberId, details: Details, now: datetime) -> None:
        """Store the favour that was ticked in a new note; its words are the note's."""
        if details.favour is not None:
            self._add(
                now,
                interaction_id=interaction_id,
                direction=Direction.GIVEN,
                text="",
                member_id=author_id,
                author_id=author_id,
                visibility=details.visibility,
                **_said(details, now),
            )

    def edit(self, interaction_id: InteractionId, author_id: MemberId, details: Details, now: datetime) -> None:
        """Let the favour of a note be what its form says; what is taken out of the form is withdrawn."""
        standing = and_(FavourRow.interaction_id == interaction_id, FavourRow.withdrawn_at.is_(None))
        values = _said(details, None) if details.favour is not None else {"withdrawn_at": now}
        changed = self._session.run(
            update(FavourRow).where(*self._here(), standing).values(**values, version=FavourRow.version + 1)
        )
        if changed.rowcount == 0:
            self.log(interaction_id, author_id, details, now)

    def _add(self, now: datetime, **values: Any) -> FavourId:
        favour_id = FavourId(self._session.new_id())
        self._session.run(
            insert(FavourRow).values(
                workspace_id=self._session.workspace_id, id=favour_id, created_at=now, version=1, **values
            )
        )
        return favour_id

    def _here(self) -> tuple[ColumnElement[bool], ...]:
        return (FavourRow.workspace_id == self._session.workspace_id,)

    def _some(self, viewer: Viewer, which: ColumnElement[bool], most: int, offset: int = 0) -> tuple[Favour, ...]:
        query = _visible(Reader.of(self._session, viewer)).where(which).limit(most).offset(offset)
        return self._found(query, given(self._session, viewer))

    def _found(self, query: Select[Any], asked: Mapping[str, Any]) -> tuple[Favour, ...]:
        return tuple(map(_favour, self._session.rows(query, asked)))


def _said(details: Details, now: datetime | None) -> dict[str, Any]:
    """Return what a note's form says of the favour; to whom it was is clear only where one contact is named."""
    at = details.occurred_at or now
    return {
        "account_id": details.account_id,
        "kind": details.favour,
        "contact_id": details.contact_ids[0] if len(details.contact_ids) == 1 else None,
        **({} if at is None else {"on": at.date()}),
    }


def _favour(row: Row[Any]) -> Favour:
    account_id = AccountId(row.account_id)
    return Favour(
        id=FavourId(row.id),
        account=AccountRef(account_id, row.account_name, Access(row.account_access)),
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        text=row.words,
        on=row.on,
        member=somebody(row.member_id, row.member_name, row.member_standing),
        author=somebody(row.author_id, row.author_name, row.author_standing),
        contact=None
        if row.contact_name is None
        else ContactRef(ContactId(row.contact_id), row.contact_name, account_id),
        effort=Effort(row.effort) if row.effort else None,
        value=row.value,
        visibility=Visibility(row.seen_by),
        number=row.number,
        in_note=row.interaction_id is not None,
        version=row.version,
    )
