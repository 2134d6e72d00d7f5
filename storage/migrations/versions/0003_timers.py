"""Timers: what has to happen at a time; what the inbox and the directory need to tell repeats and old news."""

from alembic import op
import sqlalchemy as sa
import storage.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of timers, what forms held, when profiles changed, and the way from a message to its card."""
    op.create_table(
        "timers",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("due_at", storage.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("wall", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("try_at", storage.tables.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("fired_at", storage.tables.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_timers")),
    )
    op.create_index(
        "uq_timers_occurrence", "timers", ["workspace_id", "subject", "object_id", "step", "occurrence"], unique=True
    )
    op.create_index("ix_timers_state_try_at", "timers", ["workspace_id", "state", "try_at"])
    op.add_column("inbox", sa.Column("content", sa.Text(), nullable=True))
    op.drop_index("ix_inbox_at", "inbox")
    op.create_index("ix_inbox_at", "inbox", ["workspace_id", "at"])
    op.add_column("members", sa.Column("profile_at", storage.tables.UTCDateTime(timezone=True), nullable=True))
    op.create_index("ix_cards_channel_id_ts", "cards", ["workspace_id", "channel_id", "ts"])
