"""The life cycle of a request: who may do what in which state, what follows, and who hears of it."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.access import Viewer
from bot.domain.identity import MemberId
from bot.domain.life_cycles import LifeCycle, Rule
from bot.domain.request_desks import Desk
from bot.domain.request_times import UNHEARD
from bot.domain.requests import UNANSWERED, Action, Request, State


class Role(StrEnum):
    """What somebody is to a request."""

    REQUESTER = "requester"
    NEGOTIATOR = "negotiator"
    """The requester, until they countered an offer once."""
    APPELLANT = "appellant"
    """The requester, once they heard no or nothing, and no conflict about it is raised."""
    KAM = "kam"
    """Of the account, or their deputy: they may do on it what the requester may."""
    COLLEAGUE = "colleague"
    """Whoever sees it and needs the same."""
    ANSWERER = "answerer"
    """Answers for the department."""
    ASSIGNEE = "assignee"
    """Took it on."""
    NEW_DEPARTMENT = "new_department"
    """Answers for the department it was passed on to."""
    CLOCK = "clock"


_ASKING = (Role.REQUESTER, Role.KAM)
_DOING = (Role.ASSIGNEE, Role.ANSWERER)
_PROMISED = (State.ACCEPTED, State.REOPENED)
_DONE = (State.DELIVERED, State.UNCONFIRMED)
_NOT_DONE = (*UNANSWERED, State.COUNTERED, *_PROMISED)

LIFE = LifeCycle(
    first=(State.OPEN,),
    rules=(
        Rule(Action.TAKE_OVER, UNANSWERED, (Role.NEW_DEPARTMENT,)),
        Rule(Action.LEAVE, UNANSWERED, (Role.NEW_DEPARTMENT,)),
        Rule(Action.ACCEPT, UNANSWERED, (Role.ANSWERER,), State.ACCEPTED),
        Rule(Action.COUNTER, UNANSWERED, (Role.ANSWERER,), State.COUNTERED),
        Rule(Action.DECLINE, UNANSWERED, (Role.ANSWERER,), State.DECLINED),
        Rule(Action.ASK, (State.OPEN,), (Role.ANSWERER,), State.QUESTION),
        Rule(Action.PASS_ON, UNANSWERED, (Role.ANSWERER,)),
        Rule(Action.ANSWER, (State.QUESTION,), _ASKING, State.OPEN),
        Rule(Action.TAKE, (State.COUNTERED,), _ASKING, State.ACCEPTED),
        Rule(Action.TURN_DOWN, (State.COUNTERED,), _ASKING, State.OPEN),
        Rule(Action.COUNTER_AGAIN, (State.COUNTERED,), (Role.NEGOTIATOR,), State.OPEN),
        Rule(Action.DELIVER, _PROMISED, _DOING, State.DELIVERED),
        Rule(Action.MOVE, _PROMISED, _DOING),
        Rule(Action.CONFIRM, _DONE, _ASKING, State.CONFIRMED),
        Rule(Action.REOPEN, _DONE, _ASKING, State.REOPENED),
        Rule(Action.ESCALATE, (State.DECLINED, *UNANSWERED), (Role.APPELLANT,)),
        Rule(Action.JOIN, _NOT_DONE, (Role.COLLEAGUE,)),
        Rule(Action.WITHDRAW, _NOT_DONE, _ASKING, State.WITHDRAWN),
        Rule(Action.LAPSE, (State.DELIVERED,), (Role.CLOCK,), State.UNCONFIRMED),
    ),
)

RECORDED: Mapping[Action, str] = {
    Action.ACCEPT: "request.accepted",
    Action.COUNTER: "request.countered",
    Action.DECLINE: "request.declined",
    Action.ASK: "request.questioned",
    Action.PASS_ON: "request.passed_on",
    Action.TAKE_OVER: "request.taken_over",
    Action.LEAVE: "request.left",
    Action.ANSWER: "request.answered",
    Action.TAKE: "request.offer_taken",
    Action.COUNTER_AGAIN: "request.countered_again",
    Action.TURN_DOWN: "request.offer_turned_down",
    Action.DELIVER: "request.delivered",
    Action.MOVE: "request.moved",
    Action.CONFIRM: "request.confirmed",
    Action.REOPEN: "request.reopened",
    Action.JOIN: "request.joined",
    Action.WITHDRAW: "request.withdrawn",
    Action.LAPSE: "request.lapsed",
}
"""How each action stands in history and audit; an escalation has a history of its own."""


class Because(StrEnum):
    """Why somebody hears of a request (G8)."""

    ANSWERS = "answers"
    """For the department, whose channel may not carry it or is closed."""
    NO_DEPARTMENT = "no_department"
    NOBODY_THERE = "nobody_there"
    """Whoever answered for the department has left."""
    ASKED = "asked"
    JOINED = "joined"
    TAKES_ON = "takes_on"
    ANSWERED = "answered"
    """Answered, asked back or passed it on."""
    KAM = "kam"


_SIDE = (Because.ASKED, Because.JOINED)
HEARS: Mapping[Action, tuple[Because, ...]] = {
    Action.ACCEPT: _SIDE,
    Action.COUNTER: _SIDE,
    Action.DECLINE: _SIDE,
    Action.ASK: _SIDE,
    Action.PASS_ON: (),
    Action.TAKE_OVER: (*_SIDE, Because.ANSWERED),
    Action.LEAVE: (Because.ANSWERED,),
    Action.ANSWER: (*_SIDE, Because.ANSWERED),
    Action.TAKE: (*_SIDE, Because.ANSWERED),
    Action.COUNTER_AGAIN: (*_SIDE, Because.ANSWERED),
    Action.TURN_DOWN: (*_SIDE, Because.ANSWERED),
    Action.DELIVER: _SIDE,
    Action.MOVE: (*_SIDE, Because.TAKES_ON, Because.KAM),
    Action.CONFIRM: (*_SIDE, Because.TAKES_ON),
    Action.REOPEN: (*_SIDE, Because.TAKES_ON, Because.ANSWERED),
    Action.JOIN: (Because.ASKED,),
    Action.WITHDRAW: (*_SIDE, Because.TAKES_ON, Because.ANSWERED),
    Action.LAPSE: (*_SIDE, Because.TAKES_ON),
}
"""Who is told of each action by direct message, beside the cards; never who did it."""


def roles(request: Request, viewer: Viewer, desk: Desk, new_desk: Desk | None = None) -> frozenset[Role]:
    """Return what a person is to a request.

    Args:
        request: as it is now.
        viewer: the person's rights as they are now.
        desk: who answers for the department.
        new_desk: who answers for the department it was passed on to.
    """
    me, found = viewer.member_id, set[Role]()
    if me is None:
        return frozenset()
    if me == request.requester.id:
        found |= {Role.REQUESTER}
        found |= set() if request.countered else {Role.NEGOTIATOR}
        found |= {Role.APPELLANT} if is_unheard(request) else set()
    if request.account.id in viewer.kam_of:
        found.add(Role.KAM)
    if desk.answered_by(me):
        found.add(Role.ANSWERER)
    if request.answer is not None and request.answer.assignee is not None and request.answer.assignee.id == me:
        found.add(Role.ASSIGNEE)
    if new_desk is not None and new_desk.answered_by(me):
        found.add(Role.NEW_DEPARTMENT)
    return frozenset(found)


def is_unheard(request: Request) -> bool:
    """Tell whether only a sponsor is left to ask: the department said no, or nothing for long; and nobody did so yet."""
    return request.conflict is None and (request.state is State.DECLINED or request.clock.step >= UNHEARD)


def actions(request: Request, viewer: Viewer, desk: Desk, new_desk: Desk | None = None) -> tuple[Action, ...]:
    """Return what a person can do with the request now, in the order of the table."""
    return LIFE.actions(request.state, roles(request, viewer, desk, new_desk))


def because(request: Request, member_id: MemberId, desk: Desk, *, is_kam: bool) -> Because:
    """Return why a person hears of a change, or of a time that has come."""
    answer = request.answer
    if member_id == request.requester.id:
        return Because.ASKED
    if any(member_id == person.id for person in request.joiners):
        return Because.JOINED
    if answer is not None and answer.assignee is not None and answer.assignee.id == member_id:
        return Because.TAKES_ON
    if desk.answered_by(member_id) and not desk.stands_in:
        return Because.ANSWERS
    return Because.KAM if is_kam else Because.ANSWERED
