"""Request times: how quick a department is, and what came at short notice."""

from bot.domain.departments import Department
from bot.domain.request_times import AnswerTime, ShortNotice
from bot.i18n import Translator, Typed, Words


def answer_time(department: Department, usual: AnswerTime, t: Translator) -> Words:
    """Say how long the department takes to answer."""
    name = Typed(department.name)
    if usual.measured:
        return t.plural(
            "{department} usually answers within {count} working hour",
            "{department} usually answers within {count} working hours",
            usual.hours,
            department=name,
        )
    return t.plural(
        "{department} wants to answer within {count} working hour",
        "{department} wants to answer within {count} working hours",
        usual.hours,
        department=name,
    )


def short_notice(department: Department, warning: ShortNotice, t: Translator) -> Words:
    """Say that a date is closer than the department likes; a warning, never a block."""
    lead = t.plural("{count} working day", "{count} working days", warning.lead_days)
    return t.plural(
        "⏳ Short notice: that is in {count} working day, {department} asks for {lead} ({day} at the earliest).",
        "⏳ Short notice: that is in {count} working days, {department} asks for {lead} ({day} at the earliest).",
        warning.days,
        department=Typed(department.name),
        lead=lead,
        day=t.day(warning.earliest),
    )
