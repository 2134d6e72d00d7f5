"""Briefings: the newest notes of each category, open matters, and judgements of an account or a contact."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain import requests as request_rules
from bot.domain.access import Access, Viewer
from bot.domain.accounts import AccountRef, OpenMatter
from bot.domain.briefings import Heard, Hypothesis, Judgement
from bot.domain.contact_assessments import Measure
from bot.domain.escalations import OPEN
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.interactions import Category, Tag
from bot.domain.members import Person, Standing
from bot.domain.requests import UNDER_WAY
from storage.access import account_filter, note_filter, request_filter, whole_request_filter
from storage.answering import Answering
from storage.contact_maps import exists
from storage.session import Session
from storage.tables import (
    AccountRow,
    AssessmentRow,
    ContactRow,
    DepartmentRow,
    EscalationRow,
    HypothesisRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    RequestRow,
)

_FIRST_WORDS = 400
"""Characters of a note that a line needs."""
_MOST_OPEN = 100


class Briefings:
    """What a briefing needs and no other page does."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def heard(
        self,
        account_ids: Collection[AccountId],
        contact_id: ContactId | None,
        viewer: Viewer,
        now: datetime,
        most: int,
    ) -> tuple[Heard, ...]:
        """Return the newest notes of each category and those planned next, in one statement; the newest first.

        With a contact only notes in which they took part, whatever account these are about.
        """
        chosen = (
            self._newest_of(account_ids, viewer, now, most)
            if contact_id is None
            else self._newest_with(contact_id, viewer, now, most)
        )
        rows = self._session.rows(
            select(
                InteractionRow.number,
                InteractionRow.kind,
                InteractionRow.category,
                InteractionRow.tags,
                InteractionRow.occurred_at,
                func.substr(InteractionRow.text, 1, _FIRST_WORDS).label("text"),
                InteractionRow.author_id,
                MemberRow.name.label("author_name"),
                MemberRow.standing.label("author_standing"),
                AccountRow.id.label("account_id"),
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
                self._contacts_there(viewer).label("contacts"),
            )
            .join(AccountRow, _account_of(InteractionRow))
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
            )
            .where(InteractionRow.workspace_id == self._session.workspace_id, InteractionRow.id.in_(chosen))
            .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
        )
        return tuple(_heard(row) for row in rows)

    def _newest_of(
        self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime, most: int
    ) -> CompoundSelect[Any]:
        """Select the newest notes of some accounts: of all, of each category, and those planned next.

        Each part reads no more than its first rows of an index; numbering all notes of an account would read all.
        """
        here = (*self._readable(viewer), InteractionRow.account_id.in_(account_ids))
        notes = select(InteractionRow.id).join(AccountRow, _account_of(InteractionRow)).where(*here).limit(most)
        past = notes.where(InteractionRow.occurred_at <= now).order_by(InteractionRow.occurred_at.desc())
        planned = notes.where(InteractionRow.occurred_at > now).order_by(InteractionRow.occurred_at)
        parts = [past, planned, *(past.where(InteractionRow.category == category) for category in (*Category, None))]
        return union_all(*(select(part.subquery().c.id) for part in parts))

    def _newest_with(self, contact_id: ContactId, viewer: Viewer, now: datetime, most: int) -> Select[Any]:
        """Select the newest notes of each category in which a contact took part, and those planned next."""
        is_planned = InteractionRow.occurred_at > now
        place = func.row_number().over(
            partition_by=(is_planned, InteractionRow.category),
            order_by=(
                # What is planned next comes first, and then what happened last.
                case((is_planned, InteractionRow.occurred_at)).asc(),
                InteractionRow.occurred_at.desc(),
                InteractionRow.number.desc(),
            ),
        )
        ranked = (
            select(InteractionRow.id, place.label("place"))
            .join(AccountRow, _account_of(InteractionRow))
            .where(
                *self._readable(viewer),
                InteractionRow.id.in_(
                    select(InteractionContactRow.interaction_id).where(
                        InteractionContactRow.workspace_id == self._session.workspace_id,
                        InteractionContactRow.contact_id == contact_id,
                    )
                ),
            )
            .subquery()
        )
        return select(ranked.c.id).where(ranked.c.place <= most)

    def open_matters(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[OpenMatter, ...]:
        """Return headers of the requests and conflicts under way, the nearest date first, in one statement.

        Of a request that the reader sees whole the header names who works on it.
        """
        asked = RequestRow
        seen = (
            viewer,
            asked.account_id,
            AccountRow.access,
            asked.visibility,
            asked.requester_id,
            Answering(self._session).name(viewer),
            asked.department_id,
            asked.passing_to_id,
        )
        requests = (
            select(
                literal("R", Text).label("letter"),
                asked.number.label("number"),
                asked.what.label("what"),
                asked.state.label("state"),
                func.coalesce(asked.promised_on, asked.needed_by).label("due"),
                DepartmentRow.name.label("department"),
                case((whole_request_filter(*seen), MemberRow.id)).label("owner_id"),
                MemberRow.name.label("owner_name"),
                MemberRow.standing.label("owner_standing"),
            )
            .join(AccountRow, _account_of(asked))
            .outerjoin(
                DepartmentRow,
                and_(DepartmentRow.workspace_id == asked.workspace_id, DepartmentRow.id == asked.department_id),
            )
            .outerjoin(
                MemberRow,
                and_(
                    MemberRow.workspace_id == asked.workspace_id,
                    MemberRow.id == func.coalesce(asked.assignee_id, asked.requester_id),
                ),
            )
            .where(
                asked.workspace_id == self._session.workspace_id,
                asked.account_id.in_(account_ids),
                asked.state.in_(UNDER_WAY),
                request_filter(*seen),
            )
        )
        raised = EscalationRow
        conflicts = (
            select(
                literal("E", Text),
                raised.number,
                literal("", Text),
                raised.state,
                raised.decide_by,
                DepartmentRow.name,
                cast(null(), Text),
                cast(null(), Text),
                cast(null(), Text),
            )
            .join(AccountRow, _account_of(raised))
            .outerjoin(
                DepartmentRow,
                and_(
                    DepartmentRow.workspace_id == raised.workspace_id, DepartmentRow.id == raised.party_b_department_id
                ),
            )
            .where(
                raised.workspace_id == self._session.workspace_id,
                raised.account_id.in_(account_ids),
                raised.state.in_(OPEN),
                account_filter(viewer),
            )
        )
        both = union_all(requests, conflicts).subquery()
        rows = self._session.rows(
            select(both).order_by(both.c.due.asc().nulls_last(), both.c.letter, both.c.number).limit(_MOST_OPEN)
        )
        return tuple(_matter(row) for row in rows)

    def judged(
        self, account_ids: Collection[AccountId], contact_id: ContactId | None, now: datetime
    ) -> tuple[tuple[Judgement, ...], tuple[Hypothesis, ...]]:
        """Return the newest judgement of each measure, and the hypotheses that are open, the newest first.

        Of contacts only what was judged where they stand now, and nothing of those who left.
        For the circle of these accounts: whoever asks has made sure of it. With a contact only theirs, and those of the
        account as a whole.
        """
        here = self._session.workspace_id
        judged, guessed = AssessmentRow, HypothesisRow
        place = func.row_number().over(
            partition_by=(judged.account_id, judged.contact_id, judged.measure),
            order_by=(judged.at.desc(), judged.id.desc()),
        )
        newest = (
            select(judged.id, place.label("place"))
            .where(judged.workspace_id == here, judged.account_id.in_(account_ids), judged.measure.in_(list(Measure)))
            .subquery()
        )
        judgements = (
            select(
                judged.measure.label("what"),
                judged.account_id.label("account_id"),
                judged.contact_id.label("contact_id"),
                cast(null(), Text).label("contact"),
                judged.value.label("value"),
                cast(null(), Text).label("basis"),
                judged.at.label("at"),
                *_by(judged),
            )
            .join(newest, and_(newest.c.id == judged.id, newest.c.place == 1))
            .join(MemberRow, and_(MemberRow.workspace_id == judged.workspace_id, MemberRow.id == judged.by_id))
            .outerjoin(
                ContactRow, and_(ContactRow.workspace_id == judged.workspace_id, ContactRow.id == judged.contact_id)
            )
            .where(
                judged.workspace_id == here,
                judged.value.is_not(None),
                or_(judged.contact_id.is_(None), and_(ContactRow.account_id == judged.account_id, exists(now))),
            )
        )
        hypotheses = (
            select(
                guessed.text,
                guessed.account_id,
                guessed.contact_id,
                ContactRow.name,
                cast(null(), Integer),
                guessed.basis,
                guessed.at,
                *_by(guessed),
            )
            .join(
                ContactRow,
                and_(ContactRow.workspace_id == guessed.workspace_id, ContactRow.id == guessed.contact_id),
            )
            .join(MemberRow, and_(MemberRow.workspace_id == guessed.workspace_id, MemberRow.id == guessed.by_id))
            .where(
                guessed.workspace_id == here,
                guessed.closed_at.is_(None),
                guessed.account_id.in_(account_ids),
                exists(now),
                ContactRow.account_id.in_(account_ids),
            )
        )
        if contact_id is not None:
            judgements = judgements.where(or_(judged.contact_id.is_(None), judged.contact_id == contact_id))
            hypotheses = hypotheses.where(guessed.contact_id == contact_id)
        both = union_all(judgements, hypotheses).subquery()
        rows = self._session.rows(select(both).order_by(both.c.at.desc()))
        return (
            tuple(_judgement(row) for row in rows if row.value is not None),
            tuple(_hypothesis(row) for row in rows if row.value is None),
        )

    def _readable(self, viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
        noted = InteractionRow
        return (
            noted.workspace_id == self._session.workspace_id,
            noted.withdrawn_at.is_(None),
            note_filter(viewer, noted.account_id, AccountRow.access, noted.visibility, noted.author_id),
        )

    def _contacts_there(self, viewer: Viewer) -> Any:
        """Select the names of the contacts who took part in a note, those of its account and of open ones."""
        theirs = aliased(AccountRow)
        mine = theirs.id.in_(viewer.circle) if viewer.circle else false()
        return (
            select(func.aggregate_strings(ContactRow.name, ", "))
            .join(
                InteractionContactRow,
                and_(
                    InteractionContactRow.workspace_id == ContactRow.workspace_id,
                    InteractionContactRow.contact_id == ContactRow.id,
                ),
            )
            .join(theirs, and_(theirs.workspace_id == ContactRow.workspace_id, theirs.id == ContactRow.account_id))
            .where(
                InteractionContactRow.workspace_id == self._session.workspace_id,
                InteractionContactRow.interaction_id == InteractionRow.id,
                ContactRow.merged_into_id.is_(None),
                true() if viewer.is_kam_lead else or_(theirs.access == Access.OPEN, mine),
            )
            .correlate(InteractionRow)
            .scalar_subquery()
        )


def _account_of(table: Any) -> ColumnElement[bool]:
    return and_(AccountRow.workspace_id == table.workspace_id, AccountRow.id == table.account_id)


def _by(table: Any) -> tuple[ColumnElement[Any], ...]:
    return table.by_id.label("by_id"), MemberRow.name.label("by_name"), MemberRow.standing.label("by_standing")


def _heard(row: Row[Any]) -> Heard:
    return Heard(
        number=row.number,
        kind=row.kind,
        category=Category(row.category) if row.category else None,
        author=_person(row.author_id, row.author_name, row.author_standing),
        at=row.occurred_at,
        text=row.text,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        contacts=row.contacts or "",
        is_complaint=Tag.COMPLAINT in row.tags,
    )


def _matter(row: Row[Any]) -> OpenMatter:
    return OpenMatter(
        short_id=f"{row.letter}-{row.number}",
        headline=request_rules.headline(row.what) if row.what else None,
        state=row.state,
        due=_noon(row.due),
        owner=_person(row.owner_id, row.owner_name, row.owner_standing) if row.owner_id else None,
        department=row.department,
    )


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        measure=Measure(row.what),
        value=row.value,
        by=_person(row.by_id, row.by_name, row.by_standing),
        at=row.at,
        account_id=AccountId(row.account_id),
        contact_id=None if row.contact_id is None else ContactId(row.contact_id),
    )


def _hypothesis(row: Row[Any]) -> Hypothesis:
    by = _person(row.by_id, row.by_name, row.by_standing)
    return Hypothesis(ContactId(row.contact_id), row.contact, row.what, row.basis, by, row.at)


def _person(member_id: str, name: str, standing: str) -> Person:
    return Person(MemberId(member_id), name, left=standing == Standing.DEACTIVATED)


def _noon(day: date | None) -> datetime | None:
    # A day has no hour; noon keeps it the same day in nearly every zone.
    return datetime.combine(day, time(12), UTC) if day else None
