"""Delivery: which view shows what a row of the outbox tells."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.i18n import Translator
from bot.views import accounts, interactions, setup
from bot.views.blocks import Message

VIEWS: Mapping[str, Callable[[Any, Translator], Message]] = {
    "account.created": accounts.created,
    "channel.invite": setup.invite,
    "interaction.line": interactions.channel_line,
    "interaction.alert": interactions.alert,
    "interaction.logged": interactions.logged,
    "interaction.edited": interactions.logged,
    "interaction.withdrawn": interactions.withdrawn,
}


def show(topic: str, told: object, t: Translator) -> Message:
    """Show what a row tells, in its recipient's language."""
    return VIEWS[topic](told, t)
