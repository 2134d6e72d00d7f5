"""Names as people type them: cleaned, compared, nearly matched."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiner: part of emoji and of several scripts, so kept in text and dropped from keys."""
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Hangul fillers and the empty Braille cell: letters by their category, blank on the screen."""

_KEYBOARDS = str.maketrans("\u2019\u2018\u02bc\u00b4`\u2010\u2011\u2013\u2014\u2212", "'''''-----")
"""Apostrophes and dashes as phones and word processors set them, and those of a keyboard."""


def tidy(text: str) -> str:
    """Clean what came from outside so that every database stores it and gives it back unchanged.

    Lone surrogates and NUL cannot be stored and become U+FFFD; other control characters vanish; ends are trimmed.
    What has no visible character is empty.
    """
    if text.isprintable():
        return text.strip() if any(map(_is_visible, text)) else ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        "\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char
        for char in lines
        if char in "\0\n\t" or unicodedata.category(char) != "Cc"
    )
    cleaned = "".join(kept).strip()
    return cleaned if any(_is_visible(char) for char in cleaned) else ""


def one_line(text: str) -> str:
    """Fold all white space to single spaces and drop invisible format characters: a name, a headline."""
    cleaned = tidy(text)
    if cleaned.isprintable():
        return " ".join(cleaned.split())
    visible = "".join(char for char in cleaned if char in _JOINERS or unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


def match_key(name: str) -> str:
    r"""Return what two names have in common when people would call them the same (F40).

    Compatibility forms, case, format characters, apostrophes and dashes are folded: ``"Ｈelvetia\u200b "`` and
    ``"HELVETIA"`` match, and so do ``"O\u2019Brien"`` and ``"O'Brien"``.
    """
    folded = unicodedata.normalize("NFKC", name.translate(_KEYBOARDS)).casefold()
    bare = "".join(char for char in folded if unicodedata.category(char) not in {"Cf", "Cc"} or char in " \n\t")
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_KEYBOARDS).split())


def distance(left: str, right: str, most: int) -> int:
    """Count the edits (insert, drop, replace, swap) from one key to the other; ``most + 1`` stands for more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, char in enumerate(left, start=1):
        line = [row]
        for column, other in enumerate(right, start=1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (char != other))
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)


def closeness(typed: str, name: str) -> float:
    """Rate from 0 to 1 how much two keys share, by trigrams.

    The same name comes first, then one that begins as typed, then one of whose words begins so.
    """
    if not typed or not name:
        return 0.0
    if name.startswith(typed):
        return 1.0 if name == typed else 0.99
    if f" {typed}" in name:
        return 0.9
    ours, theirs = _trigrams(typed), _trigrams(name)
    shared = len(ours & theirs)
    return shared / (len(ours) + len(theirs) - shared)


def closeness_by_word(typed: str, name: str) -> float:
    """Rate a name by the best of itself and its words: a surname may be all that was typed."""
    return max(closeness(typed, part) for part in (name, *name.split()))


def is_part(key: str, name: str) -> bool:
    """Tell whether a key is a part of its own of a name, such as the surname."""
    return bool(key) and f" {key} " in f" {match_key(name)} "


def _is_visible(char: str) -> bool:
    """Tell whether a character leaves a trace on the screen."""
    return not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"} and char not in _BLANK_LETTERS


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
