"""Account cards: team, ratings, counts and last interactions of an account and its units, in few statements."""

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from bot.domain import account_shape, names, satisfaction
from bot.domain.access import Access, Viewer
from bot.domain.account_cards import Counted
from bot.domain.account_shape import RATED, Meetings, Ours, Rating, Theirs
from bot.domain.accounts import AccountRef, LastInteraction, TeamMember, TeamRole
from bot.domain.contact_assessments import Measure
from bot.domain.identity import AccountId, DepartmentId, MemberId
from bot.domain.interactions import Source
from bot.domain.members import Person, Standing
from bot.domain.satisfaction import Value
from storage.access import note_filter
from storage.session import Session
from storage.tables import (
    AccountRow,
    AssessmentRow,
    ContactRow,
    InteractionContactRow,
    InteractionRow,
    MemberRow,
    ParticipantRow,
    TeamRow,
)

_MOST_NOTES = 500
"""The newest notes from which the shape is counted."""
_MOST_VALUES = 300
"""The newest satisfaction values that are summed up."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)
"""Where every account has fewer notes than are asked for, all of them."""
_FIRST_WORDS = 600
"""Characters of a note that a line needs."""


class AccountCards:
    """What the card of an account needs and no other page does."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def circle(self, account_id: AccountId, *, judged: bool) -> tuple[tuple[TeamMember, ...], tuple[Rating, ...]]:
        """Return the account team, and if asked the newest judgements of the account as a whole, in one statement."""
        here = self._session.workspace_id
        team = (
            select(
                TeamRow.role,
                TeamRow.topic,
                cast(null(), Integer).label("value"),
                cast(null(), Text).label("reason"),
                cast(null(), AssessmentRow.at.type).label("at"),
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
            )
            .join(MemberRow, and_(MemberRow.workspace_id == TeamRow.workspace_id, MemberRow.id == TeamRow.member_id))
            .where(TeamRow.workspace_id == here, TeamRow.account_id == account_id)
        )
        if not judged:
            rows = self._session.rows(team)
            return _team(rows), ()
        place = func.row_number().over(
            partition_by=AssessmentRow.measure, order_by=(AssessmentRow.at.desc(), AssessmentRow.id.desc())
        )
        newest = (
            select(AssessmentRow.__table__, place.label("place"))
            .where(
                AssessmentRow.workspace_id == here,
                AssessmentRow.account_id == account_id,
                AssessmentRow.contact_id.is_(None),
                AssessmentRow.measure.in_(RATED),
            )
            .subquery()
        )
        ratings = (
            select(
                newest.c.measure,
                cast(null(), Text),
                newest.c.value,
                newest.c.reason,
                newest.c.at,
                MemberRow.id,
                MemberRow.name,
                MemberRow.standing,
            )
            .join(MemberRow, and_(MemberRow.workspace_id == here, MemberRow.id == newest.c.by_id))
            .where(newest.c.place == 1)
        )
        rows = self._session.rows(union_all(team, ratings))
        return _team([row for row in rows if row.at is None]), _ratings([row for row in rows if row.at is not None])

    def counted(self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime) -> Counted:
        """Return satisfaction and meetings of some accounts from the notes that the reader may see, in one statement."""
        values: dict[Source, list[Value]] = {Source.OURS: [], Source.CUSTOMER: []}
        ours, theirs, counts = [], [], {"interactions": 0, "pairs": 0}
        for row in self._session.rows(self._counting(account_ids, viewer, now)):
            match row.what:
                case "value":
                    value = Value(row.number, row.occurred_at, AccountId(row.key))
                    values[Source(row.source)].append(value)
                case "ours":
                    ours.append(Ours(None if row.key is None else DepartmentId(row.key), row.number))
                case "theirs":
                    theirs.append(Theirs(json.loads(row.decision_roles), row.number))
                case total:
                    counts[total] = row.number
        return Counted(values, Meetings(**counts, ours=ours, theirs=theirs))

    def _counting(self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime) -> CompoundSelect[Any]:
        here, readable = self._session.workspace_id, self._notes(account_ids, viewer)
        notes = select(InteractionRow.id).join(AccountRow, _account_of(InteractionRow))
        newest_first = InteractionRow.occurred_at.desc()
        newest = (
            notes.add_columns(InteractionRow.author_id)
            .where(
                *readable,
                InteractionRow.occurred_at > now - account_shape.PERIOD,
                InteractionRow.occurred_at <= now,
            )
            .order_by(newest_first)
            .limit(_MOST_NOTES)
            .cte("newest")
            .prefix_with("MATERIALIZED")
        )
        # Looked up by the notes' ids; a join would read whoever took part anywhere.
        ids = select(newest.c.id)
        met = (
            select(InteractionContactRow.interaction_id.label("id"), InteractionContactRow.contact_id)
            .where(InteractionContactRow.workspace_id == here, InteractionContactRow.interaction_id.in_(ids))
            .cte("met")
        )
        took_part = union(
            select(newest.c.id, newest.c.author_id.label("member_id")),
            select(ParticipantRow.interaction_id, ParticipantRow.member_id).where(
                ParticipantRow.workspace_id == here, ParticipantRow.interaction_id.in_(ids)
            ),
        ).cte("took_part")
        ours = (
            select(took_part.c.member_id, func.count().label("number"))
            .where(took_part.c.id.in_(select(met.c.id)))
            .group_by(took_part.c.member_id)
            .subquery()
        )
        theirs = select(met.c.contact_id, func.count().label("number")).group_by(met.c.contact_id).subquery()
        pairs = (
            select(took_part.c.member_id, met.c.contact_id).join(met, met.c.id == took_part.c.id).distinct().subquery()
        )
        judged = (
            notes.with_only_columns(
                InteractionRow.account_id,
                InteractionRow.satisfaction,
                InteractionRow.occurred_at,
                InteractionRow.satisfaction_source,
            )
            .where(
                *readable,
                InteractionRow.satisfaction.is_not(None),
                InteractionRow.satisfaction_source.is_not(None),
                InteractionRow.occurred_at > now - satisfaction.PERIOD,
                InteractionRow.occurred_at <= now,
            )
            .order_by(newest_first)
            .limit(_MOST_VALUES)
            .subquery()
        )
        # As text: PostgreSQL compares no JSON.
        roles = cast(ContactRow.decision_roles, Text)
        return union_all(
            _row(
                "value", judged.c.satisfaction, judged.c.account_id, judged.c.occurred_at, judged.c.satisfaction_source
            ),
            _row("ours", func.max(ours.c.number), MemberRow.department_id)
            .join(MemberRow, and_(MemberRow.workspace_id == here, MemberRow.id == ours.c.member_id))
            .group_by(MemberRow.department_id),
            _row("theirs", func.max(theirs.c.number), decision_roles=roles)
            .join(ContactRow, and_(ContactRow.workspace_id == here, ContactRow.id == theirs.c.contact_id))
            .group_by(roles),
            _row("pairs", func.count()).select_from(pairs),
            _row("interactions", func.count(met.c.id.distinct())).select_from(met),
        )

    def last_interactions(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int
    ) -> tuple[LastInteraction, ...]:
        """Return the newest interactions of some accounts that the reader may see, each as one line."""
        one = aliased(InteractionRow)
        fewest = (
            select(one.occurred_at)
            .where(
                one.workspace_id == AccountRow.workspace_id,
                one.account_id == AccountRow.id,
                *_readable(viewer, one),
            )
            .order_by(one.occurred_at.desc())
            .limit(1)
            .offset(most - 1)
            .correlate(AccountRow)
            .scalar_subquery()
        )
        # Where one account alone has enough since a moment, nothing older is among the newest of all: indexes end there.
        per_account = (
            select(fewest.label("since"))
            .where(AccountRow.workspace_id == self._session.workspace_id, AccountRow.id.in_(account_ids))
            .cte("per_account")
            .prefix_with("MATERIALIZED")
        )
        since = select(func.coalesce(func.max(per_account.c.since), _EVER)).scalar_subquery()
        rows = self._session.rows(
            select(
                InteractionRow.number,
                InteractionRow.kind,
                InteractionRow.occurred_at,
                func.substr(InteractionRow.text, 1, _FIRST_WORDS).label("text"),
                MemberRow.id.label("person_id"),
                MemberRow.name.label("person_name"),
                MemberRow.standing.label("person_standing"),
                AccountRow.id.label("account_id"),
                AccountRow.name.label("account_name"),
                AccountRow.access.label("account_access"),
            )
            .join(AccountRow, _account_of(InteractionRow))
            .join(
                MemberRow,
                and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
            )
            .where(*self._notes(account_ids, viewer), InteractionRow.occurred_at >= since)
            .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
            .limit(most)
        )
        return tuple(
            LastInteraction(
                row.number,
                row.kind,
                Person(MemberId(row.person_id), row.person_name, row.person_standing == Standing.DEACTIVATED),
                row.occurred_at,
                row.text,
                AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
            )
            for row in rows
        )

    def _notes(self, account_ids: Collection[AccountId], viewer: Viewer) -> tuple[Any, ...]:
        """State over ``interactions`` and ``accounts`` which notes of these accounts the reader may see."""
        here = InteractionRow.workspace_id == self._session.workspace_id
        return here, InteractionRow.account_id.in_(account_ids), *_readable(viewer)


def _account_of(table: Any) -> Any:
    return and_(AccountRow.workspace_id == table.workspace_id, AccountRow.id == table.account_id)


def _row(
    what: str,
    number: Any,
    key: Any = None,
    occurred_at: Any = None,
    source: Any = None,
    decision_roles: Any = None,
) -> Select[Any]:
    """Give every part of the count the same columns."""
    return select(
        literal(what, Text).label("what"),
        cast(number, Integer).label("number"),
        (cast(null(), BigInteger) if key is None else key).label("key"),
        (cast(null(), InteractionRow.occurred_at.type) if occurred_at is None else occurred_at).label("occurred_at"),
        (cast(null(), Text) if source is None else source).label("source"),
        (cast(null(), Text) if decision_roles is None else decision_roles).label("decision_roles"),
    )


def _readable(viewer: Viewer, note: Any = InteractionRow) -> tuple[Any, ...]:
    return (
        note.withdrawn_at.is_(None),
        note_filter(viewer, note.account_id, AccountRow.access, note.visibility, note.author_id),
    )


def _team(rows: Iterable[Row[Any]]) -> tuple[TeamMember, ...]:
    return tuple(
        TeamMember(
            Person(MemberId(row.id), row.name, row.standing == Standing.DEACTIVATED),
            TeamRole(row.role) if row.role else None,
            row.topic,
        )
        for row in sorted(rows, key=lambda row: (names.match_key(row.name), row.id))
    )


def _ratings(rows: Iterable[Row[Any]]) -> tuple[Rating, ...]:
    # The measure stands where the team has its role.
    found = [
        Rating(
            Measure(row.role),
            row.value,
            row.reason,
            Person(MemberId(row.id), row.name, row.standing == Standing.DEACTIVATED),
            row.at,
        )
        for row in rows
        if row.value is not None
    ]
    return tuple(sorted(found, key=lambda rating: RATED.index(rating.measure)))
