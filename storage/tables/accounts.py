"""The tables of accounts, their people and what happened there."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


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
        key_of("accounts", "parent_id"),
        key_of("members", "kam_id"),
        key_of("members", "deputy_id"),
        key_of("members", "sponsor_id"),
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
        key_of("accounts", "account_id"),
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
        key_of("accounts", "account_id"),
        key_of("members", "member_id"),
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
        key_of("accounts", "account_id"),
        key_of("members", "owner_id"),
        key_of("contacts", "reports_to_id"),
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
        key_of("members", "kam_id"),
        key_of("members", "sponsor_id"),
        key_of("members", "deputy_id"),
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
        key_of("accounts", "account_id"),
        key_of("members", "author_id"),
    )


class InteractionContactRow(Base):
    """Which contacts took part."""

    __tablename__ = "interaction_contacts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    __table_args__ = (
        Index("ix_interaction_contacts_contact_id", "workspace_id", "contact_id"),
        key_of("interactions", "interaction_id"),
        key_of("contacts", "contact_id"),
    )


class ParticipantRow(Base):
    """Which of our people took part besides the author."""

    __tablename__ = "participants"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (key_of("interactions", "interaction_id"), key_of("members", "member_id"))


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
        key_of("accounts", "account_id"),
        key_of("interactions", "interaction_id"),
        key_of("members", "owner_id"),
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
        key_of("accounts", "account_id"),
        key_of("interactions", "interaction_id"),
        key_of("members", "owner_id"),
    )
