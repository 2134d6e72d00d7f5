"""Painting: a sheet as PNG, drawn with Pillow in a free font that is installed with Scharnier."""

import io
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files

from PIL import Image, ImageDraw, ImageFont

from bot.drawing.sheets import GAP, Box, Placed, Section, Sheet, Sign, Tile, Tone, place
from bot.i18n.graphemes import end_of_words

Colour = tuple[int, int, int]
_PAPER: Colour = (255, 255, 255)
_INK: Colour = (29, 28, 29)
_SOFT: Colour = (97, 96, 97)
_LINE: Colour = (134, 134, 134)
_BAND: Colour = (232, 233, 238)
_TILE: Colour = (248, 248, 250)
_FRAME: Colour = (216, 216, 220)
_TONES: dict[Tone, Colour] = {
    Tone.THEIRS: (84, 84, 92),
    Tone.OURS: (18, 100, 163),
    Tone.ALERT: (192, 34, 60),
    Tone.HINT: (201, 130, 0),
    Tone.NOBODY: (216, 216, 220),
}
_INFLUENCE: Colour = (112, 68, 160)
_NAME, _ABOUT = 40, 30
"""The heights of the lines in a tile."""
_BAR = 8
_PAD = 20
_DASH = 10
_SIGN = 46
"""The width of a sign of the legend."""
_FACES = {False: "SourceSansPro-Regular.ttf", True: "SourceSansPro-Semibold.ttf"}


def png(sheet: Sheet) -> bytes:
    """Draw a sheet."""
    placed = place(sheet)
    image = Image.new("RGB", (placed.width, placed.height), _PAPER)
    pen = ImageDraw.Draw(image)
    _write(pen, placed.title, sheet.title, 40, bold=True)
    for box, words in placed.lines:
        _write(pen, box, words, 25, colour=_SOFT)
    for box, sign, words in placed.legend:
        _sign(pen, box, sign)
        _write(pen, Box(box.left + _SIGN + 14, box.top, box.right, box.bottom), words, 24, colour=_SOFT)
    for box, section in placed.sections:
        _section(pen, box, section)
    _relations(pen, placed)
    for box, tile in placed.tiles:
        _tile(pen, box, tile)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def fitting(text: str, width: int, measure: Callable[[str], float]) -> str:
    """Shorten a text to a width, to whole words if it can be, marked by an ellipsis."""
    text = _visible(text)
    if measure(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    return text[: end_of_words(text, low)].rstrip() + "…"


def _visible(text: str) -> str:
    """Fold white space and leave out what would turn the direction or draw nothing."""
    kept = "".join(char if unicodedata.category(char) not in {"Cc", "Cf"} else " " for char in text)
    return " ".join(kept.split())


@cache
def _font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    with as_file(files("font_source_sans_pro") / "files" / _FACES[bold]) as path:
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def _write(
    pen: ImageDraw.ImageDraw, box: Box, text: str, size: int, *, bold: bool = False, colour: Colour = _INK
) -> None:
    """Write one line into a box, in the middle of its height."""
    font = _font(size, bold=bold)
    shown = fitting(text, box.right - box.left, font.getlength)
    pen.text((box.left, box.middle), shown, font=font, fill=colour, anchor="lm")


def _section(pen: ImageDraw.ImageDraw, box: Box, section: Section) -> None:
    pen.rounded_rectangle((box.left, box.top, box.right - 1, box.bottom - 1), 10, fill=_BAND)
    left = box.left + _PAD + min(section.depth * 24, 120)
    note = fitting(section.note, (box.right - left) // 2, _font(24, bold=False).getlength)
    room = round(_font(24, bold=False).getlength(note)) + _PAD if note else 0
    _write(pen, Box(left, box.top, box.right - _PAD - room, box.bottom), section.title, 28, bold=True)
    if note:
        at = (box.right - _PAD, box.middle)
        pen.text(at, note, font=_font(24, bold=False), fill=_SOFT, anchor="rm")


def _tile(pen: ImageDraw.ImageDraw, box: Box, tile: Tile) -> None:
    tone = _TONES[tile.tone]
    is_marked = tile.tone in {Tone.ALERT, Tone.HINT}
    frame = tone if is_marked else _FRAME
    pen.rounded_rectangle(
        (box.left, box.top, box.right - 1, box.bottom - 1), 10, fill=_TILE, outline=frame, width=3 if is_marked else 2
    )
    pen.rounded_rectangle((box.left, box.top, box.left + _BAR + 8, box.bottom - 1), 10, fill=tone)
    pen.rectangle((box.left + _BAR, box.top + 3, box.left + _BAR + 8, box.bottom - 4), fill=_TILE)
    left, right = box.left + _PAD, box.right - 12
    top = box.middle - (_NAME + _ABOUT * len(tile.about)) // 2
    size = 30 if tile.about else 28
    _write(pen, Box(left, top, right, top + _NAME), tile.name, size, bold=tile.tone is not Tone.NOBODY)
    colour = tone if is_marked else _SOFT
    for at, line in enumerate(tile.about):
        below = top + _NAME + _ABOUT * at
        _write(pen, Box(left, below, right, below + _ABOUT), line, 24, colour=colour)


def _relations(pen: ImageDraw.ImageDraw, placed: Placed) -> None:
    for theirs, ours in placed.pairs:
        pen.line((theirs.right, theirs.middle, ours.left, ours.middle), fill=_FRAME, width=3)
    for above, below in placed.elbows:
        at = above.left + GAP
        pen.line((at, above.bottom, at, below.middle), fill=_LINE, width=3)
        pen.line((at, below.middle, below.left, below.middle), fill=_LINE, width=3)
    for one, other, at in placed.bows:
        # Beside the line of reporting: who influences leaves above the middle, who is influenced is met below it.
        start, end = one.middle - 16, other.middle + 16
        _dashed(pen, (one.left, start), (at, start))
        _dashed(pen, (at, start), (at, end))
        _dashed(pen, (at, end), (other.left, end))
        _arrow(pen, other.left, end)


def _dashed(pen: ImageDraw.ImageDraw, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw a dashed line, straight down or straight across."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    for at in range(max(right - left, bottom - top) // (2 * _DASH) + 1):
        begin, stop = at * 2 * _DASH, at * 2 * _DASH + _DASH
        if right > left:
            pen.line((left + begin, top, min(left + stop, right), top), fill=_INFLUENCE, width=3)
        else:
            pen.line((left, top + begin, left, min(top + stop, bottom)), fill=_INFLUENCE, width=3)


def _arrow(pen: ImageDraw.ImageDraw, left: int, at: int) -> None:
    pen.polygon([(left - 1, at), (left - 12, at - 7), (left - 12, at + 7)], fill=_INFLUENCE)


def _sign(pen: ImageDraw.ImageDraw, box: Box, sign: Sign) -> None:
    end = box.left + _SIGN
    match sign:
        case Sign.REPORTS:
            pen.line((box.left, box.middle, end, box.middle), fill=_LINE, width=3)
        case Sign.INFLUENCES:
            _dashed(pen, (box.left, box.middle), (end - 10, box.middle))
            _arrow(pen, end, box.middle)
        case Sign.ALERT | Sign.HINT:
            frame = (box.left, box.top + 6, end - 1, box.bottom - 7)
            pen.rounded_rectangle(frame, 6, fill=_TILE, outline=_TONES[Tone(sign)], width=3)
