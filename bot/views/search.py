"""Search: what is known with its sources, the filters read from the question, and who may know."""

from bot.domain.delivery import Subject
from bot.domain.search import SHOWN, Answer, Answered, NothingAsked
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views.blocks import Block, Message, actions, button, context, cut, message, quote, section

_QUOTE = 900
"""Characters of one answer; five of them with their sources stay inside Slack's limit for a message."""
_NAME = 120
_ASKED = 200


def answered(done: Answered | NothingAsked, t: Translator) -> Message:
    """Show a page of answers; or that nothing is known, and who may know; or how to ask."""
    if isinstance(done, NothingAsked):
        return _how_to_ask(t)
    return _known(done, t) if done.answers else _unknown(done, t)


def _known(done: Answered, t: Translator) -> Message:
    headline = t("What is known about “{question}”", question=_short(done.question, _ASKED))
    blocks: list[Block | None] = []
    for answer in done.answers:
        blocks.extend(_hit(answer, t))
    return message(headline, section(bold(headline)), _filters(done, t), *blocks, _pages(done, t))


def _hit(answer: Answer, t: Translator) -> list[Block | None]:
    source = context(
        t.person(answer.author) if answer.author else _entry(answer, t),
        t.local_day(answer.at),
        _short(answer.account.name, _NAME),
        Typed(answer.short_id) if answer.short_id else NO_WORDS,
        t("🔒 restricted") if answer.account.restricted else NO_WORDS,
    )
    heading = section(bold(_short(answer.heading, _NAME))) if answer.heading else None
    return [heading, quote(Typed(answer.text), _QUOTE) if answer.text else None, source]


def _entry(answer: Answer, t: Translator) -> Words:
    """Name the source of what no single person wrote."""
    match answer.about.subject:
        case Subject.CONTACT:
            return t("Contact's entry")
        case Subject.ESCALATION:
            return t("Decision")
        case _:
            return t("Account's entry")


def _filters(done: Answered, t: Translator) -> Block | None:
    account, person = done.account, done.person
    return context(
        t("Account: {account}", account=_short(account.name, _NAME)) if account else NO_WORDS,
        t("Person: {person}", person=_short(person.name, _NAME)) if person else NO_WORDS,
    )


def _pages(done: Answered, t: Translator) -> Block | None:
    if done.draft_id is None:
        return None
    back, more = done.offset - SHOWN, done.offset + SHOWN
    return actions(
        button(t("Back"), "ask.back", f"{done.draft_id}:{max(back, 0)}") if done.offset else None,
        button(t("More"), "ask.more", f"{done.draft_id}:{more}") if done.more else None,
    )


def _unknown(done: Answered, t: Translator) -> Message:
    if done.offset:
        sentence = t("That is all that is known about “{question}”.", question=_short(done.question, _ASKED))
    else:
        sentence = t("Nothing is known about “{question}” yet.", question=_short(done.question, _ASKED))
    people = t.either(tuple(done.who_may_know))
    ask_them = t("{people} may know.", people=people) if people else NO_WORDS
    said = joined([sentence, ask_them], " ")
    return message(said, section(said), _filters(done, t), _pages(done, t))


def _how_to_ask(t: Translator) -> Message:
    sentence = t("Ask in your own words; name an account or a person to narrow it down.")
    example = t("For example: {example}", example=t("/kam-ask delivery date Helvetia"))
    return message(sentence, section(sentence), context(example))


def _short(text: str, most: int) -> Typed:
    return Typed(cut(" ".join(text.split()), most))
