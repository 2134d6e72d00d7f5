"""Escalations: ``/kam E-3`` and every step of a goal conflict: buttons, the menu, and their forms."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.escalation_commands import Decide, MoveConflict
from bot.domain.escalations import Action
from bot.domain.identity import EscalationId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import escalation_decisions, escalations
from bot.views import escalation_forms as forms
from bot.views import escalations as views
from handlers.forms import AgreedForm, DecisionForm, StepForm
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam E-3``; the text is the number."""
    ack(**views.shown(escalations.show(store, actor, int(payload.text)), t))


def read_whole(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open every word of a conflict that a card had to cut."""
    seen = escalations.read_whole(store, actor, EscalationId(payload.id))
    slack.open(payload.trigger_id, views.whole(seen, t))
    ack()


def open_menu(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form of what was chosen in a card's menu."""
    chosen, escalation_id = payload.choice
    form = escalations.form_for(store, actor, EscalationId(escalation_id), chosen)
    slack.open(payload.trigger_id, forms.step_form(form, t))
    ack()


def acknowledge(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take a conflict on; the card is edited."""
    command = MoveConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalations.acknowledge(store, now, command)
    ack()


def open_answer(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form for the answer to an addressee's question."""
    form = escalations.form_for(store, actor, EscalationId(payload.id), Action.ANSWER)
    slack.open(payload.trigger_id, forms.step_form(form, t))
    ack()


def open_statement(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the other side's form."""
    form = escalations.form_for(store, actor, EscalationId(payload.id), Action.STATE)
    slack.open(payload.trigger_id, forms.step_form(form, t))
    ack()


def open_reopen(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form that asks why it is reopened."""
    form = escalations.form_for(store, actor, EscalationId(payload.id), Action.REOPEN)
    slack.open(payload.trigger_id, forms.step_form(form, t))
    ack()


def open_decision(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the decision's form."""
    form = escalations.form_for(store, actor, EscalationId(payload.id), Action.DECIDE)
    slack.open(payload.trigger_id, forms.step_form(form, t))
    ack()


def show_more_of_decision(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rest of the decision's form; Slack keeps what is typed."""
    view = slack.view_of(payload)
    escalation_id = EscalationId(view.number("escalation") or 0)
    form = escalations.form_for(store, actor, escalation_id, Action.DECIDE)
    slack.update(view, forms.decision_form(form.seen, t, more=True))
    ack()


def decide(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Save the decision."""
    form = DecisionForm.of(payload.view)
    command = Decide(
        actor,
        EscalationId(payload.view.number("escalation") or 0),
        form.kind,
        form.text,
        form.reason,
        confirmed=bool(form.confirm),
        key=payload.key,
        today=t.today,
        agreed=AgreedForm.lines(payload.view),
        valid_until=form.valid_until,
    )
    escalation_decisions.decide(store, now, command)
    ack()


def confirm(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Confirm a settlement for the own side; every card that shows it is edited."""
    command = MoveConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalation_decisions.confirm(store, now, command)
    ack()


def keep(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Say that a decision is kept."""
    command = MoveConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalation_decisions.keep(store, now, command)
    ack()


def done(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Mark something agreed as done."""
    escalation_id, position = payload.ids
    command = MoveConflict(actor, EscalationId(escalation_id), payload.key, payload.reply(), position=position)
    escalation_decisions.done(store, now, command)
    ack()


def take_over(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take over a conflict that was offered."""
    command = MoveConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalations.take_over(store, now, command)
    ack()


def leave(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Leave an offered conflict where it is."""
    command = MoveConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalations.leave(store, now, command)
    ack()


def state_view(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the other side's view."""
    escalations.state_view(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def ask(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Ask one side back."""
    escalations.ask(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def answer(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Answer an addressee's question."""
    escalations.answer(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def give_back(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Return a conflict with guidance."""
    escalations.give_back(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def hand_over(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Offer a conflict to somebody else."""
    escalations.hand_over(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def withdraw(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Withdraw the own conflict."""
    escalations.withdraw(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def reopen(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Put a conflict before a sponsor again."""
    escalations.reopen(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()
