"""Delivery: which use case loads what a row of the outbox tells, and what shuts the outbox as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.delivery import ChannelFacts, Claimed, Form, Posted, Ref
from bot.domain.identity import ChannelId
from bot.domain.members import reading_language
from bot.ports import Transaction
from bot.services import (
    absences,
    account_edits,
    accounts,
    briefings,
    commitments,
    contacts,
    demands,
    duplicates,
    escalation_notes,
    favours,
    interaction_news,
    maps,
    menu,
    merges,
    networks,
    request_news,
    requests,
    rerouting,
    search,
    search_sharing,
    setup,
    sponsors,
    worklists,
)

Loader = Callable[[Transaction, Claimed, datetime], object | None]
"""Loads the value a view shows, with its recipient's rights as they are now; None when there is nothing to tell."""

LOADERS: Mapping[str, Loader] = {
    "absence.deputy": absences.told_deputy,
    "absence.plan": absences.reply_plan,
    "absence.released": absences.told_released,
    "absence.yours": absences.told_member,
    "account.card": accounts.reply_card,
    "account.created": accounts.created_notice,
    "account.part": account_edits.told_part,
    "account.question": accounts.reply_question,
    "briefing.page": briefings.reply_page,
    "channel.invite": setup.invite_notice,
    "contact.arrived": contacts.told_arrived,
    "contact.card": contacts.reply_card,
    "contact.gone": contacts.told_gone,
    "contact.owner": contacts.told_owner,
    "commitment.card": commitments.card,
    "commitment.news": commitments.news,
    "commitment.shown": commitments.reply_shown,
    "promise.list": commitments.reply_list,
    "next_step.list": commitments.reply_list,
    "demand.card": demands.card,
    "demand.list": demands.reply_list,
    "demand.made": demands.reply_made,
    "demand.news": demands.news,
    "demand.shown": demands.card,
    "favour.list": favours.reply_list,
    "delivery.outage": rerouting.outage,
    "delivery.plain": rerouting.plain,
    "delivery.undelivered": rerouting.undelivered,
    "duplicates.card": duplicates.card,
    "duplicates.list": duplicates.reply_list,
    "escalation.acknowledged": escalation_notes.note,
    "escalation.card": escalation_notes.card_or_left,
    "escalation.decided": escalation_notes.card,
    "escalation.header": escalation_notes.header_card,
    "escalation.invite": escalation_notes.card,
    "escalation.note": escalation_notes.note,
    "escalation.offer_over": escalation_notes.offer_over,
    "escalation.raised": escalation_notes.note,
    "escalation.readdressed": escalation_notes.note,
    "escalation.request_line": escalation_notes.request_line,
    "escalation.shown": escalation_notes.card_or_left,
    "escalation.unaddressed": escalation_notes.unaddressed,
    "escalation.unwatched": escalation_notes.unwatched,
    "interaction.line": interaction_news.channel_line,
    "interaction.alert": interaction_news.alert,
    "interaction.logged": interaction_news.reply_logged,
    "interaction.new_account": interaction_news.reply_new_account,
    "interaction.edited": interaction_news.reply_edited,
    "interaction.page": interaction_news.reply_page,
    "interaction.withdrawn": interaction_news.reply_withdrawn,
    "escalation.list": worklists.reply_list,
    "request.list": worklists.reply_list,
    "escalation.opened": worklists.reply_conflict,
    "request.opened": worklists.reply_request,
    "map.customer": maps.reply_customer,
    "map.customer_picture": maps.reply_customer,
    "map.picture": maps.reply_map,
    "map.sent": maps.reply_sent,
    "map.shown": maps.reply_map,
    "merge.done": merges.reply_done,
    "merge.restored": merges.told,
    "merge.told": merges.told,
    "merge.undone": merges.reply_done,
    "menu.ask": menu.reply_ask,
    "menu.help": menu.reply_help,
    "network.known": networks.reply_known,
    "network.shown": networks.reply_page,
    "search.answered": search.reply_answered,
    "search.not_shared": search_sharing.not_shared,
    "search.passed_on": search.passed_on,
    "search.shared": search_sharing.shared,
    "sponsor.changed": sponsors.told,
    "sponsor.desk": sponsors.reply_desk,
    "request.assigned": request_news.told,
    "request.card": request_news.card,
    "request.joined": requests.reply_joined,
    "request.news": request_news.told,
    "request.reminder": request_news.told,
    "request.sent": requests.reply_sent,
    "request.shown": request_news.reply_shown,
    "request.thread": request_news.thread_line,
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a worker needs to send a row without another look at the database."""

    told: object | None
    language: str
    time_zone: str | None
    standing_at: Posted | None
    """Where the card stands already."""
    thread_ts: str | None
    channel: ChannelFacts | None
    """Facts about the channel, if they are fresh and let us post there."""
    must_wait: bool = False
    """The card in whose thread it belongs is still to be posted."""


def load(tx: Transaction, row: Claimed, now: datetime, default_language: str) -> Parcel:
    """Load what a row tells, for whom, and where it stands."""
    outgoing = row.outgoing
    language, time_zone = _reader(tx, row, default_language)
    if _waits_for_card(tx, row):
        return Parcel(None, language, time_zone, None, None, None, must_wait=True)
    standing_at = tx.outbox.card(outgoing.topic, outgoing.about, row.place) if outgoing.form is Form.CARD else None
    thread = outgoing.thread_of and tx.outbox.card(_thread_topic(outgoing.thread_of), outgoing.thread_of, row.place)
    facts = tx.channels.get(outgoing.to_channel) if outgoing.to_channel else None
    return Parcel(
        told=LOADERS[outgoing.topic](tx, row, now),
        language=language,
        time_zone=time_zone,
        standing_at=standing_at,
        thread_ts=thread.ts if thread else None,
        # A channel that was closed is asked again each time: an invitation should help at once.
        channel=facts if facts is not None and facts.is_fresh(now) and facts.usable else None,
    )


def forget_thread(tx: Transaction, row: Claimed) -> None:
    """Forget the card in whose thread a row cannot be posted, as it is gone."""
    if row.outgoing.thread_of is not None:
        tx.outbox.forget_card(_thread_topic(row.outgoing.thread_of), row.outgoing.thread_of, row.place)


def _waits_for_card(tx: Transaction, row: Claimed) -> bool:
    thread = row.outgoing.thread_of
    if thread is None:
        return False
    topic = _thread_topic(thread)
    return tx.outbox.card(topic, thread, row.place) is None and tx.outbox.card_waits(topic, thread, row.place)


def _thread_topic(about: Ref) -> str:
    return f"{about.subject}.card"


def silent(tx: Transaction, admin_channel: ChannelId | None, now: datetime) -> None:
    """Note a call that Slack did not answer; a long silence is told to the admins once."""
    gate = tx.outbox.hold_gate().unanswered(now)
    if gate.must_tell(now) and gate.silent_since is not None:
        rerouting.tell_outage(tx, gate.silent_since, admin_channel, now)
        gate = replace(gate, silence_told=True)
    tx.outbox.set_gate(gate)


def refused(tx: Transaction, cause: str, now: datetime) -> None:
    """Note that Slack refuses the token: nothing leaves until it takes it."""
    tx.outbox.set_gate(tx.outbox.hold_gate().refused(now, cause))


def degraded(tx: Transaction) -> list[str]:
    """Say why messages do not leave; empty when they do."""
    gate = tx.outbox.gate()
    if gate.parked_at is not None:
        since = f"{gate.parked_at:%Y-%m-%d %H:%M} UTC"
        return [f"Slack refuses the token since {since} ({gate.parked_cause}); everything is saved and told later"]
    if gate.is_silent and gate.silent_since is not None:
        return [
            f"Slack does not answer since {gate.silent_since:%Y-%m-%d %H:%M} UTC; everything is saved and told later"
        ]
    return []


def _reader(tx: Transaction, row: Claimed, default: str) -> tuple[str, str | None]:
    """Choose the language: a person's own; a channel's by its department or account (G15)."""
    outgoing = row.outgoing
    member_id = outgoing.to_member or (outgoing.reply_to.member_id if outgoing.reply_to else None)
    if member_id is not None:
        member = tx.members.get(member_id)
        if member is None:
            return default, None
        return reading_language(member.language, member.locale, default), member.time_zone
    language, time_zone = tx.outbox.voice_of(ChannelId(row.place))
    return reading_language(language, None, default), time_zone
