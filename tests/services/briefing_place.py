"""A customer of whom something of every kind can be known, and asking for its briefing."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update

from bot.domain.briefings import Briefing, ShowBriefing, Shown, WhichBriefing
from bot.domain.contact_assessments import Measure
from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member
from bot.services import briefings
from storage.store import SqlStore
from storage.tables import (
    AssessmentRow,
    Base,
    EscalationRow,
    InteractionContactRow,
    InteractionRow,
    PromiseRow,
    RequestRow,
)
from tests.company import NOW, Company, channel

HELVETIA = "Helvetia Pumpen"


class Place:
    """Helvetia Pumpen with Lea as KAM; every method makes a row of its own."""

    def __init__(self, store: SqlStore, company: Company) -> None:
        self.store, self.company = store, company
        self.lea = company.member("Lea Brunner", level=3)
        self.james = company.member("James Hartley", level=4)
        self.helvetia = company.account(HELVETIA, "HPU", kam=self.lea, deputy=self.james, tier="a")
        self._numbers = iter(range(1, 10_000))

    def put(self, table: type[Base], **values: Any) -> int:
        """Write a row and return its number."""
        number = next(self._numbers)
        with self.store.engine.begin() as connection:
            row = {"workspace_id": self.company.workspace, "id": number, **values}
            columns = set(table.__table__.columns.keys())
            connection.execute(insert(table).values(**{key: value for key, value in row.items() if key in columns}))
        return number

    def change(self, table: Any, key: str | int, **values: Any) -> None:
        """Change a row."""
        with self.store.engine.begin() as connection:
            connection.execute(update(table).where(table.id == key).values(**values))

    def note(
        self,
        text: str,
        days_ago: float = 1,
        contacts: tuple[ContactId, ...] = (),
        account: AccountId | None = None,
        **values: Any,
    ) -> int:
        """Log a note; a negative number of days lies ahead."""
        number = self.put(
            InteractionRow,
            **{
                "number": next(self._numbers) + 100,
                "account_id": account or self.helvetia,
                "author_id": self.james.id,
                "occurred_at": NOW - timedelta(days=days_ago),
                "logged_at": NOW,
                "text": text,
                "kind": "visit",
                "tags": [],
                "visibility": "company",
                "version": 1,
                **values,
            },
        )
        for contact in contacts:
            at = values.get("occurred_at", NOW - timedelta(days=days_ago))
            self.put(InteractionContactRow, interaction_id=number, contact_id=contact, occurred_at=at)
        return number

    def promise(self, text: str, due_on: date, **values: Any) -> int:
        """Promise something that belongs to no note."""
        return self.put(
            PromiseRow,
            **{
                "account_id": self.helvetia,
                "text": text,
                "first_due_on": due_on,
                "due_on": due_on,
                "owner_id": self.lea.id,
                "author_id": self.lea.id,
                "visibility": "company",
                "state": "open",
                "created_at": NOW,
                "version": 1,
                **values,
            },
        )

    def judge(self, measure: Measure, value: int, days_ago: float, contact: ContactId | None = None) -> int:
        """Judge a contact, or the account."""
        return self.put(
            AssessmentRow,
            account_id=self.helvetia,
            contact_id=contact,
            measure=measure,
            value=value,
            reason="As we saw it",
            by_id=self.lea.id,
            at=NOW - timedelta(days=days_ago),
        )

    def request(self, what: str, **values: Any) -> int:
        """Ask a department."""
        number = next(self._numbers)
        return self.put(
            RequestRow,
            **{
                "number": number,
                "account_id": self.helvetia,
                "requester_id": self.lea.id,
                "kind": "date",
                "what": what,
                "needed_by": date(2026, 12, 4),
                "visibility": "company",
                "state": "open",
                "created_at": NOW,
                "clock_spent": 0,
                "clock_step": 0,
                "moves": 0,
                "version": 1,
                **values,
            },
        )

    def conflict(self, party: Member) -> int:
        """Put a conflict before a sponsor."""
        return self.put(
            EscalationRow,
            number=next(self._numbers),
            account_id=self.helvetia,
            raiser_id=self.lea.id,
            party_a_id=self.lea.id,
            party_b_id=party.id,
            our_goal="A secret goal",
            their_goal="Another",
            tried="Talked",
            effect="",
            options="",
            decision_wanted="A line",
            decide_by=date(2026, 12, 1),
            state="raised",
            created_at=NOW,
            version=1,
        )


def asked(store: SqlStore, reader: Member, typed: str, in_channel: str = "general") -> Shown | WhichBriefing:
    """Type ``/kam briefing``."""
    return briefings.show(store, NOW, ShowBriefing(reader, typed, channel(in_channel)))


def page(store: SqlStore, reader: Member, typed: str, in_channel: str = "general") -> Briefing:
    """Type one that has a page."""
    shown = asked(store, reader, typed, in_channel)
    assert isinstance(shown, Shown), shown
    return shown.briefing
