"""Absences: who is away when, and who stands in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, insert, literal, null, select, union, union_all, update
from sqlalchemy.orm import aliased

from bot.domain.absences import Absence, Away, Gone, Period
from bot.domain.identity import AbsenceId, MemberId
from bot.domain.members import Standing
from bot.domain.working_time import Custom, calendar
from storage.members import as_person, somebody
from storage.session import Session
from storage.tables import AbsenceRow, AccountRow, DepartmentRow, MemberRow, SponsorshipRow

_MEMBER, _DEPUTY = aliased(MemberRow), aliased(MemberRow)
_DAY = timedelta(days=1)


class Absences:
    """Rows of ``absences`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def away(self, now: datetime) -> Away:
        """Return everybody who is away now, by the date where they live, in one statement."""
        here = self._session.workspace_id
        # Somewhere it is still yesterday and elsewhere tomorrow already; the zone decides below.
        day = now.astimezone(UTC).date()
        around = and_(AbsenceRow.starts_on <= day + _DAY, AbsenceRow.ends_on >= day - _DAY)
        absent = (
            select(
                AbsenceRow.member_id,
                AbsenceRow.deputy_id,
                AbsenceRow.starts_on,
                AbsenceRow.ends_on,
                MemberRow.time_zone,
                DepartmentRow.time_zone.label("departments_time_zone"),
            )
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == AbsenceRow.workspace_id, MemberRow.id == AbsenceRow.member_id),
            )
            .outerjoin(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == MemberRow.workspace_id, DepartmentRow.id == MemberRow.department_id),
            )
            .where(AbsenceRow.workspace_id == here, AbsenceRow.withdrawn_at.is_(None), around)
        )
        left = select(MemberRow.id, *(null() for _ in range(5))).where(
            MemberRow.workspace_id == here, MemberRow.standing.in_((Standing.DEACTIVATED, Standing.GUEST))
        )
        gone: dict[MemberId, Gone] = {}
        for row in self._session.rows(union_all(absent, left)):
            member_id = MemberId(row.member_id)
            if row.starts_on is None:
                gone.setdefault(member_id, Gone())
            elif row.starts_on <= self._today(row, now) <= row.ends_on:
                gone[member_id] = Gone(row.ends_on, row.deputy_id)
        return Away(gone)

    def get(self, absence_id: AbsenceId) -> Absence | None:
        """Return an absence, withdrawn ones too."""
        row = self._session.run(self._select().where(AbsenceRow.id == absence_id)).one_or_none()
        return None if row is None else _absence(row)

    def hold(self, member_id: MemberId) -> None:
        """Let nobody else change the absences of this person until the commit."""
        self._session.lock(f"absences {member_id}")

    def ahead(self, member_id: MemberId, today: date) -> tuple[Absence, ...]:
        """Return somebody's absences that are not over, the nearest first."""
        return self._some(AbsenceRow.member_id == member_id, AbsenceRow.ends_on >= today)

    def standing_in(self, member_id: MemberId, today: date) -> tuple[Absence, ...]:
        """Return the absences that are not over and name somebody as deputy, the nearest first."""
        return self._some(AbsenceRow.deputy_id == member_id, AbsenceRow.ends_on >= today)

    def of_leadership(self, today: date) -> tuple[Absence, ...]:
        """Return the absences, not over, of those who back or look after accounts, the nearest first."""
        return self._some(
            AbsenceRow.member_id.in_(_leadership(self._session.workspace_id)), AbsenceRow.ends_on >= today
        )

    def leads(self, member_id: MemberId) -> bool:
        """Tell whether somebody backs or looks after an account, as deputy too."""
        asked = select(literal(value=True)).where(literal(member_id).in_(_leadership(self._session.workspace_id)))
        return self._session.run(asked).first() is not None

    def beside(self, starts_on: date, ends_on: date) -> tuple[Absence, ...]:
        """Return everybody's absences that share a day with a period."""
        return self._some(AbsenceRow.starts_on <= ends_on, AbsenceRow.ends_on >= starts_on)

    def add(self, member_id: MemberId, period: Period, now: datetime) -> AbsenceId:
        """Store a new absence."""
        absence_id = AbsenceId(self._session.new_id())
        self._session.run(
            insert(AbsenceRow).values(
                workspace_id=self._session.workspace_id,
                id=absence_id,
                member_id=member_id,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                deputy_id=period.deputy_id,
                created_at=now,
                version=1,
            )
        )
        return absence_id

    def change(self, absence_id: AbsenceId, version: int, period: Period) -> bool:
        """Store other dates or another deputy, if nothing changed since ``version``."""
        return self._set(
            absence_id,
            version,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            deputy_id=period.deputy_id,
        )

    def withdraw(self, absence_id: AbsenceId, version: int, now: datetime) -> bool:
        """Take an absence back, if nothing changed since ``version``."""
        return self._set(absence_id, version, withdrawn_at=now)

    def _set(self, absence_id: AbsenceId, version: int, **values: Any) -> bool:
        done = self._session.run(
            update(AbsenceRow)
            .where(
                AbsenceRow.workspace_id == self._session.workspace_id,
                AbsenceRow.id == absence_id,
                AbsenceRow.withdrawn_at.is_(None),
                AbsenceRow.version == version,
            )
            .values(**values, version=AbsenceRow.version + 1)
        )
        return done.rowcount == 1

    def _some(self, *conditions: Any) -> tuple[Absence, ...]:
        query = self._select().where(AbsenceRow.withdrawn_at.is_(None), *conditions)
        rows = self._session.rows(query.order_by(AbsenceRow.starts_on, AbsenceRow.id))
        return tuple(map(_absence, rows))

    def _select(self) -> Select[Any]:
        query = select(AbsenceRow.__table__).where(AbsenceRow.workspace_id == self._session.workspace_id)
        for name, who, key in (
            ("member", _MEMBER, AbsenceRow.member_id),
            ("deputy", _DEPUTY, AbsenceRow.deputy_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == AbsenceRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        return query

    def _today(self, row: Row[Any], now: datetime) -> date:
        zones = (row.time_zone, row.departments_time_zone, self._session.workspace.time_zone)
        return calendar(*map(Custom, zones)).today(now)


def _leadership(workspace_id: str) -> Any:
    """Select everybody who backs or looks after an account."""
    accounts = (AccountRow.kam_id, AccountRow.deputy_id, AccountRow.sponsor_id)
    sponsorships = (SponsorshipRow.kam_id, SponsorshipRow.sponsor_id, SponsorshipRow.deputy_id)
    return union(
        *(select(named).where(AccountRow.workspace_id == workspace_id, named.is_not(None)) for named in accounts),
        *(
            select(named).where(SponsorshipRow.workspace_id == workspace_id, named.is_not(None))
            for named in sponsorships
        ),
    )


def _absence(row: Row[Any]) -> Absence:
    return Absence(
        id=AbsenceId(row.id),
        member=somebody(row.member_id, row.member_name, row.member_standing),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        deputy=as_person(row.deputy_id, row.deputy_name, row.deputy_standing),
        is_withdrawn=row.withdrawn_at is not None,
        version=row.version,
    )
