"""Search sharing: one answer to one channel, once whoever shares it has seen who will read it there."""

from datetime import datetime

from bot.domain import errors
from bot.domain.access import CHANNEL
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, is_channel
from bot.domain.history import Change
from bot.domain.identity import ChannelId
from bot.domain.search import Answer
from bot.domain.search_sharing import (
    NotShared,
    ProposeShare,
    Share,
    Shared,
    ShareForm,
    SharePreview,
    StartShare,
    audience,
)
from bot.ports import Store, Transaction

SHARED = "search.shared"
NOT_SHARED = "search.not_shared"


def form(store: Store, command: StartShare) -> ShareForm:
    """Return what can be shared of the answers that a message shows, with the rights of now.

    Raises:
        errors.NotForChannels: only some people may read them.
        errors.UnknownObject: they are not there any more.
    """
    with store.read(command.actor.workspace_id) as tx:
        seen = tx.search.about(command.objects, tx.access.viewer(command.actor))
        if not seen:
            raise errors.UnknownObject("")
        open_to_all = tx.search.about([one.about for one in seen], CHANNEL)
        if not open_to_all:
            raise errors.NotForChannels(several=len(seen) > 1)
        facts = tx.channels.get(command.channel_id) if command.channel_id else None
        likely = command.channel_id if facts is not None and not facts.is_external else None
        return ShareForm(open_to_all, len(seen) - len(open_to_all), likely)


def propose(store: Store, command: ProposeShare) -> SharePreview:
    """Show who will read it; nothing is posted yet.

    Raises:
        errors.NotForChannels: only some people may read it.
        errors.NotAChannel: a person was chosen.
        errors.SharedOutside: people of other companies are in this channel.
    """
    with store.read(command.actor.workspace_id) as tx:
        return _checked(tx, command)


def share(store: Store, now: datetime, command: Share) -> None:
    """Put the answer on its way to the channel, with who shared it.

    Raises:
        errors.NotForChannels: only some people may read it, since a moment ago perhaps.
        errors.NotAChannel: a person was chosen.
        errors.SharedOutside: people of other companies are in this channel.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        _checked(tx, ProposeShare(command.actor, command.about, command.channel_id))
        entry = tx.history.record(Change(command.about, SHARED, command.actor.id, now, fields=("channel",)))
        told = Outgoing(
            Form.NOTE, SHARED, command.about, Priority.REQUEST, to_channel=command.channel_id, entry_id=entry
        )
        tx.outbox.put(told, now)
        tx.inbox.record(command.key, command.about, now)


def shared(tx: Transaction, row: Claimed, _now: datetime) -> Shared | None:
    """Load what a channel may read of it when it is posted; nothing, if that has become nothing."""
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    answer = _for_all(tx, row.outgoing.about)
    return Shared(answer, entry.actor) if answer is not None and entry is not None and entry.actor is not None else None


def send_back(tx: Transaction, row: Claimed, now: datetime) -> bool:
    """Tell whoever shared it that the channel takes nothing from Scharnier; False where nobody can be told."""
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    by = entry.actor if entry else None
    if by is None or by.left:
        return False
    told = Outgoing(
        Form.NOTE,
        NOT_SHARED,
        row.outgoing.about,
        Priority.REQUEST,
        to_member=by.id,
        entry_id=row.outgoing.entry_id,
        detail=row.id,
    )
    tx.outbox.put(told, now)
    return True


def not_shared(tx: Transaction, row: Claimed, _now: datetime) -> NotShared | None:
    """Load which answer did not reach which channel."""
    lost = tx.outbox.get(row.outgoing.detail) if row.outgoing.detail is not None else None
    answer = _for_all(tx, row.outgoing.about)
    if lost is None or answer is None:
        return None
    facts = tx.channels.get(ChannelId(lost.place))
    return NotShared(answer, ChannelId(lost.place), is_external=facts is not None and facts.is_external)


def _checked(tx: Transaction, command: ProposeShare) -> SharePreview:
    answer = _for_all(tx, command.about)
    if answer is None:
        raise errors.NotForChannels
    if not is_channel(command.channel_id) or command.channel_id.startswith("D"):
        raise errors.NotAChannel
    facts = tx.channels.get(command.channel_id)
    if facts is not None and facts.is_external:
        raise errors.SharedOutside(facts.name or command.channel_id)
    return SharePreview(answer, command.channel_id, facts.name if facts else None, audience(facts))


def _for_all(tx: Transaction, about: Ref) -> Answer | None:
    """Return the answer as a channel reads it: company content of an open account."""
    return next(iter(tx.search.about([about], CHANNEL)), None)
