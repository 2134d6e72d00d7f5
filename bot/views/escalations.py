"""Escalations: the form, its preview, the sponsor's card, the other side's invitation, notes and headers."""

from collections.abc import Iterable, Mapping

from bot.domain.escalations import (
    Action,
    ConflictForm,
    Decision,
    Escalation,
    Header,
    HeaderSeen,
    Kind,
    PartyChoice,
    Preview,
    Seen,
    Side,
    Standpoint,
    State,
    Told,
    Unaddressed,
    case_of,
)
from bot.domain.requests import Request
from bot.domain.sponsors import Considered, Step
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    TYPED,
    Block,
    Choice,
    Element,
    Message,
    View,
    actions,
    button,
    checkboxes,
    context,
    day,
    facts,
    field,
    message,
    modal,
    person,
    quote,
    radio,
    search,
    section,
    text_input,
)
from bot.views.labels import N_, label

_QUOTED = 7000
"""Characters of people's words on one card; Slack refuses a message whose whole text is much longer than 10 000."""
_SIGNS: Mapping[str, str] = {
    State.WITHOUT_RECIPIENT: "🤝",
    State.RAISED: "🤝",
    State.ACKNOWLEDGED: "👀",
    State.DECIDED: "⚖️",
}
_WHY: Mapping[str, str] = {
    Standpoint.ADDRESSEE: N_("You see this because you are asked to decide."),
    Standpoint.OTHER_SIDE: N_("You see this because you are the other side."),
    Standpoint.RAISER: N_("You see this because you raised it."),
    Standpoint.SPOKEN_FOR: N_("You see this because it was raised in your name."),
    Standpoint.KAM: N_("You see this because you answer for the account."),
    Standpoint.INFORMED: N_("You see this because it is about your department's answer."),
    Standpoint.DECIDER: N_("You see this because you decided it."),
    Standpoint.KAM_LEAD: N_("You see this because you lead the KAMs."),
}
_WHAT_IT_MEANS: Mapping[str, str] = {
    Kind.ADVICE: N_("Advice: the two sides settle it between them."),
    Kind.SETTLEMENT: N_("Settlement: each side is asked to confirm."),
    Kind.RULING: N_("Ruling: decided for both sides."),
}
_KINDS: Mapping[str, str] = {
    Kind.ADVICE: N_("Advice: the two sides settle it between them"),
    Kind.SETTLEMENT: N_("Settlement: I ask each side to confirm"),
    Kind.RULING: N_("Ruling: I decide for both sides"),
}


def form(draft: ConflictForm, t: Translator) -> View:
    """Build the form: seven fields at first sight, nothing of the gate compulsory."""
    kept = {**_from_request(draft.declined, t), **draft.fields}
    account = draft.account
    return modal(
        "escalation",
        t("Escalate goal conflict"),
        _was_cut(kept, t),
        field(
            "account",
            t("Account"),
            search("account.find", t("Search an account"), (str(account.id), Typed(account.name)) if account else None),
            t("Leave this empty to create the account {name}.", name=Typed(draft.new_account))
            if draft.new_account
            else t("Not in the list? Cancel and type /kam-escalate, the new name, a colon and your goal."),
            optional=draft.new_account is not None,
        ),
        field(
            "other_party",
            t("Who holds the other goal?"),
            search(
                "escalation.party",
                t("Search a department or person"),
                party(draft.other_party) if draft.other_party else None,
            ),
        ),
        _text("our_goal", t("Our goal"), kept, t("Pilot line delivered by 12 December")),
        _text(
            "their_goal",
            t("Their goal, as we understand it"),
            kept,
            t("A stable production plan until the end of the year"),
        ),
        _text("tried", t("What was tried?"), kept, t("Talked twice with planning, a second shift was not possible")),
        _text(
            "decision_wanted",
            t("Which decision do you ask for?"),
            kept,
            t("One line for the pilot from 1 December, or a later date for the customer"),
        ),
        field("decide_by", t("By when?"), day(case_of(kept).decide_by), optional=True),
        *(_more(kept, t) if draft.more else [actions(button(t("More"), "escalation.more"))]),
        submit=t("Preview"),
        close=t("Cancel"),
        metadata={"draft": draft.draft_id},
    )


def party(choice: PartyChoice) -> Choice:
    """Offer a party; a member with the department, which tells namesakes apart."""
    named = joined([Typed(choice.name), Typed(choice.of_department or "")])
    return choice.party.key, Typed(named.plain)


def preview(proposed: Preview, t: Translator) -> View:
    """Tell beforehand who receives the conflict, which steps are skipped, who sees it and what is missing."""
    account = Typed(proposed.account_name)
    heading = t("{account}: {person} asks for backing", account=account, person=t.person(proposed.side_a.person))
    gate = t("Still missing: {missing}.", missing=t.all_of([t(labels.GATE[gate]) for gate in proposed.missing]))
    return modal(
        "escalation.preview",
        t("Before you send it"),
        section(bold(t("This changed since you looked at it. Please look again."))) if proposed.changed else None,
        section(bold(heading)),
        section(t("{account} is new: it is created with this and has no KAM yet.", account=account))
        if proposed.is_new_account
        else None,
        section(_goes_to(proposed, t)),
        _paragraph([_passed_over(step, proposed, t) for step in proposed.route.skipped if _is_told(step, proposed)]),
        *(section(_junior(step, t)) for step in proposed.route.recipients if step.is_junior),
        section(
            t(
                "{side} is invited to state the other goal in their own words.",
                side=_side(proposed.side_b, t),
            )
        ),
        section(t("{person} is informed as head of the department.", person=t.person(proposed.informed)))
        if proposed.informed
        else None,
        context(_who_will_see(proposed, t)),
        section(
            joined([gate, t("A decision comes sooner with it: press Back to add it, or say why it goes without.")], " ")
        )
        if proposed.missing
        else None,
        field("anyway", t("Why do you send it anyway?"), text_input(most=500)) if proposed.missing else None,
        submit=t("Send"),
        close=t("Back"),
        metadata={"draft": proposed.draft_id, "digest": proposed.digest},
    )


def card(seen: Seen, t: Translator) -> Message:
    """Show a conflict to whoever is asked to decide it: both sides, what was tried, what is wanted."""
    escalation = seen.escalation
    asked = t("{person} asks for your backing", person=t.person(escalation.raiser))
    return _conflict(seen, asked if escalation.is_open else _decided_headline(escalation, t), t)


def invite(seen: Seen, t: Translator) -> Message:
    """Ask the other side for its view; the decision comes in a message of its own."""
    escalation = seen.escalation
    if escalation.is_open:
        headline = t("{person} asked for backing; your view counts as much", person=t.person(escalation.raiser))
        return _conflict(seen, headline, t)
    most = _most(_case_texts(escalation))
    return _message(
        escalation,
        _decided_headline(escalation, t),
        _SIGNS[State.DECIDED],
        t,
        *_words_of_people(escalation, t, most),
        context(t(_WHY[seen.why]), t("The decision is in its own message.")),
        actions(_every_word(escalation, t)) if most < TYPED else None,
    )


def shown(found: Seen | HeaderSeen, t: Translator) -> Message:
    """Show a conflict as deep as its reader may see it."""
    if isinstance(found, HeaderSeen):
        return header_card(found, t)
    escalation = found.escalation
    asked = t("{person} asks for backing", person=t.person(escalation.raiser))
    return _conflict(found, asked if escalation.is_open else _decided_headline(escalation, t), t)


def decided(seen: Seen, t: Translator) -> Message:
    """Tell both sides, raiser and KAM the decision; a settlement shows who confirmed."""
    escalation = seen.escalation
    return _message(
        escalation,
        _decided_headline(escalation, t),
        _SIGNS[State.DECIDED],
        t,
        *_result(escalation, t, _most([*_decision_texts(escalation)])),
        context(t(_WHY[seen.why]), t("/kam {id} shows both sides.", id=Typed(escalation.short_id))),
        _buttons(seen, t),
    )


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
    return _told(told, headline, _SIGNS[State.RAISED], t)


def acknowledged(told: Told, t: Translator) -> Message:
    """Tell raiser, parties and KAM that somebody takes care of it."""
    by = told.by or told.escalation.raiser
    return _told(
        told, t("{person} has seen it and takes care of it", person=t.person(by)), _SIGNS[State.ACKNOWLEDGED], t
    )


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
        section(_signed(_SIGNS[header.state], bold(sentence))),
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


def request_line(found: HeaderSeen, t: Translator) -> Message:
    """Tell the request's thread that there is a decision."""
    sentence = _signed(
        _SIGNS[found.header.state],
        t("{id} about this request is decided. Both sides have the text.", id=Typed(found.header.short_id)),
    )
    return message(sentence, section(sentence))


def unaddressed(told: Unaddressed, t: Translator) -> Message:
    """Ask for a sponsor: id and age, never the content."""
    sentence = t("{id} has no sponsor: please assign one.", id=Typed(told.short_id))
    why = (
        t("You get this because you lead the KAMs.")
        if told.as_kam_lead
        else t("You get this because you are an admin.")
    )
    return message(
        sentence,
        section(bold(sentence)),
        section(t("It waits since {at}.", at=t.moment(told.raised_at))),
        context(why),
    )


def decision_form(seen: Seen, t: Translator) -> View:
    """Build the decision's form."""
    escalation = seen.escalation
    wanted = escalation.case.decision_wanted
    return modal(
        "escalation.decide",
        t("Decide"),
        section(bold(t("{id}: decision asked for", id=Typed(escalation.short_id)))) if wanted else None,
        quote(Typed(wanted)) if wanted else None,
        field("text", t("Your decision"), text_input(many_lines=True)),
        field("reason", t("Reason"), text_input(many_lines=True), t("Both sides read it.")),
        field("kind", t("What is it?"), radio([(key, t(said)) for key, said in _KINDS.items()], Kind.ADVICE)),
        field(
            "confirm",
            t("Only for a ruling"),
            checkboxes([("yes", t("I may decide this for both sides"))]),
            optional=True,
        ),
        submit=t("Decide"),
        close=t("Cancel"),
        metadata={"escalation": escalation.id},
    )


def statement_form(seen: Seen, t: Translator) -> View:
    """Build the other side's form, with its view as it stands."""
    escalation = seen.escalation
    own, theirs = escalation.statement, escalation.case.their_goal
    return modal(
        "escalation.state",
        t("State our view"),
        section(t("Your goal as {person} understands it:", person=t.person(escalation.raiser))) if theirs else None,
        quote(Typed(theirs)) if theirs else None,
        field(
            "text",
            t("Our view, in our own words"),
            text_input(own.text if own else "", many_lines=True),
            t("You can change it until there is a decision; every version is kept."),
        ),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"escalation": escalation.id},
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
        *_result(escalation, t, TYPED),
        close=t("Close"),
    )


def _conflict(seen: Seen, headline: Words, t: Translator) -> Message:
    escalation = seen.escalation
    most = _most([*_case_texts(escalation), *_decision_texts(escalation)])
    return _message(
        escalation,
        headline,
        _SIGNS[escalation.header.state],
        t,
        facts(_details(escalation, t)),
        *_words_of_people(escalation, t, most),
        *_result(escalation, t, most),
        context(t(_WHY[seen.why]), _others_see(escalation.header, t)),
        _buttons(seen, t, is_cut=most < TYPED),
    )


def _message(escalation: Escalation, headline: Words, sign: str, t: Translator, *blocks: Block | None) -> Message:
    """Begin with id, account and headline; the notification of a restricted account does not name it."""
    header = escalation.header
    named = t("{account}: {headline}", account=Typed(header.account.name), headline=headline)
    notified = joined([Typed(header.short_id), headline if header.account.restricted else named])
    signs = f"🔒 {sign}" if header.account.restricted else sign
    first = joined([bold(Typed(header.short_id)), bold(named)])
    return message(notified, section(_signed(signs, first)), *blocks)


def _told(told: Told, headline: Words, sign: str, t: Translator) -> Message:
    escalation = told.escalation
    wanted = escalation.case.decision_wanted if sign == _SIGNS[State.RAISED] else ""
    return _message(
        escalation,
        headline,
        sign,
        t,
        *(_said(t("Decision asked for"), wanted, TYPED) if told.why is not Standpoint.RAISER else ()),
        context(t.moment(told.at), t(_WHY[told.why]), t("/kam {id} shows it.", id=Typed(escalation.short_id))),
    )


def _details(escalation: Escalation, t: Translator) -> list[tuple[Words, Words | Typed]]:
    header, taken = escalation.header, escalation.acknowledged
    status = label(t, labels.CONFLICT_STATE, header.state)
    if taken is not None and header.state is State.ACKNOWLEDGED:
        status = t("{status} by {person}", status=status, person=t.person(taken.by))
    return [
        (t("One side"), _side(escalation.side_a, t)),
        (t("Other side"), _side(escalation.side_b, t)),
        (t("Status"), status),
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


def _result(escalation: Escalation, t: Translator, most: int) -> list[Block | None]:
    decision = escalation.decision
    if decision is None:
        return []
    return [
        section(
            bold(
                t(
                    "{kind} by {person}, {day}",
                    kind=label(t, labels.DECISION_KIND, decision.kind),
                    person=t.person(decision.by),
                    day=t.local_day(decision.at),
                )
            )
        ),
        quote(Typed(decision.text), most),
        *_said(t("Reason"), decision.reason, most),
        context(t(_WHAT_IT_MEANS[decision.kind]), *_answers(escalation, decision, t)),
    ]


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
    return [decision.text, decision.reason] if decision else []


def _most(texts: Iterable[str]) -> int:
    """Return how much of each text a card can show; short ones leave their room to the long."""
    lengths, most = [len(text) for text in texts], TYPED
    while sum(min(length, most) for length in lengths) > _QUOTED:
        most -= 100
    return most


def _buttons(seen: Seen, t: Translator, *, is_cut: bool = False) -> Block | None:
    can, escalation_id = seen.actions, seen.escalation.id
    has_stated = seen.escalation.statement is not None
    made: dict[Action, Element] = {
        Action.ACKNOWLEDGE: button(t("Acknowledge"), "escalation.acknowledge", escalation_id, style="primary"),
        Action.DECIDE: button(
            t("Decide"),
            "escalation.decide",
            escalation_id,
            style=None if Action.ACKNOWLEDGE in can else "primary",
        ),
        Action.STATE: button(
            t("Change our view") if has_stated else t("State our view"),
            "escalation.state",
            escalation_id,
            style=None if has_stated else "primary",
        ),
        Action.CONFIRM: button(t("Confirm the settlement"), "escalation.confirm", escalation_id, style="primary"),
    }
    return actions(
        *(made[action] for action in can),
        _every_word(seen.escalation, t) if is_cut else None,
    )


def _every_word(escalation: Escalation, t: Translator) -> Element:
    return button(t("Every word"), "escalation.whole", escalation.id)


def _decided_headline(escalation: Escalation, t: Translator) -> Words:
    by = escalation.decision.by if escalation.decision else escalation.raiser
    return t("{person} decided", person=t.person(by))


def _signed(sign: str, words: Words) -> Words:
    return Words(f"{sign} {words.plain}", f"{sign} {words.mrkdwn}")


def _side(side: Side, t: Translator) -> Words:
    name = t.person(side.person)
    return t("{person} ({department})", person=name, department=Typed(side.department)) if side.department else name


def _goes_to(proposed: Preview, t: Translator) -> Words:
    recipients = proposed.route.recipients
    if recipients and recipients[0].step is Step.KAM_LEADS:
        return t("It goes to the KAM leads: {people}. The first to act takes it.", people=_names(recipients, t))
    if recipients and recipients[0].of in proposed.unknown_above:
        return t("It goes to {people}.", people=_names(recipients, t))
    if recipients:
        return t(
            "It goes to {people}: {step}.",
            people=_names(recipients, t),
            step=label(t, labels.SPONSOR_STEP, recipients[0].step),
        )
    asked = proposed.route.asked_to_assign
    if not asked:
        return t("Nobody can receive it yet, and there is nobody to assign a sponsor. It is kept all the same.")
    return t(
        "Nobody can receive it yet. {people} will be asked to assign a sponsor and see its number and age only.",
        people=t.all_of([t.person(one) for one in asked]),
    )


def _names(steps: Iterable[Considered], t: Translator) -> Words:
    return t.all_of([t.person(step.person) for step in steps if step.person is not None])


def _is_told(step: Considered, proposed: Preview) -> bool:
    """Leave out that nobody is set for an account the raiser does not know."""
    return step.person is not None or step.of not in proposed.unknown_above


def _passed_over(step: Considered, proposed: Preview, t: Translator) -> Words:
    what, why = label(t, labels.SPONSOR_STEP, step.step), label(t, labels.SKIPPED, step.skipped)
    if step.person is None:
        return t("Skipped: {step} – {why}.", step=what, why=why)
    if step.of in proposed.unknown_above:
        return t("Skipped: {person} – {why}.", person=t.person(step.person), why=why)
    return t("Skipped: {step}, {person} – {why}.", step=what, person=t.person(step.person), why=why)


def _paragraph(lines: list[Words]) -> Block | None:
    return section(joined(lines, "\n")) if lines else None


def _junior(step: Considered, t: Translator) -> Words:
    who = t.person(step.person) if step.person else NO_WORDS
    return t("{person} is not in senior management. You can send it; the decision may need more reach.", person=who)


def _who_will_see(proposed: Preview, t: Translator) -> Words:
    people = t.all_of([t.person(one) for one in proposed.who_sees])
    if proposed.is_restricted:
        return t(
            "🔒 Restricted account: {people} see all of this and the account's name. "
            "The account's own people see that it exists, nobody else does.",
            people=people,
        )
    return t(
        "{people} see all of it. Everyone else in the company sees that it exists: account, departments, state, dates.",
        people=people,
    )


def _others_see(header: Header, t: Translator) -> Words:
    if header.account.restricted:
        return t("🔒 Only those named here and the KAM leads see it.")
    return t("Everyone else sees only that it exists.")


def _from_request(request: Request | None, t: Translator) -> dict[str, str]:
    """Fill the form from a declined request, in the raiser's language; they may change every word."""
    if request is None or request.answer is None:
        return {}
    reason = label(t, labels.DECLINE_REASON, request.answer.reason).plain
    why_not = ": ".join(part for part in (reason, request.answer.words) if part)
    tried = t("We asked in {id}; it was declined because: {reason}", id=Typed(request.short_id), reason=Typed(why_not))
    return {
        "our_goal": "\n".join(part for part in (request.what, request.why) if part),
        "their_goal": why_not,
        "tried": tried.plain,
    }


def _was_cut(kept: Mapping[str, str], t: Translator) -> Block | None:
    if all(len(text) <= TYPED for text in kept.values()):
        return None
    return context(t("A field takes {count} characters; your text is longer and was cut.", count=t.number(TYPED)))


def _text(name: str, label: Words, kept: Mapping[str, str], example: Words | None = None) -> Block:
    element = text_input(kept.get(name, ""), many_lines=True, example=example)
    return field(name, label, element, optional=True)


def _more(kept: Mapping[str, str], t: Translator) -> list[Block]:
    return [
        _text("effect", t("Effect on the customer"), kept),
        _text("options", t("Options you see"), kept, t("Also: leave it as it is")),
        field(
            "urgent_reason",
            t("Urgent? Then say why"),
            text_input(kept.get("urgent_reason", ""), most=500),
            t("Leave it empty if it can wait for working hours."),
            optional=True,
        ),
        field(
            "on_behalf_of",
            t("On whose behalf?"),
            person(kept.get("on_behalf_of") or None),
            t("Only if you speak for somebody else."),
            optional=True,
        ),
    ]
