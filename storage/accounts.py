"""Accounts: read only through the access rule, created on the way."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, select
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import (
    Account,
    AccountName,
    AccountRef,
    CreateAccount,
    Kind,
    Relation,
    TeamMember,
    TeamRole,
    closest,
)
from bot.domain.identity import AccountId, ChannelId
from bot.domain.members import Person, Standing
from storage.access import account_filter
from storage.members import as_person
from storage.session import Session
from storage.tables import AccountNameRow, AccountRow, InteractionRow, MemberRow, TeamRow

_REF: tuple[Any, ...] = (AccountRow.id, AccountRow.name, AccountRow.access)
_KAM, _DEPUTY, _SPONSOR = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


class Accounts:
    """Rows of ``accounts`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, account_id: AccountId, viewer: Viewer) -> Account | None:
        """Return the account, if it exists for this reader."""
        query = select(AccountRow.__table__).where(*self._visible(viewer), AccountRow.id == account_id)
        for name, who, key in (
            ("kam", _KAM, AccountRow.kam_id),
            ("deputy", _DEPUTY, AccountRow.deputy_id),
            ("sponsor", _SPONSOR, AccountRow.sponsor_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == AccountRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        row = self._session.run(query).one_or_none()
        return None if row is None else _account(row)

    def by_keys(self, keys: Collection[str], viewer: Viewer) -> dict[str, list[AccountRef]]:
        """Return the accounts that bear one of these names or aliases."""
        found: dict[str, list[AccountRef]] = {}
        if keys:
            for row in self._session.rows(self._names(viewer).where(AccountNameRow.key.in_(keys))):
                found.setdefault(row.key, []).append(_ref(row))
        return found

    def names(self, viewer: Viewer) -> tuple[AccountName, ...]:
        """Return every name and alias."""
        return tuple(AccountName(row.key, _ref(row)) for row in self._session.rows(self._names(viewer)))

    def in_channel(self, channel_id: ChannelId, viewer: Viewer) -> AccountRef | None:
        """Return the account bound to a channel."""
        rows = self._session.rows(self._refs(viewer).where(AccountRow.channel_id == channel_id).limit(2))
        return _ref(rows[0]) if len(rows) == 1 else None

    def suggestions(self, typed: str, viewer: Viewer, most: int) -> tuple[AccountRef, ...]:
        """Return accounts for a select: those the reader last touched first, or those like what was typed."""
        if typed.strip():
            return closest(typed, self.names(viewer), most)
        touched = (
            select(InteractionRow.account_id, func.max(InteractionRow.logged_at).label("at"))
            .where(
                InteractionRow.workspace_id == self._session.workspace_id,
                InteractionRow.author_id == viewer.member_id,
            )
            .group_by(InteractionRow.account_id)
            .subquery()
        )
        recent_first = (
            self._refs(viewer)
            .outerjoin(touched, touched.c.account_id == AccountRow.id)
            .order_by(touched.c.at.desc().nulls_last(), AccountRow.name)
            .limit(most)
        )
        return tuple(_ref(row) for row in self._session.rows(recent_first))

    def create(self, command: CreateAccount, now: datetime) -> AccountRef:
        """Create an account without KAM."""
        account_id = AccountId(self._session.new_id())
        here = {"workspace_id": self._session.workspace_id}
        self._session.run(
            insert(AccountRow).values(
                **here,
                id=account_id,
                name=command.name,
                kind=command.kind,
                access=Access.OPEN,
                created_at=now,
                version=1,
            )
        )
        key = names.match_key(command.name)
        self._session.run(insert(AccountNameRow).values(**here, key=key, account_id=account_id, name=command.name))
        return AccountRef(account_id, command.name)

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[AccountRef, ...]:
        """Return the direct units below an account."""
        rows = self._session.rows(
            self._refs(viewer).where(AccountRow.parent_id == account_id).order_by(AccountRow.name)
        )
        return tuple(_ref(row) for row in rows)

    def team(self, account_id: AccountId) -> tuple[TeamMember, ...]:
        """Return the account team."""
        rows = self._session.rows(
            select(TeamRow.role, TeamRow.topic, MemberRow.id, MemberRow.name, MemberRow.standing)
            .join(MemberRow, and_(MemberRow.workspace_id == TeamRow.workspace_id, MemberRow.id == TeamRow.member_id))
            .where(TeamRow.workspace_id == self._session.workspace_id, TeamRow.account_id == account_id)
            .order_by(MemberRow.name)
        )
        return tuple(
            TeamMember(
                Person(row.id, row.name, row.standing == Standing.DEACTIVATED),
                TeamRole(row.role) if row.role else None,
                row.topic,
            )
            for row in rows
        )

    def kam_if_active(self, account_id: AccountId) -> Person | None:
        """Return who answers for the account now: the KAM, else the deputy; the reader's rights are not asked."""
        account = self.get(account_id, _EVERYTHING)
        people = () if account is None else (account.kam, account.deputy)
        return next((person for person in people if person is not None and not person.left), None)

    def count(self) -> int:
        """Return how many accounts there are, for the first steps of an admin."""
        counted: int = self._session.run(
            select(func.count()).select_from(AccountRow).where(AccountRow.workspace_id == self._session.workspace_id)
        ).scalar_one()
        return counted

    def _visible(self, viewer: Viewer) -> tuple[Any, ...]:
        return AccountRow.workspace_id == self._session.workspace_id, account_filter(viewer)

    def _refs(self, viewer: Viewer) -> Select[Any]:
        return select(*_REF).where(*self._visible(viewer))

    def _names(self, viewer: Viewer) -> Select[Any]:
        return (
            select(AccountNameRow.key, *_REF)
            .join(
                AccountRow,
                and_(
                    AccountRow.workspace_id == AccountNameRow.workspace_id,
                    AccountRow.id == AccountNameRow.account_id,
                ),
            )
            .where(AccountNameRow.workspace_id == self._session.workspace_id, *self._visible(viewer))
            .order_by(AccountNameRow.key, AccountRow.name)
        )


_EVERYTHING = Viewer(member_id=None, is_kam_lead=True)
"""For rules that need who answers for an account, not what is in it."""


def _ref(row: Row[Any]) -> AccountRef:
    return AccountRef(AccountId(row.id), row.name, Access(row.access))


def _account(row: Row[Any]) -> Account:
    return Account(
        id=AccountId(row.id),
        name=row.name,
        kind=Kind(row.kind),
        access=Access(row.access),
        tier=row.tier,
        parent_id=None if row.parent_id is None else AccountId(row.parent_id),
        relation=Relation(row.relation) if row.relation else None,
        country=row.country,
        language=row.language,
        channel_id=None if row.channel_id is None else ChannelId(row.channel_id),
        kam=as_person(row.kam_id, row.kam_name, row.kam_standing),
        deputy=as_person(row.deputy_id, row.deputy_name, row.deputy_standing),
        sponsor=as_person(row.sponsor_id, row.sponsor_name, row.sponsor_standing),
        mission=row.mission,
        version=row.version,
    )
