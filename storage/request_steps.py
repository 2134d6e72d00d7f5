"""Request steps: what is written of a request; each change of one is a compare-and-set."""

from datetime import datetime

from sqlalchemy import insert, update

from bot.domain.delivery import Subject
from bot.domain.identity import MemberId, RequestId
from bot.domain.requests import UNANSWERED, NewRequest, Offer, Question, State, Step
from storage.session import Session
from storage.tables import OfferRow, QuestionRow, RequestJoinerRow, RequestRow


class RequestSteps:
    """Writes rows of ``requests`` and of what belongs to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def next_id(self) -> RequestId:
        """Return an id for a new request, so that history and messages can refer to it before it is stored."""
        return RequestId(self._session.new_id())

    def add(self, new: NewRequest, now: datetime) -> int:
        """Store a new request and return its number; the last statements of a transaction."""
        details = new.details
        number = self._session.next_number("R")
        self._session.run(
            insert(RequestRow).values(
                workspace_id=self._session.workspace_id,
                id=new.id,
                number=number,
                account_id=new.account_id,
                department_id=details.department_id,
                requester_id=new.requester_id,
                kind=details.kind,
                what=details.what,
                why=details.why or None,
                needed_by=details.needed_by,
                effort=details.effort,
                importance=details.importance,
                visibility=details.visibility,
                state=State.OPEN,
                due_at=new.due_at,
                clock_from=new.clock.since,
                created_at=now,
                version=1,
            )
        )
        return number

    def take_step(self, step: Step) -> bool:
        """Change a request, if it is in one of the step's states and nothing changed since the version it names."""
        state = {} if step.to is None else {"state": step.to}
        changed = self._session.run(
            update(RequestRow)
            .where(
                RequestRow.workspace_id == self._session.workspace_id,
                RequestRow.id == step.request_id,
                RequestRow.state.in_(step.states),
                RequestRow.version == step.version,
            )
            .values(**step.fields, **state, version=RequestRow.version + 1)
        )
        return changed.rowcount == 1

    def tick(self, request_id: RequestId, step: int) -> bool:
        """Note which step of its clock somebody hears of; False if another replica did, or nobody waits any more.

        The version stays: whoever has a form open may send it.
        """
        ticked = self._session.run(
            update(RequestRow)
            .where(
                RequestRow.workspace_id == self._session.workspace_id,
                RequestRow.id == request_id,
                RequestRow.state.in_(UNANSWERED),
                RequestRow.clock_step < step,
            )
            .values(clock_step=step)
        )
        return ticked.rowcount == 1

    def offer(self, request_id: RequestId, offer: Offer, words: str) -> None:
        """Keep an offer; the newest stands."""
        self._session.run(
            insert(OfferRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.next_in_line(),
                request_id=request_id,
                author_id=offer.by.id,
                by_requester=offer.by_requester,
                offered_on=offer.on,
                person_id=offer.person.id if offer.person else None,
                scope=offer.scope or None,
                words=words,
                at=offer.at,
            )
        )

    def ask(self, request_id: RequestId, question: Question) -> None:
        """Keep a question to the requester."""
        self._session.run(
            insert(QuestionRow).values(
                workspace_id=self._session.workspace_id,
                id=self._session.next_in_line(),
                subject=Subject.REQUEST,
                object_id=request_id,
                asked_by_id=question.by.id,
                question=question.text,
                asked_at=question.at,
            )
        )

    def answer(self, request_id: RequestId, by: MemberId, words: str, now: datetime) -> None:
        """Keep the answer to the question that waits."""
        self._session.run(
            update(QuestionRow)
            .where(
                QuestionRow.workspace_id == self._session.workspace_id,
                QuestionRow.subject == Subject.REQUEST,
                QuestionRow.object_id == request_id,
                QuestionRow.answered_at.is_(None),
            )
            .values(answered_by_id=by, answer=words, answered_at=now)
        )

    def drop_question(self, request_id: RequestId, now: datetime) -> None:
        """Close the question that waits without an answer, as the department went on without one."""
        self._session.run(
            update(QuestionRow)
            .where(
                QuestionRow.workspace_id == self._session.workspace_id,
                QuestionRow.subject == Subject.REQUEST,
                QuestionRow.object_id == request_id,
                QuestionRow.answered_at.is_(None),
            )
            .values(answered_at=now)
        )

    def join(self, request_id: RequestId, member_id: MemberId, words: str, now: datetime) -> bool:
        """Keep that somebody needs the same; False if that was known."""
        joined = self._session.run(
            self._session.insert(RequestJoinerRow)
            .values(
                workspace_id=self._session.workspace_id,
                request_id=request_id,
                member_id=member_id,
                words=words,
                at=now,
            )
            .on_conflict_do_nothing()
            .returning(RequestJoinerRow.member_id)
        )
        return joined.one_or_none() is not None
