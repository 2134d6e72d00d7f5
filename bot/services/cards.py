"""Cards: shown anew where somebody pressed what is over."""

from datetime import datetime

from bot.domain.delivery import Posted, Priority, card_at
from bot.domain.identity import WorkspaceId
from bot.ports import Store


def refresh(store: Store, now: datetime, workspace_id: WorkspaceId, pressed: Posted) -> bool:
    """Edit the card that stands there to what is true now; return whether one stands there (F8)."""
    with store.begin(workspace_id) as tx:
        card = tx.outbox.standing_at(pressed)
        if card is not None:
            topic, about, place = card
            tx.outbox.put(card_at(place, topic, about, Priority.REPLY), now)
        return card is not None
