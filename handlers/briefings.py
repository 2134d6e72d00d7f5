"""Briefings: ``/kam brief``, its buttons, and the form behind the shortcut and the menu."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.accounts import PickAccount
from bot.domain.briefings import PickBriefing, ReadBriefing, ShowBriefing, Shown, Wanted, WhichBriefing
from bot.domain.contact_commands import Act, ActOnContact
from bot.domain.delivery import Subject
from bot.domain.favours import FavourList, TurnFavours
from bot.domain.identity import AccountId, ContactId
from bot.domain.maps import PickMap
from bot.domain.members import Member
from bot.domain.worklists import TurnTo, Worklist
from bot.i18n import Translator
from bot.ports import Store
from bot.services import accounts, briefings, contacts, favours, maps, worklists
from bot.views import blocks
from bot.views import briefings as views
from handlers.forms import BriefingForm
from handlers.modals import Modals
from handlers.payloads import Click, Search, Shortcut, SlashCommand, Submission


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam brief``: the page, or the question whose is meant."""
    match briefings.show(store, now, ShowBriefing(actor, payload.text, payload.channel)):
        case Shown() as shown:
            ack(**views.page(shown, t))
        case WhichBriefing() as asked:
            ack(**views.which(asked, t))


def turn(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the page that was picked, or the other length of it, in place of where the button stands."""
    wanted, reply_to = Wanted.of(payload.action.chosen), payload.reply(replace=True)
    briefings.pick(store, now, PickBriefing(actor, wanted, payload.key, reply_to))
    ack()


def add(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the page of what a card is about, beside the card."""
    wanted, reply_to = Wanted.of(payload.action.chosen), payload.reply(replace=False)
    briefings.pick(store, now, PickBriefing(actor, wanted, payload.key, reply_to))
    ack()


def show_part(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the whole of what the page tells a part of, beside it."""
    part, number = payload.choice
    key, reply_to = payload.key, payload.reply(replace=False)
    match part:
        case Subject.ACCOUNT:
            accounts.pick(store, now, PickAccount(actor, AccountId(number), key, reply_to))
        case Subject.CONTACT:
            contacts.act(store, now, ActOnContact(actor, ContactId(number), Act.SHOW, key, reply_to))
        case "map":
            maps.pick(store, now, PickMap(actor, AccountId(number), key, reply_to))
        case "favours":
            favours.turn(store, now, TurnFavours(actor, FavourList(Subject.ACCOUNT, number), key, reply_to))
        case _:
            worklists.turn(store, now, TurnTo(actor, Worklist.of(payload.action.chosen), key, reply_to))
    ack()


def open_form(ack: Ack, payload: Click | Shortcut, t: Translator, slack: Modals) -> None:
    """Ask whose page is wanted; nothing needs to be known for it."""
    slack.open(payload.trigger_id, views.form(t))
    ack()


def find(ack: Ack, payload: Search, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Offer accounts and contacts in a search."""
    found = briefings.find(store, now, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options((Wanted(one.about).key, views.offered(one, t)) for one in found))


def read(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Show the page in place of the form."""
    wanted = BriefingForm.of(payload.view).wanted()
    shown = briefings.read(store, now, ReadBriefing(actor, wanted))
    ack(response_action="update", view=views.page_in_modal(shown, t))
