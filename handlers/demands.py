"""Demands: ``/kam demand``, the forms of a new one and of a decision, and their buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.demands import Act, ChooseAccount, DemandForm, DemandLine, Pressed, StartDemand
from bot.domain.identity import AccountId, DraftId
from bot.domain.members import Member
from bot.domain.worklists import Worklist
from bot.i18n import Translator
from bot.ports import Store
from bot.services import demands
from bot.views import demands as views
from handlers.commitment_forms import DemandForm as DemandFields
from handlers.commitment_forms import TriageForm
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission


def pass_on(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam demand``: pass on what was typed, list an account's, or open the form."""
    line = DemandLine(actor, payload.text, payload.channel, payload.key, payload.reply_to)
    done = demands.pass_on(store, now, line)
    if isinstance(done, DemandForm):
        slack.open(payload.trigger_id, views.form(done, t))
        ack()
    else:
        ack(**views.answered(done, t))


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the empty form."""
    command = StartDemand(actor, Worklist.of(payload.action.chosen), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(demands.open_new(store, now, command), t))
    ack()


def choose(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Do at once what needs no words; for a decision open its form."""
    command = Act(actor, Pressed.of(payload.action.chosen), payload.key, payload.reply(), payload.stands_at)
    if command.pressed.is_done_at_once:
        demands.act(store, now, command)
    else:
        slack.open(payload.trigger_id, views.form(demands.open_form(store, now, command), t))
    ack()


def open_again(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form that did not open in time."""
    slack.open(payload.trigger_id, views.form(demands.open_again(store, now, actor, DraftId(payload.id)), t))
    ack()


def choose_account(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Offer the contacts of the account that was chosen."""
    view = slack.view_of(payload)
    draft_id, account_id = DraftId(view.number("draft") or 0), AccountId(view.chosen("account") or 0)
    shown = demands.choose_account(store, now, ChooseAccount(actor, draft_id, account_id))
    slack.update(view, views.form(shown, t))
    ack()


def save(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form of a new demand."""
    demands.save(store, now, DemandFields.of(payload.view).command(actor, payload))
    ack()


def decide(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save what becomes of a demand."""
    demands.decide(store, now, TriageForm.of(payload.view).command(actor, payload))
    ack()
