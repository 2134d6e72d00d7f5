"""Channels: what is known about them expires when Slack says they changed."""

from dataclasses import replace

from bot.domain.identity import ChannelId, WorkspaceId
from bot.ports import Store


def forget(store: Store, workspace_id: WorkspaceId, channel_id: ChannelId) -> None:
    """Let the facts about a channel be read again before the next post."""
    with store.begin(workspace_id) as tx:
        facts = tx.channels.get(channel_id)
        if facts is not None:
            tx.channels.put(replace(facts, checked_at=None))
