"""Sponsors: who backs whom, assigned, handed over and ended by those who may, and told to everybody concerned."""

from dataclasses import replace
from datetime import datetime

from bot.domain import errors, sponsorships
from bot.domain.accounts import AccountRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import DraftId, EntryId, MemberId
from bot.domain.members import Member, Person, Standing
from bot.domain.setup import member_number, member_of
from bot.domain.sponsorships import (
    Desk,
    EndSponsorship,
    MySponsor,
    OpenSponsorship,
    SaveSponsorship,
    Sponsorship,
    SponsorshipForm,
    SponsorshipTold,
    TurnSponsors,
)
from bot.ports import Store, Transaction
from bot.services import addressees, drafts
from bot.services.readers import recipient

_NAMED = 5
"""Conflicts that the text to copy names, and people that a refusal names."""


def desk(store: Store, now: datetime, actor: Member) -> Desk:
    """Return who backs this person, whom they back, and everybody for those who assign sponsors."""
    with store.read(actor.workspace_id) as tx:
        return _desk(tx, now, actor, 0)


def turn_page(store: Store, now: datetime, command: TurnSponsors) -> None:
    """Show another page of the table."""
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        _answer(tx, command.reply_to, now, command.offset)
        tx.inbox.record(command.key, Ref(Subject.MEMBER, 0), now)


def open_form(store: Store, now: datetime, command: OpenSponsorship) -> SponsorshipForm:
    """Return the form of a new sponsorship, or of the one of a KAM.

    Raises:
        errors.MayNotAssignSponsors: others do.
        errors.SponsorChanged: somebody else backs the KAM by now, or nobody.
    """
    with store.begin(command.actor.workspace_id) as tx:
        _check_right(tx, command.actor)
        fields = {}
        if command.kam_id is not None:
            seen = _as_seen(tx, command.kam_id, command.sponsor_id)
            fields = {"kam_id": seen.kam.id, "sponsor_id": seen.sponsor.person.id}
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.SPONSORSHIP)
        new = Draft(DraftId(0), command.actor.id, Purpose.SPONSORSHIP, now, fields, reply_to=command.reply_to)
        return _form(tx, draft or drafts.keep(tx, command.key, new, now))


def open_again(store: Store, actor: Member, draft_id: DraftId) -> SponsorshipForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.MayNotAssignSponsors: others do.
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.SponsorChanged: somebody else backs the KAM by now, or nobody.
    """
    with store.read(actor.workspace_id) as tx:
        _check_right(tx, actor)
        return _form(tx, drafts.mine(tx, draft_id, actor.id, Purpose.SPONSORSHIP))


def save(store: Store, now: datetime, command: SaveSponsorship) -> None:
    """Assign or hand over; everybody concerned hears of it, and open conflicts follow at once.

    Raises:
        errors.MayNotAssignSponsors: others do.
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.SponsorChanged: somebody was quicker.
        errors.Refusal: a person cannot have this part; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        _check_right(tx, command.actor)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.SPONSORSHIP)
        before = _before(tx, draft)
        kam_id = before.kam.id if before else command.kam_id
        if kam_id is None:
            raise errors.NoFullMember("", "kam")
        _check(tx, kam_id, command, before)
        drafts.use(tx, draft, now)
        if before is None:
            done = tx.sponsorships.assign(kam_id, command.sponsor_id, command.deputy_id)
        else:
            done = tx.sponsorships.hand_over(before, command.sponsor_id, command.deputy_id)
        if not done:
            raise _changed(tx, kam_id)
        _settle(tx, kam_id, before, "sponsor.handed_over" if before else "sponsor.assigned", command.actor, now)
        _answer(tx, draft.reply_to or ReplyTo(command.actor.id), now)
        tx.inbox.record(command.key, _about(kam_id), now)


def end(store: Store, now: datetime, command: EndSponsorship) -> None:
    """Let nobody back a KAM any more.

    Raises:
        errors.MayNotAssignSponsors: others do.
        errors.SponsorChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        _check_right(tx, command.actor)
        before = _as_seen(tx, command.kam_id, command.sponsor_id)
        if not tx.sponsorships.end(before):
            raise _changed(tx, command.kam_id)
        _settle(tx, command.kam_id, before, "sponsor.ended", command.actor, now)
        _answer(tx, command.reply_to, now)
        tx.inbox.record(command.key, _about(command.kam_id), now)


def reply_desk(tx: Transaction, row: Claimed, now: datetime) -> Desk | None:
    """Load the table for whoever changed it or turned a page."""
    member = tx.members.get(MemberId(row.place))
    if member is None or recipient(tx, row) is None:
        return None
    return _desk(tx, now, member, row.outgoing.detail or 0)


def told(tx: Transaction, row: Claimed, _now: datetime) -> SponsorshipTold | None:
    """Load what somebody hears of who backs a KAM now."""
    viewer = recipient(tx, row)
    kam = tx.members.get(MemberId(member_of(row.outgoing.about.id)))
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    if viewer is None or viewer.member_id is None or kam is None or entry is None:
        return None
    sponsorship = tx.sponsorships.of(kam.id)
    comes_along: tuple[AccountRef, ...] = ()
    if sponsorship is not None:
        lines = sponsorships.table(tx.sponsorships.register(viewer, viewer.leadership))
        comes_along = next((line.accounts for line in lines if line.sponsorship == sponsorship), ())
    return SponsorshipTold(tx.workspace.id, viewer.member_id, kam.person, entry.actor, sponsorship, comes_along)


def _desk(tx: Transaction, now: datetime, actor: Member, offset: int) -> Desk:
    viewer, assigns = tx.access.viewer(actor), sponsorships.may_assign(actor)
    register = tx.sponsorships.register(viewer, None if assigns else viewer.leadership)
    lines = sponsorships.table(register)
    shown, before, after = sponsorships.page(lines, offset)
    mine = sponsorships.mine(register, actor.id, viewer.kam_of)
    conflicts = tx.briefings.open_matters(viewer.kam_of, viewer, _NAMED, asked_in=()).conflicts if mine else ()
    return Desk(
        workspace_id=actor.workspace_id,
        mine=_with_absences(tx, now, mine),
        open_ids=tuple(conflict.short_id for conflict in conflicts if conflict.short_id),
        backing=tuple(
            line
            for line in lines
            if line.sponsor.person.id == actor.id
            or (line.sponsorship and line.sponsorship.deputy and line.sponsorship.deputy.id == actor.id)
        ),
        table=shown if assigns else None,
        gaps=sponsorships.gaps(register) if assigns and before is None else None,
        before=before,
        after=after,
        assigned_by=() if assigns else _who_assigns(tx),
    )


def _with_absences(tx: Transaction, now: datetime, mine: tuple[MySponsor, ...]) -> tuple[MySponsor, ...]:
    if not mine:
        return ()
    away = tx.absences.away(now)
    standing_in = {one.sponsor.id: away.stand_in(one.sponsor.id, one.deputy.id if one.deputy else None) for one in mine}
    people = tx.members.people(member_id for member_id in standing_in.values() if member_id is not None)

    def seen(one: MySponsor) -> MySponsor:
        if not away.is_away(one.sponsor.id):
            return one
        stand_in = standing_in[one.sponsor.id]
        return replace(
            one,
            is_away=True,
            away_until=away.until(one.sponsor.id),
            stands_in=people.get(stand_in) if stand_in else None,
        )

    return tuple(map(seen, mine))


def _check_right(tx: Transaction, actor: Member) -> None:
    if not sponsorships.may_assign(actor):
        raise errors.MayNotAssignSponsors(_who_assigns(tx))


def _who_assigns(tx: Transaction) -> tuple[Person, ...]:
    return (tx.members.kam_leads() or tx.members.admins())[:_NAMED]


def _check(tx: Transaction, kam_id: MemberId, command: SaveSponsorship, before: Sponsorship | None) -> None:
    sponsorships.check(kam_id, command.sponsor_id, command.deputy_id)
    actor_id = command.actor.id
    field = sponsorships.self_appointed(actor_id, command.sponsor_id, command.deputy_id, before)
    if field is not None:
        raise errors.SelfAppointed(tuple(one for one in _who_assigns(tx) if one.id != actor_id), field)
    chosen = {"sponsor": command.sponsor_id, "deputy": command.deputy_id, "kam": None if before else kam_id}
    for name, member_id in chosen.items():
        member = tx.members.get(member_id) if member_id is not None else None
        if member_id is not None and (member is None or member.standing is not Standing.MEMBER):
            raise errors.NoFullMember(member.name if member else "", name)


def _as_seen(tx: Transaction, kam_id: MemberId, sponsor_id: MemberId | str | None) -> Sponsorship:
    """Return a sponsorship that still has the sponsor whom somebody saw."""
    found = tx.sponsorships.of(kam_id)
    if found is None or found.sponsor.person.id != sponsor_id:
        raise _changed(tx, kam_id)
    return found


def _before(tx: Transaction, draft: Draft) -> Sponsorship | None:
    if "kam_id" not in draft.fields:
        return None
    return _as_seen(tx, MemberId(draft.fields["kam_id"]), draft.fields["sponsor_id"])


def _form(tx: Transaction, draft: Draft) -> SponsorshipForm:
    return SponsorshipForm(draft.id, _before(tx, draft))


def _changed(tx: Transaction, kam_id: MemberId) -> errors.Refusal:
    kam, now = tx.members.get(kam_id), tx.sponsorships.of(kam_id)
    if kam is None:
        return errors.UnknownObject("")
    last = tx.history.last(_about(kam_id))
    is_ours = last is not None and last.action.startswith("sponsor.")
    return errors.SponsorChanged(
        kam.person,
        now.sponsor.person if now else None,
        last.actor if last and is_ours else None,
        last.at if last and is_ours else None,
    )


def _settle(
    tx: Transaction, kam_id: MemberId, before: Sponsorship | None, action: str, actor: Member, now: datetime
) -> None:
    """Record a change and tell everybody concerned, the former ones too; who did it knows."""
    after = tx.sponsorships.of(kam_id)
    if after == before:
        return
    fields = ("sponsor_id", "deputy_id")
    entry: EntryId = tx.history.record(Change(_about(kam_id), action, actor.id, now, fields=fields))
    parts = [part for one in (before, after) if one for part in (one.sponsor.person, one.deputy) if part is not None]
    for member_id in dict.fromkeys([kam_id, *(part.id for part in parts)]):
        if member_id != actor.id:
            note = Outgoing(
                Form.NOTE, "sponsor.changed", _about(kam_id), Priority.REQUEST, to_member=member_id, entry_id=entry
            )
            tx.outbox.put(note, now)
    addressees.look_again(tx, _about(kam_id), now)


def _answer(tx: Transaction, reply_to: ReplyTo, now: datetime, offset: int = 0) -> None:
    about = Ref(Subject.MEMBER, 0)
    shown = Outgoing(Form.REPLY, "sponsor.desk", about, Priority.REPLY, reply_to=reply_to, detail=offset)
    tx.outbox.put(shown, now)


def _about(kam_id: MemberId) -> Ref:
    return Ref(Subject.MEMBER, member_number(kam_id))
