"""Accounts: their card, and the notice about a new one."""

from bot.domain.accounts import AccountCreated
from bot.i18n import Translator, Typed
from bot.views.blocks import Message, context, message, section


def created(told: AccountCreated, t: Translator) -> Message:
    """Tell a KAM lead that an account needs a KAM."""
    sentence = t(
        "{person} created the account {account}. It has no KAM yet.",
        person=t.person(told.by),
        account=Typed(told.account.name),
    )
    return message(sentence, section(sentence), context(t("You get this because you lead the KAMs.")))
