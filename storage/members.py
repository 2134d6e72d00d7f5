"""Members: people of the workspace."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, and_, or_, select

from bot.domain import names
from bot.domain.identity import DepartmentId, MemberId, WorkspaceId
from bot.domain.members import Member, Person, Profile, Role, Standing
from bot.domain.working_time import Calendar, Custom, calendar
from storage.session import Session
from storage.tables import DepartmentRow, MemberRow, WorkspaceRow


def somebody(member_id: str, name: str | None, standing: str | None) -> Person:
    """Show who holds a role or did something as a person; who is a guest by now has left it."""
    return Person(MemberId(member_id), name or member_id, left=standing != Standing.MEMBER)


def as_person(member_id: str | None, name: str | None, standing: str | None) -> Person | None:
    """Show the same where there may be nobody."""
    return None if member_id is None else somebody(member_id, name, standing)


def whoever(member_id: str, name: str, standing: str) -> Person:
    """Show anybody else as a person; a guest is still there."""
    return Person(MemberId(member_id), name, left=standing == Standing.DEACTIVATED)


class Members:
    """Rows of ``members`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, member_id: MemberId) -> Member | None:
        """Return anybody known, guests and deactivated people too."""
        row = self._session.run(
            select(MemberRow.__table__, WorkspaceRow.admins)
            .join(WorkspaceRow, WorkspaceRow.workspace_id == MemberRow.workspace_id)
            .where(MemberRow.workspace_id == self._session.workspace_id, MemberRow.id == member_id)
        ).one_or_none()
        if row is None:
            return None
        # An owner of the Slack workspace stands in only while nobody is named.
        stands_in = row.is_owner and any(person.id == member_id for person in self.admins())
        return _member(row, is_admin=row.role == Role.ADMIN or row.id in row.admins or stands_in)

    def people(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Person]:
        """Return those of the ids that are known."""
        wanted = {*member_ids}
        if not wanted:
            return {}
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name, MemberRow.standing).where(
                MemberRow.workspace_id == self._session.workspace_id, MemberRow.id.in_(wanted)
            )
        )
        return {MemberId(row.id): whoever(row.id, row.name, row.standing) for row in rows}

    def calendar(self, member_id: MemberId) -> Calendar:
        """Return somebody's working time: their own, else the department's, else the workspace's (product, section 8)."""
        return self.calendars([member_id])[member_id]

    def calendars(self, member_ids: Iterable[MemberId]) -> dict[MemberId, Calendar]:
        """Return the working time of several people in one statement; that of unknown people is the workspace's."""
        wanted = {*member_ids}
        rows = self._session.rows(
            select(MemberRow.id, *_customs("own", MemberRow), *_customs("departments", DepartmentRow))
            .outerjoin(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == MemberRow.workspace_id, DepartmentRow.id == MemberRow.department_id),
            )
            .where(MemberRow.workspace_id == self._session.workspace_id, MemberRow.id.in_(wanted))
        )
        here = Custom(self._session.workspace.time_zone, self._session.workspace.country)
        found = {row.id: calendar(_custom(row, "own"), _custom(row, "departments"), here) for row in rows}
        return {member_id: found.get(member_id) or calendar(here) for member_id in wanted}

    def put_profiles(self, profiles: Iterable[Profile]) -> None:
        """Store what the directory says; what import and people set stays."""
        self._session.upsert(
            MemberRow,
            ["workspace_id", "id"],
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "id": profile.id,
                    "name": profile.name,
                    "email": profile.email,
                    "standing": profile.standing,
                    "is_owner": profile.is_owner,
                    "locale": profile.locale,
                    "time_zone": profile.time_zone,
                    "profile_at": profile.at,
                    "role": Role.MEMBER,
                    "topics": [],
                }
                for profile in profiles
            ],
            keep=["role", "topics"],
            fill=["time_zone", "email"],
            # An event about a person does not always say what their Slack speaks.
            update=["locale", "profile_at"],
            newer="profile_at",
        )

    def kam_leads(self) -> tuple[Person, ...]:
        """Return the active KAM leads."""
        return self._active(MemberRow.role == Role.KAM_LEAD)

    def admins(self) -> tuple[Person, ...]:
        """Return the admins by role or setting; while there is none, the Slack workspace's owners."""
        listed = self._session.run(
            select(WorkspaceRow.admins).where(WorkspaceRow.workspace_id == self._session.workspace_id)
        ).scalar_one()
        admins = self._active(or_(MemberRow.role == Role.ADMIN, MemberRow.id.in_(listed)))
        return admins or self._active(MemberRow.is_owner)

    def _active(self, condition: Any) -> tuple[Person, ...]:
        rows = self._session.rows(
            select(MemberRow.id, MemberRow.name).where(
                MemberRow.workspace_id == self._session.workspace_id,
                MemberRow.standing == Standing.MEMBER,
                condition,
            )
        )
        people = [Person(MemberId(row.id), row.name) for row in rows]
        return tuple(sorted(people, key=lambda person: (names.match_key(person.name), person.id)))


def _customs(name: str, table: type[MemberRow | DepartmentRow]) -> tuple[Any, ...]:
    return (
        table.time_zone.label(f"{name}_time_zone"),
        table.country.label(f"{name}_country"),
        table.region.label(f"{name}_region"),
        table.working_hours.label(f"{name}_working_hours"),
    )


def _custom(row: Row[Any], name: str) -> Custom:
    return Custom(*(getattr(row, f"{name}_{what}") for what in ("time_zone", "country", "region", "working_hours")))


def _member(row: Row[Any], *, is_admin: bool) -> Member:
    return Member(
        workspace_id=WorkspaceId(row.workspace_id),
        id=MemberId(row.id),
        name=row.name,
        standing=Standing(row.standing),
        role=Role(row.role),
        is_admin=is_admin,
        department_id=None if row.department_id is None else DepartmentId(row.department_id),
        level=row.level,
        topics=tuple(row.topics),
        email=row.email,
        language=row.language,
        locale=row.locale,
        time_zone=row.time_zone,
    )
