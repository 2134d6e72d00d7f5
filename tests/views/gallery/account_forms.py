from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bot.domain.account_edits import AccountForm, Deed
from bot.domain.account_shape import Rating
from bot.domain.contact_assessments import Measure
from bot.domain.identity import DraftId
from bot.i18n import Translator
from bot.views import account_forms as views
from bot.views.blocks import Message, View
from tests.views.gallery.accounts import FULL, PLAIN
from tests.views.gallery.interactions import LEA, NOW, SECRET

EMPTY = AccountForm(Deed.EDIT, DraftId(2**63 - 1), PLAIN.account)
FILLED = AccountForm(
    Deed.EDIT,
    DraftId(1),
    replace(FULL.account, country="AQ", language="de", channel_id=None, stage="basic", is_at_risk=True),
    aliases=("HPU", "Helvetia"),
    parent=SECRET,
    team=FULL.team[:3],
    ratings=(Rating(Measure.PARTNERSHIP, 3, "Wir planen gemeinsam.", LEA, NOW),),
    assigns=True,
    more=True,
)

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    f"form · {deed} {name}": partial(views.form, replace(shown, deed=deed))
    for deed in Deed
    for name, shown in (("empty", EMPTY), ("filled", FILLED))
}
