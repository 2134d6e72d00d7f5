"""Request steps: what all actions share: who may, whether it is still possible, one change, what is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import errors
from bot.domain.access import Viewer
from bot.domain.delivery import Posted, Ref, ReplyTo
from bot.domain.drafts import Purpose
from bot.domain.history import Change
from bot.domain.identity import DraftId, MemberId, RequestId
from bot.domain.members import Member, Person, Standing
from bot.domain.request_life import LIFE, RECORDED, Role, roles
from bot.domain.requests import UNANSWERED, Action, Fields, Header, Request, Step
from bot.ports import Transaction
from bot.services import request_clock, request_news
from bot.services.request_desks import desk_of, new_desk_of

NAMED = 5
"""People named in a refusal."""
_DEPARTMENTS = frozenset({Role.ANSWERER})
_TIMED = frozenset({"promised_on", "department_id"})
"""What moves a clock although the state stays."""
_STEPS = {RECORDED[rule.action]: rule.to for rule in LIFE.rules if rule.action in RECORDED.keys() - {Action.JOIN}}
"""What changes a request, and the state it leads to; somebody who joins changes nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's turn: they may do it, and it was possible a moment ago."""

    tx: Transaction
    viewer: Viewer
    actor: Member
    request: Request
    action: Action
    now: datetime


def turn(tx: Transaction, actor: Member, request_id: RequestId, action: Action, now: datetime) -> Turn:
    """Check that this person may do it now.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: the department does this.
        errors.NotForYou: others may do it.
        errors.AlreadyAnswered: it is too late for that, or too early.
        errors.CounteredOnce: an offer is countered once.
    """
    viewer = tx.access.viewer(actor)
    seen = tx.requests.seen(request_id, viewer)
    if seen is None:
        raise errors.UnknownObject("")
    desk = desk_of(tx, seen)
    name = desk.department.name if desk.department else None
    if isinstance(seen, Header):
        raise errors.MayNotAnswer(seen.short_id, desk.people[:NAMED], name)
    new_desk = new_desk_of(tx, seen)
    mine_ = roles(seen, viewer, desk, new_desk)
    if action not in LIFE.actions(seen.state, mine_):
        who = {role for state in LIFE.states_for(action) for role in LIFE.roles(state, action)}
        if Role.NEGOTIATOR in who and Role.REQUESTER in mine_ and seen.state in LIFE.states_for(action):
            raise errors.CounteredOnce(seen.short_id)
        is_over = Role.NEW_DEPARTMENT in who and new_desk is None
        if is_over or not mine_.isdisjoint(who | ({Role.REQUESTER} if Role.NEGOTIATOR in who else set())):
            raise too_late(tx, seen)
        if who == _DEPARTMENTS:
            raise errors.MayNotAnswer(seen.short_id, desk.people[:NAMED], name)
        able: dict[Role, tuple[Person | None, ...]] = {
            Role.REQUESTER: (seen.requester,),
            Role.NEGOTIATOR: (seen.requester,),
            Role.KAM: (request_news.kam_of(tx, seen),),
            Role.ASSIGNEE: (seen.answer.assignee if seen.answer else None,),
            Role.ANSWERER: desk.people,
            Role.NEW_DEPARTMENT: new_desk.people if new_desk else (),
        }
        people = dict.fromkeys(one for role in Role if role in who for one in able.get(role, ()) if one is not None)
        raise errors.NotForYou(seen.short_id, tuple(people)[:NAMED])
    return Turn(tx, viewer, actor, seen, action, now)


def take(
    this: Turn,
    version: int,
    key: str,
    changed: Fields,
    *,
    words: str = "",
    audited: tuple[str, ...] = (),
    reply_to: ReplyTo | None = None,
    draft_id: DraftId | None = None,
) -> Request:
    """Do the step, record it, wind the clock and tell it.

    Args:
        this: the turn that was checked.
        version: the one that the form or button showed.
        key: the inbox key of this delivery.
        changed: what the step changes beside the state and the clock.
        words: what the person wrote.
        audited: names of what changed.
        reply_to: where a pressed button is answered.
        draft_id: the draft that knows from where the form was opened.

    Raises:
        errors.ChangedMeanwhile: somebody changed it since ``version``.
        errors.AlreadyAnswered: somebody was quicker.
    """
    tx, request, now = this.tx, this.request, this.now
    to = LIFE.next(request.state, this.action)
    moves = to is not request.state
    fields: Fields = {**(request_clock.fields(tx, request, to, now) if moves else {}), **changed}
    if to not in UNANSWERED:
        fields = {**fields, "passing_to_id": None}
    rewinds = moves or bool(changed.keys() & _TIMED)
    if rewinds:
        # Before the change itself, as the clock locks in this order.
        tx.timers.cancel(request.about)
    if not tx.requests.take_step(Step(request.id, version, LIFE.states_for(this.action), to, fields)):
        raise too_late(tx, mine(tx, this.viewer, request.id), this.action)
    if request.question is not None and moves and this.action is not Action.ANSWER:
        tx.requests.drop_question(request.id, now)
    about, actor_id = request.about, this.actor.id
    names = (*(("state",) if moves else ()), *audited)
    entry = tx.history.record(Change(about, RECORDED[this.action], actor_id, now, words=words or None, fields=names))
    after = request_news.whole(tx, request.id) or request
    if rewinds:
        request_clock.wind(tx, after, now)
    request_news.tell(tx, request, this.action, entry, actor_id, now)
    _answer(this, reply_to, draft_id)
    tx.inbox.record(key, about, now)
    return mine(tx, this.viewer, request.id) if tx.requests.get(request.id, this.viewer) else after


def too_late(tx: Transaction, request: Request, action: Action | None = None) -> errors.Refusal:
    """Say who did what, and when, so that it is not possible now."""
    by: Person | None = request.requester
    at = request.header.created_at
    done = [entry for entry in tx.history.of(request.about) if entry.action in _STEPS]
    # What led to this state comes first; a step that left the state as it is stands behind.
    for entry in [one for one in done if _STEPS[one.action] is request.state] or done:
        by, at = entry.actor, entry.at
    if action is not None and request.state in LIFE.states_for(action):
        return errors.ChangedMeanwhile(request.short_id, by, at)
    return errors.AlreadyAnswered(request.short_id, request.state, by, at)


def mine(tx: Transaction, viewer: Viewer, request_id: RequestId) -> Request:
    """Return a request that this person may see all of.

    Raises:
        errors.UnknownObject: it does not exist for this person, or not in full.
    """
    request = tx.requests.get(request_id, viewer)
    if request is None:
        raise errors.UnknownObject("")
    return request


def full_member(tx: Transaction, member_id: MemberId) -> Person:
    """Return a person who can take something on.

    Raises:
        errors.CannotTakeOn: they are no full member, or nobody known.
    """
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        raise errors.CannotTakeOn(member.name if member else "")
    return member.person


def place_of(tx: Transaction, about: Ref, reply_to: ReplyTo, pressed: Posted | None) -> ReplyTo | None:
    """Return where the answer goes: in place of a private message, beside what may be a card; a card is edited anyway."""
    if reply_to.replace:
        return reply_to
    if pressed is None or tx.outbox.standing_at(pressed) is not None:
        return None
    # A post whose answer was lost may be a card that others read, and is still to be found by its key.
    return replace(reply_to, replace=tx.outbox.is_told_at(about, pressed))


def _answer(this: Turn, reply_to: ReplyTo | None, draft_id: DraftId | None) -> None:
    """Show the result where it was pressed."""
    tx, about = this.tx, this.request.about
    draft = tx.drafts.get(draft_id, this.actor.id, Purpose.REQUEST) if draft_id else None
    if draft is not None and draft.reply_to is not None:
        reply_to = draft.reply_to
        tx.drafts.use(draft.id, this.now)
    if reply_to is not None:
        request_news.reply(tx, about, "request.shown", reply_to, this.now)
