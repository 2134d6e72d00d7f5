"""Interactions: the answer to a log, the form, the channel's line, the KAM's notice."""

from bot.domain.access import Visibility
from bot.domain.accounts import LONGEST_NAME, OFFERED, AccountRef
from bot.domain.interactions import (
    UNSATISFIED,
    AccountUnclear,
    Alert,
    Category,
    ChannelLine,
    Interaction,
    InteractionLogged,
    InteractionPage,
    InteractionShown,
    InteractionWithdrawn,
    Kind,
    LogForm,
    SaidTwice,
    Tag,
    editable,
)
from bot.i18n import NO_WORDS, Translator, Typed, Words, bold, joined
from bot.views import labels
from bot.views.blocks import (
    MESSAGE_TEXT,
    Block,
    Choice,
    Confirm,
    Message,
    View,
    actions,
    button,
    checkboxes,
    context,
    cut,
    day,
    day_and_time,
    facts,
    field,
    message,
    modal,
    multi_search,
    only,
    page,
    people,
    person,
    quote,
    radio,
    search,
    section,
    select,
    text_input,
)
from bot.views.labels import N_, choices, label

LINE = 140
"""Characters of a note in the channel's line (product, section 7)."""
_MOST_LINES = 40
_LOGGED = {
    Kind.VISIT: N_("{author} logged a visit at {account}"),
    Kind.CALL: N_("{author} logged a call with {account}"),
    Kind.VIDEO: N_("{author} logged a video call with {account}"),
    Kind.EMAIL: N_("{author} logged an e-mail with {account}"),
    Kind.EVENT: N_("{author} logged an event with {account}"),
    Kind.CHAT: N_("{author} logged a chat with {account}"),
    Kind.OTHER: N_("{author} logged at {account}"),
}
_FIRST_PAGE = 4500
"""Characters of a note beside its facts; see ``blocks.MESSAGE_TEXT``."""
_PAGE = 8700
_QUOTE = 2900


def logged(done: InteractionLogged, t: Translator) -> Message:
    """Answer a log with what was stored, with Edit and Undo."""
    interaction = done.interaction
    account = Typed(interaction.account.name)
    if done.new_account:
        headline = t("{account} is new and {id} is logged", account=account, id=Typed(interaction.short_id))
    elif done.edited:
        headline = t("{id} at {account} is changed", account=account, id=Typed(interaction.short_id))
    elif done.guessed_account:
        headline = t("Read as {account}: logged as {id}", account=account, id=Typed(interaction.short_id))
    else:
        headline = t("Logged at {account} as {id}", account=account, id=Typed(interaction.short_id))
    return message(
        headline,
        section(bold(headline)),
        section(t("The name was not exact. If you meant another account, press Edit."))
        if done.guessed_account
        else None,
        quote(Typed(interaction.text)),
        facts(_details(interaction, t)),
        context(_who_sees(interaction, t), _where_told(done, t), _kam(done, t)),
        _regret(interaction, t) if done.may_edit else None,
    )


def shown(done: InteractionShown, t: Translator) -> Message:
    """Show one interaction with what its reader may do."""
    interaction = done.interaction
    headline = t(
        "{id} · {kind} at {account}",
        id=Typed(interaction.short_id),
        kind=label(t, labels.KIND, interaction.kind),
        account=Typed(interaction.account.name),
    )
    taken_back = t("Withdrawn: only you and the audit still see it.") if interaction.withdrawn_at else NO_WORDS
    quotes, following = _page(interaction, 0, _FIRST_PAGE)
    return message(
        headline,
        section(bold(headline)),
        *quotes,
        _read_on(interaction, following, t),
        facts(_details(interaction, t)),
        context(
            t("{author}, {day}", author=t.person(interaction.author), day=t.local_day(interaction.occurred_at)),
            taken_back or _who_sees(interaction, t),
        ),
        _regret(interaction, t) if done.may_edit else None,
    )


def continued(told: InteractionPage, t: Translator) -> Message:
    """Show the next part of a long text."""
    interaction = told.interaction
    headline = t(
        "{id} at {account}, continued", id=Typed(interaction.short_id), account=Typed(interaction.account.name)
    )
    quotes, following = _page(interaction, told.offset, _PAGE)
    return message(headline, section(bold(headline)), *quotes, _read_on(interaction, following, t))


def withdrawn(done: InteractionWithdrawn, t: Translator) -> Message:
    """Answer Undo."""
    if done.interaction is None:
        return only(t("The note is withdrawn. Only its author still sees it."))
    sentence = t(
        "{id} at {account} is withdrawn. Nobody else sees it any more.",
        id=Typed(done.interaction.short_id),
        account=Typed(done.interaction.account.name),
    )
    return message(sentence, section(sentence), quote(Typed(done.interaction.text)))


def account_unclear(done: AccountUnclear, t: Translator) -> Message:
    """Ask which account a kept note belongs to: the closest ones, a new one, or the form."""
    if done.is_shared:
        asked = t("Several accounts are called {name}. Which one is it?", name=Typed(done.wanted))
    elif done.wanted:
        asked = t("I don't know an account called {name}. Which one is it?", name=Typed(done.wanted))
    else:
        asked = t("Which account is this about?")
    picks = [
        button(named(account), f"log.pick{place}", f"{done.draft_id}:{account.id}")
        for place, account in enumerate(done.matches[:OFFERED])
    ]
    # Without a name before a colon, the form asks for it.
    new = button(t("New account"), "log.new" if done.wanted and not done.is_shared else "log.name", done.draft_id)
    return message(
        asked,
        section(asked),
        quote(Typed(done.text)),
        actions(*picks),
        actions(new, button(t("Choose in the form"), "log.open", done.draft_id)),
        context(t("Your text is kept until you choose.")),
    )


def said_twice(done: SaidTwice, t: Translator) -> Message:
    """Ask whether the same words are meant twice."""
    first = done.first
    asked = t(
        "You saved the same words for {account} a moment ago, as {id}.",
        account=named(first.account),
        id=Typed(first.short_id),
    )
    return message(
        asked,
        section(asked),
        quote(Typed(cut(first.text, LINE))),
        actions(button(t("Save again"), "log.again", f"{done.draft_id}:{first.account.id}")),
        context(t("It is saved a second time only if you press.")),
    )


def form(draft: LogForm, t: Translator) -> View:
    """Build the modal: account and text are enough, the rest has defaults."""
    old = draft.interaction
    account = draft.account
    text, not_shown = editable(draft.text)
    return modal(
        "log",
        t("Log interaction"),
        *_which_account(draft, t),
        _who_will_read(draft, t),
        field(
            "text",
            t("What happened?"),
            text_input(
                text,
                many_lines=True,
                example=t("Visited purchasing, they want the delivery date moved forward"),
            ),
            t("This is the beginning; {count} more characters stay as they are.", count=t.number(len(not_shown)))
            if not_shown
            else None,
        ),
        # The search depends on the account, so the field appears, empty, once that is chosen.
        field(
            f"contacts~{account.id}",
            t("Who was there from the account?"),
            multi_search(
                "contact.find",
                t("Search a contact"),
                [(str(contact.id), Typed(contact.name)) for contact in draft.contacts],
            ),
            optional=True,
        )
        if account
        else None,
        field("kind", t("How did you meet?"), select(choices(t, labels.KIND), old.kind if old else "other")),
        field(
            "category",
            t("What does it tell us?"),
            select(choices(t, labels.CATEGORY), old.category if old else None, t("Need, satisfaction, idea …")),
            optional=True,
        ),
        field(
            "occurred_at",
            t("When?"),
            day_and_time(old.occurred_at if old else t.now),
            t("A time in the future means it is planned."),
        ),
        field(
            "visibility",
            t("Who may read it?"),
            select(_visibilities(draft, t), old.visibility if old else "company"),
        ),
        *(_more(old, t) if draft.more else [actions(button(t("More"), "log.more"))]),
        submit=t("Save"),
        close=t("Cancel"),
        metadata={
            "draft": draft.draft_id,
            "version": draft.version,
            "account": account.id if account else None,
            "named": None if draft.new_account is None else 1,
            "more": 1 if draft.more else None,
        },
    )


def _who_will_read(draft: LogForm, t: Translator) -> Block | None:
    """Say beforehand who reads a note of a restricted account, and that one that leaves it does so for good."""
    account, before = draft.account, draft.interaction.account if draft.interaction else None
    if account is not None and account.restricted:
        return context(t("🔒 Restricted account: only its own people see this."))
    if account is not None and before is not None and before.restricted:
        return context(t("⚠️ This note leaves a restricted account: whom you choose below can read it from now on."))
    return None


def channel_line(line: ChannelLine, t: Translator) -> Message:
    """Tell the account's channel: author, kind, category and the first words; no contact, no satisfaction."""
    lines: list[Words] = []
    for interaction in line.interactions[:_MOST_LINES]:
        lines.append(_line(interaction, t))
        if sum(len(words.mrkdwn) for words in lines) > MESSAGE_TEXT // 2:
            break
    if more := len(line.interactions) - len(lines):
        lines.append(t.plural("… and {count} more", "… and {count} more", more))
    return message(joined(lines, "\n"), *[section(words) for words in lines])


def alert(told: Alert, t: Translator) -> Message:
    """Tell the KAM at once of what may need them."""
    interaction = told.interaction
    if interaction is None:
        return only(t("This note is withdrawn."))
    if not told.is_theirs:
        return only(t("This note is about another account now, which somebody else answers for."))
    if not interaction.concerns_kam:
        return only(t("{id} was corrected: nothing in it needs you at once.", id=Typed(interaction.short_id)))
    author, why = t.person(interaction.author), _why(interaction, t)
    sentence = t(
        "{author} logged something at {account} that may need you: {why}",
        author=author,
        account=Typed(interaction.account.name),
        why=why,
    )
    # A notification shows on a locked screen.
    notified = t("{author} logged something that may need you: {why}", author=author, why=why)
    return message(
        notified if interaction.account.restricted else sentence,
        section(sentence),
        quote(Typed(interaction.text)),
        facts(_details(interaction, t)),
        context(
            Words(interaction.short_id, interaction.short_id),
            t("You get this at once because you answer for {account}.", account=Typed(interaction.account.name)),
        ),
    )


def _page(interaction: Interaction, offset: int, most: int) -> tuple[list[Block], int | None]:
    """Quote a part of the text in as many blocks as Slack needs; return also where the next part begins."""
    part, following = page(interaction.text, offset, most)
    quotes: list[Block] = []
    at: int | None = 0
    while at is not None:
        piece, at = page(part, at, _QUOTE)
        quotes.append(quote(Typed(piece)))
    return quotes, following


def _read_on(interaction: Interaction, offset: int | None, t: Translator) -> Block | None:
    if offset is None:
        return None
    return actions(button(t("Show more"), "interaction.more", f"{interaction.id}:{offset}"))


def _line(interaction: Interaction, t: Translator) -> Words:
    what = t(_LOGGED[interaction.kind], author=t.person(interaction.author), account=Typed(interaction.account.name))
    if interaction.occurred_at > t.now:
        what = t("{what}, planned for {day}", what=what, day=t.local_day(interaction.occurred_at))
    if interaction.category is not None:
        what = t("{what} ({category})", what=what, category=_in_sentence(interaction.category, t))
    first_words = Typed(cut(" ".join(interaction.text.split()), LINE))
    sentence = t("{what}: {text} · {id}", what=what, text=first_words, id=Typed(interaction.short_id))
    return Words(f"🗒 {sentence.plain}", f"🗒 {sentence.mrkdwn}")


def _details(interaction: Interaction, t: Translator) -> list[tuple[Words, Words]]:
    step, promise = interaction.next_step, interaction.promise
    theirs = [Typed(contact.name) for contact in interaction.contacts]
    ours = [t.person(participant) for participant in interaction.participants]
    when = t.moment(interaction.occurred_at)
    kind = [
        label(t, labels.KIND, interaction.kind),
        label(t, labels.CATEGORY, interaction.category),
        *(label(t, labels.TAG, tag) for tag in interaction.tags),
        t("Favour: {what}", what=label(t, labels.FAVOUR, interaction.favour)) if interaction.favour else NO_WORDS,
    ]
    return [
        (t("Kind"), joined(kind)),
        (t("When"), t("{moment} (planned)", moment=when) if interaction.occurred_at > t.now else when),
        (t("Who was there"), joined([*theirs, *ours], ", ")),
        (
            t("Satisfaction"),
            joined(
                [
                    label(t, labels.SATISFACTION, interaction.satisfaction),
                    label(t, labels.SOURCE, interaction.satisfaction_source),
                ],
                ", ",
            ),
        ),
        (
            t("Next step"),
            joined(
                [
                    Typed(step.text),
                    t.person(step.owner) if step.owner else NO_WORDS,
                    t.day(step.due_on) if step.due_on else NO_WORDS,
                ],
                ", ",
            )
            if step
            else NO_WORDS,
        ),
        (t("Promised"), joined([Typed(promise.text), t.day(promise.due_on)], ", ") if promise else NO_WORDS),
    ]


def _who_sees(interaction: Interaction, t: Translator) -> Words:
    if interaction.account.restricted and interaction.visibility in {Visibility.COMPANY, Visibility.TEAM}:
        return t("🔒 Restricted account: only its own people see this.")
    return t("Visible to: {who}", who=label(t, labels.VISIBILITY, interaction.visibility))


def _where_told(done: InteractionLogged, t: Translator) -> Words:
    return t("a line goes to the account's channel") if done.line_goes_to else NO_WORDS


def _kam(done: InteractionLogged, t: Translator) -> Words:
    return t("KAM: {name}", name=t.person(done.kam)) if done.kam else t("no KAM yet")


def _why(interaction: Interaction, t: Translator) -> Words:
    reasons = [
        label(t, labels.CATEGORY, interaction.category)
        if interaction.category in {Category.RISK, Category.COMPETITOR}
        else NO_WORDS,
        label(t, labels.TAG, Tag.COMPLAINT) if Tag.COMPLAINT in interaction.tags else NO_WORDS,
        label(t, labels.SATISFACTION, interaction.satisfaction)
        if interaction.satisfaction is not None and interaction.satisfaction <= UNSATISFIED
        else NO_WORDS,
    ]
    return joined(reasons, ", ")


def named(account: AccountRef) -> Typed:
    """Name an account among others; a hidden one may bear the same name as an open one."""
    return Typed(f"🔒 {account.name}" if account.restricted else account.name)


def _in_sentence(category: Category, t: Translator) -> Words:
    """Name a category within a sentence; German nouns keep their capital."""
    words = label(t, labels.CATEGORY, category)
    return Words(words.plain.lower(), words.mrkdwn.lower()) if t.language == "en" else words


def _which_account(draft: LogForm, t: Translator) -> list[Block | None]:
    """Ask for the account: one of the known, or the name of a new one."""
    account = draft.account
    if draft.new_account is not None:
        name = text_input(draft.new_account, most=LONGEST_NAME, example=t("Helvetia Pumps"))
        hint = t("It is created with this note. The KAM leads are told that it has no KAM yet.")
        return [field("new_account", t("New account"), name, hint)]
    known = search("account.find", t("Search an account"), (str(account.id), named(account)) if account else None)
    offer = None if account else actions(button(t("New account"), "log.unlisted"))
    return [field("account", t("Account"), known, asks_at_once=True), offer]


def _visibilities(draft: LogForm, t: Translator) -> list[Choice]:
    keys = [key for key in Visibility if draft.may_hide or key is not Visibility.PRIVATE]
    return choices(t, labels.VISIBILITY, keys)


def _regret(interaction: Interaction, t: Translator) -> Block | None:
    return actions(
        button(t("Edit"), "log.edit", interaction.id),
        button(
            t("Undo"),
            "log.undo",
            interaction.id,
            confirm=Confirm(
                t("Withdraw this note?"),
                t("It leaves search, the channel and everybody's view. You still find it with its id."),
                t("Withdraw"),
                t("Keep"),
            ),
        ),
    )


def _more(old: Interaction | None, t: Translator) -> list[Block]:
    promise, step = (old.promise, old.next_step) if old else (None, None)
    return [
        field(
            "participants",
            t("Who was there from us?"),
            people([member.id for member in old.participants] if old else []),
            optional=True,
        ),
        field(
            "tags",
            t("Also"),
            checkboxes(choices(t, labels.TAG), list(old.tags) if old else []),
            optional=True,
        ),
        field(
            "satisfaction",
            t("How satisfied are they?"),
            select(choices(t, labels.SATISFACTION), str(old.satisfaction) if old and old.satisfaction else None),
            optional=True,
        ),
        field(
            "satisfaction_source",
            t("Whose words are these?"),
            radio(choices(t, labels.SOURCE), old.satisfaction_source if old else None),
            t("Our impression and the customer's words are never counted together."),
            optional=True,
        ),
        field(
            "favour",
            t("Favour given"),
            select(choices(t, labels.FAVOUR), old.favour if old else None),
            optional=True,
        ),
        field("next_step", t("Next step"), text_input(step.text if step else "", most=300), optional=True),
        field(
            "next_step_owner", t("Who does it?"), person(step.owner.id if step and step.owner else None), optional=True
        ),
        field("next_step_due", t("Until when?"), day(step.due_on if step else None), optional=True),
        field(
            "promise",
            t("Promise to the customer"),
            text_input(promise.text if promise else "", most=300, example=t("Two sample parts")),
            optional=True,
        ),
        field("promise_due", t("Promised for"), day(promise.due_on if promise else None), optional=True),
    ]
