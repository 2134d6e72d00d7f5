"""Absence lines: from when to when, as one types it after ``/kam absence``, in German and English."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bot.domain import errors

_HALF_A_YEAR = timedelta(days=183)
_MONTHS = (
    "jan januar january jänner",
    "feb februar february",
    "mär märz maerz mar march",
    "apr april",
    "mai may",
    "jun juni june",
    "jul juli july",
    "aug august",
    "sep sept september",
    "okt oct oktober october",
    "nov november",
    "dez dec dezember december",
)
_MONTH: Mapping[str, int] = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NEAR: Mapping[str, int] = {"heute": 0, "today": 0, "morgen": 1, "tomorrow": 1}
_NAME = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY = re.compile(
    rf"(?P<iso>20[0-9][0-9]-[0-9][0-9]-[0-9][0-9])"
    rf"|(?P<day>[0-9]{{1,2}})\.(?P<month>[0-9]{{1,2}})\.?(?P<year>(?:20)?[0-9][0-9])?"
    rf"|(?P<before>[0-9]{{1,2}})(?:\.|st|nd|rd|th)? ?(?P<named>{_NAME})\b\.?(?: (?P<namedyear>20[0-9][0-9]))?"
    rf"|(?P<first>{_NAME})\b\.? (?P<after>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<firstyear>20[0-9][0-9]))?"
    rf"|(?P<near>{'|'.join(_NEAR)})\b"
)
_SHORT = re.compile(r"(?P<day>[0-9]{1,2})\.?")
"""The first of two days of one month: "1.-5.12."."""
_UNTIL = re.compile(r" *(?:-|–|—|bis|to|until|till) *")
_AWAY = re.compile(r"^(?:vom|von|from|on|am|ab) ")
_NAMED = re.compile(r"@\S+")


def read_days(text: str, today: date) -> tuple[date, date]:
    """Read first and last day of an absence; a name after ``@`` is the deputy's and no day.

    A day without its year is the nearest one; the last day is never before the first.

    Raises:
        errors.AbsenceUnread: something in it is no day.
    """
    line = " ".join(_NAMED.sub(" ", text).casefold().split())
    line = _AWAY.sub("", line)
    first, rest = _day(line, lambda month, day: _nearest(today, month, day), today)
    if first is None and (short := _SHORT.match(line)) and (until := _UNTIL.match(line, short.end())):
        last, rest = _day(line[until.end() :], lambda month, day: _nearest(today, month, day), today)
        first = _made(last.year, last.month, int(short["day"])) if last else None
        if first is not None and last is not None and not rest:
            return first, last
        raise errors.AbsenceUnread(text)
    if first is None:
        raise errors.AbsenceUnread(text)
    if not rest:
        return first, first
    until = _UNTIL.match(rest)
    last, rest = (
        _day(rest[until.end() :], lambda month, day: _next(first, month, day), today) if until else (None, rest)
    )
    if last is None or rest:
        raise errors.AbsenceUnread(text)
    return first, last


def _day(line: str, without_year: Callable[[int, int], date | None], today: date) -> tuple[date | None, str]:
    """Return the day at the beginning of a line, and what follows it."""
    found = _DAY.match(line)
    if found is None:
        return None, line
    rest = line[found.end() :].strip()
    if found["iso"]:
        return _made(*map(int, found["iso"].split("-"))), rest
    if found["near"]:
        return today + timedelta(days=_NEAR[found["near"]]), rest
    day = int(found["day"] or found["before"] or found["after"])
    name = found["named"] or found["first"]
    month = _MONTH[name] if name else int(found["month"])
    year = found["year"] or found["namedyear"] or found["firstyear"]
    return _made(2000 + int(year) % 100, month, day) if year else without_year(month, day), rest


def _nearest(today: date, month: int, day: int) -> date | None:
    tried = (_made(year, month, day) for year in (today.year - 1, today.year, today.year + 1))
    return next((one for one in tried if one is not None and abs(one - today) <= _HALF_A_YEAR), None)


def _next(first: date, month: int, day: int) -> date | None:
    """Return a day without its year that ends what began: of this year, else of the next."""
    same, following = _made(first.year, month, day), _made(first.year + 1, month, day)
    return same if same is not None and (same >= first or first.month <= same.month) else following


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
