from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import Visibility
from bot.domain.accounts import Account, AccountRef
from bot.domain.analyser import MOST_FORMS
from bot.domain.contacts import Contact, ContactRef, DecisionRole
from bot.domain.identity import AccountId, ContactId, InteractionId, MemberId
from bot.domain.interactions import Category, Interaction, Kind, NextStep, Promise, Tag
from bot.domain.members import Person
from bot.domain.search import DEEPEST, Filter, Page, Wanted, longest, topic_matches
from bot.domain.search_notes import account_note, contact_note, interaction_note, note_index

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
LINDTAL = AccountRef(AccountId(2), "Gießerei Lindtal & Söhne")
SUTER = ContactRef(ContactId(7), "Daniela Suter", HELVETIA.id)


def test_long_questions_keep_their_longest_words_in_order() -> None:
    assert longest([Wanted("bb", {}), Wanted("a", {}), Wanted("ccc", {})], 2) == [Wanted("bb", {}), Wanted("ccc", {})]


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


def wanted(*terms: str) -> list[Wanted]:
    """Want each of these words."""
    return [Wanted(term, {term: 1.0}) for term in terms]


def test_topics_match_by_their_words() -> None:
    assert topic_matches("Zoll und Export", wanted("zoll"))
    assert not topic_matches("Zoll und Export", wanted("preis"))


def test_a_page_and_the_dropped_filters_go_through_one_number() -> None:
    page = Page(15, Filter.ACCOUNT | Filter.TIME)
    assert Page.of(page.number) == page
    assert Page.of(Page().number) == Page()
    assert page.turned(-5) == Page(0, page.without)
    assert page.dropping(Filter.MATTER) == Page(0, Filter.ACCOUNT | Filter.TIME | Filter.MATTER)


@given(st.integers())
def test_whatever_a_button_carries_names_a_page(number: int) -> None:
    page = Page.of(number)
    assert 0 <= page.offset <= DEEPEST
    assert page.without in Filter(sum(Filter))
    assert Page.of(page.number) == page


def test_a_line_without_a_kind_is_of_the_kind_that_its_words_name() -> None:
    lea = Person(MemberId("U1"), "Lea")
    line = Interaction(InteractionId(5), 1, HELVETIA, lea, NOW, NOW, "Besuch im Werk", satisfaction=2)
    assert interaction_note(line).marks == {"visit", "satisfaction"}
    assert interaction_note(replace(line, text="Preis", satisfaction=None)).marks == {"other"}
    promised = replace(line, kind=Kind.CALL, promise=Promise("Muster", NOW.date()), tags=(Tag.COMPLAINT,))
    assert interaction_note(promised).marks == {"call", "satisfaction", "promise", "complaint"}
