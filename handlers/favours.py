"""Favours: ``/kam favour``, its form and buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.delivery import Subject
from bot.domain.favours import (
    ChangeFavourForm,
    FavourList,
    ShowFavours,
    StartFavour,
    TurnFavours,
    WithdrawFavour,
)
from bot.domain.identity import AccountId, DraftId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import favours
from bot.views import favours as views
from handlers.commitment_forms import FavourForm
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam favour``: the own ones, or an account's or a contact's."""
    ack(**views.listed(favours.show(store, ShowFavours(actor, payload.text)), t))


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page, or the own ones, in place of the list."""
    asked = FavourList.of(payload.action.chosen)
    favours.turn(store, now, TurnFavours(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def of_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the favours of the account that was chosen."""
    asked = FavourList(Subject.ACCOUNT, payload.id)
    favours.turn(store, now, TurnFavours(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the empty form."""
    command = StartFavour(actor, FavourList.of(payload.action.chosen), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(favours.open_form(store, now, command), t))
    ack()


def open_again(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form that did not open in time."""
    slack.open(payload.trigger_id, views.form(favours.open_again(store, now, actor, DraftId(payload.id)), t))
    ack()


def change_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Show the contacts of the account that was chosen, or the rarer fields; what is typed stays."""
    view = slack.view_of(payload)
    command = ChangeFavourForm(
        actor,
        DraftId(view.number("draft") or 0),
        AccountId(view.chosen("account") or view.number("account") or 0) or None,
        more=payload.action.action_id == "favour.fields" or view.number("more") is not None,
    )
    slack.update(view, views.form(favours.change_form(store, now, command), t))
    ack()


def save(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form."""
    favours.save(store, now, FavourForm.of(payload.view).command(actor, payload))
    ack()


def withdraw(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take a favour back."""
    favour_id, asked = FavourList.beside(payload.action.chosen)
    command = WithdrawFavour(actor, favour_id, asked, payload.key, payload.reply())
    favours.withdraw(store, now, command)
    ack()
