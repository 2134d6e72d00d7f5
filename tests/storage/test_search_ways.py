import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import CHANNEL, Visibility
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Ref, Subject
from bot.domain.interactions import Kind
from bot.domain.matters import Matter
from bot.domain.questions import Narrowed, read_question
from bot.domain.search import Query
from bot.domain.search_notes import Note, promise_note
from storage.search import Search
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.storage.test_search import found, note, put

WORDS = ("Welle", "Motor", "Presse", "Lack", "Rahmen", "Zelle")
QUERIES = [
    read_question("Welle"),
    read_question("Welle Motor"),
    read_question("Presse Lack Rahmen"),
    read_question("Zelle", Narrowed(matter=Matter.VISITS)),
    read_question("Zelle Lack", Narrowed(matter=Matter.VISITS)),
    read_question("", Narrowed(matter=Matter.VISITS)),
    replace(read_question("Motor"), until=NOW),
    replace(read_question("Motor Lack"), until=NOW),
]


@pytest.fixture
def told(store: SqlStore, company: Company) -> SqlStore:
    """Many notes with few words; the newest of each word are for the leadership only, some have no day."""
    chance = random.Random(5)
    put(
        store,
        *(
            note(
                company.account("Helvetia"),
                " ".join(chance.sample(WORDS, chance.randint(3, 5))) + f" Nr{at}",
                days=at - 5,
                visibility=Visibility.LEADERSHIP if at < 40 or not at % 7 else Visibility.COMPANY,
                marks=frozenset({chance.choice(list(Kind))}),
                **({"number": None} if at % 5 == 1 else {}),
            )
            for at in range(90)
        ),
    )
    return store


def answers(store: SqlStore, query: Query, **ways: int) -> list[str]:
    with store.read(WORKSPACE) as tx:
        search = tx.search
        assert isinstance(search, Search)
        for name, value in ways.items():
            setattr(search, name, value)
        return [answer.text for answer in search.find(query, CHANNEL, NOW, 0, 20).answers]


@pytest.mark.parametrize("recent", [0, 3, 25, 60, 89, 90])
@pytest.mark.parametrize("few", [1, 4, 1000])
def test_the_same_is_found_whichever_way_is_taken(told: SqlStore, recent: int, few: int) -> None:
    if told.engine.dialect.name == "sqlite":
        pytest.skip("SQLite finds in the order of time: there is one way only")
    for query in QUERIES:
        usual = answers(told, query)

        assert usual
        assert answers(told, query, recent=recent, few=few) == usual


def test_what_happened_comes_before_entries_that_were_written_later(store: SqlStore, company: Company) -> None:
    helvetia = company.account("Helvetia")
    entries = [
        Note(Ref(Subject.CONTACT, at), helvetia, None, Visibility.COMPANY, NOW, f"Muster {at}", heading=f"Nr. {at}")
        for at in range(1, 8)
    ]
    put(store, *entries, note(helvetia, "Muster bestellt", days=9), note(helvetia, "Muster geprüft", days=8))

    assert found(store, "Muster")[:2] == ["Muster geprüft", "Muster bestellt"]


def test_of_what_is_asked_for_as_a_sort_the_newest_comes_first_with_a_day_or_without(
    store: SqlStore, company: Company
) -> None:
    helvetia = company.account("Helvetia")
    promised = promise_note(
        7, AccountRef(helvetia, "Helvetia"), company.member("Lea").id, "Angebot bis Mai", Visibility.COMPANY, NOW
    )
    put(store, promised, *(note(helvetia, f"Muster {at}", days=at, marks=frozenset({"promise"})) for at in range(1, 8)))

    assert found(store, read_question("", Narrowed(matter=Matter.PROMISES)))[:2] == ["Angebot bis Mai", "Muster 1"]


@pytest.mark.parametrize("asked", ["Angebot", "Angbot", ""])
def test_a_promise_has_the_day_on_which_it_was_given(store: SqlStore, company: Company, asked: str) -> None:
    helvetia, lea = company.account("Helvetia"), company.member("Lea")
    ref = AccountRef(helvetia, "Helvetia")
    put(
        store,
        promise_note(7, ref, lea.id, "Angebot, zugesagt", Visibility.COMPANY, NOW - timedelta(days=2)),
        promise_note(8, ref, lea.id, "Angebot, früher", Visibility.COMPANY, NOW - timedelta(days=9)),
        Note(Ref(Subject.CONTACT, 1), helvetia, None, Visibility.COMPANY, NOW - timedelta(days=2), "Angebot, Eintrag"),
    )

    lately = replace(read_question(asked), since=NOW - timedelta(days=3), until=NOW)

    assert found(store, lately) == ["Angebot, zugesagt"]
