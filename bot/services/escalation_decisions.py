"""Escalations: the one decision, what it asks of whom, and how it is kept."""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors, names
from bot.domain.escalation_commands import Decide, MoveConflict, ToDo, check_decision
from bot.domain.escalation_rights import check, seen, to_do
from bot.domain.escalation_seen import Seen
from bot.domain.escalations import Action, Escalation, Kind, decision_note, words_note
from bot.domain.history import Change
from bot.domain.members import Standing
from bot.ports import Store, Transaction
from bot.services import escalation_actions, inbox
from bot.services import escalation_notes as notes
from bot.services import escalation_pressed as pressed
from bot.services.escalations import close, do, lost, opened, whole


def decide(store: Store, now: datetime, command: Decide) -> Seen:
    """Store the one decision and tell raiser, both sides, KAM, the account's channel and the request's thread.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotAnAddressee: it is not theirs to decide.
        errors.AlreadyDecided: somebody was first.
        errors.ConflictClosed: it was returned or withdrawn.
        errors.Refusal: something in the form is missing or not possible.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(whole(tx, viewer, command.escalation_id), viewer)
        agreed = tuple(replace(one, what=names.one_line(one.what)) for one in command.agreed)
        command = replace(command, text=names.tidy(command.text), reason=names.tidy(command.reason), agreed=agreed)
        before = whole(tx, viewer, command.escalation_id)
        check(before, viewer, Action.DECIDE)
        check_decision(command)
        for one in command.agreed:
            _check_owner(tx, one)
        do(tx, viewer, before, Action.DECIDE, replace(before.course, next=None, handing_to=None))
        in_stead_of = before.in_stead_of(command.actor.id)
        tx.escalations.add_decision(command, in_stead_of.id if in_stead_of else None, now)
        after = whole(tx, viewer, before.id)
        words = f"{command.text}\n\n{command.reason}"
        entry = tx.history.record(
            Change(after.about, "escalation.decided", command.actor.id, now, words, ("state", "decision"))
        )
        tx.search.put_all((decision_note(after.header), words_note(after)))
        escalation_actions.follow(tx, after, now)
        notes.refresh(tx, after.about, now)
        owners = (one.owner for one in after.decision.agreed) if after.decision else ()
        told = (*after.involved, notes.kam_of(tx, after), *owners)
        people = notes.each(told, but=(*before.addressed_to, command.actor.person))
        notes.put_card(tx, "escalation.decided", after.about, people, now, entry)
        notes.tell_request(tx, after, now)
        pressed.answer(tx, after.about, command, now)
        tx.inbox.record(command.key, after.about, now)
        return seen(after, viewer)


def confirm(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Keep one side's yes to a settlement; a second press changes nothing.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotASide: only the two sides are asked.
        errors.OutOfDate: there is no settlement to confirm.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        decision = before.decision
        if decision is None or decision.kind is not Kind.SETTLEMENT:
            raise errors.OutOfDate
        if before.confirmed_by(command.actor.person) is None:
            check(before, viewer, Action.CONFIRM)
        if tx.escalations.confirm(before.id, command.actor.id, now):
            tx.history.record(
                Change(before.about, "escalation.confirmed", command.actor.id, now, fields=("confirmation",))
            )
        return close(tx, viewer, whole(tx, viewer, before.id), command, now)


def done(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Mark one action of a decision as done; with the last one the decision is kept.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotMove: it is for its owner or the decider to say.
        errors.OutOfDate: it is done already.
        errors.ConflictClosed: everything is done.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        if not tx.escalations.hold(before.id, Action.DONE):
            raise lost(tx, viewer, before, Action.DONE)
        # Read again under the lock: of two who do the last two things one sees that everything is done.
        held = whole(tx, viewer, before.id)
        decision = held.decision
        one = next((one for one in decision.to_do if one.position == command.position), None) if decision else None
        if one is None or decision is None:
            raise errors.OutOfDate
        if one.position not in to_do(held, viewer):
            raise errors.MayNotMove(held.short_id, tuple(dict.fromkeys((one.owner, decision.by))))
        tx.escalations.done(held.id, one.position, command.actor.id, now)
        entry = tx.history.record(Change(held.about, "escalation.done", command.actor.id, now, one.what, ("actions",)))
        after = whole(tx, viewer, held.id)
        if after.decision is not None and not after.decision.to_do:
            return _kept(tx, after, command, now)
        people = notes.each((after.raiser, decision.by), but=(command.actor.person,))
        notes.tell(tx, after.about, "escalation.note", people, entry, now)
        return close(tx, viewer, after, command, now)


def keep(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Say that a decision without open actions is kept.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotMove: it is for the two sides and the decider to say.
        errors.Refusal: it was said before, or something is still to be done.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.KEEP)
        return _kept(tx, before, command, now)


def _kept(tx: Transaction, before: Escalation, command: MoveConflict, now: datetime) -> Seen:
    viewer = tx.access.viewer(command.actor)
    do(tx, viewer, before, Action.KEEP, replace(before.course, closed_at=now))
    escalation_actions.stop(tx, before)
    entry = tx.history.record(Change(before.about, "escalation.kept", command.actor.id, now, fields=("state",)))
    decider = before.decision.by if before.decision else None
    people = notes.each((*before.involved, notes.kam_of(tx, before), decider), but=(command.actor.person,))
    notes.tell(tx, before.about, "escalation.note", people, entry, now)
    return close(tx, viewer, whole(tx, viewer, before.id), command, now)


def _check_owner(tx: Transaction, one: ToDo) -> None:
    owner = tx.members.get(one.owner_id) if one.owner_id else None
    if owner is None or owner.standing is not Standing.MEMBER:
        raise errors.NotAColleague(owner.name if owner else "", f"owner{one.number}")
