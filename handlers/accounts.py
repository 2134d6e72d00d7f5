"""Accounts: ``/kam account``, and the buttons that lead to a card."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.account_cards import AccountCard
from bot.domain.accounts import AccountQuestion, PickAccount, Scope, ShowAccount
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import accounts
from bot.views import accounts as views
from handlers.payloads import Click, SlashCommand


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam account``: the card, or the question which account is meant."""
    match accounts.card(store, now, ShowAccount(actor, payload.text, payload.channel)):
        case AccountCard() as found:
            ack(**views.card(found, t))
        case AccountQuestion() as question:
            ack(**views.question(question, t))


def pick(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the card of the account that was picked, in place of the question."""
    accounts.pick(store, now, PickAccount(actor, AccountId(payload.id), payload.key, payload.reply(replace=True)))
    ack()


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the whole group, the account alone, a unit, or what it is part of, in place of the card."""
    scope, account_id = payload.choice
    command = PickAccount(actor, AccountId(account_id), payload.key, payload.reply(), Scope.named(scope))
    accounts.pick(store, now, command)
    ack()


def ask_which(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Ask from the menu whose card to show."""
    accounts.pick(store, now, PickAccount(actor, None, payload.key, payload.reply(replace=False)))
    ack()
