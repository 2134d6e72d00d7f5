"""Delivery: which use case loads what a row of the outbox tells, and the other way when a place is closed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.access import CHANNEL
from bot.domain.delivery import CHANNEL_FACTS_AGE, ChannelFacts, Claimed, Form, Outgoing, Posted, Priority, Ref, Subject
from bot.domain.identity import ChannelId
from bot.domain.members import Person, reading_language
from bot.ports import Transaction
from bot.services import accounts, escalations, interactions, menu, requests, search, setup

Loader = Callable[[Transaction, Claimed, datetime], object | None]
"""Loads the value a view shows, with its recipient's rights as they are now; None when there is nothing to tell."""

LOADERS: Mapping[str, Loader] = {
    "account.card": accounts.reply_card,
    "account.created": accounts.created_notice,
    "account.question": accounts.reply_question,
    "channel.invite": setup.invite_notice,
    "escalation.acknowledged": escalations.note,
    "escalation.card": escalations.card,
    "escalation.decided": escalations.card,
    "escalation.header": escalations.header_card,
    "escalation.invite": escalations.card,
    "escalation.raised": escalations.note,
    "escalation.request_line": escalations.request_line,
    "escalation.shown": escalations.card,
    "escalation.unaddressed": escalations.unaddressed,
    "interaction.line": interactions.channel_line,
    "interaction.alert": interactions.alert,
    "interaction.logged": interactions.reply_logged,
    "interaction.new_account": interactions.reply_new_account,
    "interaction.edited": interactions.reply_edited,
    "interaction.page": interactions.reply_page,
    "interaction.withdrawn": interactions.reply_withdrawn,
    "menu.ask": menu.reply_ask,
    "menu.help": menu.reply_help,
    "search.answered": search.reply_answered,
    "request.card": requests.card,
    "request.thread": requests.thread_line,
    "request.accepted": requests.told,
    "request.declined": requests.told,
    "request.assigned": requests.told,
    "request.sent": requests.reply_sent,
    "request.shown": requests.reply_shown,
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


def load(tx: Transaction, row: Claimed, now: datetime, default_language: str) -> Parcel:
    """Load what a row tells, for whom, and where it stands."""
    outgoing = row.outgoing
    language, time_zone = _reader(tx, row, default_language)
    standing_at = tx.outbox.card(outgoing.topic, outgoing.about, row.place) if outgoing.form is Form.CARD else None
    thread = outgoing.thread_of and tx.outbox.card(f"{outgoing.thread_of.subject}.card", outgoing.thread_of, row.place)
    facts = tx.channels.get(outgoing.to_channel) if outgoing.to_channel else None
    fresh = facts is not None and facts.checked_at is not None and now - facts.checked_at < CHANNEL_FACTS_AGE
    return Parcel(
        told=LOADERS[outgoing.topic](tx, row, now),
        language=language,
        time_zone=time_zone,
        standing_at=standing_at,
        thread_ts=thread.ts if thread else None,
        # A channel that was closed is asked again each time: an invitation should help at once.
        channel=facts if fresh and facts is not None and facts.usable else None,
    )


def reroute(tx: Transaction, row: Claimed, now: datetime) -> bool:
    """Send a row for a closed channel to those who answer for it, by DM; tell them once to invite Scharnier."""
    channel_id = row.outgoing.to_channel
    if channel_id is None:
        return False
    people, about = _answerable(tx, channel_id)
    for person in people:
        tx.outbox.put(replace(row.outgoing, to_channel=None, to_member=person.id, thread_of=None), now)
        asked = Outgoing(Form.CARD, "channel.invite", about, Priority.DIGEST, to_member=person.id)
        if tx.outbox.card(asked.topic, about, person.id) is None:
            tx.outbox.put(asked, now)
    return bool(people)


def _answerable(tx: Transaction, channel_id: ChannelId) -> tuple[tuple[Person, ...], Ref]:
    department = tx.departments.in_channel(channel_id)
    if department is not None:
        speakers = (department.coordinator, department.head)
        people = tuple(dict.fromkeys(person for person in speakers if person is not None and not person.left))
        return people or tx.members.admins(), Ref(Subject.DEPARTMENT, department.id)
    account = tx.accounts.in_channel(channel_id, CHANNEL)
    if account is None:
        return (), Ref(Subject.ACCOUNT, 0)
    kam = tx.accounts.kam_if_active(account.id)
    return ((kam,) if kam else tx.members.kam_leads() or tx.members.admins()), Ref(Subject.ACCOUNT, account.id)


def _reader(tx: Transaction, row: Claimed, default: str) -> tuple[str, str | None]:
    """Choose the language: a person's own; a channel's by its department or account (G15)."""
    outgoing = row.outgoing
    member_id = outgoing.to_member or (outgoing.reply_to.member_id if outgoing.reply_to else None)
    if member_id is not None:
        member = tx.members.get(member_id)
        if member is None:
            return default, None
        return reading_language(member.language, member.locale, default), member.time_zone
    channel_id = ChannelId(row.place)
    department = tx.departments.in_channel(channel_id)
    if department is not None:
        return reading_language(department.language, None, default), department.time_zone
    ref = tx.accounts.in_channel(channel_id, CHANNEL)
    account = ref and tx.accounts.get(ref.id, CHANNEL)
    return reading_language(account.language if account else None, None, default), None
