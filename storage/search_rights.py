"""Search: who may read what the index holds, each sort by the rule of its own subject."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, case, literal_column, or_, select
from sqlalchemy.orm import aliased

from bot.domain.access import Access, Viewer, Visibility
from bot.domain.delivery import Subject
from bot.domain.escalations import State
from bot.domain.sponsors import Step
from storage.access import of_account
from storage.kept import HERE, ME, Listed, Reader, given, listed
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

_IS_LEAD = bindparam("is_lead", type_=Boolean())
_ONE: Any = literal_column("1")


def rights(session: Session, viewer: Viewer) -> Mapping[str, Any]:
    """Return the parameters that say who reads where, and what they may read."""
    decisions: Collection[int] = ()
    if viewer.member_id is not None and not viewer.is_kam_lead:
        found = session.run(_INSIDE, {"here": session.workspace_id, "me": viewer.member_id})
        decisions = found.scalars().all()
    inside = listed(sorted(decisions), is_postgres=session.is_postgres)
    return given(session, viewer, is_lead=viewer.is_kam_lead, decisions=inside)


def permitted(note: Any, *, is_postgres: bool) -> ColumnElement[bool]:
    """State over the columns of a note, joined with its account, that the reader of the parameters may read it.

    A request is read by whoever sees anything of it; the words of a decision by those who see all of the conflict, and
    its header by everybody else. What was merged into another does not exist.
    """
    # One statement for everybody: whether the reader leads is a parameter here.
    reader, decisions = Reader(is_postgres, is_kam_lead=False, is_channel=False), Listed("decisions", is_postgres)
    in_circle = or_(_IS_LEAD, reader.circle.has(note.account_id))
    in_leadership = or_(_IS_LEAD, reader.leadership.has(note.account_id))
    exists = or_(AccountRow.access == Access.OPEN, in_circle)
    ordinary = or_(
        note.author_id == ME,
        and_(
            exists,
            or_(
                note.visibility == Visibility.COMPANY,
                and_(note.visibility == Visibility.TEAM, in_circle),
                and_(note.visibility == Visibility.LEADERSHIP, in_leadership),
            ),
        ),
    )
    is_inside = or_(_IS_LEAD, decisions.has(note.object_id))
    # Only where the subject leads there are other tables looked at, so that most notes cost nothing more.
    return and_(
        AccountRow.merged_into_id.is_(None),
        case(
            (note.subject == Subject.DECISION, is_inside),
            (note.subject == Subject.ESCALATION, and_(exists, ~is_inside)),
            (
                note.subject == Subject.REQUEST,
                _sees_request(note, exists, in_circle, in_leadership, reader.departments),
            ),
            else_=and_(ordinary, or_(note.subject != Subject.CONTACT, ~_is_merged(note))),
        ),
    )


def _sees_request(
    note: Any,
    exists: ColumnElement[bool],
    in_circle: ColumnElement[bool],
    in_leadership: ColumnElement[bool],
    departments: Listed,
) -> ColumnElement[bool]:
    """State ``access.sees_request`` over the request of a note.

    Whom a hidden request names only as the desk that answers it does not find it; they have their list.
    """
    one = aliased(RequestRow, name="r")
    joined = select(RequestJoinerRow.request_id).where(
        RequestJoinerRow.workspace_id == one.workspace_id, RequestJoinerRow.member_id == ME
    )
    asked = or_(departments.has(one.department_id), departments.has(one.passing_to_id))
    sees = or_(
        *(person == ME for person in (one.requester_id, one.passed_by_id, one.answered_by_id, one.assignee_id)),
        and_(
            exists,
            or_(
                one.visibility == Visibility.COMPANY,
                in_leadership,
                and_(one.visibility == Visibility.TEAM, or_(in_circle, asked)),
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


def _conflicts(table: Any, condition: ColumnElement[bool]) -> Any:
    return select(table.escalation_id).where(table.workspace_id == HERE, condition)


_INSIDE = (
    select(EscalationRow.id)
    .join(
        AccountRow,
        of_account(EscalationRow),
    )
    .where(
        EscalationRow.workspace_id == HERE,
        EscalationRow.state.in_([State.DECIDED, State.KEPT]),
        or_(
            *(
                person == ME
                for person in (
                    *(EscalationRow.raiser_id, EscalationRow.party_a_id, EscalationRow.party_b_id),
                    *(EscalationRow.informed_id, EscalationRow.handing_to_id, EscalationRow.handed_by_id),
                    *(EscalationRow.returned_by_id, AccountRow.kam_id, AccountRow.deputy_id),
                )
            ),
            EscalationRow.id.in_(_conflicts(DecisionRow, DecisionRow.decided_by_id == ME)),
            EscalationRow.id.in_(_conflicts(ConflictJoinerRow, ConflictJoinerRow.member_id == ME)),
            EscalationRow.id.in_(_conflicts(DecisionActionRow, DecisionActionRow.owner_id == ME)),
            EscalationRow.id.in_(
                _conflicts(
                    RecipientRow,
                    and_(
                        RecipientRow.skipped.is_(None),
                        # KAM leads who received it see it as KAM leads, while they are.
                        RecipientRow.step != Step.KAM_LEADS,
                        or_(RecipientRow.member_id == ME, RecipientRow.in_stead_of_id == ME),
                    ),
                )
            ),
        ),
    )
)
"""The decided conflicts of which this person sees all, ``access.sees_conflict``; KAM leads see all of every one."""
