"""The menu: every verb of ``/kam`` once, and what a person can do with them."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import names
from bot.domain.accounts import AccountRef
from bot.domain.analyser import plain
from bot.domain.delivery import ReplyTo
from bot.domain.members import Member
from bot.domain.setup import FirstSteps

NAMED = 5
"""Accounts or departments that are named where a person has many."""
_SUGGESTED = 3
_LIKE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of ``/kam`` with its words in both languages; ``views.menu`` says what it does."""

    name: str
    german: str
    command: str | None = None
    """Its own slash command, for the four that Slack's autocomplete shows."""
    also: str = ""
    """What else people call it, with commas: the other number, near words. Only the two names are shown."""

    @property
    def words(self) -> tuple[str, str]:
        """Return the words that are shown for it, one a language."""
        return self.name, self.german

    @property
    def understood(self) -> tuple[str, ...]:
        """Return every word or two that call it."""
        return (*self.words, *filter(None, self.also.split(", ")))

    def in_language(self, language: str) -> str:
        """Return the word for a reader of this language."""
        return self.german if language == "de" else self.name


VERBS = (
    Verb("log", "erfassen", "/kam-log", "logs, note, entry, erfasse, erfassung, eintrag, eintragen, notiz, notieren"),
    Verb("request", "anfrage", "/kam-request", "anforderung, anfordern"),
    Verb("escalate", "eskalieren", "/kam-escalate", "escalation, eskalation, eskaliere"),
    Verb("ask", "frage", "/kam-ask", "question, questions, search, find, frag, fragen, suche, suchen, finden"),
    Verb("account", "kunde", also="accounts, customer, customers, kunden, kundin"),
    Verb(
        "contact",
        "kontakt",
        also="contacts, person, people, kontakte, kontaktperson, kontaktpersonen, personen, ansprechperson, "
        "ansprechpersonen, ansprechpartner, ansprechpartnerin",
    ),
    Verb("brief", "briefing", also="briefs, briefings"),
    Verb("map", "karte", also="maps, karten, landkarte"),
    Verb("network", "netzwerk", also="networks, netzwerke, netz"),
    Verb("requests", "anfragen", also="anforderungen"),
    Verb(
        "conflicts",
        "konflikte",
        also="conflict, goal conflict, goal conflicts, escalations, konflikt, zielkonflikt, zielkonflikte, eskalationen",
    ),
    Verb("promises", "zusagen", also="promise, zusage, versprechen"),
    Verb(
        "todo",
        "aufgaben",
        also="todos, to-do, to-dos, to do, to dos, task, tasks, step, steps, next step, next steps, aufgabe, schritt, "
        "schritte, nächster schritt, nächste schritte, nächsten schritte",
    ),
    Verb("favour", "vorleistung", also="favours, favor, favors, vorleistungen"),
    Verb(
        "demand",
        "kundenwunsch",
        also="demands, wish, wishes, customer wish, customer wishes, wunsch, wünsche, kundenwünsche",
    ),
    Verb("duplicates", "dubletten", also="duplicate, dublette, duplikat, duplikate, doppelt, doppelte"),
    Verb("sponsor", "pate", also="sponsors, sponsorin, paten, patin, patinnen, patenschaft, patenschaften"),
    Verb(
        "absence",
        "abwesend",
        also="absences, absent, away, holiday, holidays, vacation, abwesenheit, abwesenheiten, urlaub, ferien",
    ),
    Verb("help", "hilfe", also="hilf"),
)
BY_NAME = {verb.name: verb for verb in VERBS}
SHORT_IDS = {"I": "I-240", "R": "R-12", "E": "E-3"}
"""The letters of short ids, each with an example."""


class Topic(StrEnum):
    """What a button of the menu explains."""

    HELP = "help"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Explain:
    """Explain something from the menu."""

    actor: Member
    topic: Topic
    key: str
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True)
class Menu:
    """What bare ``/kam`` shows."""

    first_steps: FirstSteps | None = None
    """For admins, until the workspace has what everybody needs."""


@dataclass(frozen=True, slots=True)
class Help:
    """What one person can do, and why."""

    departments: tuple[str, ...] = ()
    """Whose requests this person answers."""
    kam_of: tuple[AccountRef, ...] = ()
    """At most ``NAMED``."""
    kam_count: int = 0
    sponsor_of: tuple[AccountRef, ...] = ()
    """At most ``NAMED``."""
    sponsor_count: int = 0
    is_kam_lead: bool = False
    is_admin: bool = False


def split(text: str) -> tuple[str, str]:
    """Take the verb, one word or two, off what was typed after ``/kam``; return it and the rest."""
    first, second, rest = [*text.split(maxsplit=2), "", "", ""][:3]
    if second and meant(f"{first} {second}"):
        return f"{first} {second}", rest
    return first, text.strip()[len(first) :].strip()


def meant(typed: str) -> str | None:
    """Return the name of the verb that was typed, in one word or two: any case, umlauts as they are, as ``ae`` or bare."""
    key = names.match_key(typed)
    return _MEANT.get(key) or _MEANT.get(key.rstrip(_MARKS))


def closest(typed: str) -> tuple[str, ...]:
    """Return the names of the verbs most like what was typed, in whichever language, best first."""
    near = difflib.get_close_matches(typed.casefold(), _MEANT, n=2 * _SUGGESTED, cutoff=_LIKE_ENOUGH)
    return tuple(dict.fromkeys(_MEANT[word] for word in near))[:_SUGGESTED]


def _spellings(word: str) -> Iterator[str]:
    yield word
    yield "".join(_WRITTEN_OUT.get(char, char) for char in word)
    yield plain(word)


_MARKS = ".,:;!?"
_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue"}
_MEANT: Mapping[str, str] = {
    spelling: verb.name for verb in VERBS for word in verb.understood for spelling in _spellings(word)
}
