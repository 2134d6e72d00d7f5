"""Reads typed marks as the rich text block that Slack's composer makes of them."""

import html
import re

from playground.blocks import Payload

LINK = r"https?://[^\s<>|]+[^\s<>|.,;:!?)\"'*_~`]"
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_PIECE = re.compile(
    r"(?<![\w*~`])(?P<mark>[*_~`])(?=\S)(?!(?P=mark))(?P<inner>(?:<[^<>\n]*>|[^\n<])+?)(?<=\S)(?P=mark)(?![\w*~`])"
    rf"|<(?P<entity>[^<>]+)>|(?P<link>{LINK})"
    # which names there are only the page knows; it shows an unknown one as it was typed
    r"|(?<!\w):(?P<emoji>[a-z][a-z0-9_+'-]*|[+-]1|100):"
)
_LINES = (
    (re.compile(r"&gt; ?"), {"type": "rich_text_quote"}),
    (re.compile(r"\s*[-•*] "), {"type": "rich_text_list", "style": "bullet", "indent": 0}),
    (re.compile(r"\s*\d+[.)] "), {"type": "rich_text_list", "style": "ordered", "indent": 0}),
)


def rich_text(text: str) -> Payload:
    """Return the block of a text in which names are marked and ``&``, ``<`` and ``>`` are escaped."""
    pieces = text.split("```")
    if len(pieces) % 2 == 0:  # the last code block has no end: it is none
        pieces[-2:] = ["```".join(pieces[-2:])]
    parts: list[Payload] = []
    for n, piece in enumerate(pieces):
        inside = piece.removeprefix("\n").removesuffix("\n") if len(pieces) > 1 else piece
        if n % 2:
            parts.append({"type": "rich_text_preformatted", "elements": [_text(inside, {})]})
        elif inside:
            _add_lines(parts, inside.split("\n"))
    return {"type": "rich_text", "elements": parts}


def _add_lines(parts: list[Payload], lines: list[str]) -> None:
    """Add lines; those of one kind that follow each other make one part."""
    for line in lines:
        mark, kind = next(
            ((match, kind) for pattern, kind in _LINES if (match := pattern.match(line))),
            (None, {"type": "rich_text_section"}),
        )
        pieces = _inline(line[mark.end() :] if mark else line, {})
        goes_on = bool(parts) and {**parts[-1], "elements": None} == {**kind, "elements": None}
        if kind["type"] == "rich_text_list":
            item = {"type": "rich_text_section", "elements": pieces}
            if goes_on:
                parts[-1]["elements"].append(item)
            else:
                parts.append({**kind, "elements": [item]})
        elif goes_on:
            parts[-1]["elements"] = _joined([*parts[-1]["elements"], _text("\n", {}), *pieces])
        else:
            parts.append({**kind, "elements": pieces})


def _inline(text: str, style: dict[str, bool]) -> list[Payload]:
    pieces: list[Payload] = []
    position = 0
    for match in _PIECE.finditer(text):
        pieces.append(_text(text[position : match.start()], style))
        pieces += _styled(match, style) if match["mark"] else [_marked(match, style)]
        position = match.end()
    return _joined([*pieces, _text(text[position:], style)])


def _styled(match: re.Match[str], style: dict[str, bool]) -> list[Payload]:
    deeper = {**style, _STYLES[match["mark"]]: True}
    if deeper == style:  # a mark within its own means nothing, and nothing nests for ever
        return [_text(match[0], style)]
    return [_text(match["inner"], deeper)] if match["mark"] == "`" else _inline(match["inner"], deeper)


def _marked(match: re.Match[str], style: dict[str, bool]) -> Payload:
    piece: Payload
    if match["emoji"]:
        piece = {"type": "emoji", "name": match["emoji"]}
    elif match["link"]:
        piece = {"type": "link", "url": html.unescape(match["link"])}
    elif match["entity"].startswith("@"):
        piece = {"type": "user", "user_id": match["entity"][1:].partition("|")[0]}
    elif match["entity"].startswith("#"):
        piece = {"type": "channel", "channel_id": match["entity"][1:].partition("|")[0]}
    else:
        piece = {"type": "link", "url": html.unescape(match["entity"])}
    return {**piece, "style": style} if style else piece


def _text(text: str, style: dict[str, bool]) -> Payload:
    piece = {"type": "text", "text": html.unescape(text)}
    return {**piece, "style": style} if style else piece


def _joined(pieces: list[Payload]) -> list[Payload]:
    """Make one of texts of one style that follow each other, and leave out empty ones."""
    joined: list[Payload] = []
    for piece in pieces:
        last = joined[-1] if joined else {}
        if piece["type"] == last.get("type") == "text" and piece.get("style") == last.get("style"):
            joined[-1] = {**last, "text": last["text"] + piece["text"]}
        elif piece.get("text") != "":
            joined.append(piece)
    return joined
