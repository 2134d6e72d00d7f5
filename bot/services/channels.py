"""Channels: what is known about them expires when Slack says they changed."""

from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ChannelId, WorkspaceId
from bot.ports import Store


def forget(store: Store, now: datetime, workspace_id: WorkspaceId, channel_id: ChannelId, key: str) -> None:
    """Let the facts about a channel be read again before the next post; so the order of events does not matter (F2)."""
    with store.begin(workspace_id) as tx:
        if tx.inbox.effect_of(key) is not None:
            return
        facts = tx.channels.get(channel_id)
        if facts is not None:
            tx.channels.put(replace(facts, checked_at=None))
        tx.inbox.record(key, Ref(Subject.WORKSPACE, 0), now)
