"""The tables of duplicates: pairs that may be one, and merges that can be taken back."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base, key_of


class TwinsRow(Base):
    """Two accounts or two contacts that may be one; the lower id comes first."""

    __tablename__ = "twins"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    first_id: Mapped[int]
    second_id: Mapped[int]
    found_at: Mapped[datetime]
    dismissed_by_id: Mapped[str | None]
    """Who said that they are two."""
    dismissed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_twins_pair", "workspace_id", "subject", "first_id", "second_id", unique=True),
        Index("ix_twins_second_id", "workspace_id", "subject", "second_id"),
        key_of("members", "dismissed_by_id"),
    )


class MergeRow(Base):
    """One account or contact was taken into another; for 30 days it can be taken back."""

    __tablename__ = "merges"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str]
    from_id: Mapped[int]
    into_id: Mapped[int]
    by_id: Mapped[str]
    at: Mapped[datetime]
    counts: Mapped[dict[str, str]]
    """What moved, by table, as far as whoever did it may know of it."""
    undone_by_id: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_merges_into_id", "workspace_id", "subject", "into_id"),
        Index("ix_merges_from_id", "workspace_id", "subject", "from_id"),
        key_of("members", "by_id"),
        key_of("members", "undone_by_id"),
    )


class MergedValueRow(Base):
    """What a merge changed in rows of other tables, so that taking it back restores just that."""

    __tablename__ = "merged_values"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """In the order in which the merge changed them."""
    table: Mapped[str]
    deed: Mapped[str]
    """changed, moved (many rows alike), removed or added."""
    key: Mapped[dict[str, str]]
    """The row's key as the merge left it, beside the workspace: JSON texts by column; of rows that moved, lists."""
    before: Mapped[dict[str, str]]
    """What stood there; of a removed row everything, of an added one nothing."""
    after: Mapped[dict[str, str]]
    """What the merge wrote there, so that a later change is not undone."""
    __table_args__ = (key_of("merges", "merge_id"),)
