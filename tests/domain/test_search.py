from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.analyser import MOST_FORMS
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.identity import AccountId, ContactId, InteractionId, MemberId
from bot.domain.interactions import Category, Interaction, Kind, NextStep, Promise, Tag
from bot.domain.members import Person
from bot.domain.search import (
    Candidate,
    Named,
    Span,
    Wanted,
    account_note,
    contact_note,
    expanded,
    interaction_note,
    longest,
    name_runs,
    near_terms,
    note_index,
    rank,
    rarest,
    read_account,
    read_person,
    read_question,
    topic_matches,
    trigrams,
    weights,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
LINDTAL = AccountRef(AccountId(2), "Gießerei Lindtal & Söhne")
KNOWN = {
    "helvetia pumpen": [HELVETIA],
    "hpu": [HELVETIA],
    "giesserei lindtal & söhne": [LINDTAL],
    "werk": [HELVETIA, LINDTAL],
}
SUTER = ContactRef(ContactId(7), "Daniela Suter", HELVETIA.id)
KRAFT = ContactRef(ContactId(8), "Melanie Kraft")


@pytest.mark.parametrize(
    ("question", "account", "rest"),
    [
        ("Liefertermin Helvetia Pumpen", HELVETIA, "Liefertermin"),
        ("Liefertermin: HPU", HELVETIA, "Liefertermin:"),
        ("Was gibt es bei HPU?", HELVETIA, "Was gibt es bei"),
        ("HPU's delivery date", HELVETIA, "delivery date"),
        ("Guss von Gießerei Lindtal & Söhne", LINDTAL, "Guss von"),
        ("Stand Werk", None, "Stand Werk"),
        ("Helvetia", None, "Helvetia"),
        ("", None, ""),
    ],
)
def test_words_that_name_one_account_become_a_filter(question: str, account: AccountRef | None, rest: str) -> None:
    reading = read_account(question, KNOWN)
    assert (reading.account, reading.rest) == (account, rest)


def test_the_longest_name_wins() -> None:
    other = AccountRef(AccountId(3), "Helvetia")
    assert read_account("Termin Helvetia Pumpen", {**KNOWN, "helvetia": [other]}).account == HELVETIA


def test_a_long_question_is_read_in_bounded_time() -> None:
    assert sum(1 for _ in name_runs("wort " * 20_000)) < 500


@pytest.mark.parametrize(
    ("question", "found", "in_full"),
    [
        ("was will Daniela Suter?", SUTER, True),
        ("was will Suter", SUTER, False),
        ("Suters Wünsche", SUTER, False),
        ("Daniela", None, False),
        ("Melanie Kraft", KRAFT, True),
        ("Termin", None, False),
    ],
)
def test_a_surname_or_full_name_names_a_person(question: str, found: ContactRef | None, in_full: bool) -> None:
    named = read_person(question, [SUTER, KRAFT])
    assert (named.contact if named else None) == found
    assert named is None or named.in_full is in_full


def test_a_surname_of_two_people_names_nobody_but_a_full_name_does() -> None:
    both = [SUTER, ContactRef(ContactId(9), "Urs Suter")]
    assert read_person("Suter", both) is None
    named = read_person("Urs Suter", both)
    assert named is not None
    assert named.contact.id == 9


def test_stop_words_are_dropped_unless_nothing_else_is_left() -> None:
    assert [one.typed for one in read_question("Was ist mit dem Liefertermin?").wanted] == ["liefertermin"]
    assert [one.typed for one in read_question("was ist").wanted] == ["was", "ist"]
    assert read_question("was ist", [AccountId(1)]).wanted == ()
    assert read_question("?!").is_empty


def test_a_full_name_filters_and_a_surname_also_accepts_the_word() -> None:
    full = read_question("was will Daniela Suter", named=Named(SUTER, ("daniela", "sut"), in_full=True))
    assert (full.scope[0].terms, full.scope[0].contact_ids, full.person) == ({}, (7,), 7)
    surname = read_question("Suter Preis", named=Named(SUTER, ("sut",), in_full=False))
    assert "sut" in surname.scope[0].terms
    assert [one.typed for one in surname.wanted] == ["preis"]


def test_long_questions_keep_their_longest_words_in_order() -> None:
    assert longest([Wanted("bb", {}), Wanted("a", {}), Wanted("ccc", {})], 2) == [Wanted("bb", {}), Wanted("ccc", {})]


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


def test_an_interaction_is_found_by_its_people_kind_and_promise_in_both_languages() -> None:
    lea = Person(MemberId("U1"), "Lea")
    interaction = Interaction(
        InteractionId(5), 240, HELVETIA, lea, NOW, NOW, "Will schneller beliefert werden", Kind.VISIT, Category.RISK,
        (Tag.COMPLAINT,), contacts=(SUTER,), next_step=NextStep("Muster senden"), promise=Promise("Angebot", NOW.date()),
        visibility=Visibility.TEAM,
    )  # fmt: skip
    note = interaction_note(interaction)
    terms = note_index(note).terms
    assert {"besuch", "visit", "risiko", "risk", "complaint", "sut", "must", "angebot", "helvetia"} <= terms
    assert (note.text, note.number, note.visibility, note.contact_ids) == (interaction.text, 240, Visibility.TEAM, (7,))


def test_only_contacts_of_its_own_account_are_among_the_words_of_an_interaction() -> None:
    lea, egli = Person(MemberId("U1"), "Lea"), ContactRef(ContactId(9), "Urs Egli", LINDTAL.id)
    somewhere = ContactRef(ContactId(10), "Anna Brandis")
    met = Interaction(InteractionId(5), 1, HELVETIA, lea, NOW, NOW, "Essen", contacts=(SUTER, egli, somewhere))
    note = interaction_note(met)
    assert "sut" in note_index(note).terms
    assert {"egli", "brandis"}.isdisjoint(note_index(note).terms)
    assert note.contact_ids == (7, 9, 10)


def test_of_a_very_long_note_the_names_and_the_beginning_are_indexed() -> None:
    lea = Person(MemberId("U1"), "Lea")
    text = " ".join(f"w{at}" for at in range(2 * MOST_FORMS))
    long = interaction_note(Interaction(InteractionId(5), 1, HELVETIA, lea, NOW, NOW, text, contacts=(SUTER,)))
    terms = note_index(long).terms
    assert {"sut", "helvetia", "w0", f"w{MOST_FORMS - 50}"} <= terms
    assert f"w{MOST_FORMS}" not in terms
    assert long.text == text


def test_an_interaction_without_any_details_is_indexed_too() -> None:
    bare = Interaction(InteractionId(5), 1, HELVETIA, Person(MemberId("U1"), "Lea"), NOW, NOW, "Anruf")
    assert interaction_note(bare).text == "Anruf"


def test_contacts_and_accounts_are_indexed_with_what_is_known_of_them() -> None:
    suter = Contact(
        ContactId(7), HELVETIA, "Daniela Suter", "Einkauf", decision_roles=(DecisionRole.DECIDER,), aims="Skonto"
    )
    note = contact_note(suter, NOW)
    assert (note.text, note.heading, note.name, note.at) == ("Skonto", "Daniela Suter, Einkauf", "Daniela Suter", NOW)
    assert "entscheid" in note_index(note).terms
    account = account_note(Account(AccountId(1), "Helvetia Pumpen", mission="Erste Wahl"), ["HPU"], NOW)
    assert (account.text, "hpu" in note_index(account).terms) == ("Erste Wahl", True)


def test_topics_match_by_their_words() -> None:
    assert topic_matches("Zoll und Export", wanted("zoll"))
    assert not topic_matches("Zoll und Export", wanted("preis"))
