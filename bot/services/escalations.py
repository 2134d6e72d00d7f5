"""Escalations: raise a goal conflict, hear the other side, acknowledge, decide, and what is told of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import errors, names, sponsors
from bot.domain.access import CHANNEL, Viewer
from bot.domain.accounts import Account, AccountRef, Found
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.escalations import (
    RARER,
    AcknowledgeConflict,
    BeginConflict,
    Case,
    ConfirmSettlement,
    ConflictForm,
    ConflictRaised,
    Decide,
    Escalation,
    HeaderSeen,
    Kind,
    NewEscalation,
    Party,
    PartyChoice,
    Preview,
    ProposeConflict,
    RaiseConflict,
    Seen,
    Side,
    StartConflict,
    StateView,
    Told,
    Unaddressed,
    case_of,
    check_decision,
    decision_note,
    fields_from,
    is_addressed,
    is_entitled,
    may_confirm,
    seen,
    standpoint,
)
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId, DepartmentId, DraftId, EntryId, EscalationId, MemberId, RequestId
from bot.domain.members import Member, Person, Standing
from bot.domain.requests import Answer, Request
from bot.domain.requests import State as RequestState
from bot.domain.sponsors import Route, Step
from bot.ports import Store, Transaction
from bot.services import accounts, drafts, inbox
from bot.services.readers import recipient


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
        return _form(tx, viewer, _keep(tx, now, command, fields, command.channel_id))


def start(store: Store, now: datetime, command: StartConflict) -> ConflictForm:
    """Return the form that a button opens: empty, with an account, or with what a declined request says.

    Raises:
        errors.UnknownObject: the request does not exist for this person.
        errors.RequestNotDeclined: there is no conflict about it yet.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (kept := drafts.kept(tx, command.key, command.actor.id, Purpose.ESCALATION)) is not None:
            return _form(tx, viewer, kept)
        fields: dict[str, str] = {}
        if command.request_id is not None:
            fields = fields_from(_declined(tx, viewer, command.request_id))
        elif command.account_id is not None:
            account = tx.accounts.get(command.account_id, viewer)
            fields = {"account": str(account.id)} if account else {}
        return _form(tx, viewer, _keep(tx, now, command, fields))


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


def propose(store: Store, command: ProposeConflict) -> Preview:
    """Keep the form and tell beforehand who will receive the conflict, who will see it and what it lacks.

    Raises:
        errors.Refusal: a field cannot be kept as it is; the modal says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        draft = _typed(tx, drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ESCALATION), command.fields)
        case = case_of(draft.fields)
        if case.decide_by is not None and case.decide_by < command.today:
            raise errors.PastDate(case.decide_by, command.today, "decide_by")
        account = _account(tx, viewer, draft)
        sides = _sides(tx, viewer, command.actor, draft, account)
        return _preview(tx, viewer, command.actor, draft, account, sides, _route(tx, account, command.actor, sides))


def raise_conflict(store: Store, now: datetime, command: RaiseConflict) -> ConflictRaised | Preview:
    """Put a kept conflict before whoever is the recipient now; the other side is invited to state its view.

    Nobody sends it to others than the preview named: where these changed meanwhile, the new preview is the answer.

    Raises:
        errors.DraftGone: it was raised before, or is somebody else's.
        errors.GateReasonMissing: something is missing and no reason says why it is sent anyway.
        errors.Refusal: what was chosen is not possible any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return ConflictRaised(_whole(tx, viewer, EscalationId(earlier.id)))
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ESCALATION)
        case = case_of(draft.fields)
        anyway = names.tidy(command.anyway_reason) if case.missing else ""
        if case.missing and not anyway:
            raise errors.GateReasonMissing(case.missing)
        known = _account(tx, viewer, draft)
        sides = _sides(tx, viewer, command.actor, draft, known)
        route = _route(tx, known, command.actor, sides)
        if command.previewed is not None:
            proposed = _preview(tx, viewer, command.actor, draft, known, sides, route)
            if proposed.digest != command.previewed:
                return replace(proposed, changed=True)
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
        )
        about = Ref(Subject.ESCALATION, new.id)
        entry = tx.history.record(
            Change(about, "escalation.raised", command.actor.id, now, anyway or None, _filled(case))
        )
        _tell_raised(tx, now, command.actor, account, sides, route, about, entry)
        if known is not None and known.channel_id is not None and not account.restricted:
            _put_header(tx, about, known.channel_id, now)
        tx.inbox.record(command.key, about, now)
        tx.escalations.add(new, now)
        return ConflictRaised(_whole(tx, viewer, new.id))


def acknowledge(store: Store, now: datetime, command: AcknowledgeConflict) -> Seen:
    """Take a conflict on; of several KAM leads the first takes it.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotAnAddressee: it is not theirs to acknowledge.
        errors.AlreadyAcknowledged: somebody did before.
        errors.AlreadyDecided: it has its decision.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if tx.inbox.effect_of(command.key) is not None:
            return seen(_whole(tx, viewer, command.escalation_id), viewer)
        before = _whole(tx, viewer, command.escalation_id)
        _check_acknowledgeable(before, viewer)
        if not tx.escalations.acknowledge(before.id, before.version, command.actor.id, now):
            raise _lost(tx, viewer, before, _check_acknowledgeable)
        entry = tx.history.record(
            Change(before.about, "escalation.acknowledged", command.actor.id, now, fields=("state",))
        )
        told = (before.raiser, before.side_a.person, before.side_b.person, _kam(tx, before))
        for person in _each(told, but=(*before.addressed_to, command.actor.person)):
            _note(tx, "escalation.acknowledged", before.about, person.id, entry, now)
        _refresh(tx, before.about, now)
        _reply(tx, before.about, command.reply_to, now)
        tx.inbox.record(command.key, before.about, now)
        return seen(_whole(tx, viewer, before.id), viewer)


def form_to_decide(store: Store, actor: Member, escalation_id: EscalationId) -> Seen:
    """Return what the decision form shows.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotAnAddressee: it is not theirs to decide.
        errors.AlreadyDecided: it has its decision.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        escalation = _whole(tx, viewer, escalation_id)
        _check_decidable(escalation, viewer)
        return seen(escalation, viewer)


def decide(store: Store, now: datetime, command: Decide) -> Seen:
    """Store the one decision and tell raiser, both sides, KAM, the account's channel and the request's thread.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotAnAddressee: it is not theirs to decide.
        errors.AlreadyDecided: somebody was first.
        errors.RulingUnconfirmed: a ruling without the word that it may be made.
        errors.NothingTyped: the decision or its reason has no word.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(_whole(tx, viewer, command.escalation_id), viewer)
        command = replace(command, text=names.tidy(command.text), reason=names.tidy(command.reason))
        before = _whole(tx, viewer, command.escalation_id)
        _check_decidable(before, viewer)
        check_decision(command)
        if not tx.escalations.decide(command, before.version, now):
            raise _lost(tx, viewer, before, _check_decidable)
        after = _whole(tx, viewer, before.id)
        tx.history.record(
            Change(after.about, "escalation.decided", command.actor.id, now, command.text, ("state", "decision"))
        )
        tx.search.put(decision_note(after.header))
        _refresh(tx, after.about, now)
        told = (after.raiser, after.side_a.person, after.side_b.person, _kam(tx, after), after.informed)
        for person in _each(told, but=(*after.addressed_to, command.actor.person)):
            _card(tx, "escalation.decided", after.about, person.id, now)
        _tell_request(tx, after, now)
        tx.inbox.record(command.key, after.about, now)
        return seen(after, viewer)


def form_to_state(store: Store, actor: Member, escalation_id: EscalationId) -> Seen:
    """Return what the other side's form shows, with its view as it stands.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotTheOtherSide: nobody edits another's words.
        errors.AlreadyDecided: it has its decision.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        escalation = _whole(tx, viewer, escalation_id)
        _check_statable(escalation, viewer)
        return seen(escalation, viewer)


def state_view(store: Store, now: datetime, command: StateView) -> Seen:
    """Keep the other side's view in its own words; every version is kept, the sponsor's card shows the newest.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotTheOtherSide: nobody edits another's words.
        errors.AlreadyDecided: it has its decision.
        errors.NothingTyped: it has no word.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if inbox.earlier(tx, viewer, command.key) is not None:
            return seen(_whole(tx, viewer, command.escalation_id), viewer)
        text = names.tidy(command.text)
        escalation = _whole(tx, viewer, command.escalation_id)
        _check_statable(escalation, viewer)
        if not text:
            raise errors.NothingTyped
        if not tx.escalations.add_statement(escalation.id, command.actor.id, text, now):
            raise _lost(tx, viewer, escalation, _check_statable)
        tx.history.record(Change(escalation.about, "escalation.stated", command.actor.id, now, text, ("statement",)))
        _refresh(tx, escalation.about, now)
        tx.inbox.record(command.key, escalation.about, now)
        return seen(_whole(tx, viewer, escalation.id), viewer)


def confirm(store: Store, now: datetime, command: ConfirmSettlement) -> Seen:
    """Keep one side's yes to a settlement; a second press changes nothing.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.NotASide: only the two sides are asked.
        errors.OutOfDate: there is no settlement to confirm.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        escalation = _whole(tx, viewer, command.escalation_id)
        if tx.inbox.effect_of(command.key) is not None:
            return seen(escalation, viewer)
        if escalation.decision is None or escalation.decision.kind is not Kind.SETTLEMENT:
            raise errors.OutOfDate
        if not may_confirm(escalation, viewer):
            raise errors.NotASide(escalation.short_id, (escalation.side_a.person, escalation.side_b.person))
        if tx.escalations.confirm(escalation.id, command.actor.id, now):
            tx.history.record(
                Change(escalation.about, "escalation.confirmed", command.actor.id, now, fields=("confirmation",))
            )
        _refresh(tx, escalation.about, now)
        _reply(tx, escalation.about, command.reply_to, now)
        tx.inbox.record(command.key, escalation.about, now)
        return seen(_whole(tx, viewer, escalation.id), viewer)


def show(store: Store, actor: Member, number: int) -> Seen | HeaderSeen:
    """Show ``E-number`` as deep as this person may see it, with what they can do.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        found = tx.escalations.by_number(number, viewer)
        if found is None:
            raise errors.UnknownObject(f"E-{number}")
        return seen(found, viewer) if isinstance(found, Escalation) else HeaderSeen(found)


def read_whole(store: Store, actor: Member, escalation_id: EscalationId) -> Seen:
    """Show a conflict with every word, for texts that a card cuts.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        return seen(_whole(tx, viewer, escalation_id), viewer)


def card(tx: Transaction, row: Claimed, _now: datetime) -> Seen | None:
    """Load a conflict as the reader of a card sees it now."""
    viewer = recipient(tx, row)
    escalation = tx.escalations.get(EscalationId(row.outgoing.about.id), viewer) if viewer else None
    return seen(escalation, viewer) if escalation and viewer else None


def header_card(tx: Transaction, row: Claimed, _now: datetime) -> HeaderSeen | None:
    """Load what a channel may know: nothing unless the account is open, wherever the row ends up."""
    header = tx.escalations.header(EscalationId(row.outgoing.about.id), CHANNEL)
    return HeaderSeen(header) if header else None


def request_line(tx: Transaction, row: Claimed, now: datetime) -> HeaderSeen | None:
    """Load the line in the request's thread; without the request's card there is no thread to write into."""
    thread = row.outgoing.thread_of
    if thread is None or tx.outbox.card("request.card", thread, row.place) is None:
        return None
    return header_card(tx, row, now)


def note(tx: Transaction, row: Claimed, _now: datetime) -> Told | None:
    """Load what a note tells: who did it, when, and why its reader hears of it."""
    viewer = recipient(tx, row)
    escalation = tx.escalations.get(EscalationId(row.outgoing.about.id), viewer) if viewer else None
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or escalation is None or entry is None:
        return None
    return Told(escalation, standpoint(escalation, viewer), entry.actor, entry.at)


def unaddressed(tx: Transaction, row: Claimed, _now: datetime) -> Unaddressed | None:
    """Load the call for a sponsor: id and age for those who may assign one, nothing once somebody received it."""
    found = tx.escalations.unaddressed(EscalationId(row.outgoing.about.id))
    leads = {lead.id for lead in tx.members.kam_leads()}
    admins = {admin.id for admin in tx.members.admins()}
    if found is None or row.outgoing.to_member not in leads | admins:
        return None
    return Unaddressed(*found, as_kam_lead=row.outgoing.to_member in leads)


def _whole(tx: Transaction, viewer: Viewer, escalation_id: EscalationId) -> Escalation:
    escalation = tx.escalations.get(escalation_id, viewer)
    if escalation is None:
        raise errors.UnknownObject("")
    return escalation


def _lost(
    tx: Transaction, viewer: Viewer, before: Escalation, check: Callable[[Escalation, Viewer], None]
) -> errors.Refusal:
    """Say what somebody else did in the meantime, if that is in the way."""
    check(_whole(tx, viewer, before.id), viewer)
    last = tx.history.last(before.about)
    return errors.ChangedMeanwhile(before.short_id, *((last.actor, last.at) if last else ()))


def _check_acknowledgeable(escalation: Escalation, viewer: Viewer) -> None:
    if not is_addressed(escalation, viewer):
        raise errors.NotAnAddressee(escalation.short_id, escalation.addressed_to)
    _check_undecided(escalation)
    if escalation.acknowledged is not None:
        raise errors.AlreadyAcknowledged(escalation.short_id, escalation.acknowledged.by, escalation.acknowledged.at)


def _check_decidable(escalation: Escalation, viewer: Viewer) -> None:
    if not is_addressed(escalation, viewer):
        raise errors.NotAnAddressee(escalation.short_id, escalation.addressed_to)
    _check_undecided(escalation)
    if not is_entitled(escalation, viewer):
        raise errors.NotAnAddressee(escalation.short_id, escalation.addressed_to)


def _check_statable(escalation: Escalation, viewer: Viewer) -> None:
    if escalation.side_b.person.id != viewer.member_id:
        raise errors.NotTheOtherSide(escalation.short_id, (escalation.side_b.person,))
    _check_undecided(escalation)


def _check_undecided(escalation: Escalation) -> None:
    if escalation.decision is not None:
        raise errors.AlreadyDecided(escalation.short_id, escalation.decision.by, escalation.decision.at)


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


def _declined(tx: Transaction, viewer: Viewer, request_id: RequestId) -> tuple[Request, Answer]:
    """Return a declined request with its answer.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RequestNotDeclined: nobody declined it.
    """
    request = tx.requests.get(request_id, viewer)
    if request is None:
        raise errors.UnknownObject("")
    if request.answer is None or request.state is not RequestState.DECLINED:
        raise errors.RequestNotDeclined(request.short_id)
    return request, request.answer


def _keep(
    tx: Transaction,
    now: datetime,
    command: BeginConflict | StartConflict,
    fields: Mapping[str, str],
    channel_id: ChannelId | None = None,
) -> Draft:
    draft = Draft(DraftId(0), command.actor.id, Purpose.ESCALATION, now, fields, channel_id, command.reply_to)
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


def _linked(tx: Transaction, viewer: Viewer, draft: Draft, account: Account | None) -> tuple[Request, Answer] | None:
    """Return the declined request the conflict began with, while it is seen and both are about the same account."""
    request_id = _request_id(draft)
    request = tx.requests.get(request_id, viewer) if request_id is not None else None
    if request is None or request.answer is None or account is None or request.account.id != account.id:
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
        side_b = _representative(tx, party, chosen)
    else:
        side_b = _reachable(tx, party.member_id, "other_party")
    ours = {actor.id, side_a.person.id}
    if side_b.person.id in ours:
        raise errors.NotOnBothSides
    department_id, informed = party.department_id, None
    linked = _linked(tx, viewer, draft, account)
    if linked is not None and party.member_id is not None:
        request, answer = linked
        if answer.by.id == party.member_id and request.department is not None:
            # Whoever declined speaks for the department, and its head is informed.
            department_id, head = request.department.id, request.department.head
            side_b = replace(side_b, department=request.department.name)
            informed = head if head and not head.left and head.id not in {*ours, side_b.person.id} else None
    return _Sides(side_a, side_b, department_id, informed, linked[0].id if linked else None)


def _representative(tx: Transaction, party: Party, chosen: PartyChoice) -> Side:
    department = tx.departments.get(party.department_id) if party.department_id else None
    speaker = department.representative if department else None
    if speaker is None:
        raise errors.PartyUnreachable(chosen.name, "other_party")
    return Side(_reachable(tx, speaker.id, "other_party").person, chosen.name)


def _reachable(tx: Transaction, member_id: MemberId, field: str) -> Side:
    member, side = tx.members.get(member_id), tx.escalations.side(member_id)
    if member is None or side is None or member.standing is not Standing.MEMBER:
        raise errors.PartyUnreachable(member.name if member else "", field)
    return side


def _route(tx: Transaction, account: Account | None, actor: Member, sides: _Sides) -> Route:
    chain = tx.sponsors.chain(account.id if account else None)
    return sponsors.route(chain, actor.id, sides.ids)


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
    return tuple(_each(people))


def _kam(tx: Transaction, escalation: Escalation) -> Person | None:
    return tx.accounts.kam_if_active(escalation.header.account.id)


def _each(people: Iterable[Person | None], but: Iterable[Person] = ()) -> list[Person]:
    """Return everybody once who is still here, without those who learn it another way (G12)."""
    told = {person.id: person for person in people if person is not None and not person.left}
    for person in but:
        told.pop(person.id, None)
    return list(told.values())


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
    addressees = [step.person for step in route.recipients if step.person is not None]
    for person in addressees:
        _card(tx, "escalation.card", about, person.id, now)
    _card(tx, "escalation.invite", about, sides.side_b.person.id, now)
    told = (actor.person, sides.side_a.person, tx.accounts.kam_if_active(account.id), sides.informed)
    for person in _each(told, but=(*addressees, sides.side_b.person)):
        _note(tx, "escalation.raised", about, person.id, entry, now)
    for person in route.asked_to_assign:
        _card(tx, "escalation.unaddressed", about, person.id, now)


def _tell_request(tx: Transaction, escalation: Escalation, now: datetime) -> None:
    """Write a line into the thread of the linked request, wherever its card stands in a channel."""
    if escalation.request_id is None:
        return
    request = Ref(Subject.REQUEST, escalation.request_id)
    for topic, place in tx.outbox.cards_of(request):
        if topic == "request.card" and _is_channel(place):
            line = Outgoing(
                Form.NOTE,
                "escalation.request_line",
                escalation.about,
                Priority.ESCALATION,
                to_channel=ChannelId(place),
                thread_of=request,
            )
            tx.outbox.put(line, now)


def _card(tx: Transaction, topic: str, about: Ref, member_id: MemberId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.CARD, topic, about, Priority.ESCALATION, to_member=member_id), now)


def _put_header(tx: Transaction, about: Ref, channel_id: ChannelId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.CARD, "escalation.header", about, Priority.ESCALATION, to_channel=channel_id), now)


def _note(tx: Transaction, topic: str, about: Ref, member_id: MemberId, entry: EntryId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.NOTE, topic, about, Priority.ESCALATION, to_member=member_id, entry_id=entry), now)


def _reply(tx: Transaction, about: Ref, reply_to: ReplyTo, now: datetime) -> None:
    """Show the new state in place of an ephemeral; a card that stays is edited anyway."""
    if reply_to.replace:
        tx.outbox.put(Outgoing(Form.REPLY, "escalation.shown", about, Priority.REPLY, reply_to=reply_to), now)


def _refresh(tx: Transaction, about: Ref, now: datetime) -> None:
    """Edit every card of the conflict."""
    for topic, place in tx.outbox.cards_of(about):
        if _is_channel(place):
            _put_header(tx, about, ChannelId(place), now)
        else:
            _card(tx, topic, about, MemberId(place), now)


def _is_channel(place: str) -> bool:
    return place.startswith(("C", "G"))
