from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.escalation_commands import ConflictForm, Preview
from bot.domain.escalation_seen import Precedent, Seen
from bot.domain.escalations import (
    Decision,
    Gate,
    Kind,
    Party,
    PartyChoice,
    Side,
    Standpoint,
)
from bot.domain.identity import DepartmentId, DraftId, EscalationId, MemberId
from bot.domain.members import Person
from bot.domain.sponsors import Considered, Route, Skipped, Step
from bot.i18n import Translator
from bot.views import escalation_forms as views
from bot.views.blocks import Message, View
from tests.views.gallery.escalations import FULL, HEADER, LONG
from tests.views.gallery.interactions import GONE, HELVETIA, LEA, NOW
from tests.views.gallery.requests import DECLINED

STEPS = tuple(Considered(step, LEA, skipped) for step in Step for skipped in Skipped)
PROPOSED = Preview(
    DraftId(1),
    "Helvetia Pumpen",
    False,
    False,
    Side(LEA),
    Side(GONE, "Produktion"),
    Route((Considered(Step.OWN_SPONSOR, LEA, level=4),)),
    (LEA, GONE),
    (),
    LEA,
)
EARLIER = Precedent(HEADER, FULL.case, Decision(LEA, Kind.RULING, LONG, LONG, NOW, GONE))
MANY = tuple(Person(MemberId(f"U{number}"), f"Maximiliane Oberholzer-Wegmann {number}") for number in range(300))

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "form": lambda t: views.form(ConflictForm(DraftId(1), {}), t),
    "form · all fields": lambda t: views.form(
        ConflictForm(
            DraftId(1),
            {"our_goal": LONG},
            HELVETIA,
            other_party=PartyChoice(Party(department_id=DepartmentId(1)), "Produktion"),
            declined=DECLINED,
            more=True,
        ),
        t,
    ),
    "form · new account": lambda t: views.form(ConflictForm(DraftId(1), {}, new_account="Neuwerk"), t),
    "preview": lambda t: views.preview(PROPOSED, t),
    "preview · everything at once": lambda t: views.preview(
        replace(
            PROPOSED,
            is_new_account=True,
            is_restricted=True,
            route=Route((*STEPS, Considered(Step.KAM_LEADS, LEA), Considered(Step.KAM_LEADS, GONE))),
            missing=tuple(Gate),
            informed=LEA,
        ),
        t,
    ),
    "preview · nobody": lambda t: views.preview(replace(PROPOSED, route=Route(STEPS, (LEA,))), t),
    "preview · raised twice": lambda t: views.preview(replace(PROPOSED, twice="E-3"), t),
    "preview · many readers": lambda t: views.preview(replace(PROPOSED, who_sees=MANY, is_restricted=True), t),
    "preview · many readers of an open account": lambda t: views.preview(replace(PROPOSED, who_sees=MANY), t),
    "preview · nobody at all": lambda t: views.preview(replace(PROPOSED, route=Route(STEPS), kam=None), t),
    "preview · to join, with precedents": lambda t: views.preview(
        replace(
            PROPOSED,
            same=tuple(replace(HEADER, id=EscalationId(one)) for one in range(1, 5)),
            part_of=(HEADER,),
            precedents=(EARLIER,) * 3,
        ),
        t,
    ),
    "joined_conflict": lambda t: views.joined_conflict(Seen(FULL, Standpoint.JOINER), t),
}
