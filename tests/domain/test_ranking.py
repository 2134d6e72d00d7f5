from datetime import UTC, datetime, timedelta

from bot.domain.ranking import (
    Candidate,
    Span,
    expanded,
    near_terms,
    rank,
    rarest,
    similar_words,
    trigrams,
    weights,
)
from bot.domain.search import Wanted

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_near_terms_are_misspellings_compounds_and_parts() -> None:
    known = ["liefertermin", "termin", "terminal", "germin", "verzug", "preis", "lieferterminverzug"]
    assert list(near_terms("liefertremin", known, 9)) == ["liefertermin"]
    assert list(near_terms("termin", known, 9)) == ["germin", "liefertermin", "terminal"]
    assert set(near_terms("lieferterminverzug", known, 9)) == {"liefertermin", "verzug"}
    assert len(near_terms("termin", known, 1)) == 1


def test_trigrams_mark_the_edges() -> None:
    assert trigrams("abc") == {"^ab", "abc", "bc$"}


def wanted(*terms: str) -> list[Wanted]:
    """Want each of these words."""
    return [Wanted(term, {term: 1.0}) for term in terms]


def candidate(key: int, *terms: str, days: float = 0) -> Candidate:
    """Make a note of some days ago."""
    return Candidate(key, NOW - timedelta(days=days), frozenset(terms))


def test_all_words_beat_some_words_however_new() -> None:
    notes = [candidate(1, "a", days=0), candidate(2, "a", "b", days=2000)]
    assert rank(notes, wanted("a", "b"), [1.0, 1.0], NOW) == [2, 1]


def test_among_equals_the_newest_comes_first_and_what_matches_nothing_is_dropped() -> None:
    notes = [candidate(1, "a", days=900), candidate(2, "a", days=1), candidate(3, "b")]
    assert rank(notes, wanted("a"), [1.0], NOW) == [2, 1]


def test_rare_words_and_exact_words_tell_more() -> None:
    assert rank([candidate(1, "a"), candidate(2, "b")], wanted("a", "b"), [1.0, 3.0], NOW) == [2, 1]
    near = [expanded(Wanted("a", {"a": 1.0}), {"x": 0.5})]
    assert rank([candidate(1, "x"), candidate(2, "a")], near, [1.0], NOW) == [2, 1]


def test_a_person_s_own_entry_leads_if_it_speaks_of_it_and_follows_if_not() -> None:
    notes = [candidate(1, "a", days=9), candidate(2, "a")]
    assert rank(notes, wanted("a"), [1.0], NOW, first=[1]) == [1, 2]
    assert rank([candidate(1), candidate(2, "a")], wanted("a"), [1.0], NOW, first=[1]) == [2, 1]


def test_a_word_whose_newest_notes_reach_far_back_weighs_more() -> None:
    daily = Span(NOW, NOW - timedelta(days=20), 20)
    yearly = Span(NOW, NOW - timedelta(days=2000), 20)
    single = Span(NOW - timedelta(days=9), NOW - timedelta(days=9), 1)
    heavy = weights([daily, yearly, single, None], 20)
    assert heavy[0] == 1.0 < heavy[1] < heavy[2]
    assert heavy[3] == 1.0
    assert weights([None], 20) == [1.0]
    assert rarest(heavy, [20, 20, 1, 0]) == [2, 1, 0]


def test_words_that_a_note_has_only_in_a_similar_form_are_told() -> None:
    wanted_ = [Wanted("termni", {"termni": 1.0, "termin": 0.85}), Wanted("preis", {"preis": 1.0})]
    assert similar_words(candidate(1, "termin", "preis"), wanted_) == ("termni",)
    assert similar_words(candidate(1, "termin", "termni"), wanted_) == ()
    assert similar_words(candidate(1), wanted_) == ()
