"""Maps: the units of a group with who cares for them, and what our people do."""

from collections.abc import Collection

from sqlalchemy import and_, exists, or_, select

from bot.domain import names
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef, Relation
from bot.domain.identity import AccountId, MemberId
from bot.domain.maps import Unit
from bot.domain.members import Standing
from storage.accounts import unit_tree
from storage.members import as_person
from storage.session import Session
from storage.tables import AccountRow, ContactRow, DepartmentRow, MemberRow, TeamRow


class Maps:
    """Rows of ``accounts`` as a tree."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def units(self, account_id: AccountId, viewer: Viewer) -> tuple[Unit, ...]:
        """Return an account and every unit below it that the reader may see, by name, in one statement."""
        here = self._session.workspace_id
        tree = unit_tree(here, account_id, viewer)
        in_team = exists().where(
            TeamRow.workspace_id == here,
            TeamRow.account_id == AccountRow.id,
            MemberRow.workspace_id == here,
            MemberRow.id == TeamRow.member_id,
            MemberRow.standing == Standing.MEMBER,
        )
        looked_after = exists().where(
            ContactRow.workspace_id == here,
            ContactRow.account_id == AccountRow.id,
            ContactRow.merged_into_id.is_(None),
            MemberRow.workspace_id == here,
            MemberRow.id == ContactRow.owner_id,
            MemberRow.standing == Standing.MEMBER,
        )
        answers = exists().where(
            MemberRow.workspace_id == here,
            or_(MemberRow.id == AccountRow.kam_id, MemberRow.id == AccountRow.deputy_id),
            MemberRow.standing == Standing.MEMBER,
        )
        kam = MemberRow.__table__.alias("kam")
        rows = self._session.rows(
            select(
                AccountRow.id,
                AccountRow.name,
                AccountRow.access,
                AccountRow.parent_id,
                AccountRow.relation,
                AccountRow.country,
                AccountRow.kam_id,
                kam.c.name.label("kam_name"),
                kam.c.standing.label("kam_standing"),
                or_(answers, in_team, looked_after).label("has_carer"),
            )
            .outerjoin(kam, and_(kam.c.workspace_id == AccountRow.workspace_id, kam.c.id == AccountRow.kam_id))
            .where(AccountRow.workspace_id == here, AccountRow.id.in_(select(tree.c.id)))
        )
        return tuple(
            Unit(
                account=AccountRef(AccountId(row.id), row.name, Access(row.access)),
                parent_id=None if row.parent_id is None else AccountId(row.parent_id),
                relation=Relation(row.relation) if row.relation else None,
                country=row.country,
                kam=as_person(row.kam_id, row.kam_name, row.kam_standing),
                has_carer=bool(row.has_carer),
            )
            for row in sorted(rows, key=lambda row: (names.match_key(row.name), row.id))
        )

    def functions(self, member_ids: Collection[MemberId]) -> dict[MemberId, str]:
        """Return the departments of our people by name; who belongs to none is not among them."""
        if not member_ids:
            return {}
        rows = self._session.rows(
            select(MemberRow.id, DepartmentRow.name)
            .join(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == MemberRow.workspace_id, DepartmentRow.id == MemberRow.department_id),
            )
            .where(MemberRow.workspace_id == self._session.workspace_id, MemberRow.id.in_(member_ids))
        )
        return {MemberId(row.id): row.name for row in rows}
