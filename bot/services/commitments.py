"""Commitments: promises and next steps listed, made, done, moved, handed over and taken back; and those of a note."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.commitments import (
    Act,
    Commitment,
    CommitmentForm,
    Deed,
    Kind,
    Listed,
    NewCommitment,
    News,
    Part,
    Pressed,
    SaveDeed,
    SaveNew,
    Shown,
    StartNew,
    State,
    check_text,
    may_hand_over,
)
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject, card_at
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, CommitmentId, DraftId, EntryId, MemberId
from bot.domain.interactions import Interaction
from bot.domain.members import Member, Standing
from bot.domain.request_times import check_date
from bot.domain.worklists import ListWork, Scope, WhichAccount, Worklist
from bot.ports import Store, Transaction
from bot.services import accounts, drafts, search_rebuild, worklists
from bot.services.commitment_clock import CARD, call, wind
from bot.services.demand_news import follow_step
from bot.services.readers import recipient

_RECORDED: Mapping[Deed, str] = {
    Deed.DONE: "done",
    Deed.MOVE: "moved",
    Deed.HAND_OVER: "handed_over",
    Deed.WITHDRAW: "withdrawn",
}
_FIELDS: Mapping[Deed, tuple[str, ...]] = {
    Deed.DONE: ("state", "closed_on"),
    Deed.MOVE: ("due_on",),
    Deed.HAND_OVER: ("owner_id",),
    Deed.WITHDRAW: ("state", "closed_on"),
}
_KAM_HEARS = (Deed.MOVE, Deed.WITHDRAW)
"""What the KAM hears when somebody else does it with a promise."""


def show(store: Store, now: datetime, command: ListWork) -> Listed | WhichAccount:
    """List what is the person's own, or an account's; ask which one where the name is not clear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    asked = Worklist(command.subject)
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        account = worklists.named(tx, viewer, command.subject, command.typed)
        if isinstance(account, WhichAccount):
            return account
        if account is not None:
            asked = replace(asked, scope=Scope.ACCOUNT, account_id=account.id)
        return _listed(tx, viewer, asked, account, now)


def finish(store: Store, now: datetime, command: Act) -> None:
    """Mark as done.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.CommitmentChanged: somebody else was faster.
        errors.NotYourCommitment: it is somebody else's to say.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        commitment = _theirs(tx, command.actor, command.pressed, now)
        if not tx.commitments.close(commitment, State.DONE, _today(tx, command.actor.id, now)):
            raise _changed(tx, commitment.about)
        _follow(tx, now, command.actor, commitment, Deed.DONE)
        place = worklists.place(tx, commitment.about, command.reply_to, command.stands_at)
        _answer(tx, now, commitment.about, command.pressed.asked, place)
        tx.inbox.record(command.key, commitment.about, now)


def open_form(store: Store, now: datetime, command: Act) -> CommitmentForm:
    """Return the form of another date, another owner, or of taking it back.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.CommitmentChanged: somebody else was faster.
        errors.NotYourCommitment: it is somebody else's to change.
    """
    with store.begin(command.actor.workspace_id) as tx:
        commitment = _theirs(tx, command.actor, command.pressed, now)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.COMMITMENT)
        fields = {"pressed": command.pressed.key}
        place = worklists.place(tx, commitment.about, command.reply_to, command.stands_at)
        draft = kept or _keep(tx, command.actor, fields, command.key, place, now)
        return _deed_form(tx, command.actor, draft, command.pressed.deed, commitment, now)


def open_new(store: Store, now: datetime, command: StartNew) -> CommitmentForm:
    """Return the form of a new one; the account of the list it was opened from is chosen.

    Raises:
        errors.UnknownAccountChosen: that account does not exist for this person any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.COMMITMENT)
        draft = kept or _keep(tx, command.actor, {"new": command.asked.key}, command.key, command.reply_to, now)
        return _new_form(tx, command.actor, draft, now)


def open_again(store: Store, now: datetime, actor: Member, draft_id: DraftId) -> CommitmentForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.CommitmentChanged: it was changed since.
    """
    with store.read(actor.workspace_id) as tx:
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.COMMITMENT)
        if "new" in draft.fields:
            return _new_form(tx, actor, draft, now)
        pressed = Pressed.of(draft.fields["pressed"])
        return _deed_form(tx, actor, draft, pressed.deed, _theirs(tx, actor, pressed, now), now)


def choose_account(
    store: Store, now: datetime, actor: Member, draft_id: DraftId, account_id: AccountId
) -> CommitmentForm:
    """Return the open form with the account chosen meanwhile; what is typed stays.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.UnknownAccountChosen: the account does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.COMMITMENT)
        return _new_form(tx, actor, draft, now, account_id)


def save_new(store: Store, now: datetime, command: SaveNew) -> None:
    """Save a new one; its owner hears of it, and the list it was opened from is shown anew.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.Refusal: a field cannot be kept as it is; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.COMMITMENT)
        asked = Worklist.of(draft.fields["new"])
        viewer = tx.access.viewer(command.actor)
        new = _checked(tx, viewer, command, Kind(asked.subject), now)
        drafts.use(tx, draft, now)
        about = made(tx, now, new)
        _answer(tx, now, about, asked, draft.reply_to or ReplyTo(command.actor.id))
        tx.inbox.record(command.key, about, now)


def save_deed(store: Store, now: datetime, command: SaveDeed) -> None:
    """Save another date, another owner, or that it is taken back.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.CommitmentChanged: somebody else was faster.
        errors.Refusal: a field cannot be kept as it is; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.COMMITMENT)
        pressed = Pressed.of(draft.fields["pressed"])
        commitment = _theirs(tx, command.actor, pressed, now)
        drafts.use(tx, draft, now)
        if not _done(tx, command, pressed.deed, commitment, now):
            raise _changed(tx, commitment.about)
        _follow(tx, now, command.actor, commitment, pressed.deed, command.words or None)
        _answer(tx, now, commitment.about, pressed.asked, draft.reply_to or ReplyTo(command.actor.id))
        tx.inbox.record(command.key, commitment.about, now)


def made(tx: Transaction, now: datetime, new: NewCommitment) -> Ref:
    """Store a new one that belongs to no note, wind its clock and tell its owner, and return it."""
    about = Ref(Subject(new.kind), tx.commitments.add(new, now))
    fields = tuple(name for name in NewCommitment.__slots__ if name != "kind" and getattr(new, name) is not None)
    tx.history.record(Change(about, f"{new.kind}.made", new.author_id, now, fields=fields))
    commitment = tx.commitments.whole(new.kind, CommitmentId(about.id))
    if commitment is not None:
        wind(tx, commitment, now)
        _give(tx, commitment, new.author_id, now)
    if new.kind is Kind.PROMISE:
        search_rebuild.index(tx, about)
    return about


def of_note(tx: Transaction, note: Interaction) -> tuple[Commitment, ...]:
    """Return the promise and the step of a note, reading nothing where there is none."""
    return tx.commitments.of_interaction(note.id) if note.promise or note.next_step else ()


def note_saved(
    tx: Transaction, now: datetime, actor_id: MemberId, note: Interaction, before: Sequence[Commitment] = ()
) -> None:
    """Wind the clocks of what a note holds now, and tell whoever has to do with it."""
    earlier = {one.kind: one for one in before}
    for commitment in of_note(tx, note):
        old = earlier.pop(commitment.kind, None)
        if old == commitment:
            continue
        wind(tx, commitment, now)
        if old is not None:
            entry = tx.history.record(Change(commitment.about, f"{commitment.kind}.edited", actor_id, now))
            _refresh(tx, commitment.about, now)
            if old.due_on != commitment.due_on and commitment.kind is Kind.PROMISE:
                _tell_kam(tx, commitment, actor_id, Change(commitment.about, "promise.moved", actor_id, now), entry)
        if old is None or old.owner.id != commitment.owner.id:
            _give(tx, commitment, actor_id, now)
    note_withdrawn(tx, now, tuple(earlier.values()))


def note_withdrawn(tx: Transaction, now: datetime, gone: Sequence[Commitment]) -> None:
    """Stop the clocks of what was taken back with its note, and edit the messages about it."""
    for commitment in gone:
        tx.timers.cancel(commitment.about)
        _refresh(tx, commitment.about, now)


def reply_list(tx: Transaction, row: Claimed, now: datetime) -> Listed | None:
    """Load a list with its reader's rights as they are now."""
    asked = worklists.asked_in(tx, row)
    return _listed(tx, *asked, now) if asked else None


def card(tx: Transaction, row: Claimed, now: datetime) -> Shown | None:
    """Load a card; what was told already and is no longer theirs to see is shown as taken back."""
    shown = reply_shown(tx, row, now)
    if shown is None and tx.outbox.card(row.outgoing.topic, row.outgoing.about, row.place) is not None:
        return Shown(None, now.date(), None)
    return shown


def reply_shown(tx: Transaction, row: Claimed, now: datetime) -> Shown | None:
    """Load what became of a promise or next step that somebody did something with."""
    viewer = recipient(tx, row)
    about = row.outgoing.about
    commitment = viewer and tx.commitments.get(Kind(about.subject), CommitmentId(about.id), viewer)
    return _shown(tx, viewer, commitment, now) if viewer and commitment else None


def news(tx: Transaction, row: Claimed, now: datetime) -> News | None:
    """Load what somebody did with a promise or next step, for its owner or the KAM."""
    shown = reply_shown(tx, row, now)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if shown is None or entry is None:
        return None
    action, last = entry.action.partition(".")[2], tx.history.last(entry.about)
    return News(
        shown,
        "moved" if action == "edited" else action,
        entry.actor,
        entry.words,
        is_last=last is None or last.at <= entry.at,
    )


def _listed(tx: Transaction, viewer: Viewer, asked: Worklist, account: AccountRef | None, now: datetime) -> Listed:
    units = tx.search.units(account.id, viewer) if account else ()
    today = _today(tx, viewer.member_id, now)
    found = tx.commitments.page(asked, viewer, units, today)
    if not found.commitments and asked.page:
        # What stood there was done meanwhile.
        return _listed(tx, viewer, replace(asked, page=0), account, now)
    others = {one.owner.id for one in found.commitments} - {viewer.member_id}
    acts_for = tx.absences.away(now).for_whom(viewer.member_id, others) if others else frozenset()
    return Listed(asked, found, today, viewer, account, acts_for)


def _shown(tx: Transaction, viewer: Viewer, commitment: Commitment, now: datetime) -> Shown:
    part = _part(tx, viewer, commitment, now)
    handed = [one for one in tx.history.of(commitment.about) if one.action == f"{commitment.kind}.handed_over"]
    by, said = (handed[-1].actor, handed[-1].words) if handed else (commitment.author, None)
    return Shown(
        commitment,
        _today(tx, viewer.member_id, now),
        part,
        given_by=by if by is not None and by.id != commitment.owner.id else None,
        given_words=said,
    )


def _today(tx: Transaction, member_id: MemberId | None, now: datetime) -> date:
    return now.date() if member_id is None else tx.members.calendar(member_id).today(now)


def _theirs(tx: Transaction, actor: Member, pressed: Pressed, now: datetime) -> Commitment:
    """Return what a button means, if this person may do that with it now."""
    viewer = tx.access.viewer(actor)
    commitment = tx.commitments.get(pressed.kind, pressed.id, viewer)
    if commitment is None:
        raise errors.UnknownObject("")
    if commitment.state is not State.OPEN or commitment.version != pressed.version:
        raise _changed(tx, commitment.about)
    part = _part(tx, viewer, commitment, now)
    if part is None or (pressed.deed is Deed.HAND_OVER and not may_hand_over(part)):
        raise errors.NotYourCommitment(commitment.owner, tx.accounts.kam_if_active(commitment.account.id))
    return commitment


def _part(tx: Transaction, viewer: Viewer, commitment: Commitment, now: datetime) -> Part | None:
    """Return what gives somebody a say in it; who stands in may do what the owner may."""
    part = commitment.part_of(viewer)
    if may_hand_over(part):
        return part
    owner_id = commitment.owner.id
    stands_in = bool(tx.absences.away(now).for_whom(viewer.member_id, [owner_id]))
    return commitment.part_of(viewer, stands_in=stands_in)


def _changed(tx: Transaction, about: Ref) -> errors.CommitmentChanged:
    last = tx.history.last(about)
    return errors.CommitmentChanged(
        last.action if last else None, last.actor if last else None, last.at if last else None
    )


def _keep(
    tx: Transaction, actor: Member, fields: Mapping[str, str], key: str, reply_to: ReplyTo, now: datetime
) -> Draft:
    draft = Draft(DraftId(0), actor.id, Purpose.COMMITMENT, now, fields, reply_to=reply_to)
    return drafts.keep(tx, key, draft, now)


def _new_form(
    tx: Transaction, actor: Member, draft: Draft, now: datetime, account_id: AccountId | None = None
) -> CommitmentForm:
    asked = Worklist.of(draft.fields["new"])
    chosen = account_id or asked.account_id
    account = accounts.visible(tx, tx.access.viewer(actor), chosen).ref if chosen else None
    kind = Kind(asked.subject)
    return CommitmentForm(draft.id, kind, _today(tx, actor.id, now), account=account, me=actor.id)


def _deed_form(
    tx: Transaction, actor: Member, draft: Draft, deed: Deed, commitment: Commitment, now: datetime
) -> CommitmentForm:
    return CommitmentForm(draft.id, commitment.kind, _today(tx, actor.id, now), deed, commitment)


def _checked(tx: Transaction, viewer: Viewer, command: SaveNew, kind: Kind, now: datetime) -> NewCommitment:
    account = accounts.visible(tx, viewer, command.account_id)
    text = names.one_line(command.text)
    check_text(text)
    if kind is Kind.PROMISE and command.due_on is None:
        raise errors.PromiseIncomplete("due_on")
    if command.due_on is not None:
        check_date(command.due_on, _today(tx, command.actor.id, now), "due_on")
    owner_id = command.owner_id or command.actor.id
    _check_colleague(tx, owner_id)
    wished = [command.contact_id] if command.contact_id is not None else []
    contacts = tx.contacts.offered(account.id, wished)
    return NewCommitment(
        kind=kind,
        account_id=account.id,
        text=text,
        due_on=command.due_on,
        owner_id=owner_id,
        author_id=command.actor.id,
        visibility=command.visibility,
        contact_id=contacts[0].id if contacts else None,
    )


def _check_colleague(tx: Transaction, member_id: MemberId) -> None:
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        raise errors.NotAColleague(member.name if member else "", "owner")


def _done(tx: Transaction, command: SaveDeed, deed: Deed, commitment: Commitment, now: datetime) -> bool:
    """Write a deed down; False if somebody else was faster."""
    today = _today(tx, command.actor.id, now)
    if deed is Deed.WITHDRAW:
        tx.search.remove(commitment.about)
        return tx.commitments.close(commitment, State.WITHDRAWN, today)
    if deed is Deed.HAND_OVER and command.owner_id is not None:
        _check_colleague(tx, command.owner_id)
        return tx.commitments.hand_over(commitment, command.owner_id)
    if command.due_on is None:
        raise errors.OutOfDate
    check_date(command.due_on, today, "due_on")
    return tx.commitments.move(commitment, command.due_on)


def _follow(
    tx: Transaction, now: datetime, actor: Member, before: Commitment, deed: Deed, words: str | None = None
) -> None:
    """Record a deed, set the clock anew, and tell those whom it concerns."""
    about = before.about
    action = f"{before.kind}.{_RECORDED[deed]}"
    change = Change(about, action, actor.id, now, words=words, fields=_FIELDS[deed])
    entry = tx.history.record(change)
    after = tx.commitments.whole(before.kind, before.id)
    if after is None:
        return
    wind(tx, after, now)
    _refresh(tx, about, now)
    if deed is Deed.HAND_OVER:
        _give(tx, after, actor.id, now)
    if before.owner.id != actor.id and not before.owner.left:
        _put_news(tx, about, before.owner.id, entry, now)
    if before.kind is Kind.PROMISE and deed in _KAM_HEARS:
        _tell_kam(tx, after, actor.id, change, entry)
    follow_step(tx, now, actor.id, after, deed)


def _tell_kam(tx: Transaction, commitment: Commitment, actor_id: MemberId, change: Change, entry: EntryId) -> None:
    kam = tx.accounts.kam_if_active(commitment.account.id)
    if kam is not None and kam.id not in {actor_id, commitment.owner.id}:
        _put_news(tx, change.about, kam.id, entry, change.at)


def _put_news(tx: Transaction, about: Ref, to: MemberId, entry: EntryId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.NOTE, "commitment.news", about, Priority.REQUEST, to_member=to, entry_id=entry), now)


def _give(tx: Transaction, commitment: Commitment, actor_id: MemberId, now: datetime) -> None:
    """Tell an owner at once that somebody else gave them something to see to."""
    if commitment.owner.id != actor_id and commitment.state is State.OPEN:
        call(tx, commitment, commitment.owner.id, now)


def _refresh(tx: Transaction, about: Ref, now: datetime) -> None:
    for topic, place in tx.outbox.cards_of(about):
        tx.outbox.put(card_at(place, topic, about, Priority.REQUEST), now)


def _answer(tx: Transaction, now: datetime, about: Ref, asked: Worklist | None, reply_to: ReplyTo) -> None:
    """Show the list anew that a button stood in, else what became of it; a card that stands is edited anyway."""
    if asked is not None:
        worklists.put(tx, asked, reply_to, now)
    elif reply_to.replace or tx.outbox.card(CARD, about, reply_to.member_id) is None:
        tx.outbox.put(Outgoing(Form.REPLY, "commitment.shown", about, Priority.REPLY, reply_to=reply_to), now)
