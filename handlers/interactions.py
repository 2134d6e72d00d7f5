"""Interactions: ``/kam-log``, its form, the account's choice, Edit and Undo."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import AccountId, DraftId, InteractionId
from bot.domain.interactions import (
    AccountUnclear,
    InteractionLogged,
    LogDraft,
    LogForm,
    LogLine,
    SaveLog,
    WithdrawInteraction,
)
from bot.domain.members import Member
from bot.i18n import Translator, Typed
from bot.ports import Store
from bot.services import accounts, contacts, interactions
from bot.views import blocks
from bot.views import interactions as views
from handlers.forms import LogForm as LogFields
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission


def log_interaction(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam-log``: save the line, ask for its account, or open the form."""
    command = LogLine(actor, payload.text, payload.channel, payload.key, payload.reply_to)
    match interactions.log_line(store, now, command):
        case InteractionLogged() as done:
            ack(**views.logged(done, t))
        case AccountUnclear() as question:
            ack(**views.account_unclear(question, t))
        case LogForm() as form:
            slack.open(payload.trigger_id, views.form(form, t))
            ack()


def pick_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Log a kept line under the account that was picked."""
    draft_id, account_id = payload.ids
    command = LogDraft(actor, DraftId(draft_id), AccountId(account_id), payload.key, payload.reply(replace=True))
    interactions.log_draft(store, now, command)
    ack()


def new_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Log a kept line under a new account of the name that was typed."""
    command = LogDraft(actor, DraftId(payload.id), None, payload.key, payload.reply(replace=True))
    interactions.log_draft(store, now, command)
    ack()


def open_draft(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form with a kept line."""
    slack.open(payload.trigger_id, views.form(interactions.form_from_draft(store, actor, DraftId(payload.id)), t))
    ack()


def open_edit(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form with a stored interaction."""
    form = interactions.form_to_edit(store, now, actor, InteractionId(payload.id))
    slack.open(payload.trigger_id, views.form(form, t))
    ack()


def change_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Show the rarer fields, or the contacts of the account that was just chosen; what is typed stays."""
    view = slack.view_of(payload)
    more = payload.action.action_id == "log.more" or view.number("more") is not None
    account_id = AccountId(view.chosen("account") or view.number("account") or 0) or None
    if interaction_id := view.number("interaction"):
        form = interactions.form_to_edit(store, now, actor, InteractionId(interaction_id), account_id)
    else:
        draft_id = DraftId(view.number("draft") or 0)
        form = interactions.form_from_draft(store, actor, draft_id, account_id, more=more)
    slack.update(view, views.form(form, t))
    ack()


def save_form(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form; the answer is posted where the person started."""
    view = payload.view
    draft_id, interaction_id = view.number("draft"), view.number("interaction")
    command = SaveLog(
        actor,
        LogFields.of(view).details(),
        payload.key,
        draft_id=DraftId(draft_id) if draft_id else None,
        interaction_id=InteractionId(interaction_id) if interaction_id else None,
        version=view.number("version"),
    )
    interactions.save(store, now, command)
    ack()


def undo(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Withdraw an interaction; the answer replaces the message the button was on."""
    command = WithdrawInteraction(actor, InteractionId(payload.id), payload.key, payload.reply())
    interactions.withdraw(store, now, command)
    ack()


def find_account(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer accounts in a search."""
    found = accounts.find(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(account.id), Typed(account.name)) for account in found))


def find_contact(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer the contacts of the account the form is about."""
    account_id = payload.view.number("account") if payload.view else None
    found = contacts.find(store, actor, AccountId(account_id or 0), payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(contact.id), Typed(contact.name)) for contact in found))
