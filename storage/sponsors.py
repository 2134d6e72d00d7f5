"""Sponsors: everybody who could receive a conflict, read in one go from the account up to the root."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import aliased

from bot.domain.access import ITSELF
from bot.domain.identity import AccountId, MemberId
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Backer, Chain, Link
from storage.kept import HERE, Reader, given
from storage.members import Members, whoever
from storage.session import Session
from storage.tables import AccountRow, MemberRow, SponsorshipRow

_OWN, _KAMS = aliased(MemberRow), aliased(MemberRow)


class Sponsors:
    """Rows of ``accounts`` and ``sponsorships`` as a chain."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def chain(self, account_id: AccountId | None) -> Chain:
        """Return the chain of an account; the reader's rights are not asked, so it holds ids and persons only."""
        return Chain(
            account_id,
            {} if account_id is None else self.links(account_id),
            self._kam_leads(),
            Members(self._session).admins(),
        )

    def chains(self, account_ids: Collection[AccountId]) -> Chain:
        """Return the chains of several accounts as one, which holds the links of all of them."""
        return Chain(None, self.links(*account_ids), self._kam_leads(), Members(self._session).admins())

    def links(self, *account_ids: AccountId) -> dict[AccountId, Link]:
        """Return accounts and everything above them, each with who would back it, in one statement."""
        query, asked = _links(Reader.of(self._session, ITSELF)), given(self._session, ITSELF, account_ids)
        rows = self._session.rows(query, asked)
        return {AccountId(row.id): _link(row) for row in rows}

    def _kam_leads(self) -> tuple[Backer, ...]:
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.standing, MemberRow.level)
            .where(MemberRow.workspace_id == self._session.workspace_id, MemberRow.role == Role.KAM_LEAD)
            .order_by(MemberRow.name, MemberRow.id)
        )
        return tuple(_backer(row.id, row.name, row.standing, row.level) for row in rows)


@cache
def _links(reader: Reader) -> Select[Any]:
    # UNION, not UNION ALL: an account met again adds no row, so a ring of parents ends.
    living = (AccountRow.workspace_id == HERE, AccountRow.merged_into_id.is_(None))
    above = (
        select(AccountRow.id, AccountRow.parent_id)
        .where(*living, reader.accounts.has(AccountRow.id))
        .cte("above", recursive=True)
    )
    above = above.union(select(AccountRow.id, AccountRow.parent_id).where(*living, AccountRow.id == above.c.parent_id))
    return (
        select(
            AccountRow.id,
            AccountRow.parent_id,
            *_columns(_OWN, "own"),
            *_columns(_KAMS, "kams"),
            SponsorshipRow.deputy_id.label("kams_deputy_id"),
            _deputy_of_own().label("own_deputy_id"),
        )
        .outerjoin(_OWN, and_(_OWN.workspace_id == AccountRow.workspace_id, _OWN.id == AccountRow.sponsor_id))
        .outerjoin(
            SponsorshipRow,
            and_(
                SponsorshipRow.workspace_id == AccountRow.workspace_id,
                SponsorshipRow.kam_id == AccountRow.kam_id,
            ),
        )
        .outerjoin(
            _KAMS, and_(_KAMS.workspace_id == SponsorshipRow.workspace_id, _KAMS.id == SponsorshipRow.sponsor_id)
        )
        .where(*living, AccountRow.id.in_(select(above.c.id)))
    )


def _columns(who: Any, name: str) -> tuple[Any, ...]:
    return (
        who.id.label(f"{name}_id"),
        who.name.label(f"{name}_name"),
        who.standing.label(f"{name}_standing"),
        who.level.label(f"{name}_level"),
    )


def _link(row: Row[Any]) -> Link:
    # Where the account's own sponsor backs its KAM as well, the deputy named there is the one.
    own_deputy_id = row.kams_deputy_id if row.own_id == row.kams_id else row.own_deputy_id
    return Link(
        AccountId(row.id),
        None if row.parent_id is None else AccountId(row.parent_id),
        _backer(row.own_id, row.own_name, row.own_standing, row.own_level, own_deputy_id) if row.own_id else None,
        _backer(row.kams_id, row.kams_name, row.kams_standing, row.kams_level, row.kams_deputy_id)
        if row.kams_id
        else None,
    )


def _deputy_of_own() -> ScalarSelect[str]:
    """Return a deputy of an account's own sponsor, from wherever they back a KAM; the same one each time."""
    backing = aliased(SponsorshipRow)
    return (
        select(func.min(backing.deputy_id))
        .where(backing.workspace_id == AccountRow.workspace_id, backing.sponsor_id == AccountRow.sponsor_id)
        .scalar_subquery()
    )


def _backer(member_id: str, name: str, standing: str, level: int | None, deputy_id: str | None = None) -> Backer:
    person = whoever(member_id, name, standing)
    return Backer(person, standing == Standing.MEMBER, level, MemberId(deputy_id) if deputy_id else None)
