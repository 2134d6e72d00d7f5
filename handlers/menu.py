"""The menu: bare ``/kam``, ``/kam help`` and their buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.members import Member
from bot.domain.menu import Explain, Topic
from bot.i18n import Translator
from bot.ports import Store
from bot.services import menu
from bot.views import menu as views
from handlers.payloads import Click


def show_menu(ack: Ack, actor: Member, store: Store, t: Translator) -> None:
    """Answer bare ``/kam``."""
    ack(**views.menu(menu.menu(store, actor), t))


def show_help(ack: Ack, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam help``."""
    ack(**views.help_page(menu.help_page(store, actor), t))


def explain_help(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show from the menu what this person can do."""
    menu.explain(store, now, Explain(actor, Topic.HELP, payload.key, payload.reply(replace=False)))
    ack()


def explain_ask(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Say from the menu what to type for a question."""
    menu.explain(store, now, Explain(actor, Topic.ASK, payload.key, payload.reply(replace=False)))
    ack()
