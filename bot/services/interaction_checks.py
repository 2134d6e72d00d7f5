"""Interaction checks: what a form cannot check by itself before an interaction is stored."""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors, names
from bot.domain.access import Viewer
from bot.domain.identity import InteractionId
from bot.domain.interactions import TWICE, Details, Interaction, editable
from bot.domain.members import Member, Standing
from bot.ports import Transaction


def stored(tx: Transaction, viewer: Viewer, interaction_id: InteractionId) -> Interaction:
    """Return an interaction that exists for this person.

    Raises:
        errors.UnknownObject: it does not.
    """
    interaction = tx.interactions.get(interaction_id, viewer)
    if interaction is None:
        raise errors.UnknownObject("")
    return interaction


def checked(tx: Transaction, details: Details, kept: str, before: Interaction | None) -> Details:
    """Return the details as they are stored; what the form did not show of a long text stays.

    Args:
        tx: the open transaction.
        details: as the form gives them.
        kept: the text of the draft.
        before: what is edited; None for a new interaction.
    """
    _, not_shown = editable(before.text if before else kept)
    details = replace(
        details,
        text=names.tidy(details.text + not_shown),
        next_step=names.one_line(details.next_step or "") or None,
        promise=names.one_line(details.promise or "") or None,
    )
    if not details.text:
        raise errors.NothingTyped
    if details.satisfaction is not None and details.satisfaction_source is None:
        raise errors.SatisfactionWithoutSource
    if (details.promise is None) != (details.promise_due is None):
        raise errors.PromiseIncomplete("promise" if details.promise is None else "promise_due")
    offered = tx.contacts.offered(details.account_id, details.contact_ids)
    _check_colleagues(tx, details, before)
    choosable = {contact.id for contact in offered}
    if before is not None and before.account.id == details.account_id:
        # A unit may have become restricted since its contact was chosen; whom the note names, it goes on naming.
        choosable |= {contact.id for contact in before.contacts}
    return replace(
        details,
        contact_ids=tuple(dict.fromkeys(contact for contact in details.contact_ids if contact in choosable)),
        participant_ids=tuple(dict.fromkeys(details.participant_ids)),
    )


def check_once(tx: Transaction, viewer: Viewer, actor: Member, details: Details, now: datetime) -> None:
    """Let nobody say the same twice by accident (reliability, 1h)."""
    first = tx.interactions.same_words(actor.id, details, now - TWICE)
    if first is not None:
        raise errors.SavedJustNow(stored(tx, viewer, first).short_id)


def _check_colleagues(tx: Transaction, details: Details, before: Interaction | None) -> None:
    """Let only full members take part or do the next step; who is named already may have left since."""
    had = {person.id for person in before.participants} if before else set()
    doer = before.next_step.owner if before and before.next_step else None
    chosen = [(member_id, "participants") for member_id in details.participant_ids if member_id not in had]
    if details.next_step_owner is not None and details.next_step_owner != (doer.id if doer else None):
        chosen.append((details.next_step_owner, "next_step_owner"))
    for member_id, field in chosen:
        member = tx.members.get(member_id)
        if member is None or member.standing is not Standing.MEMBER:
            raise errors.NotAColleague(member.name if member else "", field)
