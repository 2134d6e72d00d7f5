"""Favours: written down, listed for a contact, an account or oneself, and taken back."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain import errors, names
from bot.domain.access import Viewer
from bot.domain.commitments import check_text
from bot.domain.contacts import ContactRef
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.favours import (
    PAGE,
    ChangeFavourForm,
    FavourForm,
    FavourList,
    FavoursListed,
    NewFavour,
    SaveFavour,
    ShowFavours,
    StartFavour,
    TurnFavours,
    WhichContact,
    WithdrawFavour,
)
from bot.domain.history import Change
from bot.domain.identity import AccountId, ContactId, DraftId, MemberId
from bot.domain.members import Member
from bot.domain.worklists import WhichAccount
from bot.ports import Store, Transaction
from bot.services import accounts, contacts, drafts, worklists
from bot.services.readers import recipient

_FIELDS = ("account_id", "kind", "direction", "text", "on", "member_id", "contact_id", "effort", "value")


def show(store: Store, command: ShowFavours) -> FavoursListed | WhichAccount | WhichContact:
    """List the own favours, or those of the account or contact that was typed; ask which one where that is unclear.

    Raises:
        errors.UnknownAccount: nothing of that name, nor like it, exists for this reader.
    """
    typed = names.one_line(command.typed).rstrip(":").rstrip()
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if not typed:
            return _found(tx, viewer, FavourList())
        key = names.match_key(typed)
        if not tx.accounts.named(key, viewer, 1):
            people, _alike = contacts.of_name(tx, viewer, typed)
            if len(people) == 1:
                return _found(tx, viewer, FavourList(Subject.CONTACT, people[0].id))
            if people:
                return WhichContact(typed, people)
        account = worklists.named(tx, viewer, Subject.FAVOUR, typed)
        if account is None or isinstance(account, WhichAccount):
            return account or _found(tx, viewer, FavourList())
        return _found(tx, viewer, FavourList(Subject.ACCOUNT, account.id))


def turn(store: Store, now: datetime, command: TurnFavours) -> None:
    """Put another page, or another account's list, on its way.

    Raises:
        errors.UnknownAccountChosen: what the list is about does not exist for this reader any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        if _listed(tx, tx.access.viewer(command.actor), command.asked) is None:
            raise errors.UnknownAccountChosen
        _answer(tx, command.asked, command.reply_to, now)
        tx.inbox.record(command.key, command.asked.about, now)


def open_form(store: Store, now: datetime, command: StartFavour) -> FavourForm:
    """Return the empty form, for the account or contact of the list it was opened from.

    Raises:
        errors.UnknownAccountChosen: what the list is about does not exist for this reader any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.FAVOUR)
        fields = {"list": command.asked.key}
        new = Draft(DraftId(0), command.actor.id, Purpose.FAVOUR, now, fields, reply_to=command.reply_to)
        return _form(tx, command.actor, kept or drafts.keep(tx, command.key, new, now), now)


def open_again(store: Store, now: datetime, actor: Member, draft_id: DraftId) -> FavourForm:
    """Return the form that Slack did not open in time.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, actor, drafts.mine(tx, draft_id, actor.id, Purpose.FAVOUR), now)


def change_form(store: Store, now: datetime, command: ChangeFavourForm) -> FavourForm:
    """Return the open form with the account chosen meanwhile, or with more fields; what is typed stays.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.UnknownAccountChosen: the account does not exist for this person.
    """
    with store.read(command.actor.workspace_id) as tx:
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.FAVOUR)
        form = replace(_form(tx, command.actor, draft, now), more=command.more)
        if command.account_id is None or (form.account is not None and form.account.id == command.account_id):
            return form
        account = accounts.visible(tx, tx.access.viewer(command.actor), command.account_id).ref
        return replace(form, account=account, contact=None)


def save(store: Store, now: datetime, command: SaveFavour) -> None:
    """Save the form; the list it was opened from is shown anew.

    Raises:
        errors.DraftGone: it was saved before with other content, or is somebody else's.
        errors.Refusal: a field cannot be kept as it is; the form says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.FAVOUR)
        new = _checked(tx, tx.access.viewer(command.actor), command, now)
        drafts.use(tx, draft, now)
        about = Ref(Subject.FAVOUR, tx.favours.add(new, now))
        tx.history.record(Change(about, "favour.made", command.actor.id, now, fields=_FIELDS))
        asked = FavourList.of(draft.fields["list"])
        if asked.subject is not Subject.MEMBER and asked.about != Ref(Subject.CONTACT, new.contact_id or 0):
            asked = FavourList(Subject.ACCOUNT, new.account_id)
        _answer(tx, replace(asked, page=0), draft.reply_to or ReplyTo(command.actor.id), now)
        tx.inbox.record(command.key, about, now)


def withdraw(store: Store, now: datetime, command: WithdrawFavour) -> None:
    """Take a favour back; the list it stood in is shown anew.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.FavourWithdrawn: it was taken back before, or is not this person's to take back.
    """
    about = Ref(Subject.FAVOUR, command.favour_id)
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        viewer = tx.access.viewer(command.actor)
        favour = tx.favours.get(command.favour_id, viewer)
        if favour is None:
            raise errors.UnknownObject("")
        if not favour.may_withdraw(viewer) or not tx.favours.withdraw(favour, now):
            raise errors.FavourWithdrawn
        tx.history.record(Change(about, "favour.withdrawn", command.actor.id, now, fields=("withdrawn_at",)))
        _answer(tx, command.asked, command.reply_to, now)
        tx.inbox.record(command.key, about, now)


def reply_list(tx: Transaction, row: Claimed, _now: datetime) -> FavoursListed | None:
    """Load a list with its reader's rights as they are now."""
    viewer, about = recipient(tx, row), row.outgoing.about
    return _listed(tx, viewer, FavourList(about.subject, about.id, row.outgoing.detail or 0)) if viewer else None


def _found(tx: Transaction, viewer: Viewer, asked: FavourList) -> FavoursListed:
    listed = _listed(tx, viewer, asked)
    if listed is None:
        raise errors.UnknownObject("")
    return listed


def _listed(tx: Transaction, viewer: Viewer, asked: FavourList) -> FavoursListed | None:
    """Return a page of a list; None where what it is about does not exist for this reader."""
    account, contact, offset = None, None, asked.page * PAGE
    if asked.subject is Subject.ACCOUNT:
        found = tx.accounts.get(AccountId(asked.id), viewer)
        if found is None:
            return None
        account = found.ref
        favours = tx.favours.of_accounts(tx.search.units(account.id, viewer), viewer, PAGE + 1, offset)
    elif asked.subject is Subject.CONTACT:
        person = tx.contacts.get(ContactId(asked.id), viewer)
        if person is None:
            return None
        account, contact = person.account, ContactRef(person.id, person.name, person.account.id)
        favours = tx.favours.of_contacts([person.id], viewer, PAGE + 1, offset)
    else:
        favours = tx.favours.of_member(viewer, PAGE + 1, offset)
    return FavoursListed(asked, favours[:PAGE], len(favours) > PAGE, viewer, account, contact)


def _form(tx: Transaction, actor: Member, draft: Draft, now: datetime) -> FavourForm:
    asked, viewer = FavourList.of(draft.fields["list"]), tx.access.viewer(actor)
    today = _today(tx, actor.id, now)
    if asked.subject is Subject.ACCOUNT:
        return FavourForm(draft.id, today, accounts.visible(tx, viewer, AccountId(asked.id)).ref)
    person = tx.contacts.get(ContactId(asked.id), viewer) if asked.subject is Subject.CONTACT else None
    if person is None:
        return FavourForm(draft.id, today)
    contact = ContactRef(person.id, person.name, person.account.id)
    return FavourForm(draft.id, today, person.account, contact)


def _checked(tx: Transaction, viewer: Viewer, command: SaveFavour, now: datetime) -> NewFavour:
    account = accounts.visible(tx, viewer, command.account_id)
    text = names.one_line(command.text)
    check_text(text)
    wished = [command.contact_id] if command.contact_id is not None else []
    offered = tx.contacts.offered(account.id, wished)
    return NewFavour(
        account_id=account.id,
        kind=command.kind,
        direction=command.direction,
        text=text,
        on=command.on or _today(tx, command.actor.id, now),
        member_id=command.actor.id,
        author_id=command.actor.id,
        contact_id=offered[0].id if offered else None,
        effort=command.effort,
        value=command.value,
        visibility=command.visibility,
    )


def _today(tx: Transaction, member_id: MemberId, now: datetime) -> date:
    return tx.members.calendar(member_id).today(now)


def _answer(tx: Transaction, asked: FavourList, reply_to: ReplyTo, now: datetime) -> None:
    shown = Outgoing(Form.REPLY, "favour.list", asked.about, Priority.REPLY, reply_to=reply_to, detail=asked.page)
    tx.outbox.put(shown, now)
