"""The audit: its rows, the seals over them, and whose they are."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, insert, or_, select, update

from bot.domain import audit
from bot.domain.audit import Record, Seal, Tail
from bot.domain.delivery import Ref, Subject
from bot.domain.members import Person
from storage.members import as_person
from storage.session import Session
from storage.tables import (
    AccountNameRow,
    AuditRow,
    ContactRow,
    DemandRow,
    EscalationRow,
    FavourRow,
    InteractionRow,
    MemberRow,
    NextStepRow,
    PromiseRow,
    RequestRow,
    SealRow,
)

_NUMBERED: dict[Subject, Any] = {
    Subject.INTERACTION: InteractionRow,
    Subject.REQUEST: RequestRow,
    Subject.ESCALATION: EscalationRow,
}
_UNNUMBERED: dict[Subject, Any] = {
    Subject.CONTACT: ContactRow,
    Subject.PROMISE: PromiseRow,
    Subject.NEXT_STEP: NextStepRow,
    Subject.FAVOUR: FavourRow,
    Subject.DEMAND: DemandRow,
}


class Audit:
    """Rows of ``audit`` and ``audit_seals``; written by ``History``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self) -> None:
        """Let one worker seal at a time, until the commit."""
        self._session.lock("audit")

    def last_seal(self) -> Seal | None:
        """Return the end of the chain."""
        query = select(SealRow.__table__).where(self._mine(SealRow)).order_by(SealRow.number.desc()).limit(1)
        row = self._session.run(query).one_or_none()
        return None if row is None else _seal(row)

    def take(self, number: int, before: datetime, most: int) -> list[audit.Row]:
        """Put the oldest unsealed rows under a seal and return exactly those, in any order."""
        unsealed = (
            select(AuditRow.id)
            .where(self._mine(AuditRow), AuditRow.seal.is_(None), AuditRow.at < before)
            .order_by(AuditRow.at, AuditRow.id)
            .limit(most)
        )
        taken = (
            update(AuditRow)
            .where(self._mine(AuditRow), AuditRow.id.in_(unsealed))
            .values(seal=number)
            .returning(*AuditRow.__table__.c)
        )
        return [_row(row) for row in self._session.rows(taken)]

    def add_seal(self, seal: Seal) -> None:
        """Add a link to the chain."""
        values = {
            "number": seal.number,
            "previous": seal.previous,
            "hash": seal.hash,
            "rows": seal.rows,
            "sealed_at": seal.sealed_at,
        }
        self._session.run(insert(SealRow).values(workspace_id=self._session.workspace_id, **values))

    def seals(self, after: int | None, most: int) -> tuple[Seal, ...]:
        """Return the next seals by number; None begins."""
        query = select(SealRow.__table__).where(self._mine(SealRow)).order_by(SealRow.number).limit(most)
        if after is not None:
            query = query.where(SealRow.number > after)
        return tuple(_seal(row) for row in self._session.rows(query))

    def count_seals(self) -> int:
        """Count the links of the chain."""
        count: int = self._session.run(select(func.count()).where(self._mine(SealRow))).scalar_one()
        return count

    def rows_of(self, number: int) -> tuple[audit.Row, ...]:
        """Return the rows that say they are under this seal.

        Raises:
            ValueError: a value is not what was written.
        """
        query = select(AuditRow.__table__).where(self._mine(AuditRow), AuditRow.seal == number)
        return tuple(_row(row) for row in self._session.rows(query))

    def strays(self, last: int) -> int:
        """Count the rows under seals that are not in the chain ``1…last``."""
        outside = or_(AuditRow.seal > last, AuditRow.seal < 1)
        count: int = self._session.run(select(func.count()).where(self._mine(AuditRow), outside)).scalar_one()
        return count

    def tail(self) -> Tail:
        """Count the rows that no seal covers yet."""
        counted = select(func.count().label("rows"), func.min(AuditRow.at).label("oldest_at"))
        row = self._session.run(counted.where(self._mine(AuditRow), AuditRow.seal.is_(None))).one()
        return Tail(row.rows, row.oldest_at)

    def numbered(self, subject: Subject, number: int) -> Ref | None:
        """Return the object with a short number, whoever may see it: the audit holds no content."""
        table = _NUMBERED[subject]
        found = self._session.run(
            select(table.id).where(self._mine(table), table.number == number)
        ).scalar_one_or_none()
        return None if found is None else Ref(subject, found)

    def accounts_named(self, key: str) -> tuple[Ref, ...]:
        """Return the accounts that bear this name or alias."""
        query = select(AccountNameRow.account_id).where(self._mine(AccountNameRow), AccountNameRow.key == key)
        return tuple(Ref(Subject.ACCOUNT, row.account_id) for row in self._session.rows(query))

    def records(
        self, about: Collection[Ref], since: datetime | None, after: audit.Row | None, most: int
    ) -> tuple[Record, ...]:
        """Return a page of what was done, oldest first; to an account belongs what was done to its requests and the like.

        Args:
            about: the objects, or none for everything.
            since: the earliest time, or None.
            after: the last row of the page before, or None.
            most: rows at most.
        """
        conditions: list[ColumnElement[bool]] = [self._mine(AuditRow)]
        if about:
            conditions.append(or_(*(condition for ref in about for condition in self._about(ref))))
        if since is not None:
            conditions.append(AuditRow.at >= since)
        if after is not None:
            later = or_(AuditRow.at > after.at, AuditRow.id > after.id)
            conditions += [AuditRow.at >= after.at, later]
        number = case(
            *(
                (
                    AuditRow.subject == subject,
                    select(table.number)
                    .where(table.workspace_id == AuditRow.workspace_id, table.id == AuditRow.object_id)
                    .scalar_subquery(),
                )
                for subject, table in _NUMBERED.items()
            )
        )
        query = (
            select(AuditRow.__table__, MemberRow.name, MemberRow.standing, number.label("number"))
            .outerjoin(
                MemberRow, and_(MemberRow.workspace_id == AuditRow.workspace_id, MemberRow.id == AuditRow.actor_id)
            )
            .where(*conditions)
            .order_by(AuditRow.at, AuditRow.id)
            .limit(most)
        )
        return tuple(Record(_row(row), _actor(row), row.number) for row in self._session.rows(query))

    def _about(self, ref: Ref) -> Iterator[ColumnElement[bool]]:
        yield and_(AuditRow.subject == ref.subject, AuditRow.object_id == ref.id)
        if ref.subject is not Subject.ACCOUNT:
            return
        for subject, table in {**_NUMBERED, **_UNNUMBERED}.items():
            of_account = select(table.id).where(self._mine(table), table.account_id == ref.id)
            yield and_(AuditRow.subject == subject, AuditRow.object_id.in_(of_account))

    def _mine(self, table: Any) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = table.workspace_id == self._session.workspace_id
        return mine


def _seal(row: Row[Any]) -> Seal:
    return Seal(row.number, row.previous, row.hash, row.rows, row.sealed_at)


def _row(row: Row[Any]) -> audit.Row:
    return audit.Row(row.id, row.at, row.actor_id, row.action, row.subject, row.object_id, row.fields)


def _actor(row: Row[Any]) -> Person | None:
    return None if row.actor_id is None else as_person(row.actor_id, row.name, row.standing)
