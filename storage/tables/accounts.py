"""The tables of accounts, their people and what happened there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false
from sqlalchemy import text as sql
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
    stage: Mapped[str | None]
    desired_stage: Mapped[str | None]
    is_at_risk: Mapped[bool] = mapped_column(server_default=false())
    stage_reason: Mapped[str | None]
    stage_at: Mapped[datetime | None]
    coverage: Mapped[str | None]
    """Who faces the customer: one person, level to level, or mixed (S115)."""
    jour_fixe_weeks: Mapped[int | None]
    """How often the account's jour fixe is held; empty where there is none."""
    merged_into_id: Mapped[int | None]
    """The account that took this one in; from then on this one does not exist for any reader."""
    created_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_accounts_parent_id", "workspace_id", "parent_id"),
        Index("ix_accounts_channel_id", "workspace_id", "channel_id"),
        Index("ix_accounts_kam_id", "workspace_id", "kam_id"),
        Index("ix_accounts_deputy_id", "workspace_id", "deputy_id"),
        Index("ix_accounts_sponsor_id", "workspace_id", "sponsor_id"),
        key_of("accounts", "parent_id"),
        key_of("accounts", "merged_into_id"),
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
        Index(
            "ix_interactions_category",
            "workspace_id",
            "account_id",
            "category",
            "occurred_at",
            sqlite_where=sql("category IS NOT NULL"),
            postgresql_where=sql("category IS NOT NULL"),
        ),
        Index(
            "ix_interactions_satisfaction",
            "workspace_id",
            "account_id",
            "occurred_at",
            sqlite_where=sql("satisfaction IS NOT NULL"),
            postgresql_where=sql("satisfaction IS NOT NULL"),
        ),
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
    occurred_at: Mapped[datetime]
    """The interaction's, so that a contact's last touch is the first row of an index."""
    __table_args__ = (
        Index("ix_interaction_contacts_contact_id", "workspace_id", "contact_id", "occurred_at"),
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
