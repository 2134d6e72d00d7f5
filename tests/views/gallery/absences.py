from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.absences import SHOWN, Absence, AbsenceForm, AbsenceTold, Plan, Planned
from bot.domain.identity import AbsenceId, DraftId, MemberId
from bot.domain.members import Person
from bot.i18n import Translator
from bot.views import absences as views
from bot.views.blocks import Message, View

NAME = "Ségolène-Charlotte von und zu Württemberg-Hohenlohe <!channel> *x*"
MARTIN, ANA = Person(MemberId("UMARTIN"), "Martin Keller"), Person(MemberId("UANA"), NAME)
LEFT = Person(MemberId("ULEFT"), NAME * 3, left=True)
WEEK = Absence(AbsenceId(17), MARTIN, date(2026, 12, 7), date(2026, 12, 11), ANA)
DAY = Absence(AbsenceId(18), ANA, date(2027, 1, 4), date(2027, 1, 4))
LONG = Planned(
    Absence(AbsenceId(2**63 - 1), LEFT, date(2026, 12, 7), date(2026, 12, 11), LEFT, version=2**40),
    date(2026, 12, 8),
    has_begun=True,
)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "plan": lambda t: views.plan(Plan((Planned(WEEK), Planned(DAY))), t),
    "plan · nothing": lambda t: views.plan(Plan(), t),
    "plan · all of it": lambda t: views.plan(Plan((LONG,) * SHOWN, (LONG.absence,) * SHOWN, (LONG,) * SHOWN), t),
    "form": lambda t: views.form(AbsenceForm(DraftId(17), date(2026, 11, 20)), t),
    "form · change": lambda t: views.form(AbsenceForm(DraftId(17), date(2026, 11, 20), WEEK), t),
    "form · for somebody else": lambda t: views.form(AbsenceForm(DraftId(17), date(2026, 11, 20), asks_who=True), t),
    "deputy": lambda t: views.deputy(AbsenceTold(WEEK, MARTIN), t),
    "deputy · nobody named": lambda t: views.deputy(AbsenceTold(LONG.absence, None), t),
    "released": lambda t: views.released(AbsenceTold(WEEK, MARTIN), t),
    "released · over": lambda t: views.released(AbsenceTold(LONG.absence, MARTIN, is_over=True), t),
    "yours": lambda t: views.yours(AbsenceTold(WEEK, ANA), t),
    "yours · over": lambda t: views.yours(AbsenceTold(DAY, None, is_over=True), t),
}
