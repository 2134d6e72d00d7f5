"""Our words and people's words, kept apart so that what a person typed can never become markup (F41)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WORD_JOINER = "\u2060"
"""Invisible; inside ``:tada:`` or before a leading ``>`` it keeps Slack from reading them as markup."""
_HAIR_SPACE = "\u200a"
"""The thinnest space; emphasis needs a character that is none beside its mark, so ``*so*`` stays as typed."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MAY_BE_MARKUP = re.compile(r"[&<>`*_~:]")
"""One of these is in all that Slack could read as markup; most names have none."""
_EMPHASIS = re.compile(r"[*_~]")
_OTHER_MARKUP = re.compile(r":(?=[\w+'-])|^&gt;")
_BACKTICK = "\u02cb"
"""Looks like a backtick and, unlike it, begins no code."""
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all that follows, ours included."""
_MAY_TURN = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""The blocks of scripts written from right to left; most texts have nothing of them."""
_ISOLATED = "\u2068{}\u2069"
"""Right-to-left text keeps its direction to itself (F40)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Text of a person: shown literally wherever it stands.

    In a sentence or label it is one line, so that it cannot begin a line that looks like ours; ``text`` keeps every
    character for a quote.
    """

    text: str

    @property
    def plain(self) -> str:
        """Return the text for a plain_text element."""
        line = " ".join(_DIRECTIONS.sub("", self.text).split())
        if _MAY_TURN.search(line) and any(unicodedata.bidirectional(char) in {"R", "AL"} for char in line):
            return _ISOLATED.format(line)
        return line

    @property
    def mrkdwn(self) -> str:
        """Return the text so that Slack's markup shows it literally."""
        line = self.plain
        if not _MAY_BE_MARKUP.search(line):
            return line
        escaped = line.translate(_ENTITIES).replace("`", _BACKTICK)
        loosened = _EMPHASIS.sub(rf"{_HAIR_SPACE}\g<0>{_HAIR_SPACE}", escaped)
        return _OTHER_MARKUP.sub(rf"{_WORD_JOINER}\g<0>{_WORD_JOINER}", loosened)


@dataclass(frozen=True, slots=True)
class Words:
    """Text of ours, already in the reader's language, in both of Slack's notations."""

    plain: str
    mrkdwn: str

    def __bool__(self) -> bool:
        return bool(self.plain)


Text = Words | Typed
NO_WORDS = Words("", "")


def bold(text: Text) -> Words:
    """Emphasise within a sentence."""
    if not text.plain.strip():
        return Words(text.plain, text.mrkdwn)
    # The mark of the emphasis must not touch a space, not even the thinnest.
    before, after = (_WORD_JOINER if text.mrkdwn[at] == _HAIR_SPACE else "" for at in (0, -1))
    return Words(text.plain, f"*{before}{text.mrkdwn}{after}*")


def mention(member_id: str, name: str) -> Words:
    """Mention a person so that Slack notifies them; only for who must act, once."""
    return Words(name, f"<@{member_id}>")


def linked(text: Text, url: str | None) -> Words:
    """Let words of ours lead to a Slack message; without an address they are only words."""
    return Words(text.plain, f"<{url}|{text.mrkdwn}>" if url else text.mrkdwn)


def joined(parts: Iterable[Text], between: str = " · ") -> Words:
    """Join the parts that have something to say; ``between`` is punctuation, never words."""
    kept = [part for part in parts if part.plain]
    return Words(between.join(part.plain for part in kept), between.join(part.mrkdwn for part in kept))
