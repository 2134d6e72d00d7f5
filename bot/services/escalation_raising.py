"""Escalations: the form of a goal conflict, its preview, and raising or joining one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import Account, AccountRef, Found
from bot.domain.delivery import Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalation_commands import (
    TWICE,
    BeginConflict,
    ConflictForm,
    ConflictRaised,
    JoinConflict,
    Preview,
    ProposeConflict,
    RaiseConflict,
    StartConflict,
    case_of,
    fields_from,
)
from bot.domain.escalation_rights import seen
from bot.domain.escalation_seen import Same, Seen
from bot.domain.escalations import RARER, Case, NewEscalation, Party, PartyChoice, Side
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, EntryId, EscalationId, MemberId, RequestId
from bot.domain.members import Member, Person, Standing
from bot.domain.request_life import is_unheard
from bot.domain.requests import Answer, Request
from bot.domain.requests import State as RequestState
from bot.domain.sponsors import Route, Step
from bot.ports import Store, Transaction
from bot.services import accounts, addressees, drafts, duplicates, inbox, request_news, request_steps
from bot.services import escalation_notes as notes
from bot.services import escalation_precedents as precedents
from bot.services.escalations import whole


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who takes which side, as the database knows them now."""

    side_a: Side
    side_b: Side
    department_id: DepartmentId | None
    informed: Person | None
    request_id: RequestId | None

    @property
    def ids(self) -> frozenset[MemberId]:
        people = (self.side_a.person, self.side_b.person, self.informed)
        return frozenset(person.id for person in people if person is not None)


def begin(store: Store, now: datetime, command: BeginConflict) -> ConflictForm:
    """Keep a line of text and return the form; what is no account's name is our goal."""
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (kept := drafts.kept(tx, command.key, command.actor.id, Purpose.ESCALATION)) is not None:
            return _form(tx, viewer, kept)
        reading = accounts.read(tx, viewer, names.tidy(command.text), command.channel_id)
        fields = {"our_goal": reading.rest}
        if isinstance(reading, Found):
            fields["account"] = str(reading.account.id)
        elif (key := names.match_key(reading.wanted)) and not tx.accounts.by_keys([key], viewer):
            # Where several bear the name one of them is chosen in the form; one more is never made.
            fields["new_account"] = names.one_line(reading.wanted)
        return _form(tx, viewer, _keep(tx, now, command, fields, command.reply_to, command.channel_id))


def start(store: Store, now: datetime, command: StartConflict) -> ConflictForm:
    """Return the form that a button opens: empty, with an account, or with what a declined request says.

    Raises:
        errors.UnknownObject: the request does not exist for this person.
        errors.RequestNotDeclined: there is no conflict about it yet.
        errors.AlreadyEscalated: it lies before a sponsor.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (kept := drafts.kept(tx, command.key, command.actor.id, Purpose.ESCALATION)) is not None:
            return _form(tx, viewer, kept)
        fields: dict[str, str] = {}
        reply_to: ReplyTo | None = command.reply_to
        if command.request_id is not None:
            request, answer = _declined(tx, viewer, command.request_id)
            if request.conflict is not None:
                raise errors.AlreadyEscalated(request.short_id, request.conflict)
            fields = fields_from((request, answer))
            reply_to = request_steps.place_of(tx, request.about, command.reply_to, command.pressed)
        elif command.account_id is not None:
            account = tx.accounts.get(command.account_id, viewer)
            fields = {"account": str(account.id)} if account else {}
        return _form(tx, viewer, _keep(tx, now, command, fields, reply_to))


def form_from_draft(store: Store, actor: Member, draft_id: DraftId) -> ConflictForm:
    """Return the form with what was kept.

    Raises:
        errors.DraftGone: the conflict was raised before, or is somebody else's.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, tx.access.viewer(actor), drafts.mine(tx, draft_id, actor.id, Purpose.ESCALATION))


def form_with_more(store: Store, actor: Member, draft_id: DraftId, typed: Mapping[str, str]) -> ConflictForm:
    """Keep what is typed so far and return the form with the rarer fields.

    Raises:
        errors.DraftGone: the conflict was raised before, or is somebody else's.
    """
    with store.begin(actor.workspace_id) as tx:
        draft = _typed(tx, drafts.mine(tx, draft_id, actor.id, Purpose.ESCALATION), typed)
        return replace(_form(tx, tx.access.viewer(actor), draft), more=True)


def find_parties(store: Store, actor: Member, typed: str, most: int) -> tuple[PartyChoice, ...]:
    """Answer the search of the other party: departments and members."""
    with store.read(actor.workspace_id) as tx:
        return tx.escalations.parties_like(names.one_line(typed), most)


def propose(store: Store, now: datetime, command: ProposeConflict) -> Preview:
    """Keep the form and tell beforehand who will receive the conflict, who will see it and what it lacks.

    Raises:
        errors.Refusal: a field cannot be kept as it is; the modal says which.
    """
    if not command.fields.get("account"):
        duplicates.offer_accounts(store, command.actor, command.draft_id, Purpose.ESCALATION)
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        draft = _typed(tx, drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ESCALATION), command.fields)
        case = case_of(draft.fields)
        if case.decide_by is not None and case.decide_by < command.today:
            raise errors.PastDate(case.decide_by, command.today, "decide_by")
        account = _account(tx, viewer, draft)
        sides = _sides(tx, viewer, command.actor, draft, account)
        found = _route(tx, account, command.actor, sides, now)
        proposed = _preview(tx, viewer, command.actor, draft, account, sides, found)
        same = _same(tx, viewer, account, sides)
        return replace(
            proposed,
            same=tuple(one.header for one in same if not one.has_part),
            part_of=tuple(one.header for one in same if one.has_part),
            precedents=precedents.near(tx, viewer, account.id if account else None, sides.department_id, case),
        )


def raise_conflict(store: Store, now: datetime, command: RaiseConflict) -> ConflictRaised | Preview:
    """Put a kept conflict before whoever is the recipient now; the other side is invited to state its view.

    Nobody sends it to others than the preview named: where these changed meanwhile, the new preview is the answer; so
    it is where the same person raised the same a moment ago.

    Raises:
        errors.DraftGone: it was raised before, or is somebody else's.
        errors.GateReasonMissing: something is missing and no reason says why it is sent anyway.
        errors.Refusal: what was chosen is not possible any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return ConflictRaised(whole(tx, viewer, EscalationId(earlier.id)))
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ESCALATION)
        case = case_of(draft.fields)
        anyway = names.tidy(command.anyway_reason) if case.missing else ""
        if case.missing and not anyway:
            raise errors.GateReasonMissing(case.missing)
        known = _account(tx, viewer, draft)
        sides = _sides(tx, viewer, command.actor, draft, known)
        route = _route(tx, known, command.actor, sides, now)
        if command.previewed is not None:
            proposed = _preview(tx, viewer, command.actor, draft, known, sides, route)
            if proposed.digest != command.previewed:
                return replace(proposed, changed=True)
            if known is not None and not command.again:
                twice = tx.escalations.raised_since(command.actor.id, known.id, case, now - TWICE)
                if twice is not None:
                    return replace(proposed, twice=twice)
        drafts.use(tx, draft, now)
        account = known.ref if known else accounts.create(tx, command.actor, draft.fields["new_account"], now)
        new = NewEscalation(
            id=tx.escalations.next_id(),
            account_id=account.id,
            raiser_id=command.actor.id,
            side_a_id=sides.side_a.person.id,
            side_b_id=sides.side_b.person.id,
            department_id=sides.department_id,
            informed_id=sides.informed.id if sides.informed else None,
            request_id=sides.request_id,
            case=case,
            anyway_reason=anyway,
            route=route,
            next=addressees.first_step(tx, route, now, is_urgent=bool(case.urgent_reason)),
        )
        about = Ref(Subject.ESCALATION, new.id)
        entry = tx.history.record(
            Change(about, "escalation.raised", command.actor.id, now, anyway or None, _filled(case))
        )
        _tell_raised(tx, now, command.actor, account, sides, route, about, entry)
        if known is not None and known.channel_id is not None and not account.restricted:
            notes.put_header(tx, about, known.channel_id, now)
        addressees.wind(tx, about, 1, new.next)
        tx.inbox.record(command.key, about, now)
        tx.escalations.add(new, now)
        if sides.request_id is not None:
            # Neither its card nor the message it began from offers a second conflict.
            of_request = Ref(Subject.REQUEST, sides.request_id)
            request_news.refresh(tx, of_request, None, now)
            if draft.reply_to is not None and draft.reply_to.response_url is not None:
                request_news.reply(tx, of_request, "request.shown", draft.reply_to, now)
        return ConflictRaised(whole(tx, viewer, new.id))


def join(store: Store, now: datetime, command: JoinConflict) -> Seen:
    """Put somebody beside the raiser of an open conflict about the same; what they wrote goes with them.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.DraftGone: the form was sent before, or is somebody else's.
        errors.NotOnBothSides: they are the other side, or an addressee.
        errors.Refusal: it is closed, or about something else.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return seen(whole(tx, viewer, EscalationId(earlier.id)), viewer)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ESCALATION)
        account = _account(tx, viewer, draft)
        sides = _sides(tx, viewer, command.actor, draft, account)
        same = _same(tx, viewer, account, sides)
        if command.escalation_id not in {one.header.id for one in same if not one.has_part}:
            raise errors.UnknownObject("")
        drafts.use(tx, draft, now)
        words = case_of(draft.fields).our_goal
        if not tx.escalations.join(command.escalation_id, command.actor.id, words, now):
            raise errors.OutOfDate
        after = whole(tx, viewer, command.escalation_id)
        entry = tx.history.record(
            Change(after.about, "escalation.joined", command.actor.id, now, words or None, ("joiners",))
        )
        notes.refresh(tx, after.about, now)
        notes.tell_involved(tx, after, entry, now, but=(command.actor.person,))
        tx.inbox.record(command.key, after.about, now)
        return seen(after, viewer)


def _form(tx: Transaction, viewer: Viewer, draft: Draft) -> ConflictForm:
    chosen = draft.fields.get("account")
    account = tx.accounts.get(AccountId(int(chosen)), viewer) if chosen else None
    party = Party.of(draft.fields.get("other_party", ""))
    request_id = _request_id(draft)
    return ConflictForm(
        draft_id=draft.id,
        fields=draft.fields,
        account=account.ref if account else None,
        new_account=draft.fields.get("new_account"),
        other_party=tx.escalations.party(party) if party else None,
        declined=_declined(tx, viewer, request_id)[0] if request_id else None,
        more=any(draft.fields.get(name) for name in RARER),
    )


def _declined(tx: Transaction, viewer: Viewer, request_id: RequestId) -> tuple[Request, Answer | None]:
    """Return a request that was declined, or that nobody answered for long, with its answer.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RequestNotDeclined: it was answered otherwise, or may still be.
    """
    request = tx.requests.get(request_id, viewer)
    if request is None:
        raise errors.UnknownObject("")
    if request.state is not RequestState.DECLINED and not is_unheard(request):
        raise errors.RequestNotDeclined(request.short_id)
    return request, request.answer


def _keep(
    tx: Transaction,
    now: datetime,
    command: BeginConflict | StartConflict,
    fields: Mapping[str, str],
    reply_to: ReplyTo | None,
    channel_id: ChannelId | None = None,
) -> Draft:
    draft = Draft(DraftId(0), command.actor.id, Purpose.ESCALATION, now, fields, channel_id, reply_to)
    return drafts.keep(tx, command.key, draft, now)


def _typed(tx: Transaction, draft: Draft, typed: Mapping[str, str]) -> Draft:
    """Keep what the form holds now; a field that is not shown keeps what it had."""
    fields = {**draft.fields, **typed}
    tx.drafts.change(draft.id, fields)
    return replace(draft, fields=fields)


def _request_id(draft: Draft) -> RequestId | None:
    kept = draft.fields.get("request")
    return RequestId(int(kept)) if kept else None


def _account(tx: Transaction, viewer: Viewer, draft: Draft) -> Account | None:
    """Return the chosen account; None where one is created with the conflict."""
    chosen = draft.fields.get("account")
    if chosen:
        return accounts.visible(tx, viewer, AccountId(int(chosen)))
    if wanted := draft.fields.get("new_account"):
        # Somebody may have created it since the name was typed.
        bearers = tx.accounts.by_keys([names.match_key(wanted)], viewer).get(names.match_key(wanted), [])
        return tx.accounts.get(bearers[0].id, viewer) if len(bearers) == 1 else None
    raise errors.UnknownAccountChosen


def _linked(
    tx: Transaction, viewer: Viewer, draft: Draft, account: Account | None
) -> tuple[Request, Answer | None] | None:
    """Return the request the conflict began with, while it is seen and both are about the same account."""
    request_id = _request_id(draft)
    request = tx.requests.get(request_id, viewer) if request_id is not None else None
    if request is None or account is None or request.account.id != account.id:
        return None
    return request, request.answer


def _sides(tx: Transaction, viewer: Viewer, actor: Member, draft: Draft, account: Account | None) -> _Sides:
    """Find the persons of both sides (product, section 3, "Parties of a conflict").

    Raises:
        errors.OtherPartyMissing: nobody, or nobody who still exists, was chosen.
        errors.PartyUnreachable: whoever was chosen cannot be reached through Scharnier.
        errors.NotOnBothSides: one person would stand on both.
    """
    behalf = draft.fields.get("on_behalf_of")
    side_a = _reachable(tx, MemberId(behalf), "on_behalf_of") if behalf else _reachable(tx, actor.id, "on_behalf_of")
    party = Party.of(draft.fields.get("other_party", ""))
    chosen = tx.escalations.party(party) if party else None
    if party is None or chosen is None:
        raise errors.OtherPartyMissing
    if party.member_id is None:
        side_b = _representative(tx, party, chosen, {actor.id, side_a.person.id})
    else:
        side_b = _reachable(tx, party.member_id, "other_party")
    ours = {actor.id, side_a.person.id}
    if side_b.person.id in ours:
        raise errors.NotOnBothSides
    department_id, informed = party.department_id, None
    linked = _linked(tx, viewer, draft, account)
    if linked is not None and party.member_id is not None:
        request, answer = linked
        if answer is not None and answer.by.id == party.member_id and request.department is not None:
            # Whoever declined speaks for the department, and its head is informed.
            department_id, head = request.department.id, request.department.head
            side_b = replace(side_b, department=request.department.name)
            informed = head if head and not head.left and head.id not in {*ours, side_b.person.id} else None
    return _Sides(side_a, side_b, department_id, informed, linked[0].id if linked else None)


def _representative(tx: Transaction, party: Party, chosen: PartyChoice, ours: Collection[MemberId]) -> Side:
    """Return who speaks for a department: its head, else its coordinator, else the deputy; nobody of the own side."""
    department = tx.departments.get(party.department_id) if party.department_id else None
    people = (department.head, department.coordinator, department.deputy) if department else ()
    speakers = [person for person in people if person is not None and not person.left]
    if not speakers:
        raise errors.PartyUnreachable(chosen.name, "other_party")
    speaker = next((person for person in speakers if person.id not in ours), None)
    if speaker is None:
        raise errors.NotOnBothSides
    return Side(_reachable(tx, speaker.id, "other_party").person, chosen.name)


def _reachable(tx: Transaction, member_id: MemberId, field: str) -> Side:
    member, side = tx.members.get(member_id), tx.escalations.side(member_id)
    if member is None or side is None or member.standing is not Standing.MEMBER:
        raise errors.PartyUnreachable(member.name if member else "", field)
    return side


def _route(tx: Transaction, account: Account | None, actor: Member, sides: _Sides, now: datetime) -> Route:
    return addressees.route(tx, account.id if account else None, actor.id, sides.ids, now)


def _same(tx: Transaction, viewer: Viewer, account: Account | None, sides: _Sides) -> tuple[Same, ...]:
    """Return open conflicts about the same."""
    if account is None:
        return ()
    return tx.escalations.same(account.id, sides.side_b.person.id, sides.department_id, sides.request_id, viewer)


def _preview(
    tx: Transaction, viewer: Viewer, actor: Member, draft: Draft, account: Account | None, sides: _Sides, route: Route
) -> Preview:
    return Preview(
        draft_id=draft.id,
        account_id=account.id if account else None,
        account_name=account.name if account else draft.fields["new_account"],
        is_new_account=account is None,
        is_restricted=account is not None and account.ref.restricted,
        side_a=sides.side_a,
        side_b=sides.side_b,
        route=route,
        who_sees=_readers(tx, actor, account, sides, route),
        missing=case_of(draft.fields).missing,
        kam=tx.accounts.kam_if_active(account.id) if account else None,
        informed=sides.informed,
        unknown_above=_unknown_above(tx, viewer, route),
    )


def _unknown_above(tx: Transaction, viewer: Viewer, route: Route) -> frozenset[AccountId]:
    """Return which accounts of the chain the raiser does not know; a hidden one hides what is above it."""
    above = [step.of for step in route.steps if step.step is Step.PARENT_SPONSOR and step.of is not None]
    hidden = next((at for at, account_id in enumerate(above) if tx.accounts.get(account_id, viewer) is None), None)
    return frozenset() if hidden is None else frozenset(above[hidden:])


def _readers(
    tx: Transaction, actor: Member, account: Account | None, sides: _Sides, route: Route
) -> tuple[Person, ...]:
    """Return everybody who will see the whole conflict, each once."""
    people = (
        actor.person,
        sides.side_a.person,
        sides.side_b.person,
        sides.informed,
        account.kam if account else None,
        account.deputy if account else None,
        *(step.person for step in route.recipients),
        *tx.members.kam_leads(),
    )
    return tuple(notes.each(people))


def _filled(case: Case) -> tuple[str, ...]:
    return tuple(name for name in Case.__slots__ if getattr(case, name))


def _tell_raised(
    tx: Transaction,
    now: datetime,
    actor: Member,
    account: AccountRef,
    sides: _Sides,
    route: Route,
    about: Ref,
    entry: EntryId,
) -> None:
    receive = [step.person for step in route.recipients if step.person is not None]
    notes.put_card(tx, "escalation.card", about, receive, now)
    notes.put_card(tx, "escalation.invite", about, [sides.side_b.person], now)
    told = (actor.person, sides.side_a.person, tx.accounts.kam_if_active(account.id), sides.informed)
    notes.tell(tx, about, "escalation.raised", notes.each(told, but=(*receive, sides.side_b.person)), entry, now)
    notes.put_card(tx, "escalation.unaddressed", about, route.asked_to_assign, now)
