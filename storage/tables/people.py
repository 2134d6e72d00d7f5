"""The tables of people, departments and channels."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


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
    url: Mapped[str | None]
    """Where its messages are opened, as Slack says it."""
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
        key_of("members", "coordinator_id"),
        key_of("members", "head_id"),
        key_of("members", "deputy_id"),
    )


class AbsenceRow(Base):
    """When somebody is away, and who stands in."""

    __tablename__ = "absences"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str]
    starts_on: Mapped[date]
    """In the member's zone, as the last day."""
    ends_on: Mapped[date]
    """The last day."""
    deputy_id: Mapped[str | None]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_absences_member_id", "workspace_id", "member_id", "ends_on"),
        Index("ix_absences_deputy_id", "workspace_id", "deputy_id", "ends_on"),
        key_of("members", "member_id"),
        key_of("members", "deputy_id"),
    )
