"""Demands: passed on by anyone, triaged by the KAM, told to who asked, and not forgotten."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain import errors, names
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef, Found
from bot.domain.commitments import Kind, NewCommitment, check_text
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject, card_at
from bot.domain.demands import (
    FOLLOW_UP_DAYS,
    GAP,
    LONGEST,
    Act,
    ChooseAccount,
    Decide,
    Deed,
    Demand,
    DemandForm,
    DemandLine,
    DemandNews,
    DemandShown,
    DemandsListed,
    NewDemand,
    Pressed,
    SaveDemand,
    Source,
    StartDemand,
    State,
)
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import DemandId, DraftId, MemberId
from bot.domain.members import Member, Standing
from bot.domain.request_times import check_date, opening
from bot.domain.timers import Timer
from bot.domain.worklists import Scope, Worklist
from bot.ports import Store, Transaction
from bot.services import accounts, commitments, drafts, worklists
from bot.services.demand_news import CARD, acting, acts_for, call, deciders, refresh, tell_author
from bot.services.readers import recipient

BACK = "demand.back"
FOLLOW_UP = "demand.follow_up"
_TO: Mapping[Deed, State] = {
    Deed.DO: State.TAKEN,
    Deed.LATER: State.LATER,
    Deed.DECLINE: State.DECLINED,
    Deed.WITHDRAW: State.WITHDRAWN,
}
_FIELDS: Mapping[Deed, tuple[str, ...]] = {
    Deed.DO: ("state", "owner_id"),
    Deed.LATER: ("state", "later_on"),
    Deed.DECLINE: ("state", "owner_id", "reason", "answer", "follow_up_on"),
    Deed.WITHDRAW: ("state",),
    Deed.FOLLOWED_UP: ("followed_up_at",),
}


def pass_on(store: Store, now: datetime, command: DemandLine) -> DemandShown | DemandsListed | DemandForm:
    """Pass on what was typed; list an account's where only its name was; ask in a form for what is missing."""
    text = names.tidy(command.text)
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _again(tx, command.actor, viewer, earlier, now)
        reading = accounts.read(tx, viewer, text, command.channel_id)
        if isinstance(reading, Found) and reading.rest and len(reading.rest) <= LONGEST:
            account = accounts.visible(tx, viewer, reading.account.id)
            new = NewDemand(account.id, Source.CUSTOMER, reading.rest, command.actor.id)
            return _stored(tx, viewer, new, command.key, now)
        if text and isinstance(reading, Found) and not reading.rest:
            return _list(tx, viewer, Worklist(Subject.DEMAND, Scope.ACCOUNT, reading.account.id), reading.account, now)
        fields = {"text": text}
        if isinstance(reading, Found):
            fields = {"text": reading.rest, "list": Worklist(Subject.DEMAND, Scope.ACCOUNT, reading.account.id).key}
        return _form(tx, command.actor, _keep(tx, command.actor, fields, command.key, command.reply_to, now), now)


def open_new(store: Store, now: datetime, command: StartDemand) -> DemandForm:
    """Return the empty form, for the account of the list it was opened from.

    Raises:
        errors.UnknownAccountChosen: that account does not exist for this person any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.DEMAND)
        fields = {"text": "", "list": command.asked.key}
        draft = kept or _keep(tx, command.actor, fields, command.key, command.reply_to, now)
        return _form(tx, command.actor, draft, now)


def open_form(store: Store, now: datetime, command: Act) -> DemandForm:
    """Return the form of a decision.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.DemandChanged: somebody else was faster.
        errors.MayNotTriage: it is somebody else's to decide.
    """
    with store.begin(command.actor.workspace_id) as tx:
        _theirs(tx, command.actor, command.pressed, now)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.DEMAND)
        fields = {"pressed": command.pressed.key}
        place = worklists.place(tx, command.pressed.about, command.reply_to, command.stands_at)
        draft = kept or _keep(tx, command.actor, fields, command.key, place, now)
        return _form(tx, command.actor, draft, now)


def open_again(store: Store, now: datetime, actor: Member, draft_id: DraftId) -> DemandForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.DemandChanged: it was decided since.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, actor, drafts.mine(tx, draft_id, actor.id, Purpose.DEMAND), now)


def choose_account(store: Store, now: datetime, command: ChooseAccount) -> DemandForm:
    """Return the open form with the account chosen meanwhile; what is typed stays.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.UnknownAccountChosen: the account does not exist for this person.
    """
    with store.read(command.actor.workspace_id) as tx:
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.DEMAND)
        account = accounts.visible(tx, tx.access.viewer(command.actor), command.account_id).ref
        return replace(_form(tx, command.actor, draft, now), account=account)


def save(store: Store, now: datetime, command: SaveDemand) -> None:
    """Save the form of a new demand; the KAM hears of it.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.Refusal: a field cannot be kept as it is; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.DEMAND)
        viewer = tx.access.viewer(command.actor)
        account = accounts.visible(tx, viewer, command.account_id)
        text = names.tidy(command.text)
        check_text(text, LONGEST)
        wished = [command.contact_id] if command.contact_id is not None else []
        contacts = tx.contacts.offered(account.id, wished)
        drafts.use(tx, draft, now)
        # Whoever decides must be able to read it.
        visibility = Visibility.LEADERSHIP if command.visibility is Visibility.PRIVATE else command.visibility
        contact_id = contacts[0].id if contacts else None
        new = NewDemand(account.id, command.source, text, command.actor.id, contact_id, visibility)
        shown = _stored(tx, viewer, new, command.key, now)
        reply_to = draft.reply_to or ReplyTo(command.actor.id)
        _reply(tx, "demand.made", shown.demand.about, reply_to, now)


def decide(store: Store, now: datetime, command: Decide) -> None:
    """Save what becomes of a demand: it is done, comes back, or is declined; who asked for it hears of it.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.DemandChanged: somebody else was faster.
        errors.Refusal: a field cannot be kept as it is; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.DEMAND)
        pressed = Pressed.of(draft.fields["pressed"])
        demand = _theirs(tx, command.actor, pressed, now)
        today = _today(tx, command.actor.id, now)
        if command.on is not None:
            check_date(command.on, today, "on")
        values = _decided(tx, command, pressed.deed)
        drafts.use(tx, draft, now)
        if not tx.demands.decide(demand, _TO[pressed.deed], command.actor.id, now, **values):
            raise _changed(tx, demand.about)
        _follow(tx, now, command, demand, pressed)
        _answer(tx, now, demand.about, pressed, draft.reply_to or ReplyTo(command.actor.id))
        tx.inbox.record(command.key, demand.about, now)


def act(store: Store, now: datetime, command: Act) -> None:
    """Take a demand back, or say that the disappointed was asked how it goes.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.DemandChanged: somebody else was faster.
        errors.MayNotTriage: it is somebody else's to decide.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        demand, deed = _theirs(tx, command.actor, command.pressed, now), command.pressed.deed
        if deed is Deed.FOLLOWED_UP:
            done, action = tx.demands.followed_up(demand, now), "demand.followed_up"
        else:
            done, action = tx.demands.decide(demand, _TO[deed], command.actor.id, now), "demand.withdrawn"
        if not done:
            raise _changed(tx, demand.about)
        tx.history.record(Change(demand.about, action, command.actor.id, now, fields=_FIELDS[deed]))
        tx.timers.cancel(demand.about)
        refresh(tx, demand.about, now)
        place = worklists.place(tx, demand.about, command.reply_to, command.stands_at)
        _answer(tx, now, demand.about, command.pressed, place)
        tx.inbox.record(command.key, demand.about, now)


def come_back(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Put a demand before the KAM again that was to come back today."""
    demand = tx.demands.whole(DemandId(timer.about.id))
    if demand is not None and demand.state is State.LATER and tx.demands.decide(demand, State.OPEN, None, now):
        tx.history.record(Change(demand.about, "demand.back", None, now, fields=("state",)))
        call(tx, demand, now)
    return ()


def follow_up(tx: Transaction, timer: Timer, now: datetime) -> Iterable[Timer]:
    """Remind the KAM to ask the disappointed how it goes (S64)."""
    demand = tx.demands.whole(DemandId(timer.about.id))
    if demand is not None and demand.state is State.DECLINED and demand.followed_up_at is None:
        call(tx, demand, now)
    return ()


def card(tx: Transaction, row: Claimed, now: datetime) -> DemandShown | None:
    """Load the card of whoever decides."""
    viewer = recipient(tx, row)
    demand = tx.demands.get(DemandId(row.outgoing.about.id), viewer) if viewer else None
    return _shown(tx, viewer, demand, now) if viewer and demand else None


def reply_made(tx: Transaction, row: Claimed, now: datetime) -> DemandShown | None:
    """Load what was passed on a moment ago."""
    shown = card(tx, row, now)
    return replace(shown, is_new=True) if shown else None


def reply_list(tx: Transaction, row: Claimed, now: datetime) -> DemandsListed | None:
    """Load a list with its reader's rights as they are now."""
    asked = worklists.asked_in(tx, row)
    return _list(tx, *asked, now) if asked else None


def news(tx: Transaction, row: Claimed, now: datetime) -> DemandNews | None:
    """Load what became of a demand, for who asked for it."""
    shown = card(tx, row, now)
    entry = tx.history.entry(row.outgoing.entry_id) if row.outgoing.entry_id else None
    return DemandNews(shown.demand, entry.action.partition(".")[2], entry.actor) if shown and entry else None


def _again(tx: Transaction, actor: Member, viewer: Viewer, earlier: Ref, now: datetime) -> DemandShown | DemandForm:
    if earlier.subject is Subject.DRAFT:
        return _form(tx, actor, drafts.mine(tx, DraftId(earlier.id), actor.id, Purpose.DEMAND), now)
    demand = tx.demands.get(DemandId(earlier.id), viewer)
    if demand is None:
        raise errors.UnknownObject("")
    return replace(_shown(tx, viewer, demand, now), is_new=True)


def _stored(tx: Transaction, viewer: Viewer, new: NewDemand, key: str, now: datetime) -> DemandShown:
    about = Ref(Subject.DEMAND, tx.demands.add(new, now))
    fields = tuple(name for name in NewDemand.__slots__ if getattr(new, name) is not None)
    tx.history.record(Change(about, "demand.made", new.author_id, now, fields=fields))
    demand = tx.demands.get(DemandId(about.id), viewer)
    if demand is None:
        raise errors.UnknownObject("")
    for member_id in deciders(tx, demand, now):
        if member_id != new.author_id:
            tx.outbox.put(card_at(member_id, CARD, about, Priority.REQUEST), now)
    tx.inbox.record(key, about, now)
    return replace(_shown(tx, viewer, demand, now), is_new=True)


def _shown(tx: Transaction, viewer: Viewer, demand: Demand, now: datetime) -> DemandShown:
    leads = () if demand.kam is not None else tx.members.kam_leads()
    return DemandShown(demand, viewer, leads=leads, acting=acting(tx, demand, now))


def _list(tx: Transaction, viewer: Viewer, asked: Worklist, account: AccountRef | None, now: datetime) -> DemandsListed:
    units = tx.search.units(account.id, viewer) if account else ()
    found = tx.demands.page(asked, viewer, units)
    if not found.demands and asked.page:
        return _list(tx, viewer, replace(asked, page=0), account, now)
    return DemandsListed(asked, found, viewer, account, acts_for(tx, viewer, found.demands, now))


def _form(tx: Transaction, actor: Member, draft: Draft, now: datetime) -> DemandForm:
    today = _today(tx, actor.id, now)
    if "pressed" in draft.fields:
        pressed = Pressed.of(draft.fields["pressed"])
        demand = _theirs(tx, actor, pressed, now)
        proposed = tx.members.calendar(actor.id).after(today, FOLLOW_UP_DAYS)
        return DemandForm(draft.id, today, pressed.deed, demand, me=actor.id, follow_up_on=proposed)
    asked = Worklist.of(draft.fields["list"]) if "list" in draft.fields else None
    account = None
    if asked is not None and asked.account_id is not None:
        account = accounts.visible(tx, tx.access.viewer(actor), asked.account_id).ref
    return DemandForm(draft.id, today, account=account, text=draft.fields["text"])


def _theirs(tx: Transaction, actor: Member, pressed: Pressed, now: datetime) -> Demand:
    """Return what a button means, if this person may do that with it now."""
    viewer = tx.access.viewer(actor)
    demand = tx.demands.get(pressed.id, viewer)
    if demand is None:
        raise errors.UnknownObject("")
    if demand.version != pressed.version:
        raise _changed(tx, demand.about)
    if not demand.may(pressed.deed, viewer) and not _shown(tx, viewer, demand, now).may(pressed.deed):
        raise errors.MayNotTriage(demand.kam)
    return demand


def _changed(tx: Transaction, about: Ref) -> errors.DemandChanged:
    last = tx.history.last(about)
    return errors.DemandChanged(last.action if last else None, last.actor if last else None, last.at if last else None)


def _keep(
    tx: Transaction, actor: Member, fields: Mapping[str, str], key: str, reply_to: ReplyTo, now: datetime
) -> Draft:
    return drafts.keep(tx, key, Draft(DraftId(0), actor.id, Purpose.DEMAND, now, fields, reply_to=reply_to), now)


def _decided(tx: Transaction, command: Decide, deed: Deed) -> dict[str, Any]:
    """Check what a decision needs and return what is stored of it."""
    if deed is Deed.LATER:
        if command.on is None:
            raise errors.OutOfDate
        return {"later_on": command.on}
    owner_id = command.owner_id or command.actor.id
    member = tx.members.get(owner_id)
    if member is None or member.standing is not Standing.MEMBER:
        raise errors.NotAColleague(member.name if member else "", "owner")
    if deed is Deed.DO:
        check_text(names.one_line(command.text))
        return {"owner_id": owner_id}
    answer = names.tidy(command.text)
    check_text(answer, LONGEST)
    if GAP in answer:
        raise errors.AnswerUnfinished
    return {"owner_id": owner_id, "reason": command.reason, "answer": answer, "follow_up_on": command.on}


def _follow(tx: Transaction, now: datetime, command: Decide, demand: Demand, pressed: Pressed) -> None:
    """Record a decision, wind its clock, and tell who asked."""
    about, actor = demand.about, command.actor
    action = f"demand.{_TO[pressed.deed]}"
    entry = tx.history.record(Change(about, action, actor.id, now, fields=_FIELDS[pressed.deed]))
    tx.timers.cancel(about)
    if pressed.deed is Deed.DO:
        commitments.made(tx, now, _step(command, demand))
    elif command.on is not None:
        kam_id = demand.kam.id if demand.kam else actor.id
        step = BACK if pressed.deed is Deed.LATER else FOLLOW_UP
        due = opening(command.on, tx.members.calendar(kam_id))
        tx.timers.set(Timer(about, step, due, f"{demand.version + 1}"))
    refresh(tx, about, now)
    tell_author(tx, demand, actor.id, entry, now)


def _step(command: Decide, demand: Demand) -> NewCommitment:
    return NewCommitment(
        kind=Kind.NEXT_STEP,
        account_id=demand.account.id,
        text=names.one_line(command.text),
        due_on=command.on,
        owner_id=command.owner_id or command.actor.id,
        author_id=command.actor.id,
        visibility=demand.visibility,
        demand_id=demand.id,
    )


def _answer(tx: Transaction, now: datetime, about: Ref, pressed: Pressed, reply_to: ReplyTo) -> None:
    """Show the list anew that a button stood in, else what became of it; a card that stands is edited anyway."""
    if pressed.asked is not None:
        worklists.put(tx, pressed.asked, reply_to, now)
    elif reply_to.replace or tx.outbox.card(CARD, about, reply_to.member_id) is None:
        _reply(tx, "demand.shown", about, reply_to, now)


def _reply(tx: Transaction, topic: str, about: Ref, reply_to: ReplyTo, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to), now)


def _today(tx: Transaction, member_id: MemberId, now: datetime) -> date:
    return tx.members.calendar(member_id).today(now)
