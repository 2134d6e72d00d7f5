"""Account edits: facts, stage, ratings and team, changed from the card by those who may."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from bot.domain import account_edits, errors
from bot.domain.access import Viewer
from bot.domain.account_edits import (
    APPOINTED,
    PARTS,
    AccountForm,
    Deed,
    Facts,
    OpenAccountForm,
    Part,
    PartGiven,
    SaveFacts,
    SaveRatings,
    SaveStage,
    SaveTeam,
)
from bot.domain.accounts import Account
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, DraftId, EntryId, MemberId
from bot.domain.members import Member, Standing
from bot.domain.search_notes import account_note
from bot.ports import Store, Transaction
from bot.services import account_cards, accounts, addressees, drafts
from bot.services.readers import recipient

_BACKING = {"kam_id", "sponsor_id", "parent_id"}
"""Fields that decide who receives a conflict."""
_NAMED = 5
"""People whom a refusal names."""


def open_form(store: Store, now: datetime, command: OpenAccountForm) -> AccountForm:
    """Return one of the forms of an account.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this person any more.
        errors.MayNotChangeAccount: somebody else changes this.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        account = _changeable(tx, viewer, command.account_id, command.deed)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.ACCOUNT)
        fields = {"account_id": str(account.id), "version": str(account.version), "deed": command.deed.value}
        new = Draft(DraftId(0), command.actor.id, Purpose.ACCOUNT, now, fields, reply_to=command.reply_to)
        return _form(tx, viewer, kept or drafts.keep(tx, command.key, new, now))


def open_again(store: Store, actor: Member, draft_id: DraftId, *, more: bool = False) -> AccountForm:
    """Return a form that Slack did not open in time, or with the rarer fields.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.UnknownAccountChosen: the account does not exist for this person any more.
        errors.MayNotChangeAccount: somebody else changes this.
    """
    with store.read(actor.workspace_id) as tx:
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.ACCOUNT)
        return replace(_form(tx, tx.access.viewer(actor), draft), more=more)


def save_facts(store: Store, now: datetime, command: SaveFacts) -> None:
    """Save what an account is; who gets or loses a part hears of it, and open conflicts follow at once.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.AccountChanged: somebody was quicker.
        errors.Refusal: a field holds what cannot be; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft, viewer, account = _opened(tx, command.actor, command.draft_id, Deed.EDIT)
        before = account_edits.facts_of(account, tx.account_edits.aliases(account.id))
        typed = _with_unshown(tx, viewer, account, command)
        after = account_edits.tidied(before, before.overlaid(typed, command.shown))
        account_edits.check(before, after, command.actor.id, assigns=viewer.is_kam_lead)
        _check_links(tx, viewer, account, before, after)
        changed = before.differing(after)
        drafts.use(tx, draft, now)
        if changed:
            if not tx.account_edits.change(account.id, account.version, after, changed):
                raise _changed(tx, account)
            entry = _record(tx, account.id, "account.changed", command.actor, now, changed)
            _tell_parts(tx, account.id, before, after, command.actor, entry, now)
            if _BACKING & set(changed):
                addressees.look_again(tx, Ref(Subject.ACCOUNT, account.id), now)
            if {"name", "aliases", "mission"} & set(changed):
                stored = replace(account, name=after.name, mission=after.mission)
                tx.search.put(account_note(stored, after.aliases, now))
        _answer(tx, draft, account.id, command.key, now)


def save_stage(store: Store, now: datetime, command: SaveStage) -> None:
    """Save where the relationship stands; a change needs a reason (reference data, section 2).

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.AccountChanged: somebody was quicker.
        errors.JudgementReasonMissing: something changes and nothing says why.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft, _viewer, account = _opened(tx, command.actor, command.draft_id, Deed.STAGE)
        if not command.reason and not command.standing.judges_as(account_cards.standing(account, inside=True)):
            raise errors.JudgementReasonMissing
        drafts.use(tx, draft, now)
        if command.reason:
            judged = (account.id, account.version, command.standing, command.actor.id, now)
            if not tx.account_edits.judge(*judged):
                raise _changed(tx, account)
            fields = ("stage", "desired_stage", "is_at_risk", "stage_reason")
            _record(tx, account.id, "account.staged", command.actor, now, fields, command.reason)
        _answer(tx, draft, account.id, command.key, now)


def save_ratings(store: Store, now: datetime, command: SaveRatings) -> None:
    """Save how good relationship and partnership are; the same value with a reason confirms it (S121).

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.JudgementReasonMissing: something changes and nothing says why.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft, _viewer, account = _opened(tx, command.actor, command.draft_id, Deed.RATE, any_version=True)
        _team, ratings = tx.account_cards.circle(account.id, judged=True)
        stored = {str(rating.measure): rating.value for rating in ratings}
        # Nothing was judged, and nothing is: that is no judgement.
        judged: dict[str, int | None] = {
            measure: value for measure, value in command.values.items() if value is not None or measure in stored
        }
        if not command.reason and any(value != stored.get(measure) for measure, value in judged.items()):
            raise errors.JudgementReasonMissing
        drafts.use(tx, draft, now)
        if command.reason and judged:
            tx.account_edits.rate(account.id, judged, command.reason, command.actor.id, now)
            _record(tx, account.id, "account.rated", command.actor, now, tuple(judged), command.reason)
        _answer(tx, draft, account.id, command.key, now)


def save_team(store: Store, now: datetime, command: SaveTeam) -> None:
    """Save who is on the account team; who joins or leaves it hears of it.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.AccountChanged: somebody was quicker.
        errors.NoFullMember: somebody who joins can't act in Scharnier.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft, _viewer, account = _opened(tx, command.actor, command.draft_id, Deed.TEAM)
        there = {member.person.id: member.person for member in tx.accounts.team(account.id)}
        joining = [member_id for member_id in dict.fromkeys(command.member_ids) if member_id not in there]
        leaving = sorted(there.keys() - set(command.member_ids))
        for member_id in joining:
            _check_member(tx, member_id, "people")
        drafts.use(tx, draft, now)
        if joining or leaving:
            if not tx.account_edits.set_team(
                account.id, account.version, joining, leaving, command.role, command.topic
            ):
                raise _changed(tx, account)
            entry = _record(tx, account.id, "account.team", command.actor, now, ("member_id", "role", "topic"))
            for member_id, is_over in (
                *((one, False) for one in joining),
                *((one, True) for one in leaving if not there[one].left),
            ):
                _tell(tx, account.id, member_id, Part.TEAM, command.actor, entry, now, is_over=is_over)
        _answer(tx, draft, account.id, command.key, now)


def told_part(tx: Transaction, row: Claimed, _now: datetime) -> PartGiven | None:
    """Load what somebody hears who got or lost a part; nothing if the account does not exist for them any more."""
    viewer = recipient(tx, row)
    outgoing = row.outgoing
    account = viewer and tx.accounts.get(AccountId(outgoing.about.id), viewer)
    entry = tx.history.entry(outgoing.entry_id) if outgoing.entry_id else None
    if not account or entry is None or entry.actor is None:
        return None
    is_over, part = divmod(outgoing.detail or 0, len(PARTS))
    return PartGiven(account.ref, PARTS[part], entry.actor, is_over=bool(is_over))


def _changeable(tx: Transaction, viewer: Viewer, account_id: AccountId, deed: Deed) -> Account:
    account = accounts.visible(tx, viewer, account_id)
    if deed not in account_edits.deeds(viewer, account.id):
        people = [person for person in (account.kam, account.deputy) if person is not None and not person.left]
        raise errors.MayNotChangeAccount(tuple(people) or tx.members.kam_leads()[:_NAMED])
    return account


def _form(tx: Transaction, viewer: Viewer, draft: Draft) -> AccountForm:
    deed = Deed(draft.fields["deed"])
    account = _changeable(tx, viewer, AccountId(int(draft.fields["account_id"])), deed)
    form = AccountForm(deed, draft.id, account)
    match deed:
        case Deed.EDIT:
            facts = account_edits.facts_of(account, tx.account_edits.aliases(account.id))
            parents = tx.accounts.refs([account.parent_id], viewer, 1) if account.parent_id else ()
            return replace(form, aliases=facts.aliases, parent=next(iter(parents), None), assigns=viewer.is_kam_lead)
        case Deed.STAGE:
            return form
        case Deed.RATE:
            return replace(form, ratings=tx.account_cards.circle(account.id, judged=True)[1])
        case Deed.TEAM:
            return replace(form, team=tx.accounts.team(account.id))
        case _:
            assert_never(deed)


def _opened(
    tx: Transaction, actor: Member, draft_id: DraftId, deed: Deed, *, any_version: bool = False
) -> tuple[Draft, Viewer, Account]:
    """Return what a submitted form is about, with rights as they are now."""
    draft = drafts.mine(tx, draft_id, actor.id, Purpose.ACCOUNT)
    viewer = tx.access.viewer(actor)
    account = _changeable(tx, viewer, AccountId(int(draft.fields["account_id"])), deed)
    if not any_version and account.version != int(draft.fields["version"]):
        raise _changed(tx, account)
    return draft, viewer, account


def _changed(tx: Transaction, account: Account) -> errors.AccountChanged:
    last = tx.history.last(Ref(Subject.ACCOUNT, account.id))
    return errors.AccountChanged(last.actor if last else None, last.at if last else None)


def _with_unshown(tx: Transaction, viewer: Viewer, account: Account, command: SaveFacts) -> Facts:
    """Keep what the form could not show, a hidden parent and people who left: nobody took them away."""
    parent_id = account.parent_id
    is_hidden = parent_id is not None and not tx.accounts.refs([parent_id], viewer, 1)
    typed = account_edits.placed(command.facts, command.shown, None if is_hidden else parent_id)
    if typed.parent_id is None and is_hidden:
        typed = replace(typed, parent_id=parent_id, relation=account.relation)
    parts = {Part.KAM: account.kam, Part.DEPUTY: account.deputy, Part.SPONSOR: account.sponsor}
    left: dict[str, Any] = {
        f"{part}_id": person.id for part, person in parts.items() if person is not None and person.left
    }
    kept = {name: member_id for name, member_id in left.items() if getattr(typed, name) is None}
    return replace(typed, **kept)


def _check_links(tx: Transaction, viewer: Viewer, account: Account, before: Facts, after: Facts) -> None:
    """Refuse people, parents and channels that cannot be what they were chosen for."""
    for part in APPOINTED:
        member_id = after.part(part)
        if member_id is not None and member_id != before.part(part):
            _check_member(tx, member_id, part)
    if after.parent_id is not None and after.parent_id != before.parent_id:
        accounts.visible(tx, viewer, after.parent_id)
        if tx.account_edits.is_below(account.id, after.parent_id):
            raise errors.AccountInRing
    if after.channel_id is not None and after.channel_id != before.channel_id:
        bound = tx.accounts.in_channel(after.channel_id, viewer)
        if bound is not None:
            raise errors.ChannelTaken(bound.name)


def _check_member(tx: Transaction, member_id: MemberId, at_field: str) -> None:
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        raise errors.NoFullMember(member.name if member else "", at_field)


def _record(
    tx: Transaction,
    account_id: AccountId,
    action: str,
    actor: Member,
    now: datetime,
    fields: Iterable[str],
    words: str | None = None,
) -> EntryId:
    about = Ref(Subject.ACCOUNT, account_id)
    return tx.history.record(Change(about, action, actor.id, now, words, tuple(fields)))


def _tell_parts(
    tx: Transaction, account_id: AccountId, before: Facts, after: Facts, actor: Member, entry: EntryId, now: datetime
) -> None:
    for part in APPOINTED:
        old, new = before.part(part), after.part(part)
        if old != new:
            for member_id, is_over in ((new, False), (old, True)):
                if member_id is not None:
                    _tell(tx, account_id, member_id, part, actor, entry, now, is_over=is_over)


def _tell(
    tx: Transaction,
    account_id: AccountId,
    member_id: MemberId,
    part: Part,
    actor: Member,
    entry: EntryId,
    now: datetime,
    *,
    is_over: bool = False,
) -> None:
    if member_id == actor.id:
        return
    detail = PARTS.index(part) + (len(PARTS) if is_over else 0)
    about = Ref(Subject.ACCOUNT, account_id)
    tx.outbox.put(
        Outgoing(
            Form.NOTE, "account.part", about, Priority.REQUEST, to_member=member_id, entry_id=entry, detail=detail
        ),
        now,
    )


def _answer(tx: Transaction, draft: Draft, account_id: AccountId, key: str, now: datetime) -> None:
    """Show the card anew where it stood, and remember that this form was saved."""
    about = Ref(Subject.ACCOUNT, account_id)
    reply_to = draft.reply_to or ReplyTo(draft.author_id)
    tx.outbox.put(Outgoing(Form.REPLY, "account.card", about, Priority.REPLY, reply_to=reply_to), now)
    tx.inbox.record(key, about, now)
