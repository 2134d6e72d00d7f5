"""Interaction news: what channel, KAM and author are told of an interaction, loaded with the reader's rights."""

from dataclasses import replace
from datetime import datetime

from bot.domain.access import CHANNEL, Viewer
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject, card_at
from bot.domain.identity import AccountId, ChannelId, InteractionId
from bot.domain.interactions import (
    BURST,
    Alert,
    ChannelLine,
    Interaction,
    InteractionLogged,
    InteractionPage,
    InteractionWithdrawn,
    may_regret,
)
from bot.ports import Transaction
from bot.services.readers import recipient


def reply_page(tx: Transaction, row: Claimed, _now: datetime) -> InteractionPage | None:
    """Load the next part of a long text."""
    viewer = recipient(tx, row)
    interaction = viewer and tx.interactions.get(InteractionId(row.outgoing.about.id), viewer)
    return InteractionPage(interaction, row.outgoing.detail or 0) if interaction else None


def channel_line(tx: Transaction, row: Claimed, _now: datetime) -> ChannelLine | None:
    """Load the channel's line: what of its burst is public and still belongs to an account of the channel."""
    burst = tx.interactions.in_burst(InteractionId(row.outgoing.about.id), CHANNEL)
    public = [interaction for interaction in burst if interaction.is_public]
    if row.outgoing.to_channel is None:
        # Sent another way: whoever answers for the account reads it by DM.
        lines = [interaction for interaction in public if interaction.account == public[0].account]
    else:
        lines = [it for it in public if _channel_of(tx, it.account.id) == row.outgoing.to_channel]
    return ChannelLine(lines[0].account, tuple(lines)) if lines else None


def alert(tx: Transaction, row: Claimed, _now: datetime) -> Alert | None:
    """Load what the KAM hears at once; what was told already and is no longer theirs to read is shown as withdrawn."""
    viewer = recipient(tx, row)
    interaction_id = InteractionId(row.outgoing.about.id)
    if viewer is None or viewer.member_id is None:
        return None
    interaction = tx.interactions.get(interaction_id, viewer)
    is_theirs = interaction is not None and interaction.account.id in viewer.kam_of
    is_due = interaction is not None and interaction.concerns_kam and is_theirs
    told = tx.outbox.card(row.outgoing.topic, row.outgoing.about, viewer.member_id)
    return Alert(interaction, is_theirs) if is_due or told else None


def reply_logged(tx: Transaction, row: Claimed, now: datetime) -> InteractionLogged | None:
    """Load the answer to a saved form or a picked account."""
    viewer = recipient(tx, row)
    interaction = tx.interactions.get(InteractionId(row.outgoing.about.id), viewer) if viewer else None
    if viewer is None or interaction is None:
        return None
    return logged(tx, viewer, interaction, now)


def reply_new_account(tx: Transaction, row: Claimed, now: datetime) -> InteractionLogged | None:
    """Load the answer to a log that created its account."""
    found = reply_logged(tx, row, now)
    return replace(found, new_account=True) if found else None


def reply_edited(tx: Transaction, row: Claimed, now: datetime) -> InteractionLogged | None:
    """Load the answer to an edit."""
    found = reply_logged(tx, row, now)
    return replace(found, edited=True) if found else None


def reply_withdrawn(tx: Transaction, row: Claimed, _now: datetime) -> InteractionWithdrawn | None:
    """Load the answer to Undo."""
    viewer = recipient(tx, row)
    if viewer is None:
        return None
    return InteractionWithdrawn(tx.interactions.get(InteractionId(row.outgoing.about.id), viewer))


def logged(tx: Transaction, viewer: Viewer, interaction: Interaction, now: datetime) -> InteractionLogged:
    """Return the answer to a log, with what its reader may do."""
    account = tx.accounts.get(interaction.account.id, viewer)
    return InteractionLogged(
        interaction,
        may_edit=may_regret(interaction, viewer, now),
        kam=tx.accounts.kam_if_active(interaction.account.id),
        line_goes_to=account.channel_id if account and interaction.is_public else None,
    )


def put_card(tx: Transaction, topic: str, interaction_id: InteractionId, place: str, now: datetime) -> None:
    """Show an interaction in one place, or show it anew there."""
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.outbox.put(card_at(place, topic, about, Priority.INTERACTION), now)


def reply(tx: Transaction, now: datetime, topic: str, interaction_id: InteractionId, reply_to: ReplyTo) -> None:
    """Answer where somebody pressed or typed."""
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to), now)


def refresh_cards(tx: Transaction, interaction_id: InteractionId, now: datetime) -> None:
    """Edit every message that shows this interaction: its own, and that of its burst."""
    burst_id = tx.interactions.burst_of(interaction_id) or interaction_id
    for topic, place in tx.outbox.cards_of(Ref(Subject.INTERACTION, interaction_id)):
        put_card(tx, topic, interaction_id, place, now)
    if burst_id != interaction_id:
        for topic, place in tx.outbox.cards_of(Ref(Subject.INTERACTION, burst_id)):
            if topic == "interaction.line":
                put_card(tx, topic, burst_id, place, now)


def tell_after_edit(tx: Transaction, before: Interaction, after: Interaction, viewer: Viewer, now: datetime) -> None:
    """Tell channel and KAM of what an edit made theirs to know."""
    moved = before.account != after.account
    account = tx.accounts.get(after.account.id, viewer)
    if after.is_public and account and account.channel_id and (moved or not before.is_public):
        # Out of its own burst first: that one is not another message to join.
        tx.interactions.join_burst(after.id, None)
        burst_id = tx.interactions.open_burst(account.id, now - BURST) or after.id
        tx.interactions.join_burst(after.id, burst_id)
        put_card(tx, "interaction.line", burst_id, account.channel_id, now)
    if after.concerns_kam and (moved or not before.concerns_kam):
        kam = tx.accounts.kam_if_active(after.account.id)
        if kam is not None and kam.id != viewer.member_id:
            put_card(tx, "interaction.alert", after.id, kam.id, now)


def _channel_of(tx: Transaction, account_id: AccountId) -> ChannelId | None:
    account = tx.accounts.get(account_id, CHANNEL)
    return account.channel_id if account else None
