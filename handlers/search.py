"""Search: ``/kam-ask`` and the pages of its answer."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import DraftId, MemberId
from bot.domain.members import Member
from bot.domain.search import Ask, AskColleague, AskMore, Page
from bot.i18n import Translator
from bot.ports import Store
from bot.services import search
from bot.views import search as views
from handlers.payloads import Click, SlashCommand


def ask(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam-ask``."""
    ack(**views.answered(search.ask(store, now, Ask(actor, payload.text, payload.key, payload.channel)), t))


def turn_page(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page, or the answer without a filter, in place of the one the button stands on."""
    draft_id, number = payload.ids
    page, reply_to = Page.of(number), payload.reply(replace=True)
    search.ask_more(store, now, AskMore(actor, DraftId(draft_id), page, payload.key, reply_to))
    ack()


def ask_colleague(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Pass a question on to whom the button names."""
    member_id, draft_id = payload.choice
    reply_to = payload.reply(replace=True)
    search.ask_colleague(store, now, AskColleague(actor, DraftId(draft_id), MemberId(member_id), payload.key, reply_to))
    ack()
