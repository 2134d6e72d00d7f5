"""Escalations: ``/kam E-3`` and every step of a goal conflict: buttons, the menu, and their forms."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.escalation_commands import Decide, MoveConflict, OpenStep
from bot.domain.identity import EscalationId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import escalation_decisions, escalation_handing, escalations
from bot.views import escalation_steps as forms
from bot.views import escalations as views
from handlers.forms import AgreedForm, DecisionForm, StepForm, kept_by
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


def open_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of one step, from its button or from a card's menu."""
    chosen, escalation_id = payload.deed
    command = OpenStep(actor, EscalationId(escalation_id), chosen, payload.key, payload.reply(), payload.stands_at)
    slack.open(payload.trigger_id, forms.step_form(escalations.open_form(store, now, command), t))
    ack()


def acknowledge(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take a conflict on; the card is edited."""
    escalations.acknowledge(store, now, _pressed(payload, actor))
    ack()


def show_more_of_decision(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rest of the decision's form; Slack keeps what is typed."""
    view = slack.view_of(payload)
    escalation_id = EscalationId(view.number("escalation") or 0)
    form = escalations.form_with_more(store, actor, escalation_id, kept_by(view))
    slack.update(view, forms.decision_form(form, t, more=True))
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
        draft_id=kept_by(payload.view),
    )
    escalation_decisions.decide(store, now, command)
    ack()


def confirm(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Confirm a settlement for the own side; every card that shows it is edited."""
    escalation_decisions.confirm(store, now, _pressed(payload, actor))
    ack()


def keep(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Say that a decision is kept."""
    escalation_decisions.keep(store, now, _pressed(payload, actor))
    ack()


def done(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Mark something agreed as done."""
    escalation_decisions.done(store, now, _pressed(payload, actor))
    ack()


def take_over(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take over a conflict that was offered."""
    escalation_handing.take_over(store, now, _pressed(payload, actor))
    ack()


def leave(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Leave an offered conflict where it is."""
    escalation_handing.leave(store, now, _pressed(payload, actor))
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
    escalation_handing.hand_over(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def take_back(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Take back that a conflict was offered to somebody else."""
    escalation_handing.take_back(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def withdraw(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Withdraw the own conflict."""
    escalations.withdraw(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def reopen(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Put a conflict before a sponsor again."""
    escalations.reopen(store, now, StepForm.of(payload.view).command(actor, payload))
    ack()


def _pressed(payload: Click, actor: Member) -> MoveConflict:
    """Return what one button does; it carries the conflict, and for something agreed which line of it."""
    escalation_id, position = payload.ids
    return MoveConflict(
        actor,
        EscalationId(escalation_id),
        payload.key,
        payload.reply(),
        position=position,
        pressed=payload.stands_at,
    )
