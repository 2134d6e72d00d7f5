"""Search: terms as the index of each database writes them; every one of them is quoted and of one workspace."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.search import Wanted, account_term

EVENT = "@e"
"""The term of what has a number and a day of its own: an interaction, a request, a decision."""


def contact_term(contact_id: ContactId) -> str:
    """Return the term that every note has in which a contact took part."""
    return f"@c{contact_id:x}"


def author_term(member_id: MemberId) -> str:
    """Return the term that every note of an author has."""
    return f"@m{member_id}"


def sort_term(mark: str) -> str:
    """Return the term that every note of a sort has."""
    return f"@k{mark}"


def name_term(word: str) -> str:
    """Return the term of a contact's entry for a word of the name."""
    return f"@n{word}"


@dataclass(frozen=True, slots=True)
class Match:
    """What a note must have, in the index's own syntax."""

    whole: str
    """All of it; empty if there is nothing to ask."""
    index: str
    """Without what is common."""
    is_single: bool = False
    """Any number of notes may have it; two things at once only few have."""
    also: str | None = None
    """One group of terms that is looked up in each note the index finds: so many have one that to read through them all
    would cost more."""


class Notation:
    """Writes and reads the terms of one workspace."""

    def __init__(self, workspace_id: str, *, is_postgres: bool) -> None:
        self._is_postgres = is_postgres
        self.tenant = f"{zlib.crc32(workspace_id.encode()) & 0xFFFF:04x}"
        """Begins every term, so that workspaces do not meet."""

    def stored(self, terms: Iterable[str]) -> str:
        """Return the terms of a note as they are stored."""
        tokens = sorted(self.tenant + term for term in terms)
        return " ".join(map(_lexeme, tokens) if self._is_postgres else tokens)

    def listed(self, words: list[str]) -> str | list[str]:
        """Return words as one parameter."""
        return words if self._is_postgres else json.dumps(words)

    def terms(self, words: str) -> frozenset[str]:
        """Take stored words apart; accounts, contacts and names among them are no terms."""
        start = len(self.tenant)
        bare = (word.strip("'") for word in words.split()) if self._is_postgres else words.split()
        return frozenset(word[start:] for word in bare if word[start : start + 1] != "@")

    def mark(self, term: str) -> str:
        """Return how a term stands between the stored words."""
        return f" {_lexeme(self.tenant + term)} " if self._is_postgres else f" {self.tenant}{term} "

    def match(self, groups: Iterable[Wanted]) -> Match:
        """Write what each note must have; every term is quoted."""
        rarest_first = sorted(groups, key=lambda group: group.is_common)
        terms = [_terms(group) for group in rarest_first]
        whole = self.join(terms)
        if len(terms) > 1 and rarest_first[-1].is_common:
            return Match(whole, self.join(terms[:-1]), len(terms) == 2, self._also(terms[-1]))
        return Match(whole, whole, len(terms) == 1)

    def beside(self, match: Match, accounts: Sequence[AccountId], me: MemberId | None) -> Match:
        """Leave out what lies in these accounts, but what somebody may find there all the same.

        To read each such note and then hide it would take time, and tell of it.
        """
        own = [] if me is None else [author_term(me)]
        but = self.join([[*own, sort_term(Subject.REQUEST), sort_term(Subject.DECISION)]])
        apart = " & !" if self._is_postgres else " NOT "
        hidden = f"{apart}({self.join([map(account_term, accounts)])}{apart}{but})"
        return replace(match, whole=f"({match.whole}){hidden}", index=f"({match.index}){hidden}")

    def one_of(self, terms: Iterable[str]) -> Match:
        """Write that a note must have one of these terms."""
        whole = self.join([terms])
        return Match(whole, whole, is_single=True)

    def join(self, groups: Iterable[Iterable[str]]) -> str:
        """Write that a note must have one term of each group."""
        quote = _lexeme if self._is_postgres else _phrase
        either, both = (" | ", " & ") if self._is_postgres else (" OR ", " AND ")
        parts = (either.join(quote(self.tenant + term) for term in group) for group in groups)
        return both.join(f"({part})" for part in parts if part)

    def _also(self, terms: Sequence[str]) -> str:
        return self.join([terms]) if self._is_postgres else json.dumps([self.mark(term) for term in terms])


def _terms(group: Wanted) -> list[str]:
    return [
        *group.terms,
        *map(account_term, group.account_ids),
        *map(contact_term, group.contact_ids),
        *map(author_term, group.author_ids),
        *map(sort_term, group.marks),
    ]


def _phrase(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
