from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.domain.escalation_life import WITH_FORM
from bot.domain.escalation_seen import Seen, StepForm
from bot.domain.escalations import Action, Question, Standpoint
from bot.domain.identity import DraftId
from bot.i18n import Translator
from bot.views import escalation_steps as views
from bot.views.blocks import Message, View
from tests.views.gallery.escalation_forms import EARLIER
from tests.views.gallery.escalations import FULL, LONG
from tests.views.gallery.interactions import GONE, LEA, NOW

OFFERED = replace(FULL, questions=(Question(LEA, GONE, LONG, NOW),), handing_to=GONE, handed_by=LEA)
ASKED = Seen(OFFERED, Standpoint.ADDRESSEE)
DECIDE = StepForm(Seen(FULL, Standpoint.ADDRESSEE), Action.DECIDE)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "decision_form": lambda t: views.decision_form(DECIDE, t),
    "decision_form · all of it": lambda t: views.decision_form(replace(DECIDE, draft_id=DraftId(7)), t, more=True),
    "statement_form": lambda t: views.statement_form(StepForm(Seen(FULL, Standpoint.OTHER_SIDE), Action.STATE), t),
    **{
        f"step_form · {action}": partial(views.step_form, StepForm(ASKED, action, (EARLIER,) * 3))
        for action in WITH_FORM
    },
    "precedents": lambda t: views.precedents(StepForm(ASKED, Action.LOOK_UP), t),
}
