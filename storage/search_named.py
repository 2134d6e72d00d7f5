"""Search: the hidden accounts that a question names, so that no time goes into their notes and tells of them."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from bot.domain.analyser import index
from bot.domain.identity import AccountId, MemberId
from bot.domain.search import Wanted
from storage.search_words import Match, Notation

_MOST = 20


class HiddenAccounts:
    """What words name and this reader may not see, read as the index reads it: inflected, with umlauts or without."""

    def __init__(
        self, names: Callable[[], Iterable[tuple[AccountId, str]]], words: Notation, me: MemberId | None
    ) -> None:
        self._names = names
        self._words = words
        self._me = me
        self._named: dict[AccountId, set[str]] = {}

    def look_for(self, groups: Sequence[Wanted]) -> None:
        """Find those whose names have some of these words, besides what was found before."""
        for account_id, name in self._names() if groups else ():
            terms = _terms(name)
            if has := {group.stem for group in groups if not terms.isdisjoint(group.terms)}:
                self._named.setdefault(account_id, set()).update(has)

    def left_out_of(self, match: Match) -> Match:
        """Write that their notes are left out, but for what this reader may find there all the same.

        Many may share a word; those with most of the words are the ones that are named.
        """
        accounts = sorted(self._named, key=lambda one: -len(self._named[one]))[:_MOST]
        return self._words.beside(match, accounts, self._me) if accounts else match


@lru_cache(maxsize=4096)
def _terms(name: str) -> frozenset[str]:
    return frozenset(index(name).terms)
