"""Worklists: ``/kam requests``, ``/kam conflicts``, their filters and pages, and one of them opened."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import AccountId
from bot.domain.members import Member
from bot.domain.worklists import ListWork, OpenListed, Scope, TurnTo, Worklist
from bot.i18n import Translator
from bot.ports import Store
from bot.services import worklists
from bot.views import worklists as views
from handlers.payloads import Click, SlashCommand


def show_requests(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam requests``: the own ones, or an account's."""
    done = worklists.show(store, now, ListWork(actor, Subject.REQUEST, payload.text))
    ack(**views.listed(done, t))


def show_conflicts(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam conflicts``: the own ones, or an account's."""
    done = worklists.show(store, now, ListWork(actor, Subject.ESCALATION, payload.text))
    ack(**views.listed(done, t))


def start(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show a list from the menu, beside it."""
    asked = Worklist.of(payload.action.chosen)
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=False)))
    ack()


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another scope, filter or page in place of the list."""
    asked = Worklist.of(payload.action.chosen)
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def requests_of(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the requests of the account that was chosen."""
    asked = Worklist(Subject.REQUEST, Scope.ACCOUNT, AccountId(payload.id))
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def conflicts_of(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the conflicts of the account that was chosen."""
    asked = Worklist(Subject.ESCALATION, Scope.ACCOUNT, AccountId(payload.id))
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def promises_of(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the promises of the account that was chosen."""
    asked = Worklist(Subject.PROMISE, Scope.ACCOUNT, AccountId(payload.id))
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def steps_of(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the next steps of the account that was chosen."""
    asked = Worklist(Subject.NEXT_STEP, Scope.ACCOUNT, AccountId(payload.id))
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def demands_of(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the demands of the account that was chosen."""
    asked = Worklist(Subject.DEMAND, Scope.ACCOUNT, AccountId(payload.id))
    worklists.turn(store, now, TurnTo(actor, asked, payload.key, payload.reply(replace=True)))
    ack()


def open_request(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show a request of the list beside it, with what can be done."""
    about = Ref(Subject.REQUEST, payload.id)
    worklists.open_one(store, now, OpenListed(actor, about, payload.key, payload.reply(replace=False)))
    ack()


def open_conflict(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show a conflict of the list beside it, with what can be done."""
    about = Ref(Subject.ESCALATION, payload.id)
    worklists.open_one(store, now, OpenListed(actor, about, payload.key, payload.reply(replace=False)))
    ack()
