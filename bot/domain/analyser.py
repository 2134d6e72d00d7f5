"""The analyser: words of German and English text as both databases index them."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import Stemmer

LONGEST_TERM = 48
"""Characters of a term that count; both sides are cut alike."""
SHORTEST_COMPARED = 4
"""Shorter words are not compared with others: too much is like them."""
MOST_FORMS = 2000
"""Different words of a text that are indexed: writing them holds up everybody else."""
_MOST_PARTS = 6
"""A longer chain such as a path or a table row is no word of its own."""

_WORD = re.compile(r"[^\W_]+(?:(?:['’./&+‐‑-]|(?<=\d),(?=\d))[^\W_]+)*")
_JOINER = re.compile(r"['’./,&+‐‑-]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_ALONE, _ENDED = r"(?<![\w'’./,&+‐‑-])", r"(?!\w|['’./,&+‐‑-]\w)"
_CODE = re.compile(rf"{_ALONE}[a-z]{{1,2}} \d{{1,4}}{_ENDED}")
_GROUPED = re.compile(rf"{_ALONE}\d{{1,3}}(?: \d{{3}})+{_ENDED}")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Latin letters that Unicode does not take apart."""

_stemmers = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question with the terms that stand for it in the index."""

    typed: str
    terms: tuple[str, ...]
    """Any of them will do."""
    is_stop_word: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index holds of a text."""

    terms: frozenset[str]
    """Every term under which it is found."""
    vocabulary: frozenset[str]
    """The words among them that misspellings and compounds are compared with."""


def index(text: str) -> Indexed:
    """Take a text apart for the index; only its first ``MOST_FORMS`` different words count."""
    folded = _folded(text)
    forms: set[str] = set()
    for chunk in chain(_chunks(folded), _in_one(folded)):
        forms.update(_written_forms(chunk))
        if len(forms) >= MOST_FORMS:
            break
    stemmed = [(form, stems(form)) for form in forms]
    return Indexed(
        terms=frozenset(term for _, terms in stemmed for term in terms),
        vocabulary=frozenset(
            terms[0] for form, terms in stemmed if is_comparable(terms[0]) and plain(form) not in STOP_WORDS
        ),
    )


def is_comparable(term: str) -> bool:
    """Tell whether a term is compared with others: a word, neither short nor a number or code."""
    return len(term) >= SHORTEST_COMPARED and term.isalpha()


def question_words(text: str) -> tuple[Word, ...]:
    """Return the words of a question in their order, each once, stop words marked; a code with a blank is one word."""
    words: dict[tuple[str, ...], Word] = {}
    folded = _GROUPED.sub(_without_blanks, _CODE.sub(_without_blanks, _folded(text)))
    for chunk in _chunks(folded):
        whole = _written_forms(chunk)[0]
        terms = stems(whole)
        words.setdefault(terms, Word(chunk, terms, plain(whole) in STOP_WORDS))
    return tuple(words.values())


def plain(word: str) -> str:
    """Drop accents: ``Ibérica`` is found as ``iberica``."""
    if word.isascii():
        return word
    bare = "".join(char for char in unicodedata.normalize("NFKD", word) if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> tuple[str, ...]:
    """Return the German and the English stem of a casefolded word, German first; codes and numbers as they are.

    The German stemmer reads ``ü``, ``ue`` and ``u`` alike.
    """
    if any(char.isdigit() for char in word):
        return (plain(word)[:LONGEST_TERM],)
    german = plain(_stemmer("german").stemWord(word))[:LONGEST_TERM]
    english = _stemmer("english").stemWord(plain(word))[:LONGEST_TERM]
    return (german,) if german == english else (german, english)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _in_one(folded: str) -> Iterator[str]:
    """Return what the text writes with a blank and others without: codes, "LF 30", and thousands, "4 000"."""
    for pattern in (_CODE, _GROUPED):
        for match in pattern.finditer(folded):
            if (written := _without_blanks(match)) != match.group():
                yield written


def _without_blanks(match: re.Match[str]) -> str:
    first = match.group().partition(" ")[0]
    return match.group() if first in STOP_WORDS else match.group().replace(" ", "")


def _chunks(folded: str) -> Iterator[str]:
    for match in _WORD.finditer(folded):
        chunk = match.group()
        parts = _JOINER.split(chunk)
        yield from parts if len(parts) > _MOST_PARTS else (chunk,)


def _written_forms(chunk: str) -> list[str]:
    """Return the word as written without joiners, then its parts."""
    if _NUMBER.fullmatch(chunk):
        forms = [chunk.replace(",", ".")]
        return [_JOINER.sub("", chunk), *forms] if _THOUSANDS.fullmatch(chunk) else forms
    parts = _JOINER.split(chunk)
    return parts if len(parts) == 1 else ["".join(parts), *parts]


def _stemmer(language: str) -> Stemmer.Stemmer:
    """Return this thread's stemmer: the objects are not safe to share."""
    stemmer: Stemmer.Stemmer | None = getattr(_stemmers, language, None)
    if stemmer is None:
        stemmer = Stemmer.Stemmer(language)
        setattr(_stemmers, language, stemmer)
    return stemmer


_STOP_WORDS = """
    ab aber alle allem allen aller alles als also am an ander andere anderem anderen anderer auch auf aus bei
    beim bekannt bereits bevor bin bis bist bitte da dabei dafur daher dann daran darauf daruber das dass
    dazu dein deine dem den denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir
    doch dort du durch ein eine einem einen einer eines einmal eintrag eintrage er erzahlt es etwas euch euer
    fur gab geben gegen geht gehts gerade geredet geschrieben gesprochen gewesen gibt ging hab habe haben
    hast hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins irgendwas
    irgendwer ist ja jede jedem jeden jeder jedes jemand jetzt kam kann kannst kein keine keinem keinen
    keiner kennen kennt kommen kommt konnen konnte kurzlich lauft laufts letzte letzten letztens letzter
    letztes lief los machen macht mal man mein meine meinem meinen meiner mich mir mit mochte mochten muss
    mussen nach neues neuigkeiten neulich nicht nichts noch notiert notiz notizen nun nur ob oder oft ohne
    passiert sagen sagt sagte schon schreibt sehr sei seid sein seine seinem seinen seiner seit sich sie sind
    so soll sollen sollte sondern stand steht such suche uber um und uns unser unsere unserem unseren unserer
    unter viel vom von vor wann war waren warst warum was wegen weil weiss weisst weit welche welchem welchen
    welcher welches wenn wer werde werden wie wieder will wir wird wissen wo woher wohin wollen wollte wozu
    wunschen wunscht wurde wurden zeig zeige zu zuletzt zum zur zwischen

    a about after again all also am an and any anybody anyone anything are as at be because been before being
    between both but by can come comes coming could did didnt do does doesnt doing done dont down entries for
    found from get give go goes going got had happen happened happening has have having he heard her here
    hers him his how hows i if im in into is isnt it its ive just know known knows last lately latest let
    lets like m me mine more most my new news no nor not noted notes now of off often on once only or other
    our ours out over own please re recently s said same say says she should show so some someone something
    spoke spoken such t talked tell than that the their theirs them then there these they theyre thing things
    this those through to too under until up us ve very want wanted wanting wants was we were weve what whats
    when where wheres which while who whom whos whose why with would write written wrote you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words of questions that tell nothing about the answer, without accents."""
