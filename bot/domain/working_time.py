"""Working time: the hours somebody works, public holidays, and dates counted in working days."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

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
_PATIENCE = timedelta(days=3 * 366)
"""After so long with nothing but public holidays they count as worked, so that every clock rings at last."""


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
        return sum(1 for _ in takewhile(lambda day: day <= end, self._working(start, _DAY)))

    def after(self, start: date, count: int) -> date:
        """Return the day that lies so many working days after another; with none, the same day."""
        return self._so_many(start, count, _DAY)

    def before(self, end: date, count: int) -> date:
        """Return the day that lies so many working days before another; with none, the same day."""
        return self._so_many(end, count, -_DAY)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants: every minute the clock on the wall shows as worked."""
        worked = takewhile(lambda stretch: stretch[0] < end, self._stretches(start))
        return sum((min(closes, end) - opens for opens, closes in worked), timedelta(0))

    def due(self, start: datetime, work: timedelta) -> datetime:
        """Return the first instant, in UTC, by which so much was worked from another on; with no work, that one."""
        if work <= timedelta(0):
            return start.astimezone(UTC)
        stretches = self._stretches(start)
        opens, closes = next(stretches)
        while closes - opens < work:
            work -= closes - opens
            opens, closes = next(stretches)
        return opens + work

    def opening(self, at: datetime) -> datetime:
        """Return the first working instant, in UTC, at or after another."""
        return next(self._stretches(at))[0]

    def _so_many(self, day: date, count: int, way: timedelta) -> date:
        return next(islice(self._working(day, way), count - 1, None)) if count > 0 else day

    def _working(self, day: date, way: timedelta) -> Iterator[date]:
        """Yield the working days before or after a day, the nearest first."""
        last = day
        while True:
            day += way
            if self.is_working_day(day):
                last = day
                yield day
            elif self._is_given_up(day, last):
                yield day

    def _stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield what is worked from an instant on, in UTC and in order."""
        at = at.astimezone(UTC)
        offset = self._offset(at)
        last = (at + offset).date()
        while True:
            # One day, or the part of it up to a change of the clock: so the clock on the wall runs evenly.
            day = (at + offset).date()
            began = datetime.combine(day, time.min, UTC) - offset
            ended = began + _DAY
            if (then := self._offset(ended)) != offset:
                ended = self._change(at, offset)
            is_worked = self.is_working_day(day)
            last = day if is_worked else last
            if is_worked or self._is_given_up(day, last):
                for opens, closes in self.hours[day.weekday()]:
                    stretch = max(began + _since_midnight(opens), at), min(began + _since_midnight(closes), ended)
                    if stretch[0] < stretch[1]:
                        yield stretch
            at, offset = ended, then

    def _is_given_up(self, day: date, last: date) -> bool:
        return abs(day - last) > _PATIENCE and day.weekday() in self.hours

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta(0)

    def _change(self, at: datetime, offset: timedelta) -> datetime:
        """Return the instant within a day at which the clock changes."""
        at = at.replace(microsecond=0)
        seconds = range(24 * 60 * 60)
        return at + timedelta(
            seconds=bisect_left(
                seconds, True, key=lambda second: self._offset(at + timedelta(seconds=second)) != offset
            )
        )


@dataclass(frozen=True, slots=True)
class Custom:
    """What one person, department or workspace says of its working time; what is empty is said by whoever comes next."""

    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    hours: str | None = None


def calendar(*customs: Custom) -> Calendar:
    """Return the calendar of whoever comes first, filled from those after (product, section 8); the last has a zone.

    A zone that is not known is passed over, and hours that cannot be read as well: Slack's directory may name newer ones.
    """
    zones = (_zone(custom.time_zone) for custom in customs if custom.time_zone)
    hours = (_hours(custom.hours) for custom in customs if custom.hours)
    country = next((number for number, custom in enumerate(customs) if custom.country), len(customs) - 1)
    # A region belongs to its country, so that of a more general one does not count beside a country of one's own.
    region = next((custom.region for custom in customs[: country + 1] if custom.region), None)
    return Calendar(
        next(filter(None, zones), ZoneInfo("UTC")),
        next(filter(None, hours), parse(DEFAULT)),
        customs[country].country,
        region,
    )


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the zone database, such as "Europe", is an OSError.
        return None


@cache
def _hours(text: str) -> Hours | None:
    try:
        return parse(text)
    except ValueError:
        return None


@cache
def _since_midnight(clock: time) -> timedelta:
    return _DAY if clock == time.max else timedelta(hours=clock.hour, minutes=clock.minute)


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
