"""Contact forms: opened with what is known, and saved: new, edited, judged, moved, gone, supposed, drawn."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain import access, contact_levels, errors, names
from bot.domain.access import Viewer
from bot.domain.accounts import AccountRef
from bot.domain.contact_assessments import HIGHEST, STRONGEST
from bot.domain.contact_commands import (
    AssessContact,
    ContactForm,
    CreateContact,
    Deed,
    DrawInfluence,
    EditContact,
    LetContactGo,
    MoveContact,
    OpenContactForm,
    Profile,
    Relations,
    Saving,
    Suppose,
)
from bot.domain.contacts import Contact, ContactRef
from bot.domain.delivery import Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.identity import AccountId, ContactId, DraftId, EntryId, MemberId
from bot.domain.members import Member, Person, Standing
from bot.ports import Store, Transaction
from bot.services import accounts, contacts, drafts, duplicates

_PROFILE = ("name", "title", "level", "decision_roles", "aims", "wished_days", "email", "phone")
"""Fields of a contact that an edit compares as they are."""


def open_form(store: Store, now: datetime, command: OpenContactForm) -> ContactForm:
    """Return a form, filled with what is known.

    Raises:
        errors.UnknownObject: the contact does not exist for this person.
        errors.MayNotEditContact: only the account's circle may.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        fields = {"deed": command.deed.value, "account_id": str(command.account_id or "")}
        if command.contact_id is not None:
            fields |= {"contact_id": str(command.contact_id), "version": str(command.version)}
        draft = drafts.kept(tx, command.key, command.actor.id, Purpose.CONTACT)
        new = Draft(DraftId(0), command.actor.id, Purpose.CONTACT, now, fields, reply_to=command.reply_to)
        form = _form(tx, now, command.actor, draft or new, more=False)
        return form if draft else replace(form, draft_id=drafts.keep(tx, command.key, new, now).id)


def open_draft(store: Store, now: datetime, actor: Member, draft_id: DraftId, reply_to: ReplyTo) -> ContactForm:
    """Return the form of a new contact with the name that was typed; its answer goes where it was pressed.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
    """
    with store.begin(actor.workspace_id) as tx:
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.CONTACT)
        tx.drafts.answer_at(draft.id, reply_to)
        return _form(tx, now, actor, draft, more=False)


def show_more(store: Store, now: datetime, actor: Member, draft_id: DraftId) -> ContactForm:
    """Return an open form with the rarer fields.

    Raises:
        errors.DraftGone: it was saved before, or is somebody else's.
        errors.ContactChanged: somebody was quicker.
    """
    with store.read(actor.workspace_id) as tx:
        return _form(tx, now, actor, drafts.mine(tx, draft_id, actor.id, Purpose.CONTACT), more=True)


def create(store: Store, now: datetime, command: CreateContact) -> None:
    """Create a contact at an account the actor sees; a successor takes over level, owner and who reported.

    Raises:
        errors.NothingTyped: a name without a visible character.
        errors.UnknownAccountChosen: the account does not exist for this person.
        errors.DraftGone: the form was saved before with other content.
        errors.NearContacts: they may be there already, which is said once.
    """
    duplicates.offer_contacts(store, command.actor, command.draft_id, command.account_id, command.name)
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        viewer = tx.access.viewer(command.actor)
        account = accounts.visible(tx, viewer, command.account_id)
        before = _before(tx, viewer, draft)
        profile = Profile(_name(command.name), command.title, email=command.email)
        takes_over = before is not None and before.account.id == account.id
        if before is not None and takes_over:
            profile = replace(
                profile,
                level=before.level,
                owner_id=before.owner.id if before.owner and not before.owner.left else None,
                counterpart_id=before.named_counterpart.id if before.named_counterpart else None,
                reports_to_id=before.reports_to_id,
            )
        drafts.use(tx, draft, now)
        contact_id = tx.contacts.add(account.id, profile, now)
        if before is not None and takes_over:
            tx.contacts.succeed(contact_id, before, now)
        filled = [name for name in ("name", *_PROFILE[1:]) if getattr(profile, name)]
        contacts.record(tx, contact_id, "contact.created", command.actor, now, "account_id", *filled)
        contacts.index(tx, contact_id, now)
        _finish(tx, draft, contact_id, command, now)


def edit(store: Store, now: datetime, command: EditContact) -> None:
    """Change what is known of a contact; who looks after them hears of it.

    Raises:
        errors.NothingTyped: a name without a visible character.
        errors.NoFullMember: owner or counterpart can't act in Scharnier.
        errors.ContactMissing: whom they report to does not exist for this person.
        errors.ReportingRing: they would report to themselves.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        viewer = tx.access.viewer(command.actor)
        contact = _mine(tx, viewer, draft)
        profile = replace(command.profile, name=_name(command.profile.name))
        if not command.has_more:
            profile = replace(
                profile,
                email=contact.email,
                phone=contact.phone,
                counterpart_id=contact.named_counterpart.id if contact.named_counterpart else None,
                reports_to_id=contact.reports_to_id,
            )
        _check_people(tx, viewer, contact, profile)
        drafts.use(tx, draft, now)
        fields = _differing(contact, profile)
        if fields:
            contacts.check_first(tx, contact, done=tx.contacts.change(contact, profile, now))
            entry = contacts.record(tx, contact.id, "contact.edited", command.actor, now, *fields)
            contacts.tell_owners(tx, contact, profile.owner_id, entry, command.actor, now)
            contacts.index(tx, contact.id, now)
        _finish(tx, draft, contact.id, command, now)


def assess(store: Store, now: datetime, command: AssessContact) -> None:
    """Judge a contact; the audit names what was judged, never how.

    Raises:
        errors.NothingJudged: a reason alone.
        errors.StrengthOfWhom: a strength without our person.
        errors.NoFullMember: our person can't act in Scharnier.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        contact = _mine(tx, tx.access.viewer(command.actor), draft)
        rates = command.strength is not None or command.desired is not None
        _check_judgements(tx, command, rates=rates)
        drafts.use(tx, draft, now)
        reasons = dict.fromkeys(command.values, command.reason)
        contacts.check_first(
            tx, contact, done=tx.contacts.judge(contact, command.values, reasons, command.actor.id, now)
        )
        fields: list[str] = sorted(command.values)
        if rates and command.member_id is not None:
            strength, desired, by_id = command.strength, command.desired, command.actor.id
            tx.contacts.rate_strength(contact, command.member_id, strength, desired, by_id, now)
            fields = [*fields, "strength"]
        contacts.record(tx, contact.id, "contact.assessed", command.actor, now, *fields)
        _finish(tx, draft, contact.id, command, now)


def move(store: Store, now: datetime, command: MoveContact) -> None:
    """Let a contact stand elsewhere from a date; where they stood is kept, and the KAMs there and here hear of it.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this person.
        errors.FutureDate: only what happened is written down.
        errors.BeforeTheLast: the present position began later.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        viewer = tx.access.viewer(command.actor)
        contact = _mine(tx, viewer, draft)
        account = accounts.visible(tx, viewer, command.account_id)
        if command.from_on > tx.members.calendar(command.actor.id).today(now):
            raise errors.FutureDate(command.from_on, "from_on")
        if (account.id, command.title, command.level) != (contact.account.id, contact.title, contact.level):
            _check_later(tx, viewer, contact, command.from_on - timedelta(days=1), "from_on")
        drafts.use(tx, draft, now)
        owner_id = _owner_there(tx, contact, account.id)
        done = tx.contacts.move(contact, account.id, command.title, command.level, owner_id, command.from_on, now)
        contacts.check_first(tx, contact, done=done)
        entry = contacts.record(tx, contact.id, "contact.moved", command.actor, now, "account_id", "title", "level")
        if account.id != contact.account.id:
            moved = contacts.seen(tx, viewer, contact.id)
            tx.contacts.recall(contact.id, tx.contacts.judgements(moved))
            _tell_of_move(tx, contact, moved, entry, command.actor, now)
        contacts.index(tx, contact.id, now)
        _finish(tx, draft, contact.id, command, now)


def let_go(store: Store, now: datetime, command: LetContactGo) -> None:
    """Write down that a contact leaves the customer; the KAM hears of it at once.

    Raises:
        errors.BeforeTheLast: the present position began later.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        viewer = tx.access.viewer(command.actor)
        contact = _mine(tx, viewer, draft)
        _check_later(tx, viewer, contact, command.left_on, "left_on")
        drafts.use(tx, draft, now)
        contacts.check_first(tx, contact, done=tx.contacts.let_go(contact, command.left_on, now))
        entry = contacts.record(tx, contact.id, "contact.left", command.actor, now, "left_on")
        _tell_kam(tx, contact, contact.account, entry, {command.actor.id}, now)
        _finish(tx, draft, contact.id, command, now)


def suppose(store: Store, now: datetime, command: Suppose) -> None:
    """Write down what may happen with a contact, and what makes one think so.

    Raises:
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        contact = _mine(tx, tx.access.viewer(command.actor), draft)
        drafts.use(tx, draft, now)
        contacts.check_first(tx, contact, done=tx.contacts.touch(contact, now))
        tx.contacts.suppose(contact, command.text, command.basis, command.actor.id, now)
        contacts.record(tx, contact.id, "contact.supposed", command.actor, now, "text", "basis")
        _finish(tx, draft, contact.id, command, now)


def draw(store: Store, now: datetime, command: DrawInfluence) -> None:
    """Say who listens to a contact; who is not named does not any more.

    Raises:
        errors.ContactMissing: somebody chosen does not exist for this person.
        errors.ContactChanged: somebody was quicker.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            drafts.check_same(tx, command.key)
            return
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.CONTACT)
        viewer = tx.access.viewer(command.actor)
        contact = _mine(tx, viewer, draft)
        shown = {one.id for one in tx.contacts.relations(contact, viewer, now).influences}
        offered = {one.id for one in _beside(tx, viewer, contact, command.on_ids)}
        if not set(command.on_ids) <= offered | shown or contact.id in command.on_ids:
            raise errors.ContactMissing("influences")
        drafts.use(tx, draft, now)
        contacts.check_first(tx, contact, done=tx.contacts.touch(contact, now))
        tx.contacts.draw(contact.id, command.on_ids, command.actor.id, now)
        contacts.record(tx, contact.id, "contact.influence_drawn", command.actor, now, "influences")
        _finish(tx, draft, contact.id, command, now)


def _form(tx: Transaction, now: datetime, actor: Member, draft: Draft, *, more: bool) -> ContactForm:
    viewer, deed = tx.access.viewer(actor), Deed(draft.fields["deed"])
    contact = _before(tx, viewer, draft)
    account_id = draft.fields.get("account_id")
    account = tx.accounts.get(AccountId(int(account_id)), viewer) if account_id else None
    needs_relations = contact is not None and deed in {Deed.EDIT, Deed.INFLUENCE}
    return ContactForm(
        draft.id,
        deed,
        contact,
        name=draft.fields.get("name", ""),
        account=contact.account if contact else account.ref if account else None,
        unknown_account=draft.fields.get("unknown_account", ""),
        more=more,
        suggested_level=contact_levels.suggested(contact.title) if contact else None,
        relations=tx.contacts.relations(contact, viewer, now) if contact and needs_relations else Relations(),
        lacks=contacts.lacking(tx, contact, now) if contact and deed is Deed.LEAVE else (),
        today=tx.members.calendar(actor.id).today(now),
    )


def _before(tx: Transaction, viewer: Viewer, draft: Draft) -> Contact | None:
    """Return the contact a form is about, as its reader saw it; None for a new one."""
    return _mine(tx, viewer, draft) if "contact_id" in draft.fields else None


def _mine(tx: Transaction, viewer: Viewer, draft: Draft) -> Contact:
    contact = contacts.seen(tx, viewer, ContactId(int(draft.fields.get("contact_id", "0"))))
    contacts.check_right(tx, viewer, contact)
    # Whose successor somebody is does not depend on what was changed since.
    if draft.fields["deed"] != Deed.NEW and contact.version != int(draft.fields.get("version", "0")):
        raise contacts.changed(tx, contact)
    return contact


def _name(typed: str) -> str:
    name = names.one_line(typed)
    if not name:
        raise errors.NothingTyped("name")
    return name


def _check_people(tx: Transaction, viewer: Viewer, contact: Contact, profile: Profile) -> None:
    before = {"owner": contact.owner, "counterpart": contact.named_counterpart}
    for field, member_id in (("owner", profile.owner_id), ("counterpart", profile.counterpart_id)):
        stays = before[field]
        if member_id is not None and (stays is None or stays.id != member_id):
            _check_member(tx, member_id, field)
    above_id = profile.reports_to_id
    if above_id is None or above_id == contact.reports_to_id:
        return
    offered = _beside(tx, viewer, contact, [above_id])
    if not offered:
        raise errors.ContactMissing("reports_to")
    if contact.id in tx.contacts.above(above_id):
        raise errors.ReportingRing(offered[0].name)


def _check_member(tx: Transaction, member_id: MemberId, field: str) -> None:
    member = tx.members.get(member_id)
    if member is None or member.standing is not Standing.MEMBER:
        raise errors.NoFullMember(member.name if member else "", field)


def _check_judgements(tx: Transaction, command: AssessContact, *, rates: bool) -> None:
    if not command.values and not rates:
        raise errors.NothingJudged
    too_high = any(
        value is not None and not 1 <= value <= HIGHEST[measure] for measure, value in command.values.items()
    )
    if too_high or any(not 0 <= (one or 0) <= STRONGEST for one in (command.strength, command.desired)):
        raise errors.OutOfDate
    if rates:
        if command.member_id is None:
            raise errors.StrengthOfWhom("member")
        _check_member(tx, command.member_id, "member")


def _differing(contact: Contact, profile: Profile) -> list[str]:
    """Name the fields that an edit changes."""
    fields = [name for name in _PROFILE if getattr(contact, name) != getattr(profile, name)]
    people = {
        "owner_id": contact.owner.id if contact.owner else None,
        "counterpart_id": contact.named_counterpart.id if contact.named_counterpart else None,
        "reports_to_id": contact.reports_to_id,
    }
    return [*fields, *(name for name, value in people.items() if getattr(profile, name) != value)]


def _check_later(tx: Transaction, viewer: Viewer, contact: Contact, last_day: date, field: str) -> None:
    """Refuse a last day of the present position that lies before its first.

    Raises:
        errors.BeforeTheLast: it does.
    """
    present = next((one for one in tx.contacts.positions(contact.id, viewer) if one.until_on is None), None)
    if present is not None and present.from_on is not None and last_day < present.from_on:
        raise errors.BeforeTheLast(present.from_on, field)


def _owner_there(tx: Transaction, contact: Contact, account_id: AccountId) -> MemberId | None:
    """Return who looks after a contact at another account: who did, if they belong to its circle already.

    An owner belongs to the circle: moving a contact must not let anybody in.
    """
    if contact.owner is None or contact.account.id == account_id:
        return contact.owner.id if contact.owner else None
    owner = tx.members.get(contact.owner.id)
    belongs = owner is not None and access.sees_assessments(tx.access.viewer(owner), account_id)
    return contact.owner.id if belongs else None


def _beside(
    tx: Transaction, viewer: Viewer, contact: Contact, contact_ids: Collection[ContactId]
) -> tuple[ContactRef, ...]:
    """Return those of the contacts to whom this one may be tied."""
    return tx.contacts.offered(contact.account.id, contact_ids, also=contacts.parent_of(tx, viewer, contact))


def _tell_kam(
    tx: Transaction, contact: Contact, account: AccountRef, entry: EntryId, told: Collection[MemberId], now: datetime
) -> Person | None:
    """Tell the KAM of an account that a contact left it or came to it, but nobody who knows already."""
    kam = tx.accounts.kam_if_active(account.id)
    if kam is None or kam.id in told:
        return None
    topic = "contact.gone" if account == contact.account else "contact.arrived"
    about = Ref(Subject.CONTACT, contact.id)
    note = Outgoing(Form.NOTE, topic, about, Priority.REQUEST, to_member=kam.id, entry_id=entry, detail=account.id)
    tx.outbox.put(note, now)
    return kam


def _tell_of_move(
    tx: Transaction, before: Contact, after: Contact, entry: EntryId, actor: Member, now: datetime
) -> None:
    """Tell the KAMs of both accounts, and who need not look after the contact any more; nobody hears it twice."""
    told = {actor.id}
    for account in (before.account, after.account):
        kam = _tell_kam(tx, before, account, entry, told, now)
        told |= {kam.id} if kam else set()
    if before.owner is not None and before.owner.id not in told:
        contacts.tell_owners(tx, before, after.owner.id if after.owner else None, entry, actor, now)


def _finish(tx: Transaction, draft: Draft, contact_id: ContactId, command: Saving, now: datetime) -> None:
    """Answer with the card, and remember the delivery."""
    contacts.show_card(tx, draft.reply_to or ReplyTo(command.actor.id), contact_id, now)
    tx.inbox.record(command.key, Ref(Subject.CONTACT, contact_id), now)
