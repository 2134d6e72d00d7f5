"""People refusals: why an absence or a sponsorship cannot be as it was filled in, and what can."""

from bot.domain import errors
from bot.i18n import Translator, Typed, Words
from bot.views.errors import with_text
from bot.views.refused import sentence


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
def _(refusal: errors.SelfNamedDeputy, t: Translator) -> Words:
    return t(
        "Nobody makes themselves somebody's deputy. Please choose a colleague, leave it empty, or ask {person} to enter "
        "it.",
        person=t.person(refusal.member),
    )


@sentence.register
def _(refusal: errors.AbsenceUnread, t: Translator) -> Words:
    sorry = t(
        "I can't read from when to when. Please write it like “1.12.-5.12. @name”, with the name of your deputy or "
        "without; /kam absence alone opens the form."
    )
    return with_text(sorry, refusal.typed, t)


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
