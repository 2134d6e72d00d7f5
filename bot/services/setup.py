"""Setting up: the first steps, and channels that wait for an invitation."""

from datetime import datetime

from bot.domain.access import CHANNEL
from bot.domain.delivery import Claimed, Subject
from bot.domain.identity import AccountId, DepartmentId
from bot.domain.setup import ChannelInvite
from bot.ports import Transaction


def invite_notice(tx: Transaction, row: Claimed, _now: datetime) -> ChannelInvite | None:
    """Load the request to invite Scharnier into the channel of a department or account."""
    about = row.outgoing.about
    if about.subject is Subject.DEPARTMENT:
        department = tx.departments.get(DepartmentId(about.id))
        name, channel_id = (department.name, department.channel_id) if department else ("", None)
    else:
        account = tx.accounts.get(AccountId(about.id), CHANNEL)
        name, channel_id = (account.name, account.channel_id) if account else ("", None)
    facts = tx.channels.get(channel_id) if channel_id else None
    if facts is None or facts.usable:
        return None
    return ChannelInvite(facts.name or facts.id, name, facts.is_external, facts.is_archived)
