"""Account refusals: why an account cannot be as it was filled in, and what can."""

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views.refused import sentence


@sentence.register
def _(refusal: errors.TooManyAliases, t: Translator) -> Words:
    return t(
        "These are {count} other names; an account may have {limit}. Please keep those that people type.",
        count=t.number(refusal.count),
        limit=t.number(refusal.limit),
    )


@sentence.register
def _(refusal: errors.MayNotChangeAccount, t: Translator) -> Words:
    if not refusal.who:
        return t("KAM, deputy and KAM leads change this. This account has no KAM yet, and nobody leads the KAMs.")
    return t("KAM, deputy and KAM leads change this: please ask {who}.", who=t.either(list(refusal.who)))


@sentence.register
def _(_refusal: errors.MayNotAppoint, t: Translator) -> Words:
    return t("KAM leads name KAM, deputy and sponsor. Please ask one of them.")


@sentence.register
def _(refusal: errors.AccountChanged, t: Translator) -> Words:
    if refusal.by is not None and refusal.at is not None:
        return t(
            "{person} changed this account while the form was open, {at}. "
            "Copy what you typed, close the form and open it again.",
            person=t.person(refusal.by),
            at=t.moment(refusal.at),
        )
    return t("Somebody changed this account while the form was open. Copy what you typed, close it and open it again.")


@sentence.register
def _(_refusal: errors.GroupUnfinished, t: Translator) -> Words:
    return t("Please choose both, the account it is part of and as what; or “Part of no group” and no account.")


@sentence.register
def _(_refusal: errors.AccountInRing, t: Translator) -> Words:
    return t("An account cannot be part of itself or of its own units. Please choose another.")


@sentence.register
def _(refusal: errors.ChannelTaken, t: Translator) -> Words:
    return t("This channel belongs to {account}. Please choose another.", account=Typed(refusal.account))


@sentence.register
def _(_refusal: errors.JudgementReasonMissing, t: Translator) -> Words:
    return t("Please say in one sentence why; it is kept with the day and your name.")
