import random
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from bot.domain.access import CHANNEL, Visibility
from bot.domain.interactions import Kind
from bot.domain.matters import Matter
from bot.domain.questions import Narrowed, read_question
from bot.domain.search import Query
from storage.search import Search
from storage.search_statements import Statements
from storage.store import SqlStore
from tests.company import NOW, WORKSPACE, Company
from tests.storage.test_search import note, put

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
    for query in QUERIES:
        usual = answers(told, query)

        assert usual
        assert answers(told, query, recent=recent, few=few) == usual


def test_the_way_of_postgresql_is_short_enough_to_be_taken_apart_only_once() -> None:
    way = Statements("T0123456789A", is_postgres=True).newest_of_each.compile(
        dialect=make_url("postgresql+psycopg://").get_dialect()()
    )

    # psycopg/_queries.py: MAX_CACHED_STATEMENT_LENGTH and MAX_CACHED_STATEMENT_PARAMS.
    assert len(str(way)) <= 4096
    assert len(way.params) <= 50
