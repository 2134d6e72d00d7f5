"""Request sentences: what a request says of itself and of each thing that happened to it, on cards and in messages."""

from collections.abc import Mapping

from bot.domain.access import Visibility
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.members import Person
from bot.domain.request_desks import Desk
from bot.domain.request_life import LIFE, RECORDED, Because
from bot.domain.request_times import CONFIRM_DAYS
from bot.domain.requests import Header, Offer, Request, State
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.i18n.words import Text
from bot.views import labels
from bot.views.blocks import Block, facts, quote, section
from bot.views.labels import N_, label

_SIGNS: Mapping[str, State] = {
    RECORDED[rule.action]: rule.to for rule in LIFE.rules if rule.to is not None and rule.action in RECORDED
}
_ANSWERED = (State.ACCEPTED, State.DECLINED, State.COUNTERED)
_PASSED = Words("↪️", "↪️")
_OTHER_SIGNS: Mapping[str, str] = {
    "request.passed_on": "↪️",
    "request.taken_over": "↪️",
    "request.left": "↪️",
    "request.moved": "⏳",
    "request.joined": "🤝",
}


_STANDS: Mapping[State, str] = {
    State.QUESTION: N_("{person} asks back about {id}:"),
    State.DELIVERED: N_("{person} delivered {id}."),
    State.CONFIRMED: N_("{id} is delivered and confirmed."),
    State.REOPENED: N_("{id} is open again: something is still missing."),
    State.WITHDRAWN: N_("{id} is withdrawn: it is not needed any more."),
}
_SAYS_ITSELF = (State.CONFIRMED, State.REOPENED, State.WITHDRAWN)
"""Nobody's name is needed to say this."""
_HAPPENED: Mapping[str, str] = {
    "request.countered": N_("{person} can offer something else for {id}."),
    "request.countered_again": N_("{person} suggests something else for {id}."),
    "request.offer_taken": N_("{person} takes the offer for {id}."),
    "request.offer_turned_down": N_("The offer for {id} does not fit, says {person}: it is open again."),
    "request.questioned": N_("{person} asks back about {id}:"),
    "request.answered": N_("{person} answers the question about {id}:"),
    "request.passed_on": N_("{person} offered {id} to another department."),
    "request.taken_over": N_("{person} took over {id}: it is with {department} now."),
    "request.left": N_("{person} left {id} with {department}."),
    "request.delivered": N_("{person} delivered {id}."),
    "request.confirmed": N_("{person} confirmed {id}."),
    "request.reopened": N_("{person} reopened {id}: something is still missing."),
    "request.withdrawn": N_("{person} withdrew {id}: it is not needed any more."),
    "request.joined": N_("{person} needs {id} too."),
}
_ANSWERS = frozenset({"request.accepted", "request.declined"})
_OFFERED: Mapping[str, bool] = {"request.countered": False, "request.countered_again": True}
"""Whether the requester offers."""
_FOR_THE_DEPARTMENT = frozenset({"request.accepted", "request.countered", "request.declined", "request.questioned"})
"""What somebody says for the department they belong to."""
_WHY: Mapping[Because, str] = {
    Because.ANSWERS: N_("You get this because you answer for {department}."),
    Because.NO_DEPARTMENT: N_("You get this because no department is set up yet."),
    Because.NOBODY_THERE: N_("You get this because nobody answers for {department} at the moment."),
    Because.ASKED: N_("You get this because you asked."),
    Because.JOINED: N_("You get this because you joined the request."),
    Because.TAKES_ON: N_("You get this because you took it on."),
    Because.ANSWERED: N_("You get this because you have to do with the answer."),
    Because.KAM: N_("You get this because you look after the account."),
}


def state(now: State, t: Translator) -> tuple[Words, Words]:
    """Return a state's sign and its word."""
    sign, _, word = label(t, labels.REQUEST_STATE, now).plain.partition(" ")
    return Words(sign, sign), Words(word, word)


def signed(seen: Request | Header, sentence: Words, t: Translator) -> Words:
    """Put the state's sign before a sentence that says the state in words."""
    return joined([state(seen.state, t)[0], sentence], " ")


def headline(header: Header) -> Words:
    """Name a request: its id and what it is about."""
    return joined([bold(Typed(header.short_id)), Typed(header.headline)])


def body(request: Request, t: Translator) -> list[Block | None]:
    """Show what is asked."""
    return [
        section(signed(request, headline(request.header), t)),
        quote(Typed(request.what)) if request.says_more else None,
        facts(asked(request, t)),
    ]


def asked(request: Request, t: Translator) -> list[tuple[Words, Text]]:
    """List the facts of what is asked."""
    importance = label(t, labels.IMPORTANCE, request.importance)
    # A line break in somebody's words must not start a line that looks like ours.
    why = Typed(" ".join(request.why.split()))
    return [
        (t("Account"), Typed(request.account.name)),
        (t("From"), t.all_of([t.person(person) for person in (request.requester, *request.joiners)])),
        (t("Needed by"), t.day(request.header.needed_by)),
        (t("Status"), label(t, labels.REQUEST_STATE, request.state)),
        (
            t("Kind of help"),
            joined([label(t, labels.REQUEST_KIND, request.kind), label(t, labels.EFFORT, request.effort), importance]),
        ),
        (t("Why it matters"), why),
    ]


def result(request: Request, t: Translator) -> list[Block | None]:
    """Show where it stands: it stays when the buttons go."""
    words = request.answer.words if request.answer and request.state in _ANSWERED else ""
    question = request.question
    return [
        section(signed(request, outcome(request, t), t)) if request.state is not State.OPEN else None,
        quote(Typed(question.text)) if question else quote(Typed(words)) if words else None,
        section(said_of_offer(request.offer, request, t))
        if request.offer and request.state is not State.COUNTERED
        else None,
        section(joined([_PASSED, _passing(request, t)], " ")) if request.passing else None,
        section(_escalated(request.conflict, t)) if request.conflict else None,
    ]


def outcome(request: Request, t: Translator, *, with_department: bool = False) -> Words:
    """Say how a request stands, and who brought it there."""
    answer, offer, question, delivery = request.answer, request.offer, request.question, request.delivery
    someone = {State.ACCEPTED: answer, State.DECLINED: answer, State.QUESTION: question, State.DELIVERED: delivery}
    now = someone.get(request.state)
    who = _answerer(request, now.by, t, with_department=with_department) if now else NO_WORDS
    if request.state is State.COUNTERED and offer is not None:
        return said_of_offer(offer, request, t, with_department=with_department)
    if request.state is State.UNCONFIRMED:
        return _lapsed(request, t)
    if answer is not None and request.state is State.ACCEPTED:
        return _accepted(request, who, t)
    if answer is not None and request.state is State.DECLINED:
        return _declined(request, who, t)
    sentence = _STANDS.get(request.state)
    if sentence is None or not (who or request.state in _SAYS_ITSELF):
        return joined([Typed(request.short_id), state(request.state, t)[1]])
    return t(sentence, person=who, id=Typed(request.short_id))


def said(request: Request, entry: Entry, t: Translator, *, with_department: bool = False) -> Words:
    """Say what happened, as far as it can still be told: a note may be sent after the next thing happened."""
    for_it = with_department and entry.action in _FOR_THE_DEPARTMENT
    who = _answerer(request, entry.actor, t, with_department=for_it) if entry.actor else NO_WORDS
    in_detail = _in_detail(request, entry.action, who, t)
    if in_detail:
        return in_detail
    if entry.action not in _HAPPENED:
        return outcome(request, t, with_department=with_department)
    department = Typed(request.department.name) if request.department else t("KAM leads")
    return t(_HAPPENED[entry.action], person=who, id=Typed(request.short_id), department=department)


def _in_detail(request: Request, action: str, who: Words, t: Translator) -> Words:
    """Say what was promised, offered or asked of whom, while the request still knows it; else nothing."""
    answer, offer = request.answer, request.offer
    told = NO_WORDS
    if action == "request.accepted" and answer is not None and answer.promised_on is not None:
        told = _accepted(request, who, t)
    elif action == "request.declined" and answer is not None and answer.reason is not None:
        told = _declined(request, who, t)
    elif action in _OFFERED and offer is not None and offer.by_requester is _OFFERED[action]:
        told = _offer(offer, request, who, t)
    elif action == "request.passed_on":
        told = _passing(request, t)
    elif action == "request.moved" and answer is not None and answer.promised_on is not None:
        day = t.day(answer.promised_on)
        told = t("{person} moved {id}: it is promised for {day} now.", person=who, id=Typed(request.short_id), day=day)
    elif action == "request.lapsed":
        told = _lapsed(request, t)
    return told


def marked(request: Request, entry: Entry, sentence: Words, t: Translator) -> Words:
    """Put the sign of what happened before the sentence that says it."""
    is_known = request.answer is not None or entry.action not in _ANSWERS
    if is_known and (now := _SIGNS.get(entry.action)) is not None:
        return joined([state(now, t)[0], sentence], " ")
    sign = _OTHER_SIGNS.get(entry.action)
    return joined([Words(sign, sign), sentence], " ") if sign else signed(request, sentence, t)


def quietly(request: Request, sentence: Words, t: Translator) -> Words:
    """Put the account before a sentence, unless nobody but its readers may learn its name."""
    if request.account.restricted:
        return t("There is news about {id}", id=Typed(request.short_id))
    return t("{account}: {sentence}", account=Typed(request.account.name), sentence=sentence)


def news(request: Request, t: Translator) -> Words:
    """Say in one sentence for a notification what stands here; nothing of a restricted account."""
    if request.state is not State.OPEN:
        return quietly(request, outcome(request, t), t)
    short_id = Typed(request.short_id)
    if request.account.restricted:
        return t("{id} waits for an answer", id=short_id)
    return t(
        "{account}: {person} asks: {headline} ({id})",
        account=Typed(request.account.name),
        person=t.person(request.requester),
        headline=Typed(request.header.headline),
        id=short_id,
    )


def words(entry: Entry) -> Block | None:
    """Quote what somebody wrote with it."""
    return quote(Typed(entry.words)) if entry.words else None


def why(because: Because | None, department: Department | None, t: Translator) -> Words:
    """Say why one gets this (G8)."""
    if because is None:
        return NO_WORDS
    if because is Because.ANSWERS and department is None:
        because = Because.ANSWERED
    return t(_WHY[because], department=Typed(department.name) if department else NO_WORDS)


def who_sees(request: Request, desk: Desk, t: Translator) -> Words:
    """Say who can read it."""
    people = named(desk.told, t)
    if request.account.restricted:
        return t(
            "🔒 Restricted account: besides its own people only {people} and who is named here see this.", people=people
        )
    return readers(request.visibility, desk, people, t)


def readers(visibility: Visibility, desk: Desk, people: Words, t: Translator) -> Words:
    """Say who can read a request of an open account."""
    match visibility:
        case Visibility.COMPANY:
            return t("Visible to everyone in the company")
        case Visibility.TEAM if desk.department is not None:
            return t("Visible to {department} and the account team", department=Typed(desk.department.name))
        case Visibility.TEAM:
            return t("Visible to {people} and the account team", people=people)
        case _:
            return t("Visible to {people}, KAM, deputy, sponsor and KAM leads", people=people)


def named(people: tuple[Person, ...], t: Translator) -> Words:
    """Name several people."""
    return t.all_of([t.person(member) for member in people])


def _answerer(request: Request, person: Person, t: Translator, *, with_department: bool) -> Words:
    """Name who answers, for the requester with the department they speak for."""
    who = t.person(person)
    if not with_department or request.department is None or person.id == request.requester.id:
        return who
    return t("{person} ({department})", person=who, department=Typed(request.department.name))


def _accepted(request: Request, who: Words, t: Translator) -> Words:
    answer, short_id = request.answer, Typed(request.short_id)
    promised = t.day((answer and answer.promised_on) or request.header.needed_by)
    if answer is None or answer.assignee is None or answer.assignee.id == answer.by.id:
        return t("{person} accepted {id}, promised for {day}.", person=who, id=short_id, day=promised)
    return t(
        "{person} accepted {id}, promised for {day}. {assignee} takes it on.",
        person=who,
        id=short_id,
        day=promised,
        assignee=t.person(answer.assignee),
    )


def said_of_offer(offer: Offer, request: Request, t: Translator, *, with_department: bool = False) -> Words:
    """Say who offers what instead."""
    return _offer(offer, request, _answerer(request, offer.by, t, with_department=with_department), t)


def _offer(offer: Offer, request: Request, who: Words, t: Translator) -> Words:
    """Say what is offered: how much, who, until when."""
    parts = [
        t("“{words}”", words=Typed(offer.scope)) if offer.scope else NO_WORDS,
        t("{person} would do it", person=t.person(offer.person)) if offer.person else NO_WORDS,
        t("by {day}", day=t.day(offer.on)) if offer.on else NO_WORDS,
    ]
    what, short_id = joined(parts, ", "), Typed(request.short_id)
    if offer.by_requester:
        return t("{person} suggests for {id}: {offer}", person=who, id=short_id, offer=what)
    return t("{person} can offer for {id}: {offer}", person=who, id=short_id, offer=what)


def _declined(request: Request, who: Words, t: Translator) -> Words:
    reason = label(t, labels.DECLINE_REASON, request.answer.reason if request.answer else None)
    return t("{person} cannot do {id} this time: {reason}.", person=who, id=Typed(request.short_id), reason=reason)


def _passing(request: Request, t: Translator) -> Words:
    passing = request.passing
    if passing is None:
        return NO_WORDS
    first = Typed(request.department.name) if request.department else t("KAM leads")
    return t(
        "{person} offers {id} to {department}. Until it is taken over, {first} stays responsible.",
        person=t.person(passing.by),
        id=Typed(request.short_id),
        department=Typed(passing.to.name),
        first=first,
    )


def _escalated(conflict: str, t: Translator) -> Words:
    return t("🤝 Put before a sponsor as {id}. /kam {id} shows where that stands.", id=Typed(conflict))


def _lapsed(request: Request, t: Translator) -> Words:
    return t.plural(
        "{id} was delivered and is closed: nobody said otherwise for {count} working day.",
        "{id} was delivered and is closed: nobody said otherwise for {count} working days.",
        CONFIRM_DAYS,
        id=Typed(request.short_id),
    )


def escalated(request: Request, t: Translator) -> Block | None:
    """Say that a conflict about it is raised."""
    return section(_escalated(request.conflict, t)) if request.conflict else None
