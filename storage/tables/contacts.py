"""The tables of contacts: people at customers, where they stood, how they are judged, and whom they know."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


class ContactRow(Base):
    """People at the customer, with their present position."""

    __tablename__ = "contacts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    title: Mapped[str | None]
    level: Mapped[int | None]
    decision_roles: Mapped[list[str]]
    attitude: Mapped[int | None]
    influence: Mapped[int | None]
    aims: Mapped[str | None]
    owner_id: Mapped[str | None]
    counterpart_id: Mapped[str | None]
    """Our person of the same level; the owner where it is empty (S112, S114)."""
    reports_to_id: Mapped[int | None]
    wished_days: Mapped[int | None]
    """How often they wish to hear from us; empty follows tier and level (G5)."""
    left_on: Mapped[date | None]
    """The day they left the customer."""
    merged_into_id: Mapped[int | None]
    """The contact that took this one in; from then on this one does not exist for any reader."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        # Two people of one name at one account are possible; the duplicate finder asks.
        Index("ix_contacts_account_id_name_key", "workspace_id", "account_id", "name_key"),
        Index("ix_contacts_owner_id", "workspace_id", "owner_id"),
        Index("ix_contacts_counterpart_id", "workspace_id", "counterpart_id"),
        Index("ix_contacts_reports_to_id", "workspace_id", "reports_to_id"),
        Index("ix_contacts_name_key", "workspace_id", "name_key"),
        key_of("accounts", "account_id"),
        key_of("members", "owner_id"),
        key_of("members", "counterpart_id"),
        key_of("contacts", "reports_to_id"),
        key_of("contacts", "merged_into_id"),
    )


class PositionRow(Base):
    """Where a contact stood and stands; who moves keeps the history (S48)."""

    __tablename__ = "contact_positions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int]
    account_id: Mapped[int]
    title: Mapped[str | None]
    level: Mapped[int | None]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    """The last day; empty for the present one."""
    __table_args__ = (
        Index("ix_contact_positions_contact_id", "workspace_id", "contact_id"),
        Index("ix_contact_positions_account_id", "workspace_id", "account_id"),
        key_of("contacts", "contact_id"),
        key_of("accounts", "account_id"),
    )


class AssessmentRow(Base):
    """Dated judgements of a contact or an account; the newest of a measure counts, the older ones are its history."""

    __tablename__ = "assessments"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    contact_id: Mapped[int | None]
    """Empty for a judgement of the account as a whole."""
    measure: Mapped[str]
    value: Mapped[int | None]
    """Empty takes the judgement back: not known."""
    reason: Mapped[str]
    by_id: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_assessments_contact_id", "workspace_id", "contact_id", "at"),
        Index("ix_assessments_account_id", "workspace_id", "account_id", "at"),
        key_of("accounts", "account_id"),
        key_of("contacts", "contact_id"),
        key_of("members", "by_id"),
    )


class StrengthRow(Base):
    """How well one of our people knows a contact, as somebody judged it; the log shows whether it is more than claimed."""

    __tablename__ = "contact_strengths"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Where the contact stood then: that account's circle reads it, wherever the contact goes."""
    member_id: Mapped[str] = mapped_column(primary_key=True)
    strength: Mapped[int | None]
    desired: Mapped[int | None]
    by_id: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_contact_strengths_account_id", "workspace_id", "account_id"),
        Index("ix_contact_strengths_member_id", "workspace_id", "member_id"),
        key_of("contacts", "contact_id"),
        key_of("accounts", "account_id"),
        key_of("members", "member_id"),
        key_of("members", "by_id"),
    )


class InfluenceRow(Base):
    """Who at the customer listens to whom, beside the lines of reporting (S45)."""

    __tablename__ = "contact_influences"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Who influences."""
    on_contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by_id: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_contact_influences_on_contact_id", "workspace_id", "on_contact_id", "contact_id"),
        key_of("contacts", "contact_id"),
        key_of("contacts", "on_contact_id"),
        key_of("members", "by_id"),
    )


class HypothesisRow(Base):
    """What somebody thinks will happen with a contact, dated and with what it is based on (S47)."""

    __tablename__ = "hypotheses"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int]
    account_id: Mapped[int]
    """Where the contact stood then: that account's circle reads it, wherever the contact goes."""
    text: Mapped[str]
    basis: Mapped[str]
    by_id: Mapped[str]
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it came true, or was given up."""
    came_true: Mapped[bool | None]
    __table_args__ = (
        Index("ix_hypotheses_contact_id", "workspace_id", "contact_id"),
        Index("ix_hypotheses_account_id", "workspace_id", "account_id"),
        key_of("contacts", "contact_id"),
        key_of("accounts", "account_id"),
        key_of("members", "by_id"),
    )
