"""Commitment refusals: why a promise, next step, favour or demand stays as it is, and what can be done."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import errors
from bot.domain.demands import GAP
from bot.domain.members import Person
from bot.i18n import Translator, Words
from bot.views.labels import N_
from bot.views.refused import sentence

_THEN: Mapping[str, str] = {
    "promise.done": N_("{person} marked it as kept, {at}. /kam promises shows how it is now."),
    "promise.moved": N_("{person} moved it to another date, {at}. /kam promises shows how it is now."),
    "promise.withdrawn": N_("{person} withdrew it, {at}. /kam promises shows how it is now."),
    "promise.handed_over": N_("{person} handed it over, {at}. /kam promises shows how it is now."),
    "next_step.done": N_("{person} marked it as done, {at}. /kam todo shows how it is now."),
    "next_step.moved": N_("{person} moved it to another date, {at}. /kam todo shows how it is now."),
    "next_step.withdrawn": N_("{person} withdrew it, {at}. /kam todo shows how it is now."),
    "next_step.handed_over": N_("{person} handed it over, {at}. /kam todo shows how it is now."),
    "demand.taken": N_("{person} decided it already: it is being done, {at}."),
    "demand.later": N_("{person} decided it already: it comes back later, {at}."),
    "demand.declined": N_("{person} answered it already: not this time, {at}."),
    "demand.withdrawn": N_("{person} withdrew it, {at}."),
    "demand.done": N_("{person} has done it already, {at}."),
    "demand.back": N_("{person} took its next step back, {at}. It waits for a decision again: /kam demand."),
    "demand.followed_up": N_("{person} asked already how it goes, {at}."),
}
"""What happened last, to somebody who came too late."""


def _late(action: str | None, by: Person | None, at: datetime | None, t: Translator) -> Words:
    if by is None or at is None:
        return t("It was changed since this was shown. Please open the list again.")
    known = _THEN.get(action or "", N_("{person} changed it, {at}. Please open the list again."))
    return t(known, person=t.person(by), at=t.moment(at))


@sentence.register
def _(refusal: errors.CommitmentChanged, t: Translator) -> Words:
    return _late(refusal.action, refusal.by, refusal.at, t)


@sentence.register
def _(refusal: errors.DemandChanged, t: Translator) -> Words:
    return _late(refusal.action, refusal.by, refusal.at, t)


@sentence.register
def _(refusal: errors.TextTooLong, t: Translator) -> Words:
    return t(
        "This has {length} characters, {longest} fit. Please shorten it; a log has room for the whole story.",
        length=t.number(refusal.length),
        longest=t.number(refusal.longest),
    )


@sentence.register
def _(refusal: errors.NotYourCommitment, t: Translator) -> Words:
    owner = t.person(refusal.owner)
    if refusal.kam is None or refusal.kam.id == refusal.owner.id:
        return t("{owner} looks after this and can change it. Please ask them.", owner=owner)
    return t(
        "{owner} looks after this and can change it, and so can {kam} as KAM. Please ask one of them.",
        owner=owner,
        kam=t.person(refusal.kam),
    )


@sentence.register
def _(_refusal: errors.FavourWithdrawn, t: Translator) -> Words:
    return t("Only whoever wrote a favour down and the KAM can take it back; one of a log goes with the log.")


@sentence.register
def _(refusal: errors.MayNotTriage, t: Translator) -> Words:
    if refusal.kam is None:
        return t("The KAM leads decide this as long as the account has no KAM.")
    return t("{kam} decides this as KAM of the account. Please talk to them.", kam=t.person(refusal.kam))


@sentence.register
def _(_refusal: errors.AnswerUnfinished, t: Translator) -> Words:
    return t("Please fill in what still stands as {gap}.", gap=Words(GAP, GAP))
