"""Duplicate refusals: why two cannot be merged, told apart or taken apart, and what is possible instead."""

from collections.abc import Sequence

from bot.domain import errors
from bot.i18n import Translator, Typed, Words, joined
from bot.views.blocks import cut
from bot.views.refused import sentence

_NAME = 80
_NEAR = 5
"""Names that one sentence lists."""


@sentence.register
def _(refusal: errors.MayNotMerge, t: Translator) -> Words:
    if not refusal.who:
        return t("Only who looks after both may do this, or a KAM lead.")
    return t("Only who looks after both may do this, or a KAM lead: {people}.", people=t.either(list(refusal.who)[:5]))


@sentence.register
def _(refusal: errors.AlreadyMerged, t: Translator) -> Words:
    name, into = (Typed(cut(one, _NAME)) for one in (refusal.name, refusal.into))
    if refusal.by is None or refusal.at is None:
        if name == into:
            return t("The two entries called {name} are one already.", name=name)
        return t("{name} is part of {into} already.", name=name, into=into)
    if name == into:
        return t(
            "{person} merged the two entries called {name}, {at}. /kam duplicates shows what can be taken back.",
            person=t.person(refusal.by),
            name=name,
            at=t.moment(refusal.at),
        )
    return t(
        "{person} merged {name} into {into}, {at}. /kam duplicates shows what can be taken back.",
        person=t.person(refusal.by),
        name=name,
        into=into,
        at=t.moment(refusal.at),
    )


@sentence.register
def _(refusal: errors.AlreadyDismissed, t: Translator) -> Words:
    if refusal.by is None or refusal.at is None:
        return t("Somebody just said that these are two different ones.")
    return t(
        "{person} said that these are two different ones, {at}. Same as another one … on their card merges them all "
        "the same.",
        person=t.person(refusal.by),
        at=t.moment(refusal.at),
    )


@sentence.register
def _(refusal: errors.ChangedSinceForm, t: Translator) -> Words:
    name = Typed(cut(refusal.name, _NAME))
    if refusal.by is None or refusal.at is None:
        return t(
            "{name} was changed meanwhile. Please choose again which one stays: the form then shows it.", name=name
        )
    return t(
        "{person} changed {name}, {at}. Please choose again which one stays: the form then shows it.",
        person=t.person(refusal.by),
        name=name,
        at=t.moment(refusal.at),
    )


@sentence.register
def _(_refusal: errors.SameOne, t: Translator) -> Words:
    return t("That is the same one. Please choose another.")


@sentence.register
def _(_refusal: errors.UnknownOther, t: Translator) -> Words:
    return t("That one does not exist any more. Please choose another.")


@sentence.register
def _(refusal: errors.UndoOver, t: Translator) -> Words:
    return t(
        "A merge can be taken back for {days} days; this one is from {day}. What does not belong there can be moved "
        "one by one.",
        days=t.number(refusal.days),
        day=t.day(refusal.at.date()),
    )


@sentence.register
def _(refusal: errors.AlreadyUndone, t: Translator) -> Words:
    if refusal.by is None or refusal.at is None:
        return t("Somebody just took this merge back.")
    return t("{person} took this merge back, {at}.", person=t.person(refusal.by), at=t.moment(refusal.at))


@sentence.register
def _(refusal: errors.MergedSince, t: Translator) -> Words:
    name, into = (Typed(cut(one, _NAME)) for one in (refusal.name, refusal.into))
    if name == into:
        return t(
            "The two entries called {name} are one by now. Please take that back first: /kam duplicates.", name=name
        )
    return t("{name} is part of {into} by now. Please take that back first: /kam duplicates.", name=name, into=into)


@sentence.register
def _(refusal: errors.NearAccounts, t: Translator) -> Words:
    return t(
        "Is it one of these: {names}? Then please choose it, or type its name. If {typed} is another one, just send it "
        "again.",
        names=_listed(refusal.near, t),
        typed=Typed(cut(refusal.typed, _NAME)),
    )


@sentence.register
def _(refusal: errors.NearContacts, t: Translator) -> Words:
    return t(
        "Is it one of these: {names}? Then it is there already. If {typed} is somebody else, just send it again.",
        names=_listed(refusal.near, t),
        typed=Typed(cut(refusal.typed, _NAME)),
    )


def _listed(near: Sequence[str], t: Translator) -> Words:
    return t.all_of([joined([Typed(cut(one, _NAME))]) for one in near[:_NEAR]])
