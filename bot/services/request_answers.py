"""Request answers: what department, requester and assignee do with a request, and their forms."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from bot.domain import errors, names
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import DraftId
from bot.domain.request_commands import (
    AcceptRequest,
    Act,
    Counter,
    DeclineRequest,
    MovePromise,
    OpenForm,
    PassOn,
    Say,
)
from bot.domain.request_results import ActionForm
from bot.domain.request_times import check_date
from bot.domain.requests import Action, Fields, Offer, Passing, Question, Request, request_note
from bot.ports import Store
from bot.services import drafts, inbox, request_clock, request_news
from bot.services.request_desks import desk_in
from bot.services.request_steps import Turn, full_member, mine, place_of, take, turn

_Offered = TypeVar("_Offered", Offer, Passing)
_SPOKEN = frozenset({Action.ASK, Action.ANSWER, Action.REOPEN})
"""What is nothing without a word."""
_AUDITED = frozenset({"department_id", "promised_on", "assignee_id"})
"""What a button may change, for the audit."""


def open_form(store: Store, now: datetime, command: OpenForm) -> ActionForm:
    """Return the form of an action; a private message it was opened from is replaced by the answer.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        actor = command.actor
        request = turn(tx, actor, command.request_id, command.action, now).request
        place = place_of(tx, request.about, command.reply_to, command.pressed)
        if place is None:
            return ActionForm(command.action, request, actor.person)
        kept = drafts.kept(tx, command.key, actor.id, Purpose.REQUEST)
        fields = {"request_id": str(request.id)}
        draft = Draft(DraftId(0), actor.id, Purpose.REQUEST, now, fields, reply_to=place)
        kept = kept or drafts.keep(tx, command.key, draft, now)
        return ActionForm(command.action, request, actor.person, kept.id)


def accept(store: Store, now: datetime, command: AcceptRequest) -> Request:
    """Promise a request; the first answer wins.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: others answer it.
        errors.AlreadyAnswered: somebody was quicker.
        errors.PastDate: the promised date is over.
        errors.CannotTakeOn: whoever was to take it on is no full member.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, Action.ACCEPT, now)
        check_date(command.promised_on, command.today, "promised_on")
        assignee = full_member(tx, command.assignee_id)
        words = names.tidy(command.words)
        changed: Fields = {
            "promised_on": command.promised_on,
            "assignee_id": assignee.id,
            **_answered(this, words),
        }
        told = ("promised_on", "assignee")
        return take(this, command.version, command.key, changed, words=words, audited=told, draft_id=command.draft_id)


def decline(store: Store, now: datetime, command: DeclineRequest) -> Request:
    """Say why not this time, and what is possible instead; the first answer wins.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: others answer it.
        errors.AlreadyAnswered: somebody was quicker.
        errors.NothingTyped: a reason alone is no answer.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, Action.DECLINE, now)
        words = _said(command.words)
        changed: Fields = {"decline_reason": command.reason, "closed_at": now, **_answered(this, words)}
        return take(
            this, command.version, command.key, changed, words=words, audited=("reason",), draft_id=command.draft_id
        )


def counter(store: Store, now: datetime, command: Counter) -> Request:
    """Offer something else, or answer such an offer with another one.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
        errors.OfferEmpty: neither date nor person nor scope.
        errors.PastDate: the offered date is over.
        errors.CannotTakeOn: whoever was offered is no full member.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, command.action, now)
        words, scope = names.tidy(command.words), names.tidy(command.scope)
        if command.offered_on is None and command.person_id is None and not scope:
            raise errors.OfferEmpty
        if command.offered_on is not None:
            check_date(command.offered_on, command.today, "offered_on")
        person = full_member(tx, command.person_id) if command.person_id else None
        again = command.action is Action.COUNTER_AGAIN
        offer = Offer(command.actor.person, now, command.offered_on, person, scope, by_requester=again)
        changed = _unanswered() if again else _answered(this, words)
        tx.requests.offer(this.request.id, offer, words)
        return take(
            this, command.version, command.key, changed, words=words, audited=("offer",), draft_id=command.draft_id
        )


def move(store: Store, now: datetime, command: MovePromise) -> Request:
    """Promise another date, and say why; requester and KAM hear of it.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
        errors.PastDate: the new date is over.
        errors.NothingTyped: no word why.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, Action.MOVE, now)
        check_date(command.promised_on, command.today, "promised_on")
        words = _said(command.words)
        changed: Fields = {"promised_on": command.promised_on}
        return take(
            this,
            command.version,
            command.key,
            changed,
            words=words,
            audited=("promised_on",),
            draft_id=command.draft_id,
        )


def pass_on(store: Store, now: datetime, command: PassOn) -> Request:
    """Offer a request to another department; the first stays responsible until that one takes it over.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
        errors.DepartmentMissing: no department that exists was chosen.
        errors.SameDepartment: it is there already.
        errors.NobodyAnswers: nobody of that department can be reached.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, Action.PASS_ON, now)
        department = tx.departments.get(command.department_id)
        if department is None:
            raise errors.DepartmentMissing
        if this.request.department is not None and this.request.department.id == department.id:
            raise errors.SameDepartment(department.name)
        desk = desk_in(tx, this.request, department)
        if desk.stands_in:
            raise errors.NobodyAnswers(department.name)
        words = names.tidy(command.words)
        changed: Fields = {"passing_to_id": department.id, "passed_by_id": command.actor.id, "passed_at": now}
        done = take(
            this, command.version, command.key, changed, words=words, audited=("passing_to",), draft_id=command.draft_id
        )
        request_news.put_cards(tx, this.request, desk, command.actor.id, now)
        return done


def say(store: Store, now: datetime, command: Say) -> Request:
    """Do what needs words and nothing else: ask back, answer, turn down, deliver, reopen, withdraw.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
        errors.NothingTyped: a question, an answer or a reason without a word.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, command.action, now)
        words = _said(command.words) if command.action in _SPOKEN else names.tidy(command.words)
        if command.action is Action.ASK:
            tx.requests.ask(this.request.id, Question(command.actor.person, now, words))
        if command.action is Action.ANSWER:
            tx.requests.answer(this.request.id, command.actor.id, words, now)
        ends: dict[Action, Fields] = {
            Action.TURN_DOWN: _unanswered(),
            Action.DELIVER: {"delivered_at": now, "delivered_by_id": command.actor.id},
            Action.REOPEN: {"closed_at": None},
            Action.WITHDRAW: {"closed_at": now},
        }
        changed = ends.get(command.action, {})
        return take(this, command.version, command.key, changed, words=words, draft_id=command.draft_id)


def act(store: Store, now: datetime, command: Act) -> Request:
    """Do what one button does: take the offer, take over, leave, confirm.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to do, or not possible any more.
        errors.ShownOtherwise: the offer is not the one that was shown.
        errors.OfferOver: the offered date has passed.
        errors.CannotTakeOn: whoever would take it on is no full member any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if tx.inbox.effect_of(command.key) is not None:
            return mine(tx, viewer, command.request_id)
        this = turn(tx, command.actor, command.request_id, command.action, now)
        changed = _ACTS[command.action](this, command)
        place = place_of(tx, this.request.about, command.reply_to, command.pressed)
        audited = tuple(name.removesuffix("_id") for name in changed if name in _AUDITED)
        done = take(this, this.request.version, command.key, changed, audited=audited, reply_to=place)
        # It is found under its department's name.
        tx.search.put(request_note(done))
        return done


def _answered(this: Turn, words: str) -> Fields:
    """Return what every answer of the department stores."""
    return {"answered_by_id": this.actor.id, "answered_at": this.now, "answer_words": words or None}


def _unanswered() -> Fields:
    """Return what it means that the department is to answer again."""
    return {"answered_by_id": None, "answered_at": None, "answer_words": None}


def _taken(this: Turn, command: Act) -> Fields:
    """Return what an offer becomes when it is taken: a promise for its date, else for when it is needed."""
    request = this.request
    offer = _standing(request.offer if command.version == request.version else None, request)
    promised_on = offer.on or request.header.needed_by
    if promised_on < command.today:
        raise errors.OfferOver(request.short_id, promised_on)
    assignee = full_member(this.tx, (offer.person or offer.by).id)
    # What was agreed stands on the card from now on, not only in the thread.
    words = "\n".join(filter(None, (offer.scope, request.answer.words if request.answer else "")))
    return {"promised_on": promised_on, "assignee_id": assignee.id, "answer_words": words or None}


def _taken_over(this: Turn, _command: Act) -> Fields:
    """Return what it means that another department answers from now on, in its own time."""
    request = this.request
    to = _standing(request.passing, request).to
    fresh = request_clock.fields_of_new(this.tx, to, request.state, this.now)
    return {**fresh, "department_id": to.id, "moves": request.moves + 1, "passing_to_id": None}


def _left(_this: Turn, _command: Act) -> Fields:
    return {"passing_to_id": None}


def _confirmed(this: Turn, _command: Act) -> Fields:
    return {"closed_at": this.now}


_ACTS: Mapping[Action, Callable[[Turn, Act], Fields]] = {
    Action.TAKE: _taken,
    Action.TAKE_OVER: _taken_over,
    Action.LEAVE: _left,
    Action.CONFIRM: _confirmed,
}


def _standing(offered: _Offered | None, request: Request) -> _Offered:
    """Return what was offered, if it is still what was shown.

    Raises:
        errors.ShownOtherwise: it is not.
    """
    if offered is None:
        raise errors.ShownOtherwise(request.short_id)
    return offered


def _said(words: str) -> str:
    tidied = names.tidy(words)
    if not tidied:
        raise errors.NothingTyped("words")
    return tidied
