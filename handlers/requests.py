"""Requests: ``/kam-request``, its form, Accept, Decline and ``/kam R-12``."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.identity import AccountId, DepartmentId, DraftId, RequestId
from bot.domain.members import Member
from bot.domain.requests import BeginRequest, ChangeRequestForm, OpenAnswer, SendRequest
from bot.i18n import Translator
from bot.ports import Store
from bot.services import requests
from bot.views import blocks
from bot.views import requests as views
from handlers.forms import AcceptForm, DeclineForm, RequestChoices, RequestForm
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission


def ask_department(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam-request``: open the form with what was typed."""
    command = BeginRequest(actor, payload.key, payload.reply_to, payload.text, payload.channel)
    slack.open(payload.trigger_id, views.form(requests.begin(store, now, command), t))
    ack()


def start(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Open the empty form; the button may carry an account."""
    account_id, reply_to = AccountId(payload.id) or None, payload.reply(replace=False)
    command = BeginRequest(actor, payload.key, reply_to, account_id=account_id)
    slack.open(payload.trigger_id, views.form(requests.begin(store, now, command), t))
    ack()


def open_draft(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form again with what was kept."""
    command = ChangeRequestForm(actor, DraftId(payload.id))
    slack.open(payload.trigger_id, views.form(requests.form(store, now, command), t))
    ack()


def change_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Show the rarer fields, how quick the chosen department is, and who will see it; what is typed stays."""
    view = slack.view_of(payload)
    chosen = RequestChoices.of(view)
    command = ChangeRequestForm(
        actor,
        DraftId(view.number("draft") or 0),
        DepartmentId(chosen.department) if chosen.department else None,
        AccountId(chosen.account) if chosen.account else None,
        chosen.needed_by,
        chosen.visibility,
        more=payload.action.action_id == "request.more" or view.number("more") is not None,
    )
    slack.update(view, views.form(requests.form(store, now, command), t))
    ack()


def find_department(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer departments in a search."""
    found = requests.find_departments(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options(views.choice(department) for department in found))


def send(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Send the form; the answer is posted where the person started."""
    view = payload.view
    draft_id = DraftId(view.number("draft") or 0)
    requests.send(store, now, SendRequest(actor, RequestForm.of(view).details(), draft_id, t.today, payload.key))
    ack()


def open_accept(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form to promise a request."""
    command = OpenAnswer(actor, RequestId(payload.id), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.accept_form(requests.open_answer(store, now, command), t))
    ack()


def open_decline(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form to say why not this time."""
    command = OpenAnswer(actor, RequestId(payload.id), payload.key, payload.reply())
    slack.open(payload.trigger_id, views.decline_form(requests.open_answer(store, now, command), t))
    ack()


def accept(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Save the promise; every card of the request is edited."""
    requests.accept(store, now, AcceptForm.of(payload.view).command(actor, payload, t.today))
    ack()


def decline(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the decline; every card of the request is edited."""
    requests.decline(store, now, DeclineForm.of(payload.view).command(actor, payload))
    ack()


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam R-12``; the text is the number."""
    ack(**views.shown(requests.show(store, actor, int(payload.text)), t))
