"""Refusals about answers: why one is not shared."""

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views.refused import sentence


@sentence.register
def _(refusal: errors.NotForChannels, t: Translator) -> Words:
    if refusal.several:
        return t("Only some people may read these answers, so they are not posted to a channel. Tell whom they help.")
    return t("Only some people may read this, so it is not posted to a channel. Tell whom it helps.")


@sentence.register
def _(_refusal: errors.NotAChannel, t: Translator) -> Words:
    return t("Please choose a channel.")


@sentence.register
def _(refusal: errors.SharedOutside, t: Translator) -> Words:
    return t("People of other companies read #{channel}. Please choose a channel of ours.", channel=Typed(refusal.name))
