"""Delivery: which view shows what a row of the outbox tells."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.i18n import Translator
from bot.views import (
    absences,
    accounts,
    briefings,
    commitments,
    contacts,
    demands,
    duplicates,
    escalation_notes,
    escalations,
    favours,
    interactions,
    map_pictures,
    maps,
    menu,
    merges,
    networks,
    notices,
    request_news,
    requests,
    search,
    search_sharing,
    setup,
    sponsors,
    worklists,
)
from bot.views.blocks import Message, Picture

VIEWS: Mapping[str, Callable[[Any, Translator], Message | Picture]] = {
    "absence.deputy": absences.deputy,
    "absence.plan": absences.plan,
    "absence.released": absences.released,
    "absence.yours": absences.yours,
    "account.card": accounts.card,
    "account.created": accounts.created,
    "account.part": accounts.part_given,
    "account.question": accounts.question,
    "briefing.page": briefings.page,
    "channel.invite": setup.invite,
    "contact.arrived": contacts.arrived,
    "contact.card": contacts.card,
    "contact.gone": contacts.gone,
    "contact.owner": contacts.owner,
    "commitment.card": commitments.card,
    "commitment.news": commitments.news,
    "commitment.shown": commitments.card,
    "promise.list": commitments.listed,
    "next_step.list": commitments.listed,
    "demand.card": demands.card,
    "demand.list": demands.listed,
    "demand.made": demands.card,
    "demand.news": demands.news,
    "demand.shown": demands.card,
    "favour.list": favours.listed,
    "delivery.outage": notices.outage,
    "delivery.plain": notices.in_plain_text,
    "delivery.undelivered": notices.undelivered,
    "duplicates.card": duplicates.card,
    "duplicates.list": duplicates.page,
    "escalation.acknowledged": escalation_notes.acknowledged,
    "escalation.card": escalations.card,
    "escalation.decided": escalations.decided,
    "escalation.header": escalations.header_card,
    "escalation.invite": escalations.invite,
    "escalation.note": escalation_notes.note,
    "escalation.offer_over": escalations.left,
    "escalation.raised": escalation_notes.raised,
    "escalation.readdressed": escalation_notes.readdressed,
    "escalation.request_line": escalation_notes.request_line,
    "escalation.shown": escalations.shown,
    "escalation.unaddressed": escalation_notes.unaddressed,
    "escalation.unwatched": escalation_notes.unwatched,
    "interaction.line": interactions.channel_line,
    "interaction.alert": interactions.alert,
    "interaction.logged": interactions.logged,
    "interaction.new_account": interactions.logged,
    "interaction.edited": interactions.logged,
    "interaction.page": interactions.continued,
    "interaction.withdrawn": interactions.withdrawn,
    "escalation.list": worklists.listed,
    "request.list": worklists.listed,
    "escalation.opened": escalations.shown,
    "request.opened": requests.shown,
    "map.customer": maps.for_customer,
    "map.customer_picture": map_pictures.customer_picture,
    "map.picture": map_pictures.picture,
    "map.sent": maps.sent,
    "map.shown": maps.shown,
    "merge.done": merges.done,
    "merge.restored": merges.restored,
    "merge.told": merges.told,
    "merge.undone": merges.undone,
    "menu.ask": search.answered,
    "menu.help": menu.help_page,
    "network.known": networks.known,
    "network.shown": networks.network,
    "search.answered": search.answered,
    "search.not_shared": search_sharing.not_shared,
    "search.passed_on": search.passed_on,
    "search.shared": search_sharing.shared,
    "sponsor.changed": sponsors.changed,
    "sponsor.desk": sponsors.desk,
    "request.assigned": request_news.assigned,
    "request.card": requests.card,
    "request.joined": requests.joined_in,
    "request.news": request_news.news,
    "request.reminder": request_news.reminder,
    "request.sent": requests.sent,
    "request.shown": requests.shown,
    "request.thread": request_news.thread_line,
}


def show(topic: str, told: object, t: Translator) -> Message | Picture:
    """Show what a row tells, in its recipient's language."""
    return VIEWS[topic](told, t)


def marked(message: Message, t: Translator) -> Message:
    """Say above a message that it may stand there already."""
    return notices.marked(message, t)


def plain(message: Message) -> Message:
    """Return what is left of a message whose blocks Slack refuses: the notification's sentence."""
    return {"text": message["text"], "blocks": []}
