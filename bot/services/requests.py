"""Requests: the form, sent to a department or joined to one like it, and shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors, names, request_times
from bot.domain import request_desks as choosing
from bot.domain import requests as rules
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef, Found
from bot.domain.delivery import Claimed, Ref, ReplyTo, Subject
from bot.domain.departments import Department
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, DepartmentId, DraftId, RequestId
from bot.domain.members import Member
from bot.domain.request_commands import BeginRequest, ChangeRequestForm, JoinRequest, SendRequest
from bot.domain.request_life import LIFE, RECORDED
from bot.domain.request_results import (
    HeaderShown,
    RequestForm,
    RequestJoined,
    RequestsAlike,
    RequestSent,
    RequestShown,
)
from bot.domain.request_times import Pace, ShortNotice, department_calendar
from bot.domain.requests import Action, Details, NewRequest, Request
from bot.ports import Store, Transaction
from bot.services import accounts, drafts, duplicates, inbox, request_clock
from bot.services import request_desks as desks
from bot.services import request_news as news
from bot.services import request_steps as steps
from bot.services.readers import recipient


def begin(store: Store, now: datetime, command: BeginRequest) -> RequestForm:
    """Keep what was typed and return the form, with department and account as far as the line names them.

    Raises:
        errors.NobodyToAsk: no department, KAM lead or admin could receive it.
        errors.UnknownAccountChosen: the account of a button does not exist for this person any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (kept := drafts.kept(tx, command.key, command.actor.id, Purpose.REQUEST)) is not None:
            return _kept_form(tx, viewer, ChangeRequestForm(command.actor, kept.id), kept.fields, now)
        departments = tx.departments.all()
        department, what = choosing.read_department(names.tidy(command.text), departments)
        account = None
        if command.account_id is not None:
            account = accounts.visible(tx, viewer, command.account_id).ref
        elif isinstance(reading := accounts.read(tx, viewer, what, command.channel_id), Found):
            account, what = reading.account, reading.rest
        if not departments and not desks.desk(tx, None, command.actor.id, hidden=False).people:
            raise errors.NobodyToAsk(what)
        chosen = {"department_id": department, "account_id": account}
        fields = {"what": what, **{name: str(thing.id) for name, thing in chosen.items() if thing is not None}}
        draft = Draft(DraftId(0), command.actor.id, Purpose.REQUEST, now, fields, reply_to=command.reply_to)
        change = ChangeRequestForm(command.actor, drafts.keep(tx, command.key, draft, now).id)
        return _form(tx, now, change, what, department, account)


def form(store: Store, now: datetime, command: ChangeRequestForm) -> RequestForm:
    """Return the form of a kept draft for what was chosen meanwhile.

    Raises:
        errors.DraftGone: it was sent before, or is somebody else's.
    """
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        kept = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.REQUEST)
        return _kept_form(tx, viewer, command, kept.fields, now)


def find_departments(store: Store, actor: Member, typed: str, most: int) -> tuple[Department, ...]:
    """Answer a select's search: departments by name, or those like what was typed."""
    with store.read(actor.workspace_id) as tx:
        return choosing.departments_like(names.one_line(typed), tx.departments.all(), most)


def send(store: Store, now: datetime, command: SendRequest) -> RequestSent | RequestsAlike:
    """Send the form: a card to whoever answers, and an answer where the requester started.

    Where others may ask for the same, the form is kept and they are returned; it is sent when that is meant.

    Raises:
        errors.DraftGone: it was sent before, by a click at the same time too.
        errors.Refusal: a field cannot be kept as it is, or nobody can receive it; the form says which.
    """
    if command.details is not None and command.details.new_account:
        named = command.details.new_account
        duplicates.offer_accounts(store, command.actor, command.draft_id, Purpose.REQUEST, named)
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return _sent(tx, now, steps.mine(tx, viewer, RequestId(earlier.id)))
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.REQUEST)
        given = command.details or rules.details_of(draft.fields)
        details, department = _checked(tx, given, command.today)
        account = _account(tx, command.actor, viewer, details, now)
        if command.details is not None and (alike := _alike(tx, viewer, account, details)):
            tx.drafts.change(draft.id, rules.as_fields(replace(details, account_id=account.id, new_account="")))
            return RequestsAlike(draft.id, alike)
        drafts.use(tx, draft, now)
        hidden = rules.is_hidden(account, details.visibility)
        desk = desks.desk(tx, department, command.actor.id, hidden=hidden, restricted=account.restricted)
        if not desk.people:
            raise errors.NobodyToAsk
        clock, due_at = request_clock.started(tx, department, now)
        new = NewRequest(tx.requests.next_id(), command.actor.id, account.id, details, clock, due_at)
        about = Ref(Subject.REQUEST, new.id)
        tx.history.record(Change(about, "request.sent", command.actor.id, now, fields=_filled(details)))
        news.reply(tx, about, "request.sent", draft.reply_to or ReplyTo(command.actor.id), now)
        tx.inbox.record(command.key, about, now)
        tx.requests.add(new, now)
        request = steps.mine(tx, viewer, new.id)
        news.put_cards(tx, request, desk, command.actor.id, now)
        request_clock.wind(tx, request, now)
        tx.search.put(rules.request_note(request))
        return _sent(tx, now, request)


def join(store: Store, now: datetime, command: JoinRequest) -> RequestJoined:
    """Join a request instead of sending one's own: whoever joins sees it in full and hears what becomes of it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.AlreadyAnswered: it is over.
        errors.DraftGone: the text was sent or used before.
    """
    with store.begin(command.actor.workspace_id) as tx:
        actor, viewer = command.actor, tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return RequestJoined(steps.mine(tx, viewer, command.request_id))
        draft = drafts.mine(tx, command.draft_id, actor.id, Purpose.REQUEST)
        if tx.requests.seen(command.request_id, viewer) is None:
            raise errors.UnknownObject("")
        request = news.whole(tx, command.request_id)
        if request is None or request.state not in LIFE.states_for(Action.JOIN):
            raise steps.too_late(tx, request) if request else errors.UnknownObject("")
        drafts.use(tx, draft, now)
        words = names.tidy(command.words)
        if request.requester.id != actor.id and tx.requests.join(request.id, actor.id, words, now):
            change = Change(request.about, RECORDED[Action.JOIN], actor.id, now, words=words or None)
            news.tell(tx, request, Action.JOIN, tx.history.record(change), actor.id, now)
        news.reply(tx, request.about, "request.joined", draft.reply_to or ReplyTo(actor.id), now)
        tx.inbox.record(command.key, request.about, now)
        return RequestJoined(steps.mine(tx, viewer, request.id))


def show(store: Store, actor: Member, number: int) -> RequestShown | HeaderShown:
    """Show ``R-number`` as deep as this person may see it, with what they can do.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        seen = tx.requests.by_number(number, viewer)
        if seen is None:
            raise errors.UnknownObject(f"R-{number}")
        return news.shown(tx, viewer, seen) if isinstance(seen, Request) else HeaderShown(seen)


def reply_sent(tx: Transaction, row: Claimed, now: datetime) -> RequestSent | None:
    """Load the answer to a sent form."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    return _sent(tx, now, request) if request else None


def reply_joined(tx: Transaction, row: Claimed, _now: datetime) -> RequestJoined | None:
    """Load the answer to somebody who joined."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    return RequestJoined(request) if request else None


def _kept_form(
    tx: Transaction, viewer: Viewer, command: ChangeRequestForm, kept: Mapping[str, str], now: datetime
) -> RequestForm:
    department_id = command.department_id or DepartmentId(int(kept.get("department_id", 0)))
    account = tx.accounts.get(command.account_id or AccountId(int(kept.get("account_id", 0))), viewer)
    department = tx.departments.get(department_id)
    return _form(tx, now, command, kept.get("what", ""), department, account.ref if account else None)


def _form(
    tx: Transaction,
    now: datetime,
    command: ChangeRequestForm,
    what: str,
    department: Department | None,
    account: AccountRef | None,
) -> RequestForm:
    some = bool(tx.departments.all())
    hidden = rules.is_hidden(account, command.visibility)
    desk = None
    if department is not None or not some:
        restricted = account is not None and account.restricted
        desk = desks.desk(tx, department, command.actor.id, hidden=hidden, restricted=restricted)
    pace = _pace(tx, department, now) if department else None
    warning = _notice(tx, department, command.needed_by, now) if department and command.needed_by else None
    return RequestForm(
        command.draft_id,
        what=what,
        departments=some,
        department=department,
        pace=pace,
        warning=warning,
        account=account,
        desk=desk,
        visibility=command.visibility,
        more=command.more,
    )


def _alike(tx: Transaction, viewer: Viewer, account: AccountRef, details: Details) -> tuple[rules.Alike, ...]:
    """Return the requests that may ask for the same, the closest first."""
    known = tx.requests.not_done(account.id, details.department_id, viewer)
    return rules.alike(rules.headline(details.what), known, viewer.member_id)


def _checked(tx: Transaction, given: Details, today: date) -> tuple[Details, Department | None]:
    """Check what the form cannot check by itself, and return it as it is stored."""
    details = replace(
        given, what=names.tidy(given.what), why=names.tidy(given.why), new_account=names.one_line(given.new_account)
    )
    department = tx.departments.get(details.department_id) if details.department_id else None
    if department is None and tx.departments.all():
        raise errors.DepartmentMissing
    if not details.what:
        raise errors.NothingTyped("what")
    if not details.new_account and details.account_id is None:
        raise errors.AccountMissing
    request_times.check_date(details.needed_by, today, "needed_by")
    return replace(details, department_id=department.id if department else None), department


def _account(tx: Transaction, actor: Member, viewer: Viewer, details: Details, now: datetime) -> AccountRef:
    """Return the chosen account, or the new one; a name that is known already is not made twice."""
    if details.new_account:
        return accounts.create(tx, actor, details.new_account, now)
    return accounts.visible(tx, viewer, AccountId(details.account_id or 0)).ref


def _sent(tx: Transaction, now: datetime, request: Request) -> RequestSent:
    department = request.department
    answer = _pace(tx, department, now).answer if department else None
    return RequestSent(request, desks.desk_of(tx, request), answer, news.warning(tx, request))


def _pace(tx: Transaction, department: Department, now: datetime) -> Pace:
    calendar = department_calendar(department, tx.workspace)
    answered = tx.requests.answer_times(department.id, request_times.MEASURED_LAST)
    answer = request_times.usual_answer(answered, calendar, department.answer_hours)
    return Pace(answer, department.lead_days, calendar.after(calendar.today(now), department.lead_days))


def _notice(tx: Transaction, department: Department, needed_by: date, asked_at: datetime) -> ShortNotice | None:
    calendar = department_calendar(department, tx.workspace)
    today = calendar.today(asked_at)
    # A date that is over is refused, so nothing is said of how near it is.
    return request_times.short_notice(needed_by, today, calendar, department.lead_days) if needed_by >= today else None


def _filled(details: Details) -> tuple[str, ...]:
    return tuple(name for name in Details.__slots__ if getattr(details, name) not in {None, ""})
