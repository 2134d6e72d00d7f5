"""Escalations: the form of every step, and earlier decisions to read."""

from collections.abc import Iterable, Mapping

from bot.domain.escalation_commands import AGREED
from bot.domain.escalation_seen import StepForm
from bot.domain.escalations import Action, Kind
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold
from bot.views.blocks import (
    Block,
    View,
    actions,
    button,
    checkboxes,
    day,
    field,
    modal,
    person,
    quote,
    radio,
    section,
    select,
    text_input,
)
from bot.views.escalation_forms import earlier, side_words
from bot.views.labels import N_

_TO_DO = 200
"""Characters of what is agreed."""
_KINDS: Mapping[str, str] = {
    Kind.ADVICE: N_("Advice: the two sides settle it between them"),
    Kind.SETTLEMENT: N_("Settlement: I ask each side to confirm"),
    Kind.RULING: N_("Ruling: I decide for both sides"),
}


def step_form(form: StepForm, t: Translator) -> View:
    """Build the form of one step, or show what the menu offers to read."""
    made = {
        Action.ASK: _ask,
        Action.ANSWER: _answer,
        Action.RETURN: _give_back,
        Action.HAND_OVER: _hand_over,
        Action.TAKE_BACK: _take_back,
        Action.WITHDRAW: _withdraw,
        Action.REOPEN: _reopen,
        Action.STATE: statement_form,
        Action.DECIDE: decision_form,
    }
    build = made.get(form.action)
    return build(form, t) if build else precedents(form, t)


def decision_form(form: StepForm, t: Translator, *, more: bool = False) -> View:
    """Build the decision's form; what is typed stays when it shows more."""
    escalation = form.seen.escalation
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
        metadata=_carried(form),
    )


def statement_form(form: StepForm, t: Translator) -> View:
    """Build the other side's form, with its view as it stands."""
    escalation = form.seen.escalation
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
        metadata=_carried(form),
    )


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


def precedents(form: StepForm, t: Translator) -> View:
    """Show earlier decisions on similar conflicts, as far as the reader may see them."""
    return modal(
        "escalation.precedents",
        t("Earlier decisions"),
        *(earlier(form.precedents, t) or [section(t("Nothing similar was decided yet, as far as you may see it."))]),
        close=t("Close"),
    )


def _ask(form: StepForm, t: Translator) -> View:
    escalation = form.seen.escalation
    sides = [(side.person.id, side_words(side, t)) for side in (escalation.side_a, escalation.side_b)]
    return _step(
        form,
        "escalation.ask",
        t("Ask back"),
        field("person", t("Whom do you ask?"), select(sides, sides[0][0])),
        field("text", t("Your question"), text_input(many_lines=True)),
        submit=t("Ask"),
        t=t,
    )


def _answer(form: StepForm, t: Translator) -> View:
    asked = next((one for one in form.seen.escalation.questions if one.answered_at is None), None)
    return _step(
        form,
        "escalation.answer",
        t("Answer"),
        section(t("{person} asks:", person=t.person(asked.by))) if asked else None,
        quote(Typed(asked.text)) if asked else None,
        field("text", t("Your answer"), text_input(many_lines=True), t("It stands beside the question on the card.")),
        submit=t("Answer"),
        t=t,
    )


def _give_back(form: StepForm, t: Translator) -> View:
    return _step(
        form,
        "escalation.return",
        t("Return with guidance"),
        section(t("Both sides settle it between them, one level lower. Either can bring it back.")),
        field("text", t("Your guidance"), text_input(many_lines=True), t("Both sides read it.")),
        submit=t("Return"),
        t=t,
    )


def _hand_over(form: StepForm, t: Translator) -> View:
    return _step(
        form,
        "escalation.hand_over",
        t("Hand over"),
        section(t("Whoever you choose sees all of it. Until they take it over it stays with you.")),
        field("person", t("To whom?"), person()),
        field("text", t("A word to them"), text_input(many_lines=True), optional=True),
        submit=t("Offer"),
        t=t,
    )


def _take_back(form: StepForm, t: Translator) -> View:
    to = form.seen.escalation.handing_to
    who = t.person(to) if to is not None else NO_WORDS
    return _step(
        form,
        "escalation.take_back",
        t("Take the offer back"),
        section(t("{person} hears that you took it back, and sees nothing of it any more.", person=who)),
        field("text", t("What changed?"), text_input(many_lines=True), optional=True),
        submit=t("Take back"),
        t=t,
    )


def _withdraw(form: StepForm, t: Translator) -> View:
    return _step(
        form,
        "escalation.withdraw",
        t("Withdraw"),
        section(t("Everybody who was asked hears that no decision is needed any more. You can reopen it.")),
        field("text", t("What changed?"), text_input(many_lines=True), optional=True),
        submit=t("Withdraw"),
        t=t,
    )


def _reopen(form: StepForm, t: Translator) -> View:
    return _step(
        form,
        "escalation.reopen",
        t("Reopen"),
        section(t("It goes before the sponsor again, with everything that was said.")),
        field("text", t("Why again?"), text_input(many_lines=True), t("Everybody named in it reads it.")),
        submit=t("Reopen"),
        t=t,
    )


def _step(form: StepForm, callback_id: str, title: Words, *blocks: Block | None, submit: Words, t: Translator) -> View:
    escalation = form.seen.escalation
    named = t("{id} · {account}", id=Typed(escalation.short_id), account=Typed(escalation.header.account.name))
    metadata = _carried(form)
    return modal(callback_id, title, section(bold(named)), *blocks, submit=submit, close=t("Cancel"), metadata=metadata)


def _carried(form: StepForm) -> dict[str, int]:
    """Return what a form carries: the conflict, and the draft that remembers from where it was opened."""
    kept = {} if form.draft_id is None else {"kept": form.draft_id}
    return {"escalation": form.seen.escalation.id, **kept}
