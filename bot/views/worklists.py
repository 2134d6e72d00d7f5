"""Worklists: requests or conflicts a line each, with their filters and pages, and what to do where there is nothing."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.delivery import Subject
from bot.domain.escalations import OPEN
from bot.domain.worklists import (
    FILTERS,
    PROMISED,
    UNDER_WAY,
    UNPROMISED,
    Filter,
    Line,
    Listed,
    Scope,
    Shown,
    WhichAccount,
    Worklist,
)
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    MESSAGE_TEXT,
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    cut,
    message,
    search,
    section,
    select,
)
from bot.views.labels import N_, label, name_of

_FILTER: Mapping[Filter, str] = {
    Filter.UNDER_WAY: N_("Under way"),
    Filter.WAITING: N_("Waiting for me"),
    Filter.LATE: N_("⏳ Late"),
    Filter.CLOSED: N_("Closed"),
}
_EMPTY: Mapping[Shown, str] = {
    Filter.UNDER_WAY: N_("Nothing is under way here."),
    Filter.WAITING: N_("Nothing waits for you here."),
    Filter.LATE: N_("Nothing is late here."),
    Filter.CLOSED: N_("Nothing is closed here yet."),
}
_STATES = {Subject.REQUEST: labels.REQUEST_STATE, Subject.ESCALATION: labels.CONFLICT_STATE}
_WIDTHS = (120, 40, 12)
"""Characters of each name or headline in a line: fewer where a page of them would not fit into one message."""
_NAMED = 3
"""People named as being on something."""
_LINES = MESSAGE_TEXT - 1500
"""What the lines may take; the rest is for headline, filters and buttons."""


def listed(done: Listed | WhichAccount, t: Translator) -> Message:
    """Show a page of a list with its filters; or ask whose list is meant."""
    if isinstance(done, WhichAccount):
        return _which(done, t)
    headline, counts = _headline(done, t), _counts(done, t)
    lines = _lines(done, t)
    return message(
        joined([headline, counts], ": "),
        section(joined([bold(headline), counts], "\n")),
        _choices(done, t),
        *(section(line, _show(done.asked.subject, one, t)) for one, line in zip(done.found.lines, lines, strict=True)),
        *(_nothing(done, t) if not done.found.lines else ()),
        _pages(done, t),
        context(
            t("Page {page} of {pages}", page=done.asked.page + 1, pages=done.pages) if done.pages > 1 else NO_WORDS,
        ),
    )


def _which(done: WhichAccount, t: Translator) -> Message:
    sentence = t("I don't know “{name}” exactly. Which account do you mean?", name=Typed(cut(done.typed, 80)))
    offered = [(str(account.id), Typed(account.name)) for account in done.accounts]
    chosen = select(offered, placeholder=t("Choose an account"), action_id=_OF_ACCOUNT[done.subject])
    return message(sentence, section(sentence), actions(chosen))


_OF_ACCOUNT = {
    Subject.REQUEST: "requests.account",
    Subject.ESCALATION: "conflicts.account",
    Subject.PROMISE: "promises.account",
    Subject.NEXT_STEP: "todo.account",
    Subject.DEMAND: "demands.account",
    Subject.FAVOUR: "favours.account",
}


def _headline(done: Listed, t: Translator) -> Words:
    account = Typed(cut(done.account.name, _WIDTHS[0])) if done.account else NO_WORDS
    match done.asked.subject, done.asked.scope:
        case Subject.REQUEST, Scope.MINE:
            return t("Your requests")
        case Subject.REQUEST, Scope.DEPARTMENT:
            return t("Your department's requests")
        case Subject.REQUEST, _:
            return t("Requests for {account}", account=account)
        case _, Scope.MINE:
            return t("Your goal conflicts")
        case _, Scope.DEPARTMENT:
            return t("Your department's goal conflicts")
        case _:
            return t("Goal conflicts at {account}", account=account)


def _counts(done: Listed, t: Translator) -> Words:
    found, shown = done.found, done.asked.shown
    if not found.total:
        return NO_WORDS
    waiting = t.plural("{count} waits for you", "{count} wait for you", found.waiting)
    late = t.plural("⏳ {count} is late", "⏳ {count} are late", found.late)
    match shown:
        case Filter.WAITING:
            return joined([waiting, late if found.late else NO_WORDS])
        case Filter.LATE:
            return joined([late, waiting if found.waiting else NO_WORDS])
        case Filter.UNDER_WAY:
            count = t.plural("{count} is under way", "{count} are under way", found.total)
        case Filter.CLOSED:
            count = t.plural("{count} is closed", "{count} are closed", found.total)
        case state:
            count = joined([label(t, _STATES[done.asked.subject], state), t.number(found.total)], ": ")
    return joined([count, waiting if found.waiting else NO_WORDS, late if found.late else NO_WORDS])


def _choices(done: Listed, t: Translator) -> Block | None:
    """Offer the other scopes, another account, and the filters."""
    asked = done.asked
    return actions(
        button(t("Mine"), "worklist.mine", Worklist(asked.subject).key) if asked.scope is not Scope.MINE else None,
        button(t("My department's"), "worklist.department", Worklist(asked.subject, Scope.DEPARTMENT).key)
        if done.has_departments and asked.scope is not Scope.DEPARTMENT
        else None,
        search(_OF_ACCOUNT[asked.subject], t("An account's …")),
        select(
            [(asked.showing(shown).key, _filter(asked.subject, shown, t)) for shown in FILTERS[asked.subject]],
            asked.showing(asked.shown).key,
            action_id="worklist.filter",
        ),
    )


def _filter(subject: Subject, shown: Shown, t: Translator) -> Words:
    return t(_FILTER[shown]) if isinstance(shown, Filter) else label(t, _STATES[subject], shown)


def _show(subject: Subject, line: Line, t: Translator) -> Element:
    return button(t("Show"), f"{subject}.show", line.id)


def _lines(done: Listed, t: Translator) -> list[Words]:
    """Write the lines as long as a page of them fits into one message; at last without names."""
    subject, found = done.asked.subject, done.found.lines
    for width in _WIDTHS:
        lines = [_line(subject, line, t, width) for line in found]
        if sum(len(line.mrkdwn) for line in lines) <= _LINES:
            return lines
    bare = [replace(line, headline="", departments=(), asker=None, owners=()) for line in found]
    return [_line(subject, line, t, _WIDTHS[-1]) for line in bare]


def _line(subject: Subject, line: Line, t: Translator, width: int) -> Words:
    """Say sign, id and headline; below it state, account, who asks whom, who is on it, and when it is due."""
    sign, _, word = label(t, _STATES[subject], line.state).plain.partition(" ")
    owners = _owners(line, t, width) if line.state in UNDER_WAY[subject] else NO_WORDS
    first = joined([bold(Typed(line.short_id)), _short(line.headline, width)])
    second = joined(
        [
            bold(t("waits for you")) if line.waits else NO_WORDS,
            t("⏳ late") if line.is_late else NO_WORDS,
            Words(word, word),
            joined([Words("🔒", "🔒") if line.account.restricted else NO_WORDS, _short(line.account.name, width)], " "),
            _asked(subject, line, t, width),
            t("with {people}", people=owners) if owners else NO_WORDS,
            _due(subject, line, t),
        ]
    )
    return joined([joined([Words(sign, sign), first], " "), second], "\n")


def _owners(line: Line, t: Translator, width: int) -> Words:
    named = [name_of(t, owner, width) for owner in line.owners[:_NAMED]]
    rest = len(line.owners) - len(named)
    return t.all_of([*named, *([t.plural("{count} more person", "{count} more people", rest)] if rest else [])])


def _asked(subject: Subject, line: Line, t: Translator, width: int) -> Words:
    asker = name_of(t, line.asker, width) if line.asker else NO_WORDS
    if subject is Subject.ESCALATION:
        sides = joined([_short(name, width) for name in line.departments], " ↔ ")
        return joined([sides, t("{person} asks for backing", person=asker) if asker else NO_WORDS])
    department = _short(line.departments[0], width) if line.departments else NO_WORDS
    if asker and department:
        return t("{person} asks {department}", person=asker, department=department)
    return t("{person} asks", person=asker) if asker else joined([department])


def _due(subject: Subject, line: Line, t: Translator) -> Words:
    if line.closed_at is not None:
        return t("closed {day}", day=t.local_day(line.closed_at))
    if line.answer_by is not None:
        return t("answer due {at}", at=t.moment(line.answer_by))
    if line.due is None:
        return NO_WORDS
    day = t.day(line.due)
    if subject is Subject.ESCALATION:
        return t("decision by {day}", day=day) if line.state in OPEN else NO_WORDS
    if line.state in PROMISED:
        return t("promised for {day}", day=day)
    return t("needed by {day}", day=day) if line.state in UNPROMISED else NO_WORDS


def _nothing(done: Listed, t: Translator) -> list[Block | None]:
    """Say that there is nothing, and what to do next."""
    asked = done.asked
    nothing = t(_EMPTY[asked.shown]) if asked.shown in _EMPTY else t("Nothing is in this state here.")
    if asked.shown is not Filter.UNDER_WAY:
        return [section(joined([nothing, t("Another filter may show more.")], " "))]
    if asked.scope is Scope.DEPARTMENT and not done.has_departments:
        return [section(t("You belong to no department here, so there is no queue of yours."))]
    if asked.subject is Subject.REQUEST:
        hint = t("Ask a department for what your customer needs: Request, or /kam-request.")
        start = button(t("Request"), "request.start", _account(done))
    else:
        hint = t("Where two sides cannot settle it, ask the sponsor for backing: Escalate, or /kam-escalate.")
        start = button(t("Escalate"), "escalation.start", _account(done))
    return [section(joined([nothing, hint], " ")), actions(start)]


def _account(done: Listed) -> int | str:
    return done.account.id if done.account else ""


def _pages(done: Listed, t: Translator) -> Block | None:
    asked = done.asked
    return actions(
        button(t("Back"), "worklist.back", asked.turned(-1).key) if asked.page else None,
        button(t("More"), "worklist.more", asked.turned(1).key) if asked.page + 1 < done.pages else None,
    )


def _short(text: str, most: int) -> Typed:
    return Typed(cut(" ".join(text.split()), most))
