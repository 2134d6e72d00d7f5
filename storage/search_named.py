"""Search: the hidden accounts that a question names, so that no time goes into their notes and tells of them."""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from bot.domain.analyser import index
from bot.domain.identity import AccountId, MemberId
from bot.domain.search import Wanted
from storage.search_statements import Statements
from storage.search_words import Match, Notation
from storage.session import Session

_MOST = 20


class HiddenAccounts:
    """What words name and this reader may not see, read as the index reads it: inflected, with umlauts or without."""

    def __init__(self, session: Session, statements: Statements, words: Notation, rights: Mapping[str, Any]) -> None:
        self._session = session
        self._sql = statements
        self._words = words
        self._rights = rights
        self._named: dict[AccountId, int] = {}

    def look_for(self, groups: Sequence[Wanted]) -> None:
        """Find those whose names have some of these words, besides what was found before."""
        for account_id, name in self._all if groups else ():
            terms = _terms(name)
            if has := sum(not terms.isdisjoint(group.terms) for group in groups):
                self._named[account_id] = self._named.get(account_id, 0) + has

    def left_out_of(self, match: Match) -> Match:
        """Write that their notes are left out, but for what this reader may find there all the same.

        Many may share a word; those with most of the words are the ones that are named.
        """
        accounts = sorted(self._named, key=lambda one: -self._named[one])[:_MOST]
        me: MemberId | None = self._rights["me"]
        return self._words.beside(match, accounts, me) if accounts else match

    @cached_property
    def _all(self) -> Sequence[tuple[AccountId, str]]:
        if self._rights["is_lead"]:
            return ()
        return [
            (AccountId(row.account_id), row.name) for row in self._session.run(self._sql.hidden, self._rights).all()
        ]


@lru_cache(maxsize=4096)
def _terms(name: str) -> frozenset[str]:
    return frozenset(index(name).terms)
