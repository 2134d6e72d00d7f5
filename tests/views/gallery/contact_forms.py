from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.contact_commands import ContactForm, Deed, Relations
from bot.domain.contacts import Lack
from bot.domain.identity import DraftId
from bot.i18n import Translator
from bot.views import contact_forms as views
from bot.views.blocks import Message, View
from tests.views.gallery.contacts import EVERYTHING, HELVETIA, LARGEST, MANY, NAME, REF, URS

NEW = ContactForm(DraftId(17), Deed.NEW, today=date(2026, 11, 20))
OPEN = ContactForm(
    DraftId(LARGEST), Deed.EDIT, URS, account=HELVETIA, suggested_level=1, relations=Relations(REF), today=NEW.today
)
WHOLE = replace(
    OPEN,
    contact=replace(EVERYTHING, wished_days=11),
    more=True,
    relations=Relations(REF, MANY, MANY, MANY),
    lacks=tuple(Lack),
)


def of(form: ContactForm, deed: Deed) -> Callable[[Translator], Message | View]:
    return lambda t: views.form(replace(form, deed=deed), t)


SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "form · new": lambda t: views.form(NEW, t),
    "form · a name that was typed": lambda t: views.form(replace(NEW, name=NAME, account=HELVETIA), t),
    "form · level suggested": lambda t: views.form(replace(OPEN, contact=replace(URS, level=None)), t),
    **{f"form · {deed}": of(OPEN, deed) for deed in Deed},
    **{f"form · {deed} · all of it": of(WHOLE, deed) for deed in Deed},
}
