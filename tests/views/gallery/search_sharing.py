from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.identity import ChannelId
from bot.domain.search_sharing import Audience, NotShared, Shared, ShareForm, SharePreview
from bot.i18n import Translator
from bot.views import search_sharing as views
from bot.views.blocks import Message, View
from tests.views.gallery.search import HIT, TOM

SALES = ChannelId("C0SALES")
SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "form": lambda t: views.form(ShareForm((HIT, replace(HIT, short_id=None)), 1, SALES), t),
    "preview": lambda t: views.preview(SharePreview(HIT, SALES, "vertrieb", Audience.COMPANY), t),
    "preview · unknown channel": lambda t: views.preview(SharePreview(HIT, SALES, None, Audience.UNKNOWN), t),
    "shared": lambda t: views.shared(Shared(HIT, TOM), t),
    "not_shared": lambda t: views.not_shared(NotShared(HIT, SALES, is_external=True), t),
}
