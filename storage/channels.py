"""Channels: what Slack last said about them."""

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.delivery import ChannelFacts
from bot.domain.identity import ChannelId
from storage.session import Session
from storage.tables import ChannelRow

# Put together once: every message to a channel asks it.
_ONE = select(ChannelRow.__table__).where(
    ChannelRow.workspace_id == bindparam("here"), ChannelRow.id == bindparam("channel")
)


class Channels:
    """Rows of ``channels`` as domain values."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, channel_id: ChannelId) -> ChannelFacts | None:
        """Return the facts last read."""
        row = self._session.run(_ONE, {"here": self._session.workspace_id, "channel": channel_id}).one_or_none()
        if row is None:
            return None
        return ChannelFacts(
            id=ChannelId(row.id),
            name=row.name,
            is_private=row.is_private,
            is_archived=row.is_archived,
            is_external=row.is_external,
            is_member=row.is_member,
            checked_at=row.checked_at,
        )

    def put(self, facts: ChannelFacts) -> None:
        """Store what was read, unless something newer is known."""
        self._session.upsert(
            ChannelRow,
            ["workspace_id", "id"],
            [
                {
                    "workspace_id": self._session.workspace_id,
                    "id": facts.id,
                    "name": facts.name,
                    "is_private": facts.is_private,
                    "is_archived": facts.is_archived,
                    "is_external": facts.is_external,
                    "is_member": facts.is_member,
                    "checked_at": facts.checked_at,
                }
            ],
            newer="checked_at",
        )

    def forget(self, channel_id: ChannelId, now: datetime) -> None:
        """Let nothing go there until the channel is read again, from now on."""
        unknown = dict.fromkeys(("is_private", "is_archived", "is_external", "is_member"), False)
        row = {"workspace_id": self._session.workspace_id, "id": channel_id, "checked_at": now, **unknown}
        self._session.upsert(
            ChannelRow, ["workspace_id", "id"], [row], keep=["is_private", "is_archived", "is_external"]
        )
