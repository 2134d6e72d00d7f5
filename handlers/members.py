"""Members: people who join, change or leave."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import WorkspaceId
from bot.ports import Store
from bot.services import members
from handlers.middleware import profile_of
from handlers.payloads import Event


def change(ack: Ack, payload: Event, store: Store, now: datetime) -> None:
    """Take over a person as Slack now describes them."""
    profile = profile_of(payload.user, payload.team_id)
    members.follow(store, now, WorkspaceId(payload.team_id), profile, payload.key)
    ack()
