"""Working time: the hours somebody works, public holidays, and dates counted in working days."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays

DEFAULT = "Mo-Fr 08:00-17:00"
"""Working hours where nobody says otherwise (product, section 8)."""

Span = tuple[time, time]
"""From and until, in one day; ``time.max`` stands for midnight."""
Hours = Mapping[int, tuple[Span, ...]]
"""Weekday, Monday is 0 → the spans worked, earliest first; days off are left out."""

_DAYS = {
    name: number
    for number, names in enumerate((("mo",), ("tu", "di"), ("we", "mi"), ("th", "do"), ("fr",), ("sa",), ("su", "so")))
    for name in names
}
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")
_DAY = timedelta(days=1)


def parse(text: str) -> Hours:
    """Read working hours such as ``Mo-Fr 08:00-17:00`` or ``Mo,We 08:00-12:00,13:00-17:00; Fr 08:00-12:00``.

    Days are the two letters of English or German; a range may go over the weekend, a later part adds to an earlier one.

    Raises:
        ValueError: the text is not of this form, a span ends before it starts, or two spans of a day overlap.
    """
    spans: dict[int, list[Span]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, _, times = part.partition(" ")
        for day in _days(days):
            spans.setdefault(day, []).extend(_spans(times))
    if not spans:
        raise ValueError(text)
    hours = {day: tuple(sorted(worked)) for day, worked in sorted(spans.items())}
    for worked in hours.values():
        if any(later[0] < earlier[1] for earlier, later in pairwise(worked)):
            raise ValueError(text)
    return hours


def _days(text: str) -> Iterator[int]:
    for run in text.casefold().split(","):
        first, dash, last = run.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError(text)
        start, end = _DAYS[first], _DAYS[last] if dash else _DAYS[first]
        yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))


def _spans(text: str) -> Iterator[Span]:
    for run in text.split(","):
        found = _SPAN.fullmatch(run.strip())
        if found is None:
            raise ValueError(text)
        start, end = _clock(found[1], found[2]), _clock(found[3], found[4])
        if start >= end:
            raise ValueError(text)
        yield start, end


def _clock(hour: str, minute: str) -> time:
    return time.max if (hour, minute) == ("24", "00") else time(int(hour), int(minute))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: own zone, hours and public holidays."""

    zone: ZoneInfo
    hours: Hours
    country: str | None = None
    """Two letters of ISO 3166; without one there are no public holidays."""
    region: str | None = None
    """A part of the country with holidays of its own, such as ``BY``."""

    def today(self, now: datetime) -> date:
        """Return the day it is there."""
        return now.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """Tell whether anybody works on that day."""
        return day.weekday() in self.hours and day not in _holidays(self.country, self.region, day.year)

    def working_days(self, start: date, end: date) -> int:
        """Count the working days after ``start``, up to and including ``end``; none if that is not later."""
        return sum(self.is_working_day(start + _DAY * step) for step in range(1, (end - start).days + 1))

    def after(self, start: date, count: int) -> date:
        """Return the day that lies so many working days after another; with none, the same day."""
        day = start
        while count > 0:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants."""
        # Instants are compared in UTC, so that a change of the clock counts as long as it lasts.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        total, day, last_day = timedelta(0), self.today(start), self.today(end)
        while day <= last_day:
            if self.is_working_day(day):
                for opens, closes in self.hours[day.weekday()]:
                    first, last = max(self._at(day, opens), start), min(self._at(day, closes), end)
                    total += max(last - first, timedelta(0))
            day += _DAY
        return total

    def _at(self, day: date, clock: time) -> datetime:
        if clock == time.max:
            day, clock = day + _DAY, time.min
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


@cache
def _holidays(country: str | None, region: str | None, year: int) -> frozenset[date]:
    """Return the public holidays of a year; a region or country the library does not know has none of its own."""
    if country is None:
        return frozenset()
    for part in dict.fromkeys((region, None)):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=part, years=year))
        except NotImplementedError:
            continue
    return frozenset()
