"""Cards and notes: shown anew where somebody pressed what is over."""

from datetime import datetime

from bot.domain.delivery import Posted, Priority, Ref, ReplyTo, card_at
from bot.domain.identity import WorkspaceId
from bot.ports import Store


def refresh(
    store: Store,
    now: datetime,
    workspace_id: WorkspaceId,
    pressed: Posted,
    reply_to: ReplyTo | None = None,
    about: Ref | None = None,
) -> bool:
    """Show the card or note that stands there as it is true now; return whether one stands there (F8).

    Args:
        store: where it is known what stands there.
        now: the time.
        workspace_id: whose Slack it is.
        pressed: the message somebody pressed a button on.
        reply_to: how a note is replaced.
        about: what the button was about.
    """
    with store.begin(workspace_id) as tx:
        card = tx.outbox.standing_at(pressed)
        if card is not None:
            topic, about, place = card
            tx.outbox.put(card_at(place, topic, about, Priority.REPLY), now)
            return True
        note = tx.outbox.note_at(about, pressed) if about is not None else None
        if note is None or reply_to is None:
            return False
        tx.outbox.put(note.anew(reply_to), now)
        return True
