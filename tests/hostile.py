"""Hostile questions: what people and machines type that no grammar expects, the same for the same seed."""

import random
from collections.abc import Iterator

_PIECES = (
    *("O'Brien", "AC/DC", "100 %", "R-12", "I-0", "E-999999999", '"', "'", "''", "\\", "*", "a*", "NEAR(a b)", "AND"),
    *("OR", "NOT", "(", ")", "a:b", "{a}", "[a]", "^a", "--", ";", "'; DROP TABLE search_notes", "' OR 1=1 --", "$1"),
    *("%s", "%", "_", "%(match)s", ":match", ":low", "{match}", "&", "|", "!", "<->", ":*", "\ud800", "\0", "\u202e"),
    *("\u200b", "\u200d", "🙂", "👨\u200d👩\u200d👧", "ﬀ", "İ", "ß", "@a1", "@nx", "@kpromise", "@mULEA", "<!channel>"),
    *("<@U1>", "search_index MATCH 'a'", "seit", "since", "Mai", "31.2", "0000-00-00", "99.99.9999", "vor", "99"),
    *("Wochen", "2099", "zwischen", "und", "bis", "KW", "Q4", "letzten", "last", "Zusagen", "offene", "Anfragen"),
    *("wer", "zuletzt", "meine", "Notizen", "Helvetia", "Medtech", "Lea", "a" * 5000, "\n", "\t", "٣", "²", "½"),
    *("mid-" * 1000 + "may", "ende-" * 400, "vor " * 300),
)


def hostile_questions(seed: int, count: int) -> Iterator[str]:
    """Yield questions of pieces that mean something to a parser, a database or Slack, and of any characters."""
    chance = random.Random(seed)
    for _ in range(count):
        pieces = [
            chance.choice(_PIECES) if chance.random() < 0.85 else chr(chance.randrange(0x11_0000))
            for _ in range(chance.randint(1, 12))
        ]
        yield chance.choice(("", " ")).join(pieces)
