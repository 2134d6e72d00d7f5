"""Requests: ``/kam-request``, its form, every action of a request, and ``/kam R-12``."""

from collections.abc import Collection
from datetime import datetime

from slack_bolt import Ack

from bot.domain import errors
from bot.domain.identity import AccountId, DepartmentId, DraftId, RequestId
from bot.domain.members import Member
from bot.domain.request_commands import Act, BeginRequest, ChangeRequestForm, JoinRequest, OpenForm, SendRequest
from bot.domain.request_results import RequestsAlike
from bot.domain.requests import Action
from bot.i18n import Translator
from bot.ports import Store
from bot.services import request_answers, requests
from bot.views import blocks
from bot.views import request_forms as forms
from bot.views import requests as views
from bot.views.request_buttons import AT_ONCE
from handlers.modals import Modals
from handlers.payloads import Click, Search, SlashCommand, Submission
from handlers.request_forms import (
    AcceptForm,
    AlikeForm,
    CounterForm,
    DeclineForm,
    MoveForm,
    PassForm,
    RequestChoices,
    RequestForm,
    SayForm,
)


def ask_department(
    ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Answer ``/kam-request``: open the form with what was typed."""
    command = BeginRequest(actor, payload.key, payload.reply_to, payload.text, payload.channel)
    slack.open(payload.trigger_id, forms.form(requests.begin(store, now, command), t))
    ack()


def start(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals) -> None:
    """Open the empty form; the button may carry an account."""
    account_id, reply_to = AccountId(payload.id) or None, payload.reply(replace=False)
    command = BeginRequest(actor, payload.key, reply_to, account_id=account_id)
    slack.open(payload.trigger_id, forms.form(requests.begin(store, now, command), t))
    ack()


def open_draft(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form again with what was kept."""
    command = ChangeRequestForm(actor, DraftId(payload.id))
    slack.open(payload.trigger_id, forms.form(requests.form(store, now, command), t))
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
    slack.update(view, forms.form(requests.form(store, now, command), t))
    ack()


def find_department(ack: Ack, payload: Search, actor: Member, store: Store) -> None:
    """Offer departments in a search."""
    found = requests.find_departments(store, actor, payload.value, blocks.OPTIONS)
    ack(**blocks.options(forms.choice(department) for department in found))


def send(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Send the form; the answer is posted where the person started. Offer to join where others ask for the same."""
    view = payload.view
    draft_id = DraftId(view.number("draft") or 0)
    command = SendRequest(actor, RequestForm.of(view).details(), draft_id, t.today, payload.key)
    match requests.send(store, now, command):
        case RequestsAlike() as alike:
            ack(response_action="push", view=forms.alike(alike, t))
        case _:
            ack()


def send_or_join(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Join a request like one's own, or send one's own all the same; both forms close."""
    match AlikeForm.of(payload.view).command(actor, payload, t.today):
        case JoinRequest() as joining:
            requests.join(store, now, joining)
        case sending:
            requests.send(store, now, sending)
    ack(response_action="clear")


def open_form(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of an action, from its button or from the menu."""
    action, request_id = _pressed(payload, forms.ACTIONS)
    command = OpenForm(actor, request_id, action, payload.key, payload.reply(), payload.stands_at)
    slack.open(payload.trigger_id, forms.of_action(request_answers.open_form(store, now, command), t))
    ack()


def act(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Do what one button does; every card of the request is edited."""
    action, request_id = _pressed(payload, AT_ONCE)
    _, version = payload.ids
    request_answers.act(
        store,
        now,
        Act(actor, request_id, version, action, t.today, payload.key, payload.reply(), payload.stands_at),
    )
    ack()


def accept(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Save the promise; every card of the request is edited."""
    request_answers.accept(store, now, AcceptForm.of(payload.view).command(actor, payload, t.today))
    ack()


def decline(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the decline; every card of the request is edited."""
    request_answers.decline(store, now, DeclineForm.of(payload.view).command(actor, payload))
    ack()


def counter(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Save an offer; every card of the request is edited."""
    action = Action(payload.view.callback_id.removeprefix("request."))
    request_answers.counter(store, now, CounterForm.of(payload.view).command(actor, payload, action, t.today))
    ack()


def move(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Save another promised date; every card of the request is edited."""
    request_answers.move(store, now, MoveForm.of(payload.view).command(actor, payload, t.today))
    ack()


def pass_on(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Offer the request to another department, which gets a card of its own."""
    request_answers.pass_on(store, now, PassForm.of(payload.view).command(actor, payload))
    ack()


def say(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save what was said; every card of the request is edited."""
    action = Action(payload.view.callback_id.removeprefix("request."))
    request_answers.say(store, now, SayForm.of(payload.view).command(actor, payload, action))
    ack()


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, t: Translator) -> None:
    """Answer ``/kam R-12``; the text is the number."""
    ack(**views.shown(requests.show(store, actor, int(payload.text)), t))


def _pressed(payload: Click, known: Collection[Action]) -> tuple[Action, RequestId]:
    """Return what is to be done with which request.

    Raises:
        errors.OutOfDate: a button or menu of another release named something else.
    """
    name, request_id = payload.deed
    action = next((one for one in known if one == name), None)
    if action is None:
        raise errors.OutOfDate
    return action, RequestId(request_id)
