"""Requests: sent to a department, accepted or declined by whoever may, and what is told of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors, names
from bot.domain import requests as rules
from bot.domain.access import CHANNEL, Viewer
from bot.domain.accounts import AccountRef, Found
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.departments import Department
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, EntryId, MemberId, RequestId
from bot.domain.members import Member, Standing
from bot.domain.requests import (
    AcceptRequest,
    Action,
    AnswerForm,
    AnswerTime,
    Because,
    BeginRequest,
    ChangeRequestForm,
    DeclineRequest,
    Desk,
    Details,
    Header,
    HeaderShown,
    NewRequest,
    OpenAnswer,
    Pace,
    Request,
    RequestCard,
    RequestForm,
    RequestSent,
    RequestShown,
    SendRequest,
    ShortNotice,
    State,
    Told,
)
from bot.ports import Store, Transaction
from bot.services import accounts, drafts, inbox
from bot.services.readers import recipient

_NAMED = 5
"""People named in a refusal."""


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
        department, what = rules.read_department(names.tidy(command.text), departments)
        account = None
        if command.account_id is not None:
            account = accounts.visible(tx, viewer, command.account_id).ref
        elif isinstance(reading := accounts.read(tx, viewer, what, command.channel_id), Found):
            account, what = reading.account, reading.rest
        if not departments and not _desk(tx, None, command.actor.id, hidden=False).people:
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
        return rules.departments_like(names.one_line(typed), tx.departments.all(), most)


def send(store: Store, now: datetime, command: SendRequest) -> RequestSent:
    """Send the form: a card to whoever answers, and an answer where the requester started.

    Raises:
        errors.DraftGone: it was sent before, by a click at the same time too.
        errors.Refusal: a field cannot be kept as it is, or nobody can receive it; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return _sent(tx, now, _mine(tx, viewer, RequestId(earlier.id)))
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.REQUEST)
        details, department = _checked(tx, command)
        drafts.use(tx, draft, now)
        account = _account(tx, command.actor, viewer, details, now)
        hidden = rules.is_hidden(account, details.visibility)
        desk = _desk(tx, department, command.actor.id, hidden=hidden, restricted=account.restricted)
        if not desk.people:
            raise errors.NobodyToAsk
        new = NewRequest(tx.requests.next_id(), command.actor.id, account.id, details)
        about = Ref(Subject.REQUEST, new.id)
        tx.history.record(Change(about, "request.sent", command.actor.id, now, fields=_filled(details)))
        if department is not None and rules.is_public(account, details.visibility) and not desk.stands_in:
            _put_card(tx, about, department.channel_id, now)
        else:
            for person in _others(desk, command.actor.id):
                _put_card(tx, about, person, now)
        _reply(tx, about, "request.sent", draft.reply_to or ReplyTo(command.actor.id), now)
        tx.inbox.record(command.key, about, now)
        tx.requests.add(new, now)
        request = _mine(tx, viewer, new.id)
        tx.search.put(rules.request_note(request))
        return _sent(tx, now, request)


def open_answer(store: Store, now: datetime, command: OpenAnswer) -> AnswerForm:
    """Return the form to accept or decline; a private message it was opened from is replaced by the answer.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: others answer it.
        errors.AlreadyAnswered: somebody did.
    """
    with store.begin(command.actor.workspace_id) as tx:
        request = _answerable(tx, tx.access.viewer(command.actor), command.request_id)
        if not command.reply_to.replace:
            return AnswerForm(request, command.actor.person)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.REQUEST)
        fields = {"request_id": str(request.id)}
        draft = Draft(DraftId(0), command.actor.id, Purpose.REQUEST, now, fields, reply_to=command.reply_to)
        kept = kept or drafts.keep(tx, command.key, draft, now)
        return AnswerForm(request, command.actor.person, kept.id)


def accept(store: Store, now: datetime, command: AcceptRequest) -> Request:
    """Promise a request; the first answer wins.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: others answer it.
        errors.AlreadyAnswered: somebody was quicker.
        errors.PastDate: the promised date is over.
        errors.CannotTakeOn: whoever was to take it on is no full member.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return _mine(tx, viewer, command.request_id)
        _answerable(tx, viewer, command.request_id)
        rules.check_date(command.promised_on, command.today, "promised_on")
        assignee = tx.members.get(command.assignee_id)
        if assignee is None or assignee.standing is not Standing.MEMBER:
            raise errors.CannotTakeOn(assignee.name if assignee else "")
        command = replace(command, words=names.tidy(command.words))
        if not tx.requests.accept(command, now):
            raise _too_late(tx, viewer, command.request_id)
        told = ("state", "promised_on", "assignee")
        return _answered(tx, viewer, command, "request.accepted", told, now)


def decline(store: Store, now: datetime, command: DeclineRequest) -> Request:
    """Say why not this time, and what is possible instead; the first answer wins.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotAnswer: others answer it.
        errors.AlreadyAnswered: somebody was quicker.
        errors.NothingTyped: a reason alone is no answer.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return _mine(tx, viewer, command.request_id)
        _answerable(tx, viewer, command.request_id)
        command = replace(command, words=names.tidy(command.words))
        if not command.words:
            raise errors.NothingTyped("words")
        if not tx.requests.decline(command, now):
            raise _too_late(tx, viewer, command.request_id)
        return _answered(tx, viewer, command, "request.declined", ("state", "reason"), now)


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
        return _shown(tx, viewer, seen) if isinstance(seen, Request) else HeaderShown(seen)


def card(tx: Transaction, row: Claimed, _now: datetime) -> RequestCard | None:
    """Load the card: for a channel what the department may read there, for a person what they may see and do now."""
    request_id = RequestId(row.outgoing.about.id)
    if row.outgoing.to_channel is not None:
        return _channel_card(tx, row, row.outgoing.to_channel, request_id)
    viewer = recipient(tx, row)
    request = tx.requests.get(request_id, viewer) if viewer else None
    if viewer is None or request is None:
        return None
    desk = _desk_of(tx, request)
    because = (
        Because.ANSWERS if not desk.stands_in else Because.NOBODY_THERE if desk.department else Because.NO_DEPARTMENT
    )
    return RequestCard(request, desk, _answers(request, viewer, desk), warning=_warning(tx, request), because=because)


def thread_line(tx: Transaction, row: Claimed, _now: datetime) -> Told | None:
    """Load the line in the thread of the department's card; without the card there is no thread to write into."""
    place, about = row.outgoing.to_channel, row.outgoing.about
    if place is None or tx.outbox.card("request.card", about, place) is None:
        return None
    request = _in_channel(tx, place, RequestId(about.id))
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    return Told(request, entry) if request and entry else None


def told(tx: Transaction, row: Claimed, _now: datetime) -> Told | None:
    """Load what a person hears of a state change."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or request is None or entry is None:
        return None
    return Told(request, entry, may_escalate=Action.ESCALATE in rules.actions(request, viewer, _desk_of(tx, request)))


def reply_sent(tx: Transaction, row: Claimed, now: datetime) -> RequestSent | None:
    """Load the answer to a sent form."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    return _sent(tx, now, request) if request else None


def reply_shown(tx: Transaction, row: Claimed, _now: datetime) -> RequestShown | None:
    """Load a request for the private message from which it was answered."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    return _shown(tx, viewer, request) if viewer and request else None


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
        desk = _desk(tx, department, command.actor.id, hidden=hidden, restricted=restricted)
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


def _checked(tx: Transaction, command: SendRequest) -> tuple[Details, Department | None]:
    """Check what the form cannot check by itself, and return it as it is stored."""
    given = command.details
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
    rules.check_date(details.needed_by, command.today, "needed_by")
    return replace(details, department_id=department.id if department else None), department


def _account(tx: Transaction, actor: Member, viewer: Viewer, details: Details, now: datetime) -> AccountRef:
    """Return the chosen account, or the new one; a name that is known already is not made twice."""
    if details.new_account:
        return accounts.create(tx, actor, details.new_account, now)
    return accounts.visible(tx, viewer, AccountId(details.account_id or 0)).ref


def _desk(
    tx: Transaction,
    department: Department | None,
    requester_id: MemberId | None,
    *,
    hidden: bool,
    restricted: bool = False,
) -> Desk:
    """Work out who answers, reading as little as that needs."""
    key_persons = tx.departments.key_persons(department.id) if department else ()
    found = rules.desk(department, key_persons, (), hidden=hidden)
    if found.people:
        return found
    otherwise = rules.stand_in(tx.members.kam_leads(), tx.members.admins(), requester_id, restricted=restricted)
    return rules.desk(department, key_persons, otherwise, hidden=hidden)


def _desk_of(tx: Transaction, seen: Request | Header) -> Desk:
    if isinstance(seen, Header):
        # Who sees only the header sees a request of an open account that the company may know of.
        return _desk(tx, seen.department, None, hidden=False)
    restricted = seen.account.restricted
    return _desk(tx, seen.department, seen.requester.id, hidden=seen.is_hidden, restricted=restricted)


def _answerable(tx: Transaction, viewer: Viewer, request_id: RequestId) -> Request:
    """Return an open request that this person may answer."""
    seen = tx.requests.seen(request_id, viewer)
    if seen is None:
        raise errors.UnknownObject("")
    desk = _desk_of(tx, seen)
    if isinstance(seen, Header) or not desk.answered_by(viewer.member_id):
        name = desk.department.name if desk.department else None
        raise errors.MayNotAnswer(seen.short_id, desk.people[:_NAMED], name)
    if seen.state is not State.OPEN:
        raise _already(seen)
    return seen


def _already(request: Request) -> errors.Refusal:
    answer = request.answer
    if answer is None:
        return errors.ChangedMeanwhile(request.short_id)
    return errors.AlreadyAnswered(request.short_id, request.state, answer.by, answer.at)


def _too_late(tx: Transaction, viewer: Viewer, request_id: RequestId) -> errors.Refusal:
    """Say who was quicker: between our look and our write somebody else answered or changed it."""
    return _already(_mine(tx, viewer, request_id))


def _answered(
    tx: Transaction,
    viewer: Viewer,
    command: AcceptRequest | DeclineRequest,
    action: str,
    fields: tuple[str, ...],
    now: datetime,
) -> Request:
    """Record an answer and tell it: the cards, their thread, the requester, whoever takes it on."""
    request = _mine(tx, viewer, command.request_id)
    about, actor_id = request.about, command.actor.id
    entry = tx.history.record(Change(about, action, actor_id, now, words=command.words or None, fields=fields))
    for _topic, place in tx.outbox.cards_of(about):
        _refresh_card(tx, about, place, entry, now)
    if request.requester.id != actor_id and not request.requester.left:
        _tell(tx, about, action, request.requester.id, entry, now)
    assignee = request.answer.assignee if request.answer else None
    if assignee is not None and assignee.id not in {actor_id, request.requester.id}:
        _tell(tx, about, "request.assigned", assignee.id, entry, now)
    draft = tx.drafts.get(command.draft_id, actor_id, Purpose.REQUEST) if command.draft_id else None
    if draft is not None and draft.reply_to is not None:
        _reply(tx, about, "request.shown", replace(draft.reply_to, replace=True), now)
        tx.drafts.use(draft.id, now)
    tx.inbox.record(command.key, about, now)
    return request


def _shown(tx: Transaction, viewer: Viewer, request: Request) -> RequestShown:
    actions = rules.actions(request, viewer, _desk_of(tx, request))
    return RequestShown(request, actions, tx.history.of(request.about), _warning(tx, request))


def _answers(request: Request, viewer: Viewer, desk: Desk) -> tuple[Action, ...]:
    return tuple(action for action in rules.actions(request, viewer, desk) if action is not Action.ESCALATE)


def _channel_card(tx: Transaction, row: Claimed, channel_id: ChannelId, request_id: RequestId) -> RequestCard | None:
    request = _in_channel(tx, channel_id, request_id)
    if request is None:
        return None
    desk = _desk_of(tx, request)
    is_open = request.state is State.OPEN
    first = is_open and tx.outbox.card(row.outgoing.topic, request.about, channel_id) is None
    called = desk.told[0] if first and desk.told and desk.told[0].id != request.requester.id else None
    actions = (Action.ACCEPT, Action.DECLINE) if is_open else ()
    return RequestCard(request, desk, actions, warning=_warning(tx, request), calls=called)


def _in_channel(tx: Transaction, channel_id: ChannelId, request_id: RequestId) -> Request | None:
    """Return what a department's channel may show: it reads as the department, but only what the company may know of."""
    header = tx.requests.seen(request_id, CHANNEL)
    department = header.department if header else None
    if department is None or department.channel_id != channel_id:
        return None
    request = tx.requests.get(request_id, Viewer(member_id=None, department_id=department.id))
    return request if request is not None and request.is_public else None


def _mine(tx: Transaction, viewer: Viewer, request_id: RequestId) -> Request:
    request = tx.requests.get(request_id, viewer)
    if request is None:
        raise errors.UnknownObject("")
    return request


def _sent(tx: Transaction, now: datetime, request: Request) -> RequestSent:
    department = request.department
    answer = _pace(tx, department, now).answer if department else None
    return RequestSent(request, _desk_of(tx, request), answer, _warning(tx, request))


def _pace(tx: Transaction, department: Department, now: datetime) -> Pace:
    calendar = rules.department_calendar(department, tx.workspace)
    answered = tx.requests.answer_times(department.id, rules.MEASURED_LAST)
    answer: AnswerTime = rules.usual_answer(answered, calendar, department.answer_hours)
    return Pace(answer, department.lead_days, calendar.after(calendar.today(now), department.lead_days))


def _warning(tx: Transaction, request: Request) -> ShortNotice | None:
    """Tell whether the request came at short notice, while that still matters."""
    if request.department is None or request.state is not State.OPEN:
        return None
    return _notice(tx, request.department, request.header.needed_by, request.header.created_at)


def _notice(tx: Transaction, department: Department, needed_by: date, asked_at: datetime) -> ShortNotice | None:
    calendar = rules.department_calendar(department, tx.workspace)
    return rules.short_notice(needed_by, calendar.today(asked_at), calendar, department.lead_days)


def _filled(details: Details) -> tuple[str, ...]:
    return tuple(name for name in Details.__slots__ if getattr(details, name) not in {None, ""})


def _others(desk: Desk, requester_id: MemberId) -> tuple[MemberId, ...]:
    """Return who gets a card by DM; requesters get one of their own only if nobody else does."""
    everybody = tuple(person.id for person in desk.told)
    return tuple(member_id for member_id in everybody if member_id != requester_id) or everybody


def _put_card(tx: Transaction, about: Ref, place: ChannelId | MemberId, now: datetime) -> None:
    to_member, to_channel = (None, ChannelId(place)) if _is_channel(place) else (MemberId(place), None)
    card = Outgoing(Form.CARD, "request.card", about, Priority.REQUEST, to_member=to_member, to_channel=to_channel)
    tx.outbox.put(card, now)


def _refresh_card(tx: Transaction, about: Ref, place: str, entry: EntryId, now: datetime) -> None:
    """Edit a card where it stands; in a channel its thread holds the history."""
    _put_card(tx, about, ChannelId(place), now)
    if _is_channel(place):
        line = Outgoing(
            Form.NOTE,
            "request.thread",
            about,
            Priority.REQUEST,
            to_channel=ChannelId(place),
            entry_id=entry,
            thread_of=about,
        )
        tx.outbox.put(line, now)


def _tell(tx: Transaction, about: Ref, topic: str, member_id: MemberId, entry: EntryId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.NOTE, topic, about, Priority.REQUEST, to_member=member_id, entry_id=entry), now)


def _reply(tx: Transaction, about: Ref, topic: str, reply_to: ReplyTo, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to), now)


def _is_channel(place: str) -> bool:
    """Tell a channel's id from a member's, which begins with U or W."""
    return not place.startswith(("U", "W"))
