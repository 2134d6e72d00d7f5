"""Absences: entered, changed and ended, by whoever is away or a KAM lead, and told to the deputies."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.absence_lines import read_days
from bot.domain.absences import (
    SHOWN,
    Absence,
    AbsenceForm,
    AbsenceTold,
    EndAbsence,
    EnterAbsence,
    OpenAbsence,
    Period,
    Plan,
    Planned,
    SaveAbsence,
    uncovered,
)
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AbsenceId, DraftId, EntryId, MemberId
from bot.domain.members import Member, Standing
from bot.ports import Store, Transaction
from bot.services import addressees, drafts
from bot.services.readers import recipient

_DAY = timedelta(days=1)
_PERIOD = ("starts_on", "ends_on", "deputy_id")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "absence.entered": _PERIOD,
    "absence.changed": _PERIOD,
    "absence.ended": ("ends_on",),
    "absence.withdrawn": ("withdrawn_at",),
}
"""What each action writes."""


def plan(store: Store, now: datetime, actor: Member) -> Plan:
    """Return the absences this person has ahead, and those in which they stand in."""
    with store.read(actor.workspace_id) as tx:
        return _plan(tx, now, actor)


def enter(store: Store, now: datetime, command: EnterAbsence) -> Plan:
    """Enter one's own absence at once; the list shows it, with what takes it back.

    Raises:
        errors.AbsenceUnread: the line names no days that can be read.
        errors.Refusal: the period or the deputy cannot be.
    """
    with store.begin(command.actor.workspace_id) as tx:
        actor = command.actor
        if tx.inbox.effect_of(command.key) is None:
            today = tx.members.calendar(actor.id).today(now)
            period = Period(*read_days(command.text, today), command.deputy_id)
            if "@" in command.text and command.deputy_id is None:
                # A name that Slack knows nobody by.
                raise errors.NoFullMember("", "deputy")
            tx.absences.hold(actor.id)
            _check(tx, now, actor, actor.id, period, None)
            absence_id = _entered(tx, now, actor, actor.id, period)
            tx.inbox.record(command.key, Ref(Subject.ABSENCE, absence_id), now)
        return _plan(tx, now, actor)


def open_form(store: Store, now: datetime, command: OpenAbsence) -> AbsenceForm:
    """Return the form of a new absence, or of one that is changed.

    Raises:
        errors.UnknownObject: there is no such absence for this person.
        errors.AbsenceChanged: it is over, or not what the button was made for.
    """
    with store.begin(command.actor.workspace_id) as tx:
        fields = {"for": "other"} if command.for_other and command.actor.is_kam_lead else {}
        if command.absence_id is not None:
            absence = _current(tx, now, command.actor, command.absence_id, command.version)
            fields = {"absence_id": str(absence.id), "version": str(absence.version)}
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.ABSENCE)
        new = Draft(DraftId(0), command.actor.id, Purpose.ABSENCE, now, fields, reply_to=command.reply_to)
        return _form(tx, now, command.actor, draft or drafts.keep(tx, command.key, new, now))


def open_again(store: Store, now: datetime, actor: Member, draft_id: DraftId) -> AbsenceForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.AbsenceChanged: the absence is over, or was changed since.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, now, actor, drafts.mine(tx, draft_id, actor.id, Purpose.ABSENCE))


def save(store: Store, now: datetime, command: SaveAbsence) -> None:
    """Save the form; deputies hear of it, and the list it was opened from is shown anew.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.Refusal: the period or a person cannot be; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.ABSENCE)
        before = _before(tx, now, command.actor, draft)
        member_id = before.member.id if before else _whose(tx, command, draft)
        tx.absences.hold(member_id)
        _check(tx, now, command.actor, member_id, command.period, before)
        drafts.use(tx, draft, now)
        if before is None:
            absence_id = _entered(tx, now, command.actor, member_id, command.period)
        else:
            absence_id = before.id
            if not tx.absences.change(before.id, before.version, command.period):
                raise _changed(tx, before, is_over=False)
            entry = _record(tx, absence_id, "absence.changed", command.actor, now)
            _tell(tx, before, absence_id, entry, command.actor, now)
            addressees.look_again(tx, Ref(Subject.ABSENCE, absence_id), now)
        _answer(tx, draft.reply_to or ReplyTo(command.actor.id), now)
        tx.inbox.record(command.key, Ref(Subject.ABSENCE, absence_id), now)


def end(store: Store, now: datetime, command: EndAbsence) -> None:
    """Take an absence back, or end one that has begun with the day before; its deputy hears of it.

    Raises:
        errors.UnknownObject: there is no such absence for this person.
        errors.AbsenceChanged: it is over, or not what the button was made for.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        absence = _current(tx, now, command.actor, command.absence_id, command.version)
        today = tx.members.calendar(absence.member.id).today(now)
        if absence.starts_on < today:
            deputy_id = absence.deputy.id if absence.deputy else None
            period = Period(absence.starts_on, today - _DAY, deputy_id)
            done, action = tx.absences.change(absence.id, absence.version, period), "absence.ended"
        else:
            done, action = tx.absences.withdraw(absence.id, absence.version, now), "absence.withdrawn"
        if not done:
            raise _changed(tx, absence, is_over=True)
        entry = _record(tx, absence.id, action, command.actor, now)
        if absence.deputy is not None:
            _put(tx, "absence.released", absence.id, absence.deputy.id, entry, command.actor, now)
        _put(tx, "absence.yours", absence.id, absence.member.id, entry, command.actor, now)
        addressees.look_again(tx, Ref(Subject.ABSENCE, absence.id), now)
        _answer(tx, command.reply_to, now)
        tx.inbox.record(command.key, Ref(Subject.ABSENCE, absence.id), now)


def reply_plan(tx: Transaction, row: Claimed, now: datetime) -> Plan | None:
    """Load the list for whoever changed it."""
    member = tx.members.get(MemberId(row.place))
    return _plan(tx, now, member) if member is not None and recipient(tx, row) is not None else None


def told_deputy(tx: Transaction, row: Claimed, now: datetime) -> AbsenceTold | None:
    """Load what a deputy hears who is asked to stand in, while that still holds."""
    told = _told(tx, row, now)
    return told if told is not None and _stands_in(told, row) else None


def told_released(tx: Transaction, row: Claimed, now: datetime) -> AbsenceTold | None:
    """Load what a deputy hears who need not stand in any more, unless they were asked again meanwhile."""
    told = _told(tx, row, now)
    return None if told is None or _stands_in(told, row) else told


def told_member(tx: Transaction, row: Claimed, now: datetime) -> AbsenceTold | None:
    """Load what somebody hears whose absence another person entered, changed or ended."""
    return _told(tx, row, now)


def _form(tx: Transaction, now: datetime, actor: Member, draft: Draft) -> AbsenceForm:
    absence = _before(tx, now, actor, draft)
    calendar = tx.members.calendar(absence.member.id if absence else actor.id)
    return AbsenceForm(draft.id, calendar.today(now), absence, asks_who="for" in draft.fields)


def _plan(tx: Transaction, now: datetime, actor: Member) -> Plan:
    today = tx.members.calendar(actor.id).today(now)
    own = tx.absences.ahead(actor.id, today)[:SHOWN]
    others: tuple[Absence, ...] | None = None
    if actor.is_kam_lead:
        leadership = tx.absences.of_leadership(today)
        others = tuple(one for one in leadership if one.member.id != actor.id)[:SHOWN]
    listed = [*own, *(others or ())]
    beside: tuple[Absence, ...] = ()
    if listed:
        beside = tx.absences.beside(min(one.starts_on for one in listed), max(one.ends_on for one in listed))

    def planned(absence: Absence) -> Planned:
        return Planned(
            absence, uncovered(absence, (one for one in beside if one.id != absence.id)), absence.starts_on < today
        )

    return Plan(
        own=tuple(map(planned, own)),
        standing_in=tx.absences.standing_in(actor.id, today)[:SHOWN],
        others=None if others is None else tuple(map(planned, others)),
    )


def _before(tx: Transaction, now: datetime, actor: Member, draft: Draft) -> Absence | None:
    if "absence_id" not in draft.fields:
        return None
    absence_id = AbsenceId(int(draft.fields["absence_id"]))
    return _current(tx, now, actor, absence_id, int(draft.fields["version"]))


def _current(tx: Transaction, now: datetime, actor: Member, absence_id: AbsenceId, version: int) -> Absence:
    """Return an absence that this person may change, as they saw it."""
    absence = tx.absences.get(absence_id)
    if absence is None or not _may_change(tx, actor, absence.member.id):
        raise errors.UnknownObject("")
    is_over = absence.is_withdrawn or absence.ends_on < tx.members.calendar(absence.member.id).today(now)
    if is_over or absence.version != version:
        raise _changed(tx, absence, is_over=is_over)
    return absence


def _may_change(tx: Transaction, actor: Member, member_id: MemberId) -> bool:
    return actor.id == member_id or (actor.is_kam_lead and tx.absences.leads(member_id))


def _changed(tx: Transaction, absence: Absence, *, is_over: bool) -> errors.AbsenceChanged:
    last = tx.history.last(Ref(Subject.ABSENCE, absence.id))
    return errors.AbsenceChanged(last.actor if last else None, last.at if last else None, is_over)


def _whose(tx: Transaction, command: SaveAbsence, draft: Draft) -> MemberId:
    """Return for whom a new absence is.

    Raises:
        errors.BacksNobody: a KAM lead chose somebody for whom they cannot enter one.
    """
    if "for" not in draft.fields or command.member_id is None:
        return command.actor.id
    if not _may_change(tx, command.actor, command.member_id):
        member = tx.members.get(command.member_id)
        raise errors.BacksNobody(member.name if member else "")
    return command.member_id


def _entered(tx: Transaction, now: datetime, actor: Member, member_id: MemberId, period: Period) -> AbsenceId:
    """Store a new absence, and tell whom it concerns."""
    absence_id = tx.absences.add(member_id, period, now)
    entry = _record(tx, absence_id, "absence.entered", actor, now)
    _tell(tx, None, absence_id, entry, actor, now)
    addressees.look_again(tx, Ref(Subject.ABSENCE, absence_id), now)
    return absence_id


def _check(
    tx: Transaction, now: datetime, actor: Member, member_id: MemberId, period: Period, before: Absence | None
) -> None:
    today = tx.members.calendar(member_id).today(now)
    others = [one for one in tx.absences.ahead(member_id, today) if before is None or one.id != before.id]
    period.check(today, member_id, others, before.starts_on if before else None)
    if period.deputy_id is not None:
        deputy = tx.members.get(period.deputy_id)
        if deputy is None or deputy.standing is not Standing.MEMBER:
            raise errors.NoFullMember(deputy.name if deputy else "", "deputy")
        named_before = before.deputy.id if before and before.deputy else None
        if deputy.id == actor.id and deputy.id not in {member_id, named_before}:
            # Whoever stands in decides: nobody gives that to themselves (F52).
            away = tx.members.get(member_id)
            raise errors.SelfNamedDeputy((away or actor).person)


def _record(tx: Transaction, absence_id: AbsenceId, action: str, actor: Member, now: datetime) -> EntryId:
    about = Ref(Subject.ABSENCE, absence_id)
    return tx.history.record(Change(about, action, actor.id, now, fields=_FIELDS[action]))


def _tell(
    tx: Transaction, before: Absence | None, absence_id: AbsenceId, entry: EntryId, actor: Member, now: datetime
) -> None:
    """Tell the deputy of now and the one before, and whoever is away if another person wrote it down."""
    after = tx.absences.get(absence_id)
    if after is None or (before is not None and replace(before, version=after.version) == after):
        return
    earlier = before.deputy if before else None
    if after.deputy is not None:
        _put(tx, "absence.deputy", absence_id, after.deputy.id, entry, actor, now)
    if earlier is not None and (after.deputy is None or after.deputy.id != earlier.id):
        _put(tx, "absence.released", absence_id, earlier.id, entry, actor, now)
    _put(tx, "absence.yours", absence_id, after.member.id, entry, actor, now)


def _put(
    tx: Transaction, topic: str, absence_id: AbsenceId, to: MemberId, entry: EntryId, actor: Member, now: datetime
) -> None:
    """Tell one person; who did it themselves knows."""
    if to != actor.id:
        about = Ref(Subject.ABSENCE, absence_id)
        tx.outbox.put(Outgoing(Form.NOTE, topic, about, Priority.REQUEST, to_member=to, entry_id=entry), now)


def _answer(tx: Transaction, reply_to: ReplyTo, now: datetime) -> None:
    shown = Outgoing(Form.REPLY, "absence.plan", Ref(Subject.MEMBER, 0), Priority.REPLY, reply_to=reply_to)
    tx.outbox.put(shown, now)


def _told(tx: Transaction, row: Claimed, now: datetime) -> AbsenceTold | None:
    absence = tx.absences.get(AbsenceId(row.outgoing.about.id))
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if absence is None or entry is None or recipient(tx, row) is None:
        return None
    is_over = absence.ends_on < tx.members.calendar(absence.member.id).today(now)
    return AbsenceTold(absence, entry.actor, is_over)


def _stands_in(told: AbsenceTold, row: Claimed) -> bool:
    """Tell whether a row is for who stands in now."""
    deputy = told.absence.deputy
    gone = told.is_over or told.absence.is_withdrawn
    return not gone and deputy is not None and deputy.id == row.outgoing.to_member
