from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.domain.access import Visibility
from bot.domain.identity import DraftId, RequestId
from bot.domain.request_results import ActionForm, RequestForm, RequestsAlike
from bot.domain.request_times import AnswerTime, Pace
from bot.domain.requests import Alike, State
from bot.i18n import Translator
from bot.views import request_forms as views
from bot.views.blocks import View
from tests.views.gallery.interactions import HELVETIA, LEA, SECRET
from tests.views.gallery.requests import DESK, FULL, HEADER, IN_STATE, NOBODY, PRODUCTION, SOON

SAMPLES: Mapping[str, Callable[[Translator], View]] = {
    "form": lambda t: views.form(RequestForm(DraftId(1)), t),
    "form · all fields": lambda t: views.form(
        RequestForm(
            DraftId(1),
            "Wort " * 1000,
            department=PRODUCTION,
            pace=Pace(AnswerTime(16, measured=True), 5, SOON.earliest),
            warning=SOON,
            account=SECRET,
            desk=DESK,
            visibility=Visibility.LEADERSHIP,
            more=True,
        ),
        t,
    ),
    "form · no department": lambda t: views.form(
        RequestForm(DraftId(1), departments=False, account=HELVETIA, desk=NOBODY), t
    ),
    "alike": lambda t: views.alike(
        RequestsAlike(
            DraftId(1), (Alike(HEADER, is_mine=True), *[Alike(replace(HEADER, id=RequestId(2)), is_mine=False)] * 2)
        ),
        t,
    ),
    **{
        f"of_action · {action}": partial(views.of_action, ActionForm(action, IN_STATE[State.QUESTION], LEA, DraftId(1)))
        for action in views.ACTIONS
    },
    "of_action": lambda t: views.of_action(ActionForm(min(views.ACTIONS), FULL, LEA), t),
}
