"""Refusals: the sentence of every refusal, which says what is possible instead."""

import math
from collections.abc import Mapping
from functools import singledispatch

from bot.domain import errors
from bot.domain.members import Standing
from bot.domain.menu import BY_NAME
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold
from bot.views.blocks import cut
from bot.views.errors import with_text
from bot.views.labels import GATE, N_

_QUOTED = 200
"""Characters of a text that a refusal shows, so that one knows which it was."""


@singledispatch
def sentence(refusal: errors.Refusal, t: Translator) -> Words:
    """Say why something cannot be done and what can.

    Raises:
        TypeError: the refusal has no sentence; a test holds the list complete.
    """
    del t
    raise TypeError(type(refusal).__name__)


@sentence.register
def _(refusal: errors.NotAMember, t: Translator) -> Words:
    if refusal.standing is Standing.DEACTIVATED:
        return t("Your Slack account is deactivated, so Scharnier can't act for you.")
    return t(
        "Scharnier is for full members of this company's Slack, because what it stores is internal. "
        "Please ask the colleague you work with to log or ask for you."
    )


@sentence.register
def _(refusal: errors.DirectoryUnreachable, t: Translator) -> Words:
    sorry = t("I can't check who you are just now, please send it again in a minute.")
    return with_text(sorry, refusal.typed, t)


@sentence.register
def _(refusal: errors.SlowDown, t: Translator) -> Words:
    seconds = max(math.ceil(refusal.wait.total_seconds()), 1)
    sorry = t.plural(
        "That was a lot in a short time. Please try again in {count} second; nothing was lost.",
        "That was a lot in a short time. Please try again in {count} seconds; nothing was lost.",
        seconds,
    )
    return with_text(sorry, refusal.typed, t)


@sentence.register
def _(_refusal: errors.StillStarting, t: Translator) -> Words:
    return t("Scharnier is starting, please try again in a moment.")


@sentence.register
def _(_refusal: errors.WrongWorkspace, t: Translator) -> Words:
    return t("Scharnier is not installed in your workspace.")


@sentence.register
def _(refusal: errors.UnknownVerb, t: Translator) -> Words:
    typed = Typed(refusal.typed[:80])
    if not refusal.closest:
        return t("I don't know “{typed}”. /kam help shows what you can do.", typed=typed)
    words = [BY_NAME[verb].in_language(t.language) for verb in refusal.closest]
    commands = t.all_of([bold(Typed(f"/kam {word}")) for word in words])
    return t(
        "I don't know “{typed}”. The closest: {commands}. /kam help shows everything.", typed=typed, commands=commands
    )


@sentence.register
def _(refusal: errors.UnknownAccount, t: Translator) -> Words:
    name = Typed(refusal.typed[:120])
    return t("I don't know an account called {name}. A log with that name creates it.", name=name)


@sentence.register
def _(_refusal: errors.UnknownAccountChosen, t: Translator) -> Words:
    return t("This account is not here any more. Please choose another.")


@sentence.register
def _(refusal: errors.UnknownObject, t: Translator) -> Words:
    if not refusal.typed:
        return t("This is not here any more.")
    return t("I don't know {id}. Please check the number.", id=Typed(refusal.typed[:40]))


@sentence.register
def _(_refusal: errors.NothingTyped, t: Translator) -> Words:
    return t("Please write at least one word.")


@sentence.register
def _(refusal: errors.NameTooLong, t: Translator) -> Words:
    return t(
        "This name has {length} characters; an account's name may have {limit}. Please shorten it.",
        length=t.number(refusal.length),
        limit=t.number(refusal.limit),
    )


@sentence.register
def _(_refusal: errors.NameMissing, t: Translator) -> Words:
    return t("Please write the account's name.")


@sentence.register
def _(_refusal: errors.DraftGone, t: Translator) -> Words:
    return t("This text is saved already, or was somebody else's. To start anew, type the command again.")


@sentence.register
def _(refusal: errors.RegretOver, t: Translator) -> Words:
    if refusal.kam is None:
        return t(
            "Authors can change a note for 24 hours, afterwards its KAM can. {id} has no KAM yet; ask a KAM lead.",
            id=Typed(refusal.short_id),
        )
    return t(
        "Authors can change their own note for 24 hours, afterwards its KAM can: for {id} that is {kam}.",
        id=Typed(refusal.short_id),
        kam=t.person(refusal.kam),
    )


@sentence.register
def _(refusal: errors.AlreadyWithdrawn, t: Translator) -> Words:
    if refusal.by is not None:
        return t(
            "{person} withdrew {id} already, {at}.",
            person=t.person(refusal.by),
            id=Typed(refusal.short_id),
            at=t.moment(refusal.at),
        )
    return t("{id} was withdrawn already, {at}.", id=Typed(refusal.short_id), at=t.moment(refusal.at))


@sentence.register
def _(refusal: errors.ChangedMeanwhile, t: Translator) -> Words:
    if refusal.by is not None and refusal.at is not None:
        return t(
            "{person} changed {id} while this form was open, {at}. "
            "Copy what you typed, close the form and open it again.",
            person=t.person(refusal.by),
            id=Typed(refusal.short_id),
            at=t.moment(refusal.at),
        )
    return t(
        "Somebody changed {id} while this form was open. Copy what you typed, close the form and open it again.",
        id=Typed(refusal.short_id),
    )


@sentence.register
def _(refusal: errors.AlreadySaved, t: Translator) -> Words:
    return t(
        "This form is saved already, as {id}: “{text}”. What you changed since then is not; open {id} to change it.",
        id=Typed(refusal.short_id),
        text=Typed(cut(refusal.text, _QUOTED)),
    )


@sentence.register
def _(refusal: errors.SavedJustNow, t: Translator) -> Words:
    return t(
        "You saved the same words a moment ago, as {id}. If you mean them twice, save again in a minute.",
        id=Typed(refusal.short_id),
    )


@sentence.register
def _(_refusal: errors.SatisfactionWithoutSource, t: Translator) -> Words:
    return t("Please say whose words these are: our impression and the customer's are counted apart.")


@sentence.register
def _(refusal: errors.NotAColleague, t: Translator) -> Words:
    if not refusal.name:
        return t("Only full members of this Slack can be named here. Please choose somebody else.")
    return t(
        "{name} is no full member of this Slack. Please choose somebody else, or name them in the text.",
        name=Typed(refusal.name),
    )


@sentence.register
def _(refusal: errors.OnlyAuthorHides, t: Translator) -> Words:
    return t(
        "Only {person} can keep {id} to themselves. Please choose who else may read it.",
        person=t.person(refusal.author),
        id=Typed(refusal.short_id),
    )


@sentence.register
def _(refusal: errors.PromiseIncomplete, t: Translator) -> Words:
    if refusal.missing == "promise":
        return t("Please say what was promised for that date.")
    return t("Please choose the date that was promised.")


@sentence.register
def _(refusal: errors.PastDate, t: Translator) -> Words:
    return t("{day} is over. Please choose today or later.", day=t.day(refusal.given))


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
def _(_refusal: errors.AccountMissing, t: Translator) -> Words:
    return t("Please choose the account you ask for, or name a new one.")


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
def _(refusal: errors.RequestNotDeclined, t: Translator) -> Words:
    return t(
        "{id} is not declined, so both sides can still agree on it. /kam {id} shows where it stands.",
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


@sentence.register
def _(refusal: errors.SeveralAccounts, t: Translator) -> Words:
    return t("Several accounts are called {name}. Please choose one of them.", name=Typed(refusal.name))


@sentence.register
def _(_refusal: errors.EndsBeforeStart, t: Translator) -> Words:
    return t("The last day lies before the first. Please choose a later one.")


@sentence.register
def _(refusal: errors.AlreadyAway, t: Translator) -> Words:
    return t(
        "There is an absence from {start} to {end} already. Please choose other days, or change that one.",
        start=t.day(refusal.starts_on),
        end=t.day(refusal.ends_on),
    )


@sentence.register
def _(_refusal: errors.OwnDeputy, t: Translator) -> Words:
    return t("Nobody stands in for themselves. Please choose a colleague, or leave it empty.")


@sentence.register
def _(refusal: errors.BacksNobody, t: Translator) -> Words:
    if not refusal.name:
        return t("Only full members of this Slack can be named here. Please choose somebody else.")
    return t(
        "KAM leads enter absences for those who back or look after accounts. {name} can do it with /kam absence.",
        name=Typed(refusal.name),
    )


@sentence.register
def _(refusal: errors.AbsenceChanged, t: Translator) -> Words:
    if refusal.is_over:
        return t("This absence is over, or was taken back. /kam absence shows what is planned.")
    if refusal.by is None or refusal.at is None:
        return t("This absence was changed meanwhile. /kam absence shows it as it is now.")
    return t(
        "{person} changed this absence, {at}. /kam absence shows it as it is now.",
        person=t.person(refusal.by),
        at=t.moment(refusal.at),
    )


@sentence.register
def _(refusal: errors.NoFullMember, t: Translator) -> Words:
    if not refusal.name:
        return t("Only full members of this Slack can be named here. Please choose somebody else.")
    return t("{name} is no full member of this Slack. Please choose somebody else.", name=Typed(refusal.name))


@sentence.register
def _(refusal: errors.MayNotAssignSponsors, t: Translator) -> Words:
    if not refusal.who:
        return t("KAM leads and admins assign sponsors.")
    return t("KAM leads and admins assign sponsors: please ask {who}.", who=t.either(list(refusal.who)))


@sentence.register
def _(_refusal: errors.TwoParts, t: Translator) -> Words:
    return t("KAM, sponsor and deputy are three people. Please choose somebody else.")


@sentence.register
def _(refusal: errors.SelfAppointed, t: Translator) -> Words:
    if not refusal.who:
        return t("Nobody assigns themselves. Please name somebody else, or ask for a second KAM lead or admin.")
    return t("Nobody assigns themselves. Please ask {who} to do it.", who=t.either(list(refusal.who)))


@sentence.register
def _(refusal: errors.SponsorChanged, t: Translator) -> Words:
    kam = t.person(refusal.kam)
    if refusal.sponsor is None:
        now = t("Nobody backs {kam} any more.", kam=kam)
    else:
        now = t("{sponsor} backs {kam} already.", sponsor=t.person(refusal.sponsor), kam=kam)
    if refusal.by is None or refusal.at is None:
        return t("{now} /kam sponsor shows who backs whom.", now=now)
    return t(
        "{now} {person} changed it, {at}. /kam sponsor shows who backs whom.",
        now=now,
        person=t.person(refusal.by),
        at=t.moment(refusal.at),
    )


@sentence.register
def _(_refusal: errors.OutOfDate, t: Translator) -> Words:
    return t("This is out of date. If it is a card, it is being refreshed; otherwise please type the command again.")
