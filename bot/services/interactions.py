"""Interactions: log in one line or by modal, edit, undo, and what is told of it."""

from dataclasses import replace
from datetime import datetime

from bot.domain import accounts as account_rules
from bot.domain import errors, names
from bot.domain.access import CHANNEL, Viewer, Visibility
from bot.domain.accounts import AccountRef, Found, Unclear
from bot.domain.delivery import Claimed, Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, ChannelId, DraftId, InteractionId, MemberId
from bot.domain.interactions import (
    BURST,
    AccountUnclear,
    Alert,
    ChannelLine,
    Details,
    Interaction,
    InteractionLogged,
    InteractionShown,
    InteractionWithdrawn,
    LogDraft,
    LogForm,
    LogLine,
    SaveLog,
    WithdrawInteraction,
    may_regret,
)
from bot.domain.members import Member
from bot.domain.search import Note
from bot.ports import Store, Transaction
from bot.services import accounts
from bot.services.readers import recipient

LoggedOrAsked = InteractionLogged | AccountUnclear | LogForm


def log_line(store: Store, now: datetime, command: LogLine) -> LoggedOrAsked:
    """Log one line of text; ask for the account, or open the form, where the line does not say enough."""
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _again(tx, viewer, earlier)
        text = names.tidy(command.text)
        reading = accounts.read(tx, viewer, text, command.channel_id) if text else Unclear("", "")
        if isinstance(reading, Found) and reading.rest:
            details = Details(account_id=reading.account.id, text=reading.rest)
            return _log(tx, now, command.actor, viewer, details, command.key, guessed=reading.guessed)
        draft_id = _keep(tx, now, command, reading)
        if isinstance(reading, Unclear) and reading.rest:
            matches = account_rules.closest(reading.wanted or reading.rest, tx.accounts.names(viewer))
            tx.inbox.record(command.key, Ref(Subject.DRAFT, draft_id), now)
            return AccountUnclear(draft_id, reading.wanted, matches, reading.rest)
        return LogForm(draft_id=draft_id, account=reading.account if isinstance(reading, Found) else None)


def log_draft(store: Store, now: datetime, command: LogDraft) -> InteractionLogged:
    """Log a kept line under the account that was picked or is created now; the answer replaces the question.

    Raises:
        errors.DraftGone: the line was logged before.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _shown_again(tx, viewer, earlier)
        draft = _draft(tx, command.draft_id, command.actor.id)
        if command.account_id is None:
            account = accounts.create(tx, command.actor, draft.fields.get("account", ""), now)
        else:
            account = accounts.visible(tx, viewer, command.account_id).ref
        tx.drafts.use(draft.id, now)
        details = Details(account_id=account.id, text=draft.fields["text"])
        logged = _log(tx, now, command.actor, viewer, details, command.key)
        _reply(tx, now, "interaction.logged", logged.interaction.id, command.reply_to)
        return replace(logged, new_account=command.account_id is None)


def form_from_draft(
    store: Store, actor: Member, draft_id: DraftId, account_id: AccountId | None = None, *, more: bool = False
) -> LogForm:
    """Return the modal for a kept draft, with the account chosen meanwhile.

    Raises:
        errors.DraftGone: the text was saved before, or is somebody else's.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        draft = _draft(tx, draft_id, actor.id)
        kept = draft.fields.get("account_id")
        chosen = account_id or (AccountId(int(kept)) if kept else None)
        account = tx.accounts.get(chosen, viewer) if chosen else None
        return LogForm(draft_id, account=account.ref if account else None, text=draft.fields["text"], more=more)


def form_to_edit(
    store: Store, now: datetime, actor: Member, interaction_id: InteractionId, account_id: AccountId | None = None
) -> LogForm:
    """Return the modal for an edit, with the account chosen meanwhile.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RegretOver: it is no longer this person's to edit.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        old = _regrettable(tx, viewer, interaction_id, now)
        if account_id in {None, old.account.id}:
            return LogForm(interaction=old, account=old.account, contacts=old.contacts, more=True)
        return LogForm(interaction=old, account=accounts.visible(tx, viewer, account_id).ref, more=True)


def save(store: Store, now: datetime, command: SaveLog) -> InteractionLogged:
    """Save the modal, as a new interaction or as an edit; the answer goes where the person started.

    Raises:
        errors.Refusal: a field cannot be kept as it is; the modal says which.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _shown_again(tx, viewer, earlier)
        details = _checked(tx, viewer, command, now)
        if command.interaction_id is not None:
            return _edit(tx, now, command, viewer, details, command.interaction_id)
        if command.draft_id is None:
            raise errors.DraftGone
        draft = _draft(tx, command.draft_id, command.actor.id)
        logged = _log(tx, now, command.actor, viewer, details, command.key)
        reply_to = draft.reply_to or ReplyTo(command.actor.id)
        _reply(tx, now, "interaction.logged", logged.interaction.id, reply_to)
        tx.drafts.use(draft.id, now)
        return logged


def withdraw(store: Store, now: datetime, command: WithdrawInteraction) -> InteractionWithdrawn:
    """Undo: it stays for author and audit, leaves search and counts, and every message about it is edited.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RegretOver: it is no longer this person's to undo.
        errors.AlreadyWithdrawn: it was taken back before.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        interaction = _regrettable(tx, viewer, command.interaction_id, now)
        about = Ref(Subject.INTERACTION, interaction.id)
        tx.interactions.withdraw(interaction.id, now)
        tx.search.remove(about)
        tx.history.record(Change(about, "interaction.withdrawn", command.actor.id, now, fields=("withdrawn_at",)))
        _refresh_cards(tx, interaction.id, now)
        _reply(tx, now, "interaction.withdrawn", interaction.id, command.reply_to)
        tx.inbox.record(command.key, about, now)
        return InteractionWithdrawn(replace(interaction, withdrawn_at=now))


def show(store: Store, now: datetime, actor: Member, number: int) -> InteractionShown:
    """Show ``I-number`` with what this person may do.

    Raises:
        errors.UnknownObject: it does not exist for this person.
    """
    with store.read(actor.workspace_id) as tx:
        viewer = tx.access.viewer(actor)
        interaction = tx.interactions.by_number(number, viewer)
        if interaction is None:
            raise errors.UnknownObject(f"I-{number}")
        return InteractionShown(interaction, may_regret(interaction, viewer, now))


def channel_line(tx: Transaction, row: Claimed, _now: datetime) -> ChannelLine | None:
    """Load the channel's line: what of its burst is public and still belongs to the channel's account."""
    burst = tx.interactions.in_burst(InteractionId(row.outgoing.about.id), CHANNEL)
    public = [interaction for interaction in burst if interaction.is_public]
    if row.outgoing.to_channel is not None:
        account = tx.accounts.in_channel(row.outgoing.to_channel, CHANNEL)
    else:
        # Sent another way: the channel is closed, the KAM reads it by DM.
        account = public[0].account if public else None
    lines = tuple(interaction for interaction in public if interaction.account == account)
    return ChannelLine(lines[0].account, lines) if lines else None


def alert(tx: Transaction, row: Claimed, _now: datetime) -> Alert | None:
    """Load what the KAM hears at once; what was told already and is no longer theirs to read is shown as withdrawn."""
    viewer = recipient(tx, row)
    interaction_id = InteractionId(row.outgoing.about.id)
    if viewer is None or viewer.member_id is None:
        return None
    interaction = tx.interactions.get(interaction_id, viewer)
    if interaction is not None:
        return Alert(interaction)
    told = tx.outbox.card(row.outgoing.topic, row.outgoing.about, viewer.member_id)
    return Alert(None) if told else None


def reply_logged(tx: Transaction, row: Claimed, now: datetime) -> InteractionLogged | None:
    """Load the answer to a saved form or a picked account."""
    viewer = recipient(tx, row)
    interaction = tx.interactions.get(InteractionId(row.outgoing.about.id), viewer) if viewer else None
    if viewer is None or interaction is None:
        return None
    return _logged(tx, viewer, interaction, now)


def reply_edited(tx: Transaction, row: Claimed, now: datetime) -> InteractionLogged | None:
    """Load the answer to an edit."""
    logged = reply_logged(tx, row, now)
    return replace(logged, edited=True) if logged else None


def reply_withdrawn(tx: Transaction, row: Claimed, _now: datetime) -> InteractionWithdrawn | None:
    """Load the answer to Undo."""
    viewer = recipient(tx, row)
    interaction = tx.interactions.get(InteractionId(row.outgoing.about.id), viewer) if viewer else None
    return InteractionWithdrawn(interaction) if interaction else None


def _log(
    tx: Transaction,
    now: datetime,
    actor: Member,
    viewer: Viewer,
    details: Details,
    key: str,
    *,
    guessed: bool = False,
) -> InteractionLogged:
    """Write the fact, its history, what is told of it and its number, in this order."""
    account = accounts.visible(tx, viewer, details.account_id)
    interaction_id = tx.interactions.next_id()
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.history.record(Change(about, "interaction.logged", actor.id, now, fields=_filled(details)))
    burst_id = None
    if account.channel_id is not None and details.visibility is Visibility.COMPANY and not account.ref.restricted:
        burst_id = tx.interactions.open_burst(account.id, now - BURST) or interaction_id
        _put_line(tx, burst_id, account.channel_id, now)
    kam = next((person for person in (account.kam, account.deputy) if person is not None and not person.left), None)
    tx.inbox.record(key, about, now)
    tx.interactions.add(interaction_id, actor.id, details, burst_id, now)
    interaction = tx.interactions.get(interaction_id, viewer)
    if interaction is None:
        raise errors.UnknownAccountChosen
    tx.search.put(as_note(interaction))
    if interaction.concerns_kam and kam is not None and kam.id != actor.id:
        _put_alert(tx, about, kam.id, now)
    return InteractionLogged(
        interaction,
        guessed_account=guessed,
        kam=kam,
        line_goes_to=account.channel_id if burst_id is not None else None,
    )


def _edit(
    tx: Transaction,
    now: datetime,
    command: SaveLog,
    viewer: Viewer,
    details: Details,
    interaction_id: InteractionId,
) -> InteractionLogged:
    before = _regrettable(tx, viewer, interaction_id, now)
    if command.version is None or not tx.interactions.change(
        interaction_id, before.author.id, command.version, details
    ):
        raise errors.ChangedMeanwhile(before.short_id)
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.history.record(Change(about, "interaction.edited", command.actor.id, now, fields=_filled(details)))
    after = tx.interactions.get(interaction_id, viewer)
    if after is None:
        raise errors.UnknownObject(before.short_id)
    tx.search.put(as_note(after))
    _refresh_cards(tx, interaction_id, now)
    _tell_after_edit(tx, before, after, viewer, now)
    tx.inbox.record(command.key, about, now)
    _reply(tx, now, "interaction.edited", interaction_id, ReplyTo(command.actor.id))
    return replace(_logged(tx, viewer, after, now), edited=True)


def as_note(interaction: Interaction) -> Note:
    """Index an interaction: its words and the people it names."""
    named = " ".join(contact.name for contact in interaction.contacts)
    step, promise = interaction.next_step, interaction.promise
    return Note(
        about=Ref(Subject.INTERACTION, interaction.id),
        account_id=interaction.account.id,
        author_id=interaction.author.id,
        visibility=interaction.visibility,
        at=interaction.occurred_at,
        text="\n".join([interaction.text, named, step.text if step else "", promise.text if promise else ""]),
    )


def _again(tx: Transaction, viewer: Viewer, earlier: Ref) -> LoggedOrAsked:
    if earlier.subject is Subject.DRAFT and viewer.member_id is not None:
        draft = tx.drafts.get(DraftId(earlier.id), viewer.member_id, Purpose.LOG)
        if draft is None:
            raise errors.DraftGone
        wanted, rest = draft.fields.get("account", ""), draft.fields["text"]
        matches = account_rules.closest(wanted or rest, tx.accounts.names(viewer))
        return AccountUnclear(draft.id, wanted, matches, rest)
    return _shown_again(tx, viewer, earlier)


def _shown_again(tx: Transaction, viewer: Viewer, earlier: Ref) -> InteractionLogged:
    interaction = tx.interactions.get(InteractionId(earlier.id), viewer)
    if interaction is None:
        raise errors.DraftGone
    return InteractionLogged(interaction, kam=tx.accounts.kam_if_active(interaction.account.id))


def _logged(tx: Transaction, viewer: Viewer, interaction: Interaction, now: datetime) -> InteractionLogged:
    account = tx.accounts.get(interaction.account.id, viewer)
    return InteractionLogged(
        interaction,
        may_edit=may_regret(interaction, viewer, now),
        kam=tx.accounts.kam_if_active(interaction.account.id),
        line_goes_to=account.channel_id if account and interaction.is_public else None,
    )


def _keep(tx: Transaction, now: datetime, command: LogLine, reading: Found | Unclear) -> DraftId:
    fields = {"text": reading.rest}
    if isinstance(reading, Unclear):
        fields["account"] = reading.wanted
    else:
        fields["account_id"] = str(reading.account.id)
    draft = Draft(
        DraftId(0), command.actor.id, Purpose.LOG, now, fields, command.channel_id, reply_to=command.reply_to
    )
    return tx.drafts.add(draft)


def _draft(tx: Transaction, draft_id: DraftId, author_id: MemberId) -> Draft:
    draft = tx.drafts.get(draft_id, author_id, Purpose.LOG)
    if draft is None:
        raise errors.DraftGone
    return draft


def _checked(tx: Transaction, viewer: Viewer, command: SaveLog, now: datetime) -> Details:
    """Check what the form cannot check by itself."""
    details = replace(command.details, text=names.tidy(command.details.text))
    if not details.text:
        raise errors.NothingTyped
    accounts.visible(tx, viewer, details.account_id)
    if details.satisfaction is not None and details.satisfaction_source is None:
        raise errors.SatisfactionWithoutSource
    if (details.promise is None) != (details.promise_due is None):
        raise errors.PromiseIncomplete("promise" if details.promise is None else "promise_due")
    known = {contact.id for contact in tx.contacts.known(details.contact_ids, viewer)}
    people = tx.members.people(details.participant_ids)
    if details.next_step_owner is not None and not tx.members.people([details.next_step_owner]):
        details = replace(details, next_step_owner=None)
    return replace(
        details,
        contact_ids=tuple(contact for contact in details.contact_ids if contact in known),
        participant_ids=tuple(member for member in details.participant_ids if member in people),
        occurred_at=details.occurred_at or (now if command.interaction_id is None else None),
    )


def _regrettable(tx: Transaction, viewer: Viewer, interaction_id: InteractionId, now: datetime) -> Interaction:
    interaction = tx.interactions.get(interaction_id, viewer)
    if interaction is None:
        raise errors.UnknownObject("")
    if interaction.withdrawn_at is not None:
        raise errors.AlreadyWithdrawn(interaction.short_id, interaction.withdrawn_at)
    if not may_regret(interaction, viewer, now):
        raise errors.RegretOver(interaction.short_id, tx.accounts.kam_if_active(interaction.account.id))
    return interaction


def _filled(details: Details) -> tuple[str, ...]:
    return tuple(name for name in Details.__slots__ if getattr(details, name) not in {None, ()})


def _put_line(tx: Transaction, burst_id: InteractionId, channel_id: ChannelId, now: datetime) -> None:
    about = Ref(Subject.INTERACTION, burst_id)
    tx.outbox.put(
        Outgoing(Form.CARD, "interaction.line", about, Priority.INTERACTION, to_channel=channel_id), now
    )


def _put_alert(tx: Transaction, about: Ref, kam_id: MemberId, now: datetime) -> None:
    tx.outbox.put(Outgoing(Form.CARD, "interaction.alert", about, Priority.INTERACTION, to_member=kam_id), now)


def _reply(tx: Transaction, now: datetime, topic: str, interaction_id: InteractionId, reply_to: ReplyTo) -> None:
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.outbox.put(Outgoing(Form.REPLY, topic, about, Priority.REPLY, reply_to=reply_to), now)


def _refresh_cards(tx: Transaction, interaction_id: InteractionId, now: datetime) -> None:
    """Edit every message that shows this interaction."""
    burst_id = tx.interactions.burst_of(interaction_id)
    for about_id in {interaction_id, burst_id or interaction_id}:
        about = Ref(Subject.INTERACTION, about_id)
        for topic, place in tx.outbox.cards_of(about):
            if topic == "interaction.line":
                _put_line(tx, about_id, ChannelId(place), now)
            elif about_id == interaction_id:
                _put_alert(tx, about, MemberId(place), now)


def _tell_after_edit(
    tx: Transaction, before: Interaction, after: Interaction, viewer: Viewer, now: datetime
) -> None:
    """Tell channel and KAM of what an edit made theirs to know."""
    moved = before.account != after.account
    account = tx.accounts.get(after.account.id, viewer)
    if after.is_public and account and account.channel_id and (moved or not before.is_public):
        tx.interactions.start_burst(after.id)
        _put_line(tx, after.id, account.channel_id, now)
    if after.concerns_kam and (moved or not before.concerns_kam):
        kam = tx.accounts.kam_if_active(after.account.id)
        if kam is not None and kam.id != viewer.member_id:
            _put_alert(tx, Ref(Subject.INTERACTION, after.id), kam.id, now)
