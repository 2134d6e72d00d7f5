"""Request refusals: why something cannot be done with a request, and what can."""

from collections.abc import Mapping

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views.errors import with_text
from bot.views.labels import N_
from bot.views.refused import sentence


@sentence.register
def _(refusal: errors.NobodyToAsk, t: Translator) -> Words:
    sorry = t(
        "No department, KAM lead or admin is set up yet who could receive this. An admin can do so with an import."
    )
    return with_text(sorry, refusal.typed, t)


@sentence.register
def _(_refusal: errors.DepartmentMissing, t: Translator) -> Words:
    return t("Please choose the department you ask.")


@sentence.register
def _(refusal: errors.CannotTakeOn, t: Translator) -> Words:
    if not refusal.name:
        return t("Whoever takes it on must be a full member of this Slack. Please choose somebody else.")
    return t(
        "{name} is no full member of this Slack and would not see it. Please choose somebody else.",
        name=Typed(refusal.name),
    )


_NOW: Mapping[str, str] = {
    "open": N_("{id} is open: {person} changed it last, {at}."),
    "question": N_("{id} waits for an answer to what {person} asked back, {at}."),
    "countered": N_("{id} is answered already: {person} offered something else, {at}."),
    "accepted": N_("{id} is answered already: {person} accepted it, {at}."),
    "declined": N_("{id} is answered already: {person} said not this time, {at}."),
    "delivered": N_("{id} is done already: {person} delivered it, {at}."),
    "confirmed": N_("{id} was closed {at}: {person} confirmed it."),
    "reopened": N_("{id} is open again: {person} reopened it, {at}."),
    "withdrawn": N_("{id} was closed {at}: {person} withdrew it."),
}
"""What a request's state says to somebody who came too late."""


@sentence.register
def _(refusal: errors.AlreadyAnswered, t: Translator) -> Words:
    short_id, at = Typed(refusal.short_id), t.moment(refusal.at)
    if refusal.by is None or refusal.state not in _NOW:
        return t("{id} was closed {at}. /kam {id} shows what you can do.", id=short_id, at=at)
    return t(_NOW[refusal.state], id=short_id, person=t.person(refusal.by), at=at)


@sentence.register
def _(refusal: errors.NotForYou, t: Translator) -> Words:
    if not refusal.who:
        return t("{id} is for others to do. /kam {id} shows what you can do.", id=Typed(refusal.short_id))
    return t("Only {who} can do this for {id}.", who=t.either(list(refusal.who)), id=Typed(refusal.short_id))


@sentence.register
def _(refusal: errors.CounteredOnce, t: Translator) -> Words:
    return t(
        "You suggested something else for {id} before. This offer is to be taken or turned down.",
        id=Typed(refusal.short_id),
    )


@sentence.register
def _(refusal: errors.ShownOtherwise, t: Translator) -> Words:
    return t("{id} has changed since this was shown. /kam {id} shows where it stands.", id=Typed(refusal.short_id))


@sentence.register
def _(_refusal: errors.OfferEmpty, t: Translator) -> Words:
    return t("Please offer another date, another person or another scope.")


@sentence.register
def _(refusal: errors.OfferOver, t: Translator) -> Words:
    return t(
        "The offer for {id} was for {day}, which is over. Please suggest another date, or turn it down.",
        id=Typed(refusal.short_id),
        day=t.day(refusal.day),
    )


@sentence.register
def _(refusal: errors.SameDepartment, t: Translator) -> Words:
    return t("It is with {department} already. Please choose another department.", department=Typed(refusal.name))


@sentence.register
def _(refusal: errors.NobodyAnswers, t: Translator) -> Words:
    return t(
        "Nobody answers for {department} at the moment. Please choose another department.",
        department=Typed(refusal.name),
    )


@sentence.register
def _(refusal: errors.MayNotAnswer, t: Translator) -> Words:
    who = t.either(list(refusal.who))
    if refusal.department is None:
        return t("{id} is answered by {who}.", id=Typed(refusal.short_id), who=who)
    return t(
        "{id} is answered by {department}: {who}.",
        id=Typed(refusal.short_id),
        department=Typed(refusal.department),
        who=who,
    )


@sentence.register
def _(refusal: errors.RequestNotDeclined, t: Translator) -> Words:
    return t(
        "{id} is not declined, so both sides can still agree on it. /kam {id} shows where it stands.",
        id=Typed(refusal.short_id),
    )
