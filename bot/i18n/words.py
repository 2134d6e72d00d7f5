"""Our words and people's words, kept apart so that what a person typed can never become markup (F41)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WORD_JOINER = "\u2060"
"""Invisible; next to a formatting character it keeps Slack from reading ``*so*`` as bold."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKUP = re.compile(r"[*_~`]|:(?=[\w+'-])|^&gt;")
_DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all that follows, ours included."""
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
        if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in line):
            return _ISOLATED.format(line)
        return line

    @property
    def mrkdwn(self) -> str:
        """Return the text so that Slack's markup shows it literally."""
        return _MARKUP.sub(rf"{_WORD_JOINER}\g<0>{_WORD_JOINER}", self.plain.translate(_ENTITIES))


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
    return Words(text.plain, f"*{text.mrkdwn}*" if text.plain.strip() else text.mrkdwn)


def mention(member_id: str, name: str) -> Words:
    """Mention a person so that Slack notifies them; only for who must act, once."""
    return Words(name, f"<@{member_id}>")


def joined(parts: Iterable[Text], between: str = " · ") -> Words:
    """Join the parts that have something to say; ``between`` is punctuation, never words."""
    kept = [part for part in parts if part.plain]
    return Words(between.join(part.plain for part in kept), between.join(part.mrkdwn for part in kept))
