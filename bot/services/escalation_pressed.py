"""Escalations: the message from which somebody acted shows what became of it, without the buttons that are over."""

from datetime import datetime

from bot.domain.delivery import Form, Outgoing, Posted, Priority, Ref, ReplyTo
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalation_commands import Decide, MoveConflict, OpenStep
from bot.domain.identity import ChannelId, DraftId
from bot.ports import Transaction
from bot.services import drafts

_ABOUT = "escalation_id"


def answer(tx: Transaction, about: Ref, command: MoveConflict | Decide, now: datetime) -> None:
    """Show the result in place of the ephemeral or note from which it was done; a card is edited anyway."""
    outgoing = None
    if isinstance(command, MoveConflict) and command.reply_to is not None:
        outgoing = _anew(tx, about, command.reply_to, command.pressed)
    draft = tx.drafts.get(command.draft_id, command.actor.id, Purpose.ESCALATION) if command.draft_id else None
    if draft is not None and draft.reply_to is not None and draft.fields.get(_ABOUT) == str(about.id):
        tx.drafts.use(draft.id, now)
        outgoing = _anew(tx, about, draft.reply_to, _posted(draft))
    if outgoing is not None:
        tx.outbox.put(outgoing, now)


def keep(tx: Transaction, about: Ref, command: OpenStep, now: datetime) -> DraftId | None:
    """Remember from which ephemeral or note a form was opened; None where a card stands there, which is edited anyway."""
    if _anew(tx, about, command.reply_to, command.pressed) is None:
        return None
    fields = {_ABOUT: str(about.id)}
    if command.pressed is not None:
        fields |= {"channel": command.pressed.channel_id, "ts": command.pressed.ts}
    draft = Draft(DraftId(0), command.actor.id, Purpose.ESCALATION, now, fields, reply_to=command.reply_to)
    return drafts.keep(tx, command.key, draft, now).id


def _anew(tx: Transaction, about: Ref, reply_to: ReplyTo, pressed: Posted | None) -> Outgoing | None:
    if reply_to.replace:
        return Outgoing(Form.REPLY, "escalation.shown", about, Priority.REPLY, reply_to=reply_to)
    note = tx.outbox.note_at(about, pressed) if pressed is not None else None
    return None if note is None else note.anew(reply_to)


def _posted(draft: Draft) -> Posted | None:
    where = draft.fields.get("channel")
    return Posted(ChannelId(where), draft.fields["ts"]) if where else None
