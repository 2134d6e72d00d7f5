"""Requests: the answer to who asked, the card where it is answered, and the request as its reader may see it."""

from collections.abc import Sequence

from bot.domain.history import Entry
from bot.domain.request_results import (
    CardMoved,
    HeaderShown,
    RequestCard,
    RequestJoined,
    RequestSent,
    RequestShown,
)
from bot.domain.requests import Header
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined, mention
from bot.views import histories, labels
from bot.views.blocks import Block, Message, context, facts, message, quote, section
from bot.views.labels import label
from bot.views.request_buttons import buttons
from bot.views.request_sentences import body, headline, news, result, signed, who_sees, why
from bot.views.request_times import answer_time, short_notice

_BEFORE = 600
"""Characters of each thing that was said before another department got a request."""


def sent(done: RequestSent, t: Translator) -> Message:
    """Answer the requester: with whom it is, when an answer usually comes, who sees it."""
    request, department = done.request, done.request.department
    headline = _where_it_is(done, t)
    return message(
        headline,
        section(bold(headline)),
        quote(Typed(request.what)),
        facts([(t("Account"), Typed(request.account.name)), (t("Needed by"), t.day(request.header.needed_by))]),
        section(short_notice(department, done.warning, t)) if department and done.warning else None,
        context(
            answer_time(department, done.answer, t) if department and done.answer else NO_WORDS,
            who_sees(request, done.desk, t),
        ),
    )


def joined_in(done: RequestJoined, t: Translator) -> Message:
    """Answer somebody who joined: what it is, and where it stands."""
    request = done.request
    sentence = t(
        "You are part of {id} now, which {person} asked for.",
        id=Typed(request.short_id),
        person=t.person(request.requester),
    )
    return message(
        sentence,
        section(bold(sentence)),
        *body(request, t),
        *result(request, t),
        context(t("You hear what becomes of it.")),
    )


def card(shown: RequestCard | CardMoved, t: Translator) -> Message:
    """Show the request where it is answered: in the department's channel or somebody's DM."""
    if isinstance(shown, CardMoved):
        return _moved(shown, t)
    request, last = shown.request, shown.last
    return message(
        news(request, t),
        *body(request, t),
        section(t("{person}, please answer.", person=mention(shown.calls.id, shown.calls.name)))
        if shown.calls
        else None,
        section(short_notice(request.department, shown.warning, t)) if request.department and shown.warning else None,
        section(t("⏳ The time within which an answer was due is over.")) if shown.usual_passed else None,
        *_said_before(shown.before, t),
        *result(request, t),
        context(
            why(shown.because, shown.desk.department, t),
            who_sees(request, shown.desk, t),
            _last_change(last, t) if last else NO_WORDS,
        ),
        buttons(request, shown.actions, t),
    )


def shown(done: RequestShown | HeaderShown, t: Translator) -> Message:
    """Show a request as its reader may see it, with what they can do and what happened."""
    if isinstance(done, HeaderShown):
        return _header(done.header, t)
    request = done.request
    return message(
        news(request, t),
        *body(request, t),
        section(short_notice(request.department, done.warning, t)) if request.department and done.warning else None,
        *result(request, t),
        histories.recent(request.about, done.history, t),
        buttons(request, done.actions, t),
    )


def _moved(shown: CardMoved, t: Translator) -> Message:
    """Say on a card where the request went; nothing of it that its reader may not know."""
    named = joined([bold(Typed(shown.short_id)), Typed(shown.headline)])
    if shown.department is None:
        sentence = t("↪️ {id} is answered elsewhere.", id=named)
    else:
        sentence = t("↪️ {id} is with {department}.", id=named, department=Typed(shown.department.name))
    return message(sentence, section(sentence))


def _said_before(entries: Sequence[Entry], t: Translator) -> list[Block]:
    """Quote what was said before another department got it."""
    said: list[Block] = []
    for entry in entries:
        who = t.person(entry.actor) if entry.actor else NO_WORDS
        said += [section(t(histories.SENTENCES[entry.action], person=who)), quote(Typed(entry.words or ""), _BEFORE)]
    return said


def _last_change(last: Entry, t: Translator) -> Words:
    who = t.person(last.actor) if last.actor else NO_WORDS
    return t("last change: {person}, {at}", person=who, at=t.moment(last.at))


def _where_it_is(done: RequestSent, t: Translator) -> Words:
    short_id, people = Typed(done.request.short_id), t.all_of([t.person(member) for member in done.desk.told])
    department = done.request.department
    if department is None:
        return t("No department is set up yet, so {id} is with {people}", id=short_id, people=people)
    name = Typed(department.name)
    if done.desk.stands_in:
        return t(
            "Nobody answers for {department} at the moment, so {id} is with {people}",
            department=name,
            id=short_id,
            people=people,
        )
    return t("{id} is with {department}", id=short_id, department=name)


def _header(header: Header, t: Translator) -> Message:
    """Show what the company may know: no names of people, no reasons."""
    department = Typed(header.department.name) if header.department else NO_WORDS
    return message(
        joined([Typed(header.short_id), Typed(header.headline)]),
        section(signed(header, headline(header), t)),
        facts(
            [
                (t("Account"), Typed(header.account.name)),
                (t("Department"), department),
                (t("Status"), label(t, labels.REQUEST_STATE, header.state)),
                (t("Needed by"), t.day(header.needed_by)),
                (t("Promised for"), t.day(header.promised_on) if header.promised_on else NO_WORDS),
            ]
        ),
        context(t("Requester, department and account team see more of it.")),
    )
