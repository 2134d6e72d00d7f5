"""Set-up data: the seven CSV files as rows, and what is wrong with them."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import holidays

from bot.domain import names, working_time
from bot.domain.access import Access, Visibility
from bot.domain.accounts import LONGEST_NAME, TIERS, Relation, TeamRole
from bot.domain.accounts import Kind as AccountKind
from bot.domain.contacts import DecisionRole
from bot.domain.interactions import Category, Source
from bot.domain.interactions import Kind as InteractionKind
from bot.domain.members import LANGUAGES, Role
from bot.domain.setup import File, Flaw, Problem, Row, SetUpData, Value

LONGEST_LINE = 300
"""Characters of a title, topic or other short text."""
_MAY_BE_ATTITUDES = {"champion": 5, "opponent": 1}
"""Roles of other tools that say how somebody stands to us (reference data, section 3)."""
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{1,11}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,20}")
_EMAIL = re.compile(r"[^@\s|<>,;]+@[^@\s|<>,;]+\.[^@\s|<>,;]+")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)\s?(Z|[+-]\d\d:?\d\d)?)?")
_GERMAN = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:,? (\d\d?):(\d\d))?")
_NOON = "12:00"

Parse = Callable[[str], Value]


class _Bad(Exception):
    """A cell that cannot be taken as it is."""

    def __init__(self, flaw: Flaw, *hints: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.hints = hints


@dataclass(frozen=True, slots=True)
class _Column:
    """How the cells of a column are read."""

    parse: Parse
    compulsory: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """One file taken apart into rows of cells."""

    file: File
    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


@dataclass(slots=True)
class _Findings:
    """What is collected while the files are read."""

    rows: dict[File, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[File] = field(default_factory=set)


def read_folder(folder: Path, zone: ZoneInfo) -> SetUpData:
    """Read every file of the set-up data that the folder holds.

    Args:
        folder: any of the seven files may be missing.
        zone: of moments that name none.
    """
    found = _Findings()
    for path in sorted(folder.iterdir()):
        if (problem := _misnamed(path, folder)) is not None:
            found.problems.append(problem)
    for file in File:
        path = folder / file
        if path.exists():
            _read_file(path, file, zone, found)
    return SetUpData(found.rows, tuple(found.problems), frozenset(found.broken))


def _misnamed(path: Path, folder: Path) -> Problem | None:
    """Find a file that is probably one of the seven under a wrong name; silence would look like success."""
    if path.suffix.lower() != ".csv" or path.name in set(File):
        return None
    meant = get_close_matches(path.name.lower(), list(File), 1, 0.85)
    if not meant or (folder / meant[0]).exists():
        return None
    return Problem(path.name, Flaw.MISNAMED, hints=(meant[0],))


def _read_file(path: Path, file: File, zone: ZoneInfo, found: _Findings) -> None:
    found.rows[file] = []
    text = _text_of(path, file, found)
    source = None if text is None else _take_apart(text, file, found)
    if source is None:
        found.broken.add(file)
        return
    for line, cells in source.rows:
        row = _row(source, line, cells, found.problems)
        found.rows[file].append(_finished(row, zone, found.problems))


def _text_of(path: Path, file: File, found: _Findings) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        found.problems.append(Problem(file, Flaw.UNREADABLE, typed=error.strerror or type(error).__name__))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found.problems.append(Problem(file, Flaw.NOT_UTF8, line, typed=f"0x{raw[error.start]:02X}"))
        return None
    lines = enumerate(_LINE_BREAK.split(text), start=1) if "\0" in text else ()
    found.problems += [Problem(file, Flaw.NUL, at) for at, line_text in lines if "\0" in line_text]
    return text.replace("\0", "")


def _take_apart(text: str, file: File, found: _Findings) -> _Source | None:
    """Split into rows of as many cells as the header names; None where the header cannot be understood."""
    header: list[str] | None = None
    rows: list[tuple[int, Sequence[str]]] = []
    for line, cells in _records(text, _delimiter(text, file), file, found):
        if not any(cell.strip(" ,;" if header is None else None) for cell in cells):
            continue
        if header is None:
            header = [names.one_line(cell).casefold() for cell in cells]
            while header and not header[-1]:
                header.pop()
            if wrong := _header_problems(file, header, line):
                found.problems += wrong
                return None
            continue
        extra = cells[len(header) :]
        if len(cells) < len(header) or any(cell.strip() for cell in extra):
            hints = (str(len(header)),)
            found.problems.append(Problem(file, Flaw.CELL_COUNT, line, typed=str(len(cells)), hints=hints))
            # Rows that refer to what this one would have named cannot be judged.
            found.broken.add(file)
            continue
        rows.append((line, cells[: len(header)]))
    if header is None:
        if file not in found.broken:
            found.problems.append(Problem(file, Flaw.NO_HEADER, 1, hints=_compulsory(file)))
        return None
    return _Source(file, header, rows)


def _records(text: str, delimiter: str, file: File, found: _Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins in; what follows a broken quotation cannot be told apart."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            stray = "expected after" in str(error)
            found.problems.append(Problem(file, Flaw.STRAY_QUOTE if stray else Flaw.OPEN_QUOTE, line))
            found.broken.add(file)
            return
        yield line, cells


def _delimiter(text: str, file: File) -> str:
    first = next((line for line in _LINE_BREAK.split(text[:10_000]) if line.strip(" ,;")), "")
    known = COLUMNS[file]

    def rating(delimiter: str) -> tuple[int, int]:
        cells = first.split(delimiter)
        return sum(cell.strip(' "').casefold() in known for cell in cells), len(cells)

    return ";" if rating(";") > rating(",") else ","


def _header_problems(file: File, header: Sequence[str], line: int) -> list[Problem]:
    known = COLUMNS[file]
    problems = []
    for at, name in enumerate(header):
        if name not in known:
            closest = get_close_matches(name, known, 1, 0.0)
            problems.append(Problem(file, Flaw.UNKNOWN_COLUMN, line, name or None, name, tuple(closest)))
        elif name in header[:at]:
            problems.append(Problem(file, Flaw.COLUMN_TWICE, line, name))
    if not any(problem.flaw is Flaw.UNKNOWN_COLUMN for problem in problems):
        missing = [name for name in _compulsory(file) if name not in header]
        problems += [Problem(file, Flaw.COLUMN_MISSING, line, name) for name in missing]
    return problems


def _compulsory(file: File) -> tuple[str, ...]:
    return tuple(name for name, column in COLUMNS[file].items() if column.compulsory)


def _row(source: _Source, line: int, cells: Sequence[str], problems: list[Problem]) -> Row:
    """Read the cells; those that cannot be read are reported and left out."""
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    at = line
    for name, cell in zip(source.columns, cells, strict=True):
        column = COLUMNS[source.file][name]
        if at != line:
            lines[name] = at
        at += len(_LINE_BREAK.findall(cell))
        try:
            values[name] = value = column.parse(_tidy(cell))
        except _Bad as bad:
            problems.append(Problem(source.file, bad.flaw, lines.get(name, line), name, cell, bad.hints))
            continue
        if column.compulsory and value is None:
            problems.append(Problem(source.file, Flaw.EMPTY, lines.get(name, line), name))
    return Row(source.file, line, values, lines)


def _finished(row: Row, zone: ZoneInfo, problems: list[Problem]) -> Row:
    """Check what several cells say together and complete it."""
    values = dict(row.values)
    match row.file:
        case File.MEMBERS | File.DEPARTMENTS:
            country, region = values.get("country"), values.get("region")
            legal = _regions().get(str(country), ())
            if country and region and legal and region not in legal:
                problems.append(row.problem(Flaw.NOT_A_REGION, "region", hints=tuple(legal)))
        case File.ACCOUNTS:
            if values.get("relation") and "parent" in values and not values["parent"]:
                problems.append(row.problem(Flaw.RELATION_ALONE, "relation"))
        case File.CONTACTS:
            _take_attitude(row, values, problems)
        case File.INTERACTIONS:
            if isinstance(when := values.get("when"), datetime):
                values["when"] = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
            if values.get("satisfaction") is None and values.get("satisfaction_source"):
                problems.append(row.problem(Flaw.SOURCE_ALONE, "satisfaction_source"))
            elif values.get("satisfaction") is not None and not values.get("satisfaction_source"):
                values["satisfaction_source"] = Source.OURS
    return replace(row, values=values)


def _take_attitude(row: Row, values: dict[str, Value], problems: list[Problem]) -> None:
    """Read ``champion`` and ``opponent`` as attitude 5 and 1."""
    roles = values.get("decision_role")
    if not isinstance(roles, tuple):
        return
    meant = {_MAY_BE_ATTITUDES[str(role)] for role in roles if role in _MAY_BE_ATTITUDES}
    values["decision_role"] = tuple(str(role) for role in roles if role not in _MAY_BE_ATTITUDES)
    attitude = values.get("attitude")
    if len(meant) > 1 or (meant and attitude is not None and attitude not in meant):
        problems.append(row.problem(Flaw.TWO_ATTITUDES, "decision_role"))
    elif meant:
        values["attitude"] = meant.pop()


def _tidy(cell: str) -> str:
    # Most cells have nothing to clean; looking at each character of 100 000 rows takes longer than storing them.
    return cell.strip() if _is_plain(cell) else names.tidy(cell)


@lru_cache(maxsize=10_000)
def _one_line(cell: str) -> str:
    return " ".join(cell.split()) if _is_plain(cell) else names.one_line(cell)


def _is_plain(cell: str) -> bool:
    return cell.isascii() and cell.isprintable()


def _line(longest: int, cell: str) -> Value:
    text = _one_line(cell)
    if len(text) > longest:
        raise _Bad(Flaw.TOO_LONG, str(longest))
    return text or None


def _text(cell: str) -> Value:
    return cell or None


def _several(parse: Parse, cell: str) -> Value:
    parsed = (parse(part.strip()) for part in cell.split("|") if part.strip())
    return tuple(dict.fromkeys(str(value) for value in parsed if value is not None))


def _one_of(legal: Iterable[str], cell: str) -> Value:
    keys = [str(key) for key in legal]
    key = cell.casefold()
    if key and key not in keys:
        raise _Bad(Flaw.NOT_ONE_OF, *keys)
    return key or None


def _number(least: int, most: int, cell: str) -> Value:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 10 and least <= int(cell) <= most):
        raise _Bad(Flaw.NOT_A_NUMBER, f"{least} to {most}")
    return int(cell)


def _slack_id(cell: str) -> Value:
    if cell and not _SLACK_ID.fullmatch(cell):
        raise _Bad(Flaw.NOT_A_SLACK_ID)
    return cell or None


def _person(cell: str) -> Value:
    if not cell or _SLACK_ID.fullmatch(cell):
        return cell or None
    if not _EMAIL.fullmatch(cell):
        raise _Bad(Flaw.NOT_A_PERSON)
    return cell.casefold()


def _email(cell: str) -> Value:
    if cell and not _EMAIL.fullmatch(cell):
        raise _Bad(Flaw.NOT_AN_EMAIL)
    return cell or None


def _channel(cell: str) -> Value:
    if cell and not _CHANNEL.fullmatch(cell):
        raise _Bad(Flaw.NOT_A_CHANNEL)
    return cell or None


def _country(cell: str) -> Value:
    code = cell.upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code != "UK"):
        raise _Bad(Flaw.NOT_A_COUNTRY)
    return code or None


def _zone(cell: str) -> Value:
    if cell and cell not in _zones():
        raise _Bad(Flaw.NOT_A_ZONE, *get_close_matches(cell, _zones(), 1, 0.6))
    return cell or None


def _working_hours(cell: str) -> Value:
    if not cell:
        return None
    try:
        working_time.parse(cell)
    except ValueError as error:
        raise _Bad(Flaw.NOT_WORKING_HOURS) from error
    return names.one_line(cell)


def _moment(cell: str) -> Value:
    """Read a day, or a day and a time; without a zone the moment stays naive, a day alone means noon."""
    if not cell:
        return None
    iso, german = _ISO.fullmatch(cell), _GERMAN.fullmatch(cell)
    try:
        if german:
            day, month, year, hour, minute = german.groups()
            return datetime(int(year), int(month), int(day), int(hour or 12), int(minute or 0))  # noqa: DTZ001  see above
        if iso:
            day, clock, zone = iso.groups()
            moment = datetime.fromisoformat(f"{day}T{clock or _NOON}{zone or ''}")
            return moment if 1970 <= moment.year <= 2200 else _no_moment()
    except ValueError:
        return _no_moment()
    return _no_moment()


def _no_moment() -> Value:
    raise _Bad(Flaw.NOT_A_MOMENT)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _regions() -> Mapping[str, Sequence[str]]:
    return holidays.list_supported_countries(include_aliases=True)


_NAME: Parse = partial(_line, LONGEST_NAME)
_SHORT: Parse = partial(_line, LONGEST_LINE)
_LEVEL: Parse = partial(_number, 1, 5)
_LANGUAGE: Parse = partial(_one_of, LANGUAGES)
_WORKING_TIME: Mapping[str, _Column] = {
    "language": _Column(_LANGUAGE),
    "time_zone": _Column(_zone),
    "country": _Column(_country),
    "region": _Column(_SHORT),
    "working_hours": _Column(_working_hours),
}

COLUMNS: Mapping[File, Mapping[str, _Column]] = {
    File.MEMBERS: {
        "slack_id": _Column(_slack_id, compulsory=True),
        "name": _Column(_NAME, compulsory=True),
        "email": _Column(_email),
        "department": _Column(_NAME),
        "level": _Column(_LEVEL),
        "role": _Column(partial(_one_of, Role)),
        "topics": _Column(partial(_several, _SHORT)),
        **_WORKING_TIME,
    },
    File.DEPARTMENTS: {
        "department": _Column(_NAME, compulsory=True),
        "channel": _Column(_channel, compulsory=True),
        "coordinator": _Column(_person, compulsory=True),
        "head": _Column(_person),
        "deputy": _Column(_person),
        "answer_hours": _Column(partial(_number, 1, 2000)),
        "lead_days": _Column(partial(_number, 0, 1000)),
        **_WORKING_TIME,
    },
    File.ACCOUNTS: {
        "account": _Column(_NAME, compulsory=True),
        "parent": _Column(_NAME),
        "relation": _Column(partial(_one_of, Relation)),
        "kind": _Column(partial(_one_of, AccountKind)),
        "tier": _Column(partial(_one_of, TIERS)),
        "aliases": _Column(partial(_several, _NAME)),
        "country": _Column(_country),
        "language": _Column(_LANGUAGE),
        "channel": _Column(_channel),
        "kam": _Column(_person),
        "deputy": _Column(_person),
        "sponsor": _Column(_person),
        "access": _Column(partial(_one_of, Access)),
        "mission": _Column(_text),
    },
    File.TEAM: {
        "account": _Column(_NAME, compulsory=True),
        "member": _Column(_person, compulsory=True),
        "role": _Column(partial(_one_of, TeamRole)),
        "topic": _Column(_SHORT),
    },
    File.CONTACTS: {
        "account": _Column(_NAME, compulsory=True),
        "name": _Column(_NAME, compulsory=True),
        "email": _Column(_email),
        "title": _Column(_SHORT),
        "level": _Column(_LEVEL),
        "decision_role": _Column(partial(_several, partial(_one_of, (*DecisionRole, *_MAY_BE_ATTITUDES)))),
        "attitude": _Column(partial(_number, 1, 5)),
        "influence": _Column(partial(_number, 1, 3)),
        "aims": _Column(_text),
        "owner": _Column(_person),
        "reports_to": _Column(_NAME),
    },
    File.SPONSORS: {
        "sponsor": _Column(_person, compulsory=True),
        "kam": _Column(_person, compulsory=True),
        "deputy": _Column(_person),
    },
    File.INTERACTIONS: {
        "account": _Column(_NAME, compulsory=True),
        "author": _Column(_person, compulsory=True),
        "when": _Column(_moment, compulsory=True),
        "text": _Column(_text, compulsory=True),
        "kind": _Column(partial(_one_of, InteractionKind)),
        "category": _Column(partial(_one_of, Category)),
        "satisfaction": _Column(partial(_number, 1, 5)),
        "satisfaction_source": _Column(partial(_one_of, Source)),
        "contacts": _Column(partial(_several, _NAME)),
        "visibility": _Column(partial(_one_of, Visibility)),
    },
}
"""The columns of each file (product, section 8)."""
