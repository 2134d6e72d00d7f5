import pytest

from bot.domain.access import Visibility
from bot.domain.delivery import Ref, Subject
from bot.domain.members import Member
from bot.domain.questions import read_question
from bot.domain.search_notes import Note
from storage.search_named import HiddenAccounts
from storage.search_words import Match, Notation
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.storage.test_search import found, note, put

WHOLE = Match("whole", "index")


def named(store: SqlStore, company: Company, question: str, reader: Member | None = None) -> Match:
    """Return a match from which the hidden accounts are left out that a question names."""
    is_postgres = store.engine.dialect.name == "postgresql"
    with store.read(WORKSPACE) as tx:
        search = tx.search
        viewer = tx.access.viewer(reader or company.member("Lea"))
        words = Notation(WORKSPACE, is_postgres=is_postgres)
        hidden = HiddenAccounts(lambda: search.hidden(viewer), words, viewer.member_id)
        hidden.look_for(read_question(question).wanted)
        return hidden.left_out_of(WHOLE)


@pytest.mark.parametrize(
    "question", ["Nordwind", "Nordwinds Preis", "Muenchen", "was ist bei münchen", "NORDWIND GmbH"]
)
def test_a_hidden_account_is_known_by_its_words_as_the_index_reads_them(
    store: SqlStore, company: Company, question: str
) -> None:
    hidden = company.account("Nordwind München GmbH", access="restricted")
    company.account("Preis AG")

    match = named(store, company, question)

    assert f"@a{hidden:x}" in match.whole
    assert f"@a{hidden:x}" in match.index
    assert match.whole.count("@a") == 1


def test_who_may_see_it_and_whoever_asks_for_something_else_leaves_nothing_out(
    store: SqlStore, company: Company
) -> None:
    nina = company.member("Nina")
    company.account("Nordwind", access="restricted", kam=nina)
    company.account("Südwind", access="restricted")

    assert named(store, company, "Nordwind Preis", nina) == WHOLE
    assert named(store, company, "Liefertermin", nina) == WHOLE
    assert named(store, company, "Südwind", nina) != WHOLE


def test_of_many_that_share_a_word_those_with_most_of_the_words_are_left_out(store: SqlStore, company: Company) -> None:
    meant = company.account("Nordwind GmbH", access="restricted")
    for number in range(30):
        # A word says no more for standing in several names of one account.
        company.account(f"Firma {number} GmbH", f"{number} GmbH", f"F{number} GmbH", access="restricted")

    match = named(store, company, "Nordwind GmbH")

    assert f"'@a{meant:x}'" in match.whole.replace('"', "'").replace(Notation(WORKSPACE, is_postgres=False).tenant, "")
    assert match.whole.count("@a") == 20


def test_what_a_reader_may_find_in_a_hidden_account_is_found_by_its_name(store: SqlStore, company: Company) -> None:
    nina = company.member("Nina")
    hidden = company.account("Nordwind", access="restricted")
    put(
        store,
        note(hidden, "Nordwind Preis, von mir", author=nina),
        note(hidden, "Nordwind Preis, von anderen"),
        note(company.account("Offen"), "Nordwind Preis, bei anderen"),
        Note(Ref(Subject.DECISION, 5), hidden, None, Visibility.COMPANY, NOW, "Nordwind Preis, entschieden", number=5),
    )

    assert set(found(store, "Nordwind Preis", nina)) == {"Nordwind Preis, von mir", "Nordwind Preis, bei anderen"}
    assert set(found(store, "Nordwinds", nina)) == {"Nordwind Preis, von mir", "Nordwind Preis, bei anderen"}
