"""Asked days: the time that words of a question mean, in German and English, seen from the reader's today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from bot.domain.asked_periods import (
    ARTICLES,
    ONE_DAY,
    ORDINAL_DAY,
    UNITS,
    WEEKDAYS,
    Period,
    Point,
    days_back,
    past,
    read_amount,
    read_period,
    word_at,
    word_set,
)


@dataclass(frozen=True, slots=True)
class Days:
    """A time from one day to another, both included.

    Without a first day it has no begin; without a last one it means until now and later.
    """

    first: date | None
    last: date | None = None
    is_beside: bool = False
    """It was said by the day beside it: "before 1 May", "after 1 October"."""

    def begin(self, zone: tzinfo) -> datetime | None:
        """Return the instant at which the first day begins where the reader is."""
        return None if self.first is None else datetime.combine(self.first, time(), zone)

    def end(self, zone: tzinfo) -> datetime | None:
        """Return the instant at which the last day is over."""
        return None if self.last is None else datetime.combine(self.last + ONE_DAY, time(), zone)


@dataclass(frozen=True, slots=True)
class Found:
    """Days with the words of the question that say so."""

    days: Days
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class _Read:
    """What some words mean, and up to which word; None if they may mean something else."""

    days: Days | None
    after: int


@dataclass(frozen=True, slots=True)
class _Ends:
    """The two periods of a range, and where they begin."""

    begin_at: int
    begin: Point
    end_at: int
    end: Point


class _Limit(StrEnum):
    """On which side of a period a time is."""

    BEFORE = "before"
    UNTIL = "until"
    AFTER = "after"


def find_days(words: Sequence[str], today: date, *, alone: bool = False) -> Found | None:
    """Find the first time that a question names, by whole words; what may mean something else is left alone.

    A month or season without its year is the latest that has begun: notes tell of what was. What lies ahead of today
    is no time of a note and stays a word (alone it asks for what is planned), and so does what may be a due date:
    "until Friday", "by Friday", "on Friday".

    Args:
        words: casefolded, without punctuation at their ends.
        today: where the reader is.
        alone: nothing else is asked, so that a bare "Q3", "October" or "on Friday" can only be a time.
    """
    at = 0
    while at < len(words):
        read = _read(words, at, today, alone=alone)
        if read is not None and read.days is not None:
            return Found(read.days, at, read.after)
        at = at + 1 if read is None else read.after
    return None


def _read(words: Sequence[str], at: int, today: date, *, alone: bool) -> _Read | None:
    if at and words[at - 1] in _AHEAD:
        ahead = _range(words, at, today, alone=True) or read_period(words, at, today)
        return _Read(None, ahead.after) if ahead else None
    if said := _range(words, at, today, alone=alone) or _since(words, at, today):
        return said
    if limited := _limited(words, at, today, alone=alone):
        return limited
    point = _alone(words, at, today) if alone else _during(words, at, today)
    if point is None:
        return None
    is_meant = point.days.first <= today or (alone and point.is_ahead)
    is_time = is_meant and not _is_measure(words, _named_at(words, at), point.after)
    return _Read(Days(point.days.first, point.days.last) if is_time else None, point.after)


def _since(words: Sequence[str], at: int, today: date) -> _Read | None:
    if words[at] not in {"seit", "since"}:
        return None
    if amount := read_amount(words, at + 1):
        return _Read(Days(days_back(today, amount)), amount.after)
    point = read_period(words, past(words, at + 1, ARTICLES), today)
    return _Read(Days(point.days.first), point.after) if point and point.days.first <= today else None


def _range(words: Sequence[str], at: int, today: date, *, alone: bool) -> _Read | None:
    """Read "von März bis Juni 2024", "Q1 bis Q3" and "vom 1. bis 15. Mai"; what makes no range is no time at all."""
    ends = _ends(words, at, today)
    if ends is None or (not alone and _may_be_due(words, at, ends)):
        return None
    begin, end = _in_their_years(words, ends, today)
    first, last = begin.days.first, end.days.last
    is_past = first <= min(last, today) and (end.is_ahead or end.days.first <= today)
    is_time = is_past and (alone or _is_sure(words, at, ends)) and not _is_measure(words, ends.end_at, end.after)
    return _Read(Days(first, last) if is_time else None, end.after)


def _ends(words: Sequence[str], at: int, today: date) -> _Ends | None:
    begin_at = past(words, at + 1, ARTICLES) if words[at] in _OPENINGS else at
    begin = read_period(words, begin_at, today)
    joint = begin.after if begin else begin_at + 1
    if word_at(words, joint) not in _JOINTS.get(words[at], _TO):
        return None
    end_at = past(words, joint + 1, ARTICLES)
    end = read_period(words, end_at, today)
    if end and begin is None and (at < begin_at or end.after > end_at + 1):
        begin = _day_beside(words, begin_at, end_at, end)
    return _Ends(begin_at, begin, end_at, end) if begin and end else None


def _day_beside(words: Sequence[str], begin_at: int, end_at: int, end: Point) -> Point | None:
    """Read the "1." of "1. bis 15. Mai"."""
    day = ORDINAL_DAY.fullmatch(words[begin_at])
    if not day or not int(day[1]) or end.days.first != end.days.last or not words[end_at][:1].isdigit():
        return None
    first = end.days.last + (int(day[1]) - end.days.last.day) * ONE_DAY
    return Point(Period(first, first), begin_at + 1)


def _may_be_due(words: Sequence[str], at: int, ends: _Ends) -> bool:
    """Tell whether a weekday may be when something is due: "this week until Friday"."""
    if words[ends.end_at] not in WEEKDAYS or words[at] in _RANGES:
        return False
    begin = ends.begin.days
    return not begin.first == begin.last <= ends.end.days.first


def _is_sure(words: Sequence[str], at: int, ends: _Ends) -> bool:
    """Tell whether a range is a time even beside others: "1.2 bis 1.4" and "Montag bis Freitag" may be something else."""
    begins_with = words[ends.begin_at]
    if begins_with in WEEKDAYS:
        return words[at] in _RANGES
    is_word = not begins_with[:1].isdigit() or ends.begin.after > ends.begin_at + 1
    return is_word or ends.begin.is_clear or ends.end.is_clear or words[at] in _OPENINGS


def _in_their_years(words: Sequence[str], ends: _Ends, today: date) -> tuple[Point, Point]:
    """Give the end without a year the nearest to the other: "November bis Mai 2024", "Oktober 2024 bis März"."""
    begin, end = ends.begin, ends.end
    if not begin.is_clear:
        return read_period(words, ends.begin_at, end.days.last) or begin, end
    a_year_on = begin.days.first + relativedelta(years=1)
    if not end.is_clear and words[ends.end_at] not in WEEKDAYS and begin.days.last + ONE_DAY < a_year_on:
        return begin, read_period(words, ends.end_at, min(today, a_year_on - ONE_DAY)) or end
    return begin, end


def _is_measure(words: Sequence[str], at: int, after: int) -> bool:
    """Tell whether a number that might be a time is one of something: "2000 Stunden", not "in 2025 days"."""
    number, before = words[at], words[at - 1] if at else ""
    is_number = after == at + 1 and number[:1].isdigit() and len(number) <= len("14.10")
    return is_number and word_at(words, after) in _MEASURES and before not in _SAY_A_YEAR


def _limited(words: Sequence[str], at: int, today: date, *, alone: bool) -> _Read | None:
    """Read "vor dem 1. Mai", "bis Ende Q2" and "after Easter"; where that is no limit, its period is no time either."""
    limit = _LIMITS.get(words[at])
    if limit is None or (limit is _Limit.BEFORE and read_amount(words, at + 1)):
        return None
    named_at = past(words, at + 1, ARTICLES)
    point = _end_of(words, named_at, today) or read_period(words, named_at, today)
    if point is None:
        return None
    may_be_due = limit is _Limit.UNTIL and words[named_at] in WEEKDAYS and not alone
    if may_be_due or _belongs_before(words, at, limit) or _is_measure(words, named_at, point.after):
        return _Read(None, point.after)
    return _Read(_limited_to(limit, point, today, alone=alone), point.after)


def _belongs_before(words: Sequence[str], at: int, limit: _Limit) -> bool:
    """Tell whether a word belongs to the one before it: "1.2 bis 1.4", "am Tag nach Ostern"."""
    before = words[at - 1] if at else ""
    return before[:1].isdigit() if limit is _Limit.UNTIL else before in UNITS


def _limited_to(limit: _Limit, point: Point, today: date, *, alone: bool) -> Days | None:
    """Return the days before, until or after a period; None for what lies ahead."""
    first, last = point.days.first, point.days.last
    if limit is _Limit.BEFORE:
        return Days(None, first - ONE_DAY, is_beside=True) if first <= today else None
    if limit is _Limit.UNTIL:
        return Days(None, last) if last <= today else None
    is_meant = last < today or (alone and point.is_ahead)
    return Days(last + ONE_DAY, is_beside=True) if is_meant else None


def _end_of(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Ende 2025" and "the end of last week" as the last day."""
    point = read_period(words, past(words, at + 1, ARTICLES), today) if word_at(words, at) in _ENDS else None
    return point and Point(Period(point.days.last, point.days.last), point.after)


def _during(words: Sequence[str], at: int, today: date) -> Point | None:
    after = _named_at(words, at)
    if word_at(words, after) in WEEKDAYS:
        return None
    point = read_period(words, after, today)
    return point if point and (point.is_clear or after > at) else None


def _alone(words: Sequence[str], at: int, today: date) -> Point | None:
    return read_period(words, _named_at(words, at), today)


def _named_at(words: Sequence[str], at: int) -> int:
    return past(words, at + 1, ARTICLES) if words[at] in _DURING else at


_LIMITS: Mapping[str, _Limit] = {
    **dict.fromkeys(("vor", "vorm", "before"), _Limit.BEFORE),
    **dict.fromkeys(("bis", "until", "till"), _Limit.UNTIL),
    **dict.fromkeys(("nach", "after"), _Limit.AFTER),
}
_ENDS = word_set("ende end")
_TO = word_set("bis to until till")
_SAY_A_YEAR = word_set("in im jahr jahres year")
_JOINTS: Mapping[str, frozenset[str]] = {"zwischen": word_set("und"), "between": word_set("and")}
_RANGES = word_set("von vom from seit since zwischen between")
_DURING = word_set("im in am on during während waehrend vom von from")
_OPENINGS = _RANGES | _DURING
_AHEAD = word_set("by ab für fuer for")
_MEASURES = word_set(
    "mm cm dm m km µm μm um zoll inch inches ft m² m2 qm m³ m3 l ml liter litres liters mg g kg t tonnen tonnes tons "
    "bar mbar pa kpa mpa psi n kn nm knm w kw mw watt kilowatt kwh mwh v kv volt volts ma ampere amps va kva ohm ω "
    "hz khz mhz db l/min m/s mm/s m/min km/h kg/h t/h rpm u/min upm 1/min min-1 umdrehungen revolutions "
    "% ‰ °c °f ° k prozent percent grad degrees euro euros eur chf franken gbp usd pfund pounds € £ $ "
    "stück stueck stk pieces pcs units einheiten teile teilen parts zyklen cycles hübe huebe "
    "stunden std h hours hrs betriebsstunden minuten minutes min sekunden seconds sec uhr "
    "tage tagen days wochen weeks monate monaten months jahre jahren years"
)
"""A number before one of these is no date: "nach 2000 Stunden"."""
