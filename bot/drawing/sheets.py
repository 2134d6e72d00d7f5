"""Sheets: what a picture of people shows, and where each part of it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH = 900
"""Pixels; on a phone of 390 points a name is still 13 points high."""
MARGIN = 28
TITLE = 54
LINE = 36
"""The height of one line of the head, the legend and the foot."""
SECTION = 58
TILE = 84
MORE = 30
"""What each further line about somebody adds to it."""
GAP = 14
OURS = 350
"""The width of the tiles on the right."""
BETWEEN = 36
INDENT = 30
MOST_INDENT = 240
"""How far the lowest level of a tree may stand to the right."""
LANE = 14
MOST_LANES = 24
"""Beside each other; more lines of influence than that share one."""


class Tone(StrEnum):
    """What the bar at a tile says; the words say it as well."""

    THEIRS = "theirs"
    OURS = "ours"
    ALERT = "alert"
    HINT = "hint"
    NOBODY = "nobody"


class Sign(StrEnum):
    """What a line of the legend explains."""

    REPORTS = "reports"
    INFLUENCES = "influences"
    ALERT = "alert"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Tile:
    """One person: a name, and lines about them."""

    name: str
    about: tuple[str, ...] = ()
    tone: Tone = Tone.THEIRS


@dataclass(frozen=True, slots=True)
class Row:
    """One of theirs, and beside them one of ours."""

    key: int
    left: Tile
    right: Tile | None = None
    depth: int = 0
    above: int | None = None
    """The key of the row, further up in the same section, from which this one hangs."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one headline."""

    title: str
    rows: tuple[Row, ...] = ()
    depth: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture, in the words of its reader."""

    title: str
    lines: tuple[str, ...] = ()
    """Below the title."""
    legend: tuple[tuple[Sign, str], ...] = ()
    sections: tuple[Section, ...] = ()
    influences: tuple[tuple[int, int], ...] = ()
    """Keys of rows: who influences whom."""
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, without its right and lower edge."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def middle(self) -> int:
        """Return the height at which lines meet it."""
        return (self.top + self.bottom) // 2

    def meets(self, other: "Box") -> bool:
        """Tell whether two rectangles share a pixel."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each part of a sheet stands."""

    width: int
    height: int
    title: Box
    lines: tuple[tuple[Box, str], ...]
    legend: tuple[tuple[Box, Sign, str], ...]
    sections: tuple[tuple[Box, Section], ...]
    tiles: tuple[tuple[Box, Tile], ...]
    pairs: tuple[tuple[Box, Box], ...]
    """Tiles joined by a line: theirs and ours."""
    elbows: tuple[tuple[Box, Box], ...]
    """Tiles joined by a line: who hangs from whom."""
    bows: tuple[tuple[Box, Box, int], ...]
    """Tiles joined by a dashed line that runs down at this distance from the left: who influences whom."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Return every rectangle with text in it."""
        return (
            self.title,
            *(box for box, _ in self.lines),
            *(box for box, *_ in self.legend),
            *(box for box, _ in self.sections),
            *(box for box, _ in self.tiles),
        )


def place(sheet: Sheet) -> Placed:
    """Put every part in its place: one person a row, so that nothing overlaps and a phone can scroll it."""
    order = {row.key: at for at, row in enumerate(row for section in sheet.sections for row in section.rows)}
    lanes = _lanes([line for line in sheet.influences if line[0] in order and line[1] in order], order)
    room = (max(lanes.values()) + 2) * LANE if lanes else 0
    width = WIDTH + room
    right = width - MARGIN
    title = Box(MARGIN, MARGIN, right, MARGIN + TITLE)
    lines, top = _stack(sheet.lines, title.bottom, right)
    explained, top = _stack([words for _, words in sheet.legend], top + (GAP if sheet.legend else 0), right)
    legend = tuple((box, sign, words) for (box, words), (sign, _) in zip(explained, sheet.legend, strict=True))
    top += GAP
    step = _step(sheet.sections)
    sections: list[tuple[Box, Section]] = []
    tiles: list[tuple[Box, Tile]] = []
    pairs: list[tuple[Box, Box]] = []
    elbows: list[tuple[Box, Box]] = []
    theirs: dict[int, Box] = {}
    for section in sheet.sections:
        sections.append((Box(MARGIN + room, top, right, top + SECTION), section))
        top += SECTION + GAP
        for row in section.rows:
            indent = min(row.depth * step, MOST_INDENT)
            lines_about = max(len(row.left.about), len(row.right.about) if row.right else 0)
            bottom = top + TILE + MORE * max(lines_about - 1, 0)
            left = Box(MARGIN + room + indent, top, right - OURS - BETWEEN, bottom)
            theirs[row.key] = left
            tiles.append((left, row.left))
            if row.right is not None:
                ours = Box(right - OURS, top, right, bottom)
                tiles.append((ours, row.right))
                pairs.append((left, ours))
            if row.above is not None and row.above in theirs and theirs[row.above].left < left.left:
                elbows.append((theirs[row.above], left))
            top = bottom + GAP
        top += GAP
    foot, top = _stack(sheet.foot, top, right)
    return Placed(
        width=width,
        height=top + MARGIN,
        title=title,
        lines=(*lines, *foot),
        legend=legend,
        sections=tuple(sections),
        tiles=tuple(tiles),
        pairs=tuple(pairs),
        elbows=tuple(elbows),
        bows=tuple((theirs[one], theirs[other], MARGIN + (lane + 1) * LANE) for (one, other), lane in lanes.items()),
    )


def _stack(lines: Sequence[str], top: int, right: int) -> tuple[tuple[tuple[Box, str], ...], int]:
    boxes = [Box(MARGIN, top + at * LINE, right, top + (at + 1) * LINE) for at in range(len(lines))]
    return tuple(zip(boxes, lines, strict=True)), top + len(lines) * LINE


def _step(sections: Sequence[Section]) -> int:
    """Return how far one level of the deepest tree stands to the right of the one above."""
    deepest = max((row.depth for section in sections for row in section.rows), default=0)
    return max(INDENT if deepest * INDENT <= MOST_INDENT else MOST_INDENT // deepest, 1)


def _lanes(lines: Sequence[tuple[int, int]], order: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Give each line the first lane in which no other runs beside it; the shortest stand nearest to the names."""
    spans = {line: (min(order[line[0]], order[line[1]]), max(order[line[0]], order[line[1]])) for line in lines}
    taken: list[list[tuple[int, int]]] = []
    found: dict[tuple[int, int], int] = {}
    for line, (first, last) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item)):
        free = (at for at, others in enumerate(taken) if all(last < start or end < first for start, end in others))
        lane = next(free, len(taken))
        if lane == len(taken) and lane < MOST_LANES:
            taken.append([])
        lane = min(lane, MOST_LANES - 1)
        taken[lane].append((first, last))
        found[line] = lane
    # Lanes are counted from the left, and the short lines should be near the names.
    return {line: len(taken) - 1 - lane for line, lane in found.items()}
