"""Worklists: the own requests and conflicts, the department's queue, an account's; and one of them opened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain import accounts as account_names
from bot.domain import errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Claimed, Form, Outgoing, Posted, Priority, Ref, ReplyTo, Subject
from bot.domain.escalation_rights import seen
from bot.domain.escalation_seen import HeaderSeen, Seen
from bot.domain.identity import EscalationId, RequestId
from bot.domain.request_results import HeaderShown, RequestShown
from bot.domain.requests import Request
from bot.domain.worklists import Listed, ListWork, OpenListed, Scope, TurnTo, WhichAccount, Worklist
from bot.ports import Store, Transaction
from bot.services import accounts, request_news
from bot.services.readers import recipient
from bot.services.request_steps import place_of

_LISTS: Mapping[Subject, str] = {
    Subject.REQUEST: "request.list",
    Subject.ESCALATION: "escalation.list",
    Subject.PROMISE: "promise.list",
    Subject.NEXT_STEP: "next_step.list",
    Subject.DEMAND: "demand.list",
}
_OPENED: Mapping[Subject, str] = {Subject.REQUEST: "request.opened", Subject.ESCALATION: "escalation.opened"}
_SAME_NAME = 5


def show(store: Store, now: datetime, command: ListWork) -> Listed | WhichAccount:
    """List what is the person's own, or an account's; ask which one where the name is not clear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    asked = Worklist(command.subject)
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        account = named(tx, viewer, command.subject, command.typed)
        if isinstance(account, WhichAccount):
            return account
        if account is not None:
            asked = replace(asked, scope=Scope.ACCOUNT, account_id=account.id)
        return _listed(tx, viewer, asked, account, now)


def named(tx: Transaction, viewer: Viewer, subject: Subject, typed: str) -> AccountRef | WhichAccount | None:
    """Return the account whose list is meant; None where no name was typed.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    typed = names.one_line(typed).rstrip(":").rstrip()
    if not typed:
        return None
    exact = tuple(account.ref for account in tx.accounts.named(names.match_key(typed), viewer, _SAME_NAME))
    if len(exact) == 1:
        return exact[0]
    meant = exact or account_names.closest(typed, tx.accounts.names(viewer))
    if not meant:
        raise errors.UnknownAccount(typed)
    return WhichAccount(subject, typed, meant)


def turn(store: Store, now: datetime, command: TurnTo) -> None:
    """Put another list, page or filter on its way, in place of the one it was asked from.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this reader any more.
    """
    asked = command.asked
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        if asked.account_id is not None:
            accounts.visible(tx, tx.access.viewer(command.actor), asked.account_id)
        put(tx, asked, command.reply_to, now)
        tx.inbox.record(command.key, asked.about, now)


def put(tx: Transaction, asked: Worklist, reply_to: ReplyTo, now: datetime) -> None:
    """Put a list on its way, whatever it is of."""
    topic = _LISTS[asked.subject]
    tx.outbox.put(Outgoing(Form.REPLY, topic, asked.about, Priority.REPLY, reply_to=reply_to, detail=asked.detail), now)


def asked_in(tx: Transaction, row: Claimed) -> tuple[Viewer, Worklist, AccountRef | None] | None:
    """Return who reads a list that was put, which one it is and of which account; None where they may not any more."""
    viewer = recipient(tx, row)
    subject = next(subject for subject, topic in _LISTS.items() if topic == row.outgoing.topic)
    asked = Worklist.told(subject, row.outgoing.about, row.outgoing.detail or 0)
    if viewer is None:
        return None
    if asked.account_id is None:
        return viewer, asked, None
    account = tx.accounts.get(asked.account_id, viewer)
    return (viewer, asked, account.ref) if account else None


def place(tx: Transaction, about: Ref, reply_to: ReplyTo, stands_at: Posted | None) -> ReplyTo:
    """Return where an answer goes: in place of the list, note or older card that was pressed."""
    return place_of(tx, about, reply_to, stands_at) or reply_to


def open_one(store: Store, now: datetime, command: OpenListed) -> None:
    """Put a request or conflict of a list on its way, with what its reader can do.

    Raises:
        errors.UnknownObject: it does not exist for this person any more.
    """
    about = command.about
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer = tx.access.viewer(command.actor)
        is_request = about.subject is Subject.REQUEST
        exists = (
            tx.requests.seen(RequestId(about.id), viewer)
            if is_request
            else tx.escalations.header(EscalationId(about.id), viewer)
        )
        if exists is None:
            raise errors.UnknownObject("")
        topic = _OPENED[about.subject]
        tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=command.reply_to), now)
        tx.inbox.record(command.key, about, now)


def reply_list(tx: Transaction, row: Claimed, now: datetime) -> Listed | None:
    """Load a list with its reader's rights as they are now."""
    asked = asked_in(tx, row)
    return _listed(tx, *asked, now) if asked else None


def reply_request(tx: Transaction, row: Claimed, _now: datetime) -> RequestShown | HeaderShown | None:
    """Load a request that was opened from a list, as deep as its reader may see it."""
    viewer = recipient(tx, row)
    request = tx.requests.seen(RequestId(row.outgoing.about.id), viewer) if viewer else None
    if viewer is None or request is None:
        return None
    return request_news.shown(tx, viewer, request) if isinstance(request, Request) else HeaderShown(request)


def reply_conflict(tx: Transaction, row: Claimed, _now: datetime) -> Seen | HeaderSeen | None:
    """Load a conflict that was opened from a list, as deep as its reader may see it."""
    viewer, conflict_id = recipient(tx, row), EscalationId(row.outgoing.about.id)
    header = tx.escalations.header(conflict_id, viewer) if viewer else None
    if viewer is None or header is None:
        return None
    whole = tx.escalations.get(conflict_id, viewer)
    return replace(seen(whole, viewer), history=tx.history.of(whole.about)) if whole else HeaderSeen(header)


def _listed(tx: Transaction, viewer: Viewer, asked: Worklist, account: AccountRef | None, now: datetime) -> Listed:
    units = tx.search.units(account.id, viewer) if account else ()
    today = tx.workspace.today(now)
    if asked.subject is Subject.REQUEST:
        found = tx.worklists.requests(asked, viewer, units, now, today)
    else:
        found = tx.worklists.conflicts(asked, viewer, units, today)
    if not found.lines and asked.page:
        # What stood there was settled meanwhile.
        return _listed(tx, viewer, replace(asked, page=0), account, now)
    has_departments = bool(viewer.answers_for) or viewer.department_id is not None
    return Listed(asked, found, account, has_departments)
