from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analyser import LONGEST_TERM, MOST_FORMS, index, question_words


def found(asked: str, text: str) -> bool:
    """Tell whether every word of a question is in a text."""
    terms = index(text).terms
    return all(not terms.isdisjoint(word.terms) for word in question_words(asked))


@pytest.mark.parametrize("typed", ["Prüfung", "Pruefung", "Prufung", "PRÜFUNGEN", "Pru\u0308fung"])
@pytest.mark.parametrize("written", ["Die Prüfung läuft", "die pruefungen", "PRUFUNG"])
def test_umlauts_are_found_however_they_are_typed(typed: str, written: str) -> None:
    assert found(typed, written)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Termine", "Der Termin steht"),
        ("deliveries", "a late delivery"),
        ("strasse", "die Straße"),
        ("AC/DC", "Netzteil AC/DC bestellt"),
        ("acdc", "Netzteil AC/DC bestellt"),
        ("O'Brien", "Talk with Patrick O’Brien"),
        ("obrien", "Talk with Patrick O'Brien"),
        ("100 %", "zu 100% zufrieden"),
        ("8D", "8D-Bericht fehlt"),
        ("R-12", "siehe R-12"),
        ("3,1", "Prüfzeugnis 3.1"),
        ("4200", "ca. 4.200 Stück"),
        ("Sahin", "Murat Şahin"),
        ("lodz", "Werk Łódź"),
        ("日本語", "会社 日本語"),
        ("customer's", "the customer said"),
        ("LF30", "needs 220 LF 30 by January"),
        ("lf-30", "needs 220 LF 30 by January"),
        ("LF 30", "offer for the LF30"),
        ("K 40 Alu", "Muster K40-Alu geliefert"),
        ("4000", "ab 4 000 Stück"),
        ("4 000", "ab 4000 Stück"),
        ("4'000", "ab 4 000 Stück"),
        ("1 200 000", "1.200.000 im Jahr"),
    ],
)
def test_words_are_found_in_other_forms_and_codes_literally(asked: str, text: str) -> None:
    assert found(asked, text)


@pytest.mark.parametrize(
    ("asked", "text"),
    [("R-12", "R-13"), ("8D", "9D"), ("3.1", "31"), ("Preis", "Presse"), ("LF 30", "LF 62, davon 30 heute")],
)
def test_other_words_are_not_found(asked: str, text: str) -> None:
    assert not found(asked, text)


def test_stop_words_of_both_languages_are_marked() -> None:
    words = question_words("Was wissen wir über den Liefertermin? what do we know about it")
    assert [word.typed for word in words if not word.is_stop_word] == ["liefertermin"]


def test_a_number_after_a_stop_word_is_no_code() -> None:
    assert [word.typed for word in question_words("ab 30 Stück, um 8")] == ["ab", "30", "stück", "um", "8"]


def test_a_chain_of_many_parts_is_no_word_of_its_own() -> None:
    assert [word.typed for word in question_words("a/b/c/d/e/f/g")] == list("abcdefg")


def test_the_vocabulary_holds_words_only() -> None:
    assert index("der K40 und 120 Liefertermine ab").vocabulary == {"liefertermin"}


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"Verpackungslinien{'abcdefghij'[at % 10] * (at % 7)} deliveries" for at in range(400)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index, texts)) == [index(text) for text in texts]


@given(st.text())
def test_no_text_breaks_the_analyser_and_each_of_its_words_is_found_in_it(text: str) -> None:
    terms = index(text).terms
    assert all(not terms.isdisjoint(word.terms) for word in question_words(text))
    assert all(0 < len(term) <= LONGEST_TERM and not set(term) & set(" '\"\\@\0") for term in terms)


def test_of_a_long_text_only_the_first_words_count() -> None:
    written = [f"w{at}" for at in range(MOST_FORMS + 9)]
    assert index(" ".join([*written[:9], *written])).terms == frozenset(written[:MOST_FORMS])
