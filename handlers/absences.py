"""Absences: ``/kam absence``, its form and buttons."""

from datetime import datetime

from slack_bolt import Ack

from bot.domain.absences import EndAbsence, EnterAbsence, OpenAbsence
from bot.domain.identity import AbsenceId, DraftId
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import absences
from bot.views import absences as views
from handlers.forms import AbsenceForm
from handlers.modals import Modals
from handlers.payloads import Click, SlashCommand, Submission


def show(ack: Ack, payload: SlashCommand, actor: Member, store: Store, now: datetime, t: Translator) -> None:
    """Answer ``/kam absence``: what is planned; with days after it, that includes them from now on."""
    if payload.text:
        deputy_id = next(iter(payload.people), None)
        plan = absences.enter(store, now, EnterAbsence(actor, payload.text, payload.key, deputy_id))
    else:
        plan = absences.plan(store, now, actor)
    ack(**views.plan(plan, t))


def open_new(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of a new absence."""
    command = OpenAbsence(actor, payload.key, payload.reply())
    slack.open(payload.trigger_id, views.form(absences.open_form(store, now, command), t))
    ack()


def open_other(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of somebody else's absence."""
    command = OpenAbsence(actor, payload.key, payload.reply(), for_other=True)
    slack.open(payload.trigger_id, views.form(absences.open_form(store, now, command), t))
    ack()


def open_change(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form of an absence that is planned."""
    absence_id, version = payload.ids
    command = OpenAbsence(actor, payload.key, payload.reply(), AbsenceId(absence_id), version)
    slack.open(payload.trigger_id, views.form(absences.open_form(store, now, command), t))
    ack()


def open_again(
    ack: Ack, payload: Click, actor: Member, store: Store, now: datetime, t: Translator, slack: Modals
) -> None:
    """Open the form that did not open in time."""
    slack.open(payload.trigger_id, views.form(absences.open_again(store, now, actor, DraftId(payload.id)), t))
    ack()


def save(ack: Ack, payload: Submission, actor: Member, store: Store, now: datetime) -> None:
    """Save the form."""
    absences.save(store, now, AbsenceForm.of(payload.view).command(actor, payload))
    ack()


def end(ack: Ack, payload: Click, actor: Member, store: Store, now: datetime) -> None:
    """Take an absence back, or end it."""
    absence_id, version = payload.ids
    absences.end(store, now, EndAbsence(actor, AbsenceId(absence_id), version, payload.key, payload.reply()))
    ack()
