from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.delivery import Outage, Undelivered
from bot.domain.escalation_seen import Told
from bot.domain.escalations import Standpoint
from bot.domain.identity import ChannelId
from bot.domain.sponsors import Considered, Skipped, Step
from bot.i18n import Translator, Typed
from bot.views import notices as views
from bot.views.blocks import Message, View, only
from tests.views.gallery.escalations import FULL
from tests.views.gallery.interactions import GONE, LEA, NOW

PASSED_ON = replace(
    FULL, steps=(Considered(Step.OWN_SPONSOR, GONE, Skipped.UNREACHABLE), Considered(Step.KAM_SPONSOR, LEA))
)
NOBODY = replace(FULL, steps=(Considered(Step.OWN_SPONSOR, GONE, Skipped.UNREACHABLE),))

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "undelivered": lambda t: views.undelivered(Undelivered("E-3", "user_disabled", LEA), t),
    "undelivered · to a channel": lambda t: views.undelivered(
        Undelivered(None, "is_archived", channel_id=ChannelId("C1")), t
    ),
    "in_plain_text": lambda t: views.in_plain_text("Arven", t),
    "outage": lambda t: views.outage(Outage(NOW), t),
    "readdressed": lambda t: views.readdressed(Told(PASSED_ON, Standpoint.RAISER, None, NOW), t),
    "readdressed · to nobody": lambda t: views.readdressed(Told(NOBODY, Standpoint.RAISER, None, NOW), t),
    "marked": lambda t: views.marked(only(t("{told}", told=Typed("Lea Brunner"))), t),
}
