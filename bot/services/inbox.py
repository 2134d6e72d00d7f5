"""Inbox: a form that comes again gets its first answer, with other content it is told what was saved."""

from bot.domain import errors
from bot.domain.access import Viewer
from bot.domain.delivery import Ref, Subject
from bot.domain.escalations import Escalation
from bot.domain.identity import EscalationId, InteractionId, RequestId
from bot.ports import Transaction


def earlier(tx: Transaction, viewer: Viewer, key: str) -> Ref | None:
    """Return what a form made, if the same one with the same content came before.

    Raises:
        errors.AlreadySaved: it came before with other content; nobody's words are dropped in silence.
        errors.UnknownObject: what it made does not exist for this person any more.
    """
    made = tx.inbox.effect_of(key)
    if made is not None and not tx.inbox.holds_the_same(key):
        raise errors.AlreadySaved(*_saved(tx, viewer, made))
    return made


def _saved(tx: Transaction, viewer: Viewer, made: Ref) -> tuple[str, str]:
    """Return the short id of what a form made, and this person's words in it."""
    if made.subject is Subject.INTERACTION:
        interaction = tx.interactions.get(InteractionId(made.id), viewer)
        if interaction is not None:
            return interaction.short_id, interaction.text
    if made.subject is Subject.REQUEST:
        request = tx.requests.get(RequestId(made.id), viewer)
        if request is not None:
            mine = (entry for entry in tx.history.of(made) if entry.actor and entry.actor.id == viewer.member_id)
            said = [entry.words for entry in mine if entry.words]
            return request.short_id, said[-1] if said else request.what
    if made.subject is Subject.ESCALATION:
        escalation = tx.escalations.get(EscalationId(made.id), viewer)
        if escalation is not None:
            return escalation.short_id, _words(escalation, viewer)
    raise errors.UnknownObject("")


def _words(escalation: Escalation, viewer: Viewer) -> str:
    """Return what this person said last in a conflict."""
    decision, statement = escalation.decision, escalation.statement
    if decision is not None and decision.by.id == viewer.member_id:
        return decision.text
    if statement is not None and escalation.side_b.person.id == viewer.member_id:
        return statement.text
    return escalation.case.our_goal
