"""The menu: every verb of ``/kam`` once, and what a person can do with them."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.accounts import AccountRef
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

    @property
    def words(self) -> tuple[str, str]:
        """Return every word that calls it."""
        return self.name, self.german

    def in_language(self, language: str) -> str:
        """Return the word for a reader of this language."""
        return self.german if language == "de" else self.name


VERBS = (
    Verb("log", "erfassen", "/kam-log"),
    Verb("request", "anfrage", "/kam-request"),
    Verb("escalate", "eskalieren", "/kam-escalate"),
    Verb("ask", "frage", "/kam-ask"),
    Verb("account", "kunde"),
    Verb("contact", "kontakt"),
    Verb("brief", "briefing"),
    Verb("map", "karte"),
    Verb("network", "netzwerk"),
    Verb("requests", "anfragen"),
    Verb("conflicts", "konflikte"),
    Verb("promises", "zusagen"),
    Verb("todo", "aufgaben"),
    Verb("favour", "vorleistung"),
    Verb("demand", "kundenwunsch"),
    Verb("duplicates", "dubletten"),
    Verb("sponsor", "pate"),
    Verb("absence", "abwesend"),
    Verb("help", "hilfe"),
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


def closest(typed: str) -> tuple[str, ...]:
    """Return the names of the verbs most like what was typed, in whichever language, best first."""
    names = {word: verb.name for verb in VERBS for word in verb.words}
    near = difflib.get_close_matches(typed.casefold(), names, n=2 * _SUGGESTED, cutoff=_LIKE_ENOUGH)
    return tuple(dict.fromkeys(names[word] for word in near))[:_SUGGESTED]
