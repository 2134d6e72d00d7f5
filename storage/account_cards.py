"""Account cards: team, ratings, counts and last interactions of an account and its units, in few statements."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)

from bot.domain import account_shape, names, satisfaction
from bot.domain.access import Access, Viewer, Visibility
from bot.domain.account_cards import Counted
from bot.domain.account_shape import RATED, Meetings, Ours, Rating, Theirs
from bot.domain.accounts import AccountRef, LastInteraction, TeamMember, TeamRole
from bot.domain.contact_assessments import Measure
from bot.domain.identity import AccountId, DepartmentId
from bot.domain.interactions import Source
from bot.domain.satisfaction import Value
from storage.access import of_account, readable
from storage.kept import HERE, NOW, Reader, given
from storage.members import whoever
from storage.newest import notes, since
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

_FIRST_WORDS = 600
"""Characters of a note that a line needs."""


class AccountCards:
    """What the card of an account needs and no other page does."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def circle(self, account_id: AccountId, *, judged: bool) -> tuple[tuple[TeamMember, ...], tuple[Rating, ...]]:
        """Return the account team, and if asked the newest judgements of the account as a whole, in one statement."""
        asked = {"here": self._session.workspace_id, "account": account_id}
        rows = self._session.rows(_TEAM_AND_RATINGS if judged else _TEAM, asked)
        return _team([row for row in rows if row.at is None]), _ratings([row for row in rows if row.at is not None])

    def counted(self, account_ids: Collection[AccountId], viewer: Viewer, now: datetime) -> Counted:
        """Return satisfaction and meetings of some accounts from the notes that the reader may see, in one statement."""
        values: dict[Source, list[Value]] = {Source.OURS: [], Source.CUSTOMER: []}
        ours, theirs, counts = [], [], {"interactions": 0, "pairs": 0, "notes": 0}
        asked = given(
            self._session,
            viewer,
            account_ids,
            now,
            met_since=now - account_shape.PERIOD,
            judged_since=now - satisfaction.PERIOD,
            half_since=now - satisfaction.HALF,
        )
        for row in self._session.rows(_counting(Reader.of(self._session, viewer)), asked):
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
        is_cut = counts.pop("notes") == account_shape.NEWEST
        met = Meetings(**counts, ours=ours, theirs=theirs, is_cut=is_cut)
        return Counted(values, met)

    def last_interactions(
        self, account_ids: Collection[AccountId], viewer: Viewer, most: int
    ) -> tuple[LastInteraction, ...]:
        """Return the newest interactions of some accounts that the reader may see, each as one line."""
        asked = given(self._session, viewer, account_ids)
        rows = self._session.rows(_last_interactions(Reader.of(self._session, viewer), most), asked)
        return tuple(
            LastInteraction(
                row.number,
                row.kind,
                whoever(row.person_id, row.person_name, row.person_standing),
                row.occurred_at,
                row.text,
                AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access)),
                Visibility(row.visibility),
            )
            for row in rows
        )


_TEAM = (
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
    .where(TeamRow.workspace_id == HERE, TeamRow.account_id == bindparam("account"))
)


def _team_and_ratings() -> CompoundSelect[Any]:
    place = func.row_number().over(
        partition_by=AssessmentRow.measure, order_by=(AssessmentRow.at.desc(), AssessmentRow.id.desc())
    )
    newest = (
        select(AssessmentRow.__table__, place.label("place"))
        .where(
            AssessmentRow.workspace_id == HERE,
            AssessmentRow.account_id == bindparam("account"),
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
        .join(MemberRow, and_(MemberRow.workspace_id == HERE, MemberRow.id == newest.c.by_id))
        .where(newest.c.place == 1)
    )
    return union_all(_TEAM, ratings)


_TEAM_AND_RATINGS = _team_and_ratings()


@cache
def _counting(reader: Reader) -> CompoundSelect[Any]:
    found = select(InteractionRow.id).where(*_notes(reader))
    newest_first = InteractionRow.occurred_at.desc()
    newest = (
        found.add_columns(InteractionRow.author_id)
        .where(InteractionRow.occurred_at > bindparam("met_since"), InteractionRow.occurred_at <= NOW)
        .order_by(newest_first)
        .limit(account_shape.NEWEST)
        .cte("newest")
        .prefix_with("MATERIALIZED")
    )
    # Joined from the left: SQLite would begin with whoever took part anywhere.
    met = (
        select(newest.c.id, newest.c.author_id, InteractionContactRow.contact_id)
        .select_from(newest)
        .outerjoin(
            InteractionContactRow,
            and_(InteractionContactRow.workspace_id == HERE, InteractionContactRow.interaction_id == newest.c.id),
        )
        .cte("met")
        .prefix_with("MATERIALIZED")
    )
    names_a_contact = met.c.contact_id.is_not(None)
    took_part = (
        union(
            select(met.c.id, met.c.author_id.label("member_id")).where(names_a_contact),
            select(ParticipantRow.interaction_id, ParticipantRow.member_id).where(
                ParticipantRow.workspace_id == HERE,
                ParticipantRow.interaction_id.in_(select(met.c.id).where(names_a_contact)),
            ),
        )
        .cte("took_part")
        .prefix_with("MATERIALIZED")
    )
    ours = select(took_part.c.member_id, func.count().label("number")).group_by(took_part.c.member_id).subquery()
    theirs = (
        select(met.c.contact_id, func.count().label("number"))
        .where(names_a_contact)
        .group_by(met.c.contact_id)
        .subquery()
    )
    pairs = (
        select(took_part.c.member_id, met.c.contact_id)
        .join(met, and_(met.c.id == took_part.c.id, names_a_contact))
        .distinct()
        .subquery()
    )
    place = func.row_number().over(
        partition_by=(InteractionRow.satisfaction_source, InteractionRow.occurred_at > bindparam("half_since")),
        order_by=InteractionRow.occurred_at.desc(),
    )
    judged = (
        found.with_only_columns(
            InteractionRow.account_id,
            InteractionRow.satisfaction,
            InteractionRow.occurred_at,
            InteractionRow.satisfaction_source,
            place.label("place"),
        )
        .where(
            InteractionRow.satisfaction.is_not(None),
            InteractionRow.satisfaction_source.is_not(None),
            InteractionRow.occurred_at > bindparam("judged_since"),
            InteractionRow.occurred_at <= NOW,
        )
        .subquery()
    )
    # As text: PostgreSQL compares no JSON.
    roles = cast(ContactRow.decision_roles, Text)
    return union_all(
        _row(
            "value", judged.c.satisfaction, judged.c.account_id, judged.c.occurred_at, judged.c.satisfaction_source
        ).where(judged.c.place <= satisfaction.NEWEST + 1),
        _row("ours", func.max(ours.c.number), MemberRow.department_id)
        .join(MemberRow, and_(MemberRow.workspace_id == HERE, MemberRow.id == ours.c.member_id))
        .group_by(MemberRow.department_id),
        _row("theirs", func.max(theirs.c.number), decision_roles=roles)
        .join(ContactRow, and_(ContactRow.workspace_id == HERE, ContactRow.id == theirs.c.contact_id))
        .group_by(roles),
        _row("pairs", func.count()).select_from(pairs),
        _row("interactions", func.count(met.c.id.distinct())).where(names_a_contact),
        _row("notes", func.count()).select_from(newest),
    )


@cache
def _last_interactions(reader: Reader, most: int) -> Select[Any]:
    return (
        select(
            InteractionRow.number,
            InteractionRow.kind,
            InteractionRow.visibility,
            InteractionRow.occurred_at,
            func.substr(InteractionRow.text, 1, _FIRST_WORDS).label("text"),
            MemberRow.id.label("person_id"),
            MemberRow.name.label("person_name"),
            MemberRow.standing.label("person_standing"),
            AccountRow.id.label("account_id"),
            AccountRow.name.label("account_name"),
            AccountRow.access.label("account_access"),
        )
        .join(AccountRow, of_account(InteractionRow))
        .join(
            MemberRow,
            and_(MemberRow.workspace_id == InteractionRow.workspace_id, MemberRow.id == InteractionRow.author_id),
        )
        .where(*notes(reader), InteractionRow.occurred_at >= since(reader, most, lambda _note: ()))
        .order_by(InteractionRow.occurred_at.desc(), InteractionRow.number.desc())
        .limit(most)
    )


def _notes(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """State over ``interactions`` alone which of the accounts asked about the reader may see.

    Thousands are counted: which accounts are open is looked up once, and not for each note.
    """
    is_open = InteractionRow.account_id.in_(
        select(AccountRow.id).where(
            AccountRow.workspace_id == HERE, reader.accounts.has(AccountRow.id), AccountRow.access == Access.OPEN
        )
    )
    return *readable(reader, HERE, is_open=is_open), reader.accounts.has(InteractionRow.account_id)


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


def _team(rows: Iterable[Row[Any]]) -> tuple[TeamMember, ...]:
    return tuple(
        TeamMember(
            whoever(row.id, row.name, row.standing),
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
            whoever(row.id, row.name, row.standing),
            row.at,
        )
        for row in rows
        if row.value is not None
    ]
    return tuple(sorted(found, key=lambda rating: RATED.index(rating.measure)))
