"""Asked periods: the days, weeks, months, quarters and years that words of a question name, in German and English."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)
_OLDEST = 1990
"""A smaller number is no year of ours."""
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one to another, both included."""

    first: date
    last: date


class _Part(Enum):
    """Which part of a period is meant."""

    BEGINNING = auto()
    MIDDLE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Point:
    """The period some words name, up to which word, and whether they do so even without a word such as "in"."""

    days: Period
    after: int
    is_clear: bool = True
    is_ahead: bool = False
    """It is said to be to come."""


def read_period(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read a period; of several readings the one with most words, and of a day also its part: "gestern Abend".

    Args:
        words: casefolded, without punctuation at their ends.
        at: the first of its words.
        today: where the reader is.
    """
    if at >= len(words):
        return None
    points = [point for read in _READINGS if (point := read(words, at, today)) is not None]
    longest = max(points, key=lambda point: point.after, default=None)
    if longest is None or longest.days.first != longest.days.last:
        return longest
    after = past(words, longest.after, _TO_PART_OF_DAY)
    return replace(longest, after=after + 1) if word_at(words, after) in _PARTS_OF_DAY else longest


def past(words: Sequence[str], at: int, skipped: frozenset[str]) -> int:
    """Return the place of the next word that is none of these."""
    while at < len(words) and words[at] in skipped:
        at += 1
    return at


def word_at(words: Sequence[str], at: int) -> str:
    """Return a word, or nothing behind the last."""
    return words[at] if at < len(words) else ""


def _near_day(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "gestern" and "day after tomorrow"."""
    after, ago = at + 1, _NEAR_DAYS.get(words[at])
    if ago is None and " ".join(words[at : at + 3]) in _NEAR_DAYS:
        after, ago = at + 3, _NEAR_DAYS[" ".join(words[at : at + 3])]
    return None if ago is None else Point(_day(today - ago * ONE_DAY), after, is_ahead=ago < 0)


def _before_unit(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Vorjahr"."""
    unit = _BEFORE.get(words[at])
    return Point(_unit(unit, today, 1), at + 1) if unit else None


def _ago(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "vor zwei Wochen" and "two weeks ago": that day, or the week, month, quarter or year it was in."""
    german = words[at] == "vor"
    amount = read_amount(words, at + german)
    if amount is None or (not german and word_at(words, amount.after) != "ago"):
        return None
    return Point(_unit(amount.unit, today, amount.count), amount.after + (not german))


def _last_few(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "den letzten drei Wochen", "past 30 days" and "letzten halben Jahr": up to today, so many back.

    Without a number they are some: "in den letzten Wochen" six of them, "the last months" six, "the last days" seven;
    "in letzter Zeit" is three months.
    """
    if " ".join(words[at : at + 2]) in _LATELY:
        return Point(Period(today - _LATELY_SPAN, today), at + 2)
    if words[at] not in _RECENT or word_at(words, at + 1) in _ONE:
        return None
    amount = read_amount(words, at + 1) or _some(words, past(words, at + 1, _FEW))
    return Point(Period(days_back(today, amount), today), amount.after) if amount else None


def _year_begin(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Jahresbeginn", "Anfang Jahr" and "beginning of the year"."""
    after = at + 1
    if words[at] not in _YEAR_SETS_IN:
        after = past(words, after, _OF_THE) + 1
        if _PARTS.get(words[at]) is not _Part.BEGINNING or UNITS.get(word_at(words, after - 1)) != "year":
            return None
    days = _part_of(_span(date(today.year, 1, 1), 12), _Part.BEGINNING)
    return Point(days, after, is_clear=False) if days else None


def _part(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Mitte Oktober", "mid-October 2025", "Ende letzten Jahres" and "beginning of last week"."""
    name, _, joined = words[at].partition("-")
    part = _PARTS.get(name)
    if part is None:
        return None
    behind = [*([joined] if joined else ()), *words[at + 1 :]]
    if name == "start" and word_at(behind, 0) != "of":
        return None
    whole_at = past(behind, 0, _OF_A_WHOLE)
    is_part_again = word_at(behind, whole_at).partition("-")[0] in _PARTS
    whole = None if is_part_again else read_period(behind, whole_at, today)
    days = _part_of(whole.days, part) if whole else None
    return replace(whole, days=days, after=at + 1 + whole.after - bool(joined)) if whole and days else None


def _feast(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Weihnachten", the latest there was, and "Easter 2025"."""
    day_in = next((day_in for named, day_in in _FEASTS if words[at] in named), None)
    if day_in is None:
        return None
    if year := _year_at(words, at + 1):
        return Point(_day(day_in(year)), at + 2)
    latest = max(day for year in (today.year, today.year - 1) if (day := day_in(year)) <= today)
    return Point(_day(latest), at + 1, is_clear=False)


def _this_or_last(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "diese Woche", "letztes Quartal", "last Friday", "letzten Mai", "last summer", "last Easter" and "next week"."""
    is_last, name = words[at] in _LAST, word_at(words, at + 1)
    if words[at] in _NEXT and name in UNITS:
        return Point(_unit(UNITS[name], today, -1), at + 2, is_ahead=True)
    if not is_last and words[at] not in _THIS:
        return None
    if unit := UNITS.get(name):
        return Point(_unit(unit, today, 1 if is_last else 0), at + 2)
    if weekday := WEEKDAYS.get(name):
        back = (today.weekday() - weekday + 1) % 7
        return Point(_day(today - (back or (7 if is_last else 0)) * ONE_DAY), at + 2)
    starts = _MONTH_NAMES.get(name) or _SEASONS.get(name)
    if starts is None:
        feast = _feast(words, at + 1, today - ONE_DAY) if name and is_last else None
        return feast and replace(feast, is_clear=True)
    length = 1 if name in _MONTH_NAMES else 3
    days = _begun(today, starts, length)
    if is_last and days.last >= today:
        days = _span(days.first - relativedelta(years=1), length)
    return Point(days, at + 2)


def _weekday(words: Sequence[str], at: int, today: date) -> Point | None:
    weekday = WEEKDAYS.get(words[at])
    back = (today.weekday() - weekday + 1) % 7 if weekday else 0
    return Point(_day(today - back * ONE_DAY), at + 1, is_clear=False) if weekday else None


def _month(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Oktober" and "October 2025"."""
    return _named_months(words, at, today, _MONTH_NAMES, 1)


def _quarter(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Q3", "3. Quartal", "third quarter", "erstes Halbjahr", "first half of 2025"."""
    number, after, length = _numbered_part(words, at)
    if not number:
        return None
    while word_at(words, after) in {"of", "the", "year", "des", "jahres", "von"}:
        after += 1
    year = _year_at(words, after)
    month = (number - 1) * length + 1
    days = _span(date(year, month, 1), length) if year else _begun(today, month, length)
    return Point(days, after + bool(year), is_clear=bool(year))


def _numbered_part(words: Sequence[str], at: int) -> tuple[int, int, int]:
    """Return which quarter or half of a year, the word after it, and its months; 0 for none."""
    if short := _SHORT_QUARTER.fullmatch(words[at]):
        return int(short[1]), at + 1, 3
    number = _ORDINALS.get(words[at], 0)
    name = word_at(words, at + 1)
    if number and name in {"quartal", "quartals", "quarter"}:
        return number, at + 2, 3
    if number in {1, 2} and name in {"halbjahr", "halbjahrs", "half"}:
        return number, at + 2, 6
    return 0, at, 0


def _season(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "Sommer" and "summer 2025"."""
    return _named_months(words, at, today, _SEASONS, 3)


def _named_months(words: Sequence[str], at: int, today: date, starts: Mapping[str, int], length: int) -> Point | None:
    month = starts.get(words[at])
    if month is None:
        return None
    year = _year_at(words, at + 1)
    days = _span(date(year, month, 1), length) if year else _begun(today, month, length)
    return Point(days, at + 1 + bool(year), is_clear=bool(year))


def _week(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "KW 40" and "KW40": weeks are written into notes as dates to come, so beside others they stay words."""
    joined = _SHORT_WEEK.fullmatch(words[at])
    number, after = (joined[1], at + 1) if joined else (word_at(words, at + 1), at + 2)
    if not joined and (words[at] not in {"kw", "kalenderwoche", "week"} or not _SMALL.fullmatch(number)):
        return None
    for year in (today.year, today.year - 1):
        week = int(number)
        if 1 <= week <= date(year, 12, 28).isocalendar().week:
            monday = date.fromisocalendar(year, week, 1)
            if monday <= today:
                return Point(Period(monday, monday + 6 * ONE_DAY), after, is_clear=False)
    return None


def _year(words: Sequence[str], at: int, _: date) -> Point | None:
    """Read "2025"."""
    year = _year_at(words, at)
    return Point(_span(date(year, 1, 1), 12), at + 1) if year else None


def _numeric_date(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "2026-10-14", "14.10.2026", "14.10.26", "14.10", "14/10/2026" and "10/2026"; the day comes first here.

    "1.2.10" is as likely a version as "1.2", and behind "Firmware" it is one.
    """
    if iso := _ISO.fullmatch(words[at]):
        return _dated(int(iso[1]), int(iso[2]), int(iso[3]), today, at + 1)
    if month := _MONTH_OF.fullmatch(words[at]):
        number, year = int(month[1]), int(month[2])
        return Point(_span(date(year, number, 1), 1), at + 1) if 1 <= number <= _DECEMBER else None
    written = _DAY_FIRST.fullmatch(words[at])
    return _day_first(written, words, at, today) if written else None


def _day_first(written: re.Match[str], words: Sequence[str], at: int, today: date) -> Point | None:
    day, number, year = int(written[1]), int(written[3]), int(written[4] or 0)
    has_century = year > 99
    if at and words[at - 1] in _VERSIONS and not has_century:
        return None
    if number > _DECEMBER and written[2] == "/":
        day, number = number, day
    point = _dated(year and year % 100 + 2000, number, day, today, at + 1)
    is_near = point is not None and today.year - _NEAR_YEARS < point.days.first.year <= today.year + 1
    return point and replace(point, is_clear=has_century or (bool(year) and is_near))


def _written_date(words: Sequence[str], at: int, today: date) -> Point | None:
    """Read "14. Oktober 2026", "14 October", "14th of October" and "October 14th"."""
    between = word_at(words, at + 1) == "of"
    first, second = words[at], word_at(words, at + 1 + between)
    day, month = (first, second) if second in _MONTH_NAMES else (second, first)
    written = ORDINAL_DAY.fullmatch(day)
    if not written or month not in _MONTH_NAMES:
        return None
    after = at + 2 + between
    year = _year_at(words, after)
    return _dated(year, _MONTH_NAMES[month], int(written[1]), today, after + bool(year))


def _dated(year: int, month: int, day: int, today: date, after: int) -> Point | None:
    """Return one day; without a year the latest there was; None where the calendar has no such day."""
    for tried in (year,) if year else (today.year, today.year - 1):
        try:
            found = date(tried, month, day)
        except ValueError:
            continue
        if year or found <= today:
            return Point(_day(found), after, is_clear=bool(year))
    return None


_READINGS: tuple[Callable[[Sequence[str], int, date], Point | None], ...] = (
    _near_day, _before_unit, _ago, _last_few, _this_or_last, _year_begin, _part, _feast, _weekday, _month, _quarter,
    _season, _week, _year, _numeric_date, _written_date,
)  # fmt: skip


def _day(day: date) -> Period:
    return Period(day, day)


def _span(first: date, months: int) -> Period:
    return Period(first, first + relativedelta(months=months) - ONE_DAY)


def _part_of(days: Period, part: _Part) -> Period | None:
    """Return the part of a week, month, quarter, season, half-year or year; a day or a few have none."""
    length = (days.last - days.first).days + 1
    early, middle, after_middle, late = (
        days.first + cut for cut in next((cuts for longest, cuts in _CUTS if length <= longest), _YEAR_CUTS)
    )
    if late > days.last:
        return None
    return {
        _Part.BEGINNING: Period(days.first, early - ONE_DAY),
        _Part.MIDDLE: Period(middle, after_middle - ONE_DAY),
        _Part.END: Period(late, days.last),
    }[part]


def _begun(today: date, month: int, months: int) -> Period:
    """Return the latest of a month, quarter or season that has begun."""
    return _span(date(today.year if month <= today.month else today.year - 1, month, 1), months)


def _unit(unit: str, today: date, ago: int) -> Period:
    """Return the day, week, month, quarter or year so many before this one; this one is 0."""
    if unit in _LENGTH:
        day = today - ago * _LENGTH[unit] * ONE_DAY
        return (
            _day(day) if unit == "day" else Period(day - day.weekday() * ONE_DAY, day + (6 - day.weekday()) * ONE_DAY)
        )
    months = _MONTHS[unit]
    now = (today.month - 1) // months * months + 1
    return _span(date(today.year, now, 1) - relativedelta(months=ago * months), months)


@dataclass(frozen=True, slots=True)
class Amount:
    """So many units of time, and the word after them."""

    count: int
    unit: str
    after: int


def read_amount(words: Sequence[str], at: int) -> Amount | None:
    """Read "drei Wochen", "einem Jahr", "halben Jahr" and "six months"."""
    count = _count(word_at(words, at))
    after = at if count is None else at + 1
    if word_at(words, after) in _HALF and UNITS.get(word_at(words, after + 1)) == "year":
        return Amount(count or 1, "half", after + 2)
    unit = UNITS.get(word_at(words, after))
    return Amount(count, unit, after + 1) if count and unit else None


def _some(words: Sequence[str], at: int) -> Amount | None:
    """Read "Wochen" without a number."""
    name = word_at(words, at)
    return Amount(_SOME[UNITS[name]], UNITS[name], at + 1) if name in _PLURALS else None


def days_back(today: date, amount: Amount) -> date:
    """Return the day so long ago."""
    if amount.unit in _LENGTH:
        return today - amount.count * _LENGTH[amount.unit] * ONE_DAY
    return today - relativedelta(months=amount.count * _MONTHS[amount.unit])


def _count(word: str) -> int | None:
    if word in _ONE:
        return 1
    return _NUMBERS.get(word) or (int(word) if _SMALL.fullmatch(word) and int(word) else None)


def _year_at(words: Sequence[str], at: int) -> int:
    """Return the year that stands there, else 0."""
    word = word_at(words, at)
    return int(word) if _YEAR.fullmatch(word) and int(word) >= _OLDEST else 0


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line."""
    return frozenset(words.split())


def _numbered(*names: str) -> dict[str, int]:
    return {name: number for number, group in enumerate(names, 1) for name in group.split()}


_SMALL = re.compile(r"[0-9]{1,2}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ISO = re.compile(r"((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})(?:\2((?:20)?[0-9]{2}))?")
_MONTH_OF = re.compile(r"([0-9]{1,2})[./](20[0-9]{2})")
ORDINAL_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_SHORT_QUARTER = re.compile(r"q([1-4])")
_SHORT_WEEK = re.compile(r"kw([0-9]{1,2})")
_NEAR_YEARS = 5
"""A short date of one of these years is one even beside others: "6.11.26"; "1.2.10" may be a version."""
_VERSIONS = word_set("version versionen versions v ver rev revision firmware fw software sw release")
ARTICLES = word_set("der den dem des die das the monat monats jahr jahres month year of im in zum zur zu")
_OF_A_WHOLE = ARTICLES - word_set("im in zum zur zu")
"""Not "im": the start in Q3 is in all of it."""
_LAST = word_set(
    "letzte letzten letzter letztes letztem vergangene vergangenen vergangener vergangenes vergangenem vorige vorigen "
    "voriger voriges vorigem last past previous"
)
_RECENT = _LAST | word_set("jüngsten juengsten recent")
_FEW = word_set("paar einigen few several couple of")
_LATELY = frozenset({"letzter zeit", "jüngster zeit", "juengster zeit"})
_LATELY_SPAN = relativedelta(months=3)
_YEAR_SETS_IN = word_set("jahresbeginn jahresanfang")
_OF_THE = word_set("of the des dieses this")
_FEASTS: tuple[tuple[frozenset[str], Callable[[int], date]], ...] = (
    (word_set("weihnachten weihnacht christmas"), lambda year: date(year, 12, 25)),
    (word_set("ostern easter"), easter),
)
_HALF = word_set("halbe halben halbes halbem half")
_NEXT = word_set("nächste nächsten nächster nächstes naechste naechsten kommende kommenden next coming")
_THIS = word_set("diese dieser diesen dieses diesem this")
_ONE = word_set("ein eine einem einen einer a one")
_NUMBERS = _numbered(
    "", "zwei two", "drei three", "vier four", "fünf fuenf five", "sechs six", "sieben seven", "acht eight",
    "neun nine", "zehn ten", "elf eleven", "zwölf zwoelf twelve",
)  # fmt: skip
_NEAR_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("heute", "today"), 0),
    **dict.fromkeys(("gestern", "yesterday"), 1),
    **dict.fromkeys(("vorgestern", "day before yesterday"), 2),
    **dict.fromkeys(("morgen", "tomorrow"), -1),
    **dict.fromkeys(("übermorgen", "uebermorgen", "day after tomorrow"), -2),
}
_TO_PART_OF_DAY = word_set("am im in der at the")
_PARTS_OF_DAY = word_set(
    "morgen früh frueh vormittag mittag nachmittag abend nacht morning noon afternoon evening night"
)
UNITS: Mapping[str, str] = {
    name: unit
    for unit, names in {
        "day": "tag tage tagen day days",
        "week": "woche wochen week weeks",
        "month": "monat monate monaten monats month months",
        "quarter": "quartal quartale quartalen quarter quarters",
        "half": "halbjahr halbjahre halbjahren",
        "year": "jahr jahre jahren jahres year years",
    }.items()
    for name in names.split()
}
_PLURALS = word_set(
    "tage tagen wochen monate monaten quartale quartalen halbjahre halbjahren jahre jahren "
    "days weeks months quarters years"
)
_SOME = {"day": 7, "week": 6, "month": 6, "quarter": 4, "half": 4, "year": 5}
"""How many are meant where none is said."""
_BEFORE: Mapping[str, str] = {"vorjahr": "year", "vormonat": "month", "vorwoche": "week", "vorquartal": "quarter"}
_LENGTH = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
WEEKDAYS = _numbered(
    "montag monday", "dienstag tuesday", "mittwoch wednesday", "donnerstag thursday", "freitag friday",
    "samstag sonnabend saturday", "sonntag sunday",
)  # fmt: skip
_MONTH_NAMES = _numbered(
    "januar jänner january jan", "februar feber february feb", "märz maerz march mär mrz mar", "april apr", "mai may",
    "juni june jun", "juli july jul", "august aug", "september sept sep", "oktober october okt oct",
    "november nov", "dezember december dez dec",
)  # fmt: skip
_SEASONS: Mapping[str, int] = {
    **dict.fromkeys(("frühling", "fruehling", "frühjahr", "fruehjahr", "spring"), 3),
    **dict.fromkeys(("sommer", "summer"), 6),
    **dict.fromkeys(("herbst", "autumn"), 9),
    "winter": 12,
}
_PARTS: Mapping[str, _Part] = {
    **dict.fromkeys(("anfang", "early", "beginning", "start"), _Part.BEGINNING),
    **dict.fromkeys(("mitte", "mid", "middle"), _Part.MIDDLE),
    **dict.fromkeys(("ende", "late", "end"), _Part.END),
}
_Cuts = tuple[relativedelta, ...]
_YEAR_CUTS: _Cuts = tuple(relativedelta(months=cut) for cut in (2, 4, 8, 10))
_CUTS: tuple[tuple[int, _Cuts], ...] = (
    (7, tuple(relativedelta(days=cut) for cut in (2, 2, 4, 4))),
    (31, tuple(relativedelta(days=cut) for cut in (10, 10, 20, 20))),
    (92, tuple(relativedelta(months=cut) for cut in (1, 1, 2, 2))),
    (184, tuple(relativedelta(months=cut) for cut in (2, 2, 4, 4))),
)
"""After how long the beginning is over, the middle begins and is over, and the end begins, in times of so many days."""
_ORDINALS = _numbered(
    "1 erste ersten erstes first 1st", "2 zweite zweiten zweites second 2nd", "3 dritte dritten drittes third 3rd",
    "4 vierte vierten viertes fourth 4th",
)  # fmt: skip
