"""Departments: units that receive requests."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from bot.domain import names
from bot.domain.departments import Department
from bot.domain.identity import ChannelId, DepartmentId, MemberId
from bot.domain.members import Person, Standing
from storage.members import as_person
from storage.session import Session
from storage.tables import DepartmentRow, MemberRow

_COORDINATOR, _HEAD, _DEPUTY = aliased(MemberRow), aliased(MemberRow), aliased(MemberRow)


class Departments:
    """Rows of ``departments`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, department_id: DepartmentId) -> Department | None:
        """Return a department."""
        row = self._session.run(self._select().where(DepartmentRow.id == department_id)).one_or_none()
        return None if row is None else _department(row)

    def some(self, department_ids: Collection[DepartmentId]) -> dict[DepartmentId, Department]:
        """Return those of the departments that exist."""
        if not department_ids:
            return {}
        rows = self._session.rows(self._select().where(DepartmentRow.id.in_(department_ids)))
        return {DepartmentId(row.id): _department(row) for row in rows}

    def in_channel(self, channel_id: ChannelId) -> Department | None:
        """Return the department bound to a channel."""
        row = self._session.run(self._select().where(DepartmentRow.channel_id == channel_id).limit(1)).one_or_none()
        return None if row is None else _department(row)

    def all(self) -> tuple[Department, ...]:
        """Return all departments by name."""
        return tuple(_department(row) for row in self._session.rows(self._select().order_by(DepartmentRow.name_key)))

    def key_persons(self, department_id: DepartmentId) -> tuple[Person, ...]:
        """Return the department's people with a topic: they may answer its requests too."""
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.topics).where(
                MemberRow.workspace_id == self._session.workspace_id,
                MemberRow.department_id == department_id,
                MemberRow.standing == Standing.MEMBER,
            )
        )
        people = [Person(MemberId(row.id), row.name) for row in rows if row.topics]
        return tuple(sorted(people, key=lambda person: (names.match_key(person.name), person.id)))

    def _select(self) -> Select[Any]:
        query = select(DepartmentRow.__table__).where(DepartmentRow.workspace_id == self._session.workspace_id)
        for name, who, key in (
            ("coordinator", _COORDINATOR, DepartmentRow.coordinator_id),
            ("head", _HEAD, DepartmentRow.head_id),
            ("deputy", _DEPUTY, DepartmentRow.deputy_id),
        ):
            query = query.outerjoin(who, and_(who.workspace_id == DepartmentRow.workspace_id, who.id == key))
            query = query.add_columns(who.name.label(f"{name}_name"), who.standing.label(f"{name}_standing"))
        return query


def _department(row: Row[Any]) -> Department:
    coordinator = as_person(row.coordinator_id, row.coordinator_name, row.coordinator_standing)
    if coordinator is None:
        raise LookupError(row.id)
    return Department(
        id=DepartmentId(row.id),
        name=row.name,
        channel_id=ChannelId(row.channel_id),
        coordinator=coordinator,
        head=as_person(row.head_id, row.head_name, row.head_standing),
        deputy=as_person(row.deputy_id, row.deputy_name, row.deputy_standing),
        answer_hours=row.answer_hours,
        lead_days=row.lead_days,
        language=row.language,
        time_zone=row.time_zone,
        country=row.country,
        region=row.region,
        working_hours=row.working_hours,
    )
