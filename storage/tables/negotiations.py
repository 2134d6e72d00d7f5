"""The tables of requests and conflicts."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


class RequestRow(Base):
    """Asks to departments."""

    __tablename__ = "requests"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    account_id: Mapped[int]
    department_id: Mapped[int | None]
    """Empty while no department is set up: KAM leads or admins answer."""
    requester_id: Mapped[str]
    kind: Mapped[str]
    what: Mapped[str]
    why: Mapped[str | None]
    needed_by: Mapped[date]
    effort: Mapped[str | None]
    importance: Mapped[int | None]
    visibility: Mapped[str]
    state: Mapped[str]
    promised_on: Mapped[date | None]
    assignee_id: Mapped[str | None]
    decline_reason: Mapped[str | None]
    answer_words: Mapped[str | None]
    answered_by_id: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_requests_number", "workspace_id", "number", unique=True),
        Index("ix_requests_account_id_state", "workspace_id", "account_id", "state"),
        Index("ix_requests_department_id_state", "workspace_id", "department_id", "state"),
        Index("ix_requests_department_id_answered_at", "workspace_id", "department_id", "answered_at"),
        key_of("accounts", "account_id"),
        key_of("departments", "department_id"),
        key_of("members", "requester_id"),
        key_of("members", "assignee_id"),
        key_of("members", "answered_by_id"),
    )


class EscalationRow(Base):
    """Goal conflicts put before a sponsor."""

    __tablename__ = "escalations"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    account_id: Mapped[int]
    request_id: Mapped[int | None]
    raiser_id: Mapped[str]
    party_a_id: Mapped[str]
    """The raiser, or the member they speak for."""
    party_b_id: Mapped[str]
    """The person of the other side."""
    party_b_department_id: Mapped[int | None]
    """Set where that person speaks for a department."""
    informed_id: Mapped[str | None]
    """The head of the department whose answer this is about."""
    our_goal: Mapped[str]
    their_goal: Mapped[str]
    tried: Mapped[str]
    effect: Mapped[str]
    options: Mapped[str]
    decision_wanted: Mapped[str]
    decide_by: Mapped[date | None]
    urgent_reason: Mapped[str | None]
    anyway_reason: Mapped[str | None]
    state: Mapped[str]
    acknowledged_by_id: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_escalations_number", "workspace_id", "number", unique=True),
        Index("ix_escalations_account_id_state", "workspace_id", "account_id", "state"),
        Index("ix_escalations_request_id", "workspace_id", "request_id"),
        key_of("accounts", "account_id"),
        key_of("requests", "request_id"),
        key_of("members", "raiser_id"),
        key_of("members", "party_a_id"),
        key_of("members", "party_b_id"),
        key_of("departments", "party_b_department_id"),
        key_of("members", "informed_id"),
        key_of("members", "acknowledged_by_id"),
    )


class RecipientRow(Base):
    """The chain of recipients as it was when the conflict was raised, skipped steps included."""

    __tablename__ = "escalation_recipients"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str]
    member_id: Mapped[str | None]
    skipped: Mapped[str | None]
    """Why the step was skipped; empty for an addressee."""
    __table_args__ = (
        Index("ix_escalation_recipients_member_id", "workspace_id", "member_id"),
        key_of("escalations", "escalation_id"),
        key_of("members", "member_id"),
    )


class StatementRow(Base):
    """The other side's view; every version is kept."""

    __tablename__ = "escalation_statements"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    escalation_id: Mapped[int]
    author_id: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_escalation_statements_escalation_id_at", "workspace_id", "escalation_id", "at"),
        key_of("escalations", "escalation_id"),
        key_of("members", "author_id"),
    )


class DecisionRow(Base):
    """Exactly one per conflict."""

    __tablename__ = "decisions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decided_by_id: Mapped[str]
    in_stead_of_id: Mapped[str | None]
    kind: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (key_of("escalations", "escalation_id"), key_of("members", "decided_by_id"))


class ConfirmationRow(Base):
    """Which sides agreed to a settlement."""

    __tablename__ = "escalation_confirmations"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (key_of("escalations", "escalation_id"), key_of("members", "member_id"))


class DraftRow(Base):
    """Typed text that is not saved as a fact yet."""

    __tablename__ = "drafts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[str]
    purpose: Mapped[str]
    fields: Mapped[dict[str, str]]
    channel_id: Mapped[str | None]
    response_url: Mapped[str | None]
    replace: Mapped[bool]
    """Whether the answer replaces the message the form was opened from."""
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
