"""Refusals: the sentence of every refusal, which says what is possible instead; some subjects say theirs next door."""

import math

from bot.domain import errors
from bot.domain.members import Standing
from bot.domain.menu import BY_NAME
from bot.i18n import Translator, Typed, Words, bold
from bot.views import (  # noqa: F401  they say their own
    account_refusals,
    commitment_refusals,
    contact_refusals,
    duplicate_refusals,
    escalation_refusals,
    people_refusals,
    request_refusals,
    search_refusals,
)
from bot.views.blocks import cut
from bot.views.errors import with_text
from bot.views.refused import sentence

__all__ = ["sentence"]

_QUOTED = 200
"""Characters of a text that a refusal shows, so that one knows which it was."""


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
def _(refusal: errors.UnknownToBrief, t: Translator) -> Words:
    name = Typed(refusal.typed[:120])
    return t("I don't know an account or a contact called {name}. Please check how it is spelled.", name=name)


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
def _(_refusal: errors.AccountMissing, t: Translator) -> Words:
    return t("Please choose the account you ask for, or name a new one.")


@sentence.register
def _(refusal: errors.SeveralAccounts, t: Translator) -> Words:
    return t("Several accounts are called {name}. Please choose one of them.", name=Typed(refusal.name))


@sentence.register
def _(_refusal: errors.OutOfDate, t: Translator) -> Words:
    return t("This is out of date. If it is a card, it is being refreshed; otherwise please type the command again.")
