"""Interactions: ``/kam-log``, its form, the account's choice, Edit and Undo."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import AccountId, DraftId, InteractionId
from bot.domain.interactions import (
    AccountUnclear,
    ChangeForm,
    EditLog,
    InteractionLogged,
    LogDraft,
    LogForm,
    LogLine,
    ReadOn,
    SaidTwice,
    SaveLog,
    StartLog,
    WithdrawInteraction,
)
from bot.domain.members import Member
from bot.i18n import Translator, Typed
from bot.ports import Store
from bot.services import accounts, contacts, interactions
from bot.views import blocks
from bot.views import interactions as views
from handlers.forms import LogForm as LogFields
from handlers.forms import LogNewForm as LogNewFields
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
        case SaidTwice() as again:
            ack(**views.said_twice(again, t))
        case AccountUnclear() as question:
            ack(**views.account_unclear(question, t))
        case LogForm() as form:
            slack.open(payload.trigger_id, views.form(form, t))
            ack()


def start_log(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the empty form; the button may carry an account."""
    command = StartLog(actor, AccountId(payload.id) or None, payload.key, payload.reply(replace=False))
    slack.open(payload.trigger_id, views.form(interactions.start(store, now, command), t))
    ack()


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam I-240``; the text is the number."""
    ack(**views.shown(interactions.show(store, now, actor, int(payload.text)), t))


def read_on(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the next part of a long text, below what was read."""
    interaction_id, offset = payload.ids
    command = ReadOn(actor, InteractionId(interaction_id), offset, payload.key, payload.reply(replace=False))
    interactions.read_on(store, now, command)
    ack()


def pick_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Log a kept line under the account that was picked, or a second time."""
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
    """Open the form with a kept line, to choose its account or to name a new one."""
    named, reply_to = payload.action.action_id == "log.name", payload.reply(replace=True)
    form = interactions.form_from_draft(store, actor, DraftId(payload.id), reply_to, named=named)
    slack.open(payload.trigger_id, views.form(form, t))
    ack()


def open_edit(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form with a stored interaction; what is saved replaces the answer the button stands on."""
    command = EditLog(actor, InteractionId(payload.id), payload.key, payload.reply(replace=True))
    form = interactions.form_to_edit(store, now, command)
    slack.open(payload.trigger_id, views.form(form, t))
    ack()


def change_form(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show the rarer fields, a new account's name, or the contacts of the chosen account; what is typed stays."""
    view, pressed = slack.view_of(payload), payload.action.action_id
    command = ChangeForm(
        actor,
        DraftId(view.number("draft") or 0),
        AccountId(view.chosen("account") or view.number("account") or 0) or None,
        more=pressed == "log.more" or view.number("more") is not None,
        named=pressed == "log.unlisted" or view.number("named") is not None,
        version=view.number("version"),
    )
    slack.update(view, views.form(interactions.change_form(store, command), t))
    ack()


def save_form(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form; the answer is posted where the person started."""
    view = payload.view
    fields = (LogNewFields if view.number("named") else LogFields).of(view)
    command = SaveLog(
        actor,
        fields.details(),
        payload.key,
        DraftId(view.number("draft") or 0),
        new_account=fields.new_account,
        version=view.number("version"),
    )
    interactions.save(store, now, command)
    ack()


def undo(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Withdraw an interaction; the answer replaces the one the button stands on."""
    command = WithdrawInteraction(actor, InteractionId(payload.id), payload.key, payload.reply(replace=True))
    interactions.withdraw(store, now, command)
    ack()


def find_account(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer accounts in a search."""
    found = accounts.find(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(account.id), views.named(account)) for account in found))


def find_contact(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer the contacts of the account the form is about."""
    account_id = payload.view.number("account") if payload.view else None
    found = contacts.find(store, actor, AccountId(account_id or 0), payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(contact.id), Typed(contact.name)) for contact in found))
