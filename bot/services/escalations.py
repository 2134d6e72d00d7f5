"""Escalations: what people do with a goal conflict until it is decided or closed; shown as deep as one may see it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import errors, names
from bot.domain import escalation_clock as clock
from bot.domain.access import Viewer
from bot.domain.delivery import Ref, Subject
from bot.domain.drafts import Purpose
from bot.domain.escalation_commands import MoveConflict, OpenStep
from bot.domain.escalation_life import WITH_FORM
from bot.domain.escalation_rights import check, seen
from bot.domain.escalation_seen import HeaderSeen, Seen, StepForm
from bot.domain.escalations import Action, Course, Escalation, State
from bot.domain.history import Change
from bot.domain.identity import DraftId, EscalationId, MemberId
from bot.domain.members import Member
from bot.domain.sponsors import Considered
from bot.ports import Store, Transaction
from bot.services import addressees, drafts, inbox
from bot.services import escalation_notes as notes
from bot.services import escalation_precedents as precedents
from bot.services import escalation_pressed as pressed


def acknowledge(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Take a conflict on; of several KAM leads the first takes it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.Refusal: it is not theirs, somebody did before, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.ACKNOWLEDGE)
        after = change(tx, viewer, before, Action.ACKNOWLEDGE, taken(tx, before, command.actor, now))
        entry = tx.history.record(
            Change(after.about, "escalation.acknowledged", command.actor.id, now, fields=("state",))
        )
        told = (after.raiser, after.side_a.person, after.side_b.person, notes.kam_of(tx, after))
        people = notes.each(told, but=(*before.addressed_to, command.actor.person))
        notes.tell(tx, after.about, "escalation.acknowledged", people, entry, now)
        return close(tx, viewer, after, command, now)


def ask(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Ask one side back; whoever asks takes the conflict on.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NothingTyped: it has no word.
        errors.OutOfDate: who is asked takes no side.
        errors.Refusal: it is not theirs to ask, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.ASK)
        sides = {side.person.id: side.person for side in (before.side_a, before.side_b)}
        if command.person_id not in sides:
            raise errors.OutOfDate
        words, asked = typed(command), sides[command.person_id]
        course = before.course if before.acknowledged else taken(tx, before, command.actor, now)
        course = replace(course, next=_expiry(tx, command.actor.id, now))
        tx.escalations.ask(before.id, command.actor.id, asked.id, words, now)
        after = change(tx, viewer, before, Action.ASK, course)
        entry = tx.history.record(
            Change(after.about, "escalation.asked", command.actor.id, now, words, ("state", "question"))
        )
        notes.tell(tx, after.about, "escalation.note", notes.each((asked,)), entry, now)
        return close(tx, viewer, after, command, now)


def answer(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Answer what an addressee asked; the question and the answer stand on the card.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NothingTyped: it has no word.
        errors.Refusal: they were not asked, have answered, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.ANSWER)
        words, question = typed(command), before.questions_to(command.actor.id)[0]
        tx.escalations.answer(question.id, command.actor.id, words, now)
        course = before.course
        if before.acknowledged is not None:
            course = replace(course, next=_expiry(tx, before.acknowledged.by.id, now))
        after = change(tx, viewer, before, Action.ANSWER, course)
        entry = tx.history.record(
            Change(after.about, "escalation.answered", command.actor.id, now, words, ("state", "answer"))
        )
        notes.tell(tx, after.about, "escalation.note", notes.each((question.by,)), entry, now)
        return close(tx, viewer, after, command, now)


def state_view(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Keep the other side's view in its own words; every version is kept, the sponsor's card shows the newest.

    Whoever raised it, and for whom, hears of it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotTheOtherSide: nobody edits another's words.
        errors.AlreadyDecided: it has its decision.
        errors.NothingTyped: it has no word.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.STATE)
        words = typed(command)
        if not tx.escalations.add_statement(before.id, command.actor.id, words, now):
            raise lost(tx, viewer, before, Action.STATE)
        entry = tx.history.record(
            Change(before.about, "escalation.stated", command.actor.id, now, words, ("statement",))
        )
        ours = notes.each((before.raiser, before.side_a.person), but=(command.actor.person,))
        notes.tell(tx, before.about, "escalation.note", ours, entry, now)
        return close(tx, viewer, whole(tx, viewer, before.id), command, now)


def give_back(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Return a conflict with guidance, to be settled one level lower; either side may reopen it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NothingTyped: the guidance has no word.
        errors.Refusal: it is not theirs, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.RETURN)
        words = typed(command)
        course = replace(_closed(before, now), returned_by=command.actor.id, guidance=words)
        after = change(tx, viewer, before, Action.RETURN, course)
        entry = tx.history.record(
            Change(after.about, "escalation.returned", command.actor.id, now, words, ("state", "guidance"))
        )
        notes.tell_involved(tx, after, entry, now, but=(command.actor.person,))
        return close(tx, viewer, after, command, now)


def withdraw(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Withdraw the own conflict: both sides settled it, or it is over.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.Refusal: it is not theirs, or it is over.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.WITHDRAW)
        words = names.tidy(command.words)
        had = before.addressed_to
        after = change(tx, viewer, before, Action.WITHDRAW, _closed(before, now))
        entry = tx.history.record(
            Change(after.about, "escalation.withdrawn", command.actor.id, now, words or None, ("state",))
        )
        notes.tell(
            tx,
            after.about,
            "escalation.note",
            notes.each((*after.involved, notes.kam_of(tx, after), *had), but=(command.actor.person,)),
            entry,
            now,
        )
        return close(tx, viewer, after, command, now)


def reopen(store: Store, now: datetime, command: MoveConflict) -> Seen:
    """Put a conflict before a sponsor again, with the reason: it was not settled, not kept, or not answered.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NothingTyped: the reason has no word.
        errors.Refusal: it is not theirs, or it is open.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer, before = opened(tx, command)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(before, viewer)
        check(before, viewer, Action.REOPEN)
        words = typed(command)
        account_id, unreachable = before.header.account.id, addressees.unreachable_of(before.steps)
        found = addressees.route(tx, account_id, before.raiser.id, before.side_ids, now, unreachable)
        following = addressees.first_step(tx, found, now, is_urgent=before.is_urgent)
        after = change(tx, viewer, before, Action.REOPEN, Course(before.state, next=following), found.steps)
        if not found.recipients:
            after = change(tx, viewer, after, Action.STRAND, after.course)
        if before.state is State.DECIDED:
            tx.search.remove(after.about)
            tx.search.remove(Ref(Subject.DECISION, after.id))
        entry = tx.history.record(Change(after.about, "escalation.reopened", command.actor.id, now, words, ("state",)))
        receive = [step.person for step in found.recipients if step.person is not None]
        notes.put_card(tx, "escalation.card", after.about, receive, now, entry)
        notes.put_card(tx, "escalation.unaddressed", after.about, found.asked_to_assign, now)
        people = notes.each((*after.involved, notes.kam_of(tx, after)), but=(command.actor.person, *receive))
        notes.tell(tx, after.about, "escalation.note", people, entry, now)
        return close(tx, viewer, after, command, now)


def open_form(store: Store, now: datetime, command: OpenStep) -> StepForm:
    """Return what the form of an action shows; a private message it was opened from shows the result.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.OutOfDate: there is no such form.
        errors.Refusal: they cannot do this now; the sentence says who can, or what happened.
    """
    with store.begin(command.actor.workspace_id) as tx:
        form = _form(tx, command.actor, command.escalation_id, command.action)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.ESCALATION)
        return replace(form, draft_id=kept.id if kept else pressed.keep(tx, form.seen.escalation.about, command, now))


def form_with_more(store: Store, actor: Member, escalation_id: EscalationId, draft_id: DraftId | None) -> StepForm:
    """Return the decision's form once more, to show the rest of it.

    Raises:
        errors.Refusal: it is decided, or theirs to decide no more.
    """
    with store.read(actor.workspace_id) as tx:
        return replace(_form(tx, actor, escalation_id, Action.DECIDE), draft_id=draft_id)


def show(store: Store, actor: Member, number: int) -> Seen | HeaderSeen:
    """Show ``E-number`` as deep as this person may see it, with what they can do.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        found = tx.escalations.by_number(number, viewer)
        if found is None:
            raise errors.UnknownObject(f"E-{number}")
        if not isinstance(found, Escalation):
            return HeaderSeen(found)
        return replace(seen(found, viewer), history=tx.history.of(found.about))


def read_whole(store: Store, actor: Member, escalation_id: EscalationId) -> Seen:
    """Show a conflict with every word, for texts that a card cuts.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        return seen(whole(tx, viewer, escalation_id), viewer)


def whole(tx: Transaction, viewer: Viewer, escalation_id: EscalationId) -> Escalation:
    """Return a conflict to somebody who may see all of it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    escalation = tx.escalations.get(escalation_id, viewer)
    if escalation is None:
        raise errors.UnknownObject("")
    return escalation


def opened(tx: Transaction, command: MoveConflict) -> tuple[Viewer, Escalation]:
    """Return the actor's rights and the conflict as they see it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    viewer = tx.access.viewer(command.actor)
    return viewer, whole(tx, viewer, command.escalation_id)


def typed(command: MoveConflict) -> str:
    """Return the words of a form.

    Raises:
        errors.NothingTyped: there are none.
    """
    words = names.tidy(command.words)
    if not words:
        raise errors.NothingTyped
    return words


def close(tx: Transaction, viewer: Viewer, after: Escalation, command: MoveConflict, now: datetime) -> Seen:
    """Edit every card, show the result where it was pressed, and remember what this delivery did."""
    notes.refresh(tx, after.about, now)
    pressed.answer(tx, after.about, command, now)
    tx.inbox.record(command.key, after.about, now)
    return seen(after, viewer)


def lost(tx: Transaction, viewer: Viewer, before: Escalation, action: Action) -> errors.Refusal:
    """Say what somebody else did in the meantime, if that is in the way."""
    check(whole(tx, viewer, before.id), viewer, action)
    last = tx.history.last(before.about)
    return errors.ChangedMeanwhile(before.short_id, *((last.actor, last.at) if last else ()))


def do(tx: Transaction, viewer: Viewer, before: Escalation, action: Action, course: Course) -> None:
    """Do the change.

    Raises:
        errors.Refusal: somebody was first; the sentence says who, if that is in the way.
    """
    if not addressees.move(tx, before, action, course):
        raise lost(tx, viewer, before, action)


def change(
    tx: Transaction,
    viewer: Viewer,
    before: Escalation,
    action: Action,
    course: Course,
    steps: Sequence[Considered] | None = None,
) -> Escalation:
    """Do the change, if nobody was first, and return the conflict after it."""
    do(tx, viewer, before, action, course)
    if steps is not None:
        tx.escalations.put_steps(before.id, steps)
    return whole(tx, viewer, before.id)


def taken(tx: Transaction, before: Escalation, actor: Member, now: datetime) -> Course:
    """Return the course of a conflict that somebody takes on."""
    return replace(
        before.course, acknowledged_by=actor.id, acknowledged_at=now, next=_expiry(tx, actor.id, now), closed_at=None
    )


def _form(tx: Transaction, actor: Member, escalation_id: EscalationId, chosen: str) -> StepForm:
    action = next((one for one in WITH_FORM if one == chosen), None)
    if action is None:
        raise errors.OutOfDate
    viewer = tx.access.viewer(actor)
    escalation = whole(tx, viewer, escalation_id)
    check(escalation, viewer, action)
    found = precedents.of(tx, viewer, escalation) if action is Action.LOOK_UP else ()
    return StepForm(seen(escalation, viewer), action, found)


def _closed(before: Escalation, now: datetime) -> Course:
    return replace(before.course, next=None, handing_to=None, closed_at=now)


def _expiry(tx: Transaction, member_id: MemberId, now: datetime) -> clock.Next:
    return clock.moved(tx.members.calendar(member_id), now)
