"""The tables of what is to be done for accounts: promises, next steps, favours, demands."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


class PromiseRow(Base):
    """Dates given to the customer."""

    __tablename__ = "promises"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    interaction_id: Mapped[int | None]
    """The interaction it was given in: its visibility and its withdrawal are the promise's."""
    contact_id: Mapped[int | None]
    text: Mapped[str]
    first_due_on: Mapped[date]
    """The date given first; "kept" is measured by it (reference data, section 13)."""
    due_on: Mapped[date]
    owner_id: Mapped[str]
    author_id: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(server_default="company")
    state: Mapped[str] = mapped_column(server_default="open")
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (
        Index("ix_promises_account_id", "workspace_id", "account_id", "state", "due_on"),
        Index("ix_promises_interaction_id", "workspace_id", "interaction_id"),
        Index("ix_promises_owner_id", "workspace_id", "owner_id", "state", "due_on"),
        Index("ix_promises_contact_id", "workspace_id", "contact_id"),
        key_of("accounts", "account_id"),
        key_of("interactions", "interaction_id"),
        key_of("contacts", "contact_id"),
        key_of("members", "owner_id"),
        key_of("members", "author_id"),
    )


class NextStepRow(Base):
    """What we do next for an account."""

    __tablename__ = "next_steps"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    interaction_id: Mapped[int | None]
    """The interaction it came from: its visibility and its withdrawal are the step's."""
    demand_id: Mapped[int | None]
    """The demand it is done for, which follows it."""
    text: Mapped[str]
    first_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    owner_id: Mapped[str]
    author_id: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(server_default="company")
    state: Mapped[str] = mapped_column(server_default="open")
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (
        Index("ix_next_steps_account_id", "workspace_id", "account_id", "state", "due_on"),
        Index("ix_next_steps_interaction_id", "workspace_id", "interaction_id"),
        Index("ix_next_steps_owner_id", "workspace_id", "owner_id", "state", "due_on"),
        Index("ix_next_steps_demand_id", "workspace_id", "demand_id"),
        key_of("accounts", "account_id"),
        key_of("interactions", "interaction_id"),
        key_of("demands", "demand_id"),
        key_of("members", "owner_id"),
        key_of("members", "author_id"),
    )


class FavourRow(Base):
    """Given to a contact, or received, without a balance (S51, S54)."""

    __tablename__ = "favours"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    contact_id: Mapped[int | None]
    interaction_id: Mapped[int | None]
    """The interaction it was logged with: its visibility and its withdrawal are the favour's."""
    kind: Mapped[str]
    direction: Mapped[str]
    text: Mapped[str]
    effort: Mapped[str | None]
    value: Mapped[int | None]
    """What it was worth to the receiver, in the receiver's words (S53)."""
    on: Mapped[date]
    member_id: Mapped[str]
    """Who of us gave or received it."""
    author_id: Mapped[str]
    visibility: Mapped[str]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_favours_account_id_on", "workspace_id", "account_id", "on"),
        Index("ix_favours_contact_id", "workspace_id", "contact_id", "on"),
        Index("ix_favours_interaction_id", "workspace_id", "interaction_id"),
        key_of("accounts", "account_id"),
        key_of("contacts", "contact_id"),
        key_of("interactions", "interaction_id"),
        key_of("members", "member_id"),
        key_of("members", "author_id"),
    )


class DemandRow(Base):
    """Wishes that reach the KAM, and what became of them (S60 to S64)."""

    __tablename__ = "demands"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    source: Mapped[str]
    """Whether the customer wishes it, or somebody of us."""
    contact_id: Mapped[int | None]
    text: Mapped[str]
    author_id: Mapped[str]
    visibility: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str]
    later_on: Mapped[date | None]
    """When to look at it again."""
    owner_id: Mapped[str | None]
    """Who cares for it, or for whom it disappointed."""
    reason: Mapped[str | None]
    answer: Mapped[str | None]
    """The considerate text with which it was declined."""
    follow_up_on: Mapped[date | None]
    """When to ask the disappointed how it goes (S64)."""
    followed_up_at: Mapped[datetime | None]
    decided_by_id: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_demands_account_id_state", "workspace_id", "account_id", "state"),
        Index("ix_demands_owner_id", "workspace_id", "owner_id", "state"),
        Index("ix_demands_author_id", "workspace_id", "author_id"),
        Index("ix_demands_contact_id", "workspace_id", "contact_id"),
        key_of("accounts", "account_id"),
        key_of("contacts", "contact_id"),
        key_of("members", "author_id"),
        key_of("members", "owner_id"),
        key_of("members", "decided_by_id"),
    )
