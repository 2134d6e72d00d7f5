import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import contact_levels


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("CEO", 1),
        ("Mitglied des Vorstands", 1),
        ("Geschäftsführerin", 1),
        ("GESCHÄFTSFÜHRER", 1),
        ("Inhaber und CEO", 1),
        ("Managing Director UK", 1),
        ("Chief Procurement Officer", 1),
        ("President", 1),
        ("Vice President Sales", 2),
        ("Vizepräsidentin", 2),
        ("Operations Director", 2),
        ("Bereichsleiterin Technik", 2),
        ("Werksleiter", 2),
        ("Plant Manager", 2),
        ("Head of Purchasing", 2),
        ("Leiterin Einkauf", 3),
        ("Team Lead Assembly", 3),
        ("Meister Instandhaltung", 3),
        ("Procurement Manager", 3),
        ("Key Account Manager", 4),
        ("Product Manager", 4),
        ("Projektmanagerin", 4),
        ("Projektleiter", 4),
        ("Entwicklungsingenieur", 4),
        ("Senior Buyer", 4),
        ("Sachbearbeitung Einkauf", 4),
        ("Assistenz COO", 5),
        ("Assistant to the Board", 5),
        ("Vorstandssekretariat", 5),
        ("Empfang", 5),
    ],
)
def test_a_title_suggests_a_level(title: str, level: int) -> None:
    assert contact_levels.suggested(title) == level


@pytest.mark.parametrize("title", [None, "", "   ", "💥", "Bürgermeister", "Urs"])
def test_a_title_without_a_word_of_rank_suggests_nothing(title: str | None) -> None:
    assert contact_levels.suggested(title) is None


@given(st.text(max_size=400))
def test_no_title_breaks_it(title: str) -> None:
    assert contact_levels.suggested(title) in {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("theirs", "ours", "apart"),
    [(1, 3, True), (4, 1, True), (2, 3, False), (3, 3, False), (None, 1, False), (1, None, False), (None, None, False)],
)
def test_a_pair_two_levels_apart_is_a_hint_and_an_unknown_level_is_none(
    theirs: int | None, ours: int | None, *, apart: bool
) -> None:
    assert contact_levels.mismatch(theirs, ours) is apart
