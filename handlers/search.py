"""Search: ``/kam-ask``, the pages of its answer, and sharing one of them."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import ChannelId, DraftId, MemberId
from bot.domain.members import Member
from bot.domain.search import Ask, AskColleague, AskMore, Page
from bot.domain.search_sharing import ProposeShare, Share, StartShare
from bot.i18n import Translator
from bot.ports import Store
from bot.services import search, search_sharing
from bot.views import search as views
from bot.views import search_sharing as sharing
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission
from handlers.search_forms import ShareForm


def ask(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam-ask``."""
    question = Ask(actor, payload.text, payload.key, payload.channel, payload.people)
    ack(**views.answered(search.ask(store, now, question), t))


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


def start_share(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form: which answer goes to which channel."""
    channel_id = ChannelId(payload.container.channel_id) if payload.container.channel_id else None
    found = search_sharing.form(store, StartShare(actor, ShareForm.objects(payload.action.chosen), channel_id))
    slack.open(payload.trigger_id, sharing.form(found, t))
    ack()


def preview_share(ack: Ack, payload: Submission, actor: Member, store: Store, t: Translator) -> None:
    """Show on top of the form who will read it."""
    chosen = ShareForm.of(payload.view)
    proposed = search_sharing.propose(store, ProposeShare(actor, chosen.about, ChannelId(chosen.channel)))
    ack(response_action="push", view=sharing.preview(proposed, t))


def share(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Post it, and close preview and form."""
    chosen = ShareForm.of_metadata(payload.view)
    search_sharing.share(store, now, Share(actor, chosen.about, ChannelId(chosen.channel), payload.key))
    ack(response_action="clear")
