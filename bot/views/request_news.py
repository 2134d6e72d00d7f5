"""Request news: what people and threads hear of a change, or of a time that has come."""

from bot.domain.request_results import Told
from bot.domain.requests import Request
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold
from bot.views.blocks import Block, Message, context, facts, message, quote, section
from bot.views.request_buttons import buttons
from bot.views.request_sentences import asked, escalated, marked, quietly, said, why, words

_PROMISES = frozenset({"request.accepted", "request.moved"})


def thread_line(told: Told, t: Translator) -> Message:
    """Tell the card's thread what changed."""
    sentence = said(told.request, told.entry, t)
    return message(sentence, section(marked(told.request, told.entry, sentence, t)), words(told.entry))


def news(told: Told, t: Translator) -> Message:
    """Tell somebody what changed, and what they can do now."""
    request = told.request
    sentence = said(request, told.entry, t, with_department=True)
    return message(
        quietly(request, sentence, t),
        section(marked(request, told.entry, sentence, t)),
        _later(told, t),
        words(told.entry),
        escalated(request, t),
        _reminder(request, t),
        context(why(told.because, request.department, t)),
        buttons(request, told.actions, t),
    )


def assigned(told: Told, t: Translator) -> Message:
    """Tell somebody that they take a request on."""
    request = told.request
    by, promised = (told.entry.actor, request.answer.promised_on) if request.answer else (told.entry.actor, None)
    sentence = t(
        "You take on {id}, promised for {day}.",
        id=Typed(request.short_id),
        day=t.day(promised or request.header.needed_by),
    )
    return message(
        sentence,
        section(bold(sentence)),
        quote(Typed(request.what)),
        facts(asked(request, t)),
        quote(Typed(request.answer.words)) if request.answer and request.answer.words else None,
        context(t("You get this because {person} named you.", person=t.person(by)) if by else NO_WORDS),
        buttons(request, told.actions, t),
    )


def reminder(told: Told, t: Translator) -> Message:
    """Remind of an answer or of a promise; the clock says this, nobody else."""
    request = told.request
    sentence = _due(told, t)
    return message(
        quietly(request, sentence, t),
        section(sentence),
        _reminder(request, t),
        context(
            t("late by {duration}", duration=t.duration(told.late)) if told.late else NO_WORDS,
            why(told.because, request.department, t),
        ),
        buttons(request, told.actions, t),
    )


def _due(told: Told, t: Translator) -> Words:
    request, header = told.request, told.request.header
    short_id = Typed(request.short_id)
    department = Typed(header.department.name) if header.department else t("KAM leads")
    promised = t.day(header.promised_on or header.needed_by)
    match told.entry.action:
        case "request.due_soon":
            return t("⏳ {id} is promised for {day}.", id=short_id, day=promised)
        case "request.late":
            return t("⏳ {id} was promised for {day} and is not delivered yet.", id=short_id, day=promised)
        case "request.overdue":
            return t("⏳ {id} is still open, and the time for an answer is over.", id=short_id)
        case "request.unanswered":
            return t(
                "❗ {department} has not answered {id} yet, long after the usual time.",
                department=department,
                id=short_id,
            )
        case _ if header.due_at is not None:
            return t("⏳ {id} waits for an answer, due {at}.", id=short_id, at=t.moment(header.due_at))
        case _:
            return t("⏳ {id} waits for an answer.", id=short_id)


def _later(told: Told, t: Translator) -> Block | None:
    """Say that a promise comes after the date it is needed."""
    request, answer = told.request, told.request.answer
    promised = answer.promised_on if answer else None
    if promised is None or promised <= request.header.needed_by or told.entry.action not in _PROMISES:
        return None
    return section(t("⏳ That is later than {day}, when you need it.", day=t.day(request.header.needed_by)))


def _reminder(request: Request, t: Translator) -> Block | None:
    """Recall what was asked, below what is new."""
    return facts([(t("Asked for"), Typed(request.header.headline)), (t("Account"), Typed(request.account.name))])
