"""Escalations: the form, its preview, and the forms of every step."""

from collections.abc import Iterable, Mapping

from bot.domain.escalation_commands import AGREED, ConflictForm, Preview, case_of
from bot.domain.escalation_seen import Precedent, Seen, StepForm
from bot.domain.escalations import Action, Kind, PartyChoice, Side
from bot.domain.requests import Request
from bot.domain.sponsors import Considered, Step
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    TYPED,
    Block,
    Choice,
    View,
    actions,
    button,
    checkboxes,
    context,
    day,
    field,
    modal,
    person,
    quote,
    radio,
    search,
    section,
    select,
    text_input,
)
from bot.views.labels import N_, label

_TO_DO = 200
"""Characters of what is agreed."""
_PRECEDENT = 300
"""Characters of an earlier decision."""
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
                side=side_words(proposed.side_b, t),
            )
        ),
        section(t("{person} is informed as head of the department.", person=t.person(proposed.informed)))
        if proposed.informed
        else None,
        *_same(proposed, t),
        *_earlier(proposed.precedents, t),
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


def decision_form(seen: Seen, t: Translator, *, more: bool = False) -> View:
    """Build the decision's form; what is typed stays when it shows more."""
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
        *_agreed(t, range(1, 2)),
        *(_rest_of_decision(t) if more else [actions(button(t("More"), "escalation.decide_more"))]),
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


def side_words(side: Side, t: Translator) -> Words:
    """Name who speaks for a side, and for which department."""
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


def _from_request(request: Request | None, t: Translator) -> dict[str, str]:
    """Fill the form from a request that was declined or not answered, in the raiser's language; every word may change."""
    if request is None:
        return {}
    goal = "\n".join(part for part in (request.what, request.why) if part)
    if request.answer is None:
        tried = t("We asked in {id}; there is no answer yet.", id=Typed(request.short_id))
        return {"our_goal": goal, "tried": tried.plain}
    reason = label(t, labels.DECLINE_REASON, request.answer.reason).plain
    why_not = ": ".join(part for part in (reason, request.answer.words) if part)
    tried = t("We asked in {id}; it was declined because: {reason}", id=Typed(request.short_id), reason=Typed(why_not))
    return {
        "our_goal": goal,
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


def _same(proposed: Preview, t: Translator) -> list[Block | None]:
    """Offer to join an open conflict about the same instead of raising another; name those one is in already."""
    short_ids = [Typed(header.short_id) for header in proposed.part_of[:3]]
    mine = [
        section(t("{id} is about the same and still open; you are in it already. /kam {id} shows it.", id=short_id))
        for short_id in short_ids
    ]
    to_join = [
        section(
            t("{id} is about the same and still open.", id=Typed(header.short_id)),
            button(t("Join {id}", id=Typed(header.short_id)), "escalation.join", header.id),
            name=f"join{header.id}",
        )
        for header in proposed.same[:3]
    ]
    return [*mine, *to_join]


def _earlier(precedents: Iterable[Precedent], t: Translator) -> list[Block | None]:
    shown: list[Block | None] = []
    for precedent in precedents:
        header, decision = precedent.header, precedent.decision
        said = t(
            "{id} · {account}: {kind} by {person}, {day}",
            id=Typed(header.short_id),
            account=Typed(header.account.name),
            kind=label(t, labels.DECISION_KIND, decision.kind),
            person=t.person(decision.by),
            day=t.local_day(decision.at),
        )
        shown += [section(said), quote(Typed(decision.text), _PRECEDENT)]
    return [section(bold(t("Decided earlier on something similar"))), *shown] if shown else []


def _rest_of_decision(t: Translator) -> list[Block]:
    until = t("Leave it empty if the decision has no end.")
    return [*_agreed(t, range(2, AGREED + 1)), field("valid_until", t("Valid until"), day(), until, optional=True)]


def _agreed(t: Translator, numbers: Iterable[int]) -> list[Block]:
    """Ask for what follows from the decision: what, who, until when; each line is left out or whole."""
    asked: list[Block] = []
    for number in numbers:
        what = t("What is to be done ({number})", number=number)
        asked += [
            field(f"what{number}", what, text_input(most=_TO_DO), optional=True),
            field(f"owner{number}", t("By whom ({number})", number=number), person(), optional=True),
            field(f"due{number}", t("Until when ({number})", number=number), day(), optional=True),
        ]
    return asked


def step_form(form: StepForm, t: Translator) -> View:
    """Build the form of one step, or show what the menu offers to read."""
    made = {
        Action.ASK: _ask,
        Action.ANSWER: _answer,
        Action.RETURN: _give_back,
        Action.HAND_OVER: _hand_over,
        Action.WITHDRAW: _withdraw,
        Action.REOPEN: _reopen,
        Action.STATE: statement_form,
        Action.DECIDE: decision_form,
    }
    build = made.get(form.action)
    return build(form.seen, t) if build else precedents(form, t)


def precedents(form: StepForm, t: Translator) -> View:
    """Show earlier decisions on similar conflicts, as far as the reader may see them."""
    return modal(
        "escalation.precedents",
        t("Earlier decisions"),
        *(_earlier(form.precedents, t) or [section(t("Nothing similar was decided yet, as far as you may see it."))]),
        close=t("Close"),
    )


def joined_conflict(seen: Seen, t: Translator) -> View:
    """Say that somebody stands beside the raiser now."""
    escalation = seen.escalation
    return modal(
        "escalation.joined",
        t("Joined"),
        section(
            t(
                "You joined {id}. You see all of it and hear how it goes on; {person} was told.",
                id=Typed(escalation.short_id),
                person=t.person(escalation.raiser),
            )
        ),
        context(t("/kam {id} shows it.", id=Typed(escalation.short_id))),
        close=t("Close"),
    )


def _ask(seen: Seen, t: Translator) -> View:
    escalation = seen.escalation
    sides = [(side.person.id, side_words(side, t)) for side in (escalation.side_a, escalation.side_b)]
    return _step(
        seen,
        "escalation.ask",
        t("Ask back"),
        field("person", t("Whom do you ask?"), select(sides, sides[0][0])),
        field("text", t("Your question"), text_input(many_lines=True)),
        submit=t("Ask"),
        t=t,
    )


def _answer(seen: Seen, t: Translator) -> View:
    asked = next((one for one in seen.escalation.questions if one.answered_at is None), None)
    return _step(
        seen,
        "escalation.answer",
        t("Answer"),
        section(t("{person} asks:", person=t.person(asked.by))) if asked else None,
        quote(Typed(asked.text)) if asked else None,
        field("text", t("Your answer"), text_input(many_lines=True), t("It stands beside the question on the card.")),
        submit=t("Answer"),
        t=t,
    )


def _give_back(seen: Seen, t: Translator) -> View:
    return _step(
        seen,
        "escalation.return",
        t("Return with guidance"),
        section(t("Both sides settle it between them, one level lower. Either can bring it back.")),
        field("text", t("Your guidance"), text_input(many_lines=True), t("Both sides read it.")),
        submit=t("Return"),
        t=t,
    )


def _hand_over(seen: Seen, t: Translator) -> View:
    return _step(
        seen,
        "escalation.hand_over",
        t("Hand over"),
        section(t("Whoever you choose sees all of it. Until they take it over it stays with you.")),
        field("person", t("To whom?"), person()),
        field("text", t("A word to them"), text_input(many_lines=True), optional=True),
        submit=t("Offer"),
        t=t,
    )


def _withdraw(seen: Seen, t: Translator) -> View:
    return _step(
        seen,
        "escalation.withdraw",
        t("Withdraw"),
        section(t("Everybody who was asked hears that no decision is needed any more. You can reopen it.")),
        field("text", t("What changed?"), text_input(many_lines=True), optional=True),
        submit=t("Withdraw"),
        t=t,
    )


def _reopen(seen: Seen, t: Translator) -> View:
    return _step(
        seen,
        "escalation.reopen",
        t("Reopen"),
        section(t("It goes before the sponsor again, with everything that was said.")),
        field("text", t("Why again?"), text_input(many_lines=True), t("Everybody named in it reads it.")),
        submit=t("Reopen"),
        t=t,
    )


def _step(seen: Seen, callback_id: str, title: Words, *blocks: Block | None, submit: Words, t: Translator) -> View:
    escalation = seen.escalation
    named = t("{id} · {account}", id=Typed(escalation.short_id), account=Typed(escalation.header.account.name))
    metadata = {"escalation": escalation.id}
    return modal(callback_id, title, section(bold(named)), *blocks, submit=submit, close=t("Cancel"), metadata=metadata)
