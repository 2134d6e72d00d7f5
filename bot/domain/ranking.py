"""Ranking: which other words are probably meant, and in which order answers come."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import names
from bot.domain.analyser import SHORTEST_COMPARED
from bot.domain.search import Wanted


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that may become an answer, with those of the wanted terms it has."""

    key: int
    at: datetime
    terms: frozenset[str]


_COMPOUND, _LONGER, _PART = 0.7, 0.6, 0.5
_TYPO = 0.15


def trigrams(term: str) -> frozenset[str]:
    """Return the trigrams of a term with its edges marked."""
    edged = f"^{term}$"
    return frozenset(edged[at : at + 3] for at in range(len(edged) - 2))


def near_terms(term: str, known: Iterable[str], most: int) -> dict[str, float]:
    """Choose terms that are probably meant: misspellings, compounds with the word, and parts of a compound.

    Returns:
        Term → how close it is, closest first.
    """
    rated = {other: closeness for other in known if other != term and (closeness := _closeness(term, other)) > 0}
    ordered = sorted(rated.items(), key=lambda pair: (-pair[1], abs(len(pair[0]) - len(term)), pair[0]))
    return dict(ordered[:most])


def _closeness(term: str, other: str) -> float:
    most = 1 if len(term) < 8 else 2
    edits = names.distance(term, other, most)
    if edits <= most:
        return 1 - _TYPO * edits - (0.1 if term[0] != other[0] else 0)
    if other.endswith(term):
        return _COMPOUND
    if other.startswith(term) and len(term) > SHORTEST_COMPARED:
        return _LONGER
    if len(other) > SHORTEST_COMPARED and (term.endswith(other) or term.startswith(other)):
        return _PART
    return 0.0


def expanded(wanted: Wanted, near: Mapping[str, float]) -> Wanted:
    """Accept near terms too."""
    return replace(wanted, terms={**near, **wanted.terms})


_YEAR = timedelta(days=365)
_RECENCY = 0.1
"""What being new weighs against having all words."""


def similar_words(candidate: Candidate, wanted: Iterable[Wanted]) -> tuple[str, ...]:
    """Return the words that a note has only in a similar form."""
    return tuple(
        one.typed
        for one in wanted
        if 0 < max((near for term, near in one.terms.items() if term in candidate.terms), default=0.0) < 1
    )


def rank(
    candidates: Iterable[Candidate],
    wanted: Sequence[Wanted],
    weights: Sequence[float],
    now: datetime,
    first: Collection[int] = (),
) -> list[int]:
    """Order by matched words, the rare ones telling more, then by age; what matches nothing is dropped.

    Args:
        candidates: notes in any order, each once.
        wanted: with near terms accepted.
        weights: how much each wanted word tells.
        now: recency is counted from here.
        first: the entry of the person asked for, which leads if it says anything of this and follows if not.
    """
    whole = sum(weights) or 1.0
    rated = []
    for candidate in candidates:
        met = sum(
            weight * max((closeness for term, closeness in one.terms.items() if term in candidate.terms), default=0.0)
            for one, weight in zip(wanted, weights, strict=True)
        )
        if met > 0 or candidate.key in first:
            age = max((now - candidate.at) / _YEAR, 0.0)
            score = (met / whole) ** 2 + _RECENCY * 0.5**age if met else 0.0
            rated.append((candidate.key in first and met > 0, round(score, 6), candidate.key))
    return [key for *_, key in sorted(rated, reverse=True)]


@dataclass(frozen=True, slots=True)
class Span:
    """The newest notes that have a word: from when to when they reach, and how many they are."""

    newest: datetime
    oldest: datetime
    count: int


def weights(spans: Sequence[Span | None], most: int) -> list[float]:
    """Tell how much each word weighs: the longer its newest ``most`` notes reach back, the rarer it is."""
    found = [span for span in spans if span]
    if not found:
        return [1.0] * len(spans)
    newest, oldest, day = max(span.newest for span in found), min(span.oldest for span in found), timedelta(days=1)

    def rate(span: Span) -> float:
        return span.count / (max(newest - (span.oldest if span.count >= most else oldest), day) / day)

    commonest = max(map(rate, found))
    return [1 + math.log(commonest / rate(span)) if span else 1.0 for span in spans]


def rarest(weights: Sequence[float], counts: Sequence[int], most: int = 3) -> list[int]:
    """Return the positions of the words that tell most among those found at all."""
    found = [at for at, count in enumerate(counts) if count]
    return sorted(found, key=lambda at: -weights[at])[:most]
