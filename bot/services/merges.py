"""Merges: two accounts or contacts become one in one transaction, and two again within 30 days."""

from datetime import datetime
from itertools import takewhile

from bot.domain import errors, merges, names
from bot.domain.access import ITSELF, Viewer
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, ContactId, DraftId, EntryId, MemberId, MergeId
from bot.domain.members import Member, Person
from bot.domain.merges import (
    ChooseOther,
    Merge,
    Merged,
    MergeForm,
    MergeTold,
    OpenByHand,
    OpenMerge,
    OtherForm,
    Side,
    UndoMerge,
)
from bot.domain.search_notes import account_note, contact_note
from bot.ports import Store, Transaction
from bot.services import drafts, duplicates
from bot.services.readers import recipient

_DONE = "merge.done"


def open_form(store: Store, now: datetime, command: OpenMerge) -> MergeForm:
    """Return the form for a pair that was found.

    Raises:
        errors.Refusal: it does not exist for this person, is not theirs to decide, or somebody was faster.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.MERGE)
        if draft is None:
            twins = duplicates.decidable(tx, viewer, command.twins_id)
            fields = {"subject": str(twins.subject), "one": str(twins.first.id), "other": str(twins.second.id)}
            draft = _keep(tx, now, command.actor, fields, command.key, command.reply_to)
        return _form(tx, viewer, draft)


def open_by_hand(store: Store, now: datetime, command: OpenByHand) -> OtherForm:
    """Return the form that asks which other one is the same.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.MayNotMerge: this person may not merge it with anything.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        one = _side(tx, viewer, command.about)
        _check_right(tx, viewer, one)
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.MERGE)
        if draft is None:
            fields = {"subject": str(command.about.subject), "one": str(one.id)}
            draft = _keep(tx, now, command.actor, fields, command.key, command.reply_to)
        return OtherForm(draft.id, one)


def open_again(store: Store, actor: Member, draft_id: DraftId) -> MergeForm | OtherForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.Refusal: it was used before, or what it is about is not as it was.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.MERGE)
        if "other" in draft.fields:
            return _form(tx, viewer, draft)
        return OtherForm(draft.id, _side(tx, viewer, _about(draft, "one")))


def choose_other(store: Store, command: ChooseOther) -> MergeForm:
    """Return the form for the one it began with and the other one that was chosen.

    Raises:
        errors.SameOne: it is the same one.
        errors.UnknownOther: it does not exist for this person.
        errors.MayNotMerge: this person may not merge these two.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.MERGE)
        one = _side(tx, viewer, _about(draft, "one"))
        if command.other_id == one.id:
            raise errors.SameOne
        other = tx.merges.side(Ref(one.about.subject, command.other_id), viewer)
        if other is None:
            raise errors.UnknownOther
        _check_right(tx, viewer, one, other)
        fields = {**draft.fields, "other": str(other.id)}
        tx.drafts.change(draft.id, fields)
        return _shown(tx, draft, one, other, None)


def choose_survivor(store: Store, actor: Member, draft_id: DraftId, stays_id: int) -> MergeForm:
    """Return the open form with the one that was chosen to stay.

    Raises:
        errors.Refusal: it was used before, or what it is about is not as it was.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, tx.access.viewer(actor), drafts.mine(tx, draft_id, actor.id, Purpose.MERGE), stays_id)


def merge(store: Store, now: datetime, command: Merge) -> None:
    """Take one into the other: everything moves, names become aliases, and who looks after them hears of it.

    Raises:
        errors.DraftGone: the form was sent before with the other one chosen.
        errors.ChangedSinceForm: one of the two is not as the form showed it.
        errors.Refusal: somebody was faster, or it is not this person's to decide.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        viewer = tx.access.viewer(command.actor)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.MERGE)
        tx.merges.hold(Subject(draft.fields["subject"]))
        stays, goes = _chosen(_both(tx, viewer, draft), command.stays_id)
        _check_right(tx, viewer, stays, goes)
        if merges.must_stay(stays, goes) is goes:
            # Its account was restricted while the form was open.
            raise _changed(tx, goes)
        for side in (stays, goes):
            if command.versions.get(side.id) != side.version:
                raise _changed(tx, side)
        drafts.use(tx, draft, now)
        changes = merges.surviving(stays, goes)
        is_account = stays.about.subject is Subject.ACCOUNT
        came = tx.duplicates.contacts(AccountId(goes.id)) if is_account else []
        merge_id = tx.merges.merge(stays, goes, changes, merges.joins(stays, goes), command.actor.id, now)
        if merge_id is None:
            raise _changed(tx, goes)
        entry = _record(tx, "merged", stays.about, goes.about, command.actor, now, ("merged_into_id", *changes))
        _index(tx, stays.about, now)
        about = Ref(Subject.MERGE, merge_id)
        _refresh_pair(tx, stays.about, goes.about, now)
        _tell(tx, "merge.told", about, entry, command.actor, (stays, goes), now)
        here, me = AccountId(stays.id), command.actor.id
        alike = duplicates.propose_contacts(tx, here, came, now, knows=me) if is_account else 0
        _reply(tx, _DONE, about, draft.reply_to or ReplyTo(command.actor.id), now, alike)
        tx.inbox.record(command.key, about, now)


def undo(store: Store, now: datetime, command: UndoMerge) -> None:
    """Take a merge back: what it changed is restored, what was added since stays with the survivor.

    Raises:
        errors.UnknownObject: there is no such merge for this person.
        errors.MayNotMerge: it is not theirs to take back.
        errors.AlreadyUndone: somebody did.
        errors.UndoOver: it is more than 30 days ago.
        errors.MergedSince: the survivor was merged itself; that is taken back first.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer = tx.access.viewer(command.actor)
        done = tx.merges.get(command.merge_id, viewer)
        if done is None:
            raise errors.UnknownObject("")
        tx.merges.hold(done.subject)
        if not merges.may_undo(viewer, done):
            raise errors.MayNotMerge(tx.members.kam_leads())
        merges.check_undo(done, now)
        if (later := tx.merges.since(done)) is not None:
            into = tx.merges.side(later, ITSELF)
            raise errors.MergedSince(done.into, into.name if into else done.account.name)
        undone = tx.merges.undo(done, command.actor.id, now)
        if undone is None:
            raise errors.AlreadyUndone(None, None)
        survivor, restored = Ref(done.subject, done.into_id), Ref(done.subject, done.from_id)
        entry = _record(tx, "restored", survivor, restored, command.actor, now, ("merged_into_id",))
        for one in (survivor, restored):
            _index(tx, one, now)
        about = Ref(Subject.MERGE, done.id)
        _refresh_pair(tx, survivor, restored, now)
        sides = [side for one in (survivor, restored) if (side := tx.merges.side(one, ITSELF)) is not None]
        _tell(tx, "merge.restored", about, entry, command.actor, sides, now)
        left = len(undone.fields) + undone.rows
        _reply(tx, "merge.undone", about, command.reply_to, now, left)
        tx.inbox.record(command.key, about, now)


def reply_done(tx: Transaction, row: Claimed, now: datetime) -> MergeTold | None:
    """Load what whoever merged two is answered."""
    viewer = recipient(tx, row)
    done = tx.merges.get(MergeId(row.outgoing.about.id), viewer) if viewer else None
    if viewer is None or done is None:
        return None
    count = row.outgoing.detail or 0
    left, alike = (0, count) if row.outgoing.topic == _DONE else (count, 0)
    return MergeTold(done, _can_be_undone(viewer, done, now), left, alike)


def told(tx: Transaction, row: Claimed, now: datetime) -> MergeTold | None:
    """Load what those hear who look after one of the two, as far as they see the survivor."""
    return reply_done(tx, row, now) if row.outgoing.entry_id else None


def other_contacts(store: Store, actor: Member, draft_id: DraftId, typed: str, most: int) -> tuple[ContactRef, ...]:
    """Answer the search for the other contact: those of the whole group, as far as this person may see it.

    Raises:
        errors.DraftGone: the form was used before.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        one = _side(tx, viewer, _about(drafts.mine(tx, draft_id, actor.id, Purpose.MERGE), "one"))
        account = tx.merges.side(Ref(Subject.ACCOUNT, one.account.id), viewer)
        above = [AccountId(each) for each in account.above] if account else []
        seen = {each.id for each in tx.accounts.refs(above, viewer, len(above))}
        top = one.account.id
        for each in takewhile(seen.__contains__, above):
            top = each
        whole = tx.accounts.get(AccountId(top), viewer)
        units = tx.accounts.family(whole, viewer).ids if whole else ()
        found = tx.contacts.of_account(AccountId(top), viewer, names.one_line(typed), most, also=units)
        return tuple(contact for contact in found if contact.id != one.id)


def _can_be_undone(viewer: Viewer, done: Merged, now: datetime) -> bool:
    is_open = done.undone_at is None and now <= done.may_be_undone_until()
    return is_open and merges.may_undo(viewer, done)


def _keep(tx: Transaction, now: datetime, actor: Member, fields: dict[str, str], key: str, reply_to: ReplyTo) -> Draft:
    new = Draft(DraftId(0), actor.id, Purpose.MERGE, now, fields, reply_to=reply_to)
    return drafts.keep(tx, key, new, now)


def _form(tx: Transaction, viewer: Viewer, draft: Draft, stays_id: int | None = None) -> MergeForm:
    one, other = _both(tx, viewer, draft)
    _check_right(tx, viewer, one, other)
    return _shown(tx, draft, one, other, stays_id)


def _shown(tx: Transaction, draft: Draft, one: Side, other: Side, stays_id: int | None) -> MergeForm:
    fixed = merges.must_stay(one, other)
    stays, goes = _chosen((one, other), fixed.id if fixed else stays_id or merges.better_kept(one, other).id)
    people = tx.members.people(merges.joins(stays, goes))
    return MergeForm(
        draft.id,
        stays,
        goes,
        merges.differing(stays, goes),
        tuple(people.values()),
        is_fixed=fixed is not None,
    )


def _both(tx: Transaction, viewer: Viewer, draft: Draft) -> tuple[Side, Side]:
    return _side(tx, viewer, _about(draft, "one")), _side(tx, viewer, _about(draft, "other"))


def _chosen(sides: tuple[Side, Side], stays_id: int) -> tuple[Side, Side]:
    """Return first the one that stays."""
    one, other = sides
    return (other, one) if other.id == stays_id else (one, other)


def _about(draft: Draft, name: str) -> Ref:
    if name not in draft.fields:
        raise errors.DraftGone
    return Ref(Subject(draft.fields["subject"]), int(draft.fields[name]))


def _side(tx: Transaction, viewer: Viewer, about: Ref) -> Side:
    """Return one of two.

    Raises:
        errors.AlreadyMerged: somebody took it into another.
        errors.UnknownObject: it does not exist for this person.
    """
    side = tx.merges.side(about, viewer)
    if side is not None:
        return side
    done = tx.merges.of(about, viewer)
    if done is not None:
        raise errors.AlreadyMerged(done.name, done.into, done.by, done.at)
    raise errors.UnknownObject("")


def _check_right(tx: Transaction, viewer: Viewer, *sides: Side) -> None:
    if not merges.may_merge(viewer, sides):
        raise errors.MayNotMerge(tx.members.kam_leads())


def _changed(tx: Transaction, side: Side) -> errors.ChangedSinceForm:
    last = tx.history.last(side.about)
    return errors.ChangedSinceForm(side.name, last.actor if last else None, last.at if last else None)


def _record(
    tx: Transaction, done: str, survivor: Ref, other: Ref, actor: Member, now: datetime, fields: tuple[str, ...]
) -> EntryId:
    """Write into the history of both what happened to them; return the survivor's entry."""
    action = f"{survivor.subject}.{done}"
    return tx.history.record_all(
        [
            Change(survivor, action, actor.id, now, fields=fields),
            Change(other, action, actor.id, now, fields=("merged_into_id",)),
        ]
    )[0]


def _index(tx: Transaction, about: Ref, now: datetime) -> None:
    """Let search know what one of the two is called now, and what is known of it."""
    if about.subject is Subject.ACCOUNT:
        account = tx.accounts.get(AccountId(about.id), ITSELF)
        if account is not None:
            tx.search.put(account_note(account, tx.account_edits.aliases(account.id), now))
        return
    contact = tx.contacts.get(ContactId(about.id), ITSELF)
    if contact is not None:
        tx.search.put(contact_note(contact, now))


def _refresh_pair(tx: Transaction, one: Ref, other: Ref, now: datetime) -> None:
    twins_id = tx.duplicates.between(one, other)
    if twins_id is not None:
        duplicates.refresh(tx, twins_id, now)


def _tell(
    tx: Transaction,
    topic: str,
    about: Ref,
    entry: EntryId,
    actor: Member,
    sides: list[Side] | tuple[Side, ...],
    now: datetime,
) -> None:
    """Tell who looks after one of the two; who did it knows."""
    people = (side.named.get(part) for side in sides for part in ("kam_id", "deputy_id", "owner_id"))
    hear = dict.fromkeys(one.id for one in people if isinstance(one, Person) and not one.left)
    for member_id in hear:
        if member_id != actor.id:
            note = Outgoing(
                Form.NOTE, topic, about, Priority.INTERACTION, to_member=MemberId(member_id), entry_id=entry
            )
            tx.outbox.put(note, now)


def _reply(
    tx: Transaction, topic: str, about: Ref, reply_to: ReplyTo, now: datetime, detail: int | None = None
) -> None:
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to, detail=detail), now)
