"""Channels: archived, shared or back again, so that nothing goes where it must not."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import WorkspaceId
from bot.ports import Store
from bot.services import channels
from handlers.payloads import Event


def change(ack: Ack, payload: Event, store: Store, now: datetime) -> None:
    """Forget what was known about a channel; it is read again before the next post."""
    channels.forget(store, now, WorkspaceId(payload.team_id), payload.channel, payload.key)
    ack()
