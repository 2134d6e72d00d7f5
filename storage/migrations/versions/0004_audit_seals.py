"""Audit seals: a hash chain over the audit rows."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the seals, and to each audit row the number of its own."""
    op.create_table(
        "audit_seals",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_audit_seals")),
    )
    op.create_index("ix_audit_seals_hash", "audit_seals", ["workspace_id", "hash"])
    op.add_column("audit", sa.Column("seal", sa.BigInteger(), nullable=True))
    op.create_index("ix_audit_seal", "audit", ["workspace_id", "seal"])
    op.create_index(
        "ix_audit_unsealed",
        "audit",
        ["workspace_id", "at", "id"],
        sqlite_where=sa.text("seal IS NULL"),
        postgresql_where=sa.text("seal IS NULL"),
    )
