"""The translator: English source sentences into the reader's language, dates and numbers by CLDR."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.domain.members import LANGUAGES, Person
from bot.i18n.words import Text, Typed, Words

CATALOGUES = Path(__file__).parent / "locale"
_CLDR = {"en": "en_GB", "de": "de"}
_DAY = {"en": "ccc d MMM", "de": "ccc d. MMM"}
_DAY_AND_YEAR = {"en": "ccc d MMM y", "de": "ccc d. MMM y"}
_STOPS = re.compile(r"\{(\w+)\}\.(?!\w)")


class Translator:
    """Speaks to one reader: their language, their zone, their today."""

    def __init__(self, language: str, now: datetime, zone: tzinfo = UTC) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.zone = zone
        self.now = now
        self.today = now.astimezone(zone).date()
        self._catalogue = _catalogue(self.language)

    def __call__(self, source: str, /, **values: Text | int) -> Words:
        """Say a sentence; ``{name}`` in it stands for a value, typed text stays literal."""
        return self._fill(self._catalogue.gettext(source), values)

    def plural(self, one: str, many: str, count: int, /, **values: Text | int) -> Words:
        """Say a sentence about a number of things; ``{count}`` is the number."""
        return self._fill(self._catalogue.ngettext(one, many, count), {**values, "count": self.number(count)})

    def number(self, value: float) -> Words:
        """Write a number as the reader does."""
        return _number(value, _CLDR[self.language])

    def day(self, day: date) -> Words:
        """Write a day: weekday, day, month; the year only if it is not this one."""
        patterns = _DAY if day.year == self.today.year else _DAY_AND_YEAR
        return _day(day.toordinal(), patterns[self.language], _CLDR[self.language])

    def moment(self, at: datetime) -> Words:
        """Write a day and time; in messages Slack shows it in each reader's own zone."""
        local = at.astimezone(self.zone)
        clock = format_time(local, "HH:mm", locale=_CLDR[self.language])
        written = f"{self.day(local.date()).plain}, {clock}"
        return Words(written, f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{written}>")

    def duration(self, length: timedelta) -> Words:
        """Write how long something takes in its largest unit: "3 days", "2 hours"."""
        written = format_timedelta(length, locale=_CLDR[self.language])
        return Words(written, written)

    def local_day(self, at: datetime) -> Words:
        """Write the day of an instant in the reader's zone."""
        return self.day(at.astimezone(self.zone).date())

    def country(self, code: str) -> Words:
        """Name a country by its two letters; letters that are none stay as they are."""
        written = Locale.parse(_CLDR[self.language]).territories.get(code, code)
        return Words(written, written)

    def person(self, person: Person) -> Words:
        """Name a person as plain text; who left is marked."""
        name = Typed(person.name)
        return self("{name} (left)", name=name) if person.left else Words(name.plain, name.mrkdwn)

    def either(self, people: tuple[Person, ...] | list[Person]) -> Words:
        """Name several people: "Ana, Ben or Chris"."""
        return self._list([self.person(person) for person in people], self("or"))

    def all_of(self, parts: list[Words]) -> Words:
        """List several things: "a, b and c"."""
        return self._list(parts, self("and"))

    def _list(self, parts: list[Words], last: Words) -> Words:
        if len(parts) <= 1:
            return parts[0] if parts else Words("", "")
        plain = ", ".join(part.plain for part in parts[:-1])
        mrkdwn = ", ".join(part.mrkdwn for part in parts[:-1])
        return Words(f"{plain} {last.plain} {parts[-1].plain}", f"{mrkdwn} {last.mrkdwn} {parts[-1].mrkdwn}")

    @staticmethod
    def _fill(template: str, values: dict[str, Text | int]) -> Words:
        texts = {
            name: Words(str(value), str(value)) if isinstance(value, int) else value for name, value in values.items()
        }
        # A value that ends with a full stop, such as "27. Nov.", ends the sentence as well.
        template = _STOPS.sub(lambda at: at[0][:-1] if texts[at[1]].plain.endswith(".") else at[0], template)
        return Words(
            template.format_map({name: value.plain for name, value in texts.items()}),
            template.format_map({name: value.mrkdwn for name, value in texts.items()}),
        )


def translator(language: str, now: datetime, zone: str | None = None) -> Translator:
    """Return the translator for a reader; an unknown zone is read as UTC."""
    return Translator(language, now, _zone(zone))


# A page writes the same few days and numbers again and again, and CLDR's patterns are slow to follow.
@lru_cache(maxsize=4096)
def _day(ordinal: int, pattern: str, locale: str) -> Words:
    written = format_date(date.fromordinal(ordinal), pattern, locale=locale)
    return Words(written, written)


@lru_cache(maxsize=4096, typed=True)
def _number(value: float, locale: str) -> Words:
    written = format_decimal(value, locale=locale)
    return Words(written, written)


@cache
def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the zone database, such as "Europe", is an OSError.
        return UTC


@cache
def _catalogue(language: str) -> NullTranslations:
    """Read every catalogue of a language, one per module of views, into one."""
    folder = CATALOGUES / language / "LC_MESSAGES"
    if not folder.is_dir():
        return NullTranslations()
    merged = Catalog(locale=language)
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stored:
            messages = read_po(stored, locale=language)
        for message in messages:
            if message.id and message.string:
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)
