"""Search: terms as the index of each database writes them; every one of them is quoted and of one workspace."""

import json
import zlib
from collections.abc import Iterable

from bot.domain.search import Wanted


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

    def match(self, groups: Iterable[Wanted]) -> str:
        """Write what each note must have in the index's own syntax; every term is quoted."""
        return self.join(
            [
                *group.terms,
                *(f"@a{account:x}" for account in group.account_ids),
                *(f"@c{contact:x}" for contact in group.contact_ids),
                *(f"@m{author}" for author in group.author_ids),
                *(f"@k{mark}" for mark in group.marks),
            ]
            for group in groups
        )

    def narrowed(self, term: str) -> str:
        """Return what narrows a match to a term."""
        return f" & {_lexeme(self.tenant + term)}" if self._is_postgres else f" AND {_phrase(self.tenant + term)}"

    def join(self, groups: Iterable[Iterable[str]]) -> str:
        """Write that a note must have one term of each group."""
        quote = _lexeme if self._is_postgres else _phrase
        either, both = (" | ", " & ") if self._is_postgres else (" OR ", " AND ")
        parts = (either.join(quote(self.tenant + term) for term in group) for group in groups)
        return both.join(f"({part})" for part in parts if part)


def _phrase(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _lexeme(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
