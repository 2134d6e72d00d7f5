"""Contact refusals: why something cannot be done with a contact, and what can."""

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views.blocks import cut
from bot.views.refused import sentence

_NAME = 80


@sentence.register
def _(refusal: errors.MayNotEditContact, t: Translator) -> Words:
    account = Typed(cut(refusal.account, _NAME))
    if not refusal.who:
        return t("Only the people who look after {account} can change its contacts.", account=account)
    return t(
        "Only the people who look after {account} can change its contacts. You can ask {people}, or log what you "
        "know with /kam-log.",
        account=account,
        people=t.either([*refusal.who][:3]),
    )


@sentence.register
def _(refusal: errors.ContactChanged, t: Translator) -> Words:
    name = Typed(cut(refusal.name, _NAME))
    if refusal.by is None or refusal.at is None:
        return t("{name} was changed in the meantime. Please open the contact again with /kam contact.", name=name)
    return t(
        "{person} changed {name} in the meantime, {at}. Please open the contact again with /kam contact; "
        "copy first what you typed.",
        person=t.person(refusal.by),
        name=name,
        at=t.moment(refusal.at),
    )


@sentence.register
def _(_refusal: errors.ContactMissing, t: Translator) -> Words:
    return t("This contact is not here any more. Please choose somebody else.")


@sentence.register
def _(refusal: errors.FutureDate, t: Translator) -> Words:
    return t(
        "{day} lies ahead. Please choose today or earlier, and write the rest down when it happens.",
        day=t.day(refusal.given),
    )


@sentence.register
def _(refusal: errors.BeforeTheLast, t: Translator) -> Words:
    return t(
        "The present position began on {day}. Please choose a later day, or correct that date with New position.",
        day=t.day(refusal.began),
    )


@sentence.register
def _(_refusal: errors.NothingJudged, t: Translator) -> Words:
    return t("Please choose what you judge: attitude, influence, or how well somebody knows them.")


@sentence.register
def _(refusal: errors.ReportingRing, t: Translator) -> Words:
    return t(
        "{name} already reports to this contact. Please choose somebody else.", name=Typed(cut(refusal.name, _NAME))
    )


@sentence.register
def _(_refusal: errors.StrengthOfWhom, t: Translator) -> Words:
    return t("Please choose who of us knows them that well.")
