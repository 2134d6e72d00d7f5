"""Escalation refusals: why something cannot be done with a goal conflict, and what can."""

from bot.domain import errors
from bot.i18n import NO_WORDS, Translator, Typed, Words
from bot.views.labels import GATE
from bot.views.refused import sentence


@sentence.register
def _(_refusal: errors.NotOnBothSides, t: Translator) -> Words:
    return t("Nobody can stand on both sides. Please choose the colleague who holds the other goal.")


@sentence.register
def _(_refusal: errors.OtherPartyMissing, t: Translator) -> Words:
    return t("Please choose the department or person that holds the other goal.")


@sentence.register
def _(refusal: errors.PartyUnreachable, t: Translator) -> Words:
    if not refusal.name:
        return t("Scharnier can't reach this person. Please choose somebody else.")
    return t("Nobody can be reached for {name} just now. Please choose a colleague.", name=Typed(refusal.name))


@sentence.register
def _(refusal: errors.GateReasonMissing, t: Translator) -> Words:
    missing = t.all_of([t(GATE[gate]) for gate in refusal.missing])
    return t("Still missing: {missing}. Press Back to add it, or say why it goes without.", missing=missing)


@sentence.register
def _(refusal: errors.NotAnAddressee, t: Translator) -> Words:
    if not refusal.who:
        return t("{id} has no sponsor yet. As soon as one is assigned, they can decide.", id=Typed(refusal.short_id))
    return t("Only {who} can do this for {id}.", who=t.either(list(refusal.who)), id=Typed(refusal.short_id))


@sentence.register
def _(refusal: errors.NotTheOtherSide, t: Translator) -> Words:
    return t(
        "Only {who} can state this side's view of {id}: nobody edits another's words.",
        who=t.either(list(refusal.who)),
        id=Typed(refusal.short_id),
    )


@sentence.register
def _(refusal: errors.AlreadyEscalated, t: Translator) -> Words:
    return t(
        "{id} lies before a sponsor already. /kam {conflict} shows where that stands.",
        id=Typed(refusal.short_id),
        conflict=Typed(refusal.conflict),
    )


@sentence.register
def _(refusal: errors.NotASide, t: Translator) -> Words:
    return t(
        "Only the two sides confirm {id}: {who}.",
        id=Typed(refusal.short_id),
        who=t.all_of([*map(t.person, refusal.who)]),
    )


@sentence.register
def _(refusal: errors.AlreadyAcknowledged, t: Translator) -> Words:
    return t(
        "{person} took {id} on already, {at}.",
        person=t.person(refusal.by),
        id=Typed(refusal.short_id),
        at=t.moment(refusal.at),
    )


@sentence.register
def _(refusal: errors.QuestionAnswered, t: Translator) -> Words:
    return t("{person} answered that question already, {at}.", person=t.person(refusal.by), at=t.moment(refusal.at))


@sentence.register
def _(refusal: errors.AlreadyDecided, t: Translator) -> Words:
    return t(
        "{person} decided {id} already, {at}. /kam {id} shows the decision.",
        person=t.person(refusal.by),
        id=Typed(refusal.short_id),
        at=t.moment(refusal.at),
    )


@sentence.register
def _(refusal: errors.ConflictClosed, t: Translator) -> Words:
    short_id, at = Typed(refusal.short_id), t.moment(refusal.at)
    if refusal.state == "kept":
        return t("{id} is closed: the decision was kept, {at}.", id=short_id, at=at)
    person = t.person(refusal.by) if refusal.by is not None else NO_WORDS
    if refusal.state == "withdrawn":
        return t(
            "{id} is closed: {person} withdrew it, {at}. {person} can reopen it: /kam {id}.",
            id=short_id,
            person=person,
            at=at,
        )
    return t(
        "{id} is closed: {person} returned it with guidance, {at}. Either side can reopen it: /kam {id}.",
        id=short_id,
        person=person,
        at=at,
    )


@sentence.register
def _(_refusal: errors.ActionIncomplete, t: Translator) -> Words:
    return t("Please say what is to be done, by whom and until when, or leave the line empty.")


@sentence.register
def _(refusal: errors.CannotTakeOver, t: Translator) -> Words:
    if not refusal.name:
        return t("Only a full member of this Slack can take it over. Please choose somebody else.")
    return t(
        "{name} takes a side in this, has it already, or is no full member of this Slack. Please choose somebody else.",
        name=Typed(refusal.name),
    )


@sentence.register
def _(refusal: errors.MayNotMove, t: Translator) -> Words:
    return t("For {id} this is up to {who}.", id=Typed(refusal.short_id), who=t.either(list(refusal.who)))


@sentence.register
def _(_refusal: errors.DecisionReasonMissing, t: Translator) -> Words:
    return t("Please give a reason: both sides want to understand the decision.")


@sentence.register
def _(_refusal: errors.RulingUnconfirmed, t: Translator) -> Words:
    return t("A ruling needs your word that you may decide this for both sides. Otherwise give advice or a settlement.")
