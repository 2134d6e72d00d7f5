"""The menu and help: what this person can do now."""

from datetime import datetime

from bot.domain.access import Viewer
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, Subject
from bot.domain.identity import MemberId
from bot.domain.members import Member
from bot.domain.menu import NAMED, Explain, Help, Menu
from bot.domain.search import NothingAsked
from bot.domain.setup import FirstSteps
from bot.ports import Store, Transaction


def menu(store: Store, actor: Member) -> Menu:
    """Return the menu; an admin of a workspace that lacks something sees the first steps."""
    if not actor.is_admin:
        return Menu()
    with store.read(actor.workspace_id) as tx:
        steps = FirstSteps(
            has_departments=bool(tx.departments.all()),
            has_accounts=tx.accounts.count() > 0,
            has_kam_lead=bool(tx.members.kam_leads()),
        )
    done = steps.has_departments and steps.has_accounts and steps.has_kam_lead
    return Menu(None if done else steps)


def help_page(store: Store, actor: Member) -> Help:
    """Return what this person can do, and for whom."""
    with store.read(actor.workspace_id) as tx:
        return _help(tx, actor, tx.access.viewer(actor))


def explain(store: Store, now: datetime, command: Explain) -> None:
    """Answer a button of the menu; the answer is a reply."""
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        about = Ref(Subject.MEMBER, 0)
        topic = f"menu.{command.topic}"
        tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=command.reply_to), now)
        tx.inbox.record(command.key, about, now)


def reply_help(tx: Transaction, row: Claimed, _now: datetime) -> Help | None:
    """Load what the person can do who asked by a button."""
    member = tx.members.get(MemberId(row.place))
    return _help(tx, member, tx.access.viewer(member)) if member else None


def reply_ask(_tx: Transaction, _row: Claimed, _now: datetime) -> NothingAsked:
    """Load nothing: how to ask is the same for everybody."""
    return NothingAsked()


def _help(tx: Transaction, actor: Member, viewer: Viewer) -> Help:
    answered = (
        [unit.name for unit in tx.departments.all() if unit.id in viewer.answers_for] if viewer.answers_for else []
    )
    sponsored = viewer.leadership - viewer.kam_of
    return Help(
        departments=tuple(answered),
        kam_of=tx.accounts.refs(viewer.kam_of, viewer, NAMED),
        kam_count=len(viewer.kam_of),
        sponsor_of=tx.accounts.refs(sponsored, viewer, NAMED),
        sponsor_count=len(sponsored),
        is_kam_lead=viewer.is_kam_lead,
        is_admin=actor.is_admin,
    )
