"""Audit seals: a hash chain over the audit rows."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the seals."""
