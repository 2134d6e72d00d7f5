"""Networks: ``/kam network``, its pages, and who of us knows somebody."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import AccountId, ContactId
from bot.domain.members import Member
from bot.domain.networks import AskWhoKnows, Network, ShowNetwork, TurnNetwork, WhoKnows, WhoQuestion
from bot.i18n import Translator
from bot.ports import Store
from bot.services import networks
from bot.views import networks as views
from handlers.payloads import Click, SlashCommand


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam network``: departments and key persons, or who knows somebody."""
    match networks.show(store, now, ShowNetwork(actor, payload.text, payload.channel)):
        case Network() as found:
            ack(**views.network(found, t))
        case WhoKnows() as known:
            ack(**views.known(known, t))
        case WhoQuestion() as question:
            ack(**views.question(question, t))


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page."""
    networks.turn(store, now, TurnNetwork(actor, payload.id, payload.key, payload.reply()))
    ack()


def who_knows_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Say who knows the account that was chosen."""
    command = AskWhoKnows(actor, payload.key, payload.reply(), account_id=AccountId(payload.id))
    networks.ask(store, now, command)
    ack()


def who_knows_contact(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Say who knows the contact that was chosen."""
    command = AskWhoKnows(actor, payload.key, payload.reply(), contact_id=ContactId(payload.id))
    networks.ask(store, now, command)
    ack()
