"""Search: the facts themselves, read a few at a time, so that the index can be built anew while others work."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from bot.domain.access import ITSELF, Access, Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.contacts import Contact, DecisionRole
from bot.domain.delivery import Subject
from bot.domain.departments import Department
from bot.domain.escalations import State as ConflictState
from bot.domain.escalations import decision_note, words_note
from bot.domain.identity import (
    AccountId,
    ChannelId,
    ContactId,
    DepartmentId,
    EscalationId,
    InteractionId,
    MemberId,
    RequestId,
)
from bot.domain.members import Person
from bot.domain.requests import Header, Kind, Request, State, request_note
from bot.domain.search_notes import Note, account_note, contact_note, interaction_note, promise_note
from storage.access import of_account
from storage.escalations import Escalations
from storage.session import Session
from storage.setup import SetUp
from storage.tables import (
    AccountNameRow,
    AccountRow,
    ContactRow,
    DepartmentRow,
    EscalationRow,
    InteractionRow,
    PromiseRow,
    RequestRow,
)

_FACTS: Mapping[Subject, tuple[Any, ColumnElement[bool]]] = {
    Subject.ACCOUNT: (AccountRow, AccountRow.merged_into_id.is_(None)),
    Subject.CONTACT: (ContactRow, ContactRow.merged_into_id.is_(None)),
    Subject.REQUEST: (RequestRow, RequestRow.number.is_not(None)),
    Subject.ESCALATION: (EscalationRow, EscalationRow.state.in_([ConflictState.DECIDED, ConflictState.KEPT])),
    Subject.PROMISE: (PromiseRow, and_(PromiseRow.interaction_id.is_(None), PromiseRow.state != "withdrawn")),
    Subject.INTERACTION: (InteractionRow, InteractionRow.withdrawn_at.is_(None)),
}
"""What the index holds, and which of it; the quick ones first."""


class SearchSources:
    """Reads facts as notes of the index."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self) -> int:
        """Return how many facts there are."""
        here = self._session.workspace_id
        counts = (
            self._session.run(select(func.count()).select_from(table).where(table.workspace_id == here, condition))
            for table, condition in _FACTS.values()
        )
        return sum(one.scalar_one() for one in counts)

    def hold(self, subject: Subject, after: int, most: int) -> Sequence[int]:
        """Return the next ids, and let nobody change these until the commit."""
        table, condition = _FACTS[subject]
        found = self._session.run(
            select(table.id)
            .where(table.workspace_id == self._session.workspace_id, table.id > after, condition)
            .order_by(table.id)
            .limit(most)
            .with_for_update()
        )
        return found.scalars().all()

    def notes(self, subject: Subject, ids: Sequence[int]) -> Iterable[Note]:
        """Return what the index holds of these."""
        read: Mapping[Subject, Callable[[Sequence[int]], Iterable[Note]]] = {
            Subject.ACCOUNT: self._accounts,
            Subject.CONTACT: self._contacts,
            Subject.REQUEST: self._requests,
            Subject.ESCALATION: self._decisions,
            Subject.PROMISE: self._promises,
            Subject.INTERACTION: self._interactions,
        }
        return read[subject](ids)

    def _accounts(self, ids: Sequence[int]) -> Iterable[Note]:
        names = self._rows(AccountNameRow, AccountNameRow.account_id.in_(ids))
        for row in self._rows(AccountRow, AccountRow.id.in_(ids)):
            aliases = [one.name for one in names if one.account_id == row.id and one.name != row.name]
            account = Account(AccountId(row.id), row.name, mission=row.mission)
            yield account_note(account, aliases, row.created_at)

    def _contacts(self, ids: Sequence[int]) -> Iterable[Note]:
        for row in self._rows(ContactRow, ContactRow.id.in_(ids)):
            contact = Contact(
                ContactId(row.id),
                _account(row),
                row.name,
                row.title,
                decision_roles=tuple(DecisionRole(role) for role in row.decision_roles),
                aims=row.aims,
                updated_at=row.updated_at,
            )
            yield contact_note(contact, row.updated_at)

    def _interactions(self, ids: Sequence[int]) -> Iterable[Note]:
        found = SetUp(self._session).interactions([InteractionId(one) for one in ids])
        return map(interaction_note, found)

    def _requests(self, ids: Sequence[int]) -> Iterable[Note]:
        departments = {row.id: row for row in self._rows(DepartmentRow)}
        for row in self._rows(RequestRow, RequestRow.id.in_(ids)):
            asked = departments.get(row.department_id)
            department = asked and Department(
                DepartmentId(asked.id),
                asked.name,
                ChannelId(asked.channel_id),
                Person(MemberId(asked.coordinator_id), ""),
            )
            header = Header(
                RequestId(row.id),
                row.number,
                _account(row),
                department,
                row.what,
                State(row.state),
                row.needed_by,
                row.created_at,
            )
            yield request_note(
                Request(
                    header,
                    Person(MemberId(row.requester_id), ""),
                    Kind(row.kind),
                    row.what,
                    visibility=Visibility(row.visibility),
                )
            )

    def _decisions(self, ids: Sequence[int]) -> Iterable[Note]:
        """Read conflicts whole, one by one: they are few, and what hangs on them stands in many tables."""
        conflicts = Escalations(self._session)
        for one in ids:
            if (whole := conflicts.get(EscalationId(one), ITSELF)) is not None and whole.decision is not None:
                yield from (decision_note(whole.header), words_note(whole))

    def _promises(self, ids: Sequence[int]) -> Iterable[Note]:
        for row in self._rows(PromiseRow, PromiseRow.id.in_(ids)):
            yield promise_note(
                row.id,
                _account(row),
                MemberId(row.author_id or row.owner_id),
                row.text,
                Visibility(row.visibility),
                row.created_at,
                ContactId(row.contact_id) if row.contact_id else None,
            )

    def _rows(self, table: Any, *conditions: ColumnElement[bool]) -> Sequence[Any]:
        query = select(table.__table__).where(table.workspace_id == self._session.workspace_id, *conditions)
        if table not in {AccountRow, AccountNameRow, DepartmentRow}:
            theirs = of_account(table)
            query = query.join(AccountRow, theirs).add_columns(
                AccountRow.name.label("account_name"), AccountRow.access.label("account_access")
            )
        return self._session.rows(query)


def _account(row: Any) -> AccountRef:
    return AccountRef(AccountId(row.account_id), row.account_name, Access(row.account_access))
