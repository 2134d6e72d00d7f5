"""Escalations: when the clock reminds, asks others too, and gives up (product, section 6, "Clock")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.timers import instant
from bot.domain.working_time import Calendar

_ACKNOWLEDGE = timedelta(hours=8)
_URGENT = timedelta(hours=2)
"""Working time in which an addressee acknowledges."""
_WORKING_DAYS_STILL = 3
"""An acknowledgement, or a question, after which nothing moves for so long counts no more (G11)."""


class ClockStep(StrEnum):
    """What the clock does next with an open conflict."""

    REMIND = "remind"
    DEPUTY = "deputy"
    KAM_LEADS = "kam_leads"
    GIVE_UP = "give_up"
    REPEAT = "repeat"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Next:
    """When the clock does its next step."""

    at: datetime
    step: ClockStep


def answer_time(*, is_urgent: bool) -> timedelta:
    """Return the working time in which an addressee acknowledges."""
    return _URGENT if is_urgent else _ACKNOWLEDGE


def asked(calendar: Calendar, now: datetime, *, is_urgent: bool) -> Next:
    """Return the first step after somebody was asked: a reminder at half the time."""
    return Next(calendar.due(now, answer_time(is_urgent=is_urgent) / 2), ClockStep.REMIND)


def reminded(calendar: Calendar, half: datetime, *, is_urgent: bool) -> datetime:
    """Return when the time of who was reminded is over."""
    return calendar.due(half, answer_time(is_urgent=is_urgent) / 2)


def brought_in(calendar: Calendar, now: datetime, step: ClockStep, *, is_urgent: bool) -> Next:
    """Return the step after more people were asked: they have the whole time."""
    return Next(calendar.due(now, answer_time(is_urgent=is_urgent)), step)


def moved(calendar: Calendar, now: datetime) -> Next:
    """Return when an acknowledgement expires, counted from the last thing that moved."""
    start = calendar.opening(now).astimezone(calendar.zone)
    day = calendar.after(start.date(), _WORKING_DAYS_STILL)
    return Next(
        instant(start.replace(year=day.year, month=day.month, day=day.day, tzinfo=None, fold=0), calendar.zone),
        ClockStep.EXPIRE,
    )


def given_up(calendar: Calendar, now: datetime) -> Next:
    """Return when an unanswered conflict is told again: once a working day."""
    return Next(calendar.opening(now + timedelta(days=1)), ClockStep.REPEAT)
