"""Duplicates: ``/kam duplicates``, its pages, and the answer that two are two."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.duplicates import Dismiss, TurnTwins
from bot.domain.identity import TwinsId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import duplicates
from bot.views import duplicates as views
from handlers.payloads import Click


def show(ack: Ack, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam duplicates``: what waits for this person."""
    ack(**views.page(duplicates.listed(store, now, actor), t))


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page in place of this one."""
    duplicates.turn(store, now, TurnTwins(actor, payload.id, payload.key, payload.reply(replace=True)))
    ack()


def open_list(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show what waits for this person beside what was pressed."""
    duplicates.turn(store, now, TurnTwins(actor, 0, payload.key, payload.reply(replace=False)))
    ack()


def dismiss(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Keep that two are two."""
    duplicates.dismiss(store, now, Dismiss(actor, TwinsId(payload.id), payload.key, payload.reply()))
    ack()
