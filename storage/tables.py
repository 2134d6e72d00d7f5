"""The tables; ``workspace_id`` leads every key."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UTCDateTime(TypeDecorator[datetime]):
    """An instant; SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        """Read as an aware UTC instant."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Common types and constraint names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: BigInteger(),
        datetime: UTCDateTime(),
        date: Date(),
        list[str]: JSON(),
        dict[str, str]: JSON(),
    }


def _of(table: str, *columns: str, target: str = "id") -> ForeignKeyConstraint:
    """Refer to a row of the same workspace; checked at commit, so that order inside a transaction is free."""
    return ForeignKeyConstraint(
        ["workspace_id", *columns],
        [f"{table}.workspace_id", f"{table}.{target}"],
        deferrable=True,
        initially="DEFERRED",
    )


class WorkspaceRow(Base):
    """One Slack team."""

    __tablename__ = "workspaces"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str]
    country: Mapped[str]
    admins: Mapped[list[str]]
    bot_user_id: Mapped[str | None]
    created_at: Mapped[datetime]


class MemberRow(Base):
    """Everybody known from Slack or from the set-up data; guests too, so that they are refused without asking Slack."""

    __tablename__ = "members"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    standing: Mapped[str]
    role: Mapped[str]
    is_owner: Mapped[bool]
    department_id: Mapped[int | None]
    level: Mapped[int | None]
    topics: Mapped[list[str]]
    language: Mapped[str | None]
    locale: Mapped[str | None]
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    working_hours: Mapped[str | None]
    profile_at: Mapped[datetime | None]
    """When Slack's directory last changed what it says, as far as it told."""
    __table_args__ = (
        Index("ix_members_role", "workspace_id", "role"),
        Index("ix_members_email", "workspace_id", "email"),
        Index("ix_members_department_id", "workspace_id", "department_id"),
    )


class ChannelRow(Base):
    """What Slack last said about a channel."""

    __tablename__ = "channels"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    is_private: Mapped[bool]
    is_archived: Mapped[bool]
    is_external: Mapped[bool]
    is_member: Mapped[bool]
    checked_at: Mapped[datetime | None]


class DepartmentRow(Base):
    """Units that receive requests."""

    __tablename__ = "departments"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    name_key: Mapped[str]
    channel_id: Mapped[str]
    coordinator_id: Mapped[str]
    head_id: Mapped[str | None]
    deputy_id: Mapped[str | None]
    answer_hours: Mapped[int]
    lead_days: Mapped[int]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    working_hours: Mapped[str | None]
    __table_args__ = (
        Index("uq_departments_name_key", "workspace_id", "name_key", unique=True),
        _of("members", "coordinator_id"),
        _of("members", "head_id"),
        _of("members", "deputy_id"),
    )


class AccountRow(Base):
    """Customers, partners inside and suppliers."""

    __tablename__ = "accounts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    kind: Mapped[str]
    access: Mapped[str]
    tier: Mapped[str | None]
    parent_id: Mapped[int | None]
    relation: Mapped[str | None]
    country: Mapped[str | None]
    language: Mapped[str | None]
    channel_id: Mapped[str | None]
    kam_id: Mapped[str | None]
    deputy_id: Mapped[str | None]
    sponsor_id: Mapped[str | None]
    mission: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_accounts_parent_id", "workspace_id", "parent_id"),
        Index("ix_accounts_channel_id", "workspace_id", "channel_id"),
        Index("ix_accounts_kam_id", "workspace_id", "kam_id"),
        Index("ix_accounts_deputy_id", "workspace_id", "deputy_id"),
        Index("ix_accounts_sponsor_id", "workspace_id", "sponsor_id"),
        _of("accounts", "parent_id"),
        _of("members", "kam_id"),
        _of("members", "deputy_id"),
        _of("members", "sponsor_id"),
        CheckConstraint("access IN ('open', 'restricted')", name="access"),
    )


class AccountNameRow(Base):
    """Names and aliases; several accounts may bear one, so that a hidden one is not revealed."""

    __tablename__ = "account_names"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    __table_args__ = (
        Index("ix_account_names_account_id", "workspace_id", "account_id"),
        _of("accounts", "account_id"),
    )


class TeamRow(Base):
    """The account team."""

    __tablename__ = "account_team"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str | None]
    topic: Mapped[str | None]
    __table_args__ = (
        Index("ix_account_team_member_id", "workspace_id", "member_id"),
        _of("accounts", "account_id"),
        _of("members", "member_id"),
    )


class ContactRow(Base):
    """People at the customer."""

    __tablename__ = "contacts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str | None]
    title: Mapped[str | None]
    level: Mapped[int | None]
    decision_roles: Mapped[list[str]]
    attitude: Mapped[int | None]
    influence: Mapped[int | None]
    aims: Mapped[str | None]
    owner_id: Mapped[str | None]
    reports_to_id: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_contacts_account_id_name_key", "workspace_id", "account_id", "name_key", unique=True),
        Index("ix_contacts_owner_id", "workspace_id", "owner_id"),
        Index("ix_contacts_name_key", "workspace_id", "name_key"),
        _of("accounts", "account_id"),
        _of("members", "owner_id"),
        _of("contacts", "reports_to_id"),
    )


class SponsorshipRow(Base):
    """Who backs which KAM, and who stands in."""

    __tablename__ = "sponsorships"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    kam_id: Mapped[str] = mapped_column(primary_key=True)
    sponsor_id: Mapped[str]
    deputy_id: Mapped[str | None]
    __table_args__ = (
        Index("ix_sponsorships_sponsor_id", "workspace_id", "sponsor_id"),
        Index("ix_sponsorships_deputy_id", "workspace_id", "deputy_id"),
        _of("members", "kam_id"),
        _of("members", "sponsor_id"),
        _of("members", "deputy_id"),
    )


class InteractionRow(Base):
    """Logged events with customers."""

    __tablename__ = "interactions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    account_id: Mapped[int]
    author_id: Mapped[str]
    occurred_at: Mapped[datetime]
    logged_at: Mapped[datetime]
    text: Mapped[str]
    kind: Mapped[str]
    category: Mapped[str | None]
    tags: Mapped[list[str]]
    satisfaction: Mapped[int | None]
    satisfaction_source: Mapped[str | None]
    favour: Mapped[str | None]
    visibility: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    burst_id: Mapped[int | None]
    """The first interaction of the burst whose channel message carries this one."""
    import_key: Mapped[str | None]
    version: Mapped[int]
    __table_args__ = (
        Index("uq_interactions_number", "workspace_id", "number", unique=True),
        Index("uq_interactions_import_key", "workspace_id", "import_key", unique=True),
        Index("ix_interactions_account_id_occurred_at", "workspace_id", "account_id", "occurred_at"),
        Index("ix_interactions_account_id_logged_at", "workspace_id", "account_id", "logged_at"),
        Index("ix_interactions_burst_id", "workspace_id", "burst_id"),
        _of("accounts", "account_id"),
        _of("members", "author_id"),
    )


class InteractionContactRow(Base):
    """Which contacts took part."""

    __tablename__ = "interaction_contacts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    __table_args__ = (
        Index("ix_interaction_contacts_contact_id", "workspace_id", "contact_id"),
        _of("interactions", "interaction_id"),
        _of("contacts", "contact_id"),
    )


class ParticipantRow(Base):
    """Which of our people took part besides the author."""

    __tablename__ = "participants"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (_of("interactions", "interaction_id"), _of("members", "member_id"))


class PromiseRow(Base):
    """Dates given to the customer."""

    __tablename__ = "promises"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    interaction_id: Mapped[int | None]
    text: Mapped[str]
    due_on: Mapped[date]
    owner_id: Mapped[str]
    __table_args__ = (
        Index("ix_promises_account_id_due_on", "workspace_id", "account_id", "due_on"),
        Index("ix_promises_interaction_id", "workspace_id", "interaction_id"),
        _of("accounts", "account_id"),
        _of("interactions", "interaction_id"),
        _of("members", "owner_id"),
    )


class NextStepRow(Base):
    """What we do next for an account."""

    __tablename__ = "next_steps"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    interaction_id: Mapped[int | None]
    text: Mapped[str]
    due_on: Mapped[date | None]
    owner_id: Mapped[str]
    __table_args__ = (
        Index("ix_next_steps_account_id_due_on", "workspace_id", "account_id", "due_on"),
        Index("ix_next_steps_interaction_id", "workspace_id", "interaction_id"),
        _of("accounts", "account_id"),
        _of("interactions", "interaction_id"),
        _of("members", "owner_id"),
    )


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
        _of("accounts", "account_id"),
        _of("departments", "department_id"),
        _of("members", "requester_id"),
        _of("members", "assignee_id"),
        _of("members", "answered_by_id"),
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
        _of("accounts", "account_id"),
        _of("requests", "request_id"),
        _of("members", "raiser_id"),
        _of("members", "party_a_id"),
        _of("members", "party_b_id"),
        _of("departments", "party_b_department_id"),
        _of("members", "informed_id"),
        _of("members", "acknowledged_by_id"),
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
        _of("escalations", "escalation_id"),
        _of("members", "member_id"),
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
        _of("escalations", "escalation_id"),
        _of("members", "author_id"),
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
    __table_args__ = (_of("escalations", "escalation_id"), _of("members", "decided_by_id"))


class ConfirmationRow(Base):
    """Which sides agreed to a settlement."""

    __tablename__ = "escalation_confirmations"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (_of("escalations", "escalation_id"), _of("members", "member_id"))


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


class HistoryRow(Base):
    """What happened, in people's words."""

    __tablename__ = "history"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    object_id: Mapped[int]
    action: Mapped[str]
    actor_id: Mapped[str | None]
    at: Mapped[datetime]
    words: Mapped[str | None]
    __table_args__ = (Index("ix_history_subject_object_id_at", "workspace_id", "subject", "object_id", "at"),)


class AuditRow(Base):
    """What happened, in ids."""

    __tablename__ = "audit"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    object_id: Mapped[int]
    fields: Mapped[list[str]]
    seal: Mapped[int | None]
    """The number of the seal that covers the row; empty until then."""
    __table_args__ = (
        Index("ix_audit_at", "workspace_id", "at"),
        Index("ix_audit_subject_object_id", "workspace_id", "subject", "object_id"),
        Index("ix_audit_seal", "workspace_id", "seal"),
        Index(
            "ix_audit_unsealed",
            "workspace_id",
            "at",
            "id",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
    )


class SealRow(Base):
    """The chain of hashes over the audit."""

    __tablename__ = "audit_seals"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    previous: Mapped[str]
    hash: Mapped[str]
    rows: Mapped[int]
    sealed_at: Mapped[datetime]
    __table_args__ = (Index("ix_audit_seals_hash", "workspace_id", "hash"),)


class CounterRow(Base):
    """The last number given out per kind."""

    __tablename__ = "counters"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class InboxRow(Base):
    """Deliveries that had an effect, and which."""

    __tablename__ = "inbox"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    subject: Mapped[str]
    object_id: Mapped[int]
    content: Mapped[str | None]
    """A digest of what a form held; empty for what cannot come again with other content."""
    __table_args__ = (Index("ix_inbox_at", "workspace_id", "at"),)


class OutboxRow(Base):
    """What is to be told."""

    __tablename__ = "outbox"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    form: Mapped[str]
    topic: Mapped[str]
    subject: Mapped[str]
    object_id: Mapped[int]
    place: Mapped[str]
    """The channel or member it goes to."""
    to_member: Mapped[str | None]
    to_channel: Mapped[str | None]
    entry_id: Mapped[int | None]
    detail: Mapped[int | None]
    response_url: Mapped[str | None]
    replace: Mapped[bool]
    thread_subject: Mapped[str | None]
    thread_object_id: Mapped[int | None]
    priority: Mapped[int]
    state: Mapped[str]
    """pending, sending (leased), sent, parked (with its cause), dropped."""
    due_at: Mapped[datetime]
    """From when it may go, and its place in its lane."""
    created_at: Mapped[datetime]
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int]
    cause: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    sent_channel: Mapped[str | None]
    sent_ts: Mapped[str | None]
    queue: Mapped[str]
    """Priority and way: what competes for the same budget."""
    lane: Mapped[str]
    """Rows of one lane leave one after the other."""
    in_doubt: Mapped[bool]
    """A try may have arrived."""
    tried_at: Mapped[datetime | None]
    """When the first try that may have arrived began."""
    faults: Mapped[int]
    repeats_left: Mapped[int]
    __table_args__ = (
        Index("ix_outbox_state_due_at", "workspace_id", "state", "due_at"),
        Index(
            "ix_outbox_line",
            "workspace_id",
            "queue",
            "lane",
            "due_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_under_way",
            "workspace_id",
            "lane",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_outbox_object", "workspace_id", "object_id", "state"),
        # A waiting edit of a card already shows the newest state, so a second one is not needed.
        Index(
            "uq_outbox_waiting_card",
            "workspace_id",
            "topic",
            "object_id",
            "place",
            unique=True,
            sqlite_where=text("form = 'card' AND state = 'pending'"),
            postgresql_where=text("form = 'card' AND state = 'pending'"),
        ),
    )


class LaneRow(Base):
    """When a lane may be used again: one message a second, and what Slack asked for."""

    __tablename__ = "lanes"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
    asked: Mapped[bool]
    """Slack itself asked for the pause."""
    __table_args__ = (Index("ix_lanes_free_at", "workspace_id", "free_at"),)


class GateRow(Base):
    """What was used of a workspace's budgets, and why nothing may leave."""

    __tablename__ = "gates"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    posts_until: Mapped[datetime | None]
    edits_until: Mapped[datetime | None]
    turns: Mapped[dict[str, str]]
    parked_at: Mapped[datetime | None]
    parked_cause: Mapped[str | None]
    silent_since: Mapped[datetime | None]
    silences: Mapped[int]
    silence_told: Mapped[bool]
    knock_at: Mapped[datetime | None]


class CardRow(Base):
    """Where the card of an object stands."""

    __tablename__ = "cards"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    channel_id: Mapped[str]
    ts: Mapped[str]
    __table_args__ = (
        Index("ix_cards_subject_object_id", "workspace_id", "subject", "object_id"),
        Index("ix_cards_channel_id_ts", "workspace_id", "channel_id", "ts"),
    )


class TimerRow(Base):
    """What has to happen at a time; a row stays when it is done, so that its occurrence is not done again."""

    __tablename__ = "timers"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    object_id: Mapped[int]
    step: Mapped[str]
    occurrence: Mapped[str]
    due_at: Mapped[datetime]
    wall: Mapped[str | None]
    """The time on the wall it was meant as, without a zone."""
    zone: Mapped[str | None]
    state: Mapped[str]
    """pending, fired, cancelled, parked (with its cause)."""
    try_at: Mapped[datetime]
    """When it is looked at: when it is due, later after a try that failed."""
    attempts: Mapped[int]
    cause: Mapped[str | None]
    fired_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_timers_occurrence", "workspace_id", "subject", "object_id", "step", "occurrence", unique=True),
        Index("ix_timers_state_try_at", "workspace_id", "state", "try_at"),
    )


class SearchNoteRow(Base):
    """What is known, as search finds it; SQLite looks the words up in the virtual table ``search_index``."""

    __tablename__ = "search_notes"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Grows with the time of the note, so that newest first is the order of the key."""
    subject: Mapped[str]
    object_id: Mapped[int]
    account_id: Mapped[int]
    author_id: Mapped[str | None]
    visibility: Mapped[str]
    at: Mapped[datetime]
    number: Mapped[int | None]
    heading: Mapped[str]
    text: Mapped[str]
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    __table_args__ = (
        Index("uq_search_notes_object", "workspace_id", "subject", "object_id", unique=True),
        # Writing straight into the index keeps both writing and reading even: no pending list to scan or flush.
        Index("ix_search_notes_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
            dialect="postgresql"
        ),
        {"sqlite_with_rowid": False},
    )


class SearchWordRow(Base):
    """The vocabulary: every word that some note has, or had before the last scrub, for misspellings and compounds."""

    __tablename__ = "search_words"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class SearchTrigramRow(Base):
    """The vocabulary by trigrams."""

    __tablename__ = "search_trigrams"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    trigram: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


CREATE_SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING "
    "fts5(words, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '.@'\")"
)
"""For SQLite only; the words arrive analysed, the tokenizer just takes them apart again."""
DROP_SEARCH_INDEX = "DROP TABLE IF EXISTS search_index"

_for_sqlite: Any = DDL
event.listen(Base.metadata, "after_create", _for_sqlite(CREATE_SEARCH_INDEX).execute_if(dialect="sqlite"))
event.listen(Base.metadata, "before_drop", _for_sqlite(DROP_SEARCH_INDEX).execute_if(dialect="sqlite"))
