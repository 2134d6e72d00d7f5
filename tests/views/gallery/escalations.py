from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from bot.domain.escalation_seen import HeaderSeen, Left, Seen
from bot.domain.escalations import (
    Acknowledged,
    Action,
    Agreed,
    Case,
    Confirmation,
    Decision,
    Escalation,
    Header,
    Joiner,
    Kind,
    Question,
    Side,
    Standpoint,
    State,
    Statement,
)
from bot.domain.history import Entry
from bot.domain.identity import EntryId, EscalationId, RequestId
from bot.domain.sponsors import Considered, Skipped, Step
from bot.i18n import Translator
from bot.views import escalations as views
from bot.views.blocks import Message, View
from tests.views.gallery.interactions import GONE, HELVETIA, LEA, NOW, SECRET

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
MOVED = replace(
    FULL,
    header=replace(FULL.header, state=State.QUESTION),
    decision=None,
    earlier_decision=FULL.decision,
    questions=(Question(LEA, GONE, LONG, NOW), Question(LEA, GONE, LONG, NOW, LONG, NOW)),
    joiners=(Joiner(LEA, LONG, NOW), Joiner(GONE, LONG, NOW)),
    handing_to=GONE,
    handed_by=LEA,
    steps=(Considered(Step.OWN_SPONSOR, GONE, Skipped.AWAY), Considered(Step.OWN_SPONSOR, LEA, in_stead_of=GONE)),
)
RETURNED = replace(
    MOVED, header=replace(FULL.header, state=State.RETURNED), returned_by=LEA, guidance=LONG, closed_at=NOW
)
WITHDRAWN = replace(MOVED, header=replace(FULL.header, state=State.WITHDRAWN), closed_at=NOW)
AGREED = replace(
    FULL,
    decision=Decision(
        LEA,
        Kind.ADVICE,
        LONG,
        LONG,
        NOW,
        GONE,
        valid_until=date(2027, 1, 1),
        agreed=tuple(
            Agreed(number, "Zu tun " * 28, GONE, date(2026, 12, 1), NOW if number == 1 else None, LEA)
            for number in range(1, 6)
        ),
    ),
)
KEPT = replace(AGREED, header=replace(AGREED.header, state=State.KEPT), closed_at=NOW)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    **{f"card · {standpoint}": partial(views.card, Seen(FULL, standpoint)) for standpoint in Standpoint},
    "card · left": lambda t: views.card(Left("E-3"), t),
    "left": lambda t: views.left(Left("E-3"), t),
    "left · taken back": lambda t: views.left(Left("E-3", LEA), t),
    "card · offered with a word": lambda t: views.card(Seen(MOVED, Standpoint.OFFERED, offered_with=LONG), t),
    "shown · left": lambda t: views.shown(Left("E-3"), t),
    "card": lambda t: views.card(Seen(SHORT, Standpoint.ADDRESSEE, (Action.ACKNOWLEDGE, Action.DECIDE)), t),
    "invite": lambda t: views.invite(Seen(SHORT, Standpoint.OTHER_SIDE, (Action.STATE,)), t),
    "invite · stated": lambda t: views.invite(Seen(FULL, Standpoint.OTHER_SIDE, (Action.STATE,)), t),
    "shown": lambda t: views.shown(Seen(FULL, Standpoint.KAM_LEAD, (Action.DECIDE, Action.STATE)), t),
    "shown · header": lambda t: views.shown(HeaderSeen(FULL.header), t),
    "decided": lambda t: views.decided(Seen(FULL, Standpoint.RAISER), t),
    "decided · settlement": lambda t: views.decided(Seen(SETTLED, Standpoint.OTHER_SIDE, (Action.CONFIRM,)), t),
    "header_card": lambda t: views.header_card(HeaderSeen(HEADER), t),
    "about": lambda t: views.about(FULL, t("Decided"), "⚖️", t),
    "whole": lambda t: views.whole(Seen(FULL, Standpoint.RAISER), t),
    **{
        f"card · {escalation.state}": partial(views.card, Seen(escalation, Standpoint.OFFERED, tuple(Action)))
        for escalation in (MOVED, RETURNED, WITHDRAWN, KEPT)
    },
    "invite · over": lambda t: views.invite(Seen(RETURNED, Standpoint.OTHER_SIDE, (Action.REOPEN,)), t),
    "decided · to be done": lambda t: views.decided(Seen(AGREED, Standpoint.OWNER, (Action.DONE,), (2, 3)), t),
    "decided · reopened": lambda t: views.decided(Seen(MOVED, Standpoint.RAISER), t),
    "shown · with its history": lambda t: views.shown(
        Seen(
            SHORT,
            Standpoint.RAISER,
            (Action.WITHDRAW,),
            history=(Entry(EntryId(1), SHORT.about, "escalation.raised", LEA, NOW, None),),
        ),
        t,
    ),
}
