"""Search: ``/kam-ask`` and the pages of its answer."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import DraftId
from bot.domain.members import Member
from bot.domain.search import Ask, AskMore
from bot.i18n import Translator
from bot.ports import Store
from bot.services import search
from bot.views import search as views
from handlers.payloads import Click, SlashCommand


def ask(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam-ask``."""
    ack(**views.answered(search.ask(store, now, Ask(actor, payload.text, payload.key)), t))


def turn_page(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page in place of the one the button stands on."""
    draft_id, offset = payload.ids
    search.ask_more(store, now, AskMore(actor, DraftId(draft_id), offset, payload.key, payload.reply(replace=True)))
    ack()
