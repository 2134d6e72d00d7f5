from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import ChannelId, DepartmentId, EntryId, RequestId
from bot.domain.request_desks import Desk
from bot.domain.request_life import LIFE, RECORDED, Because, Role
from bot.domain.request_results import (
    CardMoved,
    HeaderShown,
    RequestCard,
    RequestJoined,
    RequestSent,
    RequestShown,
)
from bot.domain.request_times import AnswerTime, ShortNotice
from bot.domain.requests import (
    Action,
    Answer,
    DeclineReason,
    Delivery,
    Effort,
    Header,
    Kind,
    Offer,
    Passing,
    Question,
    Request,
    State,
)
from bot.i18n import Translator
from bot.views import requests as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import GONE, HELVETIA, LEA, NOW, SECRET

PRODUCTION = Department(DepartmentId(1), "Produktion", ChannelId("C1"), LEA, head=LEA, deputy=GONE)
DESK = Desk(PRODUCTION, (LEA, LEA), (LEA,))
NOBODY = Desk(None, (LEA,), (LEA,), stands_in=True)
SOON = ShortNotice(1, 5, date(2026, 11, 27))
HEADER = Header(RequestId(1), 12, HELVETIA, PRODUCTION, "Zwei Fachleute", State.OPEN, date(2026, 12, 1), NOW)
OPEN = Request(HEADER, LEA, Kind.EXPERT, "Zwei Fachleute")
FULL = Request(
    replace(HEADER, account=SECRET),
    LEA,
    Kind.CAPACITY,
    "Wort " * 600,
    "Wort " * 200,
    Effort.WEEKS,
    3,
    Visibility.LEADERSHIP,
)
ACCEPTED = replace(
    FULL,
    header=replace(FULL.header, state=State.ACCEPTED, promised_on=date(2027, 1, 4), answered_at=NOW),
    answer=Answer(GONE, NOW, "Wort " * 300, date(2027, 1, 4), LEA),
)
DECLINED = replace(
    OPEN,
    header=replace(HEADER, state=State.DECLINED, answered_at=NOW),
    answer=Answer(LEA, NOW, "Wort " * 300, reason=DeclineReason.GOAL),
)
_ABOUT = Ref(Subject.REQUEST, 1)
SENT, ACCEPT, DECLINE = (
    Entry(EntryId(at), _ABOUT, f"request.{action}", LEA, NOW, "Wort " * 300)
    for at, action in enumerate(("sent", "accepted", "declined"))
)
STEPS = tuple(Entry(EntryId(1), _ABOUT, action, LEA, NOW, "Wort " * 300) for action in RECORDED.values())
CLOCK = tuple(
    Entry(EntryId(1), _ABOUT, f"request.{action}", None, NOW, None)
    for action in ("reminded", "overdue", "unanswered", "due_soon", "late")
)
_AT_WORK = (Role.ANSWERER, Role.ASSIGNEE)
EVERYTHING = tuple(Action)
IN_STATE: Mapping[State, Request] = {
    state: replace(
        ACCEPTED,
        header=replace(ACCEPTED.header, state=state, closed_at=NOW),
        offer=Offer(LEA, NOW, date(2027, 1, 4), GONE, "Wort " * 50, by_requester=state is State.OPEN),
        question=Question(LEA, NOW, "Wort " * 300) if state is State.QUESTION else None,
        passing=Passing(PRODUCTION, LEA, NOW),
        delivery=Delivery(LEA, NOW),
        joiners=(LEA, GONE),
        conflict="E-3",
    )
    for state in State
}
"""A request with everything in it, in each state."""


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "sent": lambda t: views.sent(RequestSent(OPEN, DESK, AnswerTime(1, measured=False)), t),
    "sent · restricted, soon": lambda t: views.sent(RequestSent(FULL, DESK, AnswerTime(16, measured=True), SOON), t),
    "sent · no department": lambda t: views.sent(
        RequestSent(replace(OPEN, header=replace(HEADER, department=None)), NOBODY), t
    ),
    "joined_in": lambda t: views.joined_in(RequestJoined(IN_STATE[State.ACCEPTED]), t),
    "card": lambda t: views.card(RequestCard(OPEN, DESK, (Action.ACCEPT, Action.DECLINE), calls=LEA), t),
    "card · all fields": lambda t: views.card(
        RequestCard(FULL, DESK, EVERYTHING, SOON, because=Because.ANSWERS, last=SENT, usual_passed=True), t
    ),
    "card · accepted": lambda t: views.card(RequestCard(ACCEPTED, DESK, (), because=Because.NOBODY_THERE), t),
    "card · declined": lambda t: views.card(RequestCard(DECLINED, NOBODY, (), because=Because.NO_DEPARTMENT), t),
    "card · elsewhere": lambda t: views.card(CardMoved("R-12", PRODUCTION, "Zwei Fachleute"), t),
    "card · not for this reader": lambda t: views.card(CardMoved("R-12", None), t),
    **{
        f"card · in state {state}": partial(views.card, RequestCard(one, DESK, LIFE.actions(state, _AT_WORK)))
        for state, one in IN_STATE.items()
    },
    "shown": lambda t: views.shown(RequestShown(FULL, (Action.ACCEPT, Action.DECLINE), (SENT,), SOON), t),
    "shown · accepted": lambda t: views.shown(RequestShown(ACCEPTED, (), (SENT, ACCEPT) * 20), t),
    "shown · declined": lambda t: views.shown(RequestShown(DECLINED, (Action.ESCALATE,), (SENT, DECLINE)), t),
    "shown · everything": lambda t: views.shown(
        RequestShown(IN_STATE[State.QUESTION], EVERYTHING, (SENT, *STEPS, *CLOCK)), t
    ),
    "shown · header": lambda t: views.shown(HeaderShown(ACCEPTED.header), t),
}
