import pytest

from bot.domain import menu


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("lgo", "log"),
        ("erfasen", "log"),
        ("ANFRGE", "request"),
        ("konflikt", "conflicts"),
        ("eskalation", "escalate"),
        ("hilf", "help"),
    ],
)
def test_a_misspelt_verb_of_either_language_finds_what_was_meant(typed: str, verb: str) -> None:
    assert menu.closest(typed)[0] == verb


def test_what_is_like_no_verb_finds_none() -> None:
    assert menu.closest("zzzz") == ()


def test_a_verb_is_suggested_once_though_two_of_its_words_are_near() -> None:
    near = menu.closest("helf")

    assert near.count("help") == 1


def test_every_word_calls_one_verb_only() -> None:
    words = [word for verb in menu.VERBS for word in verb.words]

    assert len(words) == len(set(words))


def test_a_verb_is_shown_in_the_readers_language() -> None:
    account = menu.BY_NAME["account"]

    assert (account.in_language("en"), account.in_language("de")) == ("account", "kunde")
