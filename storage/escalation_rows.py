"""Escalations: rows as whole conflicts and as headers, as deep as their reader may see them."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select

from bot.domain.access import Access, Depth, Viewer, sees_conflict
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Subject
from bot.domain.escalation_clock import ClockStep, Next
from bot.domain.escalations import (
    Acknowledged,
    Agreed,
    Case,
    Confirmation,
    Decision,
    Escalation,
    Header,
    Joiner,
    Kind,
    Question,
    Side,
    State,
    Statement,
)
from bot.domain.identity import AccountId, DepartmentId, EscalationId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Skipped, Step
from storage.access import of_account
from storage.escalation_parties import Parties
from storage.tables import (
    AccountRow,
    ConfirmationRow,
    ConflictJoinerRow,
    DecisionActionRow,
    DecisionRow,
    DepartmentRow,
    EscalationRow,
    QuestionRow,
    RecipientRow,
    RequestRow,
    StatementRow,
)

_OVER = (State.DECIDED, State.KEPT)
"""In which the decision stands; one from before the conflict was reopened does not."""
NAMED = (
    "raiser_id",
    "party_a_id",
    "party_b_id",
    "informed_id",
    "kam_id",
    "deputy_id",
    "decided_by_id",
    "handing_to_id",
    "handed_by_id",
    "returned_by_id",
)
"""Columns with people who see all of a conflict (product, section 3)."""


class Loading(Parties):
    """Reads conflicts."""

    def get(self, escalation_id: EscalationId, viewer: Viewer) -> Escalation | None:
        """Return the whole conflict to those who may see all of it."""
        found = self._find(EscalationRow.id == escalation_id, viewer)
        return found if isinstance(found, Escalation) else None

    def header(self, escalation_id: EscalationId, viewer: Viewer) -> Header | None:
        """Return what the company may know of a conflict."""
        found = self._find(EscalationRow.id == escalation_id, viewer)
        return found.header if isinstance(found, Escalation) else found

    def by_number(self, number: int, viewer: Viewer) -> Escalation | Header | None:
        """Return the conflict ``E-number`` as deep as this reader may see it."""
        return self._find(EscalationRow.number == number, viewer)

    def _find(self, condition: ColumnElement[bool], viewer: Viewer) -> Escalation | Header | None:
        row = self._session.run(self._select().where(condition)).one_or_none()
        if row is None:
            return None
        recipients = self._recipients(row.id)
        joiners, agreed = self._hanging_on(ConflictJoinerRow, row.id), self._agreed(row.id)
        # KAM leads who received it see it as KAM leads, and no longer once they are none.
        active = [step for step in recipients if step.skipped is None and step.step != Step.KAM_LEADS]
        insiders = {
            *(getattr(row, column) for column in NAMED),
            *(step.member_id for step in active),
            *(step.in_stead_of_id for step in active),
            *(joiner.member_id for joiner in joiners),
            *(one.owner_id for one in agreed),
        }
        named = {MemberId(member) for member in insiders if member is not None}
        depth = sees_conflict(viewer, AccountId(row.account_id), Access(row.account_access), named)
        if depth is Depth.NOTHING:
            return None
        if depth is Depth.HEADER:
            return header_of(row, self._people([row.party_a_id, row.party_b_id]))
        return self._load(row, recipients, joiners, agreed)

    def _load(
        self, row: Row[Any], recipients: list[Row[Any]], joiners: list[Row[Any]], agreed: list[Row[Any]]
    ) -> Escalation:
        statements, confirmations = self._hanging_on(StatementRow, row.id), self._hanging_on(ConfirmationRow, row.id)
        questions = self._questions(row.id)
        people = self._people(
            [
                *(getattr(row, column) for column in NAMED),
                row.in_stead_of_id,
                row.acknowledged_by_id,
                *(member for step in recipients for member in (step.member_id, step.in_stead_of_id)),
                *(statement.author_id for statement in statements),
                *(joiner.member_id for joiner in joiners),
                *(member for one in agreed for member in (one.owner_id, one.done_by_id)),
                *(member for one in questions for member in (one.asked_by_id, one.asked_of_id)),
            ]
        )

        def person(member_id: str | None) -> Person | None:
            side = people.get(MemberId(member_id or ""))
            return side.person if side else None

        def known(member_id: str) -> Person:
            return people[MemberId(member_id)].person

        decision = None
        if row.decided_by_id:
            decision = Decision(
                by=known(row.decided_by_id),
                kind=Kind(row.decision_kind),
                text=row.decision_text,
                reason=row.decision_reason,
                at=row.decided_at,
                in_stead_of=person(row.in_stead_of_id),
                valid_until=row.valid_until,
                agreed=tuple(
                    Agreed(one.position, one.what, known(one.owner_id), one.due_on, one.done_at, person(one.done_by_id))
                    for one in agreed
                ),
            )
        stands = row.state in _OVER
        side_b = people[MemberId(row.party_b_id)]
        return Escalation(
            header=header_of(row, people),
            raiser=known(row.raiser_id),
            side_a=people[MemberId(row.party_a_id)],
            side_b=Side(side_b.person, row.department_name or side_b.department),
            case=case_of(row),
            steps=tuple(
                Considered(
                    Step(step.step),
                    person(step.member_id),
                    Skipped(step.skipped) if step.skipped else None,
                    in_stead_of=person(step.in_stead_of_id),
                    since=step.since,
                )
                for step in recipients
            ),
            informed=person(row.informed_id),
            kam=person(row.kam_id),
            kam_deputy=person(row.deputy_id),
            department_id=None if row.party_b_department_id is None else DepartmentId(row.party_b_department_id),
            request_id=None if row.request_id is None else RequestId(row.request_id),
            request_short_id=None if row.request_number is None else f"R-{row.request_number}",
            anyway_reason=row.anyway_reason or "",
            acknowledged=Acknowledged(known(row.acknowledged_by_id), row.acknowledged_at)
            if row.acknowledged_by_id
            else None,
            statements=tuple(Statement(known(one.author_id), one.text, one.at) for one in statements),
            decision=decision if stands else None,
            earlier_decision=None if stands else decision,
            confirmations=tuple(Confirmation(known(one.member_id), one.at) for one in confirmations),
            questions=tuple(
                Question(
                    known(one.asked_by_id),
                    known(one.asked_of_id),
                    one.question,
                    one.asked_at,
                    one.answer,
                    one.answered_at,
                    one.id,
                )
                for one in questions
            ),
            joiners=tuple(Joiner(known(one.member_id), one.words, one.at) for one in joiners),
            handing_to=person(row.handing_to_id),
            handed_by=person(row.handed_by_id),
            returned_by=person(row.returned_by_id),
            guidance=row.guidance or "",
            closed_at=row.closed_at,
            next=Next(row.next_at, ClockStep(row.next_step)) if row.next_at and row.next_step else None,
            version=row.version,
        )

    def _recipients(self, escalation_id: int) -> list[Row[Any]]:
        return self._session.rows(
            select(
                RecipientRow.step,
                RecipientRow.member_id,
                RecipientRow.skipped,
                RecipientRow.in_stead_of_id,
                RecipientRow.since,
            )
            .where(RecipientRow.workspace_id == self._session.workspace_id, RecipientRow.escalation_id == escalation_id)
            .order_by(RecipientRow.position)
        )

    def _hanging_on(
        self, table: type[StatementRow | ConfirmationRow | ConflictJoinerRow], escalation_id: int
    ) -> list[Row[Any]]:
        return self._session.rows(
            select(table.__table__)
            .where(table.workspace_id == self._session.workspace_id, table.escalation_id == escalation_id)
            .order_by(table.at.desc())
        )

    def _agreed(self, escalation_id: int) -> list[Row[Any]]:
        return self._session.rows(
            select(DecisionActionRow.__table__)
            .where(
                DecisionActionRow.workspace_id == self._session.workspace_id,
                DecisionActionRow.escalation_id == escalation_id,
            )
            .order_by(DecisionActionRow.position)
        )

    def _questions(self, escalation_id: int) -> list[Row[Any]]:
        return self._session.rows(
            select(QuestionRow.__table__)
            .where(
                QuestionRow.workspace_id == self._session.workspace_id,
                QuestionRow.subject == Subject.ESCALATION,
                QuestionRow.object_id == escalation_id,
            )
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.id.desc())
        )

    def _select(self) -> Select[Any]:
        return (
            select(
                EscalationRow.__table__,
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                AccountRow.kam_id,
                AccountRow.deputy_id,
                DepartmentRow.name.label("department_name"),
                RequestRow.number.label("request_number"),
                DecisionRow.decided_by_id,
                DecisionRow.in_stead_of_id,
                DecisionRow.kind.label("decision_kind"),
                DecisionRow.text.label("decision_text"),
                DecisionRow.reason.label("decision_reason"),
                DecisionRow.valid_until,
                DecisionRow.at.label("decided_at"),
            )
            .join(
                AccountRow,
                of_account(EscalationRow),
            )
            .outerjoin(
                DepartmentRow,
                and_(
                    DepartmentRow.workspace_id == EscalationRow.workspace_id,
                    DepartmentRow.id == EscalationRow.party_b_department_id,
                ),
            )
            .outerjoin(
                RequestRow,
                and_(RequestRow.workspace_id == EscalationRow.workspace_id, RequestRow.id == EscalationRow.request_id),
            )
            .outerjoin(
                DecisionRow,
                and_(
                    DecisionRow.workspace_id == EscalationRow.workspace_id,
                    DecisionRow.escalation_id == EscalationRow.id,
                ),
            )
            .where(EscalationRow.workspace_id == self._session.workspace_id)
        )


def header_of(row: Row[Any], people: dict[MemberId, Side]) -> Header:
    """Return what the company may know of a row."""
    side_a, side_b = people[MemberId(row.party_a_id)], people[MemberId(row.party_b_id)]
    departments = (side_a.department, row.department_name or side_b.department)
    return Header(
        id=EscalationId(row.id),
        number=row.number,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        departments=tuple(dict.fromkeys(name for name in departments if name)),
        state=State(row.state),
        raised_at=row.created_at,
        decide_by=row.decide_by,
        decided_at=row.decided_at if row.state in _OVER else None,
    )


def case_of(row: Row[Any]) -> Case:
    """Return what the raiser wrote."""
    return Case(
        our_goal=row.our_goal,
        their_goal=row.their_goal,
        tried=row.tried,
        decision_wanted=row.decision_wanted,
        decide_by=row.decide_by,
        effect=row.effect,
        options=row.options,
        urgent_reason=row.urgent_reason or "",
    )
