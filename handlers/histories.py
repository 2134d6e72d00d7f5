"""Histories: the button that opens all of one."""

from slack_bolt import Ack

from bot.domain.delivery import Ref, Subject
from bot.domain.members import Member
from bot.i18n import Translator
from bot.ports import Store
from bot.services import histories
from bot.views import histories as views
from handlers.modals import Modals
from handlers.payloads import Click


def open_request(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open everything that happened to a request."""
    past = histories.read(store, actor, Ref(Subject.REQUEST, payload.id))
    slack.open(payload.trigger_id, views.whole(past, t))
    ack()


def open_conflict(ack: Ack, payload: Click, actor: Member, store: Store, t: Translator, slack: Modals) -> None:
    """Open everything that happened to a conflict."""
    past = histories.read(store, actor, Ref(Subject.ESCALATION, payload.id))
    slack.open(payload.trigger_id, views.whole(past, t))
    ack()
