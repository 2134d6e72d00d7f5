import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drawing.sheets import MARGIN, MOST_INDENT, OURS, TILE, WIDTH, Placed, Row, Section, Sheet, Sign, Tile, place

ANNE, TOM = Tile("Anne Dupont", ("Director", "Executive", "Decider")), Tile("Tom Ward", ("Buyer",))


def chain(count: int, depth: int = 1, first: int = 1) -> tuple[Row, ...]:
    """Return rows of which each hangs from the one above."""
    return tuple(
        Row(first + at, ANNE, TOM, min(at, depth), first + at - 1 if 0 < at <= depth else None) for at in range(count)
    )


def sheet(*rows: Row, **values: Any) -> Sheet:
    return Sheet("Helvetia", sections=(Section("Helvetia", rows),), **values)


def overlapping(placed: Placed) -> list[object]:
    return [(one, other) for one, other in itertools.combinations(placed.boxes, 2) if one.meets(other)]


def outside(placed: Placed) -> list[object]:
    return [
        box
        for box in placed.boxes
        if box.left < MARGIN or box.top < 0 or box.right > placed.width - MARGIN or box.bottom > placed.height
    ]


def test_every_part_has_a_place_of_its_own_inside_the_picture() -> None:
    placed = place(
        Sheet(
            "Helvetia",
            lines=("Map of Sunday", "Internal"),
            legend=((Sign.REPORTS, "reports to"), (Sign.INFLUENCES, "has influence on")),
            sections=(Section("Helvetia", chain(5, 3)), Section("Lyon", chain(2, first=9), depth=1), Section("Empty")),
            influences=((1, 10), (3, 2)),
            foot=("and 7 more",),
        )
    )

    assert overlapping(placed) == []
    assert outside(placed) == []
    assert len(placed.boxes) == 1 + 3 + 2 + 3 + 2 * 7


def test_two_hundred_contacts_in_forty_units_have_places_of_their_own() -> None:
    chance = random.Random(7)
    lines = tuple((chance.randint(1, 200), chance.randint(1, 200)) for _ in range(80))
    sections = tuple(Section(f"Unit {at}", chain(5, 4, 5 * at + 1), at % 4) for at in range(40))
    placed = place(Sheet("Group", sections=sections, influences=lines))

    assert overlapping(placed) == []
    assert outside(placed) == []
    assert len(placed.tiles) == 400


def test_ours_stand_beside_theirs_on_the_right() -> None:
    placed = place(sheet(*chain(2)))

    for theirs, ours in placed.pairs:
        assert ours.top == theirs.top
        assert ours.left > theirs.right
        assert ours.right - ours.left == OURS


def test_who_reports_stands_further_right_and_below_with_a_line_that_touches_no_tile() -> None:
    placed = place(sheet(Row(1, ANNE), Row(2, TOM, None, 1, 1), Row(3, TOM, None, 2, 2), Row(4, TOM, None, 1, 1)))

    assert len(placed.elbows) == 3
    for above, below in placed.elbows:
        assert above.left < below.left
        assert above.bottom <= below.top
        # The line runs down beside everything that stands between the two.
        between = [box for box, _ in placed.tiles if above.bottom <= box.top < below.bottom]
        assert all(box.left > above.left + 14 for box in between)


def test_the_deepest_chain_leaves_room_for_a_name() -> None:
    placed = place(sheet(*chain(200, 199)))

    assert overlapping(placed) == []
    assert min(box.right - box.left for box, _ in placed.tiles) >= 2 * TILE
    assert max(box.left for box, _ in placed.tiles if box.right < placed.width - MARGIN) <= MARGIN + MOST_INDENT


def test_without_lines_of_influence_the_picture_is_as_narrow_as_a_phone_reads_it() -> None:
    assert place(sheet(*chain(3))).width == WIDTH


def test_lines_of_influence_run_beside_each_other_where_they_would_meet() -> None:
    placed = place(sheet(*chain(6, 0), influences=((1, 4), (2, 5), (5, 6))))

    lanes = {(one.top, other.top): at for one, other, at in placed.bows}
    rows = [box.top for box, _ in placed.tiles][::2]
    assert lanes[rows[0], rows[3]] != lanes[rows[1], rows[4]]
    first = min(box.left for box in (*(box for box, _ in placed.tiles), *(box for box, _ in placed.sections)))
    assert all(MARGIN <= at < first for at in lanes.values())


def test_a_line_to_somebody_who_is_not_shown_is_left_out() -> None:
    assert place(sheet(*chain(2), influences=((1, 99), (98, 2)))).bows == ()


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=60))
def test_however_many_lines_nothing_overlaps(lines: list[tuple[int, int]]) -> None:
    placed = place(sheet(*chain(30, 2), influences=tuple(lines)))

    assert overlapping(placed) == []
    assert outside(placed) == []


@pytest.mark.parametrize("above", [2, 3, 99])
def test_a_line_upwards_or_to_nobody_is_not_drawn(above: int) -> None:
    assert place(sheet(Row(1, ANNE, None, 1, above), Row(2, TOM), Row(3, TOM))).elbows == ()
