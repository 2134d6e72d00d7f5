import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import names

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Every code point Python has, lone surrogates and NUL included."""


@given(ANY_TEXT)
def test_tidy_text_can_be_stored_by_every_database_and_is_tidy_once_and_for_all(text: str) -> None:
    tidied = names.tidy(text)

    tidied.encode("utf-8")
    assert "\0" not in tidied
    assert names.tidy(tidied) == tidied


@given(ANY_TEXT)
def test_a_name_is_one_line_without_invisible_direction_marks(text: str) -> None:
    name = names.one_line(text)

    assert name == " ".join(name.split())
    assert not {char for char in name if unicodedata.category(char) in {"Cc", "Cf"}} - set("\u200c\u200d")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Besuch\r\nbeim Einkauf\r ", "Besuch\nbeim Einkauf"),
        ("a\ud800b\0c", "a\ufffdb\ufffdc"),
        ("bell\a and \x1b[31mred", "bell and [31mred"),
        ("O'Brien & <b> AC/DC 100 % \"unbalanced", "O'Brien & <b> AC/DC 100 % \"unbalanced"),
        ("👩\u200d🔧 שלום", "👩\u200d🔧 שלום"),
        (" \u200b\u2060\ufeff\n", ""),
        ("\u202e\u2066", ""),
        ("\u3164 \u2800", ""),
    ],
)
def test_typed_text_is_kept_but_for_what_nobody_sees_and_no_database_stores(typed: str, stored: str) -> None:
    assert names.tidy(typed) == stored


def test_a_name_loses_line_breaks_and_direction_marks_but_keeps_joined_emoji() -> None:
    assert (
        names.one_line("Helvetia\n*Approved*\u202e\u200b  Pumpen 👩\u200d🔧") == "Helvetia *Approved* Pumpen 👩\u200d🔧"
    )


@pytest.mark.parametrize(
    "look_alike",
    [
        "HELVETIA",
        " helvetia ",
        "Ｈｅｌｖｅｔｉａ",
        "Hel\u200bvetia",
        "\u202eHelvetia\u2069",
        "Helvetia\ufeff",
        "ℋelvetia",
    ],
)
def test_names_that_look_the_same_have_the_same_key(look_alike: str) -> None:
    assert names.match_key(look_alike) == names.match_key("Helvetia")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("Müller", "Mu\u0308ller"),
        ("ﬁnanz", "Finanz"),
        ("O\u2019Brien", "O'Brien"),
        ("O\u00b4Brien", "O'Brien"),
        ("Müller\u2011Lüdi", "Müller-Lüdi"),
        ("Helvetia \u2013 Pumpen", "Helvetia - Pumpen"),
    ],
)
def test_spellings_people_take_for_the_same_have_the_same_key(one: str, other: str) -> None:
    assert names.match_key(one) == names.match_key(other)


@given(ANY_TEXT)
def test_a_key_is_its_own_key(text: str) -> None:
    key = names.match_key(text)

    assert names.match_key(key) == key


@pytest.mark.parametrize(
    ("left", "right", "most", "edits"),
    [
        ("helvetia", "helvetia", 2, 0),
        ("helvetia", "helvetai", 2, 1),
        ("helvetia", "hlvetia", 2, 1),
        ("helvetia", "hellvetia", 2, 1),
        ("helvetia", "halvatia", 2, 2),
        ("helvetia", "alpina", 2, 3),
        ("a", "abcd", 2, 3),
        ("", "ab", 2, 2),
        ("abc", "xyz", 2, 3),
    ],
)
def test_edits_are_counted_up_to_a_bound(left: str, right: str, most: int, edits: int) -> None:
    assert names.distance(left, right, most) == edits


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_the_same(left: str, right: str) -> None:
    assert names.distance(left, right, 6) == names.distance(right, left, 6)
    assert (names.distance(left, right, 6) == 0) == (left == right)


def test_the_same_name_is_closest_then_what_begins_so_then_what_shares_most() -> None:
    rated = [names.closeness("pumpen", name) for name in ("pumpen", "pumpen ag", "helvetia pumpen", "alpina")]

    assert rated == sorted(rated, reverse=True)
    assert rated[0] == 1
    assert names.closeness("", "pumpen") == names.closeness("pumpen", "") == 0


def test_a_part_of_a_name_counts_as_a_whole_word_only() -> None:
    assert [name for name in ("Ann Keller", "Ann Kell") if names.is_part("kell", name)] == ["Ann Kell"]
    assert names.is_part("ann", "Ann Keller")
    assert names.is_part("ann keller", "Ann Keller")
    assert not names.is_part("", "Ann Keller")
