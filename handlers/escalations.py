"""Escalations: ``/kam-escalate``, its form and preview, Acknowledge, Decide, State our view, Confirm."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.escalations import (
    AcknowledgeConflict,
    BeginConflict,
    ConfirmSettlement,
    ConflictRaised,
    Decide,
    Preview,
    ProposeConflict,
    RaiseConflict,
    StartConflict,
    StateView,
)
from bot.domain.identity import AccountId, DraftId, EscalationId, RequestId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import escalations
from bot.views import blocks
from bot.views import escalations as views
from handlers.forms import ConflictForm, DecisionForm, SendForm, StatementForm
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission


def escalate(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam-escalate``: open the form with what was typed."""
    command = BeginConflict(actor, payload.text, payload.channel, payload.key, payload.reply_to)
    slack.open(payload.trigger_id, views.form(escalations.begin(store, now, command), t))
    ack()


def start(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Open the empty form; the button may carry an account."""
    account_id, reply_to = AccountId(payload.id) or None, payload.reply(replace=False)
    command = StartConflict(actor, payload.key, reply_to, account_id=account_id)
    slack.open(payload.trigger_id, views.form(escalations.start(store, now, command), t))
    ack()


def from_request(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form with what a declined request says."""
    command = StartConflict(actor, payload.key, payload.reply(replace=False), request_id=RequestId(payload.id))
    slack.open(payload.trigger_id, views.form(escalations.start(store, now, command), t))
    ack()


def open_draft(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form again with what was kept."""
    slack.open(payload.trigger_id, views.form(escalations.form_from_draft(store, actor, DraftId(payload.id)), t))
    ack()


def show_more(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rarer fields; what is typed stays."""
    view = slack.view_of(payload)
    draft_id = DraftId(view.number("draft") or 0)
    form = escalations.form_with_more(store, actor, draft_id, ConflictForm.typed_into(view))
    slack.update(view, views.form(form, t))
    ack()


def find_party(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer departments and members."""
    found = escalations.find_parties(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options(views.party(choice) for choice in found))


def preview(ack: Ack, payload: Submission, actor: Member, store: Store, t: Translator) -> None:
    """Show who will receive the conflict on top of the form, which keeps what was typed."""
    view = payload.view
    draft_id = DraftId(view.number("draft") or 0)
    command = ProposeConflict(actor, draft_id, ConflictForm.typed_into(view), t.today)
    ack(response_action="push", view=views.preview(escalations.propose(store, command), t))


def send(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Raise the conflict and close form and preview; the raiser hears by DM. Show what changed since the preview."""
    view = payload.view
    draft_id, anyway = DraftId(view.number("draft") or 0), SendForm.of(view).anyway
    command = RaiseConflict(actor, draft_id, anyway, payload.key, view.number("digest") or 0)
    match escalations.raise_conflict(store, now, command):
        case Preview() as changed:
            ack(response_action="update", view=views.preview(changed, t))
        case ConflictRaised():
            ack(response_action="clear")


def acknowledge(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take a conflict on; the card is edited."""
    command = AcknowledgeConflict(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalations.acknowledge(store, now, command)
    ack()


def open_decision(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the decision's form."""
    seen = escalations.form_to_decide(store, actor, EscalationId(payload.id))
    slack.open(payload.trigger_id, views.decision_form(seen, t))
    ack()


def decide(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the decision."""
    form = DecisionForm.of(payload.view)
    escalation_id = EscalationId(payload.view.number("escalation") or 0)
    command = Decide(actor, escalation_id, form.kind, form.text, form.reason, bool(form.confirm), payload.key)
    escalations.decide(store, now, command)
    ack()


def open_statement(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the other side's form."""
    seen = escalations.form_to_state(store, actor, EscalationId(payload.id))
    slack.open(payload.trigger_id, views.statement_form(seen, t))
    ack()


def state_view(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the other side's view."""
    escalation_id = EscalationId(payload.view.number("escalation") or 0)
    command = StateView(actor, escalation_id, StatementForm.of(payload.view).text, payload.key)
    escalations.state_view(store, now, command)
    ack()


def confirm(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Confirm a settlement for the own side; every card that shows it is edited."""
    command = ConfirmSettlement(actor, EscalationId(payload.id), payload.key, payload.reply())
    escalations.confirm(store, now, command)
    ack()


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam E-3``; the text is the number."""
    ack(**views.shown(escalations.show(store, actor, int(payload.text)), t))


def read_whole(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open every word of a conflict that a card had to cut."""
    seen = escalations.read_whole(store, actor, EscalationId(payload.id))
    slack.open(payload.trigger_id, views.whole(seen, t))
    ack()
