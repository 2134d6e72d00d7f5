import os
from dataclasses import replace
from datetime import timedelta
from itertools import count, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from bot.domain import names
from bot.domain.access import CHANNEL, Access, Viewer, Visibility, sees_note
from bot.domain.analyser import MOST_FORMS
from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId, ContactId, MemberId, WorkspaceId
from bot.domain.members import Member, Workspace
from bot.domain.questions import Narrowed, read_question
from bot.domain.search import DEEPEST, Query, Wanted
from bot.domain.search_notes import Note
from storage.store import SqlStore
from storage.tables import AccountRow, MemberRow, SearchTrigramRow, SearchWordRow
from tests.company import NOW, WORKSPACE, Company
from tests.statements import statements

HOSTILE = [
    *("O'Brien", "AC/DC", "100 %", "100%", "8D", "R-12", "foo-bar", '"unbalanced', "'", "''", "\\", "\\'", '"', '""'),
    *("*", "a*", "NEAR(a b)", "a AND", "OR", "NOT a", "(", ")", "a:b", "{a}", "[a]", "^a", "a^2", "--", ";"),
    *("; DROP TABLE search_notes", "' OR 1=1 --", "$1", "%s", "%(match)s", ":match", "{match}", "&", "!", "<->"),
    *("a & b", "a | b", ":*", "\ud800", "\0", "a\0b", "\u202e", "\u200b", "\u200d", "🙂", "👨‍👩‍👧", "ﬀ", "İ", "ß", "ΐ"),
    *("'a' | 'b'", "@a1", "@nx", "c3ff@a1", "search_index MATCH 'a'", "<!channel>", "<@U1>", "a\nb", "\t", "a" * 5000),
]

QUESTIONS = int(os.environ.get("SCHARNIER_TEST_QUESTIONS", "1000"))
"""Random questions per run; 10 000 before a release (F42)."""
ids = count(1)


def note(account: AccountId, words: str, *, days: float = 0, author: Member | None = None, **values: Any) -> Note:
    """Make an interaction's note."""
    key = next(ids)
    given_values = {"visibility": Visibility.COMPANY, "number": key, **values}
    return Note(
        about=Ref(Subject.INTERACTION, key),
        account_id=account,
        author_id=author.id if author else None,
        at=NOW - timedelta(days=days),
        text=words,
        **given_values,
    )


def put(store: SqlStore, *notes: Note) -> None:
    """Index notes."""
    with store.begin(WORKSPACE) as tx:
        tx.search.put_all(notes)


def found(
    store: SqlStore, question: str | Query, viewer: Viewer | Member = CHANNEL, offset: int = 0, most: int = 5
) -> list[str]:
    """Return the texts that answer a question."""
    with store.read(WORKSPACE) as tx:
        reader = tx.access.viewer(viewer) if isinstance(viewer, Member) else viewer
        query = read_question(question) if isinstance(question, str) else question
        return [answer.text for answer in tx.search.find(query, reader, NOW, offset, most).answers]


def vocabulary(store: SqlStore) -> tuple[set[str], set[str]]:
    """Return the words of the vocabulary, and those that trigrams lead to."""
    with store.engine.connect() as connection:
        words = {row.word for row in connection.execute(SearchWordRow.__table__.select())}
        return words, {row.word for row in connection.execute(SearchTrigramRow.__table__.select())}


def rare_words(count: int) -> str:
    """Return different words of letters only."""
    return " ".join(f"x{''.join(chr(97 + int(digit)) for digit in f'{at:06}')}" for at in range(count))


def test_notes_with_all_words_come_newest_first_with_their_source(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    helvetia = company.account("Helvetia")
    old = note(helvetia, "Liefertermin vorziehen", days=9, author=lea, number=7)
    put(store, old, note(helvetia, "Preis und Liefertermine", days=2), note(helvetia, "Nur der Preis"))

    assert found(store, "Liefertermin") == ["Preis und Liefertermine", "Liefertermin vorziehen"]
    with store.read(WORKSPACE) as tx:
        answer = tx.search.find(read_question("vorziehen"), CHANNEL, NOW, 0, 5).answers[0]
    assert (answer.short_id, answer.about, answer.account.name) == ("I-7", old.about, "Helvetia")
    assert (answer.author, answer.at, answer.text) == (lea.person, old.at, old.text)


def test_fewer_than_five_hits_let_in_notes_with_some_of_the_words(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    put(
        store,
        note(helvetia, "Skonto und Rabatt", days=900),
        note(helvetia, "Skonto"),
        *(note(helvetia, f"Rabatt {at}", days=at) for at in range(9)),
        note(helvetia, "Anderes"),
    )
    texts = found(store, "Skonto Rabatt Unbekanntes", most=99)
    assert texts[:2] == ["Skonto und Rabatt", "Skonto"]
    assert "Anderes" not in texts
    assert len(texts) == 11


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Liefertremin", "Der Liefertermin steht"),
        ("Termin", "Der Liefertermin steht"),
        ("Lieferterminverzug", "Der Liefertermin steht"),
        ("Lifertermin Suter", "Liefertermin mit Suter"),
        ("Vor-Ort-Termin", "Vor-Ort-Termin im Werk"),
        ("delivry", "the delivery is late"),
    ],
)
def test_slips_and_compounds_are_found(store: SqlStore, company: Company, question: str, text: str) -> None:
    helvetia = company.account("Helvetia")
    put(store, note(helvetia, text), note(helvetia, "Etwas ganz anderes"))
    assert found(store, question) == [text]


def test_pages_follow_each_other_without_gap_or_repeat(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    put(store, *(note(helvetia, f"Besuch {at}", days=at) for at in range(12)))
    pages = [found(store, "Besuch", offset=offset) for offset in (0, 5, 10, 15)]
    assert [text for page in pages for text in page] == [f"Besuch {at}" for at in range(12)]
    with store.read(WORKSPACE) as tx:
        more = [tx.search.find(read_question("Besuch"), CHANNEL, NOW, offset, 5).more for offset in (0, 5, 10)]
    assert more == [True, True, False]
    assert found(store, "Besuch", offset=DEEPEST) == []


def test_an_account_filter_takes_in_its_units_that_the_reader_may_see(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    group = company.account("Gruppe")
    unit = company.account("Werk", parent_id=group)
    hidden = company.account("Geheim", parent_id=unit, access="restricted", kam=lea)
    put(store, note(group, "Termin Gruppe", days=1), note(unit, "Termin Werk", days=2), note(hidden, "Termin Geheim"))
    with store.read(WORKSPACE) as tx:
        assert set(tx.search.units(group, CHANNEL)) == {group, unit}
        assert set(tx.search.units(group, tx.access.viewer(lea))) == {group, unit, hidden}
        assert tx.search.units(hidden, CHANNEL) == ()
    assert found(store, read_question("Termin", Narrowed([unit]))) == ["Termin Werk"]
    assert found(store, read_question("", Narrowed([group, unit]))) == ["Termin Gruppe", "Termin Werk"]


def test_of_an_account_alone_what_happened_comes_before_facts(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    mission, empty = (Note(Ref(Subject.ACCOUNT, at), helvetia, None, Visibility.COMPANY, NOW, words)
                      for at, words in enumerate(["Mission", ""]))  # fmt: skip
    put(store, mission, empty, note(helvetia, "Besuch", days=9), note(helvetia, "Anruf", days=8))
    assert found(store, read_question("", Narrowed([helvetia]))) == ["Anruf", "Besuch", "Mission"]


def test_a_person_is_found_by_any_part_of_the_name_and_brings_their_own_entry(
    store: SqlStore, company: Company
) -> None:
    helvetia = company.account("Helvetia")
    suter = Note(
        Ref(Subject.CONTACT, 3), helvetia, None, Visibility.COMPANY, NOW - timedelta(days=99), "Will Skonto",
        heading="Daniela Löffler, Einkauf", contact_ids=(ContactId(3),), name="Daniela Löffler",
    )  # fmt: skip
    put(store, suter, note(helvetia, "Treffen", contact_ids=(ContactId(3),)), note(helvetia, "Treffen ohne sie"))
    with store.read(WORKSPACE) as tx:
        assert [one.name for one in tx.search.contacts_named(["loffl"], CHANNEL)] == ["Daniela Löffler"]
        assert tx.search.contacts_named(["mai", "x"], CHANNEL) == ()
        assert tx.search.contacts_named([], CHANNEL) == ()
    scope = (Wanted("", {}, contact_ids=(ContactId(3),)),)
    assert found(store, Query((), scope, ContactId(3))) == ["Will Skonto", "Treffen"]
    treffen = Query((Wanted("treffen", {"treff": 1.0}),), scope, ContactId(3))
    assert found(store, treffen) == ["Treffen", "Will Skonto"]


def test_an_edit_replaces_and_a_withdrawn_note_is_found_by_none_of_its_words(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    first = note(helvetia, "Geheimprojekt Liefertermin")
    put(store, first, note(helvetia, "Liefertermin Zoll"))
    edited = Note(first.about, helvetia, None, Visibility.COMPANY, NOW, "Kupplung Liefertermin")
    put(store, edited)
    assert found(store, "Geheimprojekt") == found(store, "Geheimprojket") == []
    assert found(store, "Kupplung") == found(store, "Kuplung") == ["Kupplung Liefertermin"]
    with store.begin(WORKSPACE) as tx:
        tx.search.remove(first.about)
        tx.search.remove(first.about)
    assert found(store, "Kupplung") == found(store, "Kuplung") == []
    assert found(store, "Liefertremin") == ["Liefertermin Zoll"]


def test_a_scrubbed_vocabulary_holds_only_words_that_notes_have(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    gone, many = note(helvetia, "Geheimprojekt Liefertermin"), note(helvetia, rare_words(1200))
    put(store, gone, many, note(helvetia, "Liefertermin Zoll"))
    other = WorkspaceId("T2")
    store.install(Workspace(other, "Other", "en", "UTC", "DE"), [], NOW)
    with store.begin(WORKSPACE) as tx:
        tx.search.remove(gone.about)
        tx.search.remove(many.about)
    assert "geheimprojekt" in vocabulary(store)[0]
    with store.begin(other) as tx:
        tx.search.scrub()
    assert "geheimprojekt" in vocabulary(store)[0]
    with store.begin(WORKSPACE) as tx:
        tx.search.scrub()
    assert vocabulary(store)[0] == {"liefertermin", "zoll"} == vocabulary(store)[1]


@pytest.mark.parametrize("words", [400, 12_500])
def test_a_long_note_is_indexed_and_taken_out_in_a_few_statements(
    store: SqlStore, company: Company, words: int
) -> None:
    long = note(company.account("Helvetia"), f"Anfang {rare_words(words)}")
    with statements(store) as sent:
        put(store, long)
    assert len(sent) < 10
    assert found(store, "Anfang") == [long.text]
    assert len(vocabulary(store)[0]) <= MOST_FORMS
    with statements(store) as sent, store.begin(WORKSPACE) as tx:
        tx.search.remove(long.about)
    assert len(sent) < 5


def test_many_notes_are_indexed_with_few_statements_for_each(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    with statements(store) as sent:
        put(store, *(note(helvetia, f"Import {at}", days=at) for at in range(600)))
    assert len(sent) < 600 * 2 + 20
    assert len(found(store, "Import", most=DEEPEST)) == DEEPEST


def test_of_two_notes_about_the_same_object_the_last_one_stays(store: SqlStore, company: Company) -> None:
    first = note(company.account("Helvetia"), "Besuch gestern")
    put(store, first, replace(first, text="Besuch heute"))
    assert found(store, "Besuch") == ["Besuch heute"]


def test_a_note_that_no_longer_shows_anything_is_left_out(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    mission = Note(Ref(Subject.ACCOUNT, 1), helvetia, None, Visibility.COMPANY, NOW, "Erste Wahl", more="Helvetia")
    put(store, mission)
    put(store, replace(mission, text=""))
    assert found(store, "Helvetia") == []


def test_a_note_gets_its_number_later(store: SqlStore, company: Company) -> None:
    one = note(company.account("Helvetia"), "Besuch", number=-1)
    put(store, one)
    with store.begin(WORKSPACE) as tx:
        tx.search.number(one.about, 7)
    with store.read(WORKSPACE) as tx:
        assert tx.search.find(read_question("Besuch"), CHANNEL, NOW, 0, 5).answers[0].short_id == "I-7"


def test_what_is_below_a_hidden_unit_is_not_told(store: SqlStore, company: Company) -> None:
    lea, kam = company.member("Lea"), company.member("Kim")
    group = company.account("Gruppe")
    hidden = company.account("Geheim", parent_id=group, access="restricted", kam=kam)
    below = company.account("Darunter", parent_id=hidden)
    werk, anlage = (company.account(name, parent_id=group) for name in ("Werk", "Anlage"))
    with store.read(WORKSPACE) as tx:
        assert tx.search.units(group, tx.access.viewer(lea)) == (group, anlage, werk)
        assert tx.search.units(group, tx.access.viewer(kam)) == (group, anlage, below, hidden, werk)
        assert tx.search.units(below, tx.access.viewer(lea)) == (below,)


def test_of_more_units_than_are_looked_at_the_account_itself_is_the_first(store: SqlStore, company: Company) -> None:
    group = company.account("Zentrale")
    with store.engine.begin() as connection:
        connection.execute(
            insert(AccountRow),
            [
                {"workspace_id": WORKSPACE, "id": 9000 + at, "name": f"Filiale {at:03}", "kind": "customer",
                 "access": "open", "created_at": NOW, "version": 1, "parent_id": group}
                for at in range(250)
            ],
        )  # fmt: skip
    with store.read(WORKSPACE) as tx:
        assert tx.search.units(group, CHANNEL) == (group, *(9000 + at for at in range(199)))


def test_a_scrubbed_index_file_holds_no_removed_word(store: SqlStore, company: Company) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL cleans up with VACUUM")
    helvetia = company.account("Helvetia")
    gone = note(helvetia, "Xanthippenprojekt")
    put(store, gone, note(helvetia, "Liefertermin"))
    with store.begin(WORKSPACE) as tx:
        tx.search.remove(gone.about)
        tx.search.scrub()
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        assert b"anthippen" not in raw.serialize()
    assert found(store, "Liefertermin") == ["Liefertermin"]


def test_a_cleared_index_can_be_built_anew(store: SqlStore, company: Company) -> None:
    notes = [note(company.account("Helvetia"), "Liefertermin")]
    put(store, *notes)
    with store.begin(WORKSPACE) as tx:
        tx.search.clear()
    assert (found(store, "Liefertermin"), vocabulary(store)) == ([], (set(), set()))
    put(store, *notes)
    assert found(store, "Liefertermin") == ["Liefertermin"]


def test_many_notes_of_one_moment_are_all_kept(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    put(store, *(note(helvetia, f"Import {at}") for at in range(50)))
    assert len(found(store, "Import", most=100)) == 50


def test_moments_outside_of_reason_are_kept_too(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    put(store, note(helvetia, "Besuch damals", days=365 * 100), note(helvetia, "Besuch einmal", days=-365 * 7000))
    assert found(store, "Besuch") == ["Besuch einmal", "Besuch damals"]


def test_another_workspace_finds_nothing_of_ours(store: SqlStore, company: Company) -> None:
    other = WorkspaceId("T2")
    store.install(Workspace(other, "Other", "en", "UTC", "DE"), [], NOW)
    put(store, note(company.account("Helvetia"), "Liefertermin"))
    with store.begin(other) as tx:
        for question in ("Liefertermin", "Liefertremin"):
            assert tx.search.find(read_question(question), Viewer(None, is_kam_lead=True), NOW, 0, 5).answers == ()
        tx.search.clear()
    assert found(store, "Liefertermin") == ["Liefertermin"]


def test_the_permission_filter_in_sql_equals_the_rule(store: SqlStore, company: Company) -> None:
    lea, tobias = company.member("Lea"), company.member("Tobias")
    accounts = {access: company.account(access, access=access) for access in Access}
    notes = {
        f"Termin {access} {visibility} {author.name}": (accounts[access], access, visibility, author)
        for access, visibility, author in product(Access, Visibility, (lea, tobias))
    }
    put(store, *(note(key[0], text_, author=key[3], visibility=key[2]) for text_, key in notes.items()))
    both = frozenset(accounts.values())
    viewers = [
        Viewer(member, lead, circle=circle, leadership=leaders)
        for member, lead, circle, leaders in product(
            (None, lea.id), (False, True), (frozenset[AccountId](), both), (frozenset[AccountId](), both)
        )
    ]
    for viewer in viewers:
        allowed = {text_ for text_, (account, access, visibility, author) in notes.items()
                   if sees_note(viewer, account, access, visibility, author.id)}  # fmt: skip
        for question in ("Termin", "Termni", "Termin Unbekannt"):
            assert set(found(store, question, viewer, most=99)) == allowed


def test_hidden_notes_change_nothing_for_those_without_access(store: SqlStore, company: Company) -> None:
    lea = company.member("Lea")
    openly, hidden = company.account("Offen"), company.account("Geheim", access="restricted", kam=lea)
    put(store, *(note(openly, f"Kupplung {word}", days=at) for at, word in enumerate(["Rabatt", "Skonto", "Preis"])))
    questions = ["Kupplung", "Kuppelung Rabatt", "Skonto Fusion", "Fusoin", "Rabatt Preis Fusion", "Geheim"]
    before = [found(store, question) for question in questions]
    put(
        store,
        *(note(hidden, f"Fusion Rabatt Kuppelung {at}", contact_ids=(ContactId(1),)) for at in range(40)),
        Note(Ref(Subject.CONTACT, 1), hidden, None, Visibility.COMPANY, NOW, "Fusion", name="Eva Geheim"),
    )
    assert [found(store, question) for question in questions] == before
    assert len(found(store, "Fusion", lea, most=99)) == 41
    with store.read(WORKSPACE) as tx:
        assert tx.search.contacts_named(["geheim", "eva"], CHANNEL) == ()
        assert tx.search.authors(hidden, CHANNEL, 5) == ()


def test_authors_are_those_who_wrote_most(store: SqlStore, company: Company) -> None:
    lea, tobias, gone = company.member("Lea"), company.member("Tobias"), company.member("Eva", standing="deactivated")
    helvetia = company.account("Helvetia")
    put(
        store,
        *(note(helvetia, "Besuch", author=author) for author in (tobias, lea, lea, gone)),
        note(helvetia, "Anruf"),
    )
    with store.read(WORKSPACE) as tx:
        assert tx.search.authors(helvetia, CHANNEL, 5) == (lea.person, tobias.person)
        assert tx.search.authors(helvetia, CHANNEL, 1) == (lea.person,)


def test_key_persons_are_listed_with_their_topics(store: SqlStore, company: Company) -> None:
    company.member("Lea")
    tobias = company.member("Tobias", topics=["Zoll", "Export"])
    company.member("Eva", topics=["Zoll"], standing="deactivated")
    with store.read(WORKSPACE) as tx:
        assert tx.search.topics() == ((tobias.person, ("Zoll", "Export")),)


def test_common_words_on_postgresql_are_met_by_walking_back(store: SqlStore, company: Company) -> None:
    helvetia, hidden = company.account("Helvetia"), company.account("Geheim", access="restricted")
    put(store, *(note(hidden if at % 2 else helvetia, f"Besuch {at}", days=at) for at in range(1100)))
    assert found(store, "Besuch") == [f"Besuch {at}" for at in (0, 2, 4, 6, 8)]
    assert found(store, "Besuch 1098") == ["Besuch 1098", "Besuch 0", "Besuch 2", "Besuch 4", "Besuch 6"]


@pytest.mark.parametrize("question", HOSTILE)
def test_hostile_questions_and_notes_raise_nothing(store: SqlStore, company: Company, question: str) -> None:
    put(store, note(company.account("Helvetia"), names.tidy(f"{question} Liefertermin")))
    found(store, question)
    assert found(store, f"{question} Liefertermin")


@settings(max_examples=QUESTIONS // 20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    questions=st.lists(
        st.text(max_size=40) | st.sampled_from(HOSTILE) | st.text("'\"\\|&()!<>*:-ab1 ", max_size=20),
        min_size=20,
        max_size=20,
    )
)
def test_random_questions_raise_nothing_and_keep_the_filter(
    store: SqlStore, company: Company, questions: list[str]
) -> None:
    _one_hidden_and_one_open(store)
    for question in questions:
        assert "canary" not in found(store, question)


def _one_hidden_and_one_open(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        if connection.execute(text("SELECT count(*) FROM search_notes")).scalar_one():
            return
    with store.engine.begin() as connection:
        connection.execute(
            insert(AccountRow),
            [
                {"workspace_id": WORKSPACE, "id": at, "name": name, "kind": "customer", "access": access,
                 "created_at": NOW, "version": 1}
                for at, name, access in ((901, "a b", "open"), (902, "ab 1", "restricted"))
            ],
        )  # fmt: skip
        connection.execute(
            insert(MemberRow).values(
                workspace_id=WORKSPACE, id=MemberId("U9"), name="Ada", standing="member", role="member",
                is_owner=False, topics=[],
            )
        )  # fmt: skip
    everything = " ".join(map(chr, range(33, 127)))
    put(
        store,
        note(AccountId(901), f"{everything} a b ab 1", days=1),
        note(AccountId(902), "canary", more=f"{everything} a b ab 1"),
    )
