"""Absences: the list, its form, and what deputies hear."""

from collections.abc import Sequence
from datetime import date

from bot.domain.absences import Absence, AbsenceForm, AbsenceTold, Plan, Planned
from bot.i18n import NO_WORDS, Translator, Words, bold, joined
from bot.views import blocks
from bot.views.blocks import (
    Block,
    Confirm,
    Message,
    View,
    actions,
    button,
    context,
    field,
    message,
    modal,
    section,
)
from bot.views.labels import name_of

_NAME = 40
"""Characters of a name in a list."""


def plan(shown: Plan, t: Translator) -> Message:
    """Show somebody's absences, each with what can be done, and for whom they stand in."""
    headline = t("Your absences") if shown.own else t("You have entered no absence.")
    stand_ins = [_stands_in_for(absence, t) for absence in shown.standing_in]
    return message(
        headline,
        section(bold(headline)),
        *_listed(shown.own, t, with_name=False),
        section(joined([bold(t("You stand in for")), *stand_ins], "\n")) if stand_ins else None,
        section(bold(t("Others who back or look after accounts"))) if shown.others else None,
        *_listed(shown.others or (), t, with_name=True),
        actions(
            button(t("Enter absence"), "absence.enter", style="primary"),
            button(t("For somebody else"), "absence.enter_other") if shown.others is not None else None,
        ),
        context(t("Only you see this.")),
    )


def form(shown: AbsenceForm, t: Translator) -> View:
    """Ask from when to when, and who stands in."""
    absence = shown.absence
    return modal(
        "absence",
        t("Change absence") if absence else t("Enter absence"),
        field(
            "member",
            t("Who is away?"),
            blocks.person(placeholder=t("Choose a colleague")),
            hint=t("Somebody who backs or looks after accounts; they hear of it."),
        )
        if shown.asks_who
        else None,
        field("starts_on", t("First day"), blocks.day(absence.starts_on if absence else shown.first_day)),
        field("ends_on", t("Last day"), blocks.day(absence.ends_on if absence else shown.first_day)),
        field(
            "deputy",
            t("Deputy"),
            blocks.person(_deputy_id(absence), placeholder=t("Choose a colleague")),
            hint=t(
                "Gets goal conflicts, wishes and reminders of promises meanwhile, and hears of it now. Without one conflicts "
                "go to the deputy named with the sponsorship, else the KAM leads; the rest to the account's deputy or KAM."
            ),
            optional=True,
        ),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"draft": shown.draft_id},
    )


def deputy(told: AbsenceTold, t: Translator) -> Message:
    """Ask a deputy to stand in."""
    absence = told.absence
    sentence = t(
        "You stand in for {person}: {days}.",
        person=t.person(absence.member),
        days=_days(absence, t),
    )
    return message(
        sentence,
        section(bold(sentence)),
        section(
            t(
                "What would go to them comes to you in that time: goal conflicts, customers' wishes, and reminders of their "
                "promises and next steps, as far as you may read them. Requests stay where they are."
            )
        ),
        context(_named(told, t), t("If you are away as well, enter it with /kam absence.")),
    )


def released(told: AbsenceTold, t: Translator) -> Message:
    """Tell a deputy that they need not stand in any more."""
    absence = told.absence
    person, days = t.person(absence.member), _days(absence, t)
    if absence.is_withdrawn:
        sentence = t("You need not stand in for {person}: the absence {days} was taken back.", person=person, days=days)
    elif told.is_over:
        sentence = t("{person} is back: you need not stand in any more.", person=person)
    else:
        sentence = t("You need not stand in for {person} any more: {days}.", person=person, days=days)
    return message(sentence, section(bold(sentence)), context(t("You get this because you were named as deputy.")))


def yours(told: AbsenceTold, t: Translator) -> Message:
    """Tell somebody what another person wrote down about their absence."""
    absence, by = told.absence, t.person(told.by) if told.by else NO_WORDS
    days = _days(absence, t)
    if absence.is_withdrawn:
        sentence = t("{person} took your absence back: {days}.", person=by, days=days)
    elif told.is_over:
        sentence = t("{person} ended your absence.", person=by)
    else:
        sentence = t("{person} entered an absence for you: {days}.", person=by, days=days)
    stands_in = _stands_in(absence, t) if not (told.is_over or absence.is_withdrawn) else NO_WORDS
    return message(
        sentence,
        section(bold(sentence)),
        section(stands_in) if stands_in else None,
        context(t("/kam absence changes it.")),
    )


def _listed(planned: Sequence[Planned], t: Translator, *, with_name: bool) -> list[Block | None]:
    return [block for one in planned for block in _one(one, t, with_name=with_name)]


def _one(planned: Planned, t: Translator, *, with_name: bool) -> tuple[Block | None, ...]:
    absence = planned.absence
    name = name_of(t, absence.member, _NAME) if with_name else NO_WORDS
    value = f"{absence.id}:{absence.version}"
    lines = [joined([name, _days(absence, t)]), _stands_in(absence, t), _gap(planned.uncovered, t)]
    return (
        section(joined([bold(lines[0]), *lines[1:]], "\n")),
        actions(
            button(t("Change"), "absence.change", value),
            button(
                t("Back already") if planned.has_begun else t("Take back"),
                "absence.end",
                value,
                confirm=_confirm(planned, t),
            ),
        ),
    )


def _confirm(planned: Planned, t: Translator) -> Confirm:
    told = planned.absence.deputy
    hears = t("{person} hears that they need not stand in.", person=name_of(t, told, _NAME)) if told else NO_WORDS
    if planned.has_begun:
        title, what = t("Back already?"), t("The absence ends with yesterday.")
    else:
        title, what = t("Take the absence back?"), t("Messages go their usual way again.")
    return Confirm(title, joined([what, hears], " "), t("Yes"), t("No"))


def _stands_in(absence: Absence, t: Translator) -> Words:
    if absence.deputy is None:
        return t("No deputy named: the one of the sponsorship stands in, else the KAM leads.")
    return t("{person} stands in", person=name_of(t, absence.deputy, _NAME))


def _stands_in_for(absence: Absence, t: Translator) -> Words:
    return t("{person}: {days}", person=name_of(t, absence.member, _NAME), days=_days(absence, t))


def _gap(day: date | None, t: Translator) -> Words:
    if day is None:
        return NO_WORDS
    return t(
        "⚠️ On {day} nobody stands in: everybody in the chain of deputies is away. Please choose somebody else.",
        day=t.day(day),
    )


def _days(absence: Absence, t: Translator) -> Words:
    if absence.starts_on == absence.ends_on:
        return t.day(absence.starts_on)
    return t("{start} to {end}", start=t.day(absence.starts_on), end=t.day(absence.ends_on))


def _named(told: AbsenceTold, t: Translator) -> Words:
    if told.by is None:
        return NO_WORDS
    return t("You get this because {person} named you as deputy.", person=name_of(t, told.by, _NAME))


def _deputy_id(absence: Absence | None) -> str | None:
    return absence.deputy.id if absence is not None and absence.deputy is not None else None
