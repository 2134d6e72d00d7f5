"""Interactions: log in one line or by modal, edit, undo, and what is told of it."""

from dataclasses import replace
from datetime import datetime

from bot.domain import accounts as account_rules
from bot.domain import errors, names
from bot.domain.access import Viewer, Visibility
from bot.domain.accounts import AccountRef, Found, Unclear
from bot.domain.delivery import Form, Outgoing, Priority, Ref, ReplyTo, Subject
from bot.domain.drafts import Draft, Purpose
from bot.domain.history import Change
from bot.domain.identity import AccountId, DraftId, InteractionId
from bot.domain.interactions import (
    BURST,
    TWICE,
    AccountUnclear,
    ChangeForm,
    Details,
    EditLog,
    Interaction,
    InteractionLogged,
    InteractionShown,
    InteractionWithdrawn,
    LogDraft,
    LogForm,
    LogLine,
    ReadOn,
    SaidTwice,
    SaveLog,
    StartLog,
    WithdrawInteraction,
    may_regret,
)
from bot.domain.members import Member
from bot.domain.search_notes import interaction_note
from bot.ports import Store, Transaction
from bot.services import accounts, commitments, drafts, duplicates, inbox
from bot.services import interaction_checks as checks
from bot.services import interaction_news as news

LoggedOrAsked = InteractionLogged | SaidTwice | AccountUnclear | LogForm


def log_line(store: Store, now: datetime, command: LogLine) -> LoggedOrAsked:
    """Log one line of text; ask for the account, or open the form, where the line does not say enough."""
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _again(tx, viewer, command.actor, earlier, now)
        text = names.tidy(command.text)
        reading = accounts.read(tx, viewer, text, command.channel_id)
        if isinstance(reading, Found) and reading.rest:
            details = Details(account_id=reading.account.id, text=reading.rest)
            first = tx.interactions.same_words(command.actor.id, details, now - TWICE)
            if first is None:
                return _log(tx, now, command.actor, viewer, details, command.key, guessed=reading.guessed)
            return _asked(tx, viewer, _keep(tx, now, command, text, reading, first))
        return _asked(tx, viewer, _keep(tx, now, command, text, reading))


def log_draft(store: Store, now: datetime, command: LogDraft) -> InteractionLogged:
    """Log a kept line under the account that was picked or is created now; the answer replaces the question.

    Raises:
        errors.DraftGone: the line was logged before.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := tx.inbox.effect_of(command.key)) is not None:
            return _shown_again(tx, viewer, earlier, now)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.LOG)
        drafts.use(tx, draft, now)
        is_meant = "first" in draft.fields
        if command.account_id is None:
            account, is_new = _named_or_new(tx, command.actor, viewer, draft.fields.get("account", ""), now)
            text = draft.fields["rest"]
        else:
            account, is_new = accounts.visible(tx, viewer, command.account_id).ref, False
            text = _words_about(tx, viewer, account.id, draft)
        details = Details(account.id, text)
        if not is_meant:
            checks.check_once(tx, viewer, command.actor, details, now)
        logged = _log(tx, now, command.actor, viewer, details, command.key)
        topic = "interaction.new_account" if is_new else "interaction.logged"
        news.reply(tx, now, topic, logged.interaction.id, command.reply_to)
        return replace(logged, new_account=is_new)


def start(store: Store, now: datetime, command: StartLog) -> LogForm:
    """Return the empty modal, for the account whose button was pressed or for any.

    Raises:
        errors.UnknownAccountChosen: the account does not exist for this person any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (kept := drafts.kept(tx, command.key, command.actor.id, Purpose.LOG)) is not None:
            return _form(tx, viewer, kept)
        fields = {"text": ""}
        if command.account_id is not None:
            fields["account_id"] = str(accounts.visible(tx, viewer, command.account_id).id)
        return _form(tx, viewer, _add_draft(tx, now, command, fields))


def form_from_draft(
    store: Store, actor: Member, draft_id: DraftId, reply_to: ReplyTo, *, named: bool = False
) -> LogForm:
    """Return the modal for a kept draft; its answer replaces the message it was opened from.

    Raises:
        errors.DraftGone: the text was saved before, or is somebody else's.
        errors.UnknownObject: what is edited does not exist for this person any more.
    """
    with store.begin(actor.workspace_id) as tx:
        draft = drafts.mine(tx, draft_id, actor.id, Purpose.LOG)
        tx.drafts.answer_at(draft.id, reply_to)
        return _form(tx, tx.access.viewer(actor), draft, named=named)


def form_to_edit(store: Store, now: datetime, command: EditLog) -> LogForm:
    """Return the modal for an edit; a draft keeps where its answer goes.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RegretOver: it is no longer this person's to edit.
        errors.AlreadyWithdrawn: it was taken back.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        old = _regrettable(tx, viewer, command.interaction_id, now)
        kept = drafts.kept(tx, command.key, command.actor.id, Purpose.LOG)
        return _form(tx, viewer, kept or _add_draft(tx, now, command, {"interaction_id": str(old.id)}))


def change_form(store: Store, command: ChangeForm) -> LogForm:
    """Return the open modal with the account chosen meanwhile, or with more fields.

    Raises:
        errors.DraftGone: the text was saved before, or is somebody else's.
        errors.UnknownObject: what is edited does not exist for this person any more.
    """
    with store.read(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.LOG)
        form = _form(tx, viewer, draft, command.account_id, more=command.more, named=command.named)
        return replace(form, version=command.version)


def save(store: Store, now: datetime, command: SaveLog) -> InteractionLogged:
    """Save the modal, as a new interaction or as an edit; the answer goes where the person started.

    Raises:
        errors.Refusal: a field cannot be kept as it is; the modal says which.
    """
    if command.new_account is not None:
        duplicates.offer_accounts(store, command.actor, command.draft_id, Purpose.LOG, command.new_account)
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if (earlier := inbox.earlier(tx, viewer, command.key)) is not None:
            return _shown_again(tx, viewer, earlier, now)
        draft = drafts.mine(tx, command.draft_id, command.actor.id, Purpose.LOG)
        reply_to = draft.reply_to or ReplyTo(command.actor.id)
        edited = draft.fields.get("interaction_id")
        before = _regrettable(tx, viewer, InteractionId(int(edited)), now) if edited else None
        details = checks.checked(tx, command.details, draft.fields.get("text", ""), before)
        drafts.use(tx, draft, now)
        is_new = False
        if command.new_account is not None:
            account, is_new = _named_or_new(tx, command.actor, viewer, command.new_account, now)
            details = replace(details, account_id=account.id)
        if before is not None:
            return _edit(tx, now, command, viewer, details, before, reply_to)
        checks.check_once(tx, viewer, command.actor, details, now)
        logged = _log(tx, now, command.actor, viewer, details, command.key)
        topic = "interaction.new_account" if is_new else "interaction.logged"
        news.reply(tx, now, topic, logged.interaction.id, reply_to)
        return replace(logged, new_account=is_new)


def withdraw(store: Store, now: datetime, command: WithdrawInteraction) -> InteractionWithdrawn:
    """Undo: it stays for author and audit, leaves search and counts, and every message about it is edited.

    Raises:
        errors.UnknownObject: it does not exist for this person.
        errors.RegretOver: it is no longer this person's to undo.
        errors.AlreadyWithdrawn: it was taken back before.
    """
    with store.begin(command.actor.workspace_id) as tx:
        viewer = tx.access.viewer(command.actor)
        if tx.inbox.effect_of(command.key) is not None:
            return InteractionWithdrawn(tx.interactions.get(command.interaction_id, viewer))
        interaction = _regrettable(tx, viewer, command.interaction_id, now)
        about = Ref(Subject.INTERACTION, interaction.id)
        promised = commitments.of_note(tx, interaction)
        if not tx.interactions.withdraw(interaction.id, now):
            raise _withdrawn(tx, interaction, now)
        commitments.note_withdrawn(tx, now, promised)
        tx.search.remove(about)
        tx.history.record(Change(about, "interaction.withdrawn", command.actor.id, now, fields=("withdrawn_at",)))
        news.refresh_cards(tx, interaction.id, now)
        news.reply(tx, now, "interaction.withdrawn", interaction.id, command.reply_to)
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


def read_on(store: Store, now: datetime, command: ReadOn) -> None:
    """Answer "Show more": the next part of a long text is a reply.

    Raises:
        errors.UnknownObject: it does not exist for this person any more.
    """
    with store.begin(command.actor.workspace_id) as tx:
        if tx.inbox.effect_of(command.key) is not None:
            return
        if tx.interactions.get(command.interaction_id, tx.access.viewer(command.actor)) is None:
            raise errors.UnknownObject("")
        about = Ref(Subject.INTERACTION, command.interaction_id)
        answer = Outgoing(
            Form.REPLY, "interaction.page", about, Priority.REPLY, reply_to=command.reply_to, detail=command.offset
        )
        tx.outbox.put(answer, now)
        tx.inbox.record(command.key, about, now)


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
    """Write the fact, its history, its place in the index, what is told of it and its number, in this order.

    The index of a long text takes a while, so nothing that others wait for is held before: burst, card and counter.
    """
    account = accounts.visible(tx, viewer, details.account_id)
    interaction_id = tx.interactions.next_id()
    about = Ref(Subject.INTERACTION, interaction_id)
    tx.history.record(Change(about, "interaction.logged", actor.id, now, fields=_filled(details)))
    tx.interactions.add(interaction_id, actor.id, details, now)
    interaction = checks.stored(tx, viewer, interaction_id)
    tx.search.put(interaction_note(interaction))
    tx.inbox.record(key, about, now)
    commitments.note_saved(tx, now, actor.id, interaction)
    burst_id = None
    if account.channel_id is not None and details.visibility is Visibility.COMPANY and not account.ref.restricted:
        burst_id = tx.interactions.open_burst(account.id, now - BURST) or interaction_id
        news.put_card(tx, "interaction.line", burst_id, account.channel_id, now)
    kam = tx.accounts.kam_if_active(account.id)
    if interaction.concerns_kam and kam is not None and kam.id != actor.id:
        news.put_card(tx, "interaction.alert", interaction_id, kam.id, now)
    number = tx.interactions.number(interaction_id, burst_id)
    tx.search.number(about, number)
    return InteractionLogged(
        replace(interaction, number=number),
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
    before: Interaction,
    reply_to: ReplyTo,
) -> InteractionLogged:
    if details.visibility is Visibility.PRIVATE and before.author.id != viewer.member_id:
        raise errors.OnlyAuthorHides(before.short_id, before.author)
    if details.account_id != before.account.id:
        accounts.visible(tx, viewer, details.account_id)
    standing = commitments.of_note(tx, before)
    if command.version is None or not tx.interactions.change(
        before.id, before.author.id, command.version, details, now
    ):
        last = tx.history.last(Ref(Subject.INTERACTION, before.id))
        raise errors.ChangedMeanwhile(before.short_id, *((last.actor, last.at) if last else ()))
    about = Ref(Subject.INTERACTION, before.id)
    after = checks.stored(tx, viewer, before.id)
    tx.history.record(Change(about, "interaction.edited", command.actor.id, now, fields=_changed(before, after)))
    tx.search.put(interaction_note(after))
    commitments.note_saved(tx, now, command.actor.id, after, standing)
    news.refresh_cards(tx, before.id, now)
    news.tell_after_edit(tx, before, after, viewer, now)
    tx.inbox.record(command.key, about, now)
    news.reply(tx, now, "interaction.edited", before.id, reply_to)
    return replace(news.logged(tx, viewer, after, now), edited=True)


def _again(tx: Transaction, viewer: Viewer, actor: Member, earlier: Ref, now: datetime) -> LoggedOrAsked:
    if earlier.subject is Subject.DRAFT:
        return _asked(tx, viewer, drafts.mine(tx, DraftId(earlier.id), actor.id, Purpose.LOG))
    return _shown_again(tx, viewer, earlier, now)


def _asked(tx: Transaction, viewer: Viewer, draft: Draft) -> SaidTwice | AccountUnclear | LogForm:
    """Ask what a kept line does not say: whether it is meant twice, which account it is about, or everything."""
    if (first := draft.fields.get("first")) is not None:
        return SaidTwice(draft.id, checks.stored(tx, viewer, InteractionId(int(first))))
    return _unclear(tx, viewer, draft) if draft.fields.get("rest") else _form(tx, viewer, draft)


def _shown_again(tx: Transaction, viewer: Viewer, earlier: Ref, now: datetime) -> InteractionLogged:
    return news.logged(tx, viewer, checks.stored(tx, viewer, InteractionId(earlier.id)), now)


def _keep(
    tx: Transaction,
    now: datetime,
    command: LogLine,
    text: str,
    reading: Found | Unclear,
    first: InteractionId | None = None,
) -> Draft:
    """Keep the whole line, so that no word is lost whatever is chosen, and what follows the name in it."""
    if isinstance(reading, Found):
        fields = {"text": reading.rest, "account_id": str(reading.account.id)}
    else:
        fields = {"text": text if reading.rest else "", "rest": reading.rest, "account": reading.wanted}
    if first is not None:
        fields["first"] = str(first)
    return _add_draft(tx, now, command, fields)


def _add_draft(tx: Transaction, now: datetime, command: LogLine | StartLog | EditLog, fields: dict[str, str]) -> Draft:
    draft = Draft(DraftId(0), command.actor.id, Purpose.LOG, now, fields, reply_to=command.reply_to)
    return drafts.keep(tx, command.key, draft, now)


def _unclear(tx: Transaction, viewer: Viewer, draft: Draft) -> AccountUnclear:
    """Ask for the account: those of exactly this name, else the closest."""
    wanted, text = draft.fields["account"], draft.fields["text"]
    key = names.match_key(wanted)
    exact = tx.accounts.by_keys([key], viewer).get(key, []) if key else []
    matches = tuple(exact[: account_rules.OFFERED]) or account_rules.closest(wanted or text, tx.accounts.names(viewer))
    return AccountUnclear(draft.id, wanted, matches, text, is_shared=len(exact) > 1)


def _form(
    tx: Transaction,
    viewer: Viewer,
    draft: Draft,
    account_id: AccountId | None = None,
    *,
    more: bool = False,
    named: bool = False,
) -> LogForm:
    """Put the modal together from what is kept and what was chosen meanwhile."""
    if (edited := draft.fields.get("interaction_id")) is not None:
        return _form_to_edit(tx, viewer, draft.id, InteractionId(int(edited)), account_id, more=more)
    kept = draft.fields.get("account_id")
    chosen = account_id or (AccountId(int(kept)) if kept else None)
    account = tx.accounts.get(chosen, viewer) if chosen and not named else None
    return LogForm(
        draft.id,
        account=account.ref if account else None,
        new_account=None if account else _new_name(tx, viewer, draft, named=named),
        text=draft.fields["text"],
        more=more,
    )


def _form_to_edit(
    tx: Transaction,
    viewer: Viewer,
    draft_id: DraftId,
    interaction_id: InteractionId,
    account_id: AccountId | None,
    *,
    more: bool,
) -> LogForm:
    old = checks.stored(tx, viewer, interaction_id)
    moved_to = None if account_id in {None, old.account.id} else tx.accounts.get(account_id, viewer)
    return LogForm(
        draft_id,
        interaction=old,
        version=old.version,
        account=moved_to.ref if moved_to else old.account,
        text=old.text,
        contacts=() if moved_to else old.contacts,
        more=more or old.has_more,
        may_hide=old.author.id == viewer.member_id,
    )


def _new_name(tx: Transaction, viewer: Viewer, draft: Draft, *, named: bool) -> str | None:
    """Return the new account's name so far, if the form asks for one: it was wished, or there is none to choose."""
    wanted = draft.fields.get("account", "")
    key = names.match_key(wanted)
    only_a_name = bool(key) and not draft.fields["text"] and not tx.accounts.by_keys([key], viewer)
    if named or only_a_name:
        return wanted
    return None if tx.accounts.suggestions("", viewer, 1) else ""


def _named_or_new(tx: Transaction, actor: Member, viewer: Viewer, name: str, now: datetime) -> tuple[AccountRef, bool]:
    """Return the account of that name, and whether it is created now: a colleague may have been faster."""
    key = names.match_key(name)
    known = tx.accounts.by_keys([key], viewer).get(key, [])
    return (known[0], False) if len(known) == 1 else (accounts.create(tx, actor, name, now), True)


def _words_about(tx: Transaction, viewer: Viewer, account_id: AccountId, draft: Draft) -> str:
    """Return what is stored once an account is picked: the whole line, unless it began with that account's name."""
    wanted = draft.fields.get("account", "")
    if wanted and account_rules.is_name_of(account_id, wanted, tx.accounts.names(viewer)):
        return draft.fields["rest"]
    return draft.fields["text"]


def _regrettable(tx: Transaction, viewer: Viewer, interaction_id: InteractionId, now: datetime) -> Interaction:
    interaction = checks.stored(tx, viewer, interaction_id)
    if interaction.withdrawn_at is not None:
        raise _withdrawn(tx, interaction, interaction.withdrawn_at)
    if not may_regret(interaction, viewer, now):
        raise errors.RegretOver(interaction.short_id, tx.accounts.kam_if_active(interaction.account.id))
    return interaction


def _withdrawn(tx: Transaction, interaction: Interaction, at: datetime) -> errors.Refusal:
    """Say who took it back."""
    last = tx.history.last(Ref(Subject.INTERACTION, interaction.id))
    return errors.AlreadyWithdrawn(interaction.short_id, at, last.actor if last else None)


def _filled(details: Details) -> tuple[str, ...]:
    return tuple(name for name in Details.__slots__ if getattr(details, name) not in {None, ()})


def _changed(before: Interaction, after: Interaction) -> tuple[str, ...]:
    """Name the fields an edit changed, for the audit."""
    return tuple(
        name for name in Interaction.__slots__ if name != "version" and getattr(before, name) != getattr(after, name)
    )
