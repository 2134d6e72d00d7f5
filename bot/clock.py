"""The only call of the clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place that may
