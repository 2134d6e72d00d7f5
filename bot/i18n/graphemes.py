"""Graphemes: what a reader takes for one character, so that a text is never cut inside one."""

import unicodedata

_NOT_LAST = " \t\n\u00a0.,;:!?…–—-·/([{„“‚‘«»"
"""What looks forgotten before an ellipsis."""


def end_of_grapheme(text: str, most: int) -> int:
    """Return the last end of a grapheme up to ``most``; a single longer one is given up."""
    end = most
    while end > 0 and continues(text, end):
        end -= 1
    return end


def end_of_words(text: str, most: int) -> int:
    """Return where to cut so that an ellipsis follows a whole word: up to ``most``, without marks that end a sentence.

    A word that is longer than half of the room is cut between graphemes.
    """
    end = end_of_grapheme(text, most)
    if end < len(text) and not text[end].isspace():
        end = next((at for at in range(end, end // 2, -1) if text[at - 1].isspace()), end)
    return len(text[:end].rstrip(_NOT_LAST)) or end


def continues(text: str, at: int) -> bool:
    """Tell whether a grapheme goes on here: accents, vowel signs, jamo, emoji in several parts, flags."""
    char = text[at]
    if _is_flag_half(char):
        halves = 0
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 1
    return (
        unicodedata.category(char) in {"Mn", "Mc", "Me"}
        or char in "\u200c\u200d"
        or text[at - 1] == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or "\u1160" <= char <= "\u11ff"
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
