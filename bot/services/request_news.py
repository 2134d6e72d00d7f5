"""Request news: what cards show, and what people and threads hear of a change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.access import CHANNEL, ITSELF, Viewer
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo
from bot.domain.departments import Department
from bot.domain.history import Entry
from bot.domain.identity import ChannelId, EntryId, MemberId, RequestId
from bot.domain.members import Person
from bot.domain.request_desks import Desk
from bot.domain.request_life import HEARS, LIFE, RECORDED, Because, Role, actions, because
from bot.domain.request_results import CardMoved, RequestCard, RequestShown, Told
from bot.domain.request_times import ANSWER_TIME, ShortNotice, department_calendar, short_notice
from bot.domain.requests import UNANSWERED, Action, Header, Request
from bot.ports import Transaction
from bot.services.readers import recipient
from bot.services.request_desks import desk_in, desk_of, new_desk_of

_SAID_BEFORE = frozenset(RECORDED[action] for action in (Action.ASK, Action.ANSWER, Action.PASS_ON))
_MOST_BEFORE = 4
_MANY_MOVES = 2
"""Of more the KAM hears (product, section 5)."""


def card(tx: Transaction, row: Claimed, _now: datetime) -> RequestCard | CardMoved | None:
    """Load the card: for a channel what the department may read there, for a person what they may see and do now."""
    request_id = RequestId(row.outgoing.about.id)
    if row.outgoing.to_channel is not None:
        return _channel_card(tx, row, row.outgoing.to_channel, request_id)
    viewer = recipient(tx, row)
    seen = tx.requests.seen(request_id, viewer) if viewer else None
    if viewer is None:
        return None
    desk = desk_of(tx, seen) if seen else None
    new_desk = new_desk_of(tx, seen) if isinstance(seen, Request) else None
    at_work = [one for one in (desk, new_desk) if one is not None and one.answered_by(viewer.member_id)]
    if not isinstance(seen, Request) or desk is None or not at_work:
        return _moved(tx, row, request_id, seen)
    why = Because.ANSWERS if not desk.stands_in else Because.NOBODY_THERE if desk.department else Because.NO_DEPARTMENT
    can = tuple(one for one in actions(seen, viewer, desk, new_desk) if one is not Action.ESCALATE)
    entries = tx.history.of(seen.about)
    is_new = at_work[0] is new_desk or seen.moves > 0
    return RequestCard(
        seen,
        at_work[0],
        can,
        warning=warning(tx, seen),
        because=why,
        last=_last(entries),
        usual_passed=_passed(seen),
        before=_before(entries) if is_new and seen.state in UNANSWERED else (),
    )


def thread_line(tx: Transaction, row: Claimed, _now: datetime) -> Told | None:
    """Load the line in the thread of the department's card; without the card there is no thread to write into."""
    place, about = row.outgoing.to_channel, row.outgoing.about
    if place is None or tx.outbox.card("request.card", about, place) is None:
        return None
    request = _in_channel(tx, place, RequestId(about.id))
    entry = _entry(tx, row)
    return Told(request, entry, late=_late(row)) if request and entry else None


def told(tx: Transaction, row: Claimed, now: datetime) -> Told | None:
    """Load what a person hears of a change, or of a time that has come; in a channel what its thread may say."""
    if row.outgoing.to_channel is not None:
        return thread_line(tx, row, now)
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    entry = _entry(tx, row)
    if viewer is None or viewer.member_id is None or request is None or entry is None:
        return None
    desk = desk_of(tx, request)
    why = because(request, viewer.member_id, desk, is_kam=request.account.id in viewer.kam_of)
    return Told(request, entry, actions(request, viewer, desk, new_desk_of(tx, request)), why, _late(row))


def reply_shown(tx: Transaction, row: Claimed, _now: datetime) -> RequestShown | None:
    """Load a request for the private message from which something was done with it."""
    viewer = recipient(tx, row)
    request = tx.requests.get(RequestId(row.outgoing.about.id), viewer) if viewer else None
    return shown(tx, viewer, request) if viewer and request else None


def shown(tx: Transaction, viewer: Viewer, request: Request) -> RequestShown:
    """Return a request with what this person can do and everything that happened."""
    can = actions(request, viewer, desk_of(tx, request), new_desk_of(tx, request))
    return RequestShown(request, can, tx.history.of(request.about), warning(tx, request))


def warning(tx: Transaction, request: Request) -> ShortNotice | None:
    """Tell whether the request came at short notice, while that still matters."""
    department = request.department
    if department is None or request.state not in UNANSWERED:
        return None
    calendar, header = department_calendar(department, tx.workspace), request.header
    return short_notice(header.needed_by, calendar.today(header.created_at), calendar, department.lead_days)


def whole(tx: Transaction, request_id: RequestId) -> Request | None:
    """Return everything of a request, for the clock and for who is to be told; whoever is told is asked for their rights."""
    return tx.requests.get(request_id, ITSELF)


def kam_of(tx: Transaction, request: Request) -> Person | None:
    """Return who answers for the account now."""
    return tx.accounts.kam_if_active(request.account.id)


def tell(
    tx: Transaction, before: Request, action: Action, entry: EntryId, actor_id: MemberId | None, now: datetime
) -> None:
    """Show every card anew, write the threads, and let each person who should know hear of it once, but who did it.

    ``before`` is the request as it was, so that whoever asked or offered hears the answer.
    """
    refresh(tx, before.about, entry, now)
    after = whole(tx, before.id) or before
    assignee = after.answer.assignee if after.answer else None
    assigned = {assignee.id} if assignee and action in {Action.ACCEPT, Action.TAKE} else set()
    for person in _hearers(tx, before, after, action):
        if not person.left and person.id not in {actor_id, *(assigned - {after.requester.id})}:
            note(tx, "request.news", before.about, person.id, entry, now)
    for member_id in assigned - {actor_id, after.requester.id}:
        note(tx, "request.assigned", before.about, member_id, entry, now)


def refresh(tx: Transaction, about: Ref, entry: EntryId | None, now: datetime) -> None:
    """Edit every card where it stands; in a channel its thread holds the history."""
    for _topic, place in tx.outbox.cards_of(about):
        put_card(tx, about, place, now)
        if entry is not None and is_channel(place):
            _line(tx, about, ChannelId(place), entry, now)


def put_cards(tx: Transaction, request: Request, desk: Desk, but: MemberId, now: datetime) -> None:
    """Put a card where a department answers: in its channel, or by DM to those who speak for it."""
    if desk.department is not None and request.is_public and not desk.stands_in:
        put_card(tx, request.about, desk.department.channel_id, now)
        return
    everybody = tuple(person.id for person in desk.told)
    # Who asked gets a card only if nobody else does.
    for member_id in tuple(one for one in everybody if one != but) or everybody:
        put_card(tx, request.about, member_id, now)


def put_card(tx: Transaction, about: Ref, place: str, now: datetime) -> None:
    """Post a card, or edit the one that stands there."""
    to_member, to_channel = (None, ChannelId(place)) if is_channel(place) else (MemberId(place), None)
    card_ = Outgoing(Form.CARD, "request.card", about, Priority.REQUEST, to_member=to_member, to_channel=to_channel)
    tx.outbox.put(card_, now)


def channels_of(tx: Transaction, about: Ref) -> tuple[ChannelId, ...]:
    """Return the channels in which a card of the request stands."""
    return tuple(ChannelId(place) for _topic, place in tx.outbox.cards_of(about) if is_channel(place))


def note(tx: Transaction, topic: str, about: Ref, member_id: MemberId, entry: EntryId, now: datetime) -> None:
    """Tell one person."""
    tx.outbox.put(Outgoing(Form.NOTE, topic, about, Priority.REQUEST, to_member=member_id, entry_id=entry), now)


def reply(tx: Transaction, about: Ref, topic: str, reply_to: ReplyTo, now: datetime) -> None:
    """Answer where somebody pressed."""
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to), now)


def is_channel(place: str) -> bool:
    """Tell a channel's id from a member's, which begins with U or W."""
    return not place.startswith(("U", "W"))


def _hearers(tx: Transaction, before: Request, after: Request, action: Action) -> tuple[Person, ...]:
    kam = kam_of(tx, after)
    people: Mapping[Because, tuple[Person | None, ...]] = {
        Because.ASKED: (after.requester,),
        Because.JOINED: after.joiners,
        Because.TAKES_ON: (before.answer.assignee if before.answer else None,),
        Because.ANSWERED: (_waiting(before, action),),
        Because.KAM: (kam,),
    }
    found = [person for ear in HEARS[action] for person in people[ear]]
    if action is Action.TAKE_OVER and after.moves > _MANY_MOVES:
        found.append(kam)
    return tuple(dict.fromkeys(person for person in found if person is not None))


def _waiting(before: Request, action: Action) -> Person | None:
    """Return who passed it on, asked back, offered or answered: they wait for what comes back."""
    passed = (before.passing,) if action in {Action.TAKE_OVER, Action.LEAVE} else ()
    said = (*passed, before.question, before.offer, before.answer)
    return next((one.by for one in said if one is not None), None)


def _line(tx: Transaction, about: Ref, place: ChannelId, entry: EntryId, now: datetime) -> None:
    line = Outgoing(
        Form.NOTE, "request.thread", about, Priority.REQUEST, to_channel=place, entry_id=entry, thread_of=about
    )
    tx.outbox.put(line, now)


def _entry(tx: Transaction, row: Claimed) -> Entry | None:
    return tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None


def _late(row: Claimed) -> timedelta:
    """Return how late a reminder comes (F28)."""
    return timedelta(seconds=row.outgoing.detail or 0)


def _last(entries: Sequence[Entry]) -> Entry | None:
    """Return what somebody did last; what the clock did is no change."""
    done = (entry for entry in entries if entry.actor is not None)
    return max(done, key=lambda entry: (entry.at, entry.action != "request.sent"), default=None)


def _before(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return what another department's thread holds and this one's does not: questions, answers, why it was passed on."""
    return tuple(entry for entry in entries if entry.action in _SAID_BEFORE and entry.words)[-_MOST_BEFORE:]


def _channel_card(
    tx: Transaction, row: Claimed, channel_id: ChannelId, request_id: RequestId
) -> RequestCard | CardMoved | None:
    request = _in_channel(tx, channel_id, request_id)
    if request is None:
        return _moved(tx, row, request_id, tx.requests.seen(request_id, CHANNEL))
    own = request.department is not None and request.department.channel_id == channel_id
    department = _department_in(request, channel_id)
    desk = desk_of(tx, request) if own or department is None else desk_in(tx, request, department)
    waits = request.state in UNANSWERED
    first = waits and tx.outbox.card(row.outgoing.topic, request.about, channel_id) is None
    called = desk.told[0] if first and desk.told and desk.told[0].id != request.requester.id else None
    can = LIFE.actions(request.state, (Role.ANSWERER, Role.ASSIGNEE) if own else (Role.NEW_DEPARTMENT,))
    entries = tx.history.of(request.about)
    return RequestCard(
        request,
        desk,
        can,
        warning=warning(tx, request),
        calls=called,
        last=_last(entries),
        usual_passed=_passed(request),
        before=_before(entries) if waits and (not own or request.moves > 0) else (),
    )


def _passed(request: Request) -> bool:
    return request.state in UNANSWERED and request.clock.step >= ANSWER_TIME


def _in_channel(tx: Transaction, channel_id: ChannelId, request_id: RequestId) -> Request | None:
    """Return what a department's channel may show: it reads as the department, but only what the company may know of."""
    known = whole(tx, request_id)
    department = _department_in(known, channel_id) if known else None
    if known is None or department is None or not known.is_public:
        return None
    return tx.requests.get(request_id, Viewer(member_id=None, department_id=department.id))


def _department_in(request: Request, channel_id: ChannelId) -> Department | None:
    """Return the department that answers in this channel, or is asked there to take it over."""
    asked = (request.department, request.passing.to if request.passing and request.state in UNANSWERED else None)
    return next((one for one in asked if one is not None and one.channel_id == channel_id), None)


def _moved(tx: Transaction, row: Claimed, request_id: RequestId, seen: Request | Header | None) -> CardMoved | None:
    """Load what is left of a card that stands where nobody answers it any more; nothing is posted there anew."""
    if tx.outbox.card(row.outgoing.topic, row.outgoing.about, row.place) is None:
        return None
    header = seen.header if isinstance(seen, Request) else seen
    if header is None:
        known = whole(tx, request_id)
        return CardMoved(known.short_id, None) if known else None
    return CardMoved(header.short_id, header.department, header.headline)
