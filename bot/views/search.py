"""Search: what is known with its sources, the filters read from the question, and who may know."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.asked_days import Days
from bot.domain.asked_periods import ONE_DAY
from bot.domain.matters import Matter
from bot.domain.members import Person
from bot.domain.search import FIRST_PAGE, SHOWN, Answered, Filter, Nearby, NothingAsked, PassedOn
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views.blocks import Block, Message, actions, button, context, message, quote, section
from bot.views.labels import N_, label
from bot.views.search_direct import straight
from bot.views.search_hits import NAME, QUOTE, hit, one_line, value_of

_ASKED = 200
_ASKABLE = 3
"""People with a button: the closest."""


def answered(done: Answered | NothingAsked, t: Translator) -> Message:
    """Show a page of answers; or that nothing is known, and who may know; or how to ask."""
    if isinstance(done, NothingAsked):
        return _how_to_ask(done, t)
    return _known(done, t) if done.answers or done.direct else _unknown(done, t)


def _known(done: Answered, t: Translator) -> Message:
    headline = t("What is known about “{question}”", question=one_line(done.question, _ASKED))
    blocks: list[Block | None] = []
    for answer in done.answers:
        blocks.extend(hit(answer, t))
    first = straight(done.direct, t)
    near = _near(done, t)
    top = (section(bold(headline)), *_filters(done, t), _undecided(done, t))
    return message(headline, *top, first, *blocks, *near, _pages(done, t))


def _undecided(done: Answered, t: Translator) -> Block | None:
    """Say where open conflicts are: the index has those that are decided."""
    if done.matter is Matter.CONFLICTS and done.account is None:
        return context(t("Without an account only decided conflicts are found. Name one to see its open conflicts."))
    if done.matter is not Matter.OPEN_CONFLICTS or done.direct is not None or done.page.offset:
        return None
    if done.account is None:
        return context(t("Open conflicts are listed by account. Name one to see its open conflicts."))
    name = one_line(done.account.name, NAME)
    return context(t("/kam conflicts {account} lists the open conflicts.", account=name))


def _near(done: Answered, t: Translator) -> list[Block | None]:
    """Show what comes nearest, and say that it is no answer."""
    near = done.nearby
    if near is None:
        return []
    lead = _newest(done, near, t) if near.is_wordless else t(_NEAR[near.without])
    return [section(bold(lead)), *(block for answer in near.answers for block in hit(answer, t))]


def _newest(done: Answered, near: Nearby, t: Translator) -> Words:
    """Say whose newest notes are shown: about whom, by whom, and what of the question they leave out."""
    left_out = t("at another time and without these words") if near.without else t("without these words")
    about = done.person or done.account
    whom = one_line(about.name, NAME) if about else NO_WORDS
    if done.colleague is None:
        if about is None:
            return t("The newest {left_out}:", left_out=left_out)
        return t("The newest about {whom}, {left_out}:", whom=whom, left_out=left_out)
    author = _colleague(done.colleague, t)
    if about is None:
        return t("The newest by {person}, {left_out}:", person=author, left_out=left_out)
    return t("The newest by {person} about {whom}, {left_out}:", person=author, whom=whom, left_out=left_out)


def _filters(done: Answered, t: Translator) -> tuple[Block | None, Block | None]:
    """Show what the question was narrowed to, and a button for each to ask again without it."""
    kept = [(one, words) for one, words in _applied(done, t) if words]
    if done.draft_id is None:
        return context(*(words for _, words in kept)), None
    return (
        context(*(words for _, words in kept)),
        actions(
            button(t("As asked"), "ask.as_asked", f"{done.draft_id}:{FIRST_PAGE.number}")
            if done.page.without
            else None,
            *(
                button(t(_WITHOUT[one]), f"ask.{_ACTION[one]}", f"{done.draft_id}:{done.page.dropping(one).number}")
                for one, _ in kept
            ),
        ),
    )


def _applied(done: Answered, t: Translator) -> tuple[tuple[Filter, Words], ...]:
    account, person, colleague = done.account, done.person, done.colleague
    return (
        (Filter.ACCOUNT, t("Account: {account}", account=one_line(account.name, NAME)) if account else NO_WORDS),
        (Filter.PERSON, t("Person: {person}", person=one_line(person.name, NAME)) if person else NO_WORDS),
        (Filter.COLLEAGUE, t("Written by: {person}", person=_colleague(colleague, t)) if colleague else NO_WORDS),
        (Filter.TIME, t("Time: {days}", days=_days(done.days, t)) if done.days else NO_WORDS),
        (Filter.MATTER, t("Kind: {kind}", kind=label(t, _MATTER, done.matter)) if done.matter else NO_WORDS),
    )


def _colleague(person: Person, t: Translator) -> Words:
    return t.person(replace(person, name=one_line(person.name, NAME).text))


def _days(days: Days, t: Translator) -> Words:
    """Write a time: one day, from one to another, or from or up to a day, which may be the one beside it."""
    first, last = days.first, days.last
    if first and last:
        return t.day(first) if first == last else t("{first} to {last}", first=t.day(first), last=t.day(last))
    if first:
        return t("after {day}", day=t.day(first - ONE_DAY)) if days.is_beside else t("since {day}", day=t.day(first))
    if last:
        return t("before {day}", day=t.day(last + ONE_DAY)) if days.is_beside else t("until {day}", day=t.day(last))
    return NO_WORDS


_NEAR: Mapping[Filter, str] = {
    Filter.TIME: N_("At another time:"),
    Filter.COLLEAGUE: N_("What others wrote:"),
    Filter.TIME | Filter.COLLEAGUE: N_("What others wrote, whenever it was:"),
}
_WITHOUT: Mapping[Filter, str] = {
    Filter.ACCOUNT: N_("All accounts"),
    Filter.PERSON: N_("All contacts"),
    Filter.COLLEAGUE: N_("By anybody"),
    Filter.TIME: N_("Any time"),
    Filter.MATTER: N_("All kinds"),
}
_ACTION: Mapping[Filter, str] = {
    Filter.ACCOUNT: "any_account",
    Filter.PERSON: "any_person",
    Filter.COLLEAGUE: "any_colleague",
    Filter.TIME: "any_time",
    Filter.MATTER: "any_kind",
}
_MATTER: Mapping[str, str] = {
    Matter.PROMISES: N_("promises"),
    Matter.REQUESTS: N_("requests"),
    Matter.OPEN_PROMISES: N_("promises still to be kept"),
    Matter.OPEN_REQUESTS: N_("requests that wait for an answer"),
    Matter.CONFLICTS: N_("goal conflicts"),
    Matter.OPEN_CONFLICTS: N_("goal conflicts that nobody has decided yet"),
    Matter.DECISIONS: N_("decisions"),
    Matter.CONTACTS: N_("contacts"),
    Matter.VISITS: N_("visits"),
    Matter.MEETINGS: N_("meetings"),
    Matter.TALKS: N_("conversations"),
    Matter.CALLS: N_("calls"),
    Matter.COMPLAINTS: N_("complaints"),
    Matter.SATISFACTION: N_("satisfaction"),
    Matter.RISKS: N_("risks"),
    Matter.IDEAS: N_("ideas"),
}


def _pages(done: Answered, t: Translator) -> Block | None:
    page, kept = done.page, done.draft_id is not None
    back, more = page.turned(page.offset - SHOWN).number, page.turned(page.offset + SHOWN).number
    near = done.nearby.answers if done.nearby else ()
    answers = " ".join(value_of(answer) for answer in (*done.answers, *near))
    return actions(
        button(t("Back"), "ask.back", f"{done.draft_id}:{back}") if kept and page.offset else None,
        button(t("More"), "ask.more", f"{done.draft_id}:{more}") if kept and done.more else None,
        button(t("Share …"), "ask.share", answers) if answers else None,
    )


def _unknown(done: Answered, t: Translator) -> Message:
    if done.page.offset:
        sentence = t("That is all that is known about “{question}”.", question=one_line(done.question, _ASKED))
    else:
        sentence = t("Nothing is known about “{question}” yet.", question=one_line(done.question, _ASKED))
    people = t.either(tuple(done.who_may_know))
    may_know = t("{people} may know.", people=people) if people else NO_WORDS
    said = joined([sentence, may_know], " ")
    asked = [t.person(person) for person in done.who_may_know if person.id in done.asked]
    told = t("Your question went to {people} by direct message.", people=t.all_of(asked)) if asked else NO_WORDS
    ask_them = (_who_to_ask(done, t), context(told))
    top = (section(said), *_filters(done, t), _undecided(done, t))
    return message(said, *top, *ask_them, *_near(done, t), _pages(done, t))


def _who_to_ask(done: Answered, t: Translator) -> Block | None:
    """Offer to pass the question on."""
    if done.draft_id is None:
        return None
    left = [person for person in done.who_may_know if person.id not in done.asked]
    return actions(
        *(
            button(t("Ask {person}", person=t.person(person)), f"ask.person{place}", f"{person.id}:{done.draft_id}")
            for place, person in enumerate(left[:_ASKABLE])
        )
    )


def passed_on(done: PassedOn, t: Translator) -> Message:
    """Show a colleague's question to somebody who may know the answer, and why they see it."""
    headline = t("{person} has a question you may know the answer to", person=t.person(done.asker))
    where = t("asked in #{channel}", channel=Typed(done.channel_name)) if done.channel_name else NO_WORDS
    return message(
        headline,
        section(bold(headline)),
        quote(Typed(done.question), QUOTE),
        section(
            t("Write to {person} directly. What you log is found by whoever asks next.", person=t.person(done.asker))
        ),
        actions(button(t("Log what I know"), "log.start")),
        context(
            where,
            t(
                "You see this because of your topics, your accounts or what you logged, or as KAM lead; nothing is "
                "stored about it yet."
            ),
        ),
    )


def _how_to_ask(done: NothingAsked, t: Translator) -> Message:
    too_little = (
        t("“{question}” says too little to look for.", question=one_line(done.question, _ASKED))
        if done.question
        else NO_WORDS
    )
    hint = t("Ask in your own words; name an account, a person or a time to narrow it down.")
    sentence = joined([too_little, hint], " ")
    example = t("For example: {example}", example=t("/kam-ask delivery date Helvetia since May"))
    return message(sentence, section(sentence), context(example))
