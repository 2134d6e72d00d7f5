"""Escalations: a conflict is offered to somebody else, taken over, left, or the offer is taken back."""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors, names
from bot.domain.escalation_commands import MoveConflict
from bot.domain.escalation_rights import check, seen
from bot.domain.escalation_seen import Seen
from bot.domain.escalations import Action
from bot.domain.history import Change
from bot.domain.members import Standing
from bot.domain.sponsors import Considered, Step
from bot.ports import Store
from bot.services import addressees, inbox
from bot.services import escalation_notes as notes
from bot.services import escalation_pressed as pressed
from bot.services.escalations import change, close, do, opened, taken


def hand_over(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Offer a conflict to somebody else; until they take it over it stays where it is.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.CannotTakeOver: whom it was offered to takes a side, has it already or is no full member.
        errors.Refusal: it is not theirs, is offered already, or is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.HAND_OVER)
        chosen = tx.members.get(command.person_id) if command.person_id else None
        has_it = {person.id for person in before.addressed_to}
        if chosen is None or chosen.standing is not Standing.MEMBER or chosen.id in {*before.side_ids, *has_it}:
            raise errors.CannotTakeOver(chosen.name if chosen else "")
        if tx.escalations.get(before.id, tx.access.viewer(chosen)) is None:
            # They left it once: an edit of that card would reach nobody.
            tx.outbox.forget_card("escalation.card", before.about, chosen.id)
        course = replace(before.course, handing_to=chosen.id, handed_by=command.actor.id)
        after = change(tx, viewer, before, Action.HAND_OVER, course)
        words = names.tidy(command.words)
        entry = tx.history.record(
            Change(after.about, "escalation.offered", command.actor.id, now, words or None, ("handing_to",))
        )
        notes.put_card(tx, "escalation.card", after.about, [chosen.person], now, entry)
        return close(tx, viewer, after, command, now)


def take_back(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Take an offer back; whom it was made to sees nothing of it any more, and hears so.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.Refusal: it is not theirs, it is not offered any more, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.TAKE_BACK)
        words = names.tidy(command.words)
        after = change(tx, viewer, before, Action.TAKE_BACK, replace(before.course, handing_to=None))
        entry = tx.history.record(
            Change(after.about, "escalation.offer_withdrawn", command.actor.id, now, words or None, ("handing_to",))
        )
        notes.tell(tx, after.about, "escalation.offer_over", notes.each((before.handing_to,)), entry, now)
        return close(tx, viewer, after, command, now)


def take_over(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Take over a conflict that was offered: from now on it is theirs, and acknowledged.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.Refusal: it is not offered to them any more, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.TAKE_OVER)
        had = before.addressed_to
        course = replace(taken(tx, before, command.actor, now), handing_to=None)
        step = Considered(Step.HANDED_OVER, command.actor.person, since=now)
        after = change(tx, viewer, before, Action.TAKE_OVER, course, addressees.handed_over(before, step))
        entry = tx.history.record(
            Change(after.about, "escalation.taken_over", command.actor.id, now, fields=("state", "recipients"))
        )
        people = notes.each((*after.involved, notes.kam_of(tx, after), *had), but=(command.actor.person,))
        notes.tell(tx, after.about, "escalation.note", people, entry, now)
        return close(tx, viewer, after, command, now)


def leave(store: Store, now: datetime, command: MoveConflict) -> None:
    """Leave an offered conflict where it is; whoever does sees it no more.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.Refusal: it is not offered to them any more, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer, before = opened(tx, command)
        check(before, viewer, Action.LEAVE)
        do(tx, viewer, before, Action.LEAVE, replace(before.course, handing_to=None))
        entry = tx.history.record(
            Change(before.about, "escalation.left", command.actor.id, now, fields=("handing_to",))
        )
        notes.tell(tx, before.about, "escalation.note", notes.each((before.handed_by,)), entry, now)
        notes.refresh(tx, before.about, now)
        pressed.answer(tx, before.about, command, now)
        tx.inbox.record(command.key, before.about, now)
