"""Escalations: conflicts, their chain and what is said in them; transitions are compare-and-set."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, insert, or_, select, update

from bot.domain.delivery import Subject
from bot.domain.escalation_clock import ClockStep, Next
from bot.domain.escalation_commands import Decide
from bot.domain.escalation_life import LIFE
from bot.domain.escalations import ADDRESSED, OPEN, Action, Course, NewEscalation, State, Watched
from bot.domain.identity import AccountId, EscalationId, MemberId
from bot.domain.members import Role, Standing
from bot.domain.sponsors import Considered, Skipped, Step
from bot.domain.timers import State as TimerState
from storage.escalation_alike import Alike
from storage.tables import (
    ConfirmationRow,
    ConflictJoinerRow,
    DecisionActionRow,
    DecisionRow,
    EscalationRow,
    MemberRow,
    QuestionRow,
    RecipientRow,
    StatementRow,
    TimerRow,
)

_LATE = timedelta(minutes=10)
"""A step of the clock that is later than this is not done by anybody."""


class Escalations(Alike):
    """Rows of ``escalations`` and what hangs on them."""

    def next_id(self) -> EscalationId:
        """Return an id for a new conflict, so that history and messages can refer to it before it is stored."""
        return EscalationId(self._session.new_id())

    def add(self, new: NewEscalation, now: datetime) -> int:
        """Store a new conflict with its chain and return its number; the last statements of a transaction."""
        here = self._session.workspace_id
        self._put_steps(new.id, new.route.steps)
        case, number = new.case, self._session.next_number("E")
        self._session.run(
            insert(EscalationRow).values(
                workspace_id=here,
                id=new.id,
                number=number,
                account_id=new.account_id,
                request_id=new.request_id,
                raiser_id=new.raiser_id,
                party_a_id=new.side_a_id,
                party_b_id=new.side_b_id,
                party_b_department_id=new.department_id,
                informed_id=new.informed_id,
                our_goal=case.our_goal,
                their_goal=case.their_goal,
                tried=case.tried,
                effect=case.effect,
                options=case.options,
                decision_wanted=case.decision_wanted,
                decide_by=case.decide_by,
                urgent_reason=case.urgent_reason or None,
                anyway_reason=new.anyway_reason or None,
                state=State.RAISED if new.route.recipients else State.WITHOUT_RECIPIENT,
                next_at=new.next.at if new.next else None,
                next_step=new.next.step if new.next else None,
                created_at=now,
                version=1,
            )
        )
        return number

    def unaddressed(self, escalation_id: EscalationId) -> tuple[str, datetime] | None:
        """Return short id and time of a conflict that nobody can receive; for those who assign sponsors, no content."""
        row = self._session.run(
            select(EscalationRow.number, EscalationRow.created_at).where(
                *self._one(escalation_id), EscalationRow.state == State.WITHOUT_RECIPIENT
            )
        ).one_or_none()
        return None if row is None else (f"E-{row.number}", row.created_at)

    def move(self, escalation_id: EscalationId, version: int, action: Action, course: Course) -> bool:
        """Store where a conflict is on its way, if the action is possible and nothing changed since ``version``."""
        changed = self._session.run(
            update(EscalationRow)
            .where(
                *self._one(escalation_id),
                EscalationRow.version == version,
                EscalationRow.state.in_(LIFE.states_for(action)),
            )
            .values(
                version=version + 1,
                state=course.state,
                acknowledged_by_id=course.acknowledged_by,
                acknowledged_at=course.acknowledged_at,
                next_at=course.next.at if course.next else None,
                next_step=course.next.step if course.next else None,
                handing_to_id=course.handing_to,
                handed_by_id=course.handed_by,
                returned_by_id=course.returned_by,
                guidance=course.guidance,
                closed_at=course.closed_at,
            )
        )
        return changed.rowcount == 1

    def hold(self, escalation_id: EscalationId, action: Action) -> bool:
        """Let nobody else change a conflict until the commit, if the action is possible."""
        held = self._session.run(
            update(EscalationRow)
            .where(*self._one(escalation_id), EscalationRow.state.in_(LIFE.states_for(action)))
            .values(version=EscalationRow.version)
        )
        return held.rowcount == 1

    def put_steps(self, escalation_id: EscalationId, steps: Sequence[Considered]) -> None:
        """Store the chain anew."""
        self._session.run(
            delete(RecipientRow).where(
                RecipientRow.workspace_id == self._session.workspace_id, RecipientRow.escalation_id == escalation_id
            )
        )
        self._put_steps(escalation_id, steps)

    def add_decision(self, command: Decide, in_stead_of: MemberId | None, now: datetime) -> None:
        """Store the one decision in place of one that was reopened; the history keeps the words of that."""
        here = self._session.workspace_id
        for table in (ConfirmationRow, DecisionActionRow, DecisionRow):
            self._session.run(
                delete(table).where(table.workspace_id == here, table.escalation_id == command.escalation_id)
            )
        self._session.run(
            insert(DecisionRow).values(
                workspace_id=here,
                escalation_id=command.escalation_id,
                decided_by_id=command.actor.id,
                in_stead_of_id=in_stead_of,
                kind=command.kind,
                text=command.text,
                reason=command.reason,
                valid_until=command.valid_until,
                at=now,
            )
        )
        agreed: list[Mapping[str, Any]] = [
            {
                "workspace_id": here,
                "id": self._session.new_id(),
                "escalation_id": command.escalation_id,
                "position": position,
                "what": one.what,
                "owner_id": one.owner_id,
                "due_on": one.due_on,
            }
            for position, one in enumerate(command.agreed, 1)
        ]
        if agreed:
            self._session.run(insert(DecisionActionRow), agreed)

    def add_statement(self, escalation_id: EscalationId, author_id: MemberId, text: str, now: datetime) -> bool:
        """Keep a new version of the other side's view while the conflict is open."""
        # Held until the commit, so that no decision slips in between.
        if not self.hold(escalation_id, Action.STATE):
            return False
        self._session.run(
            insert(StatementRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.new_id(),
                escalation_id=escalation_id,
                author_id=author_id,
                text=text,
                at=now,
            )
        )
        return True

    def confirm(self, escalation_id: EscalationId, member_id: MemberId, now: datetime) -> bool:
        """Keep a side's yes to a settlement; False if it was given before."""
        values = {"member_id": member_id, "at": now}
        return self._put_once(ConfirmationRow, escalation_id, values)

    def ask(self, escalation_id: EscalationId, by: MemberId, of: MemberId, text: str, now: datetime) -> None:
        """Keep what an addressee asked one side."""
        self._session.run(
            insert(QuestionRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.new_id(),
                subject=Subject.ESCALATION,
                object_id=escalation_id,
                asked_by_id=by,
                asked_of_id=of,
                question=text,
                asked_at=now,
            )
        )

    def answer(self, question_id: int, by: MemberId, text: str, now: datetime) -> bool:
        """Keep an answer, once."""
        changed = self._session.run(
            update(QuestionRow)
            .where(
                QuestionRow.workspace_id == self._session.workspace_id,
                QuestionRow.id == question_id,
                QuestionRow.answered_at.is_(None),
            )
            .values(answer=text, answered_by_id=by, answered_at=now)
        )
        return changed.rowcount == 1

    def done(self, escalation_id: EscalationId, position: int, by: MemberId, now: datetime) -> bool:
        """Mark what a decision asks for as done, once."""
        changed = self._session.run(
            update(DecisionActionRow)
            .where(
                DecisionActionRow.workspace_id == self._session.workspace_id,
                DecisionActionRow.escalation_id == escalation_id,
                DecisionActionRow.position == position,
                DecisionActionRow.done_at.is_(None),
            )
            .values(done_at=now, done_by_id=by)
        )
        return changed.rowcount == 1

    def join(self, escalation_id: EscalationId, member_id: MemberId, words: str, now: datetime) -> bool:
        """Put somebody beside the raiser while the conflict is open; once."""
        if not self.hold(escalation_id, Action.JOIN):
            return False
        return self._put_once(ConflictJoinerRow, escalation_id, {"member_id": member_id, "words": words, "at": now})

    def watched(self) -> tuple[Watched, ...]:
        """Return who has each open conflict, for the rounds of the clock."""
        here = self._session.workspace_id
        rows = self._session.rows(
            select(EscalationRow.__table__)
            .where(EscalationRow.workspace_id == here, EscalationRow.state.in_(OPEN))
            .order_by(EscalationRow.number)
        )
        steps = self._session.rows(
            select(RecipientRow.__table__)
            .join(
                EscalationRow,
                and_(
                    EscalationRow.workspace_id == RecipientRow.workspace_id,
                    EscalationRow.id == RecipientRow.escalation_id,
                ),
            )
            .where(RecipientRow.workspace_id == here, EscalationRow.state.in_(OPEN))
            .order_by(RecipientRow.position)
        )
        joined = self._session.rows(
            select(ConflictJoinerRow.escalation_id, ConflictJoinerRow.member_id)
            .join(
                EscalationRow,
                and_(
                    EscalationRow.workspace_id == ConflictJoinerRow.workspace_id,
                    EscalationRow.id == ConflictJoinerRow.escalation_id,
                ),
            )
            .where(ConflictJoinerRow.workspace_id == here, EscalationRow.state.in_(OPEN))
        )
        people = self._people(member for step in steps for member in (step.member_id, step.in_stead_of_id))

        def considered(step: Row[Any]) -> Considered:
            person, other = people.get(step.member_id), people.get(step.in_stead_of_id)
            return Considered(
                Step(step.step),
                person.person if person else None,
                Skipped(step.skipped) if step.skipped else None,
                in_stead_of=other.person if other else None,
                since=step.since,
            )

        by_conflict: dict[int, list[Considered]] = {}
        for step in steps:
            by_conflict.setdefault(step.escalation_id, []).append(considered(step))
        return tuple(
            Watched(
                id=EscalationId(row.id),
                account_id=AccountId(row.account_id),
                state=State(row.state),
                raiser_id=MemberId(row.raiser_id),
                side_ids=frozenset(
                    MemberId(member)
                    for member in (
                        *(row.raiser_id, row.party_a_id, row.party_b_id, row.informed_id),
                        *(joiner.member_id for joiner in joined if joiner.escalation_id == row.id),
                    )
                    if member is not None
                ),
                steps=tuple(by_conflict.get(row.id, ())),
                next=Next(row.next_at, ClockStep(row.next_step)) if row.next_at and row.next_step else None,
            )
            for row in rows
        )

    def unwatched(self, now: datetime) -> tuple[EscalationId, ...]:
        """Return open conflicts with a recipient of which nobody takes care: none to be empty at any moment (P10)."""
        reachable = (
            select(RecipientRow.escalation_id)
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == RecipientRow.workspace_id, MemberRow.id == RecipientRow.member_id),
            )
            .where(
                RecipientRow.workspace_id == EscalationRow.workspace_id,
                RecipientRow.escalation_id == EscalationRow.id,
                RecipientRow.skipped.is_(None),
                MemberRow.standing == Standing.MEMBER,
                or_(RecipientRow.step != Step.KAM_LEADS, MemberRow.role == Role.KAM_LEAD),
            )
        )
        # After a time in which nothing ran the clock catches up: what it has not tried yet is no alarm.
        is_next = exists().where(
            TimerRow.workspace_id == EscalationRow.workspace_id,
            TimerRow.subject == Subject.ESCALATION,
            TimerRow.object_id == EscalationRow.id,
            TimerRow.state == TimerState.PENDING,
            TimerRow.attempts == 0,
            TimerRow.due_at <= now,
        )
        late = and_(func.coalesce(EscalationRow.next_at < now - _LATE, True), ~is_next)
        rows = self._session.rows(
            select(EscalationRow.id)
            .where(
                EscalationRow.workspace_id == self._session.workspace_id,
                EscalationRow.state.in_(ADDRESSED),
                or_(late, ~exists(reachable)),
            )
            .order_by(EscalationRow.number)
        )
        return tuple(EscalationId(row.id) for row in rows)

    def _put_once(
        self, table: type[ConfirmationRow | ConflictJoinerRow], escalation_id: EscalationId, values: dict[str, Any]
    ) -> bool:
        """Insert a person's row; False if there was one. Only what comes back tells: psycopg counts no rows here."""
        statement = self._session.insert(table).values(
            workspace_id=self._session.workspace_id, escalation_id=escalation_id, **values
        )
        made = self._session.run(statement.on_conflict_do_nothing().returning(table.member_id))
        return made.one_or_none() is not None

    def _one(self, escalation_id: EscalationId) -> tuple[Any, ...]:
        return EscalationRow.workspace_id == self._session.workspace_id, EscalationRow.id == escalation_id

    def _put_steps(self, escalation_id: EscalationId, steps: Iterable[Considered]) -> None:
        self._session.run(
            insert(RecipientRow),
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "escalation_id": escalation_id,
                    "position": position,
                    "step": step.step,
                    "member_id": step.person.id if step.person else None,
                    "skipped": step.skipped,
                    "in_stead_of_id": step.in_stead_of.id if step.in_stead_of else None,
                    "since": step.since,
                }
                for position, step in enumerate(steps)
            ],
        )
