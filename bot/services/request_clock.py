"""The clock of requests: reminders until the department answers, until what was promised is there and confirmed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.delivery import Form, Outgoing, Priority, Ref
from bot.domain.departments import Department
from bot.domain.history import Change
from bot.domain.identity import ChannelId, EntryId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.request_life import LIFE, RECORDED
from bot.domain.request_times import (
    ANSWER_TIME,
    UNHEARD,
    Clock,
    Watch,
    answer_hours,
    department_calendar,
    lapse,
    missed,
    watches,
)
from bot.domain.requests import Action, Fields, Request, State, Step
from bot.domain.timers import Moment, Timer, late_by
from bot.domain.working_time import Calendar
from bot.ports import Transaction
from bot.services import request_news
from bot.services.request_desks import desk_of

ANSWER = "request.clock"
BEGIN = "request.begin"
PROMISE = "request.promise"
LAPSE = "request.lapse"
_PROMISED = LIFE.states_for(Action.DELIVER)


def started(tx: Transaction, department: Department | None, now: datetime) -> tuple[Clock, datetime | None]:
    """Return the clock of a request that a department gets now, and until when it wants to answer."""
    clock = Clock().going(now)
    return clock, clock.due(department_calendar(department, tx.workspace), answer_hours(department))


def fields(tx: Transaction, request: Request, to: State, now: datetime) -> Fields:
    """Return how the clock stands after a step: it goes while the department is to answer, and only then."""
    calendar = department_calendar(request.department, tx.workspace)
    clock = request.clock.going(now) if to is State.OPEN else request.clock.stopped(calendar, now)
    return _stored(clock, clock.due(calendar, answer_hours(request.department)))


def fields_of_new(tx: Transaction, department: Department, state: State, now: datetime) -> Fields:
    """Return how the clock of another department begins: from nothing, standing while a question waits."""
    clock, due_at = started(tx, department, now) if state is State.OPEN else (Clock(), None)
    return {**_stored(clock, due_at), "clock_step": 0}


def wind(tx: Transaction, request: Request, now: datetime) -> None:
    """Set the timers that belong to the request as it is now, and cancel all others."""
    tx.timers.cancel(request.about)
    for timer in _next(tx, request, f"{request.version}", now):
        tx.timers.set(timer)


def begin(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Let the clock of a request that is older than clocks go, as if it had gone since it was asked.

    What lies behind is told once, by the step that is due now (F28).
    """
    request = request_news.whole(tx, RequestId(timer.about.id))
    if request is None:
        return ()
    if request.state is State.OPEN and request.clock.since is None:
        calendar, hours = department_calendar(request.department, tx.workspace), answer_hours(request.department)
        clock = request.clock.going(request.header.created_at)
        started_ = _stored(clock, clock.due(calendar, hours))
        tx.requests.take_step(Step(request.id, request.version, (State.OPEN,), None, started_))
        return _answer_timer(replace(request, clock=clock), calendar, hours, f"{request.version + 1}")
    if request.state in _PROMISED and not tx.timers.waiting(request.about, PROMISE):
        return (Timer(request.about, PROMISE, Moment(now), _occurrence(f"{request.version}", now)),)
    return ()


def remind_of_answer(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Remind the department of an answer, then tell its coordinator, then head, KAM and requester."""
    request = request_news.whole(tx, RequestId(timer.about.id))
    if request is None or request.state is not State.OPEN:
        return ()
    calendar, hours = department_calendar(request.department, tx.workspace), answer_hours(request.department)
    reached = request.clock.reached(calendar, hours, now)
    if reached and tx.requests.tick(request.id, reached[-1]):
        due = request.clock.at(calendar, hours, reached[-1])
        _waits(tx, request, reached, now, late_by(due or now, now))
        request = request_news.whole(tx, request.id) or request
    return _answer_timer(request, calendar, hours, _round(timer))


def remind_of_promise(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Remind the assignee of what was promised; afterwards let the KAM know."""
    request = request_news.whole(tx, RequestId(timer.about.id))
    if request is None or request.state not in _PROMISED or request.answer is None:
        return ()
    calendar = _assignees(tx, request)
    promised_on = request.answer.promised_on
    behind = (
        [(watch, moment) for watch, moment in watches(promised_on, calendar) if moment.at <= now] if promised_on else []
    )
    # A date that was over before anybody promised it is no delay of ours.
    late = min(timer.late_by(now), late_by(behind[-1][1].at, now)) if behind else timer.late_by(now)
    if behind and behind[-1][0] is Watch.AFTERWARDS:
        entry = _record(tx, request.about, "request.late", now)
        kam = request_news.kam_of(tx, request)
        _remind(tx, request.about, (kam or request.requester,), entry, now, late)
    elif behind:
        entry = _record(tx, request.about, "request.due_soon", now)
        doing = request.answer.assignee or request.answer.by
        # Of somebody who left, the department has to think.
        _remind(tx, request.about, desk_of(tx, request).told[:1] if doing.left else (doing,), entry, now, late)
    return _promise_timer(request, calendar, _round(timer), now)


def close_unconfirmed(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Close what was delivered and never confirmed; the requester may still say otherwise."""
    request = request_news.whole(tx, RequestId(timer.about.id))
    states = LIFE.states_for(Action.LAPSE)
    if request is None or request.state not in states:
        return ()
    to = LIFE.next(request.state, Action.LAPSE)
    if tx.requests.take_step(Step(request.id, request.version, states, to, {"closed_at": now})):
        entry = tx.history.record(Change(request.about, RECORDED[Action.LAPSE], None, now, fields=("state",)))
        request_news.tell(tx, request, Action.LAPSE, entry, None, now)
    return ()


def _stored(clock: Clock, due_at: datetime | None) -> Fields:
    return {"due_at": due_at, "clock_from": clock.since, "clock_spent": int(clock.spent.total_seconds())}


def _next(tx: Transaction, request: Request, round_: str, now: datetime) -> Iterable[Timer]:
    if request.state is State.OPEN:
        calendar = department_calendar(request.department, tx.workspace)
        return _answer_timer(request, calendar, answer_hours(request.department), round_)
    if request.state in _PROMISED:
        calendar = _assignees(tx, request)
        return _promise_timer(request, calendar, round_, now) or _missed(request, calendar, round_, now)
    if request.state is State.DELIVERED and request.delivery is not None:
        calendar = tx.members.calendar(request.requester.id)
        return (Timer(request.about, LAPSE, lapse(request.delivery.at, calendar), round_),)
    return ()


def _answer_timer(request: Request, calendar: Calendar, hours: int, round_: str) -> tuple[Timer, ...]:
    following = request.clock.next(calendar, hours)
    if following is None:
        return ()
    _step, at = following
    return (Timer(request.about, ANSWER, Moment(at), _occurrence(round_, at)),)


def _promise_timer(request: Request, calendar: Calendar, round_: str, now: datetime) -> tuple[Timer, ...]:
    promised_on = request.answer.promised_on if request.answer else None
    ahead = ((watch, at) for watch, at in watches(promised_on, calendar) if at.at > now) if promised_on else iter(())
    return tuple(Timer(request.about, PROMISE, at, _occurrence(round_, at.at)) for watch, at in ahead)[:1]


def _missed(request: Request, calendar: Calendar, round_: str, now: datetime) -> tuple[Timer, ...]:
    """Look once more at a promise whose day was over when it was reopened."""
    at = missed(calendar, now)
    return (Timer(request.about, PROMISE, at, _occurrence(round_, at.at)),)


def _occurrence(round_: str, at: datetime) -> str:
    """Name a step of a round by its instant: who works at other times meanwhile is reminded then."""
    return f"{round_}:{at.isoformat()}"


def _round(timer: Timer) -> str:
    return timer.occurrence.partition(":")[0]


def _assignees(tx: Transaction, request: Request) -> Calendar:
    """Return the working time of whoever took it on."""
    answer = request.answer
    return tx.members.calendar((answer.assignee or answer.by).id if answer else request.requester.id)


def _waits(tx: Transaction, request: Request, reached: tuple[int, ...], now: datetime, late: timedelta) -> None:
    """Tell each person once, also where several steps were reached while nothing ran."""
    desk = desk_of(tx, request)
    speaker = desk.told[:1]
    if reached[-1] < ANSWER_TIME:
        entry = _record(tx, request.about, "request.reminded", now)
        places = request_news.channels_of(tx, request.about)
        if not places:
            _remind(tx, request.about, desk.told, entry, now, late)
        for place in places:
            tx.outbox.put(_reminder(request.about, entry, late, to_channel=place), now)
        return
    people = speaker if ANSWER_TIME in reached else ()
    if reached[-1] < UNHEARD:
        _remind(tx, request.about, people, _record(tx, request.about, "request.overdue", now), now, late)
    else:
        head = request.department.head if request.department else None
        kam = request_news.kam_of(tx, request)
        told = (*people, *(one for one in (head, kam, request.requester) if one is not None))
        _remind(tx, request.about, told, _record(tx, request.about, "request.unanswered", now), now, late)
    request_news.refresh(tx, request.about, None, now)


def _record(tx: Transaction, about: Ref, action: str, now: datetime) -> EntryId:
    return tx.history.record(Change(about, action, None, now))


def _remind(
    tx: Transaction, about: Ref, people: Iterable[Person], entry: EntryId, now: datetime, late: timedelta
) -> None:
    for person in dict.fromkeys(one for one in people if not one.left):
        tx.outbox.put(_reminder(about, entry, late, to_member=person.id), now)


def _reminder(
    about: Ref,
    entry: EntryId,
    late: timedelta,
    *,
    to_member: MemberId | None = None,
    to_channel: ChannelId | None = None,
) -> Outgoing:
    return Outgoing(
        Form.NOTE,
        "request.reminder",
        about,
        Priority.REQUEST,
        to_member=to_member,
        to_channel=to_channel,
        entry_id=entry,
        detail=int(late.total_seconds()) or None,
        thread_of=about if to_channel else None,
    )
