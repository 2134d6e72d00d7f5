"""Outbox: lanes, rows in doubt, and what shuts a workspace's outbox."""

from alembic import op
import sqlalchemy as sa

from storage.tables import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EDIT = """EXISTS (
    SELECT 1 FROM cards
    WHERE cards.workspace_id = outbox.workspace_id AND cards.topic = outbox.topic
      AND cards.object_id = outbox.object_id AND cards.place = outbox.place AND outbox.form = 'card'
)"""
_WAY = f"CASE WHEN response_url IS NOT NULL THEN 'reply' WHEN {_EDIT} THEN 'edit' ELSE 'post' END"
_LANE = f"CASE WHEN response_url IS NOT NULL THEN place || ' ' || id WHEN {_EDIT} THEN place || ' edit' ELSE place END"


def upgrade() -> None:
    """Add what the outbox needs to survive doubt, closed doors and limits."""
    op.create_table(
        "lanes",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("free_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "lane", name=op.f("pk_lanes")),
    )
    op.create_index("ix_lanes_free_at", "lanes", ["workspace_id", "free_at"])
    op.create_table(
        "gates",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("posts_until", UTCDateTime(timezone=True), nullable=True),
        sa.Column("edits_until", UTCDateTime(timezone=True), nullable=True),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("parked_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("parked_cause", sa.Text(), nullable=True),
        sa.Column("silent_since", UTCDateTime(timezone=True), nullable=True),
        sa.Column("silences", sa.BigInteger(), nullable=False),
        sa.Column("silence_told", sa.Boolean(), nullable=False),
        sa.Column("knock_at", UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_gates")),
    )
    op.add_column("outbox", sa.Column("queue", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("lane", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("in_doubt", sa.Boolean(), nullable=True))
    op.add_column("outbox", sa.Column("tried_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("faults", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("repeats_left", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE outbox SET "
        f"queue = CASE WHEN priority < 10 THEN '0' ELSE '' END || priority || ' ' || {_WAY}, lane = {_LANE}, "
        "in_doubt = (state = 'sending'), tried_at = due_at, faults = 0, "
        "repeats_left = CASE WHEN priority = 10 THEN 1 ELSE 0 END"
    )
    # SQLite changes a column by making the table anew, with its indexes.
    with op.batch_alter_table("outbox") as outbox:
        for name, kind in (
            ("queue", sa.Text()),
            ("lane", sa.Text()),
            ("in_doubt", sa.Boolean()),
            ("faults", sa.BigInteger()),
            ("repeats_left", sa.BigInteger()),
        ):
            outbox.alter_column(name, existing_type=kind, nullable=False)
    op.create_index("ix_outbox_object", "outbox", ["workspace_id", "object_id", "state"])
    for name, columns, state in (
        ("ix_outbox_line", ["workspace_id", "queue", "lane", "due_at", "id"], "pending"),
        ("ix_outbox_under_way", ["workspace_id", "lane"], "sending"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
