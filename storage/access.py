"""The access rule in SQL, and what it needs to know about a reader."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.identity import AccountId, DepartmentId
from bot.domain.members import Member
from storage.kept import HERE, ME, Listed, Reader
from storage.session import Session
from storage.tables import AccountRow, ContactRow, DepartmentRow, InteractionRow, SponsorshipRow, TeamRow


class AccessRights:
    """Reads a reader's accounts and departments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def viewer(self, member: Member) -> Viewer:
        """Read the accounts and departments a member belongs to, in one statement."""
        tied: dict[str, set[int]] = {"kam": set(), "lead": set(), "team": set(), "answers": set()}
        for row in self._session.run(_TIES, {"here": self._session.workspace_id, "me": member.id}):
            tied[row.tie].add(row.key)
        if member.department_id is not None and member.topics:
            tied["answers"].add(member.department_id)
        leadership = frozenset(AccountId(key) for key in tied["kam"] | tied["lead"])
        return Viewer(
            member_id=member.id,
            is_kam_lead=member.is_kam_lead,
            is_admin=member.is_admin,
            department_id=member.department_id,
            answers_for=frozenset(DepartmentId(key) for key in tied["answers"]),
            circle=leadership | {AccountId(key) for key in tied["team"]},
            leadership=leadership,
            kam_of=frozenset(AccountId(key) for key in tied["kam"]),
        )


def _ties() -> Executable:
    """Build the one statement that finds everything a member belongs to; built once, it is asked in every request."""
    here = and_(AccountRow.workspace_id == HERE, AccountRow.merged_into_id.is_(None))
    backing = and_(
        SponsorshipRow.workspace_id == AccountRow.workspace_id,
        or_(
            # The KAM's sponsorship counts while the account has no sponsor of its own (S83).
            and_(SponsorshipRow.kam_id == AccountRow.kam_id, AccountRow.sponsor_id.is_(None)),
            SponsorshipRow.sponsor_id == AccountRow.sponsor_id,
        ),
    )
    return union_all(
        select(literal("kam").label("tie"), AccountRow.id.label("key")).where(here, AccountRow.kam_id == ME),
        select(literal("kam"), AccountRow.id).where(here, AccountRow.deputy_id == ME),
        select(literal("lead"), AccountRow.id).where(here, AccountRow.sponsor_id == ME),
        select(literal("lead"), AccountRow.id)
        .join(SponsorshipRow, backing)
        .where(here, SponsorshipRow.sponsor_id == ME, AccountRow.sponsor_id.is_(None)),
        select(literal("lead"), AccountRow.id)
        .join(SponsorshipRow, backing)
        .where(here, SponsorshipRow.deputy_id == ME),
        select(literal("team"), TeamRow.account_id).where(TeamRow.workspace_id == HERE, TeamRow.member_id == ME),
        select(literal("team"), ContactRow.account_id).where(
            ContactRow.workspace_id == HERE, ContactRow.owner_id == ME, ContactRow.merged_into_id.is_(None)
        ),
        select(literal("answers"), DepartmentRow.id).where(
            DepartmentRow.workspace_id == HERE,
            or_(DepartmentRow.coordinator_id == ME, DepartmentRow.head_id == ME, DepartmentRow.deputy_id == ME),
        ),
    )


_TIES = _ties()


def among(column: Any, ids: Collection[int] | Listed) -> ColumnElement[bool]:
    """State that a column is one of some ids."""
    if isinstance(ids, Listed):
        return ids.has(column)
    return column.in_(ids) if ids else false()


def of_account(table: Any) -> ColumnElement[bool]:
    """Join the account of a row."""
    return and_(AccountRow.workspace_id == table.workspace_id, AccountRow.id == table.account_id)


def is_seen(viewer: Viewer | Reader, account_id: Any, access: Any) -> ColumnElement[bool]:
    """State ``access.sees_account`` over the given columns."""
    return true() if viewer.is_kam_lead else or_(access == Access.OPEN, among(account_id, viewer.circle))


def account_filter(viewer: Viewer | Reader) -> ColumnElement[bool]:
    """State ``access.sees_account`` over ``accounts``; one that was taken into another exists for nobody."""
    return and_(AccountRow.merged_into_id.is_(None), is_seen(viewer, AccountRow.id, AccountRow.access))


def named_filter(viewer: Viewer | Reader, row: Any) -> ColumnElement[bool]:
    """State that what lies in an account may name the ``contacts`` joined to it: its own, and whom the reader may see.

    A contact may have gone elsewhere since, and a unit may have become restricted.
    """
    theirs = aliased(AccountRow)
    seen = select(theirs.id).where(
        theirs.workspace_id == ContactRow.workspace_id,
        theirs.id == ContactRow.account_id,
        is_seen(viewer, theirs.id, theirs.access),
    )
    return or_(ContactRow.account_id == row.account_id, seen.exists())


def note_filter(
    viewer: Viewer | Reader, account_id: Any, access: Any, visibility: Any, author_id: Any
) -> ColumnElement[bool]:
    """State ``access.sees_note`` over the given columns."""
    return note_filter_where(viewer, account_id, access == Access.OPEN, visibility, author_id)


def note_filter_where(
    viewer: Viewer | Reader, account_id: Any, is_open: ColumnElement[bool], visibility: Any, author_id: Any
) -> ColumnElement[bool]:
    """State ``access.sees_note`` over the given columns, where a condition says whether the account is open."""
    circle = true() if viewer.is_kam_lead else among(account_id, viewer.circle)
    leadership = true() if viewer.is_kam_lead else among(account_id, viewer.leadership)
    seen = and_(
        or_(is_open, circle),
        or_(
            visibility == Visibility.COMPANY,
            and_(visibility == Visibility.TEAM, circle),
            and_(visibility == Visibility.LEADERSHIP, leadership),
        ),
    )
    return seen if viewer.member_id is None else or_(author_id == viewer.member_id, seen)


def readable(
    viewer: Viewer | Reader, here: Any, note: Any = InteractionRow, is_open: ColumnElement[bool] | None = None
) -> tuple[ColumnElement[bool], ...]:
    """State over a note that the reader may see it; joined with its account, or with what says whether that is open."""
    is_open = AccountRow.access == Access.OPEN if is_open is None else is_open
    return (
        note.workspace_id == here,
        note.withdrawn_at.is_(None),
        note_filter_where(viewer, note.account_id, is_open, note.visibility, note.author_id),
    )


def belonging_filter(reader: Reader, row: Any, keeper_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """State who reads what may belong to a note, and who sees the note: its readers, else the row's own.

    Joined with the note and the account; whoever looks after the row (``keeper_id``) always reads it.
    """
    note = note_filter(
        reader,
        row.account_id,
        AccountRow.access,
        func.coalesce(InteractionRow.visibility, row.visibility),
        func.coalesce(InteractionRow.author_id, row.author_id),
    )
    return or_keeper(reader, keeper_id, note), note


def or_keeper(viewer: Viewer | Reader, keeper_id: Any, seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """State that somebody sees something, or looks after it."""
    return seen if viewer.member_id is None else or_(keeper_id == viewer.member_id, seen)


def request_filter(
    viewer: Viewer | Reader,
    account_id: Any,
    access: Any,
    visibility: Any,
    requester_id: Any,
    named: ColumnElement[bool],
    *department_ids: Any,
) -> ColumnElement[bool]:
    """State over the given columns that ``access.sees_request`` shows more than nothing.

    ``named`` says whether the request names this reader; the last columns are the department that answers, and the one
    it is offered to.
    """
    whole = whole_request_filter(viewer, account_id, access, visibility, requester_id, named, *department_ids)
    return or_(whole, and_(is_seen(viewer, account_id, access), visibility == Visibility.COMPANY))


def whole_request_filter(
    viewer: Viewer | Reader,
    account_id: Any,
    access: Any,
    visibility: Any,
    requester_id: Any,
    named: ColumnElement[bool],
    *department_ids: Any,
) -> ColumnElement[bool]:
    """State over the given columns that ``access.sees_request`` shows all."""
    if viewer.is_kam_lead:
        return true()
    circle = among(account_id, viewer.circle)
    seen = and_(
        is_seen(viewer, account_id, access),
        or_(
            among(account_id, viewer.leadership),
            and_(
                visibility.in_([Visibility.COMPANY, Visibility.TEAM]),
                or_(circle, *(among(one, viewer.departments) for one in department_ids)),
            ),
        ),
    )
    return seen if viewer.member_id is None else or_(requester_id == viewer.member_id, named, seen)
