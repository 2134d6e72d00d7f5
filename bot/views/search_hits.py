"""Search hits: one answer with its source, wherever it is shown."""

from bot.domain.delivery import Subject
from bot.domain.search import Answer
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, linked
from bot.views.blocks import Block, context, cut, quote, section
from bot.views.labels import narrowed

QUOTE = 900
"""Characters of one answer; five of them with their sources stay inside Slack's limit for a message."""
NAME = 120
_WORD = 40


def value_of(answer: Answer) -> str:
    """Name an answer as buttons and forms carry it."""
    return f"{answer.about.subject}:{answer.about.id}"


def hit(answer: Answer, t: Translator) -> list[Block | None]:
    """Show one answer: whom it is about, the words, and the source."""
    source = context(
        t.person(answer.author) if answer.author else _entry(answer, t),
        t.local_day(answer.at),
        t("planned") if answer.at.astimezone(t.zone).date() > t.today else NO_WORDS,
        t("Promise") if answer.about.subject is Subject.PROMISE else NO_WORDS,
        one_line(answer.account.name, NAME),
        linked(Typed(answer.short_id), answer.link) if answer.short_id else NO_WORDS,
        t("🔒 restricted") if answer.account.restricted else NO_WORDS,
        narrowed(t, answer.visibility),
        t("similar to “{words}”", words=_similar(answer)) if answer.similar_to else NO_WORDS,
    )
    heading = section(bold(one_line(answer.heading, NAME))) if answer.heading else None
    return [heading, quote(Typed(answer.text), QUOTE) if answer.text else None, source]


def _similar(answer: Answer) -> Typed:
    return Typed(", ".join(cut(word, _WORD) for word in answer.similar_to))


def _entry(answer: Answer, t: Translator) -> Words:
    """Name the source of what no single person wrote."""
    match answer.about.subject:
        case Subject.CONTACT:
            return t("Contact entry")
        case Subject.ESCALATION:
            return t("Goal conflict")
        case Subject.REQUEST:
            return t("Request")
        case _:
            return t("Account entry")


def one_line(text: str, most: int) -> Typed:
    """Return a person's words as one short line."""
    return Typed(cut(" ".join(text.split()), most))
