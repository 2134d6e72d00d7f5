"""Sponsors: ``/kam sponsor``, the table of who backs whom, its form and buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import DraftId, MemberId
from bot.domain.members import Member
from bot.domain.sponsorships import EndSponsorship, OpenSponsorship, TurnSponsors
from bot.i18n import Translator
from bot.ports import Store
from bot.services import sponsors
from bot.views import sponsors as views
from handlers.forms import SponsorshipForm
from handlers.modals import Modals
from handlers.payloads import Click, Submission


def show(ack: Ack, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam sponsor``."""
    ack(**views.desk(sponsors.desk(store, now, actor), t))


def talk(ack: Ack) -> None:
    """Take note that somebody opened their direct messages with a sponsor; nothing is kept of it (S87)."""
    ack()


def turn_page(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page in place of this one."""
    sponsors.turn_page(store, now, TurnSponsors(actor, payload.id, payload.key, payload.reply()))
    ack()


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of a new sponsorship."""
    command = OpenSponsorship(actor, payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(sponsors.open_form(store, now, command), t))
    ack()


def open_hand_over(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of the sponsorship of a KAM."""
    kam, _, sponsor = payload.action.chosen.partition(":")
    command = OpenSponsorship(actor, payload.key, payload.reply(), MemberId(kam), MemberId(sponsor))
    slack.open(payload.trigger_id, views.form(sponsors.open_form(store, now, command), t))
    ack()


def open_again(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form that did not open in time."""
    slack.open(payload.trigger_id, views.form(sponsors.open_again(store, actor, DraftId(payload.id)), t))
    ack()


def save(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form."""
    sponsors.save(store, now, SponsorshipForm.of(payload.view).command(actor, payload))
    ack()


def end(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """End a sponsorship."""
    kam, _, sponsor = payload.action.chosen.partition(":")
    command = EndSponsorship(actor, MemberId(kam), MemberId(sponsor), payload.key, payload.reply())
    sponsors.end(store, now, command)
    ack()
