"""The tables beside the facts: history, audit, what came in, what goes out, and when."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base


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
