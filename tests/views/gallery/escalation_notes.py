from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain.escalation_seen import HeaderSeen, Told, Unaddressed
from bot.domain.escalations import Action, Question, Standpoint
from bot.domain.sponsors import Considered, Skipped, Step
from bot.i18n import Translator
from bot.views import escalation_notes as views
from bot.views.blocks import Message, View
from tests.views.gallery.escalations import FULL, LONG, MOVED
from tests.views.gallery.interactions import GONE, LEA, NOW

UNREACHABLE = Considered(Step.OWN_SPONSOR, GONE, Skipped.UNREACHABLE)
PASSED_ON = replace(FULL, steps=(UNREACHABLE, Considered(Step.KAM_SPONSOR, LEA, in_stead_of=GONE)))
NOBODY = replace(FULL, steps=(UNREACHABLE,))

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "raised": lambda t: views.raised(Told(FULL, Standpoint.KAM, LEA, NOW), t),
    "acknowledged": lambda t: views.acknowledged(Told(FULL, Standpoint.RAISER, LEA, NOW), t),
    "readdressed": lambda t: views.readdressed(Told(PASSED_ON, Standpoint.RAISER, None, NOW), t),
    "readdressed · to nobody": lambda t: views.readdressed(Told(NOBODY, Standpoint.RAISER, None, NOW), t),
    "request_line": lambda t: views.request_line(HeaderSeen(FULL.header), t),
    "unaddressed": lambda t: views.unaddressed(Unaddressed("E-3", NOW, as_kam_lead=True), t),
    "unaddressed · admin": lambda t: views.unaddressed(Unaddressed("E-3", NOW, as_kam_lead=False), t),
    "unwatched": lambda t: views.unwatched(Unaddressed("E-3", NOW, as_kam_lead=True), t),
    "unwatched · admin": lambda t: views.unwatched(Unaddressed("E-3", NOW, as_kam_lead=False), t),
    **{
        f"note · {action}": partial(views.note, Told(MOVED, Standpoint.KAM_LEAD, LEA, NOW, action, LONG, tuple(Action)))
        for action in views.SAID
    },
    "note · late": lambda t: views.note(
        Told(FULL, Standpoint.ADDRESSEE, None, NOW, "escalation.reminded", late=timedelta(days=3)), t
    ),
    "note · answered": lambda t: views.note(
        Told(
            replace(FULL, questions=(Question(LEA, GONE, LONG, NOW, LONG, NOW),)),
            Standpoint.RAISER,
            LEA,
            NOW,
            "escalation.asked",
            LONG,
        ),
        t,
    ),
    "note · by the clock": lambda t: views.note(Told(FULL, Standpoint.RAISER, None, NOW, "escalation.kept"), t),
}
