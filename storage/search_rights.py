"""Search: who may read what the index holds, each sort by the rule of its own subject."""

import json
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.delivery import Subject
from bot.domain.escalations import State
from bot.domain.sponsors import Step
from storage.session import Session
from storage.tables import (
    AccountRow,
    ConflictJoinerRow,
    ContactRow,
    DecisionActionRow,
    DecisionRow,
    EscalationRow,
    RecipientRow,
    RequestJoinerRow,
    RequestRow,
)

_ME = bindparam("me", type_=Text())
_IS_LEAD = bindparam("is_lead", type_=Boolean())
_HERE = bindparam("here", type_=Text())
_ONE: Any = literal_column("1")
_LISTS = ("circle", "leadership", "departments", "decisions")
Within = Callable[[Any, str], ColumnElement[bool]]
"""States that a column is among the ids of a named parameter."""


def within(is_postgres: bool) -> Within:
    """Return how a database looks into a list: one parameter, so that a statement is the same for every reader."""
    if is_postgres:
        return lambda column, name: column == any_(bindparam(name, type_=ARRAY(BigInteger())))
    return lambda column, name: column.in_(
        select(func.json_each(bindparam(name, type_=Text())).table_valued("value").c.value)
    )


def rights(session: Session, viewer: Viewer) -> Mapping[str, Any]:
    """Return the parameters that say what this reader may read."""
    decisions: Collection[int] = ()
    if viewer.member_id is not None and not viewer.is_kam_lead:
        found = session.run(_INSIDE, {"here": session.workspace_id, "me": viewer.member_id})
        decisions = found.scalars().all()
    lists: Mapping[str, Collection[int]] = dict(
        zip(_LISTS, (viewer.circle, viewer.leadership, viewer.departments, decisions), strict=True)
    )
    return {
        "me": viewer.member_id,
        "is_lead": viewer.is_kam_lead,
        **{name: sorted(ids) if session.is_postgres else json.dumps(sorted(ids)) for name, ids in lists.items()},
    }


def permitted(note: Any, within: Within) -> ColumnElement[bool]:
    """State over the columns of a note, joined with its account, that the reader of the parameters may read it.

    A request is read by whoever sees anything of it; the words of a decision by those who see all of the conflict, and
    its header by everybody else. What was merged into another does not exist.
    """
    in_circle = or_(_IS_LEAD, within(note.account_id, "circle"))
    in_leadership = or_(_IS_LEAD, within(note.account_id, "leadership"))
    exists = or_(AccountRow.access == _said(Access.OPEN), in_circle)
    ordinary = or_(
        note.author_id == _ME,
        and_(
            exists,
            or_(
                note.visibility == _said(Visibility.COMPANY),
                and_(note.visibility == _said(Visibility.TEAM), in_circle),
                and_(note.visibility == _said(Visibility.LEADERSHIP), in_leadership),
            ),
        ),
    )
    is_inside = or_(_IS_LEAD, within(note.object_id, "decisions"))
    # Only where the subject leads there are other tables looked at, so that most notes cost nothing more.
    return and_(
        AccountRow.merged_into_id.is_(None),
        case(
            (note.subject == _said(Subject.DECISION), is_inside),
            (note.subject == _said(Subject.ESCALATION), and_(exists, ~is_inside)),
            (note.subject == _said(Subject.REQUEST), _sees_request(note, exists, in_circle, in_leadership, within)),
            else_=and_(ordinary, or_(note.subject != _said(Subject.CONTACT), ~_is_merged(note))),
        ),
    )


def _sees_request(
    note: Any,
    exists: ColumnElement[bool],
    in_circle: ColumnElement[bool],
    in_leadership: ColumnElement[bool],
    within: Within,
) -> ColumnElement[bool]:
    """State ``access.sees_request`` over the request of a note.

    Whom a hidden request names only as the desk that answers it does not find it; they have their list.
    """
    one = aliased(RequestRow, name="r")
    joined = select(RequestJoinerRow.request_id).where(
        RequestJoinerRow.workspace_id == one.workspace_id, RequestJoinerRow.member_id == _ME
    )
    asked = or_(within(one.department_id, "departments"), within(one.passing_to_id, "departments"))
    sees = or_(
        *(person == _ME for person in (one.requester_id, one.passed_by_id, one.answered_by_id, one.assignee_id)),
        and_(
            exists,
            or_(
                one.visibility == _said(Visibility.COMPANY),
                in_leadership,
                and_(one.visibility == _said(Visibility.TEAM), or_(in_circle, asked)),
            ),
        ),
        one.id.in_(joined),
    )
    return _is_there(one, note, sees)


def _is_merged(note: Any) -> ColumnElement[bool]:
    return _is_there(ContactRow, note, ContactRow.merged_into_id.is_not(None))


def _is_there(table: Any, note: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell whether the object of a note is such; asked for it alone: for an EXISTS PostgreSQL might read the whole table."""
    query = select(_ONE).where(table.workspace_id == AccountRow.workspace_id, table.id == note.object_id, condition)
    return query.limit(_ONE).scalar_subquery().is_not(None)


def _said(word: StrEnum) -> ColumnElement[str]:
    """Write one of our own words into a statement as it is: a parameter for each would make it too long to be kept.

    psycopg takes a statement of more than 4096 characters or 50 parameters apart each time it is run.
    """
    return literal_column(f"'{word}'")


def _conflicts(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(table.escalation_id).where(table.workspace_id == _HERE, condition)


_INSIDE = (
    select(EscalationRow.id)
    .join(
        AccountRow,
        and_(AccountRow.workspace_id == EscalationRow.workspace_id, AccountRow.id == EscalationRow.account_id),
    )
    .where(
        EscalationRow.workspace_id == _HERE,
        EscalationRow.state.in_([State.DECIDED, State.KEPT]),
        or_(
            *(
                person == _ME
                for person in (
                    *(EscalationRow.raiser_id, EscalationRow.party_a_id, EscalationRow.party_b_id),
                    *(EscalationRow.informed_id, EscalationRow.handing_to_id, EscalationRow.handed_by_id),
                    *(EscalationRow.returned_by_id, AccountRow.kam_id, AccountRow.deputy_id),
                )
            ),
            EscalationRow.id.in_(_conflicts(DecisionRow, DecisionRow.decided_by_id == _ME)),
            EscalationRow.id.in_(_conflicts(ConflictJoinerRow, ConflictJoinerRow.member_id == _ME)),
            EscalationRow.id.in_(_conflicts(DecisionActionRow, DecisionActionRow.owner_id == _ME)),
            EscalationRow.id.in_(
                _conflicts(
                    RecipientRow,
                    and_(
                        RecipientRow.skipped.is_(None),
                        # KAM leads who received it see it as KAM leads, while they are.
                        RecipientRow.step != Step.KAM_LEADS,
                        or_(RecipientRow.member_id == _ME, RecipientRow.in_stead_of_id == _ME),
                    ),
                )
            ),
        ),
    )
)
"""The decided conflicts of which this person sees all, ``access.sees_conflict``; KAM leads see all of every one."""
