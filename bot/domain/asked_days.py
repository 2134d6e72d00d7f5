"""Asked days: the time that words of a question mean, in German and English, seen from the reader's today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from bot.domain.asked_periods import (
    ARTICLES,
    ONE_DAY,
    ORDINAL_DAY,
    UNITS,
    WEEKDAYS,
    Period,
    Point,
    days_back,
    months_later,
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
        return None
    if since := _since(words, at, today) or _between(words, at, today):
        return since
    if limited := _limited(words, at, today, alone=alone):
        return limited
    point = _alone(words, at, today) if alone else _during(words, at, today)
    if point is None or not (point.days.first <= today or (alone and point.is_ahead)):
        return None
    return _Read(Days(point.days.first, point.days.last), point.after)


def _since(words: Sequence[str], at: int, today: date) -> _Read | None:
    if words[at] not in {"seit", "since"}:
        return None
    if amount := read_amount(words, at + 1):
        return _Read(Days(days_back(today, amount)), amount.after)
    point = read_period(words, past(words, at + 1, ARTICLES), today)
    return _Read(Days(point.days.first), point.after) if point and point.days.first <= today else None


def _between(words: Sequence[str], at: int, today: date) -> _Read | None:
    """Read "von März bis Juni", "Q1 bis Q3" and "vom 1. bis 15. Mai"; of two months the first may be of the year before."""
    joints = _BETWEEN.get(words[at])
    if joints is None and (words[at] in WEEKDAYS or not words[at][:1].isalpha()):
        return None
    begin_at = past(words, at + 1, ARTICLES) if joints else at
    begin = read_period(words, begin_at, today)
    day = ORDINAL_DAY.fullmatch(word_at(words, begin_at)) if joints and begin is None else None
    joint = begin.after if begin else begin_at + 1
    if (begin is None and day is None) or word_at(words, joint) not in (joints or _TO):
        return None
    end = read_period(words, past(words, joint + 1, ARTICLES), today)
    if end is None:
        return None
    if word_at(words, end.after) in _MEASURES:
        return _Read(None, end.after)
    last = end.days.last
    if begin:
        first = begin.days.first if begin.days.first <= last else months_later(begin.days.first, -12)
    elif day and 1 <= int(day[1]) <= last.day:
        first = last.replace(day=int(day[1]))
    else:
        return None
    return _Read(Days(first, last), end.after) if first <= min(last, today) else None


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
    if may_be_due or _belongs_before(words, at, limit) or word_at(words, point.after) in _MEASURES:
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
    after = past(words, at + 1, ARTICLES) if words[at] in _DURING else at
    if word_at(words, after) in WEEKDAYS:
        return None
    point = read_period(words, after, today)
    return point if point and (point.is_clear or after > at) else None


def _alone(words: Sequence[str], at: int, today: date) -> Point | None:
    return read_period(words, past(words, at + 1, ARTICLES) if words[at] in _DURING else at, today)


_LIMITS: Mapping[str, _Limit] = {
    **dict.fromkeys(("vor", "vorm", "before"), _Limit.BEFORE),
    **dict.fromkeys(("bis", "until", "till"), _Limit.UNTIL),
    **dict.fromkeys(("nach", "after"), _Limit.AFTER),
}
_ENDS = word_set("ende end")
_TO = word_set("bis to until till")
_BETWEEN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("von", "vom"), word_set("bis")),
    "from": word_set("to until till"),
    "zwischen": word_set("und"),
    "between": word_set("and"),
}
_DURING = word_set("im in am on during während waehrend vom von from")
_AHEAD = word_set("by ab für fuer for")
_MEASURES = word_set(
    "mm cm m km kg g t bar nm kw kwh v a l % °c prozent percent grad euro eur chf € stück stueck pieces pcs stunden "
    "betriebsstunden hours uhr"
)
"""A number before one of these is no date: "nach 2000 Stunden"."""
