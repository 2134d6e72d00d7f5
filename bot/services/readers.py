"""Readers: whose rights an outgoing row is rendered with."""

from bot.domain.access import Viewer
from bot.domain.delivery import Claimed
from bot.domain.members import Standing
from bot.ports import Transaction


def recipient(tx: Transaction, row: Claimed) -> Viewer | None:
    """Return the rights, as they are now, of the member a row is for; None for a channel, and for who is no member."""
    outgoing = row.outgoing
    member_id = outgoing.to_member or (outgoing.reply_to.member_id if outgoing.reply_to else None)
    member = tx.members.get(member_id) if member_id else None
    return tx.access.viewer(member) if member and member.standing is Standing.MEMBER else None
