import unicodedata

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
    words = [word for verb in menu.VERBS for word in verb.understood]

    assert len(words) == len(set(words))


@pytest.mark.parametrize(("verb", "word"), [(verb, word) for verb in menu.VERBS for word in verb.understood])
def test_every_word_of_every_verb_is_understood_however_it_is_written(verb: menu.Verb, word: str) -> None:
    without_umlauts = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    bare = word.replace("ä", "a").replace("ö", "o").replace("ü", "u")
    in_parts = unicodedata.normalize("NFD", word)
    for typed in (word, word.upper(), word.capitalize(), f"{word}:", f" {word} ", without_umlauts, bare, in_parts):
        assert menu.meant(typed) == verb.name, typed


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("log", "erfassen eintragen notiz"),
        ("request", "request anfrage"),
        ("escalate", "escalation eskalation eskaliere"),
        ("ask", "question questions frage fragen suche"),
        ("account", "account accounts customer customers kunde kunden"),
        ("contact", "contact contacts kontakt kontakte kontaktperson kontaktpersonen ansprechpartner"),
        ("brief", "brief briefs briefing briefings"),
        ("map", "map maps karte karten"),
        ("network", "network networks netzwerk netzwerke"),
        ("requests", "requests anfragen"),
        ("conflicts", "conflict conflicts konflikt konflikte zielkonflikt zielkonflikte eskalationen"),
        ("promises", "promise promises zusage zusagen versprechen"),
        ("todo", "todo todos to-do step steps task tasks aufgabe aufgaben schritt schritte"),
        ("favour", "favour favours favor favors vorleistung vorleistungen"),
        (
            "demand",
            "demand demands wish wishes kundenwunsch kundenwünsche kundenwuensche kundenwunsche wünsche wuensche",
        ),
        ("duplicates", "duplicate duplicates dublette dubletten duplikat duplikate"),
        ("sponsor", "sponsor sponsors pate patin paten patinnen patenschaft"),
        ("absence", "absence absences absent abwesend abwesenheit abwesenheiten urlaub"),
        ("help", "help hilfe HELP Hilfe"),
    ],
)
def test_what_people_type_for_a_verb_is_understood(verb: str, typed: str) -> None:
    assert {menu.meant(word) for word in typed.split()} == {verb}


def test_each_verb_has_what_people_type_for_it() -> None:
    assert all(verb.also for verb in menu.VERBS)


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("nächste schritte HPU", "todo", "HPU"),
        ("Naechste Schritte", "todo", ""),
        ("next step", "todo", ""),
        ("goal conflicts Helvetia  AG", "conflicts", "Helvetia  AG"),
        ("customer Helvetia", "account", "Helvetia"),
        ("customer wishes HPU", "demand", "HPU"),
        ("contact Wunsch", "contact", "Wunsch"),
        ("", None, ""),
        ("R-12 next steps", None, "next steps"),
    ],
)
def test_a_verb_may_have_two_words(text: str, verb: str | None, rest: str) -> None:
    typed, left = menu.split(text)
    assert (menu.meant(typed), left) == (verb, rest)


@pytest.mark.parametrize("typed", ["", ":", "?", "R-12", "I-240", "x" * 4000, "log me", "\u200b", "Helvetia"])
def test_other_words_call_no_verb(typed: str) -> None:
    assert menu.meant(typed) is None


def test_a_verb_is_shown_in_the_readers_language() -> None:
    account = menu.BY_NAME["account"]

    assert (account.in_language("en"), account.in_language("de")) == ("account", "kunde")
