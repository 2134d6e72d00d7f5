"""Escalations: ``/kam-escalate``, its form and preview, Send and Join."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.escalation_commands import (
    BeginConflict,
    ConflictRaised,
    JoinConflict,
    Preview,
    ProposeConflict,
    RaiseConflict,
    StartConflict,
)
from bot.domain.identity import AccountId, DraftId, EscalationId, RequestId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import escalation_raising
from bot.views import blocks
from bot.views import escalation_forms as views
from handlers.forms import ConflictForm, SendForm
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission


def escalate(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam-escalate``: open the form with what was typed."""
    command = BeginConflict(actor, payload.text, payload.channel, payload.key, payload.reply_to)
    slack.open(payload.trigger_id, views.form(escalation_raising.begin(store, now, command), t))
    ack()


def start(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Open the empty form; the button may carry an account."""
    account_id, reply_to = AccountId(payload.id) or None, payload.reply(replace=False)
    command = StartConflict(actor, payload.key, reply_to, account_id=account_id)
    slack.open(payload.trigger_id, views.form(escalation_raising.start(store, now, command), t))
    ack()


def from_request(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form with what a declined request says."""
    command = StartConflict(
        actor, payload.key, payload.reply(), request_id=RequestId(payload.id), pressed=payload.stands_at
    )
    slack.open(payload.trigger_id, views.form(escalation_raising.start(store, now, command), t))
    ack()


def open_draft(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form again with what was kept."""
    slack.open(payload.trigger_id, views.form(escalation_raising.form_from_draft(store, actor, DraftId(payload.id)), t))
    ack()


def show_more(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rarer fields; what is typed stays."""
    view = slack.view_of(payload)
    draft_id = DraftId(view.number("draft") or 0)
    form = escalation_raising.form_with_more(store, actor, draft_id, ConflictForm.typed_into(view))
    slack.update(view, views.form(form, t))
    ack()


def find_party(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer departments and members."""
    found = escalation_raising.find_parties(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options(views.party(choice) for choice in found))


def preview(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Show who will receive the conflict on top of the form, which keeps what was typed."""
    view = payload.view
    draft_id = DraftId(view.number("draft") or 0)
    command = ProposeConflict(actor, draft_id, ConflictForm.typed_into(view), t.today)
    ack(response_action="push", view=views.preview(escalation_raising.propose(store, now, command), t))


def send(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Raise the conflict and close form and preview; the raiser hears by DM. Ask again where something changed."""
    view = payload.view
    draft_id, anyway = DraftId(view.number("draft") or 0), SendForm.of(view).anyway
    again = view.number("again") is not None
    command = RaiseConflict(actor, draft_id, anyway, payload.key, view.number("digest") or 0, again)
    match escalation_raising.raise_conflict(store, now, command):
        case Preview() as changed:
            ack(response_action="update", view=views.preview(changed, t))
        case ConflictRaised():
            ack(response_action="clear")


def join(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Stand beside the raiser of the same conflict instead of raising another."""
    view = slack.view_of(payload)
    command = JoinConflict(actor, EscalationId(payload.id), DraftId(view.number("draft") or 0), payload.key)
    slack.update(view, views.joined_conflict(escalation_raising.join(store, now, command), t))
    ack()
