"""Promises and next steps: ``/kam promises``, ``/kam todo``, their forms and buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.commitments import Act, Deed, Pressed, StartNew
from bot.domain.delivery import Subject
from bot.domain.identity import AccountId, DraftId
from bot.domain.members import Member
from bot.domain.worklists import ListWork, Worklist
from bot.i18n import Translator
from bot.ports import Store
from bot.services import commitments
from bot.views import commitments as views
from handlers.commitment_forms import DeedForm, NewCommitmentForm
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission


def show_promises(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam promises``: the own ones, or an account's."""
    ack(**views.listed(commitments.show(store, now, ListWork(actor, Subject.PROMISE, payload.text)), t))


def show_steps(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam todo``: the own next steps, or an account's."""
    ack(**views.listed(commitments.show(store, now, ListWork(actor, Subject.NEXT_STEP, payload.text)), t))


def choose(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Mark as done at once; for anything else open its form."""
    command = Act(actor, Pressed.of(payload.action.chosen), payload.key, payload.reply(), payload.stands_at)
    if command.pressed.deed is Deed.DONE:
        commitments.finish(store, now, command)
    else:
        slack.open(payload.trigger_id, views.form(commitments.open_form(store, now, command), t))
    ack()


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of a new one."""
    command = StartNew(actor, Worklist.of(payload.action.chosen), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(commitments.open_new(store, now, command), t))
    ack()


def open_again(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form that did not open in time."""
    shown = commitments.open_again(store, now, actor, DraftId(payload.id))
    slack.open(payload.trigger_id, views.form(shown, t))
    ack()


def choose_account(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Offer the contacts of the account that was chosen."""
    view = slack.view_of(payload)
    draft_id, account_id = DraftId(view.number("draft") or 0), AccountId(view.chosen("account") or 0)
    shown = commitments.choose_account(store, now, actor, draft_id, account_id)
    slack.update(view, views.form(shown, t))
    ack()


def save_new(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form of a new one."""
    commitments.save_new(store, now, NewCommitmentForm.of(payload.view).command(actor, payload))
    ack()


def save_deed(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save another date, another owner, or that it is taken back."""
    commitments.save_deed(store, now, DeedForm.of(payload.view).command(actor, payload))
    ack()
