"""Channels: what is known about them expires when Slack says they changed."""

from datetime import datetime

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import ChannelId, WorkspaceId
from bot.ports import Store


def forget(store: Store, now: datetime, workspace_id: WorkspaceId, channel_id: ChannelId, key: str) -> None:
    """Let the facts about a channel be read again before the next post; so the order of events does not matter (F2).

    What a worker read before this moment and stores later is not believed any more.
    """
    with store.begin(workspace_id) as tx:
        if tx.inbox.effect_of(key) is not None:
            return
        tx.channels.forget(channel_id, now)
        tx.inbox.record(key, Ref(Subject.WORKSPACE, 0), now)
