"""Contacts: ``/kam contact``, the card's buttons and menu, and their forms."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain import errors
from bot.domain.accounts import PickAccount
from bot.domain.contact_commands import (
    Act,
    ActOnContact,
    ContactCard,
    ContactQuestion,
    Deed,
    OpenContactForm,
    ShowContact,
)
from bot.domain.identity import AccountId, ContactId, DraftId, HypothesisId
from bot.domain.members import Member
from bot.i18n import Translator, Typed
from bot.ports import Store
from bot.services import accounts, contact_forms, contacts
from bot.views import blocks
from bot.views import contact_forms as forms
from bot.views import contacts as views
from handlers.contact_forms import AssessForm, EditForm, InfluenceForm, LeaveForm, MoveForm, NewForm, SupposeForm
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam contact``: the card, or the question who is meant."""
    command = ShowContact(actor, payload.text, payload.channel, payload.key, payload.reply_to)
    match contacts.show(store, now, command):
        case ContactCard() as found:
            ack(**views.card(found, t))
        case ContactQuestion() as question:
            ack(**views.question(question, t))


def press(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Do what a button or the menu says: open its form, or do it at once."""
    match _pressed(actor, payload):
        case OpenContactForm() as opening:
            slack.open(payload.trigger_id, forms.form(contact_forms.open_form(store, now, opening), t))
        case ActOnContact() as acting:
            contacts.act(store, now, acting)
    ack()


def show_account(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Show the card of the contact's account below."""
    accounts.pick(store, now, PickAccount(actor, AccountId(payload.id), payload.key, payload.reply(replace=False)))
    ack()


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of a new contact with the name that was typed."""
    form = contact_forms.open_draft(store, now, actor, DraftId(payload.id), payload.reply())
    slack.open(payload.trigger_id, forms.form(form, t))
    ack()


def show_more(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Show the rarer fields of an open form; what is typed stays."""
    view = slack.view_of(payload)
    slack.update(view, forms.form(contact_forms.show_more(store, now, actor, DraftId(view.number("kept") or 0)), t))
    ack()


def find_beside(ack: Ack, payload: Search, actor: Member, store: Store, now: datetime) -> None:
    """Offer the other contacts of the group."""
    draft_id = DraftId((payload.view.number("kept") if payload.view else None) or 0)
    found = contacts.find_beside(store, now, actor, draft_id, payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(contact.id), Typed(contact.name)) for contact in found))


def create(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save a new contact."""
    contact_forms.create(store, now, NewForm.of(payload.view).command(actor, payload))
    ack()


def edit(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save an edited contact."""
    contact_forms.edit(store, now, EditForm.of(payload.view).command(actor, payload))
    ack()


def assess(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save what somebody judges."""
    contact_forms.assess(store, now, AssessForm.of(payload.view).command(actor, payload))
    ack()


def move(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save a new position."""
    contact_forms.move(store, now, MoveForm.of(payload.view).command(actor, payload))
    ack()


def let_go(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save that a contact leaves the customer."""
    contact_forms.let_go(store, now, LeaveForm.of(payload.view).command(actor, payload))
    ack()


def suppose(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save a hypothesis."""
    contact_forms.suppose(store, now, SupposeForm.of(payload.view).command(actor, payload))
    ack()


def draw(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save who listens to a contact."""
    contact_forms.draw(store, now, InfluenceForm.of(payload.view).command(actor, payload))
    ack()


_DEEDS = {deed.value: deed for deed in Deed}
_ACTS = {act.value: act for act in Act}


def _pressed(actor: Member, payload: Click) -> OpenContactForm | ActOnContact:
    """Read what a button or the menu asks for.

    Raises:
        errors.OutOfDate: a button of an older release.
    """
    verb, number, version, part = payload.step
    contact_id, reply_to = ContactId(number), payload.reply()
    if verb in _DEEDS:
        return OpenContactForm(actor, _DEEDS[verb], contact_id, version, payload.key, reply_to)
    if verb in _ACTS:
        return ActOnContact(actor, contact_id, _ACTS[verb], payload.key, reply_to, version, HypothesisId(part))
    raise errors.OutOfDate
