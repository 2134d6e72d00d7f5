"""Sponsorships: who backs which KAM; an assignment is one compare-and-set."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, select, update
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef
from bot.domain.escalations import OPEN
from bot.domain.identity import AccountId, MemberId
from bot.domain.sponsors import Backer
from bot.domain.sponsorships import Register, Sponsorship, Tended
from storage.access import account_filter, of_account
from storage.members import as_person, somebody
from storage.session import Session
from storage.tables import AccountRow, EscalationRow, MemberRow, RecipientRow, SponsorshipRow

_KAM, _SPONSOR, _DEPUTY = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


class Sponsorships:
    """Rows of ``sponsorships``, and what hangs on them, as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, kam_id: MemberId) -> Sponsorship | None:
        """Return who backs a KAM."""
        row = self._session.run(self._select().where(SponsorshipRow.kam_id == kam_id)).one_or_none()
        return None if row is None else _sponsorship(row)

    def register(self, viewer: Viewer, account_ids: Collection[AccountId] | None = None) -> Register:
        """Read all sponsorships, and some or all accounts with those above them, marked whether this reader sees them."""
        rows = self._session.rows(self._select().order_by(SponsorshipRow.kam_id))
        return Register(tuple(map(_sponsorship, rows)), self._tended(viewer, account_ids), self._conflicts(viewer))

    def assign(self, kam_id: MemberId, sponsor_id: MemberId, deputy_id: MemberId | None) -> bool:
        """Let somebody back a KAM whom nobody backs; False if somebody was quicker."""
        new = self._session.insert(SponsorshipRow).values(
            workspace_id=self._session.workspace_id, kam_id=kam_id, sponsor_id=sponsor_id, deputy_id=deputy_id
        )
        made = new.on_conflict_do_nothing().returning(SponsorshipRow.kam_id)
        return self._session.run(made).first() is not None

    def hand_over(self, before: Sponsorship, sponsor_id: MemberId, deputy_id: MemberId | None) -> bool:
        """Store another sponsor or deputy, if nothing changed since."""
        changed = update(SponsorshipRow).where(self._still(before))
        return self._session.run(changed.values(sponsor_id=sponsor_id, deputy_id=deputy_id)).rowcount == 1

    def end(self, before: Sponsorship) -> bool:
        """Let nobody back a KAM any more, if nothing changed since."""
        return self._session.run(delete(SponsorshipRow).where(self._still(before))).rowcount == 1

    def _still(self, before: Sponsorship) -> ColumnElement[bool]:
        return and_(
            SponsorshipRow.workspace_id == self._session.workspace_id,
            SponsorshipRow.kam_id == before.kam.id,
            SponsorshipRow.sponsor_id == before.sponsor.person.id,
            SponsorshipRow.deputy_id.is_not_distinct_from(before.deputy.id if before.deputy else None),
        )

    def _select(self) -> Select[Any]:
        query = select(SponsorshipRow.__table__).where(SponsorshipRow.workspace_id == self._session.workspace_id)
        for name, who, key in (
            ("kam", _KAM, SponsorshipRow.kam_id),
            ("sponsor", _SPONSOR, SponsorshipRow.sponsor_id),
            ("deputy", _DEPUTY, SponsorshipRow.deputy_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == SponsorshipRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        return query.add_columns(_SPONSOR.level.label("sponsor_level"))

    def _tended(self, viewer: Viewer, account_ids: Collection[AccountId] | None) -> tuple[Tended, ...]:
        here = self._session.workspace_id
        query = (
            select(
                AccountRow.id,
                AccountRow.name,
                AccountRow.access,
                AccountRow.parent_id,
                AccountRow.kam_id,
                AccountRow.sponsor_id,
                account_filter(viewer).label("is_seen"),
                _KAM.name.label("kam_name"),
                _KAM.standing.label("kam_standing"),
                _SPONSOR.name.label("sponsor_name"),
                _SPONSOR.standing.label("sponsor_standing"),
                _SPONSOR.level.label("sponsor_level"),
            )
            .outerjoin(_KAM, and_(_KAM.workspace_id == AccountRow.workspace_id, _KAM.id == AccountRow.kam_id))
            .outerjoin(
                _SPONSOR, and_(_SPONSOR.workspace_id == AccountRow.workspace_id, _SPONSOR.id == AccountRow.sponsor_id)
            )
            .where(AccountRow.workspace_id == here)
        )
        if account_ids is not None:
            # UNION, not UNION ALL: an account met again adds no row, so a ring of parents ends.
            above = (
                select(AccountRow.id, AccountRow.parent_id)
                .where(AccountRow.workspace_id == here, AccountRow.id.in_(account_ids))
                .cte("above", recursive=True)
            )
            above = above.union(
                select(AccountRow.id, AccountRow.parent_id).where(
                    AccountRow.workspace_id == here, AccountRow.id == above.c.parent_id
                )
            )
            query = query.where(AccountRow.id.in_(select(above.c.id)))
        return tuple(map(_tended, self._session.rows(query)))

    def _conflicts(self, viewer: Viewer) -> dict[MemberId, int]:
        """Count the open conflicts that lie with each person, on accounts this reader sees."""
        here = self._session.workspace_id
        rows = self._session.rows(
            select(RecipientRow.member_id, func.count(EscalationRow.id.distinct()).label("open"))
            .join(
                EscalationRow,
                and_(
                    EscalationRow.workspace_id == RecipientRow.workspace_id,
                    EscalationRow.id == RecipientRow.escalation_id,
                ),
            )
            .join(
                AccountRow,
                of_account(EscalationRow),
            )
            .where(
                RecipientRow.workspace_id == here,
                RecipientRow.member_id.is_not(None),
                RecipientRow.skipped.is_(None),
                EscalationRow.state.in_(OPEN),
                account_filter(viewer),
            )
            .group_by(RecipientRow.member_id)
        )
        return {MemberId(row.member_id): row.open for row in rows}


def _sponsorship(row: Row[Any]) -> Sponsorship:
    return Sponsorship(
        kam=somebody(row.kam_id, row.kam_name, row.kam_standing),
        sponsor=_backer(row.sponsor_id, row.sponsor_name, row.sponsor_standing, row.sponsor_level),
        deputy=as_person(row.deputy_id, row.deputy_name, row.deputy_standing),
    )


def _tended(row: Row[Any]) -> Tended:
    return Tended(
        account=AccountRef(AccountId(row.id), row.name, Access(row.access)),
        is_seen=bool(row.is_seen),
        parent_id=None if row.parent_id is None else AccountId(row.parent_id),
        kam=as_person(row.kam_id, row.kam_name, row.kam_standing),
        sponsor=_backer(row.sponsor_id, row.sponsor_name, row.sponsor_standing, row.sponsor_level)
        if row.sponsor_id
        else None,
    )


def _backer(member_id: str, name: str, standing: str, level: int | None) -> Backer:
    person = somebody(member_id, name, standing)
    return Backer(person, is_reachable=not person.left, level=level)
