"""The catalogues: brought up to the sentences of the sources, or checked; ``python -m bot.i18n.catalogues [--check]``."""

import string
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.domain.members import LANGUAGES
from bot.i18n.translator import CATALOGUES

SOURCE_LANGUAGE = "en"
_BOT = Path(__file__).parent.parent
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"t": None, "self": None, "plural": (1, 2), "N_": None}
"""``self`` is how the translator itself says a sentence."""
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the sources; with ``many`` it is about a number of things."""

    one: str
    many: str | None = None

    @property
    def id(self) -> str | tuple[str, str]:
        """Return the sentence as a catalogue's key."""
        return self.one if self.many is None else (self.one, self.many)


def sources() -> dict[str, Path]:
    """Return the modules that speak, by the name of their catalogue: all views, and the translator."""
    views = sorted((_BOT / "views").glob("*.py"))
    found = {path.stem: path for path in (*views, _BOT / "i18n" / "translator.py")}
    return {name: path for name, path in found.items() if sentences(path)}


def sentences(path: Path) -> tuple[Sentence, ...]:
    """Return what a module says, in its order, each once."""
    with path.open("rb") as source:
        found = [message for _line, message, _comments, _context in extract("python", source, _KEYWORDS)]
    said = (Sentence(one) if isinstance(one, str) else Sentence(one[0], one[1]) for one in found)
    return tuple(dict.fromkeys(said))


def catalogue(language: str, name: str, folder: Path = CATALOGUES) -> Catalog:
    """Return a stored catalogue, empty where there is none."""
    path = _path(folder, language, name)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stored:
        return read_po(stored, locale=language)


def update(language: str, only: Collection[str] = (), folder: Path = CATALOGUES) -> None:
    """Bring the catalogues of a language up to the sources; translations are kept, new sentences are left empty."""
    spoken = sources()
    for name, path in spoken.items():
        if only and name not in only:
            continue
        old, new = catalogue(language, name, folder), Catalog(locale=language)
        for sentence in sentences(path):
            known = old.get(sentence.one)
            translated = known is not None and known.id == sentence.id and not known.fuzzy
            new.add(sentence.id, known.string if known and translated else "")
        target = _path(folder, language, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stored:
            stored.write(_HEADER.format(language=language).encode())
            write_po(stored, new, width=110, omit_header=True)


def problems(language: str, folder: Path = CATALOGUES) -> Iterator[str]:
    """Name everything that is missing, left over or wrong in the catalogues of a language."""
    spoken = sources()
    said: dict[str, tuple[str, str]] = {}
    for path in _stored(folder, language):
        if path.stem not in spoken:
            yield f"{path.name}: no module says this"
    for name, path in spoken.items():
        stored = catalogue(language, name, folder)
        wanted = {sentence.id for sentence in sentences(path)}
        kept = {_key(message) for message in stored if message.id}
        yield from (f"{name}.po: missing {one!r}" for one in sorted(map(str, wanted - kept)))
        yield from (f"{name}.po: nobody says {one!r}" for one in sorted(map(str, kept - wanted)))
        for message in stored:
            if message.id:
                yield from (f"{name}.po: {problem}" for problem in _flaws(message))
                first, translated = said.setdefault(str(message.id), (name, str(message.string)))
                if translated != str(message.string):
                    yield f"{name}.po: {message.id!r} is translated otherwise in {first}.po"


def _flaws(message: Message) -> Iterator[str]:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    one, *many = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if message.fuzzy:
        yield f"fuzzy {one!r}"
    if not all(strings):
        yield f"empty {one!r}"
    elif len(strings) != 1 + len(many):
        yield f"not every plural of {one!r}"
    for translated, source in zip(strings, (one, *many), strict=False):
        if translated and _placeholders(translated) != _placeholders(source):
            yield f"other placeholders in {translated!r} than in {source!r}"


def _placeholders(text: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _stored(folder: Path, language: str) -> list[Path]:
    return sorted((folder / language / "LC_MESSAGES").glob("*.po"))


def _path(folder: Path, language: str, name: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{name}.po"


def main(arguments: list[str]) -> int:
    """Update the catalogues, all or the named ones, or with ``--check`` only say what is wrong; return the exit code."""
    languages = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
    if "--check" not in arguments:
        for language in languages:
            update(language, arguments)
    found = [f"{language}: {problem}" for language in languages for problem in problems(language)]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
