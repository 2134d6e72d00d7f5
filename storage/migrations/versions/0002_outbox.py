"""Outbox: rows in doubt, parked workspaces and the pace of places."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the outbox needs to survive doubt, closed doors and limits."""
