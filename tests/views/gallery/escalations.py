from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from bot.domain.escalations import (
    Acknowledged,
    Action,
    Case,
    Confirmation,
    ConflictForm,
    Decision,
    Escalation,
    Gate,
    Header,
    HeaderSeen,
    Kind,
    Party,
    PartyChoice,
    Preview,
    Seen,
    Side,
    Standpoint,
    State,
    Statement,
    Told,
    Unaddressed,
)
from bot.domain.identity import DepartmentId, DraftId, EscalationId, RequestId
from bot.domain.sponsors import Considered, Route, Skipped, Step
from bot.i18n import Translator
from bot.views import escalations as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import GONE, HELVETIA, LEA, NOW, SECRET
from tests.views.gallery.requests import DECLINED

LONG = "Wort " * 590
HEADER = Header(EscalationId(1), 3, HELVETIA, ("Vertrieb", "Produktion"), State.RAISED, NOW, date(2026, 12, 1))
SHORT = Escalation(
    HEADER, LEA, Side(LEA), Side(GONE, "Produktion"), Case("Unser", "Ihr"), (Considered(Step.OWN_SPONSOR, LEA),)
)
FULL = Escalation(
    replace(HEADER, account=SECRET, state=State.DECIDED, decided_at=NOW),
    LEA,
    Side(LEA, "Vertrieb"),
    Side(GONE, "Produktion"),
    Case(LONG, LONG, LONG, LONG, date(2026, 12, 1), LONG, LONG, LONG),
    (Considered(Step.OWN_SPONSOR, GONE, Skipped.UNREACHABLE), Considered(Step.KAM_LEADS, LEA)),
    informed=LEA,
    kam=LEA,
    kam_deputy=GONE,
    request_id=RequestId(1),
    request_short_id="R-12",
    anyway_reason=LONG,
    acknowledged=Acknowledged(LEA, NOW),
    statements=(Statement(GONE, LONG, NOW), Statement(GONE, LONG, NOW)),
    decision=Decision(LEA, Kind.RULING, LONG, LONG, NOW, GONE),
)
SETTLED = replace(
    SHORT,
    header=FULL.header,
    decision=Decision(LEA, Kind.SETTLEMENT, "Beides", "Weil", NOW),
    confirmations=(Confirmation(LEA, NOW),),
)
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
    "preview · nobody at all": lambda t: views.preview(replace(PROPOSED, route=Route(STEPS), kam=None), t),
    **{f"card · {standpoint}": partial(views.card, Seen(FULL, standpoint)) for standpoint in Standpoint},
    "card": lambda t: views.card(Seen(SHORT, Standpoint.ADDRESSEE, (Action.ACKNOWLEDGE, Action.DECIDE)), t),
    "invite": lambda t: views.invite(Seen(SHORT, Standpoint.OTHER_SIDE, (Action.STATE,)), t),
    "invite · stated": lambda t: views.invite(Seen(FULL, Standpoint.OTHER_SIDE, (Action.STATE,)), t),
    "shown": lambda t: views.shown(Seen(FULL, Standpoint.KAM_LEAD, (Action.DECIDE, Action.STATE)), t),
    "shown · header": lambda t: views.shown(HeaderSeen(FULL.header), t),
    "decided": lambda t: views.decided(Seen(FULL, Standpoint.RAISER), t),
    "decided · settlement": lambda t: views.decided(Seen(SETTLED, Standpoint.OTHER_SIDE, (Action.CONFIRM,)), t),
    "raised": lambda t: views.raised(Told(FULL, Standpoint.KAM, LEA, NOW), t),
    "acknowledged": lambda t: views.acknowledged(Told(FULL, Standpoint.RAISER, LEA, NOW), t),
    "header_card": lambda t: views.header_card(HeaderSeen(HEADER), t),
    "request_line": lambda t: views.request_line(HeaderSeen(FULL.header), t),
    "unaddressed": lambda t: views.unaddressed(Unaddressed("E-3", NOW, as_kam_lead=True), t),
    "unaddressed · admin": lambda t: views.unaddressed(Unaddressed("E-3", NOW, as_kam_lead=False), t),
    "decision_form": lambda t: views.decision_form(Seen(FULL, Standpoint.ADDRESSEE), t),
    "statement_form": lambda t: views.statement_form(Seen(FULL, Standpoint.OTHER_SIDE), t),
    "whole": lambda t: views.whole(Seen(FULL, Standpoint.RAISER), t),
}
