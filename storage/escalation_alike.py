"""Escalations: conflicts like another one, open ones and decided ones, in the same few statements however many there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.access import Access, Depth, Viewer, sees_conflict
from bot.domain.escalation_seen import Precedent, Same
from bot.domain.escalations import OPEN, Case, Decision, Kind, State
from bot.domain.identity import AccountId, DepartmentId, MemberId, RequestId
from bot.domain.sponsors import Step
from storage.access import account_filter
from storage.escalation_rows import NAMED, Loading, case_of, header_of
from storage.tables import ConflictJoinerRow, DecisionActionRow, DecisionRow, EscalationRow, RecipientRow

_MOST_OPEN = 200
_PARTS = ("raiser_id", "party_a_id", "party_b_id", "informed_id", "handing_to_id")
"""Columns with people who have a part in an open conflict, beside those it lies with and those who joined."""


class Alike(Loading):
    """Reads conflicts that are like another one."""

    def same(
        self,
        account_id: AccountId,
        side_b_id: MemberId,
        department_id: DepartmentId | None,
        request_id: RequestId | None,
        viewer: Viewer,
    ) -> tuple[Same, ...]:
        """Return open conflicts of this account with the same other side, or about the same request, newest first."""
        other = _any_of(
            {
                EscalationRow.party_b_id: side_b_id,
                EscalationRow.party_b_department_id: department_id,
                EscalationRow.request_id: request_id,
            }
        )
        rows = self._session.rows(
            self._select()
            .where(EscalationRow.account_id == account_id, EscalationRow.state.in_(OPEN), other, account_filter(viewer))
            .order_by(EscalationRow.number.desc())
            .limit(_MOST_OPEN)
        )
        people = self._people(member for row in rows for member in (row.party_a_id, row.party_b_id))
        chains = self._on(RecipientRow, rows, RecipientRow.member_id, RecipientRow.in_stead_of_id, RecipientRow.skipped)
        joined = self._on(ConflictJoinerRow, rows, ConflictJoinerRow.member_id)
        found = []
        for row in rows:
            asked = (step for step in chains.get(row.id, ()) if step.skipped is None)
            named = {
                *(getattr(row, column) for column in _PARTS),
                *(member for step in asked for member in (step.member_id, step.in_stead_of_id)),
                *(joiner.member_id for joiner in joined.get(row.id, ())),
            }
            found.append(Same(header_of(row, people), has_part=viewer.member_id in named))
        return tuple(found)

    def raised_since(self, raiser_id: MemberId, account_id: AccountId, wanted: Case, since: datetime) -> str | None:
        """Return the short id of a conflict that somebody raised in the same words."""
        row = self._session.run(
            select(EscalationRow.number)
            .where(
                EscalationRow.workspace_id == self._session.workspace_id,
                EscalationRow.raiser_id == raiser_id,
                EscalationRow.account_id == account_id,
                EscalationRow.created_at > since,
                EscalationRow.our_goal == wanted.our_goal,
                EscalationRow.their_goal == wanted.their_goal,
                EscalationRow.tried == wanted.tried,
                EscalationRow.decision_wanted == wanted.decision_wanted,
            )
            .order_by(EscalationRow.number.desc())
            .limit(1)
        ).scalar_one_or_none()
        return None if row is None else f"E-{row}"

    def decided_near(
        self, account_id: AccountId | None, department_id: DepartmentId | None, viewer: Viewer, most: int
    ) -> tuple[Precedent, ...]:
        """Return decisions on this account or with this other department, newest first, that the reader may see."""
        near = _any_of({EscalationRow.account_id: account_id, EscalationRow.party_b_department_id: department_id})
        rows = self._session.rows(
            self._select()
            .where(EscalationRow.state.in_([State.DECIDED, State.KEPT]), near, DecisionRow.decided_by_id.is_not(None))
            .order_by(DecisionRow.at.desc())
            .limit(most)
        )
        seen = self._seen(rows, viewer)
        people = self._people(
            member for row in seen for member in (row.party_a_id, row.party_b_id, row.decided_by_id, row.in_stead_of_id)
        )

        def decision(row: Row[Any]) -> Decision:
            other = people.get(row.in_stead_of_id)
            return Decision(
                by=people[MemberId(row.decided_by_id)].person,
                kind=Kind(row.decision_kind),
                text=row.decision_text,
                reason=row.decision_reason,
                at=row.decided_at,
                in_stead_of=other.person if other else None,
                valid_until=row.valid_until,
            )

        return tuple(Precedent(header_of(row, people), case_of(row), decision(row)) for row in seen)

    def _seen(self, rows: list[Row[Any]], viewer: Viewer) -> list[Row[Any]]:
        """Leave out what the reader may not see all of; who sees a conflict says ``Loading`` as well."""
        chains = self._on(
            RecipientRow,
            rows,
            RecipientRow.member_id,
            RecipientRow.in_stead_of_id,
            RecipientRow.skipped,
            RecipientRow.step,
        )
        joined = self._on(ConflictJoinerRow, rows, ConflictJoinerRow.member_id)
        owners = self._on(DecisionActionRow, rows, DecisionActionRow.owner_id)

        def insiders(row: Row[Any]) -> Iterable[str | None]:
            yield from (getattr(row, column) for column in NAMED)
            for step in chains.get(row.id, ()):
                if step.skipped is None and step.step != Step.KAM_LEADS:
                    yield from (step.member_id, step.in_stead_of_id)
            yield from (joiner.member_id for joiner in joined.get(row.id, ()))
            yield from (one.owner_id for one in owners.get(row.id, ()))

        def is_seen(row: Row[Any]) -> bool:
            named = {MemberId(member) for member in insiders(row) if member is not None}
            return sees_conflict(viewer, AccountId(row.account_id), Access(row.account_access), named) is Depth.ALL

        return [row for row in rows if is_seen(row)]

    def _on(
        self,
        table: type[RecipientRow | ConflictJoinerRow | DecisionActionRow],
        rows: list[Row[Any]],
        *columns: Any,
    ) -> dict[int, list[Row[Any]]]:
        """Return what hangs on each of some conflicts."""
        found: dict[int, list[Row[Any]]] = {}
        if rows:
            query = select(table.escalation_id, *columns).where(
                table.workspace_id == self._session.workspace_id, table.escalation_id.in_([row.id for row in rows])
            )
            for one in self._session.rows(query):
                found.setdefault(one.escalation_id, []).append(one)
        return found


def _any_of(wanted: Mapping[InstrumentedAttribute[Any], object]) -> ColumnElement[bool]:
    """Ask for rows that have one of these values; what is not known is like nothing."""
    return or_(false(), *(column == value for column, value in wanted.items() if value is not None))
