"""Our words and people's words, kept apart so that what a person typed can never become markup (F41)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD_JOINER = "\u2060"
"""Invisible; next to a formatting character it keeps Slack from reading ``*so*`` as bold."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKUP = re.compile(r"[*_~`]|:(?=[\w+'-]+:)")


@dataclass(frozen=True, slots=True)
class Typed:
    """Text of a person: shown literally wherever it stands."""

    text: str

    @property
    def plain(self) -> str:
        """Return the text for a plain_text element."""
        return self.text

    @property
    def mrkdwn(self) -> str:
        """Return the text so that Slack's markup shows it literally."""
        return _MARKUP.sub(rf"{_WORD_JOINER}\g<0>{_WORD_JOINER}", self.text.translate(_ENTITIES))


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
