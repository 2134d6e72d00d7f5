"""Delivery: which view shows what a row of the outbox tells."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.i18n import Translator
from bot.views import accounts, escalations, interactions, menu, notices, requests, search, setup
from bot.views.blocks import Message

VIEWS: Mapping[str, Callable[[Any, Translator], Message]] = {
    "account.card": accounts.card,
    "account.created": accounts.created,
    "account.question": accounts.question,
    "channel.invite": setup.invite,
    "delivery.outage": notices.outage,
    "delivery.plain": notices.in_plain_text,
    "delivery.undelivered": notices.undelivered,
    "escalation.acknowledged": escalations.acknowledged,
    "escalation.card": escalations.card,
    "escalation.decided": escalations.decided,
    "escalation.header": escalations.header_card,
    "escalation.invite": escalations.invite,
    "escalation.raised": escalations.raised,
    "escalation.readdressed": notices.readdressed,
    "escalation.request_line": escalations.request_line,
    "escalation.shown": escalations.shown,
    "escalation.unaddressed": escalations.unaddressed,
    "interaction.line": interactions.channel_line,
    "interaction.alert": interactions.alert,
    "interaction.logged": interactions.logged,
    "interaction.new_account": interactions.logged,
    "interaction.edited": interactions.logged,
    "interaction.page": interactions.continued,
    "interaction.withdrawn": interactions.withdrawn,
    "menu.ask": search.answered,
    "menu.help": menu.help_page,
    "search.answered": search.answered,
    "request.card": requests.card,
    "request.thread": requests.thread_line,
    "request.accepted": requests.accepted,
    "request.declined": requests.declined,
    "request.assigned": requests.assigned,
    "request.sent": requests.sent,
    "request.shown": requests.shown,
}


def show(topic: str, told: object, t: Translator) -> Message:
    """Show what a row tells, in its recipient's language."""
    return VIEWS[topic](told, t)


def marked(message: Message, t: Translator) -> Message:
    """Say above a message that it may stand there already."""
    return notices.marked(message, t)


def plain(message: Message) -> Message:
    """Return what is left of a message whose blocks Slack refuses: the notification's sentence."""
    return {"text": message["text"], "blocks": []}
