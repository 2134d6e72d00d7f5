"""Escalations: the sponsor's card, the other side's invitation, the decision, and the header for everybody."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.escalation_seen import HeaderSeen, Left, Seen
from bot.domain.escalations import Action, Agreed, Decision, Escalation, Header, Kind, Standpoint, State
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import histories, labels
from bot.views.blocks import (
    TYPED,
    Block,
    Choice,
    Confirm,
    Element,
    Message,
    View,
    actions,
    button,
    context,
    facts,
    message,
    modal,
    overflow,
    quote,
    section,
)
from bot.views.escalation_forms import side_words
from bot.views.labels import N_, label

_QUOTED = 7000
"""Characters of people's words on one card; Slack refuses a message whose whole text is much longer than 10 000."""
SIGNS: Mapping[str, str] = {
    State.WITHOUT_RECIPIENT: "🤝",
    State.RAISED: "🤝",
    State.ACKNOWLEDGED: "👀",
    State.QUESTION: "💬",
    State.DECIDED: "⚖️",
    State.KEPT: "✅",
    State.RETURNED: "↩️",
    State.WITHDRAWN: "↩️",
    State.UNANSWERED: "❗",
}
WHY: Mapping[str, str] = {
    Standpoint.ADDRESSEE: N_("You see this because you are asked to decide."),
    Standpoint.OTHER_SIDE: N_("You see this because you are the other side."),
    Standpoint.RAISER: N_("You see this because you raised it."),
    Standpoint.SPOKEN_FOR: N_("You see this because it was raised in your name."),
    Standpoint.KAM: N_("You see this because you answer for the account."),
    Standpoint.INFORMED: N_("You see this because it is about your department's answer."),
    Standpoint.DECIDER: N_("You see this because you decided it."),
    Standpoint.OFFERED: N_("You see this because it is offered to you."),
    Standpoint.OWNER: N_("You see this because something in it is yours to do."),
    Standpoint.JOINER: N_("You see this because you joined it."),
    Standpoint.HAD_IT: N_("You see this because it was before you."),
    Standpoint.KAM_LEAD: N_("You see this because you lead the KAMs."),
}
_QUESTIONS = 3
"""The newest questions on a card."""
_WHAT_IT_MEANS: Mapping[str, str] = {
    Kind.ADVICE: N_("Advice: the two sides settle it between them."),
    Kind.SETTLEMENT: N_("Settlement: each side is asked to confirm."),
    Kind.RULING: N_("Ruling: decided for both sides."),
}


def card(seen: Seen | Left, t: Translator) -> Message:
    """Show a conflict to whoever is asked to decide it: both sides, what was tried, what is wanted."""
    if isinstance(seen, Left):
        return left(seen, t)
    escalation = seen.escalation
    if seen.why is Standpoint.OFFERED and escalation.handed_by is not None:
        asked = t("{person} offers you to take this over", person=t.person(escalation.handed_by))
    elif seen.why is Standpoint.ADDRESSEE:
        asked = t("{person} asks for your backing", person=t.person(escalation.raiser))
    else:
        asked = t("{person} asks for backing", person=t.person(escalation.raiser))
    return _conflict(seen, asked if escalation.is_open else _over(escalation, t), t)


def invite(seen: Seen, t: Translator) -> Message:
    """Ask the other side for its view; the decision comes in a message of its own."""
    escalation = seen.escalation
    if escalation.is_open or escalation.decision is None:
        asked = t("{person} asked for backing; your view counts as much", person=t.person(escalation.raiser))
        return _conflict(seen, asked if escalation.is_open else _over(escalation, t), t)
    most = _most(_case_texts(escalation))
    return about(
        escalation,
        _over(escalation, t),
        SIGNS[escalation.state],
        t,
        *_words_of_people(escalation, t, most),
        context(t(WHY[seen.why]), t("The decision is in its own message.")),
        actions(_every_word(escalation, t)) if most < TYPED else None,
    )


def shown(found: Seen | HeaderSeen | Left, t: Translator) -> Message:
    """Show a conflict as deep as its reader may see it."""
    if isinstance(found, HeaderSeen):
        return header_card(found, t)
    if isinstance(found, Left):
        return left(found, t)
    escalation = found.escalation
    asked = t("{person} asks for backing", person=t.person(escalation.raiser))
    return _conflict(found, asked if escalation.is_open else _over(escalation, t), t)


def decided(seen: Seen, t: Translator) -> Message:
    """Tell both sides, raiser and KAM the decision; a settlement shows who confirmed."""
    escalation = seen.escalation
    if escalation.decision is None:
        return shown(seen, t)
    return about(
        escalation,
        _over(escalation, t),
        SIGNS[escalation.state],
        t,
        *_result(seen, t, _most(_decision_texts(escalation))),
        context(t(WHY[seen.why]), t("/kam {id} shows both sides.", id=Typed(escalation.short_id))),
        _buttons(seen, t),
    )


def left(found: Left, t: Translator) -> Message:
    """Say what remains of an offer."""
    short_id = Typed(found.short_id)
    if found.taken_back_by is None:
        said = t("You left {id} where it was; nothing of it waits for you.", id=short_id)
    else:
        by = t.person(found.taken_back_by)
        said = t("{person} took back the offer of {id}; nothing of it waits for you.", person=by, id=short_id)
    sentence = signed("↪️", said)
    return message(sentence, section(sentence))


def header_card(found: HeaderSeen, t: Translator) -> Message:
    """Show what everybody may know: id, account, departments, state, dates; accuse nobody."""
    header = found.header
    sentence = t("{id} · Two goals at {account}", id=Typed(header.short_id), account=Typed(header.account.name))
    who = (
        t("🔒 Restricted account: only its own people see this.")
        if header.account.restricted
        else t("Visible to everyone in the company; what it is about is not.")
    )
    return message(
        sentence,
        section(signed(SIGNS[header.state], bold(sentence))),
        facts(
            [
                (t("Account"), Typed(header.account.name)),
                (t("Departments"), Typed(" · ".join(header.departments))),
                (t("Status"), label(t, labels.CONFLICT_STATE, header.state)),
                (t("Raised"), t.local_day(header.raised_at)),
                (t("Decision by"), t.day(header.decide_by) if header.decide_by else NO_WORDS),
                (t("Decided"), t.local_day(header.decided_at) if header.decided_at else NO_WORDS),
            ]
        ),
        context(who),
    )


def whole(seen: Seen, t: Translator) -> View:
    """Show every word of a conflict."""
    escalation = seen.escalation
    return modal(
        "escalation.whole",
        t("Every word"),
        section(
            bold(t("{id} · {account}", id=Typed(escalation.short_id), account=Typed(escalation.header.account.name)))
        ),
        *_words_of_people(escalation, t, TYPED),
        *_later_words(escalation, t, TYPED),
        *_result(seen, t, TYPED),
        close=t("Close"),
    )


def _conflict(seen: Seen, headline: Words, t: Translator) -> Message:
    escalation = seen.escalation
    texts = [*_case_texts(escalation), *_later_texts(escalation), *_decision_texts(escalation), seen.offered_with]
    most = _most(texts)
    has_room = sum(map(len, texts)) < _QUOTED / 2
    return about(
        escalation,
        headline,
        SIGNS[escalation.header.state],
        t,
        quote(Typed(seen.offered_with), most) if seen.offered_with else None,
        facts(_details(escalation, t)),
        *_words_of_people(escalation, t, most),
        *_later_words(escalation, t, most),
        *_result(seen, t, most),
        histories.recent(escalation.about, seen.history, t) if has_room else None,
        context(*who_acts(escalation, t)),
        context(t(WHY[seen.why]), _others_see(escalation.header, t)),
        _buttons(seen, t, is_cut=most < TYPED),
    )


def about(escalation: Escalation, headline: Words, sign: str, t: Translator, *blocks: Block | None) -> Message:
    """Put a message together: begin with id, account and headline; the notification of a restricted account does not name it."""
    header = escalation.header
    named = t("{account}: {headline}", account=Typed(header.account.name), headline=headline)
    notified = joined([Typed(header.short_id), headline if header.account.restricted else named])
    signs = f"🔒 {sign}" if header.account.restricted else sign
    first = joined([bold(Typed(header.short_id)), bold(named)])
    return message(notified, section(signed(signs, first)), *blocks)


def status(escalation: Escalation, t: Translator) -> Words:
    """Say where it stands, and who has it."""
    now, taken = label(t, labels.CONFLICT_STATE, escalation.state), escalation.acknowledged
    if taken is not None and escalation.state in {State.ACKNOWLEDGED, State.QUESTION}:
        return t("{status} by {person}", status=now, person=t.person(taken.by))
    return now


def _details(escalation: Escalation, t: Translator) -> list[tuple[Words, Words | Typed]]:
    header = escalation.header
    return [
        (t("One side"), side_words(escalation.side_a, t)),
        (t("Other side"), side_words(escalation.side_b, t)),
        (t("Status"), status(escalation, t)),
        (t("Decision by"), t.day(header.decide_by) if header.decide_by else NO_WORDS),
        (t("Asked to decide"), t.either(escalation.addressed_to) if escalation.addressed_to else t("nobody yet")),
        (t("Linked request"), Typed(escalation.request_short_id or "")),
    ]


def _words_of_people(escalation: Escalation, t: Translator, most: int) -> list[Block]:
    """Set both sides' goals one below the other, then what was tried and what is asked for."""
    case, own = escalation.case, escalation.statement
    raiser, side_b = t.person(escalation.raiser), t.person(escalation.side_b.person)
    if own is not None:
        theirs = t("The goal of {side}, in their own words", side=side_b), own.text
    else:
        theirs = t("The goal of {side}, as {person} understands it", side=side_b, person=raiser), case.their_goal
    silent = t("{side} has not stated their own view yet.", side=side_b)
    parts = [
        *_said(t("The goal of {side}", side=t.person(escalation.side_a.person)), case.our_goal, most),
        *_said(*theirs, most),
        context(silent) if own is None and escalation.is_open else None,
        *_said(t("What was tried"), case.tried, most),
        *_said(t("Decision asked for"), case.decision_wanted, most),
        *_said(t("Effect on the customer"), case.effect, most),
        *_said(t("Options"), case.options, most),
        *_said(t("Urgent, because"), case.urgent_reason, most),
        *_said(t("Sent without everything, because"), escalation.anyway_reason, most),
    ]
    return [part for part in parts if part is not None]


def _later_words(escalation: Escalation, t: Translator, most: int) -> list[Block]:
    """Set what was asked back and answered, the guidance, and a decision from before it was reopened."""
    parts: list[Block] = []
    for one in reversed(escalation.questions[:_QUESTIONS]):
        heading = t("{person} asked {other}", person=t.person(one.by), other=t.person(one.of))
        parts += _said(heading, one.text, most)
        parts += _said(t("{person} answered", person=t.person(one.of)), one.answer or "", most)
    if escalation.returned_by is not None:
        heading = t("Guidance by {person}", person=t.person(escalation.returned_by))
        parts += _said(heading, escalation.guidance, most)
    before = escalation.earlier_decision
    if before is not None:
        heading = t("Decided by {person} before it was reopened", person=t.person(before.by))
        parts += _said(heading, before.text, most)
    return parts


def _later_texts(escalation: Escalation) -> list[str]:
    questions = [text for one in escalation.questions[:_QUESTIONS] for text in (one.text, one.answer or "")]
    before = escalation.earlier_decision
    return [*questions, escalation.guidance, before.text if before else ""]


def who_acts(escalation: Escalation, t: Translator) -> list[Words]:
    """Say who stands in for whom, who was offered it, and who joined."""
    said = [
        t("{person} in the stead of {other}", person=t.person(step.person), other=t.person(step.in_stead_of))
        for step in escalation.active
        if step.person is not None and step.in_stead_of is not None and escalation.is_open
    ]
    if escalation.handing_to is not None and escalation.handed_by is not None and escalation.is_open:
        to, by = t.person(escalation.handing_to), t.person(escalation.handed_by)
        said.append(t("{person} offered it to {other}", person=by, other=to))
    if escalation.joiners:
        people = t.all_of([t.person(joiner.person) for joiner in escalation.joiners])
        said.append(t("Joined: {people}", people=people))
    return said


def _result(seen: Seen, t: Translator, most: int) -> list[Block | None]:
    escalation = seen.escalation
    decision = escalation.decision
    if decision is None:
        return []
    values: dict[str, Words] = {
        "kind": label(t, labels.DECISION_KIND, decision.kind),
        "person": t.person(decision.by),
        "day": t.local_day(decision.at),
    }
    if decision.in_stead_of is not None:
        other = t.person(decision.in_stead_of)
        said = t("{kind} by {person} in the stead of {other}, {day}", other=other, **values)
    else:
        said = t("{kind} by {person}, {day}", **values)
    valid = [t("Valid until {day}", day=t.day(decision.valid_until))] if decision.valid_until else []
    return [
        section(bold(said)),
        quote(Typed(decision.text), most),
        *_said(t("Reason"), decision.reason, most),
        *(_agreed(seen, one, t) for one in decision.agreed),
        context(t(_WHAT_IT_MEANS[decision.kind]), *valid, *_answers(escalation, decision, t)),
    ]


def _agreed(seen: Seen, one: Agreed, t: Translator) -> Block:
    """Show what is to be done by whom, with the button of who may say that it is done."""
    values: dict[str, Words | Typed] = {"what": Typed(one.what), "person": t.person(one.owner)}
    if one.done_at is not None:
        return section(t("✅ {what} · {person}, done {day}", day=t.local_day(one.done_at), **values))
    value = f"{seen.escalation.id}:{one.position}"
    mark = button(t("Done"), "escalation.done", value) if one.position in seen.to_do else None
    return section(t("⏳ {what} · {person}, until {day}", day=t.day(one.due_on), **values), mark)


def _answers(escalation: Escalation, decision: Decision, t: Translator) -> list[Words]:
    """Say who confirmed a settlement; silence is shown, not counted."""
    if decision.kind is not Kind.SETTLEMENT:
        return []
    said = []
    for side in (escalation.side_a.person, escalation.side_b.person):
        yes = escalation.confirmed_by(side)
        if yes is not None:
            said.append(t("{person} confirmed it, {at}", person=t.person(side), at=t.moment(yes.at)))
        else:
            said.append(t("{person} has not answered", person=t.person(side)))
    return said


def _said(heading: Words, text: str, most: int) -> list[Block]:
    return [section(bold(heading)), quote(Typed(text), most)] if text else []


def _case_texts(escalation: Escalation) -> list[str]:
    case, own = escalation.case, escalation.statement
    return [
        case.our_goal,
        own.text if own else case.their_goal,
        case.tried,
        case.decision_wanted,
        case.effect,
        case.options,
        case.urgent_reason,
        escalation.anyway_reason,
    ]


def _decision_texts(escalation: Escalation) -> list[str]:
    decision = escalation.decision
    return [decision.text, decision.reason, *(one.what for one in decision.agreed)] if decision else []


def _most(texts: Iterable[str]) -> int:
    """Return how much of each text a card can show; short ones leave their room to the long."""
    lengths, most = [len(text) for text in texts], TYPED
    while sum(min(length, most) for length in lengths) > _QUOTED:
        most -= 100
    return most


def step_button(action: Action, escalation: Escalation, t: Translator, *, primary: bool = True) -> Element:
    """Make the button of one step."""
    label_of, action_id = _BUTTONS[action]
    has_stated = action is Action.STATE and escalation.statement is not None
    said = t("Change our view") if has_stated else t(label_of)
    return button(
        said, action_id, escalation.id, "primary" if primary and not has_stated else None, _confirm(action, t)
    )


def _confirm(action: Action, t: Translator) -> Confirm | None:
    """Ask before what cannot be taken back."""
    if action is not Action.KEEP:
        return None
    text = t("Then the conflict is closed, and nobody is reminded of it any more.")
    return Confirm(t("Is the decision kept?"), text, t("It is kept"), t("Back"))


def _buttons(seen: Seen, t: Translator, *, is_cut: bool = False) -> Block | None:
    """Set the likely steps as buttons, the first one in colour; what is done rarely stands in the menu."""
    escalation = seen.escalation
    is_decided = escalation.decision is not None
    likely = [one for one in seen.actions if one in _BUTTONS and not (is_decided and one is Action.REOPEN)]
    shown_at_once = likely[: _MOST_BUTTONS - is_cut]
    rest = [action for action in seen.actions if action not in shown_at_once]
    rare = [(f"{action}:{escalation.id}", t(_MENU[action])) for action in rest if action in _MENU]
    return actions(
        *(step_button(action, escalation, t, primary=not at) for at, action in enumerate(shown_at_once)),
        _every_word(escalation, t) if is_cut else None,
        _menu(rare),
    )


def _menu(rare: Sequence[Choice]) -> Element | None:
    """Set what is done rarely into a menu; a single one is a button, for Slack takes no menu of one."""
    if len(rare) == 1:
        value, said = rare[0]
        return button(said, "escalation.menu", value)
    return overflow("escalation.menu", rare[:_MOST_RARE]) if rare else None


_MOST_BUTTONS = 3
_MOST_RARE = 5
_BUTTONS: Mapping[Action, tuple[str, str]] = {
    Action.ACKNOWLEDGE: (N_("Acknowledge"), "escalation.acknowledge"),
    Action.TAKE_OVER: (N_("Take over"), "escalation.take_over"),
    Action.LEAVE: (N_("Leave it there"), "escalation.leave"),
    Action.ANSWER: (N_("Answer"), "escalation.answer"),
    Action.DECIDE: (N_("Decide"), "escalation.decide"),
    Action.STATE: (N_("State our view"), "escalation.state"),
    Action.CONFIRM: (N_("Confirm the settlement"), "escalation.confirm"),
    Action.KEEP: (N_("It is kept"), "escalation.keep"),
    Action.REOPEN: (N_("Reopen"), "escalation.reopen"),
}
"""What is likely: a button each, with the listener's name."""
_MENU: Mapping[Action, str] = {
    Action.ANSWER: N_("Answer"),
    Action.DECIDE: N_("Decide"),
    Action.STATE: N_("State our view"),
    Action.REOPEN: N_("Reopen"),
    Action.ASK: N_("Ask back"),
    Action.HAND_OVER: N_("Hand over"),
    Action.TAKE_BACK: N_("Take the offer back"),
    Action.RETURN: N_("Return with guidance"),
    Action.LOOK_UP: N_("Earlier decisions"),
    Action.WITHDRAW: N_("Withdraw"),
}
"""What stands in the menu: each opens a form, so it is not for what one press does."""


def _every_word(escalation: Escalation, t: Translator) -> Element:
    return button(t("Every word"), "escalation.whole", escalation.id)


def _over(escalation: Escalation, t: Translator) -> Words:
    """Say how it ended."""
    decision = escalation.decision
    if escalation.state is State.WITHDRAWN:
        return t("{person} withdrew it", person=t.person(escalation.raiser))
    if escalation.state is State.RETURNED and escalation.returned_by is not None:
        return t("{person} returned it with guidance", person=t.person(escalation.returned_by))
    if escalation.state is State.KEPT:
        return t("The decision is kept")
    return t("{person} decided", person=t.person(decision.by if decision else escalation.raiser))


def signed(sign: str, words: Words) -> Words:
    """Set the status sign before a sentence."""
    return Words(f"{sign} {words.plain}", f"{sign} {words.mrkdwn}")


def _others_see(header: Header, t: Translator) -> Words:
    if header.account.restricted:
        return t("🔒 Only those named here and the KAM leads see it.")
    return t("Everyone else sees only that it exists.")
