import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from bot.drawing import painting
from bot.drawing.painting import fitting, png
from bot.drawing.sheets import GAP, Row, Section, Sheet, Sign, Tile, Tone, place


def drawn(sheet: Sheet) -> Image.Image:
    return Image.open(io.BytesIO(png(sheet))).convert("RGB")


def colours(sheet: Sheet) -> set[object]:
    return {colour for _, colour in drawn(sheet).getcolors(100_000) or ()}


def one(name: str, line: str = "Director", tone: Tone = Tone.THEIRS) -> Sheet:
    return Sheet("Helvetia", sections=(Section("Helvetia", (Row(1, Tile(name, (line,) if line else (), tone)),)),))


def width(text: str) -> float:
    """Measure as if every character were ten pixels wide."""
    return 10.0 * len(text)


def test_a_sheet_becomes_a_png_of_its_size() -> None:
    sheet = one("Anne Dupont")
    image = drawn(sheet)

    placed = place(sheet)
    assert image.size == (placed.width, placed.height)
    assert png(sheet).startswith(b"\x89PNG")


@pytest.mark.parametrize("char", "äöüÄÖÜßéèàçñłşčőøåþœ€–·…ΑωЖя")
def test_the_font_knows_the_letters_of_european_names(char: str) -> None:
    font = painting._font(30, bold=True)

    assert bytes(font.getmask(char)) != bytes(font.getmask("\U0010fffe"))


def test_umlauts_are_drawn_as_umlauts() -> None:
    with_dots, without = drawn(one("Müller")), drawn(one("Muller"))

    assert ImageChops.difference(with_dots, without).getbbox() is not None


def test_a_long_name_ends_inside_its_tile() -> None:
    image, empty = drawn(one("W" * 300)), drawn(one("."))
    sheet = place(one("W" * 300))
    tile = sheet.tiles[0][0]
    changed = ImageChops.difference(image, empty).getbbox()

    assert changed is not None
    assert tile.left < changed[0]
    assert changed[2] < tile.right
    assert tile.top <= changed[1]
    assert changed[3] <= tile.bottom


def test_an_uncovered_decider_stands_out_in_red() -> None:
    red = painting._TONES[Tone.ALERT]

    assert red in colours(one("Anne", tone=Tone.ALERT))
    assert red not in colours(one("Anne"))


def test_lines_of_influence_are_dashed_and_explained() -> None:
    rows = (Row(1, Tile("Anne")), Row(2, Tile("Tom")), Row(3, Tile("Eva")))
    sheet = Sheet(
        "Helvetia",
        legend=tuple((sign, sign.value) for sign in Sign),
        sections=(Section("Helvetia", rows, note="Site, FR"),),
        influences=((3, 1),),
    )
    image = drawn(sheet)
    (start, end, lane) = place(sheet).bows[0]
    along = [image.getpixel((lane, at)) for at in range(end.middle + 30, start.middle - 30)]

    assert painting._INFLUENCE in along
    assert painting._PAPER in along


def test_a_line_joins_who_reports_to_whom() -> None:
    rows = (Row(1, Tile("Anne")), Row(2, Tile("Tom"), Tile("Lea", tone=Tone.OURS), 1, 1))
    sheet = Sheet("Helvetia", sections=(Section("Helvetia", rows),))
    (above, below) = place(sheet).elbows[0]
    image = drawn(sheet)

    corner = (above.left + GAP, below.middle)
    assert image.getpixel(corner) == painting._LINE
    assert image.getpixel((corner[0], above.bottom + 3)) == painting._LINE
    assert image.getpixel((below.left - 3, below.middle)) == painting._LINE


@given(st.text(max_size=60), st.integers(10, 300))
def test_a_text_is_cut_to_its_width_inside_no_grapheme(text: str, room: int) -> None:
    shown = fitting(text, room, width)

    assert width(shown) <= max(room, width("…"))
    assert "\n" not in shown


def test_a_family_emoji_or_an_accent_is_not_cut_apart() -> None:
    assert fitting("Ana 👨‍👩‍👧 Costa", 70, width).rstrip("…") in {"Ana", "Ana 👨", "Ana 👨 👩"}
    assert fitting("Jose\u0301 Maria", 50, width) == "Jos…"


def test_marks_that_turn_the_direction_are_left_out() -> None:
    assert fitting("Ana\u202eatsoC\n", 500, width) == "Ana atsoC"


def test_the_font_is_the_one_that_is_installed_with_scharnier() -> None:
    assert isinstance(painting._font(24, bold=False), ImageFont.FreeTypeFont)
    assert painting._font(24, bold=False).getname()[0] == "Source Sans Pro"
