from collections.abc import Callable, Mapping

from bot.domain.setup import ChannelInvite
from bot.i18n import Translator
from bot.views import setup as views
from bot.views.blocks import Message, View
from tests.company import channel

SAMPLES: Mapping[str, Callable[[Translator], Message | View]] = {
    "invite": lambda t: views.invite(
        ChannelInvite(channel("hpu"), "hpu", "Helvetia", is_external=False, is_archived=False), t
    ),
    "invite · shared": lambda t: views.invite(
        ChannelInvite(channel("hpu"), "hpu", "Helvetia", is_external=True, is_archived=False), t
    ),
    "invite · archived": lambda t: views.invite(
        ChannelInvite(channel("hpu"), "hpu", "Helvetia", is_external=False, is_archived=True), t
    ),
}
