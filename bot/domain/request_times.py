"""Request times: how quick a department is, the clock of its first answer, and when a promise is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from statistics import median

from bot.domain import errors, working_time
from bot.domain.departments import ANSWER_HOURS, Department
from bot.domain.members import Workspace
from bot.domain.timers import Moment
from bot.domain.working_time import Calendar, Custom

MEASURED_FROM = 5
"""Answers from which a department's own time is shown instead of the configured one (product, section 4)."""
MEASURED_LAST = 20
"""The newest answers that count."""
STEPS = (50, 90, 100, 150)
"""Per cent of the answer time at which somebody hears that a request waits (product, section 5)."""
ANSWER_TIME = 100
"""From then on it is late, and the coordinator hears of it."""
UNHEARD = STEPS[-1]
"""From then on the requester may put it before a sponsor."""
CONFIRM_DAYS = 5
"""Working days that a requester has to confirm what was delivered."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """How long a department takes to answer, in its working hours."""

    hours: int
    measured: bool
    """True for the median of its last answers, False for what it promises."""


def usual_answer(answered: Sequence[tuple[datetime, datetime]], calendar: Calendar, promised_hours: int) -> AnswerTime:
    """Return the department's usual answer time from when its newest requests were asked and answered."""
    if len(answered) < MEASURED_FROM:
        return AnswerTime(promised_hours, measured=False)
    worked = [calendar.worked(asked, told) / _HOUR for asked, told in answered[:MEASURED_LAST]]
    return AnswerTime(max(ceil(median(worked)), 1), measured=True)


@dataclass(frozen=True, slots=True)
class ShortNotice:
    """A date earlier than the department usually needs; a warning, never a block."""

    days: int
    """Working days until the date."""
    lead_days: int
    """Working days the department asks for."""
    earliest: date


def short_notice(needed_by: date, asked_on: date, calendar: Calendar, lead_days: int) -> ShortNotice | None:
    """Tell whether a date is closer than the department's lead time."""
    earliest = calendar.after(asked_on, lead_days)
    if needed_by >= earliest:
        return None
    return ShortNotice(calendar.working_days(asked_on, needed_by), lead_days, earliest)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quick a department is: shown before a request is sent and in its answer."""

    answer: AnswerTime
    lead_days: int
    earliest: date


def department_calendar(department: Department | None, workspace: Workspace) -> Calendar:
    """Return the department's working time: its own, else the workspace's (product, section 8)."""
    here = Custom(workspace.time_zone, workspace.country)
    if department is None:
        return working_time.calendar(here)
    own = Custom(department.time_zone, department.country, department.region, department.working_hours)
    return working_time.calendar(own, here)


def check_date(chosen: date, today: date, field: str) -> None:
    """Refuse a date that is over.

    Raises:
        errors.PastDate: it is before today.
    """
    if chosen < today:
        raise errors.PastDate(chosen, today, field)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the department has had for its first answer; it stands while somebody else is asked."""

    since: datetime | None = None
    """Since when it goes; empty while it stands."""
    spent: timedelta = timedelta(0)
    """Working time before that."""
    step: int = 0
    """The last of ``STEPS`` that somebody heard of."""

    def worked(self, calendar: Calendar, now: datetime) -> timedelta:
        """Return the working time up to now."""
        return self.spent if self.since is None else self.spent + calendar.worked(self.since, now)

    def stopped(self, calendar: Calendar, now: datetime) -> "Clock":
        """Stand; what was worked is kept."""
        return replace(self, since=None, spent=self.worked(calendar, now))

    def going(self, now: datetime) -> "Clock":
        """Go on."""
        return self if self.since is not None else replace(self, since=now)

    def due(self, calendar: Calendar, hours: int) -> datetime | None:
        """Return until when the department wants to answer; nothing while the clock stands."""
        return self.at(calendar, hours, 100)

    def reached(self, calendar: Calendar, hours: int, now: datetime) -> tuple[int, ...]:
        """Return the steps that lie behind and nobody heard of; several after a time in which nothing ran."""
        return tuple(
            step
            for step in STEPS
            if step > self.step and (at := self.at(calendar, hours, step)) is not None and at <= now
        )

    def next(self, calendar: Calendar, hours: int) -> tuple[int, datetime] | None:
        """Return the next step and when it is reached; nothing after the last, and while the clock stands."""
        step = next((step for step in STEPS if step > self.step), None)
        at = None if step is None else self.at(calendar, hours, step)
        return None if step is None or at is None else (step, at)

    def at(self, calendar: Calendar, hours: int, step: int) -> datetime | None:
        """Return when a step is reached; nothing while the clock stands."""
        if self.since is None:
            return None
        return calendar.due(self.since, _HOUR * hours * step / 100 - self.spent)


UNTIMED = Clock()
"""Before it goes."""


def answer_hours(department: Department | None) -> int:
    """Return the working hours within which an answer is due."""
    return department.answer_hours if department else ANSWER_HOURS


class Watch(StrEnum):
    """When a promised date is looked at."""

    DAYS_BEFORE = "5"
    DAY_BEFORE = "1"
    ON_THE_DAY = "0"
    AFTERWARDS = "late"


def watches(promised_on: date, calendar: Calendar) -> tuple[tuple[Watch, Moment], ...]:
    """Return when the assignee is reminded of a promise, and when it is over, at the start of their working days."""
    days = [
        (Watch.DAYS_BEFORE, calendar.before(promised_on, 5)),
        (Watch.DAY_BEFORE, calendar.before(promised_on, 1)),
        (Watch.ON_THE_DAY, promised_on),
        (Watch.AFTERWARDS, calendar.after(promised_on, 1)),
    ]
    return tuple((watch, opening(day, calendar)) for watch, day in days if calendar.is_working_day(day))


def missed(calendar: Calendar, now: datetime) -> Moment:
    """Return when a promise is looked at again whose day is over: at the start of the next working day."""
    return opening(calendar.after(calendar.today(now), 1), calendar)


def opening(day: date, calendar: Calendar) -> Moment:
    """Return when somebody begins to work on a day, or on the next working day."""
    opens = calendar.opening(datetime.combine(day, time.min, calendar.zone))
    return _on_the_wall(opens, calendar)


def lapse(delivered_at: datetime, calendar: Calendar) -> Moment:
    """Return when a delivery that nobody confirmed is closed: at the same time of day, so many working days later."""
    local = delivered_at.astimezone(calendar.zone)
    day = calendar.after(local.date(), CONFIRM_DAYS)
    return Moment.on_the_wall(datetime.combine(day, local.time()), calendar.zone.key)


def _on_the_wall(at: datetime, calendar: Calendar) -> Moment:
    return Moment.on_the_wall(at.astimezone(calendar.zone).replace(tzinfo=None), calendar.zone.key)
