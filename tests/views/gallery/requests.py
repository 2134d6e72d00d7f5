from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import ChannelId, DepartmentId, DraftId, EntryId, RequestId
from bot.domain.requests import (
    Action,
    Answer,
    AnswerForm,
    AnswerTime,
    Because,
    DeclineReason,
    Desk,
    Effort,
    Header,
    HeaderShown,
    Kind,
    Pace,
    Request,
    RequestCard,
    RequestForm,
    RequestSent,
    RequestShown,
    ShortNotice,
    State,
    Told,
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

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "form": lambda t: views.form(RequestForm(DraftId(1)), t),
    "form · all fields": lambda t: views.form(
        RequestForm(
            DraftId(1),
            "Wort " * 1000,
            department=PRODUCTION,
            pace=Pace(AnswerTime(16, measured=True), 5, SOON.earliest),
            warning=SOON,
            account=SECRET,
            desk=DESK,
            visibility=Visibility.LEADERSHIP,
            more=True,
        ),
        t,
    ),
    "form · no department": lambda t: views.form(
        RequestForm(DraftId(1), departments=False, account=HELVETIA, desk=NOBODY), t
    ),
    "sent": lambda t: views.sent(RequestSent(OPEN, DESK, AnswerTime(1, measured=False)), t),
    "sent · restricted, soon": lambda t: views.sent(RequestSent(FULL, DESK, AnswerTime(16, measured=True), SOON), t),
    "sent · no department": lambda t: views.sent(
        RequestSent(replace(OPEN, header=replace(HEADER, department=None)), NOBODY), t
    ),
    "card": lambda t: views.card(RequestCard(OPEN, DESK, (Action.ACCEPT, Action.DECLINE), calls=LEA), t),
    "card · all fields": lambda t: views.card(RequestCard(FULL, DESK, (), SOON, because=Because.ANSWERS), t),
    "card · accepted": lambda t: views.card(RequestCard(ACCEPTED, DESK, (), because=Because.NOBODY_THERE), t),
    "card · declined": lambda t: views.card(RequestCard(DECLINED, NOBODY, (), because=Because.NO_DEPARTMENT), t),
    "shown": lambda t: views.shown(RequestShown(FULL, (Action.ACCEPT, Action.DECLINE), (SENT,), SOON), t),
    "shown · accepted": lambda t: views.shown(RequestShown(ACCEPTED, (), (SENT, ACCEPT) * 20), t),
    "shown · declined": lambda t: views.shown(RequestShown(DECLINED, (Action.ESCALATE,), (SENT, DECLINE)), t),
    "shown · header": lambda t: views.shown(HeaderShown(ACCEPTED.header), t),
    "accept_form": lambda t: views.accept_form(AnswerForm(FULL, LEA, DraftId(1)), t),
    "decline_form": lambda t: views.decline_form(AnswerForm(OPEN, LEA), t),
    "thread_line": lambda t: views.thread_line(Told(ACCEPTED, ACCEPT), t),
    "thread_line · declined": lambda t: views.thread_line(Told(DECLINED, DECLINE), t),
    "accepted": lambda t: views.accepted(Told(ACCEPTED, ACCEPT), t),
    "declined": lambda t: views.declined(Told(DECLINED, DECLINE, may_escalate=True), t),
    "assigned": lambda t: views.assigned(Told(ACCEPTED, ACCEPT), t),
}
