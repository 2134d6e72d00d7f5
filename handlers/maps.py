"""Maps: ``/kam map``, its pages, the customer's version, and pictures."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.accounts import AccountQuestion
from bot.domain.identity import AccountId
from bot.domain.maps import AccountMap, PickMap, SendPicture, ShowMap
from bot.domain.members import Member
from bot.domain.networks import AskWhoKnows, TurnNetwork
from bot.i18n import Translator
from bot.ports import Store
from bot.services import maps, networks
from bot.views import accounts as account_views
from bot.views import maps as views
from handlers.payloads import Click, SlashCommand


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam map``: the map, or the question which account is meant."""
    match maps.show(store, now, ShowMap(actor, payload.text, payload.channel)):
        case AccountMap() as found:
            ack(**views.shown(found, t))
        case AccountQuestion() as question:
            ack(**account_views.question(question, t, "map.pick", "map"))


def open_map(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the map of an account in place of what the button stands on."""
    maps.pick(store, now, PickMap(actor, AccountId(payload.id), payload.key, payload.reply()))
    ack()


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page of the map."""
    account_id, offset = payload.ids
    maps.pick(store, now, PickMap(actor, AccountId(account_id), payload.key, payload.reply(), offset))
    ack()


def show_customers(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show what of the map the customer may see."""
    command = PickMap(actor, AccountId(payload.id), payload.key, payload.reply(), for_customer=True)
    maps.pick(store, now, command)
    ack()


def turn_customers(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show another page of what the customer may see."""
    account_id, offset = payload.ids
    command = PickMap(actor, AccountId(account_id), payload.key, payload.reply(), offset, for_customer=True)
    maps.pick(store, now, command)
    ack()


def send_picture(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Send the map as a picture, beside what the button stands on."""
    maps.send_picture(store, now, SendPicture(actor, AccountId(payload.id), payload.key, payload.reply(replace=False)))
    ack()


def send_customers_picture(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Send what the customer may see as a picture."""
    reply_to = payload.reply(replace=False)
    maps.send_picture(store, now, SendPicture(actor, AccountId(payload.id), payload.key, reply_to, for_customer=True))
    ack()


def act(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Follow the menu: the map of the group, who knows them, or the network inside."""
    deed, number = payload.choice
    match deed:
        case "known":
            reply_to = payload.reply(replace=False)
            networks.ask(store, now, AskWhoKnows(actor, payload.key, reply_to, account_id=AccountId(number)))
        case "network":
            networks.turn(store, now, TurnNetwork(actor, 0, payload.key, payload.reply(replace=False)))
        case _:
            maps.pick(store, now, PickMap(actor, AccountId(number), payload.key, payload.reply()))
    ack()
