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
    due_at: Mapped[datetime | None]
    """Until when the department answers, in its working time; empty while a question waits and once it is answered."""
    clock_from: Mapped[datetime | None]
    """Since when the clock of the first answer goes; empty while it stands."""
    clock_spent: Mapped[int] = mapped_column(server_default="0")
    """Seconds of working time on that clock before."""
    clock_step: Mapped[int] = mapped_column(server_default="0")
    """Per cent of the answer time that somebody heard of last."""
    passing_to_id: Mapped[int | None]
    """The department it was offered to; until that takes it over the first stays responsible."""
    passed_by_id: Mapped[str | None]
    passed_at: Mapped[datetime | None]
    moves: Mapped[int] = mapped_column(server_default="0")
    """How often another department took it over."""
    delivered_at: Mapped[datetime | None]
    delivered_by_id: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    """Since when nothing more is to be done."""
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_requests_number", "workspace_id", "number", unique=True),
        Index("ix_requests_account_id_state", "workspace_id", "account_id", "state"),
        Index("ix_requests_department_id_state", "workspace_id", "department_id", "state"),
        Index("ix_requests_department_id_answered_at", "workspace_id", "department_id", "answered_at"),
        Index("ix_requests_passing_to_id", "workspace_id", "passing_to_id"),
        Index("ix_requests_requester_id_state", "workspace_id", "requester_id", "state"),
        Index("ix_requests_assignee_id_state", "workspace_id", "assignee_id", "state"),
        key_of("accounts", "account_id"),
        key_of("departments", "department_id"),
        key_of("members", "requester_id"),
        key_of("members", "assignee_id"),
        key_of("members", "answered_by_id"),
        key_of("departments", "passing_to_id"),
        key_of("members", "passed_by_id"),
        key_of("members", "delivered_by_id"),
    )


class OfferRow(Base):
    """Counter-offers to a request; every one is kept, the newest stands."""

    __tablename__ = "request_offers"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    request_id: Mapped[int]
    author_id: Mapped[str]
    by_requester: Mapped[bool]
    """Whether the requester made it, once, or the department."""
    offered_on: Mapped[date | None]
    person_id: Mapped[str | None]
    scope: Mapped[str | None]
    words: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_request_offers_request_id_at", "workspace_id", "request_id", "at"),
        key_of("requests", "request_id"),
        key_of("members", "author_id"),
        key_of("members", "person_id"),
    )


class RequestJoinerRow(Base):
    """Who needs the same and joined a request instead of sending another."""

    __tablename__ = "request_joiners"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_request_joiners_member_id", "workspace_id", "member_id"),
        key_of("requests", "request_id"),
        key_of("members", "member_id"),
    )


class QuestionRow(Base):
    """What was asked back about a request or a conflict, and the answer."""

    __tablename__ = "questions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    object_id: Mapped[int]
    asked_by_id: Mapped[str]
    asked_of_id: Mapped[str | None]
    """Empty where the requester is asked; a sponsor may ask either side."""
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by_id: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_questions_object", "workspace_id", "subject", "object_id", "asked_at"),
        key_of("members", "asked_by_id"),
        key_of("members", "asked_of_id"),
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
    next_at: Mapped[datetime | None]
    """When the clock does its next step; never empty while the conflict is open and has a recipient."""
    next_step: Mapped[str | None]
    handing_to_id: Mapped[str | None]
    """Whom the addressee offered it to; until that person takes it the addressee stays responsible."""
    handed_by_id: Mapped[str | None]
    returned_by_id: Mapped[str | None]
    guidance: Mapped[str | None]
    """What whoever returned it wrote."""
    closed_at: Mapped[datetime | None]
    """Since when nothing more is to be done."""
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_escalations_number", "workspace_id", "number", unique=True),
        Index("ix_escalations_account_id_state", "workspace_id", "account_id", "state"),
        Index("ix_escalations_request_id", "workspace_id", "request_id"),
        Index("ix_escalations_raiser_id_state", "workspace_id", "raiser_id", "state"),
        Index("ix_escalations_party_a_id_state", "workspace_id", "party_a_id", "state"),
        Index("ix_escalations_party_b_id_state", "workspace_id", "party_b_id", "state"),
        Index("ix_escalations_state_next_at", "workspace_id", "state", "next_at"),
        key_of("accounts", "account_id"),
        key_of("requests", "request_id"),
        key_of("members", "raiser_id"),
        key_of("members", "party_a_id"),
        key_of("members", "party_b_id"),
        key_of("departments", "party_b_department_id"),
        key_of("members", "informed_id"),
        key_of("members", "acknowledged_by_id"),
        key_of("members", "handing_to_id"),
        key_of("members", "handed_by_id"),
        key_of("members", "returned_by_id"),
    )


class RecipientRow(Base):
    """The chain of recipients: as it was when the conflict was raised, skipped steps included, and who joined since."""

    __tablename__ = "escalation_recipients"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str]
    member_id: Mapped[str | None]
    skipped: Mapped[str | None]
    """Why the step was skipped; empty for an addressee."""
    in_stead_of_id: Mapped[str | None]
    """The absent person this one stands in for."""
    since: Mapped[datetime | None]
    """When the clock, a hand-over or an absence brought this person in; empty for the first ones."""
    __table_args__ = (
        Index("ix_escalation_recipients_member_id", "workspace_id", "member_id"),
        key_of("escalations", "escalation_id"),
        key_of("members", "member_id"),
        key_of("members", "in_stead_of_id"),
    )


class ConflictJoinerRow(Base):
    """Who stands on the raiser's side too and joined instead of raising the same conflict again."""

    __tablename__ = "escalation_joiners"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_escalation_joiners_member_id", "workspace_id", "member_id"),
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
    valid_until: Mapped[date | None]
    at: Mapped[datetime]
    __table_args__ = (key_of("escalations", "escalation_id"), key_of("members", "decided_by_id"))


class DecisionActionRow(Base):
    """What a decision asks of whom, followed until it is done."""

    __tablename__ = "decision_actions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    escalation_id: Mapped[int]
    position: Mapped[int]
    what: Mapped[str]
    owner_id: Mapped[str]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[str | None]
    __table_args__ = (
        Index("uq_decision_actions_position", "workspace_id", "escalation_id", "position", unique=True),
        Index("ix_decision_actions_owner_id", "workspace_id", "owner_id", "done_at"),
        key_of("escalations", "escalation_id"),
        key_of("members", "owner_id"),
        key_of("members", "done_by_id"),
    )


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
