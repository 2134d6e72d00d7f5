"""Briefings: the newest notes of each category, open matters, and judgements of an account or a contact."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
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

from bot.domain import requests as request_rules
from bot.domain.access import ITSELF, Access, Viewer, Visibility
from bot.domain.accounts import AccountRef, OpenMatter, OpenMatters
from bot.domain.briefings import Heard, Hypothesis, Judgement
from bot.domain.contact_assessments import Measure
from bot.domain.escalations import OPEN
from bot.domain.identity import AccountId, ContactId
from bot.domain.interactions import Category, Tag
from bot.domain.requests import UNDER_WAY, State
from storage.access import account_filter, named_filter, of_account, readable, request_filter, whole_request_filter
from storage.answering import Answering, names_reader
from storage.contact_maps import exists
from storage.kept import HERE, NOW, TODAY, Reader, given
from storage.members import as_person, whoever
from storage.newest import EVER, notes, nth_newest_at, since
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
        reader = Reader.of(self._session, viewer)
        query = _heard_of(reader, most) if contact_id is None else _heard_with(reader, most)
        asked = given(self._session, viewer, account_ids, now, contact=contact_id)
        return tuple(_heard(row) for row in self._session.rows(query, asked))

    def open_matters(
        self,
        account_ids: Collection[AccountId],
        viewer: Viewer,
        most: int,
        asked_in: tuple[State, ...] = UNDER_WAY,
    ) -> OpenMatters:
        """Return headers of requests in these states and of open conflicts, at most so many of each, in one statement.

        Without a state it reads no requests. Of a request that the reader sees whole the header names who works on it.
        """
        reader = Reader.of(self._session, viewer)
        # Whoever stands in for departments without people is named by their requests in too many ways to keep.
        named = Answering(self._session).name(viewer) if viewer.is_admin else None
        query = _usually_open(reader, asked_in, most) if named is None else _open(reader, named, asked_in, most)
        rows = self._session.rows(query, given(self._session, viewer, account_ids))
        requests, conflicts = ([row for row in rows if row.letter == letter] for letter in "RE")
        return OpenMatters(
            tuple(map(_matter, requests)),
            tuple(map(_matter, conflicts)),
            requests[0].among if requests else 0,
            conflicts[0].among if conflicts else 0,
        )

    def judged(
        self, account_ids: Collection[AccountId], contact_id: ContactId | None, now: datetime
    ) -> tuple[tuple[Judgement, ...], tuple[Hypothesis, ...]]:
        """Return the newest judgement of each measure, and the hypotheses that are open, the newest first.

        Of contacts only what was judged where they stand now, and nothing of those who left.
        For the circle of these accounts: whoever asks has made sure of it. With a contact only theirs, and those of the
        account as a whole.
        """
        asked = given(self._session, ITSELF, account_ids, now, contact=contact_id)
        query = _judged(Reader.of(self._session, ITSELF), of_contact=contact_id is not None)
        rows = self._session.rows(query, asked)
        return (
            tuple(_judgement(row) for row in rows if row.value is not None),
            tuple(_hypothesis(row) for row in rows if row.value is None),
        )


@cache
def _heard_of(reader: Reader, most: int) -> Select[Any]:
    """Select the newest notes of some accounts: of each category and of none, so of all, too; and those planned next."""
    found = select(InteractionRow.id).join(AccountRow, of_account(InteractionRow)).where(*notes(reader))

    def tells_nothing(note: Any) -> Sequence[ColumnElement[bool]]:
        return *_is_past(note), note.category.is_(None)

    untold = (
        found.where(*tells_nothing(InteractionRow), InteractionRow.occurred_at >= since(reader, most, tells_nothing))
        .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
        .limit(most)
    )
    planned = found.where(InteractionRow.occurred_at > NOW).order_by(InteractionRow.occurred_at).limit(most)
    parts = (select(part.subquery().c.id) for part in (untold, planned))
    return _lines(reader, union_all(*parts, _told(reader, most)))


def _is_past(note: Any) -> tuple[ColumnElement[bool], ...]:
    return (note.occurred_at <= NOW,)


def _told(reader: Reader, most: int) -> Select[Any]:
    """Select the newest notes of each category; each index is read since when one of the accounts has enough."""
    said = union_all(*(select(literal(category.value, Text).label("category")) for category in Category)).cte("said")
    enough = nth_newest_at(reader, most, lambda note: (*_is_past(note), note.category == said.c.category), said)
    each = (
        select(AccountRow.id, AccountRow.access, said.c.category, enough.label("since"))
        .select_from(AccountRow.__table__.join(said, true()))
        .where(AccountRow.workspace_id == HERE, reader.accounts.has(AccountRow.id))
        .subquery()
    )
    start = func.coalesce(func.max(each.c.since).over(partition_by=each.c.category), EVER).label("start")
    places = select(each.c.id, each.c.access, each.c.category, start).cte("places").prefix_with("MATERIALIZED")
    place = func.row_number().over(
        partition_by=InteractionRow.category,
        order_by=(InteractionRow.occurred_at.desc(), InteractionRow.number.desc()),
    )
    note = InteractionRow
    ranked = (
        select(note.id, place.label("place"))
        .select_from(places)
        .join(note, and_(note.account_id == places.c.id, note.category == places.c.category))
        .where(
            *readable(reader, HERE, note, places.c.access == Access.OPEN),
            *_is_past(note),
            note.occurred_at >= places.c.start,
        )
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place <= most)


@cache
def _heard_with(reader: Reader, most: int) -> Select[Any]:
    """Select the newest notes of each category in which a contact took part, and those planned next."""
    is_planned = InteractionRow.occurred_at > NOW
    place = func.row_number().over(
        partition_by=(is_planned, InteractionRow.category),
        order_by=(
            # What is planned next comes first, and then what happened last.
            case((is_planned, InteractionRow.occurred_at)).asc(),
            InteractionRow.occurred_at.desc(),
            InteractionRow.number.desc(),
        ),
    )
    took_part = select(InteractionContactRow.interaction_id).where(
        InteractionContactRow.workspace_id == HERE, InteractionContactRow.contact_id == bindparam("contact")
    )
    ranked = (
        select(InteractionRow.id, place.label("place"))
        .join(AccountRow, of_account(InteractionRow))
        .where(*readable(reader, HERE), InteractionRow.id.in_(took_part))
        .subquery()
    )
    return _lines(reader, select(ranked.c.id).where(ranked.c.place <= most))


def _lines(reader: Reader, chosen: Any) -> Select[Any]:
    return (
        select(
            InteractionRow.number,
            InteractionRow.kind,
            InteractionRow.category,
            InteractionRow.tags,
            InteractionRow.visibility,
            InteractionRow.occurred_at,
            func.substr(InteractionRow.text, 1, _FIRST_WORDS).label("text"),
            InteractionRow.author_id,
            MemberRow.name.label("author_name"),
            MemberRow.standing.label("author_standing"),
            AccountRow.id.label("account_id"),
            AccountRow.name.label("account_name"),
            AccountRow.access.label("account_access"),
            _contacts_there(reader).label("contacts"),
        )
        .join(AccountRow, of_account(InteractionRow))
        .join(
            MemberRow,
            and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
        )
        .where(InteractionRow.workspace_id == HERE, InteractionRow.id.in_(chosen))
        .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
    )


@cache
def _usually_open(reader: Reader, asked_in: tuple[State, ...], most: int) -> Select[Any]:
    me = reader.member_id
    return _open(reader, false() if me is None or reader.is_kam_lead else names_reader(HERE, me), asked_in, most)


def _open(reader: Reader, named: ColumnElement[bool], asked_in: tuple[State, ...], most: int) -> Select[Any]:
    asked, raised = RequestRow, EscalationRow
    seen = (
        reader,
        asked.account_id,
        AccountRow.access,
        asked.visibility,
        asked.requester_id,
        named,
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
        .join(AccountRow, of_account(asked))
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
            asked.workspace_id == HERE,
            reader.accounts.has(asked.account_id),
            asked.state.in_(asked_in),
            request_filter(*seen),
        )
    )
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
        .join(AccountRow, of_account(raised))
        .outerjoin(
            DepartmentRow,
            and_(DepartmentRow.workspace_id == raised.workspace_id, DepartmentRow.id == raised.party_b_department_id),
        )
        .where(
            raised.workspace_id == HERE,
            reader.accounts.has(raised.account_id),
            raised.state.in_(OPEN),
            account_filter(reader),
        )
    )
    both = union_all(requests, conflicts).subquery()
    next_first = (both.c.due.asc().nulls_last(), both.c.number)
    place = func.row_number().over(partition_by=both.c.letter, order_by=next_first).label("place")
    among = func.count().over(partition_by=both.c.letter).label("among")
    ranked = select(*both.c, place, among).subquery()
    return select(ranked).where(ranked.c.place <= most).order_by(ranked.c.letter, ranked.c.place)


@cache
def _judged(reader: Reader, *, of_contact: bool) -> Select[Any]:
    judged, guessed = AssessmentRow, HypothesisRow
    place = func.row_number().over(
        partition_by=(judged.account_id, judged.contact_id, judged.measure),
        order_by=(judged.at.desc(), judged.id.desc()),
    )
    newest = (
        select(judged.id, place.label("place"))
        .where(judged.workspace_id == HERE, reader.accounts.has(judged.account_id), judged.measure.in_(list(Measure)))
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
        .outerjoin(ContactRow, and_(ContactRow.workspace_id == judged.workspace_id, ContactRow.id == judged.contact_id))
        .where(
            judged.workspace_id == HERE,
            judged.value.is_not(None),
            or_(judged.contact_id.is_(None), and_(ContactRow.account_id == judged.account_id, exists(TODAY))),
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
            guessed.workspace_id == HERE,
            guessed.closed_at.is_(None),
            reader.accounts.has(guessed.account_id),
            exists(TODAY),
            reader.accounts.has(ContactRow.account_id),
        )
    )
    if of_contact:
        contact: BindParameter[int] = bindparam("contact")
        judgements = judgements.where(or_(judged.contact_id.is_(None), judged.contact_id == contact))
        hypotheses = hypotheses.where(guessed.contact_id == contact)
    both = union_all(judgements, hypotheses).subquery()
    return select(both).order_by(both.c.at.desc())


def _contacts_there(reader: Reader) -> Any:
    """Select the names of the contacts who took part in a note, as far as it may name them."""
    return (
        select(func.aggregate_strings(ContactRow.name, ", "))
        .join(
            InteractionContactRow,
            and_(
                InteractionContactRow.workspace_id == ContactRow.workspace_id,
                InteractionContactRow.contact_id == ContactRow.id,
            ),
        )
        .where(
            InteractionContactRow.workspace_id == HERE,
            InteractionContactRow.interaction_id == InteractionRow.id,
            ContactRow.merged_into_id.is_(None),
            named_filter(reader, InteractionRow),
        )
        .correlate(InteractionRow)
        .scalar_subquery()
    )


def _by(table: Any) -> tuple[ColumnElement[Any], ...]:
    return table.by_id.label("by_id"), MemberRow.name.label("by_name"), MemberRow.standing.label("by_standing")


def _heard(row: Row[Any]) -> Heard:
    return Heard(
        number=row.number,
        kind=row.kind,
        category=Category(row.category) if row.category else None,
        author=whoever(row.author_id, row.author_name, row.author_standing),
        at=row.occurred_at,
        text=row.text,
        account=AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
        contacts=row.contacts or "",
        is_complaint=Tag.COMPLAINT in row.tags,
        visibility=Visibility(row.visibility),
    )


def _matter(row: Row[Any]) -> OpenMatter:
    return OpenMatter(
        short_id=f"{row.letter}-{row.number}",
        headline=request_rules.headline(row.what) if row.what else None,
        state=row.state,
        due=_noon(row.due) if row.due else None,
        owner=as_person(row.owner_id, row.owner_name, row.owner_standing),
        department=row.department,
    )


def _noon(day: date) -> datetime:
    """Return an instant of a day; noon keeps it the same day in nearly every zone."""
    return datetime.combine(day, time(12), UTC)


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        measure=Measure(row.what),
        value=row.value,
        by=whoever(row.by_id, row.by_name, row.by_standing),
        at=row.at,
        account_id=AccountId(row.account_id),
        contact_id=None if row.contact_id is None else ContactId(row.contact_id),
    )


def _hypothesis(row: Row[Any]) -> Hypothesis:
    by = whoever(row.by_id, row.by_name, row.by_standing)
    return Hypothesis(ContactId(row.contact_id), row.contact, row.what, row.basis, by, row.at)
