from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.accounts import AccountRef
from bot.domain.asked_days import Days
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, ContactId, MemberId
from bot.domain.matters import Matter
from bot.domain.members import Person
from bot.domain.questions import (
    Colleague,
    Named,
    Narrowed,
    asks_for_own,
    name_runs,
    read_account,
    read_colleague,
    read_days,
    read_matter,
    read_objects,
    read_person,
    read_question,
    with_aliases,
    with_names,
)

HELVETIA = AccountRef(AccountId(1), "Helvetia Pumpen")
LINDTAL = AccountRef(AccountId(2), "Gießerei Lindtal & Söhne")
SUTER = ContactRef(ContactId(7), "Daniela Suter", HELVETIA.id)
KRAFT = ContactRef(ContactId(8), "Melanie Kraft")
NINA, FREI, MARTIN = (
    Person(MemberId("UNINA"), "Nina Fäh"),
    Person(MemberId("UFREI"), "Samuel Frei"),
    Person(MemberId("UMARTIN"), "Martin Keller"),
)
TODAY = date(2026, 11, 20)
KNOWN = {
    "helvetia pumpen": [HELVETIA],
    "hpu": [HELVETIA],
    "giesserei lindtal & söhne": [LINDTAL],
    "werk": [HELVETIA, LINDTAL],
}


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
        ("Was wünscht Daniela?", SUTER, False),
        ("Eine daniela im Katalog", None, False),
        ("Daniela und Melanie", None, False),
        ("Melanie Kraft", KRAFT, True),
        ("Termin", None, False),
    ],
)
def test_a_name_that_one_contact_bears_names_a_person(question: str, found: ContactRef | None, in_full: bool) -> None:
    named = read_person(question, [SUTER, KRAFT])
    assert (named.contact if named else None) == found
    assert named is None or named.in_full is in_full


def test_a_given_name_that_somebody_else_bears_names_no_contact() -> None:
    other = ContactRef(ContactId(9), "Daniela Egli")
    assert read_person("Daniela", [SUTER, other]) is None
    assert read_person("Daniela", [SUTER], [Person(MemberId("U9"), "Daniela Brunner")]) is None
    assert read_person("Daniela Suter", [SUTER], [Person(MemberId("U9"), "Daniela Brunner")]) is not None


def test_all_given_names_of_one_contact_name_them() -> None:
    keller = ContactRef(ContactId(9), "Anna Maria Keller")
    for question in ("Was sagt Anna Maria?", "what did Anna Maria want"):
        assert read_person(question, [keller]) == Named(keller, ("anna", "maria"), in_full=False, by_given_name=True)
    others = [Person(MemberId("U9"), "Maria Brunner")]
    assert read_person("Anna Maria", [keller], others) == Named(keller, ("anna",), in_full=False, by_given_name=True)
    assert read_person("Anna Maria", [keller, ContactRef(ContactId(10), "Maria Egli")]) is None


def test_the_entry_of_whom_only_a_given_name_names_leads_if_nothing_else_is_asked() -> None:
    daniela = Named(SUTER, ("daniela",), in_full=False, by_given_name=True)
    assert read_question("was will Daniela", Narrowed(named=daniela)).person == SUTER.id
    assert read_question("Preis Daniela", Narrowed(named=daniela)).person is None


def test_mentions_become_names_in_their_order() -> None:
    nina, known = MemberId("UNINA"), {NINA.id: NINA}
    assert with_names("was sagt @nfaeh, @gone?", [nina, MemberId("UGONE")], known) == "was sagt Nina Fäh, @gone?"
    assert with_names("mail an lea@arven.example @nfaeh", [nina], known) == "mail an lea@arven.example Nina Fäh"
    for before, after in (("(", ")"), ("„", "“"), ('"', '"'), ("wrote:", "?"), ("", "."), ("", ", recently")):
        assert with_names(f"{before}@n.faeh{after}", [nina], known) == f"{before}Nina Fäh{after}"
    assert with_names("a.b+c@arven.example @nfaeh", [nina], known) == "a.b+c@arven.example Nina Fäh"
    assert with_names("@typed @nfaeh", [nina], known) == "@typed @nfaeh"


def test_aliases_of_few_accounts_are_taken_where_every_word_is_one() -> None:
    leeds = read_question("Leeds")
    (one,) = with_aliases(leeds, {"leeds": {AccountId(26)}}).wanted
    assert one.terms == {"leed": 1.0, "@a1a": 1.0}
    assert with_aliases(leeds, {"leeds": {AccountId(at) for at in range(6)}}) == leeds
    assert with_aliases(leeds, {}) == leeds
    stock = read_question("Stock Leeds")
    assert with_aliases(stock, {"leeds": {AccountId(26)}}) == stock


def test_a_surname_of_two_people_names_nobody_but_a_full_name_does() -> None:
    both = [SUTER, ContactRef(ContactId(9), "Urs Suter")]
    assert read_person("Suter", both) is None
    named = read_person("Urs Suter", both)
    assert named is not None
    assert named.contact.id == 9


def test_stop_words_are_dropped_and_alone_they_ask_nothing() -> None:
    assert [one.typed for one in read_question("Was ist mit dem Liefertermin?").wanted] == ["liefertermin"]
    assert read_question("was ist").is_empty
    assert not read_question("was ist", Narrowed([AccountId(1)])).is_empty
    assert read_question("?!").is_empty


def test_a_full_name_filters_and_a_surname_also_accepts_the_word() -> None:
    full = read_question("was will Daniela Suter", Narrowed(named=Named(SUTER, ("daniela", "sut"), in_full=True)))
    assert (full.scope[0].terms, full.scope[0].contact_ids, full.person) == ({}, (7,), 7)
    surname = read_question("Suter Preis", Narrowed(named=Named(SUTER, ("sut",), in_full=False)))
    assert "sut" in surname.scope[0].terms
    assert [one.typed for one in surname.wanted] == ["preis"]


@pytest.mark.parametrize(
    ("question", "found", "in_full"),
    [
        ("Was hat Nina notiert?", NINA, False),
        ("nina kabel", NINA, False),
        ("Nina Faeh Kabel", NINA, True),
        ("Notizen von Keller", MARTIN, False),
        ("Martin Keller", MARTIN, True),
        ("Ist am Montag ein Kran frei?", None, False),
        ("Notizen von Frei", FREI, False),
        ("Termin", None, False),
    ],
)
def test_a_name_of_one_member_alone_names_a_colleague(question: str, found: Person | None, in_full: bool) -> None:
    colleague = read_colleague(question, [NINA, FREI, MARTIN])
    assert (colleague.person if colleague else None) == found
    assert colleague is None or colleague.in_full is in_full


def test_a_name_that_others_bear_names_no_colleague() -> None:
    other = Person(MemberId("UOTHER"), "Nina Graf")
    assert read_colleague("Nina", [NINA, other]) is None
    assert read_colleague("Nina", [NINA], [ContactRef(ContactId(1), "Nina Suter")]) is None
    assert read_colleague("Keller", [MARTIN], taken=["kell"]) is None
    full = read_colleague("Nina Graf", [NINA, other])
    assert full is not None
    assert full.person == other


@pytest.mark.parametrize(
    ("question", "rest"),
    [("meine Notizen zu Ulm", "zu Ulm"), ("My notes on Ulm", "on Ulm"), ("Was ist von mir?", "Was ist"), ("Ulm", None)],
)
def test_own_notes_are_asked_for_in_several_ways(question: str, rest: str | None) -> None:
    assert asks_for_own(question) == rest


@pytest.mark.parametrize("question", ["Q3", "und Q3?", "Besuche Q3", "Q3 complaints"])
def test_a_bare_time_beside_nothing_but_a_sort_of_notes_is_a_time(question: str) -> None:
    days, rest = read_days(question, TODAY)
    assert days == Days(date(2026, 7, 1), date(2026, 9, 30))
    assert "Q3" not in rest


def test_time_and_sort_are_taken_out_of_a_question() -> None:
    assert read_days("Risiken seit Mai?", TODAY) == (Days(date(2026, 5, 1)), "Risiken")
    assert read_days("Kapazität Mai", TODAY) == (None, "Kapazität Mai")
    assert read_days("und im Mai?", TODAY) == (Days(date(2026, 5, 1), date(2026, 5, 31)), "und")
    found, rest = read_matter("Risiken Ulm")
    assert found is not None
    assert (found.matter, rest) == (Matter.RISKS, "Ulm")
    assert read_matter("Ulm") == (None, "Ulm")


@pytest.mark.parametrize(
    ("question", "objects"),
    [
        ("R-12", ((Subject.REQUEST, 12),)),
        ("was ist mit e-3 und I-240?", ((Subject.ESCALATION, 3), (Subject.INTERACTION, 240))),
        ("R-1 R-1", ((Subject.REQUEST, 1),)),
        ("R-1 R-2 R-3 R-4", ((Subject.REQUEST, 1), (Subject.REQUEST, 2), (Subject.REQUEST, 3))),
        ("X-1 R12 R-1234567890", ()),
        ("R12", ((Subject.REQUEST, 12),)),
        ("i 85?", ((Subject.INTERACTION, 85),)),
        ("#I-85", ((Subject.INTERACTION, 85),)),
        ("Kupplung R12", ()),
    ],
)
def test_short_ids_name_objects(question: str, objects: tuple[tuple[Subject, int], ...]) -> None:
    assert read_objects(question) == objects


def test_what_a_question_is_narrowed_to_bounds_every_reading_of_its_words() -> None:
    days = Days(date(2026, 10, 1), date(2026, 10, 31))
    narrowed = Narrowed([HELVETIA.id], Named(SUTER, ("daniela", "sut"), in_full=True), None, days, Matter.OPEN_REQUESTS)
    query = read_question("Preis Daniela Suter", narrowed)
    account, person, sort = query.scope
    assert (account.account_ids, person.contact_ids, sort.marks) == ((1,), (7,), ("request",))
    assert (query.since, query.until) == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    before = read_question("Preis", Narrowed(days=Days(None, date(2026, 10, 31), is_beside=True)))
    assert (before.since, before.until) == (None, datetime(2026, 11, 1, tzinfo=UTC))
    assert ([one.typed for one in query.wanted], query.is_open, query.person) == (["preis"], True, None)


def test_notes_that_mention_a_colleague_by_one_name_count_as_well() -> None:
    (mentioned,) = read_question("Kabel Nina", Narrowed(colleague=Colleague(NINA, ("nina",), in_full=False))).scope
    assert (dict(mentioned.terms), mentioned.author_ids) == ({"nina": 1.0}, ("UNINA",))
    (written,) = read_question("Nina Fäh", Narrowed(colleague=Colleague(NINA, ("nina", "fah"), in_full=True))).scope
    assert (dict(written.terms), written.author_ids) == ({}, ("UNINA",))


def test_a_time_alone_is_something_to_look_for() -> None:
    assert not read_question("was gibt es", Narrowed(days=Days(TODAY, TODAY))).is_empty


def test_words_that_are_ignored_are_not_looked_for() -> None:
    assert [one.typed for one in read_question("Preis Suter", ignored=["sut"]).wanted] == ["preis"]


@given(st.text(max_size=60))
def test_any_question_is_read_without_fault(question: str) -> None:
    read_account(question, {})
    read_person(question, [SUTER])
    read_colleague(question, [NINA], [SUTER])
    for rest in (read_days(question, TODAY)[1], read_matter(question)[1], asks_for_own(question) or ""):
        read_question(rest)
    read_objects(question)
