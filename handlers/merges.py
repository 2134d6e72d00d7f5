"""Merges: their form, begun from a pair or by hand, and Undo."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.delivery import Ref, Subject
from bot.domain.identity import DraftId, MergeId, TwinsId
from bot.domain.members import Member
from bot.domain.merges import ChooseOther, Merge, MergeForm, OpenByHand, OpenMerge, UndoMerge
from bot.i18n import Translator, Typed
from bot.ports import Store
from bot.services import merges
from bot.views import blocks
from bot.views import merges as views
from handlers.modals import Modals
from handlers.payloads import Click, Search, Submission


def open_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form for a pair that was found."""
    command = OpenMerge(actor, TwinsId(payload.id), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(merges.open_form(store, now, command), t))
    ack()


def open_account(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Ask which other account is the same as this one."""
    _merge, account_id = payload.deed
    command = OpenByHand(actor, Ref(Subject.ACCOUNT, account_id), payload.key, payload.reply(replace=False))
    slack.open(payload.trigger_id, views.other_form(merges.open_by_hand(store, now, command), t))
    ack()


def open_contact(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Ask which other contact is the same as this one."""
    _merge, contact_id = payload.deed
    command = OpenByHand(actor, Ref(Subject.CONTACT, contact_id), payload.key, payload.reply(replace=False))
    slack.open(payload.trigger_id, views.other_form(merges.open_by_hand(store, now, command), t))
    ack()


def open_again(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open the form that did not open in time."""
    shown = merges.open_again(store, actor, DraftId(payload.id))
    slack.open(payload.trigger_id, views.form(shown, t) if isinstance(shown, MergeForm) else views.other_form(shown, t))
    ack()


def choose_other(ack: Ack, payload: Submission, actor: Member, store: Store, t: Translator) -> None:
    """Go on with the other one: the form takes the question's place."""
    draft_id = DraftId(payload.view.number("draft") or 0)
    shown = merges.choose_other(store, ChooseOther(actor, draft_id, payload.view.chosen("other") or 0))
    ack(response_action="update", view=views.form(shown, t))


def choose_survivor(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Show what moves if the other one stays."""
    view = slack.view_of(payload)
    draft_id, stays_id = DraftId(view.number("draft") or 0), view.chosen("stays") or 0
    slack.update(view, views.form(merges.choose_survivor(store, actor, draft_id, stays_id), t))
    ack()


def merge(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Merge the two."""
    view = payload.view
    versions = {view.number(side) or 0: view.number(f"{side}_version") or 0 for side in ("one", "other")}
    draft_id = DraftId(view.number("draft") or 0)
    merges.merge(store, now, Merge(actor, draft_id, view.chosen("stays") or 0, versions, payload.key))
    ack()


def undo(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take a merge back."""
    merges.undo(store, now, UndoMerge(actor, MergeId(payload.id), payload.key, payload.reply()))
    ack()


def find_contact(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Answer the search for the other contact."""
    draft_id = DraftId((payload.view.number("draft") if payload.view else None) or 0)
    found = merges.other_contacts(store, actor, draft_id, payload.value, blocks.OPTIONS)
    ack(**blocks.options((str(contact.id), Typed(contact.name)) for contact in found))
