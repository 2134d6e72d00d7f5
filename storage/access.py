"""The access rule in SQL, and what it needs to know about a reader."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.identity import AccountId, DepartmentId
from bot.domain.members import Member
from storage.kept import Listed, Reader
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
    workspace, me = bindparam("here", type_=Text()), bindparam("me", type_=Text())
    here = and_(AccountRow.workspace_id == workspace, AccountRow.merged_into_id.is_(None))
    backing = and_(
        SponsorshipRow.workspace_id == AccountRow.workspace_id,
        or_(
            # The KAM's sponsorship counts while the account has no sponsor of its own (S83).
            and_(SponsorshipRow.kam_id == AccountRow.kam_id, AccountRow.sponsor_id.is_(None)),
            SponsorshipRow.sponsor_id == AccountRow.sponsor_id,
        ),
    )
    return union_all(
        select(literal("kam").label("tie"), AccountRow.id.label("key")).where(here, AccountRow.kam_id == me),
        select(literal("kam"), AccountRow.id).where(here, AccountRow.deputy_id == me),
        select(literal("lead"), AccountRow.id).where(here, AccountRow.sponsor_id == me),
        select(literal("lead"), AccountRow.id)
        .join(SponsorshipRow, backing)
        .where(here, SponsorshipRow.sponsor_id == me, AccountRow.sponsor_id.is_(None)),
        select(literal("lead"), AccountRow.id)
        .join(SponsorshipRow, backing)
        .where(here, SponsorshipRow.deputy_id == me),
        select(literal("team"), TeamRow.account_id).where(TeamRow.workspace_id == workspace, TeamRow.member_id == me),
        select(literal("team"), ContactRow.account_id).where(
            ContactRow.workspace_id == workspace, ContactRow.owner_id == me, ContactRow.merged_into_id.is_(None)
        ),
        select(literal("answers"), DepartmentRow.id).where(
            DepartmentRow.workspace_id == workspace,
            or_(DepartmentRow.coordinator_id == me, DepartmentRow.head_id == me, DepartmentRow.deputy_id == me),
        ),
    )


_TIES = _ties()


def among(column: Any, ids: Collection[int] | Listed) -> ColumnElement[bool]:
    """State that a column is one of some ids."""
    if isinstance(ids, Listed):
        return ids.has(column)
    return column.in_(ids) if ids else false()


def account_filter(viewer: Viewer | Reader) -> ColumnElement[bool]:
    """State ``access.sees_account`` over ``accounts``; one that was taken into another exists for nobody."""
    exists = AccountRow.merged_into_id.is_(None)
    if viewer.is_kam_lead:
        return exists
    return and_(exists, or_(AccountRow.access == Access.OPEN, among(AccountRow.id, viewer.circle)))


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
    return note if reader.is_channel else or_(keeper_id == reader.member_id, note), note


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
    exists = or_(access == Access.OPEN, among(account_id, viewer.circle))
    return or_(whole, and_(exists, visibility == Visibility.COMPANY))


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
        or_(access == Access.OPEN, circle),
        or_(
            among(account_id, viewer.leadership),
            and_(
                visibility.in_([Visibility.COMPANY, Visibility.TEAM]),
                or_(circle, *(among(one, viewer.departments) for one in department_ids)),
            ),
        ),
    )
    return seen if viewer.member_id is None else or_(requester_id == viewer.member_id, named, seen)
