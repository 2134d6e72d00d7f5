"""Escalations: notes about what happened, the call for a sponsor, and the line in a request's thread."""

from collections.abc import Callable, Mapping

from bot.domain.escalation_seen import HeaderSeen, Told, Unaddressed
from bot.domain.escalations import Action, Standpoint, State
from bot.domain.sponsors import Skipped
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views.blocks import TYPED, Block, Element, Message, actions, context, message, quote, section
from bot.views.escalations import SIGNS, WHY, about, signed, status, step_button, who_acts
from bot.views.labels import N_

_WAITS = (State.RAISED, State.UNANSWERED, State.WITHOUT_RECIPIENT)
"""The states in which nobody has taken it on."""
_Headline = Callable[[Told, Translator], Words]


def raised(told: Told, t: Translator) -> Message:
    """Tell raiser, party and KAM that a conflict is under way."""
    escalation = told.escalation
    people = t.either(escalation.addressed_to) if escalation.addressed_to else NO_WORDS
    if not people:
        headline = t("Nobody can receive it yet; those who can assign a sponsor were asked to")
    elif told.why is Standpoint.RAISER:
        headline = t("It is before {people}", people=people)
    else:
        headline = t("{person} asks {people} for backing", person=t.person(escalation.raiser), people=people)
    wanted = escalation.case.decision_wanted if told.why is not Standpoint.RAISER else ""
    return _note(told, headline, SIGNS[State.RAISED], t, t("Decision asked for") if wanted else None, wanted)


def acknowledged(told: Told, t: Translator) -> Message:
    """Tell raiser, parties and KAM that somebody takes care of it."""
    by = told.by or told.escalation.raiser
    headline = t("{person} has seen it and takes care of it", person=t.person(by))
    return _note(told, headline, SIGNS[State.ACKNOWLEDGED], t)


def note(told: Told, t: Translator) -> Message:
    """Tell what happened to a conflict, in the words of whoever did it, with what can be done now."""
    sign, headline = SAID[told.action]
    return _note(told, headline(told, t), sign, t, None, told.words)


def readdressed(told: Told, t: Translator) -> Message:
    """Tell raiser and KAM before whom a conflict is now, and why."""
    escalation = told.escalation
    missed = [step.person for step in escalation.steps if step.skipped is Skipped.UNREACHABLE and step.person]
    return about(
        escalation,
        _also_asked(told, t) if escalation.addressed_to else t("Nobody can receive it yet"),
        SIGNS[State.RAISED],
        t,
        section(t("Not reachable in Slack: {people}.", people=t.all_of([t.person(one) for one in missed])))
        if missed
        else None,
        context(
            *who_acts(escalation, t),
            t.moment(told.at),
            t(WHY[told.why]),
            t("/kam {id} shows it.", id=Typed(escalation.short_id)),
        ),
    )


def request_line(found: HeaderSeen, t: Translator) -> Message:
    """Tell the request's thread that there is a decision."""
    sentence = signed(
        SIGNS[found.header.state],
        t("{id} about this request is decided. Both sides have the text.", id=Typed(found.header.short_id)),
    )
    return message(sentence, section(sentence))


def unaddressed(told: Unaddressed, t: Translator) -> Message:
    """Ask for a sponsor: id and age, never the content."""
    return _to_those_who_assign(told, t("{id} has no sponsor: please assign one.", id=Typed(told.short_id)), t)


def unwatched(told: Unaddressed, t: Translator) -> Message:
    """Raise the alarm that nobody took care of a conflict: id and age, never the content."""
    sentence = t("{id} was with nobody who can be reached, or had no next step.", id=Typed(told.short_id))
    more = t("Scharnier puts that right; if it comes again, the log says why.")
    return _to_those_who_assign(told, sentence, t, section(more))


def _to_those_who_assign(told: Unaddressed, sentence: Words, t: Translator, more: Block | None = None) -> Message:
    why = (
        t("You get this because you lead the KAMs.")
        if told.as_kam_lead
        else t("You get this because you are an admin.")
    )
    return message(
        sentence,
        section(bold(sentence)),
        section(t("It waits since {at}.", at=t.moment(told.raised_at))),
        more,
        context(why),
    )


def _note(
    told: Told, headline: Words, sign: str, t: Translator, heading: Words | None = None, words: str = ""
) -> Message:
    escalation = told.escalation
    return about(
        escalation,
        headline,
        sign,
        t,
        section(bold(heading)) if heading else None,
        quote(Typed(words), TYPED) if words else None,
        *_since(told, t),
        context(
            _late(told, t), t.moment(told.at), t(WHY[told.why]), t("/kam {id} shows it.", id=Typed(escalation.short_id))
        ),
        actions(*_buttons(told, t)),
    )


def _since(told: Told, t: Translator) -> list[Block]:
    """Say what became of what the note asks for, where somebody has done it by now."""
    escalation = told.escalation
    if told.action == "escalation.asked":
        asked = (one for one in escalation.questions if one.at == told.at and one.by == told.by)
        answered = next((one for one in asked if one.answer), None)
        if answered is None:
            return []
        said = t("{person} answered", person=t.person(answered.of))
        return [section(bold(said)), quote(Typed(answered.answer or ""), TYPED)]
    if Action.ACKNOWLEDGE in _ASKS.get(told.action, ()) and escalation.state not in _WAITS:
        return [section(joined([t("Status"), status(escalation, t)], ": "))]
    return []


def _late(told: Told, t: Translator) -> Words:
    """Say how late the clock's step came, as nothing ran when it was due (F28)."""
    return t("late by {duration}", duration=t.duration(told.late)) if told.late else NO_WORDS


def _buttons(told: Told, t: Translator) -> list[Element]:
    """Offer what the note asks for, as long as it can be done."""
    asked = _ASKS.get(told.action, ())
    possible = [action for action in told.actions if action in asked]
    return [step_button(action, told.escalation, t, primary=not at) for at, action in enumerate(possible)]


def _by(source: str) -> _Headline:
    """Say who did something."""

    def said(told: Told, t: Translator) -> Words:
        return t(source, person=t.person(told.by or told.escalation.raiser))

    return said


def _also_asked(told: Told, t: Translator) -> Words:
    return t("It is before {people} now", people=t.all_of([t.person(one) for one in told.escalation.addressed_to]))


def _was_valid(told: Told, t: Translator) -> Words:
    decision = told.escalation.decision or told.escalation.earlier_decision
    if decision is None or decision.valid_until is None:
        return t("The time is over for which it was decided")
    return t("It was decided until {day}; does it still hold?", day=t.day(decision.valid_until))


def _waits(told: Told, t: Translator) -> Words:
    return t("{person} waits for your backing", person=t.person(told.escalation.raiser))


def _plainly(source: str) -> _Headline:
    """Say what the clock did."""

    def said(_told: Told, t: Translator) -> Words:
        return t(source)

    return said


SAID: Mapping[str, tuple[str, _Headline]] = {
    "escalation.stated": ("💬", _by(N_("{person} says how they see it"))),
    "escalation.asked": ("💬", _by(N_("{person} has a question for you"))),
    "escalation.answered": ("💬", _by(N_("{person} answered your question"))),
    "escalation.returned": ("↩️", _by(N_("{person} returns it with guidance, to be settled between you"))),
    "escalation.offered": ("↪️", _by(N_("{person} offers you to take it over"))),
    "escalation.taken_over": ("↪️", _by(N_("{person} takes it over"))),
    "escalation.left": ("↪️", _by(N_("{person} leaves it with you"))),
    "escalation.withdrawn": ("↩️", _by(N_("{person} withdrew it; no decision is needed any more"))),
    "escalation.reopened": ("↩️", _by(N_("{person} asks for backing again"))),
    "escalation.joined": ("🤝", _by(N_("{person} has the same conflict and joined"))),
    "escalation.decided": ("⚖️", _by(N_("{person} decided anew"))),
    "escalation.done": ("✅", _by(N_("{person} marked something agreed as done"))),
    "escalation.kept": ("✅", _plainly(N_("The decision is kept"))),
    "escalation.reminded": ("🤝", _waits),
    "escalation.readdressed": ("🤝", _waits),
    "escalation.deputy_asked": ("🤝", _also_asked),
    "escalation.leads_asked": ("🤝", _also_asked),
    "escalation.unanswered": ("❗", _plainly(N_("Nobody could take it on in a full round"))),
    "escalation.still_unanswered": ("❗", _plainly(N_("It still waits for somebody to take it on"))),
    "escalation.expired": ("🤝", _plainly(N_("Nothing moved for three working days, so it is asked anew"))),
    "escalation.action_due": ("⏳", _plainly(N_("Something agreed is due"))),
    "escalation.action_late": ("⏳", _plainly(N_("The day of something agreed is over"))),
    "escalation.validity_over": ("⚖️", _was_valid),
}
"""What a note says of each history entry."""
_ASKS: Mapping[str, tuple[Action, ...]] = {
    "escalation.asked": (Action.ANSWER,),
    "escalation.returned": (Action.REOPEN,),
    "escalation.offered": (Action.TAKE_OVER, Action.LEAVE),
    "escalation.decided": (Action.CONFIRM,),
    "escalation.reopened": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.reminded": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.readdressed": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.deputy_asked": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.leads_asked": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.unanswered": (Action.ACKNOWLEDGE, Action.DECIDE, Action.REOPEN),
    "escalation.still_unanswered": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.expired": (Action.ACKNOWLEDGE, Action.DECIDE),
    "escalation.validity_over": (Action.REOPEN,),
}
"""What a note asks its reader to do."""
